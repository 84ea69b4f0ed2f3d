package dev.rollcall.etcd.server.transport;

import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpResponse;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponseStatus;

/** Refusals in the words and codes of etcd's gateway. */
final class GatewayErrors {
    private GatewayErrors() {}

    /** Of a call that answers once. */
    static FullHttpResponse answer(Status status) {
        String text = text(status);
        return HttpAnswer.json(
                http(status.getCode()),
                "{\"error\":" + text + ",\"code\":" + status.getCode().value() + ",\"message\":" + text + "}");
    }

    /** Of a stream that ends before its first answer. */
    static FullHttpResponse streamAnswer(Status status) {
        return HttpAnswer.json(http(status.getCode()), streamError(status));
    }

    /** The last line of a stream. */
    static String streamError(Status status) {
        HttpResponseStatus http = http(status.getCode());
        return "{\"error\":{\"grpc_code\":" + status.getCode().value() + ",\"http_code\":" + http.code()
                + ",\"message\":" + text(status) + ",\"http_status\":" + JsonMessages.quoted(http.reasonPhrase())
                + "}}";
    }

    private static String text(Status status) {
        String description = status.getDescription();
        return JsonMessages.quoted(description == null ? "" : description);
    }

    private static HttpResponseStatus http(Status.Code code) {
        return switch (code) {
            case OK -> HttpResponseStatus.OK;
            case CANCELLED -> HttpResponseStatus.REQUEST_TIMEOUT;
            case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> HttpResponseStatus.BAD_REQUEST;
            case DEADLINE_EXCEEDED -> HttpResponseStatus.GATEWAY_TIMEOUT;
            case NOT_FOUND -> HttpResponseStatus.NOT_FOUND;
            case ALREADY_EXISTS, ABORTED -> HttpResponseStatus.CONFLICT;
            case PERMISSION_DENIED -> HttpResponseStatus.FORBIDDEN;
            case UNAUTHENTICATED -> HttpResponseStatus.UNAUTHORIZED;
            case RESOURCE_EXHAUSTED -> HttpResponseStatus.TOO_MANY_REQUESTS;
            case UNIMPLEMENTED -> HttpResponseStatus.NOT_IMPLEMENTED;
            case UNAVAILABLE -> HttpResponseStatus.SERVICE_UNAVAILABLE;
            case UNKNOWN, INTERNAL, DATA_LOSS -> HttpResponseStatus.INTERNAL_SERVER_ERROR;
        };
    }
}
