package dev.rollcall.conformance.differential;

import java.util.ArrayList;
import java.util.List;

/** Where two transcripts of one case part. */
record Difference(List<String> transcript, List<String> etcd, List<String> embedded) {

    /** Compares line by line; each step writes as many lines for both, but for answers that one of them did not give. */
    static Difference between(List<String> etcd, List<String> embedded) {
        List<String> transcript = new ArrayList<>();
        List<String> onlyEtcd = new ArrayList<>();
        List<String> onlyEmbedded = new ArrayList<>();
        for (int i = 0; i < Math.max(etcd.size(), embedded.size()); i++) {
            String left = i < etcd.size() ? etcd.get(i) : "";
            String right = i < embedded.size() ? embedded.get(i) : "";
            if (left.equals(right)) {
                transcript.add("  " + left);
            } else {
                transcript.add("- " + left);
                transcript.add("+ " + right);
                onlyEtcd.add(left.strip());
                onlyEmbedded.add(right.strip());
            }
        }
        return new Difference(transcript, onlyEtcd, onlyEmbedded);
    }

    boolean isNone() {
        return etcd.isEmpty() && embedded.isEmpty();
    }

    /** Whether every line that differs says what the known difference says. */
    boolean is(KnownDifference known) {
        return etcd.stream().allMatch(line -> line.contains(known.etcd()))
                && embedded.stream().allMatch(line -> line.contains(known.embedded()));
    }

    @Override
    public String toString() {
        return "etcd (-) and the embedded server (+):\n" + String.join("\n", transcript);
    }
}
