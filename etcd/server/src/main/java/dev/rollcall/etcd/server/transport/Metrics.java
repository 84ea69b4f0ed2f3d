package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.server.log.ForceTimes;
import dev.rollcall.etcd.server.machine.Identity;
import dev.rollcall.etcd.server.machine.Machine;
import dev.rollcall.etcd.server.machine.Quota;
import dev.rollcall.etcd.server.mvcc.Refusal;
import dev.rollcall.etcd.server.mvcc.Refusal.Reason;
import dev.rollcall.etcd.server.mvcc.Store;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The page {@code /metrics}: what etcd counts and we have, under etcd's names, in the text format of Prometheus. */
final class Metrics {
    private final Loop loop;
    private final Identity identity;
    private final Quota quota;
    private final CallCounts calls;

    Metrics(Loop loop, Identity identity, Quota quota, CallCounts calls) {
        this.loop = loop;
        this.identity = identity;
        this.quota = quota;
        this.calls = calls;
    }

    /** Completes, on the loop, with the page; fails where too much waits. */
    CompletionStage<String> page() {
        CompletableFuture<String> page = new CompletableFuture<>();
        if (!loop.offer(() -> page.complete(text()))) {
            page.completeExceptionally(new Refusal(Reason.TOO_MANY_REQUESTS));
        }
        return page;
    }

    private String text() {
        Machine machine = loop.machine();
        Store store = machine.store();
        Page page = new Page();
        page.gauge("etcd_cluster_version", "Which version is running.", "cluster_version=\"3.5\"", 1);
        page.gauge(
                "etcd_debugging_auth_revision",
                "The current revision of auth store.",
                machine.auth().revision());
        page.gauge(
                "etcd_debugging_mvcc_compact_revision",
                "The revision of the last compaction in store.",
                Math.max(0, store.compacted()));
        page.gauge("etcd_debugging_mvcc_current_revision", "The current revision of store.", store.revision());
        page.gauge("etcd_debugging_mvcc_watcher_total", "Total number of watchers.", loop.openWatches());
        ForceTimes forces = loop.forceTimes();
        if (forces != null) {
            page.forces(forces.counted());
        }
        page.gauge(
                "etcd_mvcc_db_total_size_in_bytes",
                "Total size of the underlying database physically allocated in bytes.",
                DatabaseSize.whole(store));
        page.gauge(
                "etcd_mvcc_db_total_size_in_use_in_bytes",
                "Total size of the underlying database logically in use in bytes.",
                DatabaseSize.used(store));
        page.counter("etcd_mvcc_delete_total", "Total number of deletes seen by this member.", loop.deletes());
        page.counter("etcd_mvcc_put_total", "Total number of puts seen by this member.", loop.puts());
        page.gauge("etcd_server_has_leader", "Whether or not a leader exists. 1 is existence, 0 is not.", 1);
        page.gauge(
                "etcd_server_id",
                "Server or member ID in hexadecimal format. 1 for 'server_id' label with current ID.",
                "server_id=\"" + Long.toHexString(identity.memberId()) + "\"",
                1);
        page.gauge("etcd_server_is_leader", "Whether or not this member is a leader. 1 if is, 0 otherwise.", 1);
        page.gauge("etcd_server_is_learner", "Whether or not this member is a learner. 1 if is, 0 otherwise.", 0);
        page.counter("etcd_server_leader_changes_seen_total", "The number of leader changes seen.", 1);
        page.gauge(
                "etcd_server_proposals_applied_total",
                "The total number of consensus proposals applied.",
                machine.index());
        page.gauge(
                "etcd_server_proposals_committed_total",
                "The total number of consensus proposals committed.",
                machine.index());
        page.gauge(
                "etcd_server_proposals_pending", "The current number of pending proposals to commit.", loop.waiting());
        page.gauge("etcd_server_quota_backend_bytes", "Current backend storage quota size in bytes.", quota.bytes());
        page.gauge(
                "etcd_server_version",
                "Which version is running. 1 for 'server_version' label with current version.",
                "server_version=\"" + MaintenanceService.VERSION + "\"",
                1);
        page.family(
                "grpc_server_handled_total",
                "Total number of RPCs completed on the server, regardless of success or failure.",
                calls.allHandled());
        page.family("grpc_server_started_total", "Total number of RPCs started on the server.", calls.allStarted());
        page.gauge(
                "process_start_time_seconds",
                "Start time of the process since unix epoch in seconds.",
                ManagementFactory.getRuntimeMXBean().getStartTime() / 1000);
        return page.out.toString();
    }

    private static final class Page {
        private final StringBuilder out = new StringBuilder();

        void gauge(String name, String help, long value) {
            gauge(name, help, "", value);
        }

        void gauge(String name, String help, String labels, long value) {
            head(name, help, "gauge");
            line(name, labels, value);
        }

        void counter(String name, String help, long value) {
            head(name, help, "counter");
            line(name, "", value);
        }

        void family(String name, String help, Map<String, Long> values) {
            head(name, help, "counter");
            values.forEach((labels, value) -> line(name, labels, value));
        }

        void forces(ForceTimes.Counted counted) {
            String name = "etcd_disk_wal_fsync_duration_seconds";
            head(name, "The latency distributions of fsync called by WAL.", "histogram");
            double bound = 0.001;
            for (long upTo : counted.upTo()) {
                line(name + "_bucket", "le=\"" + bound + "\"", upTo);
                bound *= 2;
            }
            line(name + "_bucket", "le=\"+Inf\"", counted.count());
            out.append(name).append("_sum ").append(counted.nanos() / 1e9).append('\n');
            line(name + "_count", "", counted.count());
        }

        private void head(String name, String help, String type) {
            out.append("# HELP ")
                    .append(name)
                    .append(' ')
                    .append(help)
                    .append("\n# TYPE ")
                    .append(name)
                    .append(' ')
                    .append(type)
                    .append('\n');
        }

        private void line(String name, String labels, long value) {
            out.append(name);
            if (!labels.isEmpty()) {
                out.append('{').append(labels).append('}');
            }
            out.append(' ').append(value).append('\n');
        }
    }
}
