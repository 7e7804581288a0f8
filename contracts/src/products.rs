//! The tables of all products, one line each, in ascending order of their numbers.

use crate::{
    objects::{ObjectTable, Objects},
    tables::Table,
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

            /// The product's table of this number.
            pub(crate) fn table(&self, table: Table) -> Option<&dyn ObjectTable> {
                self.all().into_iter().find(|it| it.table() == table)
            }

            /// The product's table of this number.
            pub(crate) fn table_mut(&mut self, table: Table) -> Option<&mut dyn ObjectTable> {
                self.all_mut().into_iter().find(|it| it.table() == table)
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
    /// Loans.
    loans: crate::loan::Loan;
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
}
