package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AllegianceTest {

    private static final Endpoint A = Endpoint.parse("http://a:1");
    private static final Endpoint B = Endpoint.parse("http://b:1");
    private static final List<Endpoint> ALL = List.of(A, B);
    private static final long OURS = 7;
    private static final long THEIRS = 8;

    private static final Allegiance OF_A = Allegiance.NONE.answered(A, OURS, ALL, false, 0);

    @Test
    void theFirstClusterThatAnswersIsOurs() {
        assertThat(Allegiance.NONE.accepts(OURS)).isTrue();
        assertThat(OF_A.cluster()).isEqualTo(OURS);
        assertThat(OF_A.accepts(THEIRS)).isFalse();
    }

    @Test
    void whoWouldNotSayIsTaken() {
        assertThat(OF_A.answered(B, 0, ALL, false, 1)).isEqualTo(OF_A);
        assertThat(OF_A.accepts(0)).isTrue();
    }

    @Test
    void anotherClusterIsRefusedWhileOursAnswers() {
        Allegiance both = OF_A.answered(B, THEIRS, ALL, false, Allegiance.GONE_NANOS);
        assertThat(both.cluster()).isEqualTo(OURS);
    }

    @Test
    void anotherClusterIsRefusedWhileAConnectionToOursIsOpen() {
        Allegiance failed = OF_A.silent(A, false, 1);
        assertThat(failed.answered(B, THEIRS, ALL, true, 9 * Allegiance.GONE_NANOS)
                        .cluster())
                .isEqualTo(OURS);
    }

    @Test
    void anEndpointThatIsAwayIsWaitedFor() {
        long broke = 100;
        Allegiance away = OF_A.silent(A, true, broke);
        assertThat(away.answered(B, THEIRS, ALL, false, broke + Allegiance.GONE_NANOS - 1)
                        .cluster())
                .isEqualTo(OURS);
        assertThat(away.answered(B, THEIRS, ALL, false, broke + Allegiance.GONE_NANOS)
                        .cluster())
                .isEqualTo(THEIRS);
    }

    @Test
    void failedAttemptsDoNotProlongTheWait() {
        Allegiance away = OF_A.silent(A, true, 0).silent(A, false, Allegiance.GONE_NANOS);
        assertThat(away.answered(B, THEIRS, ALL, false, Allegiance.GONE_NANOS).cluster())
                .isEqualTo(THEIRS);
    }

    @Test
    void whatIsHeardOfOursProlongsTheWaitAndWhatIsHeardOfOthersDoesNot() {
        long later = 9 * Allegiance.GONE_NANOS;
        Allegiance heard = OF_A.heard(OURS, later).silent(A, false, later);
        assertThat(heard.answered(B, THEIRS, ALL, false, later).cluster()).isEqualTo(OURS);
        Allegiance other = OF_A.heard(THEIRS, later).silent(A, false, later);
        assertThat(other.answered(B, THEIRS, ALL, false, later).cluster()).isEqualTo(THEIRS);
    }

    @Test
    void aStoreThatWasSwappedEverywhereIsTakenAtOnce() {
        assertThat(OF_A.answered(A, THEIRS, List.of(A), false, 1).cluster()).isEqualTo(THEIRS);
        Allegiance half = OF_A.answered(B, OURS, ALL, false, 1).answered(B, THEIRS, ALL, false, 2);
        assertThat(half.cluster()).isEqualTo(OURS);
        assertThat(half.answered(A, THEIRS, ALL, false, 3).cluster()).isEqualTo(THEIRS);
    }
}
