//! Questions about offences of validators: what final blocks record, and what this node can show besides.

use sycee_api::wire;
use sycee_api::{LIST_ROWS_DEFAULT, LIST_ROWS_MAX, NodeFault, Problem, convert, convert::parse};
use sycee_primitives::Height;

use super::Backend;

/// Offences in one answer: each may be as large as a block's evidence, and an answer is bounded.
const EVIDENCE_ROWS_MAX: u32 = 128;

const _: () = assert!(
    EVIDENCE_ROWS_MAX as usize * sycee_primitives::limits::EVIDENCE_BYTES_MAX
        < sycee_api::RESPONSE_BYTES_MAX,
    "a full answer can be sent"
);

pub(super) async fn list<B: Backend>(
    backend: &B,
    request: wire::ListEvidenceRequest,
) -> Result<wire::ListEvidenceResponse, Problem> {
    let limit = match request.limit {
        0 => LIST_ROWS_DEFAULT,
        limit => limit.min(LIST_ROWS_MAX),
    };
    let limit = limit.min(EVIDENCE_ROWS_MAX);
    let place = u16::try_from(request.from_place)
        .map_err(|_| Problem::of(NodeFault::FieldMalformed, "from_place"))?;
    let rows = usize::try_from(limit).unwrap_or(usize::MAX);
    let epochs = backend.epochs();
    // One more than asked for tells whether there are more.
    let mut found = backend
        .offences((Height(request.from_height), place), rows.saturating_add(1))
        .await?;
    let next = (found.len() > rows).then(|| found.split_off(rows));
    let next = next.and_then(|rest| rest.first().map(|it| (it.height.0, u32::from(it.place))));
    let pending = if request.with_pending {
        backend.pending_offences().await?
    } else {
        Vec::new()
    };
    Ok(wire::ListEvidenceResponse {
        evidence: found
            .iter()
            .filter_map(|it| {
                let set = epochs.set(it.evidence.epoch)?;
                convert::evidence(&it.evidence, set, Some((it.height, it.place)))
            })
            .collect(),
        next_height: next.map(|(height, _)| height),
        next_place: next.map(|(_, place)| place),
        pending: pending
            .iter()
            .take(rows)
            .filter_map(|evidence| {
                let set = epochs.set(evidence.epoch)?;
                convert::evidence(evidence, set, None)
            })
            .collect(),
        as_of_height: backend.progress().borrow().executed.0,
    })
}

pub(super) async fn get<B: Backend>(
    backend: &B,
    request: wire::GetEvidenceRequest,
) -> Result<wire::GetEvidenceResponse, Problem> {
    let id = parse::hash("id", &request.id)?;
    let unknown = || Problem::of(NodeFault::EvidenceUnknown, id.to_hex());
    let (evidence, recorded) = backend.offence(id).await?.ok_or_else(unknown)?;
    let epochs = backend.epochs();
    let set = epochs.set(evidence.epoch).ok_or_else(unknown)?;
    Ok(wire::GetEvidenceResponse {
        evidence: Some(convert::evidence(&evidence, set, recorded).ok_or_else(unknown)?),
        as_of_height: backend.progress().borrow().executed.0,
    })
}
