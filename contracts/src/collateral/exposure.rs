//! What is owed under a collateral, and when its state is looked at.

use super::{Collateral, CoverState, Secured, value::is_covered};
use crate::{
    account::store::place, ledger::Ledger, loan::LoanStatus, reject::RejectReason,
    standing::Moment, tables::Table, term::calendar::Shift,
};

impl Ledger {
    /// What one obligation exposes its lender to, minor units.
    pub(crate) fn exposure(&self, secured: Secured) -> u128 {
        match secured {
            Secured::Loan(id) => {
                let loan = self.products.loans.get(id);
                loan.map_or(0, |loan| match loan.status {
                    LoanStatus::Active | LoanStatus::WrittenOff => loan.position.principal_owed(),
                    LoanStatus::Offered | LoanStatus::Closed | LoanStatus::Lapsed => 0,
                })
            }
            Secured::Line(id) => self.products.lines.get(id).map_or(0, |line| line.used),
            Secured::Overdraft(account) => {
                let rules = self.accounts.rules(place(account));
                rules.map_or(0, |it| it.floor.unsigned_abs())
            }
            Secured::Intraday(account) => self.intraday_drawn(account),
        }
    }

    /// Whether something that a collateral secures was not paid when it had to be, so that its lender may enforce whatever the value.
    pub(crate) fn is_overdue(&self, collateral: &Collateral) -> bool {
        collateral.secures.iter().any(|it| match it {
            Secured::Intraday(account) => self.is_intraday_overdue(*account),
            Secured::Loan(_) | Secured::Line(_) | Secured::Overdraft(_) => false,
        })
    }

    /// What a collateral secures in all, minor units.
    pub(crate) fn exposure_of(&self, collateral: &Collateral) -> u128 {
        let each = collateral.secures.iter().map(|it| self.exposure(*it));
        each.fold(0, u128::saturating_add)
    }

    /// The collateral that secures an obligation.
    pub(crate) fn collateral_of(&self, secured: Secured) -> Option<(u64, &Collateral)> {
        let id = *self.products.collateral.index().get(&secured)?;
        Some((id, self.products.collateral.get(id)?))
    }

    /// Whether so much more may be owed under what was pledged; an obligation without collateral is not asked.
    ///
    /// # Errors
    /// [`RejectReason::CoverTooSmall`].
    pub(crate) fn check_cover(
        &self,
        secured: Secured,
        more: u128,
        moment: &Moment,
    ) -> Result<(), RejectReason> {
        let Some((id, collateral)) = self.collateral_of(secured) else {
            return Ok(());
        };
        let exposure = self.exposure_of(collateral).saturating_add(more);
        let value = self.cover_value(id, collateral, moment);
        let is_kept = more == 0 || is_covered(exposure, value, collateral.terms.call_ppm);
        is_kept.then_some(()).ok_or(RejectReason::CoverTooSmall)
    }

    /// [`Ledger::check_cover`] for an obligation that runs: what the lender has asked for alone binds nobody.
    pub(crate) fn check_running_cover(
        &self,
        secured: Secured,
        more: u128,
        moment: &Moment,
    ) -> Result<(), RejectReason> {
        match self.collateral_of(secured) {
            Some((_, it)) if it.state != CoverState::Asked => {
                self.check_cover(secured, more, moment)
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The borrower has agreed to an obligation and with it to the collateral that was asked for.
    pub(crate) fn agree_to_cover(&mut self, secured: Secured) {
        let id = self.collateral_of(secured).map(|(id, _)| id);
        if let Some(id) = id {
            self.products.collateral.update(id, |it| {
                if it.state == CoverState::Asked {
                    it.state = CoverState::Kept;
                }
            });
            self.marked_collateral.insert(id);
        }
    }

    /// What an obligation exposes its lender to has changed.
    pub(crate) fn mark_secured(&mut self, secured: Secured) {
        let id = self.products.collateral.index().get(&secured).copied();
        self.marked_collateral.extend(id);
    }

    /// What the portions of a promise are worth has changed.
    pub(crate) fn mark_promise(&mut self, promise: u64) {
        let portions = self.live_portions(promise).into_iter();
        let pledges = portions.filter_map(|id| self.products.portions.get(id)?.pledge?.collateral);
        let marked: Vec<u64> = pledges.collect();
        self.marked_collateral.extend(marked);
    }

    /// Principal of a loan has moved: its line and its collateral follow.
    pub(crate) fn loan_moved(&mut self, loan: u64, moment: &Moment) {
        self.follow_line((Table::Loans, loan), moment);
        self.mark_secured(Secured::Loan(loan));
        self.end_suspense(loan);
    }

    /// Looks at every marked collateral: raises margin calls, and ends those that are cured. (I16)
    pub(crate) fn look_at_marked_collateral(&mut self, moment: &Moment) {
        for id in std::mem::take(&mut self.marked_collateral) {
            self.look_at_collateral(moment, id);
        }
    }

    fn look_at_collateral(&mut self, moment: &Moment, id: u64) {
        let Some(row) = self.products.collateral.get(id) else {
            return;
        };
        if row.state == CoverState::Asked {
            return;
        }
        let (exposure, value) = (self.exposure_of(row), self.cover_value(id, row, moment));
        let within = |ppm| is_covered(exposure, value, ppm);
        let state = if self.is_overdue(row) {
            CoverState::CloseOut
        } else if within(row.terms.warn_ppm) {
            CoverState::Kept
        } else if within(row.terms.call_ppm) {
            CoverState::Warned
        } else if within(row.terms.close_out_ppm) && row.state != CoverState::CloseOut {
            CoverState::Called
        } else {
            CoverState::CloseOut
        };
        let until = match state {
            CoverState::Called => {
                let days = row.terms.cure_days;
                let fresh = || self.business_days_after(row.asset, moment, days);
                Some(row.cure_until.unwrap_or_else(fresh))
            }
            CoverState::Asked | CoverState::Kept | CoverState::Warned | CoverState::CloseOut => {
                None
            }
        };
        if (state, until) != (row.state, row.cure_until) {
            self.products.collateral.update(id, |it| {
                (it.state, it.cure_until) = (state, until);
            });
        }
    }

    /// The opening of the day after so many open days that follow today.
    fn business_days_after(
        &self,
        asset: sycee_primitives::AssetId,
        moment: &Moment,
        days: u8,
    ) -> sycee_primitives::BlockTime {
        let calendar = self.calendar(asset);
        let mut day = moment.date;
        for _ in 0..=days {
            let next = day.plus_days(1);
            let open = next.and_then(|next| Shift::Following.apply(&calendar, next));
            day = open.or(next).unwrap_or(day);
        }
        self.parameters.opening(day)
    }
}
