//! `sycee-sim --planted`: hunts every planted bug and prints the table.

use std::process::ExitCode;

use sycee_primitives::planted::Plant;
use sycee_simulation::planted::{Catch, Circumstance, EVERY, HUNTS, Hunt, is_built};

use crate::Arguments;

/// What one plant took.
struct Row {
    hunt: Hunt,
    plant: &'static Plant,
    catches: Vec<Catch>,
    cpu_ms: u64,
}

/// Hunts, prints a line a plant and the summary; 1 when a plant was not found from every start, or something else was.
#[allow(clippy::print_stdout, reason = "this is the command line")]
pub(crate) fn hunt_all(arguments: &Arguments) -> ExitCode {
    if !is_built() {
        println!("this build has no planted bugs; scripts/sim --planted makes one that has");
        return ExitCode::from(2);
    }
    if let Some(seeds) = arguments.explore {
        explore(arguments, seeds);
        return ExitCode::SUCCESS;
    }
    println!("plant | breaks | goes wrong | seen by | median | worst | CPU ms");
    let mut rows = Vec::new();
    for hunt in HUNTS.iter().filter(|hunt| is_asked(arguments, hunt.plant)) {
        let Some(plant) = hunt.row() else { continue };
        let before = cpu_ms();
        let catches = (0..arguments.starts)
            .map(|start| hunt.run(start, arguments.seeds_max))
            .collect();
        let row = Row {
            hunt: *hunt,
            plant,
            catches,
            cpu_ms: cpu_ms().saturating_sub(before),
        };
        println!("{}", row.line());
        rows.push(row);
    }
    let sound = rows.iter().all(Row::is_sound);
    let found = rows.iter().filter(|row| row.is_found()).count();
    println!("{}", summary(arguments, &rows, found));
    if sound && found == rows.len() && !rows.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn is_asked(arguments: &Arguments, plant: &str) -> bool {
    arguments.plant.as_deref().is_none_or(|name| name == plant)
}

impl Row {
    fn is_found(&self) -> bool {
        !self.catches.is_empty() && self.catches.iter().all(|catch| catch.seen.is_some())
    }

    fn is_sound(&self) -> bool {
        self.catches.iter().all(|catch| catch.unplanted.is_none())
    }

    /// Seeds to find, ascending.
    fn seeds(&self) -> Vec<u64> {
        let mut seeds: Vec<u64> = self.catches.iter().map(|catch| catch.seeds).collect();
        seeds.sort_unstable();
        seeds
    }

    fn oracles(&self) -> String {
        let mut names: Vec<&str> = Vec::new();
        for seen in self.catches.iter().filter_map(|catch| catch.seen.as_ref()) {
            if !names.contains(&seen.oracle) {
                names.push(seen.oracle);
            }
        }
        names.join(", ")
    }

    fn line(&self) -> String {
        let seeds = self.seeds();
        let (median, worst) = (seeds.get(seeds.len() / 2), seeds.last());
        let number = |it: Option<&u64>| it.map_or("-".to_owned(), u64::to_string);
        let mut line = format!(
            "{} | {} | {} | {} | {} | {} | {}",
            self.hunt.plant,
            self.plant.rule,
            self.plant.what,
            self.oracles(),
            number(median),
            number(worst),
            self.cpu_ms
        );
        if !self.is_found() {
            let missed = self.catches.iter().filter(|catch| catch.seen.is_none());
            line += &format!(" | NOT FOUND from {} starts", missed.count());
        }
        for (plan, violation) in self.catches.iter().filter_map(|it| it.unplanted.as_ref()) {
            line += &format!(
                "\nwithout the plant, seed {}: {}: {}",
                plan.seed, violation.oracle, violation.what
            );
        }
        line
    }
}

fn summary(arguments: &Arguments, rows: &[Row], found: usize) -> String {
    let cpu_ms: u64 = rows.iter().map(|row| row.cpu_ms).sum();
    let worst = rows.iter().filter_map(|row| row.seeds().last().copied());
    let worst = worst.max().unwrap_or(0);
    let mut oracles: Vec<String> = rows
        .iter()
        .flat_map(|row| {
            row.oracles()
                .split(", ")
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .filter(|name| !name.is_empty())
        .collect();
    oracles.sort();
    oracles.dedup();
    if arguments.json {
        return serde_json::json!({
            "planted": rows.len(),
            "found": found,
            "starts": arguments.starts,
            "worst_seeds": worst,
            "oracles": oracles,
            "cpu_ms": cpu_ms,
        })
        .to_string();
    }
    format!(
        "{found} of {} plants found from each of {} starts, worst {worst} seeds, {} oracles ({}), {cpu_ms} ms of CPU time",
        rows.len(),
        arguments.starts,
        oracles.len(),
        oracles.join(", ")
    )
}

/// Where a plant shows at all.
#[allow(clippy::print_stdout, reason = "this is the command line")]
fn explore(arguments: &Arguments, seeds: u64) {
    let asked = sycee_primitives::planted::ALL
        .iter()
        .filter(|plant| is_asked(arguments, plant.name));
    for plant in asked {
        let mut line = plant.name.to_owned();
        for weather in EVERY {
            let hunt = Hunt {
                plant: plant.name,
                weather: *weather,
            };
            line += &look(&hunt, *weather, seeds);
        }
        println!("{line}");
    }
}

/// How often a plant is found in one kind of weather, and how its oracles call it.
fn look(hunt: &Hunt, weather: Circumstance, seeds: u64) -> String {
    let mut found: Vec<&str> = Vec::new();
    for start in 0..seeds {
        found.extend(hunt.run(start, 1).seen.map(|seen| seen.oracle));
    }
    let count = found.len();
    found.sort_unstable();
    found.dedup();
    if count == 0 {
        return String::new();
    }
    format!(" | {weather:?} {count}/{seeds} {}", found.join("+"))
}

/// CPU time of this process so far, milliseconds, from the kernel's books; 0 where there are none.
pub(crate) fn cpu_ms() -> u64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let behind_name = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields: Vec<u64> = behind_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse().ok())
        .collect();
    // Hundredths of a second, in user and kernel mode.
    fields.iter().sum::<u64>() * 10
}
