package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Failure;
import dev.rollcall.etcd.Credentials;
import dev.rollcall.fuzz.Input;
import dev.rollcall.fuzz.Property;

/** Any text as a time, an address to listen at or a user: read, or a failure in words. */
public final class OptionTextFuzz {

    private OptionTextFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        String text = new Input(data).restAsText();
        refused(() -> {
            boolean positive = TimeText.parse("--timeout", text).toMillis() > 0;
            Property.holds(positive, () -> "a time that is none");
        });
        refused(() -> {
            ListenAddress address = ListenAddress.parse("--listen", text, text.startsWith("https"));
            Property.holds(!address.host().isEmpty(), () -> "no host");
        });
        refused(() -> {
            Credentials credentials = Credentials.parse(text);
            Property.holds(credentials.toString().endsWith(":***"), credentials::toString);
        });
    }

    private static void refused(Runnable reading) {
        try {
            reading.run();
        } catch (Failure | IllegalArgumentException e) {
            Property.holds(!String.valueOf(e.getMessage()).isBlank(), () -> "a failure without words");
        }
    }
}
