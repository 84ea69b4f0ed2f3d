package dev.rollcall.instance;

import java.util.function.Supplier;

/**
 * Who an instance is: its service and its id in it. Two registrations with equal identities mean the same key.
 *
 * <p>Both are written into a key as they are. Neither has control characters (U+0000 to U+001F, U+007F), half surrogate pairs, or parts that are empty,
 * {@code .} or {@code ..}; everything else is allowed, a colon and a space too.
 *
 * @param service one or more segments joined by {@code /}, 512 bytes of UTF-8 at most; empty only in a {@code plain} keyspace, for keys that stand
 *     directly in its directory
 * @param id one segment without {@code /}, 256 bytes of UTF-8 at most
 */
public record InstanceId(String service, String id) {

    private static final int SERVICE_BYTES = 512;

    /** Checks both. Services are few and their instances many: all of one share its name. */
    public InstanceId {
        checkService(service);
        checkId(service, id);
        service = service.intern();
    }

    /** Throws {@link IllegalArgumentException}, with what to do, where a text cannot be the name of a service. */
    public static void checkService(String service) {
        if (service.isEmpty()) {
            return;
        }
        Supplier<String> field = () -> "the service name " + Checks.quoted(service);
        for (String segment : service.split("/", -1)) {
            if (segment.isEmpty()) {
                throw new IllegalArgumentException(
                        field.get() + " has an empty part; write it without a '/' at either end and without '//'");
            }
            Checks.segment(() -> "a part of " + field.get(), segment, SERVICE_BYTES);
        }
        Checks.value(field, service, SERVICE_BYTES);
    }

    static void checkId(String service, String id) {
        Checks.segment(() -> "the id of the instance of service " + Checks.quoted(service), id, Checks.NAME_BYTES);
    }

    /** {@code service/id}. */
    @Override
    public String toString() {
        return service.isEmpty() ? id : service + "/" + id;
    }
}
