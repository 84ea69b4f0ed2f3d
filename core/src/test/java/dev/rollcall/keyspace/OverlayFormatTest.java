package dev.rollcall.keyspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.instance.Incarnation;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceId;
import dev.rollcall.instance.InstanceStatus;
import dev.rollcall.instance.Overlay;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OverlayFormatTest {

    private static final InstanceId USER = new InstanceId("user", "7");
    private static final Incarnation LIFE = Incarnation.named("5c1b7d0a9e3f2648");

    private static Overlay read(String value) {
        return OverlayFormat.decode(USER, Bytes.utf8(value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"standard", "standard:apps/eu", "plain:/service", "plain:/", "plain:", "standard:"})
    void anOverlayIsInTheRangeOfItsServiceAndInNoRangeOfInstances(String name) {
        for (String prefix : new String[] {"", "tenant"}) {
            Keyspace keyspace = Keyspace.parse(name).withPrefix(prefix);
            Bytes key = OverlayFormat.key(keyspace.key(USER));

            assertThat(OverlayFormat.instance(key)).contains(keyspace.key(USER));
            assertThat(OverlayFormat.range(keyspace.serviceRange("user")).contains(key))
                    .isTrue();
            assertThat(OverlayFormat.range(keyspace.directoryRange("")).contains(key))
                    .isTrue();
            assertThat(OverlayFormat.range(keyspace.serviceRange("use")).contains(key))
                    .isFalse();
            assertThat(keyspace.serviceRange("user").contains(key)).isFalse();
            assertThat(keyspace.identify(key)).isEmpty();
        }
    }

    @Test
    void rangesBecomeRanges() {
        assertThat(OverlayFormat.range(KeyRange.prefix("services/")))
                .isEqualTo(KeyRange.prefix("rollcall/overlay/services/"));
        KeyRange all = OverlayFormat.range(KeyRange.all());
        assertThat(all.end()).isEqualTo(KeyRange.prefix("rollcall/overlay/").end());
        assertThat(all.contains(Bytes.utf8("rollcall/overlay/a"))).isTrue();
        assertThat(OverlayFormat.range(KeyRange.single(Bytes.utf8("a"))))
                .isEqualTo(KeyRange.single(Bytes.utf8("rollcall/overlay/a")));
        assertThat(OverlayFormat.instance(Bytes.utf8("rollcall/overlay/"))).isEmpty();
        assertThat(OverlayFormat.instance(Bytes.utf8("rollcall/overlaid/a"))).isEmpty();
    }

    @Test
    void noInstanceCanStandAmongOverlays() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Keyspace.plain("").key(new InstanceId("rollcall/overlay/user", "7")))
                .withMessageContaining("where overlays stand");
        assertThat(Keyspace.plain("/service").key(new InstanceId("rollcall/overlay/user", "7")))
                .hasToString("/service/rollcall/overlay/user/7");
    }

    @Test
    void whatIsWrittenIsReadBack() {
        for (Overlay overlay : new Overlay[] {
            Overlay.out(USER, LIFE, "the disk is \"full\""),
            Overlay.out(USER, Incarnation.ofKey(17), ""),
            new Overlay(USER, LIFE, InstanceStatus.UP, "")
        }) {
            assertThat(OverlayFormat.decode(USER, OverlayFormat.encode(overlay)))
                    .isEqualTo(overlay);
        }
    }

    @Test
    void whatIsNotKnownIsReadAsFarAsItCanBe() {
        assertThat(read("{\"incarnation\":\"a\",\"status\":\"dancing\",\"weight\":3}")
                        .takesOut())
                .isTrue();
        assertThat(read("{\"incarnation\":\"a\",\"weight\":3}").takesOut()).isFalse();
        assertThat(read("{\"incarnation\":\"a\",\"status\":\"paused\",\"reason\":null}")
                        .sentence())
                .isEqualTo("taken out by hand");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "out                                          | not JSON",
                "[]                                           | the overlay is no JSON object",
                "{\"status\":\"paused\"}                      | incarnation is missing",
                "{\"incarnation\":7}                          | incarnation is no string",
                "{\"incarnation\":\"\"}                       | the incarnation is empty",
                "{\"incarnation\":\"a\",\"status\":[]}        | status is no string",
                "{\"incarnation\":\"a\",\"reason\":\"\\u0007\"} | control character",
            })
    void whatMakesNoSenseIsRefused(String value, String why) {
        assertThatThrownBy(() -> read(value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aReasonHasItsBounds() {
        assertThatIllegalArgumentException().isThrownBy(() -> Overlay.out(USER, LIFE, "a\nb"));
        assertThatIllegalArgumentException().isThrownBy(() -> Overlay.out(USER, LIFE, "é".repeat(257)));
        assertThat(Overlay.out(USER, LIFE, "é".repeat(256)).reason()).hasSize(256);
    }

    @Test
    void aValueNamesItsIncarnationWhereTheFormatCan() {
        Instance user = Instance.of("user", "7", "10.0.0.7:8080");
        for (Keyspace keyspace : new Keyspace[] {Keyspace.standard(), Keyspace.plain("/service")}) {
            Decoded read = keyspace.decode(keyspace.key(USER), keyspace.encode(user, LIFE));
            boolean named = keyspace.equals(Keyspace.standard());
            assertThat(read.incarnation(17)).isEqualTo(named ? LIFE : Incarnation.ofKey(17));
            assertThat(read.incarnation(17).isNamed()).isEqualTo(named);
            assertThat(((Decoded.Readable) read).instance()).isEqualTo(user);
        }
    }

    @Test
    void anIncarnationByItsKeyCannotBeNamed() {
        assertThatIllegalArgumentException().isThrownBy(() -> Incarnation.named("@17"));
        String value = "{\"Addr\":\"a:1\",\"Rollcall\":{\"incarnation\":\"@17\"}}";
        assertThat(Keyspace.standard().decode(Bytes.utf8("services/user/7"), Bytes.utf8(value)))
                .isInstanceOf(Decoded.Quarantined.class);
    }
}
