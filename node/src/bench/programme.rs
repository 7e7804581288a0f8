//! The programme of a measurement: found, load, verify, report.
//!
//! ```text
//!   machine's own costs ─▶ found and start ─▶ probe ─▶ saturation ─▶ 70 % of it ─▶ low load ─▶ balances, roots ─▶ report
//!                                             closed    closed        open          open
//! ```
//! With a rate or a number in flight given, that one phase alone is run after the probe.

use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

use crate::bench::cost::{Cost, Counters};
use crate::bench::drive::{Pace, Sample};
use crate::bench::load::Mode;
use crate::bench::machine::Machine;
use crate::bench::run::{Founded, Measured, PhasePlan, Run};
use crate::bench::statistics::{Summary, per_second};
use crate::bench::verify::Agreement;
use crate::local::network::{LocalError, Options};

/// Shortest measured time of a figure that may be quoted.
pub const FIGURE_SECONDS_MIN: u64 = 60;

/// Part of an open loop's rate below which it counts as not sustained.
const SUSTAINED_PERCENT: u64 = 95;

/// Payments of the probe: enough to see the order of magnitude.
const PROBE_PAYMENTS: u64 = 20_000;

/// Longest time of the probe.
const PROBE_MAX: Duration = Duration::from_secs(5);

/// Transactions a second of the phase at low load, and the part of saturation that it is at most.
const LOW_TRANSACTIONS_PER_SECOND: u64 = 20;
const LOW_PART_OF_SATURATION: u64 = 20;

/// What is to be measured.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Ports and folder.
    pub network: Options,
    /// What one transaction carries.
    pub mode: Mode,
    /// Payments a second of an open loop.
    pub rate: Option<u64>,
    /// Transactions in flight of the closed loop.
    pub in_flight: Option<usize>,
    /// Measured seconds of each phase.
    pub seconds: u64,
    /// Seconds before measuring begins.
    pub warmup: u64,
    /// Accounts that pay and are paid.
    pub accounts: u32,
    /// Participants that sign.
    pub signers: u32,
}

/// One phase's figures.
#[derive(Clone, Debug, Serialize)]
pub struct Phase {
    /// What it shows.
    pub name: String,
    /// How it was sent.
    pub pace: String,
    /// Measured time, milliseconds.
    pub measured_ms: u64,
    /// Payments that the last validator had executed in that time.
    pub payments: u64,
    /// The same a second.
    pub payments_per_second: u64,
    /// From due to the submitting validator's answer that it is final.
    pub final_at_sender: Option<Summary>,
    /// From due to executed by the last validator.
    pub final_everywhere: Option<Summary>,
    /// From due to the certified receipt.
    pub proven: Option<Summary>,
    /// What one payment cost at one validator.
    pub cost: Cost,
    /// Why the figure may not be quoted; empty when it may.
    pub reservations: Vec<String>,
}

/// The whole result.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Version of the node.
    pub version: String,
    /// `single` or `bulk`.
    pub mode: String,
    /// Payments in one transaction.
    pub legs: u32,
    /// Accounts.
    pub accounts: u64,
    /// Participants that sign.
    pub signers: usize,
    /// Validators, each a process.
    pub validators: usize,
    /// Costs of the machine itself, measured in this run.
    pub machine: Machine,
    /// The phases.
    pub phases: Vec<Phase>,
    /// Payments of the whole run.
    pub payments_total: u64,
    /// Accounts whose balance was recomputed from the load.
    pub accounts_checked: u64,
    /// What all nodes agree on in the end.
    pub agreement: Agreement,
}

/// Measures.
///
/// # Errors
/// [`LocalError`] also when a payment did not settle, a balance is wrong or nodes disagree: such a run has no figures.
pub async fn measure(wanted: &Wanted, mut tell: impl FnMut(&str)) -> Result<Report, LocalError> {
    let founded = Founded {
        network: &wanted.network,
        mode: wanted.mode,
        accounts: wanted.accounts,
        signers: wanted.signers,
        has_trial_clock: false,
    };
    let (mut run, machine) = Run::found(&founded, &mut tell).await?;
    let measured = run.phases(wanted, &mut tell).await;
    let (phases, checked) = run.finish(measured, &mut tell).await?;
    Ok(Report {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        mode: match wanted.mode {
            Mode::Single => "single",
            Mode::Bulk { .. } => "bulk",
        }
        .to_owned(),
        legs: wanted.mode.legs(),
        accounts: run.population.accounts(),
        signers: run.population.signers(),
        validators: run.clients.len(),
        machine,
        phases,
        payments_total: checked.payments_total,
        accounts_checked: checked.accounts,
        agreement: checked.agreement,
    })
}

impl Run {
    async fn phases(
        &mut self,
        wanted: &Wanted,
        tell: &mut impl FnMut(&str),
    ) -> Result<Vec<Phase>, LocalError> {
        let legs = u64::from(self.mode.legs());
        let in_flight = wanted.in_flight.unwrap_or(match self.mode {
            Mode::Single => 4_096,
            Mode::Bulk { .. } => 16,
        });
        let closed = Pace::Closed { in_flight };
        let open = |payments: u64| Pace::Open {
            per_1000_s: (payments * 1_000 / legs).max(1),
        };
        let warmup = Duration::from_secs(wanted.warmup);
        let measured = Duration::from_secs(wanted.seconds);
        let phase = |name, pace, payments_per_second| PhasePlan {
            name,
            pace,
            payments_per_second,
            warmup,
            measured,
        };
        if let Some(rate) = wanted.rate {
            return Ok(vec![
                self.phase(phase("given rate", open(rate), rate), tell)
                    .await?,
            ]);
        }
        let probe = PhasePlan {
            name: "probe",
            pace: closed,
            payments_per_second: PROBE_PAYMENTS.max(legs * 64) / PROBE_MAX.as_secs(),
            warmup: Duration::ZERO,
            measured: PROBE_MAX,
        };
        let seen = self.phase(probe, tell).await?.payments_per_second.max(1);
        // Half as much again: the probe has a cold start in it.
        let saturation = self
            .phase(phase("saturation", closed, seen * 3 / 2), tell)
            .await?;
        let most = saturation.payments_per_second;
        let mut phases = vec![saturation];
        if wanted.in_flight.is_none() {
            phases.push(
                self.phase(
                    phase("70 % of saturation", open(most * 7 / 10), most * 7 / 10),
                    tell,
                )
                .await?,
            );
            let low = (legs * LOW_TRANSACTIONS_PER_SECOND)
                .min(most / LOW_PART_OF_SATURATION)
                .max(legs);
            phases.push(self.phase(phase("low load", open(low), low), tell).await?);
        }
        Ok(phases)
    }

    async fn phase(
        &mut self,
        plan: PhasePlan,
        tell: &mut impl FnMut(&str),
    ) -> Result<Phase, LocalError> {
        let load = self.sign(&plan, 0, tell).await?;
        tell(&format!(
            "{}: {} s",
            plan.name,
            (plan.warmup + plan.measured).as_secs()
        ));
        let start = Instant::now() + Duration::from_millis(50);
        let from = start + plan.warmup;
        let until = from + plan.measured;
        let counting = async {
            tokio::time::sleep_until(from).await;
            let before = Counters::read(&self.network).await;
            tokio::time::sleep_until(until).await;
            (before, Counters::read(&self.network).await)
        };
        let (measured, (before, after)) = tokio::join!(self.load(&plan, &load, start), counting);
        let measured = self.settled(&load, measured?)?;
        Ok(measured.figures(&plan, &before, &after))
    }
}

impl Measured {
    fn figures(&self, plan: &PhasePlan, before: &Counters, after: &Counters) -> Phase {
        let ended = self.ended();
        let time = ended.saturating_duration_since(self.from);
        let in_time = |at: Instant| at >= self.from && at < ended;
        let reached = |sample: &Sample| self.everywhere.get(&sample.height).map(|it| it.at);
        let executed = self
            .samples
            .iter()
            .filter(|sample| reached(sample).is_some_and(in_time));
        let payments = executed.count() as u64 * self.legs;
        let within = || self.samples.iter().filter(|sample| in_time(sample.due));
        let answered = |proven: bool| {
            let kind = within().filter(move |sample| sample.proven == proven);
            Summary::of(kind.map(|sample| sample.answered.saturating_duration_since(sample.due)))
        };
        let everywhere =
            within().filter_map(|it| Some(reached(it)?.saturating_duration_since(it.due)));
        let payments_per_second = per_second(payments, time);
        Phase {
            name: plan.name.to_owned(),
            pace: match plan.pace {
                Pace::Closed { in_flight } => {
                    format!("closed loop, {in_flight} transactions in flight")
                }
                Pace::Open { per_1000_s } => {
                    format!("open loop, {per_1000_s} transactions in 1000 s")
                }
            },
            measured_ms: u64::try_from(time.as_millis()).unwrap_or(u64::MAX),
            payments,
            payments_per_second,
            final_at_sender: answered(false),
            final_everywhere: Summary::of(everywhere),
            proven: answered(true),
            cost: after.cost_since(before, payments, self.validators),
            reservations: self.reservations(plan, time, payments_per_second),
        }
    }

    /// When measuring ended: at the latest when there was no more load.
    fn ended(&self) -> Instant {
        let last = self
            .samples
            .iter()
            .filter_map(|sample| Some(self.everywhere.get(&sample.height)?.at))
            .max();
        match last {
            Some(last) if self.exhausted => self.until.min(last),
            Some(_) | None => self.until,
        }
    }

    fn reservations(
        &self,
        plan: &PhasePlan,
        time: Duration,
        payments_per_second: u64,
    ) -> Vec<String> {
        let mut reservations = Vec::new();
        if time < Duration::from_secs(FIGURE_SECONDS_MIN) {
            let seconds = time.as_secs();
            reservations.push(format!(
                "not a figure: measured {seconds} s, a figure takes {FIGURE_SECONDS_MIN}"
            ));
        }
        if self.exhausted {
            reservations
                .push("not a figure: the signed load was used up before the time".to_owned());
        }
        if let Pace::Open { per_1000_s } = plan.pace {
            let asked = per_1000_s.saturating_mul(self.legs) / 1_000;
            if payments_per_second.saturating_mul(100) < asked.saturating_mul(SUSTAINED_PERCENT) {
                reservations.push(format!(
                    "the network did not sustain the {asked} payments a second it was sent"
                ));
            }
        }
        reservations
    }
}
