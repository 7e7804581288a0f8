//! `IssueReceivable`: a creditor claims that a core enterprise owes it, with the documents behind the claim.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, AssetId, BusinessDate, Hash, ParticipantId};

use crate::{
    ledger::Ledger,
    participant::Role,
    receipt::Outcome,
    receivable::{
        promise::{Promise, PromiseState},
        rules::{DOCUMENTS_PER_RECEIVABLE_MAX, RulesInForce},
    },
    registry::DocumentMark,
    reject::RejectReason,
    tables::Table,
    verb::{Call, Verb},
};

/// Claims a receivable; the sender is the creditor.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssueReceivable {
    /// Who is to promise it.
    pub debtor: ParticipantId,
    /// In what.
    pub asset: AssetId,
    /// How much.
    pub amount: Amount,
    /// The business date on which it is due.
    pub due: BusinessDate,
    /// Marks of the documents behind it, at most 16.
    pub documents: Vec<DocumentMark>,
    /// Hash of the contract behind it.
    pub contract: Hash,
    /// Where the creditor is paid.
    pub account: AccountId,
    /// Hash of the ground for a term beyond the usual one (six months where no other rules are set).
    pub long_term_ground: Option<Hash>,
}

/// Who sells goods and services on credit.
pub(super) const fn may_claim(role: Role) -> bool {
    match role {
        Role::CoreEnterprise | Role::Supplier | Role::Warehouse | Role::Logistics => true,
        Role::Operator
        | Role::Bank
        | Role::IndirectBank
        | Role::Regulator
        | Role::Auditor
        | Role::Oracle => false,
    }
}

fn check_term(
    rules: &RulesInForce,
    due: BusinessDate,
    today: BusinessDate,
    ground: bool,
) -> Result<(), RejectReason> {
    let days = due.0.checked_sub(today.0).filter(|days| *days > 0);
    match days.ok_or(RejectReason::DueDatePast)? {
        days if days > rules.term_days_max => Err(RejectReason::TermTooLong),
        days if days > rules.term_days_usual && !ground => Err(RejectReason::TermGroundMissing),
        _ => Ok(()),
    }
}

impl Verb for IssueReceivable {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.amount.is_zero() {
            return Err(RejectReason::ZeroAmount);
        }
        let mut documents = self.documents.clone();
        documents.sort_by_key(DocumentMark::fingerprint);
        documents.dedup_by_key(|mark| mark.fingerprint());
        let distinct = documents.len() == self.documents.len();
        if documents.is_empty() || documents.len() > DOCUMENTS_PER_RECEIVABLE_MAX || !distinct {
            return Err(RejectReason::ReceivableDocuments);
        }
        Ok(())
    }

    fn amount(&self) -> u128 {
        self.amount.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        if !ledger.role(call.sender()).is_some_and(may_claim) {
            return Err(RejectReason::ReceivableRoleForbidden);
        }
        if ledger.asset(self.asset).is_none() {
            return Err(RejectReason::AssetUnknown);
        }
        let debtor = ledger.role(self.debtor);
        if debtor != Some(Role::CoreEnterprise) || self.debtor == call.sender() {
            return Err(RejectReason::DebtorNotCore);
        }
        let rules = ledger.receivable_rules(self.asset);
        let ground = self.long_term_ground.is_some();
        check_term(&rules, self.due, call.moment.date, ground)?;
        ledger.check_payee(self.account, self.asset, call.sender(), 0)?;
        ledger.products.promises.check_room()
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let id = ledger.products.promises.add(Promise {
            creditor: call.sender(),
            debtor: self.debtor,
            asset: self.asset,
            face: self.amount,
            outstanding: Amount::ZERO,
            due: self.due,
            documents: self.documents.clone(),
            contract: self.contract,
            creditor_account: self.account,
            debtor_account: None,
            state: PromiseState::Issued,
            disputed: false,
            portions: 0,
            settles: None,
        });
        Ok(Outcome::Recorded {
            table: Table::Promises,
            id,
        })
    }
}
