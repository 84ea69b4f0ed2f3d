package dev.rollcall.etcd.server.mvcc;

/** Why a request is not carried out, in etcd's own words. Nothing was changed. It has no stack trace: it is an answer, not a bug. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    public Refusal(Reason reason) {
        super(reason.text, null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** The classes of refusals, named as gRPC's status codes. */
    public enum Code {
        INVALID_ARGUMENT,
        OUT_OF_RANGE,
        NOT_FOUND,
        FAILED_PRECONDITION,
        PERMISSION_DENIED,
        UNAUTHENTICATED,
        UNKNOWN,
        RESOURCE_EXHAUSTED,
        UNAVAILABLE,
        DATA_LOSS
    }

    /** Every reason there is, with code and text exactly as etcd 3.5.16 sends them, for clients match on the text. */
    public enum Reason {
        KEY_NOT_PROVIDED(Code.INVALID_ARGUMENT, "etcdserver: key is not provided"),
        KEY_NOT_FOUND(Code.INVALID_ARGUMENT, "etcdserver: key not found"),
        VALUE_PROVIDED(Code.INVALID_ARGUMENT, "etcdserver: value is provided"),
        LEASE_PROVIDED(Code.INVALID_ARGUMENT, "etcdserver: lease is provided"),
        TOO_MANY_OPERATIONS(Code.INVALID_ARGUMENT, "etcdserver: too many operations in txn request"),
        DUPLICATE_KEY(Code.INVALID_ARGUMENT, "etcdserver: duplicate key given in txn request"),
        REQUEST_TOO_LARGE(Code.INVALID_ARGUMENT, "etcdserver: request is too large"),
        /** From 3.6; 3.5.16 dies of such a request. */
        INVALID_SORT_OPTION(Code.INVALID_ARGUMENT, "etcdserver: invalid sort option"),
        COMPACTED(Code.OUT_OF_RANGE, "etcdserver: mvcc: required revision has been compacted"),
        FUTURE_REVISION(Code.OUT_OF_RANGE, "etcdserver: mvcc: required revision is a future revision"),
        LEASE_TTL_TOO_LARGE(Code.OUT_OF_RANGE, "etcdserver: too large lease TTL"),
        LEASE_NOT_FOUND(Code.NOT_FOUND, "etcdserver: requested lease not found"),
        LEASE_EXISTS(Code.FAILED_PRECONDITION, "etcdserver: lease already exists"),
        AUTH_NOT_ENABLED(Code.FAILED_PRECONDITION, "etcdserver: authentication is not enabled"),
        LOCK_LOST(Code.UNKNOWN, "mutex: session is expired"),
        NOT_LEADER(Code.UNKNOWN, "election: not leader"),
        NO_LEADER(Code.UNKNOWN, "election: no leader"),
        LEADER_NOT_PROVIDED(Code.UNKNOWN, "\"leader\" field must be provided"),
        ROOT_USER_MISSING(Code.FAILED_PRECONDITION, "etcdserver: root user does not exist"),
        ROOT_ROLE_MISSING(Code.FAILED_PRECONDITION, "etcdserver: root user does not have root role"),
        USER_EXISTS(Code.FAILED_PRECONDITION, "etcdserver: user name already exists"),
        USER_EMPTY(Code.INVALID_ARGUMENT, "etcdserver: user name is empty"),
        USER_NOT_FOUND(Code.FAILED_PRECONDITION, "etcdserver: user name not found"),
        ROLE_EXISTS(Code.FAILED_PRECONDITION, "etcdserver: role name already exists"),
        ROLE_NOT_FOUND(Code.FAILED_PRECONDITION, "etcdserver: role name not found"),
        ROLE_EMPTY(Code.INVALID_ARGUMENT, "etcdserver: role name is empty"),
        ROLE_NOT_GRANTED(Code.FAILED_PRECONDITION, "etcdserver: role is not granted to the user"),
        PERMISSION_NOT_GRANTED(Code.FAILED_PRECONDITION, "etcdserver: permission is not granted to the role"),
        PERMISSION_NOT_GIVEN(Code.INVALID_ARGUMENT, "etcdserver: permission not given"),
        PERMISSION_DENIED(Code.PERMISSION_DENIED, "etcdserver: permission denied"),
        INVALID_AUTH_MANAGEMENT(Code.INVALID_ARGUMENT, "etcdserver: invalid auth management"),
        INVALID_AUTH_TOKEN(Code.UNAUTHENTICATED, "etcdserver: invalid auth token"),
        AUTH_OLD_REVISION(Code.INVALID_ARGUMENT, "etcdserver: revision of auth store is old"),
        LOGIN_FAILED(Code.INVALID_ARGUMENT, "etcdserver: authentication failed, invalid user ID or password"),
        NO_PASSWORD_USER(Code.UNKNOWN, "auth: authentication failed, password was given for no password user"),
        PASSWORD_TOO_LONG(Code.UNKNOWN, "bcrypt: password length exceeds 72 bytes"),
        TOO_MANY_REQUESTS(Code.UNKNOWN, "etcdserver: too many requests"),
        MEMBER_URLS_INVALID(Code.INVALID_ARGUMENT, "etcdserver: given member URLs are invalid"),
        MEMBER_URLS_TAKEN(Code.FAILED_PRECONDITION, "etcdserver: Peer URLs already exists"),
        MEMBER_NOT_FOUND(Code.NOT_FOUND, "etcdserver: member not found"),
        MEMBER_NOT_LEARNER(Code.FAILED_PRECONDITION, "etcdserver: can only promote a learner member"),
        TOO_FEW_MEMBERS(Code.UNKNOWN, "etcdserver: re-configuration failed due to not enough started members"),
        UNHEALTHY_CLUSTER(Code.UNAVAILABLE, "etcdserver: unhealthy cluster"),
        BAD_TRANSFEREE(Code.FAILED_PRECONDITION, "etcdserver: bad leader transferee"),
        DOWNGRADE_VERSION_FORMAT(Code.INVALID_ARGUMENT, "etcdserver: wrong downgrade target version format"),
        DOWNGRADE_VERSION(Code.INVALID_ARGUMENT, "etcdserver: invalid downgrade target version"),
        NO_DOWNGRADE(Code.FAILED_PRECONDITION, "etcdserver: no inflight downgrade job"),
        UNKNOWN_METHOD(Code.UNKNOWN, "etcdserver: unknown method"),
        CORRUPT(Code.DATA_LOSS, "etcdserver: corrupt cluster"),
        NO_SPACE(Code.RESOURCE_EXHAUSTED, "etcdserver: mvcc: database space exceeded"),
        /** It may be done, or may not. */
        TIMED_OUT(Code.UNAVAILABLE, "etcdserver: request timed out"),
        STOPPED(Code.UNAVAILABLE, "etcdserver: server stopped");

        private final Code code;
        private final String text;

        Reason(Code code, String text) {
            this.code = code;
            this.text = text;
        }

        public Code code() {
            return code;
        }

        public String text() {
            return text;
        }
    }
}
