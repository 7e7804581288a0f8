//! The JSON form of the ledger's own texts and names; see `sycee_primitives::json` for what holds of all of them.
//!
//! ```text
//!   EndToEndId, ParticipantName, AccountNumber, SubjectText, Purpose     the text itself
//!   IdempotencyKey                                                      the text, or 0x and hexadecimal
//!   Table                                                               its name       "loans"
//!   RejectReason                                                        its code       "SY-00203"
//!   the fixed fields of a leg                                           text where there is one, "" for zeros
//! ```
//! Must never know a JSON library, nor be asked by a rule of the ledger.

use sycee_primitives::{
    identifiers::Uetr,
    json::{self, Text, from_printable_or_hex, printable_or_hex},
    json_text,
};

use crate::{
    account::AccountNumber,
    attestation::SubjectText,
    reject::RejectReason,
    tables::Table,
    text::{EndToEndId, IdempotencyKey, ParticipantName, Purpose},
};

impl Text for EndToEndId {
    const KIND: &'static str = "end-to-end reference";
    const FORM: &'static str = "1 to 35 bytes of text, \"INVOICE-7\"";

    fn to_text(&self) -> String {
        self.to_string()
    }

    fn from_text(text: &str) -> Result<Self, String> {
        EndToEndId::new(text).map_err(|error| error.to_string())
    }
}

impl Text for ParticipantName {
    const KIND: &'static str = "participant's name";
    const FORM: &'static str = "1 to 140 bytes of text";

    fn to_text(&self) -> String {
        self.to_string()
    }

    fn from_text(text: &str) -> Result<Self, String> {
        ParticipantName::new(text).map_err(|error| error.to_string())
    }
}

impl Text for IdempotencyKey {
    const KIND: &'static str = "idempotency key";
    const FORM: &'static str =
        "1 to 64 bytes: printable ASCII, or 0x and lower-case hexadecimal digits";

    fn to_text(&self) -> String {
        printable_or_hex(self.as_bytes())
    }

    fn from_text(text: &str) -> Result<Self, String> {
        IdempotencyKey::new(from_printable_or_hex(text)?).map_err(|error| error.to_string())
    }
}

impl Text for Purpose {
    const KIND: &'static str = "code";
    const FORM: &'static str =
        "an external code of ISO 20022, four capital letters or digits, \"TRAD\"";

    fn to_text(&self) -> String {
        self.to_string()
    }

    fn from_text(text: &str) -> Result<Self, String> {
        let code = text.as_bytes().try_into().ok().and_then(Purpose::new);
        code.ok_or_else(|| "not four capital letters or digits".to_owned())
    }
}

impl Text for AccountNumber {
    const KIND: &'static str = "account number";
    const FORM: &'static str =
        "an IBAN, or 1 to 34 capital letters, digits, '-', '/' and '.', \"SETTLEMENT-1-CNY\"";

    fn to_text(&self) -> String {
        self.to_string()
    }

    fn from_text(text: &str) -> Result<Self, String> {
        AccountNumber::parse(text).map_err(|error| error.to_string())
    }
}

impl Text for SubjectText {
    const KIND: &'static str = "subject's name";
    const FORM: &'static str = "1 to 35 capital letters, digits, '-', '.', '/' and ':', \"LPR1Y\"";

    fn to_text(&self) -> String {
        self.to_string()
    }

    fn from_text(text: &str) -> Result<Self, String> {
        SubjectText::new(text).ok_or_else(|| "not a subject's name".to_owned())
    }
}

impl Text for Table {
    const KIND: &'static str = "table";
    const FORM: &'static str = "the name of a table, \"loans\"";

    fn to_text(&self) -> String {
        self.name().to_owned()
    }

    fn from_text(text: &str) -> Result<Self, String> {
        Table::from_name(text).ok_or_else(|| "there is no such table".to_owned())
    }
}

impl Text for RejectReason {
    const KIND: &'static str = "refusal's code";
    const FORM: &'static str = "SY- and five digits, \"SY-00203\"";

    fn to_text(&self) -> String {
        format!("SY-{:05}", self.number())
    }

    fn from_text(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix("SY-").and_then(|it| it.parse().ok());
        let reason = digits.and_then(RejectReason::from_number);
        reason.ok_or_else(|| "there is no such refusal".to_owned())
    }
}

json_text!(
    EndToEndId,
    ParticipantName,
    IdempotencyKey,
    Purpose,
    AccountNumber,
    SubjectText,
    Table,
    RejectReason,
);

/// A field of a leg's fixed size, of which zeros stand for nothing.
struct Fixed<const SIZE: usize>([u8; SIZE]);

/// A leg's UETR or zeros.
struct LegUetr(Fixed<16>);

/// A leg's reference, filled up with zeros.
struct LegReference(Fixed<16>);

/// A leg's purpose or zeros.
struct LegPurpose(Fixed<4>);

impl<const SIZE: usize> Fixed<SIZE> {
    /// The bytes without zeros at the end, as text or hexadecimal; "" for zeros.
    fn to_text(&self) -> String {
        let used = self.0.iter().rposition(|byte| *byte != 0);
        let used = used.map_or(0, |last| last + 1);
        printable_or_hex(self.0.get(..used).unwrap_or_default())
    }

    fn from_text(text: &str) -> Result<Self, String> {
        let bytes = from_printable_or_hex(text)?;
        let mut fixed = [0; SIZE];
        let used = fixed.get_mut(..bytes.len());
        let used = used.ok_or_else(|| format!("{} bytes, at most {SIZE} fit", bytes.len()))?;
        used.copy_from_slice(&bytes);
        Ok(Fixed(fixed))
    }
}

impl Text for LegUetr {
    const KIND: &'static str = "leg's UETR";
    const FORM: &'static str = "a version 4 UUID in lower case, or \"\" for none";

    fn to_text(&self) -> String {
        match Uetr::from_bytes(self.0.0) {
            Ok(uetr) => uetr.to_string(),
            Err(_) if self.0.0 == [0; 16] => String::new(),
            // What the rules of the ledger will refuse still has a form.
            Err(_) => format!("0x{}", sycee_primitives::hash::to_hex(&self.0.0)),
        }
    }

    fn from_text(text: &str) -> Result<Self, String> {
        match Uetr::parse(text) {
            Ok(uetr) => Ok(LegUetr(Fixed(*uetr.as_bytes()))),
            Err(_) if text.is_empty() || text.starts_with("0x") => {
                Fixed::from_text(text).map(LegUetr)
            }
            Err(error) => Err(error.to_string()),
        }
    }
}

impl Text for LegReference {
    const KIND: &'static str = "leg's reference";
    const FORM: &'static str =
        "at most 16 bytes: printable ASCII, or 0x and lower-case hexadecimal digits; \"\" for none";

    fn to_text(&self) -> String {
        self.0.to_text()
    }

    fn from_text(text: &str) -> Result<Self, String> {
        Fixed::from_text(text).map(LegReference)
    }
}

impl Text for LegPurpose {
    const KIND: &'static str = "leg's code";
    const FORM: &'static str = "four capital letters or digits, or \"\" for none";

    fn to_text(&self) -> String {
        self.0.to_text()
    }

    fn from_text(text: &str) -> Result<Self, String> {
        Fixed::from_text(text).map(LegPurpose)
    }
}

/// `#[serde(with = "crate::json::...")]` of the fields of a leg.
macro_rules! leg_field {
    ($name:ident, $of:ident, $size:literal) => {
        pub(crate) mod $name {
            use serde::{Deserializer, Serializer};

            use super::{Fixed, json, $of};

            pub(crate) fn serialize<S: Serializer>(
                value: &[u8; $size],
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                json::text::serialize(&$of(Fixed(*value)), serializer)
            }

            pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
                deserializer: D,
            ) -> Result<[u8; $size], D::Error> {
                json::text::deserialize(deserializer).map(|$of(Fixed(value))| value)
            }
        }
    };
}

leg_field!(leg_uetr, LegUetr, 16);
leg_field!(leg_reference, LegReference, 16);
leg_field!(leg_purpose, LegPurpose, 4);
