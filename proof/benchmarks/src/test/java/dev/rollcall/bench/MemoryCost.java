package dev.rollcall.bench;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.Freshness;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.etcd.Op;
import dev.rollcall.etcd.Put;
import dev.rollcall.etcd.Txn;
import dev.rollcall.instance.Incarnation;
import dev.rollcall.instance.Instance;
import dev.rollcall.keyspace.Keyspace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The heap of a view of many instances, for each of them, in both formats, and after each was written again; and that of a view of nobody. */
final class MemoryCost implements CostBench.Cost {

    private static final int INSTANCES = 100_000;
    private static final int VIEWS = 1_000;
    private static final int TOGETHER = 100;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration LEASE = Duration.ofHours(1);

    @Override
    public void measure(Subject.Programs programs, Server etcd) throws InterruptedException {
        System.out.println("| what | heap, bytes |");
        System.out.println("|---|---|");
        for (Keyspace keyspace : List.of(Keyspace.plain("/plain"), Keyspace.standard())) {
            fill(etcd.url(), keyspace);
            try (Rollcall rollcall =
                    Rollcall.builder(etcd.url()).keyspace(keyspace).connect()) {
                // What a first view loads is no part of an instance.
                rollcall.discover("nobody").close();
                long before = heap();
                ServiceView view = rollcall.discover("user");
                view.awaitInstances(INSTANCES, PATIENCE);
                awaitLive(view, 0);
                String row = "| an instance of " + INSTANCES + " in a view, " + keyspace;
                System.out.println(row + " | " + (heap() - before) / INSTANCES + " |");
                awaitLive(view, fill(etcd.url(), keyspace));
                System.out.println(row + ", written again | " + (heap() - before) / INSTANCES + " |");
                view.close();
            }
        }
        views(etcd.url());
    }

    /** Then it holds nothing besides what it shows: to prove it takes one transaction of keys, for they have a lease here, as those of registrations have. */
    private static void awaitLive(ServiceView view, long revision) throws InterruptedException {
        long start = Time.nanos();
        while (view.snapshot().revision() < revision || view.snapshot().freshness() != Freshness.LIVE) {
            if (Time.secondsSince(start) > PATIENCE.toSeconds()) {
                throw new IllegalStateException("the view is not live at revision " + revision + ": " + view);
            }
            Time.pass(Duration.ofMillis(50));
        }
    }

    /** Writes all, under one lease; answers the last revision. */
    private static long fill(String url, Keyspace keyspace) {
        long revision = 0;
        try (EtcdClient client = EtcdClient.connect(url)) {
            LeaseId lease = client.leases().grant(LEASE).id();
            for (int i = 0; i < INSTANCES; i += TOGETHER) {
                List<Op> puts = new ArrayList<>();
                for (int j = i; j < i + TOGETHER; j++) {
                    Instance instance =
                            Instance.of("user", "10." + j / 62_500 + "." + j / 250 % 250 + "." + j % 250 + ":8080");
                    puts.add(Put.of(keyspace.key(instance.identity()), encoded(keyspace, instance, j))
                            .under(lease));
                }
                revision = client.kv()
                        .txn(Txn.when().then(puts.toArray(Op[]::new)))
                        .header()
                        .revision();
            }
        }
        return revision;
    }

    /** As a registration writes it. */
    private static Bytes encoded(Keyspace keyspace, Instance instance, int number) {
        return keyspace.encode(instance, Incarnation.named(HexFormat.of().toHexDigits((long) number)));
    }

    private static void views(String url) throws InterruptedException {
        try (Rollcall rollcall = Rollcall.connect(url)) {
            rollcall.discover("nobody-0").close();
            long before = heap();
            for (int i = 1; i <= VIEWS; i++) {
                awaitLive(rollcall.discover("nobody-" + i), 0);
            }
            System.out.println(
                    "| a view of a service without instances, of " + VIEWS + " | " + (heap() - before) / VIEWS + " |");
        }
    }

    private static long heap() throws InterruptedException {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 4; i++) {
            System.gc();
            Time.pass(Duration.ofMillis(250));
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
