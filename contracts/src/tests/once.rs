//! At most one answer: instructions that come again and again, early, late and by keys that change meanwhile, in every order of a random run.
//!
//! ```text
//!   a pool of instructions: few idempotency keys, expiries from long past to far ahead, signed by a key in force, a retired one, a stranger's, one to come
//!   time goes on ─▶ some of them are ordered once more ─▶ receipts: never a second one of the same instruction, never two heard under one key
//! ```
//! Here stands no rule of the ledger, only what must hold of its receipts.

use std::collections::{BTreeMap, BTreeSet};

use sycee_primitives::{BlockTime, Height, ParticipantId, TransactionId};

use super::{
    language::{DAY, Stage, chain, secret},
    supply::draw::Dice,
};
use crate::*;

const HOUR: u64 = 3_600_000;

/// The bank whose instructions they are, and the keys that sign for it at some time or never.
const SENDER: ParticipantId = ParticipantId(1);
const SIGNERS: [&str; 4] = ["ba", "ba-old", "c1", "ba-new"];

/// Money set aside for urgent payments: an instruction that the bank may give on any day. The sum makes it another one.
fn signed(
    stage: &Stage,
    key: &str,
    (sum, expiry): (u64, u64),
    signer: &str,
) -> VerifiedTransaction {
    let instruction = Instruction {
        chain_id: chain(),
        sender: SENDER,
        idempotency_key: IdempotencyKey::new(key).unwrap(),
        expiry: BlockTime(expiry),
        action: Action::Reserve(Reserve {
            account: stage.account("A1"),
            class: 1,
            amount: sum.into(),
        }),
    };
    verify(&chain(), &instruction.sign(&[&secret(signer)]).to_bytes()).unwrap()
}

/// Lets a key of the bank sign from the next block on, or no longer.
fn rotate(name: &str, now: u64, adds: bool) -> VerifiedTransaction {
    let key = vec![secret("ba-new").public_key()];
    let (add, retire) = if adds {
        (key, Vec::new())
    } else {
        (Vec::new(), key)
    };
    let instruction = Instruction {
        chain_id: chain(),
        sender: SENDER,
        idempotency_key: IdempotencyKey::new(name).unwrap(),
        expiry: BlockTime(now + HOUR),
        action: Action::RotateKey(RotateKey {
            participant: SENDER,
            add,
            retire,
        }),
    };
    verify(&chain(), &instruction.sign(&[&secret("ba")]).to_bytes()).unwrap()
}

/// What was answered so far.
#[derive(Default)]
struct Answers {
    all: BTreeMap<TransactionId, Outcome>,
    heard: BTreeMap<IdempotencyKey, TransactionId>,
    kinds: BTreeSet<String>,
}

impl Answers {
    fn note(&mut self, sent: &[VerifiedTransaction], receipt: &Receipt, says: &str) {
        let outcome = receipt.outcome.clone();
        let id = receipt.transaction;
        let it = sent.iter().find(|it| it.id() == id).unwrap().instruction();
        self.kinds.insert(super::against::kind_of(&outcome));
        if let Outcome::Refused(reason) = &outcome {
            self.kinds.insert(reason.code());
        }
        let before = self.all.insert(id, outcome.clone());
        assert_eq!(before, None, "{says}: {id} once more, now {outcome:?}");
        if !matches!(outcome, Outcome::Refused(_)) {
            let other = self.heard.insert(it.idempotency_key, id);
            assert_eq!(other, None, "{says}: two effects under one key");
        }
    }
}

fn run(seed: u64, answers: &mut Answers) {
    let says = format!("seed {seed}");
    let mut stage = Stage::new();
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut now = DAY + 60_000;
    let mut pool: Vec<VerifiedTransaction> = Vec::new();
    let mut is_new_key_in_force = false;
    let mut own = Answers::default();
    for turn in 0..120_u64 {
        now += [
            1,
            1_000,
            HOUR,
            20 * HOUR,
            24 * HOUR,
            24 * HOUR + 1,
            30 * HOUR,
        ][usize::try_from(dice.below(7)).unwrap()];
        let expiry = [
            now,
            now + 1,
            now + HOUR,
            now + 24 * HOUR,
            now + 24 * HOUR + 1,
            now + 60 * HOUR,
            now - 25 * HOUR,
        ][usize::try_from(dice.below(7)).unwrap()];
        let signer = SIGNERS[usize::try_from(dice.below(4)).unwrap()];
        pool.push(signed(
            &stage,
            &format!("{}", dice.below(40)),
            (turn + 1, expiry),
            signer,
        ));
        let mut sent: Vec<VerifiedTransaction> = Vec::new();
        if dice.below(4) == 0 {
            is_new_key_in_force = !is_new_key_in_force;
            sent.push(rotate(&format!("rotate {turn}"), now, is_new_key_in_force));
        }
        for _ in 0..dice.below(6) {
            sent.push(pool[usize::try_from(dice.below(pool.len() as u64)).unwrap()].clone());
        }
        let context = BlockContext {
            height: Height(stage.ledger.height().0 + 1),
            time: BlockTime(now),
        };
        let block = execute(&mut stage.ledger, &context, &sent).unwrap();
        for receipt in &block.receipts {
            own.note(&sent, receipt, &says);
        }
    }
    answers.kinds.append(&mut own.kinds);
}

#[test]
fn an_instruction_that_comes_again_at_any_time_and_under_any_keys_has_one_answer() {
    let (runs, seed) = super::against::asked_for(300);
    let mut answers = Answers::default();
    for turn in 0..runs {
        run(seed + turn, &mut answers);
    }
    for kind in [
        "Recorded", "SY-00101", "SY-00112", "SY-00114", "SY-00120", "SY-00122",
    ] {
        assert!(
            answers.kinds.contains(kind),
            "{kind} in {:?}",
            answers.kinds
        );
    }
}
