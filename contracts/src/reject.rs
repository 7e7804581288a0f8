//! Every refusal has a number, a meaning in two languages, an external code and a remedy.
//!
//! The numbers stand in the order in which the checks are made, so that of two faults the lower number is reported; they leave gaps
//! so that a later check can stand at its place. A number is never reused. [`RejectReason`] holds those that the ledger itself
//! gives; the node numbers its own faults in the ranges that [`CODE_RANGES`] keeps for it.
//!
//! External codes are those of the ISO 20022 external status reason set (ledger 3.7); where none fits it is `NARR`.

use std::io;

use borsh::{BorshDeserialize, BorshSerialize};

/// What a reader needs to know about one code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Explanation {
    /// Five digits, printed behind `SY-`.
    pub number: u16,
    /// ISO 20022 external status reason, or `NARR`.
    pub iso: &'static str,
    /// One sentence.
    pub english: &'static str,
    /// The same sentence in Chinese.
    pub chinese: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
    /// Whether the same intent, sent again later as a new instruction, may succeed without any other change.
    pub retryable: bool,
}

/// A range of code numbers and who gives them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CodeRange {
    /// First number.
    pub first: u16,
    /// Last number.
    pub last: u16,
    /// Who gives them, and for what.
    pub meaning: &'static str,
}

/// Who gives which numbers, in ascending order and without overlap.
pub const CODE_RANGES: [CodeRange; 22] = [
    CodeRange {
        first: 1,
        last: 99,
        meaning: "ledger: the bytes or shape of a transaction (at the door, no receipt)",
    },
    CodeRange {
        first: 100,
        last: 199,
        meaning: "ledger: standing of sender, signers and instruction",
    },
    CodeRange {
        first: 200,
        last: 299,
        meaning: "ledger: payments and issuance",
    },
    CodeRange {
        first: 300,
        last: 399,
        meaning: "ledger: accounts",
    },
    CodeRange {
        first: 400,
        last: 499,
        meaning: "ledger: participants",
    },
    CodeRange {
        first: 500,
        last: 599,
        meaning: "ledger: attestations, calendars, breakers, tables, standing orders, requests, recalls, disputes",
    },
    CodeRange {
        first: 600,
        last: 749,
        meaning: "ledger: queues, netting cycles, limits, risk",
    },
    CodeRange {
        first: 750,
        last: 849,
        meaning: "ledger: governance, validators",
    },
    CodeRange {
        first: 850,
        last: 859,
        meaning: "ledger: the clock of a trial",
    },
    CodeRange {
        first: 860,
        last: 899,
        meaning: "ledger: the shape of escrows, documentary credits and guarantees (at the door, no receipt)",
    },
    CodeRange {
        first: 900,
        last: 919,
        meaning: "ledger: the shape of calendars (at the door, no receipt), and kept for products to come",
    },
    CodeRange {
        first: 920,
        last: 929,
        meaning: "ledger: the shape of what concerns queues, limits and risk (at the door, no receipt)",
    },
    CodeRange {
        first: 930,
        last: 939,
        meaning: "ledger: the shape of governance (at the door, no receipt)",
    },
    CodeRange {
        first: 940,
        last: 969,
        meaning: "ledger: the shape of a loan, a credit line or collateral (at the door, no receipt)",
    },
    CodeRange {
        first: 970,
        last: 999,
        meaning: "ledger: the shape of a receivable or of its registration (at the door, no receipt)",
    },
    CodeRange {
        first: 1_000,
        last: 1_299,
        meaning: "ledger: loans, credit lines and collateral",
    },
    CodeRange {
        first: 1_300,
        last: 1_699,
        meaning: "ledger: receivables and the registry of documents",
    },
    CodeRange {
        first: 1_700,
        last: 1_899,
        meaning: "ledger: escrow, documentary credits, guarantees",
    },
    CodeRange {
        first: 1_900,
        last: 9_999,
        meaning: "ledger: kept for further products",
    },
    CodeRange {
        first: 10_000,
        last: 19_999,
        meaning: "node: API, admission queues, configuration, operations",
    },
    CodeRange {
        first: 20_000,
        last: 29_999,
        meaning: "node: ISO 20022 files and messages",
    },
    CodeRange {
        first: 30_000,
        last: 39_999,
        meaning: "genesis documents and ceremonies",
    },
];

macro_rules! reasons {
    ({ $($name:ident = $number:literal, $iso:literal, $retryable:literal, $english:literal, $chinese:literal, $remedy:literal;)+ }) => {
        /// Why a transaction, or one leg of a bulk payment, was refused.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u16)]
        pub enum RejectReason {
            $(
                #[doc = $english]
                $name = $number,
            )+
        }

        impl RejectReason {
            /// All reasons, ascending: the order in which they are checked.
            pub const ALL: &'static [RejectReason] = &[$(RejectReason::$name),+];

            /// The number, never reused.
            #[must_use]
            pub const fn number(self) -> u16 {
                self as u16
            }

            /// The reason with this number.
            #[must_use]
            pub const fn from_number(number: u16) -> Option<RejectReason> {
                match number {
                    $($number => Some(RejectReason::$name),)+
                    _ => None,
                }
            }

            /// Everything there is to say about it.
            #[must_use]
            pub const fn explanation(self) -> Explanation {
                match self {
                    $(RejectReason::$name => Explanation {
                        number: $number,
                        iso: $iso,
                        english: $english,
                        chinese: $chinese,
                        remedy: $remedy,
                        retryable: $retryable,
                    },)+
                }
            }
        }
    };
}

/// Gives the rows of one file to the macro that is named next, behind the rows of the files before it.
macro_rules! rows {
    (($d:tt) $name:ident { $($row:tt)* }) => {
        macro_rules! $name {
            ($d next:ident $d ($d later:ident)* { $d ($d before:tt)* }) => {
                $d next! { $d ($d later)* { $d ($d before)* $($row)* } }
            };
        }
    };
}

#[macro_use]
mod accounts;
#[macro_use]
mod controls;
#[macro_use]
mod door;
#[macro_use]
mod factoring;
#[macro_use]
mod goods;
#[macro_use]
mod governance;
#[macro_use]
mod collateral;
#[macro_use]
mod lines;
#[macro_use]
mod liquidity;
#[macro_use]
mod loans;
#[macro_use]
mod orders;
#[macro_use]
mod participants;
#[macro_use]
mod payments;
#[macro_use]
mod receivables;
#[macro_use]
mod sender;
#[macro_use]
mod shapes;
#[macro_use]
mod trade;

door! { sender payments accounts participants controls orders liquidity governance trade_shapes shapes loans lines collateral receivables goods factoring trade reasons {} }

impl RejectReason {
    /// The code as it is printed everywhere: `SY-00101`.
    #[must_use]
    pub fn code(self) -> String {
        format!("SY-{:05}", self.number())
    }

    /// ISO 20022 external status reason, or `NARR`.
    #[must_use]
    pub const fn iso_code(self) -> &'static str {
        self.explanation().iso
    }

    /// Whether the same intent, sent again later as a new instruction, may succeed without any other change.
    #[must_use]
    pub const fn is_retryable(self) -> bool {
        self.explanation().retryable
    }
}

impl std::fmt::Display for RejectReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SY-{:05} {}", self.number(), self.explanation().english)
    }
}

impl std::error::Error for RejectReason {}

impl BorshSerialize for RejectReason {
    fn serialize<W: io::Write>(&self, writer: &mut W) -> io::Result<()> {
        self.number().serialize(writer)
    }
}

impl BorshDeserialize for RejectReason {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        let number = u16::deserialize_reader(reader)?;
        RejectReason::from_number(number).ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::InvalidData,
                format!("no refusal has number {number}"),
            )
        })
    }
}

/// Looks up a ledger code: `SY-00101`, `sy-101` or `101`.
///
/// `None` for codes outside the ledger's ranges, which the node explains itself.
#[must_use]
pub fn explain(code: &str) -> Option<Explanation> {
    let digits = match code.get(..3) {
        Some(prefix) if prefix.eq_ignore_ascii_case("SY-") => code.get(3..)?,
        Some(_) | None => code,
    };
    if digits.is_empty() || digits.len() > 5 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: u16 = digits.parse().ok()?;
    RejectReason::from_number(number).map(RejectReason::explanation)
}

#[cfg(test)]
mod tests;
