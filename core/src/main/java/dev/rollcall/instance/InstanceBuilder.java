package dev.rollcall.instance;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The way to an {@link Instance}: an endpoint is needed, everything else has a default.
 *
 * <p>Each method checks what it gets and throws {@link IllegalArgumentException} with the field, the fault and what to do. For one thread.
 */
public final class InstanceBuilder {

    private static final int SHORT_BYTES = 128;
    private static final int MOST_ENTRIES = 128;

    private final String service;
    private @Nullable InstanceId identity;

    @Nullable Endpoint endpoint;

    @Nullable String text;

    final SortedMap<String, Endpoint> endpoints = new TreeMap<>();

    @Nullable String zone;

    int weight = Instance.DEFAULT_WEIGHT;

    @Nullable String version;

    final SortedSet<String> tags = new TreeSet<>();
    final SortedMap<String, String> metadata = new TreeMap<>();
    boolean secure;
    InstanceStatus status = InstanceStatus.UP;

    InstanceBuilder(String service) {
        InstanceId.checkService(service);
        this.service = service;
    }

    InstanceBuilder(InstanceId identity) {
        this.service = identity.service();
        this.identity = identity;
    }

    /** Its id within the service, see {@link InstanceId}. Default: its endpoint, {@code host:port}. */
    public InstanceBuilder id(String id) {
        this.identity = new InstanceId(service, id);
        return this;
    }

    /** Where it is reached. */
    public InstanceBuilder endpoint(Endpoint endpoint) {
        this.endpoint = endpoint;
        this.text = null;
        return this;
    }

    /** Where it is reached, as {@link Endpoint#of(String)} reads it. */
    public InstanceBuilder endpoint(String hostAndPort) {
        return endpoint(Endpoint.of(hostAndPort));
    }

    /** Where it is reached. After binding to port 0, give the port that the socket got. */
    public InstanceBuilder endpoint(String host, int port) {
        return endpoint(Endpoint.of(host, port));
    }

    /** A further endpoint with a name; 64 at most. */
    public InstanceBuilder endpoint(String name, Endpoint endpoint) {
        endpoints.put(Checks.name("the name of an endpoint", name, SHORT_BYTES), endpoint);
        bounded("endpoints", endpoints.size(), 64);
        return this;
    }

    /** A further endpoint with a name: {@code endpoint("admin", "10.0.0.7:9090")}. */
    public InstanceBuilder endpoint(String name, String hostAndPort) {
        return endpoint(name, Endpoint.of(hostAndPort));
    }

    /** Some text in place of an endpoint: such an instance is seen but never picked, and needs an {@link #id}. */
    public InstanceBuilder text(String text) {
        this.text = text;
        this.endpoint = null;
        return this;
    }

    /** The zone, rack or region it stands in. */
    public InstanceBuilder zone(String zone) {
        this.zone = Checks.name("the zone", zone, SHORT_BYTES);
        return this;
    }

    /** Its share of the work relative to others of its service, 1 to 65535. To take it out of service, set its {@link #status}. */
    public InstanceBuilder weight(int weight) {
        if (weight < 1 || weight > 65_535) {
            throw new IllegalArgumentException("the weight is " + weight
                    + ", not between 1 and 65535; to take an instance out of service set its status to PAUSED");
        }
        this.weight = weight;
        return this;
    }

    /** The version of what runs there. */
    public InstanceBuilder version(String version) {
        this.version = Checks.name("the version", version, SHORT_BYTES);
        return this;
    }

    /** One more free mark; 128 at most. */
    public InstanceBuilder tag(String tag) {
        tags.add(Checks.name("a tag", tag, SHORT_BYTES));
        bounded("tags", tags.size(), MOST_ENTRIES);
        return this;
    }

    /** More free marks. */
    public InstanceBuilder tags(Collection<String> tags) {
        tags.forEach(this::tag);
        return this;
    }

    /** One more free pair; 128 at most, a key of 256 bytes, a value of 8192 bytes at most. */
    public InstanceBuilder metadata(String key, String value) {
        Checks.name("a metadata key", key, Checks.NAME_BYTES);
        metadata.put(key, Checks.value(() -> "the metadata value of " + Checks.quoted(key), value, Checks.TEXT_BYTES));
        bounded("metadata entries", metadata.size(), MOST_ENTRIES);
        return this;
    }

    /** More free pairs. */
    public InstanceBuilder metadata(Map<String, String> metadata) {
        metadata.forEach(this::metadata);
        return this;
    }

    /** Whether callers are to use TLS; default no. */
    public InstanceBuilder secure(boolean secure) {
        this.secure = secure;
        return this;
    }

    /** Whether it wants work; default {@link InstanceStatus#UP}. */
    public InstanceBuilder status(InstanceStatus status) {
        this.status = status;
        return this;
    }

    /**
     * The instance.
     *
     * @throws IllegalArgumentException where there is neither an endpoint nor a text with an id
     */
    public Instance build() {
        String address = endpoint != null ? endpoint.toString() : text;
        if (address == null) {
            throw new IllegalArgumentException("the instance of service " + Checks.quoted(service)
                    + " has no endpoint; give one with endpoint(host, port)");
        }
        if (identity == null && endpoint == null) {
            throw new IllegalArgumentException("the instance of service " + Checks.quoted(service)
                    + " has a text in place of an endpoint, and so needs an id; give one with id(...)");
        }
        // One text for both where they are equal, as they mostly are: a view may hold a hundred thousand.
        InstanceId known = identity == null ? new InstanceId(service, address) : identity;
        return new Instance(this, known, known.id().equals(address) ? known.id() : address);
    }

    private void bounded(String what, int size, int most) {
        if (size > most) {
            throw new IllegalArgumentException("the instance of service " + Checks.quoted(service) + " has more than "
                    + most + " " + what + "; keep large data elsewhere and register where it is found");
        }
    }

    static <V> SortedMap<String, V> frozen(SortedMap<String, V> map) {
        return map.isEmpty() ? Collections.emptySortedMap() : Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }

    static SortedSet<String> frozen(SortedSet<String> set) {
        return set.isEmpty() ? Collections.emptySortedSet() : Collections.unmodifiableSortedSet(new TreeSet<>(set));
    }
}
