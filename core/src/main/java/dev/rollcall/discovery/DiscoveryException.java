package dev.rollcall.discovery;

/** What was waited for did not come in time, or cannot come any more; the message says what is known instead. */
public final class DiscoveryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DiscoveryException(String message) {
        super(message);
    }

    DiscoveryException(String message, Throwable cause) {
        super(message, cause);
    }
}
