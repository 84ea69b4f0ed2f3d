package dev.rollcall.conformance.faults;

import dev.rollcall.etcd.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What strangers may write into a store, drawn from a seed: keys in and beside the range of a service, and values that are none. */
final class Neighbours {

    /** Where a key lies for a view of the service. */
    enum Place {
        /** The key of an instance. */
        INSTANCE,
        /** In the range, and nobody's key: reported. */
        FOREIGN,
        /** In the range, and the key of a deeper service: left out without a word. */
        DEEPER,
        /** Beside the range. */
        BESIDE
    }

    /** A key, and where it lies. */
    record Key(Place place, Bytes bytes) {}

    /** A value, and whether the standard and the plain format can read it. */
    record Value(Bytes bytes, boolean standard, boolean plain) {}

    private static final int HUGE = 1_400_000;

    private final SplittableRandom random;
    private final String range;

    /**
     * Draws them for a service whose keys stand in {@code range}.
     *
     * @param range such as {@code services/user/}
     */
    Neighbours(long seed, String range) {
        this.random = new SplittableRandom(seed);
        this.range = range;
    }

    Key key() {
        String bare = range.substring(0, range.length() - 1);
        int number = random.nextInt(1_000_000);
        return switch (random.nextInt(16)) {
            case 0 -> foreign(range + "/" + number);
            case 1 -> foreign(range);
            case 2 -> foreign(range + number + "/");
            case 3 -> foreign(range + number + "\r\n\u001b[31mred");
            case 4 -> foreign(range + (random.nextBoolean() ? ".." : "."));
            case 5 -> foreign(range + "x".repeat(257 + random.nextInt(2_000)));
            case 6 -> new Key(Place.FOREIGN, after(range, binary(1 + random.nextInt(40))));
            case 7 -> new Key(Place.DEEPER, Bytes.utf8(range + "eu/" + number));
            case 8 -> beside(bare + "1/" + number);
            case 9 -> beside(bare + (random.nextBoolean() ? "-" : ".") + "/" + number);
            case 10 -> beside(bare.substring(0, bare.length() - 1) + "/" + number);
            case 11 -> beside(bare + "0");
            case 12 -> beside(bare);
            case 13 -> new Key(Place.BESIDE, after(bare + ";", binary(1 + random.nextInt(40))));
            default -> new Key(Place.INSTANCE, Bytes.utf8(range + number + " ${jndi:ldap:}%2e%2e"));
        };
    }

    private static Key foreign(String key) {
        return new Key(Place.FOREIGN, Bytes.utf8(key));
    }

    private static Key beside(String key) {
        return new Key(Place.BESIDE, Bytes.utf8(key));
    }

    Value value() {
        int number = random.nextInt(1_000_000);
        String good = "{\"Op\":0,\"Addr\":\"10.0.0.7:" + (1 + number % 65_535) + "\",\"Metadata\":null}";
        return switch (random.nextInt(24)) {
            case 0 -> new Value(binary(1 + random.nextInt(400)), false, false);
            case 1 -> new Value(binary(HUGE), false, false);
            case 2 -> text("x".repeat(HUGE), false);
            case 3 -> text("", false);
            case 4 -> text("null", false);
            case 5 -> text("[".repeat(10_000), false);
            case 6 -> text(good.substring(0, 1 + random.nextInt(good.length() - 1)), false);
            case 7 -> text("\ufeff" + good, false);
            case 8 -> text(good + "\u0000", false);
            case 9 -> text("{\"Addr\":" + "1".repeat(1 + random.nextInt(500)) + "}", false);
            case 10 -> text("{\"Addr\":\"a:1\",\"Addr\":\"b:2\"}", false);
            case 11 -> text("{\"Addr\":\"\"}", false);
            case 12 -> text("{\"Addr\":\"a:1\",\"Rollcall\":[" + number + "]}", false);
            case 13 -> text("\r\n\u001b[2J17:00:00 ERROR forged", false);
            case 14 -> text("{\"Addr\":\"\\r\\n\\u001b[2Jforged " + number + "\"}", true);
            case 15 ->
                text("{\"Addr\":\"${jndi:ldap://127.0.0.1/" + number + "}\",\"unknown\":{\"a\":[1,null]}}", true);
            case 16 -> text("{\"Op\":9,\"Addr\":\"a:1\",\"Rollcall\":{\"v\":99,\"status\":\"dancing\"}}", true);
            default -> text(good, true);
        };
    }

    private static Value text(String text, boolean standard) {
        return new Value(Bytes.utf8(text), standard, true);
    }

    /** Bytes that are not UTF-8. */
    private Bytes binary(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        bytes[random.nextInt(size)] = (byte) 0xff;
        return Bytes.of(bytes);
    }

    private static Bytes after(String text, Bytes more) {
        return Bytes.utf8(text).concat(more);
    }

    /** Some of a list, in a random order. */
    <T> List<T> some(List<T> all, int count) {
        List<T> left = new ArrayList<>(all);
        List<T> drawn = new ArrayList<>();
        while (drawn.size() < count && !left.isEmpty()) {
            drawn.add(left.remove(random.nextInt(left.size())));
        }
        return drawn;
    }
}
