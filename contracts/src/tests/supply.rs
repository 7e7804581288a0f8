//! Random operations on receivables and the registry against a naive executor: maps, big integers, rules written down a second time.
//!
//! After every block claims, states and balances are those of the naive executor, and the invariants hold on the ledger's rows alone:
//! I14 (claims add up to what is owed; depth), I15 (one use of a portion, a document financed once), I22 (what is promised is what the
//! line says is used), and every factored portfolio accounts for its face. `SYCEE_OPERATIONS=1000000` runs a million of them; `SYCEE_SEED` another million.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use sycee_primitives::Amount;

use super::against::{self, Twin};
use crate::{receivable::*, *};
use asks::action;
use draw::{Dice, draw};
use naive::{Ask, Naive};

mod asks;
pub(super) mod draw;
mod factoring;
pub(super) mod naive;

/// I14, I15 and I22 on the ledger's rows alone.
fn check_invariants(ledger: &Ledger) {
    let mut claims: BTreeMap<u64, (u128, u32)> = BTreeMap::new();
    for (_, portion) in ledger.products.portions.iter() {
        assert!(portion.depth <= DEPTH_MAX, "I14: depth");
        assert_eq!(
            portion.is_live(),
            !portion.claim.is_zero(),
            "I14: live is claimed"
        );
        if let Some(pledge) = portion.pledge {
            assert!(
                portion.is_live() && !pledge.secured.is_zero(),
                "I15: a pledge lies on a claim"
            );
            assert!(
                pledge.secured <= portion.claim,
                "I15: not more than the claim"
            );
        }
        let sum = claims.entry(portion.promise).or_default();
        sum.0 += portion.claim.minor();
        sum.1 += u32::from(portion.is_live());
    }
    check_portfolios(ledger);
    let (mut owed, mut bound) = (0, BTreeMap::new());
    for (id, promise) in ledger.products.promises.iter() {
        let (sum, live) = claims.get(&id).copied().unwrap_or_default();
        assert_eq!(
            (promise.outstanding.minor(), promise.portions),
            (sum, live),
            "I14: claims add up"
        );
        assert_eq!(promise.state.is_owed(), sum > 0, "I14: owed is claimed");
        owed += sum;
        if matches!(
            promise.state,
            PromiseState::Accepted | PromiseState::Due | PromiseState::Overdue | PromiseState::Paid
        ) {
            for mark in &promise.documents {
                assert_eq!(
                    bound.insert(mark.fingerprint(), id),
                    None,
                    "I15: one promise a document"
                );
            }
        }
    }
    for (_, document) in ledger.products.documents.iter() {
        let fingerprint = document.mark.fingerprint();
        assert_eq!(
            document.receivable,
            bound.get(&fingerprint).copied(),
            "I15: bound where promised"
        );
        assert!(
            document.financed <= document.total,
            "I15: not more than the whole"
        );
        assert!(
            document.receivable.is_none() || document.financed.is_zero(),
            "I15: one use"
        );
    }
    let used: u128 = ledger
        .products
        .obligor_lines
        .iter()
        .map(|(_, it)| it.used.minor())
        .sum();
    assert_eq!(used, owed, "I22: the line knows what is promised");
}

/// Every portfolio accounts for all of its face, and every agreement for what is in use.
fn check_portfolios(ledger: &Ledger) {
    let (mut live, mut used) = (BTreeMap::new(), BTreeMap::<u64, u128>::new());
    for (_, portion) in ledger.products.portions.iter() {
        let Some(factored) = portion.factored else {
            continue;
        };
        assert!(portion.pledge.is_none(), "I15: pledged or factored");
        let sum: &mut (u128, u32, u128) = live.entry(factored.portfolio).or_default();
        sum.0 += portion.claim.minor();
        sum.1 += u32::from(portion.is_live());
        sum.2 += portion.claim.minor() - factored.holdback.minor();
    }
    for (id, it) in ledger.products.portfolios.iter() {
        let (claims, open, part) = live.get(&id).copied().unwrap_or_default();
        let gone = [
            it.collected,
            it.withheld,
            it.returned,
            it.diluted,
            it.bought_back,
        ];
        let gone: u128 = gone.into_iter().map(Amount::minor).sum();
        assert_eq!(it.face.minor(), claims + gone, "portfolio {id}");
        assert_eq!(it.open, open, "portfolio {id}");
        *used.entry(it.factoring).or_default() += part + it.owed.minor();
    }
    for (id, it) in ledger.products.factorings.iter() {
        let found = used.get(&id).copied().unwrap_or_default();
        assert_eq!(it.in_use.minor(), found, "agreement {id}");
        assert!(it.in_use <= it.limit, "agreement {id}");
    }
}

fn check_agreement(ledger: &Ledger, naive: &Naive) {
    against::check_balances(ledger, &naive.balances);
    for ((id, found), expected) in ledger.products.promises.iter().zip(&naive.promises) {
        let state = (found.state.name(), found.disputed);
        assert_eq!(state, (expected.state, expected.disputed), "promise {id}");
    }
    assert_eq!(ledger.products.portions.len(), naive.pieces.len() as u64);
    for ((id, found), expected) in ledger.products.portions.iter().zip(&naive.pieces) {
        let claim = expected.claim.clone().unwrap_or_default();
        assert_eq!(
            BigInt::from(found.claim.minor()),
            claim,
            "claim of portion {id}"
        );
        assert_eq!(found.holder.0, expected.holder, "holder of portion {id}");
        let pledge = found
            .pledge
            .map(|it| (it.pledgee.0, BigInt::from(it.secured.minor())));
        let pledged = expected.pledge.clone().map(|it| (it.0, it.2));
        assert_eq!(pledge, pledged, "pledge on portion {id}");
        let factored = found
            .factored
            .map(|it| (it.portfolio, BigInt::from(it.holdback.minor())));
        let sold = expected.sold.clone().map(|it| (it.0 as u64, it.1));
        assert_eq!(factored, sold, "portion {id} in a portfolio");
    }
    assert_eq!(ledger.products.portfolios.len(), naive.sold.len() as u64);
    for ((id, found), expected) in ledger.products.portfolios.iter().zip(&naive.sold) {
        let owed = BigInt::from(found.owed.minor());
        assert_eq!(owed, expected.owed, "owed on portfolio {id}");
    }
}

const NUMBERS: [(&str, u32); 6] = [
    ("A1", 1),
    ("B1", 2),
    ("C1", 3),
    ("C2", 4),
    ("C3", 3),
    ("S2", 8),
];

/// Receivables, their registry and factoring on a ledger with other products.
pub(super) type Book = Naive;

impl Naive {
    /// Opens accounts of its own.
    pub(super) fn join(stage: &mut super::language::Stage, mark: &str) -> Naive {
        let (owners, balances) = against::open(stage, mark, &NUMBERS, 20_000);
        Naive {
            today: stage.ledger.time().date().0,
            owners,
            balances,
            ..Naive::default()
        }
    }
}

impl Twin for Naive {
    type Ask = Ask;

    const STAGE: &'static str = "
        S1 op issue A1 60000           = settled
        S2 op issue B1 60000           = settled
        S3 ba pay A1 C1 15000          = settled
        S4 ba open s2 current S2       = settled";
    const STATES: &'static [&'static str] = &[
        "issued",
        "accepted",
        "rejected",
        "withdrawn",
        "due",
        "overdue",
        "paid",
        "cancelled",
        "Claim",
        "Accept",
        "Reject",
        "Withdraw",
        "Dispute",
        "Resolve",
        "Cancel",
        "Pay",
        "Split",
        "Transfer",
        "Pledge",
        "Release",
        "Honour",
        "Offer",
        "Finance",
        "Line",
        "Enter",
        "Free",
        "Agree",
        "Sever",
        "Sell",
        "Refund",
    ];

    fn begin(ledger: &Ledger) -> Naive {
        let (owners, balances) = against::accounts(ledger, &NUMBERS);
        Naive {
            today: ledger.time().date().0,
            owners,
            balances,
            ..Naive::default()
        }
    }

    fn pause(dice: &mut Dice) -> u64 {
        if dice.below(12) == 0 {
            86_400_000
        } else {
            1_000
        }
    }

    fn turn(&mut self, now: u64) {
        self.open(now);
    }

    fn draw(&self, dice: &mut Dice) -> (u32, Ask) {
        draw(dice, self)
    }

    fn action(&self, _sender: u32, ask: &Ask, _name: &str) -> Action {
        action(ask)
    }

    fn ask(&mut self, sender: u32, ask: &Ask) -> bool {
        self.takes_effect(sender, ask)
    }

    fn close(&mut self) {
        self.settle_waiting();
    }

    fn check(&self, ledger: &Ledger) {
        check_agreement(ledger, self);
        check_invariants(ledger);
    }

    fn states(&self) -> Vec<String> {
        self.promises.iter().map(|it| it.state.to_owned()).collect()
    }
}

#[test]
fn random_operations_agree_with_the_naive_executor() {
    against::run::<Naive>();
}
