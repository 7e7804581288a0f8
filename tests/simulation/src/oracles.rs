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
//!   node started, stepped ---> finality       heights never fall, over restarts too
//!                              bounds         queues and memory stay below their limits
//!   offence seen ------------> evidence       against liars only; in a final block at the end of the run
//!   end of the run ----------> progress       after the faults everything drains within a bound
//! ```
//! Oracles share no code with what they check but types and encodings, and keep their own integers.

use sycee_consensus::ValidatorSet;

pub mod agreement;
pub mod bounds;
pub mod certificates;
pub mod evidence;
pub mod finality;
pub mod lawful;
pub mod ledger;
pub mod outcomes;
pub mod progress;
pub mod results;
pub mod signatures;

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
    /// Certificates hold.
    pub certificates: certificates::Certificates,
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
    ) -> Oracles {
        Oracles {
            agreement: agreement::Agreement::default(),
            certificates: certificates::Certificates::new(set),
            evidence: evidence::Offences::default(),
            finality: finality::Finality::new(nodes),
            lawful: lawful::Lawful::new(law),
            ledger: ledger::NaiveLedger::new(genesis.facts()),
            outcomes: outcomes::Outcomes::default(),
            results: results::Results::default(),
            signatures: signatures::Signatures::new(set),
        }
    }
}
