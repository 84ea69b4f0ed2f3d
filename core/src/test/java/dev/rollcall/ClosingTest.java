package dev.rollcall;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.discovery.Discovery;
import dev.rollcall.discovery.DiscoverySettings;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.internal.CallbackPool;
import dev.rollcall.internal.PatientWait;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.registration.Registrar;
import dev.rollcall.registration.RegistrarSettings;
import java.lang.Thread.State;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(30)
class ClosingTest {

    @RegisterExtension
    static final EtcdExtension etcd = EtcdExtension.embedded();

    /** The JVM ends when its hooks have ended, whoever else is in the middle of something. */
    @Test
    void theShutdownHookWaitsForWhoIsClosingAlready() throws InterruptedException {
        EtcdClient client = EtcdClient.connect(etcd.endpoints().toArray(String[]::new));
        Registrar registrar = Registrar.over(client, Keyspace.standard(), RegistrarSettings.defaults());
        Discovery discovery = Discovery.over(client, Keyspace.standard(), DiscoverySettings.DEFAULTS);
        CallbackPool listeners = CallbackPool.start();
        Closing closing = new Closing(registrar, discovery, client, listeners);
        CountDownLatch listener = new CountDownLatch(1);
        listeners.execute(
                () -> PatientWait.within(Duration.ofSeconds(10), nanos -> listener.await(nanos, NANOSECONDS)));
        Thread other = new Thread(closing::close);
        other.start();
        await().until(other::getState, State.TIMED_WAITING::equals);

        Thread hook = new Thread(closing::closeOrWait);
        hook.start();
        await().until(hook::getState, state -> state == State.TIMED_WAITING || state == State.TERMINATED);
        assertThat(other.isAlive()).isTrue();
        assertThat(hook.isAlive()).isTrue();

        listener.countDown();
        hook.join();
        other.join();
    }
}
