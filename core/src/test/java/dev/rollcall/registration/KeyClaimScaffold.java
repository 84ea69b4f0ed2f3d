package dev.rollcall.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.etcd.Bytes;
import dev.rollcall.etcd.LeaseId;
import dev.rollcall.registration.KeyClaim.Phase;
import dev.rollcall.registration.RegistrationOptions.OnConflict;
import dev.rollcall.registration.RegistrationOptions.OnDelete;
import dev.rollcall.registration.Sighting.Owner;
import java.util.List;

/** A claim to one key, to be told events one by one, and short words for them. */
abstract class KeyClaimScaffold {

    static final LeaseId A = new LeaseId(0xa);
    static final LeaseId B = new LeaseId(0xb);
    static final LeaseId THEIRS = new LeaseId(0x7);
    static final Bytes ONE = Bytes.utf8("one");
    static final Bytes TWO = Bytes.utf8("two");
    static final Bytes BYE = Bytes.utf8("bye");

    KeyClaim claim = claim(OnConflict.WAIT, OnDelete.RESTORE);
    long now;

    static KeyClaim claim(OnConflict onConflict, OnDelete onDelete) {
        return KeyClaim.of(ONE, onConflict, onDelete, 0);
    }

    final List<ClaimAction> tell(ClaimEvent event) {
        KeyClaim.Step step = claim.step(event, now);
        claim = step.state();
        return step.actions();
    }

    final void writing() {
        tell(new ClaimEvent.Offered(A));
    }

    final void held() {
        writing();
        tell(new ClaimEvent.Written(5));
        assertThat(claim.phase()).isEqualTo(Phase.HELD);
    }

    /** A key that was last changed at a revision, and lives by a lease. */
    static Standing under(LeaseId lease, long mod) {
        return new Standing(mod, lease, Bytes.EMPTY);
    }

    static Sighting ours(long mod, Bytes value, LeaseId lease) {
        return new Sighting(Owner.US, mod, mod, lease, value);
    }

    static Sighting other(long mod, LeaseId lease) {
        return new Sighting(Owner.OTHER, mod, mod, lease, TWO);
    }
}
