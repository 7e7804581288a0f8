//! What must hold, whatever breaks: one property a file, checked at every event that can touch it.
//!
//! ```text
//!   frame about to leave ----> certificates   q distinct keys signed, one decision a view
//!                              signatures     no honest key contradicts itself; nothing leaves before its record is synced
//!   block executed ----------> agreement      one block a height, linked; nobody ahead of a certificate
//!                              lawful         the rules that its voters had to check, judged anew
//!                              results        one result and one root a height
//!                              ledger         a naive ledger gives the same receipts; money is conserved, floors hold
//!                              outcomes       one outcome an instruction; what was acknowledged stays
//!                              products       a naive executor of the family that is played says the same; rows, balances, invariants
//!                              races          a portion has one use, a document is financed once, and somebody wins
//!   epoch begun -------------> governance     its validators are those that the votes on the ledger gave it
//!   node started, stepped ---> finality       heights never fall, over restarts too
//!                              bounds         queues and memory stay below their limits
//!   offence seen ------------> evidence       against liars only; in a final block at the end of the run
//!   end of the run ----------> progress       after the faults everything drains within a bound
//! ```
//! Oracles share no code with what they check but types and encodings, and keep their own integers.

use sycee_consensus::{ValidatorSet, View};
use sycee_primitives::Epoch;

pub mod agreement;
pub mod bounds;
pub mod certificates;
pub mod evidence;
pub mod finality;
pub mod governance;
pub mod lawful;
pub mod ledger;
pub mod outcomes;
pub mod products;
pub mod progress;
pub mod races;
pub mod results;
pub mod signatures;
pub mod supply;

/// A property that did not hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// Which property.
    pub oracle: &'static str,
    /// What was seen.
    pub what: String,
    /// When.
    pub at_us: u64,
}

/// What an oracle says.
pub type Verdict = Result<(), String>;

/// All of them with their memory.
pub struct Oracles {
    /// One block a height.
    pub agreement: agreement::Agreement,
    /// Certificates hold, by epoch.
    pub certificates: Vec<certificates::Certificates>,
    /// Liars are convicted, and nobody else.
    pub evidence: evidence::Offences,
    /// Heights never fall.
    pub finality: finality::Finality,
    /// Final blocks keep the rules.
    pub lawful: lawful::Lawful,
    /// The naive ledger.
    pub ledger: ledger::NaiveLedger,
    /// One outcome an instruction.
    pub outcomes: outcomes::Outcomes,
    /// One winner a race.
    pub races: races::Races,
    /// One result a height.
    pub results: results::Results,
    /// No honest key contradicts itself.
    pub signatures: signatures::Signatures,
}

impl Oracles {
    /// Oracles that have seen nothing.
    #[must_use]
    pub fn new(
        set: &ValidatorSet,
        genesis: &sycee_genesis::Genesis,
        nodes: usize,
        law: lawful::Law,
        products: Option<products::Products>,
    ) -> Oracles {
        Oracles {
            agreement: agreement::Agreement::default(),
            certificates: vec![certificates::Certificates::new(set)],
            evidence: evidence::Offences::default(),
            finality: finality::Finality::new(nodes),
            lawful: lawful::Lawful::new(law),
            ledger: ledger::NaiveLedger::new(genesis.facts(), products),
            outcomes: outcomes::Outcomes::default(),
            races: races::Races::default(),
            results: results::Results::default(),
            signatures: signatures::Signatures::new(set),
        }
    }

    /// The certificates of an epoch that has begun.
    #[must_use]
    pub fn certificates_of(&self, epoch: Epoch) -> Option<&certificates::Certificates> {
        self.certificates.get(usize::try_from(epoch.0).ok()?)
    }

    /// The highest view of an epoch with a finalization; 0 in one that has not begun.
    #[must_use]
    pub fn highest_final(&self, epoch: Epoch) -> View {
        let of = self.certificates_of(epoch);
        of.map_or(View(0), certificates::Certificates::highest_final)
    }

    /// The next epoch begins.
    pub fn begins(&mut self, set: &ValidatorSet) {
        self.certificates.push(certificates::Certificates::new(set));
        self.signatures.begins(set);
        self.evidence.ends(Epoch(set.epoch().0.saturating_sub(1)));
    }
}
