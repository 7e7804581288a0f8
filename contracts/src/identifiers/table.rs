//! The door to identifiers on disk: bytes under bytes, looked up one by one.

use std::fmt::Debug;

use sycee_primitives::codec;
use thiserror::Error;

use crate::tables::{ROW_BYTES_MAX, Table};

/// An answer about an identifier that could not be had. It never means that the identifier is unused.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("identifier {key} of table {table:?} cannot be looked up: {why}")]
pub struct LookupFailure {
    /// [`Table::Instructions`] or [`Table::Uetrs`].
    pub table: Table,
    /// The row's key in hexadecimal.
    pub key: String,
    /// What the disk said, or what is wrong with the row.
    pub why: String,
}

impl LookupFailure {
    /// A failure at a row.
    #[must_use]
    pub fn at(table: Table, key: &[u8], why: impl ToString) -> LookupFailure {
        LookupFailure {
            table,
            key: sycee_primitives::hash::to_hex(key),
            why: why.to_string(),
        }
    }
}

/// Rows of the tables [`Table::Instructions`] and [`Table::Uetrs`] that a ledger has given out and been told to be written.
///
/// It holds them for ever: no retention touches them, because every node must give the same answer for ever. It holds no row of a
/// block that the ledger has not executed.
pub trait IdentifierTable: Debug + Send + Sync {
    /// The value under a key; `None` when no such row was ever written.
    ///
    /// # Errors
    /// [`LookupFailure`] when that cannot be told.
    fn row(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, LookupFailure>;
}

/// Reads a row as what it must be.
pub(super) fn read<T>(
    rows: &dyn IdentifierTable,
    table: Table,
    key: &[u8],
) -> Result<Option<T>, LookupFailure>
where
    T: borsh::BorshSerialize + borsh::BorshDeserialize,
{
    let Some(bytes) = rows.row(table, key)? else {
        return Ok(None);
    };
    codec::decode(&bytes, ROW_BYTES_MAX)
        .map(Some)
        .map_err(|error| LookupFailure::at(table, key, error))
}
