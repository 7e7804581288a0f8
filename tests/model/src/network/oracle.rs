//! Listens to what leaves the honest nodes of a run.

use sycee_consensus::{Certificate, Message, Record, View, VoteKind};
use sycee_primitives::Hash;

use super::Run;

/// Every certificate that a message carries.
fn certificates_of(message: &mut Message) -> Vec<&mut Certificate> {
    match message {
        Message::Certificate(certificate) => vec![certificate],
        Message::Proposal(proposal) => proposal.justification.iter_mut().collect(),
        Message::Range { finalization, .. } => vec![finalization],
        Message::OwnStatements(statements) => statements.finalization.iter_mut().collect(),
        Message::RejoinAnswer(answer) => {
            let parts = [&mut answer.entry, &mut answer.finalization];
            parts.into_iter().flatten().collect()
        }
        Message::Vote(_)
        | Message::Watermarks(_)
        | Message::BatchRequest { .. }
        | Message::BlockRequest { .. }
        | Message::ProposalRequest { .. }
        | Message::CertificateRequest { .. }
        | Message::RangeRequest { .. }
        | Message::Pruned { .. }
        | Message::OwnStatementsRequest
        | Message::RejoinRequest { .. }
        | Message::Evidence(_) => Vec::new(),
    }
}

impl Run<'_> {
    /// Puts those who signed in this very state into certificates of the walk, where states are told apart only by what they say.
    ///
    /// What was made since, out of votes, is true already; what nobody could have made stays as it is.
    pub(super) fn name_true_signers(&mut self, message: &mut Message) {
        for certificate in certificates_of(message) {
            let (kind, view) = (certificate.kind, certificate.view);
            let Some(bit) = self.world.bit(kind, view, &certificate.digest) else {
                continue;
            };
            let honest = self.world.honest.iter().zip(self.voted);
            let signers: Vec<u16> = honest
                .filter(|(_, voted)| voted & (1 << bit) != 0)
                .map(|(honest, _)| honest.0)
                .collect();
            if let [a, b, ..] = signers[..] {
                *certificate = self.world.certificate(bit, [self.world.liar.0, a, b]);
            }
        }
    }

    /// What left before the run began counts too.
    pub(super) fn remember_what_left(&mut self) {
        for place in 0..self.members.len() {
            let (me, mut views) = (self.members[place].me.0, Vec::new());
            for record in &self.members[place].synced {
                if let Record::View(view, record) = record {
                    views.push((*view, *record));
                }
            }
            for (view, record) in views {
                let said = [
                    record.notarized.map(|d| (Some(VoteKind::Notarize), d)),
                    record
                        .nullified
                        .then_some((Some(VoteKind::Nullify), Hash::ZERO)),
                    record.finalized.map(|d| (Some(VoteKind::Finalize), d)),
                    record.proposed.map(|d| (None, d)),
                ];
                for (kind, digest) in said.into_iter().flatten() {
                    self.hear(me, view, kind, digest);
                }
            }
        }
    }

    /// Sees own signatures leave: never two that contradict, and none inside a certificate before its record is synced. [R3]
    pub(super) fn note(&mut self, place: usize, message: &Message) {
        let me = self.members[place].me;
        match message {
            Message::Vote(vote) if vote.signer == me => {
                self.hear(me.0, vote.view, Some(vote.kind), vote.digest);
            }
            Message::Proposal(proposal) => {
                let block = &proposal.block.block;
                let leader = self.world.set.leader(block.view);
                if leader == me {
                    self.hear(me.0, block.view, None, block.digest(&self.world.set));
                }
                for certificate in &proposal.justification {
                    self.note_certificate(place, certificate);
                }
            }
            Message::Certificate(certificate) => self.note_certificate(place, certificate),
            _ => {}
        }
    }

    fn note_certificate(&mut self, place: usize, certificate: &Certificate) {
        let member = &self.members[place];
        let signed = certificate.signers(&self.world.set).any(|s| s == member.me);
        let kind = Some(certificate.kind);
        let left = self.said.get(&(member.me.0, certificate.view, kind));
        // What was synced in an earlier life and never left as a vote is in the record.
        let recorded = member.synced.iter().any(|record| match record {
            Record::View(view, record) if *view == certificate.view => match certificate.kind {
                VoteKind::Notarize => record.notarized == Some(certificate.digest),
                VoteKind::Nullify => record.nullified,
                VoteKind::Finalize => record.finalized == Some(certificate.digest),
            },
            _ => false,
        });
        if signed && left != Some(&certificate.digest) && !recorded {
            self.wrong = Some(format!(
                "R3: an unsynced vote of {} is in a certificate",
                member.me.0
            ));
        }
    }

    fn hear(&mut self, signer: u16, view: View, kind: Option<VoteKind>, digest: Hash) {
        let earlier = self.said.insert((signer, view, kind), digest);
        let other = match kind {
            Some(VoteKind::Nullify) => Some(VoteKind::Finalize),
            Some(VoteKind::Finalize) => Some(VoteKind::Nullify),
            Some(VoteKind::Notarize) | None => None,
        };
        let against = other.is_some_and(|kind| self.said.contains_key(&(signer, view, Some(kind))));
        if against || earlier.is_some_and(|earlier| earlier != digest) {
            self.wrong = Some(format!("S5: {signer} contradicts itself in view {view}"));
        }
    }
}
