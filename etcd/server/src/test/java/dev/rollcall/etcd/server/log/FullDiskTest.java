package dev.rollcall.etcd.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.etcd.proto.AlarmRequest;
import dev.rollcall.etcd.proto.AlarmType;
import dev.rollcall.etcd.proto.AuthEnableRequest;
import dev.rollcall.etcd.proto.AuthGrpc;
import dev.rollcall.etcd.proto.AuthRoleAddRequest;
import dev.rollcall.etcd.proto.AuthUserAddRequest;
import dev.rollcall.etcd.proto.AuthUserGrantRoleRequest;
import dev.rollcall.etcd.proto.AuthUserListRequest;
import dev.rollcall.etcd.proto.AuthenticateRequest;
import dev.rollcall.etcd.proto.LeaseGrantRequest;
import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.LeaseKeepAliveRequest;
import dev.rollcall.etcd.proto.LeaseKeepAliveResponse;
import dev.rollcall.etcd.server.RawClient;
import dev.rollcall.etcd.server.Recorded;
import dev.rollcall.etcd.server.machine.AutoCompaction;
import dev.rollcall.etcd.server.machine.Quota;
import dev.rollcall.etcd.server.transport.EtcdServer;
import dev.rollcall.etcd.server.transport.Limits;
import dev.rollcall.etcd.server.transport.Settings;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server whose disk is full refuses writes as etcd does out of space, does all else, and takes writes again once there is room. */
class FullDiskTest {
    private final ForgetfulDisk disk = new ForgetfulDisk(1);
    private DataDirectory data;
    private EtcdServer server;
    private RawClient client;

    @BeforeEach
    void start() throws IOException {
        data = RunningStore.data(disk);
        Settings settings = new Settings(
                "127.0.0.1",
                0,
                0,
                "one",
                "",
                "127.0.0.1",
                TimeUnit.MINUTES.toNanos(10),
                System::nanoTime,
                System::nanoTime,
                1,
                TimeUnit.MINUTES.toNanos(1),
                Quota.DEFAULT,
                AutoCompaction.Rule.OFF,
                Limits.DEFAULT,
                java.util.List.of(),
                null);
        server = EtcdServer.start(data, settings);
        client = new RawClient(server.port());
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.stop();
        data.close();
    }

    @Test
    void refusesWritesAndGoesOnWithAllElse() throws IOException, InterruptedException {
        client.lease()
                .leaseGrant(LeaseGrantRequest.newBuilder().setID(7).setTTL(60).build());
        client.put("a", "1");
        assertThat(health().body()).isEqualTo("{\"health\":\"true\",\"reason\":\"\"}");

        disk.leaveRoom(0);
        fill();
        assertThatThrownBy(() -> client.put("b", "x".repeat(2000)))
                .isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
                    assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                    assertThat(e.getStatus().getDescription()).isEqualTo("etcdserver: mvcc: database space exceeded");
                });
        assertThat(client.get("b").getCount()).isZero();
        assertThat(client.get("a").getKvs(0).getValue().toStringUtf8()).isEqualTo("1");
        Recorded<LeaseKeepAliveRequest, LeaseKeepAliveResponse> renewals =
                Recorded.open(LeaseGrpc.newStub(client.channel)::leaseKeepAlive);
        renewals.send(LeaseKeepAliveRequest.newBuilder().setID(7).build());
        assertThat(renewals.next().getTTL()).isEqualTo(60);
        assertThat(client.maintenance()
                        .alarm(AlarmRequest.getDefaultInstance())
                        .getAlarms(0)
                        .getAlarm())
                .isEqualTo(AlarmType.NOSPACE);
        assertThat(health().statusCode()).isEqualTo(503);
        assertThat(health().body()).contains("ALARM NOSPACE");

        disk.makeRoom();
        client.put("b", "2");
        assertThat(client.maintenance().alarm(AlarmRequest.getDefaultInstance()).getAlarmsCount())
                .isZero();
        assertThat(health().statusCode()).isEqualTo(200);
    }

    /** Who has to log in anew while the disk is full still renews his lease. */
    @Test
    void usersLogInThoughNothingCanBeWritten() {
        AuthGrpc.AuthBlockingStub auth = AuthGrpc.newBlockingStub(client.channel);
        auth.userAdd(AuthUserAddRequest.newBuilder()
                .setName("root")
                .setPassword("canary-full")
                .build());
        auth.roleAdd(AuthRoleAddRequest.newBuilder().setName("root").build());
        auth.userGrantRole(AuthUserGrantRoleRequest.newBuilder()
                .setUser("root")
                .setRole("root")
                .build());
        auth.authEnable(AuthEnableRequest.getDefaultInstance());
        AuthenticateRequest login = AuthenticateRequest.newBuilder()
                .setName("root")
                .setPassword("canary-full")
                .build();
        AuthGrpc.AuthBlockingStub asRoot = as(auth.authenticate(login).getToken(), auth);

        disk.leaveRoom(0);
        assertThatThrownBy(() -> {
                    while (true) {
                        asRoot.roleAdd(AuthRoleAddRequest.newBuilder()
                                .setName("fill-" + System.nanoTime())
                                .build());
                    }
                })
                .hasMessageContaining("database space exceeded");

        AuthGrpc.AuthBlockingStub again = as(auth.authenticate(login).getToken(), auth);
        assertThat(again.userList(AuthUserListRequest.getDefaultInstance()).getUsersList())
                .containsExactly("root");
    }

    private static AuthGrpc.AuthBlockingStub as(String token, AuthGrpc.AuthBlockingStub stub) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER), token);
        return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    /** What is prepared of the log file can still be written. */
    private void fill() {
        for (int i = 0; ; i++) {
            try {
                client.put("fill-" + i, "x".repeat(100));
            } catch (StatusRuntimeException e) {
                return;
            }
        }
    }

    private HttpResponse<String> health() throws IOException, InterruptedException {
        URI page = URI.create("http://127.0.0.1:" + server.httpPort().orElseThrow() + "/health");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString());
    }
}
