//! Business rules that all messages share; each refusal carries its external code and place.
//!
//! Order within a file: counts and sums of the header, then each transaction in document order (identification, amount, date, agents),
//! then what must hold everywhere (bank names beside a BIC, check digits, decimals). Directory and duplicates follow elsewhere.
//! This module must never know who participates, only what a well-made payment is.

use sycee_primitives::amount::{Amount, AmountError};
use sycee_primitives::currency::Currency;
use sycee_primitives::identifiers::{Bic, Iban, Lei, Uetr};
use sycee_primitives::time::BusinessDate;

use crate::directory::Directory;
use crate::limits::{TRANSACTIONS_MAX, VALUE_DATE_DAYS_AHEAD_MAX};
use crate::order::PaymentOrder;
use crate::refusal::{Refusal, Stage};
use crate::status_codes::StatusCode;
use crate::totals::ControlSum;
use crate::xml::{Element, clip};

pub(crate) mod side;

use side::{Side, code_of_iban, code_of_lei};

/// A bank named in a payment, to be looked up in the directory.
#[derive(Clone, Copy)]
pub(crate) struct AgentUse<'t> {
    pub(crate) bic: Bic,
    /// The element that holds the BIC.
    pub(crate) place: Element<'t>,
    /// The LEI stated beside the BIC, and its element.
    pub(crate) lei: Option<(Lei, Element<'t>)>,
    pub(crate) role: AgentRole,
}

/// What a bank does in a payment; decides the code when the directory does not know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AgentRole {
    Instructing,
    Instructed,
    Debtor,
    Creditor,
}

/// Where the parts of an order stand that must not repeat.
#[derive(Clone, Copy)]
pub(crate) enum Place<'t> {
    /// An element of a document.
    Element(Element<'t>),
    /// A cell of a table.
    Cell { line: u32, column: &'static str },
}

impl Place<'_> {
    pub(crate) fn refuse(self, stage: Stage, code: StatusCode, reason: String) -> Refusal {
        match self {
            Place::Element(element) => Refusal::at(stage, code, element, reason),
            Place::Cell { line, column } => Refusal {
                stage,
                code,
                xpath: Some(format!("line {line}, column {column}")),
                line: Some(line),
                reason,
            },
        }
    }
}

/// The identification of a message among those of its sender.
pub(crate) struct MessageIdentity<'t> {
    pub(crate) id: String,
    pub(crate) sender: String,
    pub(crate) place: Element<'t>,
}

/// An order and the places of what identifies it.
pub(crate) struct Extracted<'t> {
    pub(crate) order: PaymentOrder,
    pub(crate) uetr_place: Option<Place<'t>>,
    pub(crate) end_to_end_place: Place<'t>,
}

/// What the rules have made of a file that passed them.
pub(crate) struct Content<'t> {
    pub(crate) identity: Option<MessageIdentity<'t>>,
    /// Identifications of payment blocks, unique within their message.
    pub(crate) blocks: Vec<(String, Element<'t>)>,
    pub(crate) payments: Vec<Extracted<'t>>,
    pub(crate) agents: Vec<AgentUse<'t>>,
    pub(crate) facts: serde_json::Value,
}

/// A settlement amount: accepted currency, decimals that fit it, above zero.
pub(crate) fn settlement_amount(
    element: Element<'_>,
    directory: &Directory,
) -> Result<(Currency, Amount, u8), Refusal> {
    let code = element.attribute("Ccy").unwrap_or_default();
    let accepted =
        Currency::parse(code).and_then(|currency| Some((currency, directory.scale(currency)?)));
    let Some((currency, scale)) = accepted else {
        let reason = format!("the currency {} is not accepted here", clip(code));
        return Err(Refusal::rule(StatusCode::AM03, element, reason));
    };
    let amount = parse_amount(element.collapsed_text(), currency, scale)
        .map_err(|(code, reason)| Refusal::rule(code, element, reason))?;
    Ok((currency, amount, scale))
}

/// An amount of an accepted currency above zero, or code and reason.
pub(crate) fn parse_amount(
    text: &str,
    currency: Currency,
    scale: u8,
) -> Result<Amount, (StatusCode, String)> {
    let amount = Amount::parse_decimal(text, scale).map_err(|error| match error {
        AmountError::TooManyDecimals { .. } => (
            StatusCode::AM12,
            format!("{currency} has {scale} decimals; {} has more", clip(text)),
        ),
        AmountError::Malformed => (
            StatusCode::AM12,
            format!("{:?} is not a plain decimal", clip(text)),
        ),
        AmountError::TooLarge => (
            StatusCode::AM02,
            format!("{} is above the largest amount", clip(text)),
        ),
    })?;
    if amount.is_zero() {
        return Err((StatusCode::AM01, "the amount is zero".to_owned()));
    }
    Ok(amount)
}

/// A value date: a real day without time zone, not past, not too far ahead.
pub(crate) fn value_date(
    text: &str,
    directory: &Directory,
    code_when_past: StatusCode,
) -> Result<BusinessDate, (StatusCode, String)> {
    let Some(date) = BusinessDate::parse(text) else {
        let reason = format!(
            "{:?} is not a day (YYYY-MM-DD without time zone)",
            clip(text)
        );
        return Err((StatusCode::DT01, reason));
    };
    let today = directory.business_date();
    if date < today {
        return Err((
            code_when_past,
            format!("the value date {date} lies before {today}"),
        ));
    }
    if date.0 - today.0 > VALUE_DATE_DAYS_AHEAD_MAX {
        let reason = format!(
            "the value date {date} lies more than {VALUE_DATE_DAYS_AHEAD_MAX} days after {today}"
        );
        return Err((StatusCode::CH03, reason));
    }
    Ok(date)
}

/// The number of transactions stated must be the number found.
pub(crate) fn check_count(stated: Element<'_>, found: usize) -> Result<(), Refusal> {
    let number: Option<usize> = stated.text().parse().ok();
    if number == Some(found) {
        return Ok(());
    }
    let reason = format!(
        "{} transactions are stated, {found} are there",
        clip(stated.text())
    );
    Err(Refusal::rule(StatusCode::AM18, stated, reason))
}

/// The control sum stated must be the sum found, to the last decimal.
pub(crate) fn check_sum(stated: Element<'_>, found: ControlSum) -> Result<(), Refusal> {
    if ControlSum::parse(stated.collapsed_text()) == Some(found) {
        return Ok(());
    }
    let reason = format!(
        "{} is stated, the amounts add up to {found}",
        clip(stated.text())
    );
    Err(Refusal::rule(StatusCode::AM10, stated, reason))
}

/// A file may not hold more transactions than the limit.
pub(crate) fn check_transactions_max(element: Element<'_>, found: usize) -> Result<(), Refusal> {
    if found <= TRANSACTIONS_MAX {
        return Ok(());
    }
    let reason = format!("a file may hold at most {TRANSACTIONS_MAX} transactions");
    Err(Refusal::rule(StatusCode::FF01, element, reason))
}

/// A sum that cannot be represented is no sum of payments.
pub(crate) fn sum_too_large(element: Element<'_>) -> Refusal {
    Refusal::rule(
        StatusCode::AM02,
        element,
        "the amounts add up beyond any reason",
    )
}

/// The UETR of a payment identification, when there is one.
pub(crate) fn uetr(identification: Element<'_>) -> Result<Option<Uetr>, Refusal> {
    let Some(element) = identification.child("UETR") else {
        return Ok(None);
    };
    Uetr::parse(element.text())
        .map(Some)
        .map_err(|error| Refusal::rule(StatusCode::FF01, element, error.to_string()))
}

/// The bank in child `name`, which must be there and carry a BIC.
pub(crate) fn agent<'t>(
    parent: Element<'t>,
    name: &str,
    role: AgentRole,
) -> Result<AgentUse<'t>, Refusal> {
    let agent = parent.child(name).ok_or_else(|| {
        Refusal::missing(
            Stage::Rule,
            parent,
            name,
            "the payment must say which bank this is",
        )
    })?;
    agent_with_bic(agent, role)
}

/// The bank in an element that must carry a BIC.
pub(crate) fn agent_with_bic(agent: Element<'_>, role: AgentRole) -> Result<AgentUse<'_>, Refusal> {
    let institution = agent.child("FinInstnId").unwrap_or(agent);
    let place = institution.child("BICFI").ok_or_else(|| {
        Refusal::missing(
            Stage::Rule,
            institution,
            "BICFI",
            "this bank must be named by its BIC",
        )
    })?;
    let bic = Bic::parse(place.text())
        .map_err(|error| Refusal::rule(StatusCode::RC01, place, error.to_string()))?;
    let lei = match institution.child("LEI") {
        Some(element) => Some((lei(element)?, element)),
        None => None,
    };
    Ok(AgentUse {
        bic,
        place,
        lei,
        role,
    })
}

/// The account in child `name`: an IBAN or the bank's own form.
pub(crate) fn account(parent: Element<'_>, name: &str) -> Result<Option<String>, Refusal> {
    let Some(identification) = parent.descend(&[name, "Id"]) else {
        return Ok(None);
    };
    if let Some(element) = identification.child("IBAN") {
        return iban(element).map(|iban| Some(iban.to_string()));
    }
    Ok(identification
        .descend(&["Othr", "Id"])
        .map(|id| id.text().to_owned()))
}

/// The LEI of a party that is an organisation.
pub(crate) fn party_lei(party: Option<Element<'_>>) -> Result<Option<Lei>, Refusal> {
    party
        .and_then(|party| party.descend(&["Id", "OrgId", "LEI"]))
        .map(lei)
        .transpose()
}

/// The text of a descendant, when it is there.
pub(crate) fn text_at(parent: Element<'_>, names: &[&str]) -> Option<String> {
    parent
        .descend(names)
        .map(|element| element.text().to_owned())
}

/// The purpose of a transaction, coded or proprietary.
pub(crate) fn purpose(transaction: Element<'_>) -> Option<String> {
    transaction
        .child("Purp")?
        .children()
        .next()
        .map(|purpose| purpose.text().to_owned())
}

/// The unstructured remittance of a transaction, lines joined.
pub(crate) fn remittance(transaction: Element<'_>) -> Option<String> {
    let lines: Vec<&str> = transaction
        .child("RmtInf")?
        .children_named("Ustrd")
        .map(Element::text)
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn lei(element: Element<'_>) -> Result<Lei, Refusal> {
    Lei::parse(element.text())
        .map_err(|error| Refusal::rule(code_of_lei(element), element, error.to_string()))
}

fn iban(element: Element<'_>) -> Result<Iban, Refusal> {
    Iban::parse(element.text())
        .map_err(|error| Refusal::rule(code_of_iban(Side::of(element)), element, error.to_string()))
}

/// What must hold wherever it stands: check digits, decimals, no name or address beside a BIC.
///
/// The nesting is bounded by the reader, so this may call itself.
pub(crate) fn check_everywhere(element: Element<'_>, directory: &Directory) -> Result<(), Refusal> {
    match element.name() {
        // Supplementary data belongs to whoever wrote it.
        "SplmtryData" => return Ok(()),
        "IBAN" => {
            iban(element)?;
        }
        "LEI" => {
            lei(element)?;
        }
        "FinInstnId" if element.child("BICFI").is_some() => {
            let extra = element
                .children()
                .find(|part| matches!(part.name(), "Nm" | "PstlAdr"));
            if let Some(extra) = extra {
                let reason = "a bank named by its BIC carries no name and no address";
                return Err(Refusal::rule(StatusCode::FF01, extra, reason));
            }
        }
        _ => {}
    }
    if let Some(currency) = element.attribute("Ccy").and_then(Currency::parse) {
        let scale = directory
            .scale(currency)
            .or_else(|| currency.iso_decimals());
        if let Some(scale) = scale
            && Amount::parse_decimal(element.collapsed_text(), scale).is_err()
        {
            let reason = format!(
                "{currency} has {scale} decimals; {} does not fit",
                clip(element.collapsed_text())
            );
            return Err(Refusal::rule(StatusCode::AM12, element, reason));
        }
    }
    element
        .children()
        .try_for_each(|child| check_everywhere(child, directory))
}
