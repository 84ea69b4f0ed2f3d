package dev.rollcall.etcd.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.etcd.proto.CompactionRequest;
import dev.rollcall.etcd.proto.LeaseGrantRequest;
import dev.rollcall.etcd.proto.LeaseTimeToLiveRequest;
import dev.rollcall.etcd.proto.LeaseTimeToLiveResponse;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.StatusRequest;
import dev.rollcall.etcd.proto.WatchRequest;
import dev.rollcall.etcd.proto.WatchResponse;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableEtcdTest {
    @TempDir
    private Path directory;

    private EmbeddedEtcdBuilder durable() {
        return EmbeddedEtcd.builder().dataDirectory(directory);
    }

    @Test
    void aNewDirectoryIsItsOwnersAlone() throws IOException {
        Path made = directory.resolve("made");
        try (EmbeddedEtcd etcd = EmbeddedEtcd.builder().dataDirectory(made).start()) {
            assertThat(etcd.isRunning()).isTrue();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                    .isEqualTo("rwx------");
        }
    }

    /** The directory may be there already, as systemd makes it, and its files come from an earlier version or a copy. */
    @Test
    void theFilesAreTheirOwnersAloneWhoeverMayLookIntoTheDirectory() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String before : List.of("rw-------", "rw-r--r--", "rw-rw-rw-")) {
            for (Path file : files()) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(before));
            }
            try (EmbeddedEtcd etcd = durable().start()) {
                assertThat(etcd.isRunning()).isTrue();
                assertThat(files())
                        .isNotEmpty()
                        .allSatisfy(
                                file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                                        .isEqualTo("rw-------"));
            }
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwxr-xr-x");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> !file.endsWith("lock")).toList();
        }
    }

    @Test
    void anotherServerFindsWhatTheFirstOneKept() {
        long cluster;
        long member;
        try (EmbeddedEtcd etcd = durable().start();
                RawClient client = new RawClient(etcd)) {
            cluster = etcd.clusterId();
            member = etcd.memberId();
            client.put("a", "1");
            client.put("a", "2");
            client.put("b", "3");
            client.kv().compact(CompactionRequest.newBuilder().setRevision(3).build());
        }
        try (EmbeddedEtcd etcd = durable().start();
                RawClient client = new RawClient(etcd)) {
            assertThat(etcd.clusterId()).isEqualTo(cluster);
            assertThat(etcd.memberId()).isEqualTo(member);
            assertThat(etcd.revision()).isEqualTo(4);
            assertThat(client.get("a").getKvs(0).getValue().toStringUtf8()).isEqualTo("2");
            assertThat(client.get("a").getKvs(0).getVersion()).isEqualTo(2);
            assertThat(client.maintenance()
                            .status(StatusRequest.getDefaultInstance())
                            .getRaftTerm())
                    .isEqualTo(3);
            assertThatThrownBy(() -> client.kv()
                            .range(RangeRequest.newBuilder()
                                    .setKey(RawClient.bytes("a"))
                                    .setRevision(2)
                                    .build()))
                    .isInstanceOf(StatusRuntimeException.class)
                    .hasMessageContaining("compacted");
            assertThat(client.put("c", "4").getHeader().getRevision()).isEqualTo(5);
        }
    }

    @Test
    void aLeaseLivesItsFullTimeAfterARestartAndThenEndsOnDisk() {
        AtomicLong clock = new AtomicLong();
        try (EmbeddedEtcd etcd = durable().clock(clock::get).start();
                RawClient client = new RawClient(etcd)) {
            client.lease()
                    .leaseGrant(
                            LeaseGrantRequest.newBuilder().setID(7).setTTL(10).build());
            client.put("a", "1", 7);
            clock.addAndGet(TimeUnit.SECONDS.toNanos(9));
            etcd.restart();
            client.reconnect();
            LeaseTimeToLiveResponse lease = client.lease()
                    .leaseTimeToLive(LeaseTimeToLiveRequest.newBuilder()
                            .setID(7)
                            .setKeys(true)
                            .build());
            assertThat(lease.getTTL()).isEqualTo(11);
            assertThat(lease.getKeys(0)).isEqualTo(RawClient.bytes("a"));
            Recorded<WatchRequest, WatchResponse> watch = client.watchPrefix("a", 2);
            assertThat(watch.next().getCreated()).isTrue();
            assertThat(watch.next().getEvents(0).getKv().getLease()).isEqualTo(7);

            clock.addAndGet(TimeUnit.SECONDS.toNanos(12));
            assertThat(watch.next().getHeader().getRevision()).isEqualTo(3);
            etcd.restart();
            client.reconnect();
            assertThat(client.kv()
                            .range(RangeRequest.newBuilder()
                                    .setKey(RawClient.bytes("a"))
                                    .build())
                            .getCount())
                    .isZero();
            assertThat(etcd.liveLeases()).isZero();
        }
    }

    @Test
    void aWatchGoesOnFromTheRevisionItHadSeen() {
        try (EmbeddedEtcd etcd = durable().start();
                RawClient client = new RawClient(etcd)) {
            client.put("a", "1");
            client.put("a", "2");
            client.put("a", "3");
            etcd.restart();
            client.reconnect();
            client.kv()
                    .range(RangeRequest.newBuilder()
                            .setKey(RawClient.bytes("a"))
                            .build());
            Recorded<WatchRequest, WatchResponse> watch = client.watchPrefix("a", 3);
            assertThat(watch.next().getCreated()).isTrue();
            WatchResponse events = watch.next();
            assertThat(events.getEventsList())
                    .extracting(event -> event.getKv().getModRevision())
                    .containsExactly(3L, 4L);
            client.put("a", "4");
            assertThat(watch.next().getEvents(0).getKv().getModRevision()).isEqualTo(5);
        }
    }

    @Test
    void aWipedDirectoryIsANewCluster() {
        try (EmbeddedEtcd etcd = durable().start();
                RawClient client = new RawClient(etcd)) {
            client.put("a", "1");
            long cluster = etcd.clusterId();
            etcd.stop();
            etcd.wipe();
            etcd.restart();
            client.reconnect();
            assertThat(etcd.clusterId()).isNotEqualTo(cluster);
            assertThat(etcd.revision()).isEqualTo(1);
        }
    }

    @Test
    void aSecondServerIsRefusedTheDirectory() {
        try (EmbeddedEtcd etcd = durable().start()) {
            assertThatThrownBy(() -> durable().start())
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("in use by another server");
            assertThat(etcd.isRunning()).isTrue();
        }
    }
}
