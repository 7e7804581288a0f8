//! Verbs of collateral.

use sycee_primitives::Amount;

use super::{Line, Stage};
use crate::{
    collateral::{CoverTerms, Pledged, Secured},
    *,
};

impl Stage {
    /// `askcover ACCOUNT SECURED...` (`loan:0`, `line:0`, `overdraft:A1`), `putup COLLATERAL THING...` (`cash:A1:10`, `portion:0`,
    /// `receipt:0`), `putdown COLLATERAL ITEM...`, `swapcover COLLATERAL ITEM... THING...`, `takecover COLLATERAL ITEM`; of terms `warn=PPM
    /// call=PPM close=PPM cash=PPM rcv=PPM goods=PPM cure=DAYS pricer=NAME`.
    pub(super) fn cover(&self, line: &Line<'_>) -> Action {
        let collateral = || line.fields[0].parse().unwrap();
        let rest = || line.fields[1..].iter();
        let items = || rest().filter_map(|it| it.parse().ok()).collect();
        let things = || rest().filter_map(|it| self.thing(it)).collect();
        match line.verb {
            "askcover" => Action::AskCover(AskCover {
                secures: rest().map(|it| self.secured(it)).collect(),
                account: self.account(line.fields[0]),
                terms: self.cover_terms(line),
            }),
            "putup" => Action::PledgeCollateral(PledgeCollateral {
                collateral: collateral(),
                things: things(),
            }),
            "putdown" => Action::ReleaseCollateral(ReleaseCollateral {
                collateral: collateral(),
                items: items(),
            }),
            "swapcover" => Action::SubstituteCollateral(SubstituteCollateral {
                collateral: collateral(),
                items: items(),
                things: things(),
            }),
            _ => Action::EnforceCollateral(EnforceCollateral {
                collateral: collateral(),
                item: line.fields[1].parse().unwrap(),
            }),
        }
    }

    fn secured(&self, text: &str) -> Secured {
        match text.split_once(':').unwrap() {
            ("loan", id) => Secured::Loan(id.parse().unwrap()),
            ("line", id) => Secured::Line(id.parse().unwrap()),
            ("intraday", account) => Secured::Intraday(self.account(account)),
            (_, account) => Secured::Overdraft(self.account(account)),
        }
    }

    fn thing(&self, text: &str) -> Option<Pledged> {
        let mut parts = text.split(':');
        let (kind, of) = (parts.next()?, parts.next()?);
        Some(match kind {
            "cash" => Pledged::Cash {
                account: self.account(of),
                amount: Amount::from_minor(parts.next()?.parse().unwrap()).unwrap(),
            },
            "portion" => Pledged::Portion(of.parse().unwrap()),
            _ => Pledged::Receipt(of.parse().unwrap()),
        })
    }

    /// 80, 90 and 95 per cent without haircuts and a cure period of two days, unless the line says otherwise.
    fn cover_terms(&self, line: &Line<'_>) -> CoverTerms {
        let number = |name: &str, otherwise: u32| {
            let option = line.options.get(name);
            option.map_or(otherwise, |text| text.parse::<u32>().unwrap())
        };
        let pricer = line.options.get("pricer").copied().unwrap_or("orc");
        CoverTerms {
            warn_ppm: number("warn", 800_000),
            call_ppm: number("call", 900_000),
            close_out_ppm: number("close", 950_000),
            cash_haircut_ppm: number("cash", 0),
            receivable_haircut_ppm: number("rcv", 0),
            goods_haircut_ppm: number("goods", 0),
            pricer: self.participants[pricer],
            cure_days: u8::try_from(number("cure", 2)).unwrap(),
        }
    }

    /// `cover COLLATERAL STATE ITEMS`: how a collateral stands and of how many things it consists.
    pub(super) fn check_collateral(&self, text: &str, words: &[&str]) {
        let row = read::collateral(&self.ledger, words[1].parse().unwrap()).unwrap();
        let state = format!("{:?}", row.state);
        assert_eq!(
            (state.as_str(), row.items.len()),
            (words[2], words[3].parse().unwrap()),
            "{text}"
        );
    }
}
