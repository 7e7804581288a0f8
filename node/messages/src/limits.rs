//! Limits of what a file may hold; each is checked before memory of that size is taken.

/// Largest file in bytes: 100,000 transfers of 600 bytes, with room for addresses.
pub const FILE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Deepest nesting of elements: published structures stay below 20, supplementary data may add some.
pub const XML_DEPTH_MAX: usize = 48;
/// Most elements in a file, 25 for each transaction; bounds the tree's memory (about 150 bytes each) together with `FILE_BYTES_MAX`.
pub const XML_ELEMENTS_MAX: usize = 2_500_000;
/// Most attributes on one element: a namespace, a schema location and a currency need far fewer.
pub const XML_ATTRIBUTES_MAX: usize = 16;
/// Longest text of one element in bytes: the longest published text has 2,000 characters.
pub const XML_TEXT_BYTES_MAX: usize = 64 * 1024;
/// Longest element or attribute name in bytes.
pub const XML_NAME_BYTES_MAX: usize = 256;
/// Most transactions in one file.
pub const TRANSACTIONS_MAX: usize = 100_000;
/// Most decimals a currency may have (the published amount type allows no more).
pub const SCALE_MAX: u8 = 5;
/// How far ahead of the business date a value date may lie, in days.
pub const VALUE_DATE_DAYS_AHEAD_MAX: u32 = 30;
/// Most columns a CSV line may have before it is refused unread.
pub const CSV_COLUMNS_MAX: usize = 32;
/// Longest CSV field in bytes.
pub const CSV_FIELD_BYTES_MAX: usize = 4 * 1024;
/// Longest identifier text in characters (Max35Text).
pub const IDENTIFIER_CHARS_MAX: usize = 35;
/// Longest account text in characters (Max34Text).
pub const ACCOUNT_CHARS_MAX: usize = 34;
/// Longest unstructured remittance in characters (Max140Text).
pub const REMITTANCE_CHARS_MAX: usize = 140;
/// Most participants a directory document may list.
pub const PARTICIPANTS_MAX: usize = 100_000;

const _: () = assert!(XML_TEXT_BYTES_MAX < FILE_BYTES_MAX);
const _: () = assert!(XML_ELEMENTS_MAX < u32::MAX as usize);
// Every element takes at least four bytes ("<a/>"), so the element limit never exceeds what a file can hold.
const _: () = assert!(XML_ELEMENTS_MAX < FILE_BYTES_MAX / 4);
const _: () = assert!(TRANSACTIONS_MAX < XML_ELEMENTS_MAX);
