package dev.rollcall.conformance.faults;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures beside a fault: how many keep-alive streams the members that answer hold open at most, and how long this process was kept from the processor at
 * most, which tells a loss that it caused itself.
 */
final class Gauge implements AutoCloseable {

    private static final Pattern STREAMS =
            Pattern.compile("(?m)^grpc_server_(started|handled)_total\\{.*grpc_method=\"LeaseKeepAlive\".*\\} (\\d+)$");
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(10);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofMillis(200)).build();
    private final List<String> endpoints;
    private final List<Thread> threads;
    private volatile long longestStall;
    private volatile int mostStreams;
    private volatile boolean over;

    Gauge(List<String> endpoints) {
        this.endpoints = endpoints;
        this.threads =
                List.of(new Thread(this::watchStalls, "gauge-stalls"), new Thread(this::watchStreams, "gauge-streams"));
        threads.forEach(thread -> {
            thread.setDaemon(true);
            thread.start();
        });
    }

    private void watchStalls() {
        while (!over) {
            long before = System.nanoTime();
            LockSupport.parkNanos(TICK);
            longestStall = Math.max(longestStall, System.nanoTime() - before - TICK);
        }
    }

    private void watchStreams() {
        while (!over) {
            int open = endpoints.stream().mapToInt(this::openStreams).sum();
            mostStreams = Math.max(mostStreams, open);
            LockSupport.parkNanos(20 * TICK);
        }
    }

    private int openStreams(String endpoint) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(endpoint + "/metrics"))
                .timeout(Duration.ofMillis(300))
                .build();
        try {
            Matcher line = STREAMS.matcher(
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body());
            int open = 0;
            while (line.find()) {
                open += (line.group(1).equals("started") ? 1 : -1) * Integer.parseInt(line.group(2));
            }
            return open;
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /** The longest stall so far, in nanoseconds. */
    long longestStall() {
        return longestStall;
    }

    int mostStreams() {
        return mostStreams;
    }

    @Override
    public void close() {
        over = true;
        threads.forEach(LockSupport::unpark);
    }
}
