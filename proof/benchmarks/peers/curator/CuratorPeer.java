import java.util.List;
import java.util.concurrent.Callable;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.apache.curator.x.discovery.ServiceCache;
import org.apache.curator.x.discovery.ServiceDiscovery;
import org.apache.curator.x.discovery.ServiceDiscoveryBuilder;
import org.apache.curator.x.discovery.ServiceInstance;
import org.apache.curator.x.discovery.ServiceProvider;
import org.apache.curator.x.discovery.details.ServiceCacheListener;

/** Curator's x-discovery, as its page writes it: registerService, and a ServiceCache that is started. */
public final class CuratorPeer implements Peer {

    private final String store;
    private final CuratorFramework registering;
    private final CuratorFramework looking;
    private final ServiceDiscovery<Void> registry;
    private final ServiceDiscovery<Void> directory;

    public CuratorPeer(String store) throws Exception {
        this.store = store;
        this.registering = client();
        this.looking = client();
        this.registry = discovery(registering);
        this.directory = discovery(looking);
    }

    private CuratorFramework client() {
        CuratorFramework made =
                CuratorFrameworkFactory.newClient(store, 10_000, 10_000, new ExponentialBackoffRetry(100, 3));
        made.start();
        return made;
    }

    private static ServiceDiscovery<Void> discovery(CuratorFramework client) throws Exception {
        ServiceDiscovery<Void> made = ServiceDiscoveryBuilder.builder(Void.class)
                .client(client)
                .basePath("/services")
                .build();
        made.start();
        return made;
    }

    @Override
    public List<String> ways() {
        return List.of("one call each");
    }

    @Override
    public void register(String service, int number) throws Exception {
        registry.registerService(ServiceInstance.<Void>builder()
                .name(service)
                .id(Entries.id(number))
                .address("10.0." + number / 250 + "." + number % 250)
                .port(8080)
                .build());
    }

    @Override
    public void registerMany(String service, int count, String way) throws Exception {
        for (int i = 0; i < count; i++) {
            register(service, i);
        }
    }

    @Override
    public Looker look(String service, Runnable changed) throws Exception {
        return follow(directory, service, changed, () -> {});
    }

    @Override
    public Looker cold(String service) throws Exception {
        CuratorFramework fresh = client();
        ServiceDiscovery<Void> own = discovery(fresh);
        return follow(own, service, () -> {}, fresh::close);
    }

    @Override
    public Callable<Object> picker(String service) throws Exception {
        ServiceProvider<Void> provider =
                directory.serviceProviderBuilder().serviceName(service).build();
        provider.start();
        return provider::getInstance;
    }

    private static Looker follow(ServiceDiscovery<Void> directory, String service, Runnable changed, Runnable end)
            throws Exception {
        ServiceCache<Void> cache = directory.serviceCacheBuilder().name(service).build();
        cache.addListener(new ServiceCacheListener() {
            @Override
            public void cacheChanged() {
                changed.run();
            }

            @Override
            public void stateChanged(CuratorFramework client, ConnectionState state) {}
        });
        cache.start();
        return new Looker() {
            @Override
            public int size() {
                return cache.getInstances().size();
            }

            @Override
            public void close() throws Exception {
                cache.close();
                end.run();
            }
        };
    }

    @Override
    public void close() throws Exception {
        registry.close();
        directory.close();
        registering.close();
        looking.close();
    }
}
