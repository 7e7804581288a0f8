//! The validators change while everything else goes on: a client asks for the plan's changes and casts the seats' votes, and nodes enter epochs.
//!
//! ```text
//!   plan's change --Propose--> ledger --Vote of every seat--> ... --> Terminal block --> a node's EpochBegan --> oracles
//! ```
//! What was asked for and approved is read from the naive ledger, which is where the network stands.

use std::rc::Rc;

use sycee_consensus::{Block, Culprit, ValidatorIndex};
use sycee_contracts::{Action, Change, Propose, Vote, possession};
use sycee_primitives::{Epoch, Hash, ParticipantId, PublicKey, SecretKey};
use sycee_replica::EpochFacts;

use crate::coverage::Mark;
use crate::plan::{ChangePlan, Turn};
use crate::world::World;

impl World {
    /// Nodes that order in the newest epoch.
    pub(crate) fn members(&self) -> Vec<u16> {
        self.epochs.current().nodes.to_vec()
    }

    /// The block with which an epoch begins, and its digest; none for the first.
    pub(crate) fn root_of(&self, epoch: Epoch) -> Option<(Hash, Block)> {
        let facts = self.epochs.get(epoch)?;
        let root = facts.root.clone()?;
        Some((root.digest(&facts.set), root))
    }

    /// The node whose key is accused.
    pub(crate) fn node_behind(&self, culprit: &Culprit) -> Option<ValidatorIndex> {
        let facts = self.epochs.get(culprit.slot.epoch)?;
        Some(facts.node_of(culprit.validator))
    }

    /// The governing client's turn: nothing while it waits for answers, else the votes that are missing, else the next change.
    pub(crate) fn govern(&mut self, client: usize) {
        if self.clients.open[client] > 0 {
            return;
        }
        let founding = Rc::clone(&self.founding);
        let governance = &self.oracles.ledger.governance;
        if let Some((proposal, silent)) = governance.open() {
            for (node, participant) in silent {
                let vote = Vote {
                    proposal,
                    node,
                    approve: true,
                };
                let sender = ParticipantId(participant);
                let request = self
                    .clients
                    .instruct(&founding, client, sender, Action::Vote(vote));
                self.send_request(request);
            }
            return;
        }
        let plan = Rc::clone(&self.plan);
        let next = plan.changes.get(self.asked);
        let next = next.filter(|change| change.at_us <= self.time && !governance.waits());
        let Some(change) = next else { return };
        self.asked += 1;
        let propose = self.propose(change, &plan.changes[..self.asked]);
        let sender = ParticipantId(0);
        let request = self
            .clients
            .instruct(&founding, client, sender, Action::Propose(propose));
        self.send_request(request);
    }

    fn propose(&self, change: &ChangePlan, so_far: &[ChangePlan]) -> Propose {
        let node = change.what.node();
        let takes_key = |it: &&ChangePlan| match it.what {
            Turn::Join(of) | Turn::Rotate(of) => of == node,
            Turn::Leave(_) => false,
        };
        // An observer has signed with none of its keys, a founder with its first.
        let founder = usize::from(node < self.plan.validators);
        let turn = so_far.iter().filter(takes_key).count() + founder;
        let key = || {
            let secret: &SecretKey = &self.nodes[usize::from(node)].keys[turn - 1];
            let key = secret.public_key();
            let chain = self.founding.genesis.chain_id();
            let proof = secret.sign(&possession(&chain, node, &key));
            (key, proof)
        };
        let change_of = |key: (PublicKey, _), joins: bool| {
            let (key, proof) = key;
            if joins {
                Change::Join { node, key, proof }
            } else {
                Change::Rotate { node, key, proof }
            }
        };
        Propose {
            change: match change.what {
                Turn::Join(_) => change_of(key(), true),
                Turn::Rotate(_) => change_of(key(), false),
                Turn::Leave(_) => Change::Leave { node },
            },
            time_lock_ms: change.time_lock_ms,
            expires: self.oracles.ledger.expiry(),
        }
    }

    /// A node has entered an epoch.
    pub(crate) fn epoch_began(&mut self, node: usize, facts: EpochFacts) {
        let epoch = facts.epoch();
        let it = &mut self.nodes[node];
        it.epochs = it.epochs.with(facts.clone());
        self.entered[node] = (0, self.time);
        if !it.honest {
            return;
        }
        if let Some(known) = self.epochs.get(epoch) {
            let same = known.named() == facts.named() && known.root == facts.root;
            let what = format!("node {node} begins {epoch:?} with other validators or elsewhere");
            return self.violate("governance", same.then_some(()).ok_or(what));
        }
        let verdict = self.check_beginning(&facts);
        self.violate("governance", verdict);
        self.mark_beginning(&facts);
        self.oracles.begins(&facts.set);
        self.epochs = self.epochs.with(facts);
    }

    /// Nothing is signed in an epoch before the Terminal block of the one before is final, and its validators are the ledger's choice. [S10]
    fn check_beginning(&self, facts: &EpochFacts) -> Result<(), String> {
        let before = self.epochs.current();
        let epoch = facts.epoch();
        if epoch.0 != before.epoch().0 + 1 {
            return Err(format!("{epoch:?} begins after {:?}", before.epoch()));
        }
        let root = facts.root.as_ref().ok_or("it has no root")?;
        let terminal = self.oracles.agreement.at(root.height);
        if terminal != Some(root.parent) {
            return Err(format!(
                "{epoch:?} begins above {:?}, the final block of height {} is {terminal:?}",
                root.parent, root.height
            ));
        }
        let keys = facts
            .set
            .indexes()
            .filter_map(|index| facts.set.key(index).copied());
        let members: Vec<_> = facts.nodes.iter().copied().zip(keys).collect();
        self.oracles
            .ledger
            .governance
            .begins(facts.version, &members)
    }

    fn mark_beginning(&mut self, facts: &EpochFacts) {
        let before = self.epochs.current();
        let (old, new) = (&before.nodes, &facts.nodes);
        let joined = new.iter().any(|node| !old.contains(node));
        let left = old.iter().any(|node| !new.contains(node));
        let mark = match (joined, left) {
            (true, _) => Mark::ValidatorJoined,
            (false, true) => Mark::ValidatorLeft,
            (false, false) => Mark::KeyRotated,
        };
        self.coverage.reach(mark);
    }
}
