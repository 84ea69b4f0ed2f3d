package dev.rollcall.etcd.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.proto.CampaignRequest;
import dev.rollcall.etcd.proto.CampaignResponse;
import dev.rollcall.etcd.server.RawClient;
import dev.rollcall.etcd.server.machine.Command;
import dev.rollcall.etcd.server.machine.Identity;
import dev.rollcall.etcd.server.machine.Machine;
import dev.rollcall.etcd.server.mvcc.Bytes;
import dev.rollcall.etcd.server.mvcc.KeyValue;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The election's steps on the calling thread, so that a client can go away between any two of them. */
class ElectionServiceTest {
    private final Machine machine = new Machine();
    private final Loop loop = SimulatedServer.loop(machine);
    private final ElectionService elections = new ElectionService(
            loop, new Callers(machine, () -> 0), new Headers(Identity.of("a", "b"), () -> 2), Limits.DEFAULT);

    @BeforeEach
    void grant() {
        var unused = loop.apply(new Command.Grant(1, 60));
    }

    @ParameterizedTest
    @ValueSource(strings = {"first", "second"})
    void aCampaignThatIsGivenUpLeavesTheKeyOfTheOneBeforeIt(String value) {
        Client leader = new Client(false);
        campaign("first", leader);
        assertThat(leader.answers).hasSize(1);
        Client gone = new Client(true);
        campaign(value, gone);
        assertThat(gone.answers).isEmpty();
        assertThat(leaderKey()).extracting(KeyValue::value).isEqualTo(Bytes.utf8("first"));
    }

    @Test
    void aCampaignThatIsGivenUpTakesItsOwnKeyBack() {
        campaign("first", new Client(true));
        assertThat(machine.store().revision()).isEqualTo(3);
        assertThat(leaderKey()).isNull();
    }

    private @Nullable KeyValue leaderKey() {
        return machine.store().at(Bytes.utf8("e/1"), machine.store().revision());
    }

    private void campaign(String value, Client client) {
        CampaignRequest request = CampaignRequest.newBuilder()
                .setName(RawClient.bytes("e"))
                .setLease(1)
                .setValue(RawClient.bytes(value))
                .build();
        elections.campaign(request, client);
        loop.catchUp();
    }

    /** A client that stays, or one that is gone before the first step. */
    private static final class Client extends ServerCallStreamObserver<CampaignResponse> {
        private final List<CampaignResponse> answers = new ArrayList<>();
        private final boolean gone;

        Client(boolean gone) {
            this.gone = gone;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {
            if (gone) {
                handler.run();
            }
        }

        @Override
        public void onNext(CampaignResponse answer) {
            answers.add(answer);
        }

        @Override
        public void onError(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onCompleted() {}

        @Override
        public boolean isCancelled() {
            return gone;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {}

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
