//! `FactorPortfolio`: the seller sells a portfolio to its factor: every portion against one payment, all or none. (I7)

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount};

use super::{
    advance::{Advance, advance},
    agreement::Factoring,
    portfolio::{Factored, Portfolio},
};
use crate::{
    account::store::place,
    ledger::Ledger,
    receipt::Outcome,
    receivable::rules::{ENDORSERS_MAX, PORTFOLIO_PORTIONS_MAX},
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Sells portions under an agreement; the sender is the agreement's seller and holds all of them.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactorPortfolio {
    /// The agreement.
    pub factoring: u64,
    /// The portions, 1 to 200, each once.
    pub portions: Vec<u64>,
    /// The sender's account: the advance and the holdback are paid there.
    pub account: AccountId,
    /// The least that the seller takes now.
    pub paid_min: Amount,
}

/// What a portfolio comes to.
struct Sale {
    terms: Factoring,
    /// The portions in the order listed, with the division of each.
    parts: Vec<(u64, Advance)>,
    face: u128,
    advanced: u128,
    discount: u128,
    fee: u128,
    paid: u128,
}

impl FactorPortfolio {
    /// Everything but the factor's funds, which may still arrive before execution; answers what the portfolio comes to today.
    fn sale(&self, ledger: &Ledger, call: &Call) -> Result<Sale, RejectReason> {
        let terms = ledger.factoring(self.factoring)?.clone();
        if terms.seller != call.sender() {
            return Err(RejectReason::NotSeller);
        }
        if call.moment.time >= terms.expires {
            return Err(RejectReason::FactoringEnded);
        }
        let mut sale = Sale {
            terms,
            parts: Vec::with_capacity(self.portions.len()),
            face: 0,
            advanced: 0,
            discount: 0,
            fee: 0,
            paid: 0,
        };
        for id in &self.portions {
            let (claim, part) = self.part(ledger, call, &sale.terms, *id)?;
            // At most 200 amounts below 2^74.
            sale.face += claim.minor();
            sale.advanced += part.advanced.minor();
            sale.discount += part.discount.minor();
            sale.fee += part.fee.minor();
            sale.paid += part.paid.minor();
            sale.parts.push((*id, part));
        }
        let in_use = sale.terms.in_use.minor() + sale.advanced;
        if in_use > sale.terms.limit.minor() || sale.face > sycee_primitives::amount::AMOUNT_MAX {
            return Err(RejectReason::FactoringLimit);
        }
        if sale.paid < self.paid_min.minor() {
            return Err(RejectReason::AdvanceBelowMinimum);
        }
        let terms = &sale.terms;
        crate::payment::check_new_debit(
            ledger,
            terms.factor,
            terms.account,
            terms.asset,
            sale.paid,
        )?;
        ledger.check_payee(self.account, terms.asset, call.sender(), sale.paid)?;
        ledger.products.portfolios.check_room()?;
        Ok(sale)
    }

    /// One portion: it must be the seller's to move, fit the agreement and leave something to pay.
    fn part(
        &self,
        ledger: &Ledger,
        call: &Call,
        terms: &Factoring,
        id: u64,
    ) -> Result<(Amount, Advance), RejectReason> {
        let (portion, promise) = ledger.movable_portion(id, call.sender(), &call.moment)?;
        if promise.asset != terms.asset {
            return Err(RejectReason::FactoringCurrency);
        }
        if promise.debtor == call.sender() {
            return Err(RejectReason::SellerIsDebtor);
        }
        let days = promise.due.0.saturating_sub(call.moment.date.0);
        if days < terms.days_min || days > terms.days_max {
            return Err(RejectReason::FactoringTenor);
        }
        if terms.recourse && portion.endorsers.len() >= ENDORSERS_MAX {
            return Err(RejectReason::EndorsersFull);
        }
        let part = advance(terms, portion.claim, days);
        Ok((
            portion.claim,
            part.map_err(|_| RejectReason::AdvanceNothing)?,
        ))
    }
}

/// Sums over one portfolio, which `sale` has found to be in range.
fn amount(minor: u128) -> Amount {
    Amount::from_minor(minor).unwrap_or(Amount::ZERO)
}

impl Verb for FactorPortfolio {
    fn check_shape(&self) -> Result<(), RejectReason> {
        let mut distinct = self.portions.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let count = self.portions.len();
        if count == 0 || count > PORTFOLIO_PORTIONS_MAX || distinct.len() != count {
            return Err(RejectReason::PortfolioPortions);
        }
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.sale(ledger, call).map(|_sale| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let sale = self.sale(ledger, call)?;
        let terms = &sale.terms;
        if sale.paid > ledger.payable_now(terms.account) {
            return Err(RejectReason::InsufficientFunds);
        }
        let (from, to) = (place(terms.account), place(self.account));
        ledger.transfer(terms.asset, from, to, sale.paid)?;
        ledger.header.legs += 1;
        let portfolio = ledger.products.portfolios.add(Portfolio {
            factoring: self.factoring,
            account: self.account,
            portions: self.portions.clone(),
            open: u32::try_from(sale.parts.len()).unwrap_or(u32::MAX),
            face: amount(sale.face),
            advanced: amount(sale.advanced),
            discount: amount(sale.discount),
            fee: amount(sale.fee),
            collected: Amount::ZERO,
            withheld: Amount::ZERO,
            returned: Amount::ZERO,
            diluted: Amount::ZERO,
            bought_back: Amount::ZERO,
            owed: Amount::ZERO,
        });
        for (id, part) in &sale.parts {
            ledger.products.portions.update(*id, |it| {
                it.holder = terms.factor;
                it.account = terms.account;
                it.factored = Some(Factored {
                    portfolio,
                    holdback: part.holdback,
                });
                if terms.recourse {
                    it.endorsers.push(call.sender());
                }
            });
        }
        let factorings = &mut ledger.products.factorings;
        factorings.update(self.factoring, |it| {
            it.in_use = amount(it.in_use.minor() + sale.advanced);
        });
        Ok(Outcome::Recorded {
            table: Table::Portfolios,
            id: portfolio,
        })
    }
}
