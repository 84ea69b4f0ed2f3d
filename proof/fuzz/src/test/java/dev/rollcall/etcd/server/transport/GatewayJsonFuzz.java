package dev.rollcall.etcd.server.transport;

import com.google.protobuf.Message;
import dev.rollcall.etcd.proto.PutRequest;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.TxnRequest;
import dev.rollcall.etcd.proto.WatchRequest;
import dev.rollcall.fuzz.Property;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Any text as the requests of a call by HTTP, after a byte that says of which: read or refused, and what was read is the same after writing and reading. */
public final class GatewayJsonFuzz {

    private static final List<Message> CALLS = List.of(
            TxnRequest.getDefaultInstance(),
            WatchRequest.getDefaultInstance(),
            RangeRequest.getDefaultInstance(),
            PutRequest.getDefaultInstance());

    private GatewayJsonFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length == 0) {
            return;
        }
        Message call = CALLS.get(Byte.toUnsignedInt(data[0]) % CALLS.size());
        JsonReader json = new JsonReader(new String(data, 1, data.length - 1, StandardCharsets.UTF_8));
        try {
            while (!json.atEnd()) {
                Message read = JsonMessages.read(json.next(), call);
                String written = JsonMessages.write(read);
                Property.same(read, JsonMessages.read(new JsonReader(written).next(), call));
            }
        } catch (IllegalArgumentException refused) {
            Property.holds(refused.getMessage() != null, () -> "refused without a word: " + refused);
        }
    }
}
