package dev.rollcall.etcd.server.mvcc;

import java.util.ArrayList;
import java.util.List;

/** The commits since the last compaction, one for each revision without a gap. Used by the writing thread only. */
final class CommitLog {
    private final List<Commit> commits = new ArrayList<>();
    private long first = Store.FIRST_REVISION + 1;

    /** Begins an empty log at a revision, the one of the first commit to come. */
    void beginAt(long revision) {
        first = revision;
    }

    void append(Commit commit) {
        commits.add(commit);
    }

    /** The kept commits from one revision to another, both included. */
    List<Commit> between(long from, long to) {
        int begin = index(from);
        return commits.subList(begin, Math.max(begin, index(to + 1)));
    }

    void forgetBefore(long revision) {
        int count = index(revision);
        commits.subList(0, count).clear();
        first += count;
    }

    private int index(long revision) {
        return (int) Math.max(0, Math.min(commits.size(), revision - first));
    }
}
