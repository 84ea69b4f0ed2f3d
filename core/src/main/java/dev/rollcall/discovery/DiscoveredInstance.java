package dev.rollcall.discovery;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.instance.Incarnation;
import dev.rollcall.instance.Instance;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An instance as it was found in the store. An immutable value; two are equal when all that they tell is equal, and the store's record of the key too.
 *
 * <p>A view holds one for each instance, so it is kept small: what the store says of the key is shared with the view's own record of it, and an incarnation
 * without a name is made when it is asked for.
 */
public final class DiscoveredInstance implements Shown {

    private final Instance instance;
    private final KeyValue kv;
    private final @Nullable Incarnation named;
    private final Instant firstSeen;

    /**
     * Made by a view's reader, of what stands at a key.
     *
     * @param kv where it stands
     * @param named which life of it, as its owner named it; null where it did not
     */
    DiscoveredInstance(Instance instance, KeyValue kv, @Nullable Incarnation named, Instant firstSeen) {
        this.instance = instance;
        this.kv = kv;
        this.named = named;
        this.firstSeen = firstSeen;
    }

    /** What it says of itself. */
    public Instance instance() {
        return instance;
    }

    /** Where it stands. */
    @Override
    public Bytes key() {
        return kv.key();
    }

    /** Which life of it: as its owner named it, or that of its key. */
    public Incarnation incarnation() {
        return named == null ? Incarnation.ofKey(kv.createRevision()) : named;
    }

    /** Whether it is of the same life as another finding of the instance: {@link #incarnation()} is equal. */
    public boolean hasIncarnationOf(DiscoveredInstance other) {
        return named == null
                ? other.named == null && kv.createRevision() == other.kv.createRevision()
                : named.equals(other.named);
    }

    /** Which life of it, as its owner named it; null where it did not. */
    @Nullable Incarnation named() {
        return named;
    }

    /** The revision that made its key. */
    @Override
    public long createRevision() {
        return kv.createRevision();
    }

    /** The revision that last wrote its key. */
    @Override
    public long modRevision() {
        return kv.modRevision();
    }

    /** The lease it lives by, or {@link LeaseId#NONE}. */
    @Override
    public LeaseId lease() {
        return kv.lease();
    }

    /** When this view first saw its key since it was made, by the local clock. */
    @Override
    public Instant firstSeen() {
        return firstSeen;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DiscoveredInstance that
                && kv.equals(that.kv)
                && instance.equals(that.instance)
                && Objects.equals(named, that.named)
                && firstSeen.equals(that.firstSeen);
    }

    @Override
    public int hashCode() {
        return kv.hashCode();
    }

    @Override
    public String toString() {
        return instance + " (" + key() + " @ " + modRevision() + ")";
    }
}
