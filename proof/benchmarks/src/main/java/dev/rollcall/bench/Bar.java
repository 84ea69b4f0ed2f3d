package dev.rollcall.bench;

import java.util.function.BiPredicate;

/**
 * What a figure is held against.
 *
 * @param text what it says
 * @param test whether our median meets it, beside etcd's, which is NaN where etcd is not measured
 */
record Bar(String text, BiPredicate<Double, Double> test) {
    static final Bar AT_LEAST_ETCD = new Bar("at least etcd's", (ours, etcd) -> ours >= etcd);
    static final Bar AT_MOST_ETCD = new Bar("at most etcd's", (ours, etcd) -> ours <= etcd);

    static Bar atMost(double most) {
        return new Bar("at most " + Sheet.number(most), (ours, etcd) -> ours <= most);
    }
}
