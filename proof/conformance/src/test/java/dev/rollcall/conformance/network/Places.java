package dev.rollcall.conformance.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.testkit.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Many places at which something is cut, several at once. */
final class Places {

    private static final int AT_ONCE = 10;
    private static final List<Fault> ENDS = List.of(Fault.cut(), Fault.halfClose(), Fault.reset());

    private Places() {}

    /** What is tried at one of them. */
    @FunctionalInterface
    interface Trial {
        /** Tries it, and asserts. */
        void at(int number);
    }

    /** How many: {@code -Drollcall.cuts}, else {@code usual}. */
    static int cuts(int usual) {
        return Integer.getInteger("rollcall.cuts", usual);
    }

    /** One of the three ways to end a connection, in turn. */
    static Fault end(int number) {
        return ENDS.get(number % ENDS.size());
    }

    /** Tries {@code 0} to {@code count - 1}. */
    static void each(int count, Trial trial) throws InterruptedException, ExecutionException {
        ExecutorService hands = Executors.newFixedThreadPool(AT_ONCE);
        List<Future<?>> trials = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            trials.add(hands.submit(() -> trial.at(number)));
        }
        hands.shutdown();
        assertThat(hands.awaitTermination(60 + count, TimeUnit.SECONDS)).isTrue();
        for (Future<?> each : trials) {
            each.get();
        }
    }
}
