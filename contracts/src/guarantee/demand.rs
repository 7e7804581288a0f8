//! One demand: what the beneficiary states and wants, and what became of it.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, BlockTime, BusinessDate, Hash, ParticipantId};

use super::{
    DEMAND_DOCUMENTS_MAX, EXTEND_OR_PAY_DAYS,
    undertaking::{Guarantee, GuaranteeState},
};
use crate::{
    account::store::place,
    backing::{minus, plus},
    documentary::DISCREPANCIES_MAX,
    ledger::Ledger,
    objects::Object,
    reject::RejectReason,
    standing::Moment,
    tables::Table,
};

/// Where a demand stands.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum DemandState {
    /// The bank examines it.
    Presented = 1,
    /// The bank must pay it.
    Complying = 2,
    /// The bank does not pay it; another may be made.
    Rejected = 3,
    /// The beneficiary has its money.
    Paid = 4,
    /// The guarantee lasts longer instead.
    Withdrawn = 5,
}

impl DemandState {
    /// The name that the API writes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            DemandState::Presented => "presented",
            DemandState::Complying => "complying",
            DemandState::Rejected => "rejected",
            DemandState::Paid => "paid",
            DemandState::Withdrawn => "withdrawn",
        }
    }

    /// Whether the bank may still have to pay it.
    #[must_use]
    pub const fn is_pending(self) -> bool {
        match self {
            DemandState::Presented | DemandState::Complying => true,
            DemandState::Rejected | DemandState::Paid | DemandState::Withdrawn => false,
        }
    }
}

/// One demand, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    /// The guarantee.
    pub guarantee: u64,
    /// Where the beneficiary is paid.
    pub account: AccountId,
    /// How much is demanded.
    pub amount: Amount,
    /// Hash of the statement of what the applicant failed to do (article 15).
    pub statement: Hash,
    /// Hashes of the documents.
    pub documents: Vec<Hash>,
    /// Until when the guarantee shall last instead, when the demand is to extend or pay (article 23).
    pub extend_to: Option<BusinessDate>,
    /// Who has agreed to that: bank and applicant, ascending.
    pub extension_agreed: Vec<ParticipantId>,
    /// The day of the demand.
    pub presented: BusinessDate,
    /// When the bank's time to examine ends.
    pub decide_by: BlockTime,
    /// Hashes of what the bank finds wrong.
    pub faults: Vec<Hash>,
    /// Whether the bank let its time pass and may not reject any more (article 24f).
    pub precluded: bool,
    /// Where it stands.
    pub state: DemandState,
    /// When time looks at it next.
    pub next: Option<BlockTime>,
}

impl Object for Demand {
    const TABLE: Table = Table::Demands;
    const ROWS_MAX: u64 = 1 << 22;
    type Index = ();

    fn due(&self) -> Option<BlockTime> {
        self.next
    }

    fn fall_due(ledger: &mut Ledger, moment: &Moment, id: u64) {
        let Some(demand) = ledger.products.demands.get(id) else {
            return;
        };
        let until = demand.put_off_until(ledger);
        ledger.products.demands.update(id, |it| {
            it.precluded = it.precluded || it.state == DemandState::Presented;
            it.state = DemandState::Complying;
        });
        if let Some(until) = until.filter(|until| *until > moment.time) {
            let later = |it: &mut Demand| it.next = Some(until);
            ledger.products.demands.update(id, later);
        } else {
            ledger.pay_demand_by_rule(id, moment);
        }
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        ledger.products.guarantees.get(self.guarantee).is_some()
            && ledger.accounts.posting(place(self.account)).is_some()
            && self.documents.len() <= DEMAND_DOCUMENTS_MAX
            && self.faults.len() <= DISCREPANCIES_MAX
    }
}

impl Demand {
    /// Until when the bank may put payment off, when it may extend instead.
    fn put_off_until(&self, ledger: &Ledger) -> Option<BlockTime> {
        let last = BusinessDate(self.presented.0.saturating_add(EXTEND_OR_PAY_DAYS));
        self.extend_to.map(|_| ledger.day_after(last))
    }
}

impl Ledger {
    pub(crate) fn demand(&self, id: u64) -> Result<(&Demand, &Guarantee), RejectReason> {
        let demand = self.products.demands.get(id);
        let demand = demand.ok_or(RejectReason::DemandUnknown)?;
        Ok((demand, self.guarantee(demand.guarantee)?))
    }

    /// Pays what is due out of the bank's account, or tries again as the next day opens.
    fn pay_demand_by_rule(&mut self, id: u64, moment: &Moment) {
        let Ok((demand, guarantee)) = self.demand(id) else {
            return;
        };
        let (to, due, asset) = (demand.account, demand.amount, guarantee.terms.asset);
        let from = guarantee.bank_account;
        if let Some(from) = from.filter(|from| self.pay_when_possible(*from, to, asset, due)) {
            self.demand_paid(id, from, moment);
        } else {
            let next = self.day_after(moment.date);
            let later = |it: &mut Demand| it.next = Some(next);
            self.products.demands.update(id, later);
        }
    }

    /// The beneficiary has its money out of `from`.
    pub(super) fn demand_paid(&mut self, id: u64, from: AccountId, moment: &Moment) {
        let Some((of, paid)) = self.end_demand(id, DemandState::Paid) else {
            return;
        };
        let Some(guarantee) = self.products.guarantees.get(of) else {
            return;
        };
        let (backing, asset) = (guarantee.backing, guarantee.terms.asset);
        let backing = self.draw_cover(&backing, paid, from, asset);
        let used_up = self.products.guarantees.update(of, |it| {
            it.backing = backing;
            it.paid = plus(it.paid, paid);
            it.state == GuaranteeState::Issued && it.available().is_zero()
        });
        if used_up == Some(true) {
            self.end_guarantee(of, GuaranteeState::Closed, moment);
        } else {
            self.guarantee_changed(of, moment);
        }
    }

    /// Ends a demand; answers its guarantee and amount. The caller brings what stands behind it up to date.
    pub(super) fn end_demand(&mut self, id: u64, state: DemandState) -> Option<(u64, Amount)> {
        let ended = self.products.demands.update(id, |it| {
            it.state = state;
            it.next = None;
            (it.guarantee, it.amount)
        })?;
        let freed = |it: &mut Guarantee| it.pending = minus(it.pending, ended.1);
        self.products.guarantees.update(ended.0, freed);
        Some(ended)
    }
}
