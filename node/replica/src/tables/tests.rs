//! Only table roots under the certified state root name a table; every part of the state has its name.

use sycee_contracts::{Table, TableRoot};
use sycee_primitives::BlockTime;

use super::*;

fn roots() -> TableRoots {
    TableRoots {
        height: Height(9),
        time: BlockTime(90),
        results: Hash([1; 32]),
        header: Hash([6; 32]),
        identifiers: Hash([2; 32]),
        unheard: Hash([8; 32]),
        participants: Hash([3; 32]),
        assets: Hash([4; 32]),
        accounts: Hash([5; 32]),
        products: vec![TableRoot {
            table: Table::Attestations,
            root: Hash([6; 32]),
        }],
    }
}

/// What is said when the network has certified `theirs`, this node computed `roots()`, and a peer shows `theirs`.
fn said(theirs: &TableRoots) -> String {
    let inquiry = Inquiry::new(Tick(0), roots(), theirs.state_root());
    inquiry.judge(theirs).unwrap().to_string()
}

#[test]
fn every_part_of_the_state_is_named() {
    type Alter = fn(&mut TableRoots);
    const OTHER: Hash = Hash([7; 32]);
    let cases: [(&str, Alter); 12] = [
        ("table height", |it| it.height = Height(8)),
        ("table time", |it| it.time = BlockTime(91)),
        ("table results", |it| it.results = OTHER),
        ("table header", |it| it.header = OTHER),
        ("table identifiers", |it| it.identifiers = OTHER),
        ("table unheard", |it| it.unheard = OTHER),
        ("table participants", |it| it.participants = OTHER),
        ("table assets", |it| it.assets = OTHER),
        ("table accounts", |it| it.accounts = OTHER),
        ("table attestations", |it| it.products[0].root = OTHER),
        ("table list of tables", |it| it.products.clear()),
        ("tables assets, accounts", |it| {
            (it.assets, it.accounts) = (OTHER, OTHER);
        }),
    ];
    for (words, alter) in cases {
        let mut theirs = roots();
        alter(&mut theirs);
        let expected = format!(
            "height 9, {words}: own state root {}, certified state root {}",
            roots().state_root(),
            theirs.state_root()
        );
        assert_eq!(said(&theirs), expected);
    }
}

#[test]
fn table_roots_that_are_not_the_certified_ones_prove_nothing() {
    let certified = Hash([8; 32]);
    let inquiry = Inquiry::new(Tick(5), roots(), certified);
    let altered = TableRoots {
        accounts: Hash([6; 32]),
        ..roots()
    };
    for shown in [roots(), altered] {
        assert_eq!(inquiry.judge(&shown), None);
    }
    let said = inquiry.unanswered();
    assert_eq!(said.tables, DifferingTables::NotShown);
    assert!(
        said.to_string().contains("height 9, table state (no peer"),
        "{said}"
    );
    assert_eq!(inquiry.deadline(), Tick(5 + INQUIRY_US));
}

#[test]
fn the_newest_checkpoints_are_kept() {
    let mut recent = RecentTables::default();
    let count = CHECKPOINTS_MAX as u64 + 3;
    (1..=count).for_each(|height| {
        recent.record(TableRoots {
            height: Height(height),
            ..roots()
        })
    });
    assert!(recent.get(Height(3)).is_none());
    assert!(recent.get(Height(4)).is_some() && recent.get(Height(count)).is_some());
}

#[test]
fn a_peer_is_answered_once_in_an_interval() {
    let mut recent = RecentTables::default();
    recent.record(roots());
    let (one, two) = (ValidatorIndex(1), ValidatorIndex(2));
    let mut answers = |at, peer, height| recent.answer(Tick(at), peer, Height(height)).is_some();
    assert!(!answers(0, one, 10), "not kept");
    assert!(answers(0, one, 9), "what was not answered does not count");
    assert!(!answers(ANSWER_INTERVAL_US - 1, one, 9));
    assert!(answers(1, two, 9), "each peer for itself");
    assert!(answers(ANSWER_INTERVAL_US, one, 9));
    recent.forget(one);
    assert!(
        recent
            .answer(Tick(ANSWER_INTERVAL_US), one, Height(9))
            .is_some()
    );
}
