package dev.rollcall.keyspace;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.KeyRange;
import dev.rollcall.instance.InstanceId;
import java.util.Optional;

/**
 * The part of the store below one directory: keys {@code <root><service>/<id>}.
 *
 * @param root empty, or a text that ends in {@code /}
 */
record KeyTree(String root) {

    /** The tree below a directory, with or without a slash at its end; empty for the whole store. */
    static KeyTree at(String dir) {
        String bare = dir.endsWith("/") && dir.length() > 1 ? dir.substring(0, dir.length() - 1) : dir;
        if (bare.isEmpty() || bare.equals("/")) {
            return new KeyTree(bare);
        }
        try {
            InstanceId.checkService(bare.startsWith("/") ? bare.substring(1) : bare);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + Bytes.utf8(dir) + "' cannot be a directory of keys: " + e.getMessage(), e);
        }
        return new KeyTree(bare + "/");
    }

    /** This tree moved below a prefix. */
    KeyTree below(String prefix) {
        if (prefix.isEmpty()) {
            return this;
        }
        String parent = at(prefix).root;
        return new KeyTree(parent + (root.startsWith("/") ? root.substring(1) : root));
    }

    Bytes key(InstanceId identity) {
        Bytes key = Bytes.utf8(root + identity);
        if (isOverlay(key)) {
            throw new IllegalArgumentException("the instance " + identity + " would stand below " + OverlayFormat.DIR
                    + ", where overlays stand; choose another name, or a keyspace in a directory");
        }
        return key;
    }

    KeyRange all() {
        return KeyRange.prefix(root);
    }

    KeyRange service(String service) {
        InstanceId.checkService(service);
        return service.isEmpty() ? all() : KeyRange.prefix(root + service + "/");
    }

    Optional<InstanceId> identify(Bytes key) {
        if (!key.startsWith(Bytes.utf8(root)) || !key.isUtf8() || isOverlay(key)) {
            return Optional.empty();
        }
        String path = key.utf8().substring(root.length());
        int slash = path.lastIndexOf('/');
        if (slash == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(new InstanceId(slash < 0 ? "" : path.substring(0, slash), path.substring(slash + 1)));
        } catch (IllegalArgumentException foreign) {
            return Optional.empty();
        }
    }

    /** What a key is that {@link #identify} does not know. */
    Decoded foreign() {
        return new Decoded.Quarantined(null, "the key is not <service>/<id> below " + root);
    }

    /** In a tree that is the whole store overlays are nobody's keys. */
    private boolean isOverlay(Bytes key) {
        return !root.startsWith(OverlayFormat.DIR) && OverlayFormat.isOverlay(key);
    }
}
