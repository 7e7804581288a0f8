//! Words of guarantees in the language of the tables.
//!
//! ```text
//!   gapply BANK BENEFICIARY ACCOUNT AMOUNT last=DATE rules=isp cover= hold= line=       gissue G ACCOUNT | grelease G [AMOUNT]
//!   gamend G AMOUNT last=DATE cover= | greimburse G ACCOUNT AMOUNT
//!   demand G ACCOUNT AMOUNT extend=DATE papers=N | gexamine D FAULTS | gpay D ACCOUNT | gextend D | gredirect D ACCOUNT
//!   guarantee G STATE LIABILITY COVER LINE OWED, demanded D STATE: checks
//! ```

use super::*;
use crate::guarantee::*;

fn last(line: &Line<'_>) -> BusinessDate {
    let text = line.options.get("last").copied().unwrap_or("2026-12-31");
    BusinessDate::parse(text).unwrap()
}

impl Stage {
    pub(super) fn guarantee_action(&self, line: &Line<'_>) -> Action {
        let id = || line.number(0);
        let account = |place: usize| self.account(line.fields[place]);
        match line.verb {
            "gapply" => Action::ApplyGuarantee(ApplyGuarantee {
                bank: self.participants[line.fields[0]],
                beneficiary: self.participants[line.fields[1]],
                account: account(2),
                terms: GuaranteeTerms {
                    asset: AssetId(line.option("asset", 0)),
                    amount: line.amount(3),
                    expires: last(line),
                    rules: match line.options.get("rules") {
                        Some(_) => UndertakingRules::Isp98,
                        None => UndertakingRules::Urdg758,
                    },
                    text: Hash::ZERO,
                },
                backing: self.backing(line),
            }),
            "gissue" => Action::IssueGuarantee(IssueGuarantee {
                guarantee: id(),
                account: account(1),
            }),
            "gamend" => Action::AmendGuarantee(AmendGuarantee {
                guarantee: id(),
                amount: line.amount(1),
                expires: last(line),
                cover: Amount::from_minor(line.option("cover", 0)).unwrap(),
            }),
            "grelease" => Action::ReleaseGuarantee(ReleaseGuarantee {
                guarantee: id(),
                amount: line.fields.get(1).map(|_| line.amount(1)),
            }),
            "greimburse" => Action::ReimburseGuarantee(ReimburseGuarantee {
                guarantee: id(),
                account: account(1),
                amount: line.amount(2),
            }),
            _ => self.demand_action(line),
        }
    }

    fn demand_action(&self, line: &Line<'_>) -> Action {
        let demand = line.number(0);
        let account = |place: usize| self.account(line.fields[place]);
        match line.verb {
            "demand" => Action::DemandPayment(DemandPayment {
                guarantee: demand,
                account: account(1),
                amount: line.amount(2),
                statement: Hash::ZERO,
                documents: vec![Hash::ZERO; line.option("papers", 1)],
                extend_to: line
                    .options
                    .get("extend")
                    .map(|text| BusinessDate::parse(text).unwrap()),
            }),
            "gexamine" => Action::ExamineDemand(ExamineDemand {
                demand,
                faults: vec![Hash::ZERO; usize::try_from(line.number(1)).unwrap()],
            }),
            "gpay" => Action::PayDemand(PayDemand {
                demand,
                account: account(1),
            }),
            "gextend" => Action::ExtendGuarantee(ExtendGuarantee { demand }),
            "gredirect" => Action::RedirectDemand(RedirectDemand {
                demand,
                account: account(1),
            }),
            verb => panic!("no verb {verb}"),
        }
    }

    /// `guarantee 0 issued 100 30 70 0` and `demanded 0 paid`.
    pub(super) fn check_guarantee(&self, text: &str, words: &[&str]) {
        let id = words[1].parse().unwrap();
        let found: Vec<String> = if words[0] == "guarantee" {
            let row = self.ledger.products.guarantees.get(id).unwrap();
            let (behind, liability) = (row.backing, row.liability());
            let sums = [liability, behind.cover, behind.line_used, behind.owed];
            let sums = sums.map(|sum| sum.minor().to_string());
            [row.state.name().to_owned()]
                .into_iter()
                .chain(sums)
                .collect()
        } else {
            let demand = self.ledger.products.demands.get(id).unwrap();
            vec![demand.state.name().to_owned()]
        };
        assert_eq!(found, words[2..], "{text}");
    }
}
