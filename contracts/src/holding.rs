//! Money held under an agreement: accounts of kind escrow, which the rules of a product alone move.
//!
//! ```text
//!   a party's account ──taken in──▶ holding account ──paid out──▶ whoever the agreement names
//!                                        ▲ no payment, bulk payment, hold, exchange, issue or redemption debits or credits it
//! ```
//! After every block what stands on a holding account is what the agreements say is held there, or the block halts: a unit of money is in
//! one agreement at a time and leaves it by its rules (I15). The bank that keeps the account answers for opening it, and has no hand in it;
//! when it is suspended nothing new is taken in, and what is held still goes to whom it belongs.

use std::collections::BTreeMap;

use sycee_primitives::{AccountId, AssetId};

use crate::{
    account::{
        AccountKind, AccountStatus,
        store::{GUARD_CREDITS, GUARD_DEBITS, Posting, place},
    },
    execute::Halt,
    ledger::Ledger,
    payment::check_creditor,
    reject::RejectReason,
};

/// What agreements of one product hold, by account, in minor units.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held(BTreeMap<AccountId, u128>);

impl Held {
    pub(crate) fn add(&mut self, account: AccountId, amount: u128) {
        if amount > 0 {
            let held = self.0.entry(account).or_default();
            // Each amount stood on the account when it was taken in, so the sum is within its range.
            *held = held.saturating_add(amount);
        }
    }

    pub(crate) fn remove(&mut self, account: AccountId, amount: u128) {
        if let Some(held) = self.0.get_mut(&account) {
            *held = held.saturating_sub(amount);
            if *held == 0 {
                self.0.remove(&account);
            }
        }
    }

    fn in_account(&self, account: AccountId) -> u128 {
        self.0.get(&account).copied().unwrap_or(0)
    }
}

impl Ledger {
    /// What all agreements hold in an account, in minor units.
    pub(crate) fn held_in(&self, account: AccountId) -> u128 {
        let products = &self.products;
        let agreements = [
            products.escrows.index(),
            products.credits.index(),
            products.guarantees.index(),
            &products.suspense.index().held,
        ];
        let held = agreements.map(|held| held.in_account(account));
        held.into_iter().fold(0, u128::saturating_add)
    }

    fn holding(&self, account: AccountId, asset: AssetId) -> Option<&Posting> {
        let posting = self.accounts.posting(place(account))?;
        let fits = posting.kind == AccountKind::Escrow && posting.asset == asset;
        fits.then_some(posting)
    }

    /// Whether money of an asset may be taken into a holding account now; answers its row.
    ///
    /// # Errors
    /// [`RejectReason::HoldingUnfit`].
    pub(crate) fn check_holding(
        &self,
        account: AccountId,
        asset: AssetId,
    ) -> Result<usize, RejectReason> {
        let posting = self.holding(account, asset);
        let posting = posting.ok_or(RejectReason::HoldingUnfit)?;
        let usable = posting.status == AccountStatus::Open
            && posting.guards & (GUARD_CREDITS | GUARD_DEBITS) == 0
            && self.is_active(posting.owner);
        usable
            .then_some(place(account))
            .ok_or(RejectReason::HoldingUnfit)
    }

    /// Pays what is held to whom it belongs, or answers that it cannot go there now; nothing moves then.
    pub(crate) fn pay_out_of(
        &mut self,
        holding: AccountId,
        to: AccountId,
        asset: AssetId,
        amount: u128,
    ) -> bool {
        if amount == 0 {
            return true;
        }
        let Some(posting) = self.holding(holding, asset) else {
            return false;
        };
        if posting.status != AccountStatus::Open || posting.guards & GUARD_DEBITS != 0 {
            return false;
        }
        let Ok(creditor) = check_creditor(self, to, asset, amount) else {
            return false;
        };
        // Totals beyond their range are found before anything moves.
        let moved = self.transfer(asset, place(holding), creditor, amount);
        if moved.is_ok() {
            self.header.legs += 1;
        }
        moved.is_ok()
    }

    /// Compares every holding account that the block touched with what agreements say is held there. (I15)
    ///
    /// # Errors
    /// [`Halt::HeldDiffers`] for the first account that holds more or less.
    pub(crate) fn check_held(&self) -> Result<(), Halt> {
        for image in self.accounts.images() {
            let Some(posting) = self.accounts.posting(place(image.account)) else {
                continue;
            };
            if !self.is_held_whole(image.account, posting) {
                return Err(Halt::HeldDiffers(image.account));
            }
        }
        Ok(())
    }

    /// Whether an account holds what agreements say, if it is one that holds anything for them.
    pub(crate) fn is_held_whole(&self, account: AccountId, posting: &Posting) -> bool {
        if posting.kind != AccountKind::Escrow {
            return true;
        }
        let held = i128::try_from(self.held_in(account)).unwrap_or(i128::MAX);
        posting.balance() == held
    }
}
