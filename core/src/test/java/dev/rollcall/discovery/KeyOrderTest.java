package dev.rollcall.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class KeyOrderTest {

    @RepeatedTest(20)
    void itIsATreeMapThatNeverChanges(RepetitionInfo repetition) {
        Random random = new Random(20_261_122 + repetition.getCurrentRepetition());
        TreeMap<Bytes, Integer> model = new TreeMap<>();
        KeyOrder<Integer> order = KeyOrder.empty();
        for (int round = 0; round < 50; round++) {
            List<Integer> before = new ArrayList<>(order.values());
            KeyOrder<Integer> old = order;
            KeyOrder.Edit<Integer> edit = order.edit();
            for (int i = random.nextInt(8); i > 0; i--) {
                Bytes key = Bytes.of((byte) (random.nextInt(256) - 128));
                int what = random.nextInt(6);
                if (what == 0) {
                    assertThat(edit.get(key)).isEqualTo(model.get(key));
                } else if (what == 1) {
                    assertThat(edit.peek(key)).isEqualTo(model.get(key));
                } else if (what == 2) {
                    assertThat(edit.done().values()).containsExactlyElementsOf(model.values());
                } else if (what == 3) {
                    edit.remove(key);
                    model.remove(key);
                    assertThat(edit.get(key)).isNull();
                } else {
                    edit.put(key, round);
                    model.put(key, round);
                    assertThat(edit.get(key)).isEqualTo(round);
                    assertThat(edit.peek(key)).isEqualTo(round);
                }
            }
            order = edit.done();
            assertThat(order.keys()).containsExactlyElementsOf(model.keySet());
            assertThat(order.values()).containsExactlyElementsOf(model.values());
            assertThat(old.values()).isEqualTo(before);
        }
    }

    @Test
    void whatIsOnlyAskedForIsNoChange() {
        KeyOrder.Edit<Integer> first = KeyOrder.<Integer>empty().edit();
        first.put(Bytes.utf8("a"), 1);
        KeyOrder<Integer> order = first.done();
        KeyOrder.Edit<Integer> edit = order.edit();

        assertThat(edit.get(Bytes.utf8("a"))).isEqualTo(1);
        assertThat(edit.get(Bytes.utf8("b"))).isNull();
        edit.put(Bytes.utf8("c"), 3);
        edit.remove(Bytes.utf8("c"));

        assertThat(edit.done()).isSameAs(order);
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
