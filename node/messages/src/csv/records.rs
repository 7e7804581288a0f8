//! Bytes to records of fields: RFC 4180, strict about quotes, bounded.

use crate::limits::{CSV_COLUMNS_MAX, CSV_FIELD_BYTES_MAX, FILE_BYTES_MAX};
use crate::refusal::Refusal;

/// One record and the line it begins on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) line: u32,
    pub(super) fields: Vec<String>,
}

/// The records of a file; ends after the first fault.
pub(super) struct Records<'a> {
    rest: &'a str,
    line: u32,
}

/// What ended a field.
enum Ending {
    Comma,
    Line,
}

impl<'a> Records<'a> {
    /// Checks size and encoding.
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, Refusal> {
        if bytes.len() > FILE_BYTES_MAX {
            return Err(Refusal::xml(
                None,
                format!("the file has more than {FILE_BYTES_MAX} bytes"),
            ));
        }
        let without_mark = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
        let text = std::str::from_utf8(without_mark)
            .map_err(|_ignored| Refusal::xml(None, "the file is not valid UTF-8"))?;
        let control = |c: char| c.is_control() && !matches!(c, '\r' | '\n' | '\t');
        if let Some(at) = text.find(control) {
            let line = text.get(..at).unwrap_or_default().matches('\n').count();
            let line = u32::try_from(line).unwrap_or(u32::MAX).saturating_add(1);
            return Err(Refusal::xml(Some(line), "the file has a control character"));
        }
        Ok(Self {
            rest: text,
            line: 1,
        })
    }

    fn refuse(&self, reason: impl Into<String>) -> Refusal {
        Refusal::xml(Some(self.line), reason)
    }

    fn record(&mut self) -> Result<Record, Refusal> {
        let mut record = Record {
            line: self.line,
            fields: Vec::new(),
        };
        loop {
            if record.fields.len() >= CSV_COLUMNS_MAX {
                return Err(self.refuse(format!("a line has more than {CSV_COLUMNS_MAX} fields")));
            }
            let (field, ending) = self.field()?;
            record.fields.push(field);
            match ending {
                Ending::Comma => {}
                Ending::Line => return Ok(record),
            }
        }
    }

    fn field(&mut self) -> Result<(String, Ending), Refusal> {
        let field = match self.rest.strip_prefix('"') {
            Some(inside) => self.quoted(inside)?,
            None => {
                let end = self.rest.find([',', '\r', '\n']).unwrap_or(self.rest.len());
                let (field, rest) = self.rest.split_at_checked(end).unwrap_or_default();
                if field.contains('"') {
                    return Err(self.refuse("a quote stands inside a field without quotes"));
                }
                self.rest = rest;
                field.to_owned()
            }
        };
        if field.len() > CSV_FIELD_BYTES_MAX {
            return Err(self.refuse(format!("a field has more than {CSV_FIELD_BYTES_MAX} bytes")));
        }
        self.ending().map(|ending| (field, ending))
    }

    fn quoted(&mut self, inside: &'a str) -> Result<String, Refusal> {
        let mut field = String::new();
        let mut rest = inside;
        loop {
            let Some((part, after)) = rest.split_once('"') else {
                return Err(self.refuse("a quoted field has no closing quote"));
            };
            let breaks = part.matches('\n').count();
            self.line = self
                .line
                .saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
            field.push_str(part);
            match after.strip_prefix('"') {
                Some(after_pair) => {
                    field.push('"');
                    rest = after_pair;
                }
                None => {
                    self.rest = after;
                    return Ok(field);
                }
            }
        }
    }

    fn ending(&mut self) -> Result<Ending, Refusal> {
        if let Some(rest) = self.rest.strip_prefix(',') {
            self.rest = rest;
            return Ok(Ending::Comma);
        }
        let after = self
            .rest
            .strip_prefix("\r\n")
            .or_else(|| self.rest.strip_prefix('\n'));
        match after {
            Some(rest) => {
                self.rest = rest;
                self.line = self.line.saturating_add(1);
                Ok(Ending::Line)
            }
            None if self.rest.is_empty() => Ok(Ending::Line),
            None => Err(self.refuse("a field must be followed by a comma or the end of its line")),
        }
    }
}

impl Iterator for Records<'_> {
    type Item = Result<Record, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let record = self.record();
        if record.is_err() {
            self.rest = "";
        }
        Some(record)
    }
}
