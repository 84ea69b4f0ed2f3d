package dev.rollcall.conformance.faults;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.DiscoveredInstance;
import dev.rollcall.discovery.DownCause;
import dev.rollcall.discovery.Freshness;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.discovery.SnapshotListener;
import dev.rollcall.discovery.ViewOptions;
import dev.rollcall.instance.Instance;
import dev.rollcall.registration.Registration;
import dev.rollcall.registration.RegistrationOptions;
import dev.rollcall.registration.RegistrationState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Twenty registrations under each lease time, all by one Rollcall, and who watches them: with the guard, with a grace of 1 s, and with neither. */
final class Crew implements AutoCloseable {

    static final List<Integer> LEASE_SECONDS = List.of(3, 5, 10);
    static final int EACH = 20;

    /** How many downs were shown to each sort of consumer. */
    record Downs(int guarded, int graced, int naked) {

        Downs minus(Downs before) {
            return new Downs(guarded - before.guarded, graced - before.graced, naked - before.naked);
        }

        @Override
        public String toString() {
            return guarded + "/" + graced + "/" + naked;
        }
    }

    /** How a consumer shows losses. */
    private enum Sort {
        GUARDED,
        GRACED,
        NAKED;

        ViewOptions options() {
            return switch (this) {
                case GUARDED -> ViewOptions.DEFAULTS;
                case GRACED -> ViewOptions.DEFAULTS.withExpiryGrace(Duration.ofSeconds(1));
                case NAKED -> ViewOptions.DEFAULTS.withoutGuard();
            };
        }
    }

    private final Rollcall registrant;
    private final List<Registration> registrations = new ArrayList<>();
    private final List<Rollcall> consumers = new ArrayList<>();
    private final Map<String, ServiceView> views = new LinkedHashMap<>();
    private final Map<String, AtomicInteger> downs = new ConcurrentHashMap<>();

    Crew(List<String> endpoints) {
        String[] members = endpoints.toArray(String[]::new);
        registrant = Rollcall.builder(members).closeAtShutdown(false).connect();
        for (int seconds : LEASE_SECONDS) {
            registrations.addAll(registrant
                    .registrar()
                    .registerAll(
                            instances(seconds),
                            RegistrationOptions.defaults().withLeaseTime(Duration.ofSeconds(seconds))));
        }
        registrations.forEach(one -> one.awaitRegistered(Duration.ofSeconds(20)));
        for (Sort sort : Sort.values()) {
            Rollcall consumer = Rollcall.builder(members)
                    .views(sort.options())
                    .closeAtShutdown(false)
                    .connect();
            consumers.add(consumer);
            LEASE_SECONDS.forEach(seconds -> view(consumer, sort, seconds));
        }
    }

    private static List<Instance> instances(int seconds) {
        return IntStream.range(0, EACH)
                .mapToObj(i -> Instance.builder(service(seconds))
                        .id("n" + i)
                        .endpoint("10.0.0." + seconds + ":" + (1000 + i))
                        .build())
                .toList();
    }

    private void view(Rollcall consumer, Sort sort, int seconds) {
        String name = sort + " " + service(seconds);
        AtomicInteger count = new AtomicInteger();
        downs.put(name, count);
        views.put(name, consumer.discover(service(seconds), new SnapshotListener() {
            @Override
            public void down(DiscoveredInstance last, DownCause cause, long revision) {
                count.incrementAndGet();
            }
        }));
    }

    /** The service of a lease time. */
    static String service(int seconds) {
        return "lease-" + seconds + "s";
    }

    /** How many downs each sort of consumer was shown of the service of a lease time, since the beginning. */
    Downs downs(int seconds) {
        return new Downs(downs(Sort.GUARDED, seconds), downs(Sort.GRACED, seconds), downs(Sort.NAKED, seconds));
    }

    private int downs(Sort sort, int seconds) {
        return downs.getOrDefault(sort + " " + service(seconds), new AtomicInteger())
                .get();
    }

    /** Whether everything is registered, and everybody sees it. */
    boolean isComplete() {
        return registrations.stream().allMatch(one -> one.state() == RegistrationState.REGISTERED)
                && views.values().stream().allMatch(view -> {
                    var shown = view.snapshot();
                    return shown.freshness() == Freshness.LIVE
                            && shown.instances().size() == EACH
                            && shown.held().isEmpty();
                });
    }

    /** What is not as it should be, for people. */
    String state() {
        long registered = registrations.stream()
                .filter(one -> one.state() == RegistrationState.REGISTERED)
                .count();
        StringBuilder text = new StringBuilder(registered + " of " + registrations.size() + " are registered");
        views.forEach(
                (name, view) -> text.append("; ").append(name).append(": ").append(view.snapshot()));
        return text.toString();
    }

    @Override
    public void close() {
        consumers.forEach(Rollcall::close);
        registrant.close();
    }
}
