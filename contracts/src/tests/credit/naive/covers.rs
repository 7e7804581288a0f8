//! Collateral, in the naive executor.

use num_bigint::BigInt;

use super::{Ask, Cover, Naive, Of, big};

impl Naive {
    pub(super) fn ask_cover(&mut self, sender: usize, ask: &Ask) -> Option<bool> {
        Some(match *ask {
            Ask::WantLoan(id) => {
                let loan = self
                    .loans
                    .get(id)
                    .filter(|it| matches!(it.status, "offered" | "active") && it.line.is_none());
                let parties = loan.map(|it| (it.lender, it.borrower));
                self.want(sender, Of::Loan(id), parties)
            }
            Ask::WantLine(id) => {
                let line = self.lines.get(id);
                let line = line.filter(|it| matches!(it.status, "offered" | "open"));
                let parties = line.map(|it| (it.lender, it.borrower));
                self.want(sender, Of::Line(id), parties)
            }
            Ask::PutUp(id, sum, from) => {
                let Some(it) = self.covers.get(id) else {
                    return Some(false);
                };
                let takes = it.pledgor == sender
                    && from == sender
                    && it.items.len() < 16
                    && big(sum) <= self.free(it.pledgor);
                if takes {
                    self.put(id, big(sum));
                }
                takes
            }
            Ask::PutDown(id, item) => self.swap(sender, id, item, None),
            Ask::Swap(id, item, sum, from) => {
                from == sender && self.swap(sender, id, item, Some(big(sum)))
            }
            Ask::Take(id, item) => self.take(sender, id, item),
            _ => return None,
        })
    }

    fn want(&mut self, sender: usize, of: Of, parties: Option<(usize, usize)>) -> bool {
        let Some((pledgee, pledgor)) = parties else {
            return false;
        };
        let takes = pledgee == sender && self.covers.iter().all(|it| it.of != of);
        if takes {
            self.covers.push(Cover {
                of,
                pledgee,
                pledgor,
                state: "Asked",
                until: None,
                items: Vec::new(),
                next: 0,
            });
        }
        takes
    }

    fn put(&mut self, id: usize, sum: BigInt) {
        let it = &mut self.covers[id];
        it.items.push((it.next, sum));
        it.next += 1;
        if it.state == "Asked" {
            it.state = "Kept";
        }
    }

    /// An item is let go, by the lender alone or because the rest, with what takes its place, is enough.
    fn swap(&mut self, sender: usize, id: usize, item: u16, other: Option<BigInt>) -> bool {
        let Some(it) = self.covers.get(id).cloned() else {
            return false;
        };
        let Some(place) = it.items.iter().position(|(number, _)| *number == item) else {
            return false;
        };
        let add = other.clone().unwrap_or(BigInt::ZERO);
        let rest = self.held(id) - &it.items[place].1 + &add;
        let enough = self.exposure(it.of) * 100 <= rest * 90;
        let takes = match &other {
            None if it.pledgee == sender => true,
            None => it.pledgor == sender && enough,
            Some(_) => it.pledgor == sender && enough && add <= self.free(it.pledgor),
        };
        if takes {
            self.covers[id].items.remove(place);
            if let Some(other) = other {
                self.put(id, other);
            }
        }
        takes
    }

    fn take(&mut self, sender: usize, id: usize, item: u16) -> bool {
        let Some(it) = self.covers.get(id).cloned() else {
            return false;
        };
        let found = it.items.iter().find(|(number, _)| *number == item);
        let Some((_, sum)) = found.filter(|_| it.pledgee == sender && it.state == "CloseOut")
        else {
            return false;
        };
        let paid = match it.of {
            Of::Loan(loan) => {
                self.work_off(loan);
                let mut after = self.loans[loan].clone();
                let all = after.outstanding.clone();
                let (taken, parts) = after.serve((self.today, &self.closed), sum, &all);
                if taken > BigInt::ZERO {
                    self.booked(loan, after);
                    self.collect(loan, Some(it.pledgor), &parts);
                }
                taken
            }
            Of::Line(_) => {
                let paid = self.exposure(it.of).min(sum.clone());
                self.pay(it.pledgor, it.pledgee, &paid);
                paid
            }
        };
        let left = sum - &paid;
        self.covers[id].items.retain(|(number, _)| *number != item);
        if left > BigInt::ZERO {
            self.put(id, left);
        }
        true
    }
}
