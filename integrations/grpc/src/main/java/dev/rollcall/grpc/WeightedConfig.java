package dev.rollcall.grpc;

import dev.rollcall.pick.EjectionRules;
import dev.rollcall.pick.PickStrategy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a service config says of {@code rollcall_weighted}.
 *
 * @param zone the zone that comes first; empty for none
 * @param slowStart in what time a fresh instance comes to its full share
 * @param ejection whether instances whose calls fail are left out for a while
 */
record WeightedConfig(String zone, Duration slowStart, boolean ejection) {

    static final WeightedConfig DEFAULTS = new WeightedConfig("", Duration.ZERO, true);

    private static final String ZONE = "zone";
    private static final String SLOW_START = "slowStart";
    private static final String EJECTION = "ejection";
    private static final BigDecimal DAY = new BigDecimal(86_400);

    /**
     * Reads a JSON object as gRPC hands it over.
     *
     * @throws IllegalArgumentException with the field and what to write there
     */
    static WeightedConfig parse(Map<String, ?> config) {
        Set<String> unknown = new TreeSet<>(config.keySet());
        unknown.removeAll(Set.of(ZONE, SLOW_START, EJECTION));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("unknown " + unknown + "; there are zone, slowStart and ejection");
        }
        WeightedConfig read = DEFAULTS;
        Object zone = config.get(ZONE);
        if (zone != null) {
            read = new WeightedConfig(typed(ZONE, zone, String.class), read.slowStart, read.ejection);
        }
        Object slowStart = config.get(SLOW_START);
        if (slowStart != null) {
            read = new WeightedConfig(read.zone, seconds(typed(SLOW_START, slowStart, String.class)), read.ejection);
        }
        Object ejection = config.get(EJECTION);
        if (ejection != null) {
            read = new WeightedConfig(read.zone, read.slowStart, typed(EJECTION, ejection, Boolean.class));
        }
        return read;
    }

    private static <T> T typed(String field, Object value, Class<T> type) {
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException(
                    field + " is a " + type.getSimpleName().toLowerCase(Locale.ROOT) + ", not " + value);
        }
        return type.cast(value);
    }

    /** As durations stand in service configs: {@code 30s}, {@code 0.5s}. */
    private static Duration seconds(String text) {
        String wrong = SLOW_START + " is a time of up to a day such as 30s, not '" + text + "'";
        if (!text.endsWith("s") || text.length() > 20) {
            throw new IllegalArgumentException(wrong);
        }
        try {
            BigDecimal seconds = new BigDecimal(text.substring(0, text.length() - 1));
            if (seconds.signum() < 0 || seconds.compareTo(DAY) > 0) {
                throw new IllegalArgumentException(wrong);
            }
            return Duration.ofNanos(seconds.movePointRight(9).longValue());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(wrong, e);
        }
    }

    PickStrategy strategy() {
        PickStrategy strategy = PickStrategy.weighted().slowStart(slowStart);
        if (!zone.isEmpty()) {
            strategy = strategy.preferZone(zone);
        }
        return ejection ? strategy : strategy.ejecting(EjectionRules.none());
    }
}
