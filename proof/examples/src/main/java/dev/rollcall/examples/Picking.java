package dev.rollcall.examples;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.instance.Instance;
import dev.rollcall.pick.Call;
import dev.rollcall.pick.ChannelCall;
import dev.rollcall.pick.ChannelFactory;
import dev.rollcall.pick.Channels;
import dev.rollcall.pick.InstanceFilter;
import dev.rollcall.pick.PickStrategy;
import dev.rollcall.pick.Picker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.time.Duration;

/** The code of docs/picking.md. */
final class Picking {

    private Picking() {}

    /** A transport. */
    @FunctionalInterface
    interface Transport {
        String send(Instance to) throws IOException;
    }

    /** A picker that is built once and kept. */
    static Picker picker(ServiceView users) {
        Picker picker = PickStrategy.leastLoaded()
                .where(InstanceFilter.version("2")
                        .and(InstanceFilter.tag("canary").negate()))
                .preferZone("eu-1a")
                .slowStart(Duration.ofSeconds(30))
                .over(users);
        return picker;
    }

    /** Out of service by hand, and back. */
    static void outAndBack(Rollcall rollcall) {
        rollcall.takeOut("user", "10.0.0.7:8080", "the disk is full");
        rollcall.resume("user", "10.0.0.7:8080");
    }

    /** A channel to each instance, and a call over one. */
    static void channels(ServiceView users, ChannelFactory.Opener<Socket> dial, byte[] request) {
        try (Channels<Socket> channels =
                Channels.over(users, PickStrategy.leastLoaded(), ChannelFactory.of(dial, Socket::close))) {
            channels.awaitOpen(1, Duration.ofSeconds(5));
            try (ChannelCall<Socket> call = channels.start()) {
                call.channel().getOutputStream().write(request);
            } catch (IOException e) {
                throw new UncheckedIOException("the call failed", e);
            }
        }
    }

    /** A call with one retry elsewhere. */
    static String call(Picker picker, Transport transport) throws IOException {
        try (Call call = picker.start()) {
            try {
                return transport.send(call.instance());
            } catch (IOException e) {
                call.failed(e);
                if (!call.retry()) {
                    throw e;
                }
            }
            try {
                return transport.send(call.instance());
            } catch (IOException e) {
                call.failed(e);
                throw e;
            }
        }
    }
}
