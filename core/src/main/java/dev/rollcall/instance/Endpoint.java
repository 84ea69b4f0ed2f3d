package dev.rollcall.instance;

import java.util.regex.Pattern;

/**
 * Where something is reached: a host and a TCP port.
 *
 * <p>The host is a name or an address, not resolved here. An IPv6 address is kept without brackets and written with them:
 * {@code [2001:db8::1]:8080}.
 *
 * @param host a name, an IPv4 or an IPv6 address; 255 characters at most
 * @param port 1 to 65535
 */
public record Endpoint(String host, int port) {

    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]+(%[A-Za-z0-9._-]+)?");

    /** Checks both. */
    public Endpoint {
        checkHost(host);
        if (port < 1 || port > 65_535) {
            String hint = port == 0 ? "; bind first and give the port that the socket got" : "";
            throw new IllegalArgumentException(
                    "the port of " + Checks.quoted(host) + " is " + port + ", not between 1 and 65535" + hint);
        }
    }

    /** A host and a port. The host may stand in brackets. */
    public static Endpoint of(String host, int port) {
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        return new Endpoint(bracketed ? host.substring(1, host.length() - 1) : host, port);
    }

    /** Reads {@code host:port}, with IPv6 addresses in brackets: {@code 10.0.0.7:8080}, {@code db.local:5432}, {@code [::1]:80}. */
    public static Endpoint of(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("the endpoint " + Checks.quoted(text) + " has no port; write host:port");
        }
        String host = text.substring(0, colon);
        if (host.indexOf(':') >= 0 && !(host.startsWith("[") && host.endsWith("]"))) {
            throw new IllegalArgumentException("the endpoint " + Checks.quoted(text)
                    + " has more than one ':'; write an IPv6 address in brackets, as in [::1]:80");
        }
        return of(host, parsePort(text, text.substring(colon + 1)));
    }

    private static int parsePort(String text, String port) {
        boolean digits = !port.isEmpty() && port.length() <= 5;
        for (int i = 0; i < port.length(); i++) {
            digits &= port.charAt(i) >= '0' && port.charAt(i) <= '9';
        }
        if (!digits) {
            throw new IllegalArgumentException("the port of the endpoint " + Checks.quoted(text)
                    + " is not a number from 1 to 65535; write host:port");
        }
        return Integer.parseInt(port);
    }

    private static void checkHost(String host) {
        Checks.name("the host of an endpoint", host, 255);
        boolean ipv6 = host.indexOf(':') >= 0;
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c == ' ' || Character.isISOControl(c) || "/[]@?#\\\"<>".indexOf(c) >= 0) {
                throw new IllegalArgumentException(
                        "the host " + Checks.quoted(host) + " has a " + Checks.quoted(String.valueOf(c))
                                + "; give a name or an address alone, without scheme, user or path");
            }
        }
        if (ipv6 && !IPV6.matcher(host).matches()) {
            throw new IllegalArgumentException("the host " + Checks.quoted(host)
                    + " has a ':' but is no IPv6 address; give host and port separately");
        }
    }

    /** {@code host:port}, an IPv6 address in brackets; what {@link #of(String)} reads. */
    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
