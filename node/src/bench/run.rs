//! A network under load: founded, loaded phase after phase, and checked against what the load says.
//!
//! ```text
//!   found ─▶ (sign ─▶ load ─▶ settled) × phases ─▶ finish: every balance recomputed, all roots equal, or no figures
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use sycee_api::Client;
use sycee_primitives::{BlockTime, BusinessDate};
use tokio::time::Instant;

use crate::bench::drive::{Pace, Sample, drive};
use crate::bench::load::{Mode, Plan, Signed};
use crate::bench::machine::{self, Machine};
use crate::bench::population::Population;
use crate::bench::verify::{self, Agreement};
use crate::bench::watch::{Executed, Watchers};
use crate::local::network::{LocalError, Network, Options};

/// Bytes of pre-signed load in memory.
const LOAD_BYTES_MAX: u64 = 4 << 30;

/// Bytes of one payment order and one leg, rounded up.
const SINGLE_BYTES: u64 = 400;
const LEG_BYTES: u64 = 64;

/// A day of block time.
pub(super) const DAY_MS: u64 = 86_400_000;

/// A network under load.
pub(super) struct Run {
    pub(super) network: Network,
    pub(super) clients: Vec<Client>,
    pub(super) population: Population,
    pub(super) mode: Mode,
    /// Net movement of each account.
    moved: Vec<i128>,
    next_seed: u64,
    payments_total: u64,
    last_height: u64,
}

/// Who pays on the network that is to be founded.
pub(super) struct Founded<'w> {
    /// Ports and folder.
    pub(super) network: &'w Options,
    /// What one transaction carries.
    pub(super) mode: Mode,
    /// Accounts that pay and are paid.
    pub(super) accounts: u32,
    /// Participants that sign.
    pub(super) signers: u32,
    /// Whether the clock can be put forward.
    pub(super) has_trial_clock: bool,
}

/// What was found to agree after a run.
pub(super) struct Checked {
    pub(super) payments_total: u64,
    pub(super) accounts: u64,
    pub(super) agreement: Agreement,
}

/// One phase before it runs.
pub(super) struct PhasePlan {
    pub(super) name: &'static str,
    pub(super) pace: Pace,
    /// Payments a second for which load is signed.
    pub(super) payments_per_second: u64,
    pub(super) warmup: Duration,
    pub(super) measured: Duration,
}

impl Run {
    /// Founds and starts a network and measures what the machine itself costs.
    pub(super) async fn found(
        wanted: &Founded<'_>,
        tell: &mut impl FnMut(&str),
    ) -> Result<(Run, Machine), LocalError> {
        let mut settled_in = None;
        let mut network = Network::open_with(wanted.network, |facts| {
            facts.parameters.trial_clock = wanted.has_trial_clock;
            let population = Population::settle_in(facts, wanted.signers, wanted.accounts)?;
            settled_in = Some(population);
            Ok(())
        })?;
        let population = settled_in
            .ok_or_else(|| LocalError::Check("a measurement needs a new folder".to_owned()))?;
        tell("measuring the machine itself");
        let machine = machine::measure(network.folder())
            .map_err(|error| LocalError::Check(error.to_string()))?;
        network.start()?;
        network.wait_ready().await?;
        let mut clients = Vec::new();
        for node in network.validators() {
            clients.push(node.connect().await?);
        }
        let accounts = usize::try_from(population.accounts()).unwrap_or(usize::MAX);
        let first_seed =
            crate::local::random::Sequence::new(wanted.network.port_base.into()).draw();
        let run = Run {
            network,
            clients,
            population,
            mode: wanted.mode,
            moved: vec![0; accounts],
            next_seed: first_seed,
            payments_total: 0,
            last_height: 0,
        };
        Ok((run, machine))
    }

    /// Checks balances and roots if all went well, and stops the network; its folder stays if anything is wrong.
    pub(super) async fn finish<T>(
        &mut self,
        measured: Result<T, LocalError>,
        tell: &mut impl FnMut(&str),
    ) -> Result<(T, Checked), LocalError> {
        let checked = match measured {
            Ok(measured) => self.check(tell).await.map(|checked| (measured, checked)),
            Err(error) => Err(error),
        };
        if checked.is_err() {
            self.network.keep_folder();
            tell(&format!(
                "the run's folder stays for inspection: {}",
                self.network.folder().display()
            ));
        }
        self.network.stop().await;
        checked
    }

    /// Sends a load from `start` on and waits until every validator has executed all of it.
    pub(super) async fn load(
        &self,
        plan: &PhasePlan,
        load: &Load,
        start: Instant,
    ) -> Result<Measured, LocalError> {
        let watchers = Watchers::start(&self.clients).await?;
        let from = start + plan.warmup;
        let until = from + plan.measured;
        let samples = drive(&self.clients, &load.signed, plan.pace, start, until).await?;
        let last = samples.iter().map(|sample| sample.height).max();
        Ok(Measured {
            legs: u64::from(self.mode.legs()),
            validators: self.clients.len() as u64,
            // What was not used up shows that the senders never had to wait for load.
            exhausted: samples.len() == load.signed.len()
                && matches!(plan.pace, Pace::Closed { .. }),
            samples,
            everywhere: watchers.finish(last.unwrap_or(0)).await?,
            from,
            until,
        })
    }

    /// Adds a settled load to what the balances are expected to be.
    pub(super) fn settled(
        &mut self,
        load: &Load,
        measured: Measured,
    ) -> Result<Measured, LocalError> {
        self.network.check()?;
        self.last_height = self.last_height.max(measured.last_height());
        self.book(&load.facts, &load.signed, &measured.samples);
        Ok(measured)
    }

    /// Signs the load of a phase, as of so many days ahead of the ledger's.
    pub(super) async fn sign(
        &mut self,
        plan: &PhasePlan,
        days_ahead: u32,
        tell: &mut impl FnMut(&str),
    ) -> Result<Load, LocalError> {
        let legs = u64::from(self.mode.legs());
        let time = (plan.warmup + plan.measured).as_secs().saturating_add(1);
        let transactions = plan
            .payments_per_second
            .saturating_mul(time)
            .div_ceil(legs)
            .max(1);
        let bytes = transactions.saturating_mul(SINGLE_BYTES.max(legs * LEG_BYTES));
        if bytes > LOAD_BYTES_MAX {
            let what = format!(
                "{transactions} transactions of {legs} legs need {bytes} bytes of memory; measure for fewer seconds"
            );
            return Err(LocalError::Check(what));
        }
        tell(&format!(
            "{}: signing {transactions} transactions of {legs}",
            plan.name
        ));
        let status = self.first_client()?.status().await?;
        let value_date = BusinessDate::parse(&status.business_date).ok_or_else(|| {
            LocalError::Check(format!(
                "the node's business date is {:?}",
                status.business_date
            ))
        })?;
        let facts = PlanFacts {
            value_date: BusinessDate(value_date.0.saturating_add(days_ahead)),
            now: BlockTime(status.now_ms.saturating_add(u64::from(days_ahead) * DAY_MS)),
            first_seed: self.next_seed,
        };
        self.next_seed = self.next_seed.wrapping_add(transactions);
        let count = usize::try_from(transactions).unwrap_or(usize::MAX);
        let signed = Arc::new(self.plan(&facts).sign(count)?);
        Ok(Load { facts, signed })
    }

    pub(super) fn first_client(&self) -> Result<Client, LocalError> {
        let client = self.clients.first().cloned();
        client.ok_or_else(|| LocalError::Check("there are no validators".to_owned()))
    }

    fn plan(&self, facts: &PlanFacts) -> Plan<'_> {
        Plan {
            population: &self.population,
            chain_id: self.network.genesis().chain_id(),
            mode: self.mode,
            value_date: facts.value_date,
            now: facts.now,
            first_seed: facts.first_seed,
        }
    }

    /// Adds what the settled transactions moved to the expected balances.
    fn book(&mut self, facts: &PlanFacts, load: &[Signed], samples: &[Sample]) {
        let mut moved = std::mem::take(&mut self.moved);
        let mut add = |place: u64, amount: i128| {
            if let Some(sum) = usize::try_from(place)
                .ok()
                .and_then(|place| moved.get_mut(place))
            {
                *sum += amount;
            }
        };
        let plan = self.plan(facts);
        let mut payments: u64 = 0;
        for one in samples
            .iter()
            .filter_map(|sample| load.get(sample.place))
            .flat_map(|signed| plan.moves(signed))
        {
            add(one.payer, -i128::from(one.amount));
            add(one.payee, one.amount.into());
            payments += 1;
        }
        self.moved = moved;
        self.payments_total += payments;
    }

    async fn check(&mut self, tell: &mut impl FnMut(&str)) -> Result<Checked, LocalError> {
        tell("comparing balances with the load and roots with one another");
        let mut clients = Vec::new();
        for node in self.network.nodes() {
            clients.push(node.connect().await?);
        }
        let agreement = verify::agree(&mut clients, self.last_height).await?;
        let mut accounts = 0;
        for client in &mut clients {
            accounts = verify::balances(client, &self.population, &self.moved).await?;
        }
        Ok(Checked {
            payments_total: self.payments_total,
            accounts,
            agreement,
        })
    }
}

/// A signed load of a phase.
pub(super) struct Load {
    facts: PlanFacts,
    signed: Arc<Vec<Signed>>,
}

/// What else a load's movements follow from.
struct PlanFacts {
    value_date: BusinessDate,
    now: BlockTime,
    first_seed: u64,
}

/// A phase that is over.
pub(super) struct Measured {
    pub(super) legs: u64,
    pub(super) validators: u64,
    pub(super) exhausted: bool,
    pub(super) samples: Vec<Sample>,
    /// When the last validator had executed each height.
    pub(super) everywhere: BTreeMap<u64, Executed>,
    pub(super) from: Instant,
    pub(super) until: Instant,
}

impl Measured {
    /// The greatest height at which something was settled.
    pub(super) fn last_height(&self) -> u64 {
        let heights = self.samples.iter().map(|sample| sample.height);
        heights.max().unwrap_or(0)
    }
}
