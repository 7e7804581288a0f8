//! Random promises of money against a naive executor: holds posted in part, voided and expired; exchanges affirmed side by side; returns; redemption; intraday
//! credit that night takes back.
//!
//! The naive executor says beforehand how every instruction ends, with its code, which exchanges end in that block, and what every account has and may give; it is
//! written as a table and run. `SYCEE_OPERATIONS`, `SYCEE_SEED` as elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigInt;

use super::{
    against::{asked_for, kind_of},
    covered,
    language::Stage,
    life::{Rows, restore, store},
    orders::Dice,
};

/// Operations of the ordinary test, and how many of them start from one empty book.
const OPERATIONS: (u64, u64) = (6_000, 300);

/// Once in so many blocks the ledger is stored, and goes on from its rows.
const RESTORED_EVERY: u64 = 8;

const ACCOUNTS: [(&str, &str); 4] = [("A1", "ba"), ("B1", "bb"), ("C1", "c1"), ("C2", "c2")];

/// Cash of A1 that secures its intraday credit: enough for every cap that is drawn.
const PLEDGED: u64 = 400;

const BEGIN: &str = "
    O1 op open op settlement OPS                = settled
    block
    O2 op intraday A1 300                       = intraday 0
    O3 op askcover OPS intraday:A1              = collateral 0
    O4 ba putup 0 cash:A1:400                   = collateral 0
";

type Later = BTreeMap<String, String>;

#[derive(Clone, Debug)]
enum Ask {
    Pay(usize, usize, u64),
    Issue(usize, u64),
    Redeem(usize, u64),
    Hold(usize, usize, u64, u64),
    Post(String, Option<u64>),
    Void(String),
    Link(Vec<(usize, usize, u64)>, u64),
    Affirm(String),
    Cancel(String),
    Return(String, usize, usize, u64),
    Cap(Option<u64>),
    Draw(u64),
    Repay(u64),
}

struct Hold {
    name: String,
    from: usize,
    to: usize,
    amount: u64,
    until: u64,
    /// The code of whoever comes too late; 0 while it is open.
    over: u16,
}

struct Link {
    name: String,
    by: String,
    legs: Vec<(usize, usize, u64)>,
    aside: Vec<bool>,
    until: u64,
    is_over: bool,
}

#[derive(Default)]
struct Naive {
    now: u64,
    balances: Vec<BigInt>,
    holds: Vec<Hold>,
    links: Vec<Link>,
    /// References that were used, whatever came of them.
    used: BTreeSet<String>,
    cap: Option<u64>,
    drawn: u64,
    is_overdue: bool,
    due: Option<u64>,
}

/// A participant, or the bank under which it takes part.
fn acts(signer: &str, account: usize) -> bool {
    let bank = ["ba", "bb", "ba", "bb"][account];
    signer == bank || signer == ACCOUNTS[account].1
}

impl Ask {
    fn words(&self) -> String {
        let name = |account: &usize| ACCOUNTS[*account].0;
        match self {
            Ask::Pay(from, to, sum) => format!("pay {} {} {sum}", name(from), name(to)),
            Ask::Issue(to, sum) => format!("issue {} {sum}", name(to)),
            Ask::Redeem(from, sum) => format!("redeem {} {sum}", name(from)),
            Ask::Hold(from, to, sum, until) => {
                format!("hold {} {} {sum} until={until}", name(from), name(to))
            }
            Ask::Post(hold, sum) => {
                let sum = sum.map_or(String::new(), |it| format!(" {it}"));
                format!("post {hold}{sum}")
            }
            Ask::Void(hold) => format!("void {hold}"),
            Ask::Link(legs, until) => {
                let legs = legs.iter();
                let legs = legs.map(|(from, to, sum)| format!("{}>{}:{sum}", name(from), name(to)));
                format!("link {} by={until}", legs.collect::<Vec<_>>().join(" "))
            }
            Ask::Affirm(link) => format!("affirm {link}"),
            Ask::Cancel(link) => format!("cancel {link}"),
            Ask::Return(of, from, to, sum) => {
                format!("return {of} {} {} {sum}", name(from), name(to))
            }
            Ask::Cap(cap) => {
                let cap = cap.map_or("-".to_owned(), |it| it.to_string());
                format!("intraday A1 {cap}")
            }
            Ask::Draw(sum) => format!("drawday A1 {sum}"),
            Ask::Repay(sum) => format!("repayday A1 {sum}"),
        }
    }
}

impl Naive {
    fn founded() -> Naive {
        Naive {
            balances: [1_000, 0, 500, 0].map(BigInt::from).to_vec(),
            cap: Some(300),
            ..Naive::default()
        }
    }

    /// What an account has and has not promised.
    fn free(&self, account: usize) -> BigInt {
        let mut free = self.balances[account].clone();
        if account == 0 {
            free -= PLEDGED;
        }
        for it in self
            .holds
            .iter()
            .filter(|it| it.over == 0 && it.from == account)
        {
            free -= it.amount;
        }
        for link in self.links.iter().filter(|it| !it.is_over) {
            let legs = link.legs.iter().zip(&link.aside);
            for ((from, _, sum), aside) in legs {
                if *aside && *from == account {
                    free -= *sum;
                }
            }
        }
        free
    }

    fn has(&self, account: usize, amount: u64) -> Result<(), u16> {
        if self.free(account) < BigInt::from(amount) {
            Err(260)
        } else {
            Ok(())
        }
    }

    fn shift(&mut self, from: usize, to: usize, amount: u64) {
        self.balances[from] -= amount;
        self.balances[to] += amount;
    }

    /// A block begins: holds, exchanges and the intraday credit end at their times.
    fn open(&mut self, now: u64) -> Later {
        let mut later = Later::new();
        self.now = now;
        // The night comes at a time at which nothing else ends.
        let night = self.due.filter(|due| *due <= now);
        for until in night.into_iter().chain([now]) {
            for it in self
                .holds
                .iter_mut()
                .filter(|it| it.over == 0 && it.until <= until)
            {
                it.over = 280;
            }
            for it in self
                .links
                .iter_mut()
                .filter(|it| !it.is_over && it.until <= until)
            {
                it.is_over = true;
                later.insert(it.name.clone(), "SY-00299".to_owned());
            }
            if Some(until) == night {
                let free = self.free(0).max(BigInt::from(0));
                let taken = free.min(BigInt::from(self.drawn));
                let taken = u64::try_from(taken).unwrap();
                self.balances[0] -= taken;
                self.drawn -= taken;
                self.is_overdue = self.drawn > 0;
                self.due = None;
            }
        }
        later
    }

    fn ask(
        &mut self,
        (name, signer): (&str, &str),
        ask: &Ask,
        later: &mut Later,
    ) -> Result<String, u16> {
        match ask {
            Ask::Pay(from, to, sum) => self.pay(name, signer, (*from, *to, *sum))?,
            Ask::Return(of, from, to, sum) => {
                if !self.used.contains(of) {
                    return Err(284);
                }
                self.pay(name, signer, (*from, *to, *sum))?;
            }
            Ask::Issue(to, sum) => self.balances[*to] += *sum,
            Ask::Redeem(from, sum) => {
                self.used.insert(name.to_owned());
                if !acts(signer, *from) {
                    return Err(222);
                }
                self.has(*from, *sum)?;
                self.balances[*from] -= *sum;
            }
            Ask::Hold(from, to, sum, until) => {
                self.used.insert(name.to_owned());
                if *until <= self.now || *until > self.now + 366 * 86_400 {
                    return Err(270);
                }
                if !acts(signer, *from) {
                    return Err(222);
                }
                self.has(*from, *sum)?;
                self.holds.push(Hold {
                    name: name.to_owned(),
                    from: *from,
                    to: *to,
                    amount: *sum,
                    until: *until,
                    over: 0,
                });
                return Ok(format!("holds {}", self.holds.len() - 1));
            }
            Ask::Post(hold, sum) => self.post(signer, hold, *sum)?,
            Ask::Void(hold) => {
                let at = self.open_hold(hold)?;
                if !acts(signer, self.holds[at].to) {
                    return Err(275);
                }
                self.holds[at].over = 278;
            }
            Ask::Link(legs, until) => return self.link(name, signer, legs, *until),
            Ask::Affirm(link) => self.affirm(signer, link, later)?,
            Ask::Cancel(link) => {
                let it = self.links.iter_mut().find(|it| it.name == *link);
                let it = it.ok_or(286_u16)?;
                if it.is_over {
                    return Err(290);
                }
                if it.by != signer {
                    return Err(288);
                }
                it.is_over = true;
                later.insert(link.clone(), "cancelled SY-00292".to_owned());
            }
            Ask::Cap(_) | Ask::Draw(_) | Ask::Repay(_) => return self.intraday(signer, ask),
        }
        Ok("settled".to_owned())
    }

    fn pay(
        &mut self,
        name: &str,
        signer: &str,
        (from, to, sum): (usize, usize, u64),
    ) -> Result<(), u16> {
        self.used.insert(name.to_owned());
        if !acts(signer, from) {
            return Err(222);
        }
        self.has(from, sum)?;
        self.shift(from, to, sum);
        Ok(())
    }

    fn open_hold(&self, name: &str) -> Result<usize, u16> {
        let at = self
            .holds
            .iter()
            .position(|it| it.name == name)
            .ok_or(272_u16)?;
        match self.holds[at].over {
            0 => Ok(at),
            code => Err(code),
        }
    }

    fn post(&mut self, signer: &str, hold: &str, sum: Option<u64>) -> Result<(), u16> {
        let at = self.open_hold(hold)?;
        let it = &self.holds[at];
        if !acts(signer, it.from) && !acts(signer, it.to) {
            return Err(274);
        }
        let sum = sum.unwrap_or(it.amount);
        if sum > it.amount {
            return Err(282);
        }
        let (from, to) = (it.from, it.to);
        self.holds[at].over = 276;
        self.shift(from, to, sum);
        Ok(())
    }

    /// Whether the giver of each of these legs has enough for all of its own.
    fn can_give(&self, legs: &[(usize, usize, u64)]) -> Result<(), u16> {
        for account in 0..ACCOUNTS.len() {
            let own = legs.iter().filter(|(from, ..)| *from == account);
            let sum: u64 = own.map(|(.., sum)| sum).sum();
            if sum > 0 {
                self.has(account, sum)?;
            }
        }
        Ok(())
    }

    fn link(
        &mut self,
        name: &str,
        signer: &str,
        legs: &[(usize, usize, u64)],
        until: u64,
    ) -> Result<String, u16> {
        self.used.insert(name.to_owned());
        if until <= self.now || until > self.now + 30 * 86_400 {
            return Err(294);
        }
        let mut sides = legs.iter().flat_map(|(from, to, _)| [*from, *to]);
        if !sides.any(|account| acts(signer, account)) {
            return Err(295);
        }
        let aside = legs.iter().map(|(from, ..)| acts(signer, *from));
        let aside: Vec<bool> = aside.collect();
        let own = legs.iter().zip(&aside).filter(|(_, own)| **own);
        let own: Vec<(usize, usize, u64)> = own.map(|(leg, _)| *leg).collect();
        self.can_give(&own)?;
        let is_over = aside.iter().all(|own| *own);
        if is_over {
            for (from, to, sum) in legs {
                self.shift(*from, *to, *sum);
            }
        }
        self.links.push(Link {
            name: name.to_owned(),
            by: signer.to_owned(),
            legs: legs.to_vec(),
            aside,
            until,
            is_over,
        });
        let told = if is_over { "settled" } else { "parties" };
        Ok(told.to_owned())
    }

    fn affirm(&mut self, signer: &str, name: &str, later: &mut Later) -> Result<(), u16> {
        let at = self.links.iter().position(|it| it.name == name);
        let at = at.ok_or(296_u16)?;
        if self.links[at].is_over {
            return Err(297);
        }
        let it = &self.links[at];
        let own = |place: &usize| !it.aside[*place] && acts(signer, it.legs[*place].0);
        let places: Vec<usize> = (0..it.legs.len()).filter(own).collect();
        if places.is_empty() {
            return Err(298);
        }
        let legs: Vec<(usize, usize, u64)> = places.iter().map(|place| it.legs[*place]).collect();
        self.can_give(&legs)?;
        let it = &mut self.links[at];
        for place in places {
            it.aside[place] = true;
        }
        if it.aside.iter().all(|done| *done) {
            it.is_over = true;
            for (from, to, sum) in it.legs.clone() {
                self.shift(from, to, sum);
            }
            later.insert(name.to_owned(), "settled".to_owned());
        }
        Ok(())
    }

    fn intraday(&mut self, signer: &str, ask: &Ask) -> Result<String, u16> {
        match ask {
            Ask::Cap(cap) => {
                if signer != "op" {
                    return Err(680);
                }
                if cap.is_none() && self.cap.is_none() {
                    return Err(682);
                }
                self.cap = *cap;
                return Ok("intraday 0".to_owned());
            }
            Ask::Draw(sum) => {
                if !acts(signer, 0) {
                    return Err(222);
                }
                let cap = self.cap.ok_or(682_u16)?;
                if self.is_overdue {
                    return Err(684);
                }
                if self.drawn + sum > cap {
                    return Err(686);
                }
                self.drawn += sum;
                self.balances[0] += *sum;
                self.due = Some((self.now / 86_400 + 1) * 86_400);
            }
            Ask::Repay(sum) => {
                if !acts(signer, 0) {
                    return Err(222);
                }
                if *sum > self.drawn {
                    return Err(690);
                }
                self.has(0, *sum)?;
                self.drawn -= sum;
                self.balances[0] -= *sum;
                if self.drawn == 0 {
                    (self.is_overdue, self.due) = (false, None);
                }
            }
            other => unreachable!("not about intraday credit: {other:?}"),
        }
        Ok("settled".to_owned())
    }
}

fn account(dice: &mut Dice) -> usize {
    usize::try_from(dice.below(4)).unwrap()
}

/// Two different accounts.
fn route(dice: &mut Dice) -> (usize, usize) {
    let from = account(dice);
    let step = 1 + usize::try_from(dice.below(3)).unwrap();
    (from, (from + step) % 4)
}

/// A name of those there are, mostly a late one; or one that never was.
fn recent<'a>(dice: &mut Dice, names: impl DoubleEndedIterator<Item = &'a String>) -> String {
    let back = usize::try_from(dice.below(5)).unwrap();
    let found = names.rev().nth(back).cloned();
    found.unwrap_or_else(|| "NONE".to_owned())
}

/// Who asks, mostly whom it concerns.
fn draw(dice: &mut Dice, naive: &Naive) -> (&'static str, Ask) {
    let (signer, ask) = draw_rightly(dice, naive);
    let anybody = dice.of(&["ba", "bb", "c1", "c2", "op", "reg"]);
    match (dice.below(12), &ask) {
        // Money is issued by its issuer: who may not is told elsewhere.
        (0, it) if !matches!(it, Ask::Issue(..)) => (anybody, ask),
        _ => (signer, ask),
    }
}

fn draw_rightly(dice: &mut Dice, naive: &Naive) -> (&'static str, Ask) {
    let (from, to) = route(dice);
    let sum = 1 + dice.below(300);
    // Nothing but the night ends at midnight.
    let until = match dice.below(16) {
        0 => 7,
        1 => naive.now + 40_000_007,
        _ => (naive.now + dice.below(30_000)) / 10 * 10 + 7,
    };
    let own = |account: usize| ACCOUNTS[account].1;
    let any = dice.of(&["ba", "bb", "c1", "c2"]);
    match dice.below(20) {
        0..=3 => (own(from), Ask::Pay(from, to, sum)),
        4 => ("op", Ask::Issue(to, sum)),
        5 => (own(from), Ask::Redeem(from, sum)),
        6..=8 => (own(from), Ask::Hold(from, to, sum, until)),
        9 | 10 => {
            let name = recent(dice, naive.holds.iter().map(|it| &it.name));
            let sum = (dice.below(2) == 0).then_some(sum / 2 + 1);
            (any, Ask::Post(name, sum))
        }
        11 => {
            let name = recent(dice, naive.holds.iter().map(|it| &it.name));
            (any, Ask::Void(name))
        }
        12 | 13 => {
            let legs = (0..2 + dice.below(2)).map(|_| {
                let (from, to) = route(dice);
                (from, to, 1 + dice.below(150))
            });
            let legs = legs.collect();
            (any, Ask::Link(legs, until))
        }
        14 | 15 => {
            let name = recent(dice, naive.links.iter().map(|it| &it.name));
            (any, Ask::Affirm(name))
        }
        16 => {
            let name = recent(dice, naive.links.iter().map(|it| &it.name));
            let by = naive.links.iter().find(|it| it.name == name);
            let all = ["ba", "bb", "c1", "c2", "op", "reg"].into_iter();
            let by = by.and_then(|it| all.clone().find(|name| it.by == *name));
            (by.unwrap_or(any), Ask::Cancel(name))
        }
        17 => {
            let name = recent(dice, naive.used.iter());
            (own(from), Ask::Return(name, from, to, sum))
        }
        18 => match dice.below(6) {
            0 => ("op", Ask::Cap(None)),
            1 => ("op", Ask::Cap(Some(1 + dice.below(300)))),
            _ => ("ba", Ask::Draw(sum)),
        },
        _ => ("ba", Ask::Repay(1 + dice.below(naive.drawn + 20))),
    }
}

fn run(
    seed: u64,
    operations: u64,
    reached: &mut BTreeSet<String>,
    verbs: &mut BTreeSet<&'static str>,
) -> u64 {
    let mut dice = Dice::new(seed);
    let mut stage = Stage::new();
    stage.run(BEGIN);
    let mut naive = Naive::founded();
    let mut rows = Rows::new();
    let (mut now, mut done, mut took) = (60, 0, 0);
    stage.verbs.clear();
    while done < operations {
        now += match dice.below(12) {
            0 => 43_200 + dice.below(43_200),
            _ => 1 + dice.below(3_000),
        };
        // Lines are dated by the second after their block: in the last one of a day a payment would be tomorrow's.
        now += u64::from(now % 86_400 == 86_399);
        let mut later = naive.open(now);
        let mut table = format!("block {now} empty\n");
        for _ in 0..dice.below(7) {
            let (signer, ask) = draw(&mut dice, &naive);
            let name = format!("N{done}");
            done += 1;
            let told = naive.ask((&name, signer), &ask, &mut later);
            took += u64::from(told.is_ok());
            let told = told.unwrap_or_else(|code| format!("SY-00{code}"));
            reached.insert(match told.starts_with("SY-") {
                true => told.clone(),
                false => kind_of(&ask),
            });
            table += &format!("{name} {signer} {} = {told}\n", ask.words());
        }
        for (name, outcome) in &later {
            reached.insert(outcome.clone());
            table += &format!("later {name} = {outcome}\n");
        }
        for (place, (account, _)) in ACCOUNTS.iter().enumerate() {
            table += &format!("bal {account} {}\n", naive.balances[place]);
            let free = naive.free(place).max(BigInt::from(0));
            table += &format!("avail {account} {free}\n");
        }
        let told = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| stage.run(&table)));
        assert!(told.is_ok(), "seed {seed}, operation {done}:\n{table}");
        let row = stage.ledger.products.intraday.get(0).copied().unwrap();
        let found = (row.drawn, row.is_overdue, row.due.is_some());
        let expected = (naive.drawn.into(), naive.is_overdue, naive.due.is_some());
        assert_eq!(found, expected, "seed {seed}, operation {done}");
        if dice.below(RESTORED_EVERY) == 0 {
            store(&mut rows, &mut stage.ledger);
            stage.ledger = restore(&rows).unwrap();
        }
    }
    verbs.append(&mut stage.verbs);
    took
}

/// What a run must reach, or it shows nothing.
const REACHED: &[&str] = &[
    "Pay",
    "Issue",
    "Redeem",
    "Hold",
    "Post",
    "Void",
    "Link",
    "Affirm",
    "Cancel",
    "Return",
    "Cap",
    "Draw",
    "Repay",
    "settled",
    "cancelled SY-00292",
    "SY-00222",
    "SY-00260",
    "SY-00270",
    "SY-00272",
    "SY-00274",
    "SY-00275",
    "SY-00276",
    "SY-00278",
    "SY-00280",
    "SY-00282",
    "SY-00284",
    "SY-00286",
    "SY-00288",
    "SY-00290",
    "SY-00294",
    "SY-00295",
    "SY-00296",
    "SY-00297",
    "SY-00298",
    "SY-00299",
    "SY-00680",
    "SY-00682",
    "SY-00684",
    "SY-00686",
    "SY-00690",
];

#[test]
fn random_promises_agree_with_the_naive_executor() {
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
    covered::check("promises", &verbs);
    assert!(
        took * 3 > operations,
        "{took} of {operations}: the draw is idle"
    );
}
