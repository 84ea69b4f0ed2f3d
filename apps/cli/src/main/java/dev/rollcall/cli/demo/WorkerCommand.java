package dev.rollcall.cli.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rollcall.Rollcall;
import dev.rollcall.cli.terminal.Console;
import dev.rollcall.cli.terminal.ExitCode;
import dev.rollcall.instance.Instance;
import dev.rollcall.registration.Registration;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * One worker of the demo: an HTTP server on a free port that registers itself.
 *
 * <p>It obeys its standard input: {@code update WEIGHT VERSION} changes its registration in place, {@code stop} or the end of the input
 * deregisters it and ends the process.
 */
@Command(name = "worker", hidden = true, header = "One worker of the demo.")
public final class WorkerCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(index = "0", paramLabel = "SERVICE")
    private String service = "";

    @Parameters(index = "1", paramLabel = "ID")
    private String id = "";

    @Option(names = "--endpoints", required = true)
    private String endpoints = "";

    @Option(names = "--prefix")
    private String prefix = "";

    /** The command on a console. */
    public WorkerCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", this::answer);
        http.start();
        Instance instance = Instance.builder(service)
                .id(id)
                .endpoint("127.0.0.1", http.getAddress().getPort())
                .version("1.0")
                .build();
        try (Rollcall rollcall = new Scene(List.of(endpoints.split(",", -1)), prefix).connect()) {
            Registration me = rollcall.register(instance);
            obey(me);
            me.close();
        } finally {
            http.stop(0);
        }
        return ExitCode.OK;
    }

    private void obey(Registration me) throws IOException {
        BufferedReader orders = new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8));
        for (String order = orders.readLine(); order != null && !order.equals("stop"); order = orders.readLine()) {
            String[] words = order.split(" ", -1);
            if (words.length == 3 && words[0].equals("update")) {
                me.update(now -> now.toBuilder()
                        .weight(Integer.parseInt(words[1]))
                        .version(words[2])
                        .build());
            }
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = id.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
