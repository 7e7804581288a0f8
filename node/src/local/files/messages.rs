//! One message of each kind, right or with one fault.

use sycee_messages::csv;
use sycee_primitives::BusinessDate;
use sycee_primitives::identifiers::{Iban, Uetr, iban_with_check_digits};

use super::markup::Markup;
use super::{AMOUNT_BEYOND_FUNDS, Bank, Corporate, Directory, Kind, decimal};

/// The one thing that is wrong with a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fault {
    /// A BIC with a digit in its country.
    BankCode,
    /// One decimal more than the currency has.
    Decimals,
    /// A control sum one minor unit too high.
    ControlSum,
    /// Yesterday's value date.
    DatePast,
    /// A value date further ahead than files may name.
    DateLater,
    /// A creditor's bank that does not take part.
    UnknownBank,
    /// A creditor's account that nobody has.
    UnknownAccount,
    /// More money than the debtor has.
    BeyondFunds,
}

impl Fault {
    pub(super) fn label(self) -> &'static str {
        match self {
            Fault::BankCode => "bad-bic",
            Fault::Decimals => "decimals",
            Fault::ControlSum => "control-sum",
            Fault::DatePast => "past-date",
            Fault::DateLater => "later-date",
            Fault::UnknownBank => "unknown-bank",
            Fault::UnknownAccount => "unknown-account",
            Fault::BeyondFunds => "beyond-funds",
        }
    }
}

/// A BIC that cannot be one: a country has no digits.
const BIC_MALFORMED: &str = "BMRB1NB0";

/// A well-formed BIC that nobody of a development network has.
const BIC_UNKNOWN: &str = "ZZXXCNB0";

/// Bank and account of nobody in the German structure.
const ACCOUNT_UNKNOWN: (&str, &str) = ("DE", "999000099999999999");

/// One payment.
#[derive(Clone, Debug)]
pub(super) struct Payment {
    pub(super) uetr: Uetr,
    /// In minor units.
    pub(super) amount: u64,
    /// Place among the banks or corporates.
    pub(super) creditor: usize,
}

/// One file before it is written.
#[derive(Clone, Debug)]
pub(super) struct Message<'d> {
    pub(super) directory: &'d Directory,
    pub(super) kind: Kind,
    /// The bank that sends it.
    pub(super) bank: usize,
    /// Place of the debtor among the banks or corporates.
    pub(super) debtor: usize,
    pub(super) id: String,
    pub(super) today: BusinessDate,
    pub(super) payments: Vec<Payment>,
}

impl Message<'_> {
    /// Writes the file. A reference to somebody the directory does not have leaves out what would name them, which the judge refuses.
    pub(super) fn write(&self, fault: Option<Fault>) -> String {
        match self.kind {
            Kind::BankTransfer => self.interbank("pacs.009.001.08", "FICdtTrf", fault),
            Kind::CustomerTransfer => self.interbank("pacs.008.001.08", "FIToFICstmrCdtTrf", fault),
            Kind::Initiation => self.initiation(fault),
            Kind::Table => self.table(fault),
        }
    }

    fn interbank(&self, message: &str, body: &'static str, fault: Option<Fault>) -> String {
        let mut markup = Markup::document(message);
        markup.within(body, |markup| {
            markup.within("GrpHdr", |markup| {
                self.header(markup);
                markup.leaf("CtrlSum", &self.control_sum(fault));
                markup.within("SttlmInf", |markup| {
                    markup.leaf("SttlmMtd", "CLRG");
                    markup.nested(&["ClrSys", "Prtry"], "CNS");
                });
            });
            for (number, payment) in self.payments.iter().enumerate() {
                markup.within("CdtTrfTxInf", |markup| {
                    self.interbank_payment(markup, number, payment, fault);
                });
            }
        });
        markup.finish()
    }

    fn interbank_payment(
        &self,
        markup: &mut Markup,
        number: usize,
        payment: &Payment,
        fault: Option<Fault>,
    ) {
        let sender = self.directory.banks.get(self.bank);
        let creditor = self.directory.corporates.get(payment.creditor);
        let receiver = match (self.kind, creditor) {
            (Kind::BankTransfer, _) => self.directory.banks.get(payment.creditor),
            (_, Some(creditor)) => self.directory.banks.get(creditor.bank),
            (_, None) => None,
        };
        self.identification(markup, number, payment);
        markup.amount(
            "IntrBkSttlmAmt",
            &self.directory.currency,
            &self.amount(payment, fault),
        );
        markup.leaf("IntrBkSttlmDt", &self.date(fault));
        if self.kind == Kind::CustomerTransfer {
            markup.leaf("ChrgBr", "SHAR");
        }
        let malformed = fault == Some(Fault::BankCode);
        let sender_bic = sender.map(|bank| bank.bic.as_str()).unwrap_or_default();
        let receiver_bic = receiver.map(|bank| bank.bic.as_str()).unwrap_or_default();
        let instructed = if malformed {
            BIC_MALFORMED
        } else {
            receiver_bic
        };
        markup.nested(&["InstgAgt", "FinInstnId", "BICFI"], sender_bic);
        markup.nested(&["InstdAgt", "FinInstnId", "BICFI"], instructed);
        if self.kind == Kind::BankTransfer {
            bank(markup, "Dbtr", sender);
            account(markup, "DbtrAcct", sender.map(|bank| bank.account.as_str()));
            bank(markup, "Cdtr", receiver);
            account(
                markup,
                "CdtrAcct",
                receiver.map(|bank| bank.account.as_str()),
            );
            return;
        }
        let debtor = self.directory.corporates.get(self.debtor);
        corporate(markup, "Dbtr", debtor);
        account(
            markup,
            "DbtrAcct",
            debtor.map(|debtor| debtor.account.as_str()),
        );
        markup.nested(&["DbtrAgt", "FinInstnId", "BICFI"], sender_bic);
        let unknown_bank = fault == Some(Fault::UnknownBank);
        let creditor_bic = if unknown_bank {
            BIC_UNKNOWN
        } else {
            receiver_bic
        };
        markup.nested(&["CdtrAgt", "FinInstnId", "BICFI"], creditor_bic);
        corporate(markup, "Cdtr", creditor);
        account(
            markup,
            "CdtrAcct",
            self.creditor_account(payment, fault).as_deref(),
        );
        markup.nested(&["Purp", "Cd"], "GDDS");
        markup.nested(&["RmtInf", "Ustrd"], &format!("Invoice {number}"));
    }

    fn initiation(&self, fault: Option<Fault>) -> String {
        let debtor = self.directory.corporates.get(self.debtor);
        let mut markup = Markup::document("pain.001.001.09");
        markup.within("CstmrCdtTrfInitn", |markup| {
            markup.within("GrpHdr", |markup| {
                self.header(markup);
                markup.leaf("CtrlSum", &self.control_sum(fault));
                corporate(markup, "InitgPty", debtor);
            });
            markup.within("PmtInf", |markup| {
                markup.leaf("PmtInfId", &format!("B-{}", self.id));
                markup.leaf("PmtMtd", "TRF");
                markup.leaf("NbOfTxs", &self.payments.len().to_string());
                markup.leaf(
                    "CtrlSum",
                    &self.control_sum(fault.filter(|it| *it != Fault::ControlSum)),
                );
                markup.nested(&["ReqdExctnDt", "Dt"], &self.date(fault));
                corporate(markup, "Dbtr", debtor);
                account(
                    markup,
                    "DbtrAcct",
                    debtor.map(|debtor| debtor.account.as_str()),
                );
                let agent = self.directory.banks.get(self.bank);
                let bic = agent.map(|bank| bank.bic.as_str()).unwrap_or_default();
                markup.nested(&["DbtrAgt", "FinInstnId", "BICFI"], bic);
                for (number, payment) in self.payments.iter().enumerate() {
                    markup.within("CdtTrfTxInf", |markup| {
                        self.initiated_payment(markup, number, payment, fault);
                    });
                }
            });
        });
        markup.finish()
    }

    fn initiated_payment(
        &self,
        markup: &mut Markup,
        number: usize,
        payment: &Payment,
        fault: Option<Fault>,
    ) {
        let creditor = self.directory.corporates.get(payment.creditor);
        self.identification(markup, number, payment);
        markup.within("Amt", |markup| {
            markup.amount(
                "InstdAmt",
                &self.directory.currency,
                &self.amount(payment, fault),
            );
        });
        let agent = creditor.and_then(|creditor| self.directory.banks.get(creditor.bank));
        let bic = agent.map(|bank| bank.bic.as_str()).unwrap_or_default();
        markup.nested(&["CdtrAgt", "FinInstnId", "BICFI"], bic);
        corporate(markup, "Cdtr", creditor);
        account(
            markup,
            "CdtrAcct",
            self.creditor_account(payment, fault).as_deref(),
        );
        markup.nested(&["RmtInf", "Ustrd"], &format!("Wages {number}"));
    }

    fn table(&self, fault: Option<Fault>) -> String {
        let mut text = csv::COLUMNS.join(",");
        text.push('\n');
        let debtor = self.directory.corporates.get(self.debtor);
        for (number, payment) in self.payments.iter().enumerate() {
            let fields = [
                payment.uetr.to_string(),
                self.end_to_end(number),
                debtor
                    .map(|debtor| debtor.account.clone())
                    .unwrap_or_default(),
                self.creditor_account(payment, fault).unwrap_or_default(),
                self.directory.currency.clone(),
                self.amount(payment, fault),
                self.date(fault),
                "SUPP".to_owned(),
                format!("\"Invoice {number}, part 1\""),
            ];
            text.push_str(&fields.join(","));
            text.push('\n');
        }
        text
    }

    fn header(&self, markup: &mut Markup) {
        markup.leaf("MsgId", &format!("M-{}", self.id));
        markup.leaf("CreDtTm", &format!("{}T09:00:00+00:00", self.today));
        markup.leaf("NbOfTxs", &self.payments.len().to_string());
    }

    fn identification(&self, markup: &mut Markup, number: usize, payment: &Payment) {
        markup.within("PmtId", |markup| {
            markup.leaf("InstrId", &format!("I-{}-{number}", self.id));
            markup.leaf("EndToEndId", &self.end_to_end(number));
            markup.leaf("UETR", &payment.uetr.to_string());
        });
    }

    fn end_to_end(&self, number: usize) -> String {
        format!("E-{}-{number}", self.id)
    }

    fn creditor_account(&self, payment: &Payment, fault: Option<Fault>) -> Option<String> {
        if fault == Some(Fault::UnknownAccount) {
            let (country, domestic) = ACCOUNT_UNKNOWN;
            return iban_with_check_digits(country, domestic)
                .ok()
                .map(|iban| iban.to_string());
        }
        let creditor = self.directory.corporates.get(payment.creditor)?;
        Some(creditor.account.clone())
    }

    fn minor(payment: &Payment, fault: Option<Fault>) -> u64 {
        let beyond = fault == Some(Fault::BeyondFunds);
        if beyond {
            AMOUNT_BEYOND_FUNDS
        } else {
            payment.amount
        }
    }

    fn amount(&self, payment: &Payment, fault: Option<Fault>) -> String {
        let scale = self.directory.scale;
        let longer = u8::from(fault == Some(Fault::Decimals));
        decimal(Self::minor(payment, fault), scale.saturating_add(longer))
    }

    fn control_sum(&self, fault: Option<Fault>) -> String {
        let sum: u64 = self
            .payments
            .iter()
            .map(|payment| Self::minor(payment, fault))
            .sum();
        let excess = u64::from(fault == Some(Fault::ControlSum));
        decimal(sum + excess, self.directory.scale)
    }

    fn date(&self, fault: Option<Fault>) -> String {
        let day = match fault {
            Some(Fault::DatePast) => self.today.0.saturating_sub(1),
            // Beyond what the ledger keeps until its date.
            Some(Fault::DateLater) => self.today.0.saturating_add(31),
            Some(_) | None => self.today.0,
        };
        BusinessDate(day).to_string()
    }
}

fn bank(markup: &mut Markup, name: &'static str, bank: Option<&Bank>) {
    let Some(bank) = bank else { return };
    markup.within(name, |markup| {
        markup.within("FinInstnId", |markup| {
            markup.leaf("BICFI", bank.bic.as_str());
            markup.leaf("LEI", bank.lei.as_str());
        });
    });
}

fn corporate(markup: &mut Markup, name: &'static str, corporate: Option<&Corporate>) {
    let Some(corporate) = corporate else { return };
    markup.within(name, |markup| {
        markup.leaf("Nm", &corporate.name);
        markup.nested(&["Id", "OrgId", "LEI"], corporate.lei.as_str());
    });
}

fn account(markup: &mut Markup, name: &'static str, number: Option<&str>) {
    let Some(number) = number else { return };
    match Iban::parse(number) {
        Ok(_) => markup.nested(&[name, "Id", "IBAN"], number),
        Err(_) => markup.nested(&[name, "Id", "Othr", "Id"], number),
    }
}
