package dev.rollcall.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Bytes as one line of printable ASCII: everything else, the backslash too, is {@code \xNN}. */
public final class Escaped {

    private Escaped() {}

    /** The bytes as a line. */
    public static String write(byte[] bytes) {
        StringBuilder line = new StringBuilder(bytes.length + 16);
        for (byte b : bytes) {
            boolean plain = b >= 0x20 && b < 0x7f && b != '\\';
            line.append(plain ? String.valueOf((char) b) : String.format("\\x%02x", b & 0xff));
        }
        return line.toString();
    }

    /** A text as a line. */
    public static String write(String text) {
        return write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The bytes of a line. */
    public static byte[] read(String line) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(line.length());
        for (int i = 0; i < line.length(); i++) {
            if (line.startsWith("\\x", i)) {
                bytes.write(Integer.parseInt(line.substring(i + 2, i + 4), 16));
                i += 3;
            } else {
                bytes.write(line.charAt(i));
            }
        }
        return bytes.toByteArray();
    }
}
