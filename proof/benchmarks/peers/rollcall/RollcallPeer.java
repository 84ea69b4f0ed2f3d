import dev.rollcall.Rollcall;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.discovery.SnapshotListener;
import dev.rollcall.instance.Instance;
import dev.rollcall.pick.PickStrategy;
import dev.rollcall.pick.Picker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/** Rollcall, by the lines of its README. */
public final class RollcallPeer implements Peer {

    private final String store;
    private final Rollcall registering;
    private final Rollcall looking;

    public RollcallPeer(String store) {
        this.store = store;
        this.registering = Rollcall.connect(store);
        this.looking = Rollcall.connect(store);
    }

    private static Instance instance(String service, int number) {
        return Instance.of(service, Entries.id(number));
    }

    @Override
    public List<String> ways() {
        return List.of("one call each");
    }

    @Override
    public void register(String service, int number) {
        registering.register(instance(service, number));
    }

    @Override
    public void registerMany(String service, int count, String way) {
        for (int i = 0; i < count; i++) {
            registering.register(instance(service, i));
        }
    }

    @Override
    public Looker look(String service, Runnable changed) {
        ServiceView view = looking.discover(service, SnapshotListener.ofAnyChange(changed));
        return looker(view, view::close);
    }

    @Override
    public Looker cold(String service) {
        Rollcall fresh = Rollcall.connect(store);
        ServiceView view = fresh.discover(service);
        view.awaitSnapshot(Duration.ofSeconds(60));
        return looker(view, fresh::close);
    }

    @Override
    public Callable<Object> picker(String service) {
        ServiceView view = looking.discover(service);
        view.awaitSnapshot(Duration.ofSeconds(60));
        Picker picker = PickStrategy.roundRobin().over(view);
        return picker::pick;
    }

    private static Looker looker(ServiceView view, Runnable end) {
        return new Looker() {
            @Override
            public int size() {
                return view.snapshot().instances().size();
            }

            @Override
            public void close() {
                end.run();
            }
        };
    }

    @Override
    public void close() {
        registering.close();
        looking.close();
    }
}
