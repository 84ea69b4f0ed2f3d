package dev.rollcall.bench;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.PutRequest;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.RequestOp;
import dev.rollcall.etcd.proto.TxnRequest;
import dev.rollcall.etcd.proto.TxnResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A list of 100,000 keys with values of 100 bytes, in one answer. */
final class ListRow implements Row {
    private static final int KEYS = 100_000;
    private static final int AT_ONCE = 100;
    private static final int BOUND_SECONDS = 60;
    private static final ByteString VALUE = ByteString.copyFrom(new byte[100]);

    private final Set<Subject> filled = EnumSet.noneOf(Subject.class);

    @Override
    public String name() {
        return "list";
    }

    @Override
    public int turns() {
        return 9;
    }

    @Override
    public int warmUps() {
        return 4;
    }

    @Override
    public void measure(Subject subject, Lab lab, Sheet sheet) throws IOException, InterruptedException {
        Server server = lab.server(subject);
        try (Connections connections = Connections.open(server.port(), 1)) {
            KVGrpc.KVBlockingStub stub = KVGrpc.newBlockingStub(connections.of(0));
            if (filled.add(subject)) {
                fill(stub);
            }
            Duration cpu = server.cpu();
            long start = Time.nanos();
            int count = stub.withDeadlineAfter(BOUND_SECONDS, TimeUnit.SECONDS)
                    .range(RangeRequest.newBuilder()
                            .setKey(ByteString.copyFromUtf8("list/"))
                            .setRangeEnd(ByteString.copyFromUtf8("list0"))
                            .build())
                    .getKvsCount();
            double millis = 1e3 * Time.secondsSince(start);
            if (count != KEYS) {
                throw new IllegalStateException(subject + " lists " + count + " keys");
            }
            sheet.note(subject, "a list of 100,000 keys", "ms", Bar.AT_MOST_ETCD, millis);
            double worked = server.cpu().minus(cpu).toMillis();
            sheet.note(subject, "a list of 100,000 keys: processor time of the server", "ms", worked);
        }
    }

    private static void fill(KVGrpc.KVBlockingStub stub) {
        for (int first = 0; first < KEYS; first += AT_ONCE) {
            TxnRequest.Builder txn = TxnRequest.newBuilder();
            for (int i = first; i < first + AT_ONCE; i++) {
                txn.addSuccess(RequestOp.newBuilder()
                        .setRequestPut(PutRequest.newBuilder()
                                .setKey(ByteString.copyFromUtf8("list/%06d".formatted(i)))
                                .setValue(VALUE)));
            }
            TxnResponse unused =
                    stub.withDeadlineAfter(BOUND_SECONDS, TimeUnit.SECONDS).txn(txn.build());
        }
    }
}
