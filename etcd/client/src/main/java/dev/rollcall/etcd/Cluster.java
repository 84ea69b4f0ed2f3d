package dev.rollcall.etcd;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** The members behind the endpoints. Calls behave as those of {@link Kv}. */
public interface Cluster {

    /** The members, as the cluster knows them. */
    List<Member> members();

    /** Twin of {@link #members()}. */
    CompletionStage<List<Member>> membersAsync();

    /** The status of the member that answers first. */
    MemberStatus status();

    /** Twin of {@link #status()}. */
    CompletionStage<MemberStatus> statusAsync();

    /**
     * The status of the member at one of the client's endpoints.
     *
     * @throws IllegalArgumentException if the client does not have this endpoint
     */
    MemberStatus status(String endpoint);

    /** Twin of {@link #status(String)}. */
    CompletionStage<MemberStatus> statusAsync(String endpoint);

    /** The endpoints of this client, in the order they were given. */
    List<String> endpoints();
}
