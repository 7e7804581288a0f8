//! One guarantee: who promised what to whom, until when, and what stands behind it.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, BusinessDate, Hash, ParticipantId};

use crate::{
    account::store::place,
    backing::{Backing, Sides, minus},
    documentary::CREDIT_DAYS_MAX,
    execute::Halt,
    holding::Held,
    ledger::Ledger,
    objects::Object,
    reject::RejectReason,
    standing::Moment,
    tables::Table,
};

/// Whose rules a guarantee follows; they differ in the days for examination.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum UndertakingRules {
    /// A demand guarantee: five banking days (article 20).
    Urdg758 = 0,
    /// A standby letter of credit: seven banking days (ISP98 rule 5.01).
    Isp98 = 1,
}

impl UndertakingRules {
    /// Banking days after that of a demand in which it is examined.
    #[must_use]
    pub const fn examination_days(self) -> u8 {
        match self {
            UndertakingRules::Urdg758 => 5,
            UndertakingRules::Isp98 => 7,
        }
    }
}

/// What is promised.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct GuaranteeTerms {
    /// In what it is paid.
    pub asset: AssetId,
    /// Most that is paid in all.
    pub amount: Amount,
    /// Last day for demands; when it is no banking day, the next one (article 25d).
    pub expires: BusinessDate,
    /// Whose rules it follows.
    pub rules: UndertakingRules,
    /// Hash of the text: the contract it secures, the statement and documents a demand needs.
    pub text: Hash,
}

impl GuaranteeTerms {
    /// Whether its last day can be one from `today` on.
    pub(super) fn check_dates(&self, today: BusinessDate) -> Result<(), RejectReason> {
        let latest = today.0.saturating_add(CREDIT_DAYS_MAX);
        if self.expires < today || self.expires.0 > latest {
            return Err(RejectReason::CreditDates);
        }
        Ok(())
    }
}

/// Where a guarantee stands.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum GuaranteeState {
    /// The applicant asks for it.
    Applied = 1,
    /// The bank is bound.
    Issued = 2,
    /// Paid in full, released, or never issued.
    Closed = 3,
    /// Its last day has passed.
    Expired = 4,
}

impl GuaranteeState {
    /// The name that the API writes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            GuaranteeState::Applied => "applied",
            GuaranteeState::Issued => "issued",
            GuaranteeState::Closed => "closed",
            GuaranteeState::Expired => "expired",
        }
    }
}

/// Other terms, which hold once all three have asked for the same (article 11).
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuaranteeAmendment {
    /// Most that would be paid in all.
    pub amount: Amount,
    /// Last day for demands.
    pub expires: BusinessDate,
    /// Cash cover that would be added.
    pub cover: Amount,
    /// Who has asked for it, ascending.
    pub agreed: Vec<ParticipantId>,
}

/// One guarantee, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guarantee {
    /// At whose request.
    pub applicant: ParticipantId,
    /// The guarantor, which is bound.
    pub bank: ParticipantId,
    /// Who may demand.
    pub beneficiary: ParticipantId,
    /// Where cover comes from and goes back to.
    pub applicant_account: AccountId,
    /// What the bank pays from; known when it is issued.
    pub bank_account: Option<AccountId>,
    /// What is promised.
    pub terms: GuaranteeTerms,
    /// What stands behind it.
    pub backing: Backing,
    /// What waits for agreement.
    pub amendment: Option<GuaranteeAmendment>,
    /// What was paid.
    pub paid: Amount,
    /// What is demanded, and neither paid nor rejected nor withdrawn.
    pub pending: Amount,
    /// Where it stands.
    pub state: GuaranteeState,
    /// When time looks at it next.
    pub ends: Option<BlockTime>,
}

impl Guarantee {
    /// What may still be paid under it.
    #[must_use]
    pub fn available(&self) -> Amount {
        minus(self.terms.amount, self.paid)
    }

    /// What the bank may still have to pay.
    #[must_use]
    pub fn liability(&self) -> Amount {
        match self.state {
            GuaranteeState::Issued => self.available(),
            GuaranteeState::Applied | GuaranteeState::Closed | GuaranteeState::Expired => {
                self.pending
            }
        }
    }

    pub(super) fn sides(&self) -> Sides {
        Sides {
            bank: self.bank,
            customer: self.applicant,
            customer_account: self.applicant_account,
            asset: self.terms.asset,
        }
    }

    /// Those without whom it is neither amended nor released.
    pub(super) fn principals(&self) -> [ParticipantId; 3] {
        [self.applicant, self.bank, self.beneficiary]
    }

    /// Whether it may promise so much in all.
    pub(super) fn check_amount(&self, amount: Amount) -> Result<(), RejectReason> {
        if minus(amount, self.paid) < self.pending || amount < self.paid {
            return Err(RejectReason::GuaranteeBelowDemands);
        }
        Ok(())
    }
}

impl Object for Guarantee {
    const TABLE: Table = Table::Guarantees;
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
        let Some(guarantee) = ledger.products.guarantees.get(id) else {
            return;
        };
        let (asset, expires) = (guarantee.terms.asset, guarantee.terms.expires);
        let last = ledger.banking_day(asset, expires);
        if moment.date <= last {
            let ends = Some(ledger.day_after(last));
            ledger.products.guarantees.update(id, |it| it.ends = ends);
        } else {
            ledger.end_guarantee(id, GuaranteeState::Expired, moment);
        }
    }

    fn line_use(&self) -> Option<(u64, u128)> {
        Some((self.backing.terms.line?, self.backing.line_used.minor()))
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        let known = |account: AccountId| ledger.accounts.posting(place(account)).is_some();
        let parties = self.principals();
        self.backing.is_whole(self.liability())
            && self.pending <= self.available()
            && parties.iter().all(|it| ledger.participant(*it).is_some())
            && known(self.applicant_account)
            && self.bank_account.is_none_or(known)
            && self.backing.terms.holding.is_none_or(known)
            && ledger.asset(self.terms.asset).is_some()
    }
}

impl Ledger {
    pub(crate) fn guarantee(&self, id: u64) -> Result<&Guarantee, RejectReason> {
        let guarantees = &self.products.guarantees;
        guarantees.get(id).ok_or(RejectReason::GuaranteeUnknown)
    }

    /// A guarantee under which something can still be asked.
    pub(super) fn issued_guarantee(&self, id: u64) -> Result<&Guarantee, RejectReason> {
        let guarantee = self.guarantee(id)?;
        if guarantee.state != GuaranteeState::Issued {
            return Err(RejectReason::GuaranteeNotOpen);
        }
        Ok(guarantee)
    }

    /// Ends a guarantee: nothing more is demanded, and what is not needed behind it any more is free.
    pub(super) fn end_guarantee(&mut self, id: u64, state: GuaranteeState, moment: &Moment) {
        self.products.guarantees.update(id, |it| {
            it.state = state;
            it.ends = None;
            it.amendment = None;
        });
        self.trim_guarantee(id, moment);
    }

    /// Frees what a guarantee's liability does not need any more, and lets the line follow.
    pub(super) fn trim_guarantee(&mut self, id: u64, moment: &Moment) {
        let Some(guarantee) = self.products.guarantees.get(id) else {
            return;
        };
        let (backing, sides) = (guarantee.backing, guarantee.sides());
        let backing = self.trim_backing(&backing, guarantee.liability(), &sides);
        self.products
            .guarantees
            .update(id, |it| it.backing = backing);
        self.guarantee_changed(id, moment);
    }

    /// Lets the line follow what stands behind a guarantee; a liability that nothing stands behind stops the node before it writes. (I17)
    pub(super) fn guarantee_changed(&mut self, id: u64, moment: &Moment) {
        let table = Table::Guarantees;
        self.follow_line((table, id), moment);
        let guarantee = self.products.guarantees.get(id);
        if !guarantee.is_some_and(|it| it.backing.is_whole(it.liability())) {
            self.alarm.get_or_insert(Halt::Unbacked { table, id });
        }
    }
}
