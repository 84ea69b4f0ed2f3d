package dev.rollcall.registration;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.Header;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.Watch;
import dev.rollcall.etcd.WatchBatch;
import dev.rollcall.etcd.WatchEvent;
import dev.rollcall.etcd.WatchListener;
import dev.rollcall.etcd.WatchRequest;
import dev.rollcall.registration.KeyClaim.Phase;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the key of one claim from the revision at which it was last known, while there is anything to be learned from it and a place is free.
 *
 * <p>Used on the registrar's serial executor; what the client tells is handed over to it, and what a watch tells after it was closed is dropped.
 */
final class KeyWatch {

    private static final Logger log = LoggerFactory.getLogger(KeyWatch.class);

    private final RegistrarLoop loop;
    private final Bytes key;
    private final ClaimLoop claim;
    private @Nullable Watch watch;
    private int generation;
    private boolean refused;

    KeyWatch(RegistrarLoop loop, Bytes key, ClaimLoop claim) {
        this.loop = loop;
        this.key = key;
        this.claim = claim;
    }

    /** Opens or closes the watch, as the claim needs it. */
    void follow(KeyClaim state) {
        boolean useful = state.phase() == Phase.HELD || state.phase() == Phase.BLOCKED;
        if (state.phase() == Phase.ENDED) {
            close();
        } else if (watch == null && useful && !refused && state.known().asOf() > 0 && loop.takeWatch()) {
            open(state.known().asOf() + 1);
        }
    }

    private void open(long revision) {
        int mine = ++generation;
        try {
            Watch opened = loop.client
                    .watches()
                    .watch(WatchRequest.of(KeyRange.single(key)).from(revision), new Told(mine));
            watch = opened;
            opened.ended().whenComplete((nothing, error) -> {
                if (error != null) {
                    later(mine, this::giveUp);
                }
            });
        } catch (RuntimeException e) {
            log.debug("{} is not watched", key, e);
            loop.returnWatch();
            refused = true;
        }
    }

    /** Without a watch the audits remain. */
    private void giveUp() {
        refused = true;
        close();
    }

    void close() {
        Watch open = watch;
        if (open != null) {
            watch = null;
            generation++;
            loop.returnWatch();
            open.close();
        }
    }

    private void later(int mine, Runnable task) {
        loop.serial.offer(() -> {
            if (mine == generation) {
                task.run();
            }
        });
    }

    private void seen(WatchEvent event) {
        KeyValue kv = event.kv();
        boolean put = event.type() == WatchEvent.Type.PUT;
        claim.seen(kv.modRevision(), put ? kv : null);
    }

    /** Hears the client out, on its thread, and hands over. */
    private final class Told implements WatchListener {

        private final int mine;

        Told(int mine) {
            this.mine = mine;
        }

        @Override
        public void batch(WatchBatch batch) {
            WatchEvent last = batch.events().get(batch.events().size() - 1);
            later(mine, () -> seen(last));
        }

        @Override
        public void created(Header header, boolean resumed) {
            if (resumed) {
                later(mine, loop::auditSoon);
            }
        }

        @Override
        public void compacted(long compactRevision) {
            later(mine, () -> {
                close();
                claim.feed(new ClaimEvent.Doubted());
            });
        }

        @Override
        public void wentBack(Header header) {
            later(mine, () -> {
                close();
                claim.feed(new ClaimEvent.WentBack());
                loop.storeWentBack();
            });
        }
    }
}
