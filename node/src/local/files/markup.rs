//! Writes XML elements, one a line, with one blank of indentation a level.

/// A document in the making.
#[derive(Debug, Default)]
pub(super) struct Markup {
    text: String,
    open: Vec<&'static str>,
}

impl Markup {
    /// A document with its root element.
    pub(super) fn document(message: &str) -> Markup {
        let mut markup = Markup::default();
        markup.line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        markup.line(&format!(
            "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:{message}\">"
        ));
        markup.open.push("Document");
        markup
    }

    /// An element with elements in it, which `inside` writes.
    pub(super) fn within(&mut self, name: &'static str, inside: impl FnOnce(&mut Markup)) {
        self.line(&format!("<{name}>"));
        self.open.push(name);
        inside(self);
        self.close();
    }

    /// Elements inside one another, the innermost with a text.
    pub(super) fn nested(&mut self, names: &[&'static str], text: &str) {
        match names {
            [] => {}
            [name] => self.leaf(name, text),
            [name, rest @ ..] => self.within(name, |markup| markup.nested(rest, text)),
        }
    }

    /// An element with a text.
    pub(super) fn leaf(&mut self, name: &str, text: &str) {
        self.line(&format!("<{name}>{}</{name}>", escape(text)));
    }

    /// An amount with its currency.
    pub(super) fn amount(&mut self, name: &str, currency: &str, text: &str) {
        self.line(&format!("<{name} Ccy=\"{currency}\">{text}</{name}>"));
    }

    /// The whole text.
    pub(super) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.text
    }

    fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            self.line(&format!("</{name}>"));
        }
    }

    fn line(&mut self, line: &str) {
        self.text.extend(std::iter::repeat_n(' ', self.open.len()));
        self.text.push_str(line);
        self.text.push('\n');
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
