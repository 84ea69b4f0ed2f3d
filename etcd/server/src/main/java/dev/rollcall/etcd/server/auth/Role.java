package dev.rollcall.etcd.server.auth;

import java.util.List;

/**
 * A role.
 *
 * @param permissions sorted by their first key
 */
public record Role(String name, List<Permission> permissions) {}
