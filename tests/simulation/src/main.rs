//! `sycee-sim`: runs whole networks from seeds, scenarios or a plan, and says what did not hold.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use clap::{Parser, ValueEnum};
use sycee_contracts::twins::Family;
use sycee_primitives::keys::SCHEME;
use sycee_simulation::coverage::{Coverage, Mark};
use sycee_simulation::minimise::minimise;
use sycee_simulation::oracles::Violation;
use sycee_simulation::plan::{Plan, Profile};
use sycee_simulation::{Report, draw, keep_panics_quiet, planted, run, twins};

mod hunting;
mod telling;

/// Every so many seeds are run twice.
const TWICE_EVERY: u64 = 100;

/// Runs of the profiles with load after which every state and verb of every family of products must have been reached.
const PLAYED_WITHIN: u64 = 1_000;

/// Plans made smaller in one call; the others are written as they were drawn.
const MINIMISED_MAX: usize = 3;

/// Whole networks in one thread under virtual time.
///
/// Exits with 1 and prints the command that replays it when a property did not hold. The last line is the summary.
#[derive(Parser)]
#[command(name = "sycee-sim", version)]
struct Arguments {
    /// Seeds to run: A..B, without B.
    #[arg(long, value_parser = range)]
    seeds: Option<(u64, u64)>,
    /// Twins scenarios to run: A..B, without B; there are 11,303,044.
    #[arg(long, value_parser = range)]
    twins: Option<(u64, u64)>,
    /// Replays the plan in this file.
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Looks for every planted bug from 20 starts and says how many seeds it took; needs the build of scripts/sim --planted.
    #[arg(long)]
    planted: bool,
    /// With --planted: this bug only.
    #[arg(long, value_name = "NAME")]
    plant: Option<String>,
    /// With --planted: starts of each hunt.
    #[arg(long, value_name = "COUNT", default_value_t = planted::STARTS)]
    starts: u64,
    /// With --planted: seeds after which a bug counts as not found.
    #[arg(long, value_name = "COUNT", default_value_t = planted::SEEDS_MAX)]
    seeds_max: u64,
    /// With --planted: so many seeds in every kind of weather for each bug, to see where it shows.
    #[arg(long, value_name = "SEEDS")]
    explore: Option<u64>,
    /// Figure: an hour of silence, and the first payment after it with the leader dead, for 4, 7 and 10 validators.
    #[arg(long)]
    silence: bool,
    /// Figure: from the end of the faults to the first new block, over seeds A..B, near and far apart.
    #[arg(long, value_parser = range)]
    heal: Option<(u64, u64)>,
    /// Figure: what the turns of a crashed leader cost.
    #[arg(long)]
    leader: bool,
    /// Figure: f of 4 and of 7 validators crashed, processors modelled.
    #[arg(long)]
    crashed: bool,
    /// Figure: 4 to 100 validators in five regions.
    #[arg(long)]
    wide: bool,
    /// What the seeds are about. `real` needs the ordinary build, which has the product's signatures.
    #[arg(long, value_enum, default_value = "protocol")]
    profile: ProfileName,
    /// Runs every seed twice and compares the digests of all events, instead of one in a hundred.
    #[arg(long)]
    check_determinism: bool,
    /// Least simulated seconds of the safety phase.
    #[arg(long, value_name = "SECONDS", default_value_t = draw::SAFETY_US_MIN / 1_000_000)]
    safety: u64,
    /// Threads; all cores unless said otherwise.
    #[arg(long, default_value_t = std::thread::available_parallelism().map_or(1, usize::from))]
    jobs: usize,
    /// Folder for the plans of failures.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    plans: PathBuf,
    /// Seconds spent on making a failing plan smaller.
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    minimise: u64,
    /// The summary as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum ProfileName {
    Protocol,
    Ledger,
    Real,
}

/// Sums over all runs.
#[derive(Default)]
struct Totals {
    runs: u64,
    /// Whether most of these runs play products.
    profile_plays: bool,
    plans: BTreeSet<u64>,
    simulated_us: u128,
    events: u128,
    blocks: u128,
    outcomes: u128,
    drained_us_max: u64,
    /// Slowest first block after the faults, in runs with the founders' usual pace.
    first_block_us_max: u64,
    reached: BTreeMap<Mark, (u64, u64)>,
    /// By family of products: runs, and how often each of its states was reached.
    products: BTreeMap<Family, (u64, BTreeMap<String, u64>)>,
    failures: Vec<(String, Plan, Violation)>,
}

fn range(text: &str) -> Result<(u64, u64), String> {
    let (from, to) = text.split_once("..").ok_or("a range is written A..B")?;
    let number = |text: &str| text.parse::<u64>().map_err(|error| error.to_string());
    let (from, to) = (number(from)?, number(to)?);
    if from < to {
        Ok((from, to))
    } else {
        Err("the range is empty".to_owned())
    }
}

#[allow(clippy::print_stdout, reason = "this is the command line")]
fn main() -> ExitCode {
    let arguments = Arguments::parse();
    keep_panics_quiet();
    let profile = match arguments.profile {
        ProfileName::Protocol => Profile::Protocol,
        ProfileName::Ledger => Profile::Ledger,
        ProfileName::Real => Profile::Real,
    };
    if profile == Profile::Real && SCHEME != "ed25519" {
        println!("this build has {SCHEME} signatures; profile real needs the ordinary build");
        return ExitCode::from(2);
    }
    if arguments.planted {
        return hunting::hunt_all(&arguments);
    }
    println!("signatures: {SCHEME}");
    if let Some(code) = telling::tell(&arguments) {
        return code;
    }
    let started = Instant::now();
    let totals = match (&arguments.plan, arguments.twins, arguments.seeds) {
        (Some(file), None, None) => match replay(file) {
            Ok(totals) => totals,
            Err(what) => {
                println!("{}: {what}", file.display());
                return ExitCode::from(2);
            }
        },
        (None, Some(range), None) => run_twins(&arguments, range),
        (None, None, Some(range)) => run_seeds(&arguments, profile, range),
        (_, _, _) => {
            println!(
                "one of --seeds, --twins, --plan, --planted, --silence, --heal, --leader, --crashed and --wide is needed"
            );
            return ExitCode::from(2);
        }
    };
    let real_us = started.elapsed().as_micros().max(1);
    tell_failures(&arguments, &totals);
    tell_coverage(&totals);
    let is_weak = tell_repeated(&totals) || arguments.seeds.is_some() && tell_unreached(&totals);
    println!("{}", summary(&totals, real_us, arguments.json));
    if totals.failures.is_empty() && !is_weak {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn replay(file: &PathBuf) -> Result<Totals, String> {
    let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    let plan = Plan::from_json(&text)?;
    let mut totals = Totals::default();
    let report = run(&plan);
    totals.add("plan", plan, report);
    Ok(totals)
}

/// Scenarios that one thread takes at once, on one founding.
const TWINS_AT_ONCE: u64 = 500;

fn run_twins(arguments: &Arguments, range: (u64, u64)) -> Totals {
    in_parallel(arguments, range, TWINS_AT_ONCE, |from, to, totals| {
        twins::run_all(from..to, |number, plan, report| {
            locked(totals).add(&format!("twins-{number}"), plan, report);
        });
    })
}

fn run_seeds(arguments: &Arguments, profile: Profile, range: (u64, u64)) -> Totals {
    let mut totals = in_parallel(arguments, range, 1, |seed, _, totals| {
        let plan = draw::draw_with(seed, profile, arguments.safety * 1_000_000);
        let mut report = run(&plan);
        if arguments.check_determinism || seed.is_multiple_of(TWICE_EVERY) {
            let again = run(&plan);
            locked(totals).add_work(&again);
            if report.violation.is_none() && again.digest != report.digest {
                report.violation = Some(Violation {
                    oracle: "determinism",
                    what: format!("digests {} and {}", report.digest, again.digest),
                    at_us: 0,
                });
            }
        }
        locked(totals).add(&format!("seed-{seed}"), plan, report);
    });
    totals.profile_plays = profile != Profile::Protocol;
    totals
}

/// Hands a range out in pieces to as many threads as were asked for.
fn in_parallel(
    arguments: &Arguments,
    range: (u64, u64),
    at_once: u64,
    run: impl Fn(u64, u64, &Mutex<Totals>) + Sync,
) -> Totals {
    let totals = Mutex::new(Totals::default());
    let next = AtomicU64::new(range.0);
    let work = || loop {
        let from = next.fetch_add(at_once, Ordering::Relaxed);
        if from >= range.1 {
            return;
        }
        run(from, range.1.min(from + at_once), &totals);
    };
    std::thread::scope(|scope| {
        for _ in 1..arguments.jobs.max(1) {
            scope.spawn(work);
        }
        work();
    });
    totals.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn locked(totals: &Mutex<Totals>) -> MutexGuard<'_, Totals> {
    totals.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Totals {
    #[allow(clippy::print_stdout, reason = "this is the command line")]
    fn add(&mut self, name: &str, plan: Plan, report: Report) {
        self.runs += 1;
        self.plans.insert(plan.fingerprint());
        self.add_work(&report);
        self.blocks += u128::from(report.blocks);
        self.outcomes += u128::from(report.outcomes);
        self.drained_us_max = self.drained_us_max.max(report.drained_us);
        if plan.parameters.base_delay_ms == draw::STANDARD_PACE.base_delay_ms {
            let first = report.first_block_us.unwrap_or(0);
            self.first_block_us_max = self.first_block_us_max.max(first);
        }
        self.reach(&report.coverage);
        if let Some((family, reached)) = &report.products {
            let (runs, all) = self.products.entry(*family).or_default();
            *runs += 1;
            for (state, count) in reached {
                *all.entry(state.clone()).or_default() += count;
            }
        }
        if let Some(violation) = report.violation {
            let at = violation.at_us / 1_000;
            println!(
                "{name}: {} at {at} ms: {}",
                violation.oracle, violation.what
            );
            println!("{}", report.picture);
            self.failures.push((name.to_owned(), plan, violation));
        }
    }

    /// What speed is reckoned from, repetitions included.
    fn add_work(&mut self, report: &Report) {
        self.simulated_us += u128::from(report.simulated_us);
        self.events += u128::from(report.events);
    }

    fn reach(&mut self, coverage: &Coverage) {
        for mark in Mark::ALL {
            let count = coverage.count(mark);
            if count > 0 {
                let (runs, all) = self.reached.entry(mark).or_default();
                *runs += 1;
                *all += count;
            }
        }
    }
}

/// Writes a plan file for every failure, smaller for the first ones, and prints how to replay it.
#[allow(clippy::print_stdout, reason = "this is the command line")]
fn tell_failures(arguments: &Arguments, totals: &Totals) {
    if arguments.plan.is_some() {
        return;
    }
    for (place, (name, plan, violation)) in totals.failures.iter().enumerate() {
        let known = violation.oracle != "determinism";
        let plan = if place < MINIMISED_MAX && known {
            minimise(plan, violation.oracle, violation.at_us, arguments.minimise)
        } else {
            plan.clone()
        };
        let file = arguments.plans.join(format!("{name}.plan.json"));
        match std::fs::write(&file, plan.to_json()) {
            Ok(()) => println!("replay: sycee-sim --plan {}", file.display()),
            Err(error) => println!("{}: {error}; the plan:\n{}", file.display(), plan.to_json()),
        }
    }
}

#[allow(clippy::print_stdout, reason = "this is the command line")]
fn tell_coverage(totals: &Totals) {
    for mark in Mark::ALL {
        let (runs, all) = totals.reached.get(&mark).copied().unwrap_or_default();
        println!("{:<20} in {runs} runs, {all} times", mark.name());
    }
    for (family, (runs, reached)) in &totals.products {
        let (states, missing) = (family.states(), unplayed(*family, reached));
        let played = states.len() - missing.len();
        print!(
            "{:<20} in {runs} runs, {played} of {} states and verbs",
            family.name(),
            states.len()
        );
        match missing.as_slice() {
            [] => println!(),
            some => println!(", without {}", some.join(", ")),
        }
    }
}

/// States and verbs of a family that nobody reached.
fn unplayed(family: Family, reached: &BTreeMap<String, u64>) -> Vec<&'static str> {
    let states = family.states().iter().copied();
    states
        .filter(|it| reached.get(*it).is_none_or(|count| *count == 0))
        .collect()
}

/// Whether some of the runs were of one plan: a range is worth as much as it has plans.
#[allow(clippy::print_stdout, reason = "this is the command line")]
fn tell_repeated(totals: &Totals) -> bool {
    let repeated = totals.runs - totals.plans.len() as u64;
    if repeated > 0 {
        println!("{repeated} runs repeat the plan of another");
    }
    repeated > 0
}

/// Whether some mark was never reached in more runs than it should take.
#[allow(clippy::print_stdout, reason = "this is the command line")]
fn tell_unreached(totals: &Totals) -> bool {
    let unreached = Mark::ALL
        .into_iter()
        .filter(|mark| totals.runs >= mark.expected_within() && !totals.reached.contains_key(mark));
    let mut names: Vec<String> = unreached.map(Mark::name).collect();
    let many = totals.profile_plays && totals.runs >= PLAYED_WITHIN;
    for family in Family::ALL.into_iter().filter(|_| many) {
        let reached = totals.products.get(&family);
        let nothing = BTreeMap::new();
        let reached = reached.map_or(&nothing, |(_, reached)| reached);
        let missing = unplayed(family, reached).into_iter();
        let missing = missing.filter(|it| !family.slow_states().contains(it));
        names.extend(missing.map(|it| format!("{} {it}", family.name())));
    }
    if !names.is_empty() {
        println!("never reached: {}", names.join(", "));
    }
    !names.is_empty()
}

fn summary(totals: &Totals, real_us: u128, json: bool) -> String {
    let simulated_s = totals.simulated_us / 1_000_000;
    let hours_hundredths = simulated_s * 100 / 3_600;
    let hours = format!("{}.{:02}", hours_hundredths / 100, hours_hundredths % 100);
    let ratio = totals.simulated_us / real_us;
    let cpu_us = u128::from(hunting::cpu_ms()) * 1_000;
    let events_per_s = totals.events * 1_000_000 / if cpu_us == 0 { real_us } else { cpu_us };
    let violations = totals.failures.len();
    let (reached, marks) = (totals.reached.len(), Mark::ALL.len());
    if json {
        let names: BTreeMap<String, u64> = totals
            .reached
            .iter()
            .map(|(mark, (runs, _))| (mark.name(), *runs))
            .collect();
        return serde_json::json!({
            "runs": totals.runs,
            "distinct_plans": totals.plans.len(),
            "signatures": SCHEME,
            "simulated_hours": hours,
            "simulated_to_real": u64::try_from(ratio).unwrap_or(u64::MAX),
            "events": u64::try_from(totals.events).unwrap_or(u64::MAX),
            "events_per_s": u64::try_from(events_per_s).unwrap_or(u64::MAX),
            "blocks": u64::try_from(totals.blocks).unwrap_or(u64::MAX),
            "outcomes": u64::try_from(totals.outcomes).unwrap_or(u64::MAX),
            "drained_ms_max": totals.drained_us_max / 1_000,
            "first_block_ms_max": totals.first_block_us_max / 1_000,
            "marks_reached": reached,
            "marks": marks,
            "runs_by_mark": names,
            "violations": violations,
        })
        .to_string();
    }
    format!(
        "{} runs, {} distinct plans, {SCHEME} signatures, {hours} simulated hours, {ratio} x real time, {} events, {events_per_s} events/s of a core, \
         {} blocks, {} outcomes, first block within {} ms of healing, drained within {} ms, {reached} of {marks} marks reached, {violations} violations",
        totals.runs,
        totals.plans.len(),
        totals.events,
        totals.blocks,
        totals.outcomes,
        totals.first_block_us_max / 1_000,
        totals.drained_us_max / 1_000,
    )
}
