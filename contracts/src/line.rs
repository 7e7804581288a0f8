//! Credit lines: what one bank lets one borrower use at once, over all products that name the line.
//!
//! ```text
//!   OpenLine ──▶ Offered ──AgreeLine (borrower)──▶ Open ──last day passes──▶ Expired      no new use; what is used stays until it is
//!                   │ expiry                        │ AmendLine + AgreeLine: other terms               given back
//!                   ▼                               └─CloseLine──▶ Closed
//!                Lapsed
//!
//!   a product:  check_use ──▶ use_line (product, object) ──▶ release_line (product, object)       loans, credits, guarantees
//!                    headroom = cap − used        of a line that does not revolve: cap − everything ever used
//! ```
//! An open line with something used is drawn. What is used is kept per object of a product (`LineUse`); the sum of a line's uses is what it
//! counts as used, and each use is what its object reports (`Object::line_use`). The commitment fee counts on the headroom, exactly, and
//! falls due by itself. Spec: ledger 3.3 (Credit), 3.4 (Line).

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, BusinessDate, ParticipantId, json};

use crate::{
    ledger::Ledger,
    loan::LOAN_PRINCIPAL_MAX,
    objects::Object,
    reject::RejectReason,
    standing::Moment,
    tables::Table,
    term::{
        RATE_ONE,
        rounding::{Rounding, round_ratio},
    },
};

pub(crate) mod agree_line;
pub(crate) mod amend_line;
pub(crate) mod close_line;
pub(crate) mod open_line;
pub(crate) mod pay_line_fee;
mod utilisation;

pub use utilisation::LineUse;
pub(crate) use utilisation::UseOfLine;

/// The largest cap, minor units: that of a loan's principal, so that a hundred years of fee stay exact in 128 bits.
pub const LINE_CAP_MAX: u128 = LOAN_PRINCIPAL_MAX;

/// The longest line, in days.
const LINE_DAYS_MAX: u32 = 36_600;

/// Days of the year on which the commitment fee is counted.
const FEE_YEAR_DAYS: u128 = 360;

/// Where a line stands.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum LineStatus {
    /// The lender has signed its terms, the borrower not yet.
    Offered = 0,
    /// It may be used.
    Open = 1,
    /// Given up by a party before its last day.
    Closed = 2,
    /// Its last day has passed.
    Expired = 3,
    /// The offer was not agreed to in time.
    Lapsed = 4,
}

impl LineStatus {
    /// The name that the API and the command line write.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            LineStatus::Offered => "offered",
            LineStatus::Open => "open",
            LineStatus::Closed => "closed",
            LineStatus::Expired => "expired",
            LineStatus::Lapsed => "lapsed",
        }
    }
}

/// What lender and borrower agreed.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct LineTerms {
    /// Most that may be used at once; of a line that does not revolve, in all.
    pub cap: Amount,
    /// The last day on which it may be used.
    pub last_day: BusinessDate,
    /// Whether what is given back may be used again.
    pub revolving: bool,
    /// The highest rate a year of a loan under it, per 10^12.
    #[serde(with = "json::rate")]
    pub rate_max: u64,
    /// Commitment fee a year on what may still be used, A/360, per 10^12; 0 when the lender promises nothing and may close the line at any time.
    #[serde(with = "json::rate")]
    pub fee_rate: u64,
    /// Months after which the fee falls due, 1 to 12.
    pub fee_months: u8,
}

impl LineTerms {
    /// Whether the terms can be a line at all.
    fn check(&self) -> Result<(), RejectReason> {
        let cap = self.cap.minor();
        let fits = cap > 0 && cap <= LINE_CAP_MAX && u128::from(self.fee_rate) <= RATE_ONE;
        let has_rate = u128::from(self.rate_max) <= crate::term::RATE_MAX;
        let is_good = fits && has_rate && (1..=12).contains(&self.fee_months);
        is_good.then_some(()).ok_or(RejectReason::LineTerms)
    }

    /// Whether they can hold from `today` on.
    fn check_days(&self, start: BusinessDate, today: BusinessDate) -> Result<(), RejectReason> {
        let is_good =
            today <= self.last_day && self.last_day.0 <= start.0.saturating_add(LINE_DAYS_MAX);
        is_good.then_some(()).ok_or(RejectReason::LineDays)
    }
}

/// Terms that one party has signed and the other has not.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct ProposedTerms {
    /// Who has signed.
    pub by: ParticipantId,
    /// What would hold.
    pub terms: LineTerms,
    /// Until when the other may agree (block time).
    pub until: BlockTime,
}

/// The commitment fee of a line.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct LineFee {
    /// First day of the first period.
    pub start: BusinessDate,
    /// How many periods have passed.
    pub passed: u16,
    /// Up to which day the fee is counted.
    pub counted_to: BusinessDate,
    /// Counted in the current period, as an exact numerator over 360 × 10^12.
    #[serde(with = "json::text")]
    pub accrued: u128,
    /// What fell due and is not paid, minor units.
    #[serde(with = "json::text")]
    pub owed: u128,
}

/// One line, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreditLine {
    /// Who lets it be used.
    pub lender: ParticipantId,
    /// Who uses it.
    pub borrower: ParticipantId,
    /// Where fees go.
    pub lender_account: AccountId,
    /// From where fees are paid.
    pub borrower_account: AccountId,
    /// In what.
    pub asset: AssetId,
    /// What holds.
    pub terms: LineTerms,
    /// Where it stands.
    pub status: LineStatus,
    /// Counts what was proposed, so that nobody agrees to other terms than it has read.
    pub revision: u32,
    /// What waits for the other party.
    pub proposed: Option<ProposedTerms>,
    /// What is used now, minor units.
    #[serde(with = "json::text")]
    pub used: u128,
    /// Everything that was ever used, minor units.
    #[serde(with = "json::text")]
    pub ever_used: u128,
    /// The commitment fee.
    pub fee: LineFee,
    /// When time changes it next.
    pub due: Option<BlockTime>,
}

impl Object for CreditLine {
    const TABLE: Table = Table::Lines;
    /// Each row takes about 300 bytes of memory.
    const ROWS_MAX: u64 = 1 << 20;
    type Index = ();

    fn due(&self) -> Option<BlockTime> {
        self.due
    }

    fn fall_due(ledger: &mut Ledger, moment: &Moment, id: u64) {
        let parameters = ledger.parameters;
        ledger.products.lines.update(id, |line| {
            if line.status == LineStatus::Offered {
                line.status = LineStatus::Lapsed;
            }
            line.catch_up(moment);
            line.settle(&parameters);
        });
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        let accounts = ledger.accounts.len() as u64;
        ledger.participant(self.lender).is_some()
            && ledger.participant(self.borrower).is_some()
            && self.lender_account.0 < accounts
            && self.borrower_account.0 < accounts
            && ledger.asset(self.asset).is_some()
            && self.terms.check().is_ok()
            && self.used <= self.ever_used
    }
}

impl CreditLine {
    /// What may still be used, minor units; nothing unless the line is open on `day`.
    #[must_use]
    pub fn headroom(&self, day: BusinessDate) -> u128 {
        let is_open = self.status == LineStatus::Open && day <= self.terms.last_day;
        if is_open { self.unused() } else { 0 }
    }

    fn unused(&self) -> u128 {
        let counts = if self.terms.revolving {
            self.used
        } else {
            self.ever_used
        };
        self.terms.cap.minor().saturating_sub(counts)
    }

    /// The commitment fee that has come about in the current period by the beginning of `day` and is not due yet, rounded.
    #[must_use]
    pub fn fee_accrued(&self, day: BusinessDate) -> u128 {
        let mut line = self.clone();
        line.count_fee(day);
        round_fee(line.fee.accrued)
    }

    /// The line as it stands on the day of `moment`, whether the agenda has come to it or not.
    pub(crate) fn on(&self, moment: &Moment) -> CreditLine {
        let mut line = self.clone();
        line.catch_up(moment);
        line
    }

    /// Does everything that has come due.
    fn catch_up(&mut self, moment: &Moment) {
        if self.status == LineStatus::Open {
            while let Some(day) = self.next_fee_day().filter(|day| *day <= moment.date) {
                self.count_fee(day);
                self.charge_fee();
            }
            if self.terms.last_day < moment.date {
                self.end(LineStatus::Expired, self.after_last_day());
            }
        }
        let is_late = |proposed: &ProposedTerms| proposed.until <= moment.time;
        if self.proposed.as_ref().is_some_and(is_late) {
            self.proposed = None;
        }
    }

    /// Ends the line: no new use, and the fee is due up to `day`.
    fn end(&mut self, status: LineStatus, day: BusinessDate) {
        self.count_fee(day);
        self.charge_fee();
        self.status = status;
        self.proposed = None;
    }

    fn after_last_day(&self) -> BusinessDate {
        BusinessDate(self.terms.last_day.0.saturating_add(1))
    }

    /// When the fee of the current period falls due; `None` when that is after the last day, with which it then falls due.
    fn next_fee_day(&self) -> Option<BusinessDate> {
        let months = (i64::from(self.fee.passed) + 1) * i64::from(self.terms.fee_months);
        let day = self.fee.start.plus_months(months)?;
        (day <= self.terms.last_day).then_some(day)
    }

    /// Counts the fee up to the beginning of `day`: what may be used, or the rate, changes now.
    fn count_fee(&mut self, day: BusinessDate) {
        if self.status != LineStatus::Open {
            return;
        }
        let until = day.min(self.after_last_day()).max(self.fee.counted_to);
        let days = until.0 - self.fee.counted_to.0;
        // Within 2^60 × 2^40 × 2^16.
        self.fee.accrued += self.unused() * u128::from(self.terms.fee_rate) * u128::from(days);
        self.fee.counted_to = until;
    }

    fn charge_fee(&mut self) {
        self.fee.owed += round_fee(self.fee.accrued);
        self.fee.accrued = 0;
        self.fee.passed = self.fee.passed.saturating_add(1);
    }

    /// Other terms hold from `day` on.
    fn adopt(&mut self, terms: LineTerms, day: BusinessDate) {
        self.count_fee(day);
        if terms.fee_months != self.terms.fee_months {
            // Periods of another length begin anew.
            self.charge_fee();
            (self.fee.start, self.fee.passed) = (day, 0);
        }
        self.terms = terms;
    }

    /// Brings the next due time up to the rest of the row.
    fn settle(&mut self, parameters: &crate::LedgerParameters) {
        self.due = match self.status {
            LineStatus::Open => {
                let fee = self.next_fee_day();
                let days = fee.into_iter().chain([self.after_last_day()]);
                let opens = days.map(|day| parameters.opening(day));
                let proposed = self.proposed.iter().map(|it| it.until);
                opens.chain(proposed).min()
            }
            LineStatus::Offered => self.proposed.map(|it| it.until),
            LineStatus::Closed | LineStatus::Expired | LineStatus::Lapsed => None,
        };
    }
}

fn round_fee(accrued: u128) -> u128 {
    round_ratio(Rounding::HalfEven, &[accrued], &[RATE_ONE, FEE_YEAR_DAYS]).unwrap_or(0)
}

/// The line, when the sender is its lender or its borrower.
fn of_party(ledger: &Ledger, sender: ParticipantId, id: u64) -> Result<&CreditLine, RejectReason> {
    let line = ledger.products.lines.get(id);
    let line = line.ok_or(RejectReason::LineUnknown)?;
    let is_party = line.lender == sender || line.borrower == sender;
    is_party.then_some(line).ok_or(RejectReason::LineOfOthers)
}

impl Ledger {
    /// Changes a line as of the day of `moment`.
    fn change_line(&mut self, id: u64, moment: &Moment, change: impl FnOnce(&mut CreditLine)) {
        let parameters = self.parameters;
        self.products.lines.update(id, |line| {
            line.catch_up(moment);
            change(line);
            line.settle(&parameters);
        });
    }
}

#[cfg(test)]
mod tests;
