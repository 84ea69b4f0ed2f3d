import dev.rollcall.Rollcall;
import dev.rollcall.discovery.DiscoveredInstance;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.discovery.SnapshotListener;
import dev.rollcall.instance.Instance;
import dev.rollcall.registration.Registration;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * So many consumers of one service, each with a client and connections of its own, in one process: {@code Crowd STORE CONSUMERS}. Prints {@code begin} when all
 * see all, {@code end} when all have seen all changes, and how late they were told.
 */
final class Crowd {

    private static final int INSTANCES = 100;
    private static final int CHANGES = 500;
    private static final int CHANGES_PER_SECOND = 50;

    private final int consumers;
    private final long[] lags;
    private final AtomicInteger told = new AtomicInteger();

    private Crowd(int consumers) {
        this.consumers = consumers;
        this.lags = new long[consumers * CHANGES];
    }

    public static void main(String[] args) throws Exception {
        new Crowd(Integer.parseInt(args[1])).run(args[0]);
        System.exit(0);
    }

    private void run(String store) throws Exception {
        Rollcall owner = Rollcall.connect(store);
        List<Registration> instances = new ArrayList<>();
        for (int i = 0; i < INSTANCES; i++) {
            instances.add(owner.register(Instance.of("user", Entries.id(i))));
        }
        for (Registration one : instances) {
            one.awaitRegistered(Duration.ofSeconds(30));
        }
        List<Rollcall> all = new ArrayList<>();
        for (int i = 0; i < consumers; i++) {
            Rollcall consumer = Rollcall.connect(store);
            all.add(consumer);
            ServiceView view = consumer.discover("user", new SnapshotListener() {
                @Override
                public void updated(DiscoveredInstance before, DiscoveredInstance after) {
                    long at = Long.parseLong(after.instance().metadata().get("at"));
                    int place = told.getAndIncrement();
                    if (place < lags.length) {
                        lags[place] = System.nanoTime() - at;
                    }
                }
            });
            view.awaitInstances(INSTANCES, Duration.ofSeconds(60));
        }
        TimeUnit.SECONDS.sleep(2);
        System.out.println("begin");
        long cpu = cpu();
        long begun = System.nanoTime();
        for (int i = 0; i < CHANGES; i++) {
            long due = begun + i * TimeUnit.SECONDS.toNanos(1) / CHANGES_PER_SECOND;
            TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
            String now = Long.toString(System.nanoTime());
            instances.get(i % INSTANCES).update(me -> me.toBuilder().metadata("at", now).build());
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (told.get() < lags.length) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(told.get() + " of " + lags.length + " changes were told");
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.out.println("end");
        long[] sorted = lags.clone();
        Arrays.sort(sorted);
        System.out.println(String.format(
                Locale.ROOT,
                "%d\t%.1f\t%.2f\t%.2f\t%.1f",
                consumers,
                seconds,
                sorted[sorted.length / 2] / 1e6,
                sorted[sorted.length * 99 / 100] / 1e6,
                (cpu() - cpu) / 1e9 / seconds * 100));
        all.forEach(Rollcall::close);
        owner.close();
    }

    private static long cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
