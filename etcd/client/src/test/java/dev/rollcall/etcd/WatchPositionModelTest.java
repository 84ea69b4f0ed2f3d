package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random histories, breaks, parts, repetitions, lags, parkings and compactions: every change comes once, in order, or its loss is told. */
class WatchPositionModelTest {

    private static final int SEEDS = 5_000;
    private static final int STEPS = 150;

    @Test
    void everyChangeComesOnceAndInOrderOrItsLossIsTold() {
        int changes = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Run run = new Run(seed);
            run.go();
            assertThat(run.delivered).as("seed %d", seed).isEqualTo(run.expected());
            changes += run.delivered.size();
        }
        assertThat(changes).isGreaterThan(SEEDS * 20);
    }

    /** One watch against one server. */
    private static final class Run {

        private final EtcdException cut = new EtcdException(EtcdError.UNAVAILABLE, "cut");

        private record Gap(long from, long to) {}

        private final long seed;
        private final Random random;
        private final SimulatedWatchServer server;
        private final Deque<WatchInput> later = new ArrayDeque<>();
        private final List<Gap> gaps = new ArrayList<>();
        final List<String> delivered = new ArrayList<>();
        private WatchPosition state;
        private long from;
        private long ids;
        private boolean queued = true;
        private long lastRevision;

        Run(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.server = new SimulatedWatchServer(random);
            for (int i = random.nextInt(6); i > 0; i--) {
                server.write();
            }
            from = random.nextBoolean() ? 0 : 1L + random.nextInt((int) server.revision());
            state = WatchPosition.startingAt(from);
        }

        void go() {
            for (int i = 0; i < STEPS; i++) {
                chance();
            }
            for (int i = 0; i < 2000 && !done(); i++) {
                calm();
            }
            assertThat(done()).as("seed %d comes to rest, at %s", seed, state).isTrue();
        }

        private boolean done() {
            return state.phase() == WatchPosition.Phase.RUNNING
                    && server.caughtUp()
                    && state.position() > server.revision();
        }

        private void chance() {
            switch (random.nextInt(14)) {
                case 0, 1, 2 -> server.write();
                case 3 -> cut();
                case 4 -> give(new WatchInput.Overflowed());
                case 5 -> give(new WatchInput.Drained());
                case 6 -> {
                    if (random.nextInt(8) == 0) {
                        server.compact();
                    }
                }
                case 7 -> {
                    if (server.watches() && server.caughtUp()) {
                        give(new WatchInput.Vouched(WatchMessages.header(server.revision()), random.nextBoolean()));
                    }
                }
                default -> calm();
            }
        }

        private void calm() {
            WatchInput due = random.nextInt(3) == 0 ? later.poll() : null;
            if (due != null) {
                give(due);
            } else if (queued) {
                queued = false;
                give(new WatchInput.Ask(++ids));
            } else if (server.watches()) {
                give(new WatchInput.Message(server.say()));
            } else if (state.phase() == WatchPosition.Phase.PARKED) {
                give(new WatchInput.Drained());
            }
        }

        private void cut() {
            server.cut();
            give(new WatchInput.Broke(cut, random.nextInt(5) == 0));
        }

        private void give(WatchInput input) {
            WatchPosition.Step step = state.step(input);
            assertThat(step.state().position()).as("seed %d: position", seed).isGreaterThanOrEqualTo(state.position());
            state = step.state();
            step.actions().forEach(this::perform);
        }

        private void perform(WatchAction action) {
            if (action instanceof WatchAction.Queue) {
                queued = true;
            } else if (action instanceof WatchAction.Create create) {
                server.create(create.id(), create.startRevision());
            } else if (action instanceof WatchAction.Cancel cancel) {
                server.cancel(cancel.id());
            } else if (action instanceof WatchAction.ReadStore read) {
                later.add(new WatchInput.StoreRead(read.id(), WatchMessages.header(server.revision())));
            } else if (action instanceof WatchAction.Rest rest) {
                later.add(new WatchInput.Rested(rest.id()));
            } else if (action instanceof WatchAction.LeaveMember) {
                cut();
            } else if (action instanceof WatchAction.Tell tell) {
                tell(tell.news());
            }
        }

        private void tell(WatchNews news) {
            if (news instanceof WatchNews.Created created && from == 0) {
                from = created.position();
            } else if (news instanceof WatchNews.Changes changes) {
                delivered.addAll(WatchMessages.told(changes.batch().events()));
                assertThat(changes.batch().events().get(0).kv().modRevision())
                        .as("seed %d: a revision is told whole", seed)
                        .isGreaterThan(lastRevision);
                lastRevision = changes.batch().revision();
            } else if (news instanceof WatchNews.Compacted) {
                gaps.add(new Gap(state.position(), server.revision()));
                later.add(new WatchInput.ResumeFrom(server.revision() + 1));
            } else if (news instanceof WatchNews.WentBack) {
                throw new AssertionError("seed " + seed + ": the store never went back");
            }
        }

        List<String> expected() {
            List<String> all = new ArrayList<>();
            for (long revision = Math.max(2, from); revision <= server.revision(); revision++) {
                long at = revision;
                if (gaps.stream().noneMatch(gap -> gap.from() <= at && at <= gap.to())) {
                    all.addAll(WatchMessages.told(server.at(revision)));
                }
            }
            return all;
        }
    }
}
