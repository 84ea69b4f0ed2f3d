package dev.rollcall.keyspace;

import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceId;
import org.jspecify.annotations.Nullable;

/** What a key and its value say. */
public sealed interface Decoded {

    /**
     * An instance.
     *
     * @param instance what is registered there
     */
    @SuppressWarnings("JavaLangClash")
    record Readable(Instance instance) implements Decoded {}

    /**
     * Something that this version cannot read: kept aside, counted and shown, but no instance.
     *
     * @param identity who it would be by its key; null where the key says nothing either
     * @param reason what is wrong, for people; without the value
     */
    record Quarantined(@Nullable InstanceId identity, String reason) implements Decoded {}
}
