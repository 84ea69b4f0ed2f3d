package dev.rollcall.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Rollcall;
import dev.rollcall.discovery.ServiceView;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.etcd.testkit.EtcdExtension;
import dev.rollcall.instance.Instance;
import dev.rollcall.observe.Observation;
import dev.rollcall.pick.Call;
import dev.rollcall.pick.NoInstanceException;
import dev.rollcall.pick.PickStrategy;
import dev.rollcall.pick.Picker;
import dev.rollcall.registration.Registration;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class RollcallMetricsTest {

    @RegisterExtension
    static final EtcdExtension etcd = EtcdExtension.embedded();

    private static final Duration SOON = Duration.ofSeconds(15);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RollcallMetrics metrics = new RollcallMetrics();
    private Rollcall rollcall;

    @BeforeEach
    void connect() {
        rollcall = Rollcall.builder(etcd.endpoints().toArray(String[]::new))
                .observer(metrics)
                .connect();
    }

    @AfterEach
    void disconnect() {
        rollcall.close();
    }

    private double gauge(String name, String... tags) {
        return registry.get(name).tags(tags).gauge().value();
    }

    private double counter(String name, String... tags) {
        return registry.get(name).tags(tags).functionCounter().count();
    }

    @Test
    void registrationsAndTheirLeaseAreShown() {
        metrics.bindTo(registry);
        metrics.follow(rollcall);
        Registration me = rollcall.register(Instance.of("user", "10.0.0.1:80"));
        assertThat(me.awaitRegistered(SOON)).isSameAs(me);

        assertThat(gauge("rollcall.visible")).isEqualTo(1);
        assertThat(gauge("rollcall.registrations", "state", "registered")).isEqualTo(1);
        assertThat(gauge("rollcall.registrations", "state", "lost")).isZero();
        assertThat(registry.get("rollcall.lease.remaining").timeGauge().value(java.util.concurrent.TimeUnit.SECONDS))
                .isBetween(0.0, 3.0);
    }

    @Test
    void aViewHasMetersAsLongAsItIsOpen() {
        metrics.follow(rollcall);
        metrics.bindTo(registry);
        assertThat(rollcall.register(Instance.of("user", "10.0.0.1:80")).awaitRegistered(SOON))
                .isNotNull();
        ServiceView view = rollcall.discover("user");
        assertThat(view.awaitInstances(1, SOON).instances()).hasSize(1);
        await().atMost(SOON)
                .until(() -> registry.find("rollcall.view.instances")
                                .tags("view", "user")
                                .gauge()
                        != null);
        assertThat(gauge("rollcall.view.instances", "view", "user")).isEqualTo(1);
        await().atMost(SOON).until(() -> gauge("rollcall.view.live", "view", "user") == 1);
        assertThat(gauge("rollcall.view.held", "view", "user")).isZero();
        assertThat(gauge("rollcall.view.quarantined", "view", "user")).isZero();

        view.close();
        assertThat(view.awaitClosed(SOON)).isTrue();
        await().atMost(SOON).until(() -> Double.isNaN(gauge("rollcall.view.instances", "view", "user")));
        rollcall.discover("mail");
        await().atMost(SOON)
                .until(() -> registry.find("rollcall.view.instances")
                                        .tags("view", "mail")
                                        .gauge()
                                != null
                        && registry.find("rollcall.view.instances")
                                        .tags("view", "user")
                                        .gauge()
                                == null);
    }

    @Test
    void whatHappensIsCountedWhicheverRegistriesComeLater() {
        LeaseId lease = LeaseId.NONE;
        metrics.observed(new Observation.RenewalLate(lease, 1));
        metrics.observed(new Observation.LeaseLost(lease, 1));
        metrics.observed(new Observation.LeaseLost(lease, 1));
        metrics.observed(new Observation.AuditDifference("view user", 3));
        metrics.observed(new Observation.GuardHeld("user", 3, 4));
        metrics.observed(new Observation.Resynced("user", "MISSED", false, 7));
        metrics.bindTo(registry);
        assertThat(counter("rollcall.renewals.late")).isEqualTo(1);
        assertThat(counter("rollcall.leases.lost")).isEqualTo(2);
        assertThat(counter("rollcall.leases.swapped")).isZero();
        assertThat(counter("rollcall.audit.differences")).isEqualTo(3);
        assertThat(counter("rollcall.guard.holds")).isEqualTo(1);
        assertThat(counter("rollcall.resyncs")).isEqualTo(1);
        assertThat(counter("rollcall.outages")).isZero();
        assertThat(counter("rollcall.listener.failures")).isZero();
    }

    @Test
    void picksAreCountedByOutcome() {
        metrics.bindTo(registry);
        ServiceView view = rollcall.discover("user");
        Picker picker = PickStrategy.first().over(view);
        metrics.follow("users", picker);
        assertThatThrownBy(picker::pick).isInstanceOf(NoInstanceException.class);
        assertThat(rollcall.register(Instance.of("user", "10.0.0.1:80")).awaitRegistered(SOON))
                .isNotNull();
        assertThat(view.awaitInstances(1, SOON).instances()).hasSize(1);
        picker.start().close();
        try (Call call = picker.start()) {
            call.failed(new IOException("refused"));
        }
        Call open = picker.start();
        assertThat(counter("rollcall.picker.calls", "picker", "users", "outcome", "success"))
                .isEqualTo(1);
        assertThat(counter("rollcall.picker.calls", "picker", "users", "outcome", "failure"))
                .isEqualTo(1);
        assertThat(counter("rollcall.picker.calls", "picker", "users", "outcome", "none"))
                .isEqualTo(1);
        assertThat(gauge("rollcall.picker.calls.active", "picker", "users")).isEqualTo(1);
        assertThat(gauge("rollcall.picker.instances", "picker", "users", "state", "picked"))
                .isEqualTo(1);
        assertThat(gauge("rollcall.picker.instances", "picker", "users", "state", "left out"))
                .isZero();
        open.cancelled();
        assertThatThrownBy(() -> metrics.follow("users", picker)).hasMessageContaining("choose another name");
    }

    @Test
    void oneFollowsOneRollcall() {
        metrics.follow(rollcall);
        metrics.follow(rollcall);
        try (Rollcall other = Rollcall.connect(etcd.endpoints().toArray(String[]::new))) {
            assertThatThrownBy(() -> metrics.follow(other)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void thePageNamesEveryMeter() throws IOException {
        metrics.bindTo(registry);
        metrics.follow(rollcall);
        ServiceView view = rollcall.discover("user");
        metrics.follow("users", PickStrategy.first().over(view));
        await().atMost(SOON).until(() -> registry.find("rollcall.view.age").timeGauge() != null);
        Set<String> registered = new TreeSet<>();
        for (Meter meter : registry.getMeters()) {
            registered.add(meter.getId().getName());
        }
        assertThat(named(Files.readString(Path.of("README.md")))).containsExactlyElementsOf(registered);
    }

    /** The first column of the table; {@code .held} is short for the name before it with another end. */
    private static Set<String> named(String page) {
        Set<String> names = new TreeSet<>();
        List<String> rows = new ArrayList<>();
        page.lines().filter(line -> line.startsWith("| `rollcall.")).forEach(rows::add);
        for (String row : rows) {
            Matcher name = Pattern.compile("`([a-z.]+)`").matcher(row.split("\\|", -1)[1]);
            String before = "";
            while (name.find()) {
                String one = name.group(1);
                before = one.startsWith(".") ? before.substring(0, before.lastIndexOf('.')) + one : one;
                names.add(before);
            }
        }
        return names;
    }
}
