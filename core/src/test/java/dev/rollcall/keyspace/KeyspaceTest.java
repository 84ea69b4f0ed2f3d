package dev.rollcall.keyspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceBuilder;
import dev.rollcall.instance.InstanceId;
import dev.rollcall.instance.InstanceStatus;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyspaceTest {

    private static final Keyspace STANDARD = Keyspace.standard();
    private static final Keyspace PLAIN = Keyspace.plain("/test");
    private static final Bytes USER_A = Bytes.utf8("services/user/a");

    @Test
    void aRangeNeverSeesANeighbour() {
        KeyRange test = Keyspace.below("/test");
        assertThat(test.contains(Bytes.utf8("/test/1"))).isTrue();
        assertThat(test.contains(Bytes.utf8("/test1"))).isFalse();
        assertThat(test.contains(Bytes.utf8("/test"))).isFalse();
        assertThat(test).isEqualTo(Keyspace.below("/test/")).isEqualTo(PLAIN.directoryRange(""));
        assertThat(STANDARD.serviceRange("user")).isEqualTo(KeyRange.prefix("services/user/"));
        assertThat(STANDARD.directoryRange("")).isEqualTo(KeyRange.prefix("services/"));
        assertThat(PLAIN.serviceRange("")).isEqualTo(KeyRange.prefix("/test/"));
        assertThat(Keyspace.below("")).isEqualTo(KeyRange.all());
        assertThat(Keyspace.below("/")).isEqualTo(KeyRange.prefix("/"));
    }

    @Test
    void whatIsWrittenIsReadBack() {
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 500; i++) {
            Instance instance = anyInstance(random);
            Bytes key = STANDARD.key(instance.identity());
            assertThat(STANDARD.identify(key)).contains(instance.identity());
            assertThat(STANDARD.decode(key, STANDARD.encode(instance))).isEqualTo(new Decoded.Readable(instance));
            assertThat(PLAIN.identify(PLAIN.key(instance.identity()))).contains(instance.identity());
        }
    }

    @Test
    void anyBytesAtAllAreDecodedWithoutAnException() {
        SplittableRandom random = new SplittableRandom(5);
        byte[] valid = STANDARD.encode(anyInstance(random)).toByteArray();
        int readable = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] broken = valid.clone();
            for (int flips = random.nextInt(3); flips >= 0; flips--) {
                broken[random.nextInt(broken.length)] = (byte) "{}[]\",:\\u0e9.-\u00ff\n".charAt(random.nextInt(16));
            }
            readable += STANDARD.decode(USER_A, Bytes.of(broken)) instanceof Decoded.Readable ? 1 : 0;
            byte[] noise = new byte[random.nextInt(40)];
            random.nextBytes(noise);
            assertThat(STANDARD.decode(USER_A, Bytes.of(noise))).isInstanceOf(Decoded.Quarantined.class);
            assertThat(PLAIN.decode(Bytes.of(noise), Bytes.of(noise))).isInstanceOf(Decoded.Quarantined.class);
        }
        assertThat(readable).isPositive();
    }

    @Test
    void deepAndLongValuesAreRefusedCheaply() {
        assertThat(reason("[".repeat(500_000))).contains("nested deeper than 32");
        assertThat(reason("{\"a\":".repeat(100_000))).contains("nested deeper than 32");
        assertThat(reason("{\"Addr\":\"" + "x".repeat(JsonReader.MAX_BYTES) + "\"}"))
                .contains("more than 1048576");
        assertThat(reason("{\"Addr\":\"a:1\",\"n\":" + "9".repeat(65) + "}"))
                .contains("a number has more than 64 characters");
    }

    @Test
    void bytesThatAreNotUtf8AreQuarantinedWithTheIdentityOfTheirKey() {
        Bytes latin = Bytes.of((byte) '{', (byte) 0xe9, (byte) '}');
        InstanceId identity = new InstanceId("user", "a");
        assertThat(STANDARD.decode(USER_A, latin))
                .isEqualTo(new Decoded.Quarantined(identity, "the value is not UTF-8"));
        assertThat(PLAIN.decode(Bytes.utf8("/test/user/a"), latin))
                .isEqualTo(new Decoded.Quarantined(identity, "the value is not UTF-8"));
    }

    @Test
    void foreignKeysIdentifyNobody() {
        for (String key : List.of(
                "services",
                "services/",
                "services/user",
                "services/user/",
                "services//a",
                "services/user//a",
                "services/../a",
                "services/user/.",
                "services/user/a\u0000",
                "services/us\ner/a",
                "other/user/a",
                "servicesX/user/a")) {
            assertThat(STANDARD.identify(Bytes.utf8(key))).as(key).isEmpty();
        }
        assertThat(STANDARD.identify(Bytes.utf8("services/user/").concat(Bytes.of((byte) 0xff))))
                .isEmpty();
        assertThat(STANDARD.identify(Bytes.utf8("services/user/" + "x".repeat(257))))
                .isEmpty();
        assertThat(STANDARD.identify(Bytes.EMPTY)).isEmpty();
        assertThat(PLAIN.identify(Bytes.utf8("/test/"))).isEmpty();
        assertThat(PLAIN.identify(Bytes.utf8("/test//a"))).isEmpty();
        assertThat(Keyspace.plain("").identify(Bytes.utf8("user/a"))).contains(new InstanceId("user", "a"));
    }

    @Test
    void deeperKeysBelongToADeeperService() {
        assertThat(STANDARD.identify(Bytes.utf8("services/user/eu/7"))).contains(new InstanceId("user/eu", "7"));
    }

    @Test
    void valuesOfGoProgramsAreReadWithTheirMetadata() {
        assertThat(
                        read("{\"Op\":0,\"Addr\":\"a:1\",\"Metadata\":{\"s\":\"x\",\"n\":1.50,\"b\":true,\"o\":{\"k\":[1,\"\\u00e9\",null]},\"z\":null}}")
                                .metadata())
                .isEqualTo(Map.of("s", "x", "n", "1.50", "b", "true", "o", "{\"k\":[1,\"é\",null]}"));
        assertThat(read("{\"Addr\":\"a:1\",\"Metadata\":[]}").metadata()).isEqualTo(Map.of("Metadata", "[]"));
        assertThat(read("{\"Addr\":\"a:1\",\"Metadata\":{\"\":\"x\",\"k\":\"" + "v".repeat(9000) + "\",\"ok\":\"1\"}}")
                        .metadata())
                .isEqualTo(Map.of("ok", "1"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 14, 15, 16, 17, 40})
    void aNameThatStandsTwiceIsFoundAmongHoweverManyOthers(int others) {
        StringBuilder text = new StringBuilder("{\"Addr\":\"a:1\"");
        for (int i = 1; i <= others; i++) {
            text.append(",\"n").append(i).append("\":").append(i);
        }
        assertThat(STANDARD.decode(USER_A, Bytes.utf8(text + "}"))).isInstanceOf(Decoded.Readable.class);
        for (String again : List.of("Addr", "n1", "n" + others)) {
            Decoded twice = STANDARD.decode(USER_A, Bytes.utf8(text + ",\"" + again + "\":\"b:1\"}"));
            assertThat(twice).isInstanceOf(Decoded.Quarantined.class);
            assertThat(((Decoded.Quarantined) twice).reason()).contains("a name stands twice");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{}",
                "[]",
                "null",
                "\"a:1\"",
                "{\"Addr\":null}",
                "{\"Addr\":1}",
                "{\"Addr\":\"\"}",
                "{'Addr':'a:1'}",
                "{\"Addr\":\"a:1\",}",
                "{\"Addr\":\"a:1\"}x",
                "{\"Addr\":\"a:1\" \"b\":1}",
                "{\"Addr\":\"\\ud800\"}",
                "{\"Addr\":\"\\x\"}",
                "{\"Addr\":\"a:1\\u12g4\"}",
                "{\"Addr\":\"a\n:1\"}",
                "{\"Addr\":\"a:1\",\"n\":01}",
                "{\"Addr\":\"a:1\",\"n\":1.}",
                "{\"Addr\":\"a:1\",\"n\":+1}",
                "{\"Addr\":\"a:1\",\"n\":-}",
                "{\"Addr\":\"a:1\",\"n\":nul}",
                "{\"Addr\":\"a:1\",\"n\":NaN}",
                "{\"Addr\":\"a:1\",\"Rollcall\":[]}",
                "{\"Addr\":\"a:1\",\"Rollcall\":{\"weight\":\"1\"}}",
                "{\"Addr\":\"a:1\",\"Rollcall\":{\"weight\":1e3}}",
                "{\"Addr\":\"a:1\",\"Rollcall\":{\"weight\":99999999999}}",
                "{\"Addr\":\"a:1\",\"Rollcall\":{\"secure\":\"yes\"}}",
                "{\"Addr\":\"a:1\",\"Rollcall\":{\"tags\":{}}}",
                "{\"Addr\":\"a:1\",\"Rollcall\":{\"tags\":[1]}}",
                "{\"Addr\":\"a:1\",\"Rollcall\":{\"meta\":{\"a\":{}}}}",
                "{\"Addr\":\"a:1\",\"Rollcall\":{\"endpoints\":{\"x\":\"nowhere\"}}}",
                "{\"Addr\":\"a:1\",\"Rollcall\":{\"zone\":\"\"}}"
            })
    void whatBreaksTheFormatIsQuarantinedWithAReason(String value) {
        assertThat(reason(value)).isNotBlank().doesNotContain("null\0");
    }

    @Test
    void whiteSpaceEscapesAndNullsAreRead() {
        Instance instance = read(
                " {\t\"Addr\" :\r\n \"\\u0061\\/b\\b\\f\\n\\r\\t\\\\\\\"\\ud83d\\ude00\" , \"Rollcall\": {\"status\":null,\"zone\":null,"
                        + "\"weight\":null,\"secure\":false,\"tags\":[],\"meta\":{},\"endpoints\":null,\"version\":null} } ");
        assertThat(instance.text()).isEqualTo("a/b\b\f\n\r\t\\\"😀");
        assertThat(instance.hasEndpoint()).isFalse();
    }

    @Test
    void controlCharactersInValuesAreEscaped() {
        Instance instance = Instance.builder("u")
                .endpoint("a:1")
                .metadata("k", "\u0001\u001f\u007f\u2028é😀")
                .build();
        Bytes value = STANDARD.encode(instance);
        assertThat(value.utf8()).contains("\"\\u0001\\u001f\u007f\u2028é😀\"");
        assertThat(read(value.utf8()).metadata()).isEqualTo(instance.metadata());
    }

    @Test
    void noFieldOfOursIsTakenForOneOfGos() {
        String value = STANDARD.encode(anyInstance(new SplittableRandom(11))).utf8();
        String ours = value.substring(value.indexOf("\"Rollcall\""));
        assertThat(ours).doesNotContainPattern("(?i)\"(op|addr|metadata)\":");
    }

    @Test
    void aValueThatIsTooLargeIsRefusedWhenItIsWritten() {
        InstanceBuilder builder = Instance.builder("user").id("7").endpoint("a:1");
        for (int i = 0; i < 9; i++) {
            builder.metadata("k" + i, "v".repeat(8000));
        }
        assertThatThrownBy(() -> STANDARD.encode(builder.build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the value of user/7 has 72")
                .hasMessageContaining("more than the 65536 allowed");
    }

    @Test
    void theStandardFormatNeedsAService() {
        assertThatThrownBy(() -> STANDARD.key(new InstanceId("", "7"))).hasMessageContaining("name its service");
        assertThatThrownBy(() -> STANDARD.serviceRange("")).hasMessageContaining("the service name is empty");
        assertThat(STANDARD.identify(Bytes.utf8("services/7"))).isEmpty();
        assertThat(STANDARD.knowsLeaving()).isTrue();
        assertThat(PLAIN.knowsLeaving()).isFalse();
    }

    @Test
    void theStandardFormatMayStandElsewhere() {
        Keyspace elsewhere = Keyspace.standard("apps/eu");

        assertThat(elsewhere.key(new InstanceId("user", "a"))).isEqualTo(Bytes.utf8("apps/eu/user/a"));
        assertThat(elsewhere).isEqualTo(Keyspace.parse("standard:apps/eu"));
        assertThat(Keyspace.standard("").serviceRange("user")).isEqualTo(KeyRange.prefix("user/"));
    }

    @Test
    void aPrefixComesBeforeEverything() {
        Keyspace tenant = STANDARD.withPrefix("/tenants/a/");
        assertThat(tenant.key(new InstanceId("user", "7"))).hasToString("/tenants/a/services/user/7");
        assertThat(tenant.directoryRange("")).isEqualTo(KeyRange.prefix("/tenants/a/services/"));
        assertThat(tenant.identify(USER_A)).isEmpty();
        assertThat(STANDARD.withPrefix("")).isEqualTo(STANDARD);
        assertThat(Keyspace.plain("").withPrefix("t").key(new InstanceId("", "7")))
                .hasToString("t/7");
        assertThat(tenant).hasToString("standard:/tenants/a/services/");
        assertThat(PLAIN).hasToString("plain:/test/");
    }

    @Test
    void namesOfKeyspacesAreReadAndWrongOnesExplained() {
        assertThat(Keyspace.parse("standard")).isEqualTo(STANDARD);
        assertThat(Keyspace.parse("plain:/test/")).isEqualTo(PLAIN);
        assertThatThrownBy(() -> Keyspace.parse("json")).hasMessageContaining("write standard, or plain:<directory>");
        assertThatThrownBy(() -> Keyspace.plain("/a//b")).hasMessageContaining("'/a//b' cannot be a directory");
        assertThatThrownBy(() -> STANDARD.withPrefix("a\u0000")).hasMessageContaining("cannot be a directory");
    }

    private static Instance read(String value) {
        Decoded decoded = STANDARD.decode(USER_A, Bytes.utf8(value));
        if (decoded instanceof Decoded.Readable readable) {
            return readable.instance();
        }
        throw new AssertionError(decoded);
    }

    private static String reason(String value) {
        Decoded decoded = STANDARD.decode(USER_A, Bytes.utf8(value));
        if (decoded instanceof Decoded.Quarantined quarantined) {
            return quarantined.reason();
        }
        throw new AssertionError(decoded);
    }

    private static Instance anyInstance(SplittableRandom random) {
        InstanceBuilder builder = Instance.builder(random.nextBoolean() ? "user" : "shop/käufer 1")
                .id("id" + random.nextInt(100) + ":\"%")
                .endpoint(random.nextBoolean() ? "10.0.0.7:8080" : "[::1]:1")
                .weight(1 + random.nextInt(65_535))
                .secure(random.nextBoolean())
                .status(InstanceStatus.ofWord(List.of("up", "paused", "leaving").get(random.nextInt(3))));
        for (int i = random.nextInt(4); i > 0; i--) {
            builder.tag("t" + random.nextInt(9))
                    .metadata("k" + i, "\"\\\n😀\u0001" + i)
                    .endpoint("e" + i, "h:" + (i + 1));
        }
        if (random.nextBoolean()) {
            builder.zone("eu-1").version("1.0");
        }
        return builder.build();
    }
}
