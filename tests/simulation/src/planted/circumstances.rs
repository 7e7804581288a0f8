//! Weather for hunts: small networks, short phases, and one kind of trouble each, often.

use crate::draw::STANDARD_PACE;
use crate::plan::{
    ChangePlan, ClientKind, ClientPlan, Fault, LinkPlan, NodePlan, Pace, Plan, Profile, Turn,
    VillainPlan, Way, What,
};
use crate::random::Random;

/// A kind of trouble.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Circumstance {
    /// None.
    Calm,
    /// As `Lossy`, and every plan is run twice.
    Twice,
    /// Frames get lost, doubled and late.
    Lossy,
    /// Power cuts of one node, or of all, at any moment.
    Cuts,
    /// Power cuts of all nodes at once, and a validator that keeps things to itself.
    Blackout,
    /// One validator lies in some of these ways.
    Liar(&'static [Way]),
    /// As `Liar`, with more payments than pauses and late frames.
    Hurried(&'static [Way]),
    /// As `Liar`, and two nodes that only follow.
    Watched(&'static [Way]),
    /// As `Liar`, with power cuts.
    LiarAndCuts(&'static [Way]),
    /// A validator loses its disk, or gets an old one back.
    Forgetful,
    /// Execution and disks lag behind.
    Slow,
    /// Clocks are wrong.
    Clocks,
    /// Payments are rare, nodes are cut off.
    Quiet,
    /// Every kind of client, many instructions, power cuts.
    Ledger,
    /// Validators come, go and change their keys; power cuts.
    Turns,
    /// Much traffic, one node away for long, and slow when it comes back.
    Away,
}

/// Every kind, for looking where a new plant shows.
pub const EVERY: &[Circumstance] = &[
    Circumstance::Calm,
    Circumstance::Lossy,
    Circumstance::Cuts,
    Circumstance::Blackout,
    Circumstance::Liar(&[Way::VoteTwice, Way::Equivocate, Way::Replay]),
    Circumstance::Liar(&[Way::Mislead]),
    Circumstance::Liar(&[Way::ForkLane, Way::StarveLane]),
    Circumstance::Liar(&[Way::Disrupt, Way::LieAboutHoldings, Way::LieInSync]),
    Circumstance::Watched(&[Way::Equivocate, Way::WithholdProposals, Way::Twin]),
    Circumstance::LiarAndCuts(&[Way::VoteTwice, Way::WithholdProposals, Way::Twin]),
    Circumstance::Forgetful,
    Circumstance::Slow,
    Circumstance::Clocks,
    Circumstance::Quiet,
    Circumstance::Ledger,
    Circumstance::Away,
    Circumstance::Turns,
];

impl Circumstance {
    /// The plan of a seed.
    #[must_use]
    pub fn plan(self, seed: u64) -> Plan {
        let mut dice = Random::new(seed).fork(0x9107);
        let mut plan = calm(seed, &mut dice);
        match self {
            Circumstance::Calm => {}
            Circumstance::Lossy | Circumstance::Twice => lossy(&mut plan, &mut dice),
            Circumstance::Cuts => cuts(&mut plan, &mut dice),
            Circumstance::Blackout => blackout(&mut plan, &mut dice),
            Circumstance::Liar(ways) => liar(&mut plan, &mut dice, ways),
            Circumstance::Hurried(ways) => {
                liar(&mut plan, &mut dice, ways);
                hurry(&mut plan);
            }
            Circumstance::Watched(ways) => {
                watch(&mut plan);
                liar(&mut plan, &mut dice, ways);
            }
            Circumstance::LiarAndCuts(ways) => {
                liar(&mut plan, &mut dice, ways);
                cuts(&mut plan, &mut dice);
            }
            Circumstance::Forgetful => forgetful(&mut plan, &mut dice),
            Circumstance::Slow => slow(&mut plan, &mut dice),
            Circumstance::Clocks => clocks(&mut plan, &mut dice),
            Circumstance::Quiet => quiet(&mut plan, &mut dice),
            Circumstance::Ledger => ledger(&mut plan, &mut dice),
            Circumstance::Away => away(&mut plan, &mut dice),
            Circumstance::Turns => turns(&mut plan, &mut dice),
        }
        plan.faults.sort_by_key(|fault| fault.at_us);
        plan
    }
}

/// Four validators, a bank that pays several times a second, six seconds.
fn calm(seed: u64, dice: &mut Random) -> Plan {
    let node = NodePlan {
        skew_ms: 0,
        timer_permille: 1_000,
        sync_us: dice.between(200, 3_000),
        sync_jitter_us: 1_000,
        message_ns: 2_000,
        signature_ns: 20_000,
        execute_us: 50,
    };
    let pays = ClientPlan {
        kind: ClientKind::Pays,
        bank: 0,
        interval_us: dice.between(60_000, 300_000),
        patience_us: 800_000,
    };
    let trusts = ClientPlan {
        kind: ClientKind::Trusts,
        bank: 1,
        interval_us: 250_000,
        patience_us: 800_000,
    };
    Plan {
        seed,
        profile: Profile::Protocol,
        validators: 4,
        observers: 0,
        safety_us: 6_000_000,
        parameters: Pace {
            base_delay_ms: 50,
            heartbeat_ms: 5_000,
            skip_ms: 1_000,
            ..STANDARD_PACE
        },
        links: LinkPlan {
            latency_us: 500,
            jitter_us: 3_000,
            tail_us: 0,
            ordered: dice.chance(500),
            bytes_per_ms: 0,
            loss_permille: 0,
            duplicate_permille: 0,
        },
        nodes: vec![node; 4],
        clients: vec![pays, trusts],
        villains: Vec::new(),
        faults: Vec::new(),
        left_down: Vec::new(),
        retain_blocks: 0,
        changes: Vec::new(),
        regions: Vec::new(),
        twins: None,
    }
}

/// So many faults at any moment of the phase.
fn often(
    plan: &mut Plan,
    dice: &mut Random,
    count: (u64, u64),
    longest_us: u64,
    mut make: impl FnMut(&mut Random) -> What,
) {
    for _ in 0..dice.between(count.0, count.1) {
        let at_us = dice.below(plan.safety_us);
        let for_us = dice.between(10_000, longest_us).min(plan.safety_us - at_us);
        let what = make(dice);
        plan.faults.push(Fault {
            at_us,
            for_us,
            what,
        });
    }
}

fn one(dice: &mut Random) -> u16 {
    u16::try_from(dice.below(4)).unwrap_or(0)
}

fn watch(plan: &mut Plan) {
    plan.observers = 2;
    let node = plan.nodes[0];
    plan.nodes.extend([node; 2]);
    plan.links.loss_permille = 100;
}

fn lossy(plan: &mut Plan, dice: &mut Random) {
    plan.links.duplicate_permille = dice.below(300);
    plan.links.loss_permille = dice.below(150);
    plan.links.ordered = false;
    plan.links.tail_us = dice.below(200_000);
    often(plan, dice, (0, 4), 800_000, |dice| What::Delay {
        node: dice.chance(700).then(|| one(dice)),
        us: dice.between(10_000, 300_000),
    });
    often(plan, dice, (0, 3), 800_000, |dice| What::Partition {
        side: vec![one(dice)],
        one_way: dice.chance(300),
        noticed: dice.chance(500),
    });
}

fn cuts(plan: &mut Plan, dice: &mut Random) {
    often(plan, dice, (2, 8), 300_000, |dice| What::CrashAtPersist {
        node: one(dice),
        nth: dice.between(1, 8),
        in_flight_kept: dice.chance(500),
    });
    often(plan, dice, (1, 4), 500_000, |dice| What::Crash {
        nodes: if dice.chance(300) {
            vec![0, 1, 2, 3]
        } else {
            vec![one(dice)]
        },
        kept: u16::try_from(dice.below(4)).unwrap_or(0),
        in_flight_kept: dice.chance(500),
    });
    often(plan, dice, (0, 3), 800_000, |dice| What::SlowDisk {
        node: one(dice),
        us: dice.between(1_000, 100_000),
    });
}

fn blackout(plan: &mut Plan, dice: &mut Random) {
    liar(
        plan,
        dice,
        &[
            Way::WithholdVotes,
            Way::WithholdProposals,
            Way::DelayProposals,
        ],
    );
    often(plan, dice, (2, 6), 100_000, |dice| What::Crash {
        nodes: vec![0, 1, 2, 3],
        kept: 0,
        in_flight_kept: dice.chance(500),
    });
}

fn liar(plan: &mut Plan, dice: &mut Random, ways: &[Way]) {
    let mut chosen: Vec<Way> = ways.iter().copied().filter(|_| dice.chance(600)).collect();
    if chosen.is_empty() {
        chosen.push(dice.pick(ways));
    }
    let node = one(dice);
    plan.villains = vec![VillainPlan { node, ways: chosen }];
    often(plan, dice, (0, 2), 500_000, |dice| What::Delay {
        node: Some(one(dice)),
        us: dice.between(5_000, 200_000),
    });
}

fn hurry(plan: &mut Plan) {
    plan.parameters.block_spacing_ms = 0;
    plan.links.jitter_us = 15_000;
    for client in &mut plan.clients {
        client.interval_us = 15_000;
    }
}

fn forgetful(plan: &mut Plan, dice: &mut Random) {
    let node = one(dice);
    often(plan, dice, (1, 3), 1_500_000, |dice| {
        if dice.chance(500) {
            let mark_too = dice.chance(500);
            What::LoseDisk { node, mark_too }
        } else {
            What::RestoreCopy { node }
        }
    });
    often(plan, dice, (0, 3), 1_000_000, |dice| What::SlowDisk {
        node,
        us: dice.between(50_000, 1_000_000),
    });
    often(plan, dice, (0, 3), 500_000, |dice| What::Delay {
        node: Some(one(dice)),
        us: dice.between(5_000, 200_000),
    });
}

fn slow(plan: &mut Plan, dice: &mut Random) {
    plan.parameters.execution_lag_max = dice.pick(&[2, 3, 8]);
    plan.parameters.block_spacing_ms = 0;
    plan.clients[0].interval_us = 20_000;
    for node in &mut plan.nodes {
        node.execute_us = dice.between(1_000, 60_000);
        node.sync_us = dice.between(500, 30_000);
    }
    often(plan, dice, (0, 3), 1_000_000, |dice| What::Pause {
        node: one(dice),
    });
}

fn clocks(plan: &mut Plan, dice: &mut Random) {
    let node = one(dice);
    often(plan, dice, (1, 3), 3_000_000, |dice| {
        let ms = i64::try_from(dice.below(8_000)).unwrap_or(0) - 4_000;
        What::Skew { node, ms }
    });
}

fn quiet(plan: &mut Plan, dice: &mut Random) {
    plan.clients[0].interval_us = dice.between(1_000_000, 4_000_000);
    plan.clients[1].interval_us = 4_000_000;
    plan.safety_us = 12_000_000;
    often(plan, dice, (1, 4), 3_000_000, |dice| match dice.below(3) {
        0 => What::Crash {
            nodes: vec![one(dice)],
            kept: 0,
            in_flight_kept: true,
        },
        1 => What::Partition {
            side: vec![one(dice)],
            one_way: false,
            noticed: dice.chance(500),
        },
        _ => What::Loss {
            node: None,
            permille: 800,
        },
    });
}

fn ledger(plan: &mut Plan, dice: &mut Random) {
    plan.safety_us = 14_000_000;
    let kinds = [
        ClientKind::Pays,
        ClientKind::PaysInBulk,
        ClientKind::SendsToAll,
        ClientKind::SpendsTwice,
        ClientKind::Replays,
        ClientKind::Overdraws,
    ];
    plan.clients = kinds
        .into_iter()
        .map(|kind| ClientPlan {
            kind,
            bank: u8::try_from(dice.below(4)).unwrap_or(0),
            interval_us: dice.between(100_000, 300_000),
            patience_us: 800_000,
        })
        .collect();
    plan.clients.push(ClientPlan {
        kind: ClientKind::Races,
        bank: 0,
        interval_us: 200_000,
        patience_us: 800_000,
    });
    often(plan, dice, (1, 4), 500_000, |dice| What::Crash {
        nodes: vec![one(dice)],
        kept: u16::try_from(dice.below(4)).unwrap_or(0),
        in_flight_kept: dice.chance(500),
    });
}

fn turns(plan: &mut Plan, dice: &mut Random) {
    plan.safety_us = 10_000_000;
    plan.observers = 1;
    let node = plan.nodes[0];
    plan.nodes.push(node);
    let leaver = one(dice);
    let rotates = (leaver + 1) % 4;
    let mut changes = vec![Turn::Join(4), Turn::Leave(leaver), Turn::Rotate(rotates)];
    changes.rotate_left(usize::from(dice.chance(300)));
    let mut at_us = 0;
    for what in changes {
        at_us += dice.below(1_500_000);
        plan.changes.push(ChangePlan {
            at_us,
            time_lock_ms: 0,
            what,
        });
        if plan.check().is_err() {
            plan.changes.pop();
        }
    }
    plan.clients.push(ClientPlan {
        kind: ClientKind::Governs,
        bank: 0,
        interval_us: 100_000,
        patience_us: 800_000,
    });
    cuts(plan, dice);
}

fn away(plan: &mut Plan, dice: &mut Random) {
    let node = one(dice);
    plan.parameters.block_spacing_ms = 0;
    plan.parameters.execution_lag_max = 64;
    plan.safety_us = 12_000_000;
    for client in &mut plan.clients {
        client.interval_us = 20_000;
    }
    plan.nodes[usize::from(node)].execute_us = dice.between(20_000, 60_000);
    plan.faults.push(Fault {
        at_us: dice.below(1_000_000),
        for_us: 10_000_000,
        what: What::Crash {
            nodes: vec![node],
            kept: 0,
            in_flight_kept: false,
        },
    });
}
