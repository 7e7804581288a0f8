//! Random operations on loans, lines and collateral against a naive executor that walks day by day in big integers.
//!
//! After every block every receipt, every balance and every row are those of the naive executor, and the invariants hold on the ledger's rows
//! alone: I12 and I13 (what is owed, paid and scheduled is the naive sum), I15 and I16 (`invariants`), I19 (shares add up). `SYCEE_OPERATIONS=1000000`
//! runs a million of them; `SYCEE_SEED` another million.

use std::collections::BTreeSet;

use num_bigint::BigInt;
use sycee_primitives::{AssetId, BlockTime};

use super::{
    against::{self, Twin},
    supply::draw::Dice,
};
use crate::{Action, Ledger};
use naive::{Ask, Naive, OPERATOR, ORACLE, PLAYERS, Places};

mod action;
mod check;
mod draw;
pub(super) mod naive;

/// Name, participant and account of each player, in the order of the naive executor.
const NAMES: [(&str, u32, &str); PLAYERS] = [
    ("ba", 1, "A1"),
    ("bb", 2, "B1"),
    ("c1", 3, "C1"),
    ("c2", 4, "C2"),
    ("s2", 8, "S2"),
];

/// Whose calendar loans follow: not that of the money that is lent, so that margin calls keep every day.
const DAYS_OF: AssetId = AssetId(1);

/// How everything stands that a run has made, by name.
fn note_states(naive: &Naive, seen: &mut BTreeSet<String>) {
    let loans = naive.loans.iter().map(|it| format!("loan {}", it.status));
    let late = naive.loans.iter().filter(|it| it.items.len() > 1);
    let late = late.map(|it| format!("late {}", it.status));
    let shared = naive.loans.iter().filter(|it| it.group.is_some());
    let shared = shared.map(|it| format!("shared {}", it.status));
    let fixed = naive.loans.iter().filter(|it| it.fixed() > 1);
    let fixed = fixed.map(|it| format!("fixed {}", it.status));
    let aside = naive.loans.iter().filter(|it| it.aside > BigInt::ZERO);
    let aside = aside.map(|it| format!("aside {}", it.status));
    let kinds = naive.loans.iter().filter(|it| it.status == "closed");
    let kinds = kinds.map(|it| format!("closed {}", it.name()));
    let bonds = naive.bonds.iter().filter(|it| it.paid > BigInt::ZERO);
    let bonds = bonds.map(|it| format!("bond {} {}", it.state, it.repaid > BigInt::ZERO));
    let standing = naive.loans.iter().filter(|it| it.status == "active");
    let standing = standing.map(|it| format!("stands {}", it.standing(naive.today)));
    let renewals = naive.renewals.iter();
    let renewals = renewals.map(|it| format!("proposal {}", it.state));
    let lines = naive.lines.iter().map(|it| format!("line {}", it.status));
    let owed = naive.lines.iter().filter(|it| it.owed > BigInt::ZERO);
    let owed = owed.map(|it| format!("fee {}", it.status));
    let covers = naive.covers.iter();
    let covers = covers.map(|it| format!("cover {} {}", it.state, it.items.len().min(1)));
    seen.extend(
        loans
            .chain(late)
            .chain(shared)
            .chain(aside)
            .chain(fixed)
            .chain(standing)
            .chain(kinds)
            .chain(bonds)
            .chain(renewals)
            .chain(lines)
            .chain(owed)
            .chain(covers),
    );
}

/// What a run of the test must have brought about, and all asks that take effect, or the draw is too tame.
const STATES: [&str; 71] = [
    "closed growing",
    "closed listed",
    "closed at call",
    "closed rolling",
    "bond Given false",
    "bond Given true",
    "shared active",
    "shared closed",
    "aside active",
    "stands performing",
    "stands non-performing",
    "stands probation",
    "loan offered",
    "loan active",
    "loan closed",
    "loan written-off",
    "loan lapsed",
    "late active",
    "proposal agreed",
    "proposal lapsed",
    "proposal superseded",
    "line open",
    "line closed",
    "line expired",
    "line lapsed",
    "fee open",
    "fee expired",
    "cover Warned 1",
    "cover Called 1",
    "cover CloseOut 1",
    "cover CloseOut 0",
    "closed term",
    "closed annuity",
    "closed bullet",
    "closed linear",
    "fixed active",
    "Offer",
    "Accept",
    "Draw",
    "Repay",
    "Prepay",
    "Call",
    "WriteOff",
    "Renew",
    "Concur",
    "Share",
    "Join",
    "Sell",
    "Buy",
    "Over",
    "GiveRest",
    "Notice",
    "Stand",
    "CallBond",
    "DropBond",
    "RepayBond",
    "Charge",
    "Fix",
    "Reset",
    "Declare",
    "OpenLine",
    "Agree",
    "Amend",
    "EndLine",
    "PayFee",
    "WantLoan",
    "WantLine",
    "PutUp",
    "PutDown",
    "Swap",
    "Take",
];

/// What comes about after months, or after many steps of one loan: over 90 days late, a loan that rolls or is called to its end, a share that is
/// sold, collateral that is taken.
pub(super) const SLOW: &[&str] = &[
    "closed rolling",
    "closed at call",
    "stands non-performing",
    "stands probation",
    "loan written-off",
    "WriteOff",
    "Buy",
    "cover CloseOut 0",
    "Take",
];

/// The player that a participant is.
fn player(participant: u32) -> usize {
    let place = NAMES.iter().position(|it| it.1 == participant);
    place.unwrap_or(if participant == 0 { OPERATOR } else { ORACLE })
}

/// The participant that a player is.
fn participant(player: usize) -> u32 {
    let others = if player == OPERATOR { 0 } else { 9 };
    NAMES.get(player).map_or(others, |it| it.1)
}

impl Twin for Naive {
    type Ask = Ask;

    const STAGE: &'static str = "
        S1 op open s2 current S2                    = settled
        block
        S2 op issue A1 10000000                     = settled
        S3 op issue B1 10000000                     = settled
        S4 op issue C1 100000                       = settled
        S5 op issue C2 100000                       = settled
        S6 op issue S2 100000                       = settled
        S7 op open ba escrow HA                     = settled
        S8 op open bb escrow HB                     = settled";
    const ROOM: u32 = 2;
    const OPERATIONS: (u64, u64) = (60_000, 1_000);
    const STATES: &'static [&'static str] = &STATES;

    fn begin(ledger: &Ledger) -> Naive {
        let money = |number: &str| {
            let account = against::numbered(ledger, number);
            (account.id, BigInt::from(account.balance().0))
        };
        let (accounts, money) = NAMES.iter().map(|it| money(it.2)).unzip();
        let holdings = ["HA", "HB"].map(|it| against::numbered(ledger, it).id);
        let stage = Places {
            accounts,
            holdings: holdings.into(),
            parameters: ledger.parameters,
        };
        let today = ledger.parameters.business_date(ledger.time());
        Naive::new((ledger.time().0, today.0), money, stage)
    }

    fn pause(dice: &mut Dice) -> u64 {
        match dice.below(6) {
            0 => 86_400_000 * (1 + dice.below(20)),
            _ => 600_000,
        }
    }

    fn turn(&mut self, now: u64) {
        let today = self.stage.parameters.business_date(BlockTime(now));
        self.open(now, today.0);
    }

    fn draw(&self, dice: &mut Dice) -> (u32, Ask) {
        let (sender, ask) = draw::draw(dice, self);
        (participant(sender), ask)
    }

    fn action(&self, sender: u32, ask: &Ask, _name: &str) -> Action {
        self.stage.action(player(sender), ask)
    }

    fn ask(&mut self, sender: u32, ask: &Ask) -> bool {
        self.takes_effect(player(sender), ask)
    }

    fn close(&mut self) {
        self.look();
    }

    fn check(&self, ledger: &Ledger) {
        check::check_agreement(ledger, self);
    }

    fn states(&self) -> Vec<String> {
        let mut seen = BTreeSet::new();
        note_states(self, &mut seen);
        seen.into_iter().collect()
    }
}

#[test]
fn random_operations_on_credit_agree_with_the_naive_executor() {
    against::run::<Naive>();
}
