package dev.rollcall.etcd.server.auth;

import dev.rollcall.etcd.server.mvcc.Bytes;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * What is kept of a password: enough to recognise it, and too costly to guess it from. Making one, and holding a password against one,
 * takes a tenth of a second of processor time, so neither is done where others wait.
 *
 * @param iterations how costly it is
 */
public record PasswordHash(int iterations, Bytes salt, Bytes hash) {
    /** Length of a salt in bytes. */
    public static final int SALT_BYTES = 16;

    /** As costly as what etcd does by default: bcrypt of cost 10. */
    private static final int ITERATIONS = 100_000;

    private static final int HASH_BITS = 256;

    /** The hash of a password with a salt of {@link #SALT_BYTES} random bytes. */
    public static PasswordHash of(String password, Bytes salt) {
        return new PasswordHash(ITERATIONS, salt, derive(password, ITERATIONS, salt));
    }

    /** Whether it was made of this password. */
    public boolean matches(String password) {
        return MessageDigest.isEqual(derive(password, iterations, salt).array(), hash.array());
    }

    private static Bytes derive(String password, int iterations, Bytes salt) {
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt.array(), iterations, HASH_BITS);
        try {
            return Bytes.wrap(SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has PBKDF2WithHmacSHA256", e);
        } finally {
            spec.clearPassword();
        }
    }

    @Override
    public String toString() {
        return "PasswordHash";
    }
}
