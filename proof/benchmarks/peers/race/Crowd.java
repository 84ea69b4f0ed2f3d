import java.util.function.LongConsumer;

/** A service whose instances change, and consumers of it, each with a client and a connection of its own. */
interface Crowd extends AutoCloseable {

    /** Registers so many instances of the service, which are there when it returns. */
    void register(int instances) throws Exception;

    /** Writes an instance anew, with when that was due. */
    void change(int instance, long at) throws Exception;

    /** One more consumer, who sees all when it returns, and is told of each change with when it was due. */
    void consume(int instances, LongConsumer told) throws Exception;
}
