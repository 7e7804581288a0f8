//! `CreateEscrow`: the payer or the payee writes down what was agreed; nothing moves yet.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, Hash, ParticipantId};

use super::{
    ARBITERS_MAX, ARBITRATION_DAYS_MAX, ESCROW_DAYS_MAX, MILESTONES_MAX,
    agreement::{Escrow, EscrowState, Milestone},
};
use crate::{
    ledger::Ledger,
    objects::Object,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// A part of the money, as it is agreed.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct MilestoneTerms {
    /// How much.
    pub amount: Amount,
    /// Hash of what has to be done for it.
    pub terms: Hash,
}

/// Writes an escrow down; the sender is the payer or the payee. The payer agrees by funding it.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateEscrow {
    /// Who will pay in.
    pub payer: ParticipantId,
    /// Who will earn it.
    pub payee: ParticipantId,
    /// Where released money goes: an account of the payee.
    pub payee_account: AccountId,
    /// The account of kind escrow on which the money will stand.
    pub holding: AccountId,
    /// In what.
    pub asset: AssetId,
    /// How much in all.
    pub total: Amount,
    /// Its parts, 1 to 16, which add up to the total.
    pub milestones: Vec<MilestoneTerms>,
    /// Who decides a dispute: 1 to 9 participants, ascending, neither of them a party.
    pub arbiters: Vec<ParticipantId>,
    /// How many of them must say the same: more than half.
    pub threshold: u8,
    /// How many days they have, 1 to 366.
    pub arbitration_days: u16,
    /// Hash of the agreement.
    pub agreement: Hash,
    /// When the money goes back by itself, at most 3,660 days ahead.
    pub expires: BlockTime,
}

impl CreateEscrow {
    fn check_arbiters(&self) -> Result<(), RejectReason> {
        let count = self.arbiters.len();
        let ascend = self.arbiters.is_sorted_by(|left, right| left < right);
        let is_party = |arbiter: &ParticipantId| [self.payer, self.payee].contains(arbiter);
        let threshold = usize::from(self.threshold);
        // Two rulings that contradict each other cannot both have more than half.
        let decides = threshold.saturating_mul(2) > count && threshold <= count;
        let fit = (1..=ARBITERS_MAX).contains(&count) && ascend && decides;
        if !fit || self.arbiters.iter().any(is_party) {
            return Err(RejectReason::EscrowArbiters);
        }
        Ok(())
    }
}

impl Verb for CreateEscrow {
    fn check_shape(&self) -> Result<(), RejectReason> {
        let count = self.milestones.len();
        let empty = self.milestones.iter().any(|it| it.amount.is_zero());
        if !(1..=MILESTONES_MAX).contains(&count) || empty {
            return Err(RejectReason::EscrowMilestones);
        }
        let sum = self
            .milestones
            .iter()
            .try_fold(Amount::ZERO, |sum, it| sum.checked_add(it.amount));
        if sum != Some(self.total) {
            return Err(RejectReason::EscrowSum);
        }
        if self.payer == self.payee {
            return Err(RejectReason::EscrowParties);
        }
        self.check_arbiters()?;
        if !(1..=ARBITRATION_DAYS_MAX).contains(&self.arbitration_days) {
            return Err(RejectReason::EscrowArbitrationDays);
        }
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let parties = [self.payer, self.payee];
        if !parties.contains(&call.sender()) {
            return Err(RejectReason::EscrowPartyForbidden);
        }
        if !parties.iter().all(|party| ledger.is_active(*party)) {
            return Err(RejectReason::EscrowPartyUnfit);
        }
        if !self.arbiters.iter().all(|it| ledger.is_active(*it)) {
            return Err(RejectReason::EscrowArbiterUnfit);
        }
        let now = call.moment.time.0;
        let latest = now.saturating_add(ESCROW_DAYS_MAX * 86_400_000);
        if self.expires.0 <= now || self.expires.0 > latest {
            return Err(RejectReason::EscrowWindow);
        }
        ledger.check_holding(self.holding, self.asset)?;
        ledger.check_payee(self.payee_account, self.asset, self.payee, 0)?;
        ledger.products.escrows.check_room()
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let milestones = self.milestones.iter();
        let id = ledger.products.escrows.add(Escrow {
            payer: self.payer,
            payee: self.payee,
            payer_account: None,
            payee_account: self.payee_account,
            holding: self.holding,
            asset: self.asset,
            total: self.total,
            milestones: milestones
                .map(|it| Milestone {
                    amount: it.amount,
                    released: Amount::ZERO,
                    terms: it.terms,
                })
                .collect(),
            arbiters: self.arbiters.clone(),
            threshold: self.threshold,
            arbitration_days: self.arbitration_days,
            agreement: self.agreement,
            expires: self.expires,
            held: Amount::ZERO,
            owed_payee: Amount::ZERO,
            owed_payer: Amount::ZERO,
            dispute: None,
            state: EscrowState::Created,
        });
        Ok(Outcome::Recorded {
            table: Escrow::TABLE,
            id,
        })
    }
}
