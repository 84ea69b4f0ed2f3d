package dev.rollcall.etcd;

import java.util.List;

/**
 * Operations done together in one revision, one list if all conditions hold, the other if not; immutable.
 *
 * <p>etcd accepts at most 128 entries in each of the three lists, and one put for each key.
 *
 * @param conditions what must hold; none means "always"
 * @param then what is done if it does
 * @param otherwise what is done if it does not
 */
public record Txn(List<Compare> conditions, List<Op> then, List<Op> otherwise) implements Op {

    /** The most entries that etcd takes in each list by default. */
    public static final int MAX_OPS = 128;

    /** Copies the lists. */
    public Txn {
        conditions = List.copyOf(conditions);
        then = List.copyOf(then);
        otherwise = List.copyOf(otherwise);
    }

    /** Begins with the conditions. */
    public static Txn when(Compare... conditions) {
        return new Txn(List.of(conditions), List.of(), List.of());
    }

    /** What is done if the conditions hold. */
    public Txn then(Op... ops) {
        return new Txn(conditions, List.of(ops), otherwise);
    }

    /** What is done if they do not. */
    public Txn otherwise(Op... ops) {
        return new Txn(conditions, then, List.of(ops));
    }
}
