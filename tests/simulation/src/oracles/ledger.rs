//! Ledger: a naive ledger, told the same transactions, gives the same receipts; debits equal credits; nobody is below its floor.
//!
//! Maps and checked 128-bit integers, and no code of the ledger that is checked: rules are written down a second time.

use std::collections::{BTreeMap, HashMap, HashSet};

use sycee_contracts::{
    Action, BulkMode, Outcome, Pay, PayBatch, Receipt, RejectReason, Table, VerifiedTransaction,
};
use sycee_genesis::Facts;
use sycee_primitives::{BlockTime, BusinessDate, TransactionId};

use super::Verdict;
use super::governance::NaiveGovernance;
use super::products::{Products, took_effect};
use super::supply::{Done, Supply};

#[derive(Clone, Debug)]
struct Account {
    owner: u32,
    asset: u32,
    issuance: bool,
    floor: i128,
    balance: i128,
}

/// What must come of an instruction.
#[derive(Debug)]
enum Expected {
    Outcome(Outcome),
    /// An effect or a refusal, as the executor of its family says.
    Effect(bool),
}

impl Expected {
    fn is(&self, outcome: &Outcome) -> bool {
        match self {
            Expected::Outcome(expected) => expected == outcome,
            Expected::Effect(effect) => *effect == took_effect(outcome),
        }
    }
}

/// Milliseconds of a day.
const DAY_MS: u64 = 86_400_000;

/// Accounts of the stage on which products are played.
fn stage_size() -> usize {
    sycee_contracts::twins::founding().accounts.len()
}

/// The state, as simply as it can be said.
pub struct NaiveLedger {
    accounts: BTreeMap<u64, Account>,
    sponsors: Vec<Option<u32>>,
    used: HashMap<(u32, Vec<u8>), TransactionId>,
    unheard: HashSet<TransactionId>,
    /// What came so late that it has no outcome, since it was last asked for.
    late: Vec<TransactionId>,
    uetrs: HashSet<Vec<u8>>,
    supply: Supply,
    height: u64,
    /// The ledger's time in the last block, and by how much it is ahead of block time.
    now: BlockTime,
    ahead_ms: u64,
    /// What all accounts together hold, by asset.
    sums: BTreeMap<u32, i128>,
    /// The family of products that is played, whose accounts are its own.
    pub products: Option<Products>,
    /// Who orders.
    pub governance: NaiveGovernance,
}

impl NaiveLedger {
    /// The founding state. Where products are played, accounts of the stage are theirs.
    #[must_use]
    pub fn new(facts: &Facts, products: Option<Products>) -> NaiveLedger {
        let mut ledger = NaiveLedger::knowing_all(facts);
        if products.is_some() {
            let staged = (facts.assets.len() + stage_size()) as u64;
            ledger.accounts.retain(|id, _| *id >= staged);
        }
        ledger.sums = ledger.sums();
        ledger.products = products;
        ledger
    }

    fn knowing_all(facts: &Facts) -> NaiveLedger {
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
            late: Vec::new(),
            uetrs: HashSet::new(),
            supply: Supply::default(),
            height: 0,
            now: facts.time,
            ahead_ms: 0,
            sums: BTreeMap::new(),
            products: None,
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
        self.now = BlockTime(time.0 + self.ahead_ms);
        self.governance.begins_block(self.now);
        if let Some(products) = &mut self.products {
            products.turn(self.now);
        }
        let mut given = receipts.iter();
        for transaction in transactions {
            let Some(expected) = self.execute(transaction) else {
                continue;
            };
            let id = transaction.id();
            // Of a product's instruction that waits, the end comes whenever it comes.
            let own = |it: &&Receipt| it.transaction == id || !self.may_follow(&it.transaction);
            let Some(receipt) = given.find(own) else {
                return Err(format!("height {height}: no receipt for {id}"));
            };
            if receipt.transaction != id || !expected.is(&receipt.outcome) {
                let what = match &self.products {
                    Some(_) => format!("{:?}", transaction.instruction()),
                    None => id.to_string(),
                };
                return Err(format!(
                    "height {height}: {receipt:?}, expected {expected:?} for {what}"
                ));
            }
        }
        if let Some(receipt) = given.find(|it| !self.may_follow(&it.transaction)) {
            return Err(format!("height {height}: a receipt too many, {receipt:?}"));
        }
        if let Some(products) = &mut self.products {
            products.close();
        }
        self.check_conservation()
    }

    fn may_follow(&self, transaction: &TransactionId) -> bool {
        let products = self.products.as_ref();
        products.is_some_and(|it| it.has_executed(transaction))
    }

    fn sums(&self) -> BTreeMap<u32, i128> {
        let mut sums: BTreeMap<u32, i128> = BTreeMap::new();
        for account in self.accounts.values() {
            *sums.entry(account.asset).or_default() += account.balance;
        }
        sums
    }

    /// Payments make and lose nothing, and nobody stands below its floor.
    fn check_conservation(&self) -> Verdict {
        let below = self.accounts.iter().find(|(_, it)| it.balance < it.floor);
        if let Some((id, _)) = below {
            return Err(format!("account {id} stands below its floor"));
        }
        let sums = self.sums();
        if sums != self.sums {
            return Err(format!("balances add up to {sums:?}, not {:?}", self.sums));
        }
        Ok(())
    }

    /// Today's business date, days.
    #[must_use]
    pub(crate) fn today(&self) -> BusinessDate {
        self.now.date()
    }

    /// An instant of the ledger's time at which what is signed now may expire.
    #[must_use]
    pub(crate) fn expiry(&self) -> BlockTime {
        self.now.after_ms(20 * 3_600_000)
    }

    /// Whether a jump of the clock may disturb nothing but products: no vote is open.
    #[must_use]
    pub(crate) fn may_jump(&self) -> bool {
        self.governance.open().is_none()
    }

    /// What came more than a day after its expiry since this was last asked: it has no outcome, and none will follow.
    pub(crate) fn take_late(&mut self) -> Vec<TransactionId> {
        std::mem::take(&mut self.late)
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

    fn execute(&mut self, transaction: &VerifiedTransaction) -> Option<Expected> {
        let outcome = self.hear(transaction)?;
        if let Some(outcome) = outcome {
            return Some(Expected::Outcome(outcome));
        }
        let asked = self.products.as_mut();
        let effect = asked.and_then(|it| it.ask(&transaction.id()));
        Some(match effect {
            Some(effect) => Expected::Effect(effect),
            None => Expected::Outcome(self.act(transaction)),
        })
    }

    /// Whether it is heard at all; if not, `None` for one that is dropped, or how it ends.
    #[allow(clippy::option_option, reason = "nothing, a refusal, or go on")]
    fn hear(&mut self, transaction: &VerifiedTransaction) -> Option<Option<Outcome>> {
        let instruction = transaction.instruction();
        let (id, sender) = (transaction.id(), instruction.sender.0);
        let key = (sender, instruction.idempotency_key.as_bytes().to_vec());
        if self.unheard.contains(&id) {
            return None;
        }
        let first = self.used.get(&key);
        if first == Some(&id) {
            return None;
        }
        if self.now.0 > instruction.expiry.0 + DAY_MS {
            self.late.push(id);
            return None;
        }
        if first.is_some() {
            self.unheard.insert(id);
            return Some(Some(Outcome::Refused(RejectReason::DuplicateInstruction)));
        }
        self.used.insert(key, id);
        if instruction.expiry.0 <= self.now.0 {
            return Some(Some(Outcome::Refused(RejectReason::Expired)));
        }
        Some(None)
    }

    fn act(&mut self, transaction: &VerifiedTransaction) -> Outcome {
        let instruction = transaction.instruction();
        let sender = instruction.sender.0;
        let (now, today) = (self.now, self.now.0 / DAY_MS);
        match &instruction.action {
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
            Action::Vote(vote) => match self.governance.votes(now, sender, vote) {
                Ok(()) => Outcome::Settled,
                Err(reason) => Outcome::Refused(reason),
            },
            // Holds from the next block on.
            Action::AdvanceClock(advance) => {
                self.ahead_ms += advance.by_ms;
                Outcome::Settled
            }
            other => match self.supply_chain(today, sender, other) {
                Some(Ok((table, id))) => Outcome::Recorded { table, id },
                Some(Err(reason)) => Outcome::Refused(reason),
                // Not sent by the simulator's clients; named so that a stray one is seen.
                None => Outcome::Refused(RejectReason::Malformed),
            },
        }
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
