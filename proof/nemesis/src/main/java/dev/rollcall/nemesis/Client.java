package dev.rollcall.nemesis;

import dev.rollcall.etcd.testkit.FaultProxy;
import dev.rollcall.nemesis.history.Journal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A process that registers and discovers, the proxies between it and each member, and what was asked of it. */
final class Client implements AutoCloseable {

    private static final Duration ANSWER = Duration.ofSeconds(3);

    /** A registration as it was asked for. */
    record Slot(String service, String id, String address) {
        String key() {
            return "services/" + service + "/" + id;
        }
    }

    /** A view as it was asked for; a service that ends in a slash is a directory. */
    record View(String name, String service, boolean guarded, long graceMillis) {

        /** Whether it shows this key. */
        boolean shows(String key) {
            String root = "services/" + (service.equals("/") ? "" : service);
            return service.endsWith("/")
                    ? key.startsWith(root)
                    : key.startsWith(root + "/") && key.lastIndexOf('/') == root.length();
        }
    }

    private final String base;
    private final Path directory;
    private final Journal journal;
    private final long leaseSeconds;
    private final String password;
    private final List<FaultProxy> proxies = new ArrayList<>();
    private final List<Slot> slots;
    private final List<View> views;
    private final AtomicInteger tokens = new AtomicInteger();
    private final Map<Slot, String> wanted = new LinkedHashMap<>();
    private int lives;
    private @Nullable Jvm jvm;

    Client(
            String name,
            Path directory,
            Journal journal,
            Store store,
            long leaseSeconds,
            List<Slot> slots,
            List<View> views) {
        this.base = name;
        this.directory = directory;
        this.journal = journal;
        this.leaseSeconds = leaseSeconds;
        this.password = store.password();
        this.slots = slots;
        this.views = views;
        store.endpoints().forEach(endpoint -> proxies.add(FaultProxy.inFrontOf(endpoint)));
    }

    /** Its name, with the number of its life: {@code r1-2} is the process after {@code r1-1}. */
    synchronized String name() {
        return base + "-" + lives;
    }

    /** Its name over all its lives. */
    String base() {
        return base;
    }

    List<FaultProxy> proxies() {
        return proxies;
    }

    List<Slot> slots() {
        return slots;
    }

    List<View> views() {
        return views;
    }

    /** Begins a life: the process starts, and is told what it has to register and to view. */
    void launch() {
        launch(Map.of());
    }

    /** Begins a life that finds this in its environment. */
    synchronized void launch(Map<String, String> environment) {
        lives++;
        List<String> args = new ArrayList<>(List.of(
                name(),
                directory.toString(),
                proxies.stream().map(FaultProxy::endpoint).collect(Collectors.joining(",")),
                Long.toString(leaseSeconds)));
        Map<String, String> variables = new HashMap<>(environment);
        if (!password.isEmpty()) {
            variables.put("NEMESIS_PASSWORD", password);
        }
        jvm = Jvm.start(name(), directory, variables, "dev.rollcall.nemesis.client.ClientMain", args);
        wanted.clear();
        views.forEach(v ->
                order("view " + v.name + " " + v.service + " " + (v.guarded ? "guard " : "bare ") + v.graceMillis));
        slots.forEach(this::register);
    }

    private void order(String line) {
        if (jvm != null) {
            jvm.order(line);
        }
    }

    synchronized void register(Slot slot) {
        String token = name() + "." + tokens.incrementAndGet();
        wanted.put(slot, token);
        order("register " + slot.key() + " " + slot.service + " " + slot.id + " " + slot.address + " " + token);
    }

    synchronized void update(Slot slot) {
        if (wanted.containsKey(slot)) {
            String token = name() + "." + tokens.incrementAndGet();
            wanted.put(slot, token);
            order("update " + slot.key() + " " + token);
        }
    }

    synchronized void deregister(Slot slot) {
        if (wanted.remove(slot) != null) {
            order("close " + slot.key());
        }
    }

    /** The token that each key of it has to carry in the end. */
    synchronized Map<String, String> wanted() {
        Map<String, String> byKey = new LinkedHashMap<>();
        wanted.forEach((slot, token) -> byKey.put(slot.key(), token));
        return byKey;
    }

    /** What it answers to {@code dump}: its views, and the keys that do not stand; empty where it does not answer. */
    synchronized String dump(String mark) {
        if (jvm == null) {
            return "";
        }
        order("dump " + mark);
        String answer = jvm.answer("dump " + mark + " ", ANSWER);
        return answer == null ? "" : answer.substring(("dump " + mark + " ").length());
    }

    synchronized void kill() {
        if (jvm != null) {
            jvm.kill();
            journal.note("killed", "client", name(), "exit", jvm.exitValue());
        }
    }

    synchronized void signal(String signal) {
        if (jvm != null) {
            jvm.signal(signal);
            journal.note("signalled", "client", name(), "signal", signal);
        }
    }

    synchronized boolean stopped() {
        return jvm != null && jvm.stopped();
    }

    synchronized boolean alive() {
        return jvm != null && jvm.alive();
    }

    synchronized int exitValue() {
        return jvm == null ? -1 : jvm.exitValue();
    }

    /** Lets it close and end in good order. */
    synchronized void quit() {
        order("quit");
    }

    synchronized boolean awaitEnd(Duration bound) {
        return jvm == null || jvm.awaitEnd(bound);
    }

    @Override
    public synchronized void close() {
        if (jvm != null) {
            jvm.kill();
        }
        proxies.forEach(FaultProxy::close);
    }
}
