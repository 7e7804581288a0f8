//! Each kind of text: what is written, what is read back, and what is refused with which words.

use std::fmt::Debug;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{
    AccountId, Amount, Balance, BlockTime, BusinessDate, Currency, Hash, PublicKey, Signature,
    TransactionId,
    identifiers::{Bic, Lei, Uetr},
};

/// A row that has every kind of field.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    account: AccountId,
    time: BlockTime,
    #[serde(with = "super::text")]
    debits: u128,
    #[serde(with = "super::text")]
    value: i128,
    #[serde(default, with = "super::optional_text")]
    limit: Option<u128>,
    #[serde(with = "super::text")]
    bits: Vec<u8>,
    #[serde(with = "super::rate")]
    rate: u64,
    amount: Amount,
    transaction: TransactionId,
}

fn row() -> Row {
    Row {
        account: AccountId(7),
        time: BlockTime(1_764_000_000_000),
        debits: u128::MAX,
        value: i128::MIN,
        limit: None,
        bits: vec![0, 255],
        rate: 43_500_000_000,
        amount: Amount::from_minor(125_000).unwrap(),
        transaction: TransactionId(Hash([0xab; 32])),
    }
}

fn read<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}

#[test]
fn a_row_is_written_in_one_form_and_read_back() {
    let value = serde_json::to_value(row()).unwrap();
    let expected = json!({
        "account": 7,
        "time": 1_764_000_000_000_u64,
        "debits": "340282366920938463463374607431768211455",
        "value": "-170141183460469231731687303715884105728",
        "limit": null,
        "bits": "00ff",
        "rate": "0.0435",
        "amount": "125000",
        "transaction": "ab".repeat(32),
    });
    assert_eq!(value, expected);
    assert_eq!(read::<Row>(value), Ok(row()));
}

#[test]
fn what_may_be_absent_may_be_left_out_and_nothing_else() {
    let without = |field: &str| {
        let mut value = serde_json::to_value(row()).unwrap();
        value.as_object_mut().unwrap().remove(field);
        read::<Row>(value)
    };
    assert_eq!(without("limit"), Ok(row()));
    for field in [
        "account",
        "time",
        "debits",
        "value",
        "bits",
        "rate",
        "amount",
        "transaction",
    ] {
        let error = without(field).unwrap_err();
        assert_eq!(error, format!("missing field `{field}`"));
    }
    let mut more = serde_json::to_value(row()).unwrap();
    more["memo"] = json!("x");
    assert!(
        read::<Row>(more)
            .unwrap_err()
            .contains("unknown field `memo`")
    );
    let mut some = serde_json::to_value(row()).unwrap();
    some["limit"] = json!("12");
    assert_eq!(read::<Row>(some).unwrap().limit, Some(12));
}

fn refused<T: DeserializeOwned + Debug>(rows: &[(Value, &str)]) {
    for (value, words) in rows {
        let error = read::<T>(value.clone()).unwrap_err();
        assert!(error.contains(words), "{value}: {error}");
    }
}

#[test]
fn another_form_of_the_same_value_and_what_is_no_value_are_refused() {
    refused::<Amount>(&[
        (json!(125), "expected amount: minor units"),
        (json!("0125"), "write \"125\""),
        (json!("+125"), "write \"125\""),
        (json!("-1"), "amount"),
        (json!("1.5"), "amount"),
        (json!("1e3"), "amount"),
        (json!(""), "amount"),
        (json!(null), "amount"),
        (json!("10000000000000000000001"), "10^22"),
    ]);
    assert!(read::<Amount>(json!("10000000000000000000000")).is_ok());
    refused::<Balance>(&[
        (json!("-0"), "write \"0\""),
        (json!("170141183460469231731687303715884105728"), "large"),
    ]);
    refused::<BusinessDate>(&[
        (json!("2026-02-29"), "no such day"),
        (json!("2026-2-01"), "no such day"),
        (json!(20_788), "expected date"),
    ]);
    refused::<Currency>(&[(json!("cny"), "three capital letters")]);
    refused::<Uetr>(&[
        (json!("E93E5BF0-8CA5-4301-B956-A53FFB7BA2F0"), "character 1"),
        (json!("e93e5bf0-8ca5-1301-b956-a53ffb7ba2f0"), "version 4"),
    ]);
    refused::<Bic>(&[(json!("QXBC"), "8 or 11")]);
    refused::<Lei>(&[(json!("529900T8BM49AURSDO56"), "check digits")]);
    refused::<Hash>(&[
        (json!("AB".repeat(32)), "write \"abab"),
        (json!("ab"), "1 bytes are too many or too few"),
        (json!("abc"), "not pairs"),
    ]);
    refused::<PublicKey>(&[(json!("zz"), "not pairs")]);
    refused::<Signature>(&[(json!("ab".repeat(32)), "32 bytes")]);
}

#[test]
fn rates_are_decimals_of_twelve_places() {
    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    struct Of(#[serde(with = "super::rate")] u64);
    for (parts, text) in [
        (0, "0"),
        (1, "0.000000000001"),
        (43_500_000_000, "0.0435"),
        (10_000_000_000_000, "10"),
        (u64::MAX, "18446744.073709551615"),
    ] {
        assert_eq!(serde_json::to_value(Of(parts)).unwrap(), json!(text));
        assert_eq!(read::<Of>(json!(text)), Ok(Of(parts)));
    }
    refused::<Of>(&[
        (json!("0.0000000000001"), "more than 12 decimals"),
        (json!("0.50"), "write \"0.5\""),
        (json!("18446744.073709551616"), "too large"),
        (json!("5 %"), "plain decimal"),
        (json!(0.05), "expected rate"),
    ]);
}

#[test]
fn bytes_are_shown_as_text_only_when_that_is_their_only_reading() {
    for (bytes, text) in [
        (b"E2E-1".as_slice(), "E2E-1"),
        (b"two words", "two words"),
        (b"0x00", "0x30783030"),
        (b"\0", "0x00"),
        ("\u{94f6}".as_bytes(), "0xe993b6"),
        (b"", ""),
    ] {
        assert_eq!(super::printable_or_hex(bytes), text);
        assert_eq!(super::from_printable_or_hex(text).as_deref(), Ok(bytes));
    }
    assert!(super::from_printable_or_hex("0xg").is_err());
}
