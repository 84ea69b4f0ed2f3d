package dev.rollcall.conformance.differential;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import dev.rollcall.etcd.proto.LeaseTimeToLiveResponse;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Puts answers into words that are the same for two stores that answer alike.
 *
 * <p>Every field that is set is written. Revisions are counted from where the case began, as {@code $1}; what the store drew or measured
 * itself is a word such as {@code <member>}, but only if it is what it must be.
 */
final class Wording {

    private static final Set<String> REVISIONS =
            Set.of("revision", "create_revision", "mod_revision", "compact_revision", "rev");
    private static final Set<String> MEMBERS = Set.of("member_id", "leader", "memberID");
    private static final Set<String> MEASURED = Set.of("raftIndex", "raftAppliedIndex", "dbSize", "dbSizeInUse");
    private static final Pattern ADDRESS = Pattern.compile("(127\\.0\\.0\\.1|localhost):\\d+");
    private static final Pattern TOKEN = Pattern.compile("[a-zA-Z]{16}\\.\\d+");
    private static final Pattern LEASE_IN_KEY = Pattern.compile("/([0-9a-f]{11,16})\\b");
    /** Ids that a store draws are larger than any that a case chooses. */
    private static final long DRAWN = 1L << 40;

    private static final int SHOWN_BYTES = 100;
    /** How long after its grant a case may ask for the rest of a lease. */
    private static final long LEASE_SECONDS = 30;

    private final Origin origin;
    private final boolean exactHashes;
    private final Map<Long, String> leases = new LinkedHashMap<>();

    /** @param exactHashes whether the hash over all keys is compared; that takes two stores with the same revisions */
    Wording(Origin origin, boolean exactHashes) {
        this.origin = origin;
        this.exactHashes = exactHashes;
    }

    /** An error by its code and text. */
    static String error(Status status) {
        String text = status.getDescription();
        return text == null || text.isEmpty() ? status.getCode().toString() : status.getCode() + ": " + text;
    }

    String answer(Message message) {
        List<String> words = new ArrayList<>();
        message.getAllFields().forEach((field, value) -> {
            Stream<String> values = field.isRepeated()
                    ? ((List<?>) value).stream().map(one -> worded(message, field, one))
                    : Stream.of(worded(message, field, value));
            (inAnyOrder(message, field) ? values.sorted() : values).forEach(one -> words.add(field.getName() + one));
        });
        if (!message.getUnknownFields().asMap().isEmpty()) {
            words.add("unknown fields " + message.getUnknownFields().asMap().keySet());
        }
        return words.isEmpty() ? "(empty)" : String.join(" ", words);
    }

    /** etcd keeps the keys of a lease in no order. */
    private static boolean inAnyOrder(Message message, FieldDescriptor field) {
        return message instanceof LeaseTimeToLiveResponse && field.getName().equals("keys");
    }

    private String worded(Message message, FieldDescriptor field, Object value) {
        if (value instanceof Message inner) {
            return " { " + answer(inner) + " }";
        }
        if (value instanceof ByteString bytes) {
            return ": " + bytes(bytes);
        }
        if (value instanceof String text) {
            return ": " + text(message, field.getName(), text);
        }
        if (value instanceof Number number) {
            return ": " + number(message, field.getName(), number.longValue());
        }
        return ": " + value;
    }

    private String number(Message message, String field, long value) {
        String type = message.getDescriptorForType().getName();
        if (REVISIONS.contains(field)) {
            return revision(value);
        }
        if (field.equals("authRevision")) {
            return "$" + (value - origin.authRevision());
        }
        if (field.equals("cluster_id")) {
            return value == origin.cluster() ? "<cluster>" : "another cluster";
        }
        if (MEMBERS.contains(field) || (field.equals("ID") && type.equals("Member"))) {
            return value == origin.member() ? "<member>" : Long.toUnsignedString(value);
        }
        if (field.equals("raft_term") || field.equals("raftTerm")) {
            return value == origin.term() ? "<term>" : "another term";
        }
        if (MEASURED.contains(field)) {
            return value > 0 ? "<" + field + ">" : Long.toString(value);
        }
        if (field.equals("hash") && !(exactHashes && type.equals("HashKVResponse"))) {
            return "<hash>";
        }
        if (field.equals("ID") || field.equals("lease")) {
            return lease(value);
        }
        if (field.equals("TTL") && type.equals("LeaseTimeToLiveResponse")) {
            return left(message, value);
        }
        return Long.toString(value);
    }

    private String revision(long value) {
        return value > 0 ? "$" + (value - origin.revision()) : Long.toString(value);
    }

    private static String left(Message message, long seconds) {
        Object granted = message.getField(message.getDescriptorForType().findFieldByName("grantedTTL"));
        long passed = (Long) granted - seconds;
        return seconds > 0 && passed >= 0 && passed <= LEASE_SECONDS ? "<left>" : Long.toString(seconds);
    }

    private String lease(long id) {
        return id <= DRAWN || id == Long.MAX_VALUE
                ? Long.toString(id)
                : leases.computeIfAbsent(id, unused -> "<lease " + (leases.size() + 1) + ">");
    }

    private String text(Message message, String field, String text) {
        if (field.equals("name") && message.getDescriptorForType().getName().equals("Member")) {
            return "<name>";
        }
        if (field.equals("token")) {
            return TOKEN.matcher(text).matches() ? "<token>" : text;
        }
        String shown = ADDRESS.matcher(text).replaceAll("<address>");
        return '"' + shown.replace(Long.toUnsignedString(origin.member()), "<member>") + '"';
    }

    private String bytes(ByteString bytes) {
        if (bytes.size() > SHOWN_BYTES) {
            return bytes.size() + " bytes with the hash " + bytes.hashCode();
        }
        Matcher leaseInKey = LEASE_IN_KEY.matcher(TextFormat.escapeBytes(bytes));
        return '"' + leaseInKey.replaceAll(found -> "/" + lease(Long.parseUnsignedLong(found.group(1), 16))) + '"';
    }
}
