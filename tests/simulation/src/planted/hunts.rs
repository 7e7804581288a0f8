//! Which plant is looked for in which weather.
//!
//! Not all plants are here: what only makes a network slower, or shows only to who knows the trace, has its named scenario and is
//! found by `scripts/planted`.

use super::{Circumstance, Hunt};
use crate::plan::Way;

const fn hunt(plant: &'static str, weather: Circumstance) -> Hunt {
    Hunt { plant, weather }
}

/// Votes that contradict each other, and two blocks for one view.
const CONTRADICTS: Circumstance = Circumstance::Liar(&[Way::VoteTwice, Way::Equivocate, Way::Twin]);

/// Blocks that break a rule.
const MISLEADS: Circumstance = Circumstance::Liar(&[Way::Mislead]);

/// Certificates that nobody else has signed, and numbers at their end.
const FORGES: Circumstance = Circumstance::Liar(&[Way::Forge]);

/// The same from a leader whose proposals reach few, so that others have to pass them on.
const FORGES_AND_WITHHOLDS: Circumstance =
    Circumstance::Liar(&[Way::Forge, Way::WithholdProposals]);

/// Everything that is looked for.
pub const HUNTS: &[Hunt] = &[
    // Signing and the disk.
    hunt("S1", Circumstance::Cuts),
    hunt("finalize-gate", Circumstance::Lossy),
    hunt("double-sign", CONTRADICTS),
    hunt("restart-forgets", Circumstance::Cuts),
    hunt("ava-labs-280", Circumstance::Cuts),
    hunt("no-sync", Circumstance::Calm),
    hunt("B1", Circumstance::Calm),
    hunt("B1-proposal", Circumstance::Slow),
    hunt("L6a", Circumstance::Calm),
    hunt("R4", Circumstance::Cuts),
    hunt("R4-payload", Circumstance::Cuts),
    hunt("R6-odd", Circumstance::Cuts),
    hunt("L1", Circumstance::Blackout),
    hunt("aptos-11629", Circumstance::Cuts),
    // Memory.
    hunt("S4", Circumstance::Forgetful),
    hunt("J5", Circumstance::Forgetful),
    hunt("L6b", Circumstance::Forgetful),
    hunt("B6b", Circumstance::Forgetful),
    // What others sign and send.
    hunt("votes-by-message", Circumstance::Lossy),
    hunt("S9-unverified", FORGES),
    hunt("trust-peer", FORGES),
    hunt("overflow", FORGES),
    hunt("V18", FORGES_AND_WITHHOLDS),
    hunt("M6", CONTRADICTS),
    hunt("L5", Circumstance::Liar(&[Way::ForkLane])),
    hunt(
        "L3-root",
        Circumstance::Liar(&[Way::Disrupt, Way::LieInSync]),
    ),
    hunt("L4", Circumstance::Liar(&[Way::Disrupt, Way::LieInSync])),
    // Views.
    hunt("V2", Circumstance::Forgetful),
    hunt("V3", Circumstance::Calm),
    hunt("V14", Circumstance::Cuts),
    hunt("V15", Circumstance::Cuts),
    hunt("V16", Circumstance::Calm),
    // Epochs.
    hunt("leave-stays", Circumstance::Turns),
    hunt("mark-late", Circumstance::Calm),
    // Judging a proposal.
    hunt("V9", MISLEADS),
    hunt("V10", Circumstance::Hurried(&[Way::Mislead])),
    hunt("V11", MISLEADS),
    hunt("X3", MISLEADS),
    hunt("E4", MISLEADS),
    hunt("summit-80", Circumstance::Slow),
    // Order and execution.
    hunt("O1", Circumstance::Calm),
    hunt("B3-bound", Circumstance::Away),
    hunt("hash-order", Circumstance::Twice),
    hunt("second-outcome", Circumstance::Ledger),
    hunt("financed-twice", Circumstance::Ledger),
    hunt("no-floor", Circumstance::Ledger),
    hunt("key-reuse", Circumstance::Ledger),
    hunt("dedupe-restart", Circumstance::Ledger),
    hunt("root-order", Circumstance::Ledger),
];
