//! The edge of a node: clients' requests arrive, are judged, and are answered.

use std::rc::Rc;

use sycee_contracts::{Admission, RejectReason, admit};
use sycee_primitives::TransactionId;
use sycee_replica::{Event, Executed};

use crate::coverage::Mark;
use crate::plan::ClientKind;
use crate::world::{Due, Job, World, small};

/// Way of a request to a node.
const REQUEST_US: u64 = 500;

/// After a refused connection a client tries elsewhere after this long.
const ELSEWHERE_US: u64 = 20_000;

/// Whether what is refused so can never be taken any more: the ledger's clock was put forward meanwhile.
fn is_late(reason: RejectReason) -> bool {
    matches!(reason, RejectReason::Expired | RejectReason::ValueDatePast)
}

impl World {
    /// A client's next turn.
    pub(crate) fn client_due(&mut self, client: usize) {
        if self.is_healing() {
            return;
        }
        if self.clients.plans[client].kind == ClientKind::Governs {
            self.govern(client);
        }
        let founding = Rc::clone(&self.founding);
        for request in self.clients.next(&founding, client, &mut self.oracles) {
            self.events += 1;
            if self.clients.plans[client].kind == ClientKind::SendsToAll {
                for node in self.members() {
                    self.schedule(REQUEST_US, Due::Request(request, node));
                }
            }
            self.send_request(request);
        }
        let interval = self.clients.plans[client].interval_us;
        let after = 1 + self.clients.dice.below(2 * interval);
        self.schedule(after, Due::Client(small(client)));
    }

    /// Sends a request to some validator that was not asked last, and waits.
    pub(crate) fn send_request(&mut self, request: usize) {
        let members = self.members();
        let last = self.clients.requests[request].node;
        let mut place = self.clients.dice.place(members.len());
        if usize::from(members[place]) == last {
            place = (place + 1) % members.len();
        }
        let node = usize::from(members[place]);
        let it = &mut self.clients.requests[request];
        it.node = node;
        it.attempts += 1;
        let (attempt, client) = (it.attempts, it.client);
        self.schedule(REQUEST_US, Due::Request(request, small(node)));
        let patience = self.clients.plans[client].patience_us;
        self.schedule(patience, Due::Timeout(request, attempt));
    }

    /// Sends a request to this node.
    pub(crate) fn ask(&mut self, request: usize, node: usize) {
        let it = &mut self.clients.requests[request];
        it.node = node;
        it.attempts += 1;
        self.schedule(REQUEST_US, Due::Request(request, small(node)));
    }

    pub(crate) fn client_timeout(&mut self, request: usize, attempt: u32) {
        let it = &self.clients.requests[request];
        if !it.done && it.attempts == attempt {
            self.events += 1;
            self.send_request(request);
        }
    }

    pub(crate) fn request_arrives(&mut self, request: usize, node: usize) {
        if self.nodes[node].is_up() {
            self.give(node, Job::Request(request));
        } else if self.clients.requests[request].node == node {
            let attempt = self.clients.requests[request].attempts;
            self.schedule(ELSEWHERE_US, Due::Timeout(request, attempt));
        }
    }

    /// A node judges a request against its last executed state and takes it in, or answers.
    pub(crate) fn answer_request(&mut self, node: usize, request: usize) {
        let it = &self.nodes[node];
        let Some(running) = it.running.as_ref() else {
            return;
        };
        // Whoever does not order takes nothing in; its client asks elsewhere when its patience ends.
        if !it.epochs.current().nodes.contains(&it.index.0) {
            return;
        }
        let now = it.now(self.time).wall;
        let (transaction, refusable) = {
            let request = &self.clients.requests[request];
            (request.transaction.clone(), request.refusable)
        };
        let admission = match admit(running.executor.ledger(), &transaction, now) {
            Ok(admission) => admission,
            Err(error) => return self.violate("storage", Err(format!("node {node}: {error}"))),
        };
        match admission {
            Admission::Accepted => self.step(node, Event::ClientTransactions(vec![transaction])),
            Admission::Duplicate(record) => {
                let id = transaction.id();
                if self.nodes[node].honest {
                    let known = self.oracles.outcomes.receipt(&record.transaction);
                    let right = record.transaction == id
                        && known.is_some_and(|known| {
                            (known.height, known.index) == (record.height, record.index)
                        });
                    if !right {
                        let what =
                            format!("node {node} answers {record:?} for {id}, known is {known:?}");
                        self.violate("outcomes", Err(what));
                    }
                }
                self.answered(request, node);
            }
            Admission::Refused(reason) if refusable || is_late(reason) => {
                self.answered(request, node);
            }
            // Refused here and now, which is no outcome: the client asks elsewhere when its patience ends.
            Admission::Refused(_) => {}
        }
    }

    /// A client that was told "accepted" may rely on it.
    pub(crate) fn trust(&mut self, node: usize, transaction: &TransactionId) {
        let Some(request) = self.clients.by_id.get(transaction).copied() else {
            return;
        };
        let it = &self.clients.requests[request];
        let trusts = self.clients.plans[it.client].kind == ClientKind::Trusts;
        if trusts && it.node == node {
            self.answered(request, node);
        }
    }

    fn answered(&mut self, request: usize, node: usize) {
        let it = &self.clients.requests[request];
        if !it.done && it.attempts > 1 && it.node == node {
            self.coverage.reach(Mark::AnsweredElsewhere);
        }
        self.clients.answered(request, self.time);
    }

    /// Answers the clients that wait at this node for something in this block.
    pub(crate) fn answer_waiting(&mut self, node: usize, executed: &Executed) {
        for receipt in &executed.block.receipts {
            let Some(request) = self.clients.by_id.get(&receipt.transaction).copied() else {
                continue;
            };
            let it = &self.clients.requests[request];
            let spends_twice = self.clients.plans[it.client].kind == ClientKind::SpendsTwice;
            if spends_twice && !matches!(receipt.outcome, sycee_contracts::Outcome::Settled) {
                self.coverage.reach(Mark::SpentTwiceOrdered);
            }
            if self.clients.requests[request].node == node {
                self.answered(request, node);
            }
        }
    }
}
