//! Domain values to wire values and, where a client needs it, back. The compiler lists what a new verb or outcome touches here.

use sycee_consensus::{Certificate, Evidence, Place, SignedBlock, ValidatorSet};
use sycee_contracts::{
    Account, Asset, Fee, FeePayer, InstructionRecord, Outcome, Participant, Receipt,
    RecordedOutcome, RejectReason, Table, Waiting, read::Totals,
};
use sycee_primitives::{AccountId, Hash, Height, TransactionId, codec};

use crate::fault::{Class, NodeFault};
use crate::problem::Problem;
use crate::wire;

/// A receipt.
#[must_use]
pub fn receipt(receipt: &Receipt) -> wire::Receipt {
    wire::Receipt {
        transaction_id: receipt.transaction.to_string(),
        height: receipt.height.0,
        index: receipt.index,
        outcome: Some(outcome(&receipt.outcome)),
        fee: receipt.fee.map(|it| wire::Fee {
            by_creditor: it.payer == FeePayer::Creditor,
            collector: it.collector.0,
            amount_minor: it.amount.to_string(),
        }),
    }
}

/// What the ledger remembers of an instruction for ever: a receipt without the list of refused legs and the fee.
#[must_use]
pub fn recorded(record: &InstructionRecord) -> wire::Receipt {
    use wire::outcome::Kind;
    let kind = match record.outcome {
        RecordedOutcome::Settled => Kind::Settled(wire::Settled {}),
        RecordedOutcome::Refused(reason) => Kind::Refused(Problem::from(reason).to_wire()),
        RecordedOutcome::BulkSettled {
            settled_count,
            settled_sum,
            refused_count,
            refused: _,
        } => Kind::BulkSettled(wire::BulkSettled {
            settled_count,
            settled_sum_minor: settled_sum.to_string(),
            refused_count,
            refused: Vec::new(),
        }),
        RecordedOutcome::BulkRefused { leg, reason } => {
            Kind::BulkRefused(bulk_refused(leg, reason))
        }
        RecordedOutcome::Waiting(it) => waiting(it),
        RecordedOutcome::Cancelled(reason) => Kind::Cancelled(Problem::from(reason).to_wire()),
        RecordedOutcome::Recorded { table, id } => made(table, id),
    };
    wire::Receipt {
        transaction_id: record.transaction.to_string(),
        height: record.height.0,
        index: record.index,
        outcome: Some(wire::Outcome {
            kind: Some(kind),
            iso_status: record.outcome.iso_status().to_owned(),
        }),
        fee: None,
    }
}

fn waiting(waiting: Waiting) -> wire::outcome::Kind {
    wire::outcome::Kind::Waiting(wire::Waiting {
        reason: waiting.name().to_owned(),
    })
}

fn made(table: Table, id: u64) -> wire::outcome::Kind {
    wire::outcome::Kind::Recorded(wire::Recorded {
        table: table.name().to_owned(),
        id,
    })
}

/// An outcome.
#[must_use]
pub fn outcome(outcome: &Outcome) -> wire::Outcome {
    use wire::outcome::Kind;
    let kind = match outcome {
        Outcome::Settled => Kind::Settled(wire::Settled {}),
        Outcome::Refused(reason) => Kind::Refused(Problem::from(*reason).to_wire()),
        Outcome::BulkSettled {
            settled_count,
            settled_sum,
            refused,
        } => Kind::BulkSettled(wire::BulkSettled {
            settled_count: *settled_count,
            settled_sum_minor: settled_sum.to_string(),
            refused_count: u32::try_from(refused.len()).unwrap_or(u32::MAX),
            refused: refused
                .iter()
                .map(|(leg, reason)| wire::RefusedLeg {
                    leg: u32::from(*leg),
                    code: reason.code(),
                })
                .collect(),
        }),
        Outcome::BulkRefused { leg, reason } => Kind::BulkRefused(bulk_refused(*leg, *reason)),
        Outcome::Waiting(it) => waiting(*it),
        Outcome::Cancelled(reason) => Kind::Cancelled(Problem::from(*reason).to_wire()),
        Outcome::Recorded { table, id } => made(*table, *id),
    };
    wire::Outcome {
        kind: Some(kind),
        iso_status: outcome.iso_status().to_owned(),
    }
}

fn bulk_refused(leg: u16, reason: RejectReason) -> wire::BulkRefused {
    wire::BulkRefused {
        leg: u32::from(leg),
        problem: Some(Problem::refusal(reason, format!("leg {leg}")).to_wire()),
    }
}

/// Reads a receipt back.
///
/// # Errors
/// [`NodeFault::ReplyMalformed`] naming the field, also for a code that this version does not know.
pub fn receipt_from(receipt: &wire::Receipt) -> Result<Receipt, Problem> {
    let kind = receipt.outcome.as_ref().and_then(|it| it.kind.as_ref());
    let kind = kind.ok_or_else(|| unreadable("outcome"))?;
    Ok(Receipt {
        transaction: transaction_id(&receipt.transaction_id)
            .map_err(|_| unreadable("transaction_id"))?,
        height: Height(receipt.height),
        index: receipt.index,
        outcome: outcome_from(kind)?,
        fee: receipt.fee.as_ref().map(fee_from).transpose()?,
    })
}

fn fee_from(fee: &wire::Fee) -> Result<Fee, Problem> {
    let amount = fee.amount_minor.parse();
    Ok(Fee {
        payer: match fee.by_creditor {
            true => FeePayer::Creditor,
            false => FeePayer::Debtor,
        },
        collector: AccountId(fee.collector),
        amount: amount.map_err(|_| unreadable("fee.amount_minor"))?,
    })
}

fn outcome_from(kind: &wire::outcome::Kind) -> Result<Outcome, Problem> {
    use wire::outcome::Kind;
    let leg_of = |leg: u32| u16::try_from(leg).map_err(|_| unreadable("outcome.leg"));
    Ok(match kind {
        Kind::Settled(wire::Settled {}) => Outcome::Settled,
        Kind::Refused(problem) => Outcome::Refused(reason_from(&problem.code)?),
        Kind::BulkSettled(bulk) => Outcome::BulkSettled {
            settled_count: bulk.settled_count,
            settled_sum: bulk
                .settled_sum_minor
                .parse()
                .map_err(|_| unreadable("outcome.settled_sum_minor"))?,
            refused: bulk
                .refused
                .iter()
                .map(|leg| Ok((leg_of(leg.leg)?, reason_from(&leg.code)?)))
                .collect::<Result<_, Problem>>()?,
        },
        Kind::BulkRefused(bulk) => Outcome::BulkRefused {
            leg: leg_of(bulk.leg)?,
            reason: reason_from(bulk.problem.as_ref().map_or("", |it| it.code.as_str()))?,
        },
        Kind::Waiting(it) => {
            let known = Waiting::ALL
                .into_iter()
                .find(|known| known.name() == it.reason);
            Outcome::Waiting(known.ok_or_else(|| unreadable("outcome.waiting"))?)
        }
        Kind::Cancelled(problem) => Outcome::Cancelled(reason_from(&problem.code)?),
        Kind::Recorded(it) => Outcome::Recorded {
            table: Table::ALL
                .iter()
                .copied()
                .find(|table| table.name() == it.table)
                .ok_or_else(|| unreadable("outcome.recorded.table"))?,
            id: it.id,
        },
    })
}

fn reason_from(code: &str) -> Result<RejectReason, Problem> {
    code.strip_prefix("SY-")
        .and_then(|digits| digits.parse().ok())
        .and_then(RejectReason::from_number)
        .ok_or_else(|| unreadable(&format!("code {code:?}")))
}

fn unreadable(place: &str) -> Problem {
    Problem::of(NodeFault::ReplyMalformed, place)
}

/// The problem a receipt reports, when its transaction had no effect at all.
#[must_use]
pub fn refusal_of(receipt: &wire::Receipt) -> Option<Problem> {
    use wire::outcome::Kind;
    match receipt.outcome.as_ref()?.kind.as_ref()? {
        Kind::Settled(wire::Settled {})
        | Kind::BulkSettled(_)
        | Kind::Waiting(_)
        | Kind::Recorded(_) => None,
        Kind::Refused(problem) | Kind::Cancelled(problem) => {
            Some(Problem::from_wire(problem.clone(), Class::Refused))
        }
        Kind::BulkRefused(bulk) => Some(Problem::from_wire(bulk.problem.clone()?, Class::Refused)),
    }
}

/// An account with the asset it holds.
#[must_use]
pub fn account(account: &Account, asset: &Asset) -> wire::Account {
    let terms = account.terms.unwrap_or_default();
    wire::Account {
        id: account.id.0,
        number: account.number.to_string(),
        owner: account.owner.0,
        asset: account.asset.0,
        currency: asset.currency.to_string(),
        scale: u32::from(asset.scale),
        kind: account.kind.name().to_owned(),
        status: account.status.name().to_owned(),
        balance_minor: account.balance().0.to_string(),
        available_minor: account.available().to_string(),
        debits_minor: account.debits.to_string(),
        credits_minor: account.credits.to_string(),
        floor_minor: account.floor.0.to_string(),
        opened_height: account.opened.0,
        debits_pending_minor: terms.debits_pending.to_string(),
        credits_pending_minor: terms.credits_pending.to_string(),
        reserved_minor: terms.reserved.to_string(),
        ceiling_minor: terms
            .ceiling
            .map(|ceiling| ceiling.0.to_string())
            .unwrap_or_default(),
        debits_frozen: terms.debit_block,
        credits_frozen: terms.credit_block,
    }
}

/// A participant.
#[must_use]
pub fn participant(participant: &Participant) -> wire::Participant {
    let status = participant.status.name();
    wire::Participant {
        id: participant.id.0,
        lei: participant.lei.to_string(),
        bic: participant
            .bic
            .map(|bic| bic.to_string())
            .unwrap_or_default(),
        name: participant.name.to_string(),
        role: participant.role.name().to_owned(),
        sponsor: participant.sponsor.map(|sponsor| sponsor.0),
        status: status.to_owned(),
        keys: participant
            .keys
            .iter()
            .map(|key| wire::ParticipantKey {
                public_key: key.key.to_string(),
                from_height: key.from.0,
                to_height: key.to.map(|to| to.0),
            })
            .collect(),
    }
}

/// An asset with its totals.
#[must_use]
pub fn asset(asset: &Asset, totals: &Totals) -> wire::Asset {
    wire::Asset {
        id: asset.id.0,
        currency: asset.currency.to_string(),
        scale: u32::from(asset.scale),
        issuer: asset.issuer.0,
        debits_minor: totals.debits.to_string(),
        credits_minor: totals.credits.to_string(),
        outstanding_minor: totals.outstanding.to_string(),
    }
}

/// A block with its leader's signature.
#[must_use]
pub fn block(signed: &SignedBlock, digest: &Hash) -> wire::Block {
    let block = &signed.block;
    wire::Block {
        height: block.height.0,
        view: block.view.0,
        digest: digest.to_hex(),
        parent: block.parent.to_hex(),
        time_ms: block.time.0,
        epoch: block.epoch.0,
        cut: block
            .cut
            .iter()
            .map(|entry| wire::CutEntry {
                lane: u32::from(entry.lane.0),
                seq: entry.seq.0,
                digest: entry.digest.to_hex(),
            })
            .collect(),
        executed_height: block.exec.executed.0,
        results: block.exec.results.to_hex(),
        checkpoint_height: block.exec.checkpoint.0,
        state_root: block.exec.state_root.to_hex(),
        signed_block: codec::encode(signed),
    }
}

/// A finalization and the height of the block it names.
#[must_use]
pub fn certificate(
    certificate: &Certificate,
    set: &ValidatorSet,
    height: Height,
) -> wire::Certificate {
    wire::Certificate {
        height: height.0,
        view: certificate.view.0,
        digest: certificate.digest.to_hex(),
        signers: certificate
            .signers(set)
            .map(|index| u32::from(index.0))
            .collect(),
        certificate: codec::encode(certificate),
    }
}

/// An offence, with the place of the first final block that records it; `None` for what accuses nobody.
#[must_use]
pub fn evidence(
    evidence: &Evidence,
    set: &ValidatorSet,
    recorded: Option<(Height, u16)>,
) -> Option<wire::Evidence> {
    let culprit = evidence.accused(set)?;
    let (view, lane) = match culprit.slot.place {
        Place::View(view) => (Some(view.0), None),
        Place::Lane { incarnation, seq } => (None, Some((incarnation, seq.0))),
    };
    Some(wire::Evidence {
        id: culprit.id().to_hex(),
        kind: culprit.slot.kind.word().to_owned(),
        epoch: culprit.slot.epoch.0,
        validator: u32::from(culprit.validator.0),
        public_key: set.key(culprit.validator)?.to_string(),
        view,
        incarnation: lane.map(|(incarnation, _)| incarnation),
        seq: lane.map(|(_, seq)| seq),
        height: recorded.map(|(height, _)| height.0),
        place: recorded.map(|(_, place)| u32::from(place)),
        evidence: evidence.to_bytes(),
    })
}

/// What clients put into an instruction, read back from the text forms of the interface.
pub mod parse {
    use sycee_primitives::{Balance, Hash, PublicKey, identifiers::Uetr};

    use crate::fault::NodeFault;
    use crate::problem::Problem;

    /// A hash of 64 hexadecimal digits; `field` is what the refusal names.
    ///
    /// # Errors
    /// [`NodeFault::FieldMalformed`].
    pub fn hash(field: &str, text: &str) -> Result<Hash, Problem> {
        Hash::from_hex(text).ok_or_else(|| {
            Problem::of(
                NodeFault::FieldMalformed,
                format!(
                    "{field}: {} bytes where 64 hexadecimal digits are expected",
                    text.len()
                ),
            )
        })
    }

    /// A public key of 64 hexadecimal digits.
    ///
    /// # Errors
    /// [`NodeFault::FieldMalformed`].
    pub fn public_key(field: &str, text: &str) -> Result<PublicKey, Problem> {
        hash(field, text).map(|bytes| PublicKey(bytes.0))
    }

    /// A UETR.
    ///
    /// # Errors
    /// [`NodeFault::FieldMalformed`].
    pub fn uetr(field: &str, text: &str) -> Result<Uetr, Problem> {
        Uetr::parse(text)
            .map_err(|error| Problem::of(NodeFault::FieldMalformed, format!("{field}: {error}")))
    }

    /// A balance in minor units.
    ///
    /// # Errors
    /// [`NodeFault::ReplyMalformed`].
    pub fn balance(field: &str, text: &str) -> Result<Balance, Problem> {
        text.parse()
            .map(Balance)
            .map_err(|_| Problem::of(NodeFault::ReplyMalformed, field))
    }
}

/// A transaction id of 64 hexadecimal digits.
///
/// # Errors
/// [`NodeFault::FieldMalformed`].
pub fn transaction_id(text: &str) -> Result<TransactionId, Problem> {
    parse::hash("transaction_id", text).map(TransactionId)
}

#[cfg(test)]
mod tests;
