package dev.rollcall.keyspace;

import dev.rollcall.etcd.Bytes;

/** The reader of values as a judge of JSON that others write: it takes RFC 8259 and nothing more. */
public final class StrictJson {

    private StrictJson() {}

    /** The text of a field of an object; throws where the text is no JSON object or has no such text. */
    public static String text(String json, String field) {
        try {
            Json.Obj object = (Json.Obj) JsonReader.read(Bytes.utf8(json));
            if (object.get(field) instanceof Json.Str text) {
                return text.text();
            }
            throw new AssertionError("no text " + field + " in " + json);
        } catch (JsonException e) {
            throw new AssertionError(e.getMessage() + ": " + json, e);
        }
    }
}
