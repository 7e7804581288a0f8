//! The solver against independent results: the vectors' bounds, exact search on small lists, and queues of its own making.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::Value;
use sycee_contracts::liquidity::netting::{
    Counterparties, NetLimit, Netting, NettingAccount, Pair, PaymentSet, Reservation, Score,
    WaitingPayment, baseline, judge,
};
use sycee_solver::{
    day::{Day, simulate, svg},
    file::{FILE_BYTES_MAX, parse},
    generate::{Flow, Queue, lognormal, ring, scale_free, uniform},
    solve, value_upper_bound,
};

/// The netting files: of the folder named by SYCEE_VECTORS, else beside the repository, else the two that ship with it.
fn files() -> Vec<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folders = match std::env::var_os("SYCEE_VECTORS") {
        Some(named) => vec![PathBuf::from(named)],
        None => vec![here.join("../vectors"), here.join("tests/vectors")],
    };
    let folder = folders
        .iter()
        .map(|folder| folder.join("netting"))
        .find(|it| it.is_dir())
        .expect("a folder of netting vectors");
    let entries = std::fs::read_dir(folder).expect("readable");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|it| it == "json"))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

fn amount(value: &Value) -> i128 {
    match value {
        Value::String(text) => text.parse().expect("a number"),
        other => other.to_string().parse().expect("a number"),
    }
}

/// Class values of a set, the most urgent first.
fn by_class(netting: &Netting, set: &PaymentSet) -> Vec<u128> {
    Score::of(netting, set).class_values().to_vec()
}

#[test]
fn every_vector_has_its_baseline_to_the_bit_and_a_set_near_its_bound() {
    for path in files() {
        let name = path.display();
        let bytes = std::fs::read(&path).expect("readable");
        let document: Value = serde_json::from_slice(&bytes).expect("JSON");
        let expected = &document["expected"];
        let netting = parse(&bytes).expect("a problem");

        let queued = baseline(&netting);
        assert_eq!(queued.to_hex(), expected["fifo_bitmap_hex"], "{name}");
        let settled = judge(&netting, &queued).expect("may settle");
        assert_eq!(
            settled.count as i128,
            amount(&expected["fifo_count"]),
            "{name}"
        );
        assert_eq!(
            settled.value as i128,
            amount(&expected["fifo_value"]),
            "{name}"
        );
        let balances = expected["fifo_balances"].as_array().expect("balances");
        let balances: Vec<i128> = balances.iter().map(amount).collect();
        assert_eq!(settled.balances, balances, "{name}");

        let bound = amount(&expected["lp_value_upper_bound"]);
        let found = value_upper_bound(&netting) as i128;
        assert!(
            (found - bound).abs() <= 1,
            "{name}: relaxation {found}, vector {bound}"
        );

        let set = solve(&netting);
        let solved = judge(&netting, &set).expect("may settle");
        let bound = amount(&expected["value_upper_bound"]) as u128;
        assert!(
            solved.value <= bound,
            "{name}: beyond what is proved possible"
        );
        if document.get("class_rank").is_none() {
            assert!(
                solved.value * 100 >= bound * 99,
                "{name}: {} of {bound}",
                solved.value
            );
        }
        let pairs = by_class(&netting, &set)
            .into_iter()
            .zip(by_class(&netting, &queued));
        for (class, (found, least)) in pairs.enumerate() {
            assert!(
                found >= least,
                "{name}: class {class} settles {found}, the baseline {least}"
            );
        }
    }
}

/// Queues of all generators with the upper bounds that an independent solver proved (HiGHS 1.16, 0-1 programs, 12 s each).
#[rustfmt::skip] // A table: one row a queue.
fn bounded_queues() -> Vec<(Queue, u128)> {
    let flow = |banks, payments, liquidity, overdrafts| Flow {
        banks, payments, exponent: 0.9, sigma: 1.1, liquidity, overdrafts, classes: 1,
    };
    vec![
        (uniform(8, 50, 200), 19_822_893),
        (uniform(8, 50, 201), 20_025_856),
        (uniform(8, 50, 202), 21_831_060),
        (uniform(8, 50, 203), 22_656_130),
        (uniform(16, 200, 200), 89_856_510),
        (uniform(16, 200, 201), 84_658_047),
        (uniform(16, 200, 202), 91_234_536),
        (uniform(16, 200, 203), 93_852_942),
        (lognormal(flow(12, 120, 0.25, 0.0), 200), 11_023_092),
        (lognormal(flow(12, 120, 0.25, 0.0), 201), 10_249_148),
        (lognormal(flow(12, 120, 0.25, 0.0), 202), 11_987_477),
        (lognormal(flow(12, 120, 0.25, 0.0), 203), 11_237_786),
        (lognormal(flow(32, 800, 0.1, 0.0), 200), 74_880_996),
        (lognormal(flow(32, 800, 0.1, 0.0), 201), 71_847_046),
        (lognormal(flow(32, 800, 0.1, 0.0), 202), 72_443_813),
        (lognormal(flow(32, 800, 0.1, 0.0), 203), 80_394_683),
        (lognormal(flow(24, 600, 0.12, 0.4), 200), 56_400_103),
        (lognormal(flow(24, 600, 0.12, 0.4), 201), 57_945_846),
        (lognormal(flow(24, 600, 0.12, 0.4), 202), 58_486_001),
        (lognormal(flow(24, 600, 0.12, 0.4), 203), 59_114_236),
        (scale_free(flow(24, 600, 0.25, 0.0), 200), 42_135_928),
        (scale_free(flow(24, 600, 0.25, 0.0), 201), 42_094_475),
        (scale_free(flow(24, 600, 0.25, 0.0), 202), 40_064_133),
        (scale_free(flow(24, 600, 0.25, 0.0), 203), 40_979_124),
    ]
}

#[test]
fn unseen_queues_reach_ninety_nine_per_cent_of_what_is_proved_possible() {
    for (case, (queue, bound)) in bounded_queues().into_iter().enumerate() {
        let netting = queue.netting().expect("a problem");
        assert!(
            value_upper_bound(&netting) + 1 >= bound / 100 * 99,
            "the table is of other queues"
        );
        let solved = judge(&netting, &solve(&netting)).expect("may settle");
        assert!(
            solved.value <= bound,
            "case {case}: {} beyond what is proved possible",
            solved.value
        );
        assert!(
            solved.value * 100 >= bound * 99,
            "case {case}: {} of {bound}",
            solved.value
        );
    }
}

#[test]
fn wide_queues_reach_ninety_nine_per_cent_of_the_relaxed_bound() {
    let queues = [
        uniform(64, 2_500, 300),
        uniform(64, 2_500, 301),
        uniform(100, 10_000, 302),
        ring(2, 1_249),
    ];
    for (case, queue) in queues.into_iter().enumerate() {
        let netting = queue.netting().expect("a problem");
        let bound = value_upper_bound(&netting);
        let solved = judge(&netting, &solve(&netting)).expect("may settle");
        assert!(solved.value <= bound);
        assert!(
            solved.value * 100 >= bound * 99,
            "case {case}: {} of {bound}",
            solved.value
        );
    }
}

#[test]
fn no_class_of_an_unseen_queue_is_worse_than_the_baseline() {
    for seed in 0..6 {
        let flow = Flow {
            banks: 24,
            payments: 700,
            exponent: 1.0,
            sigma: 1.2,
            liquidity: 0.12,
            overdrafts: 0.3,
            classes: 4,
        };
        let netting = lognormal(flow, seed).netting().expect("a problem");
        let (queued, set) = (baseline(&netting), solve(&netting));
        let (found, least) = (by_class(&netting, &set), by_class(&netting, &queued));
        assert!(
            found
                .iter()
                .zip(&least)
                .all(|(found, least)| found >= least),
            "{seed}"
        );
        assert!(
            found.iter().sum::<u128>() > least.iter().sum::<u128>(),
            "{seed}"
        );
    }
}

#[test]
fn the_same_list_gives_the_same_set() {
    let netting = uniform(16, 300, 5).netting().expect("a problem");
    assert_eq!(solve(&netting), solve(&netting.clone()));
}

#[test]
fn empty_and_tiny_lists_are_solved() {
    let none = parse(b"{\"balances\":[],\"payments\":[]}").expect("a problem");
    assert_eq!(solve(&none).count(), 0);
    let ring = parse(br#"{"balances":["0",0],"floors":[0,0],"payments":[[0,1,"7"],[1,0,7]]}"#);
    assert_eq!(solve(&ring.expect("a problem")).to_hex(), "03");
    let below = parse(br#"{"balances":[5,-9],"floors":[0,-3],"payments":[[0,1,5],[1,0,2]]}"#);
    assert_eq!(solve(&below.expect("a problem")).to_hex(), "01");
    let wide = format!(
        "{{\"balances\":[{}0],\"payments\":[[0,1,1]]}}",
        "1,".repeat(5_000)
    );
    assert_eq!(
        solve(&parse(wide.as_bytes()).expect("a problem")).count(),
        1
    );
}

/// A file and what its error says.
#[rustfmt::skip] // A table: one row a file.
const HOSTILE: &[(&str, &str)] = &[
    ("", "EOF while parsing"),
    ("[1]", "not a queue file"),
    ("{\"balances\":[1]}", "missing field `payments`"),
    ("{\"balances\":[1.5],\"payments\":[]}", "a whole number"),
    ("{\"balances\":[\"1e3\"],\"payments\":[]}", "not a whole number"),
    ("{\"balances\":[1,1],\"payments\":[[0,1,-5]]}", "amount of payment 0"),
    ("{\"balances\":[1,1],\"payments\":[[0,1,0]]}", "amount of payment 0"),
    ("{\"balances\":[1,1],\"payments\":[[0,1,\"10000000000000000000001\"]]}", "amount of payment 0"),
    ("{\"balances\":[1,1],\"payments\":[[0,2,1]]}", "payment 0 names an account"),
    ("{\"balances\":[1,1],\"payments\":[[0,-1,1]]}", "payment 0 names an account"),
    ("{\"balances\":[1,1],\"payments\":[[1,1,1]]}", "its own sender"),
    ("{\"balances\":[1,1],\"payments\":[[0,1]]}", "not a queue file"),
    ("{\"balances\":[1,1],\"floors\":[0],\"payments\":[]}", "1 floors stand beside 2 balances"),
    ("{\"balances\":[1,1],\"banks\":3,\"payments\":[]}", "3 banks stand beside 2 balances"),
    ("{\"balances\":[1,1],\"class_rank\":[0],\"payments\":[]}", "1 class ranks stand beside 0"),
    ("{\"balances\":[1,1],\"class_rank\":[-1],\"payments\":[[0,1,1]]}", "not a queue file"),
    ("{\"balances\":[\"1329227995784915872903807060280344577\"],\"payments\":[]}", "beyond 2^120"),
    ("{\"balances\":[\"999999999999999999999999999999999999999999\"],\"payments\":[]}", "not a whole"),
];

#[test]
fn a_hostile_file_gets_one_clear_error() {
    let fault = |text: &str| match parse(text.as_bytes()) {
        Ok(_) => panic!("{text} was taken"),
        Err(fault) => fault.to_string(),
    };
    for (text, part) in HOSTILE {
        let found = fault(text);
        assert!(found.contains(part), "{text}: {found}");
        assert!(!found.contains('\n'), "one line");
    }
    let deep = "[".repeat(1 << 20);
    assert!(fault(&deep).contains("not a queue file"));
    let long = " ".repeat(FILE_BYTES_MAX + 1);
    assert!(fault(&long).contains("bytes"));
    let many = format!(
        "{{\"balances\":[{}1],\"payments\":[]}}",
        "1,".repeat(1 << 16)
    );
    assert!(fault(&many).contains("65537 accounts"));
}

#[test]
fn a_day_saves_liquidity_at_equal_delay() {
    let day = Day {
        flow: Flow {
            banks: 12,
            payments: 1_500,
            exponent: 0.9,
            sigma: 1.2,
            liquidity: 0.0,
            overdrafts: 0.0,
            classes: 2,
        },
        scale_free: false,
        seed: 11,
        cycle_minutes: 10,
        bypass: 0.3,
        levels: 5,
        scarce_percent: 100,
    };
    let report = simulate(&day);
    assert_eq!(report, simulate(&day), "the same seed gives the same day");
    assert_eq!(report.count, 1_500);
    for level in &report.levels {
        assert!(
            (0.0..=1.0).contains(&level.plain.delay) && (0.0..=1.0).contains(&level.saving.delay)
        );
        assert!(level.saving.settled_value <= report.value);
        assert_eq!(level.plain.liquidity, level.saving.liquidity);
    }
    let (first, last) = (&report.levels[0], &report.levels[4]);
    assert_eq!(first.saving.liquidity, report.least);
    assert_eq!(
        first.saving.settled_count, 1_500,
        "with the least liquidity a cycle at the end settles all"
    );
    assert_eq!(
        (last.plain.liquidity, last.plain.settled_count),
        (report.most, 1_500)
    );
    assert!(
        last.plain.delay.abs() < 1e-12,
        "with the most nothing waits"
    );
    let middle = &report.levels[1];
    assert!(middle.saving.delay < middle.plain.delay);
    assert!(
        middle.saved().is_some_and(|saved| saved > 0.0),
        "{middle:?}"
    );
    let picture = svg(&report);
    assert!(picture.starts_with("<svg ") && picture.trim_end().ends_with("</svg>"));
    assert_eq!(picture.matches("<circle").count(), 2 * report.levels.len());
}

prop_compose! {
    fn any_payment()(sender in 0_u32..4, step in 1_u32..4, amount in 1_u128..60, class in 0_u32..3, strict in prop::bool::weighted(0.2)) -> WaitingPayment {
        WaitingPayment { sender, receiver: (sender + step) % 4, amount, class, strict }
    }
}

prop_compose! {
    fn any_account()(balance in -20_i128..60, floor in -30_i128..=0, class in 0_u32..3, amount in prop::option::of(0_u128..50)) -> NettingAccount {
        NettingAccount { balance, floor, reservation: amount.map(|amount| Reservation { class, amount }) }
    }
}

fn any_limits() -> impl Strategy<Value = Vec<NetLimit>> {
    let one = (0_u32..4, prop::option::of(1_u32..4), -5_i128..60);
    prop::collection::vec(one, 0..4).prop_map(|all| {
        let mut limits: Vec<NetLimit> = Vec::new();
        for (account, other, headroom) in all {
            let counterparties = other.map_or(Counterparties::All, |step| {
                Counterparties::One((account + step) % 4)
            });
            let known =
                |it: &NetLimit| (it.account, it.counterparties) == (account, counterparties);
            if !limits.iter().any(known) {
                limits.push(NetLimit {
                    account,
                    counterparties,
                    headroom,
                });
            }
        }
        limits
    })
}

/// A pair of two classes once brought more of the urgent one at the price of the other, which the baseline settles.
#[test]
fn no_class_pays_for_another() {
    let account = |balance, floor| NettingAccount {
        balance,
        floor,
        reservation: None,
    };
    let payment = |sender, receiver, amount, class| WaitingPayment {
        sender,
        receiver,
        amount,
        class,
        strict: false,
    };
    let accounts = vec![
        account(0, -1),
        account(6, -29),
        account(0, -22),
        account(0, -1),
    ];
    let payments = vec![
        payment(1, 2, 23, 0),
        payment(3, 1, 14, 0),
        payment(2, 3, 1, 1),
        payment(1, 3, 27, 0),
    ];
    let netting = Netting::new(
        accounts,
        payments,
        Vec::new(),
        &[Pair {
            first: 0,
            second: 2,
        }],
    )
    .expect("a problem");
    let (found, least) = (
        by_class(&netting, &solve(&netting)),
        by_class(&netting, &baseline(&netting)),
    );
    assert!(
        found
            .iter()
            .zip(&least)
            .all(|(found, least)| found >= least),
        "{found:?} {least:?}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// With limits, reservations, pairs and strict places: always a set that may settle, never below the baseline, and mostly the best.
    #[test]
    fn small_lists_with_every_rule(
        accounts in prop::collection::vec(any_account(), 4),
        payments in prop::collection::vec(any_payment(), 0..=9),
        limits in any_limits(),
        paired in any::<bool>(),
    ) {
        let pair = Pair { first: 0, second: 2 };
        let pairs = if paired && payments.len() > 2 { vec![pair] } else { Vec::new() };
        let netting = Netting::new(accounts, payments, limits, &pairs).expect("a problem");
        let set = solve(&netting);
        let found = judge(&netting, &set);
        prop_assert!(found.is_ok(), "{found:?}");
        let (found, least) = (by_class(&netting, &set), by_class(&netting, &baseline(&netting)));
        prop_assert!(found.iter().zip(&least).all(|(found, least)| found >= least));
    }

    /// Where only floors bind, an exhaustive search of short lists finds nothing better.
    #[test]
    fn small_plain_lists_are_solved_to_the_best(
        balances in prop::collection::vec(0_i128..60, 4),
        payments in prop::collection::vec(any_payment(), 0..=10),
    ) {
        let accounts = balances.iter().map(|balance| NettingAccount { balance: *balance, floor: 0, reservation: None });
        let payments: Vec<_> = payments.into_iter().map(|it| WaitingPayment { class: 0, strict: false, ..it }).collect();
        let count = payments.len();
        let netting = Netting::new(accounts.collect(), payments, Vec::new(), &[]).expect("a problem");
        let best = (0..1_u32 << count).filter_map(|subset| {
            let mut set = PaymentSet::none(count);
            (0..count).for_each(|it| set.set(it, subset >> it & 1 == 1));
            judge(&netting, &set).ok().map(|it| it.value)
        }).max();
        let found = judge(&netting, &solve(&netting)).expect("may settle").value;
        prop_assert_eq!(Some(found), best);
    }
}

/// Where banks bring a fifth of what they owe net in the end, offset and cycles settle more, sooner, and with less money for the same delay.
#[test]
fn liquidity_is_saved_where_it_is_scarce() {
    let day = |seed| Day {
        flow: Flow {
            banks: 32,
            payments: 3_000,
            exponent: 0.8,
            sigma: 1.2,
            liquidity: 0.0,
            overdrafts: 0.0,
            classes: 3,
        },
        scale_free: false,
        seed,
        cycle_minutes: 10,
        bypass: 0.2,
        levels: 7,
        scarce_percent: 20,
    };
    let lowest: Vec<_> = (1..=3)
        .map(|seed| simulate(&day(seed)).levels.remove(0))
        .collect();
    for level in &lowest {
        assert!(
            level.saving.settled_value > level.plain.settled_value,
            "{level:?}"
        );
        assert!(level.saving.delay < level.plain.delay, "{level:?}");
    }
    let saved: f64 = lowest.iter().filter_map(|it| it.saved()).sum();
    assert!(saved / 3.0 > 0.1, "saved on average: {:.3}", saved / 3.0);
}
