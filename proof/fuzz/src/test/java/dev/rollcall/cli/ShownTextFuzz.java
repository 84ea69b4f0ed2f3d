package dev.rollcall.cli;

import dev.rollcall.cli.terminal.Json;
import dev.rollcall.cli.terminal.SafeText;
import dev.rollcall.cli.terminal.Table;
import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.KeyValue;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.fuzz.Input;
import dev.rollcall.fuzz.Property;
import dev.rollcall.keyspace.StrictJson;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Any key and value as the command shows them: JSON that is JSON and exact, cells and lines without control characters and of bounded length. */
public final class ShownTextFuzz {

    private ShownTextFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        Input input = new Input(data);
        Bytes key = Bytes.of(input.bytes(input.next()));
        String text = new Input(input.bytes(input.next())).restAsText();
        Bytes value = Bytes.of(input.rest());
        String json = KeyText.json(new KeyValue(key, value, 1, 2, 3, new LeaseId(4)), true)
                .toString();
        plain(json);
        exact(json, "key", key);
        exact(json, "value", value);
        String texts = Json.object()
                .text(text, text)
                .texts("l", List.of(text))
                .texts("m", Map.of(text, text))
                .toString();
        plain(texts);
        Property.printable(SafeText.line(text), 22_000);
        plain(SafeText.line(text));
        new Table("KEY", "VALUE")
                .row(KeyText.show(key), KeyText.show(value))
                .lines()
                .forEach(ShownTextFuzz::plain);
        Property.printable(SafeText.cell(KeyText.show(value)), 3_000);
    }

    private static void exact(String json, String name, Bytes bytes) {
        if (bytes.isUtf8()) {
            Property.same(bytes.utf8(), StrictJson.text(json, name));
        } else {
            Property.same(bytes, Bytes.of(Base64.getDecoder().decode(StrictJson.text(json, name + "Base64"))));
        }
    }

    private static void plain(String shown) {
        Property.holds(
                shown.codePoints()
                        .noneMatch(c -> Character.isISOControl(c)
                                || Character.getType(c) == Character.FORMAT
                                || Character.getType(c) == Character.LINE_SEPARATOR),
                () -> "not plain: " + shown);
    }
}
