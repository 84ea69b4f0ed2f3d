package dev.rollcall.etcd.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.etcd.server.machine.Alarm;
import dev.rollcall.etcd.server.machine.Command;
import dev.rollcall.etcd.server.machine.Identity;
import dev.rollcall.etcd.server.machine.Machine;
import dev.rollcall.etcd.server.machine.Op;
import dev.rollcall.etcd.server.mvcc.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a newer version may have written is refused, and not taken for something else. */
class UnknownFormTest {
    private static final int UNKNOWN = 9;
    private static final Identity IDENTITY = Identity.of("a", "b");

    private final ForgetfulDisk disk = new ForgetfulDisk(1);

    @Test
    void anAlarmOfAnUnknownKindIsRefused() {
        byte[] record = CommandFormat.encode(new Command.SetAlarm(new Alarm(1, Alarm.Kind.CORRUPT), true));
        record[record.length - 1] = UNKNOWN;
        assertRefused(record, "there is no alarm 9");
    }

    @Test
    void unknownFlagsOfAPutAreRefused() {
        byte[] record = CommandFormat.encode(
                new Command.Execute(new Op.Put(Bytes.utf8("a"), Bytes.EMPTY, 0, false, false, false)));
        record[1] = UNKNOWN;
        assertRefused(record, "there are no flags 9 of a put");
    }

    @Test
    void anUnknownStateOfAuthenticationInAnImageIsNotTakenForOff() throws IOException {
        Machine machine = new Machine();
        assertThat(Images.write(disk, IDENTITY, 7, machine.image(), machine.store(), () -> false))
                .isPositive();
        assertThat(Images.readNewest(disk, 0)).isNotNull();
        String image = Numbered.name(Images.PREFIX, 7);
        rewrite(
                image,
                new Encoder().tag(20).tag(0).toBytes(),
                new Encoder().tag(20).tag(UNKNOWN).toBytes());
        assertThatThrownBy(() -> Images.readNewest(disk, 0))
                .isInstanceOf(DamagedStore.class)
                .hasMessageContaining("there is no state of authentication 9")
                .hasMessageContaining("a newer version wrote it");
    }

    private static void assertRefused(byte[] record, String why) {
        assertThatThrownBy(() -> CommandFormat.decode(record))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(why);
        Frame frame = new Frame(1, 0, 1, List.of(record));
        assertThatThrownBy(() -> new Recovery(new Machine(), 0, 0).accept(frame, "log-1", 0))
                .isInstanceOf(DamagedStore.class)
                .hasMessageContaining(why)
                .hasMessageContaining("a newer version wrote it");
    }

    /** Gives the records of an image that begin with some bytes another beginning, and the frame its checksums. */
    private void rewrite(String image, byte[] from, byte[] to) throws IOException {
        int mark = FileHead.mark(IDENTITY);
        try (DiskFile file = disk.open(image)) {
            FileHead.read(file, FileHead.Kind.IMAGE, image);
            Frame frame = new FrameReader(file, mark).next();
            assertThat(frame).isNotNull();
            for (byte[] record : frame.records()) {
                if (Arrays.mismatch(record, from) == from.length) {
                    System.arraycopy(to, 0, record, 0, to.length);
                }
            }
            ByteBuffer changed = frame.encode(mark);
            file.write(FileHead.SIZE, changed);
        }
    }
}
