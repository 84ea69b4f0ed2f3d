package dev.rollcall.etcd;

import java.util.List;

/**
 * The life of the one stream that carries all watches of a client: pure, {@code step(state, input) -> (state, actions)}.
 *
 * <p>Whatever ends the stream, it is opened again, on another member where there is one, and never in a tight loop. A stream that is
 * silent is asked for progress; since etcd answers that only when all watches are caught up, a read on the same connection follows, and
 * when that is not answered either, the member is left.
 *
 * <pre>
 *          Wanted(n)            Opened               Heard
 *   IDLE ─────────────▶ DIALLING ────────▶ OPENING ────────▶ OPEN ◀───────────────┐
 *    ▲ ▲                  ▲    │              │                │  │ silent         │ Heard, ReadDone
 *    │ │ nobody    rested │    │ Ended        │ Ended,         │  ▼                │ answered
 *    │ │ wants it         │    ▼              ▼ no answer      │ PROBING ──────────┘
 *    │ └──────────────── RESTING ◀────────────┴────────────────┤  │
 *    │                      ▲  Ended, Leave, TokenRefused,     │  │ ReadDone not answered, nothing,
 *    │                      │  foreign cluster                 │  │ and as from OPEN
 *    │                      └──────────────────────────────────┴──┘
 *    └── nobody wants it, for a while: from OPENING, OPEN
 *
 *   CLOSED: after Close from any phase
 * </pre>
 *
 * @param pace the times
 * @param phase what is being waited for
 * @param watches how many watches want the stream
 * @param wakeAt when to give {@link StreamInput.Tick}; meaningless while IDLE, DIALLING or CLOSED
 * @param pulse signs of life of the stream that is open
 * @param faults what went wrong in a row
 * @param cluster the cluster we belong to; 0 until known
 */
record WatchStream(WatchPace pace, Phase phase, int watches, long wakeAt, Pulse pulse, Faults faults, long cluster) {

    /** What the stream waits for. */
    enum Phase {
        /** Somebody who watches. */
        IDLE,
        /** A connection, and a token where one is needed. */
        DIALLING,
        /** The first message. */
        OPENING,
        /** Messages. */
        OPEN,
        /** A sign of life of a silent member. */
        PROBING,
        /** The time for the next attempt. */
        RESTING,
        /** Nothing. */
        CLOSED;

        /** Whether requests may be written. */
        boolean isWritable() {
            return this == OPENING || this == OPEN || this == PROBING;
        }
    }

    /**
     * Signs of life.
     *
     * @param openedAt when the stream was started
     * @param oldAt when it is to be opened anew
     * @param heardAt when the last message came, or a read proved the connection
     * @param askedAt when progress was last asked for
     * @param askAt when progress is to be asked for next
     * @param emptyAt since when nobody wants the stream, while nobody does
     * @param answers whether this stream ever answered a progress request
     * @param deaf how many reads in a row were answered while the stream stayed silent
     */
    record Pulse(
            long openedAt,
            long oldAt,
            long heardAt,
            long askedAt,
            long askAt,
            long emptyAt,
            boolean answers,
            int deaf) {

        private static Pulse at(long now, long silence, long age) {
            return new Pulse(now, now + age, now, now - PROGRESS_GAP_NANOS, now + silence, now, false, 0);
        }

        private Pulse heard(long now, int silences) {
            return new Pulse(openedAt, oldAt, now, askedAt, askAt, emptyAt, answers, silences);
        }

        private Pulse proven(long now, long silence) {
            boolean wished = askAt - askedAt < silence;
            return new Pulse(openedAt, oldAt, heardAt, askedAt, wished ? askAt : now + silence, emptyAt, true, 0);
        }

        private Pulse asked(long now, long silence) {
            return new Pulse(openedAt, oldAt, heardAt, now, now + silence, emptyAt, answers, deaf);
        }

        private Pulse wished() {
            return new Pulse(openedAt, oldAt, heardAt, askedAt, askedAt + PROGRESS_GAP_NANOS, emptyAt, answers, deaf);
        }

        private Pulse empty(long now) {
            return new Pulse(openedAt, oldAt, heardAt, askedAt, askAt, now, answers, deaf);
        }
    }

    /**
     * What went wrong in a row.
     *
     * @param breaks ends of the stream, none of which came after a steady time
     * @param refusals tokens that were not accepted
     * @param foreigners answers of a cluster that is not ours
     */
    record Faults(int breaks, int refusals, int foreigners) {
        private static final Faults NONE = new Faults(0, 0, 0);
    }

    /** The next state, and what is to be done, in order. */
    record Step(WatchStream state, List<StreamAction> actions) {}

    /** With so many refused tokens in a row the user is told, and retries become slow. */
    static final int MAX_REFUSALS = 3;

    /** A stream that used to answer progress requests, and missed so many in a row on a live connection, is opened again. */
    static final int MAX_DEAF = 6;

    /** Users' wishes for progress are sent at most so often. */
    static final long PROGRESS_GAP_NANOS = 1_000_000_000L;

    private static final long[] REST_NANOS = {50_000_000L, 250_000_000L, 500_000_000L, 1_000_000_000L};
    private static final long SLOW_REST_NANOS = 10_000_000_000L;
    private static final long LONGEST_REST_NANOS = 30_000_000_000L;

    /** A stream nobody wants yet. */
    static WatchStream idle(WatchPace pace) {
        return new WatchStream(pace, Phase.IDLE, 0, 0, Pulse.at(0, 0, 0), Faults.NONE, 0);
    }

    /**
     * What follows from an input.
     *
     * @param now monotonic nanoseconds
     * @param jitter a random number from 0 to 1, which spreads the attempts of many clients
     */
    Step step(StreamInput input, long now, double jitter) {
        if (phase == Phase.CLOSED) {
            return stay(this);
        } else if (input instanceof StreamInput.Heard in) {
            return phase.isWritable() ? heard(in, now, jitter) : stay(this);
        } else if (input instanceof StreamInput.Tick) {
            return now - wakeAt >= 0 ? tick(now, jitter) : stay(this);
        } else if (input instanceof StreamInput.Wanted in) {
            return wanted(in.watches(), now);
        } else if (input instanceof StreamInput.Proven) {
            return stay(with(pulse.proven(now, pace.silence())).watchful());
        } else if (input instanceof StreamInput.ProgressWanted) {
            return progressWanted(now);
        } else if (input instanceof StreamInput.Opened) {
            return phase == Phase.DIALLING
                    ? move(
                            with(Pulse.at(now, pace.silence(), jittered(pace.age(), jitter)))
                                    .in(Phase.OPENING, now + pace.opening()),
                            new StreamAction.Begin())
                    : stay(this);
        } else if (input instanceof StreamInput.Ended in) {
            return phase == Phase.DIALLING || phase.isWritable() ? ended(in.cause(), now, jitter) : stay(this);
        } else if (input instanceof StreamInput.ReadDone in) {
            return phase == Phase.PROBING ? readDone(in.answered(), now, jitter) : stay(this);
        } else if (input instanceof StreamInput.TokenRefused in) {
            return phase.isWritable() ? refused(in.cause(), now, jitter) : stay(this);
        } else if (input instanceof StreamInput.Leave in) {
            return phase.isWritable() && pace.members() > 1 ? broken(in.cause(), false, now, jitter) : stay(this);
        } else if (input instanceof StreamInput.Close) {
            return move(in(Phase.CLOSED, 0), new StreamAction.Stop());
        }
        throw new IllegalArgumentException("unknown input " + input);
    }

    private Step wanted(int number, long now) {
        WatchStream next = new WatchStream(pace, phase, number, wakeAt, pulse, faults, cluster);
        if (phase == Phase.IDLE && number > 0) {
            return move(next.in(Phase.DIALLING, 0), new StreamAction.Open(false));
        }
        if (phase == Phase.OPEN && (number == 0) != (watches == 0)) {
            // The clocks of silence begin anew when the first watch comes back: nothing was to be heard before.
            return stay(next.with(number == 0 ? pulse.empty(now) : pulse.heard(now, 0))
                    .watchful());
        }
        return stay(next);
    }

    private Step heard(StreamInput.Heard in, long now, double jitter) {
        boolean foreign = cluster != 0 && in.cluster() != cluster;
        int foreigners = foreign ? faults.foreigners() + 1 : 0;
        int refusals = in.accepted() ? 0 : faults.refusals();
        WatchStream counted = with(new Faults(faults.breaks(), refusals, foreigners));
        if (foreign && foreigners < pace.members()) {
            return counted.broken(
                    new EtcdException(
                            EtcdError.UNAVAILABLE, "the endpoint belongs to another cluster; another one is asked"),
                    false,
                    now,
                    jitter);
        }
        Faults known = new Faults(faults.breaks(), refusals, 0);
        WatchStream open = new WatchStream(pace, Phase.OPEN, watches, wakeAt, pulse.heard(now, 0), known, in.cluster());
        return stay(open.watchful());
    }

    private Step tick(long now, double jitter) {
        return switch (phase) {
            case RESTING -> rested();
            case OPENING ->
                watches == 0
                        ? move(in(Phase.IDLE, 0), new StreamAction.Stop())
                        : broken(silent("the creation of a watch"), true, now, jitter);
            case OPEN -> now - pulse.oldAt() >= 0 ? old() : tickOpen(now);
            case PROBING -> broken(silent("a progress request and a read"), true, now, jitter);
            case IDLE, DIALLING, CLOSED -> stay(this);
        };
    }

    private Step tickOpen(long now) {
        if (watches == 0) {
            return now - pulse.emptyAt() < pace.idle()
                    ? stay(watchful())
                    : move(in(Phase.IDLE, 0), new StreamAction.Stop());
        }
        if (now - pulse.heardAt() >= pace.silence() + pace.grace()) {
            return move(in(Phase.PROBING, now + pace.read()), new StreamAction.ReadMember());
        }
        return now - pulse.askAt() >= 0 ? askProgress(now) : stay(watchful());
    }

    /** The member is good; only what its users may do is to be asked again. */
    private Step old() {
        EtcdException cause = new EtcdException(
                EtcdError.UNAVAILABLE, "the watch stream is old; permissions are checked when it is opened anew");
        return move(in(Phase.DIALLING, 0), new StreamAction.Drop(cause, false, false), new StreamAction.Open(false));
    }

    private Step readDone(boolean answered, long now, double jitter) {
        if (!answered) {
            return broken(silent("a read"), true, now, jitter);
        }
        if (pulse.answers() && pulse.deaf() + 1 >= MAX_DEAF) {
            return broken(silent(MAX_DEAF + " progress requests, though it lives"), false, now, jitter);
        }
        return stay(
                with(pulse.heard(now, pulse.deaf() + 1)).in(Phase.OPEN, wakeAt).watchful());
    }

    private Step progressWanted(long now) {
        if (phase != Phase.OPEN) {
            return stay(this);
        }
        if (now - pulse.askedAt() >= PROGRESS_GAP_NANOS) {
            return askProgress(now);
        }
        // The request under way does not speak for a watch created since, so another one follows.
        return stay(with(pulse.wished()).watchful());
    }

    private Step askProgress(long now) {
        return move(with(pulse.asked(now, pace.silence())).watchful(), new StreamAction.AskProgress());
    }

    private Step ended(EtcdException cause, long now, double jitter) {
        return cause.code() == EtcdError.UNAUTHENTICATED
                ? refused(cause, now, jitter)
                : broken(cause, false, now, jitter);
    }

    /** A new stream comes with a new token, at once; if that does not help either, slowly and not in silence. */
    private Step refused(EtcdException cause, long now, double jitter) {
        int refusals = faults.refusals() + 1;
        boolean tell = refusals >= MAX_REFUSALS;
        long nanos =
                tell ? Math.min(LONGEST_REST_NANOS, SLOW_REST_NANOS * (refusals - MAX_REFUSALS + 1)) : REST_NANOS[0];
        WatchStream next = with(new Faults(faults.breaks(), refusals, faults.foreigners()))
                .in(Phase.RESTING, now + jittered(nanos, jitter));
        return move(next, new StreamAction.RejectToken(), new StreamAction.Drop(cause, tell, false));
    }

    private Step rested() {
        if (watches == 0) {
            return stay(in(Phase.IDLE, 0));
        }
        return move(in(Phase.DIALLING, 0), new StreamAction.Open(faults.refusals() == 0));
    }

    private Step broken(EtcdException cause, boolean suspect, long now, double jitter) {
        boolean steady = phase.isWritable() && now - pulse.openedAt() >= pace.steady();
        int breaks = steady ? 1 : faults.breaks() + 1;
        long nanos = restAfter(cause.code(), breaks);
        WatchStream next = with(new Faults(breaks, faults.refusals(), faults.foreigners()))
                .in(Phase.RESTING, now + jittered(nanos, jitter));
        return move(next, new StreamAction.Drop(cause, false, suspect));
    }

    private static long restAfter(EtcdError code, int breaks) {
        if (code == EtcdError.OVERLOADED || code == EtcdError.TOO_LARGE) {
            return Math.min(LONGEST_REST_NANOS, 1_000_000_000L << Math.min(breaks - 1, 5));
        }
        return REST_NANOS[Math.min(breaks, REST_NANOS.length) - 1];
    }

    private static long jittered(long nanos, double jitter) {
        return (long) (nanos * (0.5 + 0.5 * jitter));
    }

    /** Open, and awake when the next thing is due. */
    private WatchStream watchful() {
        if (phase != Phase.OPEN) {
            return this;
        }
        if (watches == 0) {
            return in(Phase.OPEN, pulse.emptyAt() + pace.idle());
        }
        long silent = pulse.heardAt() + pace.silence() + pace.grace();
        return in(Phase.OPEN, earliest(pulse.oldAt(), earliest(pulse.askAt(), silent)));
    }

    private static long earliest(long one, long other) {
        return one - other < 0 ? one : other;
    }

    private static EtcdException silent(String what) {
        return new EtcdException(EtcdError.UNAVAILABLE, "the member did not answer " + what + "; another one is asked");
    }

    private WatchStream in(Phase next, long wake) {
        return new WatchStream(pace, next, watches, wake, pulse, faults, cluster);
    }

    private WatchStream with(Pulse next) {
        return new WatchStream(pace, phase, watches, wakeAt, next, faults, cluster);
    }

    private WatchStream with(Faults next) {
        return new WatchStream(pace, phase, watches, wakeAt, pulse, next, cluster);
    }

    private static Step stay(WatchStream state) {
        return new Step(state, List.of());
    }

    private static Step move(WatchStream state, StreamAction... actions) {
        return new Step(state, List.of(actions));
    }
}
