//! The tables of all products, one line each, in ascending order of their numbers.

use serde::{Serialize, Serializer, ser::Error};
use sycee_primitives::{BlockTime, codec};

use crate::{
    objects::{DueHandler, Object, ObjectTable, Objects},
    tables::{ROW_BYTES_MAX, Table},
};

macro_rules! products {
    ($($(#[$doc:meta])* $field:ident: $object:ty;)*) => {
        /// One table of objects for every product.
        #[derive(Clone, Debug, Default)]
        pub(crate) struct Products {
            $($(#[$doc])* pub(crate) $field: Objects<$object>,)*
        }

        impl Products {
            /// All tables, ascending by number.
            pub(crate) fn all(&self) -> Vec<&dyn ObjectTable> {
                vec![$(&self.$field),*]
            }

            /// All tables, ascending by number.
            pub(crate) fn all_mut(&mut self) -> Vec<&mut dyn ObjectTable> {
                vec![$(&mut self.$field),*]
            }

            /// The row that falls due first, of all tables; it is asked once for every due row, so it allocates nothing.
            pub(crate) fn first_due(&self) -> Option<(BlockTime, Table, u64, DueHandler)> {
                let mut first = None;
                $(
                    if let Some((time, id)) = self.$field.first_due() {
                        let table = self.$field.table();
                        if first.is_none_or(|(at, of, _, _)| (time, table) < (at, of)) {
                            first = Some((time, table, id, self.$field.due_handler()));
                        }
                    }
                )*
                first
            }

            /// Writes a row in its JSON form, or in whatever else the serializer makes of it.
            pub(crate) fn write<S: Serializer>(
                table: Table,
                row: &[u8],
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                $(if table == <$object as Object>::TABLE {
                    let row: $object =
                        codec::decode(row, ROW_BYTES_MAX).map_err(S::Error::custom)?;
                    return row.serialize(serializer);
                })*
                let name = table.name();
                Err(S::Error::custom(format_args!("the table {name} has no objects")))
            }

            /// The product's table of this number.
            pub(crate) fn table(&self, table: Table) -> Option<&dyn ObjectTable> {
                $(
                    if self.$field.table() == table {
                        return Some(&self.$field);
                    }
                )*
                None
            }

            /// The product's table of this number; asked for every row of a restore.
            pub(crate) fn table_mut(&mut self, table: Table) -> Option<&mut dyn ObjectTable> {
                $(
                    if self.$field.table() == table {
                        return Some(&mut self.$field);
                    }
                )*
                None
            }
        }
    };
}

products! {
    /// What attestors stated about the outside world.
    attestations: crate::attestation::Attestation;
    /// Money set aside.
    holds: crate::hold::HoldRow;
    /// Payments of a later value date.
    warehouse: crate::payment::warehouse::WarehousedPayment;
    /// Instructions that needed further signatures.
    approvals: crate::approval::Approval;
    /// Exchanges of several legs.
    linked: crate::linked::Linked;
    /// Circuit breakers that were tripped once.
    breakers: crate::breaker::Breaker;
    /// Business days and hours of assets.
    calendars: crate::calendar::BusinessCalendar;
    /// Standing orders.
    standing_orders: crate::standing_order::StandingOrder;
    /// Payments that the ledger made by itself.
    automatic: crate::automatic::AutomaticPayment;
    /// Requests to pay.
    payment_requests: crate::request::PaymentRequest;
    /// Requests for money back.
    recalls: crate::recall::Recall;
    /// Disputes over payments.
    disputes: crate::dispute::PaymentDispute;
    /// Payments that wait for funds.
    queue: crate::liquidity::queue::QueuedPayment;
    /// Netting cycles.
    cycles: crate::liquidity::cycle::NettingCycle;
    /// Sets submitted to netting cycles.
    cycle_sets: crate::liquidity::cycle::CycleSet;
    /// Limits on net sending.
    limits: crate::liquidity::limits::Limit;
    /// What accounts keep for urgent payments.
    reservations: crate::liquidity::reservations::AccountReservation;
    /// The nodes of the network's directory.
    seats: crate::governance::Seat;
    /// What was proposed.
    proposals: crate::governance::Proposal;
    /// What payments cost.
    fee_rules: crate::fee::FeeRule;
    /// Defaults of participants.
    defaults: crate::default_case::DefaultCase;
    /// Close-outs of defaulted accounts.
    close_outs: crate::default_case::CloseOut;
    /// Loans.
    loans: crate::loan::Loan;
    /// Lenders who share a loan.
    syndicates: crate::loan::Syndicate;
    /// Credit lines.
    lines: crate::line::CreditLine;
    /// What products use of credit lines.
    line_uses: crate::line::LineUse;
    /// What secures lenders.
    collateral: crate::collateral::Collateral;
    /// Terms proposed for running loans, and what they replaced.
    loan_versions: crate::loan::LoanVersion;
    /// Money that waits for what loans will ask for.
    suspense: crate::loan::Suspense;
    /// Sureties for loans.
    sureties: crate::loan::Surety;
    /// What debtors of receivables promised.
    promises: crate::receivable::Promise;
    /// Portions of promises.
    portions: crate::receivable::Portion;
    /// Lines of debtors of receivables.
    obligor_lines: crate::receivable::ObligorLine;
    /// Offers to finance receivables.
    financing_offers: crate::receivable::FinancingOffer;
    /// Documents in the registry.
    documents: crate::registry::RegisteredDocument;
    /// Goods in warehouses.
    lots: crate::goods::Lot;
    /// Receipts that stand for goods.
    warehouse_receipts: crate::goods::WarehouseReceipt;
    /// Agreements between factors and sellers.
    factorings: crate::receivable::Factoring;
    /// Portfolios sold to factors.
    portfolios: crate::receivable::Portfolio;
    /// Rules that trip breakers by themselves.
    risk_rules: crate::breaker::rule::RiskRule;
    /// Money held until it is earned.
    escrows: crate::escrow::Escrow;
    /// Promises to pay against documents.
    credits: crate::documentary::DocumentaryCredit;
    /// Documents presented under credits.
    presentations: crate::documentary::Presentation;
    /// Promises to pay on demand.
    guarantees: crate::guarantee::Guarantee;
    /// Demands under guarantees.
    demands: crate::guarantee::Demand;
    /// Rules on receivables.
    receivable_rules: crate::receivable::ReceivableRules;
    /// How defaults are closed out.
    default_rules: crate::default_case::DefaultRule;
    /// Money set aside against defaults.
    contributions: crate::default_case::Contribution;
    /// Sweeps of accounts.
    sweeps: crate::sweep::Sweep;
    /// Mandates to collect.
    mandates: crate::mandate::Mandate;
    /// Interest of accounts.
    interest: crate::interest::Interest;
    /// Payments on conditions.
    conditional: crate::payment::conditional::ConditionalPayment;
    /// Whom watched accounts have paid.
    counterparties: crate::breaker::history::Counterparty;
    /// Sides of payments versus payments.
    versus: crate::payment::versus::VersusPayment;
    /// Intraday credit of accounts.
    intraday: crate::intraday::IntradayCredit;
    /// Viewing grants.
    grants: crate::grant::Grant;
}
