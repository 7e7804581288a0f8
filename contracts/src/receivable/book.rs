//! What the verbs of receivables ask and do alike.

use sycee_primitives::{AccountId, Amount, AssetId, ParticipantId, planted};

use super::{
    line::ObligorLine,
    portion::Portion,
    promise::{Promise, PromiseState},
    rules::PAYOUTS_PER_BLOCK,
};
use crate::{
    account::store::place, ledger::Ledger, payment::check_debit, reject::RejectReason,
    standing::Moment,
};

impl Ledger {
    pub(crate) fn promise(&self, id: u64) -> Result<&Promise, RejectReason> {
        let promises = &self.products.promises;
        promises.get(id).ok_or(RejectReason::ReceivableUnknown)
    }

    /// A live portion of which `sender` is the holder.
    pub(crate) fn held_portion(
        &self,
        id: u64,
        sender: ParticipantId,
    ) -> Result<&Portion, RejectReason> {
        let portion = self.products.portions.get(id);
        let portion = portion.ok_or(RejectReason::PortionUnknown)?;
        if portion.holder != sender {
            return Err(RejectReason::NotHolder);
        }
        if !portion.is_live() {
            return Err(RejectReason::PortionNotLive);
        }
        Ok(portion)
    }

    /// A portion that its holder may move: live, not pledged, not factored, not disputed, not due.
    pub(crate) fn movable_portion(
        &self,
        id: u64,
        sender: ParticipantId,
        moment: &Moment,
    ) -> Result<(&Portion, &Promise), RejectReason> {
        let portion = self.held_portion(id, sender)?;
        if portion.pledge.is_some() && !planted!("financed-twice") {
            return Err(RejectReason::PortionPledged);
        }
        if portion.factored.is_some() {
            return Err(RejectReason::PortionFactored);
        }
        let promise = self.promise(portion.promise)?;
        if promise.disputed {
            return Err(RejectReason::ReceivableDisputed);
        }
        if promise.state != PromiseState::Accepted || promise.due <= moment.date {
            return Err(RejectReason::ReceivableDue);
        }
        Ok((portion, promise))
    }

    /// Ids of the live portions of a promise, ascending.
    pub(crate) fn live_portions(&self, promise: u64) -> Vec<u64> {
        let live = &self.products.portions.index().live;
        live.range((promise, 0)..=(promise, u64::MAX))
            .map(|(_, id)| *id)
            .collect()
    }

    /// Whether `account` can be paid `amount` of `asset` now (0: whether it can be paid at all) and belongs to `owner`.
    pub(crate) fn check_payee(
        &self,
        account: AccountId,
        asset: AssetId,
        owner: ParticipantId,
        amount: u128,
    ) -> Result<(), RejectReason> {
        let row = crate::payment::check_creditor(self, account, asset, amount)?;
        let posting = self.accounts.posting(row);
        if posting.is_some_and(|posting| posting.owner == owner) {
            Ok(())
        } else {
            Err(RejectReason::PayeeForeign)
        }
    }

    /// Whether `owner` may pay out of `account` of `asset`, which must be its own, leaving funds aside.
    pub(crate) fn check_own_debit(
        &self,
        account: AccountId,
        asset: AssetId,
        owner: ParticipantId,
    ) -> Result<(), RejectReason> {
        let row = crate::payment::check_debtor(self, owner, account, asset)?;
        let posting = self.accounts.posting(row);
        if posting.is_some_and(|posting| posting.owner == owner) {
            Ok(())
        } else {
            Err(RejectReason::DebtorForbidden)
        }
    }

    /// Whether the current block may still touch so many portions: a long list is bounded in length, several of them are not.
    pub(crate) fn check_payouts(&self, moment: &Moment, portions: u32) -> Result<(), RejectReason> {
        let (height, spent) = self.payouts;
        let spent = if height == moment.height { spent } else { 0 };
        if spent > 0 && spent.saturating_add(portions.into()) > PAYOUTS_PER_BLOCK {
            Err(RejectReason::PayoutsSpent)
        } else {
            Ok(())
        }
    }

    /// Counts portions against what the current block may touch.
    pub(crate) fn spend_payouts(&mut self, moment: &Moment, portions: u32) {
        if self.payouts.0 != moment.height {
            self.payouts = (moment.height, 0);
        }
        self.payouts.1 = self.payouts.1.saturating_add(portions.into());
    }

    /// How much an account can pay now; nothing when it may not pay at all.
    pub(crate) fn payable_now(&self, account: AccountId) -> u128 {
        let Some(posting) = self.accounts.posting(place(account)) else {
            return 0;
        };
        if check_debit(self, account, posting.asset).is_err() {
            return 0;
        }
        let room = u128::try_from(posting.headroom()).unwrap_or(0);
        room.min(posting.debit_range())
    }

    pub(crate) fn obligor_line(
        &self,
        debtor: ParticipantId,
        asset: AssetId,
    ) -> Option<(u64, &ObligorLine)> {
        let lines = &self.products.obligor_lines;
        let id = *lines.index().get(&(debtor, asset))?;
        Some((id, lines.get(id)?))
    }

    /// Frees what was promised and is owed no more.
    pub(crate) fn free_line(&mut self, debtor: ParticipantId, asset: AssetId, amount: Amount) {
        if let Some((id, _)) = self.obligor_line(debtor, asset) {
            let lines = &mut self.products.obligor_lines;
            lines.update(id, |line| line.used = less(line.used, amount));
        }
    }
}

/// The difference; what would be below zero is our own fault.
pub(super) fn less(from: Amount, amount: Amount) -> Amount {
    let rest = from.minor().checked_sub(amount.minor());
    assert!(rest.is_some(), "no more is taken from a claim than it has");
    rest.and_then(|minor| Amount::from_minor(minor).ok())
        .unwrap_or(Amount::ZERO)
}
