import java.util.List;
import java.util.concurrent.Callable;

/** What a user would take for registration and discovery: one client that registers, and one that looks, on the same store. */
interface Peer extends AutoCloseable {

    /** The ways in which a user may register many at once; the first is the plain one, one call each. */
    List<String> ways();

    /** Registers one, kept alive; may return before it is in the store. */
    void register(String service, int number) throws Exception;

    /** Registers many in one of the {@link #ways}; may return before they are in the store. */
    void registerMany(String service, int count, String way) throws Exception;

    /** Follows a service; {@code changed} is run whenever something came or went. */
    Looker look(String service, Runnable changed) throws Exception;

    /** Connects anew, and returns when all instances of a service are there, decoded. */
    Looker cold(String service) throws Exception;

    /** Gives an instance for the next call, one after the other; null for who has no pickers. */
    default Callable<Object> picker(String service) throws Exception {
        return null;
    }

    /** What is seen of a service. */
    interface Looker extends AutoCloseable {
        int size();
    }
}
