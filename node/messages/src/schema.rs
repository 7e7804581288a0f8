//! The published structures of the supported messages, and the check of a tree against them.
//!
//! ```text
//!   Content::Sequence [ one GrpHdr, any_number CdtTrfTxInf, ... ]   messages, parties, remittance
//!        └─ Content::Text | Code | Pattern | Amount | Date ...      data_types
//! ```
//! Everything in the published structure is known here, so a valid message of a bank is never refused for an element we do not use;
//! everything else is refused rather than dropped. This module must never know a business rule.

use crate::lexical;
use crate::refusal::{Refusal, Stage};
use crate::rules::side::{code_of_fault, in_wrong_currency_form};
use crate::xml::{Element, clip};

mod data_types;
mod messages;
mod parties;
mod remittance;
#[cfg(test)]
mod tests;

/// The prefix of every ISO 20022 message namespace.
pub(crate) const NAMESPACE_PREFIX: &str = "urn:iso:std:iso:20022:tech:xsd:";

/// A message that files may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum MessageKind {
    CustomerTransfer,
    BankTransfer,
    Initiation,
}

impl MessageKind {
    pub(crate) const ALL: [MessageKind; 3] = [
        MessageKind::BankTransfer,
        MessageKind::CustomerTransfer,
        MessageKind::Initiation,
    ];

    /// The message's identifier, as in its namespace.
    pub(crate) fn identifier(self) -> &'static str {
        match self {
            MessageKind::CustomerTransfer => "pacs.008.001.08",
            MessageKind::BankTransfer => "pacs.009.001.08",
            MessageKind::Initiation => "pain.001.001.09",
        }
    }

    /// The name of the element inside `Document`.
    pub(crate) fn body_name(self) -> &'static str {
        match self {
            MessageKind::CustomerTransfer => "FIToFICstmrCdtTrf",
            MessageKind::BankTransfer => "FICdtTrf",
            MessageKind::Initiation => "CstmrCdtTrfInitn",
        }
    }

    fn body(self) -> &'static Content {
        match self {
            MessageKind::CustomerTransfer => &messages::FI_TO_FI_CUSTOMER_CREDIT_TRANSFER_V08,
            MessageKind::BankTransfer => &messages::FINANCIAL_INSTITUTION_CREDIT_TRANSFER_V08,
            MessageKind::Initiation => &messages::CUSTOMER_CREDIT_TRANSFER_INITIATION_V09,
        }
    }
}

/// What an element may contain.
pub(crate) enum Content {
    /// Children in this order.
    Sequence(&'static [Part]),
    /// Exactly one of these children.
    Choice(&'static [Part]),
    /// Text of one to so many characters.
    Text { chars_max: usize },
    /// One of these words.
    Code(&'static [&'static str]),
    /// A text of a fixed form.
    Pattern(Pattern),
    /// A decimal with an attribute `Ccy`, not negative.
    Amount,
    /// A decimal.
    Decimal {
        digits_max: usize,
        fraction_max: usize,
        signed: bool,
    },
    /// A calendar day.
    Date,
    /// A day and time.
    DateTime,
    /// A time of day.
    Time,
    /// `true`, `false`, `1` or `0`.
    Boolean,
    /// Anything well-formed (supplementary data).
    Anything,
}

/// Texts of a fixed form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pattern {
    Bic,
    Country,
    Currency,
    Exact4Alphanumeric,
    Iban,
    Lei,
    Numeric15,
    PhoneNumber,
    Uetr,
}

/// One kind of child and how often it may stand.
pub(crate) struct Part {
    name: &'static str,
    at_least: u32,
    at_most: u32,
    content: &'static Content,
}

const fn one(name: &'static str, content: &'static Content) -> Part {
    Part {
        name,
        at_least: 1,
        at_most: 1,
        content,
    }
}

const fn maybe(name: &'static str, content: &'static Content) -> Part {
    Part {
        name,
        at_least: 0,
        at_most: 1,
        content,
    }
}

const fn up_to(name: &'static str, at_least: u32, at_most: u32, content: &'static Content) -> Part {
    Part {
        name,
        at_least,
        at_most,
        content,
    }
}

const fn any_number(name: &'static str, at_least: u32, content: &'static Content) -> Part {
    Part {
        name,
        at_least,
        at_most: u32::MAX,
        content,
    }
}

/// Finds out which message a document is, from its namespace and first elements.
///
/// # Errors
/// A refusal of stage `namespace` that names the supported messages.
pub(crate) fn identify(root: Element<'_>) -> Result<(MessageKind, Element<'_>), Refusal> {
    use crate::status_codes::StatusCode;

    let supported = MessageKind::ALL.map(MessageKind::identifier).join(", ");
    let refuse = |code, element, what: String| {
        Err(Refusal::at(
            Stage::Namespace,
            code,
            element,
            format!("{what}; supported are {supported} and csv"),
        ))
    };
    let identifier = root
        .namespace()
        .and_then(|uri| uri.strip_prefix(NAMESPACE_PREFIX));
    let Some(identifier) = identifier else {
        let found = root.namespace().map_or("none".to_owned(), clip);
        let what = format!("the namespace is not one of ISO 20022 (found: {found})");
        return refuse(StatusCode::FF01, root, what);
    };
    let known = MessageKind::ALL
        .into_iter()
        .find(|kind| kind.identifier() == identifier);
    let Some(kind) = known else {
        let family = |name: &str| name.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
        let other_version = MessageKind::ALL
            .iter()
            .any(|kind| family(kind.identifier()) == family(identifier));
        return if other_version {
            let what = format!(
                "version {} of the message is not supported",
                clip(identifier)
            );
            refuse(StatusCode::FF01, root, what)
        } else {
            let what = format!("the message {} is not supported", clip(identifier));
            refuse(StatusCode::FF03, root, what)
        };
    };
    if root.name() != "Document" {
        let what = format!(
            "the outermost element is {} and must be Document",
            clip(root.name())
        );
        return refuse(StatusCode::FF01, root, what);
    }
    same_namespace(root, root.namespace())?;
    let body = root.children().next();
    match body {
        Some(body) if body.name() == kind.body_name() => Ok((kind, body)),
        Some(other) => Err(fault(
            other,
            format!("{} must stand here", kind.body_name()),
        )),
        None => Err(Refusal::missing(
            Stage::Schema,
            root,
            kind.body_name(),
            "the message has no content",
        )),
    }
}

/// Checks that all elements but those of supplementary data live in the message's namespace.
fn same_namespace(element: Element<'_>, namespace: Option<&str>) -> Result<(), Refusal> {
    if element.namespace() != namespace {
        return Err(Refusal::at(
            Stage::Namespace,
            crate::status_codes::StatusCode::FF01,
            element,
            "the element is not in the namespace of its message",
        ));
    }
    if element.name() == "Envlp" {
        return Ok(());
    }
    element
        .children()
        .try_for_each(|child| same_namespace(child, namespace))
}

/// Checks the whole document against the published structure.
///
/// # Errors
/// A refusal of stage `schema` at the first element that is unknown, missing, out of order, too many, or of a wrong data type.
pub(crate) fn check(
    kind: MessageKind,
    root: Element<'_>,
    body: Element<'_>,
) -> Result<(), Refusal> {
    check_attributes(root, &[])?;
    no_text(root)?;
    if let Some(second) = root.children().nth(1) {
        return Err(fault(second, "only one message may stand in a Document"));
    }
    check_content(body, kind.body())
}

fn fault(element: Element<'_>, reason: impl Into<String>) -> Refusal {
    Refusal::at(
        Stage::Schema,
        crate::status_codes::StatusCode::FF01,
        element,
        reason,
    )
}

fn check_content(element: Element<'_>, content: &'static Content) -> Result<(), Refusal> {
    match content {
        Content::Sequence(parts) => {
            check_attributes(element, &[])?;
            no_text(element)?;
            check_sequence(element, parts)
        }
        Content::Choice(parts) => {
            check_attributes(element, &[])?;
            no_text(element)?;
            check_choice(element, parts)
        }
        Content::Anything => Ok(()),
        Content::Amount => {
            no_children(element)?;
            check_attributes(element, &["Ccy"])?;
            let Some(currency) = element.attribute("Ccy") else {
                return Err(fault(element, "the attribute Ccy is missing"));
            };
            if !lexical::is_currency(currency) {
                return Err(in_wrong_currency_form(element, currency));
            }
            check_text(element, content)
        }
        Content::Text { .. }
        | Content::Code(_)
        | Content::Pattern(_)
        | Content::Decimal { .. }
        | Content::Date
        | Content::DateTime
        | Content::Time
        | Content::Boolean => {
            no_children(element)?;
            check_attributes(element, &[])?;
            check_text(element, content)
        }
    }
}

fn check_sequence(element: Element<'_>, parts: &'static [Part]) -> Result<(), Refusal> {
    let mut at = 0;
    let mut seen: u32 = 0;
    for child in element.children() {
        let found = parts
            .iter()
            .skip(at)
            .position(|part| part.name == child.name());
        let Some(ahead) = found else {
            let known = parts.iter().any(|part| part.name == child.name());
            let reason = if known {
                "the element stands after one that must follow it".to_owned()
            } else {
                format!(
                    "{} is not an element of {}",
                    clip(child.name()),
                    element.name()
                )
            };
            return Err(fault(child, reason));
        };
        if ahead > 0 {
            let passed = parts.iter().skip(at).take(ahead);
            missing_before(element, Some(child), passed, seen)?;
            at += ahead;
            seen = 0;
        }
        seen = seen.saturating_add(1);
        if let Some(part) = parts.get(at) {
            if seen > part.at_most {
                let reason = format!(
                    "{} may stand at most {} times here",
                    part.name, part.at_most
                );
                return Err(fault(child, reason));
            }
            check_content(child, part.content)?;
        }
    }
    missing_before(element, None, parts.iter().skip(at), seen)
}

/// Refuses when a mandatory part among `passed` was not there; the first of them was seen `seen` times.
fn missing_before<'p>(
    element: Element<'_>,
    next: Option<Element<'_>>,
    passed: impl Iterator<Item = &'p Part>,
    seen: u32,
) -> Result<(), Refusal> {
    for (index, part) in passed.enumerate() {
        let count = if index == 0 { seen } else { 0 };
        if count >= part.at_least {
            continue;
        }
        // When the missing element comes later, it is the one before us that stands too early.
        return match next {
            Some(early) if element.child(part.name).is_some() => {
                let reason = format!("{} must stand before {}", part.name, early.name());
                Err(fault(early, reason))
            }
            Some(_) | None => Err(Refusal::missing(
                Stage::Schema,
                element,
                part.name,
                "the published structure demands it",
            )),
        };
    }
    Ok(())
}

fn check_choice(element: Element<'_>, parts: &'static [Part]) -> Result<(), Refusal> {
    let names = || {
        parts
            .iter()
            .map(|part| part.name)
            .collect::<Vec<_>>()
            .join(" or ")
    };
    let mut children = element.children();
    let Some(child) = children.next() else {
        return Err(fault(element, format!("{} must stand inside", names())));
    };
    if let Some(second) = children.next() {
        return Err(fault(
            second,
            format!("only one of {} may stand here", names()),
        ));
    }
    let part = parts.iter().find(|part| part.name == child.name());
    match part {
        Some(part) => check_content(child, part.content),
        None => Err(fault(child, format!("only {} may stand here", names()))),
    }
}

fn check_text(element: Element<'_>, content: &'static Content) -> Result<(), Refusal> {
    let collapsed = element.collapsed_text();
    let wanted = match content {
        Content::Text { chars_max } => lexical::bounded_text(element.text(), *chars_max),
        Content::Code(words) => {
            let known = words.contains(&element.text());
            known
                .then_some(())
                .ok_or_else(|| format!("one of {}", words.join(", ")))
        }
        Content::Pattern(pattern) => lexical::pattern(element.text(), *pattern),
        Content::Amount => lexical::decimal(collapsed, 18, 5, false),
        Content::Decimal {
            digits_max,
            fraction_max,
            signed,
        } => lexical::decimal(collapsed, *digits_max, *fraction_max, *signed),
        Content::Date => lexical::date(collapsed),
        Content::DateTime => lexical::date_time(collapsed),
        Content::Time => lexical::time(collapsed),
        Content::Boolean => lexical::boolean(collapsed),
        Content::Sequence(_) | Content::Choice(_) | Content::Anything => Ok(()),
    };
    wanted.map_err(|wanted| {
        let reason = format!(
            "{} holds {:?} and must be {wanted}",
            element.name(),
            clip(element.text())
        );
        Refusal::at(
            Stage::Schema,
            code_of_fault(element, content),
            element,
            reason,
        )
    })
}

fn no_text(element: Element<'_>) -> Result<(), Refusal> {
    if element.collapsed_text().is_empty() {
        Ok(())
    } else {
        Err(fault(
            element,
            format!("text may not stand directly inside {}", element.name()),
        ))
    }
}

fn no_children(element: Element<'_>) -> Result<(), Refusal> {
    match element.children().next() {
        Some(child) => Err(fault(child, format!("{} holds text only", element.name()))),
        None => Ok(()),
    }
}

/// Refuses attributes that are not `allowed`; where a schema may be found is a hint that does no harm.
fn check_attributes(element: Element<'_>, allowed: &[&str]) -> Result<(), Refusal> {
    const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";
    for attribute in element.attributes() {
        let known = match attribute.namespace.as_deref() {
            None => allowed.contains(&&*attribute.name),
            Some(uri) => uri == INSTANCE && &*attribute.name == "schemaLocation",
        };
        if !known {
            let reason = format!("the attribute {} is not known here", clip(&attribute.name));
            return Err(fault(element, reason));
        }
    }
    Ok(())
}
