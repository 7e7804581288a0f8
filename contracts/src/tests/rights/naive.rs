//! The naive executor of rights: participants, keys, policies, approvals, views, sponsors, statuses, accounts and breakers as plain lists, asked one after the
//! other. Written from docs/ledger.md; it knows no type of the ledger but the order of keys.

use std::collections::BTreeMap;

use crate::tests::language::secret;

/// Seconds an instruction of the tables' language lives.
const LIFE: u64 = 3_600;

/// More than any amount.
const EVERYTHING: u64 = u64::MAX;

#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) from: u64,
    pub(super) to: Option<u64>,
    pub(super) purpose: &'static str,
}

#[derive(Clone, Debug)]
pub(super) struct Party {
    pub(super) role: &'static str,
    pub(super) sponsor: Option<String>,
    pub(super) status: &'static str,
    pub(super) keys: Vec<Key>,
    pub(super) policy: Vec<(u64, usize)>,
    /// The height at which it came.
    since: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Holder {
    pub(super) owner: String,
    pub(super) open: bool,
    frozen: (bool, bool),
    floor: i64,
    ceiling: Option<i64>,
    pub(super) balance: i64,
    since: u64,
}

#[derive(Clone, Debug)]
pub(super) struct View {
    pub(super) by: String,
    pub(super) to: String,
    until: u64,
}

impl View {
    pub(super) fn is_over(&self, now: u64) -> bool {
        self.until <= now
    }
}

#[derive(Clone, Debug)]
pub(super) struct Stop {
    pub(super) scope: String,
    /// `None` when it is closed, the most that passes when it is not.
    pub(super) passes: Option<u64>,
    by: String,
}

#[derive(Clone, Debug)]
struct Pending {
    name: String,
    sender: String,
    signers: Vec<String>,
    needed: usize,
    ask: Ask,
    until: u64,
    is_over: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Ask {
    Pay {
        from: String,
        to: String,
        amount: u64,
        day: u64,
    },
    Rotate {
        of: String,
        add: Option<String>,
        retire: Option<String>,
    },
    Use {
        key: String,
        purpose: &'static str,
        until: Option<u64>,
    },
    Policy {
        bands: Vec<(u64, usize)>,
    },
    Approve {
        name: String,
        refuse: bool,
    },
    Grant {
        to: String,
        account: Option<String>,
        from: u64,
        until: u64,
    },
    Ungrant {
        id: usize,
    },
    Sponsor {
        of: String,
        bank: String,
    },
    Status {
        of: String,
        to: &'static str,
    },
    Freeze {
        account: String,
        debits: bool,
        credits: bool,
    },
    Rule {
        account: String,
        floor: i64,
        ceiling: Option<i64>,
    },
    Close {
        account: String,
    },
    Open {
        owner: String,
        number: String,
    },
    Register {
        name: String,
        sponsor: String,
        key: String,
        lei: String,
    },
    Trip {
        scope: String,
    },
    Resume {
        scope: String,
        limit: Option<u64>,
    },
}

pub(super) type Later = BTreeMap<String, String>;

#[derive(Default)]
pub(super) struct Naive {
    pub(super) now: u64,
    pub(super) height: u64,
    pub(super) parties: BTreeMap<String, Party>,
    pub(super) accounts: BTreeMap<String, Holder>,
    pub(super) views: Vec<View>,
    pub(super) stops: Vec<Stop>,
    leis: Vec<String>,
    waiting: Vec<Pending>,
}

/// The first day of the stage, as seconds count from it.
pub(super) fn day_of(second: u64) -> u64 {
    second / 86_400
}

fn lasting(keys: &[Key], purpose: &str, height: u64) -> usize {
    let fits = |key: &&Key| {
        let signs = key.purpose == "any" || key.purpose == purpose;
        key.from <= height && key.to.is_none() && signs
    };
    keys.iter().filter(fits).count()
}

fn are_enough(keys: &[Key], needed: usize, height: u64) -> bool {
    let all = ["business", "rights"];
    all.into_iter()
        .all(|it| lasting(keys, it, height) >= needed)
}

impl Party {
    fn needed(&self, amount: u64) -> usize {
        let bands = self.policy.iter().filter(|(from, _)| *from <= amount);
        bands.map(|(_, keys)| *keys).max().unwrap_or(1)
    }

    fn is_active(&self) -> bool {
        self.status == "active"
    }
}

impl Ask {
    /// What its keys must be for.
    pub(super) fn needs(&self) -> &'static str {
        match self {
            Ask::Pay { .. } | Ask::Rule { .. } | Ask::Close { .. } | Ask::Open { .. } => "business",
            Ask::Approve { .. } => "any",
            Ask::Rotate { .. }
            | Ask::Use { .. }
            | Ask::Policy { .. }
            | Ask::Grant { .. }
            | Ask::Ungrant { .. }
            | Ask::Sponsor { .. }
            | Ask::Status { .. }
            | Ask::Freeze { .. }
            | Ask::Register { .. }
            | Ask::Trip { .. }
            | Ask::Resume { .. } => "rights",
        }
    }

    /// What the sender's policy measures.
    fn amount(&self) -> u64 {
        match self {
            Ask::Pay { amount, .. } => *amount,
            Ask::Rotate { .. }
            | Ask::Use { .. }
            | Ask::Policy { .. }
            | Ask::Sponsor { .. }
            | Ask::Status { .. }
            | Ask::Resume { .. } => EVERYTHING,
            Ask::Approve { .. }
            | Ask::Grant { .. }
            | Ask::Ungrant { .. }
            | Ask::Freeze { .. }
            | Ask::Rule { .. }
            | Ask::Close { .. }
            | Ask::Open { .. }
            | Ask::Register { .. }
            | Ask::Trip { .. } => 0,
        }
    }

    /// The breaker of its verb, of those that are ever tripped.
    fn product(&self) -> &'static str {
        match self {
            Ask::Pay { .. } => "product:4",
            Ask::Freeze { .. } => "product:9",
            Ask::Grant { .. } => "product:45",
            _ => "none",
        }
    }

    /// The instruction as words of a table.
    pub(super) fn words(&self) -> String {
        let option = |name: &str, it: &Option<String>| {
            it.as_ref()
                .map_or(String::new(), |it| format!(" {name}={it}"))
        };
        let number = |it: &Option<u64>| it.map(|it| it.to_string());
        match self {
            Ask::Pay {
                from,
                to,
                amount,
                day,
            } => {
                let date = sycee_primitives::BusinessDate(u32::try_from(20_788 + day).unwrap());
                format!("pay {from} {to} {amount} date={date}")
            }
            Ask::Rotate { of, add, retire } => {
                format!(
                    "rotate {of}{}{}",
                    option("add", add),
                    option("retire", retire)
                )
            }
            Ask::Use {
                key,
                purpose,
                until,
            } => {
                format!("keyuse {key} {purpose}{}", option("until", &number(until)))
            }
            Ask::Policy { bands } => {
                let bands: Vec<String> = bands
                    .iter()
                    .map(|(from, n)| format!("{from}:{n}"))
                    .collect();
                format!("policy {}", bands.join(" "))
            }
            Ask::Approve {
                name,
                refuse: false,
            } => format!("approve {name}"),
            Ask::Approve { name, refuse: true } => format!("refuse {name}"),
            Ask::Grant {
                to,
                account,
                from,
                until,
            } => {
                let account = account.as_deref().unwrap_or("all");
                format!("grant {to} {account} from={from} until={until}")
            }
            Ask::Ungrant { id } => format!("ungrant {id}"),
            Ask::Sponsor { of, bank } => format!("sponsor {of} {bank}"),
            Ask::Status { of, to } => format!("status {of} {to}"),
            Ask::Freeze { .. } | Ask::Rule { .. } | Ask::Close { .. } | Ask::Open { .. } => {
                account_words(self)
            }
            Ask::Register {
                name,
                sponsor,
                key,
                lei,
            } => {
                format!("register {name} supplier sponsor={sponsor} keys={key} lei={lei}")
            }
            Ask::Trip { scope } => format!("trip {scope}"),
            Ask::Resume { scope, limit } => {
                format!("resume {scope}{}", option("limit", &number(limit)))
            }
        }
    }
}

/// An instruction about an account as words of a table.
fn account_words(ask: &Ask) -> String {
    match ask {
        Ask::Freeze {
            account,
            debits,
            credits,
        } => {
            let sides = [("d", debits), ("c", credits)];
            let sides: String = sides.iter().filter(|it| *it.1).map(|it| it.0).collect();
            let sides = if sides.is_empty() { "-" } else { &sides };
            format!("freeze {account} {sides}")
        }
        Ask::Rule {
            account,
            floor,
            ceiling,
        } => {
            let ceiling = ceiling.map_or(String::new(), |it| format!(" ceiling={it}"));
            format!("rule {account} floor={floor}{ceiling}")
        }
        Ask::Close { account } => format!("close {account}"),
        Ask::Open { owner, number } => format!("open {owner} current {number}"),
        other => unreachable!("not about an account: {other:?}"),
    }
}

impl Naive {
    pub(super) fn founded(height: u64) -> Naive {
        let mut naive = Naive {
            height,
            ..Naive::default()
        };
        for (name, role, sponsor) in [
            ("op", "operator", None),
            ("ba", "bank", None),
            ("bb", "bank", None),
            ("c1", "customer", Some("ba")),
            ("c2", "customer", Some("bb")),
            ("s2", "customer", Some("ba")),
            ("reg", "regulator", None),
        ] {
            let mut keys = vec![Key {
                name: name.to_owned(),
                from: 0,
                to: None,
                purpose: "any",
            }];
            if name == "ba" {
                keys.push(Key {
                    name: "ba-old".to_owned(),
                    from: 0,
                    to: Some(1),
                    purpose: "any",
                });
            }
            let party = Party {
                role,
                sponsor: sponsor.map(str::to_owned),
                status: "active",
                keys,
                policy: Vec::new(),
                since: 0,
            };
            naive.parties.insert(name.to_owned(), party);
        }
        // STOP, which is blocked, and AUSD, of another asset, are left alone: their owners can never leave.
        for (name, owner, balance) in [
            ("A1", "ba", 1_000),
            ("B1", "bb", 0),
            ("C1", "c1", 500),
            ("C2", "c2", 0),
            ("C3", "c1", 0),
            ("C6", "c2", 0),
            ("STOP", "c1", 100),
            ("AUSD", "ba", 1_000),
        ] {
            naive.enter_account(name, owner, balance);
        }
        naive
    }

    fn enter_account(&mut self, name: &str, owner: &str, balance: i64) {
        let holder = Holder {
            owner: owner.to_owned(),
            open: true,
            frozen: (false, false),
            floor: 0,
            ceiling: None,
            balance,
            since: self.height,
        };
        self.accounts.insert(name.to_owned(), holder);
    }

    /// Participants that came in an earlier block.
    pub(super) fn known(&self) -> Vec<String> {
        let all = self.parties.iter().filter(|(_, it)| it.since < self.height);
        all.map(|(name, _)| name.clone()).collect()
    }

    /// Accounts that were opened in an earlier block.
    pub(super) fn usable(&self) -> Vec<String> {
        let all = self.accounts.iter().filter(|(name, it)| {
            it.since < self.height && !matches!(name.as_str(), "STOP" | "AUSD")
        });
        all.map(|(name, _)| name.clone()).collect()
    }

    pub(super) fn names_waiting(&self) -> Vec<(String, String)> {
        let all = self.waiting.iter();
        all.map(|it| (it.name.clone(), it.sender.clone())).collect()
    }

    /// Keys of a participant that sign for a purpose now.
    pub(super) fn signing(&self, name: &str, purpose: &str) -> Vec<String> {
        let keys = self.parties[name].keys.iter();
        let fit = keys.filter(|it| self.is_in_force(it) && allows(it.purpose, purpose));
        fit.map(|it| it.name.clone()).collect()
    }

    fn is_in_force(&self, key: &Key) -> bool {
        key.from <= self.height && key.to.is_none_or(|to| self.height < to)
    }

    /// A block begins: what waited too long for signatures ends.
    pub(super) fn open(&mut self, height: u64, now: u64) -> Later {
        (self.height, self.now) = (height, now);
        let mut later = Later::new();
        for it in self
            .waiting
            .iter_mut()
            .filter(|it| !it.is_over && it.until <= now)
        {
            it.is_over = true;
            later.insert(it.name.clone(), "SY-00126".to_owned());
        }
        later
    }

    /// How an instruction ends.
    pub(super) fn ask(
        &mut self,
        (name, sender): (&str, &str),
        signers: &[String],
        ask: &Ask,
        later: &mut Later,
    ) -> String {
        let told = self.hear((name, sender), signers, ask, later);
        told.unwrap_or_else(|code| format!("SY-{code:05}"))
    }

    fn hear(
        &mut self,
        (name, sender): (&str, &str),
        signers: &[String],
        ask: &Ask,
        later: &mut Later,
    ) -> Result<String, u16> {
        let party = self.parties[sender].clone();
        let mut signers = signers.to_vec();
        signers.sort_by_key(|it| secret(it).public_key());
        for signer in &signers {
            let key = party
                .keys
                .iter()
                .find(|it| it.name == *signer)
                .ok_or(112_u16)?;
            if !self.is_in_force(key) {
                return Err(114);
            }
            if !allows(key.purpose, ask.needs()) {
                return Err(115);
            }
        }
        if !party.is_active() {
            return Err(116);
        }
        self.stopped(ask.product(), ask.amount())?;
        if let Ask::Approve { name, refuse } = ask {
            return self.approve(sender, &signers, (name, *refuse), later);
        }
        let needed = party.needed(ask.amount());
        if signers.len() < needed {
            self.waiting.push(Pending {
                name: name.to_owned(),
                sender: sender.to_owned(),
                signers,
                needed,
                ask: ask.clone(),
                until: self.now + LIFE,
                is_over: false,
            });
            return Ok("approvals".to_owned());
        }
        self.judge(sender, ask)
    }

    fn approve(
        &mut self,
        sender: &str,
        signers: &[String],
        (name, refuse): (&str, bool),
        later: &mut Later,
    ) -> Result<String, u16> {
        let at = self
            .waiting
            .iter()
            .position(|it| it.name == name)
            .ok_or(130_u16)?;
        let mut it = self.waiting[at].clone();
        if it.sender != sender {
            return Err(132);
        }
        if it.is_over {
            return Err(134);
        }
        if refuse {
            self.waiting[at].is_over = true;
            later.insert(name.to_owned(), "cancelled SY-00128".to_owned());
            return Ok("settled".to_owned());
        }
        if signers.iter().all(|key| it.signers.contains(key)) {
            return Err(136);
        }
        let more = signers.iter().filter(|key| !it.signers.contains(key));
        let more: Vec<String> = more.cloned().collect();
        it.signers.extend(more);
        let party = &self.parties[sender];
        it.signers.retain(|name| {
            let mut keys = party.keys.iter();
            let signs = |key: &Key| self.is_in_force(key) && allows(key.purpose, it.ask.needs());
            keys.any(|key| key.name == *name && signs(key))
        });
        self.waiting[at].signers.clone_from(&it.signers);
        if it.signers.len() >= it.needed {
            self.waiting[at].is_over = true;
            let told = self.judge(sender, &it.ask);
            later.insert(
                name.to_owned(),
                told.unwrap_or_else(|code| format!("SY-{code:05}")),
            );
        }
        Ok("settled".to_owned())
    }

    /// An instruction with signatures enough.
    fn judge(&mut self, sender: &str, ask: &Ask) -> Result<String, u16> {
        let is_operator = sender == "op";
        match ask {
            Ask::Pay {
                from,
                to,
                amount,
                day,
            } => self.pay(sender, (from, to), *amount, *day)?,
            Ask::Rotate { of, add, retire } => self.rotate(sender, of, add, retire)?,
            Ask::Use {
                key,
                purpose,
                until,
            } => self.use_key(sender, key, purpose, *until)?,
            Ask::Policy { bands } => {
                let most = bands.last().map_or(1, |(_, keys)| *keys);
                let party = self.parties.get_mut(sender).unwrap();
                if !are_enough(&party.keys, most, self.height) {
                    return Err(454);
                }
                party.policy.clone_from(bands);
            }
            Ask::Grant {
                to, account, until, ..
            } => {
                return self.grant((sender, to), account.as_ref(), *until);
            }
            Ask::Ungrant { id } => {
                let view = self.views.get_mut(*id).ok_or(478_u16)?;
                if view.by != sender && view.to != sender {
                    return Err(480);
                }
                if view.until <= self.now {
                    return Err(482);
                }
                view.until = self.now;
            }
            Ask::Sponsor { of, bank } => {
                if !is_operator {
                    return Err(464);
                }
                if self.parties[of].role != "customer" {
                    return Err(466);
                }
                self.check_bank(bank)?;
                self.parties.get_mut(of).unwrap().sponsor = Some(bank.clone());
            }
            Ask::Status { of, to } => self.set_status(sender, of, to)?,
            Ask::Freeze { .. } | Ask::Rule { .. } | Ask::Close { .. } | Ask::Open { .. } => {
                self.change_account(sender, ask)?;
            }
            Ask::Register {
                name,
                sponsor,
                key,
                lei,
            } => {
                if !is_operator {
                    return Err(401);
                }
                self.register(name, sponsor, key, lei)?;
            }
            Ask::Trip { scope } => return self.trip(sender, scope),
            Ask::Resume { scope, limit } => self.resume(sender, scope, *limit)?,
            Ask::Approve { .. } => unreachable!("an approval needs none"),
        }
        Ok("settled".to_owned())
    }

    fn grant(
        &mut self,
        (sender, to): (&str, &str),
        account: Option<&String>,
        until: u64,
    ) -> Result<String, u16> {
        if account.is_some_and(|it| self.accounts[it].owner != sender) {
            return Err(470);
        }
        if to == sender {
            return Err(472);
        }
        if until <= self.now {
            return Err(474);
        }
        let (by, to) = (sender.to_owned(), to.to_owned());
        self.views.push(View { by, to, until });
        Ok(format!("grants {}", self.views.len() - 1))
    }

    /// Whether a breaker of this scope stops so much.
    fn stopped(&self, scope: &str, amount: u64) -> Result<(), u16> {
        let stop = self.stops.iter().find(|it| it.scope == scope);
        match stop.and_then(|it| it.passes) {
            Some(0) => Err(530),
            Some(most) if amount > most => Err(532),
            Some(_) | None => Ok(()),
        }
    }

    fn acts(&self, sender: &str, account: &str) -> bool {
        let owner = &self.accounts[account].owner;
        owner == sender || self.parties[owner].sponsor.as_deref() == Some(sender)
    }

    fn pay(
        &mut self,
        sender: &str,
        (from, to): (&str, &str),
        amount: u64,
        day: u64,
    ) -> Result<(), u16> {
        if day < day_of(self.now) {
            return Err(205);
        }
        let (debtor, creditor) = (&self.accounts[from], &self.accounts[to]);
        if !self.acts(sender, from) {
            return Err(222);
        }
        if !debtor.open {
            return Err(224);
        }
        if debtor.frozen.0 {
            return Err(231);
        }
        if !self.parties[&debtor.owner].is_active() {
            return Err(232);
        }
        self.stopped("network", amount)?;
        self.stopped("asset:0", amount)?;
        self.stopped(&format!("participant:{}", debtor.owner), amount)?;
        self.stopped(&format!("account:{from}"), amount)?;
        if !creditor.open {
            return Err(242);
        }
        if !self.parties[&creditor.owner].is_active() {
            return Err(250);
        }
        if creditor.frozen.1 {
            return Err(252);
        }
        let amount = i64::try_from(amount).unwrap();
        if creditor
            .ceiling
            .is_some_and(|it| creditor.balance + amount > it)
        {
            return Err(254);
        }
        if debtor.balance - amount < debtor.floor {
            return Err(260);
        }
        self.accounts.get_mut(from).unwrap().balance -= amount;
        self.accounts.get_mut(to).unwrap().balance += amount;
        Ok(())
    }

    fn rotate(
        &mut self,
        sender: &str,
        of: &str,
        add: &Option<String>,
        retire: &Option<String>,
    ) -> Result<(), u16> {
        if sender != of && sender != "op" {
            return Err(442);
        }
        let party = &self.parties[of];
        let has = |party: &Party, name: &String| party.keys.iter().any(|it| it.name == *name);
        if retire.as_ref().is_some_and(|it| !has(party, it)) {
            return Err(444);
        }
        let is_taken = |it: &String| self.parties.values().any(|party| has(party, it));
        if add.as_ref().is_some_and(is_taken) {
            return Err(414);
        }
        let next = self.height + 1;
        let mut keys = party.keys.clone();
        for key in keys
            .iter_mut()
            .filter(|it| Some(&it.name) == retire.as_ref())
        {
            if key.to.is_none_or(|to| to > next) {
                key.to = Some(next);
            }
        }
        keys.extend(add.iter().map(|name| Key {
            name: name.clone(),
            from: next,
            to: None,
            purpose: "any",
        }));
        if !are_enough(&keys, party.needed(EVERYTHING), next) {
            return Err(446);
        }
        self.parties.get_mut(of).unwrap().keys = keys;
        Ok(())
    }

    fn use_key(
        &mut self,
        sender: &str,
        name: &str,
        purpose: &'static str,
        until: Option<u64>,
    ) -> Result<(), u16> {
        let next = self.height + 1;
        let party = &self.parties[sender];
        let key = party
            .keys
            .iter()
            .find(|it| it.name == name)
            .ok_or(444_u16)?;
        if key.to.is_some_and(|to| to <= next) {
            return Err(444);
        }
        if until.is_some_and(|it| it <= next) {
            return Err(455);
        }
        let mut keys = party.keys.clone();
        for key in keys.iter_mut().filter(|it| it.name == name) {
            (key.purpose, key.to) = (purpose, until);
        }
        if !are_enough(&keys, party.needed(EVERYTHING), next) {
            return Err(446);
        }
        self.parties.get_mut(sender).unwrap().keys = keys;
        Ok(())
    }

    fn check_bank(&self, name: &str) -> Result<(), u16> {
        let bank = &self.parties[name];
        let fits = bank.role == "bank" && bank.is_active();
        if fits { Ok(()) } else { Err(407) }
    }

    fn set_status(&mut self, sender: &str, of: &str, to: &'static str) -> Result<(), u16> {
        if sender != "op" && !(sender == "reg" && to == "suspended") {
            return Err(450);
        }
        let before = self.parties[of].status;
        let follows = matches!(
            (before, to),
            ("active", "suspended") | ("suspended", "active" | "exited")
        );
        if of == "op" || !follows {
            return Err(452);
        }
        if to == "exited" {
            if self.accounts.values().any(|it| it.owner == of && it.open) {
                return Err(456);
            }
            let mut all = self.parties.values();
            if all.any(|it| it.sponsor.as_deref() == Some(of) && it.status != "exited") {
                return Err(458);
            }
            if self.parties[of].role == "bank" {
                // Both banks run validators.
                return Err(460);
            }
        }
        self.parties.get_mut(of).unwrap().status = to;
        Ok(())
    }

    fn change_account(&mut self, sender: &str, ask: &Ask) -> Result<(), u16> {
        let is_operator = sender == "op";
        match ask {
            Ask::Freeze {
                account,
                debits,
                credits,
            } => {
                if !is_operator && sender != "reg" {
                    return Err(342);
                }
                self.still_open(account)?.frozen = (*debits, *credits);
            }
            Ask::Rule {
                account,
                floor,
                ceiling,
            } => {
                if !is_operator {
                    return Err(346);
                }
                let it = self.still_open(account)?;
                (it.floor, it.ceiling) = (*floor, *ceiling);
            }
            Ask::Close { account } => {
                if !is_operator && !self.acts(sender, account) {
                    return Err(344);
                }
                let it = self.still_open(account)?;
                if it.balance != 0 || it.frozen != (false, false) {
                    return Err(350);
                }
                it.open = false;
            }
            Ask::Open { owner, number } => {
                let party = &self.parties[owner];
                if !is_operator && party.sponsor.as_deref() != Some(sender) {
                    return Err(301);
                }
                if !party.is_active() {
                    return Err(307);
                }
                if party.role != "customer" {
                    return Err(309);
                }
                if self.accounts.contains_key(number) {
                    return Err(320);
                }
                self.enter_account(number, &owner.clone(), 0);
            }
            other => unreachable!("not about an account: {other:?}"),
        }
        Ok(())
    }

    fn still_open(&mut self, account: &str) -> Result<&mut Holder, u16> {
        let it = self.accounts.get_mut(account).unwrap();
        if it.open { Ok(it) } else { Err(348) }
    }

    fn register(&mut self, name: &str, sponsor: &str, key: &str, lei: &str) -> Result<(), u16> {
        self.check_bank(sponsor)?;
        if self.leis.iter().any(|it| it == lei) {
            return Err(410);
        }
        let mut all = self.parties.values().flat_map(|it| &it.keys);
        if all.any(|it| it.name == key) {
            return Err(414);
        }
        self.leis.push(lei.to_owned());
        let key = Key {
            name: key.to_owned(),
            from: self.height,
            to: None,
            purpose: "any",
        };
        let party = Party {
            role: "customer",
            sponsor: Some(sponsor.to_owned()),
            status: "active",
            keys: vec![key],
            policy: Vec::new(),
            since: self.height,
        };
        self.parties.insert(name.to_owned(), party);
        Ok(())
    }

    fn trip(&mut self, sender: &str, scope: &str) -> Result<String, u16> {
        if !matches!(sender, "op" | "reg") {
            return Err(536);
        }
        let known = self.stops.iter().position(|it| it.scope == scope);
        let row = known.unwrap_or(self.stops.len());
        if known.is_none() {
            self.stops.push(Stop {
                scope: scope.to_owned(),
                passes: None,
                by: String::new(),
            });
        }
        let it = &mut self.stops[row];
        if it.passes == Some(0) {
            return Err(538);
        }
        (it.passes, it.by) = (Some(0), sender.to_owned());
        Ok(format!("breakers {row}"))
    }

    fn resume(&mut self, sender: &str, scope: &str, limit: Option<u64>) -> Result<(), u16> {
        let mut all = self.stops.iter_mut();
        let it = all.find(|it| it.scope == scope).ok_or(540_u16)?;
        if sender != "op" && !(sender == "reg" && it.by == "reg") {
            return Err(542);
        }
        if it.passes.is_none() {
            return Err(540);
        }
        it.passes = limit;
        Ok(())
    }
}

/// Whether a key for one purpose signs what needs another.
fn allows(own: &str, needed: &str) -> bool {
    own == "any" || (own != "inquiry" && (needed == "any" || own == needed))
}
