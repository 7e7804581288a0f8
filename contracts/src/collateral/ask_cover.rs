//! `AskCover`: a lender says what it wants pledged for obligations of one borrower.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, AssetId, ParticipantId};

use super::{Collateral, CoverState, CoverTerms, SECURED_MAX, Secured};
use crate::{
    account::{AccountKind, AccountStatus, store::place},
    ledger::Ledger,
    line::LineStatus,
    loan::LoanStatus,
    objects::Object,
    payment::check_creditor,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Asks for collateral; the sender is the lender of everything that is to be secured.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskCover {
    /// What is to be secured, at most 8 obligations of one borrower in one asset.
    pub secures: Vec<Secured>,
    /// Where the lender is paid.
    pub account: AccountId,
    /// Levels, haircuts, and whose prices count.
    pub terms: CoverTerms,
}

/// Lender, borrower and asset of an obligation.
type Parties = (ParticipantId, ParticipantId, AssetId);

fn parties(ledger: &Ledger, secured: Secured) -> Option<Parties> {
    match secured {
        Secured::Loan(id) => {
            let loan = ledger.products.loans.get(id)?;
            let is_live = matches!(loan.status, LoanStatus::Offered | LoanStatus::Active);
            // A loan under a line is secured with the line.
            let is_own = is_live && loan.line.is_none();
            is_own.then_some((loan.lender, loan.borrower, loan.asset))
        }
        Secured::Line(id) => {
            let line = ledger.products.lines.get(id)?;
            let is_live = matches!(line.status, LineStatus::Offered | LineStatus::Open);
            is_live.then_some((line.lender, line.borrower, line.asset))
        }
        Secured::Overdraft(account) => {
            let posting = ledger.accounts.posting(place(account))?;
            let is_live =
                posting.status == AccountStatus::Open && posting.kind != AccountKind::Issuance;
            let issuer = ledger.asset(posting.asset)?.issuer;
            is_live.then_some((issuer, posting.owner, posting.asset))
        }
        Secured::Intraday(account) => {
            let (_, row) = ledger.intraday(account)?;
            let owner = ledger.accounts.posting(place(account))?.owner;
            let issuer = ledger.asset(row.asset)?.issuer;
            let is_live = row.cap.is_some() || row.drawn > 0;
            is_live.then_some((issuer, owner, row.asset))
        }
    }
}

impl AskCover {
    /// Borrower and asset of all that is to be secured.
    fn borrower(
        &self,
        ledger: &Ledger,
        call: &Call,
    ) -> Result<(ParticipantId, AssetId), RejectReason> {
        let mut all = self.secures.iter().map(|it| parties(ledger, *it));
        let first = all.next().flatten().ok_or(RejectReason::SecuredUnknown)?;
        if all.any(|it| it != Some(first)) {
            return Err(RejectReason::SecuredUnknown);
        }
        let (lender, borrower, asset) = first;
        if lender != call.sender() || lender == borrower {
            return Err(RejectReason::CollateralOfOthers);
        }
        let index = ledger.products.collateral.index();
        if self.secures.iter().any(|it| index.contains_key(it)) {
            return Err(RejectReason::SecuredTwice);
        }
        let row = check_creditor(ledger, self.account, asset, 0)?;
        if ledger.accounts.posting(row).map(|it| it.owner) != Some(lender) {
            return Err(RejectReason::CollateralUnfit);
        }
        if ledger.participant(self.terms.pricer).is_none() {
            return Err(RejectReason::CollateralUnfit);
        }
        ledger.products.collateral.check_room()?;
        Ok((borrower, asset))
    }
}

impl Verb for AskCover {
    fn check_shape(&self) -> Result<(), RejectReason> {
        let mut once = self.secures.clone();
        once.sort_unstable();
        once.dedup();
        let is_bounded = (1..=SECURED_MAX).contains(&self.secures.len());
        let is_good = is_bounded && once.len() == self.secures.len() && self.terms.is_sound();
        is_good.then_some(()).ok_or(RejectReason::CoverTerms)
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.borrower(ledger, call).map(|_borrower| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let (borrower, asset) = self.borrower(ledger, call)?;
        let id = ledger.products.collateral.add(Collateral {
            pledgee: call.sender(),
            account: self.account,
            pledgor: borrower,
            asset,
            secures: self.secures.clone(),
            terms: self.terms,
            state: CoverState::Asked,
            cure_until: None,
            items: Vec::new(),
            next_item: 0,
        });
        Ok(Outcome::Recorded {
            table: Collateral::TABLE,
            id,
        })
    }
}
