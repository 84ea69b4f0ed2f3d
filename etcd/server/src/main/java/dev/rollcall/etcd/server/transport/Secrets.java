package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.server.auth.PasswordHash;
import dev.rollcall.etcd.server.mvcc.Bytes;
import java.security.SecureRandom;

/** What nobody may guess: the beginnings of tokens, and the salt of password hashes. Safe for use by several threads. */
final class Secrets {
    private static final int TOKEN_LETTERS = 16;
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private final SecureRandom random = new SecureRandom();

    String token() {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < TOKEN_LETTERS; i++) {
            letters.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return letters.toString();
    }

    PasswordHash hash(String password) {
        byte[] salt = new byte[PasswordHash.SALT_BYTES];
        random.nextBytes(salt);
        return PasswordHash.of(password, Bytes.wrap(salt));
    }
}
