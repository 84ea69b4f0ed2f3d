package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Json;
import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.KeyValue;
import java.util.Base64;

/** Keys and values of the store as the commands show them: text where they are text, else hexadecimal in tables and base64 in JSON. */
final class KeyText {

    private KeyText() {}

    static String show(Bytes bytes) {
        return bytes.isUtf8() ? bytes.utf8() : bytes.toString();
    }

    static Json add(Json object, String name, Bytes bytes) {
        return bytes.isUtf8()
                ? object.text(name, bytes.utf8())
                : object.text(name + "Base64", Base64.getEncoder().encodeToString(bytes.toByteArray()));
    }

    static Json json(KeyValue kv, boolean withValue) {
        Json object = add(Json.object(), "key", kv.key());
        if (withValue) {
            add(object, "value", kv.value());
        }
        object.number("createRevision", kv.createRevision())
                .number("modRevision", kv.modRevision())
                .number("version", kv.version());
        return kv.lease().isNone() ? object : object.text("lease", kv.lease().toString());
    }
}
