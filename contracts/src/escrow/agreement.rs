//! One escrow: who may have the money, what is still held of it, and who decides.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, Hash, ParticipantId};

use crate::{
    account::store::place, holding::Held, ledger::Ledger, objects::Object, reject::RejectReason,
    standing::Moment, tables::Table,
};

/// Where an escrow stands.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum EscrowState {
    /// Agreed; the payer has not paid in.
    Created = 1,
    /// The money is held.
    Funded = 2,
    /// Held, and the arbiters decide.
    Disputed = 3,
    /// All of it was released to the payee.
    Released = 4,
    /// The rest went back to the payer: the payee gave it back, or time did.
    Refunded = 5,
    /// Divided as the arbiters ruled.
    Arbitrated = 6,
    /// Never funded in time.
    Lapsed = 7,
}

impl EscrowState {
    /// The name that the API writes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            EscrowState::Created => "created",
            EscrowState::Funded => "funded",
            EscrowState::Disputed => "disputed",
            EscrowState::Released => "released",
            EscrowState::Refunded => "refunded",
            EscrowState::Arbitrated => "arbitrated",
            EscrowState::Lapsed => "lapsed",
        }
    }

    /// Whether the rules still have money to decide about.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            EscrowState::Funded | EscrowState::Disputed => true,
            EscrowState::Created
            | EscrowState::Released
            | EscrowState::Refunded
            | EscrowState::Arbitrated
            | EscrowState::Lapsed => false,
        }
    }
}

/// A part of the money and what it is for.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct Milestone {
    /// How much.
    pub amount: Amount,
    /// What of it was released.
    pub released: Amount,
    /// Hash of what has to be done for it.
    pub terms: Hash,
}

/// What one arbiter says.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct Ruling {
    /// Who.
    pub arbiter: ParticipantId,
    /// What of the money held goes to the payee; the rest goes to the payer.
    pub to_payee: Amount,
    /// Hash of the grounds.
    pub ground: Hash,
}

/// A dispute over what is held.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dispute {
    /// Who raised it.
    pub by: ParticipantId,
    /// Hash of the claim.
    pub claim: Hash,
    /// Until when the arbiters may decide.
    pub decide_by: BlockTime,
    /// What they said of the money that is held now, in order, the last word of each.
    pub rulings: Vec<Ruling>,
}

/// One escrow, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Escrow {
    /// Whose money it is until it is earned.
    pub payer: ParticipantId,
    /// Who earns it.
    pub payee: ParticipantId,
    /// Where money goes back to; known when it is funded.
    pub payer_account: Option<AccountId>,
    /// Where released money goes.
    pub payee_account: AccountId,
    /// The account of kind escrow on which the money stands.
    pub holding: AccountId,
    /// In what.
    pub asset: AssetId,
    /// How much in all.
    pub total: Amount,
    /// Its parts; they add up to the total.
    pub milestones: Vec<Milestone>,
    /// Who decides a dispute, ascending.
    pub arbiters: Vec<ParticipantId>,
    /// How many of them must say the same.
    pub threshold: u8,
    /// How many days they have.
    pub arbitration_days: u16,
    /// Hash of the agreement.
    pub agreement: Hash,
    /// When the money goes back by itself.
    pub expires: BlockTime,
    /// What is held and not decided about.
    pub held: Amount,
    /// What belongs to the payee and could not be paid to it.
    pub owed_payee: Amount,
    /// What belongs to the payer and could not be paid to it.
    pub owed_payer: Amount,
    /// The dispute, the last one.
    pub dispute: Option<Dispute>,
    /// Where it stands.
    pub state: EscrowState,
}

/// Amounts here are parts of one total, so they are in range.
pub(super) fn amount(minor: u128) -> Amount {
    Amount::from_minor(minor).unwrap_or(Amount::ZERO)
}

impl Escrow {
    /// What stands on the holding account for it, in minor units.
    #[must_use]
    pub fn on_account(&self) -> u128 {
        let owed = self
            .owed_payee
            .minor()
            .saturating_add(self.owed_payer.minor());
        self.held.minor().saturating_add(owed)
    }

    /// When time decides about it, if nobody does before.
    fn deadline(&self) -> Option<BlockTime> {
        match (self.state, &self.dispute) {
            (EscrowState::Disputed, Some(dispute)) => Some(dispute.decide_by),
            (EscrowState::Created | EscrowState::Funded, _) => Some(self.expires),
            (
                EscrowState::Disputed
                | EscrowState::Released
                | EscrowState::Refunded
                | EscrowState::Arbitrated
                | EscrowState::Lapsed,
                _,
            ) => None,
        }
    }
}

impl Object for Escrow {
    const TABLE: Table = Table::Escrows;
    const ROWS_MAX: u64 = 1 << 22;
    type Index = Held;

    fn enter(&self, _id: u64, index: &mut Held) {
        index.add(self.holding, self.on_account());
    }

    fn leave(&self, _id: u64, index: &mut Held) {
        index.remove(self.holding, self.on_account());
    }

    fn due(&self) -> Option<BlockTime> {
        self.deadline()
    }

    fn fall_due(ledger: &mut Ledger, _moment: &Moment, id: u64) {
        let Some(escrow) = ledger.products.escrows.get(id) else {
            return;
        };
        let held = escrow.held;
        if escrow.state == EscrowState::Created {
            let lapsed = |it: &mut Escrow| it.state = EscrowState::Lapsed;
            ledger.products.escrows.update(id, lapsed);
        } else {
            ledger.divide_escrow(id, Amount::ZERO, held, EscrowState::Refunded);
        }
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        let known = |account: AccountId| ledger.accounts.posting(place(account)).is_some();
        let milestones = self.milestones.iter();
        let sum: u128 = milestones.clone().map(|it| it.amount.minor()).sum();
        let released: u128 = milestones.clone().map(|it| it.released.minor()).sum();
        // What was released and is held cannot be more than what came in; what is owed to the payee counts as released as well.
        sum == self.total.minor()
            && self.on_account().saturating_add(released)
                <= sum.saturating_add(self.owed_payee.minor())
            && self.milestones.iter().all(|it| it.released <= it.amount)
            && known(self.payee_account)
            && known(self.holding)
            && self.payer_account.is_none_or(known)
            && ledger.participant(self.payer).is_some()
            && ledger.participant(self.payee).is_some()
    }
}

impl Ledger {
    pub(crate) fn escrow(&self, id: u64) -> Result<&Escrow, RejectReason> {
        let escrows = &self.products.escrows;
        escrows.get(id).ok_or(RejectReason::EscrowUnknown)
    }

    /// An escrow with money to decide about.
    pub(super) fn open_escrow(&self, id: u64) -> Result<&Escrow, RejectReason> {
        let escrow = self.escrow(id)?;
        if !escrow.state.is_open() {
            return Err(RejectReason::EscrowNotOpen);
        }
        Ok(escrow)
    }

    /// Gives so much of what is held to each side; the caller has checked that it is there. What cannot be paid now is owed.
    ///
    /// With nothing left the escrow stands in `then`; while something is left rulings over another sum count no more.
    pub(super) fn divide_escrow(
        &mut self,
        id: u64,
        to_payee: Amount,
        to_payer: Amount,
        then: EscrowState,
    ) {
        let Some(escrow) = self.products.escrows.get(id) else {
            return;
        };
        let (holding, asset, payer) = (escrow.holding, escrow.asset, escrow.payer_account);
        let given = to_payee.minor().saturating_add(to_payer.minor());
        let left = escrow.held.minor().checked_sub(given);
        assert!(left.is_some(), "no more is given than is held: {escrow:?}");
        let payee = escrow.payee_account;
        let paid_payee = self.pay_out_of(holding, payee, asset, to_payee.minor());
        let paid_payer =
            payer.is_some_and(|payer| self.pay_out_of(holding, payer, asset, to_payer.minor()));
        self.products.escrows.update(id, |it| {
            it.held = amount(left.unwrap_or(0));
            if !paid_payee {
                it.owed_payee = amount(it.owed_payee.minor().saturating_add(to_payee.minor()));
            }
            if !paid_payer {
                it.owed_payer = amount(it.owed_payer.minor().saturating_add(to_payer.minor()));
            }
            if it.held.is_zero() {
                it.state = then;
            } else if let Some(dispute) = &mut it.dispute {
                dispute.rulings.clear();
            }
        });
    }
}
