//! The naive executor of goods: lists and big integers. It knows one commodity, one pricer, one asset of two decimals.

use num_bigint::BigInt;

/// Days for which a price counts.
pub(super) const PRICE_DAYS: u64 = 3;

const DAY_MS: u64 = 86_400_000;

/// What a random instruction asks for.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    Store {
        depositor: u32,
        units: u64,
        document: u64,
        cold: bool,
    },
    Inspect {
        lot: u64,
        found: u64,
    },
    Warrant {
        lot: u64,
    },
    Hand {
        receipt: u64,
        to: u32,
    },
    Secure {
        receipt: u64,
        bank: u32,
        secured: u64,
    },
    Lower {
        receipt: u64,
        by: u64,
    },
    Free {
        receipt: u64,
    },
    Part {
        receipt: u64,
        units: u64,
    },
    Seize {
        receipt: u64,
    },
    Surrender {
        receipt: u64,
    },
    Out {
        receipt: u64,
    },
    Sense {
        lot: u64,
        centi: i32,
        minutes: u64,
        until: u64,
    },
    Rule {
        lot: u64,
        upheld: bool,
    },
    Price {
        price: u64,
        observed: u64,
    },
}

pub(super) struct Stored {
    pub(super) units: u64,
    pub(super) depositor: u32,
    pub(super) document: u64,
    pub(super) cold: bool,
    pub(super) day: u32,
    pub(super) state: &'static str,
    pub(super) found: Option<u64>,
    pub(super) reported: u64,
    pub(super) minutes: u64,
    pub(super) breached: bool,
    pub(super) rival: Option<usize>,
}

#[derive(Clone)]
pub(super) struct Secured {
    pub(super) bank: u32,
    pub(super) secured: BigInt,
    pub(super) call: Option<u64>,
}

#[derive(Clone)]
pub(super) struct Paper {
    pub(super) lot: usize,
    pub(super) units: u64,
    pub(super) holder: u32,
    pub(super) state: &'static str,
    pub(super) pledge: Option<Secured>,
}

#[derive(Default)]
pub(crate) struct Naive {
    pub(super) lots: Vec<Stored>,
    pub(super) receipts: Vec<Paper>,
    price: Option<(u64, u64)>,
    other: u64,
    pub(super) now: u64,
    today: u32,
}

fn at(id: u64) -> usize {
    usize::try_from(id).unwrap()
}

fn stands(state: &str) -> bool {
    matches!(state, "registered" | "inspected" | "receipted")
}

impl Naive {
    /// Nothing is stored yet.
    pub(super) fn at(now: u64) -> Naive {
        Naive {
            now,
            today: u32::try_from(now / DAY_MS).unwrap(),
            ..Naive::default()
        }
    }

    /// A block begins; everything that is pledged is looked at.
    pub(super) fn open(&mut self, now: u64, today: u32) {
        (self.now, self.today) = (now, today);
        self.look();
    }

    /// Holder and bank of a receipt, or anybody's numbers.
    pub(super) fn sides(&self, receipt: u64) -> (u32, u32) {
        self.receipts.get(at(receipt)).map_or((4, 1), |it| {
            (
                it.holder,
                it.pledge.as_ref().map_or(1, |pledge| pledge.bank),
            )
        })
    }

    pub(super) fn units_of(&self, lot: u64) -> u64 {
        self.lots.get(at(lot)).map_or(1, |it| it.units)
    }

    fn frozen(&self, lot: usize) -> bool {
        self.lots[lot].breached || self.lots[lot].rival.is_some()
    }

    /// Whether `secured` is at most 80 % of the value of so many units; `None` without a price.
    fn covers(&self, lot: usize, units: u64, secured: &BigInt) -> Option<bool> {
        let (price, until) = self.price?;
        if self.now >= until {
            return None;
        }
        let million = BigInt::from(1_000_000);
        let lost = BigInt::from(20_000) * (self.today - self.lots[lot].day);
        let left = (&million - lost).max(BigInt::ZERO);
        // Prices have two decimals, as the asset.
        let value = BigInt::from(units) * price * 900_000 * left / (&million * &million);
        Some(secured * &million <= value * 800_000)
    }

    /// Every margin call as it must be now.
    fn look(&mut self) {
        for place in 0..self.receipts.len() {
            let it = self.receipts[place].clone();
            let Some(pledge) = it.pledge else { continue };
            let kept = !self.frozen(it.lot)
                && self.covers(it.lot, it.units, &pledge.secured) == Some(true);
            let call = match (kept, pledge.call) {
                (true, _) => None,
                (false, None) => Some(self.now + DAY_MS),
                (false, running) => running,
            };
            if let Some(pledge) = &mut self.receipts[place].pledge {
                pledge.call = call;
            }
        }
    }

    fn standing(&self, document: u64) -> Option<usize> {
        let it = |it: &Stored| it.document == document && stands(it.state);
        self.lots.iter().position(it)
    }

    /// The receipt, when its holder may do something with it.
    fn own(&self, receipt: u64, sender: u32) -> Option<usize> {
        let it = self.receipts.get(at(receipt))?;
        let free = it.holder == sender && it.state == "issued" && it.pledge.is_none();
        (free && !self.frozen(it.lot)).then_some(at(receipt))
    }

    fn pledged(&self, receipt: u64, sender: u32) -> Option<(usize, Secured)> {
        let pledge = self.receipts.get(at(receipt))?.pledge.clone()?;
        (pledge.bank == sender).then_some((at(receipt), pledge))
    }

    /// Does it when the rules allow; whether it did.
    pub(super) fn takes_effect(&mut self, sender: u32, ask: &Ask) -> bool {
        let done = match *ask {
            Ask::Store {
                depositor,
                units,
                document,
                cold,
            } => sender == 11 && self.store(depositor, units, document, cold),
            Ask::Inspect { lot, found } => self.inspect(sender, lot, found),
            Ask::Warrant { lot } => sender == 11 && self.warrant(lot),
            Ask::Sense {
                lot,
                centi,
                minutes,
                until,
            } => sender == 12 && self.sense(lot, centi, minutes, until),
            Ask::Rule { lot, upheld } => sender == 0 && self.rule(lot, upheld),
            Ask::Price { price, observed } => {
                sender == 9 && self.attest(price, observed) || sender == 0 && self.other(observed)
            }
            Ask::Hand { .. } | Ask::Secure { .. } | Ask::Surrender { .. } => {
                self.by_holder(sender, ask).is_some()
            }
            Ask::Lower { .. } | Ask::Free { .. } | Ask::Part { .. } | Ask::Seize { .. } => {
                self.by_bank(sender, ask).is_some()
            }
            Ask::Out { receipt } => sender == 11 && self.out(receipt),
        };
        if done {
            self.look();
        }
        done
    }

    fn store(&mut self, depositor: u32, units: u64, document: u64, cold: bool) -> bool {
        let rival = self.standing(document);
        let id = self.lots.len();
        self.lots.push(Stored {
            units,
            depositor,
            document,
            cold,
            day: self.today,
            state: if rival.is_some() {
                "contested"
            } else {
                "registered"
            },
            found: None,
            reported: self.now,
            minutes: 0,
            breached: false,
            rival,
        });
        if let Some(rival) = rival {
            let other = self.lots[rival].rival;
            self.lots[rival].rival = other.or(Some(id));
        }
        true
    }

    fn inspect(&mut self, sender: u32, lot: u64, found: u64) -> bool {
        let Some(it) = self.lots.get_mut(at(lot)) else {
            return false;
        };
        let may = matches!(sender, 9 | 10 | 12) && matches!(it.state, "registered" | "inspected");
        if may {
            (it.state, it.found) = ("inspected", Some(found));
        }
        may
    }

    fn warrant(&mut self, lot: u64) -> bool {
        let Some(it) = self.lots.get(at(lot)) else {
            return false;
        };
        let may = it.state == "inspected" && it.found == Some(it.units) && !self.frozen(at(lot));
        if may {
            let (units, holder) = (it.units, it.depositor);
            self.receipts.push(Paper {
                lot: at(lot),
                units,
                holder,
                state: "issued",
                pledge: None,
            });
            self.lots[at(lot)].state = "receipted";
        }
        may
    }

    fn sense(&mut self, lot: u64, centi: i32, minutes: u64, until: u64) -> bool {
        let Some(it) = self.lots.get_mut(at(lot)) else {
            return false;
        };
        let may = it.cold && stands(it.state) && until - minutes * 60_000 >= it.reported;
        if may {
            it.reported = until;
            it.minutes += if centi > 0 { minutes } else { 0 };
            it.breached |= it.minutes > 10;
        }
        may
    }

    fn rule(&mut self, lot: u64, upheld: bool) -> bool {
        let Some(it) = self.lots.get(at(lot)) else {
            return false;
        };
        if it.state != "contested" {
            let may = it.breached;
            if may {
                self.lots[at(lot)].breached = false;
                self.lots[at(lot)].minutes = 10;
            }
            return may;
        }
        let rival = it.rival.unwrap();
        let in_the_way = |place: usize| place != rival || self.lots[place].state == "receipted";
        if upheld && self.standing(it.document).is_some_and(in_the_way) {
            return false;
        }
        if self.lots[rival].rival == Some(at(lot)) {
            self.lots[rival].rival = None;
        }
        if upheld {
            self.lots[rival].state = "void";
        }
        self.lots[at(lot)].rival = None;
        self.lots[at(lot)].state = if upheld { "registered" } else { "void" };
        true
    }

    /// One price at a time: a second one of the same moment is not newer.
    fn attest(&mut self, price: u64, observed: u64) -> bool {
        let until = observed + PRICE_DAYS * DAY_MS;
        let newer = self.price.is_none_or(|(_, earlier)| earlier < until) && self.now < until;
        if newer {
            self.price = Some((price, until));
        }
        newer
    }

    /// The operator's price, on which nothing hangs.
    fn other(&mut self, observed: u64) -> bool {
        let newer = observed > self.other && self.now < observed + PRICE_DAYS * DAY_MS;
        if newer {
            self.other = observed;
        }
        newer
    }

    fn by_holder(&mut self, sender: u32, ask: &Ask) -> Option<()> {
        match *ask {
            Ask::Hand { receipt, to } => {
                let place = self.own(receipt, sender)?;
                (to != sender).then_some(())?;
                self.receipts[place].holder = to;
            }
            Ask::Secure {
                receipt,
                bank,
                secured,
            } => {
                let place = self.own(receipt, sender)?;
                let secured = BigInt::from(secured);
                let it = &self.receipts[place];
                let covered = self.covers(it.lot, it.units, &secured)?;
                (bank != sender && covered).then_some(())?;
                self.receipts[place].pledge = Some(Secured {
                    bank,
                    secured,
                    call: None,
                });
            }
            Ask::Surrender { receipt } => {
                let place = self.own(receipt, sender)?;
                self.receipts[place].state = "surrendered";
            }
            _ => return None,
        }
        Some(())
    }

    fn by_bank(&mut self, sender: u32, ask: &Ask) -> Option<()> {
        match *ask {
            Ask::Lower { receipt, by } => {
                let (place, pledge) = self.pledged(receipt, sender)?;
                let rest = pledge.secured - by;
                (rest > BigInt::ZERO).then_some(())?;
                self.receipts[place].pledge.as_mut()?.secured = rest;
            }
            Ask::Free { receipt } => {
                let (place, _) = self.pledged(receipt, sender)?;
                self.receipts[place].pledge = None;
            }
            Ask::Part { receipt, units } => {
                let (place, pledge) = self.pledged(receipt, sender)?;
                let it = self.receipts[place].clone();
                let may = !self.frozen(it.lot) && units < it.units;
                may.then_some(())?;
                let covered = self.covers(it.lot, it.units - units, &pledge.secured)?;
                covered.then_some(())?;
                self.receipts[place].units -= units;
                self.receipts.push(Paper {
                    units,
                    pledge: None,
                    ..it
                });
            }
            Ask::Seize { receipt } => {
                let (place, pledge) = self.pledged(receipt, sender)?;
                (self.now >= pledge.call?).then_some(())?;
                self.receipts[place].holder = sender;
                self.receipts[place].pledge = None;
            }
            _ => return None,
        }
        Some(())
    }

    fn out(&mut self, receipt: u64) -> bool {
        let Some(it) = self.receipts.get(at(receipt)) else {
            return false;
        };
        let lot = it.lot;
        if it.state != "surrendered" || self.frozen(lot) {
            return false;
        }
        self.receipts[at(receipt)].state = "retired";
        let own = self.receipts.iter().filter(|it| it.lot == lot);
        let gone: u64 = own
            .filter(|it| it.state == "retired")
            .map(|it| it.units)
            .sum();
        if gone == self.lots[lot].units {
            self.lots[lot].state = "gone";
        }
        true
    }
}
