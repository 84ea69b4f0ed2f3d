package dev.rollcall.conformance.differential;

import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Fills what a step leaves open: {@code $2} is the second revision of the case, {@code $member} the store's member, {@code $peer} its address for peers, {@code $lease} the
 * lease that was granted last; {@code [[3|put %i ]]} is said three times, and {@code $x(9)} is nine letters x.
 */
record Blanks(Origin origin, LongSupplier lastLease) {

    private static final Pattern REPEATED = Pattern.compile("\\[\\[(\\d+)\\|(.*?)]]");
    private static final Pattern LETTERS = Pattern.compile("\\$x\\((\\d+)\\)");
    private static final Pattern REVISION = Pattern.compile("\\$(-?\\d+)");

    String fill(String step) {
        String text = REPEATED.matcher(step)
                .replaceAll(found -> Matcher.quoteReplacement(repeated(found.group(2), found.group(1))));
        text = LETTERS.matcher(text).replaceAll(found -> "x".repeat(Integer.parseInt(found.group(1))));
        text = REVISION.matcher(text).replaceAll(found -> "" + (origin.revision() + Long.parseLong(found.group(1))));
        return text.replace("$peer", origin.peer())
                .replace("$member", Long.toUnsignedString(origin.member()))
                .replace("$lease", "" + lastLease.getAsLong());
    }

    private static String repeated(String text, String times) {
        return IntStream.rangeClosed(1, Integer.parseInt(times))
                .mapToObj(i -> text.replace("%i", "" + i))
                .collect(Collectors.joining(" "));
    }
}
