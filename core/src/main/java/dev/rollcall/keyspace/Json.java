package dev.rollcall.keyspace;

import java.util.List;
import java.util.Map;

/** A JSON value. Numbers stay the text that they are written as, so that none is too big to be read. */
sealed interface Json {

    /** Name and value pairs in the order of the text. */
    record Obj(Map<String, Json> fields) implements Json {}

    /** Values in the order of the text. */
    record Arr(List<Json> items) implements Json {}

    /** A text. */
    record Str(String text) implements Json {}

    /** A number as written. */
    record Num(String text) implements Json {}

    /** {@code true} or {@code false}. */
    record Bool(boolean value) implements Json {}

    /** {@code null}. */
    enum Null implements Json {
        NULL
    }
}
