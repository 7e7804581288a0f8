//! Random operations on documentary credits against a naive executor: lists, big integers, the rules written down a second time.
//!
//! `against` drives them: the same receipts, rows and balances after every block, and the invariants, I15 and I17 among them.

use num_bigint::BigInt;
use sycee_primitives::{AccountId, Amount, AssetId, BusinessDate, Hash, ParticipantId};

use super::{
    against::{self, Twin},
    language::{Stage, uetr},
    supply::draw::Dice,
};
use crate::{backing::BackingTerms, documentary::*, registry::DocumentMark, *};
use draw::draw;
pub(super) use naive::Naive as Book;
use naive::{Ask, DAY_MS, Deal, Naive};

mod draw;
pub(super) mod naive;

const NAMES: [(&str, u32); 6] = [
    ("op", 0),
    ("ba", 1),
    ("bb", 2),
    ("c1", 3),
    ("c2", 4),
    ("s2", 8),
];
const NUMBERS: [(&str, u32); 8] = [
    ("HOLD", 1),
    ("A1", 1),
    ("B1", 2),
    ("C1", 3),
    ("C3", 3),
    ("C2", 4),
    ("C6", 4),
    ("S2", 8),
];

fn minor(minor: u64) -> Amount {
    Amount::from_minor(minor.into()).unwrap()
}

fn day(day: u64) -> BusinessDate {
    BusinessDate(u32::try_from(day).unwrap())
}

fn terms(deal: &Deal) -> CreditTerms {
    let kinds = [
        (PresentedKind::Invoice, deal.need.0),
        (PresentedKind::Transport, deal.need.1),
    ];
    let needed = kinds.into_iter().filter(|(_, count)| *count > 0);
    CreditTerms {
        asset: AssetId(0),
        amount: minor(deal.amount),
        over_percent: deal.over,
        under_percent: deal.under,
        tenor: deal.usance.map_or(Tenor::Sight, Tenor::Usance),
        partial_drawings: deal.partial,
        expires: day(deal.last),
        latest_shipment: deal.shipment.map(day),
        presentation_days: deal.days,
        documents: needed
            .map(|(kind, count)| RequiredDocument { kind, count })
            .collect(),
        conditions: Hash::ZERO,
    }
}

fn documents(invoices: u8, bills: &[u8]) -> Vec<PresentedDocument> {
    let invoice = PresentedDocument {
        kind: PresentedKind::Invoice,
        hash: Hash::ZERO,
        mark: None,
    };
    let bill = |number: &u8| PresentedDocument {
        kind: PresentedKind::Transport,
        hash: Hash::ZERO,
        mark: Some(DocumentMark {
            number_part: Hash([*number; 32]),
            detail_part: Hash([*number; 32]),
        }),
    };
    let invoices = std::iter::repeat_n(invoice, invoices.into());
    invoices.chain(bills.iter().map(bill)).collect()
}

fn action(ask: &Ask, (holding, line_row): (u64, u64), name: &str) -> Action {
    match ask.clone() {
        Ask::Apply {
            bank,
            beneficiary,
            account,
            deal,
            cover,
            line,
        } => Action::ApplyCredit(ApplyCredit {
            bank: ParticipantId(bank),
            beneficiary: ParticipantId(beneficiary),
            adviser: ParticipantId(2),
            account: AccountId(account),
            terms: terms(&deal),
            backing: BackingTerms {
                cover: minor(cover),
                holding: Some(AccountId(holding)),
                line: line.then_some(line_row),
            },
        }),
        Ask::Issue { credit, account } => Action::IssueCredit(IssueCredit {
            credit,
            account: AccountId(account),
        }),
        Ask::Advise { credit } => Action::AdviseCredit(AdviseCredit { credit }),
        Ask::Close { credit } => Action::CloseCredit(CloseCredit { credit }),
        Ask::Amend {
            credit,
            deal,
            cover,
        } => Action::AmendCredit(AmendCredit {
            credit,
            terms: terms(&deal),
            cover: minor(cover),
        }),
        Ask::Answer {
            credit,
            revision,
            agree,
        } => Action::AnswerAmendment(AnswerAmendment {
            credit,
            revision,
            agree,
        }),
        Ask::Reimburse {
            credit,
            account,
            amount,
        } => Action::ReimburseCredit(ReimburseCredit {
            credit,
            account: AccountId(account),
            amount: minor(amount),
        }),
        Ask::Freeze { .. } | Ask::Pay { .. } => money_action(ask, name),
        other => drawing_action(&other),
    }
}

fn money_action(ask: &Ask, name: &str) -> Action {
    match *ask {
        Ask::Freeze { account, on } => Action::Freeze(Freeze {
            account: AccountId(account),
            debits: false,
            credits: on,
            reason: Purpose::new(*b"LEGL").unwrap(),
        }),
        Ask::Pay {
            from,
            to,
            amount,
            day: today,
        } => Action::Pay(Pay {
            uetr: uetr(name),
            end_to_end_id: EndToEndId::new(name).unwrap(),
            debtor: AccountId(from),
            creditor: AccountId(to),
            asset: AssetId(0),
            amount: minor(amount),
            value_date: day(today),
            purpose: None,
            payload_commitment: None,
            handling: Handling::default(),
        }),
        ref other => panic!("{other:?}"),
    }
}

fn drawing_action(ask: &Ask) -> Action {
    match ask.clone() {
        Ask::Present {
            credit,
            account,
            amount,
            shipped,
            invoices,
            bills,
        } => Action::PresentDocuments(PresentDocuments {
            credit,
            account: AccountId(account),
            amount: minor(amount),
            shipped: shipped.map(day),
            documents: documents(invoices, &bills),
        }),
        Ask::Examine { drawing, listed } => Action::ExamineDocuments(ExamineDocuments {
            presentation: drawing,
            discrepancies: vec![Hash::ZERO; listed.into()],
        }),
        Ask::Waive { drawing } => Action::WaiveDiscrepancies(WaiveDiscrepancies {
            presentation: drawing,
        }),
        Ask::Honour { drawing, account } => Action::HonourDocuments(HonourDocuments {
            presentation: drawing,
            account: AccountId(account),
        }),
        Ask::Return { drawing } => Action::ReturnDocuments(ReturnDocuments {
            presentation: drawing,
        }),
        Ask::Redirect { drawing, account } => Action::RedirectDrawing(RedirectDrawing {
            presentation: drawing,
            account: AccountId(account),
        }),
        other => panic!("{other:?}"),
    }
}

fn check_agreement(ledger: &Ledger, naive: &Naive) {
    against::check_balances(ledger, &naive.balances);
    assert_eq!(ledger.products.credits.len(), naive.letters.len() as u64);
    for ((id, found), expected) in ledger.products.credits.iter().zip(&naive.letters) {
        assert_eq!(found.state.name(), expected.state, "credit {id}");
        assert_eq!(found.revision, expected.revision, "credit {id}");
        let waits = (found.amendment.is_some(), expected.change.is_some());
        assert_eq!(waits.0, waits.1, "credit {id}");
        let behind = found.backing;
        let sums = [
            behind.cover,
            behind.line_used,
            behind.owed,
            behind.returned,
            found.drawn,
            found.pending,
        ];
        let sums = sums.map(|it| BigInt::from(it.minor()));
        let known = [
            &expected.cover,
            &expected.line,
            &expected.owed,
            &expected.stuck,
        ];
        assert_eq!(sums[..4].iter().collect::<Vec<_>>(), known, "credit {id}");
        assert_eq!(sums[4..], [naive.drawn(id), naive.pending(id)], "{id}");
    }
    let drawings = ledger.products.presentations.iter().zip(&naive.drawings);
    for ((id, found), expected) in drawings {
        let maturity = found.maturity.map(|it| u64::from(it.0));
        assert_eq!(
            (found.state.name(), maturity),
            (expected.state, expected.maturity),
            "drawing {id}"
        );
    }
}

impl Naive {
    /// On a ledger with other products, with accounts and a line of its own.
    pub(super) fn join(stage: &mut Stage, mark: &str) -> Naive {
        let (owners, balances) = against::open(stage, mark, &NUMBERS, 3_000);
        let line = stage.ledger.products.lines.len();
        stage.run(&format!(
            "
            block
            L{mark}1 ba openline {mark}A1 {mark}C1 300 last=2036-01-01 = lines {line}
            L{mark}2 c1 agree {line} 1                                 = lines {line}
            block"
        ));
        Naive {
            now: stage.ledger.time().0,
            holding: stage.account(&format!("{mark}HOLD")).0,
            line,
            line_cap: 300.into(),
            owners,
            balances,
            ..Naive::default()
        }
    }
}

impl Twin for Naive {
    type Ask = Ask;

    const STAGE: &'static str = "
        S1 op open ba escrow HOLD                  = settled
        S2 op open s2 current S2                   = settled
        S3 ba openline A1 C1 300 last=2036-01-01   = lines 0
        S4 c1 agree 0 1                            = lines 0
        block
        S5 op issue A1 3000                        = settled
        S6 op issue B1 3000                        = settled
        S7 op issue C1 3000                        = settled
        S8 op issue S2 3000                        = settled";
    const STATES: &'static [&'static str] = &[
        "applied",
        "issued",
        "advised",
        "closed",
        "expired",
        "presented",
        "discrepant",
        "complying",
        "accepted",
        "waived",
        "returned",
        "paid",
        "Apply",
        "Issue",
        "Advise",
        "Close",
        "Amend",
        "Answer",
        "Reimburse",
        "Present",
        "Examine",
        "Waive",
        "Honour",
        "Return",
        "Redirect",
    ];

    fn begin(ledger: &Ledger) -> Naive {
        let (owners, balances) = against::accounts(ledger, &NUMBERS);
        Naive {
            now: ledger.time().0,
            holding: against::numbered(ledger, "HOLD").id.0,
            line_cap: 300.into(),
            owners,
            balances,
            ..Naive::default()
        }
    }

    fn pause(dice: &mut Dice) -> u64 {
        match dice.below(24) {
            0 | 1 => DAY_MS,
            2 => 4 * DAY_MS,
            _ => 1_000,
        }
    }

    fn turn(&mut self, now: u64) {
        self.time_passes(now);
    }

    fn draw(&self, dice: &mut Dice) -> (u32, Ask) {
        draw(dice, self)
    }

    fn action(&self, _sender: u32, ask: &Ask, name: &str) -> Action {
        action(ask, (self.holding, self.line), name)
    }

    fn ask(&mut self, sender: u32, ask: &Ask) -> bool {
        self.takes_effect(sender, ask)
    }

    fn check(&self, ledger: &Ledger) {
        check_agreement(ledger, self);
    }

    fn states(&self) -> Vec<String> {
        let letters = self.letters.iter().map(|it| it.state.to_owned());
        letters
            .chain(self.drawings.iter().map(|it| it.state.to_owned()))
            .collect()
    }
}

#[test]
fn random_credits_agree_with_the_naive_executor() {
    against::run::<Naive>();
}
