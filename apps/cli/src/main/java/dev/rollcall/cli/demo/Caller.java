package dev.rollcall.cli.demo;

import dev.rollcall.instance.Endpoint;
import dev.rollcall.instance.Instance;
import dev.rollcall.pick.Picker;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Calls services over HTTP, each call to the instance that the picker names. Counts; for one thread at a time. */
final class Caller {

    private static final int PATIENCE_MILLIS = 2000;

    private final Map<String, Picker> pickers;
    private int answered;
    private int failed;

    Caller(Map<String, Picker> pickers) {
        this.pickers = Map.copyOf(pickers);
    }

    /** Calls a service so often, and tells how often each instance answered. */
    Map<String, Integer> call(String service, int times) {
        Map<String, Integer> answers = new TreeMap<>();
        for (int i = 0; i < times; i++) {
            String who = call(service);
            if (!who.isEmpty()) {
                answers.merge(who, 1, Integer::sum);
            }
        }
        return answers;
    }

    int answered() {
        return answered;
    }

    int failed() {
        return failed;
    }

    private String call(String service) {
        Picker picker = pickers.get(service);
        if (picker == null) {
            throw new IllegalArgumentException("there is no service " + service);
        }
        Instance target = picker.pick();
        try {
            String answer = get(target.endpoint());
            answered++;
            return answer;
        } catch (IOException e) {
            failed++;
            return "";
        }
    }

    private static String get(Endpoint endpoint) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://" + endpoint + "/").toURL().openConnection();
        connection.setConnectTimeout(PATIENCE_MILLIS);
        connection.setReadTimeout(PATIENCE_MILLIS);
        connection.setRequestProperty("Connection", "close");
        try (InputStream body = connection.getInputStream()) {
            return new String(body.readNBytes(1000), StandardCharsets.UTF_8);
        } finally {
            connection.disconnect();
        }
    }
}
