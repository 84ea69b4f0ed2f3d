package dev.rollcall.keyspace;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A JSON value. Numbers stay the text that they are written as, so that none is too big to be read. */
sealed interface Json {

    /** Members in the order of the text, each name once. */
    record Obj(List<Member> members) implements Json {

        /** The value of a name; null where there is none. For the few names that somebody knows: it looks at one after the other. */
        @Nullable Json get(String name) {
            return find(members, name);
        }

        static @Nullable Json find(List<Member> members, String name) {
            for (int i = 0; i < members.size(); i++) {
                if (members.get(i).name().equals(name)) {
                    return members.get(i).value();
                }
            }
            return null;
        }
    }

    /** A name and its value. */
    record Member(String name, Json value) {}

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
