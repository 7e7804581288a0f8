//! Where money stands: one account holds one asset of one owner.
//!
//! balance = credits − debits; a debit may not bring it below the floor (0, or the negative of a line). Issuance accounts alone go
//! below without limit: the outstanding supply of an asset is the negative of its issuance account's balance (ledger I1).

use std::{fmt, io};

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{
    AccountId, AssetId, Balance, Height, ParticipantId,
    identifiers::{Iban, IdentifierError},
    json,
};
use thiserror::Error;

use crate::{
    participant::Role,
    text::{Short, invalid},
};

pub(crate) mod close_account;
pub(crate) mod freeze;
pub(crate) mod open_account;
pub(crate) mod set_account_rule;
pub(crate) mod store;

/// Characters of an account number that is not an IBAN (ISO 20022 Max34Text).
const NUMBER_CHARS_MAX: usize = 34;

/// Shortest IBAN of the register (Norway); shorter texts cannot be mistaken for one.
const IBAN_CHARS_MIN: usize = 15;

/// What an account is for.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Debug,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum AccountKind {
    /// The issuer's account of one asset, opened with the asset; its negative balance is the supply.
    Issuance = 0,
    /// Money of a bank with the issuer.
    Settlement = 1,
    /// Money of a bank's customer.
    Current = 2,
    /// Money held under agreements, on an account that a bank keeps and the rules of products alone move.
    Escrow = 3,
}

impl AccountKind {
    /// The name that documents and the API write.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            AccountKind::Issuance => "issuance",
            AccountKind::Settlement => "settlement",
            AccountKind::Current => "current",
            AccountKind::Escrow => "escrow",
        }
    }

    /// Whether a participant of `role` may own an account of this kind that is opened beside the issuance accounts.
    #[must_use]
    pub const fn may_be_owned_by(self, role: Role) -> bool {
        match (self, role) {
            (AccountKind::Settlement, Role::Operator | Role::Bank | Role::IndirectBank) => true,
            (AccountKind::Settlement, _) | (AccountKind::Issuance, _) => false,
            (AccountKind::Current, _) => role.needs_sponsor(),
            (AccountKind::Escrow, _) => matches!(role, Role::Bank | Role::IndirectBank),
        }
    }
}

/// Whether an account may be used.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum AccountStatus {
    /// Pays and is paid.
    Open = 1,
    /// Neither pays nor is paid for the time being.
    Blocked = 2,
    /// Neither pays nor is paid any more.
    Closed = 3,
}

impl AccountStatus {
    /// The name that documents and the API write.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            AccountStatus::Open => "open",
            AccountStatus::Blocked => "blocked",
            AccountStatus::Closed => "closed",
        }
    }
}

/// The number by which people know an account: an IBAN, or another text that cannot be taken for one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AccountNumber {
    /// An IBAN with valid check digits.
    Iban(Iban),
    /// Any other number.
    Other(OtherNumber),
}

/// 1 to 34 capital letters, digits, `-`, `/` and `.` without the outward form of an IBAN. Made by [`AccountNumber::parse`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OtherNumber(Short<NUMBER_CHARS_MAX>);

/// Why a text is not an account number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum NumberError {
    /// It has the form of an IBAN and is none.
    #[error("it has the form of an IBAN: {0}")]
    Iban(#[from] IdentifierError),
    /// Empty or too long.
    #[error("an account number has 1 to 34 characters")]
    Length,
    /// A character that is not allowed.
    #[error("an account number consists of capital letters, digits, '-', '/' and '.'")]
    Characters,
}

impl AccountNumber {
    /// Reads a number: an IBAN when it has the form of one (a mistyped IBAN never passes as another number), otherwise another.
    ///
    /// # Errors
    /// [`NumberError`] naming what is wrong.
    pub fn parse(text: &str) -> Result<AccountNumber, NumberError> {
        if has_iban_form(text) {
            return Ok(AccountNumber::Iban(Iban::parse(text)?));
        }
        if text.is_empty() || text.len() > NUMBER_CHARS_MAX {
            return Err(NumberError::Length);
        }
        let allowed = |byte: u8| {
            byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'/' | b'.')
        };
        if !text.bytes().all(allowed) {
            return Err(NumberError::Characters);
        }
        let number = Short::new(text.as_bytes()).ok_or(NumberError::Length)?;
        Ok(AccountNumber::Other(OtherNumber(number)))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            AccountNumber::Iban(iban) => iban.as_str(),
            AccountNumber::Other(other) => other.0.as_str(),
        }
    }
}

/// Two capital letters, two digits, then capital letters and digits, 15 to 34 in all.
fn has_iban_form(text: &str) -> bool {
    let bytes = text.as_bytes();
    (IBAN_CHARS_MIN..=NUMBER_CHARS_MAX).contains(&bytes.len())
        && bytes.iter().enumerate().all(|(place, byte)| match place {
            0 | 1 => byte.is_ascii_uppercase(),
            2 | 3 => byte.is_ascii_digit(),
            _ => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
        })
}

impl fmt::Display for AccountNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for OtherNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OtherNumber({})", self.0.as_str())
    }
}

impl BorshSerialize for AccountNumber {
    fn serialize<W: io::Write>(&self, writer: &mut W) -> io::Result<()> {
        Short::<NUMBER_CHARS_MAX>::new(self.as_str().as_bytes())
            .ok_or_else(|| invalid(NumberError::Length))?
            .write(writer)
    }
}

impl BorshDeserialize for AccountNumber {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        let text = Short::<NUMBER_CHARS_MAX>::read(reader)?;
        let text = std::str::from_utf8(text.as_bytes()).map_err(invalid)?;
        AccountNumber::parse(text).map_err(invalid)
    }
}

/// What few accounts have: money set aside, a ceiling, a freeze.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    Debug,
    BorshSerialize,
    BorshDeserialize,
    Serialize,
    Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct AccountTerms {
    /// Sum of open holds on this account, in minor units.
    #[serde(with = "json::text")]
    pub debits_pending: u128,
    /// Sum of open holds in its favour, in minor units.
    #[serde(with = "json::text")]
    pub credits_pending: u128,
    /// Set aside by its owner for urgent payments, in minor units.
    #[serde(with = "json::text")]
    pub reserved: u128,
    /// The balance that a credit may not bring it above.
    pub ceiling: Option<Balance>,
    /// Frozen by authority: no debits.
    pub debit_block: bool,
    /// Frozen by authority: no credits.
    pub credit_block: bool,
    /// Has limits on what it sends net, in which its transfers count.
    #[serde(default)]
    pub counted: bool,
}

impl AccountTerms {
    /// What a debit must leave besides the floor, in minor units.
    pub(crate) fn set_aside(&self) -> u128 {
        self.debits_pending.saturating_add(self.reserved)
    }
}

/// One account, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Its row.
    pub id: AccountId,
    /// Sum of all debits ever, in minor units.
    #[serde(with = "json::text")]
    pub debits: u128,
    /// Sum of all credits ever, in minor units.
    #[serde(with = "json::text")]
    pub credits: u128,
    /// The balance a debit may not go below; at most 0.
    pub floor: Balance,
    /// Who owns it.
    pub owner: ParticipantId,
    /// What it holds.
    pub asset: AssetId,
    /// What it is for.
    pub kind: AccountKind,
    /// Whether it may be used.
    pub status: AccountStatus,
    /// Height at which it was opened.
    pub opened: Height,
    /// The number by which people know it, unique.
    pub number: AccountNumber,
    /// What few accounts have; never the default.
    pub terms: Option<AccountTerms>,
}

impl Account {
    /// Credits minus debits.
    #[must_use]
    pub fn balance(&self) -> Balance {
        Balance(store::difference(self.credits, self.debits))
    }

    /// What may be debited now, in minor units; issuance accounts are not bounded and answer 0 here.
    #[must_use]
    pub fn available(&self) -> u128 {
        let set_aside = self.terms.as_ref().map_or(0, AccountTerms::set_aside);
        let above = self.balance().0.saturating_sub(self.floor.0);
        let above = above.saturating_sub_unsigned(set_aside);
        u128::try_from(above).unwrap_or(0)
    }
}
