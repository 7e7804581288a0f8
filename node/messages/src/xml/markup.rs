//! The small grammar inside tags: names, attributes, references, namespaces. Stricter than the event reader below it.

use std::rc::Rc;

use super::tree::Attribute;
use super::{clip, is_xml_char};
use crate::limits::{XML_ATTRIBUTES_MAX, XML_NAME_BYTES_MAX};

/// White space as XML knows it.
pub(super) fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r')
}

/// Checks a name: a letter or underscore first, at most one colon, no empty part.
pub(super) fn check_name(name: &str) -> Result<(), String> {
    let bad = || format!("not well-formed: {:?} is not a name", clip(name));
    if name.is_empty() || name.len() > XML_NAME_BYTES_MAX {
        return Err(bad());
    }
    let mut parts = name.split(':');
    let starts_well = |part: &str| part.starts_with(|c: char| c == '_' || c.is_alphabetic());
    let continues_well = |part: &str| {
        part.chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
    };
    let well = parts
        .by_ref()
        .take(2)
        .all(|part| starts_well(part) && continues_well(part));
    if well && parts.next().is_none() {
        Ok(())
    } else {
        Err(bad())
    }
}

/// Reads the attributes of a tag, names still qualified, values resolved.
pub(super) fn parse_attributes(raw: &str) -> Result<Vec<(String, String)>, String> {
    let mut attributes: Vec<(String, String)> = Vec::new();
    let mut rest = raw;
    loop {
        let trimmed = rest.trim_start_matches(is_space);
        if trimmed.is_empty() {
            return Ok(attributes);
        }
        if trimmed.len() == rest.len() {
            return Err("not well-formed: attributes need white space between them".to_owned());
        }
        let (name, after) = trimmed
            .split_once('=')
            .ok_or("not well-formed: attribute without value")?;
        let name = name.trim_end_matches(is_space);
        check_name(name)?;
        let after = after.trim_start_matches(is_space);
        let quote = after
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\''))
            .ok_or("not well-formed: attribute value without quotes")?;
        let (value, after) = after
            .get(1..)
            .and_then(|inside| inside.split_once(quote))
            .ok_or("not well-formed: attribute value without closing quote")?;
        if attributes.iter().any(|(known, _)| known == name) {
            return Err(format!(
                "not well-formed: attribute {} stands twice",
                clip(name)
            ));
        }
        if attributes.len() >= XML_ATTRIBUTES_MAX {
            return Err(format!(
                "an element has more than {XML_ATTRIBUTES_MAX} attributes"
            ));
        }
        attributes.push((name.to_owned(), attribute_value(value)?));
        rest = after;
    }
}

/// Resolves references in an attribute value and reads white space as blanks (XML 1.0, 3.3.3).
fn attribute_value(raw: &str) -> Result<String, String> {
    if raw.contains('<') {
        return Err("not well-formed: < stands in an attribute".to_owned());
    }
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('&') {
        value.extend(before.chars().map(|c| if is_space(c) { ' ' } else { c }));
        let (name, after) = after
            .split_once(';')
            .ok_or("not well-formed: a reference without ;")?;
        value.push(resolve_reference(name)?);
        rest = after;
    }
    value.extend(rest.chars().map(|c| if is_space(c) { ' ' } else { c }));
    Ok(value)
}

/// Resolves the five predefined entities and character references; nothing else exists here.
pub(super) fn resolve_reference(name: &str) -> Result<char, String> {
    let unknown = || {
        format!(
            "the entity &{}; is not one of the five predefined ones",
            clip(name)
        )
    };
    let number = match name {
        "lt" => return Ok('<'),
        "gt" => return Ok('>'),
        "amp" => return Ok('&'),
        "apos" => return Ok('\''),
        "quot" => return Ok('"'),
        _ => name.strip_prefix('#').ok_or_else(unknown)?,
    };
    let (digits, radix) = match number.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    // A sign would be taken by the number parser, so digits are checked first.
    let clean = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
    clean
        .then(|| u32::from_str_radix(digits, radix).ok())
        .flatten()
        .and_then(char::from_u32)
        .filter(|character| is_xml_char(*character))
        .ok_or_else(|| {
            format!(
                "the character reference &{}; names no allowed character",
                clip(name)
            )
        })
}

/// Prefixes in scope, innermost last.
#[derive(Default)]
pub(super) struct Namespaces {
    declared: Vec<(String, Option<Rc<str>>)>,
    /// Length of `declared` before each open element.
    marks: Vec<usize>,
}

impl Namespaces {
    /// Takes the declarations out of an element's attributes and returns the rest.
    pub(super) fn enter(&mut self, raw: Vec<(String, String)>) -> Result<Vec<Attribute>, String> {
        self.marks.push(self.declared.len());
        let mut others = Vec::new();
        for (name, value) in raw {
            if name == "xmlns" {
                let uri = (!value.is_empty()).then(|| Rc::from(value.as_str()));
                self.declared.push((String::new(), uri));
            } else if let Some(prefix) = name.strip_prefix("xmlns:") {
                if value.is_empty() || prefix == "xmlns" || prefix == "xml" {
                    return Err(format!(
                        "not well-formed: prefix {} is declared badly",
                        clip(prefix)
                    ));
                }
                self.declared
                    .push((prefix.to_owned(), Some(Rc::from(value.as_str()))));
            } else {
                others.push((name, value));
            }
        }
        let mut attributes: Vec<Attribute> = Vec::with_capacity(others.len());
        for (name, value) in others {
            let attribute = match name.split_once(':') {
                None => Attribute {
                    namespace: None,
                    name: name.into(),
                    value: value.into(),
                },
                Some((prefix, local)) => Attribute {
                    namespace: self.lookup(prefix)?,
                    name: local.into(),
                    value: value.into(),
                },
            };
            let twice = attributes.iter().any(|known| {
                known.name == attribute.name && known.namespace == attribute.namespace
            });
            if twice {
                return Err(format!(
                    "not well-formed: attribute {} stands twice",
                    clip(&attribute.name)
                ));
            }
            attributes.push(attribute);
        }
        Ok(attributes)
    }

    /// Forgets the declarations of the innermost element.
    pub(super) fn leave(&mut self) {
        if let Some(mark) = self.marks.pop() {
            self.declared.truncate(mark);
        }
    }

    /// Namespace and local name of an element.
    pub(super) fn element<'n>(
        &self,
        qualified: &'n str,
    ) -> Result<(Option<Rc<str>>, &'n str), String> {
        match qualified.split_once(':') {
            Some((prefix, local)) => Ok((self.lookup(prefix)?, local)),
            None => Ok((self.find("").flatten(), qualified)),
        }
    }

    fn lookup(&self, prefix: &str) -> Result<Option<Rc<str>>, String> {
        if prefix == "xml" {
            return Ok(Some(Rc::from("http://www.w3.org/XML/1998/namespace")));
        }
        self.find(prefix)
            .ok_or_else(|| format!("not well-formed: prefix {} is not declared", clip(prefix)))
    }

    fn find(&self, prefix: &str) -> Option<Option<Rc<str>>> {
        self.declared
            .iter()
            .rev()
            .find(|(known, _)| known == prefix)
            .map(|(_, uri)| uri.clone())
    }
}
