//! A strict, bounded reader: bytes to a small tree with names, attributes, texts, lines and XPaths.
//!
//! ```text
//!   bytes ─▶ UTF-8? size? ─▶ quick-xml events ─▶ own checks ─▶ Tree (arena of nodes, parents before children)
//! ```
//! What it refuses before looking further: other encodings than UTF-8, any DOCTYPE (so nothing can be expanded or opened), any
//! entity but the five predefined ones and character references, whatever is not well-formed, whatever exceeds `limits`.
//! This module must never know a message type.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::events::{BytesDecl, BytesStart, Event};

use crate::limits::{FILE_BYTES_MAX, XML_DEPTH_MAX, XML_ELEMENTS_MAX, XML_TEXT_BYTES_MAX};
use crate::refusal::Refusal;

mod markup;
#[cfg(test)]
mod tests;
mod tree;

pub use tree::{Attribute, Element, Tree};

use markup::{Namespaces, check_name, parse_attributes, resolve_reference};
use tree::Node;

/// Reads a whole document.
///
/// # Errors
/// A refusal of stage `xml` naming the line, as soon as anything is wrong; nothing after it is looked at.
pub fn read(bytes: &[u8]) -> Result<Tree, Refusal> {
    let text = decode(bytes)?;
    let mut builder = Builder::new(text);
    builder.run()?;
    Ok(builder.tree)
}

/// Checks size, encoding and characters of the whole input.
fn decode(bytes: &[u8]) -> Result<&str, Refusal> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(Refusal::xml(
            None,
            format!("the file has more than {FILE_BYTES_MAX} bytes"),
        ));
    }
    let other_encoding = |name: &str| {
        Err(Refusal::xml(
            Some(1),
            format!("the file is encoded in {name}; only UTF-8 is accepted"),
        ))
    };
    match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => return other_encoding("UTF-32"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b'<', 0, ..] | [0, b'<', ..] => {
            return other_encoding("UTF-16");
        }
        _ => {}
    }
    let without_mark = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    let text = std::str::from_utf8(without_mark).map_err(|error| {
        let valid = without_mark.get(..error.valid_up_to()).unwrap_or_default();
        Refusal::xml(Some(line_after(1, valid)), "the file is not valid UTF-8")
    })?;
    if let Some((at, _)) = text
        .char_indices()
        .find(|(_, character)| !is_xml_char(*character))
    {
        let before = text.get(..at).unwrap_or_default();
        let line = line_after(1, before.as_bytes());
        return Err(Refusal::xml(
            Some(line),
            "the file has a character that XML does not allow",
        ));
    }
    Ok(text)
}

/// The characters of XML 1.0.
pub(crate) fn is_xml_char(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

fn line_after(line: u32, passed: &[u8]) -> u32 {
    let breaks = passed.iter().filter(|byte| **byte == b'\n').count();
    line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX))
}

/// An element whose end has not been read yet.
struct Open {
    node: usize,
    qualified_name: String,
    /// Children seen per name: the first one and how many, to number siblings without looking back.
    children: BTreeMap<Rc<str>, (usize, u32)>,
}

struct Builder<'a> {
    input: &'a str,
    reader: Reader<&'a [u8]>,
    tree: Tree,
    open: Vec<Open>,
    namespaces: Namespaces,
    /// Every name once, however often it stands.
    names: BTreeSet<Rc<str>>,
    line: u32,
    position: usize,
    root_seen: bool,
}

impl<'a> Builder<'a> {
    fn new(input: &'a str) -> Self {
        let mut reader = Reader::from_str(input);
        let config = reader.config_mut();
        config.check_comments = true;
        config.check_end_names = false; // compared here, with our own stack
        config.allow_unmatched_ends = true;
        config.expand_empty_elements = false;
        Self {
            input,
            reader,
            tree: Tree::default(),
            open: Vec::new(),
            namespaces: Namespaces::default(),
            names: BTreeSet::new(),
            line: 1,
            position: 0,
            root_seen: false,
        }
    }

    fn refuse(&self, reason: impl Into<String>) -> Refusal {
        Refusal::xml(Some(self.line), reason)
    }

    /// Moves the line counter to where the reader stands.
    fn advance(&mut self) {
        let now = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX);
        let passed = self
            .input
            .as_bytes()
            .get(self.position..now)
            .unwrap_or_default();
        self.line = line_after(self.line, passed);
        self.position = now;
    }

    fn run(&mut self) -> Result<(), Refusal> {
        let mut first = true;
        loop {
            let event = self
                .reader
                .read_event()
                .map_err(|error| self.refuse(format!("not well-formed: {error}")))?;
            let finished = matches!(event, Event::Eof);
            self.take(event, first)?;
            if finished {
                return Ok(());
            }
            first = false;
            self.advance();
        }
    }

    fn take(&mut self, event: Event<'a>, first: bool) -> Result<(), Refusal> {
        match event {
            Event::Decl(declaration) => self.check_declaration(&declaration, first),
            Event::DocType(_) => {
                Err(self.refuse("a DOCTYPE is not allowed; nothing was expanded or opened"))
            }
            Event::Start(start) => self.start(&start),
            Event::Empty(start) => {
                self.start(&start)?;
                self.open.pop();
                self.namespaces.leave();
                Ok(())
            }
            Event::End(end) => self.end(end.name().as_ref()),
            Event::Text(text) => self.text(&text.into_inner()),
            Event::CData(data) => self.character_data(&data.into_inner()),
            Event::GeneralRef(reference) => {
                let resolved =
                    resolve_reference(&reference).map_err(|reason| self.refuse(reason))?;
                let mut buffer = [0_u8; 4];
                self.append(resolved.encode_utf8(&mut buffer))
            }
            Event::PI(instruction) if instruction.target().eq_ignore_ascii_case("xml") => {
                Err(self.refuse("the XML declaration stands only at the very beginning"))
            }
            Event::PI(_) | Event::Comment(_) => Ok(()),
            Event::Eof => match self.open.last() {
                Some(open) => Err(self.refuse(format!(
                    "the file ends inside <{}>; it was cut off",
                    open.qualified_name
                ))),
                None if self.root_seen => Ok(()),
                None => Err(self.refuse("the file has no element")),
            },
        }
    }

    fn check_declaration(&self, declaration: &BytesDecl<'_>, first: bool) -> Result<(), Refusal> {
        if !first {
            return Err(self.refuse("the XML declaration stands only at the very beginning"));
        }
        let version = declaration
            .version()
            .map_err(|error| self.refuse(format!("bad XML declaration: {error}")))?;
        if version != "1.0" {
            return Err(self.refuse("only XML 1.0 is accepted"));
        }
        match declaration.encoding() {
            None => Ok(()),
            Some(Ok(name)) if name.eq_ignore_ascii_case("utf-8") => Ok(()),
            Some(Ok(name)) => Err(self.refuse(format!(
                "the file declares the encoding {}; only UTF-8 is accepted",
                clip(&name)
            ))),
            Some(Err(error)) => Err(self.refuse(format!("bad XML declaration: {error}"))),
        }
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), Refusal> {
        if self.open.is_empty() && self.root_seen {
            return Err(self.refuse("a second element follows the document"));
        }
        if self.open.len() >= XML_DEPTH_MAX {
            return Err(self.refuse(format!("elements are nested deeper than {XML_DEPTH_MAX}")));
        }
        if self.tree.len() >= XML_ELEMENTS_MAX {
            return Err(self.refuse(format!(
                "the file has more than {XML_ELEMENTS_MAX} elements"
            )));
        }
        self.root_seen = true;
        let name = start.name();
        let qualified_name: &str = name.as_ref();
        check_name(qualified_name).map_err(|reason| self.refuse(reason))?;
        let raw = parse_attributes(start.attributes_raw()).map_err(|reason| self.refuse(reason))?;
        let attributes = self
            .namespaces
            .enter(raw)
            .map_err(|reason| self.refuse(reason))?;
        let (namespace, local) = self
            .namespaces
            .element(qualified_name)
            .map_err(|reason| self.refuse(reason))?;
        self.add(qualified_name, local, namespace, attributes);
        Ok(())
    }

    fn shared_name(&mut self, name: &str) -> Rc<str> {
        if let Some(known) = self.names.get(name) {
            return Rc::clone(known);
        }
        let shared: Rc<str> = name.into();
        self.names.insert(Rc::clone(&shared));
        shared
    }

    fn add(
        &mut self,
        qualified_name: &str,
        local: &str,
        namespace: Option<Rc<str>>,
        attributes: Vec<Attribute>,
    ) {
        let index = self.tree.len();
        let name = self.shared_name(local);
        let mut position = 1;
        let mut alone = true;
        let parent = self.open.last_mut().map(|open| {
            let entry = open.children.entry(Rc::clone(&name)).or_insert((index, 0));
            entry.1 = entry.1.saturating_add(1);
            position = entry.1;
            alone = entry.0 == index;
            if !alone {
                self.tree.set_numbered(entry.0);
            }
            open.node
        });
        self.tree.push(Node {
            name,
            namespace,
            attributes,
            text: String::new(),
            parent,
            children: Vec::new(),
            line: self.line,
            position,
            numbered: !alone,
        });
        self.open.push(Open {
            node: index,
            qualified_name: qualified_name.to_owned(),
            children: BTreeMap::new(),
        });
    }

    fn end(&mut self, name: &str) -> Result<(), Refusal> {
        let name = name.trim_end_matches(markup::is_space);
        match self.open.pop() {
            Some(open) if open.qualified_name == name => {
                self.namespaces.leave();
                Ok(())
            }
            Some(open) => Err(self.refuse(format!(
                "not well-formed: <{}> is closed by </{}>",
                open.qualified_name,
                clip(name)
            ))),
            None => Err(self.refuse(format!("not well-formed: </{}> closes nothing", clip(name)))),
        }
    }

    fn text(&mut self, raw: &str) -> Result<(), Refusal> {
        if self.open.is_empty() {
            return if raw.chars().all(markup::is_space) {
                Ok(())
            } else {
                Err(self.refuse("text stands outside the document's element"))
            };
        }
        if raw.contains("]]>") {
            return Err(self.refuse("not well-formed: ]]> stands in a text"));
        }
        self.character_data(raw)
    }

    fn character_data(&mut self, data: &str) -> Result<(), Refusal> {
        // XML 1.0, 2.11: line ends are read as one line feed; a character reference stays what it names.
        if data.contains('\r') {
            self.append(&data.replace("\r\n", "\n").replace('\r', "\n"))
        } else {
            self.append(data)
        }
    }

    fn append(&mut self, data: &str) -> Result<(), Refusal> {
        let Some(open) = self.open.last() else {
            return Err(self.refuse("text stands outside the document's element"));
        };
        if self.tree.append_text(open.node, data) {
            Ok(())
        } else {
            Err(self.refuse(format!(
                "the text of {} is longer than {XML_TEXT_BYTES_MAX} bytes",
                clip(&open.qualified_name)
            )))
        }
    }
}

/// The beginning of a text that somebody else chose, short enough for a message.
pub(crate) fn clip(text: &str) -> String {
    const CHARS_MAX: usize = 60;
    let mut clipped: String = text
        .chars()
        .take(CHARS_MAX)
        .filter(|c| !c.is_control())
        .collect();
    if text.chars().nth(CHARS_MAX).is_some() {
        clipped.push('…');
    }
    clipped
}
