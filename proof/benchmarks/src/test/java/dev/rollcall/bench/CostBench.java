package dev.rollcall.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures what Rollcall costs, on an etcd of its own for each row, and prints a table for each. */
public final class CostBench {

    private static final Map<String, Cost> COSTS = costs();

    /** A row: it prints its table. */
    interface Cost {
        void measure(Subject.Programs programs, Server etcd) throws IOException, InterruptedException;
    }

    private CostBench() {}

    private static Map<String, Cost> costs() {
        Map<String, Cost> costs = new LinkedHashMap<>();
        costs.put("memory", new MemoryCost());
        costs.put("upkeep", new UpkeepCost());
        costs.put("start", new StartCost());
        costs.put("storm", new StormCost());
        return costs;
    }

    /** {@code ROLLCALL ETCD COMMIT [WHAT...]}. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Subject.Programs programs = new Subject.Programs(Path.of(args[0]), Path.of(args[1]));
        List<String> wanted = Arrays.asList(args).subList(3, args.length);
        if (!COSTS.keySet().containsAll(wanted)) {
            System.err.println("no such row; there are " + COSTS.keySet());
            System.exit(2);
        }
        String command = "./bench costs" + (wanted.isEmpty() ? "" : " " + String.join(" ", wanted));
        System.out.println(Machine.origin(command, args[2]) + "\n- Load: " + Machine.load() + " before");
        for (Map.Entry<String, Cost> cost : COSTS.entrySet()) {
            if (wanted.isEmpty() || wanted.contains(cost.getKey())) {
                System.err.println(cost.getKey());
                System.out.println();
                try (Server etcd = Server.launch(Subject.ETCD, programs)) {
                    FirstAnswer.await(etcd);
                    cost.getValue().measure(programs, etcd);
                }
            }
        }
        System.exit(0);
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
