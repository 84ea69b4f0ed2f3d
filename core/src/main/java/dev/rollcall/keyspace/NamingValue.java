package dev.rollcall.keyspace;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.instance.Endpoint;
import dev.rollcall.instance.Incarnation;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceBuilder;
import dev.rollcall.instance.InstanceId;
import dev.rollcall.instance.InstanceStatus;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The value of the standard keyspace, as {@code docs/keyspace.md} specifies it.
 *
 * <p>{@code Op}, {@code Addr} and {@code Metadata} are etcd's ({@code client/v3/naming/endpoints/internal/update.go}). {@code Metadata} is always null:
 * Go hands it to its balancer as it is, and a JSON object there panics. Ours stand in {@code Rollcall}, under names that Go, which ignores case, never
 * takes for its own.
 */
final class NamingValue {

    private static final Logger log = LoggerFactory.getLogger(NamingValue.class);
    private static final String OURS = "Rollcall";
    private static final int SCHEMA = 1;
    private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,9}");

    private NamingValue() {}

    static String write(Instance instance, @Nullable Incarnation incarnation) {
        JsonWriter json = new JsonWriter().open();
        json.raw("Op", "0").field("Addr", instance.text()).raw("Metadata", "null");
        json.name(OURS)
                .open()
                .raw("v", String.valueOf(SCHEMA))
                .field("status", instance.status().word());
        if (incarnation != null) {
            json.field("incarnation", incarnation.name());
        }
        instance.zone().ifPresent(zone -> json.field("zone", zone));
        if (instance.weight() != Instance.DEFAULT_WEIGHT) {
            json.raw("weight", String.valueOf(instance.weight()));
        }
        instance.version().ifPresent(version -> json.field("version", version));
        if (instance.secure()) {
            json.raw("secure", "true");
        }
        if (!instance.tags().isEmpty()) {
            json.array("tags", instance.tags());
        }
        if (!instance.metadata().isEmpty()) {
            json.object("meta", instance.metadata());
        }
        if (!instance.endpoints().isEmpty()) {
            json.object("endpoints", instance.endpoints());
        }
        return json.close().close().toString();
    }

    static Decoded.Readable read(InstanceId identity, Bytes value) throws JsonException {
        Json.Obj fields = object("the value", JsonReader.read(value));
        InstanceBuilder builder = Instance.builder(identity);
        String address = string("Addr", fields.get("Addr"));
        if (address == null || address.isEmpty()) {
            throw new JsonException("Addr is missing or empty");
        }
        Endpoint endpoint = endpointOrNull(address);
        if (endpoint == null) {
            builder.text(address);
        } else {
            builder.endpoint(endpoint);
        }
        Json ours = fields.get(OURS);
        if (ours == null || ours == Json.Null.NULL) {
            foreignMetadata(builder, fields.get("Metadata"));
            return new Decoded.Readable(builder.build());
        }
        Json.Obj said = object(OURS, ours);
        for (Json.Member member : said.members()) {
            if (member.value() != Json.Null.NULL) {
                ours(builder, member.name(), member.value());
            }
        }
        String incarnation = string("incarnation", said.get("incarnation"));
        return new Decoded.Readable(builder.build(), incarnation == null ? null : Incarnation.named(incarnation));
    }

    /** What later versions say besides is passed over. */
    private static void ours(InstanceBuilder builder, String name, Json value) throws JsonException {
        switch (name) {
            case "status" -> builder.status(InstanceStatus.ofWord(needed(name, value)));
            case "zone" -> builder.zone(needed(name, value));
            case "version" -> builder.version(needed(name, value));
            case "weight" -> builder.weight(integer(name, value));
            case "secure" -> builder.secure(bool(name, value));
            case "tags" -> {
                for (Json tag : array(name, value).items()) {
                    builder.tag(needed("a tag", tag));
                }
            }
            case "meta" -> {
                for (Json.Member pair : object(name, value).members()) {
                    builder.metadata(pair.name(), needed("a value of meta", pair.value()));
                }
            }
            case "endpoints" -> {
                for (Json.Member further : object(name, value).members()) {
                    builder.endpoint(further.name(), needed("a value of endpoints", further.value()));
                }
            }
            default -> {}
        }
    }

    /** What a Go program says about itself: an object as pairs, anything else as one pair called Metadata. */
    private static void foreignMetadata(InstanceBuilder builder, @Nullable Json metadata) {
        if (metadata instanceof Json.Obj object) {
            object.members().forEach(member -> foreignPair(builder, member.name(), member.value()));
        } else if (metadata != null) {
            foreignPair(builder, "Metadata", metadata);
        }
    }

    /** Another program's metadata is no reason to lose its address: what does not fit is left out. */
    private static void foreignPair(InstanceBuilder builder, String name, Json value) {
        if (value == Json.Null.NULL) {
            return;
        }
        try {
            builder.metadata(name, JsonWriter.plainText(value));
        } catch (IllegalArgumentException unfit) {
            log.debug("a metadata entry is left out: {}", unfit.getMessage());
        }
    }

    private static @Nullable Endpoint endpointOrNull(String address) {
        try {
            Endpoint endpoint = Endpoint.of(address);
            return endpoint.toString().equals(address) ? endpoint : null;
        } catch (IllegalArgumentException otherText) {
            return null;
        }
    }

    static Json.Obj object(String what, @Nullable Json json) throws JsonException {
        if (json instanceof Json.Obj object) {
            return object;
        }
        throw new JsonException(what + " is no JSON object");
    }

    static @Nullable String string(String what, @Nullable Json json) throws JsonException {
        return json == null || json == Json.Null.NULL ? null : needed(what, json);
    }

    private static String needed(String what, Json json) throws JsonException {
        if (json instanceof Json.Str string) {
            return string.text();
        }
        throw new JsonException(what + " is no string");
    }

    private static boolean bool(String what, Json json) throws JsonException {
        if (json instanceof Json.Bool bool) {
            return bool.value();
        }
        throw new JsonException(what + " is neither true nor false");
    }

    private static Json.Arr array(String what, Json json) throws JsonException {
        if (json instanceof Json.Arr array) {
            return array;
        }
        throw new JsonException(what + " is no array");
    }

    private static int integer(String what, Json json) throws JsonException {
        if (json instanceof Json.Num number && WHOLE.matcher(number.text()).matches()) {
            return Integer.parseInt(number.text());
        }
        throw new JsonException(what + " is no whole number of at most nine digits");
    }
}
