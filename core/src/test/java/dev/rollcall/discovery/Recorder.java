package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Writes down what a listener is told, as words; keeps what the calls add up to. */
final class Recorder implements SnapshotListener {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @Override
    public void initial(Snapshot snapshot) {
        List<String> ids = new ArrayList<>();
        snapshot.instances().forEach(found -> ids.add(found.instance().id()));
        heard.add("initial " + ids);
    }

    @Override
    public void up(DiscoveredInstance instance) {
        heard.add("up " + instance.instance().id());
    }

    @Override
    public void updated(DiscoveredInstance before, DiscoveredInstance after) {
        heard.add("updated " + after.instance().id() + " "
                + before.instance().status().word() + "->"
                + after.instance().status().word());
    }

    @Override
    public void down(DiscoveredInstance last, DownCause cause, long revision) {
        heard.add("down " + last.instance().id() + " " + cause);
    }

    @Override
    public void resynced(ResyncCause cause, Snapshot snapshot) {
        heard.add("resynced " + cause);
    }

    @Override
    public void freshness(Snapshot snapshot) {
        heard.add(snapshot.freshness().toString());
    }

    /** The next call. */
    String next() throws InterruptedException {
        String call = heard.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(call).as("a call within %s", PATIENCE).isNotNull();
        return call == null ? "" : call;
    }

    /** The calls up to this one, which must come. */
    List<String> until(String call) throws InterruptedException {
        List<String> calls = new ArrayList<>();
        do {
            calls.add(next());
        } while (!calls.get(calls.size() - 1).equals(call));
        return calls;
    }

    /** What came so far and was not taken yet. */
    List<String> rest() {
        List<String> calls = new ArrayList<>();
        heard.drainTo(calls);
        return calls;
    }
}
