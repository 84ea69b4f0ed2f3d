package dev.rollcall.etcd;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads certificates and private keys from PEM files.
 *
 * <p>The JDK reads keys in PKCS#8 only, so the older forms are wrapped: PKCS#1 ({@code RSA PRIVATE KEY}, RFC 8017) and SEC 1
 * ({@code EC PRIVATE KEY}, RFC 5915). Encrypted ones are refused, with the command that decrypts them.
 */
final class Pem {

    private static final Pattern LINE = Pattern.compile("-----(BEGIN|END) ([A-Z0-9 ]+)-----");

    /** Far above what a file with every authority there is has. */
    private static final int MOST_BYTES = 4 << 20;

    private static final int PART_BYTES = 16 << 10;

    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private Pem() {}

    private record Block(String label, String body) {

        byte[] bytes(Path file) {
            try {
                return Base64.getMimeDecoder().decode(body.strip());
            } catch (IllegalArgumentException e) {
                throw new EtcdException(EtcdError.TLS, "cannot read " + file + ": its PEM is damaged", e);
            }
        }
    }

    /** The certificates in a file, in their order; at least one. */
    static List<X509Certificate> certificates(Path file) {
        List<X509Certificate> found = new ArrayList<>();
        for (Block block : blocks(file)) {
            if (block.label().equals("CERTIFICATE")) {
                found.add(certificate(file, block.bytes(file)));
            }
        }
        if (found.isEmpty()) {
            throw new EtcdException(
                    EtcdError.TLS, "cannot read " + file + ": there is no BEGIN CERTIFICATE in it; give a PEM file");
        }
        return found;
    }

    private static X509Certificate certificate(Path file, byte[] der) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new EtcdException(EtcdError.TLS, "cannot read " + file + ": a certificate in it is damaged", e);
        }
    }

    /** The private key in a file. */
    static PrivateKey privateKey(Path file) {
        byte[] curve = {};
        for (Block block : blocks(file)) {
            if (block.label().equals("EC PARAMETERS")) {
                curve = block.bytes(file);
            } else if (block.label().endsWith("PRIVATE KEY")) {
                return privateKey(file, block, curve);
            }
        }
        throw new EtcdException(
                EtcdError.TLS, "cannot read " + file + ": there is no BEGIN ... PRIVATE KEY in it; give a PEM file");
    }

    private static PrivateKey privateKey(Path file, Block block, byte[] curve) {
        if (block.label().startsWith("ENCRYPTED") || block.body().contains("ENCRYPTED")) {
            throw new EtcdException(
                    EtcdError.TLS,
                    "cannot use " + file + ": the key is encrypted; decrypt it with: openssl pkey -in " + file
                            + " -out plain.key");
        }
        byte[] pkcs8 = switch (block.label()) {
            case "PRIVATE KEY" -> block.bytes(file);
            case "RSA PRIVATE KEY" -> Der.pkcs8OfRsa(block.bytes(file));
            case "EC PRIVATE KEY" -> Der.pkcs8OfEc(block.bytes(file), curve);
            default -> throw unknown(file, block.label());
        };
        return ALGORITHMS.stream()
                .map(algorithm -> privateKey(algorithm, pkcs8))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> unknown(file, block.label()));
    }

    private static Optional<PrivateKey> privateKey(String algorithm, byte[] pkcs8) {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static EtcdException unknown(Path file, String label) {
        return new EtcdException(
                EtcdError.TLS,
                "cannot use " + file + ": a " + label
                        + " that is neither RSA nor EC nor Ed25519, or damaged; convert it"
                        + " with: openssl pkcs8 -topk8 -nocrypt -in " + file + " -out pkcs8.key");
    }

    /** A channel, because an interrupt ends its reading where a disk or a pipe hangs. */
    private static String text(Path file) throws IOException {
        StringBuilder text = new StringBuilder();
        ByteBuffer part = ByteBuffer.allocate(PART_BYTES);
        try (FileChannel channel = FileChannel.open(file)) {
            while (channel.read(part) >= 0) {
                text.append(new String(part.array(), 0, part.position(), StandardCharsets.ISO_8859_1));
                part.clear();
                if (text.length() > MOST_BYTES) {
                    throw new EtcdException(EtcdError.TLS, "cannot read " + file + ": it is too large for a PEM file");
                }
            }
        }
        return text.toString();
    }

    private static List<Block> blocks(Path file) {
        String text;
        try {
            text = text(file);
        } catch (NoSuchFileException e) {
            throw new EtcdException(EtcdError.TLS, "cannot read " + file + ": there is no such file", e);
        } catch (IOException e) {
            throw new EtcdException(EtcdError.TLS, "cannot read " + file + ": " + e.getMessage(), e);
        }
        List<Block> blocks = new ArrayList<>();
        // One pass from line to line: a pattern that looks for each END anew takes hours for a file of BEGINs.
        Matcher line = LINE.matcher(text);
        String label = "";
        int begin = 0;
        while (line.find()) {
            if (line.group(1).equals("BEGIN")) {
                label = line.group(2);
                begin = line.end();
            } else if (line.group(2).equals(label)) {
                blocks.add(new Block(label, text.substring(begin, line.start())));
                label = "";
            }
        }
        return blocks;
    }
}
