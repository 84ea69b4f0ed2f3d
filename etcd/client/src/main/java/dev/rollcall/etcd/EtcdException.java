package dev.rollcall.etcd;

import org.jspecify.annotations.Nullable;

/** The failure of a call: what went wrong as a {@link #code()}, and in the message which call, which key, and what to do. */
public final class EtcdException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final EtcdError code;

    /** A failure, with what lies behind it. */
    public EtcdException(EtcdError code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** A failure. */
    public EtcdException(EtcdError code, String message) {
        this(code, message, null);
    }

    /** What went wrong. */
    public EtcdError code() {
        return code;
    }
}
