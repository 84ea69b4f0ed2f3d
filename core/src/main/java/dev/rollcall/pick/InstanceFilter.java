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
    private final Function<Instance, String> reason;

    private InstanceFilter(String words, Function<Instance, String> reason) {
        this.words = words;
        this.reason = reason;
    }

    /** Those against which nothing speaks: there is no reason in words. */
    static InstanceFilter because(String words, Function<Instance, String> reason) {
        return new InstanceFilter(words, reason);
    }

    private boolean admits(Instance instance) {
        return reason.apply(instance).isEmpty();
    }

    /** Those with a tag. */
    public static InstanceFilter tag(String tag) {
        return of("tag " + tag, instance -> instance.tags().contains(tag));
    }

    /** Those that state just this version. */
    public static InstanceFilter version(String version) {
        return of(
                "version " + version,
                instance -> instance.version().filter(version::equals).isPresent());
    }

    /** Those that state just this zone. */
    public static InstanceFilter zone(String zone) {
        return of(
                "zone " + zone, instance -> instance.zone().filter(zone::equals).isPresent());
    }

    /** Those with a pair among their metadata. */
    public static InstanceFilter metadata(String key, String value) {
        return of(
                "metadata " + key + "=" + value,
                instance -> value.equals(instance.metadata().get(key)));
    }

    /**
     * Those that a predicate admits.
     *
     * @param words what it asks for, in a few words: they are shown
     */
    public static InstanceFilter of(String words, Predicate<Instance> admits) {
        return new InstanceFilter(words, instance -> admits.test(instance) ? "" : "not of " + words);
    }

    /** Those that both admit. */
    public InstanceFilter and(InstanceFilter other) {
        return of(words + " and " + other.words, instance -> admits(instance) && other.admits(instance));
    }

    /** Those that either admits. */
    public InstanceFilter or(InstanceFilter other) {
        return of("(" + words + " or " + other.words + ")", instance -> admits(instance) || other.admits(instance));
    }

    /** Those that this one does not admit. */
    public InstanceFilter negate() {
        return of("not (" + words + ")", instance -> !admits(instance));
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
