package dev.rollcall.etcd;

import io.grpc.Deadline;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** A loop in virtual time. */
final class SimulatedLoop extends Deadline.Ticker implements Loop {

    private final SimulatedHost host;
    private final Executor serial;
    private boolean ended;

    SimulatedLoop(SimulatedHost host) {
        this.host = host;
        this.serial = host.serial();
    }

    @Override
    public long nanoTime() {
        return host.nanos();
    }

    @Override
    public long now() {
        return host.nanos();
    }

    @Override
    public double random() {
        return host.random();
    }

    @Override
    public Deadline deadline(long nanos) {
        return Deadline.after(nanos, TimeUnit.NANOSECONDS, this);
    }

    /** Everything is: nobody may wait. */
    @Override
    public boolean isCurrent() {
        return true;
    }

    @Override
    public boolean isClosed() {
        return ended;
    }

    @Override
    public void execute(Runnable task) {
        if (!ended) {
            serial.execute(() -> run(task));
        }
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        if (ended) {
            return () -> {};
        }
        Runnable takeBack = host.later(Math.max(0, delayNanos), () -> {
            if (!ended) {
                run(task);
            }
        });
        return takeBack::run;
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error bug) {
            host.failed(bug);
        }
    }

    @Override
    public void end() {
        ended = true;
    }

    @Override
    public void close(long patienceNanos) {
        end();
    }
}
