package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GetTest {

    @Test
    void eachMethodChangesItsPartAndKeepsTheRest() {
        Get all = Get.key("/a")
                .limit(1)
                .atRevision(2)
                .asSerializable()
                .withoutValues()
                .counting()
                .sortedBy(Get.SortTarget.MOD, Get.SortOrder.DESCEND)
                .modifiedBetween(3, 4)
                .createdBetween(5, 6)
                .withRange(KeyRange.prefix("/b"));
        assertThat(all)
                .isEqualTo(new Get(
                        KeyRange.prefix("/b"),
                        1,
                        2,
                        true,
                        true,
                        true,
                        Get.SortTarget.MOD,
                        Get.SortOrder.DESCEND,
                        3,
                        4,
                        5,
                        6));
    }
}
