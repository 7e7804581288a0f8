//! The naive executor of standing orders, requests, recalls and disputes: lists and big integers, no calendar, no queue.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use sycee_primitives::BusinessDate;

pub(super) const ACCOUNTS: [&str; 4] = ["A1", "B1", "C1", "C2"];

/// 2026-12-01.
const FIRST_DAY: u64 = 20_788;

const ANSWER_SECONDS: u64 = 92 * 86_400;

#[derive(Clone, Debug)]
pub(super) enum Ask {
    Pay {
        from: &'static str,
        to: &'static str,
        amount: u64,
        day: u64,
    },
    Bulk {
        from: &'static str,
        legs: Vec<(&'static str, u64)>,
        all: bool,
        day: u64,
    },
    Exchange {
        legs: Vec<(&'static str, &'static str, u64)>,
        until: u64,
    },
    Request {
        from: &'static str,
        to: &'static str,
        amount: u64,
        part: bool,
        until: u64,
    },
    Answer {
        name: String,
        amount: Option<u64>,
    },
    Recall {
        name: String,
        until: u64,
        lie: bool,
    },
    Back {
        name: String,
        amount: Option<u64>,
    },
    Contest {
        name: String,
        amount: u64,
    },
    Evidence {
        name: String,
    },
    Decide {
        name: String,
        amount: u64,
        until: u64,
    },
    Compensate {
        name: String,
    },
    Cancel {
        name: String,
    },
    Order {
        from: &'static str,
        to: &'static str,
        amount: u64,
        first: u64,
        last: Option<u64>,
        every: u64,
        stop: bool,
        total: Option<u64>,
    },
    Reorder {
        order: usize,
        amount: u64,
        stop: bool,
        total: Option<u64>,
    },
    Unorder {
        order: usize,
    },
}

/// Anything that has a name: a payment, a request, a recall, a dispute.
#[derive(Clone, Debug)]
struct Named {
    name: String,
    kind: &'static str,
    sender: &'static str,
    payer: &'static str,
    payee: &'static str,
    amount: u64,
    part: bool,
    until: u64,
    /// Of a recall or dispute: the payment.
    about: String,
    /// open, settled, over, owed
    state: &'static str,
    documents: [u32; 2],
}

pub(super) struct Standing {
    from: &'static str,
    to: &'static str,
    amount: u64,
    next: u64,
    last: Option<u64>,
    every: u64,
    stop: bool,
    total: Option<u64>,
    sum: u64,
    paid: u32,
    missed: u32,
    pub(super) state: &'static str,
}

#[derive(Default)]
pub(super) struct Naive {
    pub(super) now: u64,
    moved: BTreeMap<&'static str, BigInt>,
    named: Vec<Named>,
    back: BTreeMap<String, u64>,
    /// Refused legs of bulk payments, as evidence tells them.
    refused: BTreeMap<String, String>,
    pub(super) orders: Vec<Standing>,
}

type Later = BTreeMap<String, String>;

/// Who pays from an account by itself.
pub(super) fn owner(account: &str) -> &'static str {
    match account {
        "A1" => "ba",
        "B1" => "bb",
        "C1" => "c1",
        _ => "c2",
    }
}

/// The accounts for which a bank acts.
pub(super) fn accounts_of(bank: &str) -> [&'static str; 2] {
    match bank {
        "ba" => ["A1", "C1"],
        _ => ["B1", "C2"],
    }
}

fn acts(signer: &str, account: &str) -> bool {
    let bank = match account {
        "A1" | "C1" => "ba",
        _ => "bb",
    };
    signer == bank || signer == owner(account)
}

fn day(number: u64) -> String {
    let day = u32::try_from(FIRST_DAY + number).unwrap();
    BusinessDate(day).to_string()
}

/// A line about a standing order.
fn order_line(ask: &Ask) -> String {
    let total = |it: &Option<u64>| it.map_or(String::new(), |it| format!(" total={it}"));
    let stop = |it: bool| if it { " short=stop" } else { "" };
    match ask {
        Ask::Order {
            from,
            to,
            amount,
            first,
            last,
            every,
            stop: ends,
            total: most,
        } => {
            let last = last.map_or(String::new(), |it| format!(" last={}", day(it)));
            let (first, most) = (day(*first), total(most));
            let ends = stop(*ends);
            format!("order {from} {to} {amount} every={every}d first={first}{last}{ends}{most}")
        }
        Ask::Reorder {
            order,
            amount,
            stop: ends,
            total: most,
        } => {
            format!("reorder {order} {amount}{}{}", stop(*ends), total(most))
        }
        Ask::Unorder { order } => format!("unorder {order}"),
        other => unreachable!("not about an order: {other:?}"),
    }
}

impl Standing {
    pub(super) fn told(&self) -> String {
        format!(
            "{} {} {} {}",
            self.state,
            self.paid,
            self.missed,
            day(self.next)
        )
    }
}

impl Naive {
    pub(super) fn balance(&self, account: &str) -> BigInt {
        let opening = match account {
            "A1" => 1_000,
            "C1" => 500,
            _ => 0,
        };
        self.moved.get(account).cloned().unwrap_or_default() + opening
    }

    pub(super) fn names(&self, kind: &str) -> Vec<String> {
        let all = self.named.iter();
        let own = all.filter(|it| it.kind == kind || (kind == "any" && it.kind != "payment"));
        own.map(|it| it.name.clone()).collect()
    }

    fn get(&self, kind: &str, name: &str) -> Option<&Named> {
        let mut all = self.named.iter();
        all.find(|it| it.name == name && it.kind == kind)
    }

    fn set(&mut self, name: &str, state: &'static str) {
        let mut all = self.named.iter_mut();
        all.find(|it| it.name == name).unwrap().state = state;
    }

    /// Payer, payee and amount of what has this name.
    pub(super) fn sides(&self, name: &str) -> (&'static str, &'static str, u64) {
        let it = self.named.iter().find(|it| it.name == name).unwrap();
        match it.kind {
            "request" => (it.payee, it.payer, it.amount),
            _ => (it.payer, it.payee, it.amount),
        }
    }

    pub(super) fn sender(&self, name: &str) -> &'static str {
        self.named.iter().find(|it| it.name == name).unwrap().sender
    }

    pub(super) fn order_owner(&self, order: usize) -> &'static str {
        self.orders.get(order).map_or("ba", |it| owner(it.from))
    }

    fn transfer(&mut self, from: &'static str, to: &'static str, amount: u64) -> bool {
        if self.balance(from) < BigInt::from(amount) {
            return false;
        }
        *self.moved.entry(from).or_default() -= amount;
        *self.moved.entry(to).or_default() += amount;
        true
    }

    /// A block begins: whatever has fallen due, the oldest first; at one time orders, requests, recalls, disputes, each by number.
    pub(super) fn open(&mut self, now: u64) -> Later {
        self.now = now;
        let mut later = Later::new();
        loop {
            let mut due: Vec<(u64, u8, usize)> = Vec::new();
            for (id, order) in self.orders.iter().enumerate() {
                if order.state == "active" {
                    due.push((order.next * 86_400, 0, id));
                }
            }
            for (id, it) in self.named.iter().enumerate() {
                match (it.kind, it.state) {
                    ("request", "open") => due.push((it.until, 1, id)),
                    ("recall", "open") => due.push((it.until, 2, id)),
                    ("dispute", "decided") => due.push((it.until, 3, id)),
                    _ => {}
                }
            }
            due.sort_unstable();
            let Some((_, kind, id)) = due.first().copied().filter(|it| it.0 <= now) else {
                return later;
            };
            match kind {
                0 => self.fire(id),
                3 => self.collect(id, &mut later),
                _ => {
                    let code = if kind == 1 { "SY-00555" } else { "SY-00564" };
                    self.named[id].state = "over";
                    later.insert(self.named[id].name.clone(), code.to_owned());
                }
            }
        }
    }

    /// Every period of an order that has come.
    fn fire(&mut self, id: usize) {
        while self.orders[id].state == "active" && self.orders[id].next * 86_400 <= self.now {
            let it = &self.orders[id];
            let (from, to, amount) = (it.from, it.to, it.amount);
            if it.total.is_some_and(|total| it.sum + amount > total) {
                self.orders[id].state = "finished";
                return;
            }
            let paid = self.transfer(from, to, amount);
            let it = &mut self.orders[id];
            match paid {
                true => {
                    it.paid += 1;
                    it.sum += amount;
                }
                false => {
                    it.missed += 1;
                    if it.stop {
                        it.state = "SY-00260";
                    }
                }
            }
            let next = it.next + it.every;
            match it.last.is_some_and(|last| next > last) {
                true if it.state == "active" => it.state = "finished",
                true => {}
                false => it.next = next,
            }
        }
    }

    fn collect(&mut self, id: usize, later: &mut Later) {
        let it = self.named[id].clone();
        let paid = self.transfer(it.payee, it.payer, it.amount);
        self.named[id].state = if paid { "over" } else { "owed" };
        if paid {
            *self.back.entry(it.about).or_default() += it.amount;
            later.insert(it.name, "settled".to_owned());
        }
    }

    fn left(&self, payment: &str) -> u64 {
        let paid = self.get("payment", payment).unwrap().amount;
        paid - self.back.get(payment).copied().unwrap_or(0)
    }

    fn is_contested(&self, payment: &str) -> bool {
        let mut all = self.named.iter();
        all.any(|it| it.about == payment && matches!(it.state, "open" | "decided" | "owed"))
    }

    /// The instruction as a line of a table.
    pub(super) fn line(&self, ask: &Ask) -> String {
        let no = |amount: &Option<u64>| amount.map_or("no".to_owned(), |it| it.to_string());
        match ask {
            Ask::Pay {
                from,
                to,
                amount,
                day: date,
            } => format!("pay {from} {to} {amount} date={}", day(*date)),
            Ask::Request {
                from,
                to,
                amount,
                part,
                until,
            } => {
                let part = if *part { " part=1" } else { "" };
                format!("ask {to} {from} {amount}{part} until={until}")
            }
            Ask::Answer { name, amount } => format!("answer {name} {}", no(amount)),
            Ask::Bulk {
                from,
                legs,
                all,
                day: date,
            } => {
                let mode = if *all { "all" } else { "each" };
                let legs: Vec<String> =
                    legs.iter().map(|(to, sum)| format!("{to}:{sum}")).collect();
                format!("bulk {mode} {from} {} date={}", legs.join(" "), day(*date))
            }
            Ask::Exchange { legs, until } => {
                let legs = legs
                    .iter()
                    .map(|(from, to, sum)| format!("{from}>{to}:{sum}"));
                let legs: Vec<String> = legs.collect();
                format!("link {} by={until}", legs.join(" "))
            }
            Ask::Recall { name, until, lie } => {
                let lie = if *lie { " lie=99999" } else { "" };
                let refused = self.evidence_of(name);
                format!("recall {name} until={until}{lie}{refused}")
            }
            Ask::Back { name, amount } => format!("back {name} {}", no(amount)),
            Ask::Contest { name, amount } => {
                format!("protest {name} {amount}{}", self.evidence_of(name))
            }
            Ask::Evidence { name } => format!("evidence {name}"),
            Ask::Decide {
                name,
                amount,
                until,
            } => format!("decide {name} {amount} by={until}"),
            Ask::Compensate { name } => format!("compensate {name}"),
            Ask::Cancel { name } => format!("cancel {name}"),
            Ask::Order { .. } | Ask::Reorder { .. } | Ask::Unorder { .. } => order_line(ask),
        }
    }

    /// How an instruction ends.
    pub(super) fn ask(
        &mut self,
        name: &str,
        signer: &'static str,
        ask: &Ask,
        later: &mut Later,
    ) -> String {
        let answer = match ask {
            Ask::Pay {
                from,
                to,
                amount,
                day,
            } => self.pay(name, signer, (from, to, *amount), *day),
            Ask::Bulk {
                from,
                legs,
                all,
                day,
            } => self.bulk((name, signer), (from, *day), legs, *all),
            Ask::Exchange { legs, until } => self.exchange((name, signer), legs, *until),
            Ask::Request {
                from,
                to,
                amount,
                part,
                until,
            } => {
                let named = self.new_named(name, "request", signer);
                let named = Named {
                    payer: from,
                    payee: to,
                    amount: *amount,
                    part: *part,
                    until: *until,
                    ..named
                };
                self.request(named)
            }
            Ask::Answer {
                name: request,
                amount,
            } => self.answer(signer, request, *amount, later),
            Ask::Recall {
                name: payment,
                until,
                lie,
            } => self.recall(name, signer, payment, *until, *lie),
            Ask::Back {
                name: recall,
                amount,
            } => self.pay_back(signer, recall, *amount, later),
            Ask::Contest {
                name: payment,
                amount,
            } => self.protest(name, signer, payment, *amount),
            Ask::Evidence { name } => self.evidence(signer, name),
            Ask::Decide {
                name,
                amount,
                until,
            } => self.decide(signer, name, *amount, *until, later),
            Ask::Compensate { name } => self.compensate(signer, name, later),
            Ask::Cancel { name } => self.cancel(signer, name, later),
            Ask::Order { .. } | Ask::Reorder { .. } | Ask::Unorder { .. } => {
                self.change_order(signer, ask)
            }
        };
        answer.unwrap_or_else(|code| format!("SY-00{code}"))
    }

    fn new_named(&self, name: &str, kind: &'static str, sender: &'static str) -> Named {
        Named {
            name: name.to_owned(),
            kind,
            sender,
            payer: "",
            payee: "",
            amount: 0,
            part: false,
            until: 0,
            about: String::new(),
            state: "open",
            documents: [0, 0],
        }
    }

    fn pay(
        &mut self,
        name: &str,
        signer: &'static str,
        (from, to, amount): (&'static str, &'static str, u64),
        day: u64,
    ) -> Result<String, u16> {
        let mut named = self.new_named(name, "payment", signer);
        (named.payer, named.payee, named.amount) = (from, to, amount);
        named.state = "refused";
        self.named.push(named);
        if day < self.now / 86_400 {
            return Err(205);
        }
        if !acts(signer, from) {
            return Err(222);
        }
        if !self.transfer(from, to, amount) {
            return Err(260);
        }
        self.set(name, "settled");
        Ok("settled".to_owned())
    }

    /// Legs are payments of their own, `N7:0` and so on, that have not settled yet.
    fn enter_legs(
        &mut self,
        (name, signer): (&str, &'static str),
        legs: impl Iterator<Item = (&'static str, &'static str, u64)>,
    ) {
        for (place, (from, to, amount)) in legs.enumerate() {
            let mut leg = self.new_named(&format!("{name}:{place}"), "payment", signer);
            (leg.payer, leg.payee, leg.amount) = (from, to, amount);
            leg.state = "refused";
            self.named.push(leg);
        }
    }

    fn bulk(
        &mut self,
        (name, signer): (&str, &'static str),
        (from, day): (&'static str, u64),
        legs: &[(&'static str, u64)],
        all: bool,
    ) -> Result<String, u16> {
        self.enter_legs(
            (name, signer),
            legs.iter().map(|(to, sum)| (from, *to, *sum)),
        );
        if day < self.now / 86_400 {
            return Err(205);
        }
        if !acts(signer, from) {
            return Err(222);
        }
        let mut left = self.balance(from);
        let short = legs.iter().position(|(_, sum)| {
            left -= *sum;
            left < BigInt::from(0)
        });
        if let Some(short) = short.filter(|_| all) {
            return Ok(format!("leg {short} SY-00260"));
        }
        let (mut settled, mut refused) = (0, Vec::new());
        for (place, (to, sum)) in legs.iter().enumerate() {
            if self.transfer(from, to, *sum) {
                settled += 1;
                self.set(&format!("{name}:{place}"), "settled");
            } else {
                refused.push(place);
            }
        }
        let told = refused.iter().map(|it| format!("{it}/260"));
        let told: Vec<String> = told.collect();
        let list = if told.is_empty() {
            "-".to_owned()
        } else {
            told.join("+")
        };
        self.refused.insert(name.to_owned(), list);
        let shown: Vec<String> = refused
            .iter()
            .map(|it| format!(" [{it} SY-00260]"))
            .collect();
        Ok(format!("settled {settled}{}", shown.concat()))
    }

    /// All who give are the signer's or its customers', or it acts for none.
    fn exchange(
        &mut self,
        (name, signer): (&str, &'static str),
        legs: &[(&'static str, &'static str, u64)],
        until: u64,
    ) -> Result<String, u16> {
        self.enter_legs((name, signer), legs.iter().copied());
        if until <= self.now || until > self.now + 30 * 86_400 {
            return Err(294);
        }
        if !legs
            .iter()
            .any(|(from, to, _)| acts(signer, from) || acts(signer, to))
        {
            return Err(295);
        }
        // What comes in by one leg does not pay for another.
        for account in ACCOUNTS {
            let given = legs.iter().filter(|(from, ..)| *from == account);
            let given: u64 = given.map(|(.., sum)| sum).sum();
            if self.balance(account) < BigInt::from(given) {
                return Err(260);
            }
        }
        for (place, (from, to, sum)) in legs.iter().enumerate() {
            *self.moved.entry(from).or_default() -= *sum;
            *self.moved.entry(to).or_default() += *sum;
            self.set(&format!("{name}:{place}"), "settled");
        }
        Ok("settled".to_owned())
    }

    /// What the evidence of a leg tells beside the instruction.
    fn evidence_of(&self, name: &str) -> String {
        let whole = name.split(':').next().unwrap_or(name);
        let refused = self.refused.get(whole);
        refused.map_or(String::new(), |it| format!(" refused={it}"))
    }

    fn is_in_time(&self, until: u64) -> Result<(), u16> {
        let fits = until > self.now && until <= self.now + ANSWER_SECONDS;
        if fits { Ok(()) } else { Err(548) }
    }

    fn request(&mut self, named: Named) -> Result<String, u16> {
        self.is_in_time(named.until)?;
        if !acts(named.sender, named.payee) {
            return Err(549);
        }
        self.named.push(named);
        Ok("parties".to_owned())
    }

    fn answer(
        &mut self,
        signer: &str,
        request: &str,
        amount: Option<u64>,
        later: &mut Later,
    ) -> Result<String, u16> {
        let it = self.get("request", request).cloned().ok_or(550_u16)?;
        if it.state != "open" {
            return Err(552);
        }
        if !acts(signer, it.payer) {
            return Err(551);
        }
        if let Some(amount) = amount {
            if amount > it.amount || (amount < it.amount && !it.part) {
                return Err(553);
            }
            if !self.transfer(it.payer, it.payee, amount) {
                return Err(260);
            }
        }
        let told = if amount.is_some() {
            "settled"
        } else {
            "SY-00554"
        };
        self.set(request, "over");
        later.insert(request.to_owned(), told.to_owned());
        Ok("settled".to_owned())
    }

    fn recall(
        &mut self,
        name: &str,
        signer: &'static str,
        payment: &str,
        until: u64,
        lie: bool,
    ) -> Result<String, u16> {
        let it = self.get("payment", payment).cloned().unwrap();
        if lie {
            return Err(285);
        }
        if it.state != "settled" {
            return Err(287);
        }
        self.is_in_time(until)?;
        if !acts(signer, it.payer) {
            return Err(556);
        }
        if self.is_contested(payment) {
            return Err(557);
        }
        if self.left(payment) == 0 {
            return Err(558);
        }
        let mut named = self.new_named(name, "recall", signer);
        (named.payer, named.payee, named.amount) = (it.payer, it.payee, it.amount);
        (named.about, named.until) = (payment.to_owned(), until);
        self.named.push(named);
        Ok("parties".to_owned())
    }

    fn pay_back(
        &mut self,
        signer: &str,
        recall: &str,
        amount: Option<u64>,
        later: &mut Later,
    ) -> Result<String, u16> {
        let it = self.get("recall", recall).cloned().ok_or(559_u16)?;
        if it.state != "open" {
            return Err(561);
        }
        if !acts(signer, it.payee) {
            return Err(560);
        }
        if let Some(amount) = amount {
            if amount > self.left(&it.about) {
                return Err(562);
            }
            if !self.transfer(it.payee, it.payer, amount) {
                return Err(260);
            }
            *self.back.entry(it.about).or_default() += amount;
        }
        let told = if amount.is_some() {
            "settled"
        } else {
            "SY-00563"
        };
        self.set(recall, "over");
        later.insert(recall.to_owned(), told.to_owned());
        Ok("settled".to_owned())
    }

    fn protest(
        &mut self,
        name: &str,
        signer: &'static str,
        payment: &str,
        amount: u64,
    ) -> Result<String, u16> {
        let it = self.get("payment", payment).cloned().unwrap();
        if it.state != "settled" {
            return Err(287);
        }
        if !acts(signer, it.payer) {
            return Err(565);
        }
        if self.is_contested(payment) {
            return Err(557);
        }
        if amount > self.left(payment) {
            return Err(566);
        }
        let mut named = self.new_named(name, "dispute", signer);
        (named.payer, named.payee, named.amount) = (it.payer, it.payee, amount);
        (named.about, named.documents) = (payment.to_owned(), [1, 0]);
        self.named.push(named);
        Ok("parties".to_owned())
    }

    /// Which of all disputes, as its row.
    fn dispute_row(&self, name: &str) -> Result<(usize, Named), u16> {
        let mut all = self
            .named
            .iter()
            .filter(|it| it.kind == "dispute")
            .enumerate();
        let (row, it) = all.find(|(_, it)| it.name == name).ok_or(567_u16)?;
        Ok((row, it.clone()))
    }

    fn evidence(&mut self, signer: &str, name: &str) -> Result<String, u16> {
        let (row, it) = self.dispute_row(name)?;
        if it.state != "open" {
            return Err(568);
        }
        let side = match (acts(signer, it.payer), acts(signer, it.payee)) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => return Err(569),
        };
        let it = self.named.iter_mut().find(|it| it.name == name).unwrap();
        if it.documents[side] == 8 {
            return Err(570);
        }
        it.documents[side] += 1;
        Ok(format!("disputes {row}"))
    }

    fn decide(
        &mut self,
        signer: &str,
        name: &str,
        amount: u64,
        until: u64,
        later: &mut Later,
    ) -> Result<String, u16> {
        self.is_in_time(until)?;
        let (row, it) = self.dispute_row(name)?;
        if it.state != "open" {
            return Err(568);
        }
        if !matches!(signer, "op" | "reg") {
            return Err(571);
        }
        if amount > it.amount {
            return Err(572);
        }
        let it = self.named.iter_mut().find(|it| it.name == name).unwrap();
        (it.amount, it.until) = (amount, until);
        it.state = if amount == 0 { "over" } else { "decided" };
        if amount == 0 {
            later.insert(name.to_owned(), "SY-00575".to_owned());
        }
        Ok(format!("disputes {row}"))
    }

    fn compensate(&mut self, signer: &str, name: &str, later: &mut Later) -> Result<String, u16> {
        let (_, it) = self.dispute_row(name)?;
        if !matches!(it.state, "decided" | "owed") {
            return Err(573);
        }
        if !acts(signer, it.payee) {
            return Err(574);
        }
        if !self.transfer(it.payee, it.payer, it.amount) {
            return Err(260);
        }
        *self.back.entry(it.about).or_default() += it.amount;
        self.set(name, "over");
        later.insert(name.to_owned(), "settled".to_owned());
        Ok("settled".to_owned())
    }

    fn cancel(&mut self, signer: &str, name: &str, later: &mut Later) -> Result<String, u16> {
        let it = self.named.iter().find(|it| it.name == name).unwrap();
        if it.state != "open" {
            return Err(290);
        }
        if it.sender != signer {
            return Err(288);
        }
        self.set(name, "over");
        later.insert(name.to_owned(), "cancelled SY-00292".to_owned());
        Ok("settled".to_owned())
    }

    fn change_order(&mut self, signer: &str, ask: &Ask) -> Result<String, u16> {
        let (order, ends) = match ask {
            Ask::Order {
                from,
                to,
                amount,
                first,
                last,
                every,
                stop,
                total,
            } => {
                if !acts(signer, from) {
                    return Err(222);
                }
                if *first < self.now / 86_400 {
                    return Err(544);
                }
                self.orders.push(Standing {
                    from,
                    to,
                    amount: *amount,
                    next: *first,
                    last: *last,
                    every: *every,
                    stop: *stop,
                    total: *total,
                    sum: 0,
                    paid: 0,
                    missed: 0,
                    state: "active",
                });
                return Ok(format!("standing-orders {}", self.orders.len() - 1));
            }
            Ask::Reorder { order, .. } => (*order, false),
            Ask::Unorder { order } => (*order, true),
            _ => unreachable!("not about an order: {ask:?}"),
        };
        let it = self.orders.get_mut(order).ok_or(545_u16)?;
        if !acts(signer, it.from) {
            return Err(546);
        }
        if it.state != "active" {
            return Err(547);
        }
        if let Ask::Reorder {
            amount,
            stop,
            total,
            ..
        } = ask
        {
            (it.amount, it.stop, it.total, it.last) = (*amount, *stop, *total, None);
        }
        if ends {
            it.state = "cancelled";
        }
        Ok(format!("standing-orders {order}"))
    }
}
