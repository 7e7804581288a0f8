//! What the naive executor calls an ask, as an action of the ledger.

use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, BusinessDate, Hash, ParticipantId};

use super::naive::Ask;
use crate::{receivable::*, registry::*, *};

fn amount(minor: u64) -> Amount {
    Amount::from_minor(minor.into()).unwrap()
}

fn mark(document: u8) -> DocumentMark {
    DocumentMark {
        number_part: Hash([document; 32]),
        detail_part: Hash([document; 32]),
    }
}

pub(super) fn action(ask: &Ask) -> Action {
    match ask.clone() {
        Ask::Claim {
            debtor,
            amount: face,
            account,
            due,
            document,
        } => Action::IssueReceivable(IssueReceivable {
            debtor: ParticipantId(debtor),
            asset: AssetId(0),
            amount: amount(face),
            due: BusinessDate(due),
            documents: vec![mark(document)],
            contract: Hash::ZERO,
            account: AccountId(account),
            long_term_ground: None,
        }),
        Ask::Accept {
            promise: receivable,
            account,
        } => Action::AcceptReceivable(AcceptReceivable {
            receivable,
            account: AccountId(account),
        }),
        Ask::Reject {
            promise: receivable,
        } => Action::RejectReceivable(RejectReceivable { receivable }),
        Ask::Withdraw {
            promise: receivable,
        } => Action::WithdrawReceivable(WithdrawReceivable { receivable }),
        Ask::Dispute {
            promise: receivable,
        } => Action::DisputeReceivable(DisputeReceivable {
            receivable,
            reason: Hash::ZERO,
        }),
        Ask::Resolve {
            promise: receivable,
            dilution,
        } => Action::ResolveDispute(ResolveDispute {
            receivable,
            dilution: amount(dilution),
        }),
        Ask::Cancel {
            promise: receivable,
        } => Action::CancelReceivable(CancelReceivable { receivable }),
        Ask::Pay {
            promise: receivable,
            account,
            amount: paid,
        } => Action::PayReceivable(PayReceivable {
            receivable,
            account: AccountId(account),
            amount: amount(paid),
        }),
        other => portion_action(other),
    }
}

fn portion_action(ask: Ask) -> Action {
    match ask {
        Ask::Split { portion, parts } => Action::SplitReceivable(SplitReceivable {
            portion,
            parts: parts.into_iter().map(amount).collect(),
        }),
        Ask::Transfer {
            portion,
            to,
            account,
            recourse,
        } => Action::TransferReceivable(TransferReceivable {
            portion,
            to: ParticipantId(to),
            account: AccountId(account),
            recourse,
        }),
        Ask::Pledge {
            portion,
            bank,
            account,
            secured,
        } => Action::PledgeReceivable(PledgeReceivable {
            portion,
            pledgee: ParticipantId(bank),
            account: AccountId(account),
            secured: amount(secured),
        }),
        Ask::Release { portion } => Action::ReleasePledge(ReleasePledge { portion }),
        Ask::Honour { portion, account } => Action::HonourRecourse(HonourRecourse {
            portion,
            account: AccountId(account),
        }),
        other => bank_action(&other),
    }
}

fn bank_action(ask: &Ask) -> Action {
    match *ask {
        Ask::Offer {
            account,
            rate,
            fee,
            limit,
            recourse,
        } => Action::OfferFinancing(OfferFinancing {
            account: AccountId(account),
            debtor: ParticipantId(3),
            asset: AssetId(0),
            rate,
            basis: 360,
            fee: amount(fee),
            days_min: 0,
            days_max: 366,
            recourse,
            limit: amount(limit),
            expires: BlockTime(u64::MAX),
        }),
        Ask::Finance { offer, portion } => Action::FinanceReceivable(FinanceReceivable {
            offer,
            portion,
            price_min: Amount::ZERO,
        }),
        Ask::Line { cap } => Action::SetObligorLine(SetObligorLine {
            debtor: ParticipantId(3),
            asset: AssetId(0),
            cap: amount(cap),
        }),
        Ask::Enter {
            document,
            amount: financed,
        } => Action::RegisterFinancing(RegisterFinancing {
            document: mark(document),
            asset: AssetId(0),
            total: amount(1_000),
            amount: amount(financed),
        }),
        Ask::Free {
            document,
            amount: freed,
        } => Action::ReleaseFinancing(ReleaseFinancing {
            fingerprint: mark(document).fingerprint(),
            amount: amount(freed),
        }),
        ref other => factor_action(other),
    }
}

fn factor_action(ask: &Ask) -> Action {
    match ask.clone() {
        Ask::Agree(terms) => Action::OfferFactoring(OfferFactoring {
            account: AccountId(terms.account),
            seller: ParticipantId(terms.seller),
            asset: AssetId(0),
            advance_ppm: u32::try_from(terms.advance).unwrap(),
            rate: terms.rate,
            basis: 360,
            fee_ppm: u32::try_from(terms.fee).unwrap(),
            days_min: 0,
            days_max: 366,
            recourse: terms.recourse,
            // Who pays whom on the way does not change what anybody has in the end.
            disclosed: terms.rate.is_multiple_of(2),
            limit: amount(terms.limit),
            expires: BlockTime(u64::MAX),
        }),
        Ask::Sever { agreement } => Action::EndFactoring(EndFactoring {
            factoring: agreement,
        }),
        Ask::Sell {
            agreement,
            portions,
            account,
        } => Action::FactorPortfolio(FactorPortfolio {
            factoring: agreement,
            portions,
            account: AccountId(account),
            paid_min: Amount::ZERO,
        }),
        Ask::Refund {
            portfolio,
            account,
            amount: paid,
        } => Action::PayChargeback(PayChargeback {
            portfolio,
            account: AccountId(account),
            amount: amount(paid),
        }),
        other => panic!("{other:?}"),
    }
}
