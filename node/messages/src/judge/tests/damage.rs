//! Random damage never makes the judge panic, and never makes it accept another amount than the text says.

use proptest::prelude::*;

use super::*;

/// One change to the bytes of a file.
#[derive(Clone, Debug)]
enum Damage {
    Replace(prop::sample::Index, u8),
    Insert(prop::sample::Index, u8),
    Delete(prop::sample::Index),
    Cut(prop::sample::Index),
    Repeat(prop::sample::Index, u8),
}

fn any_damage() -> impl Strategy<Value = Damage> {
    let byte = prop_oneof![
        any::<u8>(),
        prop::sample::select(b"0123456789.,+-eE<>&;\"'/ \t\n=[]!?#x".to_vec())
    ];
    let index = any::<prop::sample::Index>;
    prop_oneof![
        (index(), byte.clone()).prop_map(|(at, byte)| Damage::Replace(at, byte)),
        (index(), byte).prop_map(|(at, byte)| Damage::Insert(at, byte)),
        index().prop_map(Damage::Delete),
        index().prop_map(Damage::Cut),
        (index(), any::<u8>()).prop_map(|(at, length)| Damage::Repeat(at, length)),
    ]
}

fn apply(bytes: &mut Vec<u8>, damage: &Damage) {
    if bytes.is_empty() {
        return;
    }
    match damage {
        Damage::Replace(at, byte) => {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        Damage::Insert(at, byte) => bytes.insert(at.index(bytes.len()), *byte),
        Damage::Delete(at) => {
            bytes.remove(at.index(bytes.len()));
        }
        Damage::Cut(at) => bytes.truncate(at.index(bytes.len()).max(1)),
        Damage::Repeat(at, length) => {
            let at = at.index(bytes.len());
            let end = (at + usize::from(*length)).min(bytes.len());
            let part = bytes[at..end].to_vec();
            bytes.splice(at..at, part);
        }
    }
}

/// Amounts read by cutting the text at brackets: no parser shared with the code under test.
fn naive_amounts(text: &str, element: &str) -> Vec<(String, String)> {
    let opening = format!("<{element}");
    let pieces = text.split(opening.as_str()).skip(1);
    let amounts = pieces.filter_map(|piece| {
        let (attributes, after) = piece.split_once('>')?;
        let (value, _) = after.split_once('<')?;
        let currency: String = attributes
            .chars()
            .filter(char::is_ascii_uppercase)
            .skip(1)
            .collect();
        let (whole, fraction) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
        let scale = match currency.as_str() {
            "JPY" => 0,
            "KWD" => 3,
            _ => 2,
        };
        let minor = format!("{whole}{fraction:0<scale$}");
        let minor = minor.trim_start_matches('0').to_owned();
        Some((currency, minor))
    });
    amounts.collect()
}

fn check_damaged(base: &str, element: &str, damages: &[Damage]) -> Result<(), TestCaseError> {
    let mut bytes = base.as_bytes().to_vec();
    for damage in damages {
        apply(&mut bytes, damage);
    }
    let judgement = Judge::new(directory()).judge("file.xml", &bytes);
    if judgement.outcome == Outcome::Accepted {
        let text = String::from_utf8(bytes).unwrap();
        let naive = naive_amounts(&text, element);
        let found: Vec<_> = judgement
            .transactions
            .iter()
            .map(|order| (order.currency.to_string(), order.amount.minor().to_string()))
            .collect();
        prop_assert_eq!(found, naive);
    } else {
        prop_assert!(judgement.code.is_some() && judgement.stage.is_some());
        prop_assert!(judgement.transactions.is_empty());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_bank_transfers(damages in prop::collection::vec(any_damage(), 1..4)) {
        check_damaged(BANK, "IntrBkSttlmAmt", &damages)?;
    }

    #[test]
    fn damaged_customer_transfers(damages in prop::collection::vec(any_damage(), 1..4)) {
        check_damaged(CUSTOMER, "IntrBkSttlmAmt", &damages)?;
    }

    #[test]
    fn damaged_initiations(damages in prop::collection::vec(any_damage(), 1..3)) {
        check_damaged(&initiation(), "InstdAmt", &damages)?;
    }

    #[test]
    fn damaged_amounts(text in "[-+0-9.,eE ]{0,24}") {
        let base = edited(BANK, "25000000.00", &text);
        check_damaged(&base, "IntrBkSttlmAmt", &[])?;
    }

    #[test]
    fn any_bytes_at_all(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for name in ["a.xml", "a.csv", "a"] {
            let judgement = Judge::new(directory()).judge(name, &bytes);
            prop_assert_eq!(judgement.outcome, Outcome::Rejected);
        }
    }
}
