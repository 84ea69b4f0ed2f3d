package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.LeaseGrant;
import dev.rollcall.etcd.Put;
import dev.rollcall.etcd.Txn;
import dev.rollcall.etcd.testkit.EtcdSpec;
import dev.rollcall.etcd.testkit.TestCertificates;
import dev.rollcall.etcd.testkit.TestEtcd;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the embedded server into a real etcd. */
final class ExportCommandTest {

    private final TestEtcd source = EtcdSpec.embedded().start();
    private final TestEtcd target = EtcdSpec.real("3.5.16").start();
    private EtcdClient from;
    private EtcdClient to;

    @BeforeEach
    void connect() {
        from = EtcdClient.connect(source.endpoints().get(0));
        to = EtcdClient.connect(target.endpoints().get(0));
    }

    @AfterEach
    void close() {
        from.close();
        to.close();
        source.close();
        target.close();
    }

    private CommandLineRun export() {
        return CommandLineRun.at(source.endpoints())
                .run("export", "--to", target.endpoints().get(0));
    }

    private static List<String> byAge(EtcdClient etcd) {
        return etcd.kv().ls("").stream()
                .sorted(Comparator.comparingLong(KeyValue::modRevision))
                .map(kv -> kv.key() + "=" + kv.value() + "/" + kv.lease())
                .toList();
    }

    @Test
    void keysGoOverInTheOrderOfTheirWritesUnderLeasesOfTheSameNumber() {
        LeaseGrant lease = from.leases().grant(Duration.ofSeconds(77));
        from.kv().put("z", "first", lease.id());
        to.leases().grant(lease.id(), Duration.ofSeconds(77));
        from.kv().put("b", "again");
        Bytes binary = Bytes.of(new byte[] {0, -1, 7});
        from.kv().txn(Txn.when().then(Put.of(Bytes.utf8("m"), binary), Put.of("n", "")));
        from.kv().put("b", "last");

        CommandLineRun run = export().exits(0);

        assertThat(run.out()).contains("\"keys\":4", "\"leases\":1");
        assertThat(byAge(to)).containsExactlyElementsOf(byAge(from));
        assertThat(to.kv().get("m").orElseThrow().modRevision())
                .isEqualTo(to.kv().get("n").orElseThrow().modRevision());
        assertThat(to.leases().timeToLive(lease.id()).granted()).isEqualTo(Duration.ofSeconds(77));
        assertThat(to.kv().get("z").orElseThrow().lease()).isEqualTo(lease.id());
    }

    @Test
    void moreThanATransactionHoldsGoesOver() {
        for (int i = 0; i < 300; i++) {
            from.kv().put("key/" + i, "value " + i);
        }
        export().exits(0);

        assertThat(byAge(to)).hasSize(300).containsExactlyElementsOf(byAge(from));
    }

    @Test
    void aStoreThatIsInUseIsNotMixedWithACopy() {
        from.kv().put("a", "ours");
        to.kv().put("a", "theirs");

        assertThat(export().exits(2).err()).contains("has 1 keys", "name an empty one");
        assertThat(to.kv().get("a").orElseThrow().value()).isEqualTo(Bytes.utf8("theirs"));
    }

    @Test
    void aTargetThatAsksWhoWeAreIsShownAPasswordAndACertificate() {
        from.kv().put("a", "ours");
        TestCertificates certificates = TestCertificates.generate();
        TestCertificates.Identity me = certificates.client("exporter");
        try (TestEtcd strict = EtcdSpec.real("3.5.16")
                .withMutualTls(certificates)
                .withRootPassword("canary-export")
                .start()) {
            CommandLineRun run = CommandLineRun.at(source.endpoints())
                    .with("ROLLCALL_TO_USER", "root")
                    .with("ROLLCALL_TO_PASSWORD", "canary-export")
                    .with("ROLLCALL_TO_KEY", me.key().toString())
                    .run(
                            "export",
                            "--to",
                            strict.endpoints().get(0),
                            "--to-cacert",
                            certificates.authority().toString(),
                            "--to-cert",
                            me.certificate().toString())
                    .exits(0);

            assertThat(run.out()).contains("\"keys\":1").doesNotContain("canary-export");
        }
    }

    @Test
    void aTargetThatIsNotThereIsSaid() {
        CommandLineRun run =
                CommandLineRun.at(source.endpoints()).run("export", "--to", "http://127.0.0.1:1", "--timeout", "500ms");

        assertThat(run.code()).isEqualTo(4);
        assertThat(CommandLineRun.at(source.endpoints()).run("export").exits(2).err())
                .contains("--to");
    }
}
