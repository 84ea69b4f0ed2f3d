package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.etcd.proto.AuthGrpc;
import dev.rollcall.etcd.proto.AuthenticateResponse;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.MaintenanceGrpc;
import dev.rollcall.etcd.proto.WatchCreateRequest;
import dev.rollcall.etcd.proto.WatchGrpc;
import dev.rollcall.etcd.proto.WatchResponse;
import dev.rollcall.etcd.testkit.EtcdMessages;
import io.grpc.Status;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The message-level rules of a watch, against an etcd that plays them. */
class ScriptedWatchTest extends WatchScript {

    @Test
    void aCreationNeverMovesTheWatchThatAskedForHistory() {
        client.watches().watch(RANGE.from(10), listener);
        Served first = stream(1);
        first.call().send(EtcdMessages.created(first.id(0), 1000));
        first.call().fail(Status.UNAVAILABLE);

        assertThat(stream(2).create(0).getStartRevision()).isEqualTo(10);
    }

    @Test
    void aWatchFromNowOnMissesNothingWhileItIsCutOff() {
        client.watches().watch(RANGE, listener);
        Served first = stream(1);
        assertThat(first.create(0).getStartRevision()).isZero();
        first.call().send(EtcdMessages.created(first.id(0), 41));
        first.call().fail(Status.UNAVAILABLE);

        Served second = stream(2);

        assertThat(second.create(0).getStartRevision()).isEqualTo(42);
        second.call().send(EtcdMessages.created(second.id(0), 42));
        second.call()
                .send(EtcdMessages.events(
                        second.id(0), 42, EtcdMessages.put("/s/old", "v", 41), EtcdMessages.put("/s/new", "v", 42)));
        listener.awaitChanges(1);
        assertThat(listener.told())
                .containsExactly("created at 41", "interrupted UNAVAILABLE", "resumed at 42", "/s/new@42");
    }

    @Test
    void partsOfAnAnswerThatBreaksOffAreNotTold() {
        client.watches().watch(RANGE.from(10), listener);
        Served first = stream(1);
        assertThat(first.create(0).getFragment()).isTrue();
        first.call().send(EtcdMessages.created(first.id(0), 20));
        first.call().send(EtcdMessages.fragment(first.id(0), 20, true, EtcdMessages.put("/s/a", "v", 11)));
        first.call().fail(Status.UNAVAILABLE);

        Served second = stream(2);
        assertThat(second.create(0).getStartRevision()).isEqualTo(10);
        second.call().send(EtcdMessages.created(second.id(0), 20));
        second.call().send(EtcdMessages.fragment(second.id(0), 20, true, EtcdMessages.put("/s/a", "v", 11)));
        second.call().send(EtcdMessages.fragment(second.id(0), 20, false, EtcdMessages.put("/s/b", "v", 11)));

        listener.awaitChanges(2);
        assertThat(listener.changes()).containsExactly("/s/a@11", "/s/b@11");
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            names = {"OK", "CANCELLED", "UNKNOWN", "INTERNAL", "UNAVAILABLE", "INVALID_ARGUMENT", "RESOURCE_EXHAUSTED"})
    void everyEndOfTheStreamIsTakenUpWhereTheWatchStood(Status.Code code) {
        client.watches().watch(RANGE.from(10), listener);
        Served first = stream(1);
        first.call().send(EtcdMessages.created(first.id(0), 20));
        first.call().send(EtcdMessages.events(first.id(0), 20, EtcdMessages.put("/s/a", "v", 15)));
        listener.awaitChanges(1);

        first.call().fail(code.toStatus());

        assertThat(stream(2).create(0).getStartRevision()).isEqualTo(16);
    }

    @Test
    void aMemberWithoutALeaderIsLeft() {
        client.watches().watch(RANGE.from(10), listener);
        Served first = stream(1);
        assertThat(first.call().header("hasleader")).isEqualTo("true");
        first.call().send(EtcdMessages.created(first.id(0), 20));

        first.call().fail(Status.UNAVAILABLE.withDescription("etcdserver: no leader"));

        stream(2);
        listener.await("interrupted NO_LEADER");
    }

    @Test
    void aStoreThatWentBackIsToldAndReadAnewByTheOwner() {
        etcd.always(KVGrpc.getRangeMethod()).reply(EtcdMessages.range(4));
        Watch watch = client.watches().watch(RANGE.from(10), listener);
        Served stream = stream(1);

        stream.call().send(EtcdMessages.created(stream.id(0), 3));

        listener.await("went back to 4");
        assertThat(listener.told()).containsExactly("went back to 4");
        stream.awaitCancel(stream.id(0));
        watch.resumeFrom(5);
        assertThat(stream.create(1).getStartRevision()).isEqualTo(5);
    }

    @Test
    void aMemberThatOnlyLagsIsWaitedFor() {
        etcd.always(KVGrpc.getRangeMethod()).reply(EtcdMessages.range(12));
        client.watches().watch(RANGE.from(10), listener);
        Served stream = stream(1);
        stream.call().send(EtcdMessages.created(stream.id(0), 3));
        listener.await("created at 3");

        assertThat(stream.create(1).getStartRevision()).isEqualTo(10);
        stream.call().send(EtcdMessages.created(stream.id(1), 12));

        listener.await("resumed at 12");
        assertThat(listener.told()).noneMatch(line -> line.startsWith("went back"));
    }

    @Test
    void compactionIsToldAndTheWatchStandsStill() {
        Watch watch = client.watches().watch(RANGE.from(10), listener);
        Served stream = stream(1);
        stream.call().send(EtcdMessages.created(stream.id(0), 100));
        stream.call().send(EtcdMessages.compacted(stream.id(0), 0, 50));
        listener.await("compacted 50");

        watch.resumeFrom(101);

        assertThat(stream.create(1).getStartRevision()).isEqualTo(101);
    }

    @Test
    void aRefusedTokenIsRenewedOnANewStream() {
        reconnectWithCredentials();
        client.watches().watch(RANGE.from(10), listener);
        Served first = stream(1);
        assertThat(first.call().header("token")).isEqualTo("canary-token-1");

        first.call().send(refusal("rpc error: code = Unauthenticated desc = etcdserver: invalid auth token"));

        Served second = stream(2);
        assertThat(second.call().header("token")).isEqualTo("canary-token-2");
        assertThat(second.create(0).getStartRevision()).isEqualTo(10);
        assertThat(etcd.requests(AuthGrpc.getAuthenticateMethod())).hasSize(2);
    }

    @Test
    void threeRefusedTokensInARowAreToldAgain() {
        reconnectWithCredentials();
        client.watches().watch(RANGE.from(10), listener);

        for (int i = 1; i <= 3; i++) {
            stream(i).call().send(refusal("rpc error: code = Unauthenticated desc = etcdserver: invalid auth token"));
        }

        listener.await(lines -> lines.size() == 2, "two interruptions");
        assertThat(listener.told()).containsOnly("interrupted UNAUTHENTICATED");
    }

    @Test
    void aWatchThatIsForbiddenDisturbsNoOther() {
        RecordingWatchListener forbidden = new RecordingWatchListener();
        client.watches().watch(RANGE.from(10), listener);
        client.watches().watch(WatchRequest.of(KeyRange.prefix("/secret/")), forbidden);
        Served stream = stream(1);
        stream.create(1);
        stream.call().send(EtcdMessages.created(stream.id(0), 20));

        stream.call().send(refusal("rpc error: code = PermissionDenied desc = etcdserver: permission denied"));

        forbidden.await("interrupted PERMISSION_DENIED");
        stream.call().send(EtcdMessages.events(stream.id(0), 21, EtcdMessages.put("/s/a", "v", 21)));
        listener.awaitChanges(1);
        assertThat(listener.told()).containsExactly("created at 20", "/s/a@21");
        assertThat(stream.create(2).getKey().toStringUtf8()).isEqualTo("/secret/");
    }

    @Test
    void aSilentMemberIsAskedThenReadThenLeft() {
        reconnect(Duration.ofSeconds(1));
        etcd.always(KVGrpc.getRangeMethod());
        client.watches().watch(RANGE.from(10), listener);
        Served first = stream(1);
        first.call().send(EtcdMessages.created(first.id(0), 20));

        first.await(dev.rollcall.etcd.proto.WatchRequest::hasProgressRequest);
        first.call().awaitCancelled();

        assertThat(stream(2).create(0).getStartRevision()).isEqualTo(10);
        assertThat(etcd.requests(KVGrpc.getRangeMethod())).isNotEmpty();
    }

    @Test
    void aSilentMemberThatAnswersReadsIsKept() {
        reconnect(Duration.ofSeconds(1));
        etcd.always(KVGrpc.getRangeMethod()).reply(EtcdMessages.range(20));
        client.watches().watch(RANGE.from(10), listener);
        Served first = stream(1);
        first.call().send(EtcdMessages.created(first.id(0), 20));

        Waiting.until(() -> etcd.requests(KVGrpc.getRangeMethod()).size() >= 2, "two reads");

        assertThat(first.call().cancelled()).isFalse();
        assertThat(listener.told()).containsExactly("created at 20");
    }

    @Test
    void anAnswerToAProgressRequestIsToldAndMovesTheWatch() {
        Watch watch = client.watches().watch(RANGE.from(10), listener);
        Served stream = stream(1);
        stream.call().send(EtcdMessages.created(stream.id(0), 20));
        listener.await("created at 20");

        watch.requestProgress();
        stream.await(dev.rollcall.etcd.proto.WatchRequest::hasProgressRequest);
        stream.call().send(EtcdMessages.progress(30));

        listener.await("progress 30");
        stream.call().fail(Status.UNAVAILABLE);
        assertThat(stream(2).create(0).getStartRevision()).isEqualTo(31);
    }

    @Test
    void anAnswerOfAnOldServerOnlyProvesThatItLives() {
        etcd.next(MaintenanceGrpc.getStatusMethod()).reply(EtcdMessages.status("3.4.23", 1));
        Watch watch = client.watches().watch(RANGE.from(10), listener);
        Served stream = stream(1);
        stream.call().send(EtcdMessages.created(stream.id(0), 20));
        listener.await("created at 20");

        watch.requestProgress();
        stream.await(dev.rollcall.etcd.proto.WatchRequest::hasProgressRequest);
        stream.call().send(EtcdMessages.progress(30));

        listener.await("progress 9");
        stream.call().fail(Status.UNAVAILABLE);
        assertThat(stream(2).create(0).getStartRevision()).isEqualTo(10);
    }

    @Test
    void aWatchThatIsClosedBeforeItsCreationIsAnsweredDoesNotLeak() {
        client.watches().watch(RANGE.from(10), listener);
        Watch watch = client.watches().watch(RANGE.from(11), listener);
        Served stream = stream(1);
        stream.create(1);
        watch.close();
        assertThat(watch.ended()).succeedsWithin(Duration.ofSeconds(10));

        stream.call().send(EtcdMessages.created(stream.id(0), 20));
        stream.call().send(EtcdMessages.created(stream.id(1), 20));

        stream.awaitCancel(stream.id(1));
    }

    @Test
    void allWatchesShareOneStreamAndCreationsArePaced() {
        for (int i = 0; i < 100; i++) {
            client.watches().watch(RANGE.from(10 + i), listener);
        }
        Served stream = stream(1);
        stream.create(WatchRoster.MAX_UNANSWERED - 1);
        assertThat(stream.creates()).hasSize(WatchRoster.MAX_UNANSWERED);

        for (int i = 0; i < 100; i++) {
            stream.call().send(EtcdMessages.created(stream.id(i), 200));
        }

        assertThat(stream.creates())
                .hasSize(100)
                .extracting(WatchCreateRequest::getWatchId)
                .doesNotHaveDuplicates();
        assertThat(etcd.calls(WatchGrpc.getWatchMethod())).hasSize(1);
    }

    @Test
    void afterABreakOneWatchIsAskedForBeforeAllOthers() {
        for (int i = 0; i < 10; i++) {
            client.watches().watch(RANGE.from(10 + i), listener);
        }
        Served first = stream(1);
        first.create(9);
        first.call().fail(Status.UNAVAILABLE);

        Served sick = stream(2);
        sick.create(0);
        sick.call().fail(Status.UNAVAILABLE);
        Served well = stream(3);
        well.create(0);
        assertThat(sick.creates())
                .as("a store that is sick is not asked for all of them")
                .hasSize(1);
        assertThat(well.creates()).hasSize(1);
        assertThat(well.create(0).getStartRevision())
                .as("it may be the first one that the store breaks at")
                .isNotEqualTo(sick.create(0).getStartRevision());
        well.call().send(EtcdMessages.created(well.id(0), 200));
        well.create(9);
        assertThat(well.creates()).hasSize(10);
    }

    @Test
    void listenersAreCalledOnCallbackThreads() {
        client.watches().watch(RANGE.from(10), listener);
        Served stream = stream(1);
        stream.call().send(EtcdMessages.created(stream.id(0), 20));
        stream.call().send(EtcdMessages.events(stream.id(0), 21, EtcdMessages.put("/s/a", "v", 21)));

        listener.awaitChanges(1);

        assertThat(listener.threads()).allMatch(name -> name.startsWith("rollcall-etcd-callback-"));
    }

    @Test
    void aListenerThatThrowsIsToldTheRest() {
        AtomicInteger calls = new AtomicInteger();
        client.watches().watch(RANGE.from(10), batch -> {
            calls.incrementAndGet();
            throw new IllegalStateException("thrown on purpose by a test");
        });
        Served stream = stream(1);
        stream.call().send(EtcdMessages.created(stream.id(0), 20));
        stream.call().send(EtcdMessages.events(stream.id(0), 21, EtcdMessages.put("/s/a", "v", 21)));
        stream.call().send(EtcdMessages.events(stream.id(0), 22, EtcdMessages.put("/s/a", "v", 22)));

        Waiting.until(() -> calls.get() == 2, "both calls");
    }

    @Test
    void aRangeWithoutKeysEndsTheWatchWithAReason() {
        Watch watch = client.watches().watch(RANGE, listener);

        stream(1).call().send(refusal("mvcc: watcher range is empty"));

        assertThatThrownBy(() -> watch.ended()
                        .toCompletableFuture()
                        .orTimeout(10, TimeUnit.SECONDS)
                        .join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        EtcdException.class, e -> assertThat(e.code()).isEqualTo(EtcdError.INVALID_ARGUMENT));
    }

    @Test
    void closingTheClientEndsItsWatches() {
        Watch watch = client.watches().watch(RANGE, listener);
        Served stream = stream(1);

        client.close();

        stream.call().awaitCancelled();
        assertThatThrownBy(() -> watch.ended()
                        .toCompletableFuture()
                        .orTimeout(10, TimeUnit.SECONDS)
                        .join())
                .cause()
                .isInstanceOfSatisfying(
                        EtcdException.class, e -> assertThat(e.code()).isEqualTo(EtcdError.CLOSED));
        assertThatThrownBy(() -> client.watches().watch(RANGE, listener))
                .isInstanceOfSatisfying(
                        EtcdException.class, e -> assertThat(e.code()).isEqualTo(EtcdError.CLOSED));
    }

    @Test
    void aWatchIsNotResumedFromNowhere() {
        Watch watch = client.watches().watch(RANGE, listener);

        assertThatThrownBy(() -> watch.resumeFrom(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aWatchThatIsClosedWhileTheStoreIsAwayLeavesNothing() {
        etcd.down();
        WeakReference<WatchListener> listener = watchAndClose();
        Waiting.until(
                () -> {
                    System.gc();
                    return listener.get() == null;
                },
                "the listener is not held by a queue");
        etcd.up();
    }

    private WeakReference<WatchListener> watchAndClose() {
        WatchListener listener = new RecordingWatchListener();
        Watch watch = client.watches().watch("k", listener);
        watch.close();
        assertThat(watch.ended().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(20));
        return new WeakReference<>(listener);
    }

    @Test
    void aWatchHasEndedWhenItsListenerHasReturned() {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Watch watch = client.watches().watch("k", new WatchListener() {
            @Override
            public void batch(WatchBatch batch) {}

            @Override
            public void created(Header header, boolean resumed) {
                called.countDown();
                try {
                    release.await(20, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        Served stream = stream(1);
        stream.call().send(EtcdMessages.created(stream.id(0), 5));
        Waiting.until(() -> called.getCount() == 0, "the listener is called");
        watch.close();
        stream.awaitCancel(stream.id(0));
        assertThat(watch.ended().toCompletableFuture()).isNotDone();
        release.countDown();
        assertThat(watch.ended().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(20));
    }

    private void reconnect(Duration silence) {
        client.close();
        client = EtcdClient.builder(etcd.endpoint()).watchSilence(silence).connect();
    }

    private void reconnectWithCredentials() {
        AtomicInteger logins = new AtomicInteger();
        etcd.always(AuthGrpc.getAuthenticateMethod())
                .reply(request -> AuthenticateResponse.newBuilder()
                        .setHeader(EtcdMessages.header(1))
                        .setToken("canary-token-" + logins.incrementAndGet())
                        .build());
        client.close();
        client = EtcdClient.builder(etcd.endpoint())
                .credentials(Credentials.of("root", "canary-right"))
                .connect();
    }

    private static WatchResponse refusal(String reason) {
        return EtcdMessages.canceled(-1, 1, reason).toBuilder().setCreated(true).build();
    }
}
