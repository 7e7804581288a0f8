//! One credit: who promised what to whom, what of it is drawn, and what stands behind it.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, BlockTime, BusinessDate, ParticipantId};

use super::terms::CreditTerms;
use crate::{
    account::store::place,
    backing::{Backing, Sides, minus, plus},
    execute::Halt,
    holding::Held,
    ledger::Ledger,
    objects::Object,
    reject::RejectReason,
    standing::Moment,
    tables::Table,
};

/// Where a credit stands.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum CreditState {
    /// The applicant asks for it.
    Applied = 1,
    /// The bank is bound.
    Issued = 2,
    /// The beneficiary was told by a bank it knows, and may present.
    Advised = 3,
    /// Drawn in full, given up, or never issued.
    Closed = 4,
    /// Its last day has passed.
    Expired = 5,
}

impl CreditState {
    /// The name that the API writes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            CreditState::Applied => "applied",
            CreditState::Issued => "issued",
            CreditState::Advised => "advised",
            CreditState::Closed => "closed",
            CreditState::Expired => "expired",
        }
    }

    /// Whether the bank is bound to what is not drawn yet.
    #[must_use]
    pub const fn is_bound(self) -> bool {
        match self {
            CreditState::Issued | CreditState::Advised => true,
            CreditState::Applied | CreditState::Closed | CreditState::Expired => false,
        }
    }
}

/// Other terms, which hold once all three have agreed to them (article 10).
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amendment {
    /// What would hold.
    pub terms: CreditTerms,
    /// Cash cover that would be added.
    pub cover: Amount,
    /// Who has agreed, ascending.
    pub agreed: Vec<ParticipantId>,
}

/// One credit, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentaryCredit {
    /// At whose request.
    pub applicant: ParticipantId,
    /// The issuing bank, which is bound.
    pub bank: ParticipantId,
    /// Who presents and is paid.
    pub beneficiary: ParticipantId,
    /// The advising bank.
    pub adviser: ParticipantId,
    /// Where cover comes from and goes back to.
    pub applicant_account: AccountId,
    /// What the bank pays from; known when it is issued.
    pub bank_account: Option<AccountId>,
    /// What is promised.
    pub terms: CreditTerms,
    /// What stands behind it.
    pub backing: Backing,
    /// Counts what was proposed, so that nobody agrees to other terms than it has read.
    pub revision: u32,
    /// What waits for agreement.
    pub amendment: Option<Amendment>,
    /// What was presented and not returned.
    pub drawn: Amount,
    /// What of it is not paid.
    pub pending: Amount,
    /// Where it stands.
    pub state: CreditState,
    /// When time looks at it next.
    pub ends: Option<BlockTime>,
}

impl DocumentaryCredit {
    /// What the bank may still have to pay.
    #[must_use]
    pub fn liability(&self) -> Amount {
        let undrawn = if self.state.is_bound() {
            minus(self.terms.most(), self.drawn)
        } else {
            Amount::ZERO
        };
        plus(undrawn, self.pending)
    }

    pub(super) fn sides(&self) -> Sides {
        Sides {
            bank: self.bank,
            customer: self.applicant,
            customer_account: self.applicant_account,
            asset: self.terms.asset,
        }
    }

    /// Whether nothing more can be drawn.
    fn is_drawn(&self) -> bool {
        let single = !self.terms.partial_drawings && !self.drawn.is_zero();
        single || self.drawn >= self.terms.most()
    }
}

impl Object for DocumentaryCredit {
    const TABLE: Table = Table::Credits;
    const ROWS_MAX: u64 = 1 << 21;
    type Index = Held;

    fn enter(&self, _id: u64, index: &mut Held) {
        if let Some(holding) = self.backing.terms.holding {
            index.add(holding, self.backing.on_account());
        }
    }

    fn leave(&self, _id: u64, index: &mut Held) {
        if let Some(holding) = self.backing.terms.holding {
            index.remove(holding, self.backing.on_account());
        }
    }

    fn due(&self) -> Option<BlockTime> {
        self.ends
    }

    fn fall_due(ledger: &mut Ledger, moment: &Moment, id: u64) {
        let Some(credit) = ledger.products.credits.get(id) else {
            return;
        };
        let last = ledger.last_day(credit);
        if moment.date <= last {
            let ends = Some(ledger.day_after(last));
            ledger.products.credits.update(id, |it| it.ends = ends);
        } else {
            ledger.end_credit(id, CreditState::Expired, moment);
        }
    }

    fn line_use(&self) -> Option<(u64, u128)> {
        Some((self.backing.terms.line?, self.backing.line_used.minor()))
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        let known = |account: AccountId| ledger.accounts.posting(place(account)).is_some();
        let parties = [self.applicant, self.bank, self.beneficiary, self.adviser];
        let backed = self.state == CreditState::Applied || self.backing.is_whole(self.liability());
        backed
            && self.pending <= self.drawn
            && parties.iter().all(|it| ledger.participant(*it).is_some())
            && known(self.applicant_account)
            && self.bank_account.is_none_or(known)
            && self.backing.terms.holding.is_none_or(known)
            && ledger.asset(self.terms.asset).is_some()
    }
}

impl Ledger {
    pub(crate) fn credit(&self, id: u64) -> Result<&DocumentaryCredit, RejectReason> {
        let credits = &self.products.credits;
        credits.get(id).ok_or(RejectReason::CreditUnknown)
    }

    /// The last day on which documents may be presented: a banking day (article 29a).
    pub(super) fn last_day(&self, credit: &DocumentaryCredit) -> BusinessDate {
        self.banking_day(credit.terms.asset, credit.terms.expires)
    }

    /// Ends a credit: nothing more is drawn, and what is not needed behind it any more is free.
    pub(super) fn end_credit(&mut self, id: u64, state: CreditState, moment: &Moment) {
        self.products.credits.update(id, |it| {
            it.state = state;
            it.ends = None;
            it.amendment = None;
        });
        self.trim_credit(id, moment);
    }

    /// Frees what a credit's liability does not need any more, and lets the line follow.
    pub(super) fn trim_credit(&mut self, id: u64, moment: &Moment) {
        let Some(credit) = self.products.credits.get(id) else {
            return;
        };
        let (backing, liability, sides) = (credit.backing, credit.liability(), credit.sides());
        let backing = self.trim_backing(&backing, liability, &sides);
        self.products.credits.update(id, |it| it.backing = backing);
        self.credit_changed(id, moment);
    }

    /// Lets the line follow what stands behind a credit; a liability that nothing stands behind stops the node before it writes. (I17)
    pub(super) fn credit_changed(&mut self, id: u64, moment: &Moment) {
        self.follow_line((Table::Credits, id), moment);
        let credit = self.products.credits.get(id);
        if !credit.is_some_and(|it| it.backing.is_whole(it.liability())) {
            let table = Table::Credits;
            self.alarm.get_or_insert(Halt::Unbacked { table, id });
        }
    }

    /// So much of a credit was paid out of the bank's account.
    pub(super) fn credit_paid(&mut self, id: u64, paid: Amount, from: AccountId, moment: &Moment) {
        let Some(credit) = self.products.credits.get(id) else {
            return;
        };
        let (backing, asset) = (credit.backing, credit.terms.asset);
        let backing = self.draw_cover(&backing, paid, from, asset);
        let drawn = self.products.credits.update(id, |it| {
            it.backing = backing;
            it.pending = minus(it.pending, paid);
            it.state.is_bound() && it.is_drawn() && it.pending.is_zero()
        });
        if drawn == Some(true) {
            self.end_credit(id, CreditState::Closed, moment);
        } else {
            self.credit_changed(id, moment);
        }
    }
}
