//! `SetLimit`: an account's owner limits what it sends net to one account or to the others; the issuer caps what it sends net in all.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, amount::AMOUNT_MAX, json};

use crate::{
    account::{AccountKind, AccountStatus, store::place},
    ledger::Ledger,
    liquidity::{
        limits::{LIMITS_PER_ACCOUNT_MAX, Limit, Toward},
        queue::sweep,
    },
    objects::Object,
    participant::Role,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Sets or lifts a limit on net sending.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetLimit {
    /// The account that is bound.
    pub account: AccountId,
    /// Towards whom.
    pub toward: Toward,
    /// Minor units that it may send net in a business day; `None` lifts the limit.
    #[serde(default, with = "json::optional_text")]
    pub amount: Option<u128>,
}

impl SetLimit {
    /// Whether the sender may set this kind of limit: its own the owner or its sponsor bank; the cap the issuer, the operator, or the bank that the owner
    /// takes part through.
    fn is_allowed(&self, ledger: &Ledger, call: &Call, issuer: bool) -> bool {
        match self.toward {
            Toward::One(_) | Toward::Others => ledger.acts_for(call.sender(), self.account),
            Toward::All => {
                let owner = ledger.accounts.posting(place(self.account));
                let owner = owner.and_then(|it| ledger.participant(it.owner));
                let is_sponsor = owner.is_some_and(|it| it.sponsor == Some(call.sender()));
                issuer || is_sponsor || ledger.role(call.sender()) == Some(Role::Operator)
            }
        }
    }
}

impl Verb for SetLimit {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.amount.is_some_and(|amount| amount > AMOUNT_MAX) {
            return Err(RejectReason::LimitRange);
        }
        if self.toward == Toward::One(self.account) {
            return Err(RejectReason::LimitTowardItself);
        }
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let account = ledger.accounts.posting(place(self.account));
        let account = account.ok_or(RejectReason::AccountUnknown)?;
        let issuer = ledger.asset(account.asset).map(|asset| asset.issuer);
        if !self.is_allowed(ledger, call, issuer == Some(call.sender())) {
            return Err(RejectReason::LimitForbidden);
        }
        if account.kind == AccountKind::Issuance || account.status == AccountStatus::Closed {
            return Err(RejectReason::AccountFixed);
        }
        if let Toward::One(other) = self.toward {
            let other = ledger.accounts.posting(place(other));
            if other.is_none_or(|it| it.asset != account.asset) {
                return Err(RejectReason::LimitCounterparty);
            }
        }
        let index = ledger.products.limits.index();
        if index.contains_key(&(self.account, self.toward)) {
            if self.amount.is_none() && ledger.limit(self.account, self.toward).is_none() {
                return Err(RejectReason::LimitUnset);
            }
        } else {
            if self.amount.is_none() {
                return Err(RejectReason::LimitUnset);
            }
            if ledger.limit_rows(self.account).count() >= LIMITS_PER_ACCOUNT_MAX {
                return Err(RejectReason::LimitsFull);
            }
            ledger.products.limits.check_room()?;
        }
        match (self.toward, self.amount) {
            (Toward::All, Some(cap)) if cap > ledger.cover(self.account) => {
                Err(RejectReason::CapAboveCover)
            }
            (Toward::All | Toward::Others | Toward::One(_), _) => Ok(()),
        }
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let known = ledger.products.limits.index();
        let known = known.get(&(self.account, self.toward)).copied();
        let in_force = ledger
            .limit(self.account, self.toward)
            .map(|(_, it)| it.net);
        let row = Limit {
            account: self.account,
            toward: self.toward,
            amount: self.amount,
            // What was counted stays counted while the limit is in force.
            net: in_force.unwrap_or(0),
            resets: ledger.next_opening(&call.moment),
            by: call.sender(),
        };
        let id = match known {
            Some(id) => {
                ledger.products.limits.update(id, |it| *it = row);
                id
            }
            None => ledger.products.limits.add(row),
        };
        ledger.guard_counting(self.account);
        sweep(ledger, &call.moment, self.account);
        let table = Limit::TABLE;
        Ok(Outcome::Recorded { table, id })
    }
}

impl Ledger {
    /// What an account can send net today in all, in minor units: what it has above its floor and what it has sent net already.
    fn cover(&self, account: AccountId) -> u128 {
        let Some(posting) = self.accounts.posting(place(account)) else {
            return 0;
        };
        let reserved = self.accounts.rules(place(account));
        let reserved = reserved.map_or(0, |rules| rules.terms.set_aside());
        let sent = self.limit(account, Toward::All).map_or(0, |(_, it)| it.net);
        let free = posting.headroom().saturating_add_unsigned(reserved);
        u128::try_from(free.saturating_add(sent)).unwrap_or(0)
    }
}
