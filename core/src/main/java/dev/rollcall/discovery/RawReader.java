package dev.rollcall.discovery;

import dev.rollcall.etcd.KeyValue;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Takes keys and values as they are; the guard counts the directory as one. */
final class RawReader implements EntryReader<FollowedEntry> {

    @Override
    public Reading<FollowedEntry> read(KeyValue kv, @Nullable FollowedEntry last, Instant firstSeen) {
        return new Reading.Good<>(
                new FollowedEntry(kv.key(), kv.value(), kv.createRevision(), kv.modRevision(), kv.lease(), firstSeen));
    }

    /** Every put is told, but for the move of a key to another lease. */
    @Override
    public boolean tells(FollowedEntry before, FollowedEntry after) {
        return !sameContent(before, after) || before.lease().equals(after.lease());
    }

    @Override
    public boolean sameContent(FollowedEntry before, FollowedEntry after) {
        return before.value().equals(after.value());
    }

    @Override
    public DownCause cause(FollowedEntry last) {
        return DownCause.UNKNOWN;
    }

    @Override
    public String group(FollowedEntry entry) {
        return "";
    }
}
