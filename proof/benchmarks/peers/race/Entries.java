import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What a user of a bare client keeps of a service: addresses by key, written as Go's naming package writes them. */
final class Entries {

    private final Map<String, String> addresses = new ConcurrentHashMap<>();

    static String prefix(String service) {
        return "services/" + service + "/";
    }

    /** Behind every key of the service. */
    static String end(String service) {
        return "services/" + service + "0";
    }

    static String key(String service, int number) {
        return prefix(service) + id(number);
    }

    static String id(int number) {
        return "10.0." + number / 250 + "." + number % 250 + ":8080";
    }

    static String value(int number) {
        return "{\"Op\":0,\"Addr\":\"" + id(number) + "\",\"Metadata\":null}";
    }

    void put(String key, String value) {
        int from = value.indexOf("\"Addr\":\"") + 8;
        addresses.put(key, value.substring(from, value.indexOf('"', from)));
    }

    void remove(String key) {
        addresses.remove(key);
    }

    int size() {
        return addresses.size();
    }
}
