package dev.rollcall.keyspace;

/** Says why a text is no JSON, or not the JSON that is wanted here. Never leaves this package. */
final class JsonException extends Exception {

    private static final long serialVersionUID = 1L;

    JsonException(String message) {
        super(message, null, false, false);
    }
}
