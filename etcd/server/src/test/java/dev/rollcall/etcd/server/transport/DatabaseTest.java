package dev.rollcall.etcd.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.proto.Member;
import dev.rollcall.etcd.server.machine.Alarm;
import dev.rollcall.etcd.server.machine.Command;
import dev.rollcall.etcd.server.machine.Machine;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class DatabaseTest {

    /** bbolt finds a key by halving: one out of place is not found. */
    @Test
    void alarmsStandInTheOrderOfTheirKeys() {
        Machine machine = new Machine();
        machine.apply(new Command.SetAlarm(new Alarm(5, Alarm.Kind.NOSPACE), true), 0);
        machine.apply(new Command.SetAlarm(new Alarm(1, Alarm.Kind.CORRUPT), true), 0);
        BoltFile file =
                new Database(machine.image(), Member.newBuilder().setID(9).build()).file(List.of());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (file.hasNext()) {
            bytes.writeBytes(file.next());
        }
        // One byte is one character: member and kind, each behind the number of its field.
        assertThat(bytes.toString(StandardCharsets.ISO_8859_1))
                .containsSubsequence("\b\u0001\u0010\u0002", "\b\u0005\u0010\u0001");
    }
}
