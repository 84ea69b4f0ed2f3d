package dev.rollcall.conformance.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.Tree;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The bars that hold the project's own sources. */
class TidyTest {

    private static final Repository REPOSITORY = Repository.open();
    private static final List<SourceFile> SOURCES = REPOSITORY.files(".java").stream()
            .map(path -> SourceFile.parse(path, REPOSITORY.text(path)))
            .toList();
    private static final List<SourceFile> MAIN = SOURCES.stream()
            .filter(file -> file.isMain() && !file.isPackageInfo())
            .toList();

    @Test
    void noFileIsLongerThan500Lines() {
        assertThat(TidyRules.tooLongFiles(SOURCES)).isEmpty();
    }

    @Test
    void noMethodIsLongerThan70Lines() {
        assertThat(TidyRules.tooLongMethods(MAIN)).isEmpty();
    }

    @Test
    void everyTypeIsNamedForWhatItIs() {
        assertThat(TidyRules.emptyNames(SOURCES)).isEmpty();
    }

    @Test
    void nothingIsLeftUnfinished() {
        assertThat(TidyRules.unfinished(SOURCES)).isEmpty();
    }

    @Test
    void noMainMethodThrowsJustAnything() {
        assertThat(TidyRules.vagueThrows(SOURCES)).isEmpty();
    }

    @Test
    void noTestSleepsOrIsSwitchedOff() {
        assertThat(TidyRules.weakTests(SOURCES)).isEmpty();
    }

    @Test
    void everySecretOfATestIsMarked() {
        List<SourceFile> sources = SOURCES.stream()
                .filter(file -> !file.path().endsWith("TidyRulesTest.java"))
                .toList();
        assertThat(TidyRules.plainSecrets(sources)).isEmpty();
    }

    @Test
    void clockSleepAndRandomnessStandInOneClassPerModule() {
        assertThat(TidyRules.scatteredClocks(SOURCES)).isEmpty();
    }

    @Test
    void everyPackageTellsItsStory() {
        assertThat(TidyRules.packagesWithoutStory(SOURCES)).isEmpty();
    }

    @Test
    void typesAreHiddenByDefault() {
        List<SourceFile.TopLevelType> types =
                MAIN.stream().flatMap(file -> file.types().stream()).toList();
        long hidden = types.stream().filter(type -> !type.isPublic()).count();
        assertThat(100.0 * hidden / types.size())
                .as("share of package-private types, of %d", types.size())
                .isGreaterThanOrEqualTo(45);
    }

    @Test
    void publicClassesAreFinalSealedOrRecords() {
        List<String> open = MAIN.stream()
                .flatMap(file -> file.types().stream())
                .filter(type -> type.isPublic() && type.kind() == Tree.Kind.CLASS && !type.isClosed())
                .map(SourceFile.TopLevelType::name)
                .toList();
        assertThat(open).isEmpty();
    }

    @Test
    void filesAndMethodsAreShort() {
        int[] files = MAIN.stream().mapToInt(SourceFile::lines).sorted().toArray();
        int[] methods = MAIN.stream()
                .flatMap(file -> file.methods().stream())
                .mapToInt(SourceFile.MethodLength::lines)
                .sorted()
                .toArray();
        assertThat(percentile(files, 50)).as("median lines of a file").isLessThanOrEqualTo(90);
        assertThat(percentile(files, 90)).as("90 %% of files").isLessThanOrEqualTo(250);
        assertThat(percentile(methods, 99)).as("99 %% of methods").isLessThanOrEqualTo(40);
    }

    @Test
    void theRootFolderReadsAsTheArchitecture() {
        Set<String> entries = REPOSITORY.files().stream()
                .map(path -> path.split("/", 2)[0])
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(entries).hasSizeLessThanOrEqualTo(20);
    }

    @Test
    void everyModuleHasAShortReadme() {
        for (String pom : REPOSITORY.files("pom.xml")) {
            Path parent = Path.of(pom).getParent();
            if (parent != null && !parent.toString().equals("bom")) {
                String readme = parent + "/README.md";
                assertThat(REPOSITORY.exists(readme)).as(readme).isTrue();
                assertThat(REPOSITORY.text(readme).lines().count()).as(readme).isLessThanOrEqualTo(40);
            }
        }
        assertThat(REPOSITORY.text("README.md").lines().count()).isLessThanOrEqualTo(150);
    }

    @Test
    void usersGetTheGrpcThatIsTested() {
        Pattern pinned = Pattern.compile("<grpc.version>([^<]+)<");
        Matcher ours = pinned.matcher(REPOSITORY.text("pom.xml"));
        assertThat(ours.find()).isTrue();
        assertThat(REPOSITORY.text("bom/pom.xml"))
                .containsSubsequence("<artifactId>grpc-bom<", "<version>" + ours.group(1) + "<");
    }

    @Test
    void everyLinkInThePagesLeadsSomewhere() {
        List<String> dead = REPOSITORY.files(".md").stream()
                .flatMap(page ->
                        TidyRules.deadLinks(
                                page, REPOSITORY.text(page), target -> REPOSITORY.exists(besides(page, target)))
                                .stream())
                .toList();
        assertThat(dead).isEmpty();
    }

    @Test
    void everyDecisionRecordIsOnePage() {
        List<String> records = REPOSITORY.files(".md").stream()
                .filter(page -> page.startsWith("docs/adr/"))
                .toList();
        assertThat(records).isNotEmpty();
        for (String page : records) {
            assertThat(REPOSITORY.text(page).lines().count()).as(page).isLessThanOrEqualTo(60);
            assertThat(REPOSITORY.text(page)).as(page).contains("## Context", "## Decision", "## Consequences");
        }
    }

    @Test
    void theChangelogHasAnUnreleasedSection() {
        assertThat(REPOSITORY.text("CHANGELOG.md")).contains("## Unreleased");
    }

    @Test
    void noFileNamesAPackageRegistry() {
        List<String> hosts = List.of(
                "repo" + ".maven",
                "repo1" + ".maven",
                "deb" + ".debian",
                "registry" + ".npmjs",
                "security" + ".debian");
        for (String path : REPOSITORY.files()) {
            String text = REPOSITORY.text(path);
            assertThat(hosts.stream().filter(text::contains)).as(path).isEmpty();
        }
    }

    @Test
    void noFileIsBinaryOrHuge() {
        for (String path : REPOSITORY.files()) {
            byte[] bytes = REPOSITORY.bytes(path);
            assertThat(bytes.length).as(path).isLessThan(200_000);
            assertThat(Arrays.binarySearch(sorted(bytes), (byte) 0))
                    .as(path + " holds a NUL byte")
                    .isNegative();
        }
    }

    private static byte[] sorted(byte[] bytes) {
        byte[] copy = bytes.clone();
        Arrays.sort(copy);
        return copy;
    }

    private static String besides(String page, String target) {
        Path folder = Path.of(page).getParent();
        return Objects.toString(
                folder == null ? Path.of(target) : folder.resolve(target).normalize());
    }

    private static int percentile(int[] ascending, int percent) {
        return ascending[Math.min(ascending.length - 1, ascending.length * percent / 100)];
    }
}
