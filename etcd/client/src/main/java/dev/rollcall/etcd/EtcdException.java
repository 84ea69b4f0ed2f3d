package dev.rollcall.etcd;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The failure of a call: what went wrong as a {@link #code()}, and in the message which call, which key, and what to do.
 *
 * <p>A message may repeat what the store or a user said; so it has no control characters, and 4,000 characters at most.
 */
public final class EtcdException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int MOST = 4_000;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");

    private final EtcdError code;

    /** A failure, with what lies behind it. */
    public EtcdException(EtcdError code, String message, @Nullable Throwable cause) {
        super(harmless(message), cause);
        this.code = code;
    }

    /** A failure. */
    public EtcdException(EtcdError code, String message) {
        this(code, message, null);
    }

    private static String harmless(String message) {
        String shown = message.length() <= MOST ? message : message.substring(0, MOST) + "...";
        return CONTROL.matcher(shown).replaceAll("\uFFFD");
    }

    /** What went wrong. */
    public EtcdError code() {
        return code;
    }
}
