package dev.rollcall.discovery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Asks every endpoint for its cluster: does the one from before still answer anywhere? */
final class ClusterQuestion {

    private static final Duration BOUND = Duration.ofSeconds(2);

    private ClusterQuestion() {}

    static CompletionStage<ViewEvent> ask(Wiring wiring, ViewAction.AskClusters question) {
        CompletableFuture<ViewEvent> answer = new CompletableFuture<>();
        ViewEvent no = new ViewEvent.ClusterAnswered(question.ticket(), false);
        ViewEvent yes = new ViewEvent.ClusterAnswered(question.ticket(), true);
        List<CompletableFuture<?>> asked = new ArrayList<>();
        for (String endpoint : wiring.client().cluster().endpoints()) {
            asked.add(wiring.client()
                    .cluster()
                    .statusAsync(endpoint)
                    .handle((status, failure) -> {
                        boolean old = failure == null && status.header().clusterId() == question.oldCluster();
                        return old && answer.complete(yes);
                    })
                    .toCompletableFuture());
        }
        var unused = CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
                .whenComplete((all, failure) -> answer.complete(no));
        wiring.timer().schedule(BOUND.toNanos(), () -> answer.complete(no));
        return answer;
    }
}
