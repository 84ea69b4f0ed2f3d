package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.proto.Event;
import dev.rollcall.etcd.proto.MaintenanceGrpc;
import dev.rollcall.etcd.proto.WatchGrpc;
import dev.rollcall.etcd.testkit.EtcdMessages;
import dev.rollcall.etcd.testkit.ScriptedEtcd;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages of a watch stream that can be read and cannot be true. */
class ImpossibleChangeTest {

    private static final WatchRequest RANGE = WatchRequest.of(KeyRange.prefix("/s/"));

    private final ScriptedEtcd etcd = ScriptedEtcd.start();
    private final RecordingWatchListener listener = new RecordingWatchListener();
    private final EtcdClient client = EtcdClient.builder(etcd.endpoint())
            .watchSilence(Duration.ofHours(1))
            .connect();

    @BeforeEach
    void answerTheStatusAndLeaveWatchesToTheTest() {
        etcd.always(MaintenanceGrpc.getStatusMethod()).reply(EtcdMessages.status("3.5.16", 1));
        etcd.always(WatchGrpc.getWatchMethod());
    }

    @AfterEach
    void close() {
        client.close();
        etcd.close();
    }

    /** As a changed bit makes them. */
    private enum Impossible {
        CREATED_AFTER_IT_WAS_CHANGED(created(43)),
        NEVER_CREATED(created(0)),
        BEYOND_THE_HEADER(EtcdMessages.put("/s/a", "v", 21)),
        OF_NO_REVISION(EtcdMessages.put("/s/a", "v", 0)),
        OUTSIDE_OF_THE_RANGE(EtcdMessages.put("/u/a", "v", 11));

        private final Event event;

        Impossible(Event event) {
            this.event = event;
        }

        private static Event created(long revision) {
            Event.Builder event = EtcdMessages.put("/s/a", "v", 11).toBuilder();
            event.getKvBuilder().setCreateRevision(revision);
            return event.build();
        }
    }

    @ParameterizedTest
    @EnumSource(Impossible.class)
    void aChangeThatCannotBeIsNotToldAndAskedForAgain(Impossible impossible) {
        client.watches().watch(RANGE.from(10), listener);
        Served first = Served.stream(etcd, 1);
        first.call().send(EtcdMessages.created(first.id(0), 20));
        first.call().send(EtcdMessages.events(first.id(0), 20, impossible.event));

        Served second = Served.stream(etcd, 2);
        assertThat(second.create(0).getStartRevision()).isEqualTo(10);
        second.call().send(EtcdMessages.created(second.id(0), 20));
        second.call().send(EtcdMessages.events(second.id(0), 20, EtcdMessages.put("/s/a", "v", 11)));

        listener.awaitChanges(1);
        assertThat(listener.changes()).containsExactly("/s/a@11");
    }

    @Test
    void revisionsThatGoBackWithinAMessageAreNotTold() {
        client.watches().watch(RANGE.from(10), listener);
        Served first = Served.stream(etcd, 1);
        first.call().send(EtcdMessages.created(first.id(0), 20));
        first.call()
                .send(EtcdMessages.events(
                        first.id(0), 20, EtcdMessages.put("/s/a", "v", 12), EtcdMessages.put("/s/b", "v", 11)));

        assertThat(Served.stream(etcd, 2).create(0).getStartRevision()).isEqualTo(10);
        assertThat(listener.changes()).isEmpty();
    }

    @Test
    void aCreationOfNoRevisionEndsTheStream() {
        client.watches().watch(RANGE, listener);
        Served first = Served.stream(etcd, 1);
        first.call().send(EtcdMessages.created(first.id(0), 0));

        assertThat(Served.stream(etcd, 2).create(0).getStartRevision()).isZero();
    }

    @Test
    void anAnswerToACreationThatWasNotAskedForEndsTheStream() {
        client.watches().watch(RANGE.from(10), listener);
        Served first = Served.stream(etcd, 1);
        first.call().send(EtcdMessages.created(first.id(0) + 64, 20));

        assertThat(Served.stream(etcd, 2).create(0).getStartRevision()).isEqualTo(10);
    }

    @Test
    void anAnswerToACreationThatDoesNotSayItIsOneEndsTheStream() {
        client.watches().watch(RANGE.from(10), listener);
        Served first = Served.stream(etcd, 1);
        first.call().send(EtcdMessages.events(first.id(0), 20));

        assertThat(Served.stream(etcd, 2).create(0).getStartRevision()).isEqualTo(10);
    }
}
