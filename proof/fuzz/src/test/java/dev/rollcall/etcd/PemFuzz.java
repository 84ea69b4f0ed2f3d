package dev.rollcall.etcd;

import dev.rollcall.fuzz.Property;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Any bytes as the certificate or the key in a file: read, or refused as a fault of TLS that names the file and repeats nothing of it. */
public final class PemFuzz {

    private static final Path FILE = file();

    private PemFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) throws IOException {
        Files.write(FILE, data);
        refused(() -> Pem.certificates(FILE));
        refused(() -> Pem.privateKey(FILE));
        refused(() -> TlsFiles.read(new Tls(Optional.of(FILE), Optional.of(FILE), Optional.of(FILE)), file -> {}));
    }

    private static void refused(Runnable reading) {
        try {
            reading.run();
        } catch (EtcdException e) {
            Property.same(EtcdError.TLS, e.code());
            Property.printable(String.valueOf(e.getMessage()), 1_000);
        }
    }

    private static Path file() {
        try {
            Path memory = Path.of("/dev/shm");
            Path file = Files.isWritable(memory)
                    ? Files.createTempFile(memory, "rollcall-fuzz", ".pem")
                    : Files.createTempFile("rollcall-fuzz", ".pem");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
