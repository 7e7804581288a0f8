//! Escrow a second time: lists and big integers, no rule shared with the ledger.

use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigInt;

/// What somebody asks for.
#[derive(Clone, Debug)]
pub(in crate::tests) enum Ask {
    Create {
        payer: u32,
        payee: u32,
        account: u64,
        parts: Vec<u64>,
        arbiters: Vec<u32>,
        threshold: u8,
        days: u16,
        ends: u64,
    },
    Fund {
        escrow: u64,
        account: u64,
    },
    Release {
        escrow: u64,
        milestone: u8,
        amount: Option<u64>,
    },
    Refund {
        escrow: u64,
    },
    Dispute {
        escrow: u64,
    },
    Rule {
        escrow: u64,
        to_payee: u64,
    },
    Redirect {
        escrow: u64,
        account: u64,
    },
    Freeze {
        account: u64,
        debits: bool,
        credits: bool,
    },
}

#[derive(Clone, Debug)]
pub(super) struct Pot {
    pub(super) payer: u32,
    pub(super) payee: u32,
    payer_account: Option<u64>,
    payee_account: u64,
    /// Amount and what of it was released.
    pub(super) parts: Vec<(u64, u64)>,
    arbiters: Vec<u32>,
    threshold: u8,
    days: u16,
    /// When time decides.
    ends: u64,
    rulings: BTreeMap<u32, u64>,
    pub(super) held: BigInt,
    pub(super) owed_payee: BigInt,
    pub(super) owed_payer: BigInt,
    pub(super) state: &'static str,
}

#[derive(Default)]
pub(in crate::tests) struct Naive {
    pub(super) now: u64,
    pub(super) holding: u64,
    pub(super) owners: BTreeMap<u64, u32>,
    pub(super) balances: BTreeMap<u64, BigInt>,
    pub(super) no_debits: BTreeSet<u64>,
    pub(super) no_credits: BTreeSet<u64>,
    pub(super) escrows: Vec<Pot>,
}

fn at(id: u64) -> usize {
    usize::try_from(id).unwrap()
}

impl Naive {
    pub(super) fn owned_by(&self, owner: u32) -> Vec<u64> {
        let own = self.owners.iter().filter(|(_, id)| **id == owner);
        own.map(|(account, _)| *account).collect()
    }

    fn owns(&self, owner: u32, account: u64) -> bool {
        self.owners.get(&account) == Some(&owner) && account != self.holding
    }

    fn holding_works(&self) -> bool {
        !self.no_debits.contains(&self.holding) && !self.no_credits.contains(&self.holding)
    }

    fn shift(&mut self, from: u64, to: u64, amount: &BigInt) {
        *self.balances.get_mut(&from).unwrap() -= amount;
        *self.balances.get_mut(&to).unwrap() += amount;
    }

    /// Pays out of the pot of all, when both accounts allow it.
    fn pay(&mut self, to: u64, amount: &BigInt) -> bool {
        if *amount == BigInt::ZERO {
            return true;
        }
        if self.no_debits.contains(&self.holding) || self.no_credits.contains(&to) {
            return false;
        }
        self.shift(self.holding, to, amount);
        true
    }

    fn divide(&mut self, id: u64, to_payee: &BigInt, to_payer: &BigInt, state: &'static str) {
        let (payee, payer) = {
            let pot = &self.escrows[at(id)];
            (pot.payee_account, pot.payer_account.unwrap())
        };
        let paid = (self.pay(payee, to_payee), self.pay(payer, to_payer));
        let pot = &mut self.escrows[at(id)];
        pot.held -= to_payee + to_payer;
        if !paid.0 {
            pot.owed_payee += to_payee;
        }
        if !paid.1 {
            pot.owed_payer += to_payer;
        }
        if pot.held == BigInt::ZERO {
            pot.state = state;
        }
        pot.rulings.clear();
    }

    /// Time decides what nobody decided.
    pub(super) fn time_passes(&mut self, now: u64) {
        self.now = now;
        for id in 0..self.escrows.len() as u64 {
            let pot = &mut self.escrows[at(id)];
            if pot.ends > now {
                continue;
            }
            match pot.state {
                "created" => pot.state = "lapsed",
                "funded" | "disputed" => {
                    let held = pot.held.clone();
                    self.divide(id, &BigInt::ZERO, &held, "refunded");
                }
                _ => {}
            }
        }
    }

    fn open(&self, id: u64) -> Option<&Pot> {
        let pot = self.escrows.get(at(id))?;
        matches!(pot.state, "funded" | "disputed").then_some(pot)
    }

    /// Whether it takes effect; if so, it has.
    pub(super) fn takes_effect(&mut self, sender: u32, ask: &Ask) -> bool {
        self.try_ask(sender, ask).is_some()
    }

    fn try_ask(&mut self, sender: u32, ask: &Ask) -> Option<()> {
        let when = |holds: bool| holds.then_some(());
        match ask {
            Ask::Create {
                payer,
                payee,
                account,
                parts,
                arbiters,
                threshold,
                days,
                ends,
            } => {
                when(payer != payee && (sender == *payer || sender == *payee))?;
                when(parts.iter().all(|it| *it > 0) && *days > 0 && *ends > self.now)?;
                let count = u8::try_from(arbiters.len()).unwrap();
                when(*threshold <= count && 2 * threshold > count)?;
                when(self.holding_works() && self.owns(*payee, *account))?;
                when(!self.no_credits.contains(account))?;
                self.escrows.push(Pot {
                    payer: *payer,
                    payee: *payee,
                    payer_account: None,
                    payee_account: *account,
                    parts: parts.iter().map(|it| (*it, 0)).collect(),
                    arbiters: arbiters.clone(),
                    threshold: *threshold,
                    days: *days,
                    ends: *ends,
                    rulings: BTreeMap::new(),
                    held: BigInt::ZERO,
                    owed_payee: BigInt::ZERO,
                    owed_payer: BigInt::ZERO,
                    state: "created",
                });
            }
            Ask::Fund { escrow, account } => {
                let pot = self.escrows.get(at(*escrow))?;
                when(sender == pot.payer && pot.state == "created")?;
                when(self.holding_works() && self.owns(sender, *account))?;
                let sum: BigInt = pot.parts.iter().map(|it| BigInt::from(it.0)).sum();
                when(!self.no_debits.contains(account) && sum <= self.balances[account])?;
                self.shift(*account, self.holding, &sum);
                let pot = &mut self.escrows[at(*escrow)];
                (pot.payer_account, pot.held, pot.state) = (Some(*account), sum, "funded");
            }
            Ask::Freeze {
                account,
                debits,
                credits,
            } => {
                when(matches!(sender, 0 | 5))?;
                for (set, on) in [
                    (&mut self.no_debits, debits),
                    (&mut self.no_credits, credits),
                ] {
                    if *on {
                        set.insert(*account);
                    } else {
                        set.remove(account);
                    }
                }
            }
            other => self.ask_open(sender, other)?,
        }
        Some(())
    }

    fn ask_open(&mut self, sender: u32, ask: &Ask) -> Option<()> {
        let when = |holds: bool| holds.then_some(());
        match ask {
            Ask::Release {
                escrow,
                milestone,
                amount,
            } => {
                let pot = self.open(*escrow)?;
                when(sender == pot.payer)?;
                let (whole, gone) = *pot.parts.get(usize::from(*milestone))?;
                let released = amount.unwrap_or(whole - gone);
                when(released > 0 && gone + released <= whole)?;
                self.escrows[at(*escrow)].parts[usize::from(*milestone)].1 += released;
                self.divide(*escrow, &released.into(), &BigInt::ZERO, "released");
            }
            Ask::Refund { escrow } => {
                let pot = self.open(*escrow)?;
                when(sender == pot.payee)?;
                let held = pot.held.clone();
                self.divide(*escrow, &BigInt::ZERO, &held, "refunded");
            }
            Ask::Dispute { escrow } => {
                let pot = self.open(*escrow)?;
                when(pot.state == "funded" && (sender == pot.payer || sender == pot.payee))?;
                let ends = self.now + u64::from(pot.days) * 86_400_000;
                let pot = &mut self.escrows[at(*escrow)];
                (pot.state, pot.ends) = ("disputed", ends);
            }
            Ask::Rule { escrow, to_payee } => {
                let pot = self.open(*escrow)?;
                when(pot.state == "disputed" && pot.arbiters.contains(&sender))?;
                when(BigInt::from(*to_payee) <= pot.held)?;
                let pot = &mut self.escrows[at(*escrow)];
                pot.rulings.insert(sender, *to_payee);
                let same = pot.rulings.values().filter(|it| *it == to_payee).count();
                if same >= usize::from(pot.threshold) {
                    let rest = &pot.held - to_payee;
                    self.divide(*escrow, &(*to_payee).into(), &rest, "arbitrated");
                }
            }
            Ask::Redirect { escrow, account } => {
                let pot = self.escrows.get(at(*escrow))?.clone();
                when(self.owns(sender, *account) && !self.no_credits.contains(account))?;
                if sender == pot.payee {
                    let paid = self.pay(*account, &pot.owed_payee);
                    let pot = &mut self.escrows[at(*escrow)];
                    pot.payee_account = *account;
                    pot.owed_payee = if paid {
                        BigInt::ZERO
                    } else {
                        pot.owed_payee.clone()
                    };
                } else {
                    when(sender == pot.payer && pot.payer_account.is_some())?;
                    let paid = self.pay(*account, &pot.owed_payer);
                    let pot = &mut self.escrows[at(*escrow)];
                    pot.payer_account = Some(*account);
                    pot.owed_payer = if paid {
                        BigInt::ZERO
                    } else {
                        pot.owed_payer.clone()
                    };
                }
            }
            other => panic!("{other:?}"),
        }
        Some(())
    }
}
