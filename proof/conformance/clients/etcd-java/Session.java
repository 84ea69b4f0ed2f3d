import com.google.protobuf.ByteString;
import com.ibm.etcd.api.KeyValue;
import com.ibm.etcd.api.RangeRequest.SortOrder;
import com.ibm.etcd.api.RangeRequest.SortTarget;
import com.ibm.etcd.client.EtcdClient;
import com.ibm.etcd.client.kv.KvClient;
import com.ibm.etcd.client.lease.LeaseClient;
import com.ibm.etcd.client.utils.RangeCache;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** A session of IBM's etcd-java: each step is printed with what came of it. */
final class Session {

    private final String[] address = System.getenv("ENDPOINT").split(":");
    private final EtcdClient client = builder().build();
    private final KvClient kv = client.getKvClient();

    public static void main(String[] args) throws Exception {
        Session session = new Session();
        session.keys();
        session.watches();
        session.leases();
        session.locks();
        session.accounts();
        session.client.close();
        System.exit(0);
    }

    private EtcdClient.Builder builder() {
        return EtcdClient.forEndpoint(address[0], Integer.parseInt(address[1])).withPlainText();
    }

    private static void step(String name, Callable<Object> action) {
        System.out.println("$ " + name);
        try {
            System.out.println(action.call());
        } catch (Exception e) {
            System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    private static ByteString b(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static String kv(KeyValue kv) {
        return kv.getKey().toStringUtf8() + "=" + kv.getValue().toStringUtf8() + " v" + kv.getVersion() + " c" + kv.getCreateRevision()
                + " m" + kv.getModRevision();
    }

    private static List<String> kvs(List<KeyValue> all) {
        return all.stream().map(Session::kv).toList();
    }

    private void keys() {
        step("put", () -> kv.put(b("foo"), b("bar")).sync().getHeader().getRevision());
        step("put with the previous", () -> kv(kv.put(b("foo"), b("bar2")).prevKv().sync().getPrevKv()));
        step("put without a key", () -> kv.put(b(""), b("bar")).sync());
        step("put under no lease", () -> kv.put(b("foo"), b("bar"), 99).sync());
        step("get", () -> kvs(kv.get(b("foo")).sync().getKvsList()));
        step("get nothing", () -> kv.get(b("nothing")).sync().getCount());
        for (int i = 0; i < 5; i++) {
            String key = "a/" + i;
            step("put " + key, () -> kv.put(b(key), b(key)).sync().getHeader().getRevision());
        }
        step("prefix", () -> kvs(kv.get(b("a/")).asPrefix().sync().getKvsList()));
        step("prefix, sorted", () -> kvs(kv.get(b("a/")).asPrefix().sorted(SortTarget.MOD, SortOrder.DESCEND).limit(2).sync().getKvsList()));
        step("count", () -> kv.get(b("a/")).asPrefix().countOnly().sync().getCount());
        step("keys only", () -> kvs(kv.get(b("a/")).asPrefix().keysOnly().sync().getKvsList()));
        step("an old revision", () -> kvs(kv.get(b("foo")).revision(2).sync().getKvsList()));
        step("a future revision", () -> kv.get(b("foo")).revision(999).sync());
        step("delete", () -> kv.delete(b("a/0")).sync().getDeleted());
        step("delete again", () -> kv.delete(b("a/0")).sync().getDeleted());
        step("delete prefix", () -> kvs(kv.delete(b("a/")).asPrefix().prevKv().sync().getPrevKvsList()));
        step("txn", () -> kv.txnIf().cmpEqual(b("foo")).version(2).then().put(kv.put(b("foo"), b("won")).asRequest())
                .elseDo().delete(kv.delete(b("foo")).asRequest()).sync().getSucceeded());
        step("txn, the other way", () -> kv.txnIf().cmpLess(b("foo")).value(b("a")).then().put(kv.put(b("foo"), b("won")).asRequest())
                .elseDo().get(kv.get(b("foo")).asRequest()).sync().getResponsesCount());
        step("batch", () -> kv.batch().put(kv.put(b("x"), b("1")).asRequest()).put(kv.put(b("y"), b("2")).asRequest()).sync().getResponsesCount());
        step("a batch that writes twice", () -> kv.batch().put(kv.put(b("x"), b("1")).asRequest()).put(kv.put(b("x"), b("2")).asRequest()).sync());
    }

    private void watches() {
        step("watch", () -> {
            List<String> heard = new ArrayList<>();
            long next = kv.get(b("w/")).sync().getHeader().getRevision() + 1;
            try (var watch = kv.watch(b("w/")).asPrefix().prevKv().startRevision(next).start()) {
                kv.put(b("w/1"), b("one")).sync();
                kv.put(b("w/1"), b("two")).sync();
                kv.delete(b("w/1")).sync();
                while (heard.size() < 3) {
                    watch.next().getEvents().forEach(e -> heard.add(e.getType() + " " + kv(e.getKv()) + " was " + kv(e.getPrevKv())));
                }
            }
            return heard;
        });
        step("watch from the beginning", () -> {
            List<String> heard = new ArrayList<>();
            try (var watch = kv.watch(b("foo")).startRevision(2).start()) {
                while (heard.size() < 3) {
                    watch.next().getEvents().forEach(e -> heard.add(e.getType() + " " + kv(e.getKv())));
                }
            }
            return heard;
        });
        step("a cache of a range", () -> {
            kv.put(b("c/1"), b("one")).sync();
            try (RangeCache cache = new RangeCache(client, b("c/"), false)) {
                cache.start().get(20, TimeUnit.SECONDS);
                String before = kv(cache.get(b("c/1")));
                boolean put = cache.put(b("c/2"), b("two"), 0).succ();
                boolean again = cache.put(b("c/2"), b("three"), 0).succ();
                return before + " " + put + " " + again + " " + cache.delete(b("c/1"));
            }
        });
    }

    private void leases() {
        LeaseClient leases = client.getLeaseClient();
        step("lease of a number", () -> leases.grant(30).leaseId(77).sync().getTTL());
        step("the same again", () -> leases.grant(30).leaseId(77).sync());
        step("put under it", () -> kv.put(b("leased"), b("1"), 77).sync().getHeader().getRevision());
        step("renew", () -> leases.keepAliveOnce(77).get(20, TimeUnit.SECONDS).getTTL());
        step("time", () -> leases.ttl(77, true).get(20, TimeUnit.SECONDS).getKeysList().size());
        step("revoke", () -> leases.revoke(77).get(20, TimeUnit.SECONDS) != null && kv.get(b("leased")).sync().getCount() == 0);
        step("revoke again", () -> leases.revoke(77).get(20, TimeUnit.SECONDS));
        step("a lease that lasts", () -> {
            try (var lasting = leases.maintain().minTtl(5).keepAliveFreq(4).start()) {
                long id = lasting.get(20, TimeUnit.SECONDS);
                kv.put(b("leased"), b("2"), id).sync();
                return lasting.getState() + " " + kv.get(b("leased")).sync().getCount();
            }
        });
        step("and ended with its owner", () -> {
            for (int i = 0; i < 100 && kv.get(b("leased")).sync().getCount() > 0; i++) {
                Thread.sleep(100);
            }
            return kv.get(b("leased")).sync().getCount();
        });
    }

    private void locks() {
        var locks = client.getLockClient();
        step("lock", () -> {
            var held = locks.lock(b("mutex")).sync();
            long there = kv.get(held.getKey()).sync().getCount();
            locks.unlock(held.getKey()).sync();
            return there + " " + kv.get(held.getKey()).sync().getCount();
        });
    }

    /** The client administers no users: what it does as one is shown after somebody else has made them. */
    private void accounts() throws Exception {
        for (String command : List.of("user add root:canary-1", "user add joe:canary-2", "user grant-role root root", "role add reader",
                "role grant-permission --prefix reader readwrite pub/", "user grant-role joe reader", "auth enable")) {
            List<String> line = new ArrayList<>(List.of(System.getenv("ETCDCTL"), "--endpoints", System.getenv("ENDPOINT")));
            line.addAll(List.of(command.split(" ")));
            new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        }
        step("nobody", () -> kv.get(b("foo")).sync());
        try (EtcdClient joe = builder().withCredentials("joe", "canary-2").build()) {
            step("joe writes", () -> joe.getKvClient().put(b("pub/x"), b("1")).sync().hasHeader());
            step("joe is denied", () -> joe.getKvClient().get(b("foo")).sync());
        }
        try (EtcdClient wrong = builder().withCredentials("joe", "canary-3").build()) {
            step("a wrong password", () -> wrong.getKvClient().get(b("pub/x")).timeout(5000).sync());
        }
    }
}
