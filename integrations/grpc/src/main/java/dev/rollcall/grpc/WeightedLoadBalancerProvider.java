package dev.rollcall.grpc;

import io.grpc.LoadBalancer;
import io.grpc.LoadBalancerProvider;
import io.grpc.NameResolver.ConfigOrError;
import io.grpc.Status;
import java.util.Map;

/**
 * Makes the load balancing policy {@value #NAME}; found by {@link java.util.ServiceLoader}, not for use by hand.
 *
 * <p>Calls are spread by the weights that instances registered. An instance whose calls fail is left out for a while, one that is fresh gets its share slowly,
 * and the own zone comes first where one is named. A service config may say, each with its default:
 *
 * <pre>{@code
 * {"loadBalancingConfig": [{"rollcall_weighted": {"zone": "eu-1a", "slowStart": "30s", "ejection": true}}]}
 * }</pre>
 */
public final class WeightedLoadBalancerProvider extends LoadBalancerProvider {

    /** What service configs and {@code defaultLoadBalancingPolicy} call it. */
    public static final String NAME = "rollcall_weighted";

    /** Used by {@link java.util.ServiceLoader}. */
    public WeightedLoadBalancerProvider() {}

    @Override
    public boolean isAvailable() {
        return true;
    }

    @Override
    public int getPriority() {
        return 5;
    }

    @Override
    public String getPolicyName() {
        return NAME;
    }

    @Override
    public LoadBalancer newLoadBalancer(LoadBalancer.Helper helper) {
        return new WeightedLoadBalancer(helper);
    }

    @Override
    public ConfigOrError parseLoadBalancingPolicyConfig(Map<String, ?> config) {
        try {
            return ConfigOrError.fromConfig(WeightedConfig.parse(config));
        } catch (IllegalArgumentException e) {
            return ConfigOrError.fromError(Status.UNAVAILABLE
                    .withDescription(NAME + ": " + e.getMessage())
                    .withCause(e));
        }
    }
}
