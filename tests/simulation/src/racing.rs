//! A supply chain's client: round after round a receivable is promised, and then its uses race, through any nodes at once.
//!
//! ```text
//!   round:  line, two offers (once), claim ─▶ accept ─▶ finance with one bank │ finance with another │ pledge     exactly one
//!                                                      a bank enters a document │ another enters it as well       exactly one
//! ```
//! Each step waits for the one before; what it made is read off its receipt. Racers may be refused, steps may not.

use sycee_contracts::receivable::{
    AcceptReceivable, FinanceReceivable, IssueReceivable, OfferFinancing, PledgeReceivable,
    SetObligorLine,
};
use sycee_contracts::registry::{DocumentMark, RegisterFinancing};
use sycee_contracts::{Action, Outcome};
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, BusinessDate, Hash, ParticipantId};

use crate::founding::START_MS;
use crate::oracles::outcomes::Outcomes;

/// What is promised each round, minor units.
const FACE: u128 = 1_000;

/// The asset of all of it.
const CNY: AssetId = AssetId(0);

/// Days to the due date: no run is so long.
const TERM_DAYS: u32 = 30;

/// Who acts; numbers are those of the devnet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Actor {
    /// A bank by its place, 0 to 3.
    Bank(u8),
    /// The core enterprise that owes.
    Debtor,
    /// Its supplier.
    Supplier,
}

impl Actor {
    /// Its participant.
    #[must_use]
    pub(crate) fn participant(self) -> ParticipantId {
        match self {
            Actor::Bank(bank) => ParticipantId(1 + u32::from(bank)),
            Actor::Debtor => ParticipantId(6),
            Actor::Supplier => ParticipantId(7),
        }
    }

    fn account(self) -> AccountId {
        let place = match self {
            Actor::Bank(bank) => u64::from(bank),
            Actor::Debtor => 4,
            Actor::Supplier => 5,
        };
        AccountId(3 + 3 * place)
    }
}

/// Where a client stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    Prepare,
    Accept,
    Race,
}

/// What one client remembers.
#[derive(Clone, Debug)]
pub(crate) struct Rounds {
    client: usize,
    round: u64,
    step: Step,
    /// Requests of the step that was sent last.
    sent: Vec<usize>,
    /// Both offers, once they are made.
    offers: Option<[u64; 2]>,
}

fn amount(minor: u128) -> Amount {
    Amount::from_minor(minor).expect("an amount in range")
}

impl Rounds {
    /// A client that has done nothing yet.
    #[must_use]
    pub(crate) fn new(client: usize) -> Rounds {
        Rounds {
            client,
            round: 0,
            step: Step::Prepare,
            sent: Vec::new(),
            offers: None,
        }
    }

    /// The requests sent last.
    #[must_use]
    pub(crate) fn sent(&self) -> &[usize] {
        &self.sent
    }

    /// Notes what was sent.
    pub(crate) fn note(&mut self, sent: Vec<usize>) {
        self.sent = sent;
    }

    fn mark(&self, what: &[u8]) -> DocumentMark {
        let number = Hash::of(&[
            what,
            &(self.client as u64).to_le_bytes(),
            &self.round.to_le_bytes(),
        ]);
        DocumentMark {
            number_part: number,
            detail_part: Hash::ZERO,
        }
    }

    /// What to send, by whom, now that everything sent before has its answer, and whether it may be refused; `made` are the rows that
    /// the last step's instructions made, in the order sent, and `portion_of` knows the first portion of a receivable.
    pub(crate) fn next(
        &mut self,
        made: &[Option<u64>],
        portion_of: impl Fn(u64) -> Option<u64>,
        bank: u8,
    ) -> (Vec<(Actor, Action)>, bool) {
        let banks = [bank, (bank + 1) % 4];
        match self.step {
            Step::Prepare => (self.prepare(banks), false),
            Step::Accept => {
                if let [_, first, second, ..] = made
                    && let (Some(first), Some(second)) = (first, second)
                {
                    self.offers = Some([*first, *second]);
                }
                let claimed = made.last().copied().flatten();
                let (Some(receivable), Some(_)) = (claimed, self.offers) else {
                    // It came to nothing: the round is given up.
                    self.round += 1;
                    return (self.prepare(banks), false);
                };
                self.step = Step::Race;
                let accept = Action::AcceptReceivable(AcceptReceivable {
                    receivable,
                    account: Actor::Debtor.account(),
                });
                (vec![(Actor::Debtor, accept)], false)
            }
            Step::Race => {
                let accepted = made.first().copied().flatten();
                let portion = accepted.and_then(portion_of);
                let (Some(portion), Some(offers)) = (portion, self.offers) else {
                    self.round += 1;
                    return (self.prepare(banks), false);
                };
                let race = self.race(portion, offers, banks);
                self.round += 1;
                self.step = Step::Prepare;
                (race, true)
            }
        }
    }

    fn prepare(&mut self, banks: [u8; 2]) -> Vec<(Actor, Action)> {
        self.step = Step::Accept;
        let date = BlockTime(START_MS).date();
        let claim = Action::IssueReceivable(IssueReceivable {
            debtor: Actor::Debtor.participant(),
            asset: CNY,
            amount: amount(FACE),
            due: BusinessDate(date.0 + TERM_DAYS),
            documents: vec![self.mark(b"invoice")],
            contract: Hash::ZERO,
            account: Actor::Supplier.account(),
            long_term_ground: None,
        });
        let mut steps = Vec::new();
        if self.offers.is_none() {
            let line = SetObligorLine {
                debtor: Actor::Debtor.participant(),
                asset: CNY,
                cap: amount(1 << 60),
            };
            steps.push((Actor::Bank(0), Action::SetObligorLine(line)));
            let offer = |bank: u8| {
                Action::OfferFinancing(OfferFinancing {
                    account: Actor::Bank(bank).account(),
                    debtor: Actor::Debtor.participant(),
                    asset: CNY,
                    rate: 36_000_000_000,
                    basis: 360,
                    fee: Amount::ZERO,
                    days_min: 0,
                    days_max: 366,
                    recourse: false,
                    limit: amount(1 << 60),
                    expires: BlockTime(u64::MAX),
                })
            };
            steps.extend(banks.map(|bank| (Actor::Bank(bank), offer(bank))));
        }
        steps.push((Actor::Supplier, claim));
        steps
    }

    fn race(&self, portion: u64, offers: [u64; 2], banks: [u8; 2]) -> Vec<(Actor, Action)> {
        let finance = |offer| {
            Action::FinanceReceivable(FinanceReceivable {
                offer,
                portion,
                price_min: Amount::ZERO,
            })
        };
        let pledge = Action::PledgeReceivable(PledgeReceivable {
            portion,
            pledgee: Actor::Bank(2).participant(),
            account: Actor::Bank(2).account(),
            secured: amount(FACE / 2),
        });
        // All of it, or more than half: one is told that nothing is free, the other that too little is.
        let part = if self.round.is_multiple_of(2) {
            FACE
        } else {
            FACE * 6 / 10
        };
        let enter = Action::RegisterFinancing(RegisterFinancing {
            document: self.mark(b"paper"),
            asset: CNY,
            total: amount(FACE),
            amount: amount(part),
        });
        vec![
            (Actor::Supplier, finance(offers[0])),
            (Actor::Bank(banks[0]), enter.clone()),
            (Actor::Supplier, pledge),
            (Actor::Bank(banks[1]), enter),
            (Actor::Supplier, finance(offers[1])),
        ]
    }
}

/// The row that an instruction made or changed; `None` when it had no effect.
#[must_use]
pub(crate) fn made(outcomes: &Outcomes, id: &sycee_primitives::TransactionId) -> Option<u64> {
    match outcomes.receipt(id)?.outcome {
        Outcome::Recorded { id, .. } => Some(id),
        Outcome::Settled
        | Outcome::Refused(_)
        | Outcome::BulkSettled { .. }
        | Outcome::BulkRefused { .. }
        | Outcome::Waiting(_)
        | Outcome::Cancelled(_) => None,
    }
}
