//! What stands behind a liability: to the unit, freed in its order, and never more than an amount can say.

use sycee_primitives::{Amount, AssetId, BusinessDate, Height, ParticipantId, amount::AMOUNT_MAX};

use super::language::Stage;
use crate::{
    RejectReason,
    backing::{Backing, BackingTerms, Sides},
    standing::Moment,
};

fn minor(minor: u128) -> Amount {
    Amount::from_minor(minor).unwrap()
}

/// 30 of cover and 70 of a line behind a liability of 100.
fn behind() -> Backing {
    let terms = BackingTerms {
        cover: minor(30),
        holding: None,
        line: Some(0),
    };
    Backing {
        cover: minor(30),
        line_used: minor(70),
        ..Backing::agreed(terms)
    }
}

fn sides(stage: &Stage) -> Sides {
    Sides {
        bank: ParticipantId(1),
        customer: ParticipantId(3),
        customer_account: stage.account("C1"),
        asset: AssetId(0),
    }
}

#[test]
fn cover_and_line_reach_to_the_unit() {
    let mut stage = Stage::new();
    let (whole, sides) = (behind(), sides(&stage));
    assert!(whole.is_whole(minor(100)));
    assert!(!whole.is_whole(minor(99)) && !whole.is_whole(minor(101)));
    let more = stage.ledger.back(&whole, minor(150), minor(0), &sides);
    let more = more.unwrap();
    assert_eq!((more.cover, more.line_used), (minor(30), minor(120)));
    assert!(more.is_whole(minor(150)));
    // What the customer owes needs as much behind it as what the bank may still have to pay.
    let owing = Backing {
        cover: minor(0),
        owed: minor(20),
        ..whole
    };
    assert!(owing.is_whole(minor(50)));
    let same = stage.ledger.back(&owing, minor(50), minor(0), &sides);
    assert_eq!(same.unwrap(), owing);
}

#[test]
fn less_liability_frees_the_line_first_and_then_cover() {
    let mut stage = Stage::new();
    let sides = sides(&stage);
    for (liability, cover, line) in [
        (100, 30, 70),
        (80, 30, 50),
        (30, 30, 0),
        (10, 10, 0),
        (0, 0, 0),
    ] {
        let left = stage
            .ledger
            .trim_backing(&behind(), minor(liability), &sides);
        assert_eq!((left.cover, left.line_used), (minor(cover), minor(line)));
        assert!(left.is_whole(minor(liability)));
    }
}

#[test]
fn cover_that_waits_and_cover_that_comes_stay_one_amount_together() {
    let mut stage = Stage::new();
    stage.run("S1 op open ba escrow HOLD = settled");
    stage.run("block");
    let sides = sides(&stage);
    let moment = Moment {
        height: Height(2),
        time: stage.ledger.time(),
        date: BusinessDate(20_788),
    };
    let mut backing = behind();
    backing.terms.holding = Some(stage.account("HOLD"));
    let most = AMOUNT_MAX;
    let check = |backing: &Backing| {
        stage
            .ledger
            .check_backing(backing, minor(101), minor(1), &sides, &moment)
    };
    assert_eq!(check(&backing), Ok(()));
    backing.returned = minor(most - 31);
    assert_eq!(check(&backing), Ok(()));
    backing.returned = minor(most - 30);
    assert_eq!(check(&backing), Err(RejectReason::CoverAboveLiability));
}
