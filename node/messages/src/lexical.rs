//! Forms of texts: decimals, dates, times, patterns. Each check answers with what would be right.
//!
//! Nothing here turns text into money; that is done once, in minor units, by `Amount::parse_decimal`.

use sycee_primitives::time::BusinessDate;

use crate::schema::Pattern;

type Checked = Result<(), String>;

fn hold(condition: bool, wanted: &str) -> Checked {
    if condition {
        Ok(())
    } else {
        Err(wanted.to_owned())
    }
}

/// Text of one to `chars_max` characters, not all of them blank.
pub(crate) fn bounded_text(text: &str, chars_max: usize) -> Checked {
    let count = text.chars().take(chars_max.saturating_add(1)).count();
    let blank = text.chars().all(char::is_whitespace);
    hold(
        count <= chars_max && !blank,
        &format!("a text of 1 to {chars_max} characters"),
    )
}

/// A decimal of the published type; plain digits with at most one point, no exponent, no separators, no plus sign.
pub(crate) fn decimal(text: &str, digits_max: usize, fraction_max: usize, signed: bool) -> Checked {
    let magnitude = if signed {
        text.strip_prefix('-').unwrap_or(text)
    } else {
        text
    };
    let (whole, fraction) = match magnitude.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (magnitude, None),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let plain = digits(whole) && fraction.is_none_or(digits);
    hold(plain, "a plain decimal such as 1234.50")?;
    let fraction = fraction.unwrap_or_default();
    let significant = whole.trim_start_matches('0').len() + fraction.len();
    hold(
        fraction.len() <= fraction_max && significant <= digits_max,
        &format!("of at most {digits_max} digits, {fraction_max} of them decimals"),
    )
}

/// True for three upper-case letters.
pub(crate) fn is_currency(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// A day, `YYYY-MM-DD`, with or without time zone.
pub(crate) fn date(text: &str) -> Checked {
    let day = text.get(..10).and_then(BusinessDate::parse);
    let zone = text.get(10..).unwrap_or("?");
    hold(
        day.is_some() && is_zone(zone),
        "a calendar day (YYYY-MM-DD)",
    )
}

/// A day and time, `YYYY-MM-DDThh:mm:ss`, with or without fraction and time zone.
pub(crate) fn date_time(text: &str) -> Checked {
    let well = text
        .split_once('T')
        .is_some_and(|(day, rest)| BusinessDate::parse(day).is_some() && is_time(rest));
    hold(well, "a day and time (YYYY-MM-DDThh:mm:ss+hh:mm)")
}

/// A time of day, `hh:mm:ss`, with or without fraction and time zone.
pub(crate) fn time(text: &str) -> Checked {
    hold(is_time(text), "a time of day (hh:mm:ss)")
}

fn is_time(text: &str) -> bool {
    let (Some(clock), Some(rest)) = (text.get(..8), text.get(8..)) else {
        return false;
    };
    let mut parts = clock.split(':');
    let clock_well = two_digits(parts.next(), 23)
        && two_digits(parts.next(), 59)
        && two_digits(parts.next(), 59)
        && parts.next().is_none();
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            let digits = fraction.len() - zone.len();
            if (1..=9).contains(&digits) {
                zone
            } else {
                return false;
            }
        }
        None => rest,
    };
    clock_well && is_zone(zone)
}

fn is_zone(text: &str) -> bool {
    let Some(offset) = text.strip_prefix(['+', '-']) else {
        return matches!(text, "" | "Z");
    };
    let mut parts = offset.split(':');
    two_digits(parts.next(), 14) && two_digits(parts.next(), 59) && parts.next().is_none()
}

fn two_digits(text: Option<&str>, at_most: u8) -> bool {
    text.is_some_and(|text| {
        text.len() == 2
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && text.parse::<u8>().is_ok_and(|number| number <= at_most)
    })
}

/// `true`, `false`, `1` or `0`.
pub(crate) fn boolean(text: &str) -> Checked {
    hold(
        matches!(text, "true" | "false" | "1" | "0"),
        "true or false",
    )
}

/// The published patterns; check digits are a business rule and looked at later.
pub(crate) fn pattern(text: &str, pattern: Pattern) -> Checked {
    let upper = |byte: u8| byte.is_ascii_uppercase();
    let upper_or_digit = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    let all = |range: std::ops::Range<usize>, rule: &dyn Fn(u8) -> bool| {
        bytes
            .get(range)
            .is_some_and(|part| part.iter().all(|byte| rule(*byte)))
    };
    match pattern {
        Pattern::Bic => match sycee_primitives::identifiers::Bic::parse(text) {
            Ok(_) => Ok(()),
            Err(error) => Err(format!("a BIC ({})", error.problem)),
        },
        Pattern::Uetr => match sycee_primitives::identifiers::Uetr::parse(text) {
            Ok(_) => Ok(()),
            Err(error) => Err(format!("a UETR ({})", error.problem)),
        },
        Pattern::Country => hold(bytes.len() == 2 && all(0..2, &upper), "a country code (AA)"),
        Pattern::Currency => hold(is_currency(text), "a currency code (AAA)"),
        Pattern::Exact4Alphanumeric => hold(
            bytes.len() == 4 && all(0..4, &|byte| byte.is_ascii_alphanumeric()),
            "four letters or digits",
        ),
        Pattern::Iban => hold(
            (5..=34).contains(&bytes.len())
                && all(0..2, &upper)
                && all(2..4, &|byte| byte.is_ascii_digit())
                && all(4..bytes.len(), &|byte| byte.is_ascii_alphanumeric()),
            "an IBAN in electronic form",
        ),
        Pattern::Lei => hold(
            bytes.len() == 20
                && all(0..18, &upper_or_digit)
                && all(18..20, &|byte| byte.is_ascii_digit()),
            "an LEI of 20 characters",
        ),
        Pattern::Numeric15 => hold(
            (1..=15).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_digit),
            "a number of 1 to 15 digits",
        ),
        Pattern::PhoneNumber => hold(is_phone_number(text), "a telephone number (+NN-NNNN)"),
    }
}

fn is_phone_number(text: &str) -> bool {
    let Some((country, number)) = text.strip_prefix('+').and_then(|rest| rest.split_once('-'))
    else {
        return false;
    };
    (1..=3).contains(&country.len())
        && country.bytes().all(|byte| byte.is_ascii_digit())
        && (1..=30).contains(&number.len())
        && number
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"()+-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_plain_or_refused() {
        for good in [
            "0",
            "1",
            "1.5",
            "0001.50",
            "123456789012345678",
            "9007199254740993.01",
            "1.00000",
        ] {
            assert_eq!(decimal(good, 18, 5, false), Ok(()), "{good}");
        }
        for bad in [
            "",
            ".",
            "1.",
            ".5",
            "-1",
            "+1",
            "1e3",
            "1E3",
            "1,000",
            "1 000",
            "1.2.3",
            "0x1",
            "NaN",
            "INF",
            "１",
            "1.000000",
            "1234567890123456789",
            "12345678901234.56789",
        ] {
            assert!(decimal(bad, 18, 5, false).is_err(), "{bad}");
        }
        assert_eq!(decimal("-1.5", 18, 17, true), Ok(()));
        assert!(decimal("--1", 18, 17, true).is_err());
    }

    #[test]
    fn dates_and_times_exist_or_are_refused() {
        for good in [
            "2026-12-01",
            "2024-02-29",
            "2026-12-01Z",
            "2026-12-01+08:00",
        ] {
            assert_eq!(date(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "2026-02-29",
            "2026-13-01",
            "01.12.2026",
            "20261201",
            "2026-12-1",
            "2026-12-01T",
            "２026-12-01",
            "2026-12-01+8",
        ] {
            assert!(date(bad).is_err(), "{bad}");
        }
        for good in [
            "2026-12-01T09:15:00",
            "2026-12-01T09:15:00.123+08:00",
            "2026-12-01T23:59:59Z",
        ] {
            assert_eq!(date_time(good), Ok(()), "{good}");
        }
        for bad in [
            "2026-12-01",
            "2026-12-01T24:15:00",
            "2026-12-01T09:60:00",
            "2026-12-01 09:15:00",
            "2026-12-01T9:15:00",
            "2026-12-01T09:15:00.",
            "2026-12-01T09:15:00+",
        ] {
            assert!(date_time(bad).is_err(), "{bad}");
        }
    }
}
