import static java.nio.charset.StandardCharsets.UTF_8;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.auth.Permission;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.LeaseOption;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.options.WatchOption;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A session of jetcd: each step is printed with what came of it. */
final class Session {

    private final String endpoint = "http://" + System.getenv("ENDPOINT");
    private final Client client = Client.builder().endpoints(endpoint).build();

    public static void main(String[] args) throws Exception {
        Session session = new Session();
        session.keys();
        session.watches();
        session.leases();
        session.others();
        session.accounts();
        session.client.close();
        System.exit(0);
    }

    private static void step(String name, Callable<Object> action) {
        System.out.println("$ " + name);
        try {
            System.out.println(action.call());
        } catch (ExecutionException e) {
            System.out.println(e.getCause().getClass().getSimpleName() + ": " + e.getCause().getMessage());
        } catch (Exception e) {
            System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    private static ByteSequence b(String text) {
        return ByteSequence.from(text, UTF_8);
    }

    private static String kv(KeyValue kv) {
        return kv.getKey() + "=" + kv.getValue() + " v" + kv.getVersion() + " c" + kv.getCreateRevision() + " m" + kv.getModRevision();
    }

    private static List<String> kvs(List<KeyValue> all) {
        return all.stream().map(Session::kv).toList();
    }

    private void keys() {
        var kv = client.getKVClient();
        step("put", () -> kv.put(b("foo"), b("bar")).get().hasPrevKv());
        step("put with the previous", () -> kv(kv.put(b("foo"), b("bar2"), PutOption.builder().withPrevKV().build()).get().getPrevKv()));
        step("put without a key", () -> kv.put(b(""), b("bar")).get());
        step("put under no lease", () -> kv.put(b("foo"), b("bar"), PutOption.builder().withLeaseId(99).build()).get());
        step("get", () -> kvs(kv.get(b("foo")).get().getKvs()));
        step("get nothing", () -> kv.get(b("nothing")).get().getCount());
        for (int i = 0; i < 5; i++) {
            String key = "a/" + i;
            step("put " + key, () -> kv.put(b(key), b(key)).get().getHeader().getRevision());
        }
        step("prefix", () -> kvs(kv.get(b("a/"), GetOption.builder().isPrefix(true).build()).get().getKvs()));
        step("prefix, sorted", () -> kvs(kv.get(b("a/"), GetOption.builder().isPrefix(true).withSortField(GetOption.SortTarget.MOD)
                .withSortOrder(GetOption.SortOrder.DESCEND).withLimit(2).build()).get().getKvs()));
        step("count", () -> kv.get(b("a/"), GetOption.builder().isPrefix(true).withCountOnly(true).build()).get().getCount());
        step("keys only", () -> kvs(kv.get(b("a/"), GetOption.builder().isPrefix(true).withKeysOnly(true).build()).get().getKvs()));
        step("an old revision", () -> kvs(kv.get(b("foo"), GetOption.builder().withRevision(2).build()).get().getKvs()));
        step("a future revision", () -> kv.get(b("foo"), GetOption.builder().withRevision(999).build()).get());
        step("delete", () -> kv.delete(b("a/0")).get().getDeleted());
        step("delete again", () -> kv.delete(b("a/0")).get().getDeleted());
        step("delete prefix", () -> kvs(kv.delete(b("a/"), DeleteOption.builder().isPrefix(true).withPrevKV(true).build()).get().getPrevKvs()));
        step("txn", () -> {
            var done = kv.txn().If(new Cmp(b("foo"), Cmp.Op.EQUAL, CmpTarget.version(2)))
                    .Then(Op.put(b("foo"), b("won"), PutOption.DEFAULT), Op.get(b("foo"), GetOption.DEFAULT))
                    .Else(Op.delete(b("foo"), DeleteOption.DEFAULT)).commit().get();
            return done.isSucceeded() + " " + done.getGetResponses().stream().map(r -> kvs(r.getKvs())).toList();
        });
        step("txn, the other way", () -> {
            var done = kv.txn().If(new Cmp(b("foo"), Cmp.Op.LESS, CmpTarget.value(b("a"))))
                    .Then(Op.put(b("foo"), b("won"), PutOption.DEFAULT))
                    .Else(Op.get(b("foo"), GetOption.DEFAULT)).commit().get();
            return done.isSucceeded() + " " + done.getGetResponses().stream().map(r -> kvs(r.getKvs())).toList();
        });
        step("txn that writes twice", () -> kv.txn().Then(Op.put(b("x"), b("1"), PutOption.DEFAULT), Op.put(b("x"), b("2"), PutOption.DEFAULT)).commit().get());
        step("compact", () -> kv.compact(4).get() != null);
        step("compact again", () -> kv.compact(4).get());
        step("an older revision", () -> kv.get(b("foo"), GetOption.builder().withRevision(2).build()).get());
    }

    private void watches() {
        step("watch", () -> {
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            Watch.Watcher watcher = client.getWatchClient().watch(b("w/"), WatchOption.builder().isPrefix(true).withPrevKV(true).build(),
                    Watch.listener(answer -> answer.getEvents().forEach(e -> heard.add(e.getEventType() + " " + kv(e.getKeyValue()) + " was " + kv(e.getPrevKV())))));
            client.getKVClient().put(b("w/1"), b("one")).get();
            client.getKVClient().put(b("w/1"), b("two")).get();
            client.getKVClient().delete(b("w/1")).get();
            List<String> all = List.of(heard.poll(20, TimeUnit.SECONDS), heard.poll(20, TimeUnit.SECONDS), heard.poll(20, TimeUnit.SECONDS));
            watcher.close();
            return all;
        });
        step("watch what was compacted", () -> {
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            Watch.Watcher watcher = client.getWatchClient().watch(b("foo"), WatchOption.builder().withRevision(2).build(),
                    Watch.listener(answer -> {}, error -> heard.add(error.getClass().getSimpleName() + ": " + error.getMessage())));
            String error = heard.poll(20, TimeUnit.SECONDS);
            watcher.close();
            return error;
        });
    }

    private void leases() {
        var lease = client.getLeaseClient();
        step("lease", () -> {
            long id = lease.grant(30).get().getID();
            client.getKVClient().put(b("leased"), b("1"), PutOption.builder().withLeaseId(id).build()).get();
            var told = lease.timeToLive(id, LeaseOption.builder().withAttachedKeys().build()).get();
            long renewed = lease.keepAliveOnce(id).get().getTTL();
            lease.revoke(id).get();
            return told.getGrantedTTL() + " " + told.getKeys() + " " + renewed + " " + client.getKVClient().get(b("leased")).get().getCount();
        });
        step("revoke nothing", () -> lease.revoke(99).get());
        step("renew nothing", () -> lease.keepAliveOnce(99).get().getTTL());
        step("time of nothing", () -> lease.timeToLive(99, LeaseOption.DEFAULT).get().getTTL());
        step("too short", () -> lease.grant(0).get().getTTL());
    }

    private void others() {
        step("lock", () -> {
            long id = client.getLeaseClient().grant(10).get().getID();
            ByteSequence key = client.getLockClient().lock(b("mutex"), id).get().getKey();
            long there = client.getKVClient().get(key).get().getCount();
            client.getLockClient().unlock(key).get();
            return there + " " + client.getKVClient().get(key).get().getCount();
        });
        step("lock under no lease", () -> client.getLockClient().lock(b("mutex"), 99).get());
        step("no leader", () -> client.getElectionClient().leader(b("crown")).get());
        step("election", () -> {
            long id = client.getLeaseClient().grant(10).get().getID();
            var won = client.getElectionClient().campaign(b("crown"), id, b("me")).get();
            client.getElectionClient().proclaim(won.getLeader(), b("still me")).get();
            String leader = client.getElectionClient().leader(b("crown")).get().getKv().getValue().toString();
            client.getElectionClient().resign(won.getLeader()).get();
            return leader;
        });
        step("members", () -> client.getClusterClient().listMember().get().getMembers().stream().map(m -> m.getName()).toList());
        step("alarms", () -> client.getMaintenanceClient().listAlarms().get().getAlarms());
        step("status", () -> client.getMaintenanceClient().statusMember(endpoint).get().getVersion());
        step("defragment", () -> client.getMaintenanceClient().defragmentMember(endpoint).get() != null);
        step("hash", () -> client.getMaintenanceClient().hashKV(endpoint, 0).get().getCompacted());
        step("snapshot", () -> {
            var bytes = new java.io.ByteArrayOutputStream();
            return client.getMaintenanceClient().snapshot(bytes).get() > 0;
        });
    }

    private void accounts() {
        var auth = client.getAuthClient();
        step("role", () -> auth.roleAdd(b("reader")).get() != null);
        step("role again", () -> auth.roleAdd(b("reader")).get());
        step("grant", () -> auth.roleGrantPermission(b("reader"), b("pub/"), b("pub0"), Permission.Type.READ).get() != null);
        step("users", () -> auth.userAdd(b("root"), b("canary-1")).get() != null && auth.userAdd(b("joe"), b("canary-2")).get() != null);
        step("roles", () -> auth.userGrantRole(b("root"), b("root")).get() != null && auth.userGrantRole(b("joe"), b("reader")).get() != null);
        step("who", () -> auth.userList().get().getUsers() + " " + auth.userGet(b("joe")).get().getRoles() + " " + auth.roleGet(b("reader")).get().getPermissions().size());
        step("enable", () -> auth.authEnable().get() != null);
        step("nobody", () -> client.getKVClient().get(b("foo")).get());
        try (Client joe = Client.builder().endpoints(endpoint).user(b("joe")).password(b("canary-2")).build()) {
            step("joe reads", () -> joe.getKVClient().get(b("pub/x")).get().getCount());
            step("joe is denied", () -> joe.getKVClient().get(b("foo")).get());
            step("joe writes", () -> joe.getKVClient().put(b("pub/x"), b("1")).get());
        }
        try (Client wrong = Client.builder().endpoints(endpoint).user(b("joe")).password(b("canary-3")).build()) {
            step("a wrong password", () -> wrong.getKVClient().get(b("pub/x")).get(10, TimeUnit.SECONDS));
        }
        try (Client root = Client.builder().endpoints(endpoint).user(b("root")).password(b("canary-1")).build()) {
            step("root reads", () -> kvs(root.getKVClient().get(b("foo")).get().getKvs()));
            step("disable", () -> root.getAuthClient().authDisable().get() != null);
        }
    }
}
