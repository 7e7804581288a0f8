//! Questions about receivables, and extracts of the registry against double financing.

use std::time::Duration;

use sycee_api::wire;
use sycee_api::{NodeFault, Problem, convert::parse};
use sycee_contracts::receivable::{Portion, Promise};
use sycee_contracts::registry::{self, Fingerprint, RegistryProof};
use sycee_contracts::{Asset, read};
use sycee_primitives::Hash;

use super::Backend;
use super::submit::{before, deadline};

/// Portions given when nothing is asked, and at most.
const PORTIONS_DEFAULT: u32 = 1_000;
const PORTIONS_MAX: u32 = 10_000;

/// Entries tried at a time: a checkpoint may be passed over by the blocks that certify, so the newest alone would not do.
const ENTRIES_MAX: usize = 4;

pub(super) async fn extract<B: Backend>(
    backend: &B,
    request: wire::GetRegistryExtractRequest,
) -> Result<wire::GetRegistryExtractResponse, Problem> {
    let fingerprint = Fingerprint(parse::hash("fingerprint", &request.fingerprint)?);
    let until = deadline(request.wait_ms, Duration::ZERO);
    let (entry, extract) = match request.wait_ms {
        0 => {
            let entry = entry_now(backend, fingerprint).await?;
            let extract = backend.certify_extract(entry.clone()).await?;
            (entry, extract)
        }
        _ => before(until, "not certified yet", certified(backend, fingerprint)).await?,
    };
    Ok(wire::GetRegistryExtractResponse {
        extract,
        present: entry.document.is_some(),
        checkpoint_height: entry.stem.height.0,
        checkpoint_time_ms: entry.stem.time.0,
        as_of_height: backend.progress().borrow().executed.0,
    })
}

async fn entry_now<B: Backend>(
    backend: &B,
    fingerprint: Fingerprint,
) -> Result<RegistryProof, Problem> {
    let found = backend
        .read(move |ledger| registry::prove(ledger, &fingerprint))
        .await?;
    found.map_err(|error| {
        Problem::of(
            NodeFault::NotCertified,
            format!("{}: {error}", fingerprint.0.to_hex()),
        )
    })
}

/// Waits for the certificate over an entry: every final block may bring it.
async fn certified<B: Backend>(
    backend: &B,
    fingerprint: Fingerprint,
) -> Result<(RegistryProof, Vec<u8>), Problem> {
    let mut progress = backend.progress();
    let not_yet = NodeFault::NotCertified.code();
    let mut entries: Vec<RegistryProof> = Vec::new();
    loop {
        progress.mark_unchanged();
        match entry_now(backend, fingerprint).await {
            Ok(entry) if entries.last() != Some(&entry) => entries.push(entry),
            Ok(_) => {}
            Err(problem) if problem.code == not_yet => {}
            Err(problem) => return Err(problem),
        }
        if entries.len() > ENTRIES_MAX {
            entries.remove(0);
        }
        for entry in entries.iter().rev() {
            match backend.certify_extract(entry.clone()).await {
                Ok(extract) => return Ok((entry.clone(), extract)),
                Err(problem) if problem.code == not_yet => {}
                Err(problem) => return Err(problem),
            }
        }
        if progress.changed().await.is_err() {
            return Err(NodeFault::NotServing.into());
        }
    }
}

pub(super) async fn receivable<B: Backend>(
    backend: &B,
    request: wire::GetReceivableRequest,
) -> Result<wire::GetReceivableResponse, Problem> {
    let limit = match request.limit {
        0 => PORTIONS_DEFAULT,
        limit => limit.min(PORTIONS_MAX),
    };
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let (id, from) = (request.id, request.from_portion);
    let found = backend
        .read(move |ledger| {
            let promise = read::receivable(ledger, id)?;
            let asset = read::asset(ledger, promise.asset)?;
            let mut portions: Vec<_> = read::portions(ledger, id, from)
                .take(limit.saturating_add(1))
                .map(|(id, portion)| portion_of(id, portion))
                .collect();
            let next = portions.get(limit).map(|it| it.id);
            portions.truncate(limit);
            Some(wire::GetReceivableResponse {
                receivable: Some(receivable_of(id, promise, asset)),
                portions,
                next_portion: next,
                as_of_height: ledger.height().0,
            })
        })
        .await?;
    found.ok_or_else(|| Problem::of(NodeFault::ReceivableUnknown, format!("receivable {id}")))
}

fn receivable_of(id: u64, promise: &Promise, asset: &Asset) -> wire::Receivable {
    let hex = |hash: Hash| hash.to_hex();
    wire::Receivable {
        id,
        creditor: promise.creditor.0,
        debtor: promise.debtor.0,
        asset: promise.asset.0,
        currency: asset.currency.as_str().to_owned(),
        scale: u32::from(asset.scale),
        face_minor: promise.face.minor().to_string(),
        outstanding_minor: promise.outstanding.minor().to_string(),
        due: promise.due.to_string(),
        state: promise.state.name().to_owned(),
        disputed: promise.disputed,
        live_portions: promise.portions,
        documents: promise
            .documents
            .iter()
            .map(|mark| hex(mark.fingerprint().0))
            .collect(),
    }
}

fn portion_of(id: u64, portion: &Portion) -> wire::ReceivablePortion {
    let secured = portion.pledge.map_or(0, |pledge| pledge.secured.minor());
    wire::ReceivablePortion {
        id,
        parent: portion.parent,
        depth: u32::from(portion.depth),
        holder: portion.holder.0,
        account: portion.account.0,
        amount_minor: portion.amount.minor().to_string(),
        claim_minor: portion.claim.minor().to_string(),
        state: portion.state.name().to_owned(),
        pledgee: portion.pledge.map(|pledge| pledge.pledgee.0),
        secured_minor: secured.to_string(),
        endorsers: portion.endorsers.iter().map(|it| it.0).collect(),
        portfolio: portion.factored.map(|it| it.portfolio),
        holdback_minor: portion.factored.map(|it| it.holdback.minor().to_string()),
    }
}
