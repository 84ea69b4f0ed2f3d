package dev.rollcall.grpc;

import dev.rollcall.Rollcall;
import dev.rollcall.etcd.testkit.EtcdExtension;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A store, a Rollcall that is shared for targets, and whatever is opened, gone after each test. */
class GrpcScaffold {

    @RegisterExtension
    static final EtcdExtension etcd = EtcdExtension.embedded();

    static final Duration SOON = Duration.ofSeconds(10);

    private final List<AutoCloseable> opened = new ArrayList<>();
    Rollcall rollcall;

    @BeforeEach
    void share() {
        rollcall = open(Rollcall.builder(endpoint()).closeAtShutdown(false).connect());
        RollcallTargets.share(rollcall);
    }

    @AfterEach
    void closeAll() throws Exception {
        RollcallTargets.unshare("");
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    static String endpoint() {
        return etcd.endpoints().get(0);
    }

    <T extends AutoCloseable> T open(T resource) {
        opened.add(resource);
        return resource;
    }

    ManagedChannel channel(String target) {
        return opened(builder(target).defaultLoadBalancingPolicy("round_robin"));
    }

    static ManagedChannelBuilder<?> builder(String target) {
        return Grpc.newChannelBuilder(target, InsecureChannelCredentials.create());
    }

    ManagedChannel opened(ManagedChannelBuilder<?> builder) {
        ManagedChannel channel = builder.build();
        opened.add(channel::shutdownNow);
        return channel;
    }
}
