package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.internal.CallbackPool;
import dev.rollcall.internal.RandomSource;
import dev.rollcall.internal.TimeSource;
import dev.rollcall.internal.Timer;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.observe.Observer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a view that was closed leaves behind. */
@Timeout(60)
class ClosedViewTest {

    @RegisterExtension
    static final EtcdExtension etcd = EtcdExtension.embedded();

    /** Knows what is scheduled, and neither has run nor was called off. */
    private static final class CountingTimer implements Timer {

        private final Timer timer = Timer.start();
        private final Set<Object> waiting = ConcurrentHashMap.newKeySet();

        @Override
        public Handle schedule(long delayNanos, Runnable task) {
            Object one = new Object();
            waiting.add(one);
            Handle handle = timer.schedule(delayNanos, () -> {
                waiting.remove(one);
                task.run();
            });
            return () -> {
                waiting.remove(one);
                handle.cancel();
            };
        }

        @Override
        public void close() {
            timer.close();
        }
    }

    @Test
    void nothingWaitsInTheTimerForAViewThatWasClosed() {
        CountingTimer timer = new CountingTimer();
        CallbackPool workers = CallbackPool.start("rollcall-discovery", 2);
        CallbackPool listeners = CallbackPool.start();
        try (EtcdClient client = EtcdClient.connect(etcd.endpoints().toArray(String[]::new));
                EtcdClient nowhere = EtcdClient.connect("http://127.0.0.1:1");
                Discovery discovery = discovery(client, Duration.ofSeconds(20), timer, workers, listeners);
                Discovery away = discovery(nowhere, Duration.ofMillis(10), timer, workers, listeners)) {
            for (int i = 0; i < 20; i++) {
                ServiceView view = discovery.view("user" + i);
                assertThat(view.snapshot().freshness()).isEqualTo(Freshness.LIVE);
                view.close();
                away.view("user" + i).close();
            }
            Await.until(() -> timer.waiting.isEmpty());
        } finally {
            timer.close();
            workers.close();
            listeners.close();
        }
    }

    private static Discovery discovery(
            EtcdClient client, Duration startBound, Timer timer, CallbackPool workers, CallbackPool listeners) {
        DiscoverySettings settings = DiscoverySettings.DEFAULTS.withStartBound(startBound);
        Wiring wiring = new Wiring(
                client,
                timer,
                workers,
                listeners,
                TimeSource.system(),
                RandomSource.system(),
                Observer.none(),
                Optional.empty(),
                Wiring.log(TimeSource.system()));
        return new Discovery(Keyspace.standard(), settings, wiring, List.of());
    }
}
