package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Failure;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;

/**
 * Where a server listens.
 *
 * @param host a name or an address of this machine
 * @param port a port; 0 for a free one
 */
record ListenAddress(String host, int port) {

    /** Reads {@code http://HOST:PORT}, or {@code https://} where there is a certificate; the name is that of the option, for the error. */
    static ListenAddress parse(String name, String url, boolean certificate) {
        String form = name + ": '" + url + "' is no address to listen at; write it like http://127.0.0.1:2379";
        if (url.contains(",")) {
            throw Failure.usage(name + ": the embedded server listens at one address, and '" + url
                    + "' names more; choose one, or 0.0.0.0 for all of this machine");
        }
        if (url.startsWith("https://") != certificate && url.startsWith("http")) {
            throw Failure.usage(
                    certificate
                            ? name + ": with --cert-file it speaks TLS at '" + url + "'; write https://HOST:PORT"
                            : name + ": '" + url + "' takes a certificate; give --cert-file and --key-file, or write"
                                    + " http://HOST:PORT");
        }
        URI parsed;
        try {
            parsed = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw Failure.usage(form);
        }
        String host = parsed.getHost();
        // Null where there is no host either: mailto:x.
        String path = parsed.getRawPath();
        boolean bare = path != null && (path.isEmpty() || path.equals("/"));
        if (!(certificate ? "https" : "http").equals(parsed.getScheme())
                || host == null
                || parsed.getPort() < 0
                || parsed.getPort() > 65_535
                || !bare) {
            throw Failure.usage(form);
        }
        return new ListenAddress(host.startsWith("[") ? host.substring(1, host.length() - 1) : host, parsed.getPort());
    }

    /**
     * Sees to it that nobody opens a store to the world by accident.
     *
     * @throws Failure if the host is unknown, or lies beyond this machine while that is not allowed
     */
    void check(boolean beyondLoopback) {
        try {
            if (!InetAddress.getByName(host).isLoopbackAddress() && !beyondLoopback) {
                throw Failure.usage("at " + host + " everybody on the network could read and write without a password;"
                        + " listen at 127.0.0.1, give --cert-file and --key-file, or add --insecure if that is meant");
            }
        } catch (UnknownHostException e) {
            throw Failure.usage("the host " + host + " is unknown; give an address of this machine, such as 127.0.0.1");
        }
    }
}
