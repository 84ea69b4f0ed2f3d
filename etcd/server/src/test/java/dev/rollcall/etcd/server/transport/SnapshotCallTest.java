package dev.rollcall.etcd.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.proto.Member;
import dev.rollcall.etcd.proto.SnapshotRequest;
import dev.rollcall.etcd.proto.SnapshotResponse;
import dev.rollcall.etcd.server.machine.Identity;
import dev.rollcall.etcd.server.machine.Machine;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SnapshotCallTest {
    private final Machine machine = new Machine();
    private final Loop loop = SimulatedServer.loop(machine);
    private final Queue<Runnable> beside = new ArrayDeque<>();
    private final Client client = new Client();

    /** To lay a large store out takes seconds, in which nothing else would be answered. */
    @Test
    void whatTheThreadsBesideDoNotTakeIsRefusedAndNotDoneOnTheLoop() {
        start(new MaintenanceService(
                loop,
                new Calls(loop, beside::add),
                headers(),
                task -> {
                    throw new RejectedExecutionException("full");
                },
                Member::getDefaultInstance));
        assertThat(client.failure).isNotNull();
        assertThat(Status.fromThrowable(client.failure).getDescription()).isEqualTo("etcdserver: too many requests");
        assertThat(client.answers).isEmpty();
    }

    @Test
    void aClientThatIsReadyOftenWaitsOnce() {
        start(new MaintenanceService(
                loop, new Calls(loop, beside::add), headers(), beside::add, Member::getDefaultInstance));
        assertThat(beside).hasSize(1);
        client.ready = false;
        beside.remove().run();
        client.ready = true;
        for (int i = 0; i < 100; i++) {
            client.onReady.run();
        }
        assertThat(beside).hasSize(1);
        beside.remove().run();
        assertThat(client.answers).isNotEmpty();
        assertThat(client.completed).isTrue();
        client.onReady.run();
        assertThat(beside).isEmpty();
    }

    private void start(MaintenanceService service) {
        service.snapshot(SnapshotRequest.getDefaultInstance(), client);
        loop.catchUp();
    }

    private static Headers headers() {
        return new Headers(Identity.of("a", "b"), () -> 2);
    }

    private static final class Client extends ServerCallStreamObserver<SnapshotResponse> {
        private final List<SnapshotResponse> answers = new ArrayList<>();
        private Runnable onReady = () -> {};
        private boolean ready = true;
        private boolean completed;
        private @Nullable Throwable failure;

        @Override
        public void onNext(SnapshotResponse answer) {
            answers.add(answer);
        }

        @Override
        public void onError(Throwable why) {
            failure = why;
        }

        @Override
        public void onCompleted() {
            completed = true;
        }

        @Override
        public boolean isReady() {
            return ready;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {
            onReady = handler;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {}

        @Override
        public void setCompression(String compression) {}

        @Override
        public void setMessageCompression(boolean enable) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void request(int count) {}
    }
}
