//! `sycee queue simulate`: what liquidity saving is worth on a day of payments.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use sycee_solver::{
    day::{Comparison, DAY_MINUTES, Day, Report, Run, ratio, simulate, svg},
    generate::Flow,
};

use crate::cli::Outcome;
use crate::cli::output::{Output, write_new};

/// How senders and receivers are drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Kind {
    /// Large banks send and receive much.
    Lognormal,
    /// Who receives much is not who sends much.
    ScaleFree,
}

/// `sycee queue simulate`
#[derive(Args, Debug)]
pub(in crate::cli) struct Simulate {
    /// Banks.
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u32).range(2..=256))]
    banks: u32,
    /// Payments of the day.
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    payments: u32,
    /// How senders and receivers are drawn.
    #[arg(long, value_enum, default_value_t = Kind::Lognormal)]
    kind: Kind,
    /// Seed of everything that is drawn; the same seed gives the same day.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Minutes between two netting cycles.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=i64::from(DAY_MINUTES)))]
    cycle_minutes: u32,
    /// Per cent of payments that may be settled past others.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(0..=100))]
    bypass: u32,
    /// Levels of liquidity, from the lowest to that with which everything settles at once.
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u32).range(2..=51))]
    levels: u32,
    /// The lowest level, in per cent of what the banks owe net at the end of the day.
    #[arg(long, default_value_t = 20, value_name = "PERCENT", value_parser = clap::value_parser!(u32).range(1..=100))]
    scarce: u32,
    /// Writes the two curves as a picture; never over another file.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

impl Simulate {
    pub(super) fn run(self, output: Output) -> Outcome {
        let day = Day {
            flow: Flow {
                banks: self.banks as usize,
                payments: self.payments as usize,
                exponent: 0.8,
                sigma: 1.2,
                liquidity: 0.0,
                overdrafts: 0.0,
                classes: 3,
            },
            scale_free: self.kind == Kind::ScaleFree,
            seed: self.seed,
            cycle_minutes: self.cycle_minutes,
            bypass: f64::from(self.bypass) / 100.0,
            levels: self.levels,
            scarce_percent: self.scarce,
        };
        let report = simulate(&day);
        if let Some(path) = &self.svg {
            write_new(path, svg(&report).as_bytes())?;
        }
        output.print(&value(&self, &report), || lines(&report));
        Ok(())
    }
}

fn value(asked: &Simulate, report: &Report) -> Value {
    let levels: Vec<Value> = report
        .levels
        .iter()
        .map(|level| {
            json!({
                "level": level.plain.level,
                "liquidity": level.plain.liquidity.to_string(),
                "rtgs": run(&level.plain, report),
                "saving": run(&level.saving, report),
                "rtgs_liquidity_at_equal_delay": level.plain_liquidity_at_equal_delay.map(|it| it.to_string()),
                "liquidity_saved": level.saved(),
            })
        })
        .collect();
    json!({
        "banks": asked.banks,
        "payments": report.count,
        "value": report.value.to_string(),
        "seed": asked.seed,
        "cycle_minutes": asked.cycle_minutes,
        "bypass_percent": asked.bypass,
        "scarce_percent": asked.scarce,
        "liquidity_lower_bound": report.least.to_string(),
        "liquidity_upper_bound": report.most.to_string(),
        "levels": levels,
    })
}

fn run(run: &Run, report: &Report) -> Value {
    json!({
        "delay_indicator": run.delay,
        "settled_count": run.settled_count,
        "settled_value": run.settled_value.to_string(),
        "settled_share": ratio(run.settled_value, report.value),
        "turnover": run.turnover(),
        "offset_share": ratio(run.offset_value, run.settled_value),
        "gridlocks": run.gridlocks,
    })
}

fn lines(report: &Report) -> Vec<String> {
    let head = "level  delay one by one  delay saving  settled one by one  settled saving  liquidity saved at equal delay";
    let row = |level: &Comparison| {
        let saved = level
            .saved()
            .map_or_else(|| "-".to_owned(), |it| format!("{:.1} %", it * 100.0));
        format!(
            "{:>3.0} %  {:>16.4}  {:>12.4}  {:>16.1} %  {:>12.1} %  {saved:>30}",
            level.plain.level * 100.0,
            level.plain.delay,
            level.saving.delay,
            100.0 * ratio(level.plain.settled_value, report.value),
            100.0 * ratio(level.saving.settled_value, report.value),
        )
    };
    let mut lines = vec![
        format!(
            "{} payments; with {} all can settle by the end, with {} all settle at once",
            report.count, report.least, report.most
        ),
        head.to_owned(),
    ];
    lines.extend(report.levels.iter().map(row));
    lines
}
