//! `sycee-sim --silence | --heal A..B | --leader | --crashed | --wide`: figures, a line each, and whether they keep their bounds.

use std::process::ExitCode;

use sycee_simulation::draw::Setting;
use sycee_simulation::figures::Figure;
use sycee_simulation::figures::crashed::crashed;
use sycee_simulation::figures::heal::heal;
use sycee_simulation::figures::leader::dead_leader;
use sycee_simulation::figures::silence::silence;
use sycee_simulation::figures::wide::wide;

use crate::Arguments;

/// Seed of figures that need one run.
const SEED: u64 = 1;

/// Payments open at any time: few, so that each waits for ordering alone, and so many that the processors are full.
const OPEN: [usize; 2] = [100, 2_000];

/// Tells the figure that was asked for; `None` when none was.
pub(crate) fn tell(arguments: &Arguments) -> Option<ExitCode> {
    let json = arguments.json;
    if arguments.silence {
        return Some(lines(json, [4, 7, 10].map(|n| move || silence(SEED, n))));
    }
    if let Some((from, to)) = arguments.heal {
        let of = |setting| move || heal(from..to, setting);
        return Some(lines(json, [Setting::Local, Setting::Wide].map(of)));
    }
    if arguments.leader {
        return Some(lines(
            json,
            [4, 7, 10].map(|n| move || dead_leader(SEED, n)),
        ));
    }
    if arguments.crashed {
        let of = |(n, open)| move || crashed(SEED, n, open);
        let [few, many] = OPEN;
        return Some(lines(
            json,
            [(4, few), (7, few), (4, many), (7, many)].map(of),
        ));
    }
    if arguments.wide {
        let sizes = [4, 7, 16, 31, 64, 100];
        return Some(lines(json, sizes.map(|n| move || wide(SEED, n))));
    }
    None
}

/// Prints figures as they come; with `json` all of them once more in the last line.
#[allow(clippy::print_stdout, reason = "this is the command line")]
fn lines<F: Figure>(
    json: bool,
    figures: impl IntoIterator<Item = impl FnOnce() -> Result<F, String>>,
) -> ExitCode {
    println!("{}", F::HEAD);
    let (mut all, mut code) = (Vec::new(), ExitCode::SUCCESS);
    for figure in figures {
        match figure() {
            Ok(figure) => {
                println!("{}", figure.row());
                if let Err(what) = figure.check() {
                    println!("BEYOND ITS BOUND: {what}");
                    code = ExitCode::FAILURE;
                }
                all.push(figure);
            }
            Err(what) => {
                println!("VIOLATION: {what}");
                code = ExitCode::FAILURE;
            }
        }
    }
    if json {
        match serde_json::to_string(&all) {
            Ok(text) => println!("{text}"),
            Err(error) => println!("{error}"),
        }
    }
    code
}
