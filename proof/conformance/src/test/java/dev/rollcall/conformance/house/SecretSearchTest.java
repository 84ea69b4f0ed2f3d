package dev.rollcall.conformance.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.testkit.TestCertificates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The search for secrets in what tests printed finds each kind of them, and does not take nothing for an answer. */
class SecretSearchTest {

    @TempDir
    private Path reports;

    /** How the search ended, and what it said. */
    private record Found(int code, String said) {}

    private static Found search(Path place) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("tools/find-secrets", place.toString())
                .directory(Repository.open().resolve("").toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return new Found(process.exitValue(), said);
    }

    @Test
    void outputWithoutASecretPasses() throws IOException, InterruptedException {
        Files.writeString(reports.resolve("TEST-a.xml"), "cannot read /a.pem: there is no BEGIN ... PRIVATE KEY in it");
        assertThat(search(reports).code()).isZero();
    }

    @Test
    void noOutputAtAllIsNoAnswer() throws IOException, InterruptedException {
        assertThat(search(reports).code()).isEqualTo(2);
        assertThat(search(reports.resolve("nowhere")).code()).isEqualTo(2);
    }

    @Test
    void everyKindOfSecretIsFoundAndNotRepeated() throws IOException, InterruptedException {
        Path key = TestCertificates.generate().client("worker").key();
        List<String> body = Files.readAllLines(key).subList(1, 3);
        List<String> secrets = List.of("user root:canary-right", Files.readString(key), String.join("", body));
        for (String secret : secrets) {
            Files.writeString(reports.resolve("TEST-a.xml"), "a line\nand " + secret + "\n");
            Found found = search(reports);
            assertThat(found.code()).as(secret).isEqualTo(1);
            assertThat(found.said())
                    .contains("TEST-a.xml:2")
                    .doesNotContain("right")
                    .doesNotContain(body.get(1));
        }
    }
}
