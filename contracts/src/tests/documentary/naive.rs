//! Documentary credits a second time: lists and big integers, no rule shared with the ledger. Every day is a banking day here.

use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigInt;

/// Milliseconds of a day.
pub(super) const DAY_MS: u64 = 86_400_000;

/// What a credit promises, as far as this executor asks.
#[derive(Clone, Debug)]
pub(in crate::tests) struct Deal {
    pub(super) amount: u64,
    pub(super) over: u8,
    pub(super) under: u8,
    pub(super) usance: Option<u16>,
    pub(super) partial: bool,
    pub(super) last: u64,
    pub(super) shipment: Option<u64>,
    pub(super) days: u16,
    /// How many invoices and transport documents.
    pub(super) need: (u8, u8),
}

impl Deal {
    fn most(&self) -> BigInt {
        BigInt::from(self.amount) * (100 + u32::from(self.over)) / 100
    }

    /// The least single drawing: rounded up.
    fn least(&self) -> BigInt {
        (BigInt::from(self.amount) * (100 - u32::from(self.under)) + 99) / 100
    }

    fn can_hold(&self, today: u64) -> bool {
        self.last >= today && self.shipment.is_none_or(|day| day <= self.last)
    }
}

/// What somebody asks for.
#[derive(Clone, Debug)]
pub(in crate::tests) enum Ask {
    Apply {
        bank: u32,
        beneficiary: u32,
        account: u64,
        deal: Deal,
        cover: u64,
        line: bool,
    },
    Issue {
        credit: u64,
        account: u64,
    },
    Advise {
        credit: u64,
    },
    Close {
        credit: u64,
    },
    Amend {
        credit: u64,
        deal: Deal,
        cover: u64,
    },
    Answer {
        credit: u64,
        revision: u32,
        agree: bool,
    },
    Reimburse {
        credit: u64,
        account: u64,
        amount: u64,
    },
    Present {
        credit: u64,
        account: u64,
        amount: u64,
        shipped: Option<u64>,
        invoices: u8,
        bills: Vec<u8>,
    },
    Examine {
        drawing: u64,
        listed: u8,
    },
    Waive {
        drawing: u64,
    },
    Honour {
        drawing: u64,
        account: u64,
    },
    Return {
        drawing: u64,
    },
    Redirect {
        drawing: u64,
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
pub(super) struct Letter {
    pub(super) applicant: u32,
    pub(super) bank: u32,
    pub(super) beneficiary: u32,
    account: u64,
    bank_account: u64,
    pub(super) deal: Deal,
    agreed_cover: u64,
    with_line: bool,
    pub(super) cover: BigInt,
    pub(super) line: BigInt,
    pub(super) owed: BigInt,
    pub(super) stuck: BigInt,
    pub(super) state: &'static str,
    pub(super) revision: u32,
    pub(super) change: Option<(Deal, u64, BTreeSet<u32>)>,
    ends: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Drawing {
    pub(super) credit: u64,
    account: u64,
    amount: u64,
    bills: Vec<u8>,
    faulty: bool,
    day: u64,
    decide_by: u64,
    pub(super) maturity: Option<u64>,
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
    pub(super) bills: BTreeSet<u8>,
    pub(super) letters: Vec<Letter>,
    pub(super) drawings: Vec<Drawing>,
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

    fn has(&self, account: u64, amount: &BigInt) -> bool {
        *amount <= self.balances[&account]
    }

    fn of(&self, credit: u64) -> impl Iterator<Item = &Drawing> + '_ {
        self.drawings.iter().filter(move |it| it.credit == credit)
    }

    pub(super) fn drawn(&self, credit: u64) -> BigInt {
        let kept = self.of(credit).filter(|it| it.state != "returned");
        kept.map(|it| BigInt::from(it.amount)).sum()
    }

    pub(super) fn pending(&self, credit: u64) -> BigInt {
        let open = self
            .of(credit)
            .filter(|it| !matches!(it.state, "returned" | "paid"));
        open.map(|it| BigInt::from(it.amount)).sum()
    }

    /// What the bank may still have to pay under terms.
    fn liable(&self, credit: u64, deal: &Deal) -> BigInt {
        let bound = matches!(self.letters[at(credit)].state, "issued" | "advised");
        let undrawn = deal.most() - self.drawn(credit);
        let undrawn = if bound { undrawn } else { BigInt::ZERO };
        undrawn + self.pending(credit)
    }

    fn line_left(&self) -> BigInt {
        let used: BigInt = self.letters.iter().map(|it| it.line.clone()).sum();
        &self.line_cap - used
    }

    /// Takes cover and line for what is not backed yet.
    fn back(&mut self, credit: u64, liable: &BigInt, cover: u64) -> Option<()> {
        let it = self.letters[at(credit)].clone();
        let exposed = liable + &it.owed;
        if cover > 0 {
            when(&it.cover + cover <= exposed && it.bank == 1)?;
        }
        let missing = (exposed - &it.cover - cover - &it.line).max(BigInt::ZERO);
        if missing > BigInt::ZERO {
            when(it.with_line && it.applicant == 3 && it.bank == 1)?;
            when(missing <= self.line_left())?;
        }
        when(self.has(it.account, &cover.into()) || cover == 0)?;
        self.shift(it.account, self.holding, &cover.into());
        let it = &mut self.letters[at(credit)];
        it.cover += cover;
        it.line += missing;
        Some(())
    }

    /// Lets go of what is not needed any more: the line first.
    fn trim(&mut self, credit: u64) {
        let it = self.letters[at(credit)].clone();
        let exposed = self.liable(credit, &it.deal) + &it.owed;
        let cover = it.cover.clone().min(exposed.clone());
        let back = &it.cover - &cover;
        let reaches = !self.frozen.contains(&it.account);
        if reaches {
            self.shift(self.holding, it.account, &back);
        }
        let letter = &mut self.letters[at(credit)];
        letter.line = (exposed - &cover).min(it.line);
        letter.cover = cover;
        if !reaches {
            letter.stuck += back;
        }
    }

    fn end(&mut self, credit: u64, state: &'static str) {
        let it = &mut self.letters[at(credit)];
        (it.state, it.change, it.ends) = (state, None, u64::MAX);
        self.trim(credit);
    }

    fn bind(&mut self, drawing: u64, from: u64) {
        let usance = {
            let credit = self.drawings[at(drawing)].credit;
            self.letters[at(credit)].deal.usance
        };
        let (today, now) = (self.today(), self.now);
        let it = &mut self.drawings[at(drawing)];
        let day = usance.map_or(today, |days| from + u64::from(days));
        it.state = if usance.is_some() {
            "accepted"
        } else {
            "complying"
        };
        it.maturity = Some(day);
        it.next = Some((day * DAY_MS).max(now + 1));
    }

    fn paid(&mut self, drawing: u64, from: u64) {
        let it = self.drawings[at(drawing)].clone();
        self.shift(from, it.account, &it.amount.into());
        let done = &mut self.drawings[at(drawing)];
        (done.state, done.next) = ("paid", None);
        let letter = self.letters[at(it.credit)].clone();
        let cover = letter.cover.clone().min(it.amount.into());
        // What the bank holds for itself goes to the account that paid, unless that takes nothing in.
        let kept = if self.frozen.contains(&from) {
            BigInt::ZERO
        } else {
            cover
        };
        self.shift(self.holding, from, &kept);
        let after = &mut self.letters[at(it.credit)];
        after.cover -= &kept;
        after.owed += BigInt::from(it.amount) - kept;
        let single = !letter.deal.partial;
        let full = single || self.drawn(it.credit) >= letter.deal.most();
        let bound = matches!(letter.state, "issued" | "advised");
        if bound && full && self.pending(it.credit) == BigInt::ZERO {
            self.end(it.credit, "closed");
        }
    }

    /// Time does what is due, in the order of its times; credits before drawings.
    pub(super) fn time_passes(&mut self, now: u64) {
        self.now = now;
        let letters = (0..).zip(&self.letters);
        let ends = letters.map(|(id, it)| (it.ends, 0, id));
        let drawings = (0..).zip(&self.drawings);
        let nexts = drawings.map(|(id, it)| (it.next.unwrap_or(u64::MAX), 1, id));
        let mut due: Vec<(u64, u8, u64)> = ends.chain(nexts).collect();
        due.retain(|it| it.0 <= now);
        due.sort_unstable();
        for (_, table, id) in due {
            if table == 0 {
                // What was due before may have closed it.
                if self.letters[at(id)].ends <= now {
                    self.end(id, "expired");
                }
                continue;
            }
            let day = self.drawings[at(id)].day;
            if self.drawings[at(id)].maturity.is_none() {
                self.bind(id, day);
            }
            let it = self.drawings[at(id)].clone();
            if it.maturity.unwrap() > self.today() {
                continue;
            }
            let from = self.letters[at(it.credit)].bank_account;
            if self.has(from, &it.amount.into()) && !self.frozen.contains(&it.account) {
                self.paid(id, from);
            } else {
                self.drawings[at(id)].next = Some((self.today() + 1) * DAY_MS);
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
                deal,
                cover,
                line,
            } => {
                when(deal.amount > 0 && deal.need != (0, 0) && deal.days > 0)?;
                when(deal.usance != Some(0) && deal.can_hold(self.today()))?;
                when(sender != *bank && sender != *beneficiary && bank != beneficiary)?;
                when(matches!(bank, 1 | 2) && self.owns(sender, *account))?;
                self.letters.push(Letter {
                    applicant: sender,
                    bank: *bank,
                    beneficiary: *beneficiary,
                    account: *account,
                    bank_account: 0,
                    deal: deal.clone(),
                    agreed_cover: *cover,
                    with_line: *line,
                    cover: BigInt::ZERO,
                    line: BigInt::ZERO,
                    owed: BigInt::ZERO,
                    stuck: BigInt::ZERO,
                    state: "applied",
                    revision: 0,
                    change: None,
                    ends: (deal.last + 1) * DAY_MS,
                });
            }
            Ask::Issue { credit, account } => {
                let it = self.letters.get(at(*credit))?.clone();
                when(sender == it.bank && it.state == "applied" && it.deal.can_hold(self.today()))?;
                when(self.owns(sender, *account))?;
                self.back(*credit, &it.deal.most(), it.agreed_cover)?;
                let it = &mut self.letters[at(*credit)];
                (it.state, it.bank_account) = ("issued", *account);
            }
            Ask::Advise { credit } => {
                let it = self.letters.get_mut(at(*credit))?;
                when(sender == 2 && it.state == "issued")?;
                it.state = "advised";
            }
            Ask::Close { credit } => {
                let it = self.letters.get(at(*credit))?;
                match it.state {
                    "applied" => when(sender == it.applicant || sender == it.bank)?,
                    "issued" | "advised" => {
                        when(sender == it.beneficiary && self.pending(*credit) == BigInt::ZERO)?;
                    }
                    _ => return None,
                }
                self.end(*credit, "closed");
            }
            Ask::Pay { .. } | Ask::Freeze { .. } => self.ask_money(sender, ask)?,
            other => self.ask_issued(sender, other)?,
        }
        Some(())
    }

    fn ask_issued(&mut self, sender: u32, ask: &Ask) -> Option<()> {
        match ask {
            Ask::Amend { .. } | Ask::Answer { .. } => self.ask_change(sender, ask)?,
            Ask::Present { .. } => self.present(sender, ask)?,
            Ask::Reimburse {
                credit,
                account,
                amount,
            } => {
                let it = self.letters.get(at(*credit))?.clone();
                when(sender == it.applicant && it.bank_account != 0)?;
                when(self.owns(sender, *account) && BigInt::from(*amount) <= it.owed)?;
                when(self.has(*account, &(*amount).into()))?;
                when(!self.frozen.contains(&it.bank_account))?;
                self.shift(*account, it.bank_account, &(*amount).into());
                let reaches = !self.frozen.contains(account);
                if reaches {
                    self.shift(self.holding, *account, &it.stuck);
                }
                let it = &mut self.letters[at(*credit)];
                it.account = *account;
                it.owed -= *amount;
                if reaches {
                    it.stuck = BigInt::ZERO;
                }
                self.trim(*credit);
            }
            other => self.ask_drawing(sender, other)?,
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
                when(self.has(*from, &(*amount).into()) && !self.frozen.contains(to))?;
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

    fn ask_change(&mut self, sender: u32, ask: &Ask) -> Option<()> {
        match ask {
            Ask::Amend {
                credit,
                deal,
                cover,
            } => {
                when(deal.amount > 0 && deal.need != (0, 0) && deal.days > 0)?;
                when(deal.usance != Some(0) && deal.can_hold(self.today()))?;
                let it = self.letters.get(at(*credit))?;
                when([it.applicant, it.bank, it.beneficiary].contains(&sender))?;
                when(matches!(it.state, "issued" | "advised") && it.change.is_none())?;
                when(deal.most() >= self.drawn(*credit))?;
                let it = &mut self.letters[at(*credit)];
                it.revision += 1;
                it.change = Some((deal.clone(), *cover, BTreeSet::from([sender])));
            }
            Ask::Answer {
                credit,
                revision,
                agree,
            } => {
                let it = self.letters.get(at(*credit))?;
                when([it.applicant, it.bank, it.beneficiary].contains(&sender))?;
                let (deal, cover, mut agreed) = it.change.clone()?;
                when(it.revision == *revision)?;
                if !agree {
                    self.letters[at(*credit)].change = None;
                    return Some(());
                }
                when(agreed.insert(sender))?;
                if agreed.len() < 3 {
                    self.letters[at(*credit)].change = Some((deal, cover, agreed));
                    return Some(());
                }
                when(deal.can_hold(self.today()) && deal.most() >= self.drawn(*credit))?;
                let liable = self.liable(*credit, &deal);
                self.back(*credit, &liable, cover)?;
                let it = &mut self.letters[at(*credit)];
                it.ends = (deal.last + 1) * DAY_MS;
                (it.deal, it.change) = (deal, None);
                self.trim(*credit);
            }
            other => panic!("{other:?}"),
        }
        Some(())
    }

    fn present(&mut self, sender: u32, ask: &Ask) -> Option<()> {
        match ask {
            Ask::Present {
                credit,
                account,
                amount,
                shipped,
                invoices,
                bills,
            } => {
                let it = self.letters.get(at(*credit))?.clone();
                when(*amount > 0 && invoices + u8::try_from(bills.len()).unwrap() > 0)?;
                let different: BTreeSet<_> = bills.iter().collect();
                when(different.len() == bills.len() && sender == it.beneficiary)?;
                when(it.state == "advised" && self.today() <= it.deal.last)?;
                let drawn = self.drawn(*credit);
                when(&drawn + amount <= it.deal.most())?;
                let whole = drawn == BigInt::ZERO && BigInt::from(*amount) >= it.deal.least();
                when(it.deal.partial || whole)?;
                when(shipped.is_none_or(|day| day <= self.today()))?;
                when(self.owns(sender, *account) && !self.frozen.contains(account))?;
                when(!bills.iter().any(|bill| self.bills.contains(bill)))?;
                let late = match shipped {
                    None => it.deal.shipment.is_some(),
                    Some(day) => {
                        it.deal.shipment.is_some_and(|last| *day > last)
                            || self.today() > day + u64::from(it.deal.days)
                    }
                };
                let short = *invoices < it.deal.need.0 || bills.len() < usize::from(it.deal.need.1);
                self.bills.extend(bills);
                let decide_by = (self.today() + 6) * DAY_MS;
                self.drawings.push(Drawing {
                    credit: *credit,
                    account: *account,
                    amount: *amount,
                    bills: bills.clone(),
                    faulty: late || short,
                    day: self.today(),
                    decide_by,
                    maturity: None,
                    state: "presented",
                    next: Some(decide_by),
                });
            }
            other => panic!("{other:?}"),
        }
        Some(())
    }

    fn ask_drawing(&mut self, sender: u32, ask: &Ask) -> Option<()> {
        let (Ask::Examine { drawing, .. }
        | Ask::Waive { drawing }
        | Ask::Honour { drawing, .. }
        | Ask::Return { drawing }
        | Ask::Redirect { drawing, .. }) = ask
        else {
            panic!("{ask:?}")
        };
        let it = self.drawings.get(at(*drawing))?.clone();
        let letter = self.letters[at(it.credit)].clone();
        match ask {
            Ask::Examine { listed, .. } => {
                when(sender == letter.bank && it.state == "presented" && self.now < it.decide_by)?;
                let drawing = &mut self.drawings[at(*drawing)];
                if it.faulty || *listed > 0 {
                    (drawing.state, drawing.next) = ("discrepant", None);
                } else {
                    drawing.state = "complying";
                }
            }
            Ask::Waive { .. } => {
                when(sender == letter.applicant && it.state == "discrepant")?;
                self.drawings[at(*drawing)].state = "waived";
            }
            Ask::Honour { account, .. } => {
                when(sender == letter.bank)?;
                let overdue = it.maturity.is_some_and(|day| day <= self.today());
                let fresh = it.maturity.is_none() && matches!(it.state, "complying" | "waived");
                when(fresh || overdue && matches!(it.state, "complying" | "accepted"))?;
                if fresh && letter.deal.usance.is_some() {
                    let waived = it.state == "waived";
                    let from = if waived { self.today() } else { it.day };
                    self.bind(*drawing, from);
                    return Some(());
                }
                when(self.owns(sender, *account) && !self.frozen.contains(&it.account))?;
                when(self.has(*account, &it.amount.into()))?;
                let today = self.today();
                self.drawings[at(*drawing)].maturity.get_or_insert(today);
                self.paid(*drawing, *account);
            }
            Ask::Return { .. } => {
                when(sender == letter.bank || sender == letter.beneficiary)?;
                when(matches!(it.state, "discrepant" | "waived"))?;
                for bill in &it.bills {
                    self.bills.remove(bill);
                }
                self.drawings[at(*drawing)].state = "returned";
                self.trim(it.credit);
            }
            Ask::Redirect { account, .. } => {
                when(sender == letter.beneficiary && !matches!(it.state, "paid" | "returned"))?;
                when(self.owns(sender, *account) && !self.frozen.contains(account))?;
                self.drawings[at(*drawing)].account = *account;
            }
            other => panic!("{other:?}"),
        }
        Some(())
    }
}
