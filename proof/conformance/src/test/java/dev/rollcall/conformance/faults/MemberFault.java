package dev.rollcall.conformance.faults;

import dev.rollcall.etcd.testkit.TestEtcd;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;

/** What is done to the members of a cluster, and for how long. */
enum MemberFault {
    /** The leader is frozen and thawed. */
    FROZEN_LEADER(Duration.ofSeconds(12)),
    /** A follower is frozen and thawed. */
    FROZEN_FOLLOWER(Duration.ofSeconds(12)),
    /** The leader is killed, and started again. */
    KILLED_LEADER(Duration.ofSeconds(3)),
    /** All members are killed, and started again. */
    ALL_KILLED(Duration.ofSeconds(5)),
    /** One member after the other is stopped, and started again. */
    ROLLING_RESTART(Duration.ofSeconds(3));

    final Duration length;

    MemberFault(Duration length) {
        this.length = length;
    }

    static MemberFault parse(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Does it, holds it, and ends it; answers when the end began, in nanoseconds. */
    long strike(TestEtcd cluster, Random random) {
        TestEtcd leader = cluster.leader();
        switch (this) {
            case FROZEN_LEADER -> {
                return freeze(leader);
            }
            case FROZEN_FOLLOWER -> {
                int at = cluster.members().indexOf(leader);
                return freeze(cluster.member((at + 1 + random.nextInt(2)) % 3));
            }
            case KILLED_LEADER -> {
                return kill(leader);
            }
            case ALL_KILLED -> {
                return kill(cluster);
            }
            case ROLLING_RESTART -> {
                for (TestEtcd member : cluster.members()) {
                    member.stop();
                    Pause.of(length);
                    member.start();
                    Pause.of(length);
                }
                return System.nanoTime();
            }
        }
        throw new AssertionError(this);
    }

    private long freeze(TestEtcd member) {
        member.pause();
        Pause.of(length);
        long thawed = System.nanoTime();
        member.resume();
        return thawed;
    }

    private long kill(TestEtcd members) {
        members.kill();
        Pause.of(length);
        long back = System.nanoTime();
        members.start();
        return back;
    }
}
