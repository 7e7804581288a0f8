use std::collections::BTreeSet;

use sycee_primitives::codec;

use super::*;

#[test]
fn numbers_are_unique_ascending_and_in_the_ledgers_ranges() {
    let numbers: Vec<u16> = RejectReason::ALL
        .iter()
        .map(|reason| reason.number())
        .collect();
    assert!(
        numbers.is_sorted_by(|left, right| left < right),
        "{numbers:?}"
    );
    for number in numbers {
        assert!(
            (1..10_000).contains(&number),
            "{number} belongs to the node"
        );
        assert_eq!(
            RejectReason::from_number(number).map(RejectReason::number),
            Some(number)
        );
    }
    assert!(CODE_RANGES.is_sorted_by(|left, right| left.last < right.first));
    assert!(CODE_RANGES.iter().all(|range| range.first <= range.last));
}

#[test]
fn every_reason_says_what_it_means_in_both_languages_and_what_to_do() {
    let mut sentences = BTreeSet::new();
    for reason in RejectReason::ALL {
        let it = reason.explanation();
        assert!(it.iso.len() == 4 && it.iso.is_ascii(), "{reason:?}");
        assert!(
            it.english.ends_with('.') && it.remedy.ends_with('.'),
            "{reason:?}"
        );
        assert!(
            it.chinese.ends_with('。') && !it.chinese.is_ascii(),
            "{reason:?}"
        );
        assert!(
            sentences.insert(it.english) && sentences.insert(it.chinese),
            "{reason:?}"
        );
        assert_eq!(explain(&reason.code()), Some(it));
        let bytes = codec::encode(reason);
        assert_eq!(
            codec::decode::<RejectReason>(&bytes, 2).as_ref(),
            Ok(reason)
        );
    }
}

#[test]
fn codes_are_looked_up_leniently_and_strangers_are_not_found() {
    let duplicate = Some(RejectReason::DuplicateInstruction.explanation());
    for text in ["SY-00101", "sy-101", "00101", "101"] {
        assert_eq!(explain(text), duplicate, "{text}");
    }
    for text in [
        "",
        "SY-",
        "SY-00102",
        "SY-99999",
        "SY-000101",
        "+101",
        "AM04",
        "日本語",
    ] {
        assert_eq!(explain(text), None, "{text}");
    }
    assert!(codec::decode::<RejectReason>(&[102, 0], 2).is_err());
}
