package dev.rollcall.pick;

import static dev.rollcall.concurrency.Interleavings.holds;
import static dev.rollcall.concurrency.Interleavings.together;

import dev.rollcall.concurrency.Interleavings;
import dev.rollcall.discovery.Snapshot;
import dev.rollcall.instance.Instance;
import dev.rollcall.internal.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PickerModelTest {

    private static final Instance OLD = Instance.of("user", "10.0.0.1:80");
    private static final Instance NEW = Instance.of("user", "10.0.0.2:80");
    private static final Snapshot BEFORE = Snapshot.of("user", List.of(OLD));
    private static final Snapshot AFTER = Snapshot.of("user", List.of(NEW));
    private static final Instance NEWEST = Instance.of("user", "10.0.0.3:80");
    private static final Snapshot LAST = Snapshot.of("user", List.of(NEWEST));
    private static final List<Instance> AGES = List.of(OLD, NEW, NEWEST);
    private static final Snapshot BOTH = Snapshot.of("user", List.of(OLD, NEW));

    /** The fewer switches a fault takes, the sooner it is found; these take three. */
    private static final int MANY = 100;

    /** As a view publishes: one volatile field; and a clock that moves when it is told to. */
    private static final class Published implements TimeSource {
        private volatile Snapshot now;
        private final AtomicLong nanos = new AtomicLong();

        Published(Snapshot first) {
            now = first;
        }

        Picker under(PickStrategy strategy) {
            AtomicLong dice = new AtomicLong();
            return strategy.over(
                    new Candidates.Source(() -> now, () -> now), this, bound -> dice.getAndIncrement() % bound);
        }

        void later() {
            nanos.addAndGet(Duration.ofMillis(10).toNanos());
        }

        @Override
        public long nanos() {
            return nanos.get();
        }

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }
    }

    @Test
    void aPickNeverGoesBackInTimeAndInTheEndIsOfWhatIsPublished() {
        Interleavings.of(MANY, () -> {
            Published published = new Published(BEFORE);
            Picker picker = published.under(PickStrategy.first());
            published.later();
            Runnable thrice = () -> {
                int first = AGES.indexOf(picker.pick());
                int second = AGES.indexOf(picker.pick());
                int third = AGES.indexOf(picker.pick());
                holds(first <= second && second <= third, "a pick went back in time");
            };
            published.now = AFTER;
            together(thrice, () -> {
                published.now = LAST;
                thrice.run();
            });
            published.later();
            holds(picker.pick().equals(NEWEST), "an old instance at the end");
        });
    }

    @Test
    void twoWhoPickAtOnceTakeTurns() {
        Interleavings.of(() -> {
            Picker picker = new Published(BOTH).under(PickStrategy.roundRobin());
            Instance[] picked = new Instance[2];
            together(() -> picked[0] = picker.pick(), () -> picked[1] = picker.pick());
            holds(!picked[0].equals(picked[1]), "both got the same");
        });
    }

    @Test
    void twoWhoStickAtOnceStickTogether() {
        Interleavings.of(MANY, () -> {
            Picker picker = new Published(BOTH).under(PickStrategy.sticky());
            Instance[] picked = new Instance[2];
            together(() -> picked[0] = picker.pick(), () -> picked[1] = picker.pick());
            holds(picked[0].equals(picked[1]) && picker.pick().equals(picked[0]), "they went apart");
        });
    }

    @Test
    void failuresThatAreToldAtOnceAreAllCountedAndEject() {
        Throwable cause = new IllegalStateException();
        Interleavings.of(() -> {
            Published published = new Published(BOTH);
            Picker picker = published.under(
                    PickStrategy.first().ejecting(EjectionRules.defaults().withFailuresInRow(4)));
            published.later();
            Runnable fail = () -> {
                for (int i = 0; i < 2; i++) {
                    picker.failed(OLD, Duration.ZERO, cause);
                }
            };
            together(fail, fail, picker::pick);
            published.later();
            holds(picker.pick().equals(NEW), "not ejected in the end");
        });
    }

    @Test
    void lessFailuresThanItTakesNeverEject() {
        Throwable cause = new IllegalStateException();
        Interleavings.of(() -> {
            Published published = new Published(BOTH);
            Picker picker = published.under(PickStrategy.first());
            published.later();
            Runnable fail = () -> picker.failed(OLD, Duration.ZERO, cause);
            together(fail, fail, picker::pick);
            published.later();
            holds(picker.pick().equals(OLD), "ejected for two failures");
        });
    }
}
