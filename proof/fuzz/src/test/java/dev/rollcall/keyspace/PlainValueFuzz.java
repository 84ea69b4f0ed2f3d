package dev.rollcall.keyspace;

/** Any bytes as a value of the plain keyspace. */
public final class PlainValueFuzz {

    private PlainValueFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        Values.judge(Keyspace.plain("/service"), "/service/user/1", data);
    }
}
