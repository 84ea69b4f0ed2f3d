package dev.rollcall.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every target over its corpus and over inputs made from it with a fixed seed: {@code -Dfuzz.seed=N}, {@code -Dfuzz.millis=N} make others, and
 * more: so much processor time for each target. {@code tools/fuzz} searches long, guided by coverage.
 */
class FuzzTest {

    private static final long SEED = Long.getLong("fuzz.seed", 1);
    private static final long MILLIS = Long.getLong("fuzz.millis", 1_200);

    /** Processor time and memory of one input; generous, so that only a hang or a bomb is more. */
    private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long MAX_BYTES = 64L << 20;
    private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    static Stream<Class<?>> targets() {
        return Targets.ALL.stream();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void aTargetHoldsItsProperties(Class<?> target) throws Throwable {
        MethodHandle one = MethodHandles.lookup()
                .findStatic(target, "fuzzerTestOneInput", MethodType.methodType(void.class, byte[].class));
        List<byte[]> kept = Corpus.of(Targets.name(target));
        assertThat(kept).isNotEmpty();
        for (byte[] input : kept) {
            run(one, input);
        }
        Mutator mutator = new Mutator(SEED, kept);
        long end = THREAD.getCurrentThreadCpuTime() + TimeUnit.MILLISECONDS.toNanos(MILLIS);
        while (THREAD.getCurrentThreadCpuTime() < end) {
            run(one, mutator.next());
        }
    }

    private static void run(MethodHandle target, byte[] input) throws Throwable {
        long time = THREAD.getCurrentThreadCpuTime();
        long memory = THREAD.getCurrentThreadAllocatedBytes();
        try {
            target.invokeExact(input);
        } catch (Throwable e) {
            throw new AssertionError("with the input " + Escaped.write(input), e);
        }
        long nanos = THREAD.getCurrentThreadCpuTime() - time;
        long bytes = THREAD.getCurrentThreadAllocatedBytes() - memory;
        Property.holds(
                nanos < MAX_NANOS && bytes < MAX_BYTES,
                () -> nanos / 1_000_000 + " ms and " + bytes + " bytes for the input " + Escaped.write(input));
    }

    @Test
    void aKeptInputIsWrittenAndReadUnchanged() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        assertThat(Escaped.read(Escaped.write(all))).isEqualTo(all);
    }
}
