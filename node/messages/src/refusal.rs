//! Why a file is refused: stage, external code, place, reason.

use serde::Serialize;

use crate::status_codes::StatusCode;
use crate::xml::Element;

/// The stage of judging in which a fault was found; stages follow one another in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// The bytes are not acceptable XML (or CSV) at all.
    Xml,
    /// The message or its version is not supported.
    Namespace,
    /// Structure or data type differs from the published one.
    Schema,
    /// A business rule is broken.
    Rule,
    /// The directory of participants does not allow it.
    Directory,
    /// The file or one of its payments was seen before.
    Duplicate,
}

/// The first fault of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Stage in which the fault was found.
    pub stage: Stage,
    /// External ISO 20022 status reason code.
    pub code: StatusCode,
    /// Place of the fault: an XPath, for CSV `line N, column NAME`; none when the file has no structure yet.
    pub xpath: Option<String>,
    /// Line of the fault, counted from 1, where known.
    pub line: Option<u32>,
    /// What is wrong and what would be right, in one sentence.
    pub reason: String,
}

impl Refusal {
    /// A fault at an element.
    pub(crate) fn at(
        stage: Stage,
        code: StatusCode,
        element: Element<'_>,
        reason: impl Into<String>,
    ) -> Self {
        Self {
            stage,
            code,
            xpath: Some(element.path()),
            line: Some(element.line()),
            reason: reason.into(),
        }
    }

    /// A mandatory child that `parent` does not have; the place is where it would stand.
    pub(crate) fn missing(stage: Stage, parent: Element<'_>, child: &str, why: &str) -> Self {
        Self {
            stage,
            code: StatusCode::FF01,
            xpath: Some(format!("{}/{child}", parent.path())),
            line: Some(parent.line()),
            reason: format!("{child} is missing: {why}"),
        }
    }

    /// A fault of the business rules at an element.
    pub(crate) fn rule(code: StatusCode, element: Element<'_>, reason: impl Into<String>) -> Self {
        Self::at(Stage::Rule, code, element, reason)
    }

    /// A fault of the bytes, before there is any structure.
    pub(crate) fn xml(line: Option<u32>, reason: impl Into<String>) -> Self {
        Self {
            stage: Stage::Xml,
            code: StatusCode::FF01,
            xpath: None,
            line,
            reason: reason.into(),
        }
    }
}
