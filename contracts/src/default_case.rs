//! The default of a participant, from its declaration to what is left uncovered.
//!
//! ```text
//!   SetStatus(Defaulted) by the operator, M of N │ an approved proposal
//!        └─▶ DefaultCase ─▶ no new debits and credits (its status); limits of it and toward it to zero; nothing reserved
//!                        ─▶ its queued payments refused, AG10, or frozen, as the rule says; payments to it refused, AG11
//!                        ─▶ holds voided, exchanges refused, every earmark freed       some rows a block, in order
//!                        ─▶ CloseOut of every account below zero: covered from sources in the order of the asset's DefaultRule
//!                             own accounts ─▶ own contribution ─▶ fund ─▶ contributions of the others, in proportion
//!                        ─▶ what no source covers stands in the close-out, until somebody pays it (CoverShortfall)
//! ```
//! What has settled stays settled (ledger I5). Contributions are money set aside beforehand, so that a survivor loses what it promised and no more.
//! Warehoused payments and standing orders of the participant are refused when they fall due. Spec: ledger 3.9.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, AssetId, BlockTime, Height, ParticipantId, json};

use crate::{
    account::store::place, ledger::Ledger, objects::Object, reject::RejectReason, standing::Moment,
    tables::Table, text::Purpose,
};

pub(crate) mod close_out;
pub(crate) mod contribute;
pub(crate) mod cover_shortfall;
pub(crate) mod set_default_rule;
pub(crate) mod steps;

/// Where cover for a defaulted account comes from.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Debug,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum CoverSource {
    /// What the participant has on other accounts of the asset.
    OwnAccounts = 0,
    /// What the participant has contributed.
    OwnContribution = 1,
    /// What stands on the fund's account.
    Fund = 2,
    /// What the others have contributed, in proportion.
    Contributions = 3,
}

/// What becomes of a defaulted participant's queued payments.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum QueueRule {
    /// They are refused at once.
    Cancel = 0,
    /// They stand aside until their time is over.
    Freeze = 1,
}

/// How defaults are closed out in an asset, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DefaultRule {
    /// Which asset.
    pub asset: AssetId,
    /// The fund: an account of the issuer or the operator, in whose favour contributions are set aside.
    pub fund: AccountId,
    /// Where cover comes from, in this order.
    pub sources: Vec<CoverSource>,
    /// What becomes of the participant's queued payments.
    pub queue: QueueRule,
    /// Who set it last.
    pub by: ParticipantId,
}

/// Money that a participant has set aside against defaults, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contribution {
    /// The account it stands on.
    pub account: AccountId,
    /// The fund in whose favour it is set aside.
    pub fund: AccountId,
    /// How much is set aside now, in minor units.
    #[serde(with = "json::text")]
    pub amount: u128,
    /// How much defaults have used so far, in minor units.
    #[serde(with = "json::text")]
    pub used: u128,
}

/// How far the procedure of a default has come.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum DefaultState {
    /// Holds and exchanges are being ended; so many rows were looked at.
    Ending(u64) = 0,
    /// Every account was closed out.
    ClosedOut(Height) = 1,
}

/// The default of a participant, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DefaultCase {
    /// Who.
    pub participant: ParticipantId,
    /// Why: an external reason code.
    pub reason: Purpose,
    /// Who declared it, or proposed to.
    pub by: ParticipantId,
    /// The proposal that declared it, when it was one.
    pub proposal: Option<u64>,
    /// Height of its declaration.
    pub height: Height,
    /// Time of its declaration.
    pub time: BlockTime,
    /// When the procedure goes on.
    pub next_step: BlockTime,
    /// Queued payments that were refused.
    pub payments_refused: u32,
    /// Queued payments that stand aside.
    pub payments_frozen: u32,
    /// Holds that were voided.
    pub holds_voided: u32,
    /// Exchanges that were refused.
    pub exchanges_refused: u32,
    /// Limits that were set to zero.
    pub limits_closed: u32,
    /// How far it has come.
    pub state: DefaultState,
}

/// What one source gave.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct Cover {
    /// The source.
    pub source: CoverSource,
    /// How much, in minor units.
    #[serde(with = "json::text")]
    pub amount: u128,
}

/// The close-out of one account of a defaulted participant, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloseOut {
    /// The default.
    pub default: u64,
    /// The account.
    pub account: AccountId,
    /// By how much it stood below zero, in minor units.
    #[serde(with = "json::text")]
    pub exposure: u128,
    /// What sources gave, in the order of the rule.
    pub covers: Vec<Cover>,
    /// What was paid later, in minor units.
    #[serde(with = "json::text")]
    pub recovered: u128,
}

impl Object for DefaultRule {
    const TABLE: Table = Table::DefaultRules;
    const ROWS_MAX: u64 = 1 << 12;
    type Index = BTreeMap<AssetId, u64>;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        index.insert(self.asset, id);
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        ledger.accounts.posting(place(self.fund)).is_some()
            && ledger.participant(self.by).is_some()
            && check_order(&self.sources).is_ok()
    }
}

impl Object for Contribution {
    const TABLE: Table = Table::Contributions;
    const ROWS_MAX: u64 = 1 << 16;
    type Index = BTreeMap<AccountId, u64>;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        index.insert(self.account, id);
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        let known = |account: AccountId| ledger.accounts.posting(place(account)).is_some();
        known(self.account) && known(self.fund)
    }
}

impl Object for DefaultCase {
    const TABLE: Table = Table::Defaults;
    const ROWS_MAX: u64 = 1 << 16;
    type Index = ();

    fn due(&self) -> Option<BlockTime> {
        match self.state {
            DefaultState::Ending(_) => Some(self.next_step),
            DefaultState::ClosedOut(_) => None,
        }
    }

    fn fall_due(ledger: &mut Ledger, moment: &Moment, id: u64) {
        steps::go_on(ledger, moment, id);
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        ledger.participant(self.participant).is_some() && ledger.participant(self.by).is_some()
    }
}

impl Object for CloseOut {
    const TABLE: Table = Table::CloseOuts;
    const ROWS_MAX: u64 = 1 << 20;
    type Index = ();

    fn is_sound(&self, ledger: &Ledger) -> bool {
        ledger.products.defaults.get(self.default).is_some()
            && ledger.accounts.posting(place(self.account)).is_some()
    }
}

impl CloseOut {
    /// What no source has covered and nobody has paid, in minor units.
    #[must_use]
    pub fn shortfall(&self) -> u128 {
        let covers = self.covers.iter().map(|it| it.amount);
        let covered = covers.fold(self.recovered, u128::saturating_add);
        self.exposure.saturating_sub(covered)
    }
}

/// Whether an order names sources, each once.
fn check_order(order: &[CoverSource]) -> Result<(), RejectReason> {
    let mut sorted = order.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let is_good = !order.is_empty() && sorted.len() == order.len();
    is_good.then_some(()).ok_or(RejectReason::DefaultOrder)
}

impl Ledger {
    pub(crate) fn default_rule(&self, asset: AssetId) -> Option<&DefaultRule> {
        let rules = &self.products.default_rules;
        rules.get(*rules.index().get(&asset)?)
    }

    /// Whether losses of an asset are covered from this account.
    pub(crate) fn is_default_fund(&self, account: AccountId) -> bool {
        let mut rules = self.products.default_rules.iter();
        rules.any(|(_, it)| it.fund == account)
    }

    /// The contribution that stands on an account.
    pub(crate) fn contribution(&self, account: AccountId) -> Option<(u64, &Contribution)> {
        let rows = &self.products.contributions;
        let id = *rows.index().get(&account)?;
        Some((id, rows.get(id)?))
    }

    /// Whether another default can be taken in.
    pub(crate) fn check_default_room(&self) -> Result<(), RejectReason> {
        self.products.defaults.check_room()?;
        let accounts = self.accounts.len() as u64;
        self.products.close_outs.check_room_for(accounts)
    }
}
