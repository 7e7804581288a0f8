//! Questions about accounts, participants, assets, receipts and the node. Every answer says at which height it was given.

use std::time::Duration;

use sycee_api::wire::{self, get_account_request, get_participant_request};
use sycee_api::{LIST_ROWS_DEFAULT, LIST_ROWS_MAX, NodeFault, Problem, convert, convert::parse};
use sycee_contracts::{
    Account, AccountNumber, IdempotencyKey, InstructionRecord, Ledger, LookupFailure, Participant,
    read, read::ReadError,
};
use sycee_primitives::{
    AccountId, BlockTime, Height, ParticipantId, PublicKey,
    identifiers::{Bic, Lei},
};

use super::submit::{before, certified, deadline};
use super::{Backend, operations::role};

pub(super) async fn receipt<B: Backend>(
    backend: &B,
    request: wire::GetReceiptRequest,
) -> Result<wire::GetReceiptResponse, Problem> {
    let transaction = convert::transaction_id(&request.transaction_id)?;
    let until = deadline(request.wait_ms, Duration::ZERO);
    let receipt = match backend.receipt(transaction).await? {
        Some(receipt) => receipt,
        None if request.wait_ms > 0 => {
            before(until, "no receipt yet", backend.outcome(transaction)).await?
        }
        None => {
            let place = format!("{transaction}{}", kept_from(backend).await?);
            return Err(Problem::of(NodeFault::TransactionUnknown, place));
        }
    };
    let proof = match (request.with_proof, request.wait_ms) {
        (false, _) => Vec::new(),
        (true, 0) => backend.prove(transaction).await?,
        (true, _) => before(until, "not certified yet", certified(backend, transaction)).await?,
    };
    Ok(wire::GetReceiptResponse {
        receipt: Some(convert::receipt(&receipt)),
        proof,
        as_of_height: height_of(backend).max(receipt.height.0),
    })
}

/// What a node that has dropped old receipts adds when it does not find one.
async fn kept_from<B: Backend>(backend: &B) -> Result<String, Problem> {
    let lowest = backend.lowest_height().await?;
    Ok(if lowest > Height(1) {
        format!("; this node keeps receipts from height {lowest} on")
    } else {
        String::new()
    })
}

fn lookup_problem(error: &LookupFailure) -> Problem {
    Problem::of(NodeFault::StoreFailed, error)
}

pub(super) async fn instruction<B: Backend>(
    backend: &B,
    request: wire::GetInstructionRequest,
) -> Result<wire::GetReceiptResponse, Problem> {
    let key = IdempotencyKey::new(&request.idempotency_key).map_err(|error| {
        Problem::of(
            NodeFault::FieldMalformed,
            format!("idempotency_key: {error}"),
        )
    })?;
    let sender = ParticipantId(request.sender);
    let record = backend
        .read(move |ledger| read::instruction(ledger, sender, &key))
        .await?
        .map_err(|error| lookup_problem(&error))?
        .ok_or_else(|| {
            Problem::of(
                NodeFault::TransactionUnknown,
                format!("sender {sender}, idempotency key {key}"),
            )
        })?;
    Ok(wire::GetReceiptResponse {
        receipt: Some(full_receipt(backend, &record).await?),
        proof: Vec::new(),
        as_of_height: height_of(backend),
    })
}

/// The receipt of a recorded instruction with its refused legs; without them when only the record is left.
pub(super) async fn full_receipt<B: Backend>(
    backend: &B,
    record: &InstructionRecord,
) -> Result<wire::Receipt, Problem> {
    let stored = backend.receipt(record.transaction).await?;
    Ok(match stored {
        Some(receipt) if receipt.height == record.height => convert::receipt(&receipt),
        Some(_) | None => convert::recorded(record),
    })
}

pub(super) async fn by_uetr<B: Backend>(
    backend: &B,
    request: wire::GetTransactionByUetrRequest,
) -> Result<wire::GetReceiptResponse, Problem> {
    let uetr = parse::uetr("uetr", &request.uetr)?;
    let unknown = || Problem::of(NodeFault::TransactionUnknown, format!("UETR {uetr}"));
    let transaction = backend
        .read(move |ledger| read::transaction_by_uetr(ledger, &uetr))
        .await?
        .map_err(|error| lookup_problem(&error))?
        .ok_or_else(unknown)?;
    let Some(receipt) = backend.receipt(transaction).await? else {
        // Executed, for it used the UETR; only its receipt is gone.
        let place = format!(
            "UETR {uetr}, transaction {transaction}{}",
            kept_from(backend).await?
        );
        return Err(Problem::of(NodeFault::HeightForgotten, place));
    };
    Ok(wire::GetReceiptResponse {
        receipt: Some(convert::receipt(&receipt)),
        proof: Vec::new(),
        as_of_height: height_of(backend),
    })
}

pub(super) async fn account<B: Backend>(
    backend: &B,
    request: wire::GetAccountRequest,
) -> Result<wire::GetAccountResponse, Problem> {
    use get_account_request::Key;
    let key = request
        .key
        .ok_or_else(|| Problem::of(NodeFault::FieldMissing, "id or number"))?;
    let number = match &key {
        Key::Id(_) => None,
        Key::Number(text) => Some(AccountNumber::parse(text).map_err(|error| {
            Problem::of(NodeFault::FieldMalformed, format!("number {text}: {error}"))
        })?),
    };
    let height = request.height.map(Height);
    backend
        .read(move |ledger| {
            let place = || match &key {
                Key::Id(id) => format!("id {id}"),
                Key::Number(text) => format!("number {text}"),
            };
            let found = match (&key, &number) {
                (Key::Id(id), _) => read::account(ledger, AccountId(*id)),
                (Key::Number(_), Some(number)) => read::account_by_number(ledger, number),
                (Key::Number(_), None) => None,
            };
            let found = found.ok_or_else(|| Problem::of(NodeFault::AccountUnknown, place()))?;
            let found = match height {
                None => found,
                Some(height) => read::account_at(ledger, found.id, height)
                    .map_err(|error| read_problem(error, &place()))?,
            };
            Ok(wire::GetAccountResponse {
                account: Some(account_of(ledger, &found)?),
                as_of_height: height.unwrap_or(ledger.height()).0,
            })
        })
        .await?
}

/// Refusals of questions about the past.
pub(super) fn read_problem(error: ReadError, place: &str) -> Problem {
    let fault = match error {
        ReadError::Unknown => NodeFault::AccountUnknown,
        ReadError::NotYet(_) => NodeFault::HeightAhead,
        ReadError::Forgotten(_) => NodeFault::HeightForgotten,
        ReadError::NoCheckpoint | ReadError::Newer => NodeFault::NotCertified,
    };
    Problem::of(fault, format!("{place}: {error}"))
}

fn account_of(ledger: &Ledger, account: &Account) -> Result<wire::Account, Problem> {
    let asset = read::asset(ledger, account.asset)
        .ok_or_else(|| Problem::of(NodeFault::Internal, format!("asset {}", account.asset)))?;
    Ok(convert::account(account, asset))
}

pub(super) fn limit_of(limit: u32) -> Result<usize, Problem> {
    let limit = match limit {
        0 => LIST_ROWS_DEFAULT,
        asked if asked <= LIST_ROWS_MAX => asked,
        asked => {
            let place = format!("limit {asked}, at most {LIST_ROWS_MAX}");
            return Err(Problem::of(NodeFault::TooManyEntries, place));
        }
    };
    Ok(usize::try_from(limit).unwrap_or(usize::MAX))
}

/// Accounts looked at in one request that asks for one owner's: a request must end even when that owner has none.
const ACCOUNTS_SCANNED_MAX: usize = 65_536;

pub(super) async fn accounts<B: Backend>(
    backend: &B,
    request: wire::ListAccountsRequest,
) -> Result<wire::ListAccountsResponse, Problem> {
    let limit = limit_of(request.limit)?;
    let from = AccountId(request.from_id);
    let owner = request.owner.map(ParticipantId);
    backend
        .read(move |ledger| {
            let total = read::numbers(ledger).accounts;
            let mut found = Vec::new();
            let mut next = from.0;
            for account in read::accounts(ledger, from, ACCOUNTS_SCANNED_MAX) {
                if found.len() == limit {
                    break;
                }
                next = account.id.0.saturating_add(1);
                if owner.is_none_or(|owner| account.owner == owner) {
                    found.push(account_of(ledger, &account)?);
                }
            }
            Ok(wire::ListAccountsResponse {
                accounts: found,
                next_id: (next < total && next > from.0).then_some(next),
                as_of_height: ledger.height().0,
            })
        })
        .await?
}

/// What a participant is found by, read before the ledger is asked.
enum ParticipantName {
    Id(ParticipantId),
    Lei(Lei),
    Bic(Bic),
    Key(PublicKey),
}

fn participant_name(key: get_participant_request::Key) -> Result<ParticipantName, Problem> {
    use get_participant_request::Key;
    let malformed = |field: &str, error: &dyn std::fmt::Display| {
        Problem::of(NodeFault::FieldMalformed, format!("{field}: {error}"))
    };
    Ok(match key {
        Key::Id(id) => ParticipantName::Id(ParticipantId(id)),
        Key::Lei(text) => {
            ParticipantName::Lei(Lei::parse(&text).map_err(|error| malformed("lei", &error))?)
        }
        Key::Bic(text) => {
            ParticipantName::Bic(Bic::parse(&text).map_err(|error| malformed("bic", &error))?)
        }
        Key::PublicKey(text) => ParticipantName::Key(parse::public_key("public_key", &text)?),
    })
}

pub(super) async fn participant<B: Backend>(
    backend: &B,
    request: wire::GetParticipantRequest,
) -> Result<wire::GetParticipantResponse, Problem> {
    let key = request
        .key
        .ok_or_else(|| Problem::of(NodeFault::FieldMissing, "id, lei, bic or public_key"))?;
    let place = format!("{key:?}");
    let name = participant_name(key)?;
    let (found, height) = backend
        .read(move |ledger| {
            let found: Option<&Participant> = match &name {
                ParticipantName::Id(id) => read::participant(ledger, *id),
                ParticipantName::Lei(lei) => read::participant_by_lei(ledger, lei),
                ParticipantName::Bic(bic) => read::participant_by_bic(ledger, bic),
                ParticipantName::Key(key) => read::participant_by_key(ledger, key),
            };
            (found.map(convert::participant), ledger.height().0)
        })
        .await?;
    let participant = found.ok_or_else(|| Problem::of(NodeFault::ParticipantUnknown, place))?;
    Ok(wire::GetParticipantResponse {
        participant: Some(participant),
        as_of_height: height,
    })
}

pub(super) async fn participants<B: Backend>(
    backend: &B,
    request: wire::ListParticipantsRequest,
) -> Result<wire::ListParticipantsResponse, Problem> {
    let limit = limit_of(request.limit)?;
    let from = usize::try_from(request.from_id).unwrap_or(usize::MAX);
    backend
        .read(move |ledger| {
            let all = read::participants(ledger);
            let found = all.iter().skip(from).take(limit).map(convert::participant);
            let next = from.saturating_add(limit);
            wire::ListParticipantsResponse {
                participants: found.collect(),
                next_id: (next < all.len()).then(|| u32::try_from(next).unwrap_or(u32::MAX)),
                as_of_height: ledger.height().0,
            }
        })
        .await
}

pub(super) async fn assets<B: Backend>(backend: &B) -> Result<wire::ListAssetsResponse, Problem> {
    backend
        .read(|ledger| wire::ListAssetsResponse {
            assets: read::assets(ledger)
                .iter()
                .filter_map(|asset| Some(convert::asset(asset, &read::totals(ledger, asset.id)?)))
                .collect(),
            as_of_height: ledger.height().0,
        })
        .await
}

/// What the ledger adds to a status.
struct LedgerPart {
    numbers: read::Numbers,
    time_ms: u64,
    now: BlockTime,
    business_date: String,
}

pub(super) async fn status<B: Backend>(backend: &B) -> Result<wire::GetStatusResponse, Problem> {
    let health = backend.health();
    let identity = backend.identity();
    let now = health.now;
    let part = backend
        .read(move |ledger| {
            // The time and the day at which the next block would be executed; the last block may be of another.
            let now = ledger.clock(now).max(ledger.time());
            LedgerPart {
                numbers: read::numbers(ledger),
                time_ms: ledger.time().0,
                now,
                business_date: ledger.parameters().business_date(now).to_string(),
            }
        })
        .await?;
    let epochs = backend.epochs();
    let set = &epochs.current().set;
    let votes = identity
        .index
        .is_some_and(|node| epochs.current().nodes.contains(&node));
    Ok(wire::GetStatusResponse {
        chain_id: identity.chain_id.to_string(),
        network: identity.network.clone(),
        node: identity.node.clone(),
        role: role(identity.is_validator && identity.index.is_none() || votes).to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        final_height: health.final_height.0,
        executed_height: health.heights.executed.0,
        certified_height: health.heights.certified.0,
        view: health.view,
        leader: health.leader,
        block_time_ms: part.time_ms,
        business_date: part.business_date,
        peers_connected: health.peers_connected,
        peers_known: health.peers_known,
        ready: health.ready,
        notes: health.notes,
        participants: part.numbers.participants,
        accounts: part.numbers.accounts,
        transactions: part.numbers.receipts,
        settled_legs: part.numbers.legs,
        now_ms: part.now.0,
        epoch: epochs.current().epoch().0,
        validators: count(set.size()),
        quorum: count(set.quorum()),
    })
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn height_of<B: Backend>(backend: &B) -> u64 {
    backend.progress().borrow().executed.0
}
