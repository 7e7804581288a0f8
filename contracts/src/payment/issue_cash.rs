//! `IssueCash`: the issuer of an asset brings cash onto the ledger against a reserve kept outside of it.
//!
//! The issuance account is debited, so debits equal credits from the first unit on.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, Hash, ParticipantId};

use crate::{
    account::store::place,
    attestation::{AttestationKind, Subject},
    breaker::BreakerScope,
    ledger::Ledger,
    payment::check_creditor,
    receipt::Outcome,
    reject::RejectReason,
    verb::{Call, Verb},
};

/// Issues cash to an account, in that account's asset.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssueCash {
    /// Who receives it.
    pub account: AccountId,
    /// How much.
    pub amount: Amount,
    /// Hash of the document that attests the reserve.
    pub reserve_reference: Hash,
}

/// The accounts of an issuance that passed its checks.
struct Source {
    asset: AssetId,
    issuance: usize,
    creditor: usize,
}

impl IssueCash {
    fn source(&self, ledger: &Ledger, sender: ParticipantId) -> Result<Source, RejectReason> {
        let account = ledger
            .accounts
            .posting(place(self.account))
            .ok_or(RejectReason::CreditorUnknown)?;
        let asset = ledger
            .asset(account.asset)
            .ok_or(RejectReason::AssetUnknown)?;
        if asset.issuer != sender {
            return Err(RejectReason::IssuerOnly);
        }
        let creditor = check_creditor(ledger, self.account, asset.id, self.amount.minor())?;
        Ok(Source {
            asset: asset.id,
            issuance: place(asset.issuance_account),
            creditor,
        })
    }
}

impl IssueCash {
    fn check_limits(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        let Some(account) = ledger.accounts.posting(place(self.account)) else {
            return Ok(());
        };
        let scopes = [BreakerScope::Network, BreakerScope::Asset(account.asset)];
        ledger.check_breakers(&scopes, self.amount.minor())?;
        check_reserve(ledger, account.asset, self.amount, call.moment.time)
    }
}

/// An asset whose reserve was ever attested is issued only within what is attested and still counts.
///
/// # Errors
/// [`RejectReason::ReserveStale`] or [`RejectReason::ReserveShort`].
pub(crate) fn check_reserve(
    ledger: &Ledger,
    asset: AssetId,
    amount: Amount,
    now: BlockTime,
) -> Result<(), RejectReason> {
    let subject = Subject::Asset(asset);
    if !ledger.was_attested(AttestationKind::Reserve, subject) {
        return Ok(());
    }
    let (_, reserve) = ledger
        .attested(AttestationKind::Reserve, subject, now)
        .ok_or(RejectReason::ReserveStale)?;
    let issued = ledger.asset(asset).and_then(|asset| {
        let issuance = ledger.accounts.posting(place(asset.issuance_account))?;
        let supply = issuance.balance().checked_neg()?;
        supply.checked_add(amount.signed())
    });
    match issued {
        Some(issued) if reserve.scale == 0 && issued <= reserve.value => Ok(()),
        Some(_) | None => Err(RejectReason::ReserveShort),
    }
}

impl Verb for IssueCash {
    fn check_shape(&self) -> Result<(), RejectReason> {
        if self.amount.is_zero() {
            return Err(RejectReason::ZeroAmount);
        }
        Ok(())
    }

    fn amount(&self) -> u128 {
        self.amount.minor()
    }

    fn check(&self, ledger: &Ledger, call: &Call) -> Result<(), RejectReason> {
        self.source(ledger, call.sender())?;
        self.check_limits(ledger, call)
    }

    fn execute(&self, ledger: &mut Ledger, call: &Call) -> Result<Outcome, RejectReason> {
        let source = self.source(ledger, call.sender())?;
        self.check_limits(ledger, call)?;
        ledger.transfer(
            source.asset,
            source.issuance,
            source.creditor,
            self.amount.minor(),
        )?;
        Ok(Outcome::Settled)
    }
}
