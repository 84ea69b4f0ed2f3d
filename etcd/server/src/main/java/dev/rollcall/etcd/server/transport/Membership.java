package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.mvcc.Refusal.Reason;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Set;

/** What comes of changing the members of a cluster that has one and can have no other: refusals, in etcd's order and words. */
final class Membership {
    private static final Set<String> SCHEMES = Set.of("http", "https", "unix", "unixs");

    private final long self;
    private final String peerUrl;

    Membership(long self, String peerUrl) {
        this.self = self;
        this.peerUrl = peerUrl;
    }

    /** A second member would have to be waited for, and never comes. */
    Refusal add(List<String> peerUrls) {
        if (!valid(peerUrls)) {
            return new Refusal(Reason.MEMBER_URLS_INVALID);
        }
        return new Refusal(peerUrls.contains(peerUrl) ? Reason.MEMBER_URLS_TAKEN : Reason.UNHEALTHY_CLUSTER);
    }

    Refusal remove(long id) {
        return new Refusal(id == self ? Reason.TOO_FEW_MEMBERS : Reason.MEMBER_NOT_FOUND);
    }

    Refusal promote(long id) {
        return new Refusal(id == self ? Reason.MEMBER_NOT_LEARNER : Reason.MEMBER_NOT_FOUND);
    }

    /**
     * Takes the peer URL the member has for what it is.
     *
     * @throws Refusal for another member or another URL
     */
    void update(long id, List<String> peerUrls) {
        if (id != self) {
            throw new Refusal(Reason.MEMBER_NOT_FOUND);
        }
        if (!valid(peerUrls)) {
            throw new Refusal(Reason.MEMBER_URLS_INVALID);
        }
        if (!peerUrls.equals(List.of(peerUrl))) {
            throw new Refusal(Reason.UNHEALTHY_CLUSTER);
        }
    }

    private static boolean valid(List<String> urls) {
        return !urls.isEmpty() && urls.stream().allMatch(Membership::valid);
    }

    private static boolean valid(String url) {
        try {
            URI uri = new URI(url.trim());
            boolean local = String.valueOf(uri.getScheme()).startsWith("unix");
            return SCHEMES.contains(String.valueOf(uri.getScheme()))
                    && String.valueOf(uri.getPath()).isEmpty()
                    && (local || uri.getPort() >= 0);
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
