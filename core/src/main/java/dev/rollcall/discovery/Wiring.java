package dev.rollcall.discovery;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.internal.LogBudget;
import dev.rollcall.internal.RandomSource;
import dev.rollcall.internal.TimeSource;
import dev.rollcall.internal.Timer;
import dev.rollcall.observe.Observer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.LoggerFactory;

/**
 * What all views of a {@link Discovery} stand on.
 *
 * @param refused how far apart a view that is refused asks again at most
 */
record Wiring(
        EtcdClient client,
        Timer timer,
        Executor workers,
        Executor listeners,
        TimeSource time,
        RandomSource random,
        Observer observer,
        Optional<DiskKeeper.Disk> disk,
        LogBudget log,
        AskingBudget asking,
        Duration refused) {

    private static final Duration REFUSED = Duration.ofSeconds(5);
    private static final Duration REFUSED_APART = Duration.ofSeconds(60);

    /** With budgets of its own. */
    Wiring(
            EtcdClient client,
            Timer timer,
            Executor workers,
            Executor listeners,
            TimeSource time,
            RandomSource random,
            Observer observer,
            Optional<DiskKeeper.Disk> disk,
            LogBudget log) {
        this(
                client,
                timer,
                workers,
                listeners,
                time,
                random,
                observer,
                disk,
                log,
                new AskingBudget(timer, time, random),
                REFUSED);
    }

    /** For a view that many may not have: where it is refused it asks seldom, and takes no turn from others. */
    Wiring apart() {
        return new Wiring(
                client,
                timer,
                workers,
                listeners,
                time,
                random,
                observer,
                disk,
                log,
                new AskingBudget(timer, time, random),
                REFUSED_APART);
    }

    /** What all views of a discovery may log together. */
    static LogBudget log(TimeSource time) {
        return new LogBudget(LoggerFactory.getLogger(Discovery.class), time);
    }

    Moment now() {
        return new Moment(time.nanos(), time.now());
    }
}
