package dev.rollcall.fuzz;

import dev.rollcall.EnvironmentFuzz;
import dev.rollcall.cli.CommandLineFuzz;
import dev.rollcall.cli.OptionTextFuzz;
import dev.rollcall.cli.ShownTextFuzz;
import dev.rollcall.discovery.DiskViewFuzz;
import dev.rollcall.discovery.SnapshotFuzz;
import dev.rollcall.etcd.AnswerFuzz;
import dev.rollcall.etcd.DerFuzz;
import dev.rollcall.etcd.EndpointListFuzz;
import dev.rollcall.etcd.PemFuzz;
import dev.rollcall.etcd.WatchMessageFuzz;
import dev.rollcall.etcd.server.transport.GatewayJsonFuzz;
import dev.rollcall.etcd.server.transport.RequestFuzz;
import dev.rollcall.instance.EndpointTextFuzz;
import dev.rollcall.instance.InstanceFuzz;
import dev.rollcall.keyspace.JsonFuzz;
import dev.rollcall.keyspace.KeyFuzz;
import dev.rollcall.keyspace.KeyspaceTextFuzz;
import dev.rollcall.keyspace.OverlayFuzz;
import dev.rollcall.keyspace.PlainValueFuzz;
import dev.rollcall.keyspace.StandardValueFuzz;
import java.util.List;

/** All targets. */
final class Targets {

    static final List<Class<?>> ALL = List.of(
            JsonFuzz.class,
            StandardValueFuzz.class,
            PlainValueFuzz.class,
            OverlayFuzz.class,
            KeyFuzz.class,
            KeyspaceTextFuzz.class,
            EndpointTextFuzz.class,
            InstanceFuzz.class,
            EnvironmentFuzz.class,
            SnapshotFuzz.class,
            DiskViewFuzz.class,
            EndpointListFuzz.class,
            PemFuzz.class,
            DerFuzz.class,
            WatchMessageFuzz.class,
            AnswerFuzz.class,
            RequestFuzz.class,
            GatewayJsonFuzz.class,
            OptionTextFuzz.class,
            CommandLineFuzz.class,
            ShownTextFuzz.class);

    private Targets() {}

    /** The class's name without {@code Fuzz}. */
    static String name(Class<?> target) {
        return target.getSimpleName().replaceFirst("Fuzz$", "");
    }
}
