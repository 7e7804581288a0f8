//! What was accepted before, so that no message and no payment is taken twice.
//!
//! | What repeats | Within | Code |
//! |---|---|---|
//! | message identification | messages of one sender | DU01 |
//! | payment block identification | one message | DU02 |
//! | UETR | everything | DU03 |
//! | end-to-end identification | payments from one debtor | DU04 |
//!
//! Only an accepted file leaves a trace; a refused one may be corrected and sent again under the same identification.

use std::collections::{BTreeMap, BTreeSet};

use sycee_primitives::identifiers::Uetr;

use crate::order::PaymentOrder;
use crate::refusal::{Refusal, Stage};
use crate::rules::{Content, Extracted};
use crate::status_codes::StatusCode;
use crate::xml::clip;

/// SHA-256 of a file.
pub(crate) type FileDigest = [u8; 32];

/// End-to-end text that says there is none (ISO 20022 usage).
const NOT_PROVIDED: &str = "NOTPROVIDED";

/// Who numbers the message, and its number.
type MessageKey = (String, String);

/// Who pays and under which reference.
type EndToEndKey = (String, String);

#[derive(Debug, Default)]
pub(crate) struct Seen {
    messages: BTreeMap<MessageKey, FileDigest>,
    uetrs: BTreeSet<Uetr>,
    end_to_ends: BTreeSet<EndToEndKey>,
}

/// What an accepted file adds.
pub(crate) struct Additions {
    message: Option<(MessageKey, FileDigest)>,
    uetrs: BTreeSet<Uetr>,
    end_to_ends: BTreeSet<EndToEndKey>,
}

impl Seen {
    /// Checks a file against what was accepted before and against itself.
    pub(crate) fn check(
        &self,
        content: &Content<'_>,
        digest: FileDigest,
    ) -> Result<Additions, Refusal> {
        let message = self.check_message(content, digest)?;
        let mut blocks = BTreeSet::new();
        for (id, place) in &content.blocks {
            if !blocks.insert(id.as_str()) {
                let reason = format!("the payment block {} stands twice", clip(id));
                return Err(Refusal::at(
                    Stage::Duplicate,
                    StatusCode::DU02,
                    *place,
                    reason,
                ));
            }
        }
        let mut additions = Additions {
            message,
            uetrs: BTreeSet::new(),
            end_to_ends: BTreeSet::new(),
        };
        for payment in &content.payments {
            self.check_payment(payment, &mut additions)?;
        }
        Ok(additions)
    }

    fn check_message(
        &self,
        content: &Content<'_>,
        digest: FileDigest,
    ) -> Result<Option<(MessageKey, FileDigest)>, Refusal> {
        let Some(identity) = &content.identity else {
            return Ok(None);
        };
        let key = (identity.sender.clone(), identity.id.clone());
        let Some(earlier) = self.messages.get(&key) else {
            return Ok(Some((key, digest)));
        };
        let reason = if *earlier == digest {
            "this very file was accepted before; its payments are not made a second time"
        } else {
            "an earlier message of the same sender has this identification and other content"
        };
        Err(Refusal::at(
            Stage::Duplicate,
            StatusCode::DU01,
            identity.place,
            reason,
        ))
    }

    fn check_payment(
        &self,
        payment: &Extracted<'_>,
        additions: &mut Additions,
    ) -> Result<(), Refusal> {
        if let (Some(uetr), Some(place)) = (payment.order.uetr, payment.uetr_place) {
            let in_file = !additions.uetrs.insert(uetr);
            if in_file || self.uetrs.contains(&uetr) {
                let reason = format!("the UETR {uetr} {}", where_seen(in_file));
                return Err(place.refuse(Stage::Duplicate, StatusCode::DU03, reason));
            }
        }
        let id = &payment.order.end_to_end_id;
        if id == NOT_PROVIDED {
            return Ok(());
        }
        let key = (debtor_of(&payment.order), id.clone());
        let before = self.end_to_ends.contains(&key);
        let in_file = !additions.end_to_ends.insert(key);
        if in_file || before {
            let reason = format!(
                "the end-to-end identification {} of this debtor {}",
                clip(id),
                where_seen(in_file)
            );
            let place = payment.end_to_end_place;
            return Err(place.refuse(Stage::Duplicate, StatusCode::DU04, reason));
        }
        Ok(())
    }

    /// Remembers an accepted file.
    pub(crate) fn remember(&mut self, additions: Additions) {
        let Additions {
            message,
            uetrs,
            end_to_ends,
        } = additions;
        self.messages.extend(message);
        self.uetrs.extend(uetrs);
        self.end_to_ends.extend(end_to_ends);
    }
}

fn where_seen(in_file: bool) -> &'static str {
    if in_file {
        "stands twice in this file"
    } else {
        "was used in a file accepted before"
    }
}

/// Who pays, as far as the file says: bank and account, or the bank alone.
fn debtor_of(order: &PaymentOrder) -> String {
    let agent = order
        .debtor_agent
        .map(|bic| bic.head_office().to_string())
        .unwrap_or_default();
    format!(
        "{agent}/{}",
        order.debtor_account.as_deref().unwrap_or_default()
    )
}
