package dev.rollcall.etcd;

import static dev.rollcall.etcd.WatchMessages.created;
import static dev.rollcall.etcd.WatchMessages.header;
import static dev.rollcall.etcd.WatchMessages.told;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.WatchPosition.Phase;
import java.util.ArrayList;
import java.util.List;

/** A watch position that is fed one input after the other. */
abstract class WatchPositionScene {

    final EtcdException cut = new EtcdException(EtcdError.UNAVAILABLE, "cut");

    WatchPosition state = WatchPosition.startingAt(0);
    List<WatchAction> actions = List.of();

    void asked(long start) {
        state = WatchPosition.startingAt(start);
        give(new WatchInput.Ask(1));
    }

    void running(long start, long storeRevision) {
        asked(start);
        give(message(created(1, storeRevision)));
        assertThat(state.phase()).isEqualTo(Phase.RUNNING);
    }

    void doubted(long start, long storeRevision) {
        asked(start);
        give(message(created(1, storeRevision)));
        assertThat(state.phase()).isEqualTo(Phase.DOUBTED);
    }

    void lagging() {
        doubted(10, 3);
        give(new WatchInput.StoreRead(1, header(12)));
        assertThat(state.phase()).isEqualTo(Phase.LAGGING);
    }

    void give(WatchInput input) {
        WatchPosition.Step step = state.step(input);
        state = step.state();
        actions = step.actions();
    }

    static WatchInput message(WatchMessage message) {
        return new WatchInput.Message(message);
    }

    List<WatchNews> news() {
        List<WatchNews> news = new ArrayList<>();
        for (WatchAction action : actions) {
            if (action instanceof WatchAction.Tell tell) {
                news.add(tell.news());
            }
        }
        return news;
    }

    List<String> batch() {
        List<String> keys = new ArrayList<>();
        for (WatchNews one : news()) {
            if (one instanceof WatchNews.Changes changes) {
                keys.addAll(told(changes.batch().events()));
            }
        }
        return keys;
    }
}
