//! Words of escrow in the language of the tables.
//!
//! ```text
//!   escrow PAYER PAYEE ACCOUNT HOLDING 40+60 total= arbiters=aud+orc+reg threshold= days= until=SECONDS      fund E ACCOUNT
//!   earn E MILESTONE [AMOUNT] | giveback E | contest E | ruling E TO-PAYEE | redirect E ACCOUNT
//!   held E STATE HELD OWED-PAYEE OWED-PAYER: a check
//! ```

use super::*;
use crate::escrow::*;

impl Stage {
    pub(super) fn escrow_action(&self, line: &Line<'_>) -> Action {
        let escrow = || line.number(0);
        match line.verb {
            "escrow" => self.create_escrow(line),
            "fund" => Action::FundEscrow(FundEscrow {
                escrow: escrow(),
                account: self.account(line.fields[1]),
            }),
            "earn" => Action::ReleaseEscrow(ReleaseEscrow {
                escrow: escrow(),
                milestone: u8::try_from(line.number(1)).unwrap(),
                amount: line.fields.get(2).map(|_| line.amount(2)),
            }),
            "giveback" => Action::RefundEscrow(RefundEscrow { escrow: escrow() }),
            "contest" => Action::DisputeEscrow(DisputeEscrow {
                escrow: escrow(),
                claim: Hash::ZERO,
            }),
            "ruling" => Action::ArbitrateEscrow(ArbitrateEscrow {
                escrow: escrow(),
                to_payee: line.amount(1),
                ground: Hash::ZERO,
            }),
            "redirect" => Action::RedirectEscrow(RedirectEscrow {
                escrow: escrow(),
                account: self.account(line.fields[1]),
            }),
            _ => self.credit_action(line),
        }
    }

    fn create_escrow(&self, line: &Line<'_>) -> Action {
        let option = |name: &str| line.options.get(name).copied();
        let parts = line.fields[4].split('+').filter(|part| *part != "none");
        let parts: Vec<u128> = parts.map(|part| part.parse().unwrap()).collect();
        let arbiters = option("arbiters").unwrap_or("reg+orc+aud").split('+');
        let minor = |minor: u128| Amount::from_minor(minor).unwrap();
        Action::CreateEscrow(CreateEscrow {
            payer: self.participants[line.fields[0]],
            payee: self.participants[line.fields[1]],
            payee_account: self.account(line.fields[2]),
            holding: self.account(line.fields[3]),
            asset: AssetId(line.option("asset", 0)),
            total: minor(line.option("total", parts.iter().sum())),
            milestones: parts
                .iter()
                .map(|part| MilestoneTerms {
                    amount: minor(*part),
                    terms: Hash::ZERO,
                })
                .collect(),
            arbiters: arbiters
                .filter(|name| *name != "none")
                .map(|name| self.participants[name])
                .collect(),
            threshold: line.option("threshold", 2),
            arbitration_days: line.option("days", 30),
            agreement: Hash::ZERO,
            expires: BlockTime(DAY + line.option("until", 86_400_u64) * 1_000),
        })
    }

    /// `held 0 funded 60 0 0`: what is held, owed to the payee, owed to the payer.
    pub(super) fn check_trade(&self, text: &str, words: &[&str]) {
        let escrow = self.ledger.products.escrows.get(words[1].parse().unwrap());
        let escrow = escrow.unwrap();
        let sums = [escrow.held, escrow.owed_payee, escrow.owed_payer];
        let found = [escrow.state.name().to_owned()].into_iter();
        let found: Vec<String> = found
            .chain(sums.map(|sum| sum.minor().to_string()))
            .collect();
        assert_eq!(found, words[2..], "{text}");
    }
}
