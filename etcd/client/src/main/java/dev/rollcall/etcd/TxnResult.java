package dev.rollcall.etcd;

import java.util.List;

/**
 * The answer to a {@link Txn}.
 *
 * @param header its revision is that of the writes, or the current one if nothing changed
 * @param succeeded whether the conditions held, and so which list was done
 * @param results one for each operation of that list, in its order
 */
public record TxnResult(Header header, boolean succeeded, List<OpResult> results) implements OpResult {

    /** Copies the list. */
    public TxnResult {
        results = List.copyOf(results);
    }
}
