//! `FundEscrow`: the payer hands the whole sum over; from now on it is held.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::AccountId;

use super::agreement::{Escrow, EscrowState};
use crate::{
    account::store::place,
    ledger::Ledger,
    objects::Object,
    payment::check_new_debit,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Funds an escrow; the sender is the payer.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FundEscrow {
    /// The escrow.
    pub escrow: u64,
    /// The payer's account: what it pays from, and where money goes back to.
    pub account: AccountId,
}

impl Verb for FundEscrow {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let (escrow, sender) = (ledger.escrow(self.escrow)?, call.sender());
        if escrow.payer != sender {
            return Err(RejectReason::NotEscrowPayer);
        }
        if escrow.state != EscrowState::Created || call.moment.time >= escrow.expires {
            return Err(RejectReason::EscrowNotCreated);
        }
        ledger.check_holding(escrow.holding, escrow.asset)?;
        let total = escrow.total.minor();
        let debtor = check_new_debit(ledger, sender, self.account, escrow.asset, total)?;
        // Not a customer's: what comes back is the payer's own.
        let owner = ledger.accounts.posting(debtor).map(|it| it.owner);
        if owner != Some(sender) {
            return Err(RejectReason::DebtorForbidden);
        }
        ledger
            .accounts
            .check_range(debtor, place(escrow.holding), total)
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let escrow = ledger.escrow(self.escrow)?;
        let (holding, asset, total) = (escrow.holding, escrow.asset, escrow.total);
        let posting = ledger.accounts.posting(place(self.account));
        if total.signed() > posting.map_or(0, |it| it.headroom()) {
            return Err(RejectReason::InsufficientFunds);
        }
        ledger.check_limits(self.account, holding, total.minor())?;
        ledger.transfer(asset, place(self.account), place(holding), total.minor())?;
        ledger.confirm_limits(self.account, holding);
        ledger.header.legs += 1;
        ledger.products.escrows.update(self.escrow, |it| {
            it.payer_account = Some(self.account);
            it.held = total;
            it.state = EscrowState::Funded;
        });
        Ok(Outcome::Recorded {
            table: Escrow::TABLE,
            id: self.escrow,
        })
    }
}
