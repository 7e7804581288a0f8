//! Lines, in the naive executor.

use num_bigint::BigInt;

use super::{Ask, BANKS, Naive, Of, Promise, SPONSOR, Terms, big};

impl Naive {
    pub(super) fn ask_line(&mut self, sender: usize, ask: &Ask) -> Option<bool> {
        let today = self.today;
        let terms = |cap: u64, last: u32, once: bool, fee: u64| Terms {
            cap: big(cap),
            last,
            once,
            fee,
        };
        Some(match *ask {
            Ask::OpenLine {
                lender,
                borrower,
                cap,
                last,
                once,
                fee,
                until,
            } => {
                let fresh = until > today && last >= today;
                let takes = sender == lender && lender < BANKS && lender != borrower && fresh;
                if takes {
                    let terms = terms(cap, last, once, fee);
                    self.lines.push(Promise {
                        lender,
                        borrower,
                        terms: terms.clone(),
                        status: "offered",
                        revision: 1,
                        proposed: Some((lender, terms, until)),
                        used: BigInt::ZERO,
                        ever: BigInt::ZERO,
                        start: today,
                        months: 0,
                        accrued: BigInt::ZERO,
                        owed: BigInt::ZERO,
                    });
                }
                takes
            }
            Ask::Agree(id, revision) => self.agree(sender, id, revision),
            Ask::Amend {
                line,
                cap,
                last,
                once,
                fee,
                until,
            } => {
                let Some(it) = self.lines.get_mut(line) else {
                    return Some(false);
                };
                let party = it.lender == sender || it.borrower == sender;
                let fresh = until > today && last >= today;
                let takes = party && it.status == "open" && today <= it.terms.last && fresh;
                if takes {
                    it.revision += 1;
                    it.proposed = Some((sender, terms(cap, last, once, fee), until));
                }
                takes
            }
            Ask::EndLine(id) => self.end_line(sender, id),
            Ask::PayFee(id) => self.pay_fee(sender, id),
            _ => return None,
        })
    }

    fn agree(&mut self, sender: usize, id: usize, revision: u32) -> bool {
        let today = self.today;
        let Some(it) = self.lines.get_mut(id) else {
            return false;
        };
        let party = it.lender == sender || it.borrower == sender;
        let live = matches!(it.status, "offered" | "open") && revision == it.revision;
        let Some((by, terms, _)) = it.proposed.clone().filter(|_| party && live) else {
            return false;
        };
        if by == sender || terms.last < today {
            return false;
        }
        if it.status == "offered" {
            (it.status, it.start) = ("open", today);
        }
        (it.terms, it.proposed) = (terms, None);
        self.agree_cover(Of::Line(id));
        true
    }

    fn end_line(&mut self, sender: usize, id: usize) -> bool {
        let Some(it) = self.lines.get_mut(id) else {
            return false;
        };
        let may = it.borrower == sender || it.lender == sender;
        let kept = it.status == "open" && it.lender == sender && it.terms.fee > 0;
        let takes = may && matches!(it.status, "offered" | "open") && !kept;
        if takes {
            it.charge();
            (it.status, it.proposed) = ("closed", None);
        }
        takes
    }

    fn pay_fee(&mut self, sender: usize, id: usize) -> bool {
        let Some(it) = self.lines.get(id).cloned() else {
            return false;
        };
        let may = it.borrower == sender || SPONSOR[it.borrower] == sender;
        let takes = may && it.owed > BigInt::ZERO && it.owed <= self.free(it.borrower);
        if takes {
            self.pay(it.borrower, it.lender, &it.owed);
            self.lines[id].owed = BigInt::ZERO;
        }
        takes
    }
}
