//! Files of the form of vectors/netting: text in, a checked problem out, or one clear error.
//!
//! ```text
//!   { "balances": [int], "floors": [int], "payments": [[sender, receiver, amount]], "class_rank": [int]?, "banks": int?, ... }
//! ```
//! Other members are ignored. Whole numbers may also be written as strings, as the vectors do beyond 2^53.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{self, Visitor},
};
use sycee_contracts::liquidity::netting::{
    NETTING_ACCOUNTS_MAX, NETTING_PAYMENTS_MAX, Netting, NettingAccount, NettingError,
    WaitingPayment,
};
use thiserror::Error;

/// Bytes of a file that is read: the longest list with the longest numbers, written without care.
pub const FILE_BYTES_MAX: usize = 16 << 20;

/// Why a file cannot be solved.
#[derive(Debug, Error)]
pub enum FileError {
    /// Longer than any list.
    #[error("the file has {0} bytes, {FILE_BYTES_MAX} are allowed")]
    TooLong(usize),
    /// Not JSON of this form.
    #[error("not a queue file: {0}")]
    Form(#[from] serde_json::Error),
    /// Lists that belong together differ in length.
    #[error("{found} {what} stand beside {expected} {beside}")]
    Lengths {
        /// Which list.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The list it belongs to.
        beside: &'static str,
        /// Its length.
        expected: usize,
    },
    /// A number that cannot be right.
    #[error(transparent)]
    Problem(#[from] NettingError),
}

/// A whole number of up to 128 bits, as a number or as a string.
#[derive(Clone, Copy)]
struct Whole(i128);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Whole, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Whole;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number, or one in a string")
            }

            fn visit_i64<E>(self, number: i64) -> Result<Whole, E> {
                Ok(Whole(i128::from(number)))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Whole, E> {
                Ok(Whole(i128::from(number)))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Whole, E> {
                let number = text.parse().map_err(|_| E::custom("not a whole number"))?;
                Ok(Whole(number))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

#[derive(Deserialize)]
struct Document {
    balances: Vec<Whole>,
    floors: Option<Vec<Whole>>,
    payments: Vec<(Whole, Whole, Whole)>,
    class_rank: Option<Vec<u32>>,
    banks: Option<usize>,
}

/// Reads a queue file.
///
/// # Errors
/// [`FileError`]: the first thing that is wrong.
pub fn parse(bytes: &[u8]) -> Result<Netting, FileError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(FileError::TooLong(bytes.len()));
    }
    let document: Document = serde_json::from_slice(bytes)?;
    let banks = document.balances.len();
    if banks > NETTING_ACCOUNTS_MAX {
        return Err(NettingError::TooManyAccounts(banks).into());
    }
    let payments = document.payments.len();
    if payments > NETTING_PAYMENTS_MAX {
        return Err(NettingError::TooManyPayments(payments).into());
    }
    let floors = document.floors.unwrap_or_else(|| vec![Whole(0); banks]);
    same_length("floors", floors.len(), "balances", banks)?;
    same_length("banks", document.banks.unwrap_or(banks), "balances", banks)?;
    let classes = document.class_rank.unwrap_or_else(|| vec![0; payments]);
    same_length("class ranks", classes.len(), "payments", payments)?;
    let accounts = document.balances.iter().zip(&floors);
    let accounts = accounts.map(|(balance, floor)| NettingAccount {
        balance: balance.0,
        floor: floor.0,
        reservation: None,
    });
    let mut listed = Vec::with_capacity(payments);
    for (place, ((sender, receiver, amount), class)) in
        document.payments.iter().zip(classes).enumerate()
    {
        let bank =
            |it: &Whole| u32::try_from(it.0).map_err(|_| NettingError::UnknownAccount(place));
        listed.push(WaitingPayment {
            sender: bank(sender)?,
            receiver: bank(receiver)?,
            amount: u128::try_from(amount.0).map_err(|_| NettingError::Amount(place))?,
            class,
            strict: false,
        });
    }
    Ok(Netting::new(accounts.collect(), listed, Vec::new(), &[])?)
}

fn same_length(
    what: &'static str,
    found: usize,
    beside: &'static str,
    expected: usize,
) -> Result<(), FileError> {
    if found == expected {
        return Ok(());
    }
    Err(FileError::Lengths {
        what,
        found,
        beside,
        expected,
    })
}
