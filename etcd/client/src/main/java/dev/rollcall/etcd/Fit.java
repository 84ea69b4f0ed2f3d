package dev.rollcall.etcd;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether an answer can be one to what was asked; pure.
 *
 * <p>Without TLS a changed bit may leave a message that can be read and says something else: a read's answer in place of a put's, a page without
 * its end, a lease without a number. What cannot be true is no answer; what could be true passes.
 */
final class Fit {

    /** etcd lengthens a lease to one and a half election timeouts, which are 50 s at most. */
    private static final long LONGEST_LEAST_LEASE = 75;

    private Fit() {}

    /** A read's answer, if it fits. */
    static GetResult of(Get get, GetResult answer) {
        require(answer.header().revision() > 0, false, "it has no revision");
        String misfit = misfit(get, answer, answer.header().revision());
        require(misfit == null, false, String.valueOf(misfit));
        return answer;
    }

    /** A transaction's answer, if it fits. */
    static TxnResult of(Txn txn, TxnResult answer, boolean isRead) {
        require(answer.header().revision() > 0, !isRead, "it has no revision");
        String misfit = misfit(txn, answer, answer.header().revision());
        require(misfit == null, !isRead, String.valueOf(misfit));
        return answer;
    }

    /** The answer to a put or a deletion, if it fits. */
    static <R extends OpResult> R ofWrite(R answer) {
        require(answer.header().revision() > 0, true, "it has no revision");
        require(!(answer instanceof DeleteResult gone) || gone.deleted() >= 0, true, "it is not a deletion's");
        return answer;
    }

    /** The header of a read, if it fits. */
    static Header of(Header header) {
        require(header.revision() > 0, false, "it has no revision");
        return header;
    }

    /** A lease that was granted, if it fits. */
    static LeaseGrant of(long seconds, LeaseGrant grant) {
        long given = grant.ttl().toSeconds();
        require(!grant.id().isNone(), false, "a lease without a number");
        require(
                given >= seconds && given <= Math.max(seconds, LONGEST_LEAST_LEASE),
                false,
                "a lease of " + given + " s, where " + seconds + " were asked for");
        return grant;
    }

    /** What is said of a lease, if it fits. */
    static LeaseTimeToLive of(LeaseId asked, LeaseTimeToLive answer, long ttl) {
        require(answer.id().equals(asked), false, "it is about lease " + answer.id());
        require(ttl < 0 || answer.alive(), false, "a lease that lives and was granted for no time");
        return answer;
    }

    /** What cannot be true in a message to the watch of a range; null where all can. */
    static @Nullable String misfit(KeyRange range, WatchMessage message) {
        if (message.created() && !message.canceled() && message.header().revision() < 1) {
            return "a creation of no possible revision";
        }
        long before = 1;
        for (WatchEvent event : message.events()) {
            KeyValue kv = event.kv();
            long revision = kv.modRevision();
            boolean put = event.type() == WatchEvent.Type.PUT;
            if (!range.contains(kv.key())) {
                return "a change outside of what is watched";
            } else if (revision < before || revision > message.header().revision()) {
                return "a change of no possible revision";
            } else if (put && (kv.createRevision() < 1 || kv.createRevision() > revision)) {
                return "a key that was changed before it was created";
            }
            before = revision;
        }
        return null;
    }

    private static void require(boolean fits, boolean open, String misfit) {
        if (!fits) {
            throw new EtcdException(
                    open ? EtcdError.OUTCOME_UNKNOWN : EtcdError.INTERNAL,
                    "the answer does not fit the question: " + misfit
                            + "; something between here and the store may have changed it");
        }
    }

    private static @Nullable String misfit(Op op, OpResult answer, long now) {
        if (op instanceof Get get) {
            return answer instanceof GetResult found ? misfit(get, found, now) : "it is not a read's";
        } else if (op instanceof Txn txn) {
            return answer instanceof TxnResult done ? misfit(txn, done, now) : "it is not a transaction's";
        } else if (op instanceof Put) {
            return answer instanceof PutResult ? null : "it is not a put's";
        }
        return answer instanceof DeleteResult gone && gone.deleted() >= 0 ? null : "it is not a deletion's";
    }

    private static @Nullable String misfit(Txn txn, TxnResult answer, long now) {
        if (!answer.succeeded() && txn.conditions().isEmpty()) {
            return "a condition failed, and there was none";
        }
        List<Op> asked = answer.succeeded() ? txn.then() : txn.otherwise();
        if (answer.results().size() != asked.size()) {
            return answer.results().size() + " results of " + asked.size() + " operations";
        }
        for (int i = 0; i < asked.size(); i++) {
            String misfit = misfit(asked.get(i), answer.results().get(i), now);
            if (misfit != null) {
                return misfit;
            }
        }
        return null;
    }

    private static @Nullable String misfit(Get get, GetResult answer, long now) {
        List<KeyValue> kvs = answer.kvs();
        boolean filtered = get.minModRevision() != 0
                || get.maxModRevision() != 0
                || get.minCreateRevision() != 0
                || get.maxCreateRevision() != 0;
        boolean whole = !get.countOnly() && !filtered;
        if (get.limit() > 0 && kvs.size() > get.limit()) {
            return "more keys than were asked for";
        } else if (answer.more() && (kvs.isEmpty() || get.limit() <= 0)) {
            return "there is more, and nothing to go on from";
        } else if (answer.count() < kvs.size() || (whole && answer.more() != answer.count() > kvs.size())) {
            return kvs.size() + " keys of " + answer.count() + (answer.more() ? ", and more" : ", and no more");
        }
        long newest = get.revision() > 0 ? Math.min(get.revision(), now) : now;
        boolean inOrder = get.sortTarget() == Get.SortTarget.KEY && get.sortOrder() != Get.SortOrder.DESCEND;
        KeyValue before = null;
        for (KeyValue kv : kvs) {
            if (!get.range().contains(kv.key())) {
                return "it has a key outside of what was asked for";
            } else if (kv.createRevision() < 1 || kv.modRevision() < kv.createRevision() || kv.modRevision() > newest) {
                return "it has a key of no possible revision";
            } else if (inOrder && before != null && before.key().compareTo(kv.key()) >= 0) {
                return "its keys are not in order";
            }
            before = kv;
        }
        return null;
    }
}
