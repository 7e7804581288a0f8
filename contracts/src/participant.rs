//! Who takes part: legal entities with keys, a role, and for customers a sponsor bank.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{
    Height, ParticipantId, PublicKey,
    identifiers::{Bic, Lei},
    json,
};

use crate::text::ParticipantName;

pub(crate) mod exit;
pub(crate) mod register_participant;
pub(crate) mod rotate_key;
pub(crate) mod set_key_purpose;
pub(crate) mod set_signing_policy;
pub(crate) mod set_sponsor;
pub(crate) mod set_status;

/// Keys one participant may have.
pub(crate) const KEYS_PER_PARTICIPANT_MAX: usize = 16;

/// What a participant is on this network.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Debug,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Role {
    /// Runs the register and issues central bank money.
    Operator = 0,
    /// Takes part directly, sponsors others.
    Bank = 1,
    /// A bank that takes part through another.
    IndirectBank = 2,
    /// The obligor at the centre of a supply chain.
    CoreEnterprise = 3,
    /// Sells to a core enterprise.
    Supplier = 4,
    /// Keeps goods.
    Warehouse = 5,
    /// Moves goods.
    Logistics = 6,
    /// Supervises, re-executes everything, owns nothing.
    Regulator = 7,
    /// Reviews, owns nothing.
    Auditor = 8,
    /// Attests facts of the outside world, owns nothing.
    Oracle = 9,
}

impl Role {
    /// Whether a participant of this role acts under a sponsor bank.
    #[must_use]
    pub const fn needs_sponsor(self) -> bool {
        match self {
            Role::IndirectBank
            | Role::CoreEnterprise
            | Role::Supplier
            | Role::Warehouse
            | Role::Logistics => true,
            Role::Operator | Role::Bank | Role::Regulator | Role::Auditor | Role::Oracle => false,
        }
    }

    /// The name that documents and the API write.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Role::Operator => "operator",
            Role::Bank => "bank",
            Role::IndirectBank => "indirect-bank",
            Role::CoreEnterprise => "core-enterprise",
            Role::Supplier => "supplier",
            Role::Warehouse => "warehouse",
            Role::Logistics => "logistics",
            Role::Regulator => "regulator",
            Role::Auditor => "auditor",
            Role::Oracle => "oracle",
        }
    }

    /// All roles.
    pub const ALL: [Role; 10] = [
        Role::Operator,
        Role::Bank,
        Role::IndirectBank,
        Role::CoreEnterprise,
        Role::Supplier,
        Role::Warehouse,
        Role::Logistics,
        Role::Regulator,
        Role::Auditor,
        Role::Oracle,
    ];
}

/// Whether a participant may act.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum ParticipantStatus {
    /// May act and be paid.
    Active = 1,
    /// May neither act nor be paid.
    Suspended = 2,
    /// Did not meet its obligations; may neither act nor be paid.
    Defaulted = 3,
    /// Has left for good.
    Exited = 4,
}

/// What a key signs.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum KeyPurpose {
    /// Everything.
    Any = 0,
    /// What moves and promises money, and nothing that changes rights.
    Business = 1,
    /// Keys, policies, sponsors, statuses, breakers, freezes, viewing grants and votes, and no business.
    Rights = 2,
    /// Questions only, which change nothing.
    Inquiry = 3,
}

impl KeyPurpose {
    /// Whether a key of this purpose signs an instruction that needs a key for `needed`; [`KeyPurpose::Any`] is content with every key that signs
    /// instructions.
    #[must_use]
    pub const fn allows(self, needed: KeyPurpose) -> bool {
        match (self, needed) {
            (KeyPurpose::Any, _)
            | (KeyPurpose::Business, KeyPurpose::Business | KeyPurpose::Any)
            | (KeyPurpose::Rights, KeyPurpose::Rights | KeyPurpose::Any) => true,
            (KeyPurpose::Business, KeyPurpose::Rights | KeyPurpose::Inquiry)
            | (KeyPurpose::Rights, KeyPurpose::Business | KeyPurpose::Inquiry)
            | (KeyPurpose::Inquiry, _) => false,
        }
    }
}

/// A key of a participant and the heights at which it signs.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct ParticipantKey {
    /// The key.
    pub key: PublicKey,
    /// First height at which it signs.
    pub from: Height,
    /// First height at which it no longer signs.
    pub to: Option<Height>,
    /// What it signs.
    pub purpose: KeyPurpose,
}

impl ParticipantKey {
    /// A key that signs from the beginning and without end.
    #[must_use]
    pub const fn always(key: PublicKey) -> ParticipantKey {
        ParticipantKey {
            key,
            from: Height(0),
            to: None,
            purpose: KeyPurpose::Any,
        }
    }

    /// Whether it signs at `height`.
    #[must_use]
    pub fn is_active(&self, height: Height) -> bool {
        self.from <= height && self.to.is_none_or(|to| height < to)
    }
}

/// From which amount on how many keys must sign.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct SignatureBand {
    /// The lowest amount of the band, in minor units of whatever asset.
    #[serde(with = "json::text")]
    pub from: u128,
    /// Keys that must sign.
    pub signatures: u8,
}

/// One participant, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Participant {
    /// Its row.
    pub id: ParticipantId,
    /// Its legal entity identifier, unique.
    pub lei: Lei,
    /// Its business identifier code; banks have one; unique.
    pub bic: Option<Bic>,
    /// Its name.
    pub name: ParticipantName,
    /// What it is.
    pub role: Role,
    /// The bank it acts under.
    pub sponsor: Option<ParticipantId>,
    /// Whether it may act.
    pub status: ParticipantStatus,
    /// Its keys; no two participants share one.
    pub keys: Vec<ParticipantKey>,
    /// How many of them must sign, by amount; empty for one whatever the amount.
    pub policy: Vec<SignatureBand>,
}

impl ParticipantStatus {
    /// All statuses.
    pub const ALL: [ParticipantStatus; 4] = [
        ParticipantStatus::Active,
        ParticipantStatus::Suspended,
        ParticipantStatus::Defaulted,
        ParticipantStatus::Exited,
    ];

    /// The name that documents and the API write.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            ParticipantStatus::Active => "active",
            ParticipantStatus::Suspended => "suspended",
            ParticipantStatus::Defaulted => "defaulted",
            ParticipantStatus::Exited => "exited",
        }
    }
}

/// Whether keys are enough to sign whatever the sender's policy asks the most signatures for, business and rights, at a height and for good: what ends by
/// itself does not count, or a participant could be without a voice one day.
pub(crate) fn are_enough(keys: &[ParticipantKey], needed: usize, height: Height) -> bool {
    [KeyPurpose::Business, KeyPurpose::Rights]
        .into_iter()
        .all(|purpose| {
            let lasting = |key: &&ParticipantKey| {
                key.from <= height && key.to.is_none() && key.purpose.allows(purpose)
            };
            keys.iter().filter(lasting).count() >= needed
        })
}

impl Participant {
    /// How many keys must sign an instruction that moves so much.
    #[must_use]
    pub fn signatures_needed(&self, amount: u128) -> usize {
        let band = self.policy.iter().rev().find(|band| band.from <= amount);
        band.map_or(1, |band| usize::from(band.signatures).max(1))
    }

    /// Whether it may act and be paid.
    #[must_use]
    pub fn is_active(&self) -> bool {
        match self.status {
            ParticipantStatus::Active => true,
            ParticipantStatus::Suspended
            | ParticipantStatus::Defaulted
            | ParticipantStatus::Exited => false,
        }
    }
}
