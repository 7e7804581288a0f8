//! Facts of the outside world: reserves, prices, fixings, screenings, scores, authentication, sensors.
//!
//! ```text
//!   attestor ──Attest──▶ row (kind, subject, attestor): value, observed, expires, document hash
//!                         └── a newer one takes its place; older ones are in the blocks, with proof
//!   rules ask for the newest that is still valid: `Ledger::attested`
//! ```
//! The only way in: no rule of the ledger knows anything of the world but what a named participant signed, with an end of validity.

use std::{collections::BTreeMap, fmt, io};

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{
    AccountId, AssetId, BlockTime, Hash, ParticipantId, identifiers::Uetr, json,
};

use crate::{
    ledger::Ledger,
    objects::Object,
    participant::Role,
    tables::Table,
    text::{Short, invalid},
};

pub(crate) mod attest;

/// Bytes of a subject's text (ISO 20022 Max35Text).
const SUBJECT_BYTES_MAX: usize = 35;

/// What sort of fact is attested.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Debug,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum AttestationKind {
    /// Money kept outside of the ledger against an asset, in minor units.
    Reserve = 1,
    /// Price of a unit of something.
    Price = 2,
    /// A reference rate.
    Fixing = 3,
    /// Screened against lists: 1 clear, 0 hit.
    Screening = 4,
    /// A score, higher is better.
    Score = 5,
    /// Level at which a person was authenticated.
    Authentication = 6,
    /// A reading of a sensor.
    Sensor = 7,
    /// That a document exists, by its hash.
    Document = 8,
    /// That something is wrong, by how much: a reconciliation that does not add up, failed signatures at a door. 0 is the all-clear.
    Alarm = 9,
}

impl AttestationKind {
    /// All kinds.
    pub const ALL: [AttestationKind; 9] = [
        AttestationKind::Reserve,
        AttestationKind::Price,
        AttestationKind::Fixing,
        AttestationKind::Screening,
        AttestationKind::Score,
        AttestationKind::Authentication,
        AttestationKind::Sensor,
        AttestationKind::Document,
        AttestationKind::Alarm,
    ];

    /// The name that documents and the API write.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            AttestationKind::Reserve => "reserve",
            AttestationKind::Price => "price",
            AttestationKind::Fixing => "fixing",
            AttestationKind::Screening => "screening",
            AttestationKind::Score => "score",
            AttestationKind::Authentication => "authentication",
            AttestationKind::Sensor => "sensor",
            AttestationKind::Document => "document",
            AttestationKind::Alarm => "alarm",
        }
    }

    /// Whether a participant of `role` may attest facts of this kind.
    #[must_use]
    pub const fn may_be_attested_by(self, role: Role) -> bool {
        match self {
            AttestationKind::Reserve => {
                matches!(role, Role::Auditor | Role::Regulator | Role::Oracle)
            }
            AttestationKind::Price | AttestationKind::Fixing => {
                matches!(role, Role::Oracle | Role::Operator)
            }
            AttestationKind::Screening | AttestationKind::Score => {
                matches!(role, Role::Oracle | Role::Regulator | Role::Bank)
            }
            AttestationKind::Authentication => matches!(role, Role::Oracle | Role::Bank),
            AttestationKind::Sensor => {
                matches!(role, Role::Oracle | Role::Warehouse | Role::Logistics)
            }
            AttestationKind::Document => !matches!(role, Role::Regulator),
            AttestationKind::Alarm => matches!(
                role,
                Role::Auditor | Role::Regulator | Role::Oracle | Role::Operator
            ),
        }
    }
}

/// What a fact is about.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Debug,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Subject {
    /// An asset.
    Asset(AssetId) = 1,
    /// An account.
    Account(AccountId) = 2,
    /// A participant.
    Participant(ParticipantId) = 3,
    /// A payment.
    Payment(Uetr) = 4,
    /// Something that has a name only: an index (`LPR1Y`), a commodity, a sensor.
    Named(SubjectText) = 5,
    /// A document.
    Document(Hash) = 6,
    /// An object of a product.
    Object(Table, u64) = 7,
}

/// 1 to 35 capital letters, digits, `-`, `.`, `/` and `:`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectText(Short<SUBJECT_BYTES_MAX>);

impl SubjectText {
    /// Takes a text; `None` when it is empty, too long, or has other characters.
    #[must_use]
    pub fn new(text: &str) -> Option<SubjectText> {
        let allowed = |byte: u8| {
            byte.is_ascii_uppercase()
                || byte.is_ascii_digit()
                || matches!(byte, b'-' | b'.' | b'/' | b':')
        };
        let fits = !text.is_empty() && text.bytes().all(allowed);
        fits.then(|| Short::new(text.as_bytes()).map(SubjectText))?
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for SubjectText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for SubjectText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SubjectText({self})")
    }
}

impl BorshSerialize for SubjectText {
    fn serialize<W: io::Write>(&self, writer: &mut W) -> io::Result<()> {
        self.0.write(writer)
    }
}

impl BorshDeserialize for SubjectText {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        let text = Short::<SUBJECT_BYTES_MAX>::read(reader)?;
        let text = std::str::from_utf8(text.as_bytes()).map_err(invalid)?;
        SubjectText::new(text).ok_or_else(|| invalid("a subject has 1 to 35 plain characters"))
    }
}

/// The newest statement of one attestor about one subject, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attestation {
    /// Who stated it.
    pub attestor: ParticipantId,
    /// What sort of fact.
    pub kind: AttestationKind,
    /// What it is about.
    pub subject: Subject,
    /// The value, in units of 10^-`scale`.
    #[serde(with = "json::text")]
    pub value: i128,
    /// Decimals of the value.
    pub scale: u8,
    /// When it was observed.
    pub observed: BlockTime,
    /// From when it counts no longer.
    pub expires: BlockTime,
    /// Hash of the document behind it.
    pub document: Hash,
    /// How often this attestor has stated a fact of this kind about this subject.
    pub revision: u32,
}

impl Attestation {
    /// Whether it counts at `time`.
    #[must_use]
    pub fn is_valid(&self, time: BlockTime) -> bool {
        self.observed <= time && time < self.expires
    }
}

impl Object for Attestation {
    const TABLE: Table = Table::Attestations;
    const ROWS_MAX: u64 = 1 << 20;
    type Index = BTreeMap<(AttestationKind, Subject, ParticipantId), u64>;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        index.insert((self.kind, self.subject, self.attestor), id);
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        ledger.participant(self.attestor).is_some() && ledger.knows(&self.subject)
    }
}

impl Ledger {
    /// Whether the subject is on this ledger, where that can be told.
    pub(crate) fn knows(&self, subject: &Subject) -> bool {
        match subject {
            Subject::Asset(id) => self.asset(*id).is_some(),
            Subject::Account(id) => id.0 < self.accounts.len() as u64,
            Subject::Participant(id) => self.participant(*id).is_some(),
            Subject::Object(table, id) => {
                let objects = self.products.table(*table);
                objects.is_some_and(|objects| *id < objects.count())
            }
            Subject::Payment(_) | Subject::Named(_) | Subject::Document(_) => true,
        }
    }

    /// Whether a fact of a kind about a subject was ever attested.
    pub(crate) fn was_attested(&self, kind: AttestationKind, subject: Subject) -> bool {
        let all = (kind, subject, ParticipantId(0))..=(kind, subject, ParticipantId(u32::MAX));
        let index = self.products.attestations.index();
        index.range(all).next().is_some()
    }

    /// The newest attestation of a kind about a subject that counts at `time`, by whoever may attest it and is active; of several as
    /// new as each other the first row's.
    pub(crate) fn attested(
        &self,
        kind: AttestationKind,
        subject: Subject,
        time: BlockTime,
    ) -> Option<(u64, &Attestation)> {
        let attestations = &self.products.attestations;
        let all = (kind, subject, ParticipantId(0))..=(kind, subject, ParticipantId(u32::MAX));
        attestations
            .index()
            .range(all)
            .filter_map(|(_, id)| Some((*id, attestations.get(*id)?)))
            .filter(|(_, it)| it.is_valid(time) && self.is_active(it.attestor))
            .max_by_key(|(id, it)| (it.observed, std::cmp::Reverse(*id)))
    }
}
