package dev.rollcall.etcd.server.machine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Who a server is: the ids by which clients recognise a cluster and its one member. Computed as etcd computes them (server/etcdserver/api/membership of 3.5.16).
 */
public record Identity(long clusterId, long memberId) {

    /**
     * The ids of a cluster of one member.
     *
     * @param peerUrl where other members would reach it
     * @param clusterToken tells clusters with the same peer URL apart
     */
    public static Identity of(String peerUrl, String clusterToken) {
        long memberId = firstBytes((peerUrl + clusterToken).getBytes(StandardCharsets.UTF_8));
        long clusterId =
                firstBytes(ByteBuffer.allocate(Long.BYTES).putLong(memberId).array());
        return new Identity(clusterId, memberId);
    }

    private static long firstBytes(byte[] input) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-1").digest(input))
                    .getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-1", e);
        }
    }
}
