//! The genesis document as text: TOML with names for references and decimals for amounts. Nothing here judges what it says.

use serde::{Deserialize, Serialize};
use sycee_primitives::{Amount, AssetId, ParticipantId, PublicKey};
use toml::de::{DeTable, DeValue};

use crate::{
    facts::{AccountFact, AssetFact, Facts, Observer, ParticipantFact, Series, Validator},
    parameters::NetworkParameters,
    problem::{Fault, GenesisErrors, Problem},
};

/// Bytes a document may have.
const DOCUMENT_BYTES_MAX: usize = 16 << 20;

/// Letters that may differ between an unknown field and the one suggested.
const SUGGESTION_DISTANCE_MAX: usize = 3;

/// A whole document.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    pub(crate) name: String,
    /// Founding time, milliseconds since 1970.
    pub(crate) time_ms: u64,
    #[serde(default)]
    pub(crate) parameters: NetworkParameters,
    #[serde(default)]
    pub(crate) validators: Vec<ValidatorEntry>,
    #[serde(default)]
    pub(crate) observers: Vec<ObserverEntry>,
    #[serde(default)]
    pub(crate) participants: Vec<ParticipantEntry>,
    #[serde(default)]
    pub(crate) assets: Vec<AssetEntry>,
    #[serde(default)]
    pub(crate) accounts: Vec<AccountEntry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) series: Vec<SeriesEntry>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ValidatorEntry {
    pub(crate) name: String,
    pub(crate) participant: String,
    pub(crate) consensus_key: String,
    pub(crate) network_key: String,
    pub(crate) address: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ObserverEntry {
    pub(crate) name: String,
    pub(crate) participant: String,
    pub(crate) network_key: String,
    pub(crate) address: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ParticipantEntry {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) lei: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bic: Option<String>,
    pub(crate) role: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sponsor: Option<String>,
    #[serde(default)]
    pub(crate) keys: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssetEntry {
    pub(crate) currency: String,
    pub(crate) scale: u8,
    pub(crate) issuer: String,
    pub(crate) issuance_number: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountEntry {
    pub(crate) number: String,
    pub(crate) owner: String,
    pub(crate) asset: String,
    pub(crate) kind: String,
    #[serde(default = "open", skip_serializing_if = "is_open")]
    pub(crate) status: String,
    /// How far below zero it may go.
    #[serde(default = "nothing", skip_serializing_if = "is_nothing")]
    pub(crate) line: String,
    #[serde(default = "nothing", skip_serializing_if = "is_nothing")]
    pub(crate) opening: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SeriesEntry {
    pub(crate) prefix: String,
    pub(crate) count: u32,
    pub(crate) owner: String,
    pub(crate) asset: String,
    pub(crate) kind: String,
    #[serde(default = "nothing", skip_serializing_if = "is_nothing")]
    pub(crate) opening: String,
}

fn open() -> String {
    "open".to_owned()
}

fn is_open(status: &str) -> bool {
    status == "open"
}

fn nothing() -> String {
    "0".to_owned()
}

fn is_nothing(amount: &str) -> bool {
    amount == "0"
}

/// Finds the lines of fields.
pub(crate) struct Lines<'a> {
    text: &'a str,
}

/// Reads a document.
///
/// # Errors
/// One problem, with its line: size, syntax, unknown field, missing field or wrong type.
pub(crate) fn read(text: &str) -> Result<(Document, Lines<'_>), GenesisErrors> {
    if text.len() > DOCUMENT_BYTES_MAX {
        let detail = format!("{} bytes, at most {DOCUMENT_BYTES_MAX}", text.len());
        return Err(GenesisErrors(vec![Problem::new(
            Fault::TooLarge,
            "",
            detail,
        )]));
    }
    match toml::from_str(text) {
        Ok(document) => Ok((document, Lines { text })),
        Err(error) => {
            let mut problem = syntax_problem(error.message());
            problem.line = error.span().map(|span| line_of(text, span.start));
            Err(GenesisErrors(vec![problem]))
        }
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// Turns the reader's message into a problem; an unknown field gets the nearest known one as suggestion.
fn syntax_problem(message: &str) -> Problem {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let (true, Some((unknown, known))) =
        (message.starts_with("unknown field"), quoted.split_first())
    else {
        return Problem::new(Fault::Syntax, "", message);
    };
    let nearest = known
        .iter()
        .map(|name| (distance(unknown, name), *name))
        .min()
        .filter(|(distance, _)| *distance <= SUGGESTION_DISTANCE_MAX);
    let detail = match nearest {
        Some((_, name)) => format!("did you mean `{name}`?"),
        None => message.to_owned(),
    };
    Problem::new(Fault::UnknownField, *unknown, detail)
}

/// Letters to insert, remove or replace to get from one word to the other; long words are far from everything.
fn distance(left: &str, right: &str) -> usize {
    const WORD_BYTES_MAX: usize = 64;
    if left.len() > WORD_BYTES_MAX || right.len() > WORD_BYTES_MAX {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (place, from) in left.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], place + 1);
        for (column, to) in right.bytes().enumerate() {
            let replaced = diagonal + usize::from(from != to);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

impl Lines<'_> {
    /// Adds the line of its field to each problem.
    pub(crate) fn locate(&self, mut problems: Vec<Problem>) -> Vec<Problem> {
        let Ok(table) = DeTable::parse(self.text) else {
            return problems;
        };
        for problem in &mut problems {
            let start = position(table.get_ref(), &problem.field);
            problem.line = start.map(|start| line_of(self.text, start));
        }
        problems
    }
}

/// Byte position of `participants[3].keys[0]`, or of its nearest part that exists.
fn position(table: &DeTable<'_>, field: &str) -> Option<usize> {
    let mut found = None;
    let mut table = Some(table);
    for part in field.split('.') {
        let (name, indexes) = part.split_once('[').unwrap_or((part, ""));
        let Some(mut value) = table.and_then(|table| table.get(name)) else {
            break;
        };
        found = Some(value.span().start);
        for index in indexes.split(['[', ']']).filter(|text| !text.is_empty()) {
            let DeValue::Array(entries) = value.get_ref() else {
                break;
            };
            let Some(entry) = index
                .parse()
                .ok()
                .and_then(|index: usize| entries.get(index))
            else {
                break;
            };
            value = entry;
            found = Some(value.span().start);
        }
        table = match value.get_ref() {
            DeValue::Table(table) => Some(table),
            _ => None,
        };
    }
    found
}

/// Writes facts as a document.
pub(crate) fn write(facts: &Facts) -> String {
    let document = document_of(facts);
    let written = toml::to_string(&document);
    assert!(
        written.is_ok(),
        "a document of plain texts and numbers can be written: {written:?}"
    );
    written.unwrap_or_default()
}

/// Looks up the names behind ids.
struct Names<'a>(&'a Facts);

impl Names<'_> {
    fn participant(&self, id: ParticipantId) -> String {
        let place = usize::try_from(id.0).unwrap_or(usize::MAX);
        let fact = self.0.participants.get(place);
        fact.map(|fact| fact.id.clone()).unwrap_or_default()
    }

    fn asset(&self, id: AssetId) -> Option<&AssetFact> {
        self.0
            .assets
            .get(usize::try_from(id.0).unwrap_or(usize::MAX))
    }

    fn currency(&self, id: AssetId) -> String {
        self.asset(id)
            .map(|fact| fact.currency.to_string())
            .unwrap_or_default()
    }

    fn decimal(&self, asset: AssetId, amount: Amount) -> String {
        if amount.is_zero() {
            return nothing();
        }
        amount.to_decimal(self.asset(asset).map_or(0, |fact| fact.scale))
    }

    fn asset_entry(&self, asset: &AssetFact) -> AssetEntry {
        AssetEntry {
            currency: asset.currency.to_string(),
            scale: asset.scale,
            issuer: self.participant(asset.issuer),
            issuance_number: asset.issuance_number.to_string(),
        }
    }

    fn account_entry(&self, account: &AccountFact) -> AccountEntry {
        AccountEntry {
            number: account.number.to_string(),
            owner: self.participant(account.owner),
            asset: self.currency(account.asset),
            kind: account.kind.name().to_owned(),
            status: account.status.name().to_owned(),
            line: self.decimal(account.asset, account.line),
            opening: self.decimal(account.asset, account.opening),
        }
    }

    fn series_entry(&self, series: &Series) -> SeriesEntry {
        SeriesEntry {
            prefix: series.prefix.clone(),
            count: series.count,
            owner: self.participant(series.owner),
            asset: self.currency(series.asset),
            kind: series.kind.name().to_owned(),
            opening: self.decimal(series.asset, series.opening),
        }
    }
}

fn document_of(facts: &Facts) -> Document {
    let names = Names(facts);
    let validators = facts.validators.iter();
    let observers = facts.observers.iter();
    let participants = facts.participants.iter();
    Document {
        name: facts.name.clone(),
        time_ms: facts.time.0,
        parameters: facts.parameters,
        validators: validators
            .map(|it| validator_entry(it, names.participant(it.participant)))
            .collect(),
        observers: observers
            .map(|it| observer_entry(it, names.participant(it.participant)))
            .collect(),
        participants: participants
            .map(|it| participant_entry(it, it.sponsor.map(|id| names.participant(id))))
            .collect(),
        assets: facts
            .assets
            .iter()
            .map(|it| names.asset_entry(it))
            .collect(),
        accounts: facts
            .accounts
            .iter()
            .map(|it| names.account_entry(it))
            .collect(),
        series: facts
            .series
            .iter()
            .map(|it| names.series_entry(it))
            .collect(),
    }
}

fn validator_entry(validator: &Validator, participant: String) -> ValidatorEntry {
    ValidatorEntry {
        name: validator.name.clone(),
        participant,
        consensus_key: validator.consensus_key.to_string(),
        network_key: validator.network_key.to_string(),
        address: validator.address.clone(),
    }
}

fn observer_entry(observer: &Observer, participant: String) -> ObserverEntry {
    ObserverEntry {
        name: observer.name.clone(),
        participant,
        network_key: observer.network_key.to_string(),
        address: observer.address.clone(),
    }
}

fn participant_entry(participant: &ParticipantFact, sponsor: Option<String>) -> ParticipantEntry {
    ParticipantEntry {
        id: participant.id.clone(),
        name: participant.name.to_string(),
        lei: participant.lei.to_string(),
        bic: participant.bic.map(|bic| bic.to_string()),
        role: participant.role.name().to_owned(),
        sponsor,
        keys: participant.keys.iter().map(PublicKey::to_string).collect(),
    }
}
