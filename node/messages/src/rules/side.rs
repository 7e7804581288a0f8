//! Whose side of a payment an element is on, and the code that goes with a fault there.

use crate::refusal::{Refusal, Stage};
use crate::schema::{Content, Pattern};
use crate::status_codes::StatusCode;
use crate::xml::{Element, clip};

/// The side of a payment that an element speaks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Debtor,
    Creditor,
    Intermediary,
    Neither,
}

impl Side {
    /// The side of the nearest element around `element` that has one.
    pub(crate) fn of(element: Element<'_>) -> Self {
        let mut current = Some(element);
        while let Some(around) = current {
            match around.name() {
                // Garnishment, tax and referred documents speak of other parties than the payment's.
                "RmtInf" | "Tax" => return Side::Neither,
                name if is_debtor_side(name) => return Side::Debtor,
                name if is_creditor_side(name) => return Side::Creditor,
                name if name.starts_with("IntrmyAgt") => return Side::Intermediary,
                _ => current = around.parent(),
            }
        }
        Side::Neither
    }
}

fn is_debtor_side(name: &str) -> bool {
    [
        "Dbtr",
        "UltmtDbtr",
        "InstgAgt",
        "InitgPty",
        "PrvsInstgAgt",
        "ChrgsAcct",
    ]
    .iter()
    .any(|start| name.starts_with(start))
}

fn is_creditor_side(name: &str) -> bool {
    ["Cdtr", "UltmtCdtr", "InstdAgt"]
        .iter()
        .any(|start| name.starts_with(start))
}

/// The code of a bad account number.
pub(crate) fn code_of_iban(side: Side) -> StatusCode {
    match side {
        Side::Debtor => StatusCode::AC02,
        Side::Creditor => StatusCode::AC03,
        Side::Intermediary | Side::Neither => StatusCode::AC01,
    }
}

/// The code of a bad LEI: of a bank, or of a corporate.
pub(crate) fn code_of_lei(element: Element<'_>) -> StatusCode {
    let of_bank = element
        .parent()
        .is_some_and(|parent| matches!(parent.name(), "FinInstnId" | "BrnchId"));
    match (of_bank, Side::of(element)) {
        (true, Side::Debtor) => StatusCode::RC03,
        (true, Side::Creditor) => StatusCode::RC04,
        (true, Side::Intermediary) => StatusCode::RC11,
        (true, Side::Neither) => StatusCode::RC01,
        (false, Side::Debtor) => StatusCode::BE16,
        (false, Side::Creditor) => StatusCode::BE17,
        (false, Side::Intermediary | Side::Neither) => StatusCode::FF01,
    }
}

/// The code of a text that is not of its data type.
pub(crate) fn code_of_fault(element: Element<'_>, content: &Content) -> StatusCode {
    match content {
        Content::Amount => StatusCode::AM12,
        Content::Pattern(Pattern::Bic) => StatusCode::RC01,
        Content::Pattern(Pattern::Iban) => code_of_iban(Side::of(element)),
        Content::Pattern(Pattern::Lei) => code_of_lei(element),
        Content::Decimal { .. } if element.name() == "CtrlSum" => StatusCode::AM10,
        Content::Date | Content::DateTime if is_value_date(element) => StatusCode::DT01,
        Content::Pattern(
            Pattern::Country
            | Pattern::Currency
            | Pattern::Exact4Alphanumeric
            | Pattern::Numeric15
            | Pattern::PhoneNumber
            | Pattern::Uetr,
        )
        | Content::Sequence(_)
        | Content::Choice(_)
        | Content::Text { .. }
        | Content::Code(_)
        | Content::Decimal { .. }
        | Content::Date
        | Content::DateTime
        | Content::Time
        | Content::Boolean
        | Content::Anything => StatusCode::FF01,
    }
}

fn is_value_date(element: Element<'_>) -> bool {
    element.name() == "IntrBkSttlmDt"
        || element
            .parent()
            .is_some_and(|parent| parent.name() == "ReqdExctnDt")
}

/// A currency that is not even three capital letters is one nobody accepts.
pub(crate) fn in_wrong_currency_form(element: Element<'_>, currency: &str) -> Refusal {
    let reason = format!(
        "the attribute Ccy is {:?} and must be three capital letters",
        clip(currency)
    );
    Refusal::at(Stage::Schema, StatusCode::AM03, element, reason)
}
