package dev.rollcall.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.instance.Instance;
import dev.rollcall.pick.Picker;
import io.grpc.ClientStreamTracer;
import io.grpc.Deadline;
import io.grpc.Status;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallTracerTest {

    private final List<Throwable> failures = new ArrayList<>();
    private final List<String> told = new ArrayList<>();

    /** Notes what it is told. */
    private final Picker picker = (Picker) Proxy.newProxyInstance(
            Picker.class.getClassLoader(), new Class<?>[] {Picker.class}, (proxy, method, arguments) -> {
                told.add(method.getName());
                if (method.getName().equals("failed")) {
                    failures.add((Throwable) arguments[2]);
                }
                return null;
            });

    private void end(Status status) {
        end(status, null);
    }

    private void end(Status status, @Nullable Deadline deadline) {
        new CallTracer(picker, Instance.of("user", "10.0.0.1:80"), new ClientStreamTracer() {}, deadline)
                .streamClosed(status);
    }

    @Test
    void aCallThatFailedCostsNoStackTrace() {
        end(Status.UNAVAILABLE.withDescription("refused"));
        end(Status.UNAVAILABLE.withDescription("reset"));
        end(Status.INTERNAL);

        assertThat(failures)
                .hasSize(3)
                .allSatisfy(failure -> assertThat(failure.getStackTrace()).isEmpty());
        assertThat(failures.get(1)).as("made once for each status").isSameAs(failures.get(0));
        assertThat(failures.get(0)).hasMessage("UNAVAILABLE");
    }

    /** A picker says the name of the class. */
    @Test
    void whatAPickerIsToldNamesTheStatus() {
        end(Status.UNAVAILABLE);
        end(Status.DEADLINE_EXCEEDED);
        end(Status.INTERNAL);
        end(Status.DATA_LOSS);
        end(Status.UNKNOWN);

        assertThat(failures)
                .extracting(failure -> failure.getClass().getSimpleName())
                .containsExactly("Unavailable", "DeadlineExceeded", "Internal", "DataLoss", "Unknown");
    }

    @Test
    void aCallThatIsCancelledBecauseItIsLateCountsAsOneThatIsLate() {
        end(Status.CANCELLED, Deadline.after(-1, TimeUnit.SECONDS));

        assertThat(failures)
                .singleElement()
                .satisfies(failure -> assertThat(failure).hasMessage("DEADLINE_EXCEEDED"));
    }

    @Test
    void whatIsTheCallersIsNoFailureAndWhatWasGivenUpSaysNothing() {
        end(Status.OK);
        end(Status.INVALID_ARGUMENT);
        end(Status.CANCELLED);
        end(Status.DEADLINE_EXCEEDED);

        assertThat(told).containsExactly("succeeded", "succeeded", "failed");
    }
}
