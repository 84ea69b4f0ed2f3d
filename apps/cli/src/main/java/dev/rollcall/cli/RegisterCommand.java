package dev.rollcall.cli;

import dev.rollcall.Rollcall;
import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.ExitCode;
import dev.rollcall.cli.terminal.Failure;
import dev.rollcall.cli.terminal.Stopwatch;
import dev.rollcall.instance.Endpoint;
import dev.rollcall.instance.Instance;
import dev.rollcall.instance.InstanceBuilder;
import dev.rollcall.registration.Registration;
import dev.rollcall.registration.RegistrationException;
import dev.rollcall.registration.RegistrationOptions;
import dev.rollcall.registration.RegistrationOptions.OnConflict;
import dev.rollcall.registration.RegistrationState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "register",
        header = "Register an instance and hold it until stopped, then deregister it.",
        description =
                "With a command after --: runs it, is registered while it runs, passes signals on, exits with its exit code.")
final class RegisterCommand implements Callable<Integer> {

    private static final Duration PROBE = Duration.ofMillis(500);

    private final Console console;

    @Parameters(index = "0", paramLabel = "SERVICE")
    private String service = "";

    @Parameters(index = "1", paramLabel = "HOST:PORT")
    private String address = "";

    @Parameters(
            index = "2..*",
            arity = "0..*",
            paramLabel = "-- COMMAND",
            description = "What to run, with its arguments.")
    private List<String> command = List.of();

    @Option(names = "--id", paramLabel = "ID", description = "Its id within the service. Default: HOST:PORT.")
    private @Nullable String id;

    @Option(names = "--zone", paramLabel = "ZONE", description = "Where it stands.")
    private @Nullable String zone;

    @Option(names = "--weight", paramLabel = "N", description = "Its share of the work. Default: 100.")
    private int weight = Instance.DEFAULT_WEIGHT;

    @Option(names = "--version", paramLabel = "VERSION", description = "The version of what serves there.")
    private @Nullable String version;

    @Option(names = "--tag", paramLabel = "TAG", description = "A word to be found by; repeatable.")
    private List<String> tags = List.of();

    @Option(names = "--metadata", paramLabel = "KEY=VALUE", description = "What else to say; repeatable.")
    private Map<String, String> metadata = new LinkedHashMap<>();

    @Option(names = "--secure", description = "It speaks TLS.")
    private boolean secure;

    @Option(
            names = "--lease",
            paramLabel = "TIME",
            description = "How long it is believed without a sign of life (ROLLCALL_LEASE; else 3s).")
    private @Nullable String lease;

    @Option(
            names = "--on-conflict",
            paramLabel = "WAY",
            description = "Where another live owner has the key: wait (default), fail or take_over.")
    private OnConflict onConflict = OnConflict.WAIT;

    @Option(names = "--when-listening", description = "Register once the port accepts connections.")
    private boolean whenListening;

    @Mixin
    private final KeyspaceOptions options;

    @Mixin
    private final VerboseOption verbose;

    RegisterCommand(Console console) {
        this.console = console;
        this.options = new KeyspaceOptions(console);
        this.verbose = new VerboseOption(console);
    }

    @Override
    public Integer call() throws IOException {
        Instance instance = instance();
        RegistrationOptions how =
                RegistrationOptions.defaults().withLeaseTime(lease()).withOnConflict(onConflict);
        console.stop().arm();
        CompletableFuture<Void> over = new CompletableFuture<>();
        console.stop().onRaise(signal -> over.complete(null));
        try (Rollcall rollcall = options.connect(verbose.observer());
                WrappedProcess child = command.isEmpty() ? null : WrappedProcess.start(command)) {
            if (child != null) {
                child.onExit(() -> over.complete(null));
            }
            if (!whenListening || isListening(instance.endpoint(), over)) {
                hold(rollcall, instance, how, over);
            }
            return child == null ? console.stop().exitCode() : child.end(console);
        }
    }

    private void hold(Rollcall rollcall, Instance instance, RegistrationOptions how, CompletableFuture<Void> over) {
        try (Registration registration = rollcall.register(instance, how)) {
            registration.onChange((it, state, reason) -> {
                if (!over.isDone()) {
                    console.say(state.name().toLowerCase(Locale.ROOT) + " " + instance.identity() + ": " + reason);
                }
                if (state == RegistrationState.CLOSED) {
                    over.completeExceptionally(new Failure(ExitCode.ERROR, instance.identity() + ": " + reason));
                }
            });
            Stopwatch.await(
                    options.store().timeout(),
                    () -> over.isDone() || registration.state() == RegistrationState.REGISTERED);
            if (!over.isDone() && registration.state() == RegistrationState.REGISTERING) {
                failIfRefused(registration);
            }
            over.join();
        }
        console.say("deregistered " + instance.identity());
    }

    /** Waiting helps where the store is away or the key is another's; where the store refuses us it does not. */
    private static void failIfRefused(Registration registration) {
        try {
            registration.awaitRegistered(Duration.ofMillis(1));
        } catch (RegistrationException e) {
            if (Failures.exitCode(e) == ExitCode.AUTH) {
                throw e;
            }
        }
    }

    private Instance instance() {
        InstanceBuilder builder = Instance.builder(service)
                .endpoint(address)
                .weight(weight)
                .tags(tags)
                .metadata(metadata)
                .secure(secure);
        if (id != null) {
            builder.id(id);
        }
        if (zone != null) {
            builder.zone(zone);
        }
        if (version != null) {
            builder.version(version);
        }
        return builder.build();
    }

    private Duration lease() {
        return TimeText.parse("--lease", lease != null ? lease : options.lease().orElse("3s"));
    }

    /** Waits for the port; false if the command ended, or was to be stopped, before. */
    private boolean isListening(Endpoint endpoint, CompletableFuture<Void> over) {
        console.say("waiting until " + endpoint + " accepts connections");
        while (!over.isDone()) {
            if (accepts(endpoint)) {
                return true;
            }
            Stopwatch.await(Duration.ofMillis(100), over::isDone);
        }
        return false;
    }

    private static boolean accepts(Endpoint endpoint) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(endpoint.host(), endpoint.port()), (int) PROBE.toMillis());
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
