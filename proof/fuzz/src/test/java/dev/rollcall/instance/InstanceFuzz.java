package dev.rollcall.instance;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.fuzz.Input;
import dev.rollcall.fuzz.Property;
import dev.rollcall.keyspace.Decoded;
import dev.rollcall.keyspace.Keyspace;
import java.util.List;

/** Any instance that can be built: {@code decode(encode(x))} is x, in both keyspaces as far as they can say it. */
public final class InstanceFuzz {

    private InstanceFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        Instance instance;
        try {
            instance = build(new Input(data));
        } catch (IllegalArgumentException e) {
            Property.printable(String.valueOf(e.getMessage()), 1_500);
            return;
        }
        if (!instance.hasEndpoint() && readsAsEndpoint(instance.text())) {
            return; // A text that is host:port is one to every reader: the format has no way to say otherwise.
        }
        Keyspace standard = Keyspace.standard();
        if (!instance.service().isEmpty() && !instance.text().isEmpty()) {
            Bytes key = standard.key(instance.identity());
            Property.same(instance.identity(), standard.identify(key).orElseThrow());
            Property.same(new Decoded.Readable(instance), standard.decode(key, standard.encode(instance)));
        }
        Keyspace plain = Keyspace.plain("/service");
        Bytes key = plain.key(instance.identity());
        Decoded.Readable read = (Decoded.Readable) plain.decode(key, plain.encode(instance));
        Property.same(instance.identity(), read.instance().identity());
        Property.same(instance.text(), read.instance().text());
        Property.same(instance.hasEndpoint(), read.instance().hasEndpoint());
    }

    private static boolean readsAsEndpoint(String text) {
        try {
            Endpoint.of(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Instance build(Input input) {
        InstanceBuilder builder = Instance.builder(input.text());
        while (input.hasMore()) {
            switch (input.below(10)) {
                case 0 -> builder.endpoint(input.text());
                case 1 -> builder.text(input.text());
                case 2 -> builder.zone(input.text());
                case 3 -> builder.weight(input.next() << 8 | input.next());
                case 4 -> builder.version(input.text());
                case 5 -> builder.tag(input.text());
                case 6 -> builder.metadata(input.text(), input.text());
                case 7 -> builder.endpoint(input.text(), input.text());
                case 8 ->
                    builder.status(List.of(InstanceStatus.UP, InstanceStatus.PAUSED, InstanceStatus.LEAVING)
                                    .get(input.below(3)))
                            .secure(input.below(2) == 1);
                default -> builder.id(input.text());
            }
        }
        return builder.build();
    }
}
