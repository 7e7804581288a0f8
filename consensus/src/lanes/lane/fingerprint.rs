//! What of a lane decides later cuts, watermarks and evidence. For [`crate::Core::fingerprint`].

use std::hash::{Hash as _, Hasher};

use super::{Holders, Known, Lane};

impl Lane {
    /// What is known and who holds it, the own place told apart from the others only.
    pub(in crate::lanes) fn fingerprint(&self, into: &mut impl Hasher) {
        let Lane {
            owner: _,
            rules,
            base,
            base_incarnation,
            batches,
            // The same batches in another order, or counted.
            by_seq: _,
            children: _,
            alive: _,
            bytes: _,
            given_up_bytes: _,
            slots,
            seen,
            dead,
            poisoned,
            taken,
            line,
            held,
            missing,
            pending,
            is_forked,
            pairs,
            // Only saves steps.
            ways_down: _,
        } = self;
        let me = rules.me.map(Holders::one).unwrap_or_default();
        let told_apart = |holders: Holders| {
            let own = holders.without(holders.without(me));
            (!own.is_empty(), holders.without(me))
        };
        (base, base_incarnation, taken, held, line).hash(into);
        (slots, seen, dead, poisoned, is_forked).hash(into);
        for (digest, known) in batches {
            let Known {
                // Named by its digest.
                signed: _,
                synced,
                holders,
                quorum_since,
                is_given_up,
            } = known;
            (digest, synced, told_apart(*holders)).hash(into);
            (quorum_since.is_some(), is_given_up).hash(into);
        }
        for (name, holders) in missing {
            (name, told_apart(*holders)).hash(into);
        }
        for (place, (told, _)) in pending.iter().enumerate() {
            if rules.me.is_none_or(|me| me.usize() != place) {
                told.hash(into);
            }
        }
        for (one, other) in pairs {
            (one.signature.0, other.signature.0).hash(into);
        }
    }
}
