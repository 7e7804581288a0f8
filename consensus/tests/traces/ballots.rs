//! What hands can say about views: votes, certificates, answers to one that has lost its record, at any moment.

use sycee_consensus::{
    Block, Certificate, Input, Message, Quarantine, Record, RejoinAnswer, SignedBlock,
    SignedHeader, View, ViewRecord, Vote, VoteKind,
};
use sycee_primitives::{Epoch, Hash, codec, domain::Domain};

use crate::world::{MS, World, index, key};

/// One core under test, whose turn is the fourth, and hands for the turns before it.
pub fn voter_and_hands() -> (World, usize, [usize; 3]) {
    let [first, second, third, core] = World::turns();
    let world = World::new(&[first, second, third]);
    (world, core, [first, second, third])
}

impl World {
    /// A vote with the signature of its signer.
    pub fn ballot(&self, signer: usize, kind: VoteKind, view: u64, digest: Hash) -> Vote {
        let (domain, body) = match kind {
            VoteKind::Notarize => (Domain::Notarize, codec::encode(&(View(view), digest))),
            VoteKind::Finalize => (Domain::Finalize, codec::encode(&(View(view), digest))),
            VoteKind::Nullify => (Domain::Nullify, codec::encode(&View(view))),
        };
        let statement = domain.statement(self.set.chain(), Epoch(0), &body);
        Vote {
            kind,
            view: View(view),
            digest,
            signer: index(signer),
            signature: key(signer).sign(&statement),
        }
    }

    /// A certificate of three signers.
    pub fn certificate(
        &self,
        signers: [usize; 3],
        kind: VoteKind,
        view: u64,
        digest: Hash,
    ) -> Certificate {
        let mut signers = signers;
        signers.sort_unstable();
        let votes = signers.map(|signer| self.ballot(signer, kind, view, digest));
        Certificate {
            kind,
            view: View(view),
            digest,
            bitmap: vec![signers.iter().fold(0, |bits, signer| bits | 1 << signer)],
            signatures: votes.map(|vote| vote.signature).to_vec(),
        }
    }

    /// A core hears this now, before anything else happens.
    pub fn hear(&mut self, node: usize, from: usize, message: Message) {
        let from = index(from);
        self.step(node, Input::Message { from, message });
    }

    /// The block with its leader's signature.
    pub fn signed(&self, block: Block) -> SignedBlock {
        let leader = usize::from(self.set.leader(block.view).0);
        let signature = key(leader).sign(&block.digest(&self.set));
        SignedBlock { block, signature }
    }

    /// A batch of this hand that the core holds and a quorum has said to hold: work, for every timer.
    pub fn covered_tip(&mut self, core: usize, owner: usize, other: usize) -> SignedHeader {
        let tip = self.batch(owner, 0, None, 77);
        self.give(owner, &[core], &tip);
        self.mark(owner, &[core], &tip);
        self.mark(other, &[core], &tip);
        self.advance(5 * MS);
        tip
    }

    /// The hands make a block notarized; the core may have voted too.
    pub fn notarize(&mut self, core: usize, block: &SignedBlock) -> Hash {
        let digest = self.propose(core, block);
        self.vote(core, VoteKind::Notarize, block.block.view.0, digest);
        self.advance(5 * MS);
        digest
    }

    /// The record of a view that is queued for the disk and not synced.
    pub fn queued(&self, node: usize, view: u64) -> Option<ViewRecord> {
        let unsynced = self.nodes[node].disk.unsynced.iter();
        let records = unsynced.flat_map(|(_, records)| records);
        let mut of_view = records.filter_map(|record| match record {
            Record::View(at, record) if *at == View(view) => Some(*record),
            _ => None,
        });
        of_view.next_back()
    }

    /// Steps in small time until the core has queued a record of a view.
    pub fn advance_to_queued(&mut self, node: usize, view: u64) -> ViewRecord {
        let end = self.time + 2_000 * MS;
        loop {
            if let Some(record) = self.queued(node, view) {
                return record;
            }
            assert!(self.time < end, "nothing is signed in view {view}");
            self.advance(100);
        }
    }

    /// Kinds of a core's votes in a view, and of which blocks.
    pub fn votes_in(&self, node: usize, view: u64) -> Vec<(VoteKind, Hash)> {
        let votes = self.votes(node).into_iter();
        let mut found: Vec<_> = votes
            .filter(|vote| vote.view == View(view))
            .map(|vote| (vote.kind, vote.digest))
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    pub fn has_nullified(&self, node: usize, view: u64) -> bool {
        self.votes_in(node, view)
            .iter()
            .any(|(kind, _)| *kind == VoteKind::Nullify)
    }

    /// The machine is replaced: `recover` on an empty folder, then a start.
    pub fn lose_disk(&mut self, node: usize) {
        self.crash(node);
        let quarantine = Quarantine {
            active: true,
            ..Quarantine::default()
        };
        self.nodes[node].disk.synced = vec![Record::Quarantine(quarantine)];
        self.nodes[node].payloads.clear();
        self.start(node);
    }

    /// Hands answer the core's question from quarantine.
    pub fn answer_rejoin(
        &mut self,
        core: usize,
        hands: &[usize],
        view: u64,
        proof: (Option<Certificate>, Option<Certificate>),
    ) {
        let asked = self.said.iter().rev().find_map(|(_, from, _, message)| {
            let Message::RejoinRequest { nonce, .. } = message else {
                return None;
            };
            (*from == core).then_some(*nonce)
        });
        let nonce = asked.unwrap();
        let body = codec::encode(&(index(core), nonce, View(view)));
        let statement = Domain::Rejoin.statement(self.set.chain(), Epoch(0), &body);
        for hand in hands {
            let answer = RejoinAnswer {
                nonce,
                view: View(view),
                signer: index(*hand),
                signature: key(*hand).sign(&statement),
                entry: proof.0.clone(),
                finalization: proof.1.clone(),
            };
            self.say(*hand, &[core], &Message::RejoinAnswer(Box::new(answer)));
        }
        self.advance(5 * MS);
    }

    pub fn is_quarantined(&self, node: usize) -> bool {
        self.nodes[node].core.as_ref().unwrap().status().quarantined
    }

    pub fn delay_us(&self, node: usize) -> u64 {
        self.nodes[node].core.as_ref().unwrap().status().delay_us
    }
}
