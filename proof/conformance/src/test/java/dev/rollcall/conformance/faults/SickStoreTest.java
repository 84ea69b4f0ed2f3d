package dev.rollcall.conformance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.rollcall.Rollcall;
import dev.rollcall.discovery.Discovery;
import dev.rollcall.discovery.DiscoverySettings;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.LeaseGrantResponse;
import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.LeaseKeepAliveResponse;
import dev.rollcall.etcd.testkit.EtcdMessages;
import dev.rollcall.etcd.testkit.ScriptedEtcd;
import dev.rollcall.instance.Instance;
import dev.rollcall.keyspace.Keyspace;
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

/** How often a store that is sick is asked, by registrants and by views, and how much they write about it. */
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

    /** Views ask three times a second where they are refused, once where nobody answers; a call that meets no leader is sent again for as long as it has time. */
    private static final Map<Sickness, Integer> MOST_OF_VIEWS =
            Map.of(Sickness.HUNG, 20, Sickness.DENIED, 70, Sickness.NO_LEADER, 500);

    private static final Duration MEASURED = Duration.ofSeconds(15);

    private static final Duration LEASE = Duration.ofSeconds(60);

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
                                .setTTL(LEASE.toSeconds())
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

    private static ScriptedEtcd unreadable(Sickness sickness) {
        ScriptedEtcd etcd = ScriptedEtcd.start();
        switch (sickness) {
            case HUNG -> etcd.always(KVGrpc.getRangeMethod()).await();
            case NOSPACE, DENIED ->
                etcd.always(KVGrpc.getRangeMethod())
                        .await()
                        .fail(Status.PERMISSION_DENIED.withDescription("etcdserver: permission denied"));
            case NO_LEADER ->
                etcd.always(KVGrpc.getRangeMethod())
                        .await()
                        .fail(Status.UNAVAILABLE.withDescription("etcdserver: no leader"));
        }
        return etcd;
    }

    @Test
    void aSickStoreIsAskedSeldomByOneViewAndByAThousand() {
        Map<String, ScriptedEtcd> stores = new LinkedHashMap<>();
        List<EtcdClient> clients = new ArrayList<>();
        List<Discovery> discoveries = new ArrayList<>();
        Map<String, Integer> asked = new LinkedHashMap<>();
        try {
            for (Sickness sickness : List.of(Sickness.HUNG, Sickness.DENIED, Sickness.NO_LEADER)) {
                for (int count : List.of(1, 1000)) {
                    ScriptedEtcd etcd = unreadable(sickness);
                    stores.put(sickness + " " + count, etcd);
                    EtcdClient client = EtcdClient.connect(etcd.endpoint());
                    clients.add(client);
                    Discovery discovery = Discovery.over(
                            client, Keyspace.standard(), DiscoverySettings.DEFAULTS.withStartBound(Duration.ZERO));
                    discoveries.add(discovery);
                    IntStream.range(0, count).forEach(i -> discovery.view("sick" + i));
                }
            }
            Pause.of(WARM);
            stores.forEach((name, etcd) -> asked.put(name, requests(etcd)));
            Pause.of(MEASURED);
            stores.forEach(
                    (name, etcd) -> asked.compute(name, (n, then) -> requests(etcd) - (then == null ? 0 : then)));
        } finally {
            discoveries.forEach(Discovery::close);
            clients.forEach(EtcdClient::close);
            stores.values().forEach(ScriptedEtcd::close);
        }
        System.out.println("requests of views in " + MEASURED.toSeconds() + " s: " + asked);
        assertThat(asked).allSatisfy((name, requests) -> {
            assertThat(requests).as(name).isPositive();
            Sickness sickness = Sickness.valueOf(name.substring(0, name.indexOf(' ')));
            assertThat(requests)
                    .as("%s of %s", name, asked)
                    .isLessThanOrEqualTo(MOST_OF_VIEWS.getOrDefault(sickness, 0));
        });
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
                    // Renewals, which are not to be counted, are then rare.
                    Rollcall registrant = Rollcall.builder(etcd.endpoint())
                            .leaseTime(LEASE)
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
