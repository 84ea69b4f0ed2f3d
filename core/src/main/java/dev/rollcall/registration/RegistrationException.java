package dev.rollcall.registration;

import org.jspecify.annotations.Nullable;

/** An instance is not registered: the message says which, why, and what to do; the cause is the store's last error, if there is one. */
public final class RegistrationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RegistrationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
