//! The JSON form: of every verb and every object, random values go from JSON to bytes and back without a change.

use std::{cell::Cell, collections::BTreeMap};

use serde_json::{Value, json};
use sycee_primitives::{BlockTime, SecretKey, codec, identifiers::Uetr};

use crate::{
    sample::{Draw, Place},
    *,
};

/// Numbers above this lose digits in languages that know only doubles.
const SAFE_MAX: u64 = (1 << 53) - 1;

/// Draws from a seed, edges of every range often.
struct Random {
    state: u64,
    verb: Option<&'static str>,
}

impl Random {
    fn next(&mut self) -> u64 {
        // SplitMix64.
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, count: u64) -> u64 {
        self.next() % count
    }

    fn wide(&mut self) -> u128 {
        let shift = self.below(129);
        let value = u128::from(self.next()) << 64 | u128::from(self.next());
        value
            .checked_shr(u32::try_from(shift).unwrap())
            .unwrap_or(0)
    }

    fn hexadecimal(&mut self, bytes: usize) -> String {
        (0..bytes)
            .map(|_| format!("{:02x}", self.next() & 0xff))
            .collect()
    }

    fn of(&mut self, letters: &[u8], from: u64, to: u64) -> String {
        let length = from + self.below(to - from + 1);
        let letter = |draw: &mut Random| {
            let place = draw.below(letters.len() as u64);
            char::from(letters[usize::try_from(place).unwrap()])
        };
        (0..length).map(|_| letter(self)).collect()
    }

    fn bytes<const SIZE: usize>(&mut self) -> [u8; SIZE] {
        std::array::from_fn(|_| self.next().to_le_bytes()[0])
    }
}

const CAPITALS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const NUMBER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/.";
const PRINTABLE: &[u8] = b" !#$%&'()*+,-./0123456789:;<=>?@AZ[]^_`az{|}~\"\\";

impl Draw for Random {
    fn unsigned(&mut self, _place: Place, max: u64) -> u64 {
        let max = max.min(SAFE_MAX);
        match self.below(4) {
            0 => 0,
            1 => max,
            _ => self.next() % (max + 1),
        }
    }

    fn signed(&mut self, _place: Place, min: i64, max: i64) -> i64 {
        let bits = i64::try_from(self.next() >> 12).unwrap();
        (bits - (1 << 51)).clamp(min, max)
    }

    fn flag(&mut self, _place: Place) -> bool {
        self.below(2) == 0
    }

    fn text(&mut self, _place: Place, kind: &'static str) -> Option<String> {
        Some(match kind {
            "amount" => match self.below(4) {
                0 => "0".to_owned(),
                1 => "10000000000000000000000".to_owned(),
                _ => (self.wide() % 10_000_000_000_000_000_000_000).to_string(),
            },
            "balance" | "integer" => i128::from_le_bytes(self.bytes()).to_string(),
            "unsigned integer" => match self.below(4) {
                0 => u128::MAX.to_string(),
                _ => self.wide().to_string(),
            },
            "short unsigned integer" => (self.wide() >> 64).to_string(),
            "short integer" => i64::from_le_bytes(self.bytes()).to_string(),
            "rate" => {
                let (whole, parts) = (self.below(100), 1 + self.below(999_999_999_999));
                let text = format!("{whole}.{parts:012}");
                text.trim_end_matches('0').to_owned()
            }
            "date" => BlockTime(self.below(253_402_300_799_999))
                .date()
                .to_string(),
            "currency" => self.of(b"ABCXYZ", 3, 3),
            "BIC" => "QXBCCNB0".to_owned(),
            "LEI" => "529900T8BM49AURSDO55".to_owned(),
            "UETR" => Uetr::from_random(self.bytes()).to_string(),
            "hash" => self.hexadecimal(32),
            "public key" => SecretKey::from_seed(&self.bytes()).public_key().to_string(),
            "signature" => self.hexadecimal(64),
            "bytes" => {
                let length = usize::try_from(self.below(40)).unwrap();
                self.hexadecimal(length)
            }
            "end-to-end reference" => self.of(PRINTABLE, 1, 35),
            "participant's name" => format!("{}\u{94f6}\u{884c}", self.of(PRINTABLE, 1, 134)),
            "idempotency key" => match self.below(2) {
                0 => format!("k{}", self.of(PRINTABLE, 0, 63)),
                _ => format!("0xff{}", self.hexadecimal(9)),
            },
            "code" => self.of(CAPITALS, 4, 4),
            "account number" => format!("-{}", self.of(NUMBER, 0, 33)),
            "subject's name" => self.of(NUMBER, 1, 35),
            "table" => {
                let place = self.below(Table::ALL.len() as u64);
                Table::ALL[usize::try_from(place).unwrap()]
                    .name()
                    .to_owned()
            }
            "refusal's code" => {
                let place = self.below(RejectReason::ALL.len() as u64);
                let reason = RejectReason::ALL[usize::try_from(place).unwrap()];
                format!("SY-{:05}", reason.number())
            }
            "leg's UETR" => match self.below(3) {
                0 => String::new(),
                1 => format!("0x{}", "01".repeat(16)),
                _ => Uetr::from_random(self.bytes()).to_string(),
            },
            "leg's reference" => match self.below(2) {
                0 => self.of(CAPITALS, 0, 16),
                _ => format!("0xff{}01", self.hexadecimal(14)),
            },
            "leg's code" => self.of(CAPITALS, 0, 4),
            _ => return None,
        })
    }

    fn present(&mut self, _place: Place) -> bool {
        self.below(2) == 0
    }

    fn length(&mut self, _place: Place) -> usize {
        usize::try_from(self.below(5)).unwrap()
    }

    fn variant(
        &mut self,
        _place: Place,
        of: &'static str,
        variants: &'static [&'static str],
    ) -> usize {
        match self.verb {
            Some(verb) if of == "Action" => {
                let name = Action::VERBS.iter().find(|it| it.name == verb);
                let key = name.unwrap().key();
                let place = variants.iter().position(|name| *name == key);
                place.unwrap_or_else(|| panic!("{key} is not among {variants:?}"))
            }
            Some(_) | None => usize::try_from(self.below(variants.len() as u64)).unwrap(),
        }
    }
}

fn random_action(verb: &'static str, seed: u64) -> Action {
    let mut draw = Random {
        state: seed,
        verb: Some(verb),
    };
    sample::draw(&mut draw).unwrap_or_else(|error| panic!("{verb}: {error}"))
}

/// No number may be one that loses digits elsewhere, and no list a string of bytes.
fn check_form(value: &Value, place: &str) {
    match value {
        Value::Number(number) => {
            let safe = number.as_u64().map_or_else(
                || {
                    number
                        .as_i64()
                        .is_some_and(|it| it.unsigned_abs() <= SAFE_MAX)
                },
                |it| it <= SAFE_MAX,
            );
            assert!(safe, "{place}: {number}");
        }
        Value::Array(parts) => parts.iter().for_each(|part| check_form(part, place)),
        Value::Object(members) => {
            for (name, member) in members {
                check_form(member, &format!("{place}.{name}"));
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

#[test]
fn every_verb_goes_from_json_to_bytes_and_back_without_a_change() {
    for verb in Action::VERBS {
        for seed in 0..64 {
            let action = random_action(verb.name, seed);
            assert_eq!(action.name(), verb.name);
            let written = serde_json::to_string(&action).unwrap();
            let read: Action =
                serde_json::from_str(&written).unwrap_or_else(|error| panic!("{written}: {error}"));
            let bytes = codec::encode(&read);
            let decoded: Action = codec::decode(&bytes, 1 << 20).unwrap();
            assert_eq!(decoded, action, "{written}");
            assert_eq!(bytes[0], verb.number, "{written}");
            assert_eq!(serde_json::to_string(&decoded).unwrap(), written);
            let value = serde_json::to_value(&decoded).unwrap();
            assert_eq!(value.as_object().unwrap().keys().next(), Some(&verb.key()));
            check_form(&value, "");
        }
    }
}

/// Each field of each verb: missing (unless it may be absent), of another kind, and beside it one that nobody knows.
#[test]
fn json_that_is_not_exactly_a_verb_is_refused() {
    let mut refused = BTreeMap::new();
    for verb in Action::VERBS {
        let key = verb.key();
        let whole = serde_json::to_value(random_action(verb.name, 7)).unwrap();
        let read = |value: Value| serde_json::from_value::<Action>(value);
        let mut more = whole.clone();
        more[&key]["nobody_knows"] = json!(1);
        assert!(read(more).is_err(), "{key}");
        let body = whole[&key].as_object().unwrap();
        for field in body.keys() {
            let tried = Cell::new(0);
            for other in [json!({}), json!(-1.5), json!("\u{7}"), json!([[[]]])] {
                let mut wrong = whole.clone();
                wrong[&key][field] = other.clone();
                assert!(read(wrong).is_err(), "{key}.{field} as {other}");
                tried.set(tried.get() + 1);
            }
            let mut without = whole.clone();
            without[&key].as_object_mut().unwrap().remove(field);
            let mut null = whole.clone();
            null[&key][field] = Value::Null;
            // What may be left out may be null and nothing else.
            assert_eq!(read(without).is_ok(), read(null).is_ok(), "{key}.{field}");
            *refused.entry(key.clone()).or_insert(0) += tried.get();
        }
    }
    assert_eq!(refused.len(), Action::VERBS.len());
    for wrong in [
        json!({}),
        json!("pay"),
        json!({"Pay": {}}),
        json!({"mint": {}}),
        json!(4),
    ] {
        assert!(serde_json::from_value::<Action>(wrong).is_err());
    }
    let two = r#"{"void_hold":{"hold":"e93e5bf0-8ca5-4301-b956-a53ffb7ba2f0","hold":"e93e5bf0-8ca5-4301-b956-a53ffb7ba2f0"}}"#;
    assert!(
        serde_json::from_str::<Action>(two).is_err(),
        "a field twice"
    );
}

#[test]
fn what_the_bytes_refuse_json_refuses() {
    let pay = || serde_json::to_value(random_action("Pay", 3)).unwrap();
    for (field, wrong) in [
        ("amount", json!("10000000000000000000001")),
        ("amount", json!("-1")),
        ("amount", json!(100)),
        ("uetr", json!("e93e5bf0-8ca5-1301-b956-a53ffb7ba2f0")),
        ("end_to_end_id", json!("")),
        ("end_to_end_id", json!("x".repeat(36))),
        ("end_to_end_id", json!("a\nb")),
        ("value_date", json!("2026-02-30")),
        ("purpose", json!("trad")),
        ("debtor", json!(-1)),
        ("debtor", json!(1.0)),
        ("debtor", json!("1")),
        ("asset", json!(1_u64 << 32)),
        ("payload_commitment", json!("00")),
        (
            "handling",
            json!({"priority": 256, "bypass": false, "queue_until": null}),
        ),
    ] {
        let mut value = pay();
        value["pay"][field] = wrong.clone();
        assert!(
            serde_json::from_value::<Action>(value).is_err(),
            "{field} {wrong}"
        );
    }
}

#[test]
fn an_example_of_every_verb_has_the_shape_that_the_door_asks_for() {
    let now = BlockTime(1_796_000_000_000);
    let mut unshapely = Vec::new();
    for verb in Action::VERBS {
        for name in [verb.name.to_owned(), verb.key()] {
            let action = example(&name, now).unwrap();
            let action = action.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(action.name(), verb.name);
            let written = serde_json::to_string(&action).unwrap();
            if let Err(reason) = action.check_shape() {
                unshapely.push(format!("{reason}: {written}"));
            }
            assert_eq!(serde_json::from_str::<Action>(&written).unwrap(), action);
        }
        assert!(verb.says.ends_with('.'), "{}: {}", verb.name, verb.says);
    }
    let repair = "repair these in contracts/src/example.rs";
    assert!(unshapely.is_empty(), "{repair}: {unshapely:#?}");
    assert!(example("mint", now).is_none());
}
