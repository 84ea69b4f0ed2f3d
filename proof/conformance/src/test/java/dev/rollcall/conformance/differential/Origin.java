package dev.rollcall.conformance.differential;

/** Who a store is, and where a case found it: what is written is told from here on. */
record Origin(long cluster, long member, long term, long revision, long authRevision, String peer) {}
