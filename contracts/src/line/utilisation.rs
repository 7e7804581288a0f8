//! What products use of lines: the one door for all of them.
//!
//! ```text
//!   verb of a product ──check──▶ check_use    may this object use so much more?      refuses, changes nothing
//!                     ──apply──▶ use_line     it does                                cannot fail after the check
//!                     ──apply──▶ release_line it uses so much less                   a repayment, an expiry, a cancellation
//! ```
//! A product says for each of its objects how much it uses (`Object::line_use`); after every block these agree (checked in tests and at each
//! restore), so a product that forgets to release is found.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AssetId, BusinessDate, ParticipantId, json};

use super::{CreditLine, LineStatus};
use crate::{
    collateral::Secured, execute::Halt, ledger::Ledger, objects::Object, reject::RejectReason,
    standing::Moment, tables::Table,
};

/// What one object uses of a line, as stored, committed to and read.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct LineUse {
    /// The line.
    pub line: u64,
    /// The product: the table of the object.
    pub table: Table,
    /// The object's row.
    pub object: u64,
    /// What it uses now, minor units.
    #[serde(with = "json::text")]
    pub amount: u128,
}

impl Object for LineUse {
    const TABLE: Table = Table::LineUses;
    const ROWS_MAX: u64 = 8_000_000;
    /// By line, then product and object.
    type Index = BTreeMap<(u64, Table, u64), u64>;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        index.insert((self.line, self.table, self.object), id);
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        let of = ledger.products.table(self.table);
        let reported = of.and_then(|table| table.line_use(self.object));
        reported == Some((self.line, self.amount)) && ledger.is_sum_of_uses(self)
    }
}

/// What an object asks of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct UseOfLine {
    /// The line.
    pub(crate) line: u64,
    /// Who would owe.
    pub(crate) borrower: ParticipantId,
    /// To whom.
    pub(crate) lender: ParticipantId,
    /// In what.
    pub(crate) asset: AssetId,
    /// How much more, minor units.
    pub(crate) amount: u128,
}

impl Ledger {
    /// The line, when it is between these parties, in this asset, and open today.
    ///
    /// # Errors
    /// The first refusal that applies.
    pub(crate) fn line_between(
        &self,
        wanted: &UseOfLine,
        day: BusinessDate,
    ) -> Result<&CreditLine, RejectReason> {
        let line = self.products.lines.get(wanted.line);
        let line = line.ok_or(RejectReason::LineUnknown)?;
        let parties = (line.lender, line.borrower, line.asset);
        if parties != (wanted.lender, wanted.borrower, wanted.asset) {
            return Err(RejectReason::LineNotBetween);
        }
        if line.status != LineStatus::Open || line.terms.last_day < day {
            return Err(RejectReason::LineNotOpen);
        }
        Ok(line)
    }

    /// Whether an object may use so much more of a line. Ask before anything is changed; [`Ledger::use_line`] then cannot fail.
    ///
    /// # Errors
    /// The first refusal that applies.
    pub(crate) fn check_use(
        &self,
        wanted: &UseOfLine,
        moment: &Moment,
    ) -> Result<(), RejectReason> {
        let line = self.line_between(wanted, moment.date)?.on(moment);
        if line.fee.owed > 0 {
            return Err(RejectReason::LineFeeUnpaid);
        }
        if wanted.amount > line.headroom(moment.date) {
            return Err(RejectReason::LineExceeded);
        }
        self.check_running_cover(Secured::Line(wanted.line), wanted.amount, moment)?;
        self.products.line_uses.check_room()
    }

    /// An object of a product uses so much more of a line; the caller has asked [`Ledger::check_use`].
    pub(crate) fn use_line(
        &mut self,
        line: u64,
        object: (Table, u64),
        amount: u128,
        moment: &Moment,
    ) {
        let mut is_covered = false;
        self.change_line(line, moment, |line| {
            is_covered = amount <= line.headroom(moment.date);
            line.count_fee(moment.date);
            line.used = line.used.saturating_add(amount);
            line.ever_used = line.ever_used.saturating_add(amount);
        });
        if !is_covered {
            self.alarm.get_or_insert(Halt::LineBroken(line));
        }
        self.move_use(line, object, |used| used.checked_add(amount));
        self.mark_secured(Secured::Line(line));
    }

    /// An object of a product uses so much less of a line.
    pub(crate) fn release_line(
        &mut self,
        line: u64,
        object: (Table, u64),
        amount: u128,
        moment: &Moment,
    ) {
        self.change_line(line, moment, |line| {
            line.count_fee(moment.date);
            line.used = line.used.saturating_sub(amount);
        });
        self.move_use(line, object, |used| used.checked_sub(amount));
        self.mark_secured(Secured::Line(line));
    }

    /// Changes what an object uses; a change that its product cannot mean stops the node before it writes.
    fn move_use(
        &mut self,
        line: u64,
        (table, object): (Table, u64),
        change: impl FnOnce(u128) -> Option<u128>,
    ) {
        let uses = &mut self.products.line_uses;
        let known = uses.index().get(&(line, table, object)).copied();
        let id = known.unwrap_or_else(|| {
            uses.add(LineUse {
                line,
                table,
                object,
                amount: 0,
            })
        });
        let changed = uses.update(id, |it| {
            let amount = change(it.amount);
            it.amount = amount.unwrap_or(it.amount);
            amount
        });
        if changed.flatten().is_none() {
            self.alarm.get_or_insert(Halt::LineBroken(line));
        }
    }

    /// Brings what an object uses to what it reports; the caller has asked [`Ledger::check_use`] for what comes on top.
    pub(crate) fn follow_line(&mut self, object: (Table, u64), moment: &Moment) {
        let of = self.products.table(object.0);
        let Some((line, now)) = of.and_then(|table| table.line_use(object.1)) else {
            return;
        };
        let before = self.used_by(line, object);
        if now > before {
            self.use_line(line, object, now - before, moment);
        } else if now < before {
            self.release_line(line, object, before - now, moment);
        }
    }

    /// What an object uses of a line, minor units.
    pub(crate) fn used_by(&self, line: u64, (table, object): (Table, u64)) -> u128 {
        let uses = &self.products.line_uses;
        let id = uses.index().get(&(line, table, object));
        id.and_then(|id| uses.get(*id)).map_or(0, |it| it.amount)
    }

    /// Whether a line counts as used what its uses sum to; asked for the first of them, so that a restore sums each line once.
    fn is_sum_of_uses(&self, first: &LineUse) -> bool {
        let uses = &self.products.line_uses;
        let mut of_line = uses.index().range((first.line, Table::Header, 0)..);
        let of_line = || of_line.next().filter(|((line, ..), _)| *line == first.line);
        let mut amounts = std::iter::from_fn(of_line).filter_map(|(_, id)| uses.get(*id));
        if amounts.next() != Some(first) {
            return true;
        }
        let used = amounts.fold(first.amount, |sum, it| sum.saturating_add(it.amount));
        let line = self.products.lines.get(first.line);
        line.is_some_and(|line| line.used == used)
    }
}
