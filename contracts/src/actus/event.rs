//! Events: their types, the order of those that share a time, and the rows that a projection gives.

use super::fixed::Fixed;
use crate::term::moment::Moment;

macro_rules! event_types {
    ($($name:ident = $code:literal, $meaning:literal;)+) => {
        /// What happens. The order of the variants is the order in which events of one time happen.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum EventType {
            $(
                #[doc = $meaning]
                $name,
            )+
        }

        impl EventType {
            /// Its ACTUS code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(EventType::$name => $code,)+
                }
            }
        }
    };
}

event_types! {
    InitialExchange = "IED", "The loan is paid out.";
    FeePayment = "FP", "A fee is paid.";
    PrincipalRedemption = "PR", "Principal is paid back.";
    PrincipalIncrease = "PI", "Principal is paid out.";
    PenaltyPayment = "PY", "A penalty for paying early is paid.";
    Prepayment = "PP", "Principal is paid back early.";
    InterestPayment = "IP", "Interest is paid.";
    InterestCapitalization = "IPCI", "Interest is added to the principal.";
    FixedRateReset = "RRF", "The rate becomes one that was agreed before.";
    RateReset = "RR", "The rate follows the market.";
    InstalmentFixing = "PRF", "The instalment of an annuity is computed.";
    Purchase = "PRD", "The contract is bought.";
    Termination = "TD", "The contract is sold or ended early.";
    Scaling = "SC", "Payments are scaled by an index.";
    InterestBaseFixing = "IPCB", "The base of the interest becomes the principal.";
    Maturity = "MD", "What is outstanding is paid.";
    Exercise = "XD", "The contract is called.";
    Settlement = "STD", "What was called is paid.";
}

/// Exercise of a guarantee or collateral.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ExerciseState {
    /// Amount called; nothing before.
    pub amount: Fixed,
    /// When it was called.
    pub time: Option<Moment>,
}

/// One event with the state after it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// When, closed days taken into account.
    pub time: Moment,
    /// What.
    pub kind: EventType,
    /// What is paid, positive towards the holder's record.
    pub payoff: Fixed,
    /// Principal after the event, negative for a liability.
    pub notional: Fixed,
    /// Rate after the event.
    pub rate: Fixed,
    /// Interest accrued and unpaid after the event.
    pub accrued: Fixed,
    /// For guarantees and collateral only.
    pub exercise: Option<ExerciseState>,
}
