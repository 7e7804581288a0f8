//! Payment files as two banks would send them in a morning: ISO 20022 XML and CSV, most of them good, some wrong on purpose.
//!
//! ```text
//!   bank 0 and bank 1 each:  pacs.009  pacs.008  pain.001  csv     good: every payment settles
//!                            bad BIC, decimals, control sum, past date, repeated message     the file is refused
//!                            unknown account, too little money, later date                   the payment is refused
//! ```
//! The same seed and day give the same bytes. Nothing here is judged by the code that wrote it: files go through the same judge and
//! the same submission as anybody's.

use sycee_contracts::RejectReason;
use sycee_genesis::Facts;
use sycee_messages::StatusCode;
use sycee_primitives::{
    Amount, AssetId, BusinessDate,
    identifiers::{Bic, Lei},
};

use crate::local::random::Sequence;

mod markup;
mod messages;
#[cfg(test)]
mod tests;

use messages::{Fault, Message};

/// Banks that send files.
pub const SENDING_BANKS: usize = 2;

/// What must become of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expected {
    /// Every payment settles.
    Settled,
    /// The file is refused as a whole before anything is submitted, with this code.
    FileRefused(StatusCode),
    /// The file is in order, its payments name an account that the ledger does not have.
    AccountUnknown,
    /// The file is in order, the ledger refuses its payments.
    LedgerRefused(RejectReason),
}

/// One file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PaymentFile {
    /// Its name.
    pub name: String,
    /// The bank that sends it, counted from 0.
    pub bank: usize,
    /// Payments in it.
    pub payments: usize,
    /// What must become of it.
    pub expected: Expected,
    /// Its content.
    pub text: String,
}

/// A bank as files name it.
#[derive(Clone, Debug)]
pub(crate) struct Bank {
    pub(crate) bic: Bic,
    pub(crate) lei: Lei,
    /// Settlement account of the asset paid in.
    pub(crate) account: String,
}

/// A corporate as files name it.
#[derive(Clone, Debug)]
pub(crate) struct Corporate {
    pub(crate) name: String,
    pub(crate) lei: Lei,
    pub(crate) account: String,
    /// Place of its bank among the banks.
    pub(crate) bank: usize,
}

/// Who pays whom.
#[derive(Clone, Debug)]
pub struct Directory {
    pub(crate) banks: Vec<Bank>,
    pub(crate) corporates: Vec<Corporate>,
    pub(crate) currency: String,
    pub(crate) scale: u8,
}

impl Directory {
    /// The banks and corporates that hold an account of the first asset; `None` when there are too few of them to pay one another.
    #[must_use]
    pub fn of(facts: &Facts) -> Option<Directory> {
        let asset = facts.assets.first()?;
        let account_of = |participant: usize| {
            let held = facts.accounts.iter().find(|account| {
                account.asset == AssetId(0) && usize::try_from(account.owner.0) == Ok(participant)
            })?;
            Some(held.number.as_str().to_owned())
        };
        let mut banks = Vec::new();
        let mut places = vec![None; facts.participants.len()];
        for ((id, participant), place) in facts.participants.iter().enumerate().zip(&mut places) {
            if let (Some(bic), Some(account)) = (participant.bic, account_of(id)) {
                *place = Some(banks.len());
                let lei = participant.lei;
                banks.push(Bank { bic, lei, account });
            }
        }
        let mut corporates = Vec::new();
        for (id, participant) in facts.participants.iter().enumerate() {
            let sponsor = participant
                .sponsor
                .and_then(|sponsor| usize::try_from(sponsor.0).ok());
            let bank = sponsor.and_then(|sponsor| places.get(sponsor).copied().flatten());
            if let (Some(bank), Some(account)) = (bank, account_of(id)) {
                let name = participant.name.as_str().to_owned();
                corporates.push(Corporate {
                    name,
                    lei: participant.lei,
                    account,
                    bank,
                });
            }
        }
        let both_send = (0..SENDING_BANKS).all(|bank| corporates.iter().any(|it| it.bank == bank));
        (banks.len() > SENDING_BANKS && both_send && corporates.len() > 2).then(|| Directory {
            banks,
            corporates,
            currency: asset.currency.as_str().to_owned(),
            scale: asset.scale,
        })
    }
}

/// What one day's files are written from.
#[derive(Clone, Debug)]
pub struct Generator {
    directory: Directory,
    today: BusinessDate,
    sequence: Sequence,
    /// Distinguishes the identifications of this run from those of any other.
    run: u64,
}

/// Files that are sent before the others.
pub const MORNING_FILES: usize = 9;

/// Good files of each bank: kind and payments.
const GOOD: [(Kind, usize); 8] = [
    (Kind::BankTransfer, 12),
    (Kind::CustomerTransfer, 16),
    (Kind::Initiation, 24),
    (Kind::Table, 20),
    (Kind::BankTransfer, 8),
    (Kind::CustomerTransfer, 12),
    (Kind::Initiation, 16),
    (Kind::Table, 10),
];

/// The four forms of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// pacs.009: bank to bank.
    BankTransfer,
    /// pacs.008: customer to customer over their banks.
    CustomerTransfer,
    /// pain.001: a customer's bulk file.
    Initiation,
    /// CSV.
    Table,
}

/// Smallest and largest amount of a good payment in minor units: all of a day's payments stay far below the opening balances.
const AMOUNT_MIN: u64 = 100;
const AMOUNT_SPREAD: u64 = 250_000;

/// More than any customer of a development network holds.
const AMOUNT_BEYOND_FUNDS: u64 = 90_000_000_000_000;

impl Generator {
    /// A generator for one day.
    #[must_use]
    pub fn new(directory: Directory, today: BusinessDate, seed: u64) -> Generator {
        let mut sequence = Sequence::new(seed);
        let run = sequence.draw();
        Generator {
            directory,
            today,
            sequence,
            run,
        }
    }

    /// All files of the day in the order in which they are sent; the banks take turns.
    ///
    /// The first [`MORNING_FILES`] come before the others; a file that repeats another comes in the same part of the day.
    #[must_use]
    pub fn day(&mut self) -> Vec<PaymentFile> {
        let mut files = Vec::new();
        for (kind, payments) in GOOD {
            for bank in 0..SENDING_BANKS {
                if files.len() + 1 == MORNING_FILES {
                    self.repeat_first(&mut files);
                }
                let place = files.len();
                let message = self.message(kind, bank, place, payments);
                files.push(file(place, message, None, Expected::Settled));
            }
        }
        self.wrong(&mut files);
        files
    }

    /// A file sent twice, byte for byte: its payments must not be made a second time.
    fn repeat_first(&self, files: &mut Vec<PaymentFile>) {
        let again = files.first().map(|first| PaymentFile {
            name: format!("{:02}-again-{}", files.len(), first.name),
            expected: Expected::FileRefused(StatusCode::DU01),
            ..first.clone()
        });
        files.extend(again);
    }

    fn wrong(&mut self, files: &mut Vec<PaymentFile>) {
        let refused = Expected::FileRefused;
        let whole_files = [
            (
                Kind::BankTransfer,
                Fault::BankCode,
                refused(StatusCode::RC01),
            ),
            (
                Kind::CustomerTransfer,
                Fault::Decimals,
                refused(StatusCode::AM12),
            ),
            (
                Kind::Initiation,
                Fault::ControlSum,
                refused(StatusCode::AM10),
            ),
            (
                Kind::BankTransfer,
                Fault::DatePast,
                refused(StatusCode::DT01),
            ),
            (Kind::Initiation, Fault::DatePast, refused(StatusCode::CH04)),
            (
                Kind::CustomerTransfer,
                Fault::UnknownBank,
                refused(StatusCode::CNOR),
            ),
            (
                Kind::CustomerTransfer,
                Fault::UnknownAccount,
                Expected::AccountUnknown,
            ),
            (
                Kind::Initiation,
                Fault::BeyondFunds,
                Expected::LedgerRefused(RejectReason::InsufficientFunds),
            ),
            (Kind::Table, Fault::DateLater, refused(StatusCode::CH03)),
        ];
        for (turn, (kind, fault, expected)) in whole_files.into_iter().enumerate() {
            let place = files.len();
            let message = self.message(kind, turn % SENDING_BANKS, place, 2);
            files.push(file(place, message, Some(fault), expected));
        }
    }

    fn message(&mut self, kind: Kind, bank: usize, place: usize, count: usize) -> Message<'_> {
        let customers = self
            .directory
            .corporates
            .iter()
            .enumerate()
            .filter(|(_, it)| it.bank == bank);
        let customers: Vec<usize> = customers.map(|(customer, _)| customer).collect();
        let customer = customers
            .get(place % customers.len().max(1))
            .copied()
            .unwrap_or(0);
        let (debtor, all) = match kind {
            Kind::BankTransfer => (bank, self.directory.banks.len()),
            Kind::CustomerTransfer | Kind::Initiation | Kind::Table => {
                (customer, self.directory.corporates.len())
            }
        };
        let payments = (0..count).map(|_| self.payment(debtor, all)).collect();
        Message {
            directory: &self.directory,
            kind,
            bank,
            debtor,
            id: format!("{:08X}-{place:03}", self.run & 0xffff_ffff),
            today: self.today,
            payments,
        }
    }

    /// A payment to anybody but the debtor, all equally likely.
    fn payment(&mut self, debtor: usize, all: usize) -> messages::Payment {
        let others = u64::try_from(all.saturating_sub(1)).unwrap_or(1);
        let choice = usize::try_from(self.sequence.below(others)).unwrap_or(0);
        messages::Payment {
            uetr: self.sequence.uetr(),
            amount: AMOUNT_MIN + self.sequence.below(AMOUNT_SPREAD),
            creditor: choice + usize::from(choice >= debtor),
        }
    }
}

fn file(
    place: usize,
    message: Message<'_>,
    fault: Option<Fault>,
    expected: Expected,
) -> PaymentFile {
    let label = fault.map_or("good", Fault::label);
    PaymentFile {
        name: format!(
            "{place:02}-{}-{label}.{}",
            message.kind.name(),
            message.kind.extension()
        ),
        bank: message.bank,
        payments: message.payments.len(),
        expected,
        text: message.write(fault),
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::BankTransfer => "pacs009",
            Kind::CustomerTransfer => "pacs008",
            Kind::Initiation => "pain001",
            Kind::Table => "table",
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Kind::BankTransfer | Kind::CustomerTransfer | Kind::Initiation => "xml",
            Kind::Table => "csv",
        }
    }
}

/// A decimal of the currency's decimals.
pub(crate) fn decimal(minor: u64, scale: u8) -> String {
    Amount::from_minor(minor.into())
        .map_or_else(|_| String::new(), |amount| amount.to_decimal(scale))
}
