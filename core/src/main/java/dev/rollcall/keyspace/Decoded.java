package dev.rollcall.keyspace;

import dev.rollcall.instance.Incarnation;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceId;
import org.jspecify.annotations.Nullable;

/** What a key and its value say. */
public sealed interface Decoded {

    /**
     * An instance.
     *
     * @param instance what is registered there
     * @param incarnation of which life, where the value says it
     */
    @SuppressWarnings("JavaLangClash")
    record Readable(Instance instance, @Nullable Incarnation incarnation) implements Decoded {

        @Override
        public InstanceId identity() {
            return instance.identity();
        }

        /** Without the name of an incarnation. */
        public Readable(Instance instance) {
            this(instance, null);
        }
    }

    /**
     * Something that this version cannot read: kept aside, counted and shown, but no instance.
     *
     * @param identity who it would be by its key; null where the key says nothing either
     * @param reason what is wrong, for people; without the value
     */
    record Quarantined(@Nullable InstanceId identity, String reason) implements Decoded {}

    /** Who it is by its key; null where the key says nothing. */
    @Nullable InstanceId identity();

    /**
     * Which life of the instance stands there: as the value names it, else that of the key.
     *
     * @param createRevision the revision that created the key
     */
    default Incarnation incarnation(long createRevision) {
        Incarnation named = this instanceof Readable readable ? readable.incarnation() : null;
        return named == null ? Incarnation.ofKey(createRevision) : named;
    }
}
