package dev.rollcall.instance;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * One running copy of a service: what it registers about itself, and what others find.
 *
 * <pre>{@code
 * Instance.of("user", "10.0.0.7:8080");
 * Instance.builder("user").endpoint("10.0.0.7", server.port()).zone("eu-1a").weight(200).metadata("build", "4711").build();
 * }</pre>
 *
 * <p>An immutable value; equal when all its fields are. Without an id of its own it is known by its endpoint, so that a restart at the same address is the
 * same instance.
 */
public final class Instance {

    /** The weight of an instance that states none. */
    public static final int DEFAULT_WEIGHT = 100;

    private final InstanceId identity;
    private final String text;
    private final boolean reachable;
    private final SortedMap<String, Endpoint> endpoints;
    private final @Nullable String zone;
    private final int weight;
    private final @Nullable String version;
    private final SortedSet<String> tags;
    private final SortedMap<String, String> metadata;
    private final boolean secure;
    private final InstanceStatus status;

    Instance(InstanceBuilder builder, InstanceId identity, String text) {
        this.identity = identity;
        this.text = text;
        this.reachable = builder.endpoint != null;
        this.endpoints = InstanceBuilder.frozen(builder.endpoints);
        this.zone = builder.zone;
        this.weight = builder.weight;
        this.version = builder.version;
        this.tags = InstanceBuilder.frozen(builder.tags);
        this.metadata = InstanceBuilder.frozen(builder.metadata);
        this.secure = builder.secure;
        this.status = builder.status;
    }

    /**
     * An instance at an address, known by it.
     *
     * @param service the name of its service, see {@link InstanceId}
     * @param hostAndPort as {@link Endpoint#of(String)} reads it
     */
    public static Instance of(String service, String hostAndPort) {
        return builder(service).endpoint(hostAndPort).build();
    }

    /** An instance at an address, known by an id of its own. */
    public static Instance of(String service, String id, String hostAndPort) {
        return builder(service).id(id).endpoint(hostAndPort).build();
    }

    /** The way to an instance with more to say. */
    public static InstanceBuilder builder(String service) {
        return new InstanceBuilder(service);
    }

    /** The way to an instance whose service and id are known. */
    public static InstanceBuilder builder(InstanceId identity) {
        return new InstanceBuilder(identity);
    }

    /** Who it is: service and id. */
    public InstanceId identity() {
        return identity;
    }

    /** The name of its service. */
    public String service() {
        return identity.service();
    }

    /** Its id within the service. */
    public String id() {
        return identity.id();
    }

    /** Whether its address is known as host and port. Not so where another program registered some other text. */
    public boolean hasEndpoint() {
        return reachable;
    }

    /**
     * Where it is reached. Made from {@link #text()} at every call: kept, it would be a fifth of what an instance takes in a view.
     *
     * @throws IllegalStateException where there is no endpoint; {@link #hasEndpoint()} asks first, {@link #text()} says what is there instead
     */
    public Endpoint endpoint() {
        if (!reachable) {
            throw new IllegalStateException("the instance " + identity + " has no endpoint: " + Checks.quoted(text)
                    + " is not host:port; ask hasEndpoint() first, or read text()");
        }
        return Endpoint.of(text);
    }

    /** Its address as text: {@code host:port}, or whatever stands there where that is no endpoint. */
    public String text() {
        return text;
    }

    /** Further endpoints by name ({@code admin}, {@code metrics}), in the order of names; without the main one. */
    public Map<String, Endpoint> endpoints() {
        return endpoints;
    }

    /** The zone, rack or region it stands in, where stated. */
    public Optional<String> zone() {
        return Optional.ofNullable(zone);
    }

    /** Its share of the work relative to others of its service: 1 to 65535, {@value #DEFAULT_WEIGHT} where not stated. */
    public int weight() {
        return weight;
    }

    /** The version of what runs there, where stated. */
    public Optional<String> version() {
        return Optional.ofNullable(version);
    }

    /** Free marks, in alphabetical order. */
    public Set<String> tags() {
        return tags;
    }

    /** Free pairs, in the order of keys. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** Whether callers are to use TLS. */
    public boolean secure() {
        return secure;
    }

    /** Whether it wants work. */
    public InstanceStatus status() {
        return status;
    }

    /** The same instance with another status. */
    public Instance withStatus(InstanceStatus status) {
        return status == this.status ? this : toBuilder().status(status).build();
    }

    /** A builder that begins with everything this instance has, the id too. */
    public InstanceBuilder toBuilder() {
        InstanceBuilder builder = new InstanceBuilder(identity);
        builder.endpoint = reachable ? endpoint() : null;
        builder.text = reachable ? null : text;
        builder.endpoints.putAll(endpoints);
        builder.zone = zone;
        builder.weight = weight;
        builder.version = version;
        builder.tags.addAll(tags);
        builder.metadata.putAll(metadata);
        builder.secure = secure;
        builder.status = status;
        return builder;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Instance that
                && identity.equals(that.identity)
                && text.equals(that.text)
                && reachable == that.reachable
                && endpoints.equals(that.endpoints)
                && Objects.equals(zone, that.zone)
                && weight == that.weight
                && Objects.equals(version, that.version)
                && tags.equals(that.tags)
                && metadata.equals(that.metadata)
                && secure == that.secure
                && status == that.status;
    }

    @Override
    public int hashCode() {
        return Objects.hash(identity, text, zone, weight, version, tags, metadata, secure, status);
    }

    /** Identity, address and what differs from the default; metadata by its keys only, as its values may be private. */
    @Override
    public String toString() {
        StringBuilder line =
                new StringBuilder(identity.toString()).append(" at ").append(Checks.quoted(text));
        line.append(status == InstanceStatus.UP ? "" : " " + status.word());
        line.append(zone == null ? "" : " zone=" + zone);
        line.append(weight == DEFAULT_WEIGHT ? "" : " weight=" + weight);
        line.append(version == null ? "" : " version=" + version);
        line.append(secure ? " secure" : "");
        line.append(tags.isEmpty() ? "" : " tags=" + tags);
        line.append(endpoints.isEmpty() ? "" : " endpoints=" + endpoints);
        line.append(metadata.isEmpty() ? "" : " metadata=" + metadata.keySet());
        return Checks.harmless(line.toString());
    }
}
