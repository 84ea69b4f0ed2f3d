package dev.rollcall.grpc;

import dev.rollcall.instance.Instance;
import io.grpc.Attributes;

/** What an address of a channel says of the instance behind it, for load balancers: {@code addressGroup.getAttributes().get(INSTANCE)}. */
public final class InstanceAttributes {

    /** The instance as it registered itself: id, weight, zone, version, tags and metadata. */
    public static final Attributes.Key<Instance> INSTANCE = Attributes.Key.create("dev.rollcall.instance");

    private InstanceAttributes() {}
}
