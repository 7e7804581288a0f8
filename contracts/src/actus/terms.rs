//! The terms of a contract, by the meaning of their names in the ACTUS dictionary.

use super::{ActusError, fixed::Fixed, observed::Performance};
use crate::term::{
    calendar::{Calendar, DayConvention},
    cycle::{Cycle, Period},
    day_count::DayCount,
    moment::Moment,
};

/// The contract types that are projected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ContractType {
    /// PAM: principal at maturity.
    PrincipalAtMaturity,
    /// LAM: equal parts of principal.
    LinearAmortizer,
    /// NAM: payments that may be smaller than the interest.
    NegativeAmortizer,
    /// ANN: equal instalments.
    Annuity,
    /// LAX: principal by arrays.
    ExoticLinearAmortizer,
    /// CLM: repayable at call.
    CallMoney,
    /// UMP: without maturity.
    UndefinedMaturity,
    /// CEG: guarantee.
    Guarantee,
    /// CEC: collateral.
    Collateral,
}

impl ContractType {
    /// Reads the three letters.
    #[must_use]
    pub fn parse(text: &str) -> Option<ContractType> {
        Some(match text {
            "PAM" => ContractType::PrincipalAtMaturity,
            "LAM" => ContractType::LinearAmortizer,
            "NAM" => ContractType::NegativeAmortizer,
            "ANN" => ContractType::Annuity,
            "LAX" => ContractType::ExoticLinearAmortizer,
            "CLM" => ContractType::CallMoney,
            "UMP" => ContractType::UndefinedMaturity,
            "CEG" => ContractType::Guarantee,
            "CEC" => ContractType::Collateral,
            _ => return None,
        })
    }
}

/// An anchor and a cycle, each of which may be missing.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Rhythm {
    /// First time.
    pub anchor: Option<Moment>,
    /// How it repeats.
    pub cycle: Option<Cycle>,
}

impl Rhythm {
    /// Whether neither is given.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.anchor.is_none() && self.cycle.is_none()
    }
}

/// What interest is computed on (IPCB).
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum InterestBase {
    /// NT: the principal as it stands.
    #[default]
    Principal,
    /// NTIED: as NT after the first redemption; before it the stated amount.
    Initial,
    /// NTL: the principal as it stood at the last IPCB event.
    Lagging,
}

/// Whether a fee or penalty is an amount or a rate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Basis {
    /// A: an amount.
    Absolute,
    /// N: a rate on the principal.
    OfPrincipal,
    /// I: the difference between the contract's rate and the market's (penalties only).
    InterestDifference,
}

/// One segment of an array contract (LAX): from its anchor to the next one's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Segment<T> {
    /// First time.
    pub anchor: Moment,
    /// How it repeats; once only without.
    pub cycle: Option<Cycle>,
    /// What happens at each time.
    pub value: T,
}

/// A change of principal in an array contract.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PrincipalChange {
    /// How much, without sign.
    pub amount: Fixed,
    /// Drawn (INC) or paid back (DEC).
    pub is_increase: bool,
}

/// A change of rate in an array contract.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RateChange {
    /// The rate itself (FIX), or the spread over the market (VAR).
    pub rate: Fixed,
    /// FIX.
    pub is_fixed: bool,
}

/// A contract that a guarantee covers or that secures one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reference {
    /// The other contract's id.
    pub id: String,
    /// Its terms, unless only its id is known.
    pub terms: Option<Terms>,
    /// Goods or securities: market object and quantity.
    pub goods: Option<(String, Fixed)>,
}

/// All terms. Missing numbers that have a neutral value carry it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Terms {
    /// The contract's id.
    pub id: String,
    /// Its type.
    pub contract_type: ContractType,
    /// Whether the holder of the record is the debtor, or sold the protection.
    pub is_liability: bool,
    /// Three letters.
    pub currency: String,
    /// What happened up to here is in the state already.
    pub status_date: Moment,
    /// When the loan is paid out.
    pub initial_exchange: Option<Moment>,
    /// When it ends.
    pub maturity: Option<Moment>,
    /// When an annuity would be paid off.
    pub amortization: Option<Moment>,
    /// Principal, without sign.
    pub notional: Option<Fixed>,
    /// Added to what is paid out.
    pub premium: Fixed,
    /// Rate per year.
    pub rate: Option<Fixed>,
    /// Interest accrued at the status date, without sign.
    pub accrued: Option<Fixed>,
    /// Interest payments.
    pub interest: Rhythm,
    /// Until when interest is added to the principal.
    pub capitalization_end: Option<Moment>,
    /// Redemptions.
    pub redemption: Rhythm,
    /// Amount of a redemption or instalment.
    pub next_redemption: Option<Fixed>,
    /// How a year is counted.
    pub day_count: Option<DayCount>,
    /// Whether Saturdays and Sundays are closed.
    pub weekends_closed: bool,
    /// Where closed days go.
    pub convention: DayConvention,
    /// Whether cycles stay at the end of the month.
    pub end_of_month: bool,
    /// Rate resets.
    pub reset: Rhythm,
    /// The market that resets follow.
    pub reset_market: Option<String>,
    /// Times the market's value.
    pub rate_multiplier: Fixed,
    /// Plus this.
    pub rate_spread: Fixed,
    /// Rate of the first reset after the status date.
    pub next_reset_rate: Option<Fixed>,
    /// Never above.
    pub life_cap: Option<Fixed>,
    /// Never below.
    pub life_floor: Option<Fixed>,
    /// Most by which a reset raises the rate.
    pub period_cap: Option<Fixed>,
    /// Most by which a reset lowers the rate, without sign.
    pub period_floor: Option<Fixed>,
    /// Base of the interest.
    pub interest_base: InterestBase,
    /// That base at the start, without sign.
    pub interest_base_amount: Option<Fixed>,
    /// When a lagging base is brought up to date.
    pub interest_base_fixing: Rhythm,
    /// Fees.
    pub fee: Rhythm,
    /// Amount or rate.
    pub fee_basis: Option<Basis>,
    /// How much.
    pub fee_rate: Option<Fixed>,
    /// Fee accrued at the status date.
    pub fee_accrued: Fixed,
    /// Scaling dates.
    pub scaling: Rhythm,
    /// Interest is scaled.
    pub scales_interest: bool,
    /// Principal payments are scaled.
    pub scales_principal: bool,
    /// The index.
    pub scaling_market: Option<String>,
    /// The index at the start.
    pub scaling_start: Option<Fixed>,
    /// Scale of principal payments at the status date.
    pub notional_scale: Fixed,
    /// Scale of interest at the status date.
    pub interest_scale: Fixed,
    /// When the contract was bought, and for how much.
    pub purchase: Option<(Moment, Fixed)>,
    /// When it was sold or ended, and for how much.
    pub termination: Option<(Moment, Fixed)>,
    /// When the debtor may pay early by a model.
    pub prepayment: Rhythm,
    /// Market object that gives the part of the principal that is prepaid.
    pub prepayment_model: Option<String>,
    /// Penalty for it.
    pub penalty: Option<(Basis, Fixed)>,
    /// Notice of a call.
    pub notice: Option<Period>,
    /// Principal of an array contract.
    pub redemptions: Vec<Segment<PrincipalChange>>,
    /// Interest payments of an array contract.
    pub interest_segments: Vec<Segment<()>>,
    /// Rates of an array contract.
    pub rates: Vec<Segment<RateChange>>,
    /// Contracts that are covered.
    pub covered: Vec<Reference>,
    /// What secures them.
    pub covering: Vec<Reference>,
    /// Part of the exposure that is covered.
    pub coverage: Fixed,
    /// Whether accrued interest is covered too.
    pub covers_interest: bool,
    /// Performances that trigger the cover.
    pub triggers: Vec<Performance>,
    /// From call to payment of a guarantee.
    pub settlement: Option<Period>,
}

impl Terms {
    /// Terms that say nothing but what kind of contract this is, and since when.
    #[must_use]
    pub fn empty(contract_type: ContractType, status_date: Moment) -> Terms {
        Terms {
            id: String::new(),
            contract_type,
            is_liability: false,
            currency: String::new(),
            status_date,
            initial_exchange: None,
            maturity: None,
            amortization: None,
            notional: None,
            premium: Fixed::ZERO,
            rate: None,
            accrued: None,
            interest: Rhythm::default(),
            capitalization_end: None,
            redemption: Rhythm::default(),
            next_redemption: None,
            day_count: None,
            weekends_closed: false,
            convention: DayConvention::default(),
            end_of_month: false,
            reset: Rhythm::default(),
            reset_market: None,
            rate_multiplier: Fixed::ONE,
            rate_spread: Fixed::ZERO,
            next_reset_rate: None,
            life_cap: None,
            life_floor: None,
            period_cap: None,
            period_floor: None,
            interest_base: InterestBase::default(),
            interest_base_amount: None,
            interest_base_fixing: Rhythm::default(),
            fee: Rhythm::default(),
            fee_basis: None,
            fee_rate: None,
            fee_accrued: Fixed::ZERO,
            scaling: Rhythm::default(),
            scales_interest: false,
            scales_principal: false,
            scaling_market: None,
            scaling_start: None,
            notional_scale: Fixed::ONE,
            interest_scale: Fixed::ONE,
            purchase: None,
            termination: None,
            prepayment: Rhythm::default(),
            prepayment_model: None,
            penalty: None,
            notice: None,
            redemptions: Vec::new(),
            interest_segments: Vec::new(),
            rates: Vec::new(),
            covered: Vec::new(),
            covering: Vec::new(),
            coverage: Fixed::ONE,
            covers_interest: false,
            triggers: Vec::new(),
            settlement: None,
        }
    }

    /// An unsigned number from the point of view of the record's holder.
    pub(super) const fn signed(&self, number: Fixed) -> Fixed {
        if self.is_liability {
            number.negated()
        } else {
            number
        }
    }

    pub(super) const fn calendar(&self) -> Calendar<'static> {
        if self.weekends_closed {
            Calendar::WEEKENDS
        } else {
            Calendar::ALWAYS_OPEN
        }
    }

    pub(super) fn need<T>(value: Option<T>, name: &'static str) -> Result<T, ActusError> {
        value.ok_or(ActusError::Missing(name))
    }

    pub(super) fn exchange(&self) -> Result<Moment, ActusError> {
        Terms::need(self.initial_exchange, "initialExchangeDate")
    }

    pub(super) fn principal(&self) -> Result<Fixed, ActusError> {
        Terms::need(self.notional, "notionalPrincipal")
    }
}
