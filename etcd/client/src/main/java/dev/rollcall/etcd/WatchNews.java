package dev.rollcall.etcd;

/** What a watch tells its listener, with what it weighs while it waits for its turn. */
sealed interface WatchNews {

    /** Says it to the listener. */
    void tell(WatchListener listener);

    /** The watch's position once this has been told; 0 if it does not change it. */
    default long position() {
        return 0;
    }

    /** How many events wait with it. */
    default int events() {
        return 0;
    }

    /** How many bytes wait with it. */
    default long bytes() {
        return 0;
    }

    /** Changes; {@code bytes} as they came over the wire. */
    record Changes(WatchBatch batch, long position, long bytes) implements WatchNews {
        @Override
        public void tell(WatchListener listener) {
            listener.batch(batch);
        }

        @Override
        public int events() {
            return batch.events().size();
        }
    }

    /** The store took the watch on. */
    record Created(Header header, boolean resumed, long position) implements WatchNews {
        @Override
        public void tell(WatchListener listener) {
            listener.created(header, resumed);
        }
    }

    /** The store vouches that nothing older than the position will come. */
    record Progress(Header header, long position) implements WatchNews {
        @Override
        public void tell(WatchListener listener) {
            listener.progress(header);
        }
    }

    /** The watch is off the stream for now. */
    record Interrupted(EtcdException cause) implements WatchNews {
        @Override
        public void tell(WatchListener listener) {
            listener.interrupted(cause);
        }
    }

    /** What the watch wanted next was compacted. */
    record Compacted(long compactRevision) implements WatchNews {
        @Override
        public void tell(WatchListener listener) {
            listener.compacted(compactRevision);
        }
    }

    /** The store is behind what it told before. */
    record WentBack(Header header) implements WatchNews {
        @Override
        public void tell(WatchListener listener) {
            listener.wentBack(header);
        }
    }
}
