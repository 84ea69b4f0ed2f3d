package dev.rollcall.conformance.house;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a tidy source is. Each rule returns the violations it found, one line each. */
final class TidyRules {

    static final int MAX_FILE_LINES = 500;
    static final int MAX_METHOD_LINES = 70;

    private static final Pattern EMPTY_NAME = Pattern.compile("(Impl|Utils?|Helpers?|Managers?)$|^Abstract");
    private static final Pattern UNFINISHED =
            Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b|(?i:not (yet )?implemented)");
    private static final Pattern THROWS_EXCEPTION =
            Pattern.compile("\\bthrows\\s+([\\w., ]+,\\s*)?(Exception|Throwable)\\b");
    private static final Pattern WEAK_TEST = Pattern.compile("@Dis"
            + "abled|assumeTrue\\(\\s*false|assertTrue\\(\\s*true|assertThat\\(\\s*true\\s*\\)|Thread\\.sleep\\(");
    private static final Map<String, Pattern> ONE_PLACE = new TreeMap<>(Map.of(
            "System.nanoTime", Pattern.compile("System(\\.|::)nanoTime\\b"),
            "System.currentTimeMillis", Pattern.compile("System(\\.|::)currentTimeMillis\\b|Instant\\.now\\(\\)"),
            "Thread.sleep", Pattern.compile("Thread\\.sleep\\("),
            "new Random", Pattern.compile("new Random\\(|ThreadLocalRandom\\.current\\(|Math\\.random\\(")));
    private static final Pattern PLAIN_SECRET = Pattern.compile(
            "(Credentials\\.of\\(\\s*\"[^\"]*\",\\s*|withRootPassword\\(|"
                    + "setToken\\(|PASSWORD = |_PASSWORD\", |_USER\", (?=\"[^\":]*:))\"(?!([^\":\n]*:)?canary-)[^\"\n]+\"");
    private static final Pattern MARKDOWN_LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)#\\s]+)(#[^)]*)?\\)");

    private TidyRules() {}

    static List<String> tooLongFiles(Collection<SourceFile> files) {
        return violations(files, file -> file.lines() > MAX_FILE_LINES ? List.of(file.lines() + " lines") : List.of());
    }

    static List<String> tooLongMethods(Collection<SourceFile> files) {
        return violations(
                files,
                file -> file.methods().stream()
                        .filter(method -> method.lines() > MAX_METHOD_LINES)
                        .map(method -> method.name() + " has " + method.lines() + " lines")
                        .toList());
    }

    static List<String> emptyNames(Collection<SourceFile> files) {
        return violations(
                files,
                file -> file.types().stream()
                        .map(SourceFile.TopLevelType::name)
                        .filter(name -> EMPTY_NAME.matcher(name).find())
                        .map(name -> name + " names no difference")
                        .toList());
    }

    static List<String> unfinished(Collection<SourceFile> files) {
        return violations(files, file -> matches(UNFINISHED, file.text()));
    }

    static List<String> vagueThrows(Collection<SourceFile> files) {
        return violations(files, file -> file.isMain() ? matches(THROWS_EXCEPTION, file.text()) : List.of());
    }

    static List<String> weakTests(Collection<SourceFile> files) {
        return violations(files, file -> file.isTest() ? matches(WEAK_TEST, file.text()) : List.of());
    }

    /** Passwords and tokens of tests without the mark by which {@code tools/find-secrets} finds them in what was printed. */
    static List<String> plainSecrets(Collection<SourceFile> files) {
        return violations(
                files,
                file -> file.isTest() || file.path().startsWith("proof/")
                        ? matches(PLAIN_SECRET, file.text())
                        : List.of());
    }

    /** Clock, sleep and randomness stand in one class each per module, so that everything else can be given its time. */
    static List<String> scatteredClocks(Collection<SourceFile> files) {
        List<String> found = new ArrayList<>();
        ONE_PLACE.forEach((what, pattern) -> {
            Map<String, TreeSet<String>> byModule = new TreeMap<>();
            for (SourceFile file : files) {
                if (file.isMain()
                        && pattern.matcher(withoutComments(file.text())).find()) {
                    byModule.computeIfAbsent(file.module(), module -> new TreeSet<>())
                            .add(file.path());
                }
            }
            byModule.values().stream()
                    .filter(paths -> paths.size() > 1)
                    .forEach(paths -> found.add(what + " in " + String.join(", ", paths)));
        });
        return found;
    }

    static List<String> packagesWithoutStory(Collection<SourceFile> files) {
        Map<String, Boolean> told = new TreeMap<>();
        for (SourceFile file : files) {
            if (file.isMain()) {
                String folder = file.path().substring(0, file.path().lastIndexOf('/'));
                boolean story = file.isPackageInfo()
                        && file.text().contains("@NullMarked")
                        && file.text().startsWith("/**");
                told.merge(folder, story, Boolean::logicalOr);
            }
        }
        return told.entrySet().stream()
                .filter(entry -> !entry.getValue())
                .map(entry -> entry.getKey() + " has no package-info with a story and @NullMarked")
                .toList();
    }

    /** Links of a page that lead to a file which is not there. */
    static List<String> deadLinks(String page, String text, java.util.function.Predicate<String> exists) {
        List<String> found = new ArrayList<>();
        Matcher link = MARKDOWN_LINK.matcher(text);
        while (link.find()) {
            String target = link.group(1);
            if (!target.contains("://") && !target.startsWith("mailto:") && !exists.test(target)) {
                found.add(page + " links to " + target);
            }
        }
        return found;
    }

    static String withoutComments(String text) {
        return text.replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("(?m)//.*$", "");
    }

    private static List<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(result -> result.group())
                .distinct()
                .toList();
    }

    private static List<String> violations(
            Collection<SourceFile> files, java.util.function.Function<SourceFile, List<String>> rule) {
        return files.stream()
                .flatMap(file -> rule.apply(file).stream().map(violation -> file.path() + ": " + violation))
                .toList();
    }
}
