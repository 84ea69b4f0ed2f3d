package dev.rollcall.discovery;

import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.internal.LogBudget;
import dev.rollcall.internal.RandomSource;
import dev.rollcall.internal.TimeSource;
import dev.rollcall.internal.Timer;
import dev.rollcall.observe.Observer;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.LoggerFactory;

/** What all views of a {@link Discovery} stand on. */
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
        AskingBudget asking) {

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
                new AskingBudget(timer, time, random));
    }

    /** What all views of a discovery may log together. */
    static LogBudget log(TimeSource time) {
        return new LogBudget(LoggerFactory.getLogger(Discovery.class), time);
    }

    Moment now() {
        return new Moment(time.nanos(), time.now());
    }
}
