//! An independent, naive executor: maps and big integers, no shared code but the types of instructions and receipts.

use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigInt;
use sycee_primitives::{AccountId, AssetId, BlockTime, TransactionId, identifiers::Uetr};

use crate::{
    AccountStatus, Action, BulkMode, Founding, Outcome, Pay, PayBatch, RejectReason,
    VerifiedTransaction,
};

struct ModelAccount {
    owner: u32,
    asset: AssetId,
    issuance: bool,
    open: Result<(), bool>,
    floor: BigInt,
    balance: BigInt,
}

/// The state, as simply as it can be said.
pub(super) struct Model {
    accounts: BTreeMap<u64, ModelAccount>,
    sponsors: BTreeMap<u32, Option<u32>>,
    active: BTreeMap<u32, bool>,
    used: BTreeMap<(u32, Vec<u8>), TransactionId>,
    uetrs: BTreeSet<Uetr>,
}

impl Model {
    pub(super) fn new(founding: &Founding) -> Model {
        let mut accounts = BTreeMap::new();
        let assets = founding.assets.len() as u64;
        for (asset, fact) in (0_u32..).zip(&founding.assets) {
            let opened = founding.accounts.iter().filter(|it| it.asset.0 == asset);
            let total: BigInt = opened.map(|it| BigInt::from(it.opening.minor())).sum();
            accounts.insert(
                u64::from(asset),
                ModelAccount {
                    owner: fact.issuer.0,
                    asset: AssetId(asset),
                    issuance: true,
                    open: Ok(()),
                    floor: BigInt::ZERO,
                    balance: -total,
                },
            );
        }
        for (place, fact) in (assets..).zip(&founding.accounts) {
            accounts.insert(
                place,
                ModelAccount {
                    owner: fact.owner.0,
                    asset: fact.asset,
                    issuance: false,
                    open: match fact.status {
                        AccountStatus::Open => Ok(()),
                        AccountStatus::Closed => Err(true),
                        AccountStatus::Blocked => Err(false),
                    },
                    floor: BigInt::from(fact.floor.0),
                    balance: BigInt::from(fact.opening.minor()),
                },
            );
        }
        let people = || (0_u32..).zip(&founding.participants);
        Model {
            accounts,
            sponsors: people()
                .map(|(id, it)| (id, it.sponsor.map(|sponsor| sponsor.0)))
                .collect(),
            active: people()
                .map(|(id, it)| (id, it.status == crate::ParticipantStatus::Active))
                .collect(),
            used: BTreeMap::new(),
            uetrs: BTreeSet::new(),
        }
    }

    pub(super) fn balance(&self, account: AccountId) -> BigInt {
        self.accounts[&account.0].balance.clone()
    }

    /// The outcome of one transaction whose signers are known to be right; `None` when it is dropped.
    pub(super) fn execute(
        &mut self,
        now: BlockTime,
        transaction: &VerifiedTransaction,
    ) -> Option<Outcome> {
        let instruction = transaction.instruction();
        let key = (
            instruction.sender.0,
            instruction.idempotency_key.as_bytes().to_vec(),
        );
        match self.used.get(&key) {
            Some(first) if *first == transaction.id() => return None,
            Some(_) => return Some(Outcome::Refused(RejectReason::DuplicateInstruction)),
            None => {}
        }
        self.used.insert(key, transaction.id());
        let today = now.0 / 86_400_000;
        Some(match &instruction.action {
            Action::Pay(pay) => self.pay(today, instruction.sender.0, pay),
            Action::PayBatch(bulk) => self.bulk(today, instruction.sender.0, bulk),
            Action::IssueCash(issue) => {
                match self.creditor_of_issue(instruction.sender.0, issue.account) {
                    Ok(asset) => {
                        self.shift(u64::from(asset.0), issue.account.0, issue.amount.minor());
                        Outcome::Settled
                    }
                    Err(reason) => Outcome::Refused(reason),
                }
            }
            other => panic!("not modelled: {}", other.name()),
        })
    }

    fn creditor_of_issue(&self, sender: u32, account: AccountId) -> Result<AssetId, RejectReason> {
        let it = self
            .accounts
            .get(&account.0)
            .ok_or(RejectReason::CreditorUnknown)?;
        if sender != self.accounts[&u64::from(it.asset.0)].owner {
            return Err(RejectReason::IssuerOnly);
        }
        self.creditor(account, it.asset)?;
        Ok(it.asset)
    }

    fn debtor(&self, sender: u32, account: AccountId, asset: AssetId) -> Result<(), RejectReason> {
        let it = self
            .accounts
            .get(&account.0)
            .ok_or(RejectReason::DebtorUnknown)?;
        let checks = [
            (
                it.owner == sender || self.sponsors[&it.owner] == Some(sender),
                RejectReason::DebtorForbidden,
            ),
            (it.open != Err(true), RejectReason::DebtorClosed),
            (it.open != Err(false), RejectReason::DebtorBlocked),
            (it.asset == asset, RejectReason::DebtorCurrency),
            (!it.issuance, RejectReason::DebtorKind),
            (self.active[&it.owner], RejectReason::DebtorOwnerNotActive),
        ];
        checks
            .into_iter()
            .find(|(good, _)| !good)
            .map_or(Ok(()), |(_, reason)| Err(reason))
    }

    fn creditor(&self, account: AccountId, asset: AssetId) -> Result<(), RejectReason> {
        let it = self
            .accounts
            .get(&account.0)
            .ok_or(RejectReason::CreditorUnknown)?;
        let checks = [
            (it.open != Err(true), RejectReason::CreditorClosed),
            (it.open != Err(false), RejectReason::CreditorBlocked),
            (it.asset == asset, RejectReason::CreditorCurrency),
            (!it.issuance, RejectReason::CreditorKind),
            (self.active[&it.owner], RejectReason::CreditorOwnerNotActive),
        ];
        checks
            .into_iter()
            .find(|(good, _)| !good)
            .map_or(Ok(()), |(_, reason)| Err(reason))
    }

    fn shift(&mut self, from: u64, to: u64, amount: u128) {
        self.accounts.get_mut(&from).unwrap().balance -= BigInt::from(amount);
        self.accounts.get_mut(&to).unwrap().balance += BigInt::from(amount);
    }

    fn date(today: u64, date: sycee_primitives::BusinessDate) -> Result<(), RejectReason> {
        match u64::from(date.0).cmp(&today) {
            std::cmp::Ordering::Less => Err(RejectReason::ValueDatePast),
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Greater => Err(RejectReason::ValueDateFuture),
        }
    }

    fn pay(&mut self, today: u64, sender: u32, pay: &Pay) -> Outcome {
        if !self.uetrs.insert(pay.uetr) {
            return Outcome::Refused(RejectReason::UetrRepeated);
        }
        // A later date is waited for: funds are asked for when it has come.
        let waits =
            u64::from(pay.value_date.0) > today && u64::from(pay.value_date.0) <= today + 366;
        let date = if waits {
            Ok(())
        } else {
            Model::date(today, pay.value_date)
        };
        let parties = date
            .and_then(|()| self.debtor(sender, pay.debtor, pay.asset))
            .and_then(|()| self.creditor(pay.creditor, pay.asset));
        if waits && parties.is_ok() {
            return Outcome::Waiting(crate::Waiting::Warehoused);
        }
        let checked = parties.and_then(|()| self.funds(pay.debtor, pay.amount.minor()));
        match checked {
            Ok(()) => {
                self.shift(pay.debtor.0, pay.creditor.0, pay.amount.minor());
                Outcome::Settled
            }
            Err(reason) => Outcome::Refused(reason),
        }
    }

    fn funds(&self, debtor: AccountId, amount: u128) -> Result<(), RejectReason> {
        let it = &self.accounts[&debtor.0];
        let left = &it.balance - BigInt::from(amount);
        if left < it.floor {
            Err(RejectReason::InsufficientFunds)
        } else {
            Ok(())
        }
    }

    fn bulk(&mut self, today: u64, sender: u32, bulk: &PayBatch) -> Outcome {
        let whole = Model::date(today, bulk.value_date)
            .and_then(|()| self.debtor(sender, bulk.debtor, bulk.asset));
        if let Err(reason) = whole {
            return Outcome::Refused(reason);
        }
        let before: Vec<(u64, BigInt)> = self
            .accounts
            .iter()
            .map(|(id, it)| (*id, it.balance.clone()))
            .collect();
        let (mut settled_count, mut settled_sum, mut refused) = (0, 0, Vec::new());
        for (place, leg) in (0_u16..).zip(&bulk.legs) {
            let checked = if leg.amount.is_zero() {
                Err(RejectReason::ZeroAmount)
            } else if leg.creditor == bulk.debtor {
                Err(RejectReason::SameAccount)
            } else {
                self.creditor(leg.creditor, bulk.asset)
                    .and_then(|()| self.funds(bulk.debtor, leg.amount.minor()))
            };
            match (checked, bulk.mode) {
                (Ok(()), _) => {
                    self.shift(bulk.debtor.0, leg.creditor.0, leg.amount.minor());
                    settled_count += 1;
                    settled_sum += leg.amount.minor();
                }
                (Err(reason), BulkMode::Each) => refused.push((place, reason)),
                (Err(reason), BulkMode::All) => {
                    for (id, balance) in before {
                        self.accounts.get_mut(&id).unwrap().balance = balance;
                    }
                    return Outcome::BulkRefused { leg: place, reason };
                }
            }
        }
        Outcome::BulkSettled {
            settled_count,
            settled_sum,
            refused,
        }
    }
}
