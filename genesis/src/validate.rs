//! From a document to facts, and the rules that facts must keep. Every problem is collected; nothing stops at the first.
//!
//! ```text
//!   facts_of(document)   words, numbers, references            -> Facts
//!   check(facts)         uniqueness, ranges, ledger's rules    -> Genesis may exist
//! ```

use std::collections::{BTreeMap, BTreeSet};

use sycee_contracts::{
    AccountKind, AccountNumber, AccountStatus, FoundingError, Ledger, ParticipantName, Role,
};
use sycee_primitives::{
    Amount, AssetId, BlockTime, ChainId, Currency, ParticipantId, PublicKey,
    hash::from_hex,
    identifiers::{Bic, Lei},
    limits::VALIDATORS_MAX,
};

use crate::{
    document::{AccountEntry, AssetEntry, Document, ParticipantEntry, SeriesEntry},
    facts::{
        AccountFact, AssetFact, Facts, Observer, ParticipantFact, Series, Validator, founding,
    },
    problem::{Fault, GenesisErrors, Problem},
};

/// Bytes of a node's, network's or participant's short name.
const NAME_BYTES_MAX: usize = 64;

/// Observers of one network, and entries of every other list but accounts.
const ENTRIES_MAX: usize = 65_536;

/// Characters of a series' prefix; with nine more it is an account number.
const PREFIX_CHARS_MAX: usize = 24;

/// Accounts of one series: eight digits number them.
const SERIES_COUNT_MAX: u32 = 99_999_999;

/// The problems found so far, and how entries name each other.
#[derive(Default)]
struct Reading {
    problems: Vec<Problem>,
    participants: BTreeMap<String, ParticipantId>,
    assets: BTreeMap<String, (AssetId, u8)>,
}

/// Reads a document's words, numbers and references.
///
/// # Errors
/// [`GenesisErrors`] with everything that cannot be read.
pub(crate) fn facts_of(document: &Document) -> Result<Facts, GenesisErrors> {
    let mut reading = Reading::default();
    reading.name_all(document);
    let participants = reading.each(&document.participants, Reading::participant);
    let assets = reading.each(&document.assets, Reading::asset);
    let accounts = reading.each(&document.accounts, Reading::account);
    let series = reading.each(&document.series, Reading::series);
    let validators = reading.each(&document.validators, |reading, place, entry| {
        let field = |name: &str| format!("validators[{place}].{name}");
        Some(Validator {
            name: entry.name.clone(),
            participant: reading.participant_of(field("participant"), &entry.participant)?,
            consensus_key: reading.key(field("consensus_key"), &entry.consensus_key)?,
            network_key: reading.key(field("network_key"), &entry.network_key)?,
            address: entry.address.clone(),
        })
    });
    let observers = reading.each(&document.observers, |reading, place, entry| {
        let field = |name: &str| format!("observers[{place}].{name}");
        Some(Observer {
            name: entry.name.clone(),
            participant: reading.participant_of(field("participant"), &entry.participant)?,
            network_key: reading.key(field("network_key"), &entry.network_key)?,
            address: entry.address.clone(),
        })
    });
    if !reading.problems.is_empty() {
        return Err(GenesisErrors(reading.problems));
    }
    Ok(Facts {
        name: document.name.clone(),
        time: BlockTime(document.time_ms),
        parameters: document.parameters,
        validators,
        observers,
        participants,
        assets,
        accounts,
        series,
    })
}

impl Reading {
    /// Learns what the document's names stand for; a name that stands for two things is a problem at once.
    fn name_all(&mut self, document: &Document) {
        for (place, entry) in (0_u32..).zip(&document.participants) {
            let id = ParticipantId(place);
            if self.participants.insert(entry.id.clone(), id).is_some() {
                let field = format!("participants[{place}].id");
                self.note(Fault::DuplicateName, field, &entry.id);
            }
        }
        for (place, entry) in (0_u32..).zip(&document.assets) {
            let asset = (AssetId(place), entry.scale);
            if self.assets.insert(entry.currency.clone(), asset).is_some() {
                let field = format!("assets[{place}].currency");
                self.note(Fault::DuplicateName, field, &entry.currency);
            }
        }
    }

    /// Reads every entry of a list; those that cannot be read have left a problem behind.
    fn each<E, F>(
        &mut self,
        entries: &[E],
        read: impl Fn(&mut Reading, usize, &E) -> Option<F>,
    ) -> Vec<F> {
        entries
            .iter()
            .enumerate()
            .filter_map(|(place, entry)| read(self, place, entry))
            .collect()
    }

    fn note(&mut self, fault: Fault, field: String, detail: impl std::fmt::Display) {
        self.problems.push(Problem::new(fault, field, detail));
    }

    /// The value, or a problem.
    fn take<T, E: std::fmt::Display>(
        &mut self,
        fault: Fault,
        field: String,
        read: Result<T, E>,
    ) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(error) => {
                self.note(fault, field, error);
                None
            }
        }
    }

    fn key(&mut self, field: String, text: &str) -> Option<PublicKey> {
        let bytes = from_hex(text).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let key = bytes.map(PublicKey).ok_or("not 64 hexadecimal digits");
        self.take(Fault::BadKey, field, key)
    }

    fn participant_of(&mut self, field: String, id: &str) -> Option<ParticipantId> {
        let found = self.participants.get(id).copied();
        self.take(
            Fault::UnknownParticipant,
            field,
            found.ok_or_else(|| format!("`{id}`")),
        )
    }

    fn asset_of(&mut self, field: String, currency: &str) -> Option<(AssetId, u8)> {
        let found = self.assets.get(currency).copied();
        self.take(
            Fault::UnknownAsset,
            field,
            found.ok_or_else(|| format!("`{currency}`")),
        )
    }

    fn amount(&mut self, field: String, text: &str, scale: u8) -> Option<Amount> {
        self.take(Fault::BadAmount, field, Amount::parse_decimal(text, scale))
    }

    fn number(&mut self, field: String, text: &str) -> Option<AccountNumber> {
        self.take(Fault::BadNumber, field, AccountNumber::parse(text))
    }

    fn kind(&mut self, field: String, text: &str) -> Option<AccountKind> {
        let kinds = [AccountKind::Settlement, AccountKind::Current];
        let kind = kinds.into_iter().find(|kind| kind.name() == text);
        self.take(
            Fault::UnknownWord,
            field,
            kind.ok_or("settlement or current"),
        )
    }

    fn participant(&mut self, place: usize, entry: &ParticipantEntry) -> Option<ParticipantFact> {
        let field = |name: &str| format!("participants[{place}].{name}");
        let before = self.problems.len();
        let name = ParticipantName::new(&entry.name);
        let name = self.take(Fault::BadText, field("name"), name);
        let lei = self.take(Fault::BadLei, field("lei"), Lei::parse(&entry.lei));
        let bic = entry.bic.as_deref().map(Bic::parse).transpose();
        let bic = self.take(Fault::BadBic, field("bic"), bic);
        let role = Role::ALL.into_iter().find(|role| role.name() == entry.role);
        let role = role.ok_or_else(|| Role::ALL.map(Role::name).join(", "));
        let role = self.take(Fault::UnknownWord, field("role"), role);
        let sponsor = entry
            .sponsor
            .as_deref()
            .and_then(|sponsor| self.participant_of(field("sponsor"), sponsor));
        let mut keys = Vec::new();
        for (index, key) in entry.keys.iter().enumerate() {
            keys.extend(self.key(format!("participants[{place}].keys[{index}]"), key));
        }
        if self.problems.len() > before {
            return None;
        }
        Some(ParticipantFact {
            id: entry.id.clone(),
            name: name?,
            lei: lei?,
            bic: bic?,
            role: role?,
            sponsor,
            keys,
        })
    }

    fn asset(&mut self, place: usize, entry: &AssetEntry) -> Option<AssetFact> {
        let field = |name: &str| format!("assets[{place}].{name}");
        let currency = Currency::parse(&entry.currency).ok_or("not three capital letters");
        let currency = self.take(Fault::BadCurrency, field("currency"), currency);
        let issuer = self.participant_of(field("issuer"), &entry.issuer);
        let number = self.number(field("issuance_number"), &entry.issuance_number);
        Some(AssetFact {
            currency: currency?,
            scale: entry.scale,
            issuer: issuer?,
            issuance_number: number?,
        })
    }

    fn account(&mut self, place: usize, entry: &AccountEntry) -> Option<AccountFact> {
        let field = |name: &str| format!("accounts[{place}].{name}");
        let number = self.number(field("number"), &entry.number);
        let owner = self.participant_of(field("owner"), &entry.owner);
        let kind = self.kind(field("kind"), &entry.kind);
        let statuses = [
            AccountStatus::Open,
            AccountStatus::Blocked,
            AccountStatus::Closed,
        ];
        let status = statuses
            .into_iter()
            .find(|status| status.name() == entry.status);
        let status = status.ok_or("open, blocked or closed");
        let status = self.take(Fault::UnknownWord, field("status"), status);
        let (asset, scale) = self.asset_of(field("asset"), &entry.asset)?;
        let line = self.amount(field("line"), &entry.line, scale);
        let opening = self.amount(field("opening"), &entry.opening, scale);
        Some(AccountFact {
            number: number?,
            owner: owner?,
            asset,
            kind: kind?,
            status: status?,
            line: line?,
            opening: opening?,
        })
    }

    fn series(&mut self, place: usize, entry: &SeriesEntry) -> Option<Series> {
        let field = |name: &str| format!("series[{place}].{name}");
        let owner = self.participant_of(field("owner"), &entry.owner);
        let kind = self.kind(field("kind"), &entry.kind);
        let (asset, scale) = self.asset_of(field("asset"), &entry.asset)?;
        let opening = self.amount(field("opening"), &entry.opening, scale);
        Some(Series {
            prefix: entry.prefix.clone(),
            count: entry.count,
            owner: owner?,
            asset,
            kind: kind?,
            opening: opening?,
        })
    }
}

/// Checks facts wherever they came from.
///
/// # Errors
/// [`GenesisErrors`] with every problem found.
pub(crate) fn check(facts: &Facts) -> Result<(), GenesisErrors> {
    let mut problems = Vec::new();
    check_names(facts, &mut problems);
    check_keys(facts, &mut problems);
    check_addresses(facts, &mut problems);
    check_parameters(facts, &mut problems);
    check_assets(facts, &mut problems);
    check_nodes(facts, &mut problems);
    check_series(facts, &mut problems);
    if problems.is_empty() {
        // The rest are the ledger's own rules, asked of the ledger itself.
        if let Err(error) = Ledger::found(&founding(facts, ChainId::default())) {
            problems.push(rule_problem(error));
        }
    }
    if problems.is_empty() {
        return Ok(());
    }
    Err(GenesisErrors(problems))
}

fn rule_problem(error: FoundingError) -> Problem {
    let field = match error {
        FoundingError::Participant { index, .. } => format!("participants[{index}]"),
        FoundingError::Asset { index, .. } => format!("assets[{index}]"),
        FoundingError::TooManyAssets => "assets".to_owned(),
        FoundingError::Account { index, .. } => format!("accounts[{index}]"),
        FoundingError::Floor { index } => format!("accounts[{index}].line"),
        FoundingError::Loan { index } => format!("loans[{index}]"),
    };
    let remedy = match error {
        FoundingError::Participant { reason, .. }
        | FoundingError::Asset { reason, .. }
        | FoundingError::Account { reason, .. } => reason.explanation().remedy,
        FoundingError::TooManyAssets | FoundingError::Floor { .. } | FoundingError::Loan { .. } => {
            ""
        }
    };
    Problem::new(Fault::Rule, field, format!("{error} {remedy}"))
}

/// Short names: well formed, and each used once within its kind.
fn check_names(facts: &Facts, problems: &mut Vec<Problem>) {
    let ids = facts.participants.iter().enumerate();
    let ids = ids.map(|(place, it)| (format!("participants[{place}].id"), it.id.as_str()));
    let validators = facts.validators.iter().enumerate();
    let validators =
        validators.map(|(place, it)| (format!("validators[{place}].name"), it.name.as_str()));
    let observers = facts.observers.iter().enumerate();
    let observers =
        observers.map(|(place, it)| (format!("observers[{place}].name"), it.name.as_str()));
    let network = std::iter::once(("name".to_owned(), facts.name.as_str()));
    check_name_list(network, problems);
    check_name_list(ids, problems);
    check_name_list(validators.chain(observers), problems);
}

fn check_name_list<'a>(
    names: impl Iterator<Item = (String, &'a str)>,
    problems: &mut Vec<Problem>,
) {
    let mut seen = BTreeSet::new();
    for (field, name) in names {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if name.is_empty() || name.len() > NAME_BYTES_MAX || !name.bytes().all(allowed) {
            problems.push(Problem::new(Fault::BadText, field, format!("{name:?}")));
        } else if !seen.insert(name) {
            problems.push(Problem::new(Fault::DuplicateName, field, name));
        }
    }
}

/// Every key is acceptable and serves one holder and one purpose.
fn check_keys(facts: &Facts, problems: &mut Vec<Problem>) {
    let mut keys: Vec<(String, PublicKey)> = Vec::new();
    for (place, participant) in facts.participants.iter().enumerate() {
        if participant.keys.is_empty() {
            let field = format!("participants[{place}].keys");
            problems.push(Problem::new(Fault::NoKeys, field, &participant.id));
        }
        for (index, key) in participant.keys.iter().enumerate() {
            keys.push((format!("participants[{place}].keys[{index}]"), *key));
        }
    }
    for (place, validator) in facts.validators.iter().enumerate() {
        keys.push((
            format!("validators[{place}].consensus_key"),
            validator.consensus_key,
        ));
        let field = format!("validators[{place}].network_key");
        if validator.network_key == validator.consensus_key {
            let detail = validator.network_key;
            problems.push(Problem::new(Fault::NetworkIsConsensusKey, field, detail));
        } else {
            keys.push((field, validator.network_key));
        }
    }
    for (place, observer) in facts.observers.iter().enumerate() {
        keys.push((
            format!("observers[{place}].network_key"),
            observer.network_key,
        ));
    }
    let mut seen: BTreeMap<PublicKey, String> = BTreeMap::new();
    for (field, key) in keys {
        if !key.is_acceptable() {
            problems.push(Problem::new(Fault::BadKey, field, key));
        } else if let Some(first) = seen.get(&key) {
            problems.push(Problem::new(
                Fault::DuplicateKey,
                field,
                format!("also {first}"),
            ));
        } else {
            seen.insert(key, field);
        }
    }
}

fn check_addresses(facts: &Facts, problems: &mut Vec<Problem>) {
    let validators = facts.validators.iter().enumerate();
    let validators =
        validators.map(|(place, it)| (format!("validators[{place}].address"), &it.address));
    let observers = facts.observers.iter().enumerate();
    let observers =
        observers.map(|(place, it)| (format!("observers[{place}].address"), &it.address));
    let mut seen = BTreeSet::new();
    for (field, address) in validators.chain(observers) {
        if !is_address(address) {
            problems.push(Problem::new(
                Fault::BadAddress,
                field,
                format!("{address:?}"),
            ));
        } else if !seen.insert(address.to_ascii_lowercase()) {
            problems.push(Problem::new(Fault::DuplicateAddress, field, address));
        }
    }
}

/// `host:port`, `1.2.3.4:port` or `[::1]:port`, port 1 to 65535 without leading zeros.
fn is_address(address: &str) -> bool {
    let Some((host, port)) = address.rsplit_once(':') else {
        return false;
    };
    let port_good = port
        .parse::<u16>()
        .is_ok_and(|number| number > 0 && number.to_string() == port);
    let bracketed = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let host_good = match bracketed {
        Some(ip) => ip.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
            (1..=253).contains(&host.len()) && host.bytes().all(allowed)
        }
    };
    port_good && host_good
}

fn check_parameters(facts: &Facts, problems: &mut Vec<Problem>) {
    for (name, value, lowest, highest) in facts.parameters.ranges() {
        if value < lowest || value > highest {
            let field = format!("parameters.{name}");
            let detail = format!("{value}, allowed {lowest} to {highest}");
            problems.push(Problem::new(Fault::ParameterRange, field, detail));
        }
    }
    let is_trial = facts.name == "devnet" || facts.name.starts_with("trial-");
    if facts.parameters.trial_clock && !is_trial {
        problems.push(Problem::new(
            Fault::TrialOnly,
            "parameters.trial_clock",
            format!("the network's name is {:?}", facts.name),
        ));
    }
}

fn check_assets(facts: &Facts, problems: &mut Vec<Problem>) {
    let mut seen = BTreeSet::new();
    for (place, asset) in facts.assets.iter().enumerate() {
        let field = |name: &str| format!("assets[{place}].{name}");
        match asset.currency.iso_decimals() {
            None => problems.push(Problem::new(
                Fault::BadCurrency,
                field("currency"),
                asset.currency,
            )),
            Some(scale) if scale != asset.scale => problems.push(Problem::new(
                Fault::WrongScale,
                field("scale"),
                format!(
                    "{} has {scale} decimals, not {}",
                    asset.currency, asset.scale
                ),
            )),
            Some(_) => {}
        }
        if !seen.insert(asset.currency) {
            let field = field("currency");
            problems.push(Problem::new(Fault::DuplicateName, field, asset.currency));
        }
    }
}

fn check_nodes(facts: &Facts, problems: &mut Vec<Problem>) {
    let validators = facts.validators.len();
    if validators == 0 || validators > VALIDATORS_MAX {
        problems.push(Problem::new(
            Fault::ValidatorCount,
            "validators",
            validators,
        ));
    }
    let lists = [
        ("observers", facts.observers.len()),
        ("participants", facts.participants.len()),
        ("series", facts.series.len()),
    ];
    for (field, entries) in lists {
        if entries > ENTRIES_MAX {
            let detail = format!("{entries} entries, at most {ENTRIES_MAX}");
            problems.push(Problem::new(Fault::TooLarge, field, detail));
        }
    }
    let known = |id: ParticipantId| u64::from(id.0) < facts.participants.len() as u64;
    let nodes = facts
        .validators
        .iter()
        .map(|it| ("validators", it.participant));
    let nodes = nodes.chain(
        facts
            .observers
            .iter()
            .map(|it| ("observers", it.participant)),
    );
    for (field, participant) in nodes.filter(|(_, participant)| !known(*participant)) {
        problems.push(Problem::new(Fault::UnknownParticipant, field, participant));
    }
}

/// Series stand apart from all other numbers and from each other, so their accounts need no look-up one by one.
fn check_series(facts: &Facts, problems: &mut Vec<Problem>) {
    let mut prefixes = BTreeSet::new();
    let mut accounts = facts.accounts.len() as u64 + facts.assets.len() as u64;
    for (place, series) in facts.series.iter().enumerate() {
        let field = |name: &str| format!("series[{place}].{name}");
        let allowed = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        let length_good = (1..=PREFIX_CHARS_MAX).contains(&series.prefix.len());
        if !length_good || !series.prefix.bytes().all(allowed) {
            let detail = format!("{:?}, 1 to 24 capital letters and digits", series.prefix);
            problems.push(Problem::new(Fault::BadNumber, field("prefix"), detail));
        }
        if !prefixes.insert(format!("{}-", series.prefix)) {
            problems.push(Problem::new(
                Fault::DuplicateName,
                field("prefix"),
                &series.prefix,
            ));
        }
        if series.count > SERIES_COUNT_MAX {
            problems.push(Problem::new(Fault::TooLarge, field("count"), series.count));
        }
        accounts += u64::from(series.count);
        check_series_owner(facts, place, series, problems);
    }
    if accounts > facts.parameters.accounts_max {
        let detail = format!(
            "{accounts} accounts, accounts_max is {}",
            facts.parameters.accounts_max
        );
        let field = "parameters.accounts_max";
        problems.push(Problem::new(Fault::TooLarge, field, detail));
    }
    for (place, account) in facts.accounts.iter().enumerate() {
        let number = account.number.as_str();
        let prefix = number.split_inclusive('-').next().unwrap_or_default();
        if prefixes.contains(prefix) {
            let field = format!("accounts[{place}].number");
            problems.push(Problem::new(
                Fault::DuplicateName,
                field,
                "begins like a series",
            ));
        }
    }
}

fn check_series_owner(facts: &Facts, place: usize, series: &Series, problems: &mut Vec<Problem>) {
    let owner = usize::try_from(series.owner.0).unwrap_or(usize::MAX);
    let field = |name: &str| format!("series[{place}].{name}");
    match facts.participants.get(owner) {
        None => problems.push(Problem::new(
            Fault::UnknownParticipant,
            field("owner"),
            series.owner,
        )),
        Some(owner) if !series.kind.may_be_owned_by(owner.role) => problems.push(Problem::new(
            Fault::Rule,
            field("kind"),
            sycee_contracts::RejectReason::OwnerRole,
        )),
        Some(_) => {}
    }
    let asset = usize::try_from(series.asset.0).unwrap_or(usize::MAX);
    if facts.assets.get(asset).is_none() {
        problems.push(Problem::new(
            Fault::UnknownAsset,
            field("asset"),
            series.asset,
        ));
    }
}
