//! Any row of any table that a program may look at: its canonical bytes and its JSON form.
//!
//! ```text
//!   (table, id) ──object──▶ canonical bytes ──write_object──▶ JSON, or whatever the serializer makes
//! ```
//! One page for all products: a new table can be read as soon as it is a line of `products`.

use serde::{Serialize, Serializer, ser::Error};
use sycee_primitives::{AccountId, AssetId, ParticipantId, codec};

use crate::{
    account::Account,
    ledger::{Asset, Ledger},
    participant::Participant,
    products::Products,
    tables::{ROW_BYTES_MAX, Table},
};

/// The tables whose rows have a number and a JSON form, ascending, with the rows they hold.
#[must_use]
pub fn tables(ledger: &Ledger) -> Vec<(Table, u64)> {
    let mut tables = vec![
        (Table::Participants, ledger.participants.len() as u64),
        (Table::Assets, ledger.assets.len() as u64),
        (Table::Accounts, ledger.accounts.len() as u64),
    ];
    let products = ledger.products.all();
    tables.extend(products.into_iter().map(|it| (it.table(), it.count())));
    tables
}

/// Rows of a table; `None` when its rows have no number.
#[must_use]
pub fn rows(ledger: &Ledger, table: Table) -> Option<u64> {
    let mut all = tables(ledger).into_iter();
    all.find(|(it, _)| *it == table).map(|(_, rows)| rows)
}

/// The canonical bytes of a row; `None` when there is none.
#[must_use]
pub fn object(ledger: &Ledger, table: Table, id: u64) -> Option<Vec<u8>> {
    let short = u32::try_from(id).ok();
    if table == Table::Participants {
        return ledger.participant(ParticipantId(short?)).map(codec::encode);
    }
    if table == Table::Assets {
        return ledger.asset(AssetId(short?)).map(codec::encode);
    }
    if table == Table::Accounts {
        let account = ledger.accounts.get(AccountId(id));
        return account.as_ref().map(codec::encode);
    }
    ledger.products.table(table)?.row(id)
}

/// Writes the canonical bytes of a row in its JSON form.
///
/// # Errors
/// Those of the serializer; its own kind of error too when the bytes are no row of the table.
pub fn write_object<S: Serializer>(
    table: Table,
    row: &[u8],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    fn of<T: borsh::BorshSerialize + borsh::BorshDeserialize, E: Error>(
        row: &[u8],
    ) -> Result<T, E> {
        codec::decode(row, ROW_BYTES_MAX).map_err(E::custom)
    }
    if table == Table::Participants {
        return of::<Participant, S::Error>(row)?.serialize(serializer);
    }
    if table == Table::Assets {
        return of::<Asset, S::Error>(row)?.serialize(serializer);
    }
    if table == Table::Accounts {
        return of::<Account, S::Error>(row)?.serialize(serializer);
    }
    Products::write(table, row, serializer)
}
