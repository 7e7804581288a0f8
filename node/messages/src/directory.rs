//! Who participates, which currencies are accepted with how many decimals, and which day it is.
//!
//! The node makes a directory from its ledger; `sycee file check` reads one from a JSON document or does without participants.
//! Spec: ledger 3.2 (participant states), shared vectors `expected.json`.

use std::collections::BTreeMap;

use serde::Deserialize;
use sycee_primitives::currency::Currency;
use sycee_primitives::identifiers::{Bic, IdentifierError, Lei};
use sycee_primitives::time::BusinessDate;
use thiserror::Error;

use crate::limits::{PARTICIPANTS_MAX, SCALE_MAX};
use crate::refusal::{Refusal, Stage};
use crate::rules::{AgentRole, AgentUse};
use crate::status_codes::StatusCode;

/// State of a participant, as far as files are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ParticipantStatus {
    /// May send and receive.
    Active,
    /// Known, but stopped for the time being.
    Suspended,
    /// Not, or not any longer, part of the network (applied, defaulted, exited).
    Absent,
}

/// One bank of the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    /// Its BIC.
    pub bic: Bic,
    /// Its legal entity identifier, where known.
    pub lei: Option<Lei>,
    /// Its name.
    pub name: String,
    /// Its state.
    pub status: ParticipantStatus,
}

/// Why a directory document cannot be used.
#[derive(Debug, Error)]
pub enum DirectoryError {
    /// The document is not JSON of the expected form.
    #[error(
        "the directory is not a document of the expected form: {0}; expected are business_date, scale and participants"
    )]
    Form(#[from] serde_json::Error),
    /// The business date is missing or is no day.
    #[error(
        "the directory has no business_date (YYYY-MM-DD); state one in it or on the command line"
    )]
    Date,
    /// A currency code is not three capital letters.
    #[error("currency {0:?} in the directory is not three capital letters")]
    Currency(String),
    /// A currency has more decimals than any published amount.
    #[error("currency {0} in the directory has {1} decimals; at most {SCALE_MAX} are possible")]
    Scale(String, u8),
    /// An identifier of a participant is not valid.
    #[error("participant {name:?} in the directory: {error}")]
    Identifier {
        /// Name of the participant.
        name: String,
        /// What is wrong.
        error: IdentifierError,
    },
    /// A status is unknown.
    #[error(
        "participant {0:?} in the directory has the unknown status {1:?}; known are Active, Suspended, Applied, Defaulted, Exited"
    )]
    Status(String, String),
    /// Two participants have the same BIC.
    #[error("BIC {0} stands twice in the directory")]
    Twice(Bic),
    /// Too many participants.
    #[error("the directory lists more than {PARTICIPANTS_MAX} participants")]
    TooMany,
}

/// Business date, accepted currencies, participants.
#[derive(Clone, Debug)]
pub struct Directory {
    business_date: BusinessDate,
    /// Accepted currencies; none accepts every currency whose decimals are known.
    scales: Option<BTreeMap<Currency, u8>>,
    /// Participants by head office; none accepts every well-formed BIC.
    participants: Option<BTreeMap<Bic, Participant>>,
}

#[derive(Deserialize)]
struct Document {
    business_date: Option<String>,
    scale: Option<BTreeMap<String, u8>>,
    participants: Option<Vec<DocumentParticipant>>,
}

#[derive(Deserialize)]
struct DocumentParticipant {
    bic: String,
    lei: Option<String>,
    #[serde(default)]
    name: String,
    status: String,
}

impl Directory {
    /// A directory that accepts every currency of ISO 4217 it knows and every well-formed BIC.
    #[must_use]
    pub fn open(business_date: BusinessDate) -> Self {
        Self {
            business_date,
            scales: None,
            participants: None,
        }
    }

    /// A directory of these currencies and participants.
    ///
    /// # Errors
    /// Refuses impossible decimals, repeated BICs and too many participants.
    pub fn new(
        business_date: BusinessDate,
        scales: BTreeMap<Currency, u8>,
        participants: impl IntoIterator<Item = Participant>,
    ) -> Result<Self, DirectoryError> {
        for (currency, scale) in &scales {
            if *scale > SCALE_MAX {
                return Err(DirectoryError::Scale(currency.to_string(), *scale));
            }
        }
        Ok(Self {
            business_date,
            scales: Some(scales),
            participants: Some(by_head_office(participants.into_iter().map(Ok))?),
        })
    }

    /// Reads a JSON document with `business_date`, `scale` and `participants`; other members are ignored.
    ///
    /// A `business_date` given here wins over the document's; a document without `scale` or `participants` does not restrict them.
    ///
    /// # Errors
    /// Names the first member that cannot be used.
    pub fn from_json(
        text: &str,
        business_date: Option<BusinessDate>,
    ) -> Result<Self, DirectoryError> {
        let document: Document = serde_json::from_str(text)?;
        let stated = document.business_date.as_deref().map(BusinessDate::parse);
        let business_date = match (business_date, stated) {
            (Some(date), _) => date,
            (None, Some(Some(date))) => date,
            (None, Some(None) | None) => return Err(DirectoryError::Date),
        };
        let scales = document.scale.map(read_scales).transpose()?;
        let participants = document
            .participants
            .map(|list| by_head_office(list.into_iter().map(read_participant)))
            .transpose()?;
        Ok(Self {
            business_date,
            scales,
            participants,
        })
    }

    /// The day for which files are judged.
    #[must_use]
    pub fn business_date(&self) -> BusinessDate {
        self.business_date
    }

    /// The same directory on another day.
    #[must_use]
    pub fn on(mut self, business_date: BusinessDate) -> Self {
        self.business_date = business_date;
        self
    }

    /// Decimals of a currency, none when it is not accepted.
    #[must_use]
    pub fn scale(&self, currency: Currency) -> Option<u8> {
        match &self.scales {
            Some(scales) => scales.get(&currency).copied(),
            None => currency.iso_decimals(),
        }
    }

    /// The participant with this BIC; branch `XXX` and no branch are the same.
    #[must_use]
    pub fn participant(&self, bic: Bic) -> Option<&Participant> {
        self.participants.as_ref()?.get(&bic.head_office())
    }

    /// Checks the banks of a file.
    pub(crate) fn check(&self, agents: &[AgentUse<'_>]) -> Result<(), Refusal> {
        if self.participants.is_none() {
            return Ok(());
        }
        agents.iter().try_for_each(|used| self.check_agent(used))
    }

    fn check_agent(&self, used: &AgentUse<'_>) -> Result<(), Refusal> {
        let refuse = |code, place, reason| Err(Refusal::at(Stage::Directory, code, place, reason));
        let found = self.participant(used.bic);
        let known = found.filter(|participant| participant.status != ParticipantStatus::Absent);
        let Some(participant) = known else {
            let reason = format!("{} is not registered as a participant", used.bic);
            return refuse(code_when_unknown(used.role), used.place, reason);
        };
        if participant.status == ParticipantStatus::Suspended {
            let reason = format!("{} ({}) is suspended", used.bic, participant.name);
            return refuse(code_when_suspended(used.role), used.place, reason);
        }
        match (used.lei, participant.lei) {
            (Some((stated, place)), Some(registered)) if stated != registered => {
                let reason = format!("{} is registered with the LEI {registered}", used.bic);
                refuse(code_when_lei_differs(used.role), place, reason)
            }
            (_, _) => Ok(()),
        }
    }
}

fn code_when_unknown(role: AgentRole) -> StatusCode {
    match role {
        AgentRole::Instructing => StatusCode::RC03,
        AgentRole::Instructed => StatusCode::RC04,
        AgentRole::Debtor => StatusCode::DNOR,
        AgentRole::Creditor => StatusCode::CNOR,
    }
}

fn code_when_suspended(role: AgentRole) -> StatusCode {
    match role {
        AgentRole::Instructing | AgentRole::Debtor => StatusCode::AG10,
        AgentRole::Instructed | AgentRole::Creditor => StatusCode::AG11,
    }
}

fn code_when_lei_differs(role: AgentRole) -> StatusCode {
    match role {
        AgentRole::Instructing | AgentRole::Debtor => StatusCode::RC03,
        AgentRole::Instructed | AgentRole::Creditor => StatusCode::RC04,
    }
}

fn read_scales(document: BTreeMap<String, u8>) -> Result<BTreeMap<Currency, u8>, DirectoryError> {
    let mut scales = BTreeMap::new();
    for (code, scale) in document {
        let Some(currency) = Currency::parse(&code) else {
            return Err(DirectoryError::Currency(code));
        };
        if scale > SCALE_MAX {
            return Err(DirectoryError::Scale(code, scale));
        }
        scales.insert(currency, scale);
    }
    Ok(scales)
}

fn read_participant(document: DocumentParticipant) -> Result<Participant, DirectoryError> {
    let DocumentParticipant {
        bic,
        lei,
        name,
        status,
    } = document;
    let wrong = |error| DirectoryError::Identifier {
        name: name.clone(),
        error,
    };
    let bic = Bic::parse(&bic).map_err(wrong)?;
    let lei = lei.as_deref().map(Lei::parse).transpose().map_err(wrong)?;
    let status = match status.as_str() {
        "Active" => ParticipantStatus::Active,
        "Suspended" => ParticipantStatus::Suspended,
        "Applied" | "Defaulted" | "Exited" => ParticipantStatus::Absent,
        _ => return Err(DirectoryError::Status(name, status)),
    };
    Ok(Participant {
        bic,
        lei,
        name,
        status,
    })
}

fn by_head_office(
    list: impl Iterator<Item = Result<Participant, DirectoryError>>,
) -> Result<BTreeMap<Bic, Participant>, DirectoryError> {
    let mut participants = BTreeMap::new();
    for participant in list {
        let participant = participant?;
        let bic = participant.bic;
        if participants
            .insert(bic.head_office(), participant)
            .is_some()
        {
            return Err(DirectoryError::Twice(bic));
        }
        if participants.len() > PARTICIPANTS_MAX {
            return Err(DirectoryError::TooMany);
        }
    }
    Ok(participants)
}
