package dev.rollcall.etcd.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** An etcd executable of this machine: in the cache, named by {@code ETCD_BIN}, or on the {@code PATH}. */
record EtcdBinary(String version, Path path) {

    private static final String SKIP = "ROLLCALL_SKIP_ETCD";
    private static final Pattern VERSION = Pattern.compile("etcd Version: (\\d+\\.\\d+\\.\\d+\\S*)");
    private static final Pattern VERSION_DIRECTORY = Pattern.compile("\\d+\\.\\d+\\.\\d+\\S*");
    private static final Map<List<String>, String> OUTPUTS = new ConcurrentHashMap<>();
    private static final AtomicBoolean SKIP_SAID = new AtomicBoolean();

    /**
     * The binary of a version ({@code 3.5.16}), or the newest of a line of versions ({@code 3.5}).
     *
     * @throws IllegalStateException if there is none: it says what to do. With {@code ROLLCALL_SKIP_ETCD=1} the test is
     *     aborted instead
     */
    static EtcdBinary find(String wanted) {
        return all().stream()
                .filter(b -> b.version.equals(wanted) || b.version.startsWith(wanted + "."))
                .reduce((older, newer) -> newer)
                .orElseGet(() -> {
                    throw missing(wanted);
                });
    }

    /** Every etcd of this machine, oldest version first. */
    static List<EtcdBinary> all() {
        return Stream.concat(brought(), cached())
                .sorted(Comparator.comparing(b -> ModuleDescriptor.Version.parse(b.version)))
                .toList();
    }

    /** Whether the binary knows a flag, such as {@code --unsafe-no-fsync}, which came with 3.5. */
    boolean knows(String flag) {
        return output(path, "--help").contains(flag);
    }

    private static Path cache() {
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path base = xdg == null || xdg.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
        return base.resolve("rollcall").resolve("etcd");
    }

    private static Stream<EtcdBinary> cached() {
        if (!Files.isDirectory(cache())) {
            return Stream.empty();
        }
        try (Stream<Path> directories = Files.list(cache())) {
            return directories
                    .filter(d -> VERSION_DIRECTORY
                            .matcher(d.getFileName().toString())
                            .matches())
                    .map(d -> new EtcdBinary(d.getFileName().toString(), d.resolve("etcd")))
                    .filter(b -> Files.isExecutable(b.path))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException("the directory " + cache() + " cannot be read", e);
        }
    }

    private static Stream<EtcdBinary> brought() {
        String named = System.getenv("ETCD_BIN");
        String path = System.getenv("PATH");
        Stream<Path> onPath = path == null
                ? Stream.empty()
                : Stream.of(path.split(File.pathSeparator)).map(d -> Path.of(d, "etcd"));
        return Stream.concat(named == null ? Stream.empty() : Stream.of(Path.of(named)), onPath)
                .filter(Files::isExecutable)
                .flatMap(
                        p -> VERSION.matcher(output(p, "--version")).results().map(m -> new EtcdBinary(m.group(1), p)));
    }

    private static String output(Path binary, String argument) {
        return OUTPUTS.computeIfAbsent(List.of(binary.toString(), argument), command -> {
            try {
                Process process =
                        new ProcessBuilder(command).redirectErrorStream(true).start();
                return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                return "";
            }
        });
    }

    private static RuntimeException missing(String wanted) {
        String lack = "no etcd " + wanted + " on this machine";
        if ("1".equals(System.getenv(SKIP))) {
            if (SKIP_SAID.compareAndSet(false, true)) {
                System.err.println(
                        "ROLLCALL TESTKIT: " + lack + "; " + SKIP + "=1, so the tests that need it are SKIPPED");
            }
            Assumptions.abort(lack + ", and " + SKIP + "=1");
        }
        return new IllegalStateException(lack + ". Looked for "
                + cache().resolve(wanted).resolve("etcd")
                + ", at ETCD_BIN and on the PATH, and found " + all() + ". Put it there (in Rollcall's source tree: run"
                + " tools/fetch-etcd), or set " + SKIP + "=1 to leave out the tests that need it.");
    }
}
