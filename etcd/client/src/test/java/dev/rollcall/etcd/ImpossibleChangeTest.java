package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.rollcall.etcd.proto.Event;
import dev.rollcall.etcd.proto.WatchGrpc;
import dev.rollcall.etcd.testkit.EtcdMessages;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages of a watch stream that can be read and cannot be true. */
class ImpossibleChangeTest extends WatchScript {

    private static final Event OUTSIDE = EtcdMessages.put("/u/a", "v", 11);

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
        Served first = stream(1);
        first.call().send(EtcdMessages.created(first.id(0), 20));
        first.call().send(EtcdMessages.events(first.id(0), 20, impossible.event));

        Served second = stream(2);
        assertThat(second.create(0).getStartRevision()).isEqualTo(10);
        second.call().send(EtcdMessages.created(second.id(0), 20));
        second.call().send(EtcdMessages.events(second.id(0), 20, EtcdMessages.put("/s/a", "v", 11)));

        listener.awaitChanges(1);
        assertThat(listener.changes()).containsExactly("/s/a@11");
    }

    @Test
    void revisionsThatGoBackWithinAMessageAreNotTold() {
        client.watches().watch(RANGE.from(10), listener);
        Served first = stream(1);
        first.call().send(EtcdMessages.created(first.id(0), 20));
        first.call()
                .send(EtcdMessages.events(
                        first.id(0), 20, EtcdMessages.put("/s/a", "v", 12), EtcdMessages.put("/s/b", "v", 11)));

        assertThat(stream(2).create(0).getStartRevision()).isEqualTo(10);
        assertThat(listener.changes()).isEmpty();
    }

    @Test
    void aCreationOfNoRevisionEndsTheStream() {
        client.watches().watch(RANGE, listener);
        Served first = stream(1);
        first.call().send(EtcdMessages.created(first.id(0), 0));

        assertThat(stream(2).create(0).getStartRevision()).isZero();
    }

    @Test
    void anAnswerToACreationThatWasNotAskedForEndsTheStream() {
        client.watches().watch(RANGE.from(10), listener);
        Served first = stream(1);
        first.call().send(EtcdMessages.created(first.id(0) + 64, 20));

        assertThat(stream(2).create(0).getStartRevision()).isEqualTo(10);
    }

    @Test
    void anAnswerToACreationThatDoesNotSayItIsOneEndsTheStream() {
        client.watches().watch(RANGE.from(10), listener);
        Served first = stream(1);
        first.call().send(EtcdMessages.events(first.id(0), 20));

        assertThat(stream(2).create(0).getStartRevision()).isEqualTo(10);
    }

    @Test
    void aWatchThatMisfitsAgainAndAgainRestsAloneAndTheOthersGoOn() {
        RecordingWatchListener other = new RecordingWatchListener();
        client.watches().watch(RANGE.from(10), listener);
        client.watches().watch(WatchRequest.of(KeyRange.prefix("/t/")).from(10), other);
        try (CapturedLog warnings = new CapturedLog()) {
            for (int i = 1; i <= WatchPosition.MAX_MISFITS; i++) {
                Served stream = stream(i);
                stream.call().send(EtcdMessages.created(idOf(stream, "/s/", 1), 20));
                stream.call().send(EtcdMessages.created(idOf(stream, "/t/", 1), 20));
                stream.call().send(EtcdMessages.events(idOf(stream, "/s/", 1), 20, OUTSIDE));
            }
            Served last = stream(WatchPosition.MAX_MISFITS);
            last.awaitCancel(idOf(last, "/s/", 1));

            last.call().send(EtcdMessages.events(idOf(last, "/t/", 1), 20, EtcdMessages.put("/t/a", "v", 12)));
            other.awaitChanges(1);
            for (int i = 2; i <= 4; i++) {
                last.call().send(EtcdMessages.created(idOf(last, "/s/", i), 20));
                last.call().send(EtcdMessages.events(idOf(last, "/s/", i), 20, OUTSIDE));
            }
            last.call().send(EtcdMessages.created(idOf(last, "/s/", 5), 20));
            last.call().send(EtcdMessages.events(idOf(last, "/s/", 5), 20, EtcdMessages.put("/s/a", "v", 11)));
            listener.awaitChanges(1);

            assertThat(etcd.calls(WatchGrpc.getWatchMethod())).hasSize(WatchPosition.MAX_MISFITS);
            assertThat(other.changes()).containsExactly("/t/a@12");
            assertThat(listener.changes()).containsExactly("/s/a@11");
            assertThat(warnings.lines(Level.WARN))
                    .singleElement()
                    .asString()
                    .contains("watch of [/s/")
                    .contains("a change outside of what is watched");
        }
    }

    /** The id under which a range was asked for on a stream, for the time of this number. */
    private static long idOf(Served stream, String prefix, int time) {
        List<Long> ids = new ArrayList<>();
        Waiting.until(
                () -> {
                    ids.clear();
                    stream.creates().stream()
                            .filter(create -> create.getKey().toStringUtf8().equals(prefix))
                            .forEach(create -> ids.add(create.getWatchId()));
                    return ids.size() >= time;
                },
                "creation " + time + " of " + prefix);
        return ids.get(time - 1);
    }
}
