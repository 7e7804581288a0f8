//! A backend without consensus: every accepted transaction is a block of its own, executed when its outcome is asked for.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sycee_api::{NodeFault, Problem};
use sycee_consensus::{Block, Certificate, Evidence, SignedBlock, ValidatorSet};
use sycee_contracts::registry::RegistryProof;
use sycee_contracts::{
    Admission, BlockContext, ExecutedBlock, Ledger, ObjectProof, Receipt, VerifiedTransaction,
    admit, execute, verify,
};
use sycee_genesis::{DevnetOptions, DevnetSecrets, Genesis, devnet};
use sycee_primitives::{BlockTime, Hash, Height, Signature, TransactionId};
use sycee_replica::{Epochs, ResultsRow, evidence::RecordedOffence};
use tokio::sync::watch;

use super::{Backend, FoundOffence, Health, Heights, Identity, StoredBlock, Submitted};

pub(crate) const START_MS: u64 = 1_800_000_000_000;

pub(crate) fn secrets() -> DevnetSecrets {
    DevnetSecrets::from_seed(&[5; 32])
}

pub(crate) fn genesis() -> Genesis {
    let options = DevnetOptions {
        time: BlockTime(START_MS),
        ..DevnetOptions::default()
    };
    devnet(&secrets().public(), &options).unwrap()
}

struct State {
    ledger: Ledger,
    blocks: Vec<ExecutedBlock>,
    waiting: Vec<VerifiedTransaction>,
}

pub(crate) struct SmallBackend {
    identity: Identity,
    state: Mutex<State>,
    progress: watch::Sender<Heights>,
    ready: Mutex<bool>,
    /// In the order of the chain.
    pub(crate) offences: Mutex<Vec<RecordedOffence>>,
}

impl SmallBackend {
    pub(crate) fn new() -> SmallBackend {
        let genesis = genesis();
        let (progress, _) = watch::channel(Heights::default());
        SmallBackend {
            identity: Identity {
                chain_id: genesis.chain_id(),
                network: "test".to_owned(),
                node: "validator-0".to_owned(),
                is_validator: true,
                index: Some(0),
            },
            state: Mutex::new(State {
                ledger: genesis.ledger().unwrap(),
                blocks: Vec::new(),
                waiting: Vec::new(),
            }),
            progress,
            ready: Mutex::new(true),
            offences: Mutex::new(Vec::new()),
        }
    }

    fn set(&self) -> ValidatorSet {
        genesis().validator_set()
    }

    pub(crate) fn set_ready(&self, ready: bool) {
        *self.ready.lock().unwrap() = ready;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Executes one block with whatever waits; also an empty one.
    pub(crate) fn make_block(&self) {
        let mut state = self.state();
        let height = state.ledger.height().next();
        let context = BlockContext {
            height,
            time: BlockTime(START_MS + height.0 * 1_000),
        };
        let waiting = std::mem::take(&mut state.waiting);
        let block = execute(&mut state.ledger, &context, &waiting).unwrap();
        state.blocks.push(block);
        drop(state);
        self.progress.send_modify(|heights| {
            heights.executed = height;
            heights.certified = Height(height.0.saturating_sub(1));
        });
    }

    fn find(&self, transaction: TransactionId) -> Option<Receipt> {
        let state = self.state();
        let mut receipts = state.blocks.iter().flat_map(|block| &block.receipts);
        receipts
            .find(|receipt| receipt.transaction == transaction)
            .cloned()
    }
}

impl Backend for SmallBackend {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn epochs(&self) -> Arc<Epochs> {
        Arc::new(Epochs::founded(self.set()))
    }

    fn health(&self) -> Health {
        let heights = *self.progress.borrow();
        let ready = *self.ready.lock().unwrap();
        Health {
            final_height: heights.executed,
            heights,
            view: heights.executed.0 + 1,
            leader: 0,
            peers_connected: 3,
            peers_known: 4,
            ready,
            notes: if ready {
                Vec::new()
            } else {
                vec!["starting".to_owned()]
            },
            now: BlockTime(START_MS),
        }
    }

    fn progress(&self) -> watch::Receiver<Heights> {
        self.progress.subscribe()
    }

    async fn submit(&self, bytes: Vec<u8>) -> Result<Submitted, Problem> {
        let verified = verify(&self.identity.chain_id, &bytes)?;
        let mut state = self.state();
        let admission = admit(&state.ledger, &verified, BlockTime(START_MS));
        match admission.map_err(|error| Problem::of(NodeFault::StoreFailed, error))? {
            Admission::Accepted => {
                let transaction = verified.id();
                state.waiting.push(verified);
                Ok(Submitted::Accepted {
                    transaction,
                    repeated: false,
                })
            }
            Admission::Duplicate(record) => Ok(Submitted::Duplicate(record)),
            Admission::Refused(reason) => Err(reason.into()),
        }
    }

    async fn outcome(&self, transaction: TransactionId) -> Result<Receipt, Problem> {
        if let Some(receipt) = self.find(transaction) {
            return Ok(receipt);
        }
        if self
            .state()
            .waiting
            .iter()
            .all(|waiting| waiting.id() != transaction)
        {
            std::future::pending::<()>().await;
        }
        self.make_block();
        self.find(transaction)
            .ok_or_else(|| NodeFault::Internal.into())
    }

    async fn receipt(&self, transaction: TransactionId) -> Result<Option<Receipt>, Problem> {
        Ok(self.find(transaction))
    }

    async fn prove(&self, transaction: TransactionId) -> Result<Vec<u8>, Problem> {
        let receipt = self
            .find(transaction)
            .ok_or(NodeFault::TransactionUnknown)?;
        if self.progress.borrow().certified < receipt.height {
            return Err(NodeFault::NotCertified.into());
        }
        Ok(b"proof".to_vec())
    }

    async fn certify_extract(&self, entry: RegistryProof) -> Result<Vec<u8>, Problem> {
        // No certificates here: what is certified is shown by the replica's tests, the bytes of the entry are enough for the interface's.
        if self.progress.borrow().certified < entry.stem.height {
            return Err(NodeFault::NotCertified.into());
        }
        Ok(sycee_primitives::codec::encode(&entry))
    }

    async fn prove_object(&self, object: ObjectProof) -> Result<Option<Vec<u8>>, Problem> {
        if self.progress.borrow().certified < object.roots.height {
            return Err(NodeFault::NotCertified.into());
        }
        Ok(Some(sycee_primitives::codec::encode(&object)))
    }

    async fn read<T, F>(&self, question: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&Ledger) -> T + Send + 'static,
    {
        Ok(question(&self.state().ledger))
    }

    async fn block(&self, height: Height) -> Result<Option<StoredBlock>, Problem> {
        let state = self.state();
        let found = state.blocks.iter().find(|block| block.height == height);
        Ok(found.map(|executed| {
            let block = Block {
                height,
                ..Block::genesis(&self.set(), executed.time, Hash::ZERO)
            };
            StoredBlock {
                digest: block.digest(&self.set()),
                block: SignedBlock {
                    block,
                    signature: Signature([0; 64]),
                },
                counts: Some((1, executed.settled_legs)),
            }
        }))
    }

    async fn finalization(
        &self,
        _height: Height,
    ) -> Result<Option<(Height, Certificate)>, Problem> {
        Ok(None)
    }

    async fn lowest_height(&self) -> Result<Height, Problem> {
        Ok(Height(1))
    }

    async fn results(&self, height: Height) -> Result<Option<ResultsRow>, Problem> {
        let state = self.state();
        let found = state.blocks.iter().find(|block| block.height == height);
        Ok(found.map(|block| ResultsRow {
            results: block.results,
            receipts_root: block.receipts_root,
            state_root: block.checkpoint.map(|checkpoint| checkpoint.state_root),
            set_version: 0,
        }))
    }

    async fn offences(
        &self,
        from: (Height, u16),
        limit: usize,
    ) -> Result<Vec<RecordedOffence>, Problem> {
        let offences = self.offences.lock().unwrap().clone();
        let later = offences
            .into_iter()
            .filter(|it| (it.height, it.place) >= from);
        Ok(later.take(limit).collect())
    }

    async fn pending_offences(&self) -> Result<Vec<Evidence>, Problem> {
        Ok(Vec::new())
    }

    async fn offence(&self, id: Hash) -> Result<Option<FoundOffence>, Problem> {
        let set = &self.set();
        let is_it =
            |it: &&RecordedOffence| it.evidence.accused(set).is_some_and(|it| it.id() == id);
        let offences = self.offences.lock().unwrap();
        let found = offences.iter().find(is_it);
        Ok(found.map(|it| (it.evidence.clone(), Some((it.height, it.place)))))
    }

    fn metrics(&self) -> String {
        "# EOF\n".to_owned()
    }
}
