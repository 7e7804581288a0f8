//! Payments while a business day turns: do they wait for a book of loans that falls due?
//!
//! ```text
//!   loans offered, accepted ─▶ steady load ─▶ (clock put forward by a month ─▶ load at once) × turns ─▶ balances, roots ─▶ report
//!                                              block h        blocks h+1 ... h+k do what is due, as many as `due_items` makes them
//! ```
//! A payment belongs to a turn if it was due to be sent before the last validator had executed the last of those k blocks. The network
//! and the load are those of `run`; spec: ledger 3.9, `docs/loans.md`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use sycee_api::wire;
use sycee_contracts::{
    AcceptLoan, Action, AdvanceClock, IdempotencyKey, Instruction, OfferLoan, due_items,
    loan::{LoanCalendar, LoanKind, LoanTerms, PrepaymentTerms},
    term::{
        calendar::{DayConvention, Shift, ShiftOrder},
        day_count::DayCount,
        waterfall::Bucket,
    },
};
use sycee_primitives::{Amount, AssetId, BlockTime, ParticipantId, SecretKey};
use tokio::time::Instant;

use crate::bench::drive::{Pace, drive};
use crate::bench::load::{Mode, Signed};
use crate::bench::machine::Machine;
use crate::bench::run::{DAY_MS, Founded, Measured, PhasePlan, Run};
use crate::bench::statistics::Summary;
use crate::bench::verify::Agreement;
use crate::bench::watch::{Executed, Watchers};
use crate::local::network::{LocalError, Options};

/// Days from one turn to the next: every loan has a due date among them.
const DAYS_A_TURN: u32 = 31;

/// Due dates of each loan, one a month: more than there are turns.
const PERIODS: u16 = 120;

/// Turns at most, so that no loan ends.
pub const TURNS_MAX: u32 = 60;

/// Transactions in flight while the loans are agreed.
const IN_FLIGHT: usize = 4_096;

/// Longest time for that.
const BOOK_MAX: Duration = Duration::from_secs(3_600);

/// Load after each turn: longer than what is due takes.
const TURN_LOAD: Duration = Duration::from_secs(20);

/// How long one answer may take.
const ANSWER_MAX: Duration = Duration::from_secs(60);

/// What is to be measured.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Ports and folder.
    pub network: Options,
    /// Loans of which something falls due at each turn.
    pub loans: u32,
    /// Payments a second.
    pub rate: u64,
    /// How often the day turns.
    pub turns: u32,
    /// Measured seconds of the steady load.
    pub seconds: u64,
}

/// One turn.
#[derive(Clone, Debug, Serialize)]
pub struct Turn {
    /// From the answer that the clock is put forward until the last validator has done what is due, milliseconds.
    pub due_done_ms: u64,
    /// Payments sent meanwhile: from due to final at the sender.
    pub meanwhile: Option<Summary>,
}

/// The whole result.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Version of the node.
    pub version: &'static str,
    /// Loans, all of which fall due at each turn.
    pub loans: u32,
    /// Payments a second.
    pub rate: u64,
    /// Validators, each a process.
    pub validators: usize,
    /// Nothing falls due: from due to final at the sender.
    pub steady: Option<Summary>,
    /// The turns.
    pub turns: Vec<Turn>,
    /// Payments sent while something was due, of all turns.
    pub meanwhile: Option<Summary>,
    /// Their p99 in hundredths of the steady one.
    pub p99_percent: Option<u64>,
    /// Payments of the whole run.
    pub payments_total: u64,
    /// Accounts whose balance was recomputed from the load.
    pub accounts_checked: u64,
    /// What all nodes agree on in the end.
    pub agreement: Agreement,
    /// Costs of the machine itself, measured in this run.
    pub machine: Machine,
}

/// Measures.
///
/// # Errors
/// [`LocalError`] also when a payment did not settle, a balance is wrong or nodes disagree: such a run has no figures.
pub async fn measure(wanted: &Wanted, mut tell: impl FnMut(&str)) -> Result<Report, LocalError> {
    let founded = Founded {
        network: &wanted.network,
        mode: Mode::Single,
        accounts: 10_000,
        signers: 200,
        has_trial_clock: true,
    };
    let (mut run, machine) = Run::found(&founded, &mut tell).await?;
    let measured = measure_on(&mut run, wanted, &mut tell).await;
    let ((steady, turns), checked) = run.finish(measured, &mut tell).await?;
    let summary = Summary::of(steady);
    let each = turns.iter().map(|(done, meanwhile)| Turn {
        due_done_ms: u64::try_from(done.as_millis()).unwrap_or(u64::MAX),
        meanwhile: Summary::of(meanwhile.iter().copied()),
    });
    let meanwhile = Summary::of(turns.iter().flat_map(|(_, meanwhile)| meanwhile).copied());
    Ok(Report {
        version: env!("CARGO_PKG_VERSION"),
        loans: wanted.loans,
        rate: wanted.rate,
        validators: run.clients.len(),
        steady: summary,
        turns: each.collect(),
        p99_percent: meanwhile
            .zip(summary)
            .map(|(meanwhile, steady)| meanwhile.p99_us * 100 / steady.p99_us.max(1)),
        meanwhile,
        payments_total: checked.payments_total,
        accounts_checked: checked.accounts,
        agreement: checked.agreement,
        machine,
    })
}

/// Latencies of the steady load; of each turn how long it took and the latencies meanwhile.
type Latencies = (Vec<Duration>, Vec<(Duration, Vec<Duration>)>);

async fn measure_on(
    run: &mut Run,
    wanted: &Wanted,
    tell: &mut impl FnMut(&str),
) -> Result<Latencies, LocalError> {
    agree_loans(run, wanted.loans, tell).await?;
    let plan = |name, warmup, measured| PhasePlan {
        name,
        pace: Pace::Open {
            per_1000_s: wanted.rate.saturating_mul(1_000),
        },
        payments_per_second: wanted.rate,
        warmup,
        measured,
    };
    let steady = plan("steady", TURN_LOAD, Duration::from_secs(wanted.seconds));
    let load = run.sign(&steady, 0, tell).await?;
    let start = Instant::now();
    let measured = run.load(&steady, &load, start).await?;
    let measured = run.settled(&load, measured)?;
    let from = start + steady.warmup;
    let steady = latencies(&measured, |due| due >= from);
    let mut turns = Vec::new();
    for turn in 1..=wanted.turns {
        tell(&format!("turn {turn} of {}", wanted.turns));
        let plan = plan("turn", Duration::ZERO, TURN_LOAD);
        let load = run.sign(&plan, DAYS_A_TURN, tell).await?;
        let watchers = Watchers::start(&run.clients).await?;
        let height = put_clock_forward(run).await?;
        let start = Instant::now();
        let measured = run.load(&plan, &load, start).await?;
        let everywhere = watchers.finish(measured.last_height()).await?;
        let loans = usize::try_from(wanted.loans).unwrap_or(usize::MAX);
        let done = all_done(&everywhere, height, loans).ok_or_else(|| {
            LocalError::Check("not everything due was done while payments came".to_owned())
        })?;
        let measured = run.settled(&load, measured)?;
        let meanwhile = latencies(&measured, |due| due < done);
        turns.push((done.saturating_duration_since(start), meanwhile));
    }
    Ok((steady, turns))
}

/// When the last validator had executed the block that did the last of so many due items, counted from the block after `height` on.
fn all_done(
    everywhere: &BTreeMap<u64, Executed>,
    height: u64,
    mut items: usize,
) -> Option<Instant> {
    let mut before = everywhere.get(&height)?.time_ms;
    // The first of them opens a day.
    let mut elapsed = 0;
    for block in everywhere.range(height + 1..).map(|(_, block)| block) {
        items = items.saturating_sub(due_items(elapsed, block.receipts > 0));
        if items == 0 {
            return Some(block.at);
        }
        elapsed = block.time_ms.saturating_sub(before);
        before = block.time_ms;
    }
    None
}

fn latencies(measured: &Measured, is_meant: impl Fn(Instant) -> bool) -> Vec<Duration> {
    let samples = measured.samples.iter();
    let meant = samples.filter(|sample| !sample.proven && is_meant(sample.due));
    meant
        .map(|sample| sample.answered.saturating_duration_since(sample.due))
        .collect()
}

/// Signs for a participant of the network.
struct Hand {
    participant: ParticipantId,
    key: SecretKey,
    /// Tells its instructions from those of others with the same key.
    series: u64,
}

impl Hand {
    fn of(run: &Run, id: &str, series: u64) -> Result<Hand, LocalError> {
        let participants = &run.network.genesis().facts().participants;
        let place = participants.iter().position(|it| it.id == id);
        let place = place.and_then(|place| u32::try_from(place).ok());
        let place = place.ok_or_else(|| LocalError::Check(format!("there is no {id}")))?;
        Ok(Hand {
            participant: ParticipantId(place),
            key: run.network.participant_key(id)?.secret_key(),
            series,
        })
    }

    fn sign(
        &self,
        run: &Run,
        number: u64,
        now_ms: u64,
        action: Action,
    ) -> Result<Vec<u8>, LocalError> {
        let key = [self.series.to_le_bytes(), number.to_le_bytes()].concat();
        let key: Result<[u8; 16], _> = key.try_into();
        let key = key.ok().and_then(|key| IdempotencyKey::new(key).ok());
        let instruction = Instruction {
            chain_id: run.network.genesis().chain_id(),
            sender: self.participant,
            idempotency_key: key
                .ok_or_else(|| LocalError::Check("a key cannot be made".to_owned()))?,
            expiry: BlockTime(now_ms.saturating_add(DAY_MS / 2)),
            action,
        };
        Ok(instruction.sign(&[&self.key]).to_bytes())
    }
}

/// A bank offers so many loans to a corporate, which accepts them all.
async fn agree_loans(
    run: &mut Run,
    loans: u32,
    tell: &mut impl FnMut(&str),
) -> Result<(), LocalError> {
    let (bank, corporate) = (Hand::of(run, "bank-a", 1)?, Hand::of(run, "corp-1", 2)?);
    let mut client = run.first_client()?;
    let mut account = async |owner: &Hand| {
        let accounts = client.accounts_of(owner.participant.0).await?;
        let found = accounts.iter().find(|it| it.asset == 0);
        found
            .map(|it| sycee_primitives::AccountId(it.id))
            .ok_or_else(|| LocalError::Check("an account is missing".to_owned()))
    };
    let (lender_account, borrower_account) = (account(&bank).await?, account(&corporate).await?);
    let now_ms = client.status().await?.now_ms;
    let terms = terms().ok_or_else(|| LocalError::Check("the terms have no form".to_owned()))?;
    let offer = || {
        Action::OfferLoan(OfferLoan {
            lender_account,
            borrower_account,
            asset: AssetId(0),
            terms: terms.clone(),
            line: None,
            offer_until: BlockTime(now_ms + DAY_MS),
        })
    };
    tell(&format!("{loans} loans are offered and accepted"));
    let offers = (0..u64::from(loans)).map(|loan| bank.sign(run, loan, now_ms, offer()));
    send(run, offers.collect::<Result<_, _>>()?).await?;
    let accept = |loan| Action::AcceptLoan(AcceptLoan { loan });
    let accepts = (0..u64::from(loans)).map(|loan| corporate.sign(run, loan, now_ms, accept(loan)));
    send(run, accepts.collect::<Result<_, _>>()?).await
}

async fn send(run: &Run, signed: Vec<Vec<u8>>) -> Result<(), LocalError> {
    let load: Vec<Signed> = signed
        .into_iter()
        .map(|bytes| Signed { bytes, seed: 0 })
        .collect();
    let (count, load) = (load.len(), Arc::new(load));
    let start = Instant::now();
    let pace = Pace::Closed {
        in_flight: IN_FLIGHT,
    };
    let samples = drive(&run.clients, &load, pace, start, start + BOOK_MAX).await?;
    (samples.len() == count)
        .then_some(())
        .ok_or_else(|| LocalError::Check("not all loans were agreed in time".to_owned()))
}

/// Small loans with a due date every month, whatever day it is.
fn terms() -> Option<LoanTerms> {
    Some(LoanTerms {
        kind: LoanKind::Linear,
        principal: Amount::from_minor(12_000).ok()?,
        rate: 60_000_000_000,
        day_count: DayCount::Actual360,
        periods: PERIODS,
        period_months: 1,
        end_of_month: false,
        calendar: LoanCalendar::None,
        convention: DayConvention {
            shift: Shift::None,
            order: ShiftOrder::ShiftCompute,
        },
        grace_days: 5,
        surcharge: 500_000_000_000,
        penalty_on_interest: false,
        order: Bucket::ALL,
        fee: 0,
        costs_max: 0,
        prepayment: PrepaymentTerms::default(),
        draw_days: 0,
        probation: 0,
        index: None,
    })
}

/// Puts the ledger's clock forward; answers the height of the block that did.
async fn put_clock_forward(run: &Run) -> Result<u64, LocalError> {
    let operator = Hand::of(run, "central-bank", 3)?;
    let mut client = run.first_client()?;
    let now_ms = client.status().await?.now_ms;
    let action = Action::AdvanceClock(AdvanceClock {
        by_ms: u64::from(DAYS_A_TURN) * DAY_MS,
    });
    let bytes = operator.sign(run, now_ms, now_ms, action)?;
    let answer = client.submit(bytes, wire::Wait::Final, ANSWER_MAX).await?;
    crate::local::payer::settled_height(answer.receipt.as_ref())
        .ok_or_else(|| LocalError::Check("the clock stays".to_owned()))
}
