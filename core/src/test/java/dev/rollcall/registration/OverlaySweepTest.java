package dev.rollcall.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.Get;
import dev.rollcall.etcd.Put;
import dev.rollcall.instance.Incarnation;
import dev.rollcall.instance.Overlay;
import dev.rollcall.keyspace.OverlayFormat;
import dev.rollcall.registration.OverlaySweep.Ended;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which overlays go with the registrations that they were about. */
class OverlaySweepTest extends RegistrarScaffold {

    private static final Incarnation FIRST = Incarnation.named("first");
    private static final Incarnation SECOND = Incarnation.named("second");

    private final Bytes key = KEYSPACE.key(USER.identity());
    private OverlaySweep sweep;

    @BeforeEach
    void begin() {
        sweep = new OverlaySweep(client.kv());
    }

    private void takeOut(Incarnation incarnation) {
        Overlay overlay = Overlay.out(USER.identity(), incarnation, "by a test");
        client.kv().put(Put.of(OverlayFormat.key(key), OverlayFormat.encode(overlay)));
    }

    private boolean stands() {
        return client.kv().get(Get.key(OverlayFormat.key(key))).first().isPresent();
    }

    private void end(Incarnation... incarnations) {
        for (Incarnation one : incarnations) {
            sweep.add(new Ended(key, USER.identity(), one));
        }
        assertThat(sweep.sweep()).succeedsWithin(SOON);
    }

    @Test
    void theOverlayOfWhoEndedGoes() {
        takeOut(FIRST);

        end(FIRST);

        assertThat(stands()).isFalse();
    }

    @Test
    void thatOfAnotherIncarnationStays() {
        takeOut(SECOND);

        end(FIRST);

        assertThat(stands()).isTrue();
    }

    @Test
    void twoIncarnationsOfOneKeyThatEndTogetherAreBothLookedFor() {
        for (Incarnation one : new Incarnation[] {FIRST, SECOND}) {
            takeOut(one);
            end(FIRST, SECOND);
            assertThat(stands()).as("taken out was %s", one).isFalse();
        }
    }

    @Test
    void oneWithoutANameStaysWhereTheKeyIsThere() {
        client.kv().put(Put.of(key, KEYSPACE.encode(USER)));
        takeOut(Incarnation.ofKey(7));

        end(FIRST);
        assertThat(stands()).isTrue();

        client.kv().delete("services/user/" + USER.id());
        end(FIRST);
        assertThat(stands()).isFalse();
    }

    @Test
    void whatNobodyCanReadStays() {
        client.kv().put(Put.of(OverlayFormat.key(key), Bytes.utf8("{")));

        end(FIRST);

        assertThat(stands()).isTrue();
    }

    @Test
    void moreThanFitIntoOneRequestAreLookedForInParts() {
        takeOut(FIRST);
        many(250).forEach(one -> sweep.add(new Ended(KEYSPACE.key(one.identity()), one.identity(), FIRST)));

        end(FIRST);

        assertThat(stands()).isFalse();
    }

    @Test
    void aClosedClientIsForgiven() {
        EtcdClient closed = open(EtcdClient.connect(etcd.endpoints().toArray(String[]::new)));
        closed.close();
        OverlaySweep late = new OverlaySweep(closed.kv());
        late.add(new Ended(key, USER.identity(), FIRST));

        assertThat(late.sweep()).succeedsWithin(Duration.ofSeconds(1));
    }
}
