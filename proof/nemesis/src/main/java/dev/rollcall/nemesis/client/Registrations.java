package dev.rollcall.nemesis.client;

import dev.rollcall.Rollcall;
import dev.rollcall.instance.Instance;
import dev.rollcall.nemesis.history.Journal;
import dev.rollcall.registration.Registration;
import dev.rollcall.registration.RegistrationState;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The registrations of a client, by handle; what is asked of one happens in order. Every value carries a token that no other value has. */
final class Registrations {

    private static final CompletionStage<Void> DONE = CompletableFuture.completedFuture(null);

    private final Rollcall rollcall;
    private final Journal journal;
    private final Map<String, Registration> open = new ConcurrentSkipListMap<>();
    private final Map<String, CompletionStage<Void>> chains = new ConcurrentSkipListMap<>();

    Registrations(Rollcall rollcall, Journal journal) {
        this.rollcall = rollcall;
        this.journal = journal;
    }

    void register(String handle, String service, String id, String address, String token) {
        inOrder(handle, () -> {
            Instance instance = Instance.builder(service)
                    .id(id)
                    .endpoint(address)
                    .metadata(Views.TOKEN, token)
                    .build();
            journal.note("register", "h", handle, "key", rollcall.keyspace().key(instance.identity()), "token", token);
            Registration registration = rollcall.register(instance);
            open.put(handle, registration);
            registration.onChange(
                    (which, state, reason) -> journal.note("state", "h", handle, "state", state, "reason", reason));
            return DONE;
        });
    }

    void update(String handle, String token) {
        inOrder(handle, () -> {
            Registration registration = open.get(handle);
            if (registration != null) {
                journal.note("update", "h", handle, "token", token);
                registration.update(
                        me -> me.toBuilder().metadata(Views.TOKEN, token).build());
            }
            return DONE;
        });
    }

    void close(String handle) {
        inOrder(handle, () -> {
            Registration registration = open.remove(handle);
            if (registration == null) {
                return DONE;
            }
            journal.note("close", "h", handle);
            return registration
                    .closeAsync()
                    .whenComplete((done, error) -> journal.note("closed", "h", handle, "error", error));
        });
    }

    /** What was asked before ends first, well or not: a close may wait for a store that is away. */
    private void inOrder(String handle, Supplier<CompletionStage<Void>> action) {
        chains.compute(
                handle,
                (same, before) -> (before == null ? DONE : before)
                        .handleAsync((done, error) -> DONE)
                        .thenCompose(done -> run(handle, action)));
    }

    private CompletionStage<Void> run(String handle, Supplier<CompletionStage<Void>> action) {
        try {
            return action.get();
        } catch (IllegalStateException e) {
            journal.note("refused", "h", handle, "error", e);
            return DONE;
        }
    }

    /** Those that do not stand in the store as far as they know, with commas; {@code -} for none. */
    String dump() {
        String missing = open.entrySet().stream()
                .filter(e -> e.getValue().state() != RegistrationState.REGISTERED)
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(","));
        return missing.isEmpty() ? "-" : missing;
    }
}
