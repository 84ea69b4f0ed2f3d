package dev.rollcall.etcd;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The address of one member.
 *
 * @param host a name or a literal address; an IPv6 one in brackets
 * @param port its client port
 * @param secure whether it speaks TLS
 */
record Endpoint(String host, int port, boolean secure) {

    private static final int DEFAULT_PORT = 2379;
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+(%[A-Za-z0-9._-]+)?]");

    /** Reads endpoints; each text may be a list with commas. A single one given twice counts once. */
    static List<Endpoint> parseAll(String... texts) {
        Set<Endpoint> endpoints = new LinkedHashSet<>();
        for (String text : texts) {
            for (String one : text.split(",", -1)) {
                if (!one.isBlank()) {
                    endpoints.add(parse(one.strip()));
                }
            }
        }
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("no endpoint given; give at least one, such as http://127.0.0.1:2379");
        }
        return new ArrayList<>(endpoints);
    }

    /** Reads {@code http://host:port}, {@code https://host:port}, {@code host:port} or {@code host}. */
    static Endpoint parse(String text) {
        String rest = text;
        boolean secure = false;
        int scheme = text.indexOf("://");
        if (scheme >= 0) {
            String name = text.substring(0, scheme).toLowerCase(Locale.ROOT);
            if (!name.equals("http") && !name.equals("https")) {
                throw wrong(text, "the scheme is http or https");
            }
            secure = name.equals("https");
            rest = text.substring(scheme + 3);
        }
        if (rest.endsWith("/")) {
            rest = rest.substring(0, rest.length() - 1);
        }
        if (rest.indexOf('@') >= 0) {
            throw new IllegalArgumentException("an endpoint has no user or password in it; give them as credentials");
        }
        if (rest.indexOf('/') >= 0) {
            throw wrong(text, "it has no path");
        }
        int colon = rest.lastIndexOf(':');
        boolean bare = colon < 0 || rest.endsWith("]");
        String host = bare ? rest : rest.substring(0, colon);
        if (host.isEmpty() || (host.indexOf(':') >= 0 && !(host.startsWith("[") && host.endsWith("]")))) {
            throw wrong(text, "it needs a host, an IPv6 address in brackets");
        }
        if (!HOST.matcher(host).matches()) {
            throw wrong(text, "its host is a name of letters, digits, dots and hyphens, or an address");
        }
        return new Endpoint(host, bare ? DEFAULT_PORT : port(text, rest.substring(colon + 1)), secure);
    }

    private static int port(String text, String digits) {
        try {
            int port = Integer.parseInt(digits);
            if (port > 0 && port < 65536) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw wrong(text, "the port is a number");
        }
        throw wrong(text, "the port lies between 1 and 65535");
    }

    private static IllegalArgumentException wrong(String text, String why) {
        return new IllegalArgumentException(
                "not an endpoint: " + Bytes.utf8(text) + " (" + why + "); write http://host:port or https://host:port");
    }

    /** How gRPC names it: as the path of a URI, in which brackets stand escaped. */
    String target() {
        String escaped = host.replace("%", "%25").replace("[", "%5B").replace("]", "%5D");
        return "dns:///" + escaped + ":" + port;
    }

    @Override
    public String toString() {
        return (secure ? "https://" : "http://") + host + ":" + port;
    }
}
