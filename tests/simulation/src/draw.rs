//! From a seed to a plan: first which kinds of trouble exist at all, half of them off, then the trouble.
//!
//! A seed in which everything fails at once finds little: progress stops and nothing interesting is reached.

use crate::plan::{
    ChangePlan, ClientKind, ClientPlan, Fault, LinkPlan, NodePlan, Pace, Plan, Profile, Turn,
    VillainPlan, Way, What,
};
use crate::random::Random;
use sycee_contracts::twins::Family;

/// Least length of a safety phase.
pub const SAFETY_US_MIN: u64 = 120_000_000;

/// The founders' usual choices.
pub const STANDARD_PACE: Pace = Pace {
    base_delay_ms: 100,
    heartbeat_ms: 60_000,
    drift_ms: 500,
    skip_ms: 5_000,
    batch_interval_ms: 3,
    batch_bytes: 256 << 10,
    watermark_interval_ms: 5,
    block_spacing_ms: 10,
    execution_lag_max: 8,
    checkpoint_lag_max: 4_096,
    checkpoint_interval_ms: 1_000,
};

/// The founders' choices for validators far apart (specification 3.13, n = 16).
pub const WIDE_PACE: Pace = Pace {
    base_delay_ms: 400,
    skip_ms: 10_000,
    batch_interval_ms: 10,
    batch_bytes: 512 << 10,
    watermark_interval_ms: 10,
    ..STANDARD_PACE
};

/// The same for a hundred of them.
pub const FAR_PACE: Pace = Pace {
    base_delay_ms: 500,
    skip_ms: 10_000,
    batch_interval_ms: 20,
    watermark_interval_ms: 20,
    ..STANDARD_PACE
};

/// A pace and links that belong to it, instead of drawn ones.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// In one building.
    Local,
    /// Far apart.
    Wide,
}

impl Setting {
    /// Its pace.
    #[must_use]
    pub fn pace(self) -> Pace {
        match self {
            Setting::Local => STANDARD_PACE,
            Setting::Wide => WIDE_PACE,
        }
    }
}

const WAYS: [Way; 14] = [
    Way::Equivocate,
    Way::WithholdProposals,
    Way::DelayProposals,
    Way::VoteTwice,
    Way::ForkLane,
    Way::StarveLane,
    Way::LieAboutHoldings,
    Way::LieInSync,
    Way::WithholdVotes,
    Way::Replay,
    Way::Disrupt,
    Way::Mislead,
    Way::Forge,
    Way::Twin,
];

/// The plan of a seed.
#[must_use]
pub fn draw(seed: u64, profile: Profile) -> Plan {
    draw_with(seed, profile, SAFETY_US_MIN)
}

/// The plan of a seed with another length of the safety phase.
#[must_use]
pub fn draw_with(seed: u64, profile: Profile, safety_us: u64) -> Plan {
    draw_in(seed, profile, safety_us, None)
}

/// The same in a setting of its own, when there is one.
#[must_use]
pub fn draw_in(seed: u64, profile: Profile, safety_us: u64, setting: Option<Setting>) -> Plan {
    let mut dice = Random::new(seed).fork(0xD1CE);
    let validators = dice.pick(&[4, 4, 4, 7, 1, 5, 6, 10]);
    let observers = u16::from(dice.chance(500));
    let drawn = pace(&mut dice);
    let parameters = setting.map_or(drawn, Setting::pace);
    let wide = dice.chance(250);
    let wide = setting.map_or(wide, |setting| setting == Setting::Wide);
    let links = links(&mut dice, wide, &parameters);
    let nodes = nodes(&mut dice, validators + observers, &parameters);
    let clients = clients(&mut dice, profile);
    let villains = villains(&mut dice, validators);
    let safety_us = dice.between(safety_us, safety_us + safety_us / 4);
    let mut plan = Plan {
        seed,
        profile,
        validators,
        observers,
        safety_us,
        parameters,
        links,
        nodes,
        clients,
        villains,
        faults: Vec::new(),
        left_down: Vec::new(),
        retain_blocks: 0,
        changes: Vec::new(),
        regions: Vec::new(),
        twins: None,
    };
    let spare = plan.faulty_max() - u16::try_from(plan.villains.len()).unwrap_or(0);
    if spare > 0 && dice.chance(300) {
        let honest: Vec<u16> = (0..validators)
            .filter(|node| plan.is_honest(*node))
            .collect();
        plan.left_down = vec![dice.pick(&honest)];
    }
    plan.faults = faults(&mut dice, &plan);
    // Dice of its own, so that the rest of the plan is what it would be in a network that keeps everything.
    let mut forgets = Random::new(seed).fork(0xF026);
    if forgets.chance(250) {
        plan.retain_blocks = forgets.pick(&[8, 32, 128]);
    }
    let mut turns = Random::new(seed).fork(0x7012);
    if turns.chance(300) {
        changes(&mut turns, &mut plan);
    }
    // So have the supply chain and products. Figures, which ask for a setting, compare ordering with payments alone.
    if setting.is_none() {
        chains(&mut plan);
        plays(&mut plan);
    }
    plan
}

/// The clients of a supply chain, in four seeds of ten.
fn chains(plan: &mut Plan) {
    let mut dice = Random::new(plan.seed).fork(0x5CF0);
    if dice.chance(400) {
        plan.clients.push(ClientPlan {
            kind: ClientKind::Races,
            bank: u8::try_from(dice.below(4)).unwrap_or(0),
            interval_us: dice.between(100_000, 1_500_000),
            patience_us: dice.between(300_000, 3_000_000),
        });
    }
}

/// Somebody who plays a family of products, which then has the ledger to itself.
fn plays(plan: &mut Plan) {
    let mut dice = Random::new(plan.seed).fork(0x9A1D);
    let often = match plan.profile {
        Profile::Protocol => 250,
        Profile::Ledger | Profile::Real => 700,
    };
    if !dice.chance(often) {
        return;
    }
    // Portions are the family's own here.
    plan.clients.retain(|it| it.kind != ClientKind::Races);
    plan.clients.push(ClientPlan {
        kind: ClientKind::Plays(dice.pick(&Family::ALL)),
        bank: 0,
        interval_us: dice.between(20_000, 300_000),
        patience_us: dice.between(300_000, 3_000_000),
    });
}

/// Up to four changes of the validators, none of which leaves more than f that cannot be relied on, and the client that asks for them.
fn changes(dice: &mut Random, plan: &mut Plan) {
    let nodes = u64::from(plan.validators + plan.observers);
    let mut at_us = 0;
    for _ in 0..dice.between(1, 4) {
        at_us += dice.below(plan.safety_us / 3);
        let node = u16::try_from(dice.below(nodes)).unwrap_or(0);
        let is_member = plan
            .sets()
            .is_ok_and(|sets| sets.last().is_some_and(|it| it.contains(&node)));
        let what = match (is_member, dice.chance(400)) {
            (false, _) => Turn::Join(node),
            (true, true) => Turn::Leave(node),
            (true, false) => Turn::Rotate(node),
        };
        let time_lock_ms = dice.pick(&[0, 0, 100, 5_000]);
        plan.changes.push(ChangePlan {
            at_us,
            time_lock_ms,
            what,
        });
        if plan.check().is_err() {
            plan.changes.pop();
        }
    }
    if !plan.changes.is_empty() {
        plan.clients.push(ClientPlan {
            kind: ClientKind::Governs,
            bank: 0,
            interval_us: 1_000_000,
            patience_us: 2_000_000,
        });
    }
}

fn pace(dice: &mut Random) -> Pace {
    if dice.chance(500) {
        return STANDARD_PACE;
    }
    Pace {
        base_delay_ms: dice.pick(&[20, 50, 100, 250, 400]),
        heartbeat_ms: dice.pick(&[2_000, 10_000, 60_000]),
        drift_ms: dice.pick(&[100, 500, 2_000]),
        skip_ms: dice.pick(&[500, 2_000, 5_000, 10_000]),
        batch_interval_ms: dice.pick(&[0, 3, 20]),
        batch_bytes: dice.pick(&[1_024, 4_096, 256 << 10]),
        watermark_interval_ms: dice.pick(&[0, 5, 20]),
        block_spacing_ms: dice.pick(&[0, 10, 50]),
        execution_lag_max: dice.pick(&[2, 3, 8, 64]),
        checkpoint_lag_max: dice.pick(&[16, 64, 4_096]),
        checkpoint_interval_ms: dice.pick(&[50, 500, 1_000, 10_000]),
    }
}

fn links(dice: &mut Random, wide: bool, pace: &Pace) -> LinkPlan {
    let mut maybe = |permille: u64, high: u64| {
        if dice.chance(permille) {
            dice.between(1, high)
        } else {
            0
        }
    };
    let base_us = u64::from(pace.base_delay_ms) * 1_000;
    LinkPlan {
        latency_us: if wide { base_us / 4 } else { 100 },
        jitter_us: 200 + maybe(500, base_us / 4),
        tail_us: maybe(300, base_us * 2),
        bytes_per_ms: [0, 0, 0, 0, 200, 2_000, 50_000]
            [usize::try_from(maybe(1_000, 7)).unwrap_or(1) - 1],
        loss_permille: maybe(250, 20),
        duplicate_permille: maybe(250, 50),
        ordered: maybe(600, 1) > 0,
    }
}

fn nodes(dice: &mut Random, count: u16, pace: &Pace) -> Vec<NodePlan> {
    let skewed = dice.chance(500);
    let scaled = dice.chance(300);
    let slow = dice.chance(300);
    let drift = u64::from(pace.drift_ms);
    (0..count)
        .map(|_| NodePlan {
            skew_ms: if skewed {
                i64::try_from(dice.below(drift / 2)).unwrap_or(0)
            } else {
                0
            },
            timer_permille: if scaled {
                dice.between(800, 1_250)
            } else {
                1_000
            },
            sync_us: if slow { dice.between(500, 8_000) } else { 500 },
            sync_jitter_us: dice.between(100, 2_000),
            message_ns: dice.between(1_000, 20_000),
            signature_ns: dice.between(10_000, 80_000),
            execute_us: if slow { dice.between(50, 5_000) } else { 50 },
        })
        .collect()
}

fn clients(dice: &mut Random, profile: Profile) -> Vec<ClientPlan> {
    let mean_us: u64 = match profile {
        Profile::Protocol => dice.pick(&[700_000, 2_000_000, 5_000_000]),
        Profile::Ledger | Profile::Real => 40_000,
    };
    let kinds = [
        ClientKind::Pays,
        ClientKind::PaysInBulk,
        ClientKind::SendsToAll,
        ClientKind::SpendsTwice,
        ClientKind::Replays,
        ClientKind::Overdraws,
        ClientKind::Trusts,
    ];
    let mut clients = Vec::new();
    for (place, kind) in kinds.into_iter().enumerate() {
        if place > 0 && !dice.chance(400) {
            continue;
        }
        let slower = if place == 0 { 1 } else { dice.between(2, 6) };
        clients.push(ClientPlan {
            kind,
            bank: u8::try_from(dice.below(4)).unwrap_or(0),
            interval_us: mean_us * slower,
            patience_us: dice.between(300_000, 5_000_000),
        });
    }
    clients
}

fn villains(dice: &mut Random, validators: u16) -> Vec<VillainPlan> {
    let faulty_max = validators.saturating_sub(1) / 3;
    if faulty_max == 0 || dice.chance(400) {
        return Vec::new();
    }
    let count = usize::from(u16::try_from(dice.between(1, u64::from(faulty_max))).unwrap_or(1));
    dice.some_of(validators, count)
        .into_iter()
        .map(|node| {
            let ways = (0..dice.between(1, 3)).map(|_| dice.pick(&WAYS)).collect();
            VillainPlan { node, ways }
        })
        .collect()
}

/// One kind of trouble of a seed: mean time between two, and how long one lasts at most.
fn each(
    dice: &mut Random,
    plan: &Plan,
    faults: &mut Vec<Fault>,
    mut make: impl FnMut(&mut Random) -> What,
) {
    if !dice.chance(500) {
        return;
    }
    let mean_us = dice.pick(&[2_000_000, 8_000_000, 30_000_000]);
    let longest_us = dice.pick(&[300_000, 3_000_000, 20_000_000]);
    let mut at_us = dice.below(mean_us * 2);
    while at_us < plan.safety_us && faults.len() < 400 {
        let for_us = dice.between(10_000, longest_us).min(plan.safety_us - at_us);
        let what = make(dice);
        faults.push(Fault {
            at_us,
            for_us,
            what,
        });
        at_us += 1 + dice.below(mean_us * 2);
    }
}

fn faults(dice: &mut Random, plan: &Plan) -> Vec<Fault> {
    let total = plan.validators + plan.observers;
    let any = |dice: &mut Random| u16::try_from(dice.below(u64::from(total))).unwrap_or(0);
    let one_or_all = move |dice: &mut Random| (!dice.chance(400)).then(|| any(dice));
    let mut all = Vec::new();
    each(dice, plan, &mut all, |dice| What::Loss {
        node: one_or_all(dice),
        permille: dice.between(10, 400),
    });
    let base_us = u64::from(plan.parameters.base_delay_ms) * 1_000;
    each(dice, plan, &mut all, |dice| What::Delay {
        node: one_or_all(dice),
        us: dice.between(1_000, base_us * 4),
    });
    each(dice, plan, &mut all, |dice| What::Clog {
        from: any(dice),
        to: any(dice),
    });
    each(dice, plan, &mut all, |dice| What::Narrow {
        node: any(dice),
        bytes_per_ms: dice.between(20, 2_000),
    });
    each(dice, plan, &mut all, |dice| {
        let count = 1 + dice.place(usize::from(total));
        What::Partition {
            side: dice.some_of(total, count),
            one_way: dice.chance(300),
            noticed: dice.chance(500),
        }
    });
    each(dice, plan, &mut all, |dice| {
        let storm = dice.chance(250);
        let count = if storm {
            1 + dice.place(usize::from(total))
        } else {
            1
        };
        What::Crash {
            nodes: dice.some_of(total, count),
            kept: u16::try_from(dice.below(4)).unwrap_or(0),
            in_flight_kept: dice.chance(500),
        }
    });
    each(dice, plan, &mut all, |dice| What::CrashAtPersist {
        node: any(dice),
        nth: dice.between(1, 30),
        in_flight_kept: dice.chance(500),
    });
    each(dice, plan, &mut all, |dice| What::Pause { node: any(dice) });
    each(dice, plan, &mut all, |dice| What::SlowDisk {
        node: any(dice),
        us: dice.between(1_000, 1_000_000),
    });
    each(dice, plan, &mut all, |dice| What::FullDisk {
        node: any(dice),
    });
    each(dice, plan, &mut all, |dice| What::FailedSync {
        node: any(dice),
    });
    clocks(dice, plan, &mut all);
    operators(dice, plan, &mut all);
    all.sort_by_key(|fault| fault.at_us);
    all
}

/// Operators who stop everything, and who lose disks and put old copies back, of at most as many validators as may be faulty beside the others.
fn operators(dice: &mut Random, plan: &Plan, all: &mut Vec<Fault>) {
    if dice.chance(200) {
        let at_us = dice.below(plan.safety_us);
        let for_us = dice.between(50_000, 10_000_000);
        let what = What::StopAll;
        all.push(Fault {
            at_us,
            for_us,
            what,
        });
    }
    let taken = plan.villains.len() + plan.left_down.len();
    let spare = usize::from(plan.faulty_max()).saturating_sub(taken);
    if spare == 0 || !dice.chance(500) {
        return;
    }
    let honest: Vec<u16> = (0..plan.validators)
        .filter(|node| plan.is_honest(*node) && !plan.left_down.contains(node))
        .collect();
    let count = 1 + dice.place(spare);
    for place in dice.some_of(u16::try_from(honest.len()).unwrap_or(1), count) {
        let node = honest[usize::from(place)];
        for _ in 0..dice.between(1, 2) {
            let at_us = dice.below(plan.safety_us);
            let for_us = dice.between(50_000, 20_000_000).min(plan.safety_us - at_us);
            let what = if dice.chance(500) {
                let mark_too = dice.chance(500);
                What::LoseDisk { node, mark_too }
            } else {
                What::RestoreCopy { node }
            };
            all.push(Fault {
                at_us,
                for_us,
                what,
            });
        }
    }
}

/// Clocks that lie: time is the honest majority's only while at most f of them do.
fn clocks(dice: &mut Random, plan: &Plan, all: &mut Vec<Fault>) {
    if usize::from(plan.faulty_max()) == plan.villains.len() {
        return;
    }
    let total = u64::from(plan.validators + plan.observers);
    let liar = u16::try_from(dice.below(total)).unwrap_or(0);
    each(dice, plan, all, |dice| What::Skew {
        node: liar,
        ms: i64::try_from(dice.below(7_200_000)).unwrap_or(0) - 3_600_000,
    });
}
