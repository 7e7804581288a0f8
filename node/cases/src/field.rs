//! Fields of a JSON object, read strictly: each with its name in the error, none left unread.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use sycee_primitives::time::BusinessDate;

/// An object whose fields are taken one by one; what nobody takes is an error in the end.
pub(crate) struct Fields<'a> {
    object: &'a Map<String, Value>,
    taken: BTreeSet<&'a str>,
}

impl<'a> Fields<'a> {
    pub(crate) fn of(value: &'a Value) -> Result<Fields<'a>, String> {
        let object = value.as_object().ok_or("an object is expected")?;
        Ok(Fields {
            object,
            taken: BTreeSet::new(),
        })
    }

    /// The field; `None` when it is missing, null or blank.
    pub(crate) fn value(&mut self, name: &str) -> Option<&'a Value> {
        let (key, value) = self.object.get_key_value(name)?;
        self.taken.insert(key);
        match value {
            Value::Null => None,
            Value::String(text) if text.trim().is_empty() => None,
            Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => Some(value),
        }
    }

    /// The field as text without blanks around it; numbers as they are written.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>, String> {
        self.value(name)
            .map(|value| scalar(value, name))
            .transpose()
    }

    pub(crate) fn need_text(&mut self, name: &str) -> Result<String, String> {
        self.text(name)?.ok_or_else(|| format!("{name} is missing"))
    }

    /// The field as something that is read from text.
    pub(crate) fn read<T>(
        &mut self,
        name: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, String> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        match parse(&text) {
            Some(value) => Ok(Some(value)),
            None => Err(format!("{name} {text} is not supported")),
        }
    }

    pub(crate) fn need<T>(
        &mut self,
        name: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<T, String> {
        self.read(name, parse)?
            .ok_or_else(|| format!("{name} is missing"))
    }

    /// A whole number that is not negative.
    pub(crate) fn number(&mut self, name: &str) -> Result<u128, String> {
        self.need(name, whole)
    }

    pub(crate) fn small(&mut self, name: &str) -> Result<u32, String> {
        self.need(name, |text| whole(text).and_then(|n| u32::try_from(n).ok()))
    }

    pub(crate) fn date(&mut self, name: &str) -> Result<BusinessDate, String> {
        self.need(name, BusinessDate::parse)
    }

    pub(crate) fn flag(&mut self, name: &str) -> Result<bool, String> {
        self.need(name, |text| text.parse().ok())
    }

    pub(crate) fn list(&mut self, name: &str) -> Result<&'a [Value], String> {
        match self.value(name) {
            Some(Value::Array(items)) if items.len() <= crate::CASES_MAX => Ok(items),
            Some(Value::Array(_)) => Err(format!("{name} is too long")),
            Some(_) => Err(format!("{name} is no list")),
            None => Err(format!("{name} is missing")),
        }
    }

    /// Fields that say nothing about the result.
    pub(crate) fn ignore(&mut self, names: &[&str]) {
        for name in names {
            if let Some((key, _)) = self.object.get_key_value(*name) {
                self.taken.insert(key);
            }
        }
    }

    /// Nothing may be left that nobody took.
    pub(crate) fn end(self) -> Result<(), String> {
        let left = self
            .object
            .keys()
            .find(|key| !self.taken.contains(key.as_str()));
        left.map_or(Ok(()), |name| Err(format!("{name} is not supported")))
    }
}

/// A text, number or truth value as text.
pub(crate) fn scalar(value: &Value, name: &str) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.trim().to_owned()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(flag) => Ok(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            Err(format!("{name} is neither a text nor a number"))
        }
    }
}

/// Digits only.
pub(crate) fn whole(text: &str) -> Option<u128> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())?
}

/// A number as the text that files write amounts as.
pub(crate) fn text_of(number: u128) -> Value {
    Value::String(number.to_string())
}
