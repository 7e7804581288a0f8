//! What an instruction asks for: one line a verb, numbered for ever.

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

use crate::{reject::RejectReason, verb::Verb};

/// A verb's names, number and sentence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct VerbName {
    /// The name that logs and the API write: `IssueCash`.
    pub name: &'static str,
    /// The first byte of its encoding.
    pub number: u8,
    /// What it does and who may ask for it.
    pub says: &'static str,
}

impl VerbName {
    /// The name that a JSON document writes: `issue_cash`.
    #[must_use]
    pub fn key(&self) -> String {
        let mut key = String::new();
        for (place, letter) in self.name.char_indices() {
            if place > 0 && letter.is_ascii_uppercase() {
                key.push('_');
            }
            key.push(letter.to_ascii_lowercase());
        }
        key
    }
}

macro_rules! actions {
    ($(#[doc = $doc:literal] $name:ident($body:ty) = $number:literal;)+) => {
        /// One verb of the ledger with its fields. The numbers are the first byte of the encoding and are never reused.
        #[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[borsh(use_discriminant = true)]
        #[repr(u8)]
        pub enum Action {
            $(#[doc = $doc] $name($body) = $number,)+
        }

        impl Action {
            /// All verbs, ascending by number.
            pub const VERBS: &'static [VerbName] = &[
                $(VerbName { name: stringify!($name), number: $number, says: $doc.trim_ascii() },)+
            ];

            /// The verb's name, as logs and the API write it.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Action::$name(_) => stringify!($name),)+
                }
            }

            /// Its number, the first byte of its encoding.
            #[must_use]
            pub const fn number(&self) -> u8 {
                match self {
                    $(Action::$name(_) => $number,)+
                }
            }

            /// What it can be asked.
            pub(crate) fn verb(&self) -> &dyn Verb {
                match self {
                    $(Action::$name(body) => body,)+
                }
            }
        }
    };
}

actions! {
    /// Admits a participant (operator only).
    RegisterParticipant(crate::RegisterParticipant) = 1;
    /// Opens an account (operator or the owner's sponsor bank).
    OpenAccount(crate::OpenAccount) = 2;
    /// Brings cash onto the ledger (the asset's issuer only).
    IssueCash(crate::IssueCash) = 3;
    /// One credit transfer.
    Pay(crate::Pay) = 4;
    /// Up to 8,190 credit transfers from one account under one signature.
    PayBatch(crate::PayBatch) = 5;
    /// States a fact of the outside world (attestors only).
    Attest(crate::Attest) = 6;
    /// Takes cash off the ledger (whoever may debit the account).
    RedeemCash(crate::RedeemCash) = 7;
    /// Gives an account a floor and a ceiling (the asset's issuer or the operator).
    SetAccountRule(crate::SetAccountRule) = 8;
    /// Freezes sides of an account (the operator or a regulator).
    Freeze(crate::Freeze) = 9;
    /// Closes an empty account (the operator, its owner or the owner's sponsor).
    CloseAccount(crate::CloseAccount) = 10;
    /// Adds and retires keys (the participant itself, or the operator).
    RotateKey(crate::RotateKey) = 11;
    /// Suspends, reinstates, declares in default, lets go (the operator; a regulator suspends).
    SetStatus(crate::SetStatus) = 12;
    /// Says how many of the sender's keys must sign, by amount.
    SetSigningPolicy(crate::SetSigningPolicy) = 13;
    /// Signs an instruction of the sender's that waits for signatures, or takes it back.
    Approve(crate::Approve) = 14;
    /// Sets money aside for a creditor.
    Hold(crate::Hold) = 15;
    /// Pays a hold, in whole or in part (either side).
    PostHold(crate::PostHold) = 16;
    /// Gives up a hold (the creditor's side).
    VoidHold(crate::VoidHold) = 17;
    /// Takes back a payment of the sender's that waits.
    Cancel(crate::Cancel) = 18;
    /// Pays back what an executed payment brought.
    Return(crate::Return) = 19;
    /// Stops new debits in a scope (the operator or a regulator).
    TripBreaker(crate::TripBreaker) = 20;
    /// Lets small instructions pass again, then all (the operator, or the regulator that tripped).
    ResumeBreaker(crate::ResumeBreaker) = 21;
    /// Proposes an exchange of several legs, all or none.
    Link(crate::Link) = 22;
    /// Affirms the sender's legs of an exchange; the last one settles it.
    Affirm(crate::Affirm) = 23;
    /// Sets the business days and hours of an asset (its issuer or the operator).
    SetCalendar(crate::SetCalendar) = 24;
    /// Lets an account pay again and again (whoever may debit it).
    SetStandingOrder(crate::SetStandingOrder) = 25;
    /// Changes amount, end and rules of a standing order (the debtor's side).
    AmendStandingOrder(crate::AmendStandingOrder) = 26;
    /// Ends a standing order (the debtor's side).
    CancelStandingOrder(crate::CancelStandingOrder) = 27;
    /// Asks an account to pay (the payee's side).
    RequestToPay(crate::RequestToPay) = 28;
    /// Pays a request, or declines it (the payer's side).
    AnswerRequest(crate::AnswerRequest) = 29;
    /// Asks for a settled payment back (the payer's side).
    RequestCancel(crate::RequestCancel) = 30;
    /// Pays a recalled payment back, or declines (the payee's side).
    AnswerCancel(crate::AnswerCancel) = 31;
    /// Claims something of a settled payment back (the payer's side).
    OpenDispute(crate::OpenDispute) = 32;
    /// Names a document in a dispute (either side).
    SubmitEvidence(crate::SubmitEvidence) = 33;
    /// Decides a dispute (the operator or a regulator, who is no party).
    DecideDispute(crate::DecideDispute) = 34;
    /// Pays what a dispute awarded (the payee's side).
    SettleDispute(crate::SettleDispute) = 35;
    /// Says what payments of an asset cost (its issuer or the operator).
    SetFeeRule(crate::SetFeeRule) = 36;
    /// Brings an account to a target every business day (the side of both accounts).
    SetSweep(crate::SetSweep) = 37;
    /// Pays in one asset against a payment in another, both or neither, where both may wait for funds (whoever may debit the account).
    PayVersus(crate::PayVersus) = 38;
    /// Lets an account bear interest (the asset's issuer or the operator, from an account of its own).
    SetInterest(crate::SetInterest) = 39;
    /// Lets a payee collect from an account within caps (whoever may debit it).
    GrantMandate(crate::GrantMandate) = 40;
    /// Ends a mandate (either side).
    EndMandate(crate::EndMandate) = 41;
    /// Takes money under a mandate (the payee's side).
    Collect(crate::Collect) = 42;
    /// Pays when all of its conditions hold together (whoever may debit the account).
    PayWhen(crate::PayWhen) = 43;
    /// Says what a key of the sender signs, and until when (the participant itself).
    SetKeyPurpose(crate::SetKeyPurpose) = 44;
    /// Lets another participant see what concerns the sender's liquidity.
    GrantView(crate::GrantView) = 45;
    /// Ends a viewing grant (either side).
    RevokeView(crate::RevokeView) = 46;
    /// Gives a sponsored participant another sponsor bank (the operator).
    SetSponsor(crate::SetSponsor) = 47;
    /// Draws intraday credit against collateral (whoever acts for the account).
    DrawIntraday(crate::DrawIntraday) = 48;
    /// Pays intraday credit back (whoever may debit the account).
    RepayIntraday(crate::RepayIntraday) = 49;
    /// Gives a waiting payment another priority (its sender).
    Reprioritise(crate::Reprioritise) = 50;
    /// Lets a waiting payment stand aside, or takes it back into its place (its sender).
    HoldQueued(crate::HoldQueued) = 51;
    /// Proposes which payments of a netting cycle settle together.
    SubmitCycleSet(crate::SubmitCycleSet) = 52;
    /// Limits what an account sends net (its owner; a cap on all the issuer or the operator).
    SetLimit(crate::SetLimit) = 53;
    /// Keeps money of an account for urgent payments (its owner).
    Reserve(crate::Reserve) = 54;
    /// Says how defaults in an asset are closed out (its issuer or the operator).
    SetDefaultRule(crate::SetDefaultRule) = 55;
    /// Sets money aside against the defaults of others (whoever may debit the account).
    Contribute(crate::Contribute) = 56;
    /// Pays what a close-out left uncovered (whoever may debit the account).
    CoverShortfall(crate::CoverShortfall) = 57;
    /// Says when a breaker trips by itself (the operator or a regulator).
    SetRiskRule(crate::SetRiskRule) = 58;
    /// Lets an account draw within the day (the asset's issuer).
    SetIntraday(crate::SetIntraday) = 59;
    /// Asks the seats for a change of validators, parameters or rules.
    Propose(crate::Propose) = 70;
    /// Approves a proposal with a validator's seat.
    Vote(crate::Vote) = 71;
    /// Takes a proposal back (its proposer only).
    Withdraw(crate::Withdraw) = 72;
    /// Puts the clock of a trial network forward (the operator).
    AdvanceClock(crate::AdvanceClock) = 90;
    /// Offers a loan (banks only).
    OfferLoan(crate::OfferLoan) = 100;
    /// Accepts an offered loan, which is paid out (its borrower only).
    AcceptLoan(crate::AcceptLoan) = 101;
    /// Pays what a loan owes, and may prepay (its borrower or the borrower's bank).
    RepayLoan(crate::RepayLoan) = 102;
    /// Makes a whole overdue loan fall due (its lender only).
    AccelerateLoan(crate::AccelerateLoan) = 103;
    /// Gives up a loan that is over 90 days past due (its lender only).
    WriteOffLoan(crate::WriteOffLoan) = 104;
    /// Pays principal of a loan back before it is due (its borrower or the borrower's bank).
    PrepayLoan(crate::PrepayLoan) = 105;
    /// Takes a part of a loan that was accepted for drawing (its borrower or the borrower's bank).
    DrawLoan(crate::DrawLoan) = 106;
    /// Fixes the rate of an indexed loan (its lender or its borrower).
    ResetRate(crate::ResetRate) = 107;
    /// Charges costs that a loan's contract provides for (its lender only).
    ChargeLoan(crate::ChargeLoan) = 108;
    /// Names those who share an offered loan (its lender only).
    FormSyndicate(crate::FormSyndicate) = 109;
    /// Signs for the sender's shares of a loan.
    JoinSyndicate(crate::JoinSyndicate) = 110;
    /// Offers a part of a lender's share to a bank.
    AssignShare(crate::AssignShare) = 111;
    /// Takes an offered share and pays for it.
    TakeShare(crate::TakeShare) = 112;
    /// Offers a credit line to a borrower (banks only).
    OpenLine(crate::OpenLine) = 113;
    /// Agrees to an offered line, or to other terms of a line (the party that did not propose them).
    AgreeLine(crate::AgreeLine) = 114;
    /// Proposes other terms for a line (its lender or its borrower).
    AmendLine(crate::AmendLine) = 115;
    /// Gives a line up (its borrower; its lender when no commitment fee is paid).
    CloseLine(crate::CloseLine) = 116;
    /// Pays the commitment fee of a line (its borrower or the borrower's bank).
    PayLineFee(crate::PayLineFee) = 117;
    /// Asks for collateral, with levels and haircuts (the lender only).
    AskCover(crate::AskCover) = 118;
    /// Pledges cash, receivables or warehouse receipts into a collateral (the borrower only).
    PledgeCollateral(crate::PledgeCollateral) = 119;
    /// Frees items of a collateral (the lender; the borrower when the rest is enough).
    ReleaseCollateral(crate::ReleaseCollateral) = 120;
    /// Puts things in the place of items of a collateral (the borrower only).
    SubstituteCollateral(crate::SubstituteCollateral) = 121;
    /// Takes an item of a collateral whose margin call was not cured (the lender only).
    EnforceCollateral(crate::EnforceCollateral) = 122;
    /// Proposes other terms for a running loan (its lender or its borrower).
    RestructureLoan(crate::RestructureLoan) = 123;
    /// Agrees to proposed terms of a loan, which hold from that day on (the party that did not propose them).
    AgreeRestructuring(crate::AgreeRestructuring) = 124;
    /// Returns what stands in suspense for a loan to its borrower (its lender, its borrower or the borrower's bank).
    ReturnSuspense(crate::ReturnSuspense) = 125;
    /// Ends a call or revolving loan with notice (its lender or its borrower).
    GiveNotice(crate::GiveNotice) = 126;
    /// Answers for a loan of others, up to a sum.
    GiveSurety(crate::GiveSurety) = 127;
    /// Takes from its guarantor what a loan owes that is overdue (its lender only).
    CallSurety(crate::CallSurety) = 128;
    /// Lets a guarantor go (the loan's lender only).
    ReleaseSurety(crate::ReleaseSurety) = 129;
    /// Pays a guarantor back (the loan's borrower or the borrower's bank).
    RepaySurety(crate::RepaySurety) = 130;
    /// Claims a receivable from a core enterprise.
    IssueReceivable(crate::receivable::IssueReceivable) = 140;
    /// Binds the debtor of a receivable.
    AcceptReceivable(crate::receivable::AcceptReceivable) = 141;
    /// Says no to a claimed receivable.
    RejectReceivable(crate::receivable::RejectReceivable) = 142;
    /// Takes a claim back before it is answered.
    WithdrawReceivable(crate::receivable::WithdrawReceivable) = 143;
    /// Divides a portion of a receivable.
    SplitReceivable(crate::receivable::SplitReceivable) = 144;
    /// Hands a portion on.
    TransferReceivable(crate::receivable::TransferReceivable) = 145;
    /// Gives a portion as security.
    PledgeReceivable(crate::receivable::PledgeReceivable) = 146;
    /// Frees a pledged portion.
    ReleasePledge(crate::receivable::ReleasePledge) = 147;
    /// Offers to finance receivables of a debtor.
    OfferFinancing(crate::receivable::OfferFinancing) = 148;
    /// Takes an offer back.
    WithdrawOffer(crate::receivable::WithdrawOffer) = 149;
    /// Sells a portion to the bank of an offer.
    FinanceReceivable(crate::receivable::FinanceReceivable) = 150;
    /// Contests an accepted receivable.
    DisputeReceivable(crate::receivable::DisputeReceivable) = 151;
    /// Ends a dispute.
    ResolveDispute(crate::receivable::ResolveDispute) = 152;
    /// Gives a receivable up.
    CancelReceivable(crate::receivable::CancelReceivable) = 153;
    /// Pays on an overdue receivable.
    PayReceivable(crate::receivable::PayReceivable) = 154;
    /// Pays a portion for its debtor.
    HonourRecourse(crate::receivable::HonourRecourse) = 155;
    /// Sets what a debtor may have promised.
    SetObligorLine(crate::receivable::SetObligorLine) = 156;
    /// Enters a financing of a document.
    RegisterFinancing(crate::registry::RegisterFinancing) = 160;
    /// Gives a financed document free.
    ReleaseFinancing(crate::registry::ReleaseFinancing) = 161;
    /// Says which goods lie in the sender's warehouse.
    RegisterGoods(crate::goods::RegisterGoods) = 162;
    /// States what an inspector found of goods.
    InspectGoods(crate::goods::InspectGoods) = 163;
    /// Issues the receipt of an inspected lot (its warehouse).
    IssueReceipt(crate::goods::IssueReceipt) = 164;
    /// Hands a warehouse receipt on (its holder).
    TransferReceipt(crate::goods::TransferReceipt) = 165;
    /// Secures a bank by a warehouse receipt (its holder).
    PledgeReceipt(crate::goods::PledgeReceipt) = 166;
    /// Lowers what a warehouse receipt secures (the bank).
    RepayReceipt(crate::goods::RepayReceipt) = 167;
    /// Gives up the security in a warehouse receipt (the bank).
    ReleaseReceipt(crate::goods::ReleaseReceipt) = 168;
    /// Frees a part of pledged goods (the bank).
    PartReleaseReceipt(crate::goods::PartReleaseReceipt) = 169;
    /// Takes control of a receipt whose margin call was not cured (the bank).
    EnforceReceipt(crate::goods::EnforceReceipt) = 170;
    /// Asks for the goods against the receipt (its holder).
    SurrenderReceipt(crate::goods::SurrenderReceipt) = 171;
    /// Hands goods out and retires the receipt (its warehouse).
    ReleaseGoods(crate::goods::ReleaseGoods) = 172;
    /// States how warm goods were, and for how long (their sensor).
    SensorReport(crate::goods::SensorReport) = 173;
    /// Decides what freezes goods (the operator).
    ResolveGoods(crate::goods::ResolveGoods) = 174;
    /// Offers a seller to advance money against its portfolios (banks only).
    OfferFactoring(crate::receivable::OfferFactoring) = 175;
    /// Ends a factoring agreement (its factor or its seller).
    EndFactoring(crate::receivable::EndFactoring) = 176;
    /// Sells a portfolio of portions to a factor (the agreement's seller).
    FactorPortfolio(crate::receivable::FactorPortfolio) = 177;
    /// Pays a factor what disputes took off (the agreement's seller).
    PayChargeback(crate::receivable::PayChargeback) = 178;
    /// Sets terms, tiers and smallest part of receivables in an asset.
    SetReceivableRules(crate::receivable::SetReceivableRules) = 179;
    /// Writes an escrow down (its payer or its payee).
    CreateEscrow(crate::escrow::CreateEscrow) = 200;
    /// Hands the whole sum over to be held (the payer).
    FundEscrow(crate::escrow::FundEscrow) = 201;
    /// Releases a milestone to the payee, in whole or part (the payer).
    ReleaseEscrow(crate::escrow::ReleaseEscrow) = 202;
    /// Gives back what is still held (the payee).
    RefundEscrow(crate::escrow::RefundEscrow) = 203;
    /// Puts what is held before the arbiters (the payer or the payee).
    DisputeEscrow(crate::escrow::DisputeEscrow) = 204;
    /// Rules how what is held is divided (an arbiter).
    ArbitrateEscrow(crate::escrow::ArbitrateEscrow) = 205;
    /// Names another account of the sender, to which what is owed to it goes (the payer or the payee).
    RedirectEscrow(crate::escrow::RedirectEscrow) = 206;
    /// Asks a bank for a documentary credit (the applicant).
    ApplyCredit(crate::documentary::ApplyCredit) = 207;
    /// Binds the bank to a credit (the bank).
    IssueCredit(crate::documentary::IssueCredit) = 208;
    /// Tells the beneficiary of a credit (its advising bank).
    AdviseCredit(crate::documentary::AdviseCredit) = 209;
    /// Proposes other terms of a credit (applicant, bank or beneficiary).
    AmendCredit(crate::documentary::AmendCredit) = 210;
    /// Agrees to other terms, or ends the proposal (applicant, bank or beneficiary).
    AnswerAmendment(crate::documentary::AnswerAmendment) = 211;
    /// Presents documents under a credit (its beneficiary).
    PresentDocuments(crate::documentary::PresentDocuments) = 212;
    /// Finds that documents comply, or refuses them with what is wrong (the bank).
    ExamineDocuments(crate::documentary::ExamineDocuments) = 213;
    /// Takes refused documents as they are (the applicant).
    WaiveDiscrepancies(crate::documentary::WaiveDiscrepancies) = 214;
    /// Pays, or accepts to pay at maturity (the bank).
    HonourDocuments(crate::documentary::HonourDocuments) = 215;
    /// Gives refused documents back (the bank or the beneficiary).
    ReturnDocuments(crate::documentary::ReturnDocuments) = 216;
    /// Pays the bank back what cover did not reach (the applicant).
    ReimburseCredit(crate::documentary::ReimburseCredit) = 217;
    /// Takes an application back or declines it; gives a credit up (its beneficiary).
    CloseCredit(crate::documentary::CloseCredit) = 218;
    /// Names another account for what was drawn (the beneficiary).
    RedirectDrawing(crate::documentary::RedirectDrawing) = 219;
    /// Asks a bank for a guarantee or standby (the applicant).
    ApplyGuarantee(crate::guarantee::ApplyGuarantee) = 220;
    /// Binds the bank to a guarantee (the bank).
    IssueGuarantee(crate::guarantee::IssueGuarantee) = 221;
    /// Asks for another amount or last day of a guarantee (applicant, bank or beneficiary).
    AmendGuarantee(crate::guarantee::AmendGuarantee) = 222;
    /// Demands payment under a guarantee, or its extension (the beneficiary).
    DemandPayment(crate::guarantee::DemandPayment) = 223;
    /// Finds that a demand complies, or rejects it with what is wrong (the bank).
    ExamineDemand(crate::guarantee::ExamineDemand) = 224;
    /// Pays a complying demand (the bank).
    PayDemand(crate::guarantee::PayDemand) = 225;
    /// Agrees to extend a guarantee instead of paying (the bank and the applicant).
    ExtendGuarantee(crate::guarantee::ExtendGuarantee) = 226;
    /// Takes an application back or declines it; reduces or ends a guarantee (its beneficiary).
    ReleaseGuarantee(crate::guarantee::ReleaseGuarantee) = 227;
    /// Pays the bank back what cover did not reach (the applicant).
    ReimburseGuarantee(crate::guarantee::ReimburseGuarantee) = 228;
    /// Names another account for what was demanded (the beneficiary).
    RedirectDemand(crate::guarantee::RedirectDemand) = 229;
}

impl Action {
    /// Checks that need no state.
    pub(crate) fn check_shape(&self) -> Result<(), RejectReason> {
        self.verb().check_shape()
    }
}
