package dev.rollcall.discovery;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.LeaseId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The simplest entry there is: a text under a key; the first segment of the key is its group. */
record Word(Bytes key, String text, long createRevision, long modRevision, LeaseId lease, Instant firstSeen)
        implements Shown {

    static final EntryReader<Word> READER = new EntryReader<>() {
        @Override
        public Reading<Word> read(KeyValue kv, @Nullable Word last, Instant firstSeen) {
            String text = kv.value().utf8();
            if (text.startsWith("bad")) {
                return new Reading.Bad<>("it is " + text);
            }
            if (text.equals("explodes")) {
                throw new IllegalStateException("a reader that fails");
            }
            return new Reading.Good<>(
                    new Word(kv.key(), text, kv.createRevision(), kv.modRevision(), kv.lease(), firstSeen));
        }

        @Override
        public boolean tells(Word before, Word after) {
            return !sameContent(before, after);
        }

        @Override
        public boolean sameContent(Word before, Word after) {
            return before.text().equals(after.text());
        }

        @Override
        public DownCause cause(Word last) {
            if (last.text().equals("leaving")) {
                return DownCause.DEREGISTERED;
            }
            return last.lease().isNone() ? DownCause.UNKNOWN : DownCause.EXPIRED;
        }

        @Override
        public String group(Word entry) {
            String key = entry.key().utf8();
            return key.substring(0, key.indexOf('/'));
        }
    };
}
