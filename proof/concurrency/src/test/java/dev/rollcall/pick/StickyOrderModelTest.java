package dev.rollcall.pick;

import static dev.rollcall.concurrency.Interleavings.holds;
import static dev.rollcall.concurrency.Interleavings.together;

import dev.rollcall.concurrency.Interleavings;
import dev.rollcall.instance.Instance;
import dev.rollcall.internal.RandomSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The order without the tables around it, whose building has so many steps of its own that the few that matter here would hardly be tried. */
class StickyOrderModelTest {

    private static final int MANY = 300;

    private static final Candidate A = candidate("10.0.0.1:80");
    private static final Candidate B = candidate("10.0.0.2:80");
    private static final Candidate C = candidate("10.0.0.3:80");

    private static Candidate candidate(String address) {
        return new Candidate(
                Instance.of("user", address), new Standing(EjectionRules.defaults(), 0, new AtomicInteger(), 0));
    }

    /** With dice that never fall the same twice. */
    private static final class Scene {

        private final AtomicLong dice = new AtomicLong();
        private final RandomSource random = bound -> dice.getAndIncrement() % bound;

        StickyOrder first(Candidate... live) {
            return new StickyOrder(Group.of(List.of(live), false), random, null);
        }

        StickyOrder after(StickyOrder before, Candidate... live) {
            return new StickyOrder(Group.of(List.of(live), false), random, before);
        }
    }

    private static boolean same(@Nullable Candidate... picked) {
        for (@Nullable Candidate one : picked) {
            if (!Objects.equals(one, picked[0])) {
                return false;
            }
        }
        return true;
    }

    @Test
    void twoWhoStickAtOnceStickTogether() {
        Interleavings.of(MANY, () -> {
            Scene scene = new Scene();
            StickyOrder order = scene.first(A, B);
            @Nullable Candidate[] picked = new @Nullable Candidate[2];
            together(() -> picked[0] = order.next(0, null), () -> picked[1] = order.next(0, null));
            holds(same(picked[0], picked[1], order.next(0, null)), "they went apart");
        });
    }

    /** Of two who stick for the first time one goes by the table that was, the other by the one that comes. */
    @Test
    void whoSticksWhileTheTableIsRenewedSticksWithTheOthers() {
        Interleavings.of(MANY, () -> {
            Scene scene = new Scene();
            StickyOrder was = scene.first(A, B);
            @Nullable Candidate[] picked = new @Nullable Candidate[4];
            together(() -> picked[0] = was.next(0, null), () -> {
                StickyOrder comes = scene.after(was, A, B, C);
                picked[1] = comes.next(0, null);
                picked[2] = comes.next(0, null);
                picked[3] = scene.after(comes, A, B).next(0, null);
            });
            holds(same(picked), "they went apart");
        });
    }

    /** Whoever still has the table with the one that is gone takes the others neither back to it nor anywhere else. */
    @Test
    void whoComesLateDoesNotMoveTheOthers() {
        Interleavings.of(MANY, () -> {
            Scene scene = new Scene();
            StickyOrder was = scene.first(A, B);
            holds(Objects.equals(was.next(0, null), A), "the dice fell otherwise");
            @Nullable Candidate[] picked = new @Nullable Candidate[4];
            together(
                    () -> {
                        picked[0] = was.next(0, null);
                        picked[1] = was.next(0, null);
                    },
                    () -> {
                        StickyOrder comes = scene.after(was, C);
                        picked[2] = comes.next(0, null);
                        picked[3] = scene.after(comes, A, B, C).next(0, null);
                    });
            holds(A.equals(picked[0]) || B.equals(picked[0]), "not of its table");
            holds(C.equals(picked[2]) && C.equals(picked[3]), "the one who came late moved the others");
        });
    }

    /** Somebody was out for the time of one table, and is back in the next, by which others stick already when a pick by the one between comes late. */
    @Test
    void whoComesLateMovesNobodyAwayFromOneWhoIsBack() {
        Interleavings.of(MANY, () -> {
            Scene scene = new Scene();
            StickyOrder was = scene.first(A, B);
            holds(Objects.equals(was.next(0, null), A), "the dice fell otherwise");
            StickyOrder between = scene.after(was, B);
            @Nullable Candidate[] picked = new @Nullable Candidate[3];
            together(() -> picked[0] = between.next(0, null), () -> {
                StickyOrder comes = scene.after(between, A, B);
                picked[1] = comes.next(0, null);
                picked[2] = comes.next(0, null);
            });
            holds(B.equals(picked[0]), "not of its table");
            holds(same(picked[1], picked[2]), "the one who came late moved the others");
        });
    }
}
