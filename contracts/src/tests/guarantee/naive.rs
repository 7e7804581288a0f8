//! Guarantees a second time: lists and big integers, no rule shared with the ledger. Every day is a banking day here.

use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigInt;

/// Milliseconds of a day.
pub(super) const DAY_MS: u64 = 86_400_000;

/// What somebody asks for.
#[derive(Clone, Debug)]
pub(in crate::tests) enum Ask {
    Apply {
        bank: u32,
        beneficiary: u32,
        account: u64,
        amount: u64,
        last: u64,
        standby: bool,
        cover: u64,
        line: bool,
    },
    Issue {
        guarantee: u64,
        account: u64,
    },
    Amend {
        guarantee: u64,
        amount: u64,
        last: u64,
        cover: u64,
    },
    Release {
        guarantee: u64,
        amount: Option<u64>,
    },
    Reimburse {
        guarantee: u64,
        account: u64,
        amount: u64,
    },
    Demand {
        guarantee: u64,
        account: u64,
        amount: u64,
        extend: Option<u64>,
    },
    Examine {
        demand: u64,
        faults: u8,
    },
    Settle {
        demand: u64,
        account: u64,
    },
    Extend {
        demand: u64,
    },
    Redirect {
        demand: u64,
        account: u64,
    },
    Pay {
        from: u64,
        to: u64,
        amount: u64,
        day: u64,
    },
    Freeze {
        account: u64,
        on: bool,
    },
}

#[derive(Clone, Debug)]
pub(super) struct Bond {
    pub(super) applicant: u32,
    pub(super) bank: u32,
    pub(super) beneficiary: u32,
    account: u64,
    bank_account: u64,
    pub(super) amount: u64,
    pub(super) last: u64,
    standby: bool,
    agreed_cover: u64,
    with_line: bool,
    pub(super) cover: BigInt,
    pub(super) line: BigInt,
    pub(super) owed: BigInt,
    pub(super) stuck: BigInt,
    pub(super) paid: u64,
    pub(super) state: &'static str,
    /// Amount, last day and cover that are wished for, and by whom.
    pub(super) wish: Option<((u64, u64, u64), BTreeSet<u32>)>,
    ends: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) guarantee: u64,
    account: u64,
    amount: u64,
    extend: Option<u64>,
    agreed: BTreeSet<u32>,
    day: u64,
    decide_by: u64,
    pub(super) state: &'static str,
    next: Option<u64>,
}

#[derive(Default)]
pub(in crate::tests) struct Naive {
    pub(super) now: u64,
    pub(super) holding: u64,
    /// Row of the credit line.
    pub(super) line: u64,
    pub(super) line_cap: BigInt,
    pub(super) owners: BTreeMap<u64, u32>,
    pub(super) balances: BTreeMap<u64, BigInt>,
    pub(super) frozen: BTreeSet<u64>,
    pub(super) bonds: Vec<Bond>,
    pub(super) claims: Vec<Claim>,
}

fn at(id: u64) -> usize {
    usize::try_from(id).unwrap()
}

fn when(holds: bool) -> Option<()> {
    holds.then_some(())
}

impl Naive {
    pub(super) fn today(&self) -> u64 {
        self.now / DAY_MS
    }

    fn owns(&self, owner: u32, account: u64) -> bool {
        self.owners.get(&account) == Some(&owner) && account != self.holding
    }

    fn shift(&mut self, from: u64, to: u64, amount: &BigInt) {
        *self.balances.get_mut(&from).unwrap() -= amount;
        *self.balances.get_mut(&to).unwrap() += amount;
    }

    fn has(&self, account: u64, amount: u64) -> bool {
        BigInt::from(amount) <= self.balances[&account]
    }

    pub(super) fn pending(&self, guarantee: u64) -> u64 {
        let own = self.claims.iter().filter(|it| it.guarantee == guarantee);
        let open = own.filter(|it| matches!(it.state, "presented" | "complying"));
        open.map(|it| it.amount).sum()
    }

    fn liable(&self, guarantee: u64) -> BigInt {
        let it = &self.bonds[at(guarantee)];
        if it.state == "issued" {
            BigInt::from(it.amount - it.paid)
        } else {
            self.pending(guarantee).into()
        }
    }

    /// Takes cover and line for what is not backed yet; answers what then stands behind it.
    fn back(&self, guarantee: u64, liable: &BigInt, cover: u64) -> Option<(BigInt, BigInt)> {
        let it = &self.bonds[at(guarantee)];
        let exposed = liable + &it.owed;
        if cover > 0 {
            when(&it.cover + cover <= exposed && it.bank == 1 && self.has(it.account, cover))?;
        }
        let missing = (exposed - &it.cover - cover - &it.line).max(BigInt::ZERO);
        if missing > BigInt::ZERO {
            when(it.with_line && it.applicant == 3 && it.bank == 1)?;
            let used: BigInt = self.bonds.iter().map(|it| it.line.clone()).sum();
            when(missing <= &self.line_cap - used)?;
        }
        Some((&it.cover + cover, &it.line + missing))
    }

    fn take(&mut self, guarantee: u64, cover: u64, behind: (BigInt, BigInt)) {
        self.shift(
            self.bonds[at(guarantee)].account,
            self.holding,
            &cover.into(),
        );
        let it = &mut self.bonds[at(guarantee)];
        (it.cover, it.line) = behind;
    }

    /// Lets go of what is not needed any more: the line first.
    fn trim(&mut self, guarantee: u64) {
        let it = self.bonds[at(guarantee)].clone();
        let exposed = self.liable(guarantee) + &it.owed;
        let cover = it.cover.clone().min(exposed.clone());
        let back = &it.cover - &cover;
        let reaches = !self.frozen.contains(&it.account);
        if reaches {
            self.shift(self.holding, it.account, &back);
        }
        let bond = &mut self.bonds[at(guarantee)];
        bond.line = (exposed - &cover).min(it.line);
        bond.cover = cover;
        if !reaches {
            bond.stuck += back;
        }
    }

    fn end(&mut self, guarantee: u64, state: &'static str) {
        let it = &mut self.bonds[at(guarantee)];
        (it.state, it.wish, it.ends) = (state, None, u64::MAX);
        self.trim(guarantee);
    }

    fn paid(&mut self, claim: u64, from: u64) {
        let it = self.claims[at(claim)].clone();
        self.shift(from, it.account, &it.amount.into());
        let done = &mut self.claims[at(claim)];
        (done.state, done.next) = ("paid", None);
        let cover = self.bonds[at(it.guarantee)].cover.clone();
        let kept = cover.min(it.amount.into());
        let kept = if self.frozen.contains(&from) {
            BigInt::ZERO
        } else {
            kept
        };
        self.shift(self.holding, from, &kept);
        let bond = &mut self.bonds[at(it.guarantee)];
        bond.cover -= &kept;
        bond.owed += BigInt::from(it.amount) - kept;
        bond.paid += it.amount;
        if bond.state == "issued" && bond.paid == bond.amount {
            self.end(it.guarantee, "closed");
        }
    }

    /// Time does what is due, in the order of its times; guarantees before demands.
    pub(super) fn time_passes(&mut self, now: u64) {
        self.now = now;
        let bonds = (0..).zip(&self.bonds);
        let ends = bonds.map(|(id, it)| (it.ends, 0, id));
        let claims = (0..).zip(&self.claims);
        let nexts = claims.map(|(id, it)| (it.next.unwrap_or(u64::MAX), 1, id));
        let mut due: Vec<(u64, u8, u64)> = ends.chain(nexts).collect();
        due.retain(|it| it.0 <= now);
        due.sort_unstable();
        // What is put off to a time that has passed as well comes in its turn.
        while let Some((time, table, id)) = due.first().copied() {
            due.remove(0);
            if table == 0 {
                if self.bonds[at(id)].ends == time {
                    self.end(id, "expired");
                }
                continue;
            }
            self.claims[at(id)].state = "complying";
            let it = self.claims[at(id)].clone();
            let later = it.extend.map(|_| (it.day + 31) * DAY_MS);
            if let Some(later) = later.filter(|later| *later > now) {
                self.claims[at(id)].next = Some(later);
                continue;
            }
            let from = self.bonds[at(it.guarantee)].bank_account;
            if self.has(from, it.amount) && !self.frozen.contains(&it.account) {
                self.paid(id, from);
            } else {
                self.claims[at(id)].next = Some((self.today() + 1) * DAY_MS);
            }
        }
    }

    /// Whether it takes effect; if so, it has.
    pub(super) fn takes_effect(&mut self, sender: u32, ask: &Ask) -> bool {
        self.try_ask(sender, ask).is_some()
    }

    fn try_ask(&mut self, sender: u32, ask: &Ask) -> Option<()> {
        match ask {
            Ask::Apply {
                bank,
                beneficiary,
                account,
                amount,
                last,
                standby,
                cover,
                line,
            } => {
                when(*amount > 0 && *last >= self.today())?;
                when(sender != *bank && sender != *beneficiary && bank != beneficiary)?;
                when(matches!(bank, 1 | 2) && self.owns(sender, *account))?;
                self.bonds.push(Bond {
                    applicant: sender,
                    bank: *bank,
                    beneficiary: *beneficiary,
                    account: *account,
                    bank_account: 0,
                    amount: *amount,
                    last: *last,
                    standby: *standby,
                    agreed_cover: *cover,
                    with_line: *line,
                    cover: BigInt::ZERO,
                    line: BigInt::ZERO,
                    owed: BigInt::ZERO,
                    stuck: BigInt::ZERO,
                    paid: 0,
                    state: "applied",
                    wish: None,
                    ends: (last + 1) * DAY_MS,
                });
            }
            Ask::Issue { guarantee, account } => {
                let it = self.bonds.get(at(*guarantee))?.clone();
                when(sender == it.bank && it.state == "applied" && it.last >= self.today())?;
                when(self.owns(sender, *account))?;
                let behind = self.back(*guarantee, &it.amount.into(), it.agreed_cover)?;
                self.take(*guarantee, it.agreed_cover, behind);
                let it = &mut self.bonds[at(*guarantee)];
                (it.state, it.bank_account) = ("issued", *account);
            }
            Ask::Amend { .. } | Ask::Release { .. } => self.ask_terms(sender, ask)?,
            Ask::Pay { .. } | Ask::Freeze { .. } => self.ask_money(sender, ask)?,
            other => self.ask_issued(sender, other)?,
        }
        Some(())
    }

    fn ask_terms(&mut self, sender: u32, ask: &Ask) -> Option<()> {
        match ask {
            Ask::Amend {
                guarantee,
                amount,
                last,
                cover,
            } => {
                let it = self.bonds.get(at(*guarantee))?.clone();
                when([it.applicant, it.bank, it.beneficiary].contains(&sender))?;
                when(*amount > 0 && *last >= self.today() && it.state == "issued")?;
                when(*amount >= it.paid + self.pending(*guarantee))?;
                let wish = (*amount, *last, *cover);
                let same = it.wish.clone().filter(|(other, _)| *other == wish);
                let mut by = same.map_or_else(BTreeSet::new, |(_, by)| by);
                when(by.insert(sender))?;
                if by.len() < 3 {
                    self.bonds[at(*guarantee)].wish = Some((wish, by));
                    return Some(());
                }
                let liable = BigInt::from(amount - it.paid);
                let behind = self.back(*guarantee, &liable, *cover)?;
                self.take(*guarantee, *cover, behind);
                let it = &mut self.bonds[at(*guarantee)];
                (it.amount, it.last, it.ends) = (*amount, *last, (last + 1) * DAY_MS);
                it.wish = None;
                self.trim(*guarantee);
            }
            Ask::Release { guarantee, amount } => {
                let it = self.bonds.get(at(*guarantee))?.clone();
                if it.state == "applied" {
                    when(amount.is_none() && (sender == it.applicant || sender == it.bank))?;
                    self.end(*guarantee, "closed");
                    return Some(());
                }
                when(it.state == "issued" && sender == it.beneficiary)?;
                let free = it.amount - it.paid;
                let by = amount.unwrap_or(free);
                when(*amount != Some(0) && by + self.pending(*guarantee) <= free)?;
                if by == free {
                    self.end(*guarantee, "closed");
                } else {
                    self.bonds[at(*guarantee)].amount -= by;
                    self.trim(*guarantee);
                }
            }
            other => panic!("{other:?}"),
        }
        Some(())
    }

    fn ask_money(&mut self, sender: u32, ask: &Ask) -> Option<()> {
        match ask {
            Ask::Pay {
                from,
                to,
                amount,
                day,
            } => {
                when(*day == self.today())?;
                when(*amount > 0 && from != to && *from != self.holding && *to != self.holding)?;
                let owner = self.owners[from];
                let is_sponsor = sender == 1 && matches!(owner, 3 | 8) || sender == 2 && owner == 4;
                when(sender == owner || is_sponsor)?;
                when(self.has(*from, *amount) && !self.frozen.contains(to))?;
                self.shift(*from, *to, &(*amount).into());
            }
            Ask::Freeze { account, on } => {
                when(sender == 0)?;
                if *on {
                    self.frozen.insert(*account);
                } else {
                    self.frozen.remove(account);
                }
            }
            other => panic!("{other:?}"),
        }
        Some(())
    }

    fn ask_issued(&mut self, sender: u32, ask: &Ask) -> Option<()> {
        match ask {
            Ask::Reimburse {
                guarantee,
                account,
                amount,
            } => {
                let it = self.bonds.get(at(*guarantee))?.clone();
                when(sender == it.applicant && it.bank_account != 0)?;
                when(self.owns(sender, *account) && BigInt::from(*amount) <= it.owed)?;
                when(self.has(*account, *amount) && !self.frozen.contains(&it.bank_account))?;
                self.shift(*account, it.bank_account, &(*amount).into());
                let reaches = !self.frozen.contains(account);
                if reaches {
                    self.shift(self.holding, *account, &it.stuck);
                }
                let it = &mut self.bonds[at(*guarantee)];
                it.account = *account;
                it.owed -= *amount;
                if reaches {
                    it.stuck = BigInt::ZERO;
                }
                self.trim(*guarantee);
            }
            Ask::Demand {
                guarantee,
                account,
                amount,
                extend,
            } => {
                let it = self.bonds.get(at(*guarantee))?.clone();
                when(*amount > 0 && sender == it.beneficiary && it.state == "issued")?;
                when(self.today() <= it.last && extend.is_none_or(|day| day > it.last))?;
                when(amount + self.pending(*guarantee) <= it.amount - it.paid)?;
                when(self.owns(sender, *account) && !self.frozen.contains(account))?;
                let days = if it.standby { 7 } else { 5 };
                let decide_by = (self.today() + days + 1) * DAY_MS;
                self.claims.push(Claim {
                    guarantee: *guarantee,
                    account: *account,
                    amount: *amount,
                    extend: *extend,
                    agreed: BTreeSet::new(),
                    day: self.today(),
                    decide_by,
                    state: "presented",
                    next: Some(decide_by),
                });
            }
            other => self.ask_claim(sender, other)?,
        }
        Some(())
    }

    fn ask_claim(&mut self, sender: u32, ask: &Ask) -> Option<()> {
        let (Ask::Examine { demand, .. }
        | Ask::Settle { demand, .. }
        | Ask::Extend { demand }
        | Ask::Redirect { demand, .. }) = ask
        else {
            panic!("{ask:?}")
        };
        let it = self.claims.get(at(*demand))?.clone();
        let bond = self.bonds[at(it.guarantee)].clone();
        let open = matches!(it.state, "presented" | "complying");
        match ask {
            Ask::Examine { faults, .. } => {
                when(sender == bond.bank && it.state == "presented" && self.now < it.decide_by)?;
                if *faults == 0 {
                    self.claims[at(*demand)].state = "complying";
                } else {
                    let claim = &mut self.claims[at(*demand)];
                    (claim.state, claim.next) = ("rejected", None);
                    self.trim(it.guarantee);
                }
            }
            Ask::Settle { account, .. } => {
                when(sender == bond.bank && it.state == "complying")?;
                when(self.owns(sender, *account) && !self.frozen.contains(&it.account))?;
                when(self.has(*account, it.amount))?;
                self.paid(*demand, *account);
            }
            Ask::Extend { .. } => {
                when(open && (sender == bond.bank || sender == bond.applicant))?;
                let until = it.extend?.max(bond.last);
                when(!it.agreed.contains(&sender))?;
                if !it.agreed.is_empty() {
                    when(until >= self.today())?;
                    let liable = BigInt::from(bond.amount - bond.paid);
                    let behind = self.back(it.guarantee, &liable, 0)?;
                    self.take(it.guarantee, 0, behind);
                    let claim = &mut self.claims[at(*demand)];
                    (claim.state, claim.next) = ("withdrawn", None);
                    let bond = &mut self.bonds[at(it.guarantee)];
                    (bond.state, bond.last) = ("issued", until);
                    bond.ends = (until + 1) * DAY_MS;
                    self.trim(it.guarantee);
                }
                self.claims[at(*demand)].agreed.insert(sender);
            }
            Ask::Redirect { account, .. } => {
                when(sender == bond.beneficiary && open)?;
                when(self.owns(sender, *account) && !self.frozen.contains(account))?;
                self.claims[at(*demand)].account = *account;
            }
            other => panic!("{other:?}"),
        }
        Some(())
    }
}
