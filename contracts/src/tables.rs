//! State as rows: what storage keeps, coalesced by row, and what a ledger is restored from.
//!
//! ```text
//!   Header        ""                                  Header
//!   Participants  id, big-endian                      Participant
//!   Assets        id, big-endian                      Asset
//!   Accounts      id, big-endian                      Account
//!   Instructions  sender, big-endian | key            InstructionRecord   ┐ given out once, never read back at a start:
//!   Uetrs         16 bytes                            TransactionId       ┘ looked up one by one (`IdentifierTable`)
//!   Answers       sender, big-endian | number | key   InstructionRecord of a later outcome; looked up
//!   Unheard       transaction id                      Unheard (removed when forgotten)
//!   IdentifierPages  page, big-endian                 hash of the page: a leaf under the state root
//!   IdentifierKeys   page, big-endian                 table and key of each entry of the page; looked up
//!   products      id, big-endian                      the product's object (`objects`)
//! ```
//! Values are canonical bytes. Key order is row order.

use std::sync::Arc;

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_primitives::{Height, ParticipantId, codec};

use crate::{
    identifiers::{IdentifierTable, log::Page},
    ledger::Ledger,
    text::IdempotencyKey,
};

/// Bytes one row may have; the largest are participants with all their keys and instructions that wait for approvals.
pub(crate) const ROW_BYTES_MAX: usize = 8_192;

macro_rules! tables {
    ($(#[doc = $doc:literal] $name:ident = $number:literal, $text:literal;)+) => {
        /// The tables, each with a number that storage uses as a prefix and the state root as an order.
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, BorshSerialize, BorshDeserialize,
        )]
        #[borsh(use_discriminant = true)]
        #[repr(u8)]
        pub enum Table {
            $(#[doc = $doc] $name = $number,)+
        }

        impl Table {
            /// All tables, ascending by number.
            pub const ALL: &'static [Table] = &[$(Table::$name),+];

            /// What a row of it is, or what it holds: the sentence of its number's line.
            #[must_use]
            pub const fn says(self) -> &'static str {
                match self {
                    $(Table::$name => $doc.trim_ascii(),)+
                }
            }

            /// The name that logs, the API and a state difference write.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Table::$name => $text,)+
                }
            }
        }
    };
}

tables! {
    /// One row: numbers of the ledger as a whole.
    Header = 0, "header";
    /// Participants by id.
    Participants = 1, "participants";
    /// Assets by id.
    Assets = 2, "assets";
    /// Accounts by id.
    Accounts = 3, "accounts";
    /// Executed instructions by sender and idempotency key.
    Instructions = 4, "instructions";
    /// Executed single payments by UETR.
    Uetrs = 5, "uetrs";
    /// Refusals that used up no idempotency key, by transaction id.
    Unheard = 6, "unheard";
    /// What attestors stated, by id.
    Attestations = 7, "attestations";
    /// Later outcomes of executed instructions, by sender, number and idempotency key.
    Answers = 8, "answers";
    /// Holds by id.
    Holds = 9, "holds";
    /// Payments of a later value date, by id.
    Warehouse = 10, "warehouse";
    /// Instructions that needed further signatures, by id.
    Approvals = 11, "approvals";
    /// Exchanges by id.
    Linked = 12, "linked";
    /// Circuit breakers by id.
    Breakers = 13, "breakers";
    /// Calendars of assets by id.
    Calendars = 14, "calendars";
    /// Standing orders by id.
    StandingOrders = 15, "standing-orders";
    /// Payments that the ledger made by itself, by id.
    AutomaticPayments = 16, "automatic-payments";
    /// Requests to pay by id.
    PaymentRequests = 17, "payment-requests";
    /// Requests for money back, by id.
    Recalls = 18, "recalls";
    /// Disputes over payments, by id.
    Disputes = 19, "disputes";
    /// Payments that wait for funds, by id.
    Queue = 20, "queue";
    /// Netting cycles, by id.
    Cycles = 21, "cycles";
    /// Sets submitted to netting cycles, by id.
    CycleSets = 22, "cycle-sets";
    /// Limits on net sending, by id.
    Limits = 23, "limits";
    /// What accounts keep for urgent payments, by id.
    Reservations = 24, "reservations";
    /// Nodes of the network's directory, by number.
    Seats = 25, "seats";
    /// Proposals, by id.
    Proposals = 26, "proposals";
    /// What payments cost, by id.
    FeeRules = 27, "fee-rules";
    /// Defaults of participants, by id.
    Defaults = 28, "defaults";
    /// Close-outs of defaulted accounts, by id.
    CloseOuts = 29, "close-outs";
    /// Loans by id.
    Loans = 30, "loans";
    /// Lenders who share a loan, by id.
    Syndicates = 31, "syndicates";
    /// Credit lines by id.
    Lines = 32, "lines";
    /// What objects of products use of credit lines, by id.
    LineUses = 33, "line-uses";
    /// What secures lenders, by id.
    Collateral = 34, "collateral";
    /// Terms proposed for running loans, and what they replaced, by id.
    LoanVersions = 35, "loan-versions";
    /// Money that waits for what loans will ask for, by id.
    Suspense = 36, "suspense";
    /// Sureties for loans, by id.
    Sureties = 37, "sureties";
    /// What debtors promised, or were asked to, by id.
    Promises = 40, "promises";
    /// Portions of promises by id.
    Portions = 41, "portions";
    /// Lines of debtors of receivables by id.
    ObligorLines = 42, "obligor-lines";
    /// Offers to finance receivables by id.
    FinancingOffers = 43, "financing-offers";
    /// Documents in the registry by id.
    Documents = 44, "documents";
    /// No rows: the tree that proves which documents are in the registry and which are not.
    Registry = 45, "registry";
    /// Goods in warehouses by id.
    Lots = 46, "lots";
    /// Warehouse receipts by id.
    WarehouseReceipts = 47, "warehouse-receipts";
    /// Agreements between factors and sellers, by id.
    Factorings = 48, "factorings";
    /// Portfolios sold to factors, by id.
    Portfolios = 49, "portfolios";
    /// Rules that trip breakers, by id.
    RiskRules = 50, "risk-rules";
    /// Escrows by id.
    Escrows = 51, "escrows";
    /// Documentary credits by id.
    Credits = 52, "credits";
    /// Documents presented under credits, by id.
    Presentations = 53, "presentations";
    /// Guarantees and standbys by id.
    Guarantees = 54, "guarantees";
    /// Demands under guarantees, by id.
    Demands = 55, "demands";
    /// Rules on receivables, by id.
    ReceivableRules = 56, "receivable-rules";
    /// Pages of identifiers in order of use.
    IdentifierPages = 60, "identifier-pages";
    /// What stands in each page.
    IdentifierKeys = 61, "identifier-keys";
    /// How defaults are closed out, by id.
    DefaultRules = 62, "default-rules";
    /// Money set aside against defaults, by id.
    Contributions = 63, "contributions";
    /// Sweeps of accounts, by id.
    Sweeps = 64, "sweeps";
    /// Mandates to collect, by id.
    Mandates = 65, "mandates";
    /// Interest of accounts, by id.
    Interest = 66, "interest";
    /// Payments on conditions, by id.
    ConditionalPayments = 67, "conditional-payments";
    /// Accounts that watched accounts have paid, by id.
    Counterparties = 68, "counterparties";
    /// Sides of payments versus payments that may wait for funds, by id.
    VersusPayments = 69, "versus-payments";
    /// Intraday credit of accounts, by id.
    Intraday = 70, "intraday";
    /// Viewing grants, by id.
    Grants = 71, "grants";
}

impl Table {
    /// Whether its rows are looked up one by one, and never read as a whole.
    #[must_use]
    pub const fn is_looked_up(self) -> bool {
        matches!(
            self,
            Table::Instructions | Table::Uetrs | Table::Answers | Table::IdentifierKeys
        )
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The table with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Table> {
        Table::ALL
            .iter()
            .copied()
            .find(|table| table.name() == name)
    }

    /// The table with this number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Table> {
        Table::ALL
            .iter()
            .copied()
            .find(|table| table.number() == number)
    }
}

/// One changed row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Its table.
    pub table: Table,
    /// Its key.
    pub key: Vec<u8>,
    /// Its new value; `None` when it is removed.
    pub value: Option<Vec<u8>>,
}

impl Row {
    pub(crate) fn put<T: BorshSerialize>(table: Table, key: &[u8], value: &T) -> Row {
        Row {
            table,
            key: key.to_vec(),
            value: Some(codec::encode(value)),
        }
    }
}

/// Key of an instruction's row.
pub(crate) fn instruction_key(sender: ParticipantId, key: &IdempotencyKey) -> Vec<u8> {
    [sender.0.to_be_bytes().as_slice(), key.as_bytes()].concat()
}

/// Key of the row of an instruction's later outcome.
pub(crate) fn answer_key(sender: ParticipantId, number: u8, key: &IdempotencyKey) -> Vec<u8> {
    [sender.0.to_be_bytes().as_slice(), &[number], key.as_bytes()].concat()
}

impl Ledger {
    /// Rows changed since the last call, once each however often they changed; all rows at the first call after founding.
    ///
    /// To be written as one atomic batch. Empty when nothing was executed since, and when the ledger has halted.
    pub fn take_changed_rows(&mut self) -> Vec<Row> {
        if self.halted.is_some() || (self.taken == Some(self.header.height)) {
            return Vec::new();
        }
        self.taken = Some(self.header.height);
        self.header.counts = self.counts();
        let mut rows = vec![Row::put(Table::Header, &[], &self.header)];
        let mut changed = std::mem::take(&mut self.changed_participants);
        changed.sort_unstable();
        changed.dedup();
        for id in changed {
            if let Some(participant) = self.participant(id) {
                rows.push(Row::put(
                    Table::Participants,
                    &id.0.to_be_bytes(),
                    participant,
                ));
            }
        }
        for asset in &self.assets {
            rows.push(Row::put(Table::Assets, &asset.id.0.to_be_bytes(), asset));
        }
        for row in self.accounts.take_since_take() {
            let id = sycee_primitives::AccountId(row as u64);
            if let Some(account) = self.accounts.get(id) {
                rows.push(Row::put(Table::Accounts, &id.0.to_be_bytes(), &account));
            }
        }
        for objects in self.products.all_mut() {
            objects.take(&mut rows);
        }
        self.take_identifier_rows(&mut rows);
        rows
    }

    fn take_identifier_rows(&mut self, rows: &mut Vec<Row>) {
        let changed = self.identifiers.take_changed();
        for ((sender, key), record) in &changed.instructions {
            let bytes = instruction_key(*sender, key);
            rows.push(Row::put(Table::Instructions, &bytes, record));
        }
        for ((sender, number, key), record) in &changed.answers {
            let bytes = answer_key(*sender, *number, key);
            rows.push(Row::put(Table::Answers, &bytes, record));
        }
        for (uetr, transaction) in &changed.uetrs {
            rows.push(Row::put(Table::Uetrs, uetr.as_bytes(), transaction));
        }
        for (id, unheard) in &changed.unheard {
            rows.push(Row {
                table: Table::Unheard,
                key: id.0.0.to_vec(),
                value: unheard.as_ref().map(codec::encode),
            });
        }
        for (page, Page { hash, keys }) in &changed.pages {
            let key = page.to_be_bytes();
            rows.push(Row::put(Table::IdentifierPages, &key, hash));
            rows.push(Row::put(Table::IdentifierKeys, &key, keys));
        }
    }

    /// From now on, identifiers that are written leave memory and are looked up there.
    #[must_use]
    pub fn look_up_in(mut self, table: Arc<dyn IdentifierTable>) -> Ledger {
        self.identifiers.look_up_in(table);
        self
    }

    /// All rows taken up to `through` can be read from storage now: their identifiers leave memory.
    pub fn rows_written(&mut self, through: Height) {
        self.identifiers.written(through);
    }

    /// Identifiers that lie in memory, bounded by what is executed between two writes of rows.
    #[must_use]
    pub fn identifiers_in_memory(&self) -> usize {
        self.identifiers.in_memory()
    }

    /// How many rows [`Ledger::take_changed_rows`] would give, about; for deciding when to flush.
    #[must_use]
    pub fn changed_rows(&self) -> usize {
        let objects = self.products.all();
        let objects: usize = objects.into_iter().map(|objects| objects.changed()).sum();
        self.accounts.changed()
            + self.identifiers.changed()
            + self.changed_participants.len()
            + objects
    }
    /// Rows of them that are encoded already, as those that fall due by the thousand are; they rarely change again before they are taken.
    #[must_use]
    pub fn prepared_rows(&self) -> usize {
        let objects = self.products.all();
        objects.into_iter().map(|objects| objects.prepared()).sum()
    }
}
