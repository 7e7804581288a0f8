//! `PayVersus`: pays in one asset against a payment in another, both or neither; both may wait for funds.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, BlockTime, identifiers::Uetr};

use crate::{
    account::store::place,
    calendar::Timing,
    ledger::Ledger,
    liquidity::{pairs, queue},
    objects::Object,
    payment::{
        check_creditor,
        pay::Pay,
        versus::{VersusPayment, VersusState},
        warehouse,
    },
    receipt::{Outcome, Waiting},
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Pays against a payment of the other side, which names this one and asks for what it gives.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayVersus {
    /// What this side pays today; `queue_until` says how long it waits for the other side and for funds.
    pub payment: Pay,
    /// UETR of the other side's payment.
    pub against: Uetr,
    /// Where this side is paid: an account of its own in another asset.
    pub receive: AccountId,
    /// How much it is paid there, in minor units.
    pub expected: Amount,
}

impl PayVersus {
    fn until(&self) -> BlockTime {
        self.payment.handling.queue_until.unwrap_or(BlockTime(0))
    }

    /// The row of the other side, if it is there.
    fn other(&self, ledger: &Ledger, call: &Call) -> Result<Option<u64>, RejectReason> {
        let Some((id, other)) = ledger.open_versus(&self.against)? else {
            return Ok(None);
        };
        let is_match = self.row(call).matches(other);
        is_match
            .then_some(Some(id))
            .ok_or(RejectReason::VersusMismatch)
    }

    fn row(&self, call: &Call) -> VersusPayment {
        VersusPayment {
            origin: call.origin,
            payment: self.payment.clone(),
            against: self.against,
            receive: self.receive,
            expected: self.expected,
            until: self.until(),
            state: VersusState::Unmatched,
        }
    }
}

impl Verb for PayVersus {
    fn check_shape(&self) -> Result<(), RejectReason> {
        self.payment.check_shape()?;
        let accounts = [self.payment.debtor, self.payment.creditor];
        let is_pair = self.against != self.payment.uetr && !accounts.contains(&self.receive);
        let waits = self.payment.handling.queue_until.is_some();
        if !is_pair || !waits || self.expected.is_zero() {
            return Err(RejectReason::VersusShape);
        }
        Ok(())
    }

    fn uetr(&self) -> Option<Uetr> {
        Some(self.payment.uetr)
    }

    fn amount(&self) -> u128 {
        self.payment.amount.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        match warehouse::plan(ledger, &self.payment, &call.moment)? {
            Timing::Now => {}
            Timing::Later(..) => return Err(RejectReason::ValueDateFuture),
        }
        queue::check_until(&self.payment, call.moment.time)?;
        self.payment.check_route(ledger, call.sender())?;
        let posting = |account| ledger.accounts.posting(place(account));
        let own = posting(self.payment.debtor).map(|it| it.owner);
        let receive = posting(self.receive);
        let is_own =
            receive.is_some_and(|it| Some(it.owner) == own && it.asset != self.payment.asset);
        if !is_own {
            return Err(RejectReason::VersusAccount);
        }
        let asset = receive.map_or(self.payment.asset, |it| it.asset);
        check_creditor(ledger, self.receive, asset, self.expected.minor())?;
        self.other(ledger, call)?;
        ledger.products.versus.check_room()
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        self.check(ledger, call)?;
        let row = self.row(call);
        let Some(other) = self.other(ledger, call)? else {
            ledger.products.versus.add(row);
            return Ok(Outcome::Waiting(Waiting::Parties));
        };
        let first = ledger.products.versus.get(other).cloned();
        let first = first.ok_or(RejectReason::VersusEnded)?;
        let entered = pairs::enter(ledger, &call.moment, &first, &row)?;
        let (state, outcome) = match entered {
            pairs::Entered::Settled { first: fee, .. } => {
                ledger.fee = fee;
                (VersusState::Settled(call.moment.height), Outcome::Settled)
            }
            pairs::Entered::Queued => (VersusState::Queued, Outcome::Waiting(Waiting::Queued)),
        };
        ledger.end_versus(other, state, outcome.clone());
        ledger.products.versus.add(VersusPayment { state, ..row });
        if let pairs::Entered::Settled { second, .. } = entered {
            pairs::flow_on(ledger, &call.moment, [&first.payment, &self.payment]);
            ledger.fee = second;
        }
        Ok(outcome)
    }
}

const _: () = assert!(
    VersusPayment::ROWS_MAX >= queue::QUEUED_PAYMENTS_MAX as u64,
    "every queue can be full of pairs"
);
