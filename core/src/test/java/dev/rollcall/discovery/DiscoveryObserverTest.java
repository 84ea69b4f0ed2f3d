package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.keyspace.Keyspace;
import dev.rollcall.observe.Observation;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DiscoveryObserverTest {

    @RegisterExtension
    static final EtcdExtension etcd = EtcdExtension.embedded();

    private final List<Observation> told = new CopyOnWriteArrayList<>();

    private boolean wasTold(Class<? extends Observation> kind) {
        return told.stream().anyMatch(kind::isInstance);
    }

    @Test
    void anObserverIsToldWhatHappensToAView() {
        try (EtcdClient client = EtcdClient.connect(etcd.endpoints().toArray(String[]::new));
                Discovery discovery = Discovery.over(
                        client, Keyspace.plain("/service"), DiscoverySettings.DEFAULTS.withObserver(told::add))) {
            ServiceView view = discovery.view("user");
            view.addListener(SnapshotListener.of(
                    up -> {
                        throw new IllegalStateException("this listener always fails");
                    },
                    down -> {}));
            Await.until(() -> wasTold(Observation.ViewLive.class));

            client.kv().put("/service/user/1", "10.0.0.1:80");
            Await.until(() -> wasTold(Observation.ListenerFailed.class));
            etcd.etcd().stop();
            Await.until(() -> wasTold(Observation.ViewStale.class));
            etcd.etcd().start();
            Await.until(() ->
                    told.stream().filter(Observation.ViewLive.class::isInstance).count() == 2);
        }
        assertThat(told).allSatisfy(event -> assertThat(event.subject()).isEqualTo("view user"));
        assertThat(wasTold(Observation.Resynced.class)).isFalse();
    }
}
