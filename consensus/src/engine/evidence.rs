//! Offences that this node can show and no final block records yet. [E2]-[E7]
//!
//! ```text
//!   votes, certificates, proposals, headers --contradiction--> note --verified once--> pending --leader--> block --final--> recorded
//!                                     peers' evidence ----------^          |
//!                                                                          +--> Record (kept over restarts), peers, alarm
//! ```
//! It must never decide what follows from an offence: that is the participants' business, through governance.

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{Hash as _, Hasher},
};

use sycee_primitives::{Hash, Signature, codec, limits, planted};

use super::{Alarm, Core, Journal, Output, Record};
use crate::{
    Block, BlockName, Certificate, Culprit, Evidence, Message, OffenceKind, Place, SignedBlock,
    SignedHeader, Slot, ValidatorIndex, ValidatorSet, View, Vote, VoteKind,
};

/// Bytes of pending evidence against one validator: everything small, and one large transaction. [E7]
const PENDING_BYTES_MAX: usize = 2 * limits::EVIDENCE_BYTES_MAX;
/// Views below the current one whose first proposal is remembered. [E7]
const PROPOSALS_BEHIND_MAX: u64 = 64;
/// Views above the current one whose first proposal is remembered. [E7]
const PROPOSALS_AHEAD_MAX: u64 = 8;

/// Pending and recorded offences, and the first proposal of each view.
#[derive(Clone, Default)]
pub(super) struct Offences {
    pending: BTreeMap<Culprit, Evidence>,
    recorded: BTreeSet<Culprit>,
    /// What was first seen signed by the leader of a view that is not final.
    proposals: BTreeMap<View, (BlockName, Signature)>,
}

/// The same validator of the same epoch.
fn is_same(one: &Culprit, other: &Culprit) -> bool {
    one.validator == other.validator && one.slot.epoch == other.slot.epoch
}

/// Whether as much is recorded of this validator in this epoch as ever will be. [E7]
fn is_full(recorded: &BTreeSet<Culprit>, culprit: &Culprit) -> bool {
    let same = recorded.iter().filter(|it| is_same(it, culprit));
    same.count() >= limits::EVIDENCE_PER_CULPRIT_MAX
}

impl Offences {
    /// What a restart begins with; the final blocks replayed after it take out what they record.
    pub(super) fn restored(set: &ValidatorSet, journal: &Journal) -> Offences {
        let recorded: BTreeSet<Culprit> = journal.recorded.iter().copied().collect();
        let pending = journal
            .evidence
            .iter()
            .filter(|evidence| evidence.epoch == set.epoch())
            .filter_map(|evidence| Some((evidence.accused(set)?, evidence.clone())))
            .filter(|(culprit, _)| !recorded.contains(culprit) && !is_full(&recorded, culprit));
        Offences {
            pending: pending.collect(),
            recorded,
            proposals: BTreeMap::new(),
        }
    }

    /// What later blocks will record, and what may still become evidence. For [`Core::fingerprint`].
    pub(super) fn fingerprint(&self, set: &ValidatorSet, into: &mut impl Hasher) {
        let Offences {
            pending,
            recorded,
            proposals,
        } = self;
        codec::encode(&(pending, recorded)).hash(into);
        for (view, (name, _)) in proposals {
            let culprit = Culprit {
                validator: set.leader(*view),
                slot: Slot {
                    epoch: set.epoch(),
                    kind: OffenceKind::DoubleProposal,
                    place: Place::View(*view),
                },
            };
            // A second proposal of this view changes nothing any more.
            if !self.knows(&culprit) && !is_full(recorded, &culprit) {
                codec::encode(name).hash(into);
            }
        }
    }

    fn knows(&self, culprit: &Culprit) -> bool {
        self.pending.contains_key(culprit) || self.recorded.contains(culprit)
    }

    /// Whether there is room for one more piece against this validator in this epoch. [E7]
    fn has_room(&self, culprit: &Culprit, bytes: usize) -> bool {
        let recorded = self.recorded.iter().filter(|it| is_same(it, culprit));
        let recorded = recorded.count();
        let of_same = self.pending.iter().filter(|(it, _)| is_same(it, culprit));
        let sizes: Vec<usize> = of_same.map(|(_, evidence)| evidence.size()).collect();
        recorded + sizes.len() < limits::EVIDENCE_PER_CULPRIT_MAX
            && sizes.iter().sum::<usize>() + bytes <= PENDING_BYTES_MAX
    }

    /// A final block records this; tells whether it is the first to do so. What is beyond the limit of its culprit leaves.
    fn record(&mut self, culprit: Culprit) -> bool {
        self.pending.remove(&culprit);
        let first = !is_full(&self.recorded, &culprit) && self.recorded.insert(culprit);
        if is_full(&self.recorded, &culprit) {
            self.pending.retain(|other, _| !is_same(other, &culprit));
        }
        first
    }

    /// Views at or below the final one have nothing to be compared any more. [G1]
    fn drop_through(&mut self, final_view: View) {
        self.proposals = self.proposals.split_off(&final_view.next());
    }
}

impl Core {
    /// Evidence of pending offences that no block on the line of `parent` records, as much as a block takes. [E4][E5]
    pub(super) fn choose_evidence(&self, parent: &Hash) -> Vec<Evidence> {
        // Asked at every step: without offences it costs nothing.
        if self.offences.pending.is_empty() {
            return Vec::new();
        }
        let Some(line) = self.tree.line_above_final(parent) else {
            return Vec::new();
        };
        let on_line: BTreeSet<Culprit> = line
            .iter()
            .flat_map(|placed| &placed.block().evidence)
            .filter_map(|evidence| evidence.accused(&self.set))
            .collect();
        let mut chosen = Vec::new();
        // The length of the list itself is part of what is limited.
        let mut bytes = 4;
        let open = self
            .offences
            .pending
            .iter()
            .filter(|(culprit, _)| !on_line.contains(culprit));
        for (_, evidence) in open {
            let size = evidence.size();
            if chosen.len() < limits::EVIDENCE_PER_BLOCK_MAX
                && bytes + size <= limits::EVIDENCE_BYTES_MAX
            {
                bytes += size;
                chosen.push(evidence.clone());
            }
        }
        chosen
    }

    /// The rule for the evidence of a block: few, small, ascending by culprit, each holds by itself. [E4]
    ///
    /// That a piece is in the chain already is no fault: a node that catches up could not tell.
    pub(super) fn judge_evidence(&self, block: &Block) -> Result<(), &'static str> {
        if block.evidence.is_empty() || planted!("E4") {
            return Ok(());
        }
        if block.evidence.len() > limits::EVIDENCE_PER_BLOCK_MAX
            || codec::encode(&block.evidence).len() > limits::EVIDENCE_BYTES_MAX
        {
            return Err("E4: too much evidence");
        }
        let verified: Option<Vec<Culprit>> = block
            .evidence
            .iter()
            .map(|evidence| self.verify_evidence(evidence))
            .collect();
        let culprits = verified.ok_or("E4: evidence does not hold")?;
        let ascending = culprits.windows(2).all(|pair| pair[0] < pair[1]);
        ascending
            .then_some(())
            .ok_or("E4: evidence not ascending by culprit")
    }

    fn verify_evidence(&self, evidence: &Evidence) -> Option<Culprit> {
        evidence.verify(&self.set, self.invalid_transaction).ok()
    }

    /// Keeps a new offence after checking it; false when it does not hold. [E2][E3]
    pub(super) fn note(&mut self, evidence: Evidence) -> bool {
        let Some(accused) = evidence.accused(&self.set) else {
            return false;
        };
        if self.offences.knows(&accused) || !self.offences.has_room(&accused, evidence.size()) {
            return true;
        }
        if self.verify_evidence(&evidence) != Some(accused) {
            return false;
        }
        if !planted!("forget-evidence") {
            self.outbox.record(Record::Evidence(evidence.clone()));
        }
        let message = Message::Evidence(evidence.clone());
        self.out.push(Output::BroadcastToValidators(message));
        self.out.push(Output::Alarm(Alarm::Offence {
            culprit: accused,
            recorded: None,
        }));
        self.offences.pending.insert(accused, evidence);
        true
    }

    /// What a peer can show. [E3]
    pub(super) fn take_evidence(&mut self, from: ValidatorIndex, evidence: Evidence) {
        if !self.note(evidence) {
            self.fault(from, "E3: evidence does not hold");
        }
    }

    /// What the shell can show: a batch whose owner signed a transaction that does not hold. [L3]
    pub(super) fn take_own_evidence(&mut self, evidence: Evidence) {
        // The shell has verified it; what does not hold here is dropped like anything that is not evidence.
        let _holds = self.note(evidence);
    }

    /// Two headers of one position of a lane, the signatures of which are checked here. [L1]
    pub(super) fn note_double_header(&mut self, one: &SignedHeader, other: &SignedHeader) {
        if let Some(evidence) = Evidence::of_headers(one, other) {
            let _holds = self.note(evidence);
        }
    }

    /// Compares a vote, its signature not checked yet, with what else its signer is known to have signed in its view. [E2]
    ///
    /// False when they contradict each other and one of the signatures does not hold.
    pub(super) fn compare_vote(&mut self, vote: &Vote) -> bool {
        let (view, signer) = (vote.view, vote.signer);
        let finalization = self.tree.finalization().filter(|it| it.view == view);
        // Only certificates that the vote could contradict are taken apart.
        let certificates = match vote.kind {
            VoteKind::Notarize => [self.tree.notarization(view), None],
            VoteKind::Nullify => [finalization, None],
            VoteKind::Finalize => [self.tree.nullification(view), finalization],
        };
        let differing = certificates.into_iter().flatten();
        let earlier: Vec<Vote> = differing
            .filter(|certificate| certificate.digest != vote.digest)
            .flat_map(|certificate| certificate.votes(&self.set))
            .filter(|other| other.signer == signer)
            .chain(self.votes.of(view, signer))
            .collect();
        let epoch = self.set.epoch();
        let pairs: Vec<Evidence> = earlier
            .iter()
            .filter_map(|other| Evidence::of_votes(epoch, other, vote))
            .collect();
        pairs.into_iter().all(|evidence| self.note(evidence))
    }

    /// Compares the votes of a verified certificate with single votes and with other certificates of its view. [E2]
    pub(super) fn compare_certificate(&mut self, certificate: &Certificate) {
        let votes: Vec<Vote> = certificate.votes(&self.set).collect();
        for vote in &votes {
            let _holds = self.compare_vote(vote);
        }
    }

    /// Whether a certificate that brings nothing new contradicts one that is known, and so is worth checking. [E2]
    pub(super) fn is_contradiction(&self, certificate: &Certificate) -> bool {
        let differs = |known: Option<&Certificate>| {
            known.is_some_and(|known| {
                known.view == certificate.view && known.digest != certificate.digest
            })
        };
        let finalization = self.tree.finalization();
        match certificate.kind {
            VoteKind::Notarize => differs(self.tree.notarization(certificate.view)),
            // Against a finalization a nullification always differs.
            VoteKind::Nullify => differs(finalization) && !planted!("S9b"),
            VoteKind::Finalize => differs(finalization),
        }
    }

    /// Compares a proposal with the first one of its view; the signature of neither need have been checked. [E2]
    pub(super) fn compare_proposal(&mut self, signed: &SignedBlock) {
        let name = signed.block.name();
        let first = self.offences.proposals.get(&name.view).copied();
        if let Some(first) = first.filter(|(first, _)| *first != name)
            && let Some(evidence) =
                Evidence::of_names(self.set.epoch(), first, (name, signed.signature))
        {
            let _holds = self.note(evidence);
        }
    }

    /// Remembers the first proposal of a view, whose signature holds.
    pub(super) fn remember_proposal(&mut self, signed: &SignedBlock) {
        let name = signed.block.name();
        self.compare_proposal(signed);
        let current = self.turn.view.0;
        let oldest = View(current.saturating_sub(PROPOSALS_BEHIND_MAX)).max(self.tree.final_view());
        self.offences.drop_through(oldest);
        if name.view > oldest && name.view.0 <= current.saturating_add(PROPOSALS_AHEAD_MAX) {
            let proposals = &mut self.offences.proposals;
            proposals
                .entry(name.view)
                .or_insert((name, signed.signature));
        }
    }

    /// What final blocks record is no longer pending. [E5]
    pub(super) fn record_offences(&mut self, finalized: &[Hash]) {
        for digest in finalized {
            let Some(placed) = self.tree.get(digest) else {
                continue;
            };
            let height = placed.height();
            let evidence = placed.block().evidence.iter();
            let culprits: Vec<Culprit> = evidence
                .filter_map(|evidence| evidence.accused(&self.set))
                .collect();
            for culprit in culprits {
                if self.offences.record(culprit) {
                    self.out.push(Output::Alarm(Alarm::Offence {
                        culprit,
                        recorded: Some(height),
                    }));
                }
            }
        }
        self.offences.drop_through(self.tree.final_view());
    }

    /// Whether a final block still has to record something. [E3]
    pub(super) fn has_pending_evidence(&self) -> bool {
        !self.offences.pending.is_empty()
    }

    /// Pending evidence to be repeated to peers; what they know they drop. [E3][V17]
    pub(super) fn evidence_to_repeat(&self) -> impl Iterator<Item = Message> {
        let pending = self.offences.pending.values();
        pending
            .take(limits::EVIDENCE_PER_BLOCK_MAX)
            .cloned()
            .map(Message::Evidence)
    }
}

#[cfg(test)]
mod tests;
