//! `AcceptReceivable`: the debtor is bound, irrevocably; its line is used and the documents are taken.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, BlockTime};

use crate::{
    ledger::Ledger,
    receipt::Outcome,
    receivable::{
        portion::{Portion, PortionState},
        promise::PromiseState,
    },
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Accepts a receivable; the sender is the debtor.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptReceivable {
    /// The receivable.
    pub receivable: u64,
    /// What the debtor will pay from when it is due.
    pub account: AccountId,
}

impl Verb for AcceptReceivable {
    fn check_shape(&self) -> Result<(), RejectReason> {
        Ok(())
    }

    fn amount(&self) -> u128 {
        // What it is worth stands in the state: whoever may sign for any amount signs it.
        u128::MAX
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let promise = ledger.promise(self.receivable)?;
        if promise.debtor != call.sender() {
            return Err(RejectReason::NotDebtor);
        }
        if promise.state != PromiseState::Issued {
            return Err(RejectReason::ReceivableAnswered);
        }
        if promise.due <= call.moment.date {
            return Err(RejectReason::DueDatePast);
        }
        ledger.check_own_debit(self.account, promise.asset, call.sender())?;
        ledger.check_payee(promise.creditor_account, promise.asset, promise.creditor, 0)?;
        let line = ledger.obligor_line(promise.debtor, promise.asset);
        let (_, line) = line.ok_or(RejectReason::ObligorLineMissing)?;
        let used = line.used.checked_add(promise.face);
        if used.is_none_or(|used| used > line.cap) {
            return Err(RejectReason::ObligorLineExceeded);
        }
        for mark in &promise.documents {
            ledger.check_document_free(&mark.fingerprint())?;
        }
        ledger
            .products
            .documents
            .check_room_for(promise.documents.len() as u64)?;
        ledger.products.portions.check_room()
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let id = self.receivable;
        let promise = ledger.promise(id)?.clone();
        let opens = ledger.parameters.opening(promise.due);
        let settles = Some(opens.max(BlockTime(call.moment.time.0.saturating_add(1))));
        ledger.products.portions.add(Portion {
            promise: id,
            parent: None,
            depth: 0,
            holder: promise.creditor,
            account: promise.creditor_account,
            amount: promise.face,
            claim: promise.face,
            state: PortionState::Live,
            pledge: None,
            factored: None,
            endorsers: Vec::new(),
        });
        if let Some((line, _)) = ledger.obligor_line(promise.debtor, promise.asset) {
            ledger.products.obligor_lines.update(line, |line| {
                line.used = line.used.checked_add(promise.face).unwrap_or(line.cap);
            });
        }
        for mark in &promise.documents {
            ledger.bind_document(mark, promise.asset, id);
        }
        ledger.products.promises.update(id, |it| {
            it.state = PromiseState::Accepted;
            it.outstanding = it.face;
            it.debtor_account = Some(self.account);
            it.portions = 1;
            it.settles = settles;
        });
        Ok(Outcome::Recorded {
            table: Table::Promises,
            id,
        })
    }
}
