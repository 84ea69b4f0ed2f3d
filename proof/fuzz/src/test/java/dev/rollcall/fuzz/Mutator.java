package dev.rollcall.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Makes inputs from kept ones, the same for the same seed: bytes changed, cut, repeated, spliced with another's. */
final class Mutator {

    private static final int MAX_SIZE = 4096;
    private static final byte[] EDGES = {
        0, 1, 0x1b, '\n', '\r', '"', '\\', '/', ':', '%', 0x7f, (byte) 0x80, (byte) 0xff
    };
    private static final List<byte[]> WORDS = List.of(
            new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
            new byte[] {(byte) 0xc2, (byte) 0x9b},
            "://".getBytes(StandardCharsets.UTF_8),
            "\\ud800".getBytes(StandardCharsets.UTF_8),
            "99999999999999999999".getBytes(StandardCharsets.UTF_8),
            new byte[300]);

    private final SplittableRandom random;
    private final List<byte[]> kept;

    Mutator(long seed, List<byte[]> kept) {
        this.random = new SplittableRandom(seed);
        this.kept = kept;
    }

    byte[] next() {
        byte[] input = any();
        for (int i = random.nextInt(6); i >= 0; i--) {
            input = mutated(input);
        }
        return input.length <= MAX_SIZE ? input : Arrays.copyOf(input, MAX_SIZE);
    }

    private byte[] any() {
        return kept.get(random.nextInt(kept.size()));
    }

    private byte[] mutated(byte[] input) {
        int at = random.nextInt(input.length + 1);
        int end = at + random.nextInt(Math.min(64, input.length - at) + 1);
        return switch (random.nextInt(8)) {
            case 0, 1 -> with(input, at, (byte) random.nextInt(256));
            case 2 -> with(input, at, EDGES[random.nextInt(EDGES.length)]);
            case 3 -> joined(Arrays.copyOf(input, at), Arrays.copyOfRange(input, end, input.length));
            case 4 -> joined(Arrays.copyOf(input, end), Arrays.copyOfRange(input, at, input.length));
            case 5 -> inserted(input, at, WORDS.get(random.nextInt(WORDS.size())));
            case 6 -> inserted(input, at, new byte[] {EDGES[random.nextInt(EDGES.length)]});
            default -> spliced(input, at);
        };
    }

    private byte[] spliced(byte[] input, int at) {
        byte[] other = any();
        return joined(
                Arrays.copyOf(input, at), Arrays.copyOfRange(other, random.nextInt(other.length + 1), other.length));
    }

    private static byte[] with(byte[] input, int at, byte value) {
        byte[] changed = at < input.length ? input.clone() : Arrays.copyOf(input, at + 1);
        changed[at] = value;
        return changed;
    }

    private static byte[] inserted(byte[] input, int at, byte[] word) {
        return joined(joined(Arrays.copyOf(input, at), word), Arrays.copyOfRange(input, at, input.length));
    }

    private static byte[] joined(byte[] one, byte[] two) {
        byte[] both = Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, both, one.length, two.length);
        return both;
    }
}
