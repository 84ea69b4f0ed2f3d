package dev.rollcall.conformance.differential;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code [target=9]} at the end of a request: a value of an enumeration that has no name, which the text format cannot say. */
record UnknownValue(String field, int number) {

    private static final Pattern PATTERN = Pattern.compile("(.*) \\[(\\w+)=(\\d+)]");

    /** The request without what it ends with. */
    static String without(String request) {
        Matcher matcher = PATTERN.matcher(request);
        return matcher.matches() ? matcher.group(1) : request;
    }

    /** Sets what the request ends with, in the first message that has such a field. */
    static void set(String request, Message.Builder builder) {
        Matcher matcher = PATTERN.matcher(request);
        if (matcher.matches()
                && !new UnknownValue(matcher.group(2), Integer.parseInt(matcher.group(3))).setIn(builder)) {
            throw new IllegalArgumentException("no such field: " + request);
        }
    }

    private boolean setIn(Message.Builder builder) {
        FieldDescriptor found = builder.getDescriptorForType().findFieldByName(field);
        if (found != null) {
            Object value = found.getEnumType().findValueByNumberCreatingIfUnknown(number);
            if (found.isRepeated()) {
                builder.addRepeatedField(found, value);
            } else {
                builder.setField(found, value);
            }
            return true;
        }
        for (FieldDescriptor inner : builder.getAllFields().keySet()) {
            if (inner.getJavaType() == FieldDescriptor.JavaType.MESSAGE && setIn(first(builder, inner))) {
                return true;
            }
        }
        return false;
    }

    private static Message.Builder first(Message.Builder builder, FieldDescriptor field) {
        return field.isRepeated() ? builder.getRepeatedFieldBuilder(field, 0) : builder.getFieldBuilder(field);
    }
}
