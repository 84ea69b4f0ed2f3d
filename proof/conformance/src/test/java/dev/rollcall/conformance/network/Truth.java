package dev.rollcall.conformance.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.discovery.ServiceView;
import dev.rollcall.etcd.EtcdClient;
import dev.rollcall.etcd.EtcdError;
import dev.rollcall.etcd.EtcdException;
import dev.rollcall.instance.Instance;
import java.util.Set;
import java.util.stream.Collectors;

/** What a store holds and what a view shows of it, in the same words; in the plain format. */
final class Truth {

    private Truth() {}

    static Set<String> stored(EtcdClient operator, String dir) {
        return operator.kv().ls(dir).stream()
                .map(kv -> kv.key().utf8() + "=" + kv.value().utf8())
                .collect(Collectors.toSet());
    }

    static Set<String> shown(ServiceView view) {
        return view.snapshot().instances().stream()
                .map(found -> found.key().utf8() + "=" + value(found.instance()))
                .collect(Collectors.toSet());
    }

    private static String value(Instance instance) {
        return instance.hasEndpoint() ? instance.endpoint().toString() : instance.text();
    }

    /** Compacts, with one more write, so that what was missed can only be learnt from a list. */
    static void forgetThePast(EtcdClient operator, String key) {
        try {
            operator.kv().compact(operator.kv().put(key, "x").header().revision());
        } catch (EtcdException e) {
            assertThat(e.code()).as("another trial did it").isEqualTo(EtcdError.COMPACTED);
        }
    }
}
