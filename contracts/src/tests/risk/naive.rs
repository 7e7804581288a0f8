//! Payments, queues, limits, reservations, holds and netting cycles over plain lists, everything recomputed at every question.
//!
//! It reads the lines of the tables' language itself and knows no type of the ledger. Written from docs/ledger.md and docs/liquidity.md.

use std::collections::BTreeMap;

#[derive(Clone, PartialEq, Eq, Debug)]
enum State {
    Waiting,
    Held,
    Ended(u64),
}

#[derive(Clone, Debug)]
struct Item {
    name: String,
    sender: String,
    from: String,
    to: String,
    amount: i128,
    priority: u8,
    bypass: bool,
    until: u64,
    entered: u64,
    first_cycle: usize,
    state: State,
    /// The payment with which it settles together or not at all.
    mate: Option<usize>,
}

/// One side of a pair that was sent.
#[derive(Clone, Debug)]
struct Side {
    item: Item,
    against: String,
    receive: String,
    expected: i128,
    is_open: bool,
    /// Whether the reference of the other side was used up by terms that differ.
    is_spoiled: bool,
}

/// The side that somebody waits for: the fields of its line.
pub(super) struct Wanted {
    pub(super) name: String,
    pub(super) against: String,
    pub(super) amount: i128,
    pub(super) expected: i128,
    pub(super) to: String,
    pub(super) receive: String,
}

#[derive(Clone, Debug)]
struct Held {
    name: String,
    from: String,
    to: String,
    amount: i128,
    until: u64,
    is_open: bool,
    is_posted: bool,
}

#[derive(Clone, Debug)]
struct Cycle {
    opened: u64,
    is_open: bool,
    /// Receipts of the ledger before it was decided.
    receipts: u64,
    sets: Vec<(u32, Vec<bool>)>,
}

/// Account and whom the limit is toward; most, net so far, row.
type Limits = BTreeMap<(String, String), (Option<i128>, i128, usize)>;

#[derive(Clone, Debug)]
pub(super) struct Naive {
    balances: BTreeMap<String, i128>,
    items: Vec<Item>,
    holds: Vec<Held>,
    sides: Vec<Side>,
    limits: Limits,
    /// Class, daily, left, row.
    reserved: BTreeMap<String, (u8, i128, i128, usize)>,
    cycles: Vec<Cycle>,
    sets: usize,
    height: u64,
    second: u64,
    receipts: u64,
    told: Vec<(String, String)>,
    /// What happened how often.
    pub(super) reached: BTreeMap<&'static str, usize>,
}

type Code = &'static str;

impl Naive {
    pub(super) fn new(balances: &[(&str, i128)]) -> Naive {
        let balances = balances.iter().map(|(name, it)| ((*name).to_owned(), *it));
        Naive {
            balances: balances.collect(),
            items: Vec::new(),
            holds: Vec::new(),
            sides: Vec::new(),
            limits: BTreeMap::new(),
            reserved: BTreeMap::new(),
            cycles: Vec::new(),
            sets: 0,
            height: 0,
            second: 0,
            receipts: 0,
            told: Vec::new(),
            reached: BTreeMap::new(),
        }
    }

    pub(super) fn balance(&self, account: &str) -> i128 {
        self.balances[account]
    }

    pub(super) fn available(&self, account: &str) -> i128 {
        self.free(account, 9)
    }

    pub(super) fn open_cycle(&self) -> Option<(usize, usize)> {
        let last = self.cycles.len().checked_sub(1)?;
        let cycle = self.cycles[last].clone();
        cycle
            .is_open
            .then(|| (last, self.listed(cycle.opened).len()))
    }

    /// A set that could settle now, as bits over the list of the open cycle: the strict one and what can be added to it, from some place on.
    pub(super) fn good_set(&self, from: usize) -> Vec<bool> {
        let opened = self.cycles.last().map_or(0, |it| it.opened);
        let frozen = self.listed(opened);
        let waits = |it: &usize| self.items[*it].state == State::Waiting;
        let list: Vec<usize> = frozen.iter().copied().filter(waits).collect();
        let list = self.admitted(list);
        let mut chosen = self.strict(&list);
        for place in 0..list.len() {
            let next = list[(place + from) % list.len()];
            let mut more = chosen.clone();
            more.push(next);
            more.extend(self.items[next].mate);
            if !chosen.contains(&next) && self.is_judged_sound(&more, &list) {
                chosen = more;
            }
        }
        frozen.iter().map(|it| chosen.contains(it)).collect()
    }

    fn reach(&mut self, way: &'static str) {
        *self.reached.entry(way).or_default() += 1;
    }

    /// One block with one line; every receipt.
    pub(super) fn block(&mut self, line: &str, second: u64) -> Vec<(String, String)> {
        self.block_beside(line, second, 0)
    }

    /// The same in a block with so many receipts of instructions that concern nobody here.
    pub(super) fn block_beside(
        &mut self,
        line: &str,
        second: u64,
        others: u64,
    ) -> Vec<(String, String)> {
        let day = |second: u64| second / 86_400;
        let is_new_day = day(second) != day(self.second);
        self.height += 1;
        self.second = second;
        self.fall_due(is_new_day);
        self.decide();
        let words: Vec<&str> = line.split_whitespace().collect();
        let outcome = self.act(&words);
        self.told.push((words[0].to_owned(), outcome));
        self.sweep();
        let told = std::mem::take(&mut self.told);
        self.receipts += told.len() as u64 + others;
        self.open();
        told
    }

    fn fall_due(&mut self, is_new_day: bool) {
        for place in 0..self.items.len() {
            let item = &self.items[place];
            if !matches!(item.state, State::Ended(_)) && item.until <= self.second {
                self.told.push((item.name.clone(), "SY-00606".to_owned()));
                self.items[place].state = State::Ended(self.height);
                self.end_mate(place);
                self.reach("expired");
            }
        }
        for side in &mut self.sides {
            if side.is_open && side.item.until <= self.second {
                side.is_open = false;
                let told = (side.item.name.clone(), "SY-00676".to_owned());
                self.told.push(told);
            }
        }
        for hold in &mut self.holds {
            hold.is_open &= hold.until > self.second;
        }
        if is_new_day {
            for (_, net, _) in self.limits.values_mut() {
                *net = 0;
            }
            for (_, daily, left, _) in self.reserved.values_mut() {
                if *daily > 0 {
                    *left = *daily;
                }
            }
        }
    }

    fn pending(&self, from: &str, to: Option<&str>) -> i128 {
        let holds = self.holds.iter().filter(|it| it.is_open && it.from == from);
        let holds = holds.filter(|it| to.is_none_or(|to| it.to == to));
        holds.map(|it| it.amount).sum()
    }

    /// What a payment of a priority may take.
    fn free(&self, account: &str, priority: u8) -> i128 {
        let kept = match self.reserved.get(account) {
            Some((class, _, left, _)) if priority > *class => *left,
            _ => 0,
        };
        self.balances[account] - self.pending(account, None) - kept
    }

    fn in_force(&self, account: &str, toward: &str) -> Option<(i128, i128)> {
        let (most, net, _) = self.limits.get(&(account.to_owned(), toward.to_owned()))?;
        Some(((*most)?, *net))
    }

    /// What may still be sent, net, within the limits in which a payment counts, each with its code.
    fn room(&self, from: &str, to: &str) -> Vec<(i128, Code)> {
        let mut rooms = Vec::new();
        if let Some((most, net)) = self.in_force(from, to) {
            rooms.push((most - net - self.pending(from, Some(to)), "SY-00650"));
        } else if let Some((most, net)) = self.in_force(from, "others") {
            let others = self.balances.keys();
            let others = others.filter(|it| self.in_force(from, it).is_none());
            let pending: i128 = others.map(|it| self.pending(from, Some(it))).sum();
            rooms.push((most - net - pending, "SY-00652"));
        }
        if let Some((most, net)) = self.in_force(from, "all") {
            rooms.push((most - net - self.pending(from, None), "SY-00654"));
        }
        rooms
    }

    fn limited(&self, from: &str, to: &str, amount: i128) -> Option<Code> {
        let rooms = self.room(from, to).into_iter();
        rooms
            .filter(|(room, _)| amount > *room)
            .map(|it| it.1)
            .next()
    }

    fn stopped(&self, from: &str, to: &str, amount: i128, priority: u8) -> Option<Code> {
        if amount > self.free(from, priority) {
            return Some("SY-00260");
        }
        self.limited(from, to, amount)
    }

    fn shift(&mut self, from: &str, to: &str, amount: i128) {
        *self.balances.get_mut(from).unwrap() -= amount;
        *self.balances.get_mut(to).unwrap() += amount;
        for (own, other, signed) in [(from, to, amount), (to, from, -amount)] {
            let towards = match self.in_force(own, other) {
                Some(_) => [other, "all"],
                None => ["others", "all"],
            };
            for toward in towards {
                if let Some((Some(_), net, _)) =
                    self.limits.get_mut(&(own.to_owned(), toward.to_owned()))
                {
                    *net += signed;
                }
            }
        }
    }

    fn pay(&mut self, from: &str, to: &str, amount: i128, priority: u8) {
        self.shift(from, to, amount);
        if let Some((class, _, left, _)) = self.reserved.get_mut(from)
            && priority <= *class
        {
            if *left > 0 {
                *self.reached.entry("urgent").or_default() += 1;
            }
            *left = (*left - amount).max(0);
        }
    }

    /// Places of what waits in an account's queue, in its order.
    fn queue(&self, account: &str) -> Vec<usize> {
        let all = self.items.iter().enumerate();
        let own = all.filter(|(_, it)| it.state == State::Waiting && it.from == account);
        let mut own: Vec<(u8, usize)> = own.map(|(place, it)| (it.priority, place)).collect();
        own.sort_unstable();
        own.into_iter().map(|(_, place)| place).collect()
    }

    fn settle_item(&mut self, place: usize) {
        let item = self.items[place].clone();
        self.pay(&item.from, &item.to, item.amount, item.priority);
        self.items[place].state = State::Ended(self.height);
        self.told.push((item.name, "settled".to_owned()));
    }

    /// What ended without settling takes the other payment of its pair along.
    fn end_mate(&mut self, place: usize) {
        if let Some(mate) = self.items[place].mate
            && !matches!(self.items[mate].state, State::Ended(_))
        {
            self.items[mate].state = State::Ended(self.height);
            let told = (self.items[mate].name.clone(), "SY-00678".to_owned());
            self.told.push(told);
            self.reach("mate ended");
        }
    }

    /// What stops a head: its own lack, or that the other payment of its pair is no head or lacks something.
    fn head_stopped(&self, head: usize) -> Option<Code> {
        let own = |place: usize| {
            let it = &self.items[place];
            self.stopped(&it.from, &it.to, it.amount, it.priority)
        };
        let mate = self.items[head].mate.filter(|mate| {
            let first = self.queue(&self.items[*mate].from).first().copied();
            first != Some(*mate) || own(*mate).is_some()
        });
        own(head).or(mate.map(|_| "SY-00677"))
    }

    /// The other side that somebody waits for most urgently: the oldest.
    pub(super) fn wanted(&self) -> Option<Wanted> {
        let side = self.sides.iter().find(|it| it.is_open && !it.is_spoiled)?;
        Some(Wanted {
            name: side.against.clone(),
            against: side.item.name.clone(),
            amount: side.expected,
            expected: side.item.amount,
            to: side.receive.clone(),
            receive: side.item.to.clone(),
        })
    }

    /// One side of a pair comes in.
    fn match_sides(&mut self, side: Side) -> String {
        let named = |it: &&mut Side| it.item.name == side.against;
        let Some(other) = self.sides.iter_mut().find(named) else {
            self.sides.push(side);
            return "parties".to_owned();
        };
        if !other.is_open {
            return "SY-00672".to_owned();
        }
        let gets = |one: &Side, other: &Side| {
            one.against == other.item.name
                && one.receive == other.item.to
                && one.expected == other.item.amount
        };
        if !gets(&side, other) || !gets(other, &side) {
            other.is_spoiled = true;
            return "SY-00674".to_owned();
        }
        other.is_open = false;
        let first = other.item.clone();
        let mut pair = [first, side.item.clone()];
        self.sides.push(Side {
            is_open: false,
            ..side
        });
        let is_free = |it: &Item| {
            let mut ahead = self.queue(&it.from).into_iter();
            let is_blocked = ahead.any(|other| self.items[other].priority <= it.priority);
            (!is_blocked || it.bypass)
                && self
                    .stopped(&it.from, &it.to, it.amount, it.priority)
                    .is_none()
        };
        if pair.iter().all(is_free) {
            for it in &pair {
                self.pay(&it.from, &it.to, it.amount, it.priority);
            }
            self.told.push((pair[0].name.clone(), "settled".to_owned()));
            self.reach("matched");
            self.sweep();
            return "settled".to_owned();
        }
        let until = pair[0].until.min(pair[1].until);
        let next = self.items.len();
        for (it, mate) in pair.iter_mut().zip([next + 1, next]) {
            (it.until, it.mate) = (until, Some(mate));
            (it.entered, it.first_cycle) = (self.height, self.cycles.len());
        }
        self.told.push((pair[0].name.clone(), "queued".to_owned()));
        self.items.extend(pair);
        "queued".to_owned()
    }

    /// Settles heads until none can.
    fn sweep(&mut self) {
        let accounts: Vec<String> = self.balances.keys().cloned().collect();
        loop {
            let mut moved = false;
            for account in &accounts {
                while let Some(head) = self.queue(account).first().copied() {
                    match self.head_stopped(head) {
                        None => {
                            self.settle_item(head);
                            if let Some(mate) = self.items[head].mate {
                                self.settle_item(mate);
                                self.reach("pair swept");
                            }
                            self.reach("swept");
                            moved = true;
                        }
                        Some(code) => {
                            if code != "SY-00260" {
                                self.reach("limited");
                            }
                            break;
                        }
                    }
                }
            }
            if !moved {
                return;
            }
        }
    }

    fn enter(&mut self, item: Item, waits: bool) -> String {
        let ahead = self.queue(&item.from).into_iter();
        let mut ahead = ahead.filter(|it| self.items[*it].priority <= item.priority);
        let is_blocked = ahead.next().is_some() && !item.bypass;
        let stopped = match is_blocked {
            true => Some("SY-00602"),
            false => self.stopped(&item.from, &item.to, item.amount, item.priority),
        };
        let Some(code) = stopped else {
            self.pay(&item.from, &item.to, item.amount, item.priority);
            // Only whoever is paid, and who is paid by that, is looked after here; a whole sweep at the end gives the same.
            self.sweep();
            return "settled".to_owned();
        };
        if !waits {
            return code.to_owned();
        }
        if !is_blocked && let Some(back) = self.offset(&item) {
            self.pay(&item.from, &item.to, item.amount, item.priority);
            for place in back {
                self.settle_item(place);
            }
            self.reach("offset");
            self.sweep();
            return "settled".to_owned();
        }
        self.items.push(item);
        "queued".to_owned()
    }

    /// The fewest payments back, in queue order, with which an entering one can settle.
    fn offset(&self, item: &Item) -> Option<Vec<usize>> {
        let mut found: Vec<usize> = Vec::new();
        let mut gap = false;
        for place in self.queue(&item.to).into_iter().take(64) {
            let back = &self.items[place];
            if back.to != item.from || back.mate.is_some() || (gap && !back.bypass) {
                gap = true;
                continue;
            }
            found.push(place);
            let sum: i128 = found.iter().map(|it| self.items[*it].amount).sum();
            let least_urgent = found.iter().map(|it| self.items[*it].priority).max()?;
            let funded = self.free(&item.from, item.priority) + sum >= item.amount
                && self.free(&item.to, least_urgent) + item.amount >= sum;
            let net = item.amount - sum;
            let (from, to) = match net >= 0 {
                true => (&item.from, &item.to),
                false => (&item.to, &item.from),
            };
            let limited = self
                .limited(from, to, net.abs())
                .or(self.limited(to, from, 0));
            if funded && limited.is_none() {
                return Some(found);
            }
            if found.len() == 10 {
                return None;
            }
        }
        None
    }

    fn act(&mut self, words: &[&str]) -> String {
        let (name, signer, verb) = (words[0], words[1], words[2]);
        let option = |name: &str| {
            let mut all = words.iter().filter_map(|it| it.split_once('='));
            all.find(|(key, _)| *key == name).map(|(_, value)| value)
        };
        let number = |text: &str| text.parse::<i128>().unwrap();
        match verb {
            "issue" => {
                *self.balances.get_mut(words[3]).unwrap() += number(words[4]);
                "settled".to_owned()
            }
            "pay" | "versus" => self.payment(name, signer, &words[2..]),
            "bulk" => self.bulk(words[4], &words[5..]),
            "cancel" | "park" | "unpark" | "prio" => self.change(signer, verb, &words[3..]),
            "limit" => self.set_limit(words[3], words[4], words[5]),
            "reserve" => {
                let next = self.reserved.len();
                let row = self.reserved.get(words[3]).map_or(next, |it| it.3);
                let (class, amount) = (words[4].parse().unwrap(), number(words[5]));
                self.reserved
                    .insert(words[3].to_owned(), (class, amount, amount, row));
                self.sweep();
                format!("reservations {row}")
            }
            "hold" => {
                let amount = number(words[5]);
                if let Some(code) = self.stopped(words[3], words[4], amount, 5) {
                    return code.to_owned();
                }
                self.holds.push(Held {
                    name: name.to_owned(),
                    from: words[3].to_owned(),
                    to: words[4].to_owned(),
                    amount,
                    until: option("until").unwrap().parse().unwrap(),
                    is_open: true,
                    is_posted: false,
                });
                format!("holds {}", self.holds.len() - 1)
            }
            "post" => self.post(signer, words[3]),
            "set" => self.submit(signer, words[3].parse().unwrap(), words[4]),
            other => panic!("no verb {other}"),
        }
    }

    /// A payment, or one side of a pair: verb, accounts, amount and options.
    fn payment(&mut self, name: &str, signer: &str, words: &[&str]) -> String {
        let option = |name: &str| {
            let options = words.iter().filter_map(|word| word.split_once('='));
            let mut found = options.filter(|(it, _)| *it == name);
            found.next().map(|it| it.1)
        };
        let number = |text: &str| text.parse::<i128>().unwrap();
        let until = option("until").map(|it| it.parse().unwrap());
        let item = Item {
            name: name.to_owned(),
            sender: signer.to_owned(),
            from: words[1].to_owned(),
            to: words[2].to_owned(),
            amount: number(words[3]),
            priority: option("priority").map_or(5, |it| it.parse().unwrap()),
            bypass: option("bypass").is_some(),
            until: until.unwrap_or(0),
            entered: self.height,
            first_cycle: self.cycles.len(),
            state: State::Waiting,
            mate: None,
        };
        if words[0] == "versus" {
            return self.match_sides(Side {
                item,
                against: option("against").unwrap().to_owned(),
                receive: option("receive").unwrap().to_owned(),
                expected: number(option("expect").unwrap()),
                is_open: true,
                is_spoiled: false,
            });
        }
        self.enter(item, until.is_some())
    }

    fn bulk(&mut self, from: &str, legs: &[&str]) -> String {
        let mut refused = Vec::new();
        let mut settled = 0;
        for (place, leg) in legs.iter().enumerate() {
            let (to, amount) = leg.split_once(':').unwrap();
            let amount: i128 = amount.parse().unwrap();
            let code = match from == to {
                true => Some("SY-00022"),
                false => self.stopped(from, to, amount, 5),
            };
            match code {
                Some(code) => refused.push(format!("[{place} {code}]")),
                None => {
                    self.pay(from, to, amount, 5);
                    settled += 1;
                }
            }
        }
        format!("settled {settled} {}", refused.join(" "))
            .trim()
            .to_owned()
    }

    fn change(&mut self, signer: &str, verb: &str, words: &[&str]) -> String {
        if verb == "cancel"
            && let Some(outcome) = self.cancel_side(signer, words[0])
        {
            return outcome;
        }
        let found = self.items.iter().position(|it| it.name == words[0]);
        let (unknown, foreign, ended) = match verb {
            "cancel" => ("SY-00286", "SY-00288", "SY-00290"),
            _ => ("SY-00610", "SY-00612", "SY-00614"),
        };
        let Some(place) = found else {
            return unknown.to_owned();
        };
        if self.items[place].sender != signer {
            return foreign.to_owned();
        }
        if matches!(self.items[place].state, State::Ended(_)) {
            return ended.to_owned();
        }
        let item = &mut self.items[place];
        match verb {
            "cancel" => {
                item.state = State::Ended(self.height);
                let told = (words[0].to_owned(), "cancelled SY-00292".to_owned());
                self.told.push(told);
                self.end_mate(place);
                return "settled".to_owned();
            }
            "park" => item.state = State::Held,
            "unpark" => item.state = State::Waiting,
            _ => item.priority = words[1].parse().unwrap(),
        }
        self.sweep();
        "settled".to_owned()
    }

    /// Takes back a side that waits for the other; `None` for anything else.
    fn cancel_side(&mut self, signer: &str, name: &str) -> Option<String> {
        let is_queued = self.items.iter().any(|it| it.name == name);
        let side = self.sides.iter_mut().find(|it| it.item.name == name)?;
        if !side.is_open {
            return (!is_queued).then(|| "SY-00290".to_owned());
        }
        if side.item.sender != signer {
            return Some("SY-00288".to_owned());
        }
        side.is_open = false;
        let told = (name.to_owned(), "cancelled SY-00292".to_owned());
        self.told.push(told);
        Some("settled".to_owned())
    }

    fn set_limit(&mut self, account: &str, toward: &str, amount: &str) -> String {
        let toward = toward.strip_prefix("one:").unwrap_or(toward);
        let key = (account.to_owned(), toward.to_owned());
        let before = self.limits.get(&key).copied();
        let in_force = before.filter(|it| it.0.is_some());
        if amount == "-" && in_force.is_none() {
            return "SY-00634".to_owned();
        }
        let most: Option<i128> = (amount != "-").then(|| amount.parse().unwrap());
        let net = in_force.map_or(0, |it| it.1);
        // What is held or reserved is part of what the account can still pay.
        let cover = self.balances[account] + net;
        if toward == "all" && most.is_some_and(|most| most > cover.max(0)) {
            return "SY-00638".to_owned();
        }
        let row = before.map_or(self.limits.len(), |it| it.2);
        self.limits.insert(key, (most, net, row));
        self.sweep();
        format!("limits {row}")
    }

    fn post(&mut self, signer: &str, name: &str) -> String {
        let owner = |account: &str| match account {
            "A1" => ["ba", "-"],
            "B1" => ["bb", "-"],
            "C1" => ["c1", "ba"],
            _ => ["c2", "bb"],
        };
        let Some(place) = self.holds.iter().position(|it| it.name == name) else {
            return "SY-00272".to_owned();
        };
        let hold = self.holds[place].clone();
        if hold.is_posted {
            return "SY-00276".to_owned();
        }
        if !hold.is_open {
            return "SY-00280".to_owned();
        }
        let sides = [owner(&hold.from), owner(&hold.to)].concat();
        if !sides.contains(&signer) {
            return "SY-00274".to_owned();
        }
        self.holds[place].is_open = false;
        self.holds[place].is_posted = true;
        self.shift(&hold.from, &hold.to, hold.amount);
        "settled".to_owned()
    }

    /// The list of a cycle: what waited at the end of the block that opened it, in order of entry.
    fn listed(&self, opened: u64) -> Vec<usize> {
        let all = self.items.iter().enumerate();
        let waited = all.filter(|(_, it)| {
            let over = matches!(it.state, State::Ended(height) if height <= opened);
            it.entered <= opened && !over
        });
        waited.map(|(place, _)| place).collect()
    }

    fn open(&mut self) {
        let is_quiet = match self.cycles.last() {
            Some(cycle) => cycle.is_open || self.receipts <= cycle.receipts,
            None => false,
        };
        if !is_quiet && self.items.iter().any(|it| it.state == State::Waiting) {
            self.cycles.push(Cycle {
                opened: self.height,
                is_open: true,
                receipts: 0,
                sets: Vec::new(),
            });
        }
    }

    fn submit(&mut self, signer: &str, cycle: usize, digits: &str) -> String {
        let by = ["op", "ba", "bb"].iter().position(|it| *it == signer);
        let by = u32::try_from(by.unwrap()).unwrap();
        let Some((open, listed)) = self.open_cycle().filter(|(open, _)| *open == cycle) else {
            return "SY-00622".to_owned();
        };
        if self.cycles[open].sets.iter().any(|(other, _)| *other == by) {
            return "SY-00626".to_owned();
        }
        let bytes: Vec<u8> = (0..digits.len() / 2)
            .map(|it| u8::from_str_radix(&digits[2 * it..2 * it + 2], 16).unwrap())
            .collect();
        let bits = (0..listed).map(|it| bytes[it / 8] >> (it % 8) & 1 == 1);
        self.cycles[open].sets.push((by, bits.collect()));
        self.sets += 1;
        format!("cycle-sets {}", self.sets - 1)
    }

    /// What of a list may take part: of a pair both or none, and nothing that keeps its place behind what may not.
    fn admitted(&self, mut list: Vec<usize>) -> Vec<usize> {
        loop {
            let split = list.iter().copied().find(|it| {
                let mate = self.items[*it].mate;
                mate.is_some_and(|mate| !list.contains(&mate))
            });
            let Some(split) = split else {
                return list;
            };
            let queue = self.queue(&self.items[split].from);
            let behind = queue.into_iter().skip_while(|it| *it != split).skip(1);
            let behind: Vec<usize> = behind.filter(|it| !self.items[*it].bypass).collect();
            list.retain(|it| *it != split && !behind.contains(it));
        }
    }

    /// Whether these may settle together.
    fn sound(&self, chosen: &[usize]) -> bool {
        let is_whole = |it: &usize| {
            let mate = self.items[*it].mate;
            mate.is_none_or(|mate| chosen.contains(&mate))
        };
        if !chosen.iter().all(is_whole) {
            return false;
        }
        let mut after = self.clone();
        for place in chosen {
            let it = after.items[*place].clone();
            after.pay(&it.from, &it.to, it.amount, it.priority);
        }
        let accounts: Vec<String> = self.balances.keys().cloned().collect();
        accounts.iter().all(|account| {
            let sent = || {
                chosen
                    .iter()
                    .map(|it| &self.items[*it])
                    .filter(|it| it.from == *account)
            };
            let Some(least_urgent) = sent().map(|it| it.priority).max() else {
                return true;
            };
            let limits = sent().all(|it| after.limited(account, &it.to, 0).is_none());
            after.free(account, least_urgent) >= 0 && limits && self.in_order(account, chosen)
        })
    }

    /// Whether no payment that keeps its place overtakes one of its account that stays.
    fn in_order(&self, account: &str, chosen: &[usize]) -> bool {
        let mut gap = false;
        self.queue(account).into_iter().all(|place| {
            let settles = chosen.contains(&place);
            gap |= !settles;
            !settles || !gap || self.items[place].bypass
        })
    }

    fn score(&self, chosen: &[usize], list: &[usize]) -> (Vec<i128>, usize, i64, Vec<bool>) {
        let value = |priority: u8| {
            let of = chosen.iter().map(|it| &self.items[*it]);
            of.filter(|it| it.priority == priority)
                .map(|it| it.amount)
                .sum()
        };
        let place = |it: &usize| list.iter().position(|other| other == it).unwrap();
        let places = chosen.iter().map(|it| place(it) as i64).sum::<i64>();
        let bits = list.iter().map(|it| chosen.contains(it)).collect();
        ((0..=9).map(value).collect(), chosen.len(), -places, bits)
    }

    fn decide(&mut self) {
        let Some(last) = self.cycles.len().checked_sub(1) else {
            return;
        };
        let cycle = self.cycles[last].clone();
        if !cycle.is_open || self.height < cycle.opened + 4 {
            return;
        }
        let frozen = self.listed(cycle.opened);
        let list = frozen.iter().copied();
        let list: Vec<usize> = list
            .filter(|it| self.items[*it].state == State::Waiting)
            .collect();
        let list = self.admitted(list);
        let mut best = self.strict(&list);
        let mut honour = "cycle";
        let mut sets = cycle.sets.clone();
        sets.sort();
        for (_, bits) in sets {
            let set = frozen.iter().zip(bits).filter(|(_, is_in)| *is_in);
            let set: Vec<usize> = set
                .map(|(it, _)| *it)
                .filter(|it| list.contains(it))
                .collect();
            let better = self.score(&set, &list) > self.score(&best, &list);
            if better && self.is_judged_sound(&set, &list) {
                best = set;
                honour = "best set";
            }
        }
        for place in &best {
            if self.items[*place].mate.is_some() {
                self.reach("pair in a cycle");
            }
            self.settle_item(*place);
            self.reach(honour);
        }
        self.cycles[last].is_open = false;
        // Receipts of the ledger before this block.
        self.cycles[last].receipts = self.receipts;
        self.age(last);
    }

    /// Every eighth cycle in whose list it may have been makes what waits one step more urgent, not beyond 1 and not into what is reserved.
    fn age(&mut self, cycle: usize) {
        for place in 0..self.items.len() {
            let item = &self.items[place];
            let through = (cycle + 1).saturating_sub(item.first_cycle);
            let reserve = self.reserved.get(&item.from).filter(|it| it.2 > 0);
            let is_kept_out = reserve.is_some_and(|it| item.priority == it.0 + 1);
            if item.state == State::Waiting
                && through > 0
                && through.is_multiple_of(8)
                && item.priority > 1
                && !is_kept_out
            {
                self.items[place].priority -= 1;
                self.reach("aged");
            }
        }
    }

    /// As [`Naive::sound`], where what entered after the list does not stand ahead of anything.
    fn is_judged_sound(&self, set: &[usize], list: &[usize]) -> bool {
        let mut only = self.clone();
        for (place, item) in only.items.iter_mut().enumerate() {
            if !list.contains(&place) {
                item.state = State::Ended(0);
            }
        }
        only.sound(set)
    }

    /// The greatest set in strict order: as long as somebody breaks a rule, its last payment goes.
    fn strict(&self, list: &[usize]) -> Vec<usize> {
        let mut chosen = list.to_vec();
        loop {
            let broken = self.balances.keys().find(|account| {
                let own = chosen
                    .iter()
                    .filter(|it| self.items[**it].from == **account);
                own.count() > 0 && !self.keeps(account, &chosen)
            });
            let Some(account) = broken else {
                return chosen;
            };
            let mut own: Vec<(u8, usize)> = chosen
                .iter()
                .filter(|it| self.items[**it].from == *account)
                .map(|it| (self.items[*it].priority, *it))
                .collect();
            own.sort_unstable();
            let last = own.last().unwrap().1;
            chosen.retain(|it| *it != last);
            self.keep_pairs(&mut chosen);
        }
    }

    /// Takes out payments that lost the other of their pair, and everything behind them.
    fn keep_pairs(&self, chosen: &mut Vec<usize>) {
        loop {
            let lost = chosen.iter().copied().find(|it| {
                let mate = self.items[*it].mate;
                mate.is_some_and(|mate| !chosen.contains(&mate))
            });
            let Some(lost) = lost else {
                return;
            };
            let key = |it: usize| (self.items[it].priority, it);
            let from = self.items[lost].from.clone();
            chosen.retain(|it| self.items[*it].from != from || key(*it) < key(lost));
        }
    }

    fn keeps(&self, account: &str, chosen: &[usize]) -> bool {
        let mut after = self.clone();
        for place in chosen {
            let it = after.items[*place].clone();
            after.pay(&it.from, &it.to, it.amount, it.priority);
        }
        let sent = || {
            chosen
                .iter()
                .map(|it| &self.items[*it])
                .filter(|it| it.from == account)
        };
        let least_urgent = sent().map(|it| it.priority).max().unwrap_or(0);
        after.free(account, least_urgent) >= 0
            && sent().all(|it| after.limited(account, &it.to, 0).is_none())
    }
}
