package dev.rollcall;

import dev.rollcall.fuzz.Input;
import dev.rollcall.fuzz.Property;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Any environment: read, or refused in words that do not repeat a password. */
public final class EnvironmentFuzz {

    private static final String CANARY = "c4n4ry";
    private static final List<String> NAMES = List.of(
            "ROLLCALL_ENDPOINTS",
            "ETCDCTL_ENDPOINTS",
            "ROLLCALL_USER",
            "ROLLCALL_PASSWORD",
            "ROLLCALL_KEYSPACE",
            "ROLLCALL_PREFIX",
            "ROLLCALL_LEASE",
            "ROLLCALL_CACERT",
            "ROLLCALL_CERT",
            "ROLLCALL_KEY");

    private EnvironmentFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        Input input = new Input(data);
        Map<String, String> variables = new HashMap<>();
        while (input.hasMore()) {
            String name = NAMES.get(input.below(NAMES.size()));
            String value = input.text();
            boolean secret = name.equals("ROLLCALL_PASSWORD") || name.equals("ROLLCALL_USER");
            variables.put(name, secret ? value + CANARY : value);
        }
        try {
            new RollcallEnvironment(variables).read();
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            Property.printable(message, 2_000);
            Property.holds(!message.contains(CANARY), () -> "a password in: " + message);
        }
    }
}
