//! `SetIntraday`: the issuer of an asset lets an account draw within the day.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, amount::AMOUNT_MAX, json};

use crate::{
    account::{AccountKind, AccountStatus, store::place},
    intraday::IntradayCredit,
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Sets or lifts the intraday credit of an account. What is drawn stays drawn, and secured, under a lower cap.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetIntraday {
    /// The account.
    pub account: AccountId,
    /// How much may be drawn at once, in minor units; `None` lifts it.
    #[serde(default, with = "json::optional_text")]
    pub cap: Option<u128>,
}

impl Verb for SetIntraday {
    fn check_shape(&self) -> Result<(), RejectReason> {
        match self.cap {
            Some(cap) if cap == 0 || cap > AMOUNT_MAX => Err(RejectReason::IntradayRange),
            Some(_) | None => Ok(()),
        }
    }

    fn amount(&self) -> u128 {
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let account = ledger.accounts.posting(place(self.account));
        let account = account.ok_or(RejectReason::AccountUnknown)?;
        let issuer = ledger.asset(account.asset).map(|it| it.issuer);
        if issuer != Some(call.sender()) {
            return Err(RejectReason::IntradayForbidden);
        }
        let is_fit = account.kind == AccountKind::Settlement
            && account.status == AccountStatus::Open
            && Some(account.owner) != issuer;
        if !is_fit {
            return Err(RejectReason::IntradayAccount);
        }
        match (ledger.intraday(self.account), self.cap) {
            (Some((_, row)), None) if row.cap.is_none() => Err(RejectReason::IntradayUnset),
            (None, None) => Err(RejectReason::IntradayUnset),
            (None, Some(_)) => ledger.products.intraday.check_room(),
            (Some(_), _) => Ok(()),
        }
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let asset = ledger.accounts.posting(place(self.account));
        let asset = asset.ok_or(RejectReason::AccountUnknown)?.asset;
        let known = ledger.intraday(self.account).map(|(id, _)| id);
        let rows = &mut ledger.products.intraday;
        let id = match known {
            Some(id) => {
                rows.update(id, |it| (it.cap, it.by) = (self.cap, call.sender()));
                id
            }
            None => rows.add(IntradayCredit {
                account: self.account,
                asset,
                cap: self.cap,
                drawn: 0,
                due: None,
                is_overdue: false,
                by: call.sender(),
            }),
        };
        let table = IntradayCredit::TABLE;
        Ok(Outcome::Recorded { table, id })
    }
}
