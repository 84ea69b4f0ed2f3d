package dev.rollcall.keyspace;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.fuzz.Property;

/** Any bytes as JSON: read or refused, and what was read is the same after writing and reading. */
public final class JsonFuzz {

    private JsonFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) throws JsonException {
        Json json;
        try {
            json = JsonReader.read(Bytes.of(data));
        } catch (JsonException e) {
            Property.printable(String.valueOf(e.getMessage()), 200);
            return;
        }
        if (!(json instanceof Json.Str)) {
            String written = JsonWriter.plainText(json);
            Property.same(json, JsonReader.read(Bytes.utf8(written)));
            Property.holds(written.length() <= 6 * data.length + 2, () -> "grown to " + written.length());
        }
    }
}
