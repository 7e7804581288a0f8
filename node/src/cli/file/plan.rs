//! From the payment orders of one file to signed transactions, and back from their receipts to one status a payment.
//!
//! ```text
//!   orders ──accounts, agents──▶ resolved or refused ──▶ pain.001 block of one debtor ──▶ PayBatch (Each)
//!                                                    └─▶ everything else              ──▶ Pay
//! ```
//! The idempotency key of each transaction follows from the file's bytes and its place, so the same file never pays twice.

use std::collections::BTreeMap;

use sycee_api::{Class, NodeFault, Problem, wire};
use sycee_contracts::{
    Action, BulkMode, EndToEndId, IdempotencyKey, Leg, Pay, PayBatch, Purpose, RejectReason,
};
use sycee_messages::PaymentOrder;
use sycee_primitives::{
    AccountId, AssetId, BusinessDate, Hash, domain::Domain, identifiers::Bic,
    limits::LEGS_PER_BULK_MAX,
};

/// Bytes of a leg's reference.
const LEG_REFERENCE_BYTES: usize = 16;

/// What became of one payment of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum PaymentStatus {
    /// Settled, irrevocably, in this transaction at this height.
    Settled { transaction: String, height: u64 },
    /// Refused; by the ledger when there is a transaction, before it was sent otherwise.
    Refused {
        transaction: Option<String>,
        problem: Problem,
    },
    /// Taken by the ledger, which has not settled it yet: for its date, funds or signatures.
    Waiting { transaction: String, reason: String },
    /// Sent; the outcome is not known.
    Open {
        transaction: String,
        problem: Problem,
    },
}

/// One transaction and the payments it carries, by their places in the file.
pub(super) struct Planned {
    pub(super) action: Action,
    pub(super) key: IdempotencyKey,
    pub(super) payments: Vec<usize>,
}

/// What the node said about accounts and agents.
#[derive(Default)]
pub(super) struct Names {
    /// Accounts by number; `None` for those that do not exist.
    pub(super) accounts: BTreeMap<String, Option<wire::Account>>,
    /// Settlement accounts by head office and currency.
    pub(super) settlement: BTreeMap<(Bic, String), wire::Account>,
}

/// An order whose accounts were found.
struct Resolved {
    debtor: AccountId,
    creditor: AccountId,
    asset: AssetId,
}

/// Plans the transactions of a file; payments that cannot be sent are answered at once.
pub(super) fn plan(
    file: &Hash,
    orders: &[PaymentOrder],
    names: &Names,
) -> (Vec<Planned>, Vec<Option<PaymentStatus>>) {
    let mut statuses: Vec<Option<PaymentStatus>> = vec![None; orders.len()];
    let mut groups: BTreeMap<Group, Vec<(usize, Resolved)>> = BTreeMap::new();
    for (place, order) in orders.iter().enumerate() {
        match resolve(order, names) {
            Ok(resolved) => {
                let group = Group::of(place, order, &resolved);
                groups.entry(group).or_default().push((place, resolved));
            }
            Err(problem) => refuse(&mut statuses, place, problem),
        }
    }
    let mut planned = Vec::new();
    for (group, members) in groups {
        for part in members.chunks(LEGS_PER_BULK_MAX) {
            match action(&group, orders, part) {
                Ok(action) => {
                    let payments: Vec<usize> = part.iter().map(|(place, _)| *place).collect();
                    match key(file, payments.first().copied().unwrap_or(0)) {
                        Ok(key) => planned.push(Planned {
                            action,
                            key,
                            payments,
                        }),
                        Err(problem) => payments
                            .iter()
                            .for_each(|it| refuse(&mut statuses, *it, problem.clone())),
                    }
                }
                Err(problem) => part
                    .iter()
                    .for_each(|(it, _)| refuse(&mut statuses, *it, problem.clone())),
            }
        }
    }
    planned.sort_by_key(|it| it.payments.first().copied());
    (planned, statuses)
}

fn refuse(statuses: &mut [Option<PaymentStatus>], place: usize, problem: Problem) {
    if let Some(status) = statuses.get_mut(place) {
        *status = Some(PaymentStatus::Refused {
            transaction: None,
            problem,
        });
    }
}

/// Payments that travel together.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    /// Alone, by its place in the file.
    Single(usize),
    /// A block of an initiation: debtor, asset and day are those of all its legs.
    Bulk {
        block: String,
        debtor: AccountId,
        asset: AssetId,
        value_date: BusinessDate,
    },
}

impl Group {
    fn of(place: usize, order: &PaymentOrder, resolved: &Resolved) -> Group {
        match &order.payment_information_id {
            None => Group::Single(place),
            Some(block) => Group::Bulk {
                block: block.clone(),
                debtor: resolved.debtor,
                asset: resolved.asset,
                value_date: order.value_date,
            },
        }
    }
}

fn resolve(order: &PaymentOrder, names: &Names) -> Result<Resolved, Problem> {
    let currency = order.currency.to_string();
    let find = |number: &Option<String>, agent: Option<Bic>, unknown: RejectReason| {
        let place = || match (number, agent) {
            (Some(number), _) => format!("{}: account {number}", order.path),
            (None, Some(bic)) => {
                format!("{}: settlement account of {bic} in {currency}", order.path)
            }
            (None, None) => order.path.clone(),
        };
        let found = match (number, agent) {
            (Some(number), _) => names.accounts.get(number).and_then(Option::as_ref),
            (None, Some(bic)) => names.settlement.get(&(bic.head_office(), currency.clone())),
            (None, None) => None,
        };
        found.ok_or_else(|| Problem::refusal(unknown, place()))
    };
    let debtor = find(
        &order.debtor_account,
        order.debtor_agent,
        RejectReason::DebtorUnknown,
    )?;
    let creditor = find(
        &order.creditor_account,
        order.creditor_agent,
        RejectReason::CreditorUnknown,
    )?;
    if debtor.currency != currency {
        let place = format!(
            "{}: {} holds {}",
            order.path, debtor.number, debtor.currency
        );
        return Err(Problem::refusal(RejectReason::DebtorCurrency, place));
    }
    Ok(Resolved {
        debtor: AccountId(debtor.id),
        creditor: AccountId(creditor.id),
        // The creditor's currency is the ledger's to check.
        asset: AssetId(debtor.asset),
    })
}

fn action(
    group: &Group,
    orders: &[PaymentOrder],
    part: &[(usize, Resolved)],
) -> Result<Action, Problem> {
    let order_at = |place: usize| {
        orders
            .get(place)
            .ok_or_else(|| Problem::from(NodeFault::Internal))
    };
    match group {
        Group::Single(place) => {
            let resolved = part.first().map(|(_, resolved)| resolved);
            single(order_at(*place)?, resolved.ok_or(NodeFault::Internal)?)
        }
        Group::Bulk {
            debtor,
            asset,
            value_date,
            ..
        } => {
            let mut legs = Vec::with_capacity(part.len());
            let mut longer = Vec::new();
            for (place, resolved) in part {
                let order = order_at(*place)?;
                if order.end_to_end_id.len() > LEG_REFERENCE_BYTES {
                    longer.push(format!("{},{}\n", legs.len(), order.end_to_end_id));
                }
                legs.push(leg(order, resolved)?);
            }
            let mut bulk = PayBatch::of(*debtor, *asset, *value_date, BulkMode::Each, legs);
            if !longer.is_empty() {
                bulk.annex = Some(Domain::Annex.hash(&[longer.concat().as_bytes()]));
            }
            Ok(Action::PayBatch(bulk))
        }
    }
}

fn single(order: &PaymentOrder, resolved: &Resolved) -> Result<Action, Problem> {
    let malformed = |why: &dyn std::fmt::Display| {
        Problem::of(NodeFault::FieldMalformed, format!("{}: {why}", order.path))
    };
    Ok(Action::Pay(Pay {
        uetr: order
            .uetr
            .ok_or_else(|| malformed(&"the UETR is missing"))?,
        end_to_end_id: EndToEndId::new(&order.end_to_end_id).map_err(|error| malformed(&error))?,
        debtor: resolved.debtor,
        creditor: resolved.creditor,
        asset: resolved.asset,
        amount: order.amount,
        value_date: order.value_date,
        purpose: purpose(order),
        payload_commitment: None,
        handling: sycee_contracts::Handling::default(),
    }))
}

fn leg(order: &PaymentOrder, resolved: &Resolved) -> Result<Leg, Problem> {
    Ok(Leg {
        creditor: resolved.creditor,
        amount: order.amount,
        uetr: order.uetr.map(|uetr| *uetr.as_bytes()).unwrap_or_default(),
        reference: reference(&order.end_to_end_id),
        purpose: purpose(order)
            .map(|purpose| *purpose.as_bytes())
            .unwrap_or_default(),
    })
}

/// The reference itself where it fits; otherwise the beginning of its hash, with the whole in the annex.
fn reference(text: &str) -> [u8; LEG_REFERENCE_BYTES] {
    let mut bytes = [0; LEG_REFERENCE_BYTES];
    let hash = Domain::Annex.hash(&[text.as_bytes()]);
    let source = if text.len() <= LEG_REFERENCE_BYTES {
        text.as_bytes()
    } else {
        hash.0.as_slice()
    };
    for (place, byte) in bytes.iter_mut().zip(source) {
        *place = *byte;
    }
    bytes
}

/// Codes of four letters travel on the ledger; proprietary ones stay in the file.
fn purpose(order: &PaymentOrder) -> Option<Purpose> {
    let code = order.purpose.as_deref()?.as_bytes();
    Purpose::new(code.try_into().ok()?)
}

/// The name of the intent: this file, this place in it.
fn key(file: &Hash, place: usize) -> Result<IdempotencyKey, Problem> {
    let place = (place as u64).to_le_bytes();
    let name = Hash::of(&[b"sycee file submission", &file.0, &place]);
    IdempotencyKey::new(name.0).map_err(|error| Problem::of(NodeFault::Internal, error))
}

/// One status for each payment of a transaction.
pub(super) fn statuses(planned: &Planned, receipt: &wire::Receipt) -> Vec<(usize, PaymentStatus)> {
    use wire::outcome::Kind;
    let transaction = receipt.transaction_id.clone();
    let settled = || PaymentStatus::Settled {
        transaction: transaction.clone(),
        height: receipt.height,
    };
    let refused = |problem: Problem| PaymentStatus::Refused {
        transaction: Some(transaction.clone()),
        problem,
    };
    let open = || PaymentStatus::Open {
        transaction: transaction.clone(),
        problem: Problem::of(NodeFault::ReplyMalformed, "outcome"),
    };
    let kind = receipt
        .outcome
        .as_ref()
        .and_then(|outcome| outcome.kind.as_ref());
    let each = |index: usize| match kind {
        Some(Kind::Settled(wire::Settled {})) => settled(),
        Some(Kind::Refused(problem)) => {
            refused(Problem::from_wire(problem.clone(), Class::Refused))
        }
        Some(Kind::BulkSettled(bulk)) => {
            let leg = bulk
                .refused
                .iter()
                .find(|leg| usize::try_from(leg.leg) == Ok(index));
            match leg {
                Some(leg) => refused(leg_problem(leg)),
                // Legs are missing from the list when only the record of the instruction is left.
                None if bulk.refused.is_empty() && bulk.refused_count > 0 => open(),
                None => settled(),
            }
        }
        Some(Kind::BulkRefused(bulk)) => bulk.problem.clone().map_or_else(open, |problem| {
            refused(Problem::from_wire(problem, Class::Refused))
        }),
        // Not final yet: sent again, the same file tells how it ended.
        Some(Kind::Waiting(waiting)) => PaymentStatus::Waiting {
            transaction: transaction.clone(),
            reason: waiting.reason.clone(),
        },
        Some(Kind::Cancelled(problem)) => {
            refused(Problem::from_wire(problem.clone(), Class::Refused))
        }
        Some(Kind::Recorded(_)) => settled(),
        None => open(),
    };
    planned
        .payments
        .iter()
        .enumerate()
        .map(|(index, place)| (*place, each(index)))
        .collect()
}

fn leg_problem(leg: &wire::RefusedLeg) -> Problem {
    let number = leg
        .code
        .strip_prefix("SY-")
        .and_then(|digits| digits.parse().ok());
    match number.and_then(RejectReason::from_number) {
        Some(reason) => Problem::refusal(reason, format!("leg {}", leg.leg)),
        None => Problem::of(
            NodeFault::ReplyMalformed,
            format!("leg {}: {}", leg.leg, leg.code),
        ),
    }
}
