//! The first state: what the genesis document says, under the same rules that later instructions obey.
//!
//! Opening balances are issuances: the issuance account of the asset is debited, so money adds up from row 0.

use sycee_primitives::{
    AccountId, Amount, AssetId, Balance, BlockTime, ChainId, Currency, Height, ParticipantId,
    PublicKey,
    identifiers::{Bic, Lei},
};
use thiserror::Error;

use crate::{
    account::{
        AccountKind, AccountNumber, AccountStatus,
        store::{NewAccount, place},
    },
    conservation,
    governance::Seat,
    ledger::{Asset, Ledger},
    parameters::LedgerParameters,
    participant::{
        Participant, ParticipantKey, ParticipantStatus, Role,
        register_participant::{check_entry, check_keys},
    },
    reject::RejectReason,
    text::ParticipantName,
};

/// Assets a ledger may hold: conservation walks all of them after every block.
pub(crate) const ASSETS_MAX: usize = 1_024;

/// The founding facts of a ledger.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Founding {
    /// The network.
    pub chain_id: ChainId,
    /// The founders' choices.
    pub parameters: LedgerParameters,
    /// Time of the founding; no block lies before it.
    pub time: BlockTime,
    /// Participants; ids are places in this list.
    pub participants: Vec<FoundingParticipant>,
    /// Assets; ids are places in this list.
    pub assets: Vec<FoundingAsset>,
    /// Accounts; ids continue behind the assets' issuance accounts, which take the first rows.
    pub accounts: Vec<FoundingAccount>,
    /// Nodes of the directory, by number: who runs each, and the key of those that validate.
    pub seats: Vec<(ParticipantId, Option<PublicKey>)>,
}

/// A participant from the beginning.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FoundingParticipant {
    /// Legal entity identifier.
    pub lei: Lei,
    /// Business identifier code; banks must have one.
    pub bic: Option<Bic>,
    /// Name.
    pub name: ParticipantName,
    /// Role.
    pub role: Role,
    /// Sponsor bank; must stand before its customers.
    pub sponsor: Option<ParticipantId>,
    /// Whether it may act.
    pub status: ParticipantStatus,
    /// Its keys.
    pub keys: Vec<ParticipantKey>,
}

/// An asset from the beginning.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FoundingAsset {
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
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FoundingAccount {
    /// The number by which people know it.
    pub number: AccountNumber,
    /// Who owns it.
    pub owner: ParticipantId,
    /// What it holds.
    pub asset: AssetId,
    /// What it is for; not issuance.
    pub kind: AccountKind,
    /// Whether it may be used.
    pub status: AccountStatus,
    /// The balance a debit may not go below; at most 0.
    pub floor: Balance,
    /// What it holds from the beginning.
    pub opening: Amount,
}

/// Why founding facts contradict the ledger's rules.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum FoundingError {
    /// A participant breaks a rule.
    #[error("participant {index}: {reason}")]
    Participant {
        /// Its place in the list.
        index: usize,
        /// The rule.
        reason: RejectReason,
    },
    /// An asset breaks a rule.
    #[error("asset {index}: {reason}")]
    Asset {
        /// Its place in the list.
        index: usize,
        /// The rule.
        reason: RejectReason,
    },
    /// More assets than a ledger may hold.
    #[error("more than 1,024 assets")]
    TooManyAssets,
    /// An account breaks a rule.
    #[error("account {index}: {reason}")]
    Account {
        /// Its place in the list.
        index: usize,
        /// The rule.
        reason: RejectReason,
    },
    /// A loan that names what does not exist, is not running, or comes after the first block.
    #[error("loan {index}: it is not running, or it names what does not exist")]
    Loan {
        /// Its place, from 0.
        index: usize,
    },
    /// An account's floor is above zero, or lower than the largest amount.
    #[error("account {index}: the floor must lie between minus 10^22 and 0")]
    Floor {
        /// Its place in the list.
        index: usize,
    },
}

impl Ledger {
    /// Founds a ledger at height 0, which is its first checkpoint.
    ///
    /// # Errors
    /// [`FoundingError`] naming the first entry that breaks a rule.
    pub fn found(founding: &Founding) -> Result<Ledger, FoundingError> {
        let mut ledger = Ledger::empty(founding.chain_id, founding.parameters, founding.time);
        for (index, participant) in founding.participants.iter().enumerate() {
            found_participant(&mut ledger, participant)
                .map_err(|reason| FoundingError::Participant { index, reason })?;
        }
        if founding.assets.len() > ASSETS_MAX {
            return Err(FoundingError::TooManyAssets);
        }
        for (index, asset) in founding.assets.iter().enumerate() {
            found_asset(&mut ledger, asset)
                .map_err(|reason| FoundingError::Asset { index, reason })?;
        }
        for (index, account) in founding.accounts.iter().enumerate() {
            let lowest = Balance(-(sycee_primitives::amount::AMOUNT_MAX as i128));
            if account.floor > Balance::ZERO || account.floor < lowest {
                return Err(FoundingError::Floor { index });
            }
            found_account(&mut ledger, account)
                .map_err(|reason| FoundingError::Account { index, reason })?;
        }
        for (participant, key) in &founding.seats {
            ledger.products.seats.add(Seat {
                participant: *participant,
                key: *key,
                since: 0,
            });
        }
        let recount = conservation::recount(&ledger.assets, ledger.accounts.postings());
        assert!(
            recount.is_ok(),
            "opening balances are issuances: {recount:?}"
        );
        ledger.accounts.end_block();
        ledger.make_checkpoint();
        Ok(ledger)
    }
}

fn found_participant(
    ledger: &mut Ledger,
    participant: &FoundingParticipant,
) -> Result<(), RejectReason> {
    let keys: Vec<PublicKey> = participant.keys.iter().map(|key| key.key).collect();
    check_keys(&keys)?;
    if matches!(participant.role, Role::Bank | Role::IndirectBank) && participant.bic.is_none() {
        return Err(RejectReason::BicMissing);
    }
    if participant.role.needs_sponsor() != participant.sponsor.is_some() {
        return Err(RejectReason::SponsorMismatch);
    }
    check_entry(
        ledger,
        &participant.lei,
        participant.bic.as_ref(),
        participant.sponsor,
        &keys,
    )?;
    ledger.add_participant(Participant {
        id: ParticipantId(0),
        lei: participant.lei,
        bic: participant.bic,
        name: participant.name,
        role: participant.role,
        sponsor: participant.sponsor,
        status: participant.status,
        keys: participant.keys.clone(),
        policy: Vec::new(),
    });
    Ok(())
}

fn found_asset(ledger: &mut Ledger, asset: &FoundingAsset) -> Result<(), RejectReason> {
    let issuer = ledger
        .participant(asset.issuer)
        .ok_or(RejectReason::OwnerUnknown)?;
    if !matches!(issuer.role, Role::Operator | Role::Bank) {
        return Err(RejectReason::OwnerRole);
    }
    if ledger.accounts.by_number(&asset.issuance_number).is_some() {
        return Err(RejectReason::NumberTaken);
    }
    let id = AssetId(u32::try_from(ledger.assets.len()).unwrap_or(u32::MAX));
    let issuance_account = ledger.accounts.add(&NewAccount {
        number: asset.issuance_number,
        owner: asset.issuer,
        asset: id,
        kind: AccountKind::Issuance,
        status: AccountStatus::Open,
        floor: Balance::ZERO,
        opened: Height(0),
    });
    ledger.assets.push(Asset {
        id,
        currency: asset.currency,
        scale: asset.scale,
        issuer: asset.issuer,
        issuance_account,
        debits: 0,
        credits: 0,
    });
    Ok(())
}

fn found_account(ledger: &mut Ledger, account: &FoundingAccount) -> Result<(), RejectReason> {
    let issuance = ledger
        .asset(account.asset)
        .map(|asset| place(asset.issuance_account))
        .ok_or(RejectReason::AssetUnknown)?;
    let role = ledger
        .role(account.owner)
        .ok_or(RejectReason::OwnerUnknown)?;
    if !account.kind.may_be_owned_by(role) {
        return Err(RejectReason::OwnerRole);
    }
    if ledger.accounts.by_number(&account.number).is_some() {
        return Err(RejectReason::NumberTaken);
    }
    if ledger.accounts.len() as u64 >= ledger.parameters.accounts_max {
        return Err(RejectReason::AccountsFull);
    }
    let AccountId(row) = ledger.accounts.add(&NewAccount {
        number: account.number,
        owner: account.owner,
        asset: account.asset,
        kind: account.kind,
        status: account.status,
        floor: account.floor,
        opened: Height(0),
    });
    let opening = account.opening.minor();
    if opening > 0 {
        ledger.transfer(account.asset, issuance, place(AccountId(row)), opening)?;
    }
    Ok(())
}
