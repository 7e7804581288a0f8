//! Goods in a warehouse and the receipts that stand for them: one holder, at most one pledge, nothing released twice.
//!
//! ```text
//!   warehouse: register ─▶ lot ─inspect─▶ lot ─issue─▶ receipt ─transfer─▶ receipt ─pledge─▶ receipt, a bank secured
//!                           │ contested, when the document stands for another lot          │
//!   sensor ─report─▶ minutes beyond the band; above tolerance: frozen, margin call         ├ part-release, repay, release (bank)
//!                                                                                          └ enforce after the cure time (bank)
//!   holder: surrender ─▶ warehouse: release ─▶ goods out, receipt retired
//! ```
//! A receipt is a row whose holder is one participant: control is that row, provable under the state root (MLETR article 11). What the
//! goods are worth is quantity x attested price, less haircut and decay a day; a loan above the agreed part of it has a margin call (I16).
//! Spec: ledger 3.4, 3.6 (I15, I16), 3.9.

mod enforce_receipt;
mod inspect_goods;
mod issue_receipt;
mod lot;
mod part_release;
mod pledge_receipt;
mod receipt;
mod register_goods;
mod release_goods;
mod release_receipt;
mod repay_receipt;
mod resolve_goods;
mod sensor_report;
mod surrender_receipt;
mod transfer_receipt;
pub(crate) mod value;

pub use enforce_receipt::EnforceReceipt;
pub use inspect_goods::InspectGoods;
pub use issue_receipt::IssueReceipt;
pub use lot::{ColdChain, Inspection, Lot, LotState};
pub use part_release::PartReleaseReceipt;
pub use pledge_receipt::PledgeReceipt;
pub use receipt::{GoodsPledge, ReceiptState, WarehouseReceipt};
pub use register_goods::RegisterGoods;
pub use release_goods::ReleaseGoods;
pub use release_receipt::ReleaseReceipt;
pub use repay_receipt::RepayReceipt;
pub use resolve_goods::ResolveGoods;
pub use sensor_report::SensorReport;
pub use surrender_receipt::SurrenderReceipt;
pub use transfer_receipt::TransferReceipt;

/// Units of goods in one lot: keeps every value within 256 bits.
pub const QUANTITY_MAX: u64 = 1_000_000_000_000;

/// One whole in parts per million.
pub const WHOLE_PPM: u32 = 1_000_000;

/// Days a bank may give to cure a margin call.
pub const CURE_DAYS_MAX: u8 = 30;

/// Minutes one sensor report may cover: a week.
pub const REPORT_MINUTES_MAX: u32 = 7 * 24 * 60;

/// Pledged receipts whose value hangs on one price: all are valued in the block in which it changes.
pub const PLEDGES_PER_PRICE_MAX: usize = 10_000;
