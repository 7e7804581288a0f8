//! Restructuring: both parties replace a loan's terms from a day on; what held before stays readable, version by version.
//!
//! ```text
//!   RestructureLoan (one party) ──▶ Proposed ──AgreeRestructuring (the other)──▶ Agreed: the loan runs by the new terms from that day
//!                                      ├ time ──▶ Lapsed                             the row keeps the terms and the position before
//!                                      └ a later proposal ──▶ Superseded
//!   new principal = what has not fallen due + overdue principal (+ unpaid interest, where it is capitalised)
//! ```
//! Penalty and costs stay owed as they are. Interest that is not capitalised falls due on the day of the agreement. The new schedule begins on
//! that day and repays the new principal exactly (I12). Spec: ledger 3.4, 3.9 (restructure).

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{BlockTime, BusinessDate, ParticipantId};

use super::{Delinquency, Item, LoanTerms, Position, days::Contract};
use crate::{ledger::Ledger, objects::Object, standing::Moment, tables::Table};

pub(crate) mod agree_restructuring;
pub(crate) mod restructure_loan;

/// What became of proposed terms.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum VersionState {
    /// One party has signed.
    Proposed = 0,
    /// Both have: the loan ran by them from the day of the agreement.
    Agreed = 1,
    /// The other party did not agree in time.
    Lapsed = 2,
    /// A later proposal took its place.
    Superseded = 3,
}

/// What a version replaced.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replaced {
    /// The day of the agreement.
    pub day: BusinessDate,
    /// The terms until then.
    pub terms: LoanTerms,
    /// What was owed when they ended.
    pub position: Position,
}

/// Terms that were proposed for a running loan, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoanVersion {
    /// The loan.
    pub loan: u64,
    /// Who proposed.
    pub by: ParticipantId,
    /// What was proposed; its principal is the most that may be owed when the other party agrees.
    pub terms: LoanTerms,
    /// Whether unpaid interest becomes principal; otherwise it falls due on the day of the agreement.
    pub capitalise: bool,
    /// Until when the other party may agree (block time).
    pub until: BlockTime,
    /// What became of it.
    pub state: VersionState,
    /// What it replaced, once it was agreed.
    pub replaced: Option<Box<Replaced>>,
}

impl Object for LoanVersion {
    const TABLE: Table = Table::LoanVersions;
    /// Each row takes up to 4 KiB of memory.
    const ROWS_MAX: u64 = 1_000_000;
    /// The proposal that waits, by loan.
    type Index = BTreeMap<u64, u64>;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        if self.state == VersionState::Proposed {
            index.insert(self.loan, id);
        }
    }

    fn leave(&self, id: u64, index: &mut Self::Index) {
        if index.get(&self.loan) == Some(&id) {
            index.remove(&self.loan);
        }
    }

    fn due(&self) -> Option<BlockTime> {
        (self.state == VersionState::Proposed).then_some(self.until)
    }

    fn fall_due(ledger: &mut Ledger, _moment: &Moment, id: u64) {
        let versions = &mut ledger.products.loan_versions;
        versions.update(id, |it| it.state = VersionState::Lapsed);
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        ledger.products.loans.get(self.loan).is_some()
            && ledger.participant(self.by).is_some()
            && self.terms.check().is_ok()
            && (self.state == VersionState::Agreed) == self.replaced.is_some()
    }
}

impl Position {
    /// Interest that has come about by `day` and is not paid, minor units, as items: of each period its own.
    fn unpaid_interest(&self, terms: &Contract<'_>, day: BusinessDate) -> Vec<Item> {
        let until = day.max(self.from);
        let running = Item {
            from: self.period_from,
            to: until,
            due: day,
            counted_to: day,
            interest: self.interest_today(terms, day),
            principal: 0,
        };
        let items = self.items.iter().cloned().chain([running]);
        items.filter(|item| item.interest > 0).collect()
    }

    /// The principal of a restructured loan, minor units.
    pub(crate) fn restructured_principal(
        &self,
        terms: &Contract<'_>,
        day: BusinessDate,
        capitalise: bool,
    ) -> u128 {
        let interest = self.unpaid_interest(terms, day);
        let interest: u128 = interest.iter().map(|item| item.interest).sum();
        self.principal_owed() + if capitalise { interest } else { 0 }
    }

    /// What is owed once `new` holds from `day` on, its principal being the one restructured.
    pub(crate) fn restructured(
        &self,
        old: &Contract<'_>,
        new: &Contract<'_>,
        day: BusinessDate,
        capitalise: bool,
    ) -> Position {
        let mut position = Position::paid_out(new, day);
        position.penalty = self.penalty_on(old, day);
        (position.costs, position.charged) = (self.costs, self.charged);
        // Other terms do not make a borrower better who was over 90 days late: it shows that by paying on time.
        let was_late = self.delinquency(day) == Delinquency::NonPerforming;
        let is_watched = new.probation > 0 && (was_late || self.probation.is_some());
        position.probation = is_watched.then_some(0);
        if !capitalise {
            let grace = BusinessDate(day.0 + u32::from(new.grace_days));
            position.items = self.unpaid_interest(old, day);
            for item in &mut position.items {
                (item.due, item.counted_to, item.principal) = (day, grace, 0);
            }
        }
        position
    }
}
