//! Leaving in good order: nothing owned, nothing owed, nobody who depends on it.
//!
//! ```text
//!   suspended ─▶ accounts closed? ─▶ sponsors nobody? ─▶ runs no validator? ─▶ party to nothing that runs? ─▶ Exited, for ever
//! ```
//! A participant in default leaves when its procedure is through; what its close-outs left uncovered stays told there.

use sycee_primitives::ParticipantId;

use crate::{
    account::{AccountStatus, store::place},
    documentary::CreditState,
    escrow::EscrowState,
    goods::ReceiptState,
    guarantee::GuaranteeState,
    ledger::Ledger,
    line::LineStatus,
    loan::LoanStatus,
    participant::ParticipantStatus,
    recall::RecallState,
    receivable::PromiseState,
    reject::RejectReason,
    request::RequestState,
};

impl Ledger {
    /// Whether a participant may leave for good.
    ///
    /// # Errors
    /// The first thing that is left.
    pub(crate) fn check_exit(&self, id: ParticipantId) -> Result<(), RejectReason> {
        let own = self.accounts_of(id).into_iter();
        let mut own = own.filter_map(|it| self.accounts.posting(place(it)));
        if own.any(|it| it.status != AccountStatus::Closed) {
            return Err(RejectReason::ExitAccounts);
        }
        let mut others = self.participants.iter();
        if others.any(|it| it.sponsor == Some(id) && it.status != ParticipantStatus::Exited) {
            return Err(RejectReason::ExitSponsor);
        }
        let mut seats = self.products.seats.iter();
        if seats.any(|(_, it)| it.participant == id && it.key.is_some()) {
            return Err(RejectReason::ExitSeat);
        }
        let is_busy = self.owes_or_lends(id)
            || self.holds_claims(id)
            || self.is_in_trade(id)
            || self.has_cases(id);
        match is_busy {
            true => Err(RejectReason::ExitBusiness),
            false => Ok(()),
        }
    }

    /// Loans, shares of loans, sureties, lines and collateral.
    fn owes_or_lends(&self, id: ParticipantId) -> bool {
        let products = &self.products;
        let runs = |status: LoanStatus| match status {
            LoanStatus::Offered | LoanStatus::Active | LoanStatus::WrittenOff => true,
            LoanStatus::Closed | LoanStatus::Lapsed => false,
        };
        let mut loans = products.loans.iter().filter(|(_, it)| runs(it.status));
        let mut shares = products.syndicates.iter().filter(|(_, it)| {
            let loan = products.loans.get(it.loan);
            loan.is_some_and(|loan| runs(loan.status))
        });
        let mut lines = products.lines.iter().filter(|(_, it)| match it.status {
            LineStatus::Offered | LineStatus::Open => true,
            LineStatus::Closed | LineStatus::Expired | LineStatus::Lapsed => false,
        });
        let mut collateral = products.collateral.iter();
        let mut sureties = products.sureties.iter().filter(|(_, it)| {
            let loan = products.loans.get(it.loan);
            it.stands() && loan.is_some_and(|loan| runs(loan.status))
        });
        loans.any(|(_, it)| it.lender == id || it.borrower == id)
            || shares.any(|(_, it)| it.members.iter().any(|member| member.participant == id))
            || sureties.any(|(_, it)| it.guarantor == id)
            || lines.any(|(_, it)| it.lender == id || it.borrower == id)
            || collateral
                .any(|(_, it)| !it.items.is_empty() && (it.pledgee == id || it.pledgor == id))
    }

    /// Requests to pay, recalls and disputes that are not over, on either side.
    fn has_cases(&self, id: ParticipantId) -> bool {
        let products = &self.products;
        let own = |account| {
            let posting = self.accounts.posting(place(account));
            posting.is_some_and(|it| it.owner == id)
        };
        let mut requests = products.payment_requests.iter();
        let mut recalls = products.recalls.iter();
        let mut disputes = products.disputes.iter();
        requests
            .any(|(_, it)| it.state == RequestState::Open && (own(it.debtor) || own(it.creditor)))
            || recalls.any(|(_, it)| {
                let sides = (it.original.debtor, it.original.creditor);
                it.state == RecallState::Open && (own(sides.0) || own(sides.1))
            })
            || disputes.any(|(_, it)| {
                it.stands() && (own(it.original.debtor) || own(it.original.creditor))
            })
    }

    /// Receivables, their portions, and receipts for goods.
    fn holds_claims(&self, id: ParticipantId) -> bool {
        let products = &self.products;
        let mut promises = products.promises.iter();
        let mut portions = products.portions.iter().filter(|(_, it)| it.is_live());
        let mut receipts = products.warehouse_receipts.iter();
        let mut factorings = products.factorings.iter();
        promises.any(|(_, it)| match it.state {
            PromiseState::Issued => it.debtor == id || it.creditor == id,
            PromiseState::Accepted | PromiseState::Due | PromiseState::Overdue => it.debtor == id,
            PromiseState::Rejected
            | PromiseState::Withdrawn
            | PromiseState::Cancelled
            | PromiseState::Paid => false,
        }) || portions.any(|(_, it)| it.holder == id)
            || factorings
                .any(|(_, it)| !it.in_use.is_zero() && (it.factor == id || it.seller == id))
            || receipts.any(|(_, it)| {
                let lot = products.lots.get(it.lot);
                let keeps = lot.is_some_and(|lot| lot.warehouse == id);
                it.state != ReceiptState::Retired && (it.holder == id || keeps)
            })
    }

    /// Escrows, documentary credits and guarantees.
    fn is_in_trade(&self, id: ParticipantId) -> bool {
        let products = &self.products;
        let mut escrows = products.escrows.iter().filter(|(_, it)| match it.state {
            EscrowState::Created | EscrowState::Funded | EscrowState::Disputed => true,
            EscrowState::Released
            | EscrowState::Refunded
            | EscrowState::Arbitrated
            | EscrowState::Lapsed => false,
        });
        let mut credits = products.credits.iter().filter(|(_, it)| match it.state {
            CreditState::Applied | CreditState::Issued | CreditState::Advised => true,
            CreditState::Closed | CreditState::Expired => {
                !it.pending.is_zero() || !it.backing.owed.is_zero()
            }
        });
        let mut guarantees = products.guarantees.iter().filter(|(_, it)| match it.state {
            GuaranteeState::Applied | GuaranteeState::Issued => true,
            GuaranteeState::Closed | GuaranteeState::Expired => {
                !it.pending.is_zero() || !it.backing.owed.is_zero()
            }
        });
        escrows.any(|(_, it)| [it.payer, it.payee].contains(&id) || it.arbiters.contains(&id))
            || credits
                .any(|(_, it)| [it.applicant, it.bank, it.beneficiary, it.adviser].contains(&id))
            || guarantees.any(|(_, it)| [it.applicant, it.bank, it.beneficiary].contains(&id))
    }
}
