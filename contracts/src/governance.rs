//! Who runs the network and by which rules: seats, proposals, votes by seat, a time-lock, and the validators that follow from them.
//!
//! ```text
//!   Propose ──▶ Open ──q seats approve──▶ Approved ──time-lock over──▶ Applied | Failed (the state has moved on)
//!                 ├──Withdraw──▶ Withdrawn ◀──Withdraw──┘
//!                 └──nobody cares──▶ Expired
//!   Applied change of validators ──▶ set version + 1 ──▶ the next Terminal block of ordering ──▶ next epoch
//! ```
//! One seat a validator: its vote is cast by the participant that runs it, and counts while it is a validator. It takes as many seats
//! to change something as it takes validators to make a block final, n - f. Spec: ledger 3.3 Control, consensus A9.

use std::collections::{BTreeMap, BTreeSet};

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{
    BlockTime, ChainId, Epoch, Hash, Height, ParticipantId, PublicKey, Signature, codec,
    domain::Domain, planted,
};

use crate::{
    calendar::set_calendar::SetCalendar,
    default_case::steps::{Declaration, declare},
    ledger::Ledger,
    objects::Object,
    participant::{ParticipantStatus, Role, set_status::may_follow},
    reject::RejectReason,
    standing::Moment,
    tables::Table,
    text::Purpose,
};

pub(crate) mod propose;
pub(crate) mod vote;
pub(crate) mod withdraw;

/// Rules of the ledger that this program can execute; a later version must be installed before its height.
pub const PROTOCOL_VERSION: u32 = 1;

/// Validators a set may have.
const VALIDATORS_MAX: usize = sycee_primitives::limits::VALIDATORS_MAX;

/// A node of the network's directory, by its number, and whether it orders.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seat {
    /// Who runs the node and casts its vote.
    pub participant: ParticipantId,
    /// Signs its votes, blocks and batches while it is a validator; `None` for an observer.
    pub key: Option<PublicKey>,
    /// Version of the validators that its last change made; 0 from the genesis.
    pub since: u64,
}

impl Object for Seat {
    const TABLE: Table = Table::Seats;
    const ROWS_MAX: u64 = 1_024;
    type Index = BTreeMap<PublicKey, u64>;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        index.extend(self.key.map(|key| (key, id)));
    }

    fn leave(&self, _id: u64, index: &mut Self::Index) {
        if let Some(key) = self.key {
            index.remove(&key);
        }
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        ledger.participant(self.participant).is_some()
    }
}

/// A number of the ledger that its participants may change.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Parameter {
    /// Milliseconds of block time from one checkpoint to the next, 1 to 60,000.
    CheckpointIntervalMs(u64) = 0,
    /// Participants the ledger may hold; not below those that it holds.
    ParticipantsMax(u32) = 1,
    /// Accounts the ledger may hold; not below those that it holds.
    AccountsMax(u64) = 2,
}

/// What is proposed.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Change {
    /// A node of the directory becomes a validator.
    Join {
        /// Its number.
        node: u16,
        /// The key it will sign with.
        key: PublicKey,
        /// That key's signature over [`possession`].
        proof: Signature,
    } = 0,
    /// A validator stops ordering and observes.
    Leave {
        /// Its number.
        node: u16,
    } = 1,
    /// A validator signs with another key.
    Rotate {
        /// Its number.
        node: u16,
        /// The key it will sign with.
        key: PublicKey,
        /// That key's signature over [`possession`].
        proof: Signature,
    } = 2,
    /// A number of the ledger changes.
    Parameter(Parameter) = 3,
    /// Later rules hold from a height on; a program that does not know them stops before it.
    Protocol {
        /// Their number, above the running one.
        version: u32,
        /// First height they hold for.
        height: Height,
    } = 4,
    /// A participant is declared in default.
    Default {
        /// Who.
        participant: ParticipantId,
        /// Why: an external reason code.
        reason: Purpose,
    } = 5,
    /// An asset gets other business days and hours.
    Calendar(SetCalendar) = 6,
}

/// What a key signs to show that its owner has it: it counts for one node of one network.
#[must_use]
pub fn possession(chain: &ChainId, node: u16, key: &PublicKey) -> Hash {
    Domain::Possession.statement(chain, Epoch(0), &codec::encode(&(node, *key)))
}

impl Change {
    /// The name that the API and the CLI write.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Change::Join { .. } => "join",
            Change::Leave { .. } => "leave",
            Change::Rotate { .. } => "rotate",
            Change::Parameter(_) => "parameter",
            Change::Protocol { .. } => "protocol",
            Change::Default { .. } => "default",
            Change::Calendar(_) => "calendar",
        }
    }

    /// Whether the ledger as it stands could make this change.
    fn check(&self, ledger: &Ledger) -> Result<(), RejectReason> {
        match self {
            Change::Join { node, key, proof } => {
                if ledger.seat(*node)?.key.is_some() {
                    return Err(RejectReason::AlreadyValidator);
                }
                if ledger.validators().1.len() >= VALIDATORS_MAX {
                    return Err(RejectReason::ValidatorsFull);
                }
                check_key(ledger, *node, key, proof)
            }
            Change::Leave { node } => {
                ledger.validator(*node)?;
                if ledger.validators().1.len() == 1 {
                    return Err(RejectReason::LastValidator);
                }
                Ok(())
            }
            Change::Rotate { node, key, proof } => {
                ledger.validator(*node)?;
                check_key(ledger, *node, key, proof)
            }
            Change::Parameter(parameter) => parameter.check(ledger),
            Change::Protocol { version, height } => {
                let ahead = *height > ledger.header.height.next();
                let later = *version > ledger.protocol_version(*height);
                if ahead && later {
                    Ok(())
                } else {
                    Err(RejectReason::ProtocolNotLater)
                }
            }
            Change::Default { participant, .. } => {
                let found = ledger.participant(*participant);
                let found = found.ok_or(RejectReason::ParticipantUnknown)?;
                let may = may_follow(found.status, ParticipantStatus::Defaulted);
                if found.role == Role::Operator || !may {
                    return Err(RejectReason::StatusSequence);
                }
                ledger.check_default_room()
            }
            Change::Calendar(calendar) => calendar.check_place(ledger),
        }
    }

    fn apply(&self, ledger: &mut Ledger, moment: &Moment, proposal: (u64, ParticipantId)) {
        let version = ledger.validators().0.saturating_add(1);
        let (node, key) = match self {
            Change::Join { node, key, .. } | Change::Rotate { node, key, .. } => {
                (*node, Some(*key))
            }
            Change::Leave { node } => (*node, None),
            Change::Parameter(parameter) => return parameter.apply(ledger),
            // It holds by its height: see [`Ledger::protocol_version`].
            Change::Protocol { .. } => return,
            Change::Default {
                participant,
                reason,
            } => {
                let declaration = Declaration {
                    participant: *participant,
                    reason: *reason,
                    by: proposal.1,
                    proposal: Some(proposal.0),
                };
                declare(ledger, moment, &declaration);
                return;
            }
            Change::Calendar(calendar) => {
                calendar.set(ledger, proposal.1, moment);
                return;
            }
        };
        ledger.products.seats.update(node.into(), |seat| {
            if key.is_some() || !planted!("leave-stays") {
                seat.key = key;
            }
            seat.since = version;
        });
    }
}

fn check_key(
    ledger: &Ledger,
    node: u16,
    key: &PublicKey,
    proof: &Signature,
) -> Result<(), RejectReason> {
    if ledger.products.seats.index().contains_key(key) {
        return Err(RejectReason::ValidatorKeyInUse);
    }
    if !key.verify(&possession(&ledger.chain_id(), node, key), proof) {
        return Err(RejectReason::PossessionUnproven);
    }
    Ok(())
}

impl Parameter {
    fn check(self, ledger: &Ledger) -> Result<(), RejectReason> {
        let fits = match self {
            Parameter::CheckpointIntervalMs(ms) => (1..=60_000).contains(&ms),
            Parameter::ParticipantsMax(most) => most as usize >= ledger.participants.len(),
            Parameter::AccountsMax(most) => most >= ledger.accounts.len() as u64,
        };
        fits.then_some(()).ok_or(RejectReason::ParameterOutOfRange)
    }

    fn apply(self, ledger: &mut Ledger) {
        match self {
            Parameter::CheckpointIntervalMs(ms) => ledger.parameters.checkpoint_interval_ms = ms,
            Parameter::ParticipantsMax(most) => ledger.parameters.participants_max = most,
            Parameter::AccountsMax(most) => ledger.parameters.accounts_max = most,
        }
        ledger.header.parameters = ledger.parameters;
    }
}

/// How far a proposal has come.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum ProposalState {
    /// Seats may approve it.
    Open = 0,
    /// Enough seats have; it waits for its time-lock.
    Approved = 1,
    /// It took effect.
    Applied = 2,
    /// Too few seats approved it in time.
    Expired = 3,
    /// Its proposer took it back.
    Withdrawn = 4,
    /// When its time came, the state had moved on and it could not be applied.
    Failed = 5,
}

impl ProposalState {
    /// The name that the API and the CLI write.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            ProposalState::Open => "open",
            ProposalState::Approved => "approved",
            ProposalState::Applied => "applied",
            ProposalState::Expired => "expired",
            ProposalState::Withdrawn => "withdrawn",
            ProposalState::Failed => "failed",
        }
    }
}

/// One proposal, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// Who proposed it.
    pub proposer: ParticipantId,
    /// What is to change.
    pub change: Change,
    /// Milliseconds of block time between the last approval and the effect.
    pub time_lock_ms: u64,
    /// When it expires, if too few seats approve it.
    pub expires: BlockTime,
    /// Height at which it was made.
    pub opened: Height,
    /// Numbers of the nodes whose seats approve it.
    pub approvals: BTreeSet<u16>,
    /// How far it is.
    pub state: ProposalState,
    /// When it takes effect, once approved.
    pub effective: Option<BlockTime>,
    /// Height at which it reached its last state.
    pub settled: Option<Height>,
}

impl Object for Proposal {
    const TABLE: Table = Table::Proposals;
    const ROWS_MAX: u64 = 65_536;
    type Index = ();

    fn due(&self) -> Option<BlockTime> {
        match self.state {
            ProposalState::Open => Some(self.expires),
            ProposalState::Approved => self.effective,
            ProposalState::Applied
            | ProposalState::Expired
            | ProposalState::Withdrawn
            | ProposalState::Failed => None,
        }
    }

    fn fall_due(ledger: &mut Ledger, moment: &Moment, id: u64) {
        let Some(proposal) = ledger.products.proposals.get(id).cloned() else {
            return;
        };
        let state = match proposal.state {
            ProposalState::Approved if proposal.change.check(ledger).is_ok() => {
                let by = (id, proposal.proposer);
                proposal.change.apply(ledger, moment, by);
                ProposalState::Applied
            }
            ProposalState::Approved => ProposalState::Failed,
            ProposalState::Open => ProposalState::Expired,
            ProposalState::Applied
            | ProposalState::Expired
            | ProposalState::Withdrawn
            | ProposalState::Failed => return,
        };
        ledger.products.proposals.update(id, |it| {
            it.state = state;
            it.settled = Some(moment.height);
        });
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        ledger.participant(self.proposer).is_some()
    }
}

/// Sizes of a set of validators.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sizes {
    /// n: validators.
    pub validators: usize,
    /// f: how many may be arbitrarily faulty.
    pub faults: usize,
    /// q = n - f: how many make a block final, and how many seats approve a proposal.
    pub quorum: usize,
}

impl Sizes {
    /// Sizes of a set of so many.
    #[must_use]
    pub fn of(validators: usize) -> Sizes {
        let faults = validators.saturating_sub(1) / 3;
        Sizes {
            validators,
            faults,
            quorum: validators.saturating_sub(faults),
        }
    }
}

/// What a change would do to the set of validators.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Preview {
    /// The set as the state names it now.
    pub before: Sizes,
    /// The set with the change.
    pub after: Sizes,
}

impl Ledger {
    pub(crate) fn seat(&self, node: u16) -> Result<&Seat, RejectReason> {
        let seat = self.products.seats.get(node.into());
        seat.ok_or(RejectReason::NodeUnknown)
    }

    pub(crate) fn validator(&self, node: u16) -> Result<&Seat, RejectReason> {
        let seat = self.seat(node)?;
        if seat.key.is_none() {
            return Err(RejectReason::NotValidator);
        }
        Ok(seat)
    }

    /// Version of the validators, and their numbers and keys, ascending.
    pub(crate) fn validators(&self) -> (u64, Vec<(u16, PublicKey)>) {
        let seats = || self.products.seats.iter();
        let version = seats().map(|(_, seat)| seat.since).max().unwrap_or(0);
        let members = seats().filter_map(|(id, seat)| Some((u16::try_from(id).ok()?, seat.key?)));
        (version, members.collect())
    }

    /// Seats that approve a proposal and still count.
    pub(crate) fn approvals(&self, proposal: &Proposal) -> usize {
        let counts = |node: &&u16| self.validator(**node).is_ok();
        proposal.approvals.iter().filter(counts).count()
    }

    /// The rules that hold at a height.
    pub(crate) fn protocol_version(&self, height: Height) -> u32 {
        let proposals = self.products.proposals.iter();
        let versions = proposals.filter_map(|(_, proposal)| match proposal.change {
            Change::Protocol {
                version,
                height: from,
            } if proposal.state == ProposalState::Applied && from <= height => Some(version),
            _ => None,
        });
        versions.max().unwrap_or(PROTOCOL_VERSION)
    }

    /// What a change would do to the sizes of the set.
    pub(crate) fn preview(&self, change: &Change) -> Preview {
        let now = self.validators().1.len();
        let after = match change {
            Change::Join { .. } => now.saturating_add(1),
            Change::Leave { .. } => now.saturating_sub(1),
            Change::Rotate { .. }
            | Change::Parameter(_)
            | Change::Protocol { .. }
            | Change::Default { .. }
            | Change::Calendar(_) => now,
        };
        Preview {
            before: Sizes::of(now),
            after: Sizes::of(after),
        }
    }
}
