package dev.rollcall.pick;

import dev.rollcall.instance.Instance;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Which instances may be picked, and in words, for whoever asks why one is left out. Immutable.
 *
 * <p>It is asked once for each instance when what is shown changes, not in each pick. One that throws admits nobody, and says what it threw.
 */
public final class InstanceFilter {

    private final String words;
    private final Predicate<Instance> admits;
    private final Function<Instance, String> reason;

    private InstanceFilter(String words, Predicate<Instance> admits) {
        this(words, admits, instance -> admits.test(instance) ? "" : "not of " + words);
    }

    private InstanceFilter(String words, Predicate<Instance> admits, Function<Instance, String> reason) {
        this.words = words;
        this.admits = admits;
        this.reason = reason;
    }

    /** Those against which nothing speaks: there is no reason in words. */
    static InstanceFilter because(String words, Function<Instance, String> reason) {
        return new InstanceFilter(words, instance -> reason.apply(instance).isEmpty(), reason);
    }

    /** Those with a tag. */
    public static InstanceFilter tag(String tag) {
        return new InstanceFilter("tag " + tag, instance -> instance.tags().contains(tag));
    }

    /** Those that state just this version. */
    public static InstanceFilter version(String version) {
        return new InstanceFilter(
                "version " + version,
                instance -> instance.version().filter(version::equals).isPresent());
    }

    /** Those that state just this zone. */
    public static InstanceFilter zone(String zone) {
        return new InstanceFilter(
                "zone " + zone, instance -> instance.zone().filter(zone::equals).isPresent());
    }

    /** Those with a pair among their metadata. */
    public static InstanceFilter metadata(String key, String value) {
        return new InstanceFilter(
                "metadata " + key + "=" + value,
                instance -> value.equals(instance.metadata().get(key)));
    }

    /**
     * Those that a predicate admits.
     *
     * @param words what it asks for, in a few words: they are shown
     */
    public static InstanceFilter of(String words, Predicate<Instance> admits) {
        return new InstanceFilter(words, admits);
    }

    /** Those that both admit. */
    public InstanceFilter and(InstanceFilter other) {
        return new InstanceFilter(words + " and " + other.words, admits.and(other.admits));
    }

    /** Those that either admits. */
    public InstanceFilter or(InstanceFilter other) {
        return new InstanceFilter("(" + words + " or " + other.words + ")", admits.or(other.admits));
    }

    /** Those that this one does not admit. */
    public InstanceFilter negate() {
        return new InstanceFilter("not (" + words + ")", admits.negate());
    }

    /** Why an instance is not admitted; empty where it is. */
    String against(Instance instance) {
        try {
            return reason.apply(instance);
        } catch (RuntimeException e) {
            return "the filter '" + words + "' threw " + e.getClass().getName();
        }
    }

    /** What it asks for. */
    @Override
    public String toString() {
        return words;
    }
}
