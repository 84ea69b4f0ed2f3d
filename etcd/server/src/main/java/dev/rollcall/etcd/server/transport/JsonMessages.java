package dev.rollcall.etcd.server.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Messages as etcd's gateway writes and reads them in JSON: fields by their names in the wire contract, or in camel case when read; bytes in
 * base64, numbers of 64 bits as texts, enums by name, and nothing that has its default value.
 */
final class JsonMessages {
    private JsonMessages() {}

    /** A message as a line without spaces. */
    static String write(Message message) {
        StringBuilder out = new StringBuilder();
        message(message, out);
        return out.toString();
    }

    /** A text in quotation marks; as in Go, nothing in it is HTML. */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ' || "<>&\u2028\u2029".indexOf(c) >= 0) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }

    private static void message(Message message, StringBuilder out) {
        out.append('{');
        boolean first = true;
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            boolean there = field.isRepeated() ? message.getRepeatedFieldCount(field) > 0 : message.hasField(field);
            if (there) {
                out.append(first ? "" : ",").append(quoted(field.getName())).append(':');
                first = false;
                field(field, message.getField(field), out);
            }
        }
        out.append('}');
    }

    private static void field(FieldDescriptor field, Object value, StringBuilder out) {
        if (!field.isRepeated()) {
            value(field, value, out);
            return;
        }
        out.append('[');
        Iterator<?> values = ((List<?>) value).iterator();
        while (values.hasNext()) {
            value(field, values.next(), out);
            out.append(values.hasNext() ? "," : "");
        }
        out.append(']');
    }

    private static void value(FieldDescriptor field, Object value, StringBuilder out) {
        if (value instanceof Message message) {
            message(message, out);
        } else if (value instanceof ByteString bytes) {
            out.append('"')
                    .append(Base64.getEncoder().encodeToString(bytes.toByteArray()))
                    .append('"');
        } else if (value instanceof EnumValueDescriptor constant) {
            // Numbers that have no name are written as such.
            out.append(constant.getIndex() < 0 ? Integer.toString(constant.getNumber()) : quoted(constant.getName()));
        } else if (value instanceof Long number) {
            boolean unsigned = field.getType() == FieldDescriptor.Type.UINT64;
            out.append('"')
                    .append(unsigned ? Long.toUnsignedString(number) : number.toString())
                    .append('"');
        } else if (value instanceof Integer number && field.getType() == FieldDescriptor.Type.UINT32) {
            out.append(Integer.toUnsignedString(number));
        } else if (value instanceof String text) {
            out.append(quoted(text));
        } else {
            out.append(value);
        }
    }

    /**
     * Fills a message with what was read; fields it does not know are passed over.
     *
     * @throws IllegalArgumentException when a value is not of its field's kind
     */
    static Message read(@Nullable Object json, Message prototype) {
        Message.Builder builder = prototype.newBuilderForType();
        fill(json, builder);
        return builder.build();
    }

    private static void fill(@Nullable Object json, Message.Builder builder) {
        if (!(json instanceof Map<?, ?> members)) {
            throw new IllegalArgumentException("json: cannot unmarshal " + kind(json) + " into a message");
        }
        for (FieldDescriptor field : builder.getDescriptorForType().getFields()) {
            Object value = members.containsKey(field.getName())
                    ? members.get(field.getName())
                    : members.get(field.getJsonName());
            if (value == null) {
                continue;
            }
            if (!field.isRepeated()) {
                set(field, value, builder);
            } else if (value instanceof List<?> list) {
                list.forEach(each -> builder.addRepeatedField(field, parsed(field, each, builder)));
            } else {
                throw new IllegalArgumentException(
                        "json: cannot unmarshal " + kind(value) + " into a list, field " + field.getName());
            }
        }
    }

    private static void set(FieldDescriptor field, Object value, Message.Builder builder) {
        builder.setField(field, parsed(field, value, builder));
    }

    private static Object parsed(FieldDescriptor field, @Nullable Object value, Message.Builder builder) {
        return switch (field.getJavaType()) {
            case MESSAGE -> {
                Message.Builder inner = builder.newBuilderForField(field);
                fill(value, inner);
                yield inner.build();
            }
            case BYTE_STRING -> ByteString.copyFrom(base64(text(field, value)));
            case STRING -> text(field, value);
            case BOOLEAN -> {
                if (value instanceof Boolean flag) {
                    yield flag;
                }
                throw mismatch(field, value);
            }
            case ENUM -> constant(field, value);
            case LONG -> number(field, value).longValue();
            case INT -> number(field, value).intValue();
            default -> throw mismatch(field, value);
        };
    }

    private static String text(FieldDescriptor field, @Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw mismatch(field, value);
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            // Some clients write the alphabet for URLs.
            try {
                return Base64.getUrlDecoder().decode(text);
            } catch (IllegalArgumentException alsoNot) {
                throw new IllegalArgumentException("illegal base64 data", alsoNot);
            }
        }
    }

    private static Object constant(FieldDescriptor field, @Nullable Object value) {
        if (value instanceof String name) {
            EnumValueDescriptor constant = field.getEnumType().findValueByName(name);
            if (constant == null) {
                throw new IllegalArgumentException("unknown value " + quoted(name) + " for enum "
                        + field.getEnumType().getFullName());
            }
            return constant;
        }
        return field.getEnumType()
                .findValueByNumberCreatingIfUnknown(number(field, value).intValue());
    }

    private static BigInteger number(FieldDescriptor field, @Nullable Object value) {
        int bits = field.getJavaType() == FieldDescriptor.JavaType.LONG ? 64 : 32;
        boolean unsigned =
                field.getType() == FieldDescriptor.Type.UINT64 || field.getType() == FieldDescriptor.Type.UINT32;
        try {
            BigInteger number = value instanceof String text && text.length() <= 20
                    ? new BigInteger(text)
                    : value instanceof BigDecimal decimal ? decimal.toBigIntegerExact() : null;
            if (number != null
                    && (unsigned ? number.signum() >= 0 && number.bitLength() <= bits : number.bitLength() < bits)) {
                return number;
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw mismatch(field, value);
        }
        throw mismatch(field, value);
    }

    private static IllegalArgumentException mismatch(FieldDescriptor field, @Nullable Object value) {
        return new IllegalArgumentException("json: cannot unmarshal " + kind(value) + " into field " + field.getName()
                + " of type " + field.getType().name().toLowerCase(java.util.Locale.ROOT));
    }

    private static String kind(@Nullable Object value) {
        return value instanceof Map
                ? "object"
                : value instanceof List
                        ? "array"
                        : value instanceof String
                                ? "string"
                                : value instanceof Boolean ? "bool" : value == null ? "null" : "number";
    }
}
