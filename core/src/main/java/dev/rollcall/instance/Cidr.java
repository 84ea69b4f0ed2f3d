package dev.rollcall.instance;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** A network: the first {@code bits} bits of an address. */
record Cidr(InetAddress address, int bits) {

    static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? "" : text.substring(0, slash);
        // Only what cannot be a name, so that nothing is resolved.
        boolean literal = host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}") || host.matches("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
        String length = text.substring(slash + 1);
        if (!literal || !length.matches("[0-9]{1,3}")) {
            throw fault(text, null);
        }
        try {
            InetAddress address = InetAddress.getAllByName(host)[0];
            int bits = Integer.parseInt(length);
            if (bits > address.getAddress().length * 8) {
                throw fault(text, null);
            }
            return new Cidr(address, bits);
        } catch (UnknownHostException e) {
            throw fault(text, e);
        }
    }

    boolean contains(InetAddress other) {
        byte[] ours = address.getAddress();
        byte[] theirs = other.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> bit % 8;
            if (((ours[bit / 8] ^ theirs[bit / 8]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    private static IllegalArgumentException fault(String text, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                "the network " + Checks.quoted(text)
                        + " is not <address>/<bits>; write it as in 10.0.0.0/8 or fd00::/8",
                cause);
    }
}
