//! Credit as a desk asks for it: what stands around a loan, what a line is used for, what a collateral is worth now.
//!
//! ```text
//!   loan ─▶ suspense, shares, sureties, its collateral or that of its line, the proposal that waits
//!   line ─▶ uses, one an object of a product            collateral ─▶ exposure of each obligation, value of each item ─▶ LTV
//! ```
//! Nothing here changes or decides anything: rules compute the same numbers by the same functions.

use crate::{
    collateral::{Collateral, Secured},
    ledger::Ledger,
    line::LineUse,
    loan::{LoanVersion, Surety, Suspense, Syndicate},
    standing::Moment,
    tables::Table,
};

/// All of it, in parts per million.
const WHOLE_PPM: u128 = 1_000_000;

/// What stands around a loan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AroundLoan<'a> {
    /// Money that waits for its due dates.
    pub suspense: Option<&'a Suspense>,
    /// Who shares it.
    pub syndicate: Option<&'a Syndicate>,
    /// What secures it, or the line that it uses.
    pub collateral: Option<(u64, &'a Collateral)>,
    /// Other terms that wait for one party.
    pub proposed: Option<(u64, &'a LoanVersion)>,
    /// Who answers, or has answered, for it.
    pub sureties: Vec<(u64, &'a Surety)>,
}

/// What a collateral secures and is worth at the ledger's time, minor units.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CoverNow {
    /// What each obligation exposes the lender to, in the order of the row.
    pub exposures: Vec<(Secured, u128)>,
    /// Value of each item after its haircut, by number.
    pub values: Vec<(u16, u128)>,
}

impl CoverNow {
    /// What is secured in all, minor units.
    #[must_use]
    pub fn exposure(&self) -> u128 {
        let each = self.exposures.iter().map(|it| it.1);
        each.fold(0, u128::saturating_add)
    }

    /// What everything pledged is worth after haircuts, minor units.
    #[must_use]
    pub fn value(&self) -> u128 {
        let each = self.values.iter().map(|it| it.1);
        each.fold(0, u128::saturating_add)
    }

    /// Exposure by value in parts per million, rounded up; `None` when something is owed and nothing is worth anything.
    #[must_use]
    pub fn ltv_ppm(&self) -> Option<u128> {
        let (exposure, value) = (self.exposure(), self.value());
        match (exposure, value) {
            (0, _) => Some(0),
            (_, 0) => None,
            // Exposures are sums of a few amounts, far below 2^108.
            _ => Some(exposure.saturating_mul(WHOLE_PPM).div_ceil(value)),
        }
    }

    /// What must be pledged more, after haircuts, so that the exposure is within `ppm` of the value, minor units.
    #[must_use]
    pub fn missing(&self, ppm: u32) -> u128 {
        let scaled = self.exposure().saturating_mul(WHOLE_PPM);
        let wanted = scaled.div_ceil(u128::from(ppm.max(1)));
        wanted.saturating_sub(self.value())
    }
}

/// What stands around a loan; `None` when there is no such loan.
#[must_use]
pub fn around_loan(ledger: &Ledger, id: u64) -> Option<AroundLoan<'_>> {
    let products = &ledger.products;
    let loan = products.loans.get(id)?;
    let secured = loan.line.map_or(Secured::Loan(id), Secured::Line);
    let proposed = products.loan_versions.index().get(&id).copied();
    let sureties = products.sureties.index().range((id, 0)..=(id, u64::MAX));
    Some(AroundLoan {
        suspense: ledger.suspense_of(id),
        syndicate: ledger.syndicate_of(id).map(|(_, it)| it),
        collateral: ledger.collateral_of(secured),
        proposed: proposed.and_then(|row| Some((row, products.loan_versions.get(row)?))),
        sureties: sureties
            .filter_map(|(_, row)| Some((*row, products.sureties.get(*row)?)))
            .collect(),
    })
}

/// The collateral that secures an obligation.
#[must_use]
pub fn collateral_securing(ledger: &Ledger, secured: Secured) -> Option<(u64, &Collateral)> {
    ledger.collateral_of(secured)
}

/// What uses a line, by product and object; objects that use nothing now are left out.
pub fn line_uses(ledger: &Ledger, line: u64) -> impl Iterator<Item = &LineUse> + '_ {
    let uses = &ledger.products.line_uses;
    let first = Table::ALL.iter().min().map(|table| (line, *table, 0));
    let rows = first.map(|first| uses.index().range(first..));
    rows.into_iter()
        .flatten()
        .take_while(move |(key, _)| key.0 == line)
        .filter_map(|(_, row)| uses.get(*row))
        .filter(|it| it.amount > 0)
}

/// What a collateral secures and is worth now; `None` when there is no such collateral.
#[must_use]
pub fn cover_now(ledger: &Ledger, id: u64) -> Option<CoverNow> {
    let row = ledger.products.collateral.get(id)?;
    let moment = Moment {
        height: ledger.height(),
        time: ledger.time(),
        date: ledger.business_date(),
    };
    let exposures = row.secures.iter();
    let items = row.items.iter();
    Some(CoverNow {
        exposures: exposures.map(|it| (*it, ledger.exposure(*it))).collect(),
        values: items
            .map(|it| (it.number, ledger.item_value(id, row, it, &moment)))
            .collect(),
    })
}
