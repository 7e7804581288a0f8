//! Clients' transactions: signatures in groups on the pool, then admission by the ledger's owner, then the core.
//!
//! It must never acknowledge anything; the core thread answers "accepted" when the transaction is synced in the own lane.

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender};
use rayon::prelude::*;
use sycee_contracts::{Rejection, VerifiedTransaction, verify_many};
use sycee_primitives::ChainId;
use tokio::sync::oneshot;

use super::execution::Question;
use super::handle::SubmitOutcome;
use crate::metrics::Metrics;

/// Transactions verified as one group.
const GROUP_TRANSACTIONS_MAX: usize = 512;
/// Bytes verified as one group.
const GROUP_BYTES_MAX: usize = 4 << 20;
/// Transactions of one task of the pool: enough to share the cost of a batch equation.
const TASK_TRANSACTIONS: usize = 64;
/// How often the thread looks whether the node stops.
const STOP_CHECK: Duration = Duration::from_millis(100);

/// One transaction of a client, and where its answer goes.
pub(crate) struct Submission {
    pub(crate) bytes: Vec<u8>,
    pub(crate) reply: oneshot::Sender<SubmitOutcome>,
}

/// Verified and admitted transactions on their way to the core.
pub(crate) type ClientGroup = Vec<(VerifiedTransaction, oneshot::Sender<SubmitOutcome>)>;

pub(crate) struct Intake {
    pub(crate) chain: ChainId,
    pub(crate) submissions: Receiver<Submission>,
    pub(crate) questions: Sender<Question>,
    pub(crate) clients: Sender<ClientGroup>,
    pub(crate) pool: Arc<rayon::ThreadPool>,
    pub(crate) stop: Receiver<()>,
    pub(crate) metrics: Metrics,
}

impl Intake {
    /// Runs until the node stops.
    pub(crate) fn run(self) {
        loop {
            crossbeam_channel::select! {
                recv(self.submissions) -> first => {
                    let Ok(first) = first else { return };
                    let group = self.collect(first);
                    self.pass_on(group);
                }
                recv(self.stop) -> _ => return,
                default(STOP_CHECK) => {}
            }
        }
    }

    fn collect(&self, first: Submission) -> Vec<Submission> {
        let mut bytes = first.bytes.len();
        let mut group = vec![first];
        while group.len() < GROUP_TRANSACTIONS_MAX && bytes < GROUP_BYTES_MAX {
            let Ok(next) = self.submissions.try_recv() else {
                break;
            };
            bytes = bytes.saturating_add(next.bytes.len());
            group.push(next);
        }
        group
    }

    fn pass_on(&self, group: Vec<Submission>) {
        let answers = self.verify(&group);
        let mut verified: ClientGroup = Vec::new();
        for (submission, answer) in group.into_iter().zip(answers) {
            match answer {
                Ok(transaction) => verified.push((transaction, submission.reply)),
                Err(rejection) => {
                    self.metrics.refused.inc();
                    // A client that has gone needs no answer.
                    let _ = submission.reply.send(SubmitOutcome::Refused(rejection));
                }
            }
        }
        if verified.is_empty() {
            return;
        }
        let admit = Question::Admit {
            group: verified,
            clients: self.clients.clone(),
        };
        // When execution is gone the node stops; the replies are dropped and their clients learn it.
        let _ = self.questions.send(admit);
    }

    fn verify(&self, group: &[Submission]) -> Vec<Result<VerifiedTransaction, Rejection>> {
        let bytes: Vec<&[u8]> = group.iter().map(|it| it.bytes.as_slice()).collect();
        if bytes.len() <= TASK_TRANSACTIONS {
            return verify_many(&self.chain, &bytes);
        }
        self.pool.install(|| {
            bytes
                .par_chunks(TASK_TRANSACTIONS)
                .flat_map_iter(|chunk| verify_many(&self.chain, chunk))
                .collect()
        })
    }
}
