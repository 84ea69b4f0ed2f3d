package dev.rollcall.etcd.server.transport;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.rollcall.etcd.proto.DeleteRangeRequest;
import dev.rollcall.etcd.proto.PutRequest;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.ResponseHeader;
import dev.rollcall.etcd.proto.TxnRequest;
import dev.rollcall.etcd.proto.WatchCreateRequest;
import dev.rollcall.etcd.server.machine.Command;
import dev.rollcall.etcd.server.machine.Machine;
import dev.rollcall.etcd.server.machine.Op;
import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.fuzz.Input;
import dev.rollcall.fuzz.Property;

/** Any requests one after the other: each is carried out or refused in etcd's words; one raises the revision by one at most, a refused one never. */
public final class RequestFuzz {

    private RequestFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        Input input = new Input(data);
        Machine machine = new Machine();
        for (int i = 0; input.hasMore() && i < 64; i++) {
            long before = machine.store().revision();
            boolean refused = false;
            try {
                carryOut(machine, input, i * 1_000_000_000L);
            } catch (Refusal e) {
                refused = true;
            } catch (InvalidProtocolBufferException e) {
                return;
            }
            long raised = machine.store().revision() - before;
            long most = refused ? 0 : 1;
            Property.holds(raised >= 0 && raised <= most, () -> "the revision rose by " + raised + " of " + most);
        }
    }

    private static void carryOut(Machine machine, Input input, long now) throws InvalidProtocolBufferException {
        int kind = input.below(10);
        byte[] message = input.bytes(input.next());
        switch (kind) {
            case 0 -> execute(machine, FromWire.put(PutRequest.parseFrom(message)), now);
            case 1 -> execute(machine, FromWire.delete(DeleteRangeRequest.parseFrom(message)), now);
            case 2 -> execute(machine, FromWire.txn(TxnRequest.parseFrom(message)), now);
            case 3 -> read(machine, RangeRequest.parseFrom(message));
            case 4 -> FromWire.watch(WatchCreateRequest.parseFrom(message));
            case 5 -> machine.apply(new Command.Compact(new Input(message).below(16)), now);
            case 6 -> machine.apply(new Command.Grant(1 + new Input(message).below(4), number(message)), now);
            case 7 -> machine.apply(new Command.Revoke(new Input(message).below(4)), now);
            case 8 -> machine.apply(new Command.Renew(new Input(message).below(4)), now);
            default -> machine.apply(new Command.Expire(), now);
        }
    }

    /** A time to live: often a small one, sometimes any. */
    private static long number(byte[] message) {
        Input input = new Input(message);
        input.next();
        return message.length > 8 ? input.number() : 1 + input.below(60);
    }

    private static void execute(Machine machine, Op op, long now) {
        Machine.check(op);
        machine.apply(new Command.Execute(op), now);
    }

    private static void read(Machine machine, RangeRequest request) {
        Op.Range range = new Op.Range(FromWire.query(request));
        Machine.check(range);
        ToWire.range(ResponseHeader.getDefaultInstance(), machine.store().range(range.query()));
    }
}
