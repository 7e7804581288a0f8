//! Words of documentary credits in the language of the tables.
//!
//! ```text
//!   lcapply BANK BENEFICIARY ADVISER ACCOUNT AMOUNT [terms] cover= hold= line=            lcissue C ACCOUNT | lcadvise C | lcclose C
//!     terms: over= under= usance= partial=1 last=DATE shipment=DATE days= docs=invoice+transport+transport
//!   lcamend C AMOUNT [terms] cover= | lcanswer C REVISION no=1                            reimburse C ACCOUNT AMOUNT
//!   present C ACCOUNT AMOUNT docs=invoice+transport:MARK shipped=DATE | examine P COUNT | waive P | lchonour P ACCOUNT | docsback P
//!   repoint P ACCOUNT
//!   credit C STATE LIABILITY COVER LINE OWED, drawing P STATE MATURITY: checks
//! ```

use super::{supply::mark, *};
use crate::{backing::BackingTerms, documentary::*};

fn date(text: &str) -> BusinessDate {
    BusinessDate::parse(text).unwrap()
}

fn kind(name: &str) -> PresentedKind {
    match name {
        "invoice" => PresentedKind::Invoice,
        "draft" => PresentedKind::Draft,
        "transport" => PresentedKind::Transport,
        "insurance" => PresentedKind::Insurance,
        "origin" => PresentedKind::Origin,
        _ => PresentedKind::Other,
    }
}

fn kind_names<'a>(line: &Line<'a>) -> Vec<&'a str> {
    let text = line.options.get("docs").copied();
    let names = text.unwrap_or("invoice+transport").split('+');
    names.filter(|name| *name != "none").collect()
}

/// By default: one invoice and one transport document, at sight, in one drawing, until the end of the year.
fn terms(line: &Line<'_>, place: usize) -> CreditTerms {
    let option = |name: &str| line.options.get(name).copied();
    let mut documents: Vec<RequiredDocument> = Vec::new();
    for name in kind_names(line) {
        match documents.last_mut().filter(|it| it.kind == kind(name)) {
            Some(same) => same.count += 1,
            None => documents.push(RequiredDocument {
                kind: kind(name),
                count: u8::from(option("count") != Some("0")),
            }),
        }
    }
    CreditTerms {
        asset: AssetId(line.option("asset", 0)),
        amount: line.amount(place),
        over_percent: line.option("over", 0),
        under_percent: line.option("under", 0),
        tenor: option("usance").map_or(Tenor::Sight, |days| Tenor::Usance(days.parse().unwrap())),
        partial_drawings: line.option("partial", 0) == 1,
        expires: date(option("last").unwrap_or("2026-12-31")),
        latest_shipment: option("shipment").map(date),
        presentation_days: line.option("days", 21),
        documents,
        conditions: Hash::ZERO,
    }
}

impl Stage {
    pub(super) fn credit_action(&self, line: &Line<'_>) -> Action {
        let id = || line.number(0);
        let account = |place: usize| self.account(line.fields[place]);
        match line.verb {
            "lcapply" => Action::ApplyCredit(ApplyCredit {
                bank: self.participants[line.fields[0]],
                beneficiary: self.participants[line.fields[1]],
                adviser: self.participants[line.fields[2]],
                account: account(3),
                terms: terms(line, 4),
                backing: self.backing(line),
            }),
            "lcissue" => Action::IssueCredit(IssueCredit {
                credit: id(),
                account: account(1),
            }),
            "lcadvise" => Action::AdviseCredit(AdviseCredit { credit: id() }),
            "lcclose" => Action::CloseCredit(CloseCredit { credit: id() }),
            "lcamend" => Action::AmendCredit(AmendCredit {
                credit: id(),
                terms: terms(line, 1),
                cover: Amount::from_minor(line.option("cover", 0)).unwrap(),
            }),
            "lcanswer" => Action::AnswerAmendment(AnswerAmendment {
                credit: id(),
                revision: u32::try_from(line.number(1)).unwrap(),
                agree: line.option("no", 0) == 0,
            }),
            "reimburse" => Action::ReimburseCredit(ReimburseCredit {
                credit: id(),
                account: account(1),
                amount: line.amount(2),
            }),
            "present" | "examine" | "waive" | "lchonour" | "docsback" | "repoint" => {
                self.presentation_action(line)
            }
            _ => self.guarantee_action(line),
        }
    }

    pub(super) fn backing(&self, line: &Line<'_>) -> BackingTerms {
        let option = |name: &str| line.options.get(name).copied();
        BackingTerms {
            cover: Amount::from_minor(line.option("cover", 0)).unwrap(),
            holding: option("hold").map(|name| self.account(name)),
            line: option("line").map(|text| text.parse().unwrap()),
        }
    }

    fn presentation_action(&self, line: &Line<'_>) -> Action {
        let presentation = line.number(0);
        match line.verb {
            "present" => Action::PresentDocuments(PresentDocuments {
                credit: presentation,
                account: self.account(line.fields[1]),
                amount: line.amount(2),
                shipped: line.options.get("shipped").map(|text| date(text)),
                documents: kind_names(line)
                    .into_iter()
                    .map(|name| {
                        let (name, marked) = name.split_once(':').unwrap_or((name, ""));
                        PresentedDocument {
                            kind: kind(name),
                            hash: Hash::of(&[name.as_bytes()]),
                            mark: (!marked.is_empty()).then(|| mark(marked)),
                        }
                    })
                    .collect(),
            }),
            "examine" => Action::ExamineDocuments(ExamineDocuments {
                presentation,
                discrepancies: vec![Hash::ZERO; usize::try_from(line.number(1)).unwrap()],
            }),
            "waive" => Action::WaiveDiscrepancies(WaiveDiscrepancies { presentation }),
            "lchonour" => Action::HonourDocuments(HonourDocuments {
                presentation,
                account: self.account(line.fields[1]),
            }),
            "docsback" => Action::ReturnDocuments(ReturnDocuments { presentation }),
            _ => Action::RedirectDrawing(RedirectDrawing {
                presentation,
                account: self.account(line.fields[1]),
            }),
        }
    }

    /// `credit 0 advised 110 30 80 0` and `drawing 0 accepted 2027-01-30`.
    pub(super) fn check_credit(&self, text: &str, words: &[&str]) {
        let id = words[1].parse().unwrap();
        let found: Vec<String> = if words[0] == "credit" {
            let credit = self.ledger.products.credits.get(id).unwrap();
            let (behind, liability) = (credit.backing, credit.liability());
            let sums = [liability, behind.cover, behind.line_used, behind.owed];
            let sums = sums.map(|sum| sum.minor().to_string());
            [credit.state.name().to_owned()]
                .into_iter()
                .chain(sums)
                .collect()
        } else {
            let drawing = self.ledger.products.presentations.get(id).unwrap();
            let maturity = drawing.maturity.map(|day| day.to_string());
            let state = [drawing.state.name().to_owned()].into_iter();
            state.chain(maturity).collect()
        };
        assert_eq!(found, words[2..], "{text}");
    }
}
