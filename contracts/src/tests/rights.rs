//! Random keys, policies, approvals, views, sponsors, statuses, accounts and breakers against a naive executor.
//!
//! The naive executor says beforehand how every instruction ends, with its code, which of those that waited for signatures end in that block, and what every
//! account holds; all of it is written as a table and run. After each block the rows of participants, accounts, grants and breakers are those of its lists.
//! Now and then the ledger is restored from its rows. `SYCEE_OPERATIONS=1000000` runs a million operations; `SYCEE_SEED` another million.

use std::collections::BTreeSet;

use sycee_primitives::{BlockTime, Height};

use super::{
    against::{asked_for, kind_of},
    covered,
    language::{DAY, Stage, secret},
    life::{Rows, restore, store},
    orders::Dice,
};
use crate::{AccountStatus, BreakerState, KeyPurpose, read};
use naive::{Ask, Naive, day_of};

mod naive;

/// Operations of the ordinary test, and how many of them start from one empty book.
const OPERATIONS: (u64, u64) = (6_000, 300);

/// Once in so many blocks the ledger is stored, and goes on from its rows.
const RESTORED_EVERY: u64 = 8;

/// Keys of a participant beyond which it adds none: sixteen are the most.
const KEYS_MAX: usize = 12;

/// Rooms of the stage for participants and accounts more.
const ROOM: u32 = 40;

const SCOPES: [&str; 9] = [
    "network",
    "asset:0",
    "participant:ba",
    "participant:c1",
    "account:A1",
    "account:C1",
    "product:4",
    "product:9",
    "product:45",
];

fn pick(dice: &mut Dice, all: &[String]) -> Option<String> {
    let place = usize::try_from(dice.below(all.len().max(1) as u64)).unwrap();
    all.get(place).cloned()
}

/// Who asks for what under which keys.
struct Drawn {
    sender: String,
    signers: Vec<String>,
    ask: Ask,
}

fn draw(dice: &mut Dice, naive: &Naive, number: u64) -> Drawn {
    let (sender, ask) = draw_ask(dice, naive, number).unwrap_or_else(|| {
        let policy = Ask::Policy { bands: Vec::new() };
        ("op".to_owned(), policy)
    });
    let known = naive.known();
    let sender = match dice.below(12) {
        0 => pick(dice, &known).unwrap(),
        _ => sender,
    };
    let signers = draw_signers(dice, naive, &sender, &ask);
    Drawn {
        sender,
        signers,
        ask,
    }
}

/// Mostly keys that may sign, one or two of them; now and then any of the sender's, or a stranger's.
fn draw_signers(dice: &mut Dice, naive: &Naive, sender: &str, ask: &Ask) -> Vec<String> {
    let fit = naive.signing(sender, ask.needs());
    let all: Vec<String> = naive.parties[sender]
        .keys
        .iter()
        .map(|it| it.name.clone())
        .collect();
    let mut signers = BTreeSet::new();
    for _ in 0..1 + dice.below(3) / 2 {
        let from = match dice.below(14) {
            0 => &all,
            _ => &fit,
        };
        signers.extend(pick(dice, from));
    }
    if signers.is_empty() || dice.below(30) == 0 {
        signers.insert(dice.of(&["ba", "c1", "reg"]).to_owned());
    }
    signers.into_iter().collect()
}

fn draw_ask(dice: &mut Dice, naive: &Naive, number: u64) -> Option<(String, Ask)> {
    let drawn = match dice.below(20) {
        0..=4 => draw_pay(dice, naive)?,
        5..=9 => draw_keys(dice, naive, number)?,
        10 | 11 => {
            let waiting = naive.names_waiting();
            let back = usize::try_from(dice.below(4)).unwrap() + 1;
            let (name, sender) = waiting.get(waiting.len().checked_sub(back)?)?.clone();
            let refuse = dice.below(8) == 0;
            (sender, Ask::Approve { name, refuse })
        }
        12 | 13 => draw_view(dice, naive)?,
        14 | 15 => draw_party(dice, naive, number)?,
        16 | 17 => draw_account(dice, naive, number)?,
        _ => draw_breaker(dice),
    };
    Some(drawn)
}

fn draw_pay(dice: &mut Dice, naive: &Naive) -> Option<(String, Ask)> {
    let accounts = naive.usable();
    let from = match dice.below(2) {
        0 => pick(dice, &accounts)?,
        _ => dice.of(&["A1", "C1"]).to_owned(),
    };
    let to = pick(dice, &accounts).filter(|it| *it != from)?;
    let owner = naive.accounts[&from].owner.clone();
    let sponsor = naive.parties[&owner].sponsor.clone();
    let sender = sponsor.filter(|_| dice.below(3) == 0).unwrap_or(owner);
    // Now and then all there is, so that an account can be closed.
    let balance = u64::try_from(naive.accounts[&from].balance.max(1)).unwrap();
    let amount = match dice.below(4) {
        0 => balance,
        _ => 1 + dice.below(200),
    };
    let day = day_of(naive.now);
    Some((
        sender,
        Ask::Pay {
            from,
            to,
            amount,
            day,
        },
    ))
}

fn draw_keys(dice: &mut Dice, naive: &Naive, number: u64) -> Option<(String, Ask)> {
    let known = naive.known();
    let sender = match dice.below(2) {
        0 => dice.of(&["op", "ba"]).to_owned(),
        _ => pick(dice, &known)?,
    };
    let keys: Vec<String> = naive.parties[&sender]
        .keys
        .iter()
        .map(|it| it.name.clone())
        .collect();
    let ask = match dice.below(4) {
        0 | 1 => {
            let fresh = match dice.below(12) {
                0 => "c2".to_owned(),
                _ => format!("k{number}"),
            };
            let has_room = keys.len() < KEYS_MAX;
            let add = (has_room && dice.below(4) != 0).then_some(fresh);
            let retire = match &add {
                Some(add) => pick(dice, &keys).filter(|it| it != add && dice.below(4) == 0),
                None => Some(pick(dice, &keys)?),
            };
            let of = sender.clone();
            let by = if dice.below(4) == 0 {
                "op".to_owned()
            } else {
                sender
            };
            return Some((by, Ask::Rotate { of, add, retire }));
        }
        2 => Ask::Use {
            key: pick(dice, &keys)?,
            purpose: dice.of(&["any", "business", "rights", "inquiry"]),
            until: (dice.below(4) == 0).then(|| naive.height + dice.below(9)),
        },
        _ => Ask::Policy {
            bands: match dice.below(4) {
                0 => Vec::new(),
                1 => vec![(100, 2)],
                2 => vec![(50, 2), (150, 3)],
                _ => vec![(0, 2)],
            },
        },
    };
    Some((sender, ask))
}

fn draw_view(dice: &mut Dice, naive: &Naive) -> Option<(String, Ask)> {
    let known = naive.known();
    if dice.below(3) == 0 && !naive.views.is_empty() {
        let id = usize::try_from(dice.below(naive.views.len() as u64 + 1)).unwrap();
        let by = match naive.views.get(id) {
            Some(it) if dice.below(2) == 0 => it.by.clone(),
            Some(it) => it.to.clone(),
            None => "ba".to_owned(),
        };
        return Some((by, Ask::Ungrant { id }));
    }
    let account = pick(dice, &naive.usable())?;
    let by = naive.accounts[&account].owner.clone();
    let until = (naive.now + dice.below(9_000)).saturating_sub(900).max(1);
    let ask = Ask::Grant {
        to: pick(dice, &known)?,
        account: (dice.below(3) != 0).then_some(account),
        from: until.saturating_sub(1 + dice.below(500)).min(until - 1),
        until,
    };
    Some((by, ask))
}

fn draw_party(dice: &mut Dice, naive: &Naive, number: u64) -> Option<(String, Ask)> {
    let known = naive.known();
    let room = usize::try_from(ROOM).unwrap() / 2;
    let ask = match dice.below(5) {
        0 if known.len() < room => Ask::Register {
            name: format!("p{number}"),
            sponsor: pick(dice, &known)?,
            key: match dice.below(8) {
                0 => "bb".to_owned(),
                _ => format!("p{number}"),
            },
            lei: format!("p{}", number - number % (1 + dice.below(4))),
        },
        0 | 1 => Ask::Sponsor {
            of: pick(dice, &known)?,
            bank: match dice.below(4) {
                0 => pick(dice, &known)?,
                _ => dice.of(&["ba", "bb"]).to_owned(),
            },
        },
        _ => {
            let of = pick(dice, &known)?;
            let to = match naive.parties[&of].status {
                "suspended" => dice.of(&["active", "active", "exited"]),
                _ => dice.of(&["suspended", "suspended", "active", "exited"]),
            };
            let by = dice.of(&["op", "op", "op", "reg"]);
            return Some((by.to_owned(), Ask::Status { of, to }));
        }
    };
    Some(("op".to_owned(), ask))
}

fn draw_account(dice: &mut Dice, naive: &Naive, number: u64) -> Option<(String, Ask)> {
    let account = pick(dice, &naive.usable())?;
    let has_room = naive.accounts.len() < usize::try_from(ROOM).unwrap();
    Some(match dice.below(6) {
        0 if has_room => {
            let owner = pick(dice, &naive.known())?;
            let by = naive.parties[&owner].sponsor.clone();
            let by = by.filter(|_| dice.below(2) == 0);
            let number = match dice.below(8) {
                0 => account.clone(),
                _ => format!("X{number}"),
            };
            (by.unwrap_or("op".to_owned()), Ask::Open { owner, number })
        }
        0 | 1 => {
            let (debits, credits) = (dice.below(3) == 0, dice.below(3) == 0);
            let by = dice.of(&["op", "reg"]).to_owned();
            let ask = Ask::Freeze {
                account,
                debits,
                credits,
            };
            (by, ask)
        }
        2 => {
            let floor = -i64::try_from(dice.below(200)).unwrap();
            let ceiling = dice.below(400);
            let ceiling = (dice.below(2) == 0).then(|| i64::try_from(ceiling).unwrap());
            let ask = Ask::Rule {
                account,
                floor,
                ceiling,
            };
            ("op".to_owned(), ask)
        }
        _ => {
            let owner = naive.accounts[&account].owner.clone();
            let by = match dice.below(2) {
                0 => "op".to_owned(),
                _ => owner,
            };
            (by, Ask::Close { account })
        }
    })
}

fn draw_breaker(dice: &mut Dice) -> (String, Ask) {
    let scope = dice.of(&SCOPES).to_owned();
    let by = dice.of(&["op", "op", "reg"]).to_owned();
    let ask = match dice.below(4) {
        0 => Ask::Trip { scope },
        _ => Ask::Resume {
            scope,
            limit: (dice.below(3) == 0).then(|| 1 + dice.below(200)),
        },
    };
    (by, ask)
}

fn purpose_name(purpose: KeyPurpose) -> &'static str {
    match purpose {
        KeyPurpose::Any => "any",
        KeyPurpose::Business => "business",
        KeyPurpose::Rights => "rights",
        KeyPurpose::Inquiry => "inquiry",
    }
}

/// Rows of the ledger are the lists of the naive executor.
fn check_rows(stage: &Stage, naive: &Naive) {
    let ledger = &stage.ledger;
    let id_of = |name: &str| {
        let mut all = ledger.participants.iter();
        all.find(|it| it.name.to_string() == name).unwrap().id
    };
    for (name, party) in &naive.parties {
        let row = ledger.participant(id_of(name)).unwrap();
        assert_eq!(row.status.name(), party.status, "{name}");
        let sponsor = row.sponsor.map(|it| ledger.participant(it).unwrap().name);
        let sponsor = sponsor.map(|it| it.to_string());
        assert_eq!(sponsor, party.sponsor, "sponsor of {name}");
        let found = row.keys.iter();
        let found = found.map(|it| (it.key, it.from, it.to, purpose_name(it.purpose)));
        let keys = party.keys.iter().map(|it| {
            let key = secret(&it.name).public_key();
            (key, Height(it.from), it.to.map(Height), it.purpose)
        });
        assert!(found.eq(keys), "keys of {name}");
        let bands = row.policy.iter();
        let bands = bands.map(|it| (it.from, usize::from(it.signatures)));
        let policy = party.policy.iter().map(|it| (u128::from(it.0), it.1));
        assert!(bands.eq(policy), "policy of {name}");
    }
    for (name, holder) in naive.accounts.iter().filter(|it| it.0 != "STOP") {
        let row = read::account(ledger, stage.account(name)).unwrap();
        assert_eq!(row.balance().0, i128::from(holder.balance), "{name}");
        assert_eq!(row.status == AccountStatus::Open, holder.open, "{name}");
        assert_eq!(row.owner, id_of(&holder.owner), "{name}");
    }
    let now = BlockTime(DAY + naive.now * 1_000);
    let views = naive.views.iter();
    let ends = views.map(|it| (id_of(&it.by), id_of(&it.to), it.is_over(naive.now)));
    let grants = ledger.products.grants.iter();
    let found = grants.map(|(_, it)| (it.by, it.to, it.until <= now));
    assert!(found.eq(ends), "grants");
    let breakers = ledger.products.breakers.iter();
    let found = breakers.map(|(_, it)| match it.state {
        BreakerState::Closed => None,
        BreakerState::Tripped => Some(0),
        BreakerState::HalfOpen(limit) => Some(limit),
    });
    let stops = naive.stops.iter().map(|it| it.passes.map(u128::from));
    assert!(found.eq(stops), "breakers");
}

fn run(
    seed: u64,
    operations: u64,
    reached: &mut BTreeSet<String>,
    verbs: &mut BTreeSet<&'static str>,
) -> u64 {
    let mut dice = Dice::new(seed);
    let mut stage = Stage::new().with_room(ROOM);
    let mut naive = Naive::founded(stage.ledger.height().0);
    let mut rows = Rows::new();
    let (mut now, mut done, mut took) = (60, 0, 0);
    stage.verbs.clear();
    while done < operations {
        now += match dice.below(30) {
            0 => 86_400,
            1..=3 => 4_000,
            _ => 1 + dice.below(900),
        };
        let mut later = naive.open(stage.ledger.height().0 + 1, now);
        let mut table = format!("block {now} empty\n");
        for _ in 0..dice.below(7) {
            let drawn = draw(&mut dice, &naive, done);
            let (name, Drawn { sender, ask, .. }) = (format!("N{done}"), &drawn);
            done += 1;
            let told = naive.ask((&name, sender), &drawn.signers, ask, &mut later);
            let is_effect = !told.starts_with("SY-");
            took += u64::from(is_effect);
            reached.insert(if is_effect {
                kind_of(ask)
            } else {
                told.clone()
            });
            let signers = drawn.signers.join("+");
            table += &format!("{name} {signers} {} as={sender} = {told}\n", ask.words());
        }
        for (name, outcome) in &later {
            reached.insert(outcome.clone());
            table += &format!("later {name} = {outcome}\n");
        }
        let told = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| stage.run(&table)));
        assert!(told.is_ok(), "seed {seed}, operation {done}:\n{table}");
        check_rows(&stage, &naive);
        if dice.below(RESTORED_EVERY) == 0 {
            store(&mut rows, &mut stage.ledger);
            let room = *stage.ledger.parameters();
            stage.ledger = restore(&rows).unwrap();
            stage.ledger.parameters = room;
        }
    }
    verbs.append(&mut stage.verbs);
    took
}

/// What a run must reach, or it shows nothing: every verb, and every refusal that these verbs give on this stage.
const REACHED: &[&str] = &[
    "Pay",
    "Rotate",
    "Use",
    "Policy",
    "Approve",
    "Grant",
    "Ungrant",
    "Sponsor",
    "Status",
    "Freeze",
    "Rule",
    "Close",
    "Open",
    "Register",
    "Trip",
    "Resume",
    "SY-00112",
    "SY-00114",
    "SY-00115",
    "SY-00116",
    "SY-00126",
    "cancelled SY-00128",
    "SY-00132",
    "SY-00134",
    "SY-00136",
    "SY-00222",
    "SY-00224",
    "SY-00231",
    "SY-00232",
    "SY-00242",
    "SY-00250",
    "SY-00252",
    "SY-00254",
    "SY-00260",
    "SY-00301",
    "SY-00307",
    "SY-00309",
    "SY-00320",
    "SY-00342",
    "SY-00344",
    "SY-00346",
    "SY-00348",
    "SY-00350",
    "SY-00401",
    "SY-00407",
    "SY-00414",
    "SY-00442",
    "SY-00444",
    "SY-00446",
    "SY-00450",
    "SY-00452",
    "SY-00454",
    "SY-00455",
    "SY-00456",
    "SY-00458",
    "SY-00464",
    "SY-00466",
    "SY-00470",
    "SY-00472",
    "SY-00474",
    "SY-00478",
    "SY-00480",
    "SY-00482",
    "SY-00530",
    "SY-00532",
    "SY-00536",
    "SY-00538",
    "SY-00540",
    "SY-00542",
];

#[test]
fn random_rights_agree_with_the_naive_executor() {
    let (operations, seed) = asked_for(OPERATIONS.0);
    let each = operations.min(OPERATIONS.1);
    let (mut reached, mut verbs) = (BTreeSet::new(), BTreeSet::new());
    let runs = operations.div_ceil(each);
    let took: u64 = (0..runs)
        .map(|turn| run(seed + turn, each, &mut reached, &mut verbs))
        .sum();
    let missing = REACHED.iter().filter(|it| !reached.contains(**it));
    let missing: Vec<&&str> = missing.collect();
    assert!(missing.is_empty(), "never reached: {missing:?}");
    covered::check("rights", &verbs);
    assert!(
        took * 4 > operations,
        "{took} of {operations}: the draw is idle"
    );
}
