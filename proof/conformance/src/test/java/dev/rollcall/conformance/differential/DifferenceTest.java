package dev.rollcall.conformance.differential;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.rollcall.etcd.proto.KeyValue;
import dev.rollcall.etcd.proto.LeaseTimeToLiveResponse;
import dev.rollcall.etcd.proto.RangeResponse;
import dev.rollcall.etcd.proto.ResponseHeader;
import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A difference would be seen: no field is left out, and a word stands only for what it must be. */
class DifferenceTest {

    private static final Origin ORIGIN = new Origin(1, 2, 3, 10, 1, "http://localhost:2380");

    private static String worded(RangeResponse.Builder answer) {
        return new Wording(ORIGIN, false).answer(answer.build());
    }

    private static RangeResponse.Builder answer() {
        return RangeResponse.newBuilder()
                .setHeader(ResponseHeader.newBuilder()
                        .setClusterId(1)
                        .setMemberId(2)
                        .setRaftTerm(3)
                        .setRevision(12))
                .setCount(1);
    }

    @Test
    void everyFieldIsWritten() {
        assertThat(worded(answer().setMore(true)
                        .addKvs(KeyValue.newBuilder()
                                .setKey(ByteString.copyFromUtf8("a"))
                                .setLease(7))))
                .isEqualTo("header { cluster_id: <cluster> member_id: <member> revision: $2 raft_term: <term> }"
                        + " kvs { key: \"a\" lease: 7 } more: true count: 1");
    }

    @Test
    void aFieldThatWeDoNotKnowIsWritten() {
        UnknownFieldSet.Field field =
                UnknownFieldSet.Field.newBuilder().addVarint(1).build();
        assertThat(worded(answer().setUnknownFields(
                                UnknownFieldSet.newBuilder().addField(99, field).build())))
                .contains("99");
    }

    @Test
    void anotherClusterMemberOrTermIsSeen() {
        String usual = worded(answer());
        RangeResponse.Builder cluster = answer();
        cluster.getHeaderBuilder().setClusterId(9);
        RangeResponse.Builder member = answer();
        member.getHeaderBuilder().setMemberId(9);
        RangeResponse.Builder term = answer();
        term.getHeaderBuilder().setRaftTerm(9);
        assertThat(List.of(worded(cluster), worded(member), worded(term)))
                .doesNotContain(usual)
                .doesNotHaveDuplicates();
    }

    @Test
    void whatIsLeftOfALeaseMustBeNearItsGrant() {
        Wording wording = new Wording(ORIGIN, false);
        LeaseTimeToLiveResponse.Builder lease =
                LeaseTimeToLiveResponse.newBuilder().setGrantedTTL(60);
        assertThat(wording.answer(lease.setTTL(59).build())).contains("<left>");
        assertThat(wording.answer(lease.setTTL(61).build())).doesNotContain("<left>");
        assertThat(wording.answer(lease.setTTL(20).build())).doesNotContain("<left>");
        assertThat(wording.answer(lease.setTTL(-1).build())).doesNotContain("<left>");
    }

    @Test
    void anErrorIsItsCodeAndItsText() {
        assertThat(Wording.error(Status.NOT_FOUND.withDescription("none"))).isEqualTo("NOT_FOUND: none");
    }

    @Test
    void aLineThatDiffersIsShownWithThoseAroundIt() {
        Difference difference =
                Difference.between(List.of("put", "  a", "range"), List.of("put", "  b", "range", "  c"));
        assertThat(difference.isNone()).isFalse();
        assertThat(difference.toString()).endsWith("  put\n-   a\n+   b\n  range\n- \n+   c");
    }

    @Test
    void aKnownDifferenceIsNoOther() {
        Difference difference = Difference.between(List.of("put", "  taken"), List.of("put", "  refused"));
        assertThat(difference.is(new KnownDifference("", "taken", "refused", "")))
                .isTrue();
        assertThat(difference.is(new KnownDifference("", "taken", "another", "")))
                .isFalse();
        assertThat(difference.is(new KnownDifference("", "another", "refused", "")))
                .isFalse();
    }

    @Test
    void aBlankIsFilledForEachStore() {
        Blanks blanks = new Blanks(ORIGIN, () -> 5);
        assertThat(blanks.fill("a $2 $-1 $member $lease $peer $x(3)"))
                .isEqualTo("a 12 9 2 5 http://localhost:2380 xxx");
        assertThat(blanks.fill("txn [[2|put %i]]")).isEqualTo("txn put 1 put 2");
    }
}
