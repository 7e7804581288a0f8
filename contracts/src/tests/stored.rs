//! Random operations on goods and warehouse receipts against a naive executor: lists, big integers, the rules written down a second time.
//!
//! After every block lots, holders, pledges and margin calls are those of the naive executor, and the invariants hold on the ledger's rows
//! alone: I15 (a lot is divided among its receipts and what has left; one document, one standing lot), I16 (too little value, or a freeze:
//! a margin call, and never otherwise). `SYCEE_OPERATIONS=1000000` runs a million of them; `SYCEE_SEED` another million.

use num_bigint::BigInt;
use sycee_primitives::{Amount, AssetId, BlockTime, Hash, ParticipantId};

use super::{
    against::{self, Twin},
    supply::draw::Dice,
};
use crate::{goods::*, registry::DocumentMark, *};
use naive::{Ask, Naive};

pub(super) mod naive;

/// Who plays: operator, two banks, two suppliers, the oracle, the auditor, the warehouse, the carrier whose sensor it is.
const NAMES: [(&str, u32); 9] = [
    ("op", 0),
    ("ba", 1),
    ("bb", 2),
    ("c2", 4),
    ("s2", 8),
    ("orc", 9),
    ("aud", 10),
    ("w1", 11),
    ("lg", 12),
];

/// Mostly what may succeed, by whoever it concerns; now and then by anybody.
fn draw(dice: &mut Dice, naive: &Naive) -> (u32, Ask) {
    let (sender, ask) = match dice.below(20) {
        0..=9 => draw_lot(dice, naive),
        _ => draw_receipt(dice, naive),
    };
    match dice.below(15) {
        0 => (dice.of(&NAMES).1, ask),
        _ => (sender, ask),
    }
}

fn draw_lot(dice: &mut Dice, naive: &Naive) -> (u32, Ask) {
    let lot = dice.recent(naive.lots.len());
    match dice.below(10) {
        0 | 1 => {
            let ask = Ask::Store {
                depositor: dice.of(&[4, 8]),
                units: 1 + dice.below(12),
                document: dice.below(60),
                cold: dice.below(2) == 0,
            };
            (11, ask)
        }
        2 | 3 => {
            let found = naive.units_of(lot) + dice.below(12) / 11;
            (10, Ask::Inspect { lot, found })
        }
        4 | 5 => (11, Ask::Warrant { lot }),
        6 | 7 => {
            let ask = Ask::Sense {
                lot,
                centi: dice.of(&[-500, 500]),
                minutes: 1 + dice.below(8),
                until: naive.now,
            };
            (12, ask)
        }
        8 => {
            let upheld = dice.below(2) == 0;
            (0, Ask::Rule { lot, upheld })
        }
        _ => {
            let price = 500 + dice.below(1_500);
            let observed = naive.now;
            (9, Ask::Price { price, observed })
        }
    }
}

fn draw_receipt(dice: &mut Dice, naive: &Naive) -> (u32, Ask) {
    let receipt = dice.recent(naive.receipts.len());
    let (holder, bank) = naive.sides(receipt);
    match dice.below(10) {
        0 => {
            let to = dice.of(&[1, 2, 4, 8]);
            (holder, Ask::Hand { receipt, to })
        }
        1..=3 => {
            let ask = Ask::Secure {
                receipt,
                bank: dice.of(&[1, 2]),
                secured: 1 + dice.below(10_000),
            };
            (holder, ask)
        }
        4 => {
            let by = 1 + dice.below(3_000);
            (bank, Ask::Lower { receipt, by })
        }
        5 => (bank, Ask::Free { receipt }),
        6 => {
            let units = 1 + dice.below(12);
            (bank, Ask::Part { receipt, units })
        }
        7 => (bank, Ask::Seize { receipt }),
        8 => (holder, Ask::Surrender { receipt }),
        _ => (11, Ask::Out { receipt }),
    }
}

fn amount(minor: u64) -> Amount {
    Amount::from_minor(minor.into()).unwrap()
}

fn action(ask: &Ask) -> Action {
    let rice = SubjectText::new("RICE").unwrap();
    match *ask {
        Ask::Store {
            depositor,
            units,
            document,
            cold,
        } => Action::RegisterGoods(RegisterGoods {
            depositor: ParticipantId(depositor),
            commodity: rice,
            quantity: units,
            document: DocumentMark {
                number_part: Hash::of(&[&document.to_le_bytes()]),
                detail_part: Hash::ZERO,
            },
            decay_ppm: 20_000,
            cold_chain: cold.then_some(ColdChain {
                sensor: ParticipantId(12),
                low_centi: -1_000,
                high_centi: 0,
                tolerance_minutes: 10,
            }),
        }),
        Ask::Inspect { lot, found } => Action::InspectGoods(InspectGoods {
            lot,
            quantity: found,
            grade: 1,
            report: Hash::ZERO,
        }),
        Ask::Warrant { lot } => Action::IssueReceipt(IssueReceipt { lot }),
        Ask::Sense {
            lot,
            centi,
            minutes,
            until,
        } => Action::SensorReport(SensorReport {
            lot,
            centi,
            until: BlockTime(until),
            minutes: u32::try_from(minutes).unwrap(),
        }),
        Ask::Rule { lot, upheld } => Action::ResolveGoods(ResolveGoods {
            lot,
            upheld,
            ground: Hash::ZERO,
        }),
        Ask::Price { price, observed } => Action::Attest(Attest {
            kind: AttestationKind::Price,
            subject: Subject::Named(rice),
            value: price.into(),
            scale: 2,
            observed: BlockTime(observed),
            expires: BlockTime(observed).after_ms(naive::PRICE_DAYS * 86_400_000),
            document: Hash::ZERO,
        }),
        _ => receipt_action(ask),
    }
}

fn receipt_action(ask: &Ask) -> Action {
    match *ask {
        Ask::Hand { receipt, to } => Action::TransferReceipt(TransferReceipt {
            receipt,
            to: ParticipantId(to),
        }),
        Ask::Secure {
            receipt,
            bank,
            secured,
        } => Action::PledgeReceipt(PledgeReceipt {
            receipt,
            pledgee: ParticipantId(bank),
            asset: AssetId(0),
            secured: amount(secured),
            pricer: ParticipantId(9),
            haircut_ppm: 100_000,
            ltv_max_ppm: 800_000,
            cure_days: 1,
        }),
        Ask::Lower { receipt, by } => Action::RepayReceipt(RepayReceipt {
            receipt,
            amount: amount(by),
        }),
        Ask::Free { receipt } => Action::ReleaseReceipt(ReleaseReceipt { receipt }),
        Ask::Part { receipt, units } => Action::PartReleaseReceipt(PartReleaseReceipt {
            receipt,
            quantity: units,
        }),
        Ask::Seize { receipt } => Action::EnforceReceipt(EnforceReceipt { receipt }),
        Ask::Surrender { receipt } => Action::SurrenderReceipt(SurrenderReceipt { receipt }),
        Ask::Out { receipt } => Action::ReleaseGoods(ReleaseGoods { receipt }),
        _ => unreachable!("not about a receipt: {ask:?}"),
    }
}

/// I15 on the ledger's rows alone.
fn check_invariants(ledger: &Ledger) {
    let lots = &ledger.products.lots;
    let receipts = &ledger.products.warehouse_receipts;
    let mut standing = std::collections::BTreeSet::new();
    for (id, lot) in lots.iter() {
        let own = receipts.iter().filter(|(_, it)| it.lot == id);
        let (mut inside, mut outside) = (0, 0);
        for (_, receipt) in own {
            match receipt.state {
                ReceiptState::Issued | ReceiptState::Surrendered => inside += receipt.quantity,
                ReceiptState::Retired => outside += receipt.quantity,
            }
            assert!(
                receipt.pledge.is_none() || receipt.state == ReceiptState::Issued,
                "I15: nothing that leaves is pledged"
            );
            if lot.is_frozen() {
                let called = receipt.pledge.is_none_or(|it| it.margin_call.is_some());
                assert!(called, "I16: frozen goods call");
            }
        }
        assert_eq!(outside, lot.gone, "I15: what is out was held");
        if matches!(lot.state, LotState::Receipted | LotState::Gone) {
            assert_eq!(
                inside + outside,
                lot.quantity,
                "I15: every unit has one receipt"
            );
        }
        if lot.state.is_standing() {
            assert!(standing.insert(lot.document), "I15: one lot a document");
        }
    }
}

fn check_agreement(ledger: &Ledger, naive: &Naive) {
    assert_eq!(ledger.products.lots.len(), naive.lots.len() as u64);
    for ((id, found), expected) in ledger.products.lots.iter().zip(&naive.lots) {
        let found = (
            found.state.name(),
            u64::from(found.breach_minutes),
            found.is_frozen(),
        );
        let frozen = expected.breached || expected.rival.is_some();
        assert_eq!(
            found,
            (expected.state, expected.minutes, frozen),
            "lot {id}"
        );
    }
    let receipts = &ledger.products.warehouse_receipts;
    assert_eq!(receipts.len(), naive.receipts.len() as u64);
    for ((id, found), expected) in receipts.iter().zip(&naive.receipts) {
        let pledge = found.pledge.map(|it| {
            let secured = BigInt::from(it.secured.minor());
            (it.pledgee.0, secured, it.margin_call.map(|until| until.0))
        });
        let expected_pledge = expected
            .pledge
            .clone()
            .map(|it| (it.bank, it.secured, it.call));
        assert_eq!(pledge, expected_pledge, "pledge on receipt {id}");
        let found = (found.holder.0, found.quantity, found.state.name());
        assert_eq!(
            found,
            (expected.holder, expected.units, expected.state),
            "receipt {id}"
        );
    }
}

/// Goods in store on a ledger with other products.
pub(super) type Book = Naive;

impl Naive {
    /// Admits the warehouse and the carrier.
    pub(super) fn join(stage: &mut super::language::Stage) -> Naive {
        // Under names that no other product uses.
        stage.run(&<Naive as Twin>::STAGE.replace(" S", " GOODS-"));
        <Naive as Twin>::begin(&stage.ledger)
    }
}

impl Twin for Naive {
    type Ask = Ask;

    const STAGE: &'static str = "
        S1 op register w1 warehouse sponsor=ba      = settled
        S2 op register lg logistics sponsor=ba      = settled";
    const STATES: &'static [&'static str] = &[
        "lot registered",
        "lot inspected",
        "lot receipted",
        "lot contested",
        "lot void",
        "lot gone",
        "receipt issued",
        "receipt surrendered",
        "receipt retired",
        "Store",
        "Inspect",
        "Warrant",
        "Hand",
        "Secure",
        "Lower",
        "Free",
        "Part",
        "Seize",
        "Surrender",
        "Out",
        "Sense",
        "Rule",
        "Price",
    ];

    fn begin(ledger: &Ledger) -> Naive {
        Naive::at(ledger.time().0)
    }

    fn pause(dice: &mut Dice) -> u64 {
        if dice.below(12) == 0 {
            86_400_000
        } else {
            600_000
        }
    }

    fn turn(&mut self, now: u64) {
        self.open(now, BlockTime(now).date().0);
    }

    fn draw(&self, dice: &mut Dice) -> (u32, Ask) {
        draw(dice, self)
    }

    fn action(&self, _sender: u32, ask: &Ask, _name: &str) -> Action {
        action(ask)
    }

    fn ask(&mut self, sender: u32, ask: &Ask) -> bool {
        self.takes_effect(sender, ask)
    }

    fn check(&self, ledger: &Ledger) {
        check_agreement(ledger, self);
        check_invariants(ledger);
    }

    fn states(&self) -> Vec<String> {
        let lots = self.lots.iter().map(|it| format!("lot {}", it.state));
        let receipts = self.receipts.iter();
        lots.chain(receipts.map(|it| format!("receipt {}", it.state)))
            .collect()
    }
}

#[test]
fn random_operations_on_goods_agree_with_the_naive_executor() {
    against::run::<Naive>();
}
