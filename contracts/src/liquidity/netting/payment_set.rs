//! A subset of the listed payments as bits: payment i is bit (i mod 8, least significant first) of byte (i div 8).
//!
//! Spec: vectors/netting.

use thiserror::Error;

/// Which of a list's payments are meant. As many bits as the list has payments; the rest of the last byte is zero.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PaymentSet {
    bytes: Vec<u8>,
    payments: usize,
}

/// Why bytes are not a set over a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum PaymentSetError {
    /// Not one bit a payment.
    #[error("{found} bytes stand for the set where {payments} payments need {expected}")]
    Length {
        /// Bytes given.
        found: usize,
        /// Bytes needed.
        expected: usize,
        /// Payments of the list.
        payments: usize,
    },
    /// A bit beyond the last payment is set.
    #[error("a bit beyond the last payment is set")]
    Padding,
}

impl PaymentSet {
    /// No payment of a list of `payments`.
    #[must_use]
    pub fn none(payments: usize) -> PaymentSet {
        PaymentSet {
            bytes: vec![0; payments.div_ceil(8)],
            payments,
        }
    }

    /// Reads the bits of a set over a list of `payments`.
    ///
    /// # Errors
    /// [`PaymentSetError`] when there are not just as many bits, or a bit beyond the last payment is set.
    pub fn from_bytes(bytes: &[u8], payments: usize) -> Result<PaymentSet, PaymentSetError> {
        let expected = payments.div_ceil(8);
        if bytes.len() != expected {
            return Err(PaymentSetError::Length {
                found: bytes.len(),
                expected,
                payments,
            });
        }
        let used = payments % 8;
        if used != 0 && bytes.last().is_some_and(|last| last >> used != 0) {
            return Err(PaymentSetError::Padding);
        }
        Ok(PaymentSet {
            bytes: bytes.to_vec(),
            payments,
        })
    }

    /// The bits.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bits in hexadecimal digits, as files write them.
    #[must_use]
    pub fn to_hex(&self) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |value: u8| char::from(DIGITS[usize::from(value & 15)]);
        self.bytes
            .iter()
            .flat_map(|byte| [digit(byte >> 4), digit(*byte)])
            .collect()
    }

    /// Payments of the list that the set is over.
    #[must_use]
    pub fn list_len(&self) -> usize {
        self.payments
    }

    /// Whether a payment is in the set; one beyond the list is not.
    #[must_use]
    pub fn contains(&self, payment: usize) -> bool {
        self.bytes
            .get(payment / 8)
            .is_some_and(|byte| byte >> (payment % 8) & 1 == 1)
    }

    /// Puts a payment in or takes it out; one beyond the list changes nothing.
    pub fn set(&mut self, payment: usize, is_in: bool) {
        if payment >= self.payments {
            return;
        }
        if let Some(byte) = self.bytes.get_mut(payment / 8) {
            let bit = 1 << (payment % 8);
            *byte = if is_in { *byte | bit } else { *byte & !bit };
        }
    }

    /// How many payments are in the set.
    #[must_use]
    pub fn count(&self) -> usize {
        self.bytes
            .iter()
            .map(|byte| byte.count_ones() as usize)
            .sum()
    }

    /// The payments in the set, from the first of the list on.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.payments).filter(|payment| self.contains(*payment))
    }

    /// The first payment that is in one of both sets and not in the other.
    pub(crate) fn first_difference(&self, other: &PaymentSet) -> Option<usize> {
        let bytes = self.bytes.iter().zip(&other.bytes);
        bytes
            .enumerate()
            .find(|(_, (own, others))| own != others)
            .map(|(place, (own, others))| place * 8 + (own ^ others).trailing_zeros() as usize)
    }
}
