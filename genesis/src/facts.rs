//! The validated founding facts, and everything that follows from them.

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_consensus::ValidatorSet;
use sycee_contracts::{
    AccountKind, AccountNumber, AccountStatus, Founding, FoundingAccount, FoundingAsset,
    FoundingError, FoundingParticipant, Ledger, ParticipantKey, ParticipantName, ParticipantStatus,
    Role,
};
use sycee_primitives::{
    Amount, AssetId, Balance, BlockTime, ChainId, Currency, Epoch, ParticipantId, PublicKey, codec,
    domain::Domain,
    identifiers::{Bic, Lei},
};

use crate::{document, parameters::NetworkParameters, problem::GenesisErrors, validate};

/// The facts as read; their canonical bytes are what the chain id is the hash of.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Facts {
    /// Name of the network.
    pub name: String,
    /// Time of the founding; no block lies before it.
    pub time: BlockTime,
    /// Parameters.
    pub parameters: NetworkParameters,
    /// Validators, in the order of their indexes.
    pub validators: Vec<Validator>,
    /// Observers.
    pub observers: Vec<Observer>,
    /// Participants; ids are places in this list.
    pub participants: Vec<ParticipantFact>,
    /// Assets; ids are places in this list.
    pub assets: Vec<AssetFact>,
    /// Accounts; their rows follow those of the assets' issuance accounts.
    pub accounts: Vec<AccountFact>,
    /// Runs of like accounts; their rows follow.
    pub series: Vec<Series>,
}

/// A node that orders.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Validator {
    /// Name of the node.
    pub name: String,
    /// Who runs it.
    pub participant: ParticipantId,
    /// Signs votes, blocks and batches.
    pub consensus_key: PublicKey,
    /// Authenticates connections.
    pub network_key: PublicKey,
    /// Where it listens: `host:port`.
    pub address: String,
}

/// A node that follows and re-executes.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Observer {
    /// Name of the node.
    pub name: String,
    /// Who runs it.
    pub participant: ParticipantId,
    /// Authenticates connections.
    pub network_key: PublicKey,
    /// Where it listens: `host:port`.
    pub address: String,
}

/// A participant from the beginning.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct ParticipantFact {
    /// The id by which the document names it.
    pub id: String,
    /// Name.
    pub name: ParticipantName,
    /// Legal entity identifier.
    pub lei: Lei,
    /// Business identifier code.
    pub bic: Option<Bic>,
    /// Role.
    pub role: Role,
    /// Sponsor bank.
    pub sponsor: Option<ParticipantId>,
    /// Keys that sign instructions.
    pub keys: Vec<PublicKey>,
}

/// A cash asset from the beginning.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct AssetFact {
    /// ISO 4217 code.
    pub currency: Currency,
    /// Decimals of the minor unit.
    pub scale: u8,
    /// Who issues it.
    pub issuer: ParticipantId,
    /// Number of its issuance account.
    pub issuance_number: AccountNumber,
}

/// An account from the beginning.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct AccountFact {
    /// The number by which people know it.
    pub number: AccountNumber,
    /// Who owns it.
    pub owner: ParticipantId,
    /// What it holds.
    pub asset: AssetId,
    /// What it is for.
    pub kind: AccountKind,
    /// Whether it may be used.
    pub status: AccountStatus,
    /// How far below zero it may go.
    pub line: Amount,
    /// What it holds from the beginning.
    pub opening: Amount,
}

/// A run of like accounts, numbered `PREFIX-00000000` upwards.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct Series {
    /// What their numbers begin with.
    pub prefix: String,
    /// How many there are.
    pub count: u32,
    /// Who owns them.
    pub owner: ParticipantId,
    /// What they hold.
    pub asset: AssetId,
    /// What they are for.
    pub kind: AccountKind,
    /// What each holds from the beginning.
    pub opening: Amount,
}

impl Series {
    /// Number of the account at `place`; `None` beyond the last.
    #[must_use]
    pub fn number(&self, place: u32) -> Option<AccountNumber> {
        if place >= self.count {
            return None;
        }
        AccountNumber::parse(&format!("{}-{place:08}", self.prefix)).ok()
    }
}

/// Founding facts that have passed every check. Only validation makes one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Genesis {
    facts: Facts,
    chain_id: ChainId,
}

impl Genesis {
    /// Reads and checks a document.
    ///
    /// # Errors
    /// [`GenesisErrors`]: every problem found, each with its line.
    pub fn parse(text: &str) -> Result<Genesis, GenesisErrors> {
        let (document, lines) = document::read(text)?;
        let problems = match validate::facts_of(&document) {
            Ok(facts) => match Genesis::new(facts) {
                Ok(genesis) => return Ok(genesis),
                Err(GenesisErrors(problems)) => problems,
            },
            Err(GenesisErrors(problems)) => problems,
        };
        Err(GenesisErrors(lines.locate(problems)))
    }

    /// Checks facts that did not come from a text.
    ///
    /// # Errors
    /// [`GenesisErrors`]: every problem found.
    pub fn new(facts: Facts) -> Result<Genesis, GenesisErrors> {
        validate::check(&facts)?;
        let chain_id = ChainId(Domain::Genesis.hash(&[&codec::encode(&facts)]));
        Ok(Genesis { facts, chain_id })
    }

    /// The facts.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Identity of the network.
    #[must_use]
    pub fn chain_id(&self) -> ChainId {
        self.chain_id
    }

    /// The document that says the same: reading it gives an equal genesis.
    #[must_use]
    pub fn to_toml(&self) -> String {
        document::write(&self.facts)
    }

    /// The validators of epoch 0.
    #[must_use]
    pub fn validator_set(&self) -> ValidatorSet {
        let keys = self
            .facts
            .validators
            .iter()
            .map(|it| it.consensus_key)
            .collect();
        ValidatorSet::new(self.chain_id, Epoch(0), keys)
    }

    /// The first ledger.
    ///
    /// # Errors
    /// [`FoundingError`] when account series leave the ledger's ranges, which nothing else does after validation.
    pub fn ledger(&self) -> Result<Ledger, FoundingError> {
        let mut founding = founding(&self.facts, self.chain_id);
        for series in &self.facts.series {
            let numbers = (0..series.count).filter_map(|place| series.number(place));
            founding
                .accounts
                .extend(numbers.map(|number| FoundingAccount {
                    number,
                    owner: series.owner,
                    asset: series.asset,
                    kind: series.kind,
                    status: AccountStatus::Open,
                    floor: Balance::ZERO,
                    opening: series.opening,
                }));
        }
        Ledger::found(&founding)
    }
}

/// The founding without account series, which validation checks by themselves.
pub(crate) fn founding(facts: &Facts, chain_id: ChainId) -> Founding {
    Founding {
        chain_id,
        seats: seats(facts),
        parameters: facts.parameters.ledger(),
        time: facts.time,
        participants: facts
            .participants
            .iter()
            .map(founding_participant)
            .collect(),
        assets: facts
            .assets
            .iter()
            .map(|asset| FoundingAsset {
                currency: asset.currency,
                scale: asset.scale,
                issuer: asset.issuer,
                issuance_number: asset.issuance_number,
            })
            .collect(),
        accounts: facts
            .accounts
            .iter()
            .map(|account| FoundingAccount {
                number: account.number,
                owner: account.owner,
                asset: account.asset,
                kind: account.kind,
                status: account.status,
                floor: Balance(-account.line.signed()),
                opening: account.opening,
            })
            .collect(),
    }
}

fn founding_participant(participant: &ParticipantFact) -> FoundingParticipant {
    FoundingParticipant {
        lei: participant.lei,
        bic: participant.bic,
        name: participant.name,
        role: participant.role,
        sponsor: participant.sponsor,
        status: ParticipantStatus::Active,
        keys: participant
            .keys
            .iter()
            .copied()
            .map(ParticipantKey::always)
            .collect(),
    }
}

/// The directory: validators first, then observers; a node's number is its place.
fn seats(facts: &Facts) -> Vec<(ParticipantId, Option<PublicKey>)> {
    let validators = facts.validators.iter();
    let validators = validators.map(|it| (it.participant, Some(it.consensus_key)));
    let observers = facts.observers.iter().map(|it| (it.participant, None));
    validators.chain(observers).collect()
}
