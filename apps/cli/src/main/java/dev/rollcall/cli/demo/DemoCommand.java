package dev.rollcall.cli.demo;

import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what Rollcall does, with real processes, in half a minute. */
@Command(
        name = "demo",
        header = "Show it all with real processes, in half a minute.",
        description =
                "Starts a server and workers, lets them register, calls them, kills one, stops one, starts one, and"
                        + " restarts the server empty under them. Ends with 0 if all went as it should, with 1 if not.")
public final class DemoCommand implements Callable<Integer> {

    private final Console console;

    @Option(
            names = {"--etcd", "--endpoints"},
            paramLabel = "URL,...",
            description = "Use this etcd instead of a server of the demo's own; it is not restarted, then.")
    private @Nullable String etcd;

    @Option(names = "--stay", description = "Keep everything running at the end, until Ctrl-C.")
    private boolean stay;

    /** The command on a console. */
    public DemoCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        console.stop().arm();
        try (Demo demo = new Demo(console, endpoints())) {
            demo.play();
            if (stay) {
                demo.stay();
            }
        } catch (Stopped e) {
            console.say("stopped; no process is left");
        }
        return console.stop().exitCode();
    }

    private List<String> endpoints() {
        List<String> urls = new ArrayList<>();
        if (etcd != null) {
            for (String part : etcd.split(",", -1)) {
                String url = part.strip();
                if (url.isEmpty()) {
                    throw Failure.usage("--etcd: an address is empty; give one like http://127.0.0.1:2379");
                }
                urls.add(url.contains("://") ? url : "http://" + url);
            }
        }
        return urls;
    }
}
