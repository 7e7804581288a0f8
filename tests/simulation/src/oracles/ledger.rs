//! Ledger: a naive ledger, told the same transactions, gives the same receipts; debits equal credits; nobody is below its floor.
//!
//! Maps and checked 128-bit integers, and no code of the ledger that is checked: rules are written down a second time.

use std::collections::{BTreeMap, HashMap, HashSet};

use sycee_contracts::{
    Action, BulkMode, Outcome, Pay, PayBatch, Receipt, RejectReason, Table, VerifiedTransaction,
};
use sycee_genesis::Facts;
use sycee_primitives::{BlockTime, TransactionId};

use super::Verdict;
use super::governance::NaiveGovernance;
use super::supply::{Done, Supply};

#[derive(Clone, Debug)]
struct Account {
    owner: u32,
    asset: u32,
    issuance: bool,
    floor: i128,
    balance: i128,
}

/// The state, as simply as it can be said.
pub struct NaiveLedger {
    accounts: BTreeMap<u64, Account>,
    sponsors: Vec<Option<u32>>,
    used: HashMap<(u32, Vec<u8>), TransactionId>,
    unheard: HashSet<TransactionId>,
    uetrs: HashSet<Vec<u8>>,
    supply: Supply,
    height: u64,
    /// Who orders.
    pub governance: NaiveGovernance,
}

impl NaiveLedger {
    /// The founding state.
    #[must_use]
    pub fn new(facts: &Facts) -> NaiveLedger {
        let mut accounts = BTreeMap::new();
        for (asset, fact) in (0_u32..).zip(&facts.assets) {
            let opened = facts.accounts.iter().filter(|it| it.asset.0 == asset);
            let total: i128 = opened.map(|it| it.opening.signed()).sum();
            let account = Account {
                owner: fact.issuer.0,
                asset,
                issuance: true,
                floor: i128::MIN,
                balance: -total,
            };
            accounts.insert(u64::from(asset), account);
        }
        for (place, fact) in (facts.assets.len() as u64..).zip(&facts.accounts) {
            let account = Account {
                owner: fact.owner.0,
                asset: fact.asset.0,
                issuance: false,
                floor: -fact.line.signed(),
                balance: fact.opening.signed(),
            };
            accounts.insert(place, account);
        }
        NaiveLedger {
            accounts,
            sponsors: facts
                .participants
                .iter()
                .map(|it| it.sponsor.map(|id| id.0))
                .collect(),
            used: HashMap::new(),
            unheard: HashSet::new(),
            uetrs: HashSet::new(),
            supply: Supply::default(),
            height: 0,
            governance: NaiveGovernance::new(facts),
        }
    }

    /// The height it stands at.
    #[must_use]
    pub fn height(&self) -> u64 {
        self.height
    }

    /// Executes the next height and compares.
    ///
    /// # Errors
    /// When a receipt is another, missing or too many, or money was made or lost.
    pub fn executes<'a>(
        &mut self,
        height: u64,
        time: BlockTime,
        transactions: impl Iterator<Item = &'a VerifiedTransaction>,
        receipts: &[Receipt],
    ) -> Verdict {
        self.height = height;
        self.governance.begins_block(time);
        let mut given = receipts.iter();
        for transaction in transactions {
            let Some(expected) = self.execute(time, transaction) else {
                continue;
            };
            let Some(receipt) = given.next() else {
                return Err(format!(
                    "height {height}: no receipt for {}",
                    transaction.id()
                ));
            };
            if receipt.transaction != transaction.id() || receipt.outcome != expected {
                return Err(format!(
                    "height {height}: {receipt:?}, expected {expected:?} for {}",
                    transaction.id()
                ));
            }
        }
        if let Some(receipt) = given.next() {
            return Err(format!("height {height}: a receipt too many, {receipt:?}"));
        }
        self.check_conservation()
    }

    /// Sum of all balances of an asset is zero: the issuance account stands against all others.
    fn check_conservation(&self) -> Verdict {
        let mut sums: BTreeMap<u32, i128> = BTreeMap::new();
        for (id, account) in &self.accounts {
            let sum = sums.entry(account.asset).or_default();
            *sum = sum
                .checked_add(account.balance)
                .ok_or("a sum leaves its range")?;
            if account.balance < account.floor {
                return Err(format!("account {id} stands below its floor"));
            }
        }
        match sums.iter().find(|(_, sum)| **sum != 0) {
            Some((asset, sum)) => Err(format!("asset {asset}: balances add up to {sum}")),
            None => Ok(()),
        }
    }

    /// Balance of an account.
    #[must_use]
    pub fn balance(&self, account: u64) -> Option<i128> {
        self.accounts.get(&account).map(|account| account.balance)
    }

    /// Accounts it knows.
    pub fn accounts(&self) -> impl Iterator<Item = u64> + '_ {
        self.accounts.keys().copied()
    }

    fn execute(&mut self, time: BlockTime, transaction: &VerifiedTransaction) -> Option<Outcome> {
        let instruction = transaction.instruction();
        let (id, sender) = (transaction.id(), instruction.sender.0);
        let key = (sender, instruction.idempotency_key.as_bytes().to_vec());
        if self.unheard.contains(&id) {
            return None;
        }
        match self.used.get(&key) {
            Some(first) if *first == id => return None,
            Some(_) => {
                self.unheard.insert(id);
                return Some(Outcome::Refused(RejectReason::DuplicateInstruction));
            }
            None => {}
        }
        self.used.insert(key, id);
        if instruction.expiry.0 <= time.0 {
            return Some(Outcome::Refused(RejectReason::Expired));
        }
        let today = time.0 / 86_400_000;
        Some(match &instruction.action {
            Action::Pay(pay) => match self.pay(today, sender, pay) {
                Ok(()) => Outcome::Settled,
                Err(reason) => Outcome::Refused(reason),
            },
            Action::PayBatch(bulk) => self.bulk(today, sender, bulk),
            Action::Propose(propose) => match self.governance.proposes(sender, propose) {
                Ok(id) => Outcome::Recorded {
                    table: Table::Proposals,
                    id,
                },
                Err(reason) => Outcome::Refused(reason),
            },
            Action::Vote(vote) => match self.governance.votes(time, sender, vote) {
                Ok(()) => Outcome::Settled,
                Err(reason) => Outcome::Refused(reason),
            },
            other => match self.supply_chain(today, sender, other) {
                Some(Ok((table, id))) => Outcome::Recorded { table, id },
                Some(Err(reason)) => Outcome::Refused(reason),
                // Not sent by the simulator's clients; named so that a stray one is seen.
                None => Outcome::Refused(RejectReason::Malformed),
            },
        })
    }

    /// The portion that stands for a promise, once it is accepted.
    #[must_use]
    pub fn portion_of(&self, promise: u64) -> Option<u64> {
        self.supply.portion_of(promise)
    }

    fn supply_chain(
        &mut self,
        today: u64,
        sender: u32,
        action: &Action,
    ) -> Option<Result<(Table, u64), RejectReason>> {
        let accounts = &self.accounts;
        let funds = |id: u64| accounts.get(&id).map_or(0, |it| it.balance - it.floor);
        let done = self.supply.execute(today, sender, action, funds)?;
        Some(done.and_then(|Done { row, pays }| {
            if let Some((from, to, amount)) = pays {
                self.move_money(from, to, amount)?;
            }
            Ok(row)
        }))
    }

    fn debtor(&self, sender: u32, id: u64, asset: u32) -> Result<(), RejectReason> {
        let account = self.accounts.get(&id).ok_or(RejectReason::DebtorUnknown)?;
        let sponsor = self
            .sponsors
            .get(usize::try_from(account.owner).unwrap_or(usize::MAX));
        if account.owner != sender && sponsor.copied().flatten() != Some(sender) {
            return Err(RejectReason::DebtorForbidden);
        }
        if account.asset != asset {
            return Err(RejectReason::DebtorCurrency);
        }
        if account.issuance {
            return Err(RejectReason::DebtorKind);
        }
        Ok(())
    }

    fn creditor(&self, id: u64, asset: u32) -> Result<(), RejectReason> {
        let account = self
            .accounts
            .get(&id)
            .ok_or(RejectReason::CreditorUnknown)?;
        if account.asset != asset {
            return Err(RejectReason::CreditorCurrency);
        }
        if account.issuance {
            return Err(RejectReason::CreditorKind);
        }
        Ok(())
    }

    fn move_money(&mut self, from: u64, to: u64, amount: i128) -> Result<(), RejectReason> {
        let debtor = self
            .accounts
            .get_mut(&from)
            .ok_or(RejectReason::DebtorUnknown)?;
        let left = debtor
            .balance
            .checked_sub(amount)
            .ok_or(RejectReason::BalanceRange)?;
        if left < debtor.floor {
            return Err(RejectReason::InsufficientFunds);
        }
        debtor.balance = left;
        let creditor = self
            .accounts
            .get_mut(&to)
            .ok_or(RejectReason::CreditorUnknown)?;
        creditor.balance = creditor
            .balance
            .checked_add(amount)
            .ok_or(RejectReason::BalanceRange)?;
        Ok(())
    }

    fn pay(&mut self, today: u64, sender: u32, pay: &Pay) -> Result<(), RejectReason> {
        if !self
            .uetrs
            .insert(sycee_primitives::codec::encode(&pay.uetr))
        {
            return Err(RejectReason::UetrRepeated);
        }
        check_date(today, u64::from(pay.value_date.0))?;
        self.debtor(sender, pay.debtor.0, pay.asset.0)?;
        self.creditor(pay.creditor.0, pay.asset.0)?;
        self.move_money(pay.debtor.0, pay.creditor.0, pay.amount.signed())
    }

    fn bulk(&mut self, today: u64, sender: u32, bulk: &PayBatch) -> Outcome {
        let whole = check_date(today, u64::from(bulk.value_date.0))
            .and_then(|()| self.debtor(sender, bulk.debtor.0, bulk.asset.0));
        if let Err(reason) = whole {
            return Outcome::Refused(reason);
        }
        let before = self.accounts.clone();
        let (mut settled_count, mut settled_sum, mut refused) = (0, 0, Vec::new());
        for (leg, it) in (0_u16..).zip(&bulk.legs) {
            let settled = if it.amount.is_zero() {
                Err(RejectReason::ZeroAmount)
            } else if it.creditor == bulk.debtor {
                Err(RejectReason::SameAccount)
            } else {
                self.creditor(it.creditor.0, bulk.asset.0).and_then(|()| {
                    self.move_money(bulk.debtor.0, it.creditor.0, it.amount.signed())
                })
            };
            match (settled, bulk.mode) {
                (Ok(()), _) => {
                    settled_count += 1;
                    settled_sum += it.amount.minor();
                }
                (Err(reason), BulkMode::Each) => refused.push((leg, reason)),
                (Err(reason), BulkMode::All) => {
                    self.accounts = before;
                    return Outcome::BulkRefused { leg, reason };
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

fn check_date(today: u64, date: u64) -> Result<(), RejectReason> {
    match date.cmp(&today) {
        std::cmp::Ordering::Less => Err(RejectReason::ValueDatePast),
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(RejectReason::ValueDateFuture),
    }
}
