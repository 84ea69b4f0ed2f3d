package dev.rollcall.keyspace;

/** Any bytes as a value of the standard keyspace. */
public final class StandardValueFuzz {

    private StandardValueFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        Values.judge(Keyspace.standard(), "services/user/1", data);
    }
}
