package dev.rollcall.pick;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whose turn it is by weight: over a cycle of as many turns as the weights add up to, without their common divisor, each has exactly its weight, evenly
 * spread.
 *
 * <p>Those of equal weight form a class and share its turns one after the other. Turns come in rounds: in each round each class is looked at once, and is
 * served where the line with the slope of its weight passes a whole number. So a turn follows from its number alone, and several threads need share no more
 * than {@link Turns}.
 */
final class WeightCycle {

    private static final WeightCycle EMPTY = new WeightCycle(new int[0][], new long[0], 0);

    private final int[][] places;
    private final long[] weights;
    private final long heaviest;
    private final long length;

    private WeightCycle(int[][] places, long[] weights, long heaviest) {
        this.places = places;
        this.weights = weights;
        this.heaviest = heaviest;
        this.length = Arrays.stream(weights).sum();
    }

    static WeightCycle of(Candidate[] candidates) {
        return of(Arrays.stream(candidates).mapToInt(Candidate::weight).toArray());
    }

    /** Of weights of at least 1. */
    static WeightCycle of(int[] weights) {
        if (weights.length == 0) {
            return EMPTY;
        }
        Map<Integer, Integer> counts = new TreeMap<>();
        int divisor = 0;
        for (int weight : weights) {
            counts.merge(weight, 1, Integer::sum);
            divisor = gcd(weight, divisor);
        }
        int[][] places = new int[counts.size()][];
        long[] ofClass = new long[counts.size()];
        Map<Integer, Integer> classes = new TreeMap<>();
        for (Map.Entry<Integer, Integer> entry : counts.entrySet()) {
            int number = classes.size();
            classes.put(entry.getKey(), number);
            places[number] = new int[entry.getValue()];
            ofClass[number] = (long) entry.getValue() * (entry.getKey() / divisor);
        }
        int[] filled = new int[places.length];
        for (int i = 0; i < weights.length; i++) {
            int number = classes.getOrDefault(weights[i], 0);
            places[number][filled[number]++] = i;
        }
        return new WeightCycle(places, ofClass, Arrays.stream(ofClass).max().orElse(1));
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    /** The turns of a whole cycle; 0 where there is nobody. */
    long length() {
        return length;
    }

    /** The place of whose turn it is; takes the turns of those who are not served in this round too. */
    int next(Turns turns) {
        long[] stripe = turns.mine();
        long first = turns.at(stripe);
        long number = first;
        while (true) {
            int looked = (int) (number % weights.length);
            long round = number / weights.length % heaviest;
            long weight = weights[looked];
            long line = weight * round + (looked & 1) * (heaviest >> 1);
            long served = line / heaviest;
            if (line - served * heaviest < heaviest - weight) {
                number = number + 1 & Long.MAX_VALUE;
            } else if (turns.pass(stripe, first, number + 1)) {
                int[] members = places[looked];
                return members[(int) (served % members.length)];
            } else {
                first = turns.at(stripe);
                number = first;
            }
        }
    }
}
