//! Notice and sureties, in the naive executor.

use num_bigint::BigInt;

use super::{Ask, GRACE, Kind, Lent, Naive, big, rounded};

#[derive(Clone, Debug)]
pub(in crate::tests::credit) struct Bond {
    pub(in crate::tests::credit) loan: usize,
    guarantor: usize,
    most: BigInt,
    percent: u64,
    last: u32,
    pub(in crate::tests::credit) state: &'static str,
    pub(in crate::tests::credit) paid: BigInt,
    pub(in crate::tests::credit) repaid: BigInt,
}

impl Lent {
    /// Whether it is overdue beyond its grace.
    pub(in crate::tests::credit) fn is_late(&self, today: u32) -> bool {
        self.days_late(today) > GRACE
    }

    /// Whether it is more than 90 days past due.
    pub(in crate::tests::credit) fn is_bad(&self, today: u32) -> bool {
        self.days_late(today) > 90
    }

    /// Whether it may be ended with notice, which nobody has given.
    pub(in crate::tests::credit) fn may_end(&self) -> bool {
        matches!(self.kind, Kind::AtCall(_) | Kind::Rolling(..)) && self.called.is_none()
    }
}

impl Naive {
    pub(super) fn ask_bond(&mut self, sender: usize, ask: &Ask) -> Option<bool> {
        Some(match *ask {
            Ask::Notice(id) => self.give_notice(sender, id),
            Ask::Stand(loan, guarantor, most, percent, last) => {
                let Some(it) = self.loans.get(loan) else {
                    return Some(false);
                };
                let takes = sender == guarantor
                    && sender != it.lender
                    && sender != it.borrower
                    && matches!(it.status, "offered" | "active")
                    && self.today <= last;
                if takes {
                    self.bonds.push(Bond {
                        loan,
                        guarantor,
                        most: big(most),
                        percent,
                        last,
                        state: "Given",
                        paid: BigInt::ZERO,
                        repaid: BigInt::ZERO,
                    });
                }
                takes
            }
            Ask::CallBond(id) => self.call_bond(sender, id),
            Ask::DropBond(id) => {
                let lender = self.bonds.get(id).map(|it| self.loans[it.loan].lender);
                let open = self.bonds.get(id).is_some_and(|it| it.state == "Given");
                let takes = lender == Some(sender) && open;
                if takes {
                    self.bonds[id].state = "Released";
                }
                takes
            }
            Ask::RepayBond(id, sum) => {
                let Some(it) = self.bonds.get(id).cloned() else {
                    return Some(false);
                };
                let loan = self.loans[it.loan].clone();
                let sum = big(sum).min(&it.paid - &it.repaid);
                let takes = self.borrows(sender, &loan)
                    && sum > BigInt::ZERO
                    && sum <= self.free(loan.borrower);
                if takes {
                    self.pay(loan.borrower, it.guarantor, &sum);
                    self.bonds[id].repaid += sum;
                }
                takes
            }
            _ => return None,
        })
    }

    /// A call or rolling loan ends so many days later, all of which may be open or not.
    fn give_notice(&mut self, sender: usize, id: usize) -> bool {
        self.work_off(id);
        let Some(it) = self.loans.get(id).cloned() else {
            return false;
        };
        let (Kind::AtCall(days) | Kind::Rolling(days, ..)) = it.kind else {
            return false;
        };
        let party = it.lender == sender || it.borrower == sender;
        if !party || it.status != "active" || it.called.is_some() {
            return false;
        }
        let mut day = self.today;
        for _ in 0..days {
            day += 1;
            while !self.closed.is_open(day) {
                day += 1;
            }
        }
        let (today, closed) = (self.today, &self.closed);
        let loan = &mut self.loans[id];
        loan.called = Some(day);
        loan.undrawn = BigInt::ZERO;
        loan.come_due(today, closed);
        if loan.is_over() {
            loan.status = "closed";
        }
        self.work_off(id);
        self.end_suspense();
        true
    }

    fn call_bond(&mut self, sender: usize, id: usize) -> bool {
        let Some(bond) = self.bonds.get(id).cloned() else {
            return false;
        };
        self.work_off(bond.loan);
        let (today, it) = (self.today, self.loans[bond.loan].clone());
        let late =
            it.status == "written-off" || (it.status == "active" && it.days_late(today) > GRACE);
        if it.lender != sender || bond.state != "Given" || !late {
            return false;
        }
        let items = it.items.iter().map(|it| &it.interest + &it.principal);
        let owed = items.sum::<BigInt>() + it.penalty_now(today) + it.costs;
        let part = rounded(&((&owed + &bond.paid) * bond.percent), &big(100));
        let left = part.min(bond.most.clone()) - &bond.paid;
        let free = self.free(bond.guarantor).max(BigInt::ZERO);
        let taken = left.min(owed).min(free);
        if taken <= BigInt::ZERO {
            return false;
        }
        let mut after = it;
        let (served, parts) = after.serve((today, &self.closed), &taken, &BigInt::ZERO);
        assert_eq!(served, taken);
        self.booked(bond.loan, after);
        self.collect(bond.loan, Some(bond.guarantor), &parts);
        self.bonds[id].paid += taken;
        true
    }

    pub(super) fn expire_bonds(&mut self) {
        let today = self.today;
        for it in &mut self.bonds {
            if it.state == "Given" && it.last < today {
                it.state = "Expired";
            }
        }
    }
}
