//! The ledger's tests with a bug planted: each must fail. Built with `--cfg sycee_planted`, by `scripts/planted`.

use std::collections::BTreeSet;
use std::panic::{catch_unwind, set_hook, take_hook};

use sycee_primitives::planted;

use super::{flush, life, tables};

/// Which test notices which plant.
#[rustfmt::skip]
const NOTICED: &[(&str, fn())] = &[
    ("S6", life::every_receipt_of_a_block_proves_itself_and_nothing_else),
    ("conservation-off", life::money_that_appears_or_vanishes_stops_the_ledger_before_anything_is_written),
    ("dedupe-restart", flush::a_disk_that_does_not_answer_stops_execution_and_never_means_unused),
    ("key-reuse", tables::standing),
    ("no-floor", tables::pay),
    ("receipt-order", life::every_receipt_of_a_block_proves_itself_and_nothing_else),
    ("root-order", life::what_is_stored_is_restored_to_the_same_roots_and_the_same_future),
];

/// Everything is tried before the verdict. What each test says is printed.
#[test]
fn every_test_fails_once_its_bug_is_planted() {
    let hook = take_hook();
    set_hook(Box::new(|why| eprintln!("    {why}")));
    let mut unnoticed: Vec<String> = Vec::new();
    for (plant, test) in NOTICED {
        eprintln!("{plant}");
        if catch_unwind(test).is_err() {
            unnoticed.push(format!("{plant}: its test fails without it"));
        }
        if catch_unwind(|| planted::with(plant, test)).is_ok() {
            unnoticed.push(format!("{plant}: its test passes with it"));
        }
    }
    set_hook(hook);
    assert!(unnoticed.is_empty(), "{unnoticed:#?}");
}

#[test]
fn every_plant_of_the_ledger_has_its_test() {
    let noticed: BTreeSet<&str> = NOTICED.iter().map(|(plant, _)| *plant).collect();
    let here = planted::ALL
        .iter()
        .filter(|plant| plant.room == "contracts");
    let listed: BTreeSet<&str> = here.map(|plant| plant.name).collect();
    assert_eq!(noticed, listed);
}
