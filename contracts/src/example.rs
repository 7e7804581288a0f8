//! One example of every verb and object, for templates and documents: likely values, chosen by the name of the field.
//!
//! ```text
//!   Example (a time, a verb) ──▶ sample ──▶ Action          always the same for the same time
//! ```
//! An example can be decoded and has the shape that the door asks for; whether the ledger would take it depends on its state.

use sycee_primitives::{AccountId, BlockTime, identifiers::Uetr};

use crate::{
    action::Action,
    liquidity::limits::Toward,
    sample::{self, Draw, Place, SampleError},
};

/// Milliseconds between now and the ends of what an example opens.
const HOUR_MS: u64 = 3_600_000;

/// An example of a verb, by its name (`IssueCash` or `issue_cash`), with times after `now`; `None` when there is no such verb.
///
/// # Errors
/// [`SampleError`] when a field has no JSON form.
pub fn example(verb: &str, now: BlockTime) -> Option<Result<Action, SampleError>> {
    let name = Action::VERBS
        .iter()
        .find(|it| it.name == verb || it.key() == verb)?;
    let mut draw = Example {
        now,
        verb: name.key(),
        drawn: 0,
    };
    Some(sample::draw(&mut draw).map(whole))
}

/// Repairs what one field cannot know of the others.
fn whole(action: Action) -> Action {
    match action {
        Action::PayBatch(batch) => Action::PayBatch(crate::PayBatch::of(
            batch.debtor,
            batch.asset,
            batch.value_date,
            batch.mode,
            batch.legs,
        )),
        // An account has no limit towards itself.
        Action::SetLimit(limit) => Action::SetLimit(crate::SetLimit {
            toward: match limit.toward {
                Toward::One(_) => Toward::One(AccountId(limit.account.0.saturating_add(1))),
                other => other,
            },
            ..limit
        }),
        // Only a rule on own history has a least figure.
        Action::SetRiskRule(rule) => Action::SetRiskRule(crate::SetRiskRule { least: 0, ..rule }),
        other => whole_loan(other),
    }
}

/// Shares are a whole, and nobody sells to itself.
fn whole_loan(action: Action) -> Action {
    let next = |account: AccountId| AccountId(account.0.saturating_add(1));
    match action {
        Action::FormSyndicate(mut form) => {
            form.shares.truncate(1);
            for share in &mut form.shares {
                share.ppb = crate::term::share::WHOLE_PPB;
            }
            Action::FormSyndicate(form)
        }
        // A restructured loan has no fee and nothing to draw.
        Action::RestructureLoan(mut restructure) => {
            (restructure.terms.fee, restructure.terms.draw_days) = (0, 0);
            Action::RestructureLoan(restructure)
        }
        Action::AssignShare(share) => Action::AssignShare(crate::AssignShare {
            buyer: next(share.seller),
            ..share
        }),
        Action::TakeShare(share) => Action::TakeShare(crate::TakeShare {
            buyer: next(share.seller),
            ..share
        }),
        other => other,
    }
}

struct Example {
    now: BlockTime,
    verb: String,
    /// Texts that must differ from each other.
    drawn: u8,
}

impl Draw for Example {
    fn unsigned(&mut self, place: Place, max: u64) -> u64 {
        let likely = match (place.of, place.field) {
            ("BlockTime", "observed" | "from") => self.now.0,
            ("BlockTime", _) => self.now.0.saturating_add(HOUR_MS),
            ("AccountId", "main" | "payer" | "creditor" | "borrower_account" | "payee_account") => {
                2
            }
            ("AccountId", "holding" | "receive") => 3,
            ("AccountId", _) => 1,
            ("ParticipantId", "debtor" | "to" | "pledgee" | "payee" | "beneficiary") => 2,
            ("ParticipantId", "arbiters") => 4,
            ("ParticipantId", _) => 1,
            ("AssetId", _) => 0,
            (_, "priority") => 5,
            (_, "opens_minute") => 540,
            (_, "closes_minute") => 1_020,
            (_, "basis") => 360,
            (_, "days_min") => 7,
            (_, "days_max") => 180,
            (_, "periods") => 12,
            (_, "time_lock_ms") => 24 * HOUR_MS,
            (_, "scale") => 2,
            (_, "quantity") => 1_000,
            (_, "decay_ppm") => 500,
            (_, "haircut_ppm") => 100_000,
            (_, "ltv_max_ppm") => 700_000,
            (_, "minutes") => 60,
            (_, "arbitration_days") => 30,
            (_, "presentation_days") => 21,
            (_, "over_percent" | "under_percent") => 5,
            (_, _) => 1,
        };
        likely.min(max)
    }

    fn signed(&mut self, _place: Place, min: i64, max: i64) -> i64 {
        1.clamp(min, max)
    }

    fn flag(&mut self, _place: Place) -> bool {
        true
    }

    fn text(&mut self, place: Place, kind: &'static str) -> Option<String> {
        self.drawn = self.drawn.wrapping_add(1);
        text(place, kind, self.now, self.drawn)
    }

    fn present(&mut self, _place: Place) -> bool {
        true
    }

    fn length(&mut self, place: Place) -> usize {
        match place.field {
            "legs" | "parts" => 2,
            "order" => 7,
            _ => 1,
        }
    }

    fn variant(
        &mut self,
        place: Place,
        of: &'static str,
        variants: &'static [&'static str],
    ) -> usize {
        let wanted = match of {
            "Action" => self.verb.as_str(),
            "Role" => "supplier",
            "AccountKind" => "current",
            "ParticipantStatus" => "suspended",
            // Every bucket once, in the order of their numbers.
            "Bucket" => {
                let next = usize::from(self.drawn) % variants.len().max(1);
                self.drawn = self.drawn.wrapping_add(1);
                return next;
            }
            _ => place.field,
        };
        let place = variants.iter().position(|name| *name == wanted);
        place.unwrap_or(0)
    }
}

/// A likely text of a kind; the `drawn`th of its example.
pub(crate) fn text(place: Place, kind: &'static str, now: BlockTime, drawn: u8) -> Option<String> {
    let text = match (kind, place.field) {
        ("unsigned integer", "from") => "0".to_owned(),
        ("amount", "fee") => "1500".to_owned(),
        (
            "amount" | "unsigned integer" | "integer" | "short unsigned integer" | "short integer",
            _,
        ) => "125000".to_owned(),
        ("balance", "floor") => "-500000".to_owned(),
        ("balance", _) => "10000000".to_owned(),
        ("date", _) => now.after_ms(24 * HOUR_MS).date().to_string(),
        ("currency", _) => "CNY".to_owned(),
        ("rate", _) => "0.0435".to_owned(),
        ("BIC", _) => "QXBCCNB0".to_owned(),
        ("LEI", _) => "529900T8BM49AURSDO55".to_owned(),
        ("IBAN", _) => "DE89370400440532013000".to_owned(),
        ("UETR" | "leg's UETR", _) => Uetr::from_random([drawn; 16]).to_string(),
        ("hash", _) => format!("{drawn:02x}").repeat(32),
        ("public key", _) => sycee_primitives::SecretKey::from_seed(&[drawn; 32])
            .public_key()
            .to_string(),
        ("signature", _) => format!("{drawn:02x}").repeat(64),
        ("bytes", _) => "05".to_owned(),
        ("end-to-end reference", _) => "INVOICE-7".to_owned(),
        ("participant's name", _) => "Example Parts".to_owned(),
        ("idempotency key", _) => "2026-12-01-0001".to_owned(),
        ("code", "purpose") => "TRAD".to_owned(),
        ("code", _) => "CUST".to_owned(),
        ("account number", _) => "CURRENT-7-CNY".to_owned(),
        ("subject's name", "reference") => "YINFA-2025-77".to_owned(),
        ("subject's name", _) => "LPR1Y".to_owned(),
        ("table", _) => "loans".to_owned(),
        ("refusal's code", _) => "SY-00203".to_owned(),
        ("leg's reference", _) => format!("INVOICE-{drawn}"),
        ("leg's code", _) => "SALA".to_owned(),
        (_, _) => return None,
    };
    Some(text)
}
