//! From a document to its fingerprint: the same document gives the same bytes however it is typed.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{Amount, BusinessDate, ChainId, Currency, Hash, domain::Domain};
use thiserror::Error;

/// Characters a tax id or document number may have after normalisation.
pub const DOCUMENT_TEXT_CHARS_MAX: usize = 64;

/// The secret of a network's members under which documents are fingerprinted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct NetworkKey(pub [u8; 32]);

impl std::fmt::Debug for NetworkKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NetworkKey(..)")
    }
}

impl NetworkKey {
    /// The key of a network whose members have agreed on none: whoever knows the chain id can try documents until one fits.
    #[must_use]
    pub fn public(chain: &ChainId) -> NetworkKey {
        NetworkKey(Domain::Fingerprint.hash(&[b"public key", &chain.0.0]).0)
    }

    /// A keyed hash of fields; the inner hash hides where an outsider could go on.
    fn hash(&self, what: &[u8], fields: &[&[u8]]) -> Hash {
        let mut body = Vec::new();
        for field in [what].iter().chain(fields) {
            body.extend_from_slice(&(field.len() as u64).to_le_bytes());
            body.extend_from_slice(field);
        }
        let inner = Domain::Fingerprint.hash(&[b"inner", &self.0, &body]);
        Domain::Fingerprint.hash(&[b"outer", &self.0, &inner.0])
    }
}

/// What kind of paper it is.
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
pub enum DocumentKind {
    /// An invoice for goods or services.
    Invoice = 1,
    /// A bill of lading or waybill.
    TransportDocument = 2,
    /// A warehouse receipt.
    WarehouseReceipt = 3,
    /// A purchase order or contract.
    Contract = 4,
    /// A commercial bill.
    Bill = 5,
}

impl DocumentKind {
    /// All kinds.
    pub const ALL: [DocumentKind; 5] = [
        DocumentKind::Invoice,
        DocumentKind::TransportDocument,
        DocumentKind::WarehouseReceipt,
        DocumentKind::Contract,
        DocumentKind::Bill,
    ];

    /// The kind's name, as the API and the command line write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            DocumentKind::Invoice => "invoice",
            DocumentKind::TransportDocument => "transport-document",
            DocumentKind::WarehouseReceipt => "warehouse-receipt",
            DocumentKind::Contract => "contract",
            DocumentKind::Bill => "bill",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<DocumentKind> {
        DocumentKind::ALL
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// A document as somebody typed it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    /// Tax id of who issued it.
    pub issuer_tax_id: String,
    /// Its kind.
    pub kind: DocumentKind,
    /// Its number.
    pub number: String,
    /// The day it bears.
    pub date: BusinessDate,
    /// Its amount.
    pub amount: Amount,
    /// Currency of the amount.
    pub currency: Currency,
}

/// Why a document has no fingerprint.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum DocumentError {
    /// Nothing is left after normalisation.
    #[error("the {0} has neither letters nor digits")]
    Empty(&'static str),
    /// More than [`DOCUMENT_TEXT_CHARS_MAX`] characters.
    #[error("the {0} has more than {DOCUMENT_TEXT_CHARS_MAX} letters and digits")]
    TooLong(&'static str),
    /// A character that could be taken for another, such as a Cyrillic letter that looks like a Latin one.
    #[error(
        "the {what} has the character {character:?}, which is none of A-Z, 0-9 and Chinese characters"
    )]
    Character {
        /// Which text.
        what: &'static str,
        /// The character.
        character: char,
    },
}

/// What the ledger is told about a document: two keyed hashes, joined to its fingerprint by the ledger.
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
#[serde(deny_unknown_fields)]
pub struct DocumentMark {
    /// Over issuer, kind and number.
    pub number_part: Hash,
    /// Over date, amount and currency.
    pub detail_part: Hash,
}

/// A document's name in the registry.
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
pub struct Fingerprint(pub Hash);

impl DocumentMark {
    /// The fingerprint over both parts.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint(Domain::Fingerprint.hash(&[
            b"joined",
            &self.number_part.0,
            &self.detail_part.0,
        ]))
    }
}

impl Document {
    /// Its mark under a network's key.
    ///
    /// # Errors
    /// [`DocumentError`] for the tax id, then for the number.
    pub fn mark(&self, key: &NetworkKey) -> Result<DocumentMark, DocumentError> {
        let issuer = normalise("issuer's tax id", &self.issuer_tax_id)?;
        let number = normalise("document number", &self.number)?;
        Ok(DocumentMark {
            number_part: key.hash(
                b"number",
                &[issuer.as_bytes(), &[self.kind as u8], number.as_bytes()],
            ),
            detail_part: key.hash(
                b"detail",
                &[
                    &self.date.0.to_le_bytes(),
                    &self.amount.minor().to_le_bytes(),
                    self.currency.as_str().as_bytes(),
                ],
            ),
        })
    }
}

/// Whether a character separates parts of a number and says nothing itself.
const fn is_separator(character: char) -> bool {
    matches!(
        character,
        ' ' | '\t' | '\r' | '\n' | '-' | '_' | '.' | '/' | '\u{00A0}' | '\u{00AD}' | '\u{00B7}'
            | '\u{2000}'..='\u{200F}' | '\u{2010}'..='\u{2015}' | '\u{2028}'..='\u{202F}' | '\u{2060}' | '\u{2212}'
            | '\u{3000}' | '\u{FEFF}'
    )
}

/// Full-width forms to ASCII, letters to capitals, separators away; what remains is A-Z, 0-9 and Chinese characters.
///
/// Of other scripts nothing is taken: their letters look like Latin ones, and tables of what looks like what change with the years.
fn normalise(what: &'static str, text: &str) -> Result<String, DocumentError> {
    let mut normal = String::new();
    let mut count = 0;
    for character in text.chars() {
        let narrow = match character {
            '\u{FF01}'..='\u{FF5E}' => {
                char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character)
            }
            other => other,
        };
        if is_separator(narrow) {
            continue;
        }
        let is_chinese = matches!(narrow, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}');
        if !narrow.is_ascii_alphanumeric() && !is_chinese {
            return Err(DocumentError::Character { what, character });
        }
        count += 1;
        if count > DOCUMENT_TEXT_CHARS_MAX {
            return Err(DocumentError::TooLong(what));
        }
        normal.push(narrow.to_ascii_uppercase());
    }
    if normal.is_empty() {
        return Err(DocumentError::Empty(what));
    }
    Ok(normal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invoice() -> Document {
        Document {
            issuer_tax_id: "91310000MA1FL0XX7B".to_owned(),
            kind: DocumentKind::Invoice,
            number: "FP-2026/00417".to_owned(),
            date: BusinessDate::parse("2026-03-02").unwrap(),
            amount: Amount::from_minor(100_000_000).unwrap(),
            currency: Currency::parse("CNY").unwrap(),
        }
    }

    const KEY: NetworkKey = NetworkKey([7; 32]);

    #[test]
    fn one_document_has_one_fingerprint_however_it_is_typed() {
        let expected = invoice().mark(&KEY).unwrap();
        let rows: &[(&str, &str, &str)] = &[
            ("small letters", "91310000ma1fl0xx7b", "fp-2026/00417"),
            ("spaces", " 91310000 MA1FL0XX7B ", "FP 2026 00417"),
            (
                "full width",
                "９１３１００００ＭＡ１ＦＬ０ＸＸ７Ｂ",
                "ＦＰ－２０２６／００４１７",
            ),
            (
                "full width, small",
                "９１３１００００ｍａ１ｆｌ０ｘｘ７ｂ",
                "ｆｐ２０２６００４１７",
            ),
            ("other dashes", "91310000-MA1FL0XX-7B", "FP–2026—00417"),
            (
                "invisible characters",
                "91310000\u{200B}MA1FL0XX7B",
                "\u{FEFF}FP\u{00AD}202600417",
            ),
            (
                "ideographic space",
                "91310000\u{3000}MA1FL0XX7B",
                "FP\u{3000}2026\u{3000}00417",
            ),
        ];
        for (why, issuer, number) in rows {
            let typed = Document {
                issuer_tax_id: (*issuer).to_owned(),
                number: (*number).to_owned(),
                ..invoice()
            };
            assert_eq!(typed.mark(&KEY), Ok(expected), "{why}");
        }
    }

    #[test]
    fn another_document_has_another_fingerprint_and_only_the_number_makes_a_near_match() {
        let own = invoice().mark(&KEY).unwrap();
        let edited = |edit: fn(&mut Document)| {
            let mut other = invoice();
            edit(&mut other);
            other
        };
        let text = |issuer: &str, number: &str| Document {
            issuer_tax_id: issuer.to_owned(),
            number: number.to_owned(),
            ..invoice()
        };
        let issuer = "91310000MA1FL0XX7B";
        let rows = [
            ("amount", edited(|it| it.amount = Amount::ZERO), true),
            ("date", edited(|it| it.date = BusinessDate(1)), true),
            (
                "currency",
                edited(|it| it.currency = Currency::parse("USD").unwrap()),
                true,
            ),
            ("kind", edited(|it| it.kind = DocumentKind::Bill), false),
            ("number", text(issuer, "FP-2026/00418"), false),
            ("leading zero", text(issuer, "FP-2026/0417"), false),
            ("issuer", text("91310000MA1FL0XX7C", "FP-2026/00417"), false),
            (
                "boundary",
                text("91310000MA1FL0XX7BF", "P-2026/00417"),
                false,
            ),
        ];
        for (why, other, near) in rows {
            let other = other.mark(&KEY).unwrap();
            assert_ne!(other.fingerprint(), own.fingerprint(), "{why}");
            assert_eq!(other.number_part == own.number_part, near, "{why}");
        }
    }

    #[test]
    fn another_network_has_other_fingerprints() {
        let own = invoice().mark(&KEY).unwrap();
        let elsewhere = invoice().mark(&NetworkKey([8; 32])).unwrap();
        assert_ne!(elsewhere.number_part, own.number_part, "another network");
        assert_ne!(elsewhere.detail_part, own.detail_part, "another network");
    }

    #[test]
    fn texts_that_could_be_taken_for_others_are_refused() {
        let rows: &[(&str, &str, DocumentError)] = &[
            ("nothing", "", DocumentError::Empty("document number")),
            (
                "separators only",
                " -/- ",
                DocumentError::Empty("document number"),
            ),
            (
                "Cyrillic A",
                "А1",
                DocumentError::Character {
                    what: "document number",
                    character: 'А',
                },
            ),
            (
                "circled one",
                "①",
                DocumentError::Character {
                    what: "document number",
                    character: '①',
                },
            ),
            (
                "Arabic one",
                "١",
                DocumentError::Character {
                    what: "document number",
                    character: '١',
                },
            ),
            (
                "accent",
                "É1",
                DocumentError::Character {
                    what: "document number",
                    character: 'É',
                },
            ),
            (
                "full-width sign",
                "１＋",
                DocumentError::Character {
                    what: "document number",
                    character: '＋',
                },
            ),
        ];
        for (why, number, expected) in rows {
            let document = Document {
                number: (*number).to_owned(),
                ..invoice()
            };
            assert_eq!(document.mark(&KEY), Err(*expected), "{why}");
        }
        let long = |count| Document {
            number: "沪".repeat(count),
            ..invoice()
        };
        assert!(long(DOCUMENT_TEXT_CHARS_MAX).mark(&KEY).is_ok());
        assert_eq!(
            long(DOCUMENT_TEXT_CHARS_MAX + 1).mark(&KEY),
            Err(DocumentError::TooLong("document number"))
        );
    }

    #[test]
    fn kinds_have_names() {
        for kind in DocumentKind::ALL {
            assert_eq!(DocumentKind::from_name(kind.name()), Some(kind));
        }
        assert_eq!(DocumentKind::from_name("letter"), None);
    }
}
