//! Collateral: what a borrower pledges so that a lender may have its money out, valued by attested prices alone.
//!
//! ```text
//!   AskCover (lender: levels, haircuts) ──▶ Asked ──PledgeCollateral (borrower), AcceptLoan, AgreeLine──▶ Kept
//!   LTV = exposure of all that is secured ÷ Σ value × (1 − haircut)
//!     Kept ── above warn ──▶ Warned ── above call ──▶ Called (cure period) ── not cured ──▶ CloseOut ──EnforceCollateral──▶ item by item
//!                                                     above close-out at once ──────────────────▶ ┘      back as soon as the LTV is
//! ```
//! One collateral serves several obligations between the same parties: loans, lines with all that uses them, overdrafts. What is pledged
//! stays where it is and can be used for nothing else: cash is set aside on its account, a portion of a receivable or a warehouse receipt
//! has one place for a pledge (I15). Whatever changes an exposure or a value marks the collateral; marked ones are looked at once, at the
//! end of the block, so that after every block an LTV above the call level has a margin call, and no other has (I16).
//! Spec: ledger 3.5 (Collateral), 3.6 (I15, I16).

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, ParticipantId};

use crate::{ledger::Ledger, objects::Object, standing::Moment, tables::Table};

pub(crate) mod ask_cover;
mod encumber;
pub(crate) mod enforce_collateral;
mod exposure;
pub(crate) mod pledge_collateral;
pub(crate) mod release_collateral;
pub(crate) mod substitute_collateral;
mod value;

/// Things that one collateral may consist of; proceeds of receivables may add as many items of cash.
pub const ITEMS_MAX: usize = 16;

/// Obligations that one collateral may secure.
pub const SECURED_MAX: usize = 8;

/// All of it, in parts per million.
const WHOLE_PPM: u32 = 1_000_000;

/// The longest cure period, in business days.
const CURE_DAYS_MAX: u8 = 30;

/// What is secured.
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
pub enum Secured {
    /// A loan that names no line: its principal that is paid out and not paid back.
    Loan(u64) = 1,
    /// A credit line: what is used of it.
    Line(u64) = 2,
    /// The overdraft of an account, lent by the issuer of its asset: the whole of it, used or not.
    Overdraft(AccountId) = 3,
    /// The intraday credit of an account, lent by the issuer of its asset: what is drawn.
    Intraday(AccountId) = 4,
}

/// Something that is pledged.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Pledged {
    /// Money on an account of the pledgor, in the asset of what is secured.
    Cash {
        /// The account.
        account: AccountId,
        /// How much.
        amount: Amount,
    } = 1,
    /// A portion of an accepted receivable, by its row.
    Portion(u64) = 2,
    /// A warehouse receipt, by its row.
    Receipt(u64) = 3,
}

/// One thing in a collateral.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct CollateralItem {
    /// Its number within the collateral, never reused.
    pub number: u16,
    /// What it is.
    pub what: Pledged,
}

/// What the lender asks for.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct CoverTerms {
    /// Above this part of the value the lender is warned, in parts per million.
    pub warn_ppm: u32,
    /// Above this part of the value there is a margin call, and nothing more is paid out.
    pub call_ppm: u32,
    /// Above this part of the value the lender may enforce at once.
    pub close_out_ppm: u32,
    /// Taken off cash, in parts per million.
    pub cash_haircut_ppm: u32,
    /// Taken off receivables, in parts per million.
    pub receivable_haircut_ppm: u32,
    /// Taken off goods, in parts per million.
    pub goods_haircut_ppm: u32,
    /// Whose prices of goods count.
    pub pricer: ParticipantId,
    /// Business days in which a margin call is to be cured, at most 30.
    pub cure_days: u8,
}

impl CoverTerms {
    fn is_sound(&self) -> bool {
        let levels = [0, self.warn_ppm, self.call_ppm, self.close_out_ppm];
        let haircuts = [
            self.cash_haircut_ppm,
            self.receivable_haircut_ppm,
            self.goods_haircut_ppm,
        ];
        levels.is_sorted()
            && self.warn_ppm > 0
            && self.close_out_ppm <= WHOLE_PPM
            && haircuts.into_iter().all(|haircut| haircut < WHOLE_PPM)
            && self.cure_days <= CURE_DAYS_MAX
    }
}

/// How a collateral stands.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum CoverState {
    /// The lender has asked for it, the borrower has not agreed yet.
    Asked = 0,
    /// Enough is pledged.
    Kept = 1,
    /// The first level is passed.
    Warned = 2,
    /// There is a margin call.
    Called = 3,
    /// The lender may enforce.
    CloseOut = 4,
}

impl CoverState {
    /// The name that the API and the command line write.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            CoverState::Asked => "asked",
            CoverState::Kept => "kept",
            CoverState::Warned => "warned",
            CoverState::Called => "called",
            CoverState::CloseOut => "close-out",
        }
    }
}

/// One collateral, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Collateral {
    /// Who is secured.
    pub pledgee: ParticipantId,
    /// Where the pledgee is paid.
    pub account: AccountId,
    /// Who pledges, and owes.
    pub pledgor: ParticipantId,
    /// What exposures and values are counted in.
    pub asset: AssetId,
    /// What is secured.
    pub secures: Vec<Secured>,
    /// What the lender asked for.
    pub terms: CoverTerms,
    /// How it stands.
    pub state: CoverState,
    /// Until when a margin call is to be cured.
    pub cure_until: Option<BlockTime>,
    /// What is pledged.
    pub items: Vec<CollateralItem>,
    /// The number of the next item.
    pub next_item: u16,
}

impl Object for Collateral {
    const TABLE: Table = Table::Collateral;
    /// Each row takes up to 1 KiB of memory.
    const ROWS_MAX: u64 = 1 << 20;
    /// By what is secured.
    type Index = BTreeMap<Secured, u64>;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        index.extend(self.secures.iter().map(|secured| (*secured, id)));
    }

    fn due(&self) -> Option<BlockTime> {
        self.cure_until
    }

    fn fall_due(ledger: &mut Ledger, _moment: &Moment, id: u64) {
        ledger.products.collateral.update(id, |it| {
            it.cure_until = None;
            it.state = CoverState::CloseOut;
        });
        // Whether it was cured in the same block is seen at its end.
        ledger.marked_collateral.insert(id);
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        ledger.participant(self.pledgee).is_some()
            && ledger.participant(self.pledgor).is_some()
            && ledger.asset(self.asset).is_some()
            && self.account.0 < ledger.accounts.len() as u64
            && self.terms.is_sound()
            && self.secures.len() <= SECURED_MAX
            && self.items.len() <= 2 * ITEMS_MAX
    }
}

impl Collateral {
    fn item(&self, number: u16) -> Option<&CollateralItem> {
        self.items.iter().find(|item| item.number == number)
    }

    fn add(&mut self, what: Pledged) {
        let number = self.next_item;
        self.next_item = number.saturating_add(1);
        self.items.push(CollateralItem { number, what });
    }
}
