//! Who orders, who may decide, and what is proposed.

use sycee_api::{Problem, wire};
use sycee_contracts::{Change, Ledger, Parameter, Proposal, Seat, Sizes, read};
use sycee_replica::EpochFacts;

use super::Backend;

/// Proposals given when nothing is asked, and at most.
const PROPOSALS_DEFAULT: u32 = 100;
const PROPOSALS_MAX: u32 = 1_000;

/// What the ledger says.
struct LedgerPart {
    set_version: u64,
    seats: Vec<Seat>,
    proposals: Vec<(u64, Proposal, usize)>,
    needed: usize,
    protocol_version: u32,
    height: u64,
}

impl LedgerPart {
    fn of(ledger: &Ledger, limit: usize) -> LedgerPart {
        let (set_version, members) = read::validators(ledger);
        let counted = |id| read::proposal(ledger, id).map_or(0, |(_, counted)| counted);
        LedgerPart {
            set_version,
            seats: read::seats(ledger),
            proposals: read::proposals(ledger, limit)
                .into_iter()
                .map(|(id, proposal)| (id, proposal, counted(id)))
                .collect(),
            needed: Sizes::of(members.len()).quorum,
            protocol_version: read::protocol_version(ledger, ledger.height().next()),
            height: ledger.height().0,
        }
    }
}

pub(super) async fn get<B: Backend>(
    backend: &B,
    request: wire::GetRegisterRequest,
) -> Result<wire::GetRegisterResponse, Problem> {
    let limit = match request.limit {
        0 => PROPOSALS_DEFAULT,
        limit => limit.min(PROPOSALS_MAX),
    };
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let part = backend
        .read(move |ledger| LedgerPart::of(ledger, limit))
        .await?;
    let epochs = backend.epochs();
    let facts = epochs.current();
    let proposals = part.proposals.iter();
    Ok(wire::GetRegisterResponse {
        epoch: facts.epoch().0,
        validators: count(facts.set.size()),
        faults: count(facts.set.faults()),
        quorum: count(facts.set.quorum()),
        set_version: part.set_version,
        nodes: nodes(&part.seats, facts),
        proposals: proposals
            .map(|(id, it, counted)| proposal(*id, it, *counted, part.needed))
            .collect(),
        protocol_version: part.protocol_version,
        as_of_height: part.height,
    })
}

fn nodes(seats: &[Seat], facts: &EpochFacts) -> Vec<wire::RegisterNode> {
    (0_u16..)
        .zip(seats)
        .map(|(number, seat)| wire::RegisterNode {
            number: number.into(),
            participant: seat.participant.0,
            public_key: seat.key.map_or_else(String::new, |key| key.to_string()),
            votes: facts.nodes.contains(&number),
        })
        .collect()
}

fn proposal(id: u64, it: &Proposal, counted: usize, needed: usize) -> wire::RegisterProposal {
    wire::RegisterProposal {
        id,
        proposer: it.proposer.0,
        kind: it.change.name().to_owned(),
        change: words(&it.change),
        state: it.state.name().to_owned(),
        approvals: it.approvals.iter().copied().map(u32::from).collect(),
        counted: count(counted),
        needed: count(needed),
        expires_ms: it.expires.0,
        time_lock_ms: it.time_lock_ms,
        effective_ms: it.effective.map(|time| time.0),
        opened_height: it.opened.0,
        settled_height: it.settled.map(|height| height.0),
    }
}

fn words(change: &Change) -> String {
    match change {
        Change::Join { node, key, .. } => format!("node {node} joins with key {key}"),
        Change::Leave { node } => format!("node {node} leaves"),
        Change::Rotate { node, key, .. } => format!("node {node} signs with key {key}"),
        Change::Parameter(Parameter::CheckpointIntervalMs(ms)) => {
            format!("a checkpoint every {ms} ms")
        }
        Change::Parameter(Parameter::ParticipantsMax(most)) => {
            format!("at most {most} participants")
        }
        Change::Parameter(Parameter::AccountsMax(most)) => format!("at most {most} accounts"),
        Change::Protocol { version, height } => {
            format!("protocol version {version} from height {height}")
        }
        Change::Default {
            participant,
            reason,
        } => format!("participant {participant} is in default, for {reason}"),
        Change::Calendar(calendar) => {
            let asset = calendar.asset;
            format!("another calendar for asset {asset}")
        }
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
