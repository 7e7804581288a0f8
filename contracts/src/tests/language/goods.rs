//! Words of goods and warehouse receipts in the language of the tables.
//!
//! ```text
//!   store OWNER COMMODITY QUANTITY doc= decay= band=SENSOR,LOW,HIGH,TOLERANCE     inspect L QUANTITY grade=   warrant L   judge L upheld=1
//!   hand R TO | secure R BANK AMOUNT pricer= haircut= ltv= cure= | lower R AMOUNT | unsecure R | part R QUANTITY | seize R
//!   surrender R | out R | sense L CENTI UNTIL MINUTES                             lot L STATE BREACH, receipt R HOLDER QUANTITY CALL: checks
//! ```

use super::{supply::mark, *};
use crate::goods::*;

impl Stage {
    pub(super) fn goods(&self, line: &Line<'_>) -> Action {
        let id = || line.number(0);
        match line.verb {
            "store" => self.store(line),
            "inspect" => Action::InspectGoods(InspectGoods {
                lot: id(),
                quantity: line.number(1),
                grade: line.option("grade", 1),
                report: Hash::ZERO,
            }),
            "warrant" => Action::IssueReceipt(IssueReceipt { lot: id() }),
            "judge" => Action::ResolveGoods(ResolveGoods {
                lot: id(),
                upheld: line.option("upheld", 0) == 1,
                ground: Hash::ZERO,
            }),
            "hand" => Action::TransferReceipt(TransferReceipt {
                receipt: id(),
                to: self.participants[line.fields[1]],
            }),
            "secure" => Action::PledgeReceipt(PledgeReceipt {
                receipt: id(),
                pledgee: self.participants[line.fields[1]],
                asset: AssetId(line.option("asset", 0)),
                secured: line.amount(2),
                pricer: self.participants[*line.options.get("pricer").unwrap_or(&"orc")],
                haircut_ppm: line.option("haircut", 100_000),
                ltv_max_ppm: line.option("ltv", 800_000),
                cure_days: line.option("cure", 2),
            }),
            "lower" => Action::RepayReceipt(RepayReceipt {
                receipt: id(),
                amount: line.amount(1),
            }),
            "unsecure" => Action::ReleaseReceipt(ReleaseReceipt { receipt: id() }),
            "part" => Action::PartReleaseReceipt(PartReleaseReceipt {
                receipt: id(),
                quantity: line.number(1),
            }),
            "seize" => Action::EnforceReceipt(EnforceReceipt { receipt: id() }),
            "surrender" => Action::SurrenderReceipt(SurrenderReceipt { receipt: id() }),
            "out" => Action::ReleaseGoods(ReleaseGoods { receipt: id() }),
            "sense" => Action::SensorReport(SensorReport {
                lot: id(),
                centi: line.fields[1].parse().unwrap(),
                until: BlockTime(DAY + line.number(2) * 1_000),
                minutes: line.fields[3].parse().unwrap(),
            }),
            _ => self.escrow_action(line),
        }
    }

    fn store(&self, line: &Line<'_>) -> Action {
        let band = line.options.get("band").map(|text| {
            let parts: Vec<&str> = text.split(',').collect();
            ColdChain {
                sensor: self.participants[parts[0]],
                low_centi: parts[1].parse().unwrap(),
                high_centi: parts[2].parse().unwrap(),
                tolerance_minutes: parts[3].parse().unwrap(),
            }
        });
        Action::RegisterGoods(RegisterGoods {
            depositor: self.participants[line.fields[0]],
            commodity: SubjectText::new(line.fields[1]).unwrap(),
            quantity: line.number(2),
            document: mark(line.options.get("doc").unwrap_or(&line.name)),
            decay_ppm: line.option("decay", 0),
            cold_chain: band,
        })
    }

    /// `lot 0 receipted 30` or `receipt 0 c2 600 call`.
    pub(super) fn check_goods(&self, text: &str, words: &[&str]) {
        let id: u64 = words[1].parse().unwrap();
        if words[0] == "lot" {
            let lot = self.ledger.products.lots.get(id).unwrap();
            let found = (lot.state.name(), lot.breach_minutes.to_string());
            assert_eq!(found, (words[2], words[3].to_owned()), "{text}");
        } else {
            let receipt = self.ledger.products.warehouse_receipts.get(id).unwrap();
            let called = receipt.pledge.is_some_and(|it| it.margin_call.is_some());
            let found = (receipt.holder, receipt.quantity.to_string(), called);
            let called = words.get(4) == Some(&"call");
            let expected = (self.participants[words[2]], words[3].to_owned(), called);
            assert_eq!(found, expected, "{text}");
        }
    }
}
