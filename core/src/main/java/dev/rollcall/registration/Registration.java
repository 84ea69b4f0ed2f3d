package dev.rollcall.registration;

import dev.rollcall.instance.Incarnation;
import dev.rollcall.instance.Instance;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/**
 * An instance that is kept in the store until this handle is closed.
 *
 * <p>It is there whether the store is or not: while the store is away the handle says so, and registers when it is back. Safe for use by several
 * threads.
 */
public interface Registration extends AutoCloseable {

    /** What is registered, as last updated. */
    Instance instance();

    /** Which life of the instance this registration is, as its value names it where the format can; the same until it is closed. */
    Optional<Incarnation> incarnation();

    /** Where it stands; judged by the clock at the moment of the call, so it is never {@code REGISTERED} past the lease's time. */
    RegistrationState state();

    /** Why it stands there, for people. */
    String reason();

    /** Adds a listener, which is told the present state first. */
    void onChange(RegistrationListener listener);

    /**
     * Changes what is registered, in place: same key, seen by others as an update, never as down and up.
     *
     * <p>Does not wait. Of several updates in quick succession the middle ones may never be written; the last is.
     *
     * @throws IllegalArgumentException if it is another instance (service or id), or too large
     * @throws IllegalStateException if the registration is closed
     */
    void update(Instance changed);

    /**
     * Changes what is registered from what it is, as in {@code update(me -> me.withStatus(PAUSED))}.
     *
     * @param change free of side effects: it runs again where another thread updates at the same time
     */
    void update(UnaryOperator<Instance> change);

    /**
     * Waits until the instance, as last updated, stands in the store.
     *
     * @return this
     * @throws RegistrationException if it does not by then, or if the registration is closed
     */
    Registration awaitRegistered(Duration bound);

    /** Twin of {@link #awaitRegistered} without a bound: ends when the instance is registered or the registration closed. */
    CompletionStage<Registration> registered();

    /**
     * Takes the instance out of service, and deregisters it after a while: it is marked as {@link dev.rollcall.instance.InstanceStatus#LEAVING}, so that pickers
     * stop choosing it while calls in flight finish, and then goes as by {@link #close()}, which may also come sooner.
     *
     * <p>Does not wait, and cannot be taken back: later updates do not change the mark. In a format that cannot say who is leaving it goes at once.
     *
     * @param reason for people, in {@link #reason()}
     * @param delay from now on, whatever the store does; from zero to a day
     * @return as {@link #closeAsync()}
     */
    CompletionStage<Void> drain(String reason, Duration delay);

    /**
     * Deregisters: others see it go at once, and where the format can say so they see that its owner left.
     *
     * <p>Waits for the store for 2 s at most; if it does not answer by then, deregistering goes on behind the scenes, and in the end the lease
     * runs out. Nothing is written any more; but a write that was on its way when this returned may arrive later and bring the key back. It is looked for
     * 2 s and 10 s after the end, and then by each audit, and deleted again. The key of another owner is not touched. Idempotent.
     */
    @Override
    void close();

    /** Twin of {@link #close()}: ends when the key is gone from the store. */
    CompletionStage<Void> closeAsync();
}
