package dev.rollcall.etcd;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.rollcall.etcd.proto.DeleteRangeResponse;
import dev.rollcall.etcd.proto.LeaseGrantResponse;
import dev.rollcall.etcd.proto.LeaseTimeToLiveResponse;
import dev.rollcall.etcd.proto.PutResponse;
import dev.rollcall.etcd.proto.RangeResponse;
import dev.rollcall.etcd.proto.StatusResponse;
import dev.rollcall.etcd.proto.TxnResponse;
import dev.rollcall.fuzz.Input;
import dev.rollcall.fuzz.Property;
import io.grpc.Status;

/** Any message as a store's answer, and any text as its refusal: taken, or an {@link EtcdException}. */
public final class AnswerFuzz {

    private static final Endpoint MEMBER = Endpoint.parse("http://127.0.0.1:2379");

    private AnswerFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        Input input = new Input(data);
        int kind = input.below(9);
        try {
            switch (kind) {
                case 0 -> Wire.range(RangeResponse.parseFrom(input.rest()));
                case 1 -> Wire.put(PutResponse.parseFrom(input.rest()));
                case 2 -> Wire.delete(DeleteRangeResponse.parseFrom(input.rest()));
                case 3 -> Wire.txn(TxnResponse.parseFrom(input.rest()));
                case 4 -> Wire.grant(LeaseGrantResponse.parseFrom(input.rest()), 0);
                case 5 -> Wire.timeToLive(LeaseTimeToLiveResponse.parseFrom(input.rest()));
                case 6 -> Wire.status(MEMBER, StatusResponse.parseFrom(input.rest()));
                default -> refusal(input);
            }
        } catch (InvalidProtocolBufferException | EtcdException e) {
            Property.holds(e.getMessage() != null, () -> "a failure without words");
        }
    }

    private static void refusal(Input input) {
        Status status = Status.fromCodeValue(input.below(17)).withDescription(input.restAsText());
        Errors.Failure failure = Errors.classify(status);
        Property.holds(!failure.text().isBlank(), () -> "a failure without words");
        EtcdException failed = Errors.of(failure, failure.code(), "get", MEMBER);
        Property.same(failure.code(), failed.code());
        Property.printable(String.valueOf(failed.getMessage()), 3_000);
        Property.printable(String.valueOf(Errors.connecting(MEMBER, failure).getMessage()), 3_000);
    }
}
