//! What a transaction means: the rules of payments, accounts and participants.
//!
//! Floor 1 of the house, beside consensus and blind to it: it knows no block of votes, no batch, no network, no disk and no clock.
//! Pure and deterministic: the same transactions in the same order give the same bytes on every node (ledger 3.6, I8).
//!
//! ```text
//!   bytes ──verify──▶ VerifiedTransaction ──admit──▶ Accepted | Duplicate | Refused      (edge, burns no id)
//!                            │
//!                            └──execute(Ledger, BlockContext, ..)──▶ ExecutedBlock {receipts, roots}
//!                                     │
//!                   conservation ◀────┘ after every block; violated: Halt, nothing may be written
//!
//!   JSON document ──serde──▶ Action, objects ──serde──▶ JSON      the form for people; never hashed (`json`)
//!   Ledger ──read──▶ accounts, participants, totals, proofs          Ledger ⇄ rows (take_changed_rows, from_rows)
//! ```
//! Adding a transaction type touches: its verb file, a line of [`Action`], rows of [`RejectReason`], for a new kind of object a line of
//! [`Table`] and of `products`, and whatever the compiler then lists.
//! Spec: ledger 3.1-3.7.

#![warn(missing_docs)]

mod account;
mod action;
pub mod actus;
mod admit;
mod agenda;
mod approval;
mod attestation;
mod automatic;
pub mod backing;
mod breaker;
mod calendar;
mod checkpoint;
mod clock;
pub mod collateral;
mod conservation;
mod default_case;
mod dispute;
pub mod documentary;
pub mod escrow;
mod example;
mod execute;
mod fee;
mod founding;
pub mod goods;
mod governance;
mod grant;
pub mod guarantee;
mod history;
mod hold;
mod holding;
mod identifiers;
pub mod inquiry;
mod interest;
mod intraday;
mod json;
mod ledger;
pub mod line;
mod linked;
pub mod liquidity;
pub mod loan;
mod mandate;
mod objects;
mod parameters;
mod participant;
mod payment;
mod products;
pub mod read;
mod recall;
mod receipt;
pub mod receivable;
pub mod registry;
mod reject;
mod request;
mod restore;
pub mod sample;
mod snapshot;
mod standing;
mod standing_order;
mod sweep;
mod tables;
pub mod term;
mod text;
mod transaction;
mod verb;
mod verify;

pub use account::{
    Account, AccountKind, AccountNumber, AccountStatus, AccountTerms, NumberError,
    close_account::CloseAccount, freeze::Freeze, open_account::OpenAccount,
    set_account_rule::SetAccountRule,
};
pub use action::{Action, VerbName};
pub use admit::{Admission, admit};
pub use agenda::{DUE_ITEMS_PER_BLOCK, due_items};
pub use approval::{Approval, ApprovalState, approve::Approve};
pub use attestation::{Attestation, AttestationKind, Subject, SubjectText, attest::Attest};
pub use automatic::{AutomaticPayment, AutomaticState, Cause};
pub use breaker::{
    Breaker, BreakerScope, BreakerState,
    history::Counterparty,
    resume_breaker::ResumeBreaker,
    rule::{Measure, PastWindow, RiskRule},
    set_risk_rule::SetRiskRule,
    trip_breaker::TripBreaker,
};
pub use calendar::{
    BusinessCalendar, LateRule, Service, ServiceHours, Weekday, set_calendar::SetCalendar,
};
pub use checkpoint::{AccountProof, Checkpoint, ObjectProof, TableRoot, TableRoots};
pub use clock::advance_clock::AdvanceClock;
pub use collateral::{
    ask_cover::AskCover, enforce_collateral::EnforceCollateral,
    pledge_collateral::PledgeCollateral, release_collateral::ReleaseCollateral,
    substitute_collateral::SubstituteCollateral,
};
pub use default_case::{
    CloseOut, Contribution, Cover, CoverSource, DefaultCase, DefaultRule, DefaultState, QueueRule,
    contribute::Contribute, cover_shortfall::CoverShortfall, set_default_rule::SetDefaultRule,
};
pub use dispute::{
    DisputeDocument, DisputeState, PaymentDispute, decide_dispute::DecideDispute,
    open_dispute::OpenDispute, settle_dispute::SettleDispute, submit_evidence::SubmitEvidence,
};
pub use example::example;
pub use execute::{BlockContext, ExecutedBlock, Halt, execute};
pub use fee::{Fee, FeePayer, FeeRule, FeeService, FeeTier, set_fee_rule::SetFeeRule};
pub use founding::{Founding, FoundingAccount, FoundingAsset, FoundingError, FoundingParticipant};
pub use governance::{
    Change, PROTOCOL_VERSION, Parameter, Preview, Proposal, ProposalState, Seat, Sizes, possession,
    propose::Propose, vote::Vote, withdraw::Withdraw,
};
pub use grant::{Grant, grant_view::GrantView, revoke_view::RevokeView};
pub use hold::{HoldRow, HoldState, place_hold::Hold, post_hold::PostHold, void_hold::VoidHold};
pub use identifiers::{IdentifierTable, InstructionRecord, LookupFailure, RecordedOutcome};
pub use interest::{Interest, InterestRates, set_interest::SetInterest};
pub use intraday::{
    IntradayCredit, draw_intraday::DrawIntraday, repay_intraday::RepayIntraday,
    set_intraday::SetIntraday,
};
pub use ledger::{Asset, Ledger};
pub use line::{
    agree_line::AgreeLine, amend_line::AmendLine, close_line::CloseLine, open_line::OpenLine,
    pay_line_fee::PayLineFee,
};
pub use linked::{Linked, LinkedLeg, LinkedState, affirm::Affirm, link::Link};
pub use liquidity::{
    change_queued::{HoldQueued, Reprioritise},
    cycle::{AGEING_CYCLES, CYCLE_MS_MIN, CYCLE_WINDOW, CycleSet, CycleState, NettingCycle},
    limits::{Limit, Toward},
    queue::{QUEUED_PAYMENTS_MAX, QueueState, QueuedPayment},
    reservations::AccountReservation,
    reserve::Reserve,
    set_limit::SetLimit,
    submit_cycle_set::SubmitCycleSet,
    waiting::{FoundPayment, WaitingEntry, WaitingQuestion},
};
pub use loan::{
    accelerate_loan::AccelerateLoan, accept_loan::AcceptLoan, charge_loan::ChargeLoan,
    draw_loan::DrawLoan, give_notice::GiveNotice, offer_loan::OfferLoan, prepay_loan::PrepayLoan,
    repay_loan::RepayLoan, reset_rate::ResetRate,
    restructure::agree_restructuring::AgreeRestructuring,
    restructure::restructure_loan::RestructureLoan, surety::call_surety::CallSurety,
    surety::give_surety::GiveSurety, surety::release_surety::ReleaseSurety,
    surety::repay_surety::RepaySurety, suspense::return_suspense::ReturnSuspense,
    syndicate::assign_share::AssignShare, syndicate::form_syndicate::FormSyndicate,
    syndicate::join_syndicate::JoinSyndicate, syndicate::take_share::TakeShare,
    write_off_loan::WriteOffLoan,
};
pub use mandate::{
    Mandate, MandateState, collect::Collect, end_mandate::EndMandate, grant_mandate::GrantMandate,
};
pub use parameters::LedgerParameters;
pub use participant::{
    KeyPurpose, Participant, ParticipantKey, ParticipantStatus, Role, SignatureBand,
    register_participant::RegisterParticipant, rotate_key::RotateKey,
    set_key_purpose::SetKeyPurpose, set_signing_policy::SetSigningPolicy, set_sponsor::SetSponsor,
    set_status::SetStatus,
};
pub use payment::{
    cancel::Cancel,
    conditional::{Condition, ConditionalPayment, ConditionalState},
    evidence::{EvidencedBatch, EvidencedLink, EvidencedPayment, Original, PaymentEvidence},
    issue_cash::IssueCash,
    pay::{Handling, PRIORITY_LOWEST, PRIORITY_NORMAL, Pay},
    pay_batch::{BulkMode, Leg, PayBatch},
    pay_versus::PayVersus,
    pay_when::PayWhen,
    redeem_cash::RedeemCash,
    return_payment::Return,
    versus::{VersusPayment, VersusState},
    warehouse::{WarehouseState, WarehousedPayment},
};
pub use recall::{
    Recall, RecallState,
    answer_cancel::{AnswerCancel, CancelAnswer},
    request_cancel::RequestCancel,
};
pub use receipt::{Outcome, Receipt, ReceiptProof, Waiting, results_after};
pub use reject::{CODE_RANGES, CodeRange, Explanation, RejectReason, explain};
pub use request::{
    PaymentRequest, RequestState,
    answer_request::{AnswerRequest, RequestAnswer},
    request_to_pay::RequestToPay,
};
pub use restore::{RestoreError, Restoring};
pub use snapshot::{
    CHUNK_BYTES_MAX, CertifiedHeader, Chunk, Outline, Part, SnapshotFault, is_lasting, unheard_keys,
};
pub use standing_order::{
    Every, OrderState, Shortfall, StandingOrder, amend_standing_order::AmendStandingOrder,
    cancel_standing_order::CancelStandingOrder, set_standing_order::SetStandingOrder,
};
pub use sweep::{Sweep, SweepRule, set_sweep::SetSweep};
pub use tables::{Row, Table};
pub use text::{EndToEndId, IdempotencyKey, ParticipantName, Purpose, TextError};
pub use transaction::{Instruction, SignedTransaction, TransactionSignature};
pub use verb::Origin;
pub use verify::{Rejection, VerifiedTransaction, verify, verify_many};

#[cfg(any(test, feature = "twins"))]
mod tests;
#[cfg(any(test, feature = "twins"))]
pub use tests::twins;
