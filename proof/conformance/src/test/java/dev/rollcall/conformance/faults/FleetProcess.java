package dev.rollcall.conformance.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A {@link Fleet} in a JVM of its own. */
final class FleetProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader said;

    FleetProcess(String endpoint, int first, int registrants) {
        try {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-Xmx256m",
                            "-Dlogback.configurationFile=" + System.getProperty("logback.configurationFile"),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Fleet.class.getName(),
                            endpoint,
                            Integer.toString(first),
                            Integer.toString(registrants))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    void awaitRegistered() {
        try {
            String line = said.readLine();
            if (!"registered".equals(line)) {
                throw new IllegalStateException("the fleet said " + line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
