//! From rows back to a ledger, believing nothing: numbers are dense, references exist, money adds up, the root is the stored one.

use std::sync::Arc;

use sycee_primitives::{
    AccountId, AssetId,
    codec::{self, CodecError},
};
use thiserror::Error;

use crate::{
    account::{Account, store::place},
    conservation,
    identifiers::{IdentifierTable, LookupFailure, Unheard, Used, log},
    ledger::{Asset, FORMAT, Header, Ledger},
    participant::Participant,
    products::Products,
    tables::{ROW_BYTES_MAX, Table},
};

/// Why rows are not a ledger.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum RestoreError {
    /// A row cannot be read.
    #[error("a row of table {table:?} is unreadable: {error}; restore from a snapshot")]
    Row {
        /// The table.
        table: Table,
        /// What is wrong with its bytes.
        error: CodecError,
    },
    /// A row does not belong where it stands, or names what does not exist.
    #[error("row {row} of table {table:?} does not fit the others; restore from a snapshot")]
    Misplaced {
        /// The table.
        table: Table,
        /// Its place among the table's rows as offered.
        row: u64,
    },
    /// There is no header row: nothing was ever stored.
    #[error("there is no header row; start from the genesis document")]
    NoHeader,
    /// The rows were written by another version.
    #[error(
        "rows have format {0}, which this version does not read; use the version that wrote them"
    )]
    Format(u16),
    /// The number of rows is not the one stored in the header.
    #[error("rows are missing; restore from a snapshot")]
    Incomplete,
    /// The rows of an asset do not add up.
    #[error("asset {0} does not add up; restore from a snapshot")]
    Conservation(AssetId),
    /// The rows do not give the state root stored with them.
    #[error("the rows do not give the stored state root; restore from a snapshot")]
    StateRoot,
    /// Identifiers that the last page names cannot be read.
    #[error("{0}; restore from a snapshot")]
    Identifiers(#[from] LookupFailure),
}

impl Ledger {
    /// Restores a ledger from the rows that storage keeps, in any order of tables and ascending by key within a table.
    ///
    /// Rows of tables that are looked up ([`Table::is_looked_up`]) stay where they are: `identifiers` must answer for exactly those
    /// that were stored together with these rows.
    ///
    /// # Errors
    /// [`RestoreError`] when they are not the rows of one height of one ledger.
    pub fn from_rows<K, V>(
        rows: impl IntoIterator<Item = (Table, K, V)>,
        identifiers: Arc<dyn IdentifierTable>,
    ) -> Result<Ledger, RestoreError>
    where
        K: AsRef<[u8]>,
        V: AsRef<[u8]>,
    {
        let mut restoring = Restoring::default();
        for (table, key, value) in rows {
            restoring.add(table, key.as_ref(), value.as_ref())?;
        }
        restoring.finish(identifiers)
    }
}

/// A ledger that is being restored, row by row as storage shows them: the rows read so far.
#[derive(Default, Debug)]
pub struct Restoring {
    header: Option<Header>,
    participants: Vec<Participant>,
    assets: Vec<Asset>,
    accounts: crate::account::store::Accounts,
    identifiers: crate::identifiers::Identifiers,
    products: Products,
}

fn read<T>(table: Table, bytes: &[u8]) -> Result<T, RestoreError>
where
    T: borsh::BorshSerialize + borsh::BorshDeserialize,
{
    codec::decode(bytes, ROW_BYTES_MAX).map_err(|error| RestoreError::Row { table, error })
}

/// Refuses a row whose key is not the one its value asks for.
fn expect(good: bool, table: Table, row: usize) -> Result<(), RestoreError> {
    let row = row as u64;
    good.then_some(())
        .ok_or(RestoreError::Misplaced { table, row })
}

impl Restoring {
    /// Takes over one row; in any order of tables, ascending by key within a table.
    ///
    /// # Errors
    /// [`RestoreError`] when it is unreadable or not the next of its table.
    pub fn add(&mut self, table: Table, key: &[u8], value: &[u8]) -> Result<(), RestoreError> {
        match table {
            Table::Header => {
                let header: Header = read(table, value)?;
                // The header comes first where rows are stored: other rows of another version cannot even be read.
                if header.format != FORMAT {
                    return Err(RestoreError::Format(header.format));
                }
                self.header = Some(header);
            }
            Table::Participants => {
                let participant: Participant = read(table, value)?;
                let row = self.participants.len();
                let fits = u32::try_from(row) == Ok(participant.id.0);
                expect(fits && key == participant.id.0.to_be_bytes(), table, row)?;
                self.participants.push(participant);
            }
            Table::Assets => {
                let asset: Asset = read(table, value)?;
                let row = self.assets.len();
                let fits = u32::try_from(row) == Ok(asset.id.0);
                expect(fits && key == asset.id.0.to_be_bytes(), table, row)?;
                self.assets.push(asset);
            }
            Table::Accounts => {
                let account: Account = read(table, value)?;
                let row = self.accounts.len();
                expect(key == account.id.0.to_be_bytes(), table, row)?;
                expect(self.accounts.restore(&account).is_some(), table, row)?;
            }
            Table::Unheard => {
                let record: Unheard = read(table, value)?;
                let id = record.record.transaction;
                let row = usize::try_from(self.identifiers.unheard_count()).unwrap_or(usize::MAX);
                expect(key == id.0.0, table, row)?;
                self.identifiers.restore_unheard(record);
            }
            Table::IdentifierPages => {
                let row = self.identifiers.restored_pages();
                let place = usize::try_from(row).unwrap_or(usize::MAX);
                expect(key == row.to_be_bytes(), table, place)?;
                self.identifiers.restore_page(read(table, value)?);
            }
            Table::Instructions | Table::Uetrs | Table::Answers | Table::IdentifierKeys => {
                expect(false, table, 0)?;
            }
            product => match self.products.table_mut(product) {
                Some(objects) => objects.restore(key, value)?,
                None => expect(false, table, 0)?,
            },
        }
        Ok(())
    }

    /// The ledger whose rows these were; [`Ledger::from_rows`] says what `identifiers` is.
    ///
    /// # Errors
    /// [`RestoreError`] when they are not the rows of one height of one ledger.
    pub fn finish(mut self, identifiers: Arc<dyn IdentifierTable>) -> Result<Ledger, RestoreError> {
        for objects in self.products.all_mut() {
            objects.restored();
        }
        let header = self.header.ok_or(RestoreError::NoHeader)?;
        let mut ledger = Ledger::empty(header.chain_id, header.parameters, header.time);
        ledger.taken = Some(header.height);
        ledger.header = header;
        for participant in self.participants {
            ledger.index_participant(participant);
        }
        ledger.assets = self.assets;
        ledger.accounts = self.accounts;
        ledger.identifiers = self.identifiers;
        ledger.products = Box::new(self.products);
        let counts = ledger.header.counts.clone();
        if log::pages(counts.identifiers.logged) != ledger.identifiers.restored_pages() {
            return Err(RestoreError::Incomplete);
        }
        let stored = counts.identifiers;
        ledger
            .identifiers
            .continue_from(stored, identifiers.as_ref())?;
        if ledger.counts() != ledger.header.counts {
            return Err(RestoreError::Incomplete);
        }
        check_references(&ledger)?;
        conservation::recount(&ledger.assets, ledger.accounts.postings())
            .map_err(RestoreError::Conservation)?;
        if !ledger.rebuild_trees() {
            return Err(RestoreError::StateRoot);
        }
        Ok(ledger.look_up_in(identifiers))
    }
}

fn check_references(ledger: &Ledger) -> Result<(), RestoreError> {
    for (row, posting) in ledger.accounts.postings().iter().enumerate() {
        let owned = ledger.participant(posting.owner).is_some();
        expect(
            owned && ledger.asset(posting.asset).is_some(),
            Table::Accounts,
            row,
        )?;
        let account = AccountId(row as u64);
        expect(ledger.is_held_whole(account, posting), Table::Accounts, row)?;
    }
    for (row, asset) in ledger.assets.iter().enumerate() {
        let issuance = ledger.accounts.posting(place(asset.issuance_account));
        let fits = issuance.is_some_and(|posting| posting.asset == asset.id);
        expect(
            fits && ledger.participant(asset.issuer).is_some(),
            Table::Assets,
            row,
        )?;
    }
    for (row, participant) in ledger.participants.iter().enumerate() {
        let sponsor = participant.sponsor;
        let fits = sponsor.is_none_or(|sponsor| ledger.participant(sponsor).is_some());
        expect(fits, Table::Participants, row)?;
    }
    for objects in ledger.products.all() {
        if let Some(row) = objects.first_unsound(ledger) {
            let table = objects.table();
            return Err(RestoreError::Misplaced { table, row });
        }
    }
    Ok(())
}

/// Rows of each table, stored in the header so that a missing row is noticed.
#[derive(Clone, PartialEq, Eq, Default, Debug, borsh::BorshSerialize, borsh::BorshDeserialize)]
pub(crate) struct Counts {
    participants: u64,
    assets: u64,
    accounts: u64,
    identifiers: Used,
    unheard: u64,
    /// Of every product's table.
    products: Vec<(Table, u64)>,
}

impl Counts {
    /// Rows of the dense tables, in the order in which they are restored.
    pub(crate) fn dense(&self) -> Vec<(Table, u64)> {
        let fixed = [
            (Table::Participants, self.participants),
            (Table::Assets, self.assets),
            (Table::Accounts, self.accounts),
        ];
        fixed
            .into_iter()
            .chain(self.products.iter().copied())
            .collect()
    }

    /// Entries in all pages of identifiers.
    pub(crate) fn logged(&self) -> u64 {
        self.identifiers.logged
    }
}

impl Ledger {
    pub(crate) fn counts(&self) -> Counts {
        Counts {
            participants: self.participants.len() as u64,
            assets: self.assets.len() as u64,
            accounts: self.accounts.len() as u64,
            identifiers: self.identifiers.used(),
            unheard: self.identifiers.unheard_count(),
            products: self
                .products
                .all()
                .into_iter()
                .map(|it| (it.table(), it.count()))
                .collect(),
        }
    }
}
