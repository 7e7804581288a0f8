//! Tables of valid and invalid identifiers, and the canonical bytes.

use super::*;

fn problem<T: std::fmt::Debug>(result: Result<T, IdentifierError>) -> IdentifierProblem {
    result.expect_err("must be refused").problem
}

#[test]
fn valid_identifiers_keep_their_text() {
    for text in ["QXABCNB0XXX", "QXBCCNB0", "DEUTDEFF", "1A2BFRPP123"] {
        assert_eq!(
            Bic::parse(text).map(|bic| bic.to_string()),
            Ok(text.to_owned())
        );
    }
    for text in [
        "999900SYCEEB00000145",
        "5493001KJTIIGC8Y1R12",
        "7ZW8QJWVPR4P1J1KQY45",
    ] {
        assert_eq!(
            Lei::parse(text).map(|lei| lei.to_string()),
            Ok(text.to_owned())
        );
    }
    for text in [
        "DE89370400440532013000",
        "GB29NWBK60161331926819",
        "NO9386011117947",
        "MT84MALT011000012345MTLCAST001S",
    ] {
        assert_eq!(
            Iban::parse(text).map(|iban| iban.to_string()),
            Ok(text.to_owned())
        );
    }
    for text in [
        "e93e5bf0-8ca5-4301-b956-a53ffb7ba2f0",
        "00000000-0000-4000-8000-000000000000",
    ] {
        assert_eq!(
            Uetr::parse(text).map(|uetr| uetr.to_string()),
            Ok(text.to_owned())
        );
    }
}

#[test]
fn bad_bics_are_refused_with_the_place() {
    let length = |found| IdentifierProblem::Length {
        expected: "8 or 11",
        found,
    };
    for (text, found) in [
        ("", 0),
        ("DEUTDEF", 7),
        ("DEUTDEFFX", 9),
        ("DEUTDEFFXXXX", 12),
    ] {
        assert_eq!(problem(Bic::parse(text)), length(found), "{text}");
    }
    for (text, place) in [
        ("DEUT1EFF", 5),
        ("DEUTD1FF", 6),
        ("deutdeff", 1),
        ("DEUTDEF ", 8),
        ("DEUTDEFFxxx", 9),
        ("DEUTDEFé", 8),
        ("银行银行银行银行", 1),
    ] {
        match problem(Bic::parse(text)) {
            IdentifierProblem::Character { position, .. } => assert_eq!(position, place, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn head_office_branch_is_the_bank_itself() {
    let short = Bic::parse("QXBCCNB0").unwrap();
    let long = Bic::parse("QXBCCNB0XXX").unwrap();
    let branch = Bic::parse("QXBCCNB0SHA").unwrap();
    assert_ne!(short, long);
    assert_eq!(short.head_office(), long.head_office());
    assert_ne!(short.head_office(), branch.head_office());
    // Eight characters that happen to end in XXX are a location, not a branch.
    let location = Bic::parse("QXBCCXXX").map(|bic| bic.head_office().to_string());
    assert_eq!(location, Ok("QXBCCXXX".to_owned()));
    assert_eq!(long.country(), "CN");
}

#[test]
fn bad_leis_are_refused() {
    assert_eq!(
        problem(Lei::parse("999900SYCEEB00000155")),
        IdentifierProblem::CheckDigits
    );
    assert_eq!(
        problem(Lei::parse("999900SYCEEB00000541")),
        IdentifierProblem::CheckDigits
    );
    assert!(matches!(
        problem(Lei::parse("999900SYCEEB000001A5")),
        IdentifierProblem::Character { position: 19, .. }
    ));
    assert!(matches!(
        problem(Lei::parse("999900syceeb00000145")),
        IdentifierProblem::Character { position: 7, .. }
    ));
    assert!(matches!(
        problem(Lei::parse("999900SYCEEB0000014")),
        IdentifierProblem::Length { found: 19, .. }
    ));
}

#[test]
fn check_digits_outside_02_to_98_are_never_issued() {
    // For some base the right digits are 97 or 98 or 02: their congruent twins 00, 01 and 99 must be refused.
    let mut seen = 0;
    for number in 0..400 {
        let base = format!("999900SYCEET{number:06}");
        let lei = lei_with_check_digits(&base).unwrap().to_string();
        let (twin, right) = match lei.get(18..).unwrap() {
            "97" => ("00", true),
            "98" => ("01", true),
            "02" => ("99", true),
            _ => ("", false),
        };
        if right {
            seen += 1;
            assert_eq!(
                problem(Lei::parse(&format!("{base}{twin}"))),
                IdentifierProblem::CheckDigits
            );
        }
    }
    assert!(seen >= 3);
}

#[test]
fn bad_ibans_are_refused_with_the_reason() {
    assert_eq!(
        problem(Iban::parse("DE88370400440532013000")),
        IdentifierProblem::CheckDigits
    );
    assert_eq!(
        problem(Iban::parse("DE89370400440532031000")),
        IdentifierProblem::CheckDigits
    );
    assert!(matches!(
        problem(Iban::parse("DE89 3704 0044 0532 0130 00")),
        IdentifierProblem::Character { position: 5, .. }
    ));
    assert!(matches!(
        problem(Iban::parse("de89370400440532013000")),
        IdentifierProblem::Character { position: 1, .. }
    ));
    assert!(matches!(
        problem(Iban::parse("DE8")),
        IdentifierProblem::Length { found: 3, .. }
    ));
    assert!(matches!(
        problem(Iban::parse(&"D".repeat(1_000_000))),
        IdentifierProblem::Length { .. }
    ));
    assert_eq!(
        problem(iban_with_check_digits("CN", "6293470897857027387")),
        IdentifierProblem::Country
    );
    assert_eq!(
        problem(iban_with_check_digits("DE", "37040044053201300")),
        IdentifierProblem::Structure
    );
    assert_eq!(
        problem(iban_with_check_digits("GB", "123460161331926819")),
        IdentifierProblem::Structure
    );
    assert_eq!(
        iban_with_check_digits("DE", "370400440532013000"),
        Iban::parse("DE89370400440532013000")
    );
}

#[test]
fn bad_uetrs_are_refused() {
    for text in [
        "E93E5BF0-8CA5-4301-B956-A53FFB7BA2F0",
        "e93e5bf0-8ca5-4301-b956-a53ffb7ba2fg",
        "e93e5bf008ca5-4301-b956-a53ffb7ba2f0",
        "e93e5bf0-8ca5-4301-b956-a53ffb7ba2f",
        " 93e5bf0-8ca5-4301-b956-a53ffb7ba2f0",
        "",
    ] {
        assert!(Uetr::parse(text).is_err(), "{text}");
    }
    for text in [
        "e93e5bf0-8ca5-1301-b956-a53ffb7ba2f0",
        "e93e5bf0-8ca5-4301-c956-a53ffb7ba2f0",
    ] {
        assert_eq!(problem(Uetr::parse(text)), IdentifierProblem::Version);
    }
    let random = Uetr::from_random([0xff; 16]);
    assert_eq!(random.to_string(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    assert_eq!(Uetr::parse(&random.to_string()), Ok(random));
}

#[test]
fn bytes_are_fixed_canonical_and_checked() {
    let bic = Bic::parse("QXBCCNB0").unwrap();
    let bytes = borsh::to_vec(&bic).unwrap();
    assert_eq!(bytes, b"QXBCCNB0\0\0\0");
    assert_eq!(borsh::from_slice::<Bic>(&bytes).unwrap(), bic);
    for bad in [
        b"QXBCCNB0\0\0A",
        b"QXBCCNB0\0XX",
        b"QXBC1NB0\0\0\0",
        b"\0XBCCNB0XXX",
    ] {
        assert!(borsh::from_slice::<Bic>(bad).is_err());
    }
    let lei = lei_with_check_digits("999900SYCEEB000001").unwrap();
    let mut bytes = borsh::to_vec(&lei).unwrap();
    assert_eq!(borsh::from_slice::<Lei>(&bytes).unwrap(), lei);
    bytes[0] = b'8';
    assert!(borsh::from_slice::<Lei>(&bytes).is_err());
    let iban = Iban::parse("NO9386011117947").unwrap();
    let bytes = borsh::to_vec(&iban).unwrap();
    assert_eq!(bytes.len(), IBAN_CHARS_MAX);
    assert_eq!(borsh::from_slice::<Iban>(&bytes).unwrap(), iban);
    assert!(borsh::from_slice::<Iban>(&bytes[..33]).is_err());
    let uetr = Uetr::parse("e93e5bf0-8ca5-4301-b956-a53ffb7ba2f0").unwrap();
    let mut bytes = borsh::to_vec(&uetr).unwrap();
    assert_eq!(bytes.len(), UETR_BYTES);
    assert_eq!(borsh::from_slice::<Uetr>(&bytes).unwrap(), uetr);
    bytes[6] = 0x13;
    assert!(borsh::from_slice::<Uetr>(&bytes).is_err());
}
