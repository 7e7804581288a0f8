//! Banks that pay, ask again elsewhere, and some that cheat; a supply chain whose members race. What they were promised is held against the nodes.

use std::collections::HashMap;

use sycee_contracts::{
    Action, AdvanceClock, BulkMode, EndToEndId, IdempotencyKey, Instruction, Leg, Pay, PayBatch,
    VerifiedTransaction, verify,
};
use sycee_primitives::{
    AccountId, Amount, AssetId, BlockTime, BusinessDate, ParticipantId, TransactionId,
    identifiers::Uetr,
};

use crate::founding::{Founding, Payers, START_MS};
use crate::oracles::Oracles;
use crate::plan::{ClientKind, ClientPlan};
use crate::racing::{Rounds, made};
use crate::random::Random;

/// Requests without an answer that a client has at a time.
pub(crate) const OPEN_MAX: usize = 64;

/// How often a player's turn lets the executor say how long to wait: its blocks hold some four instructions.
const JUMPS_PERMILLE: u64 = 250;

/// Shortest wait for which the clock is put forward, milliseconds; shorter ones pass by themselves.
const JUMP_MS_MIN: u64 = 60_000;

/// One instruction of a client, from the first sending to the answer.
pub(crate) struct Request {
    /// Whose it is.
    pub(crate) client: usize,
    /// What is sent.
    pub(crate) transaction: VerifiedTransaction,
    /// The node asked last.
    pub(crate) node: usize,
    /// How often it was sent.
    pub(crate) attempts: u32,
    /// It has its answer.
    pub(crate) done: bool,
    /// When it had it.
    pub(crate) done_at: u64,
    /// A refusal at the edge is an answer too.
    pub(crate) refusable: bool,
}

/// All clients.
pub(crate) struct Clients {
    /// What each does.
    pub(crate) plans: Vec<ClientPlan>,
    /// Every request so far.
    pub(crate) requests: Vec<Request>,
    /// Requests by transaction.
    pub(crate) by_id: HashMap<TransactionId, usize>,
    /// Requests without an answer, by client.
    pub(crate) open: Vec<usize>,
    /// Their dice.
    pub(crate) dice: Random,
    /// Where those stand that race, by client.
    rounds: Vec<Rounds>,
    /// Today on the ledger, and when what is signed now expires.
    when: (BusinessDate, BlockTime),
    number: u64,
}

impl Clients {
    /// Clients that have done nothing yet.
    #[must_use]
    pub(crate) fn new(plans: Vec<ClientPlan>, dice: Random) -> Clients {
        Clients {
            open: vec![0; plans.len()],
            rounds: (0..plans.len()).map(Rounds::new).collect(),
            plans,
            requests: Vec::new(),
            by_id: HashMap::new(),
            dice,
            when: (
                BlockTime(START_MS).date(),
                BlockTime(START_MS).after_ms(20 * 3_600_000),
            ),
            number: 0,
        }
    }

    /// The next requests of a client: places in `requests`; none when too many are open.
    pub(crate) fn next(
        &mut self,
        founding: &Founding,
        client: usize,
        oracles: &mut Oracles,
    ) -> Vec<usize> {
        let plan = self.plans[client];
        if self.open[client] >= OPEN_MAX {
            return Vec::new();
        }
        if plan.kind == ClientKind::Races {
            return self.next_step(founding, client, oracles);
        }
        self.when = (oracles.ledger.today(), oracles.ledger.expiry());
        if let ClientKind::Plays(_) = plan.kind {
            return self.next_play(founding, client, oracles);
        }
        if plan.kind == ClientKind::Replays && self.number > 4 && !self.requests.is_empty() {
            return vec![self.dice.place(self.requests.len())];
        }
        self.number += 1;
        let key = self.number;
        let transactions = match plan.kind {
            ClientKind::Pays
            | ClientKind::SendsToAll
            | ClientKind::Replays
            | ClientKind::Trusts => {
                let amount = self.dice.between(1, 10_000);
                vec![self.payment(founding, plan, key, u128::from(amount))]
            }
            ClientKind::Overdraws => {
                let amount = if self.dice.chance(500) {
                    1 << 60
                } else {
                    900_000_000_000
                };
                vec![self.payment(founding, plan, key, amount)]
            }
            ClientKind::SpendsTwice => vec![
                self.payment(founding, plan, key, 1_000),
                self.payment(founding, plan, key, 1_001),
            ],
            ClientKind::PaysInBulk => vec![self.bulk(founding, plan, key)],
            // What it does next depends on what the ledger says: see `governing`.
            ClientKind::Governs => Vec::new(),
            ClientKind::Races | ClientKind::Plays(_) => Vec::new(),
        };
        let refusable = plan.kind == ClientKind::SpendsTwice;
        transactions
            .into_iter()
            .map(|transaction| self.enter(client, transaction, refusable))
            .collect()
    }

    /// The next step of a supply chain, once every request of the last one has its answer.
    fn next_step(&mut self, founding: &Founding, client: usize, oracles: &Oracles) -> Vec<usize> {
        let sent = self.rounds[client].sent();
        if sent.iter().any(|request| !self.requests[*request].done) {
            return Vec::new();
        }
        let made: Vec<Option<u64>> = sent
            .iter()
            .map(|request| made(&oracles.outcomes, &self.requests[*request].transaction.id()))
            .collect();
        let portion_of = |promise| oracles.ledger.portion_of(promise);
        let bank = self.plans[client].bank;
        let (acts, refusable) = self.rounds[client].next(&made, portion_of, bank);
        let sent: Vec<usize> = acts
            .into_iter()
            .map(|(actor, action)| {
                self.number += 1;
                let expiry = oracles.ledger.expiry();
                let sender = actor.participant();
                let transaction = sign(founding, sender, (self.number, expiry), action);
                self.enter(client, transaction, refusable)
            })
            .collect();
        self.rounds[client].note(sent.clone());
        sent
    }

    /// The next instruction of the family of products that is played; now and then the operator puts the clock forward first.
    fn next_play(
        &mut self,
        founding: &Founding,
        client: usize,
        oracles: &mut Oracles,
    ) -> Vec<usize> {
        let may_jump = oracles.ledger.may_jump();
        let Some(products) = &mut oracles.ledger.products else {
            return Vec::new();
        };
        let mut sent = Vec::new();
        if self.dice.chance(JUMPS_PERMILLE) && may_jump {
            let by_ms = products.pause();
            if by_ms >= JUMP_MS_MIN {
                let jump = Action::AdvanceClock(AdvanceClock { by_ms });
                sent.push(self.instruct(founding, client, ParticipantId(0), jump));
            }
        }
        let Some((name, drawn)) = products.next() else {
            return sent;
        };
        let key = IdempotencyKey::new(name.as_bytes()).expect("a short name");
        let expiry = drawn.expires.unwrap_or(self.when.1);
        let signed = try_sign(founding, drawn.sender, (key, expiry), drawn.action);
        // What is malformed gets no further than the signer.
        if let Some(transaction) = signed {
            products.sent(name, transaction.id());
            sent.push(self.enter(client, transaction, true));
        }
        sent
    }

    /// A payment of a bank after the faults: the chain must still be able to take it.
    pub(crate) fn probe(&mut self, founding: &Founding, client: usize) -> usize {
        self.number += 1;
        let plan = self.plans[client];
        let transaction = self.payment(founding, plan, self.number, 1);
        self.enter(client, transaction, false)
    }

    /// An instruction of any participant.
    pub(crate) fn instruct(
        &mut self,
        founding: &Founding,
        client: usize,
        sender: ParticipantId,
        action: Action,
    ) -> usize {
        self.number += 1;
        let transaction = sign(founding, sender, (self.number, self.when.1), action);
        self.enter(client, transaction, true)
    }

    fn enter(&mut self, client: usize, transaction: VerifiedTransaction, refusable: bool) -> usize {
        let place = self.requests.len();
        self.by_id.insert(transaction.id(), place);
        self.open[client] += 1;
        self.requests.push(Request {
            client,
            transaction,
            node: usize::MAX,
            attempts: 0,
            done: false,
            done_at: 0,
            refusable,
        });
        place
    }

    /// Notes that a request has its answer.
    pub(crate) fn answered(&mut self, request: usize, now: u64) {
        let it = &mut self.requests[request];
        if !it.done {
            (it.done, it.done_at) = (true, now);
            self.open[it.client] -= 1;
        }
    }

    /// Requests without an answer.
    #[must_use]
    pub(crate) fn open_count(&self) -> usize {
        self.open.iter().sum()
    }

    fn payment(
        &mut self,
        founding: &Founding,
        plan: ClientPlan,
        key: u64,
        amount: u128,
    ) -> VerifiedTransaction {
        let payers = founding.payers;
        let asset = u32::try_from(self.dice.below(payers.assets.into())).unwrap_or(0);
        let (debtor, creditor) = self.accounts(&payers, plan.bank, asset);
        let uetr = uetr(self.dice.next(), key);
        let action = Action::Pay(Pay {
            uetr,
            end_to_end_id: EndToEndId::new(format!("E2E-{key}")).expect("a short text"),
            debtor,
            creditor,
            asset: AssetId(asset),
            amount: Amount::from_minor(amount).expect("an amount in range"),
            value_date: self.when.0,
            purpose: None,
            payload_commitment: None,
            handling: sycee_contracts::Handling::default(),
        });
        let sender = payers.banks[usize::from(plan.bank)];
        sign(founding, sender, (key, self.when.1), action)
    }

    fn bulk(&mut self, founding: &Founding, plan: ClientPlan, key: u64) -> VerifiedTransaction {
        let count = self.dice.between(1, 40);
        let huge = self.dice.chance(200);
        let mut debtor = AccountId(0);
        let legs = (0..count)
            .map(|place| {
                let (own, creditor) = self.accounts(&founding.payers, plan.bank, 0);
                debtor = own;
                let amount = if huge && place == count / 2 {
                    1 << 60
                } else {
                    u128::from(self.dice.between(0, 500))
                };
                Leg {
                    creditor,
                    amount: Amount::from_minor(amount).expect("an amount in range"),
                    uetr: [0; 16],
                    reference: [0; 16],
                    purpose: [0; 4],
                }
            })
            .collect();
        let mode = if self.dice.chance(500) {
            BulkMode::All
        } else {
            BulkMode::Each
        };
        let date = self.when.0;
        let action = Action::PayBatch(PayBatch::of(debtor, AssetId(0), date, mode, legs));
        let sender = founding.payers.banks[usize::from(plan.bank)];
        sign(founding, sender, (key, self.when.1), action)
    }

    /// The bank's own account, and another bank's or a corporate's.
    fn accounts(&mut self, payers: &Payers, bank: u8, asset: u32) -> (AccountId, AccountId) {
        let own = payers.account(bank.into(), asset);
        let mut other = own;
        while other == own {
            other = payers.account(self.dice.below(10), asset);
        }
        (AccountId(own), AccountId(other))
    }
}

fn uetr(random: u64, key: u64) -> Uetr {
    let mut bytes = [0_u8; 16];
    bytes[..8].copy_from_slice(&key.to_be_bytes());
    bytes[8..].copy_from_slice(&random.to_be_bytes());
    bytes[6] = 0x40 | (bytes[6] & 0x0F);
    bytes[8] = 0x80 | (bytes[8] & 0x3F);
    Uetr::from_bytes(bytes).expect("a version 4 identifier")
}

fn sign(
    founding: &Founding,
    sender: ParticipantId,
    (key, expiry): (u64, BlockTime),
    action: Action,
) -> VerifiedTransaction {
    let key = IdempotencyKey::new(key.to_be_bytes()).expect("eight bytes");
    try_sign(founding, sender, (key, expiry), action).expect("an own instruction holds")
}

/// `None` when it is malformed.
fn try_sign(
    founding: &Founding,
    sender: ParticipantId,
    (idempotency_key, expiry): (IdempotencyKey, BlockTime),
    action: Action,
) -> Option<VerifiedTransaction> {
    let chain_id = founding.genesis.chain_id();
    let instruction = Instruction {
        chain_id,
        sender,
        idempotency_key,
        expiry,
        action,
    };
    let signed = instruction.sign(&[founding.secret(sender)]);
    verify(&chain_id, &signed.to_bytes()).ok()
}
