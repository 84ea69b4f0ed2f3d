package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.LeaseId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiskViewTest {

    static final KeyRange RANGE = KeyRange.prefix("services/user/");
    static final Instant THEN = Instant.parse("2026-05-04T03:02:01.987Z");

    static KeyValue kv(String key, String value, long created, long changed) {
        return new KeyValue(Bytes.utf8(key), Bytes.utf8(value), created, changed, 3, new LeaseId(-7));
    }

    static DiskView view(KeyValue... kvs) {
        return new DiskView(RANGE, 7, 2, 9, THEN, List.of(kvs));
    }

    private static final DiskView TWO = view(kv("services/user/1", "one", 4, 9), kv("services/user/2", "", 5, 5));

    @Test
    void whatIsWrittenIsReadAgain() {
        byte[] file = TWO.encode();

        assertThat(file).hasSize((int) TWO.encodedSize());
        assertThat(DiskView.decode(file)).isEqualTo(TWO);
        assertThat(DiskView.decode(view().encode())).isEqualTo(view());
    }

    @Test
    void aFileThatIsCutShortAnywhereIsRefused() {
        byte[] file = TWO.encode();
        for (int length = 0; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThatThrownBy(() -> DiskView.decode(cut))
                    .as("cut at %d", length)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aFileWithAnyOneBitFlippedIsRefused() {
        byte[] file = TWO.encode();
        for (int bit = 0; bit < file.length * 8; bit++) {
            byte[] flipped = file.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> DiskView.decode(flipped))
                    .as("bit %d", bit)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aFileWithSomethingBehindItIsRefused() {
        byte[] file = TWO.encode();

        assertThatThrownBy(() -> DiskView.decode(Arrays.copyOf(file, file.length + 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatCannotBeIsRefusedWithARightChecksumToo() {
        List<DiskView> impossible = List.of(
                view(kv("services/user/2", "", 4, 4), kv("services/user/1", "", 5, 5)),
                view(kv("services/user/1", "", 4, 4), kv("services/user/1", "", 4, 4)),
                view(kv("services/other/1", "", 4, 4)),
                view(kv("services/user/1", "", 4, 10)),
                view(kv("services/user/1", "", 5, 4)),
                view(kv("services/user/1", "", 0, 4)),
                new DiskView(RANGE, 7, 2, 0, THEN, List.of()),
                new DiskView(RANGE, 7, -1, 9, THEN, List.of()));

        for (DiskView view : impossible) {
            byte[] file = view.encode();
            assertThatThrownBy(() -> DiskView.decode(file)).as("%s", view).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void everyRangeHasAFileOfItsOwn() {
        List<KeyRange> ranges = List.of(
                RANGE,
                KeyRange.prefix("services/user"),
                KeyRange.all(),
                new KeyRange(Bytes.utf8("ab"), Bytes.utf8("c")),
                new KeyRange(Bytes.utf8("a"), Bytes.utf8("bc")));
        List<String> names = new ArrayList<>();
        ranges.forEach(range -> names.add(DiskView.fileName(range)));

        assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.matches("[0-9a-f]{64}\\.view"));
    }
}
