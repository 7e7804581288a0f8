//! The naive executor of receivables: maps and big integers, rules written down a second time.

use std::collections::BTreeMap;

use num_bigint::BigInt;

use super::factoring::{Agreement, Sold};

/// What a random instruction asks for; participants and accounts are the ledger's numbers.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    Claim {
        debtor: u32,
        amount: u64,
        account: u64,
        due: u32,
        document: u8,
    },
    Accept {
        promise: u64,
        account: u64,
    },
    Reject {
        promise: u64,
    },
    Withdraw {
        promise: u64,
    },
    Split {
        portion: u64,
        parts: Vec<u64>,
    },
    Transfer {
        portion: u64,
        to: u32,
        account: u64,
        recourse: bool,
    },
    Pledge {
        portion: u64,
        bank: u32,
        account: u64,
        secured: u64,
    },
    Release {
        portion: u64,
    },
    Offer {
        account: u64,
        rate: u64,
        fee: u64,
        limit: u64,
        recourse: bool,
    },
    Finance {
        offer: u64,
        portion: u64,
    },
    Dispute {
        promise: u64,
    },
    Resolve {
        promise: u64,
        dilution: u64,
    },
    Cancel {
        promise: u64,
    },
    Pay {
        promise: u64,
        account: u64,
        amount: u64,
    },
    Honour {
        portion: u64,
        account: u64,
    },
    Line {
        cap: u64,
    },
    Enter {
        document: u8,
        amount: u64,
    },
    Free {
        document: u8,
        amount: u64,
    },
    /// The terms name no bank yet: it is the sender.
    Agree(Agreement),
    Sever {
        agreement: u64,
    },
    Sell {
        agreement: u64,
        portions: Vec<u64>,
        account: u64,
    },
    Refund {
        portfolio: u64,
        account: u64,
        amount: u64,
    },
}

#[derive(Clone, PartialEq, Debug)]
pub(super) struct Promised {
    pub(super) creditor: u32,
    pub(super) account: u64,
    pub(super) debtor_account: Option<u64>,
    pub(super) amount: u64,
    pub(super) due: u32,
    pub(super) document: u8,
    /// "issued", "accepted", ... as the ledger names it.
    pub(super) state: &'static str,
    pub(super) disputed: bool,
    /// The day on which it was looked for first; it waits to the end of it.
    pub(super) looked_for: u32,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) struct Piece {
    pub(super) promise: u64,
    pub(super) depth: u32,
    pub(super) holder: u32,
    pub(super) account: u64,
    /// `None`: not live.
    pub(super) claim: Option<BigInt>,
    pub(super) pledge: Option<(u32, u64, BigInt)>,
    /// The portfolio, and the seller's part of the claim.
    pub(super) sold: Option<(usize, BigInt)>,
    pub(super) endorsers: Vec<u32>,
}

pub(super) struct Deal {
    pub(super) bank: u32,
    pub(super) account: u64,
    pub(super) rate: u64,
    pub(super) fee: u64,
    pub(super) left: BigInt,
    pub(super) recourse: bool,
}

/// The state, as simply as it can be said. One debtor (3), one asset.
#[derive(Default)]
pub(crate) struct Naive {
    pub(super) owners: BTreeMap<u64, u32>,
    pub(super) balances: BTreeMap<u64, BigInt>,
    pub(super) promises: Vec<Promised>,
    pub(super) pieces: Vec<Piece>,
    pub(super) deals: Vec<Deal>,
    pub(super) agreements: Vec<Agreement>,
    pub(super) sold: Vec<Sold>,
    pub(super) cap: Option<BigInt>,
    /// Financed of each document by each bank; every document is worth 1,000 there.
    pub(super) shares: BTreeMap<u8, BTreeMap<u32, BigInt>>,
    pub(super) today: u32,
    /// Promises whose dispute has ended since the last block began, and when; they are due again if their day has come.
    pub(super) late: Vec<(u64, u32)>,
}

const DEBTOR: u32 = 3;
const WORTH: u32 = 1_000;
const DAY_MS: u64 = 86_400_000;

pub(super) fn at(id: impl Into<u64>) -> usize {
    usize::try_from(id.into()).unwrap()
}

/// Whether a promise takes its document.
fn binds(it: &Promised) -> bool {
    matches!(it.state, "accepted" | "due" | "overdue" | "paid")
}

pub(super) fn is_bank(id: u32) -> bool {
    matches!(id, 1 | 2)
}

impl Naive {
    pub(super) fn owed(&self) -> BigInt {
        let live = self.pieces.iter().filter_map(|it| it.claim.clone());
        live.sum()
    }

    pub(super) fn owns(&self, id: u32, account: u64) -> bool {
        self.owners.get(&account) == Some(&id)
    }

    fn taken(&self, document: u8) -> bool {
        let stands = |it: &Promised| it.document == document && binds(it);
        let shares = self.shares.get(&document);
        self.promises.iter().any(stands)
            || shares.is_some_and(|it| it.values().sum::<BigInt>() > BigInt::ZERO)
    }

    pub(super) fn movable(&self, sender: u32, portion: u64) -> Option<&Piece> {
        let piece = self.pieces.get(usize::try_from(portion).ok()?)?;
        let promise = &self.promises[at(piece.promise)];
        let moves = piece.holder == sender
            && piece.claim.is_some()
            && piece.pledge.is_none()
            && piece.sold.is_none()
            && promise.state == "accepted"
            && !promise.disputed
            && promise.due > self.today;
        moves.then_some(piece)
    }

    fn promise(&self, id: u64) -> Option<&Promised> {
        self.promises.get(usize::try_from(id).ok()?)
    }

    fn live(&self, promise: u64) -> Vec<usize> {
        let of = |(place, it): (usize, &Piece)| {
            (it.promise == promise && it.claim.is_some()).then_some(place)
        };
        self.pieces.iter().enumerate().filter_map(of).collect()
    }

    /// Units one by one to whoever lies furthest below its exact share.
    fn share(&self, places: &[usize], paid: &BigInt) -> Vec<BigInt> {
        let claims: Vec<BigInt> = places
            .iter()
            .map(|it| self.pieces[*it].claim.clone().unwrap())
            .collect();
        let whole: BigInt = claims.iter().sum();
        if whole == BigInt::ZERO {
            return claims;
        }
        let mut shares: Vec<BigInt> = claims.iter().map(|it| it * paid / &whole).collect();
        let mut order: Vec<usize> = (0..claims.len()).collect();
        order.sort_by_key(|it| (-(&claims[*it] * paid % &whole), *it));
        let rest: BigInt = paid - shares.iter().sum::<BigInt>();
        for place in order {
            if shares.iter().sum::<BigInt>() < *paid && rest > BigInt::ZERO {
                shares[place] += 1;
            }
        }
        shares
    }

    pub(super) fn shift(&mut self, from: u64, to: u64, amount: &BigInt) {
        *self.balances.get_mut(&from).unwrap() -= amount;
        *self.balances.get_mut(&to).unwrap() += amount;
    }

    fn pay(&mut self, promise: u64, from: u64, paid: &BigInt) {
        let places = self.live(promise);
        for (place, share) in places.iter().zip(self.share(&places, paid)) {
            let piece = self.pieces[*place].clone();
            if piece.sold.is_some() {
                self.pay_sold(*place, from, &share);
                continue;
            }
            let mut rest = share.clone();
            if let Some((_, account, secured)) = &piece.pledge {
                let first = secured.min(&rest).clone();
                self.shift(from, *account, &first);
                rest -= &first;
                let left = secured - &first;
                let (bank, account) = (piece.pledge.as_ref().unwrap().0, *account);
                self.pieces[*place].pledge = (left > BigInt::ZERO).then_some((bank, account, left));
            }
            self.shift(from, piece.account, &rest);
            self.lower(*place, &share);
        }
        if self.live(promise).is_empty() {
            self.promises[at(promise)].state = "paid";
        }
    }

    pub(super) fn lower(&mut self, place: usize, by: &BigInt) {
        let piece = &mut self.pieces[place];
        let claim = piece.claim.take().unwrap() - by;
        if claim == BigInt::ZERO {
            piece.pledge = None;
        } else {
            if let Some((_, _, secured)) = &mut piece.pledge {
                *secured = secured.clone().min(claim.clone());
            }
            piece.claim = Some(claim);
        }
    }

    /// Time has passed: days that are over close, and promises whose day has come are looked for, day by day.
    ///
    /// Within a day: those whose day it is, then those whose dispute has ended since, at last what is unpaid as it ends.
    pub(super) fn open(&mut self, now: u64) {
        let today = u32::try_from(now / DAY_MS).unwrap();
        let is_last = now % DAY_MS == DAY_MS - 1;
        let late: BTreeMap<u64, u32> = std::mem::take(&mut self.late).into_iter().collect();
        self.today = today;
        let mut steps: Vec<(u32, u8, u64)> = Vec::new();
        for (id, it) in (0..).zip(&self.promises) {
            match it.state {
                "due" if it.looked_for < today || is_last => steps.push((it.looked_for, 2, id)),
                "accepted" if !it.disputed && it.due <= today => {
                    let after = late.get(&id).filter(|day| **day >= it.due);
                    steps.push(after.map_or((it.due, 0, id), |day| (*day, 1, id)));
                }
                _ => {}
            }
        }
        steps.sort_unstable();
        for (_, step, id) in steps {
            if step == 2 {
                self.share_out(id);
            } else {
                let it = &mut self.promises[at(id)];
                (it.state, it.looked_for) = ("due", today);
                self.settle_first(id);
            }
        }
    }

    /// What is claimed of a promise.
    fn claimed(&self, id: u64) -> BigInt {
        let claims = self.live(id).into_iter();
        claims
            .map(|it| self.pieces[it].claim.clone().unwrap())
            .sum()
    }

    /// The day is over: what the account has, and the rest is overdue.
    fn share_out(&mut self, id: u64) {
        let account = self.promises[at(id)].debtor_account.unwrap();
        let paid = self.claimed(id).min(self.balances[&account].clone());
        self.promises[at(id)].state = "overdue";
        self.pay(id, account, &paid);
    }

    /// Pays a promise when no lower one waits on its account and all of it is there.
    fn settle_first(&mut self, id: u64) -> bool {
        let account = self.promises[at(id)].debtor_account;
        let waits = |it: &Promised| it.state == "due" && it.debtor_account == account;
        let is_first = self.promises.iter().position(waits) == Some(at(id));
        let is_ready = is_first && self.claimed(id) <= self.balances[&account.unwrap()];
        if is_ready {
            self.share_out(id);
        }
        is_ready
    }

    /// A block ends: whatever waits and can be paid whole is paid, lower ones first.
    pub(super) fn settle_waiting(&mut self) {
        let all = 0..self.promises.len() as u64;
        while all
            .clone()
            .any(|id| self.promises[at(id)].state == "due" && self.settle_first(id))
        {}
    }

    /// Whether it takes effect; if so, it has.
    pub(super) fn takes_effect(&mut self, sender: u32, ask: &Ask) -> bool {
        self.try_ask(sender, ask).is_some()
    }

    fn try_ask(&mut self, sender: u32, ask: &Ask) -> Option<()> {
        match ask {
            Ask::Claim { .. } | Ask::Accept { .. } | Ask::Reject { .. } | Ask::Withdraw { .. } => {
                self.ask_claim(sender, ask)
            }
            Ask::Dispute { .. } | Ask::Resolve { .. } | Ask::Cancel { .. } | Ask::Pay { .. } => {
                self.ask_owed(sender, ask)
            }
            Ask::Split { .. }
            | Ask::Transfer { .. }
            | Ask::Pledge { .. }
            | Ask::Release { .. }
            | Ask::Honour { .. } => self.ask_portion(sender, ask),
            Ask::Offer { .. }
            | Ask::Finance { .. }
            | Ask::Line { .. }
            | Ask::Enter { .. }
            | Ask::Free { .. } => self.ask_bank(sender, ask),
            Ask::Agree(_) | Ask::Sever { .. } | Ask::Sell { .. } | Ask::Refund { .. } => {
                self.ask_factor(sender, ask)
            }
        }
    }

    fn ask_claim(&mut self, sender: u32, ask: &Ask) -> Option<()> {
        let when = |holds: bool| holds.then_some(());
        match ask {
            Ask::Claim {
                debtor,
                amount,
                account,
                due,
                document,
            } => {
                when(matches!(sender, 3 | 4 | 8) && *debtor == DEBTOR && sender != DEBTOR)?;
                when(
                    *amount > 0
                        && (self.today + 1..=self.today + 184).contains(due)
                        && self.owns(sender, *account),
                )?;
                self.promises.push(Promised {
                    creditor: sender,
                    account: *account,
                    debtor_account: None,
                    amount: *amount,
                    due: *due,
                    document: *document,
                    state: "issued",
                    disputed: false,
                    looked_for: 0,
                });
            }
            Ask::Accept { promise, account } => {
                let it = self.promise(*promise)?.clone();
                when(sender == DEBTOR && it.state == "issued" && it.due > self.today)?;
                when(self.owns(sender, *account) && !self.taken(it.document))?;
                when(self.owed() + it.amount <= self.cap.clone()?)?;
                self.pieces.push(Piece {
                    promise: *promise,
                    depth: 0,
                    holder: it.creditor,
                    account: it.account,
                    claim: Some(it.amount.into()),
                    pledge: None,
                    sold: None,
                    endorsers: Vec::new(),
                });
                let it = &mut self.promises[at(*promise)];
                (it.state, it.debtor_account) = ("accepted", Some(*account));
            }
            Ask::Reject { promise } => {
                when(sender == DEBTOR && self.promise(*promise)?.state == "issued")?;
                self.promises[at(*promise)].state = "rejected";
            }
            Ask::Withdraw { promise } => {
                let it = self.promise(*promise)?;
                when(sender == it.creditor && it.state == "issued")?;
                self.promises[at(*promise)].state = "withdrawn";
            }
            other => panic!("{other:?}"),
        }
        Some(())
    }

    fn ask_owed(&mut self, sender: u32, ask: &Ask) -> Option<()> {
        let when = |holds: bool| holds.then_some(());
        match ask {
            Ask::Dispute { promise } => {
                let it = self.promise(*promise)?;
                when(
                    sender == DEBTOR
                        && it.state == "accepted"
                        && !it.disputed
                        && it.due > self.today,
                )?;
                self.promises[at(*promise)].disputed = true;
            }
            Ask::Resolve { promise, dilution } => {
                when(sender == 0 && self.promise(*promise)?.disputed)?;
                let places = self.live(*promise);
                let owed: BigInt = places
                    .iter()
                    .map(|it| self.pieces[*it].claim.clone().unwrap())
                    .sum();
                when(BigInt::from(*dilution) < owed)?;
                for (place, share) in places.iter().zip(self.share(&places, &(*dilution).into())) {
                    self.dilute(*place, &share);
                }
                self.promises[at(*promise)].disputed = false;
                self.late.push((*promise, self.today));
            }
            Ask::Cancel { promise } => {
                when(matches!(
                    self.promise(*promise)?.state,
                    "accepted" | "due" | "overdue"
                ))?;
                let places = self.live(*promise);
                let own = |it: &usize| {
                    let piece = &self.pieces[*it];
                    piece.holder == sender && piece.pledge.is_none() && piece.sold.is_none()
                };
                when(places.iter().all(own))?;
                for place in places {
                    self.pieces[place].claim = None;
                }
                let it = &mut self.promises[at(*promise)];
                (it.state, it.disputed) = ("cancelled", false);
            }
            Ask::Pay {
                promise,
                account,
                amount,
            } => {
                when(
                    sender == DEBTOR && *amount > 0 && self.promise(*promise)?.state == "overdue",
                )?;
                let places = self.live(*promise);
                let owed: BigInt = places
                    .iter()
                    .map(|it| self.pieces[*it].claim.clone().unwrap())
                    .sum();
                when(self.owns(sender, *account) && BigInt::from(*amount) <= owed)?;
                when(BigInt::from(*amount) <= self.balances[account])?;
                self.pay(*promise, *account, &(*amount).into());
            }
            other => panic!("{other:?}"),
        }
        Some(())
    }

    fn ask_portion(&mut self, sender: u32, ask: &Ask) -> Option<()> {
        let when = |holds: bool| holds.then_some(());
        match ask {
            Ask::Split { portion, parts } => {
                let whole = self.movable(sender, *portion)?.clone();
                let sum: u64 = parts.iter().sum();
                when(parts.len() > 1 && whole.depth < 10 && parts.iter().all(|it| *it >= 100))?;
                when(Some(BigInt::from(sum)) == whole.claim)?;
                self.pieces[at(*portion)].claim = None;
                for part in parts {
                    self.pieces.push(Piece {
                        claim: Some((*part).into()),
                        depth: whole.depth + 1,
                        ..whole.clone()
                    });
                }
            }
            Ask::Transfer {
                portion,
                to,
                account,
                recourse,
            } => {
                let full = self.movable(sender, *portion)?.endorsers.len() == 10;
                when(*to != sender && !(full && *recourse) && self.owns(*to, *account))?;
                let piece = &mut self.pieces[at(*portion)];
                (piece.holder, piece.account) = (*to, *account);
                piece.endorsers.extend(recourse.then_some(sender));
            }
            Ask::Pledge {
                portion,
                bank,
                account,
                secured,
            } => {
                let claim = self.movable(sender, *portion)?.claim.clone()?;
                when(is_bank(*bank) && *bank != sender && self.owns(*bank, *account))?;
                when(*secured > 0 && BigInt::from(*secured) <= claim)?;
                let pledge = (*bank, *account, (*secured).into());
                self.pieces[at(*portion)].pledge = Some(pledge);
            }
            Ask::Release { portion } => {
                let piece = self.pieces.get_mut(at(*portion))?;
                when(piece.pledge.as_ref()?.0 == sender)?;
                piece.pledge = None;
            }
            Ask::Honour { portion, account } => {
                let piece = self.pieces.get(at(*portion))?.clone();
                let back = piece.sold.clone().map(|it| it.1);
                let claim = piece.claim.clone()? - back.unwrap_or_default();
                when(piece.pledge.is_none() && piece.endorsers.last() == Some(&sender))?;
                when(self.promise(piece.promise)?.state == "overdue")?;
                when(self.owns(sender, *account) && claim <= self.balances[account])?;
                self.shift(*account, piece.account, &claim);
                let piece = &mut self.pieces[at(*portion)];
                (piece.holder, piece.account, piece.sold) = (sender, *account, None);
                piece.endorsers.pop();
            }
            other => panic!("{other:?}"),
        }
        Some(())
    }

    fn ask_bank(&mut self, sender: u32, ask: &Ask) -> Option<()> {
        let when = |holds: bool| holds.then_some(());
        match ask {
            Ask::Offer {
                account,
                rate,
                fee,
                limit,
                recourse,
            } => {
                when(is_bank(sender) && *limit > 0 && self.owns(sender, *account))?;
                self.deals.push(Deal {
                    bank: sender,
                    account: *account,
                    rate: *rate,
                    fee: *fee,
                    left: (*limit).into(),
                    recourse: *recourse,
                });
            }
            Ask::Finance { offer, portion } => {
                let piece = self.movable(sender, *portion)?.clone();
                let deal = self.deals.get(usize::try_from(*offer).ok()?)?;
                let claim = piece.claim.clone()?;
                when(deal.bank != sender && claim <= deal.left)?;
                when(!deal.recourse || piece.endorsers.len() < 10)?;
                let days = self.promise(piece.promise)?.due - self.today;
                let over = &claim * deal.rate * days;
                let year = BigInt::from(360_000_000_000_000_u64);
                let price = &claim - (over + &year - 1) / year - deal.fee;
                let (bank, account, recourse) = (deal.bank, deal.account, deal.recourse);
                when(price > BigInt::ZERO && price <= self.balances[&account])?;
                self.deals[at(*offer)].left -= claim;
                self.shift(account, piece.account, &price);
                let piece = &mut self.pieces[at(*portion)];
                (piece.holder, piece.account) = (bank, account);
                piece.endorsers.extend(recourse.then_some(sender));
            }
            Ask::Line { cap } => {
                when(sender == 1)?;
                self.cap = Some((*cap).into());
            }
            Ask::Enter { document, amount } => {
                when(is_bank(sender) && *amount > 0 && *amount <= u64::from(WORTH))?;
                let bound = |it: &Promised| it.document == *document && binds(it);
                when(!self.promises.iter().any(bound))?;
                let shares = self.shares.entry(*document).or_default();
                when(shares.values().sum::<BigInt>() + amount <= BigInt::from(WORTH))?;
                *shares.entry(sender).or_default() += BigInt::from(*amount);
            }
            Ask::Free { document, amount } => {
                let share = self.shares.get_mut(document)?.get_mut(&sender)?;
                when(*amount > 0 && BigInt::from(*amount) <= *share)?;
                *share -= BigInt::from(*amount);
            }
            other => panic!("{other:?}"),
        }
        Some(())
    }
}
