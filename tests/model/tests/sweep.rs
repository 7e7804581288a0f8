//! A kill at every sync of a short run with a two-faced liar: no honest key contradicts itself, and the chain goes on.

use sycee_model::{
    fault::Fault,
    network::{Kill, Outcome, sweep_run},
    node::Habits,
    world::World,
};

const HEIGHT: u64 = 3;
const SHIPPED: Habits = Habits {
    late_sync: false,
    fault: Fault::None,
    skewed: false,
    recollects: true,
};

fn run(habits: Habits, kills: Vec<Kill>) -> Result<Outcome, String> {
    let mut world = World::for_sweep();
    sweep_run(&mut world, habits, HEIGHT, kills)
}

fn all_kills() -> Vec<Kill> {
    let quiet = run(SHIPPED, Vec::new()).expect("a run without kills");
    let nodes = World::for_sweep().honest.into_iter().zip(quiet.persists);
    let moments = nodes.flat_map(|(node, last)| (1..=last).map(move |persist| (node.0, persist)));
    moments
        .flat_map(|(node, persist)| {
            [false, true].map(|kept| Kill {
                node,
                persist,
                kept,
            })
        })
        .collect()
}

#[test]
fn the_liar_is_seen_to_lie_and_nobody_else() {
    let outcome = run(SHIPPED, Vec::new()).expect("a run without kills");
    assert!(outcome.offences > 0, "{outcome:?}");
}

#[test]
fn a_kill_at_every_sync_of_one_node_is_survived() {
    let kills = all_kills();
    assert!(kills.len() > 30, "{} kills", kills.len());
    for kill in kills {
        let outcome = run(SHIPPED, vec![kill]);
        assert!(outcome.is_ok(), "{kill:?}: {outcome:?}");
    }
}

#[test]
fn kills_of_two_nodes_at_many_pairs_of_syncs_are_survived() {
    let kills = all_kills();
    for (place, first) in kills.iter().enumerate().step_by(7) {
        let others = kills
            .iter()
            .skip(place)
            .filter(|second| second.node != first.node);
        for second in others.step_by(11) {
            let outcome = run(SHIPPED, vec![*first, *second]);
            assert!(outcome.is_ok(), "{first:?} {second:?}: {outcome:?}");
        }
    }
}

#[test]
fn the_sweep_sees_a_node_that_forgets_its_votes() {
    let habits = Habits {
        fault: Fault::ForgetsAll,
        ..Habits::default()
    };
    let caught = all_kills()
        .into_iter()
        .any(|kill| run(habits, vec![kill]).is_err_and(|wrong| wrong.starts_with("S5")));
    assert!(caught, "a node that votes twice goes unnoticed");
}

#[test]
fn a_node_that_forgets_its_votes_is_told_and_contradicts_nothing() {
    let habits = Habits {
        fault: Fault::ForgetsAll,
        ..SHIPPED
    };
    let (mut told, mut contradicted) = (0, Vec::new());
    for kill in all_kills() {
        let wrong = run(habits, vec![kill]).err().unwrap_or_default();
        told += u32::from(wrong.contains("RecordContradicted"));
        contradicted.extend(wrong.starts_with("S5").then_some(kill));
    }
    assert!(told > 10, "only {told} were told");
    assert!(contradicted.is_empty(), "{contradicted:?}");
}
