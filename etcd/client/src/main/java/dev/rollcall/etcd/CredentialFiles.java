package dev.rollcall.etcd;

import io.grpc.ChannelCredentials;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the PEM files of a client off its loop, one time after the other: a disk that hangs holds up who wants an encrypted connection, and nobody else.
 *
 * <p>Files are read anew for each connection; those that wait when a reading begins share it. Used on the client's loop.
 */
final class CredentialFiles {

    private final Transport transport;
    private final Loop loop;
    private final Executor offload;
    private final List<Waiting> waiting = new ArrayList<>();
    private boolean busy;
    private volatile @Nullable Path reading;

    /** One who waits; answered once, and never where the connection is over by then. */
    private final class Waiting {

        private final Connection connection;
        private final BiConsumer<@Nullable ChannelCredentials, @Nullable EtcdException> answer;
        private final Loop.Timer patience;
        private boolean answered;

        Waiting(Connection connection, BiConsumer<@Nullable ChannelCredentials, @Nullable EtcdException> answer) {
            this.connection = connection;
            this.answer = answer;
            this.patience = loop.schedule(Reachability.PATIENCE_NANOS, this::late);
        }

        boolean isOver() {
            return answered || connection.isOver();
        }

        void answer(@Nullable ChannelCredentials credentials, @Nullable EtcdException failure) {
            patience.cancel();
            if (!isOver()) {
                answered = true;
                answer.accept(credentials, failure);
            }
        }

        private void late() {
            waiting.remove(this);
            Path file = reading;
            String what = file == null ? "the TLS files" : file.toString();
            String why = "reading " + what + " takes longer than "
                    + TimeUnit.NANOSECONDS.toSeconds(Reachability.PATIENCE_NANOS) + " s; does its disk hang?";
            answer(null, new EtcdException(EtcdError.UNAVAILABLE, connection.endpoint() + ": " + why));
        }
    }

    CredentialFiles(Transport transport, Loop loop, Executor offload) {
        this.transport = transport;
        this.loop = loop;
        this.offload = offload;
    }

    /**
     * Reads them for a connection. The answer comes on the loop, within the time that an attempt has: what is needed, or why not. A connection that is over
     * by then is told nothing.
     */
    void read(Connection connection, BiConsumer<@Nullable ChannelCredentials, @Nullable EtcdException> answer) {
        waiting.add(new Waiting(connection, answer));
        next();
    }

    private void next() {
        waiting.removeIf(Waiting::isOver);
        if (busy || waiting.isEmpty()) {
            return;
        }
        busy = true;
        List<Waiting> served = List.copyOf(waiting);
        waiting.clear();
        try {
            offload.execute(() -> read(served));
        } catch (RuntimeException | Error e) {
            done(served, null, unusable(e));
        }
    }

    private void read(List<Waiting> served) {
        ChannelCredentials credentials = null;
        EtcdException failure = null;
        try {
            credentials = transport.credentials(file -> reading = file);
        } catch (EtcdException e) {
            failure = e;
        } catch (RuntimeException | Error e) {
            // A security provider that cannot be loaded is an Error, and must not be the last reading.
            failure = unusable(e);
        }
        reading = null;
        done(served, credentials, failure);
    }

    private void done(List<Waiting> served, @Nullable ChannelCredentials credentials, @Nullable EtcdException failure) {
        loop.execute(() -> {
            busy = false;
            served.forEach(one -> one.answer(credentials, failure));
            next();
        });
    }

    private static EtcdException unusable(Throwable cause) {
        return new EtcdException(EtcdError.INTERNAL, "the TLS files cannot be used: " + cause, cause);
    }
}
