package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Json;
import dev.rollcall.instance.Endpoint;
import dev.rollcall.instance.Instance;
import java.util.Map;
import java.util.TreeMap;

/** An instance as the commands write it in JSON. */
final class InstanceJson {

    private InstanceJson() {}

    /** Adds what the instance says of itself; what it does not say is left out. */
    static Json add(Json object, Instance instance) {
        object.text("service", instance.service()).text("id", instance.id());
        if (instance.hasEndpoint()) {
            object.text("endpoint", instance.endpoint().toString());
        } else {
            object.text("text", instance.text());
        }
        object.text("status", instance.status().word());
        object.number("weight", instance.weight());
        object.text("zone", instance.zone()).text("version", instance.version());
        if (instance.secure()) {
            object.flag("secure", true);
        }
        if (!instance.tags().isEmpty()) {
            object.texts("tags", instance.tags());
        }
        if (!instance.metadata().isEmpty()) {
            object.texts("metadata", instance.metadata());
        }
        if (!instance.endpoints().isEmpty()) {
            object.texts("endpoints", texts(instance.endpoints()));
        }
        return object;
    }

    private static Map<String, String> texts(Map<String, Endpoint> endpoints) {
        Map<String, String> texts = new TreeMap<>();
        endpoints.forEach((name, endpoint) -> texts.put(name, endpoint.toString()));
        return texts;
    }

    /** Its address, or the text that stands in its place. */
    static String place(Instance instance) {
        return instance.hasEndpoint() ? instance.endpoint().toString() : instance.text();
    }
}
