package dev.rollcall.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstanceTest {

    private static final Instance FULL = Instance.builder("shop/user")
            .id("7")
            .endpoint("10.0.0.7", 8080)
            .endpoint("admin", "10.0.0.7:9090")
            .zone("eu-1a")
            .weight(200)
            .version("1.2")
            .tag("canary")
            .metadata("build", "4711")
            .secure(true)
            .status(InstanceStatus.PAUSED)
            .build();

    @Test
    void oneLineIsEnough() {
        Instance user = Instance.of("user", "10.0.0.7:8080");

        assertThat(user.identity()).isEqualTo(new InstanceId("user", "10.0.0.7:8080"));
        assertThat(user.endpoint()).isEqualTo(new Endpoint("10.0.0.7", 8080));
        assertThat(user.weight()).isEqualTo(Instance.DEFAULT_WEIGHT);
        assertThat(user.status()).isEqualTo(InstanceStatus.UP);
        assertThat(user.zone()).isEmpty();
        assertThat(user.metadata()).isEmpty();
    }

    @Test
    void aRestartAtTheSameAddressIsTheSameInstance() {
        assertThat(Instance.of("user", "[::1]:80").identity())
                .isEqualTo(Instance.builder("user").endpoint("::1", 80).build().identity());
        assertThat(Instance.of("user", "7", "10.0.0.7:8080").id()).isEqualTo("7");
    }

    @Test
    void aBuilderFromAnInstanceBuildsAnEqualOne() {
        assertThat(FULL.toBuilder().build()).isEqualTo(FULL).hasSameHashCodeAs(FULL);
        Instance text = Instance.builder("").id("x").text("free text").build();
        assertThat(text.toBuilder().build()).isEqualTo(text);
    }

    @Test
    void everyFieldCounts() {
        List<Instance> others = List.of(
                FULL.toBuilder().id("8").build(),
                FULL.toBuilder().endpoint("10.0.0.8:8080").build(),
                FULL.toBuilder().endpoint("metrics", "10.0.0.7:1").build(),
                FULL.toBuilder().zone("eu-1b").build(),
                FULL.toBuilder().weight(1).build(),
                FULL.toBuilder().version("1.3").build(),
                FULL.toBuilder().tag("blue").build(),
                FULL.toBuilder().metadata("build", "4712").build(),
                FULL.toBuilder().secure(false).build(),
                FULL.withStatus(InstanceStatus.UP));
        assertThat(others).doesNotContain(FULL).doesNotHaveDuplicates();
    }

    @Test
    void anInstanceDoesNotChangeWithItsBuilder() {
        InstanceBuilder builder = Instance.builder("user").endpoint("a:1").tag("x");
        Instance built = builder.build();
        builder.tag("y").metadata("k", "v");

        assertThat(built.tags()).containsExactly("x");
        assertThatThrownBy(() -> built.metadata().put("k", "v")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void aTextInPlaceOfAnEndpointIsVisibleButHasNoEndpoint() {
        Instance text = Instance.builder("user").id("1").text("not an address").build();

        assertThat(text.hasEndpoint()).isFalse();
        assertThat(text.text()).isEqualTo("not an address");
        assertThatThrownBy(text::endpoint)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("user/1")
                .hasMessageContaining("'not an address' is not host:port")
                .hasMessageContaining("hasEndpoint()");
    }

    @Test
    void theTextOfAnInstanceTellsAllButMetadataValues() {
        assertThat(FULL)
                .hasToString(
                        "shop/user/7 at '10.0.0.7:8080' paused zone=eu-1a weight=200 version=1.2 secure tags=[canary]"
                                + " endpoints={admin=10.0.0.7:9090} metadata=[build]");
        assertThat(Instance.of("user", "a:1")).hasToString("user/a:1 at 'a:1'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/user", "user/", "a//b", "a/../b", ".", "a\nb", "a\u0000b", "\ud800"})
    void aServiceNameThatIsNoPathIsRefused(String service) {
        assertThatThrownBy(() -> Instance.builder(service))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("service name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "..", "a\tb", "\udc00"})
    void anIdThatIsNoSegmentIsRefused(String id) {
        assertThatThrownBy(() -> Instance.builder("user").id(id))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the id of the instance of service 'user'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a:b", "ünï", "日本", "😀", "-", "%2F", "\\", "\""})
    void anythingElseMayBeAnIdOrAService(String name) {
        assertThat(new InstanceId(name, name)).hasToString(name + "/" + name);
    }

    @Test
    void sizesAreBounded() {
        assertThatThrownBy(() -> new InstanceId("s", "x".repeat(257)))
                .hasMessageContaining("257 bytes long, more than the 256 allowed");
        assertThatThrownBy(() -> new InstanceId("s", "ü".repeat(129))).hasMessageContaining("258 bytes");
        assertThatThrownBy(() -> new InstanceId("ab/".repeat(200) + "c", "1"))
                .hasMessageContaining("more than the 512 allowed");
        InstanceBuilder builder = Instance.builder("user").endpoint("a:1");
        assertThatThrownBy(() -> builder.metadata("k", "v".repeat(8193))).hasMessageContaining("metadata value of 'k'");
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 129; i++) {
                        builder.tag("t" + i);
                    }
                })
                .hasMessageContaining("more than 128 tags");
    }

    @Test
    void aMissingEndpointAndAWrongWeightSayWhatToDo() {
        assertThatThrownBy(() -> Instance.builder("user").build())
                .hasMessageContaining("give one with endpoint(host, port)");
        assertThatThrownBy(() -> Instance.builder("user").text("x").build()).hasMessageContaining("needs an id");
        assertThatThrownBy(() -> Instance.builder("user").weight(0)).hasMessageContaining("set its status to PAUSED");
        assertThatThrownBy(() -> Instance.builder("user").weight(65_536)).hasMessageContaining("between 1 and 65535");
    }

    @Test
    void collectionsAreSortedSoThatEqualInstancesAreWrittenEqually() {
        Instance one = Instance.builder("u")
                .endpoint("a:1")
                .tags(List.of("b", "a"))
                .metadata(Map.of("y", "1", "x", "2"))
                .build();

        assertThat(one.tags()).containsExactly("a", "b");
        assertThat(one.metadata().keySet()).containsExactly("x", "y");
    }

    @Test
    void anUnknownStatusIsNotPicked() {
        assertThat(InstanceStatus.ofWord("warming")).isEqualTo(InstanceStatus.PAUSED);
        assertThat(InstanceStatus.ofWord("leaving")).isEqualTo(InstanceStatus.LEAVING);
    }
}
