import dev.rollcall.Rollcall;
import dev.rollcall.discovery.DiscoveredInstance;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.discovery.SnapshotListener;
import dev.rollcall.instance.Instance;
import dev.rollcall.registration.Registration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/** Consumers by the lines of Rollcall's README. */
public final class RollcallCrowd implements Crowd {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String store;
    private final Rollcall owner;
    private final List<Registration> registrations = new ArrayList<>();
    private final List<Rollcall> consumers = new ArrayList<>();

    public RollcallCrowd(String store) {
        this.store = store;
        this.owner = Rollcall.connect(store);
    }

    @Override
    public void register(int instances) {
        for (int i = 0; i < instances; i++) {
            registrations.add(owner.register(Instance.of("user", Entries.id(i))));
        }
        registrations.forEach(one -> one.awaitRegistered(PATIENCE));
    }

    @Override
    public void change(int instance, long at) {
        registrations.get(instance).update(me -> me.toBuilder().metadata("at", Long.toString(at)).build());
    }

    @Override
    public void consume(int instances, LongConsumer told) {
        Rollcall consumer = Rollcall.connect(store);
        consumers.add(consumer);
        ServiceView view = consumer.discover("user", new SnapshotListener() {
            @Override
            public void updated(DiscoveredInstance before, DiscoveredInstance after) {
                told.accept(Long.parseLong(after.instance().metadata().get("at")));
            }
        });
        view.awaitInstances(instances, PATIENCE);
    }

    @Override
    public void close() {
        consumers.forEach(Rollcall::close);
        owner.close();
    }
}
