package dev.rollcall.conformance.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Each tidy rule sees what it is there to see. */
class TidyRulesTest {

    private static SourceFile main(String text) {
        return SourceFile.parse("core/src/main/java/dev/x/Sample.java", text);
    }

    private static SourceFile test(String text) {
        return SourceFile.parse("core/src/test/java/dev/x/SampleTest.java", text);
    }

    @Test
    void aFileOf501LinesIsTooLong() {
        assertThat(TidyRules.tooLongFiles(List.of(main("class A {\n" + "\n".repeat(499) + "}\n"))))
                .hasSize(1);
        assertThat(TidyRules.tooLongFiles(List.of(main("class A {\n" + "\n".repeat(498) + "}\n"))))
                .isEmpty();
    }

    @Test
    void aMethodOf71LinesIsTooLong() {
        assertThat(TidyRules.tooLongMethods(List.of(main("class A { void m() {\n" + "\n".repeat(69) + "} }"))))
                .hasSize(1);
        assertThat(TidyRules.tooLongMethods(List.of(main("class A { void m() {\n" + "\n".repeat(68) + "} }"))))
                .isEmpty();
    }

    @Test
    void namesThatSayNothingAreSeen() {
        assertThat(TidyRules.emptyNames(List.of(
                        main("class PickerImpl {}\nclass StringUtils {}\nclass LeaseManager {}\nclass KeyHelper {}"))))
                .hasSize(4);
        assertThat(TidyRules.emptyNames(List.of(main("class LeaseKeeper {}")))).isEmpty();
    }

    @Test
    void unfinishedWorkIsSeen() {
        assertThat(TidyRules.unfinished(List.of(main("class A { /" + "/ TO" + "DO later\n}"))))
                .hasSize(1);
    }

    @Test
    void aVagueThrowsIsSeenInMainCodeOnly() {
        assertThat(TidyRules.vagueThrows(List.of(main("class A { void m() throws Exception {} }"))))
                .hasSize(1);
        assertThat(TidyRules.vagueThrows(List.of(main("class A { void m() throws java.io.IOException {} }"))))
                .isEmpty();
        assertThat(TidyRules.vagueThrows(List.of(test("class A { void m() throws Exception {} }"))))
                .isEmpty();
    }

    @Test
    void testsThatSleepOrCannotFailAreSeen() {
        assertThat(TidyRules.weakTests(List.of(test("class A { void m() { Thread." + "sleep(5); } }"))))
                .hasSize(1);
        assertThat(TidyRules.weakTests(List.of(test("class A { @Dis" + "abled void m() {} }"))))
                .hasSize(1);
    }

    @Test
    void secretsWithoutTheirMarkAreSeen() {
        List<String> plain = List.of(
                "Credentials.of(\"u\", \"p\")",
                "withRootPassword(\"p\")",
                "setToken(\"t\")",
                "String PASSWORD = \"p\"",
                "Map.of(\"ROLLCALL_USER\", \"me:p\")",
                "Map.of(\"ROLLCALL_PASSWORD\", \"p\")");
        for (String code : plain) {
            assertThat(TidyRules.plainSecrets(List.of(test("class A { Object a = " + code + "; }"))))
                    .as(code)
                    .hasSize(1);
            String marked = code.replace("p\"", "canary-p\"").replace("t\"", "canary-t\"");
            assertThat(TidyRules.plainSecrets(List.of(test("class A { Object a = " + marked + "; }"))))
                    .as(marked)
                    .isEmpty();
        }
    }

    @Test
    void aSecondClockInAModuleIsSeen() {
        SourceFile one =
                SourceFile.parse("core/src/main/java/dev/x/One.java", "class One { long t = System.nanoTime(); }");
        SourceFile two =
                SourceFile.parse("core/src/main/java/dev/x/Two.java", "class Two { long t = System.nanoTime(); }");
        SourceFile elsewhere = SourceFile.parse("etcd/client/src/main/java/dev/x/Two.java", two.text());
        assertThat(TidyRules.scatteredClocks(List.of(one, two))).hasSize(1);
        assertThat(TidyRules.scatteredClocks(List.of(one, elsewhere))).isEmpty();
    }

    @Test
    void aPackageWithoutItsStoryIsSeen() {
        assertThat(TidyRules.packagesWithoutStory(List.of(main("class A {}")))).hasSize(1);
        SourceFile story = SourceFile.parse(
                "core/src/main/java/dev/x/package-info.java", "/** Story. */\n@NullMarked\npackage dev.x;\n");
        assertThat(TidyRules.packagesWithoutStory(List.of(main("class A {}"), story)))
                .isEmpty();
    }

    @Test
    void aLinkToNowhereIsSeen() {
        assertThat(TidyRules.deadLinks("README.md", "see [a](docs/a.md) and [b](https://x.y/z)", target -> false))
                .containsExactly("README.md links to docs/a.md");
    }
}
