package dev.rollcall.nemesis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** All kinds of faults there are. */
final class Faults {

    private Faults() {}

    static List<FaultKind> all() {
        List<FaultKind> all = new ArrayList<>();
        all.addAll(StoreFaults.all());
        all.addAll(DataFaults.all());
        all.addAll(ClientFaults.all());
        all.addAll(NetworkFaults.all());
        if (FakeClock.present()) {
            all.addAll(ClientFaults.ofClock());
        }
        return all;
    }

    /**
     * Those of these names, divided by commas; all where none is named.
     *
     * @throws IllegalArgumentException with all names, where there is none of a name
     */
    static List<FaultKind> named(String names) {
        List<FaultKind> all = all();
        if (names.isEmpty()) {
            return all;
        }
        return Arrays.stream(names.split(","))
                .map(name -> all.stream()
                        .filter(kind -> kind.name().equals(name.trim()))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("no fault " + name + "; there are "
                                + all.stream().map(FaultKind::name).toList())))
                .toList();
    }
}
