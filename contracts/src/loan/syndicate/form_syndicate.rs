//! `FormSyndicate`: the lender of an offered loan names those who lend with it, and becomes their agent.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, json};

use super::{MEMBERS_MAX, Member, Syndicate};
use crate::{
    ledger::Ledger,
    loan::LoanStatus,
    objects::Object,
    participant::Role,
    payment::check_creditor,
    receipt::Outcome,
    reject::RejectReason,
    term::{RATE_ONE, share::WHOLE_PPB},
    verb::{Call, Verb},
};

/// One share.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// From where it is paid, and where it is repaid; its owner is the member.
    pub account: AccountId,
    /// How much of the whole, in parts per billion.
    pub ppb: u32,
}

/// Forms a syndicate; the sender is the lender of the loan.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormSyndicate {
    /// The loan's row; it is not accepted yet.
    pub loan: u64,
    /// What the agent keeps of each payment, per 10^12.
    #[serde(with = "json::rate")]
    pub agent_fee_rate: u64,
    /// The shares, 10^9 together.
    pub shares: Vec<Share>,
}

impl FormSyndicate {
    fn members(&self, ledger: &Ledger, call: &Call) -> Result<Vec<Member>, RejectReason> {
        let loan = ledger.products.loans.get(self.loan);
        let loan = loan.ok_or(RejectReason::LoanUnknown)?;
        if loan.lender != call.sender() {
            return Err(RejectReason::LenderOnly);
        }
        if loan.status != LoanStatus::Offered {
            return Err(RejectReason::LoanNotOffered);
        }
        if loan.line.is_some() {
            return Err(RejectReason::LoanUnderLine);
        }
        if loan.terms.kind.grows() {
            return Err(RejectReason::SyndicateInterest);
        }
        if ledger.syndicate_of(self.loan).is_some() {
            return Err(RejectReason::SyndicateExists);
        }
        let mut members = Vec::with_capacity(self.shares.len());
        for share in &self.shares {
            let row = check_creditor(ledger, share.account, loan.asset, 0)?;
            let owner = ledger.accounts.posting(row).map(|posting| posting.owner);
            let bank = owner.filter(|owner| ledger.role(*owner) == Some(Role::Bank));
            let participant = bank.ok_or(RejectReason::LenderForbidden)?;
            if participant == loan.borrower {
                return Err(RejectReason::BorrowerIsLender);
            }
            members.push(Member {
                participant,
                account: share.account,
                ppb: share.ppb,
                has_joined: participant == call.sender(),
                withheld: 0,
            });
        }
        ledger.products.syndicates.check_room()?;
        Ok(members)
    }
}

impl Verb for FormSyndicate {
    fn check_shape(&self) -> Result<(), RejectReason> {
        let mut accounts: Vec<AccountId> = self.shares.iter().map(|it| it.account).collect();
        accounts.sort_unstable();
        accounts.dedup();
        let sum: u64 = self.shares.iter().map(|it| u64::from(it.ppb)).sum();
        let is_whole = sum == u64::from(WHOLE_PPB) && self.shares.iter().all(|it| it.ppb > 0);
        let is_bounded = self.shares.len() <= MEMBERS_MAX && accounts.len() == self.shares.len();
        if !is_whole || !is_bounded || u128::from(self.agent_fee_rate) > RATE_ONE {
            return Err(RejectReason::SyndicateShares);
        }
        Ok(())
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.members(ledger, call).map(|_members| ())
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let members = self.members(ledger, call)?;
        let id = ledger.products.syndicates.add(Syndicate {
            loan: self.loan,
            agent_fee_rate: self.agent_fee_rate,
            members,
            trades: Vec::new(),
            offers: Vec::new(),
        });
        Ok(Outcome::Recorded {
            table: Syndicate::TABLE,
            id,
        })
    }
}
