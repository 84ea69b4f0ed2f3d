package dev.rollcall.nemesis;

import dev.rollcall.etcd.server.EmbeddedEtcd;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** The process of the embedded server: {@code down} takes it off the net, {@code up} brings it back with the data it has. */
final class EmbeddedMain {

    private EmbeddedMain() {}

    public static void main(String[] args) throws IOException {
        try (EmbeddedEtcd etcd =
                EmbeddedEtcd.builder().port(Integer.parseInt(args[0])).start()) {
            System.out.println("up");
            BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = orders.readLine(); line != null; line = orders.readLine()) {
                if (line.equals("down")) {
                    etcd.stop();
                } else {
                    etcd.restart();
                }
                System.out.println(line);
            }
        }
    }
}
