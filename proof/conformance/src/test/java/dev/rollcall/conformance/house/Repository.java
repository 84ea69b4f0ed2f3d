package dev.rollcall.conformance.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The files of the project that git tracks. */
final class Repository {

    private final Path root;
    private final List<String> tracked;

    private Repository(Path root, List<String> tracked) {
        this.root = root;
        this.tracked = tracked;
    }

    static Repository open() {
        Path root = Path.of(System.getProperty("rollcall.root", "../.."))
                .toAbsolutePath()
                .normalize();
        return new Repository(root, git(root));
    }

    private static List<String> git(Path root) {
        try {
            Process process = new ProcessBuilder("git", "ls-files", "--cached", "--others", "--exclude-standard")
                    .directory(root.toFile())
                    .redirectErrorStream(true)
                    .start();
            List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException("git ls-files failed in " + root + ": " + lines);
            }
            return lines.stream()
                    .filter(path -> Files.exists(root.resolve(path)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    List<String> files() {
        return tracked;
    }

    List<String> files(String ending) {
        return tracked.stream().filter(path -> path.endsWith(ending)).toList();
    }

    boolean exists(String path) {
        return Files.exists(root.resolve(path));
    }

    Path resolve(String path) {
        return root.resolve(path);
    }

    byte[] bytes(String path) {
        try {
            return Files.readAllBytes(root.resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String text(String path) {
        return new String(bytes(path), StandardCharsets.UTF_8);
    }
}
