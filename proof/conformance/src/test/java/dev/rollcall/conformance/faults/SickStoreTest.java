package dev.rollcall.conformance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.rollcall.Rollcall;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.LeaseGrantResponse;
import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.LeaseKeepAliveResponse;
import dev.rollcall.etcd.testkit.EtcdMessages;
import dev.rollcall.etcd.testkit.ScriptedEtcd;
import dev.rollcall.instance.Instance;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** How often a registrant asks a store that is sick, and how much it writes about it. */
class SickStoreTest {

    /** What is wrong with the store. */
    private enum Sickness {
        HUNG,
        NOSPACE,
        DENIED,
        NO_LEADER
    }

    private static final List<MethodDescriptor<?, ?>> ASKED = List.of(
            LeaseGrpc.getLeaseGrantMethod(),
            LeaseGrpc.getLeaseKeepAliveMethod(),
            LeaseGrpc.getLeaseTimeToLiveMethod(),
            LeaseGrpc.getLeaseRevokeMethod(),
            KVGrpc.getTxnMethod(),
            KVGrpc.getRangeMethod());

    /** Back-off has grown by then. */
    private static final Duration WARM = Duration.ofSeconds(8);

    private static final Duration MEASURED = Duration.ofSeconds(15);

    private static ScriptedEtcd store(Sickness sickness) {
        ScriptedEtcd etcd = ScriptedEtcd.start();
        switch (sickness) {
            case HUNG -> {
                etcd.always(LeaseGrpc.getLeaseGrantMethod()).await();
                etcd.always(KVGrpc.getTxnMethod()).await();
            }
            case NOSPACE ->
                etcd.always(LeaseGrpc.getLeaseGrantMethod())
                        .await()
                        .fail(Status.RESOURCE_EXHAUSTED.withDescription("etcdserver: mvcc: database space exceeded"));
            case NO_LEADER ->
                etcd.always(LeaseGrpc.getLeaseGrantMethod())
                        .await()
                        .fail(Status.UNAVAILABLE.withDescription("etcdserver: no leader"));
            case DENIED -> {
                etcd.always(LeaseGrpc.getLeaseGrantMethod())
                        .reply(request -> LeaseGrantResponse.newBuilder()
                                .setHeader(EtcdMessages.header(1))
                                .setID(7)
                                .setTTL(request.getTTL())
                                .build());
                etcd.always(LeaseGrpc.getLeaseKeepAliveMethod())
                        .answerEach(request -> LeaseKeepAliveResponse.newBuilder()
                                .setHeader(EtcdMessages.header(1))
                                .setID(request.getID())
                                .setTTL(60)
                                .build());
                etcd.always(KVGrpc.getTxnMethod())
                        .await()
                        .fail(Status.PERMISSION_DENIED.withDescription("etcdserver: permission denied"));
                etcd.always(KVGrpc.getRangeMethod())
                        .await()
                        .fail(Status.PERMISSION_DENIED.withDescription("etcdserver: permission denied"));
            }
        }
        return etcd;
    }

    private static List<Instance> instances(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Instance.builder("sick")
                        .id("n" + i)
                        .endpoint("10.0.0.1:" + (1000 + i))
                        .build())
                .toList();
    }

    private static int requests(ScriptedEtcd etcd) {
        return ASKED.stream().mapToInt(method -> etcd.requests(method).size()).sum();
    }

    @Test
    void aSickStoreIsAskedSeldomByOneRegistrationAndByAThousand() {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger("dev.rollcall.registration");
        Level before = logger.getLevel();
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        logger.addAppender(lines);
        lines.start();
        Map<String, ScriptedEtcd> stores = new LinkedHashMap<>();
        List<Rollcall> registrants = new ArrayList<>();
        Map<String, Integer> asked = new LinkedHashMap<>();
        try {
            for (Sickness sickness : Sickness.values()) {
                for (int count : List.of(1, 1000)) {
                    ScriptedEtcd etcd = store(sickness);
                    stores.put(sickness + " " + count, etcd);
                    Rollcall registrant = Rollcall.builder(etcd.endpoint())
                            .closeAtShutdown(false)
                            .connect();
                    registrants.add(registrant);
                    registrant.registerAll(instances(count));
                }
            }
            Pause.of(WARM);
            stores.forEach((name, etcd) -> asked.put(name, requests(etcd)));
            Pause.of(MEASURED);
            stores.forEach(
                    (name, etcd) -> asked.compute(name, (n, then) -> requests(etcd) - (then == null ? 0 : then)));
        } finally {
            registrants.forEach(Rollcall::close);
            stores.values().forEach(ScriptedEtcd::close);
            logger.detachAppender(lines);
            logger.setAdditive(true);
            logger.setLevel(before);
        }
        System.out.println(
                "requests in " + MEASURED.toSeconds() + " s: " + asked + "; lines in all: " + lines.list.size());
        assertThat(asked).allSatisfy((name, requests) -> {
            assertThat(requests).as(name).isPositive();
            // A thousand registrations are ten batches.
            int most = name.endsWith("DENIED 1000") ? 80 : name.startsWith("NO_LEADER") ? 60 : 10;
            assertThat(requests).as("%s of %s", name, asked).isLessThanOrEqualTo(most);
        });
        assertThat(lines.list.size()).as("%s", lines.list).isLessThanOrEqualTo(10 * registrants.size());
    }
}
