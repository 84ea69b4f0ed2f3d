package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class KeyOrderTest {

    @RepeatedTest(20)
    void itIsATreeMapThatNeverChanges() {
        Random random = new Random(20_261_122);
        TreeMap<Bytes, Integer> model = new TreeMap<>();
        KeyOrder<Integer> order = KeyOrder.empty();
        for (int round = 0; round < 50; round++) {
            List<Integer> before = new ArrayList<>(order.values());
            KeyOrder<Integer> old = order;
            KeyOrder.Edit<Integer> edit = order.edit();
            for (int i = random.nextInt(8); i > 0; i--) {
                Bytes key = Bytes.of((byte) (random.nextInt(256) - 128));
                if (random.nextInt(3) == 0) {
                    edit.remove(key);
                    model.remove(key);
                    assertThat(edit.get(key)).isNull();
                } else {
                    edit.put(key, round);
                    model.put(key, round);
                    assertThat(edit.get(key)).isEqualTo(round);
                }
            }
            order = edit.done();
            assertThat(order.keys()).containsExactlyElementsOf(model.keySet());
            assertThat(order.values()).containsExactlyElementsOf(model.values());
            assertThat(old.values()).isEqualTo(before);
        }
    }

    @Test
    void anEditWithoutChangesIsTheSameOrder() {
        KeyOrder.Edit<Integer> edit = KeyOrder.<Integer>empty().edit();
        edit.put(Bytes.utf8("a"), 1);
        KeyOrder<Integer> order = edit.done();

        assertThat(order.edit().done()).isSameAs(order);
        assertThat(order.values()).isSameAs(order.values());
    }
}
