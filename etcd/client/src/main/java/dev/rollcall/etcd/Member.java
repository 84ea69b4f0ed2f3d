package dev.rollcall.etcd;

import java.util.List;

/**
 * One member of the cluster.
 *
 * @param id its number, unsigned
 * @param name its name; empty until it has started
 * @param peerUrls where other members reach it
 * @param clientUrls where clients reach it
 * @param learner whether it does not vote yet
 */
public record Member(long id, String name, List<String> peerUrls, List<String> clientUrls, boolean learner) {

    /** Copies the lists. */
    public Member {
        peerUrls = List.copyOf(peerUrls);
        clientUrls = List.copyOf(clientUrls);
    }
}
