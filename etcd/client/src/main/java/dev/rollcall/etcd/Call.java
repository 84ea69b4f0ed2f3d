package dev.rollcall.etcd;

import io.grpc.MethodDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * A call with one answer, before it is made.
 *
 * @param method what is called
 * @param request what is asked
 * @param kind how it may be repeated
 * @param what the call and its key in words, for messages
 * @param endpoint the only member to ask; null for any
 */
record Call<Q, R>(
        MethodDescriptor<Q, R> method,
        Q request,
        Kind kind,
        String what,
        @Nullable Endpoint endpoint) {

    /** How a call may be repeated, and what it needs. */
    enum Kind {
        /** Changes nothing, and wants a member that has a leader. */
        READ,
        /** Changes nothing, and is answered by any member from what it has. */
        LOCAL_READ,
        /** Changes something: repeated only if it provably was not done. */
        WRITE,
        /** Changes something, and may be done twice without harm. */
        REPEATABLE,
        /** Asks for a token, and so carries none. */
        AUTHENTICATE;

        boolean wantsLeader() {
            return this == READ || this == WRITE || this == REPEATABLE;
        }

        boolean mayRepeat() {
            return this != WRITE;
        }
    }

    static <Q, R> Call<Q, R> of(MethodDescriptor<Q, R> method, Q request, Kind kind, String what) {
        return new Call<>(method, request, kind, what, null);
    }

    /** The same call to one member only. */
    Call<Q, R> at(Endpoint only) {
        return new Call<>(method, request, kind, what, only);
    }
}
