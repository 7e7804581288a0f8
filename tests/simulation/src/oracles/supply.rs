//! Supply chain: the part of the naive ledger that knows promises, portions, offers and documents; rules written down a second time.

use std::collections::BTreeMap;

use sycee_contracts::receivable::{
    AcceptReceivable, FinanceReceivable, IssueReceivable, OfferFinancing, PledgeReceivable,
};
use sycee_contracts::registry::{Fingerprint, RegisterFinancing};
use sycee_contracts::{Action, RejectReason, Table};

/// A bank's offer.
struct Offer {
    bank: u32,
    account: u64,
    rate: u128,
    fee: u128,
    left: u128,
}

/// One portion; promises are never divided here.
struct Portion {
    holder: u32,
    account: u64,
    claim: u128,
    due: u64,
    pledged: bool,
}

/// A document: what is financed of how much; the whole when a promise stands on it.
struct Paper {
    row: u64,
    total: u128,
    financed: u128,
}

/// The state, as simply as it can be said: one line that is never used up, one debtor, one asset.
#[derive(Default)]
pub struct Supply {
    line: bool,
    promises: Vec<(IssueReceivable, u32, Option<u64>)>,
    portions: Vec<Portion>,
    offers: Vec<Offer>,
    papers: BTreeMap<Fingerprint, Paper>,
}

/// What an act does: the row it makes or changes, and money that moves from one account to another.
pub struct Done {
    /// Table and row.
    pub row: (Table, u64),
    /// From, to and how much.
    pub pays: Option<(u64, u64, i128)>,
}

fn at<T>(rows: &[T], id: u64) -> Option<&T> {
    rows.get(usize::try_from(id).ok()?)
}

impl Supply {
    /// The portion that stands for a promise, once it is accepted.
    #[must_use]
    pub fn portion_of(&self, promise: u64) -> Option<u64> {
        at(&self.promises, promise)?.2
    }

    /// What an act would do; `funds` are what an account can pay. `None` for an act that the simulator's clients never send.
    ///
    /// # Errors
    /// The refusal that the ledger has to give.
    pub fn execute(
        &mut self,
        today: u64,
        sender: u32,
        action: &Action,
        funds: impl Fn(u64) -> i128,
    ) -> Option<Result<Done, RejectReason>> {
        let row = |table, id| Done {
            row: (table, id),
            pays: None,
        };
        Some(match action {
            Action::SetObligorLine(_) => {
                self.line = true;
                Ok(row(Table::ObligorLines, 0))
            }
            Action::IssueReceivable(it) => {
                self.promises.push((it.clone(), sender, None));
                Ok(row(Table::Promises, self.promises.len() as u64 - 1))
            }
            Action::AcceptReceivable(it) => self.accept(sender, it),
            Action::OfferFinancing(it) => Ok(self.offer(sender, it)),
            Action::FinanceReceivable(it) => self.finance(today, sender, it, funds),
            Action::PledgeReceivable(it) => self.pledge(sender, it),
            Action::RegisterFinancing(it) => self.register(it),
            _other => return None,
        })
    }

    fn paper(&mut self, fingerprint: Fingerprint, total: u128) -> &mut Paper {
        let row = self.papers.len() as u64;
        self.papers.entry(fingerprint).or_insert(Paper {
            row,
            total,
            financed: 0,
        })
    }

    fn accept(&mut self, sender: u32, it: &AcceptReceivable) -> Result<Done, RejectReason> {
        let place = usize::try_from(it.receivable).unwrap_or(usize::MAX);
        let promise = self.promises.get(place);
        let (claim, creditor, portion) = promise.ok_or(RejectReason::ReceivableUnknown)?.clone();
        if claim.debtor.0 != sender {
            return Err(RejectReason::NotDebtor);
        }
        if portion.is_some() {
            return Err(RejectReason::ReceivableAnswered);
        }
        if !self.line {
            return Err(RejectReason::ObligorLineMissing);
        }
        let face = claim.amount.minor();
        for mark in &claim.documents {
            let paper = self.paper(mark.fingerprint(), face);
            paper.financed = paper.total;
        }
        self.promises[place].2 = Some(self.portions.len() as u64);
        self.portions.push(Portion {
            holder: creditor,
            account: claim.account.0,
            claim: face,
            due: u64::from(claim.due.0),
            pledged: false,
        });
        Ok(Done {
            row: (Table::Promises, it.receivable),
            pays: None,
        })
    }

    fn offer(&mut self, sender: u32, it: &OfferFinancing) -> Done {
        self.offers.push(Offer {
            bank: sender,
            account: it.account.0,
            rate: u128::from(it.rate),
            fee: it.fee.minor(),
            left: it.limit.minor(),
        });
        Done {
            row: (Table::FinancingOffers, self.offers.len() as u64 - 1),
            pays: None,
        }
    }

    fn held(&mut self, sender: u32, id: u64) -> Result<&mut Portion, RejectReason> {
        let place = usize::try_from(id).unwrap_or(usize::MAX);
        let portion = self.portions.get_mut(place);
        let portion = portion.ok_or(RejectReason::PortionUnknown)?;
        if portion.holder != sender {
            return Err(RejectReason::NotHolder);
        }
        if portion.pledged {
            return Err(RejectReason::PortionPledged);
        }
        Ok(portion)
    }

    fn finance(
        &mut self,
        today: u64,
        sender: u32,
        it: &FinanceReceivable,
        funds: impl Fn(u64) -> i128,
    ) -> Result<Done, RejectReason> {
        let offer = at(&self.offers, it.offer).ok_or(RejectReason::OfferUnknown)?;
        let (bank, from, rate, fee, left) =
            (offer.bank, offer.account, offer.rate, offer.fee, offer.left);
        let portion = self.held(sender, it.portion)?;
        if portion.claim > left {
            return Err(RejectReason::OfferUsedUp);
        }
        let days = u128::from(portion.due - today);
        let year = 360 * 1_000_000_000_000;
        let price = portion.claim - (portion.claim * rate * days).div_ceil(year) - fee;
        let price = i128::try_from(price).unwrap_or(i128::MAX);
        if price > funds(from) {
            return Err(RejectReason::InsufficientFunds);
        }
        let (to, claim) = (portion.account, portion.claim);
        (portion.holder, portion.account) = (bank, from);
        let place = usize::try_from(it.offer).unwrap_or(usize::MAX);
        if let Some(offer) = self.offers.get_mut(place) {
            offer.left -= claim;
        }
        Ok(Done {
            row: (Table::Portions, it.portion),
            pays: Some((from, to, price)),
        })
    }

    fn pledge(&mut self, sender: u32, it: &PledgeReceivable) -> Result<Done, RejectReason> {
        self.held(sender, it.portion)?.pledged = true;
        Ok(Done {
            row: (Table::Portions, it.portion),
            pays: None,
        })
    }

    fn register(&mut self, it: &RegisterFinancing) -> Result<Done, RejectReason> {
        let (amount, total) = (it.amount.minor(), it.total.minor());
        let paper = self.paper(it.document.fingerprint(), total);
        let free = paper.total - paper.financed;
        if free == 0 {
            return Err(RejectReason::DocumentFinanced);
        }
        if amount > free {
            return Err(RejectReason::FinancingAboveTotal);
        }
        paper.financed += amount;
        Ok(Done {
            row: (Table::Documents, paper.row),
            pays: None,
        })
    }
}
