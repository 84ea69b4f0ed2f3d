package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.discovery.EntryReader.Reading;
import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.instance.InstanceId;
import dev.rollcall.keyspace.Keyspace;
import java.lang.reflect.Proxy;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class InstanceReaderTest {

    private static final Keyspace KEYSPACE = Keyspace.standard();

    /** Fails at every value. */
    private static final Keyspace FAILING = (Keyspace) Proxy.newProxyInstance(
            Keyspace.class.getClassLoader(), new Class<?>[] {Keyspace.class}, (proxy, method, arguments) -> {
                if (method.getName().equals("decode")) {
                    throw new IllegalStateException("a keyspace of the test fails on purpose");
                }
                return method.invoke(KEYSPACE, arguments);
            });

    private static Reading<DiscoveredInstance> read(InstanceReader reader, String key, String value) {
        return reader.read(
                new KeyValue(Bytes.utf8(key), Bytes.utf8(value), 1, 1, 1, LeaseId.NONE), null, Instant.EPOCH);
    }

    @Test
    void whatIsReadAgainAtAKeyIsOfTheSameInstance() {
        KeyValue kv = new KeyValue(
                KEYSPACE.key(new InstanceId("user", "a")),
                Bytes.utf8("{\"Op\":0,\"Addr\":\"10.0.0.1:80\",\"Metadata\":null}"),
                1,
                1,
                1,
                LeaseId.NONE);
        InstanceReader users = InstanceReader.ofService(KEYSPACE, "user");
        DiscoveredInstance first = good(users.read(kv, null, Instant.EPOCH));
        DiscoveredInstance again = good(users.read(kv, first, Instant.EPOCH));
        assertThat(again.instance()).isEqualTo(first.instance());
        assertThat(again.instance().identity()).isSameAs(first.instance().identity());
    }

    private static DiscoveredInstance good(Reading<DiscoveredInstance> reading) {
        return ((Reading.Good<DiscoveredInstance>) reading).entry();
    }

    @Test
    void whatAnotherServiceHasInTheRangeIsLeftAloneWhateverItsValue() {
        InstanceReader users = InstanceReader.ofService(FAILING, "user");

        assertThat(read(users, "services/user/eu/a", "{\"Addr\":\"10.0.0.1:80\"}"))
                .isInstanceOf(Reading.Foreign.class);
        assertThatThrownBy(() -> read(users, "services/user/a", "{\"Addr\":\"10.0.0.1:80\"}"))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void ofAllServicesTheDeeperOnesAreShownToo() {
        InstanceReader all = InstanceReader.ofAll(KEYSPACE);

        assertThat(read(all, "services/user/eu/a", "{\"Addr\":\"10.0.0.1:80\"}"))
                .isInstanceOf(Reading.Good.class);
        assertThat(read(all, "services/user/eu/a", "{}")).isInstanceOf(Reading.Bad.class);
    }
}
