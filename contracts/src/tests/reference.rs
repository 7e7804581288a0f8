//! docs/instructions.md is generated from the code: every verb with its fields, an example and its answer; every table with its columns.
//!
//! ```text
//!   contracts/src/**/*.rs ──read as text──▶ types, fields, their sentences ┐
//!   Action::VERBS, Table::ALL, example ────────────────────────────────────┴──▶ docs/instructions.md
//! ```
//! Run with SYCEE_WRITE_DOCS=1 to write it. A field without a sentence, or of a type that nobody describes, fails.

use std::{collections::BTreeMap, fmt::Write, path::Path};

use sycee_primitives::{
    Amount, Balance, BlockTime, BusinessDate, Currency, Hash, PublicKey, Signature,
    identifiers::{Bic, Lei, Uetr},
    json::Text,
};

use crate::*;

const MARK: &str = "<!-- generated from the code below this line -->\n";

/// What an example's times are counted from.
const EXAMPLE_TIME: BlockTime = BlockTime(1_796_083_200_000);

/// A field of a struct, or a variant of an enum.
struct Member {
    name: String,
    /// The type of a field; what a variant holds, if anything.
    of: Option<String>,
    says: String,
}

/// A type that has a JSON form.
struct Part {
    says: String,
    members: Vec<Member>,
    is_enum: bool,
}

fn snake(name: &str) -> String {
    let mut out = String::new();
    for (place, letter) in name.char_indices() {
        if place > 0 && letter.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

fn sources(folder: &Path, texts: &mut Vec<String>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.ends_with("tests") && !path.ends_with("tests.rs"))
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, texts);
        } else {
            texts.push(std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// The types of a source that derive `Deserialize`, as rustfmt lays them out.
fn parts(text: &str, found: &mut BTreeMap<String, Part>) {
    let (mut says, mut derives) = (String::new(), false);
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(doc) = line.strip_prefix("///") {
            says = format!("{says} {}", doc.trim()).trim().to_owned();
            continue;
        }
        if line.starts_with("#[") || line.starts_with(' ') || line == ")]" {
            derives |= line.contains("Deserialize") && !line.contains("use ");
            continue;
        }
        let head = line.strip_prefix("pub struct ").map(|rest| (rest, false));
        let head = head.or(line.strip_prefix("pub enum ").map(|rest| (rest, true)));
        if let Some((rest, is_enum)) = head
            && derives
            && let Some(name) = rest.strip_suffix(" {")
        {
            let body = lines.by_ref().take_while(|line| *line != "}");
            let part = Part {
                says: first_sentence(&says),
                members: members(body),
                is_enum,
            };
            found.entry(name.to_owned()).or_insert(part);
        }
        (says, derives) = (String::new(), false);
    }
}

fn members<'a>(body: impl Iterator<Item = &'a str>) -> Vec<Member> {
    let (mut found, mut says, mut form) = (Vec::new(), String::new(), "");
    let mut inner: Option<Member> = None;
    for line in body {
        let text = line.trim();
        let is_inner = line.starts_with("        ");
        if let Some(doc) = text.strip_prefix("///") {
            if !is_inner {
                says = format!("{says} {}", doc.trim()).trim().to_owned();
            }
            continue;
        }
        if text.starts_with("#[") {
            form = match text {
                _ if text.contains("json::rate") => "Rate",
                _ if text.contains("leg_uetr") => "LegUetr",
                _ if text.contains("leg_reference") => "LegReference",
                _ if text.contains("leg_purpose") => "LegPurpose",
                _ => "",
            };
            continue;
        }
        if is_inner {
            // A field of a variant: named beside the variant.
            if let (Some(variant), Some((name, of))) =
                (&mut inner, text.trim_end_matches(',').split_once(": "))
            {
                let before = variant.of.take().map_or(String::new(), |it| it + ", ");
                variant.of = Some(format!("{before}{name}: {of}"));
            }
            continue;
        }
        if text.starts_with('}') {
            found.extend(inner.take());
            continue;
        }
        let code = text.trim_start_matches("pub ").trim_end_matches(',');
        // An attribute may stand before what a variant holds.
        let code = match (code.split_once("(#["), code.split_once("] ")) {
            (Some((head, _)), Some((_, rest))) => format!("{head}({rest}"),
            _ => code.to_owned(),
        };
        let code = code.split(" = ").next().unwrap();
        let (name, of) = match code.split_once(": ") {
            Some((name, of)) => (name.to_owned(), Some(of.to_owned())),
            None => match code.split_once('(') {
                Some((name, of)) => (name.to_owned(), Some(of.trim_end_matches(')').to_owned())),
                None => (code.trim_end_matches(" {").to_owned(), None),
            },
        };
        let of = of.map(|of| if form.is_empty() { of } else { form.to_owned() });
        let member = Member {
            name,
            of,
            says: first_sentence(&says),
        };
        if code.ends_with(" {") {
            inner = Some(member);
        } else {
            found.push(member);
        }
        (says, form) = (String::new(), "");
    }
    found
}

fn first_sentence(says: &str) -> String {
    let plain = says.replace("[`", "`").replace("`]", "`");
    match plain.split_once(". ") {
        Some((first, _)) if !first.ends_with("e.g") => format!("{first}."),
        Some(_) | None => plain,
    }
}

/// Types that are described here and not by their fields: what stands in the table of forms.
const FORMS: &[(&str, &str, &str)] = &[
    ("bool", "yes or no", "true or false"),
    ("u8", "number", "0 to 255"),
    ("u16", "number", "0 to 65,535"),
    ("i16", "number", "-32,768 to 32,767"),
    ("u32", "number", "0 to 4,294,967,295"),
    ("i32", "number", "-2,147,483,648 to 2,147,483,647"),
    ("u64", "number", "a JSON number"),
    ("i64", "number", "a JSON number"),
    ("u128", u128::KIND, u128::FORM),
    ("i128", i128::KIND, i128::FORM),
    ("Vec<u8>", Vec::<u8>::KIND, Vec::<u8>::FORM),
    (
        "Rate",
        "rate",
        "a plain decimal of at most 12 decimals in quotes, \"0.0435\" for 4.35 %",
    ),
    ("Amount", Amount::KIND, Amount::FORM),
    ("Balance", Balance::KIND, Balance::FORM),
    ("BusinessDate", BusinessDate::KIND, BusinessDate::FORM),
    (
        "BlockTime",
        "time",
        "milliseconds since 1970-01-01 UTC, a JSON number",
    ),
    ("Height", "height", "a JSON number"),
    (
        "AccountId",
        "account id",
        "a JSON number, `sycee account` shows it",
    ),
    ("AssetId", "asset id", "a JSON number"),
    ("ParticipantId", "participant id", "a JSON number"),
    ("TransactionId", "transaction id", Hash::FORM),
    ("Fingerprint", "fingerprint", Hash::FORM),
    ("ChainId", "chain id", Hash::FORM),
    ("Hash", Hash::KIND, Hash::FORM),
    ("PublicKey", PublicKey::KIND, PublicKey::FORM),
    ("Signature", Signature::KIND, Signature::FORM),
    ("Uetr", Uetr::KIND, Uetr::FORM),
    ("Currency", Currency::KIND, Currency::FORM),
    ("Bic", Bic::KIND, Bic::FORM),
    ("Lei", Lei::KIND, Lei::FORM),
    ("EndToEndId", EndToEndId::KIND, EndToEndId::FORM),
    ("IdempotencyKey", IdempotencyKey::KIND, IdempotencyKey::FORM),
    (
        "ParticipantName",
        ParticipantName::KIND,
        ParticipantName::FORM,
    ),
    ("Purpose", Purpose::KIND, Purpose::FORM),
    ("AccountNumber", AccountNumber::KIND, AccountNumber::FORM),
    ("SubjectText", SubjectText::KIND, SubjectText::FORM),
    ("Table", Table::KIND, Table::FORM),
    ("RejectReason", RejectReason::KIND, RejectReason::FORM),
    (
        "LegUetr",
        "leg's UETR",
        "a version 4 UUID in lower case, or \"\" for none",
    ),
    (
        "LegReference",
        "leg's reference",
        "at most 16 bytes of text, or 0x and hexadecimal digits; \"\" for none",
    ),
    (
        "LegPurpose",
        "leg's code",
        "four capital letters or digits, or \"\" for none",
    ),
];

struct Book {
    parts: BTreeMap<String, Part>,
    texts: Vec<String>,
}

impl Book {
    fn read() -> Book {
        let mut texts = Vec::new();
        sources(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut texts,
        );
        let mut found = BTreeMap::new();
        texts.iter().for_each(|text| parts(text, &mut found));
        Book {
            parts: found,
            texts,
        }
    }

    /// A type in words, with a link where it has parts of its own.
    fn words(&self, of: &str) -> String {
        let inside = |prefix: &str| of.strip_prefix(prefix)?.strip_suffix('>');
        if let Some((_, kind, _)) = FORMS.iter().find(|(name, _, _)| *name == of) {
            return (*kind).to_owned();
        }
        if let Some(inner) = inside("Option<") {
            return format!("{}, may be absent", self.words(inner));
        }
        if let Some(inner) = inside("Vec<").or(inside("BTreeSet<")) {
            return format!("list of {}", self.words(inner));
        }
        if let Some(inner) = inside("Box<") {
            return self.words(inner);
        }
        let array = of.strip_prefix('[').and_then(|it| it.split_once(';'));
        if let Some((inner, _)) = array {
            return format!("list of {}", self.words(inner));
        }
        if let Some(pair) = of.strip_prefix('(').and_then(|it| it.strip_suffix(')')) {
            let both: Vec<String> = pair.split(", ").map(|it| self.words(it)).collect();
            return format!("[{}]", both.join(", "));
        }
        let name = of.rsplit("::").next().unwrap();
        assert!(
            self.parts.contains_key(name),
            "nobody describes {of}: derive serde for it, or give it a row in FORMS"
        );
        format!("[{}](#{})", snake(name), snake(name))
    }

    fn held(&self, of: &str) -> String {
        let words = |part: &str| match part.split_once(": ") {
            Some((name, of)) => format!("`{name}`: {}", self.words(of)),
            None => self.words(part),
        };
        let parts: Vec<String> = of.split(", ").map(words).collect();
        parts.join("; ")
    }

    fn table(&self, out: &mut String, part: &Part) {
        let head = match part.is_enum {
            true => "| Value | Holds | What |\n|---|---|---|\n",
            false => "| Field | Kind | What |\n|---|---|---|\n",
        };
        out.push_str(head);
        for member in &part.members {
            assert!(!member.says.is_empty(), "{} has no sentence", member.name);
            let name = match part.is_enum {
                true => snake(&member.name),
                false => member.name.clone(),
            };
            let of = match (&member.of, part.is_enum) {
                (None, _) => String::new(),
                (Some(of), true) => self.held(of),
                (Some(of), false) => self.words(of),
            };
            writeln!(
                out,
                "| `{name}` | {of} | {} |",
                member.says.replace('|', "\\|")
            )
            .unwrap();
        }
        out.push('\n');
    }

    /// How an instruction that took effect is answered, as its verb's page says.
    fn answer(&self, body: &str) -> String {
        let head = format!("impl Verb for {body} {{");
        let Some(text) = self.texts.iter().find(|text| text.contains(&head)) else {
            panic!("{body} is no verb");
        };
        let own = text.split(&head).nth(1).unwrap();
        let own = own.split("impl Verb for ").next().unwrap();
        if !own.contains("Outcome::Recorded") {
            return "settled, or what it waits for".to_owned();
        }
        let mut tables: Vec<&str> = own
            .split("Table::")
            .skip(1)
            .map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next().unwrap())
            .filter_map(|name| Table::ALL.iter().find(|it| format!("{it:?}") == name))
            .map(|table| table.name())
            .collect();
        tables.sort_unstable();
        tables.dedup();
        match tables.as_slice() {
            [] => "recorded, with table and id".to_owned(),
            tables => format!("recorded in `{}`, with its id", tables.join("` or `")),
        }
    }

    fn verbs(&self, out: &mut String) {
        out.push_str(
            "\n## Verbs\n\n| Number | Verb | What it does, who may ask |\n|---|---|---|\n",
        );
        for verb in Action::VERBS {
            let key = verb.key();
            writeln!(out, "| {} | [{key}](#{key}) | {} |", verb.number, verb.says).unwrap();
        }
        for verb in Action::VERBS {
            let key = verb.key();
            let part = &self.parts[verb.name];
            writeln!(
                out,
                "\n### {key}\n\nNumber {}. {}\n",
                verb.number, verb.says
            )
            .unwrap();
            if part.says != verb.says {
                writeln!(out, "{}\n", part.says).unwrap();
            }
            self.table(out, part);
            writeln!(out, "Answer: {}.\n", self.answer(verb.name)).unwrap();
            let action = example(verb.name, EXAMPLE_TIME).unwrap().unwrap();
            let text = serde_json::to_string(&action).unwrap();
            writeln!(out, "```\n{text}\n```").unwrap();
        }
    }

    fn tables(&self, out: &mut String) {
        out.push_str("\n## Tables\n\nRows have numbers from 0. `sycee object list TABLE` and `ListObjects` read them.\n\n");
        let rows = self.row_types();
        out.push_str("| Number | Table | What its rows are |\n|---|---|---|\n");
        for (table, _) in &rows {
            let (number, name) = (table.number(), table.name());
            writeln!(
                out,
                "| {number} | [{name}](#table-{name}) | {} |",
                table.says()
            )
            .unwrap();
        }
        for (table, of) in &rows {
            writeln!(out, "\n### Table {}\n\n{}\n", table.name(), table.says()).unwrap();
            self.table(out, &self.parts[of]);
        }
    }

    /// The tables with rows, and the type of these.
    fn row_types(&self) -> Vec<(Table, String)> {
        let mut rows: Vec<(Table, String)> = vec![
            (Table::Participants, "Participant".to_owned()),
            (Table::Assets, "Asset".to_owned()),
            (Table::Accounts, "Account".to_owned()),
        ];
        for text in &self.texts {
            for rest in text.split("impl Object for ").skip(1) {
                let name = rest.split(' ').next().unwrap();
                let table = rest.split("Table = Table::").nth(1).unwrap();
                let table = table.split(';').next().unwrap();
                let all = Table::ALL.iter();
                let table = all.copied().find(|it| format!("{it:?}") == table);
                rows.push((table.unwrap(), name.to_owned()));
            }
        }
        rows.sort();
        rows
    }

    fn rest(&self, out: &mut String, rows: &[(Table, String)]) {
        let is_known = |name: &str| {
            Action::VERBS.iter().any(|verb| verb.name == name)
                || rows.iter().any(|(_, row)| row == name)
        };
        out.push_str("\n## Parts\n\nWhat fields of verbs and columns of tables consist of.\n");
        let mut reached: Vec<&str> = Action::VERBS.iter().map(|verb| verb.name).collect();
        reached.extend(rows.iter().map(|(_, row)| row.as_str()));
        let mut next = 0;
        while let Some(name) = reached.get(next) {
            next += 1;
            let inside = self.parts.get(*name).into_iter().flat_map(type_names);
            for name in inside {
                if self.parts.contains_key(name) && !reached.contains(&name) && !is_form(name) {
                    reached.push(name);
                }
            }
        }
        reached.sort_unstable();
        reached.dedup();
        for name in reached.into_iter().filter(|name| !is_known(name)) {
            let part = &self.parts[name];
            writeln!(out, "\n### {}\n\n{}\n", snake(name), part.says).unwrap();
            self.table(out, part);
        }
        out.push_str("\n## Forms\n\nA text of another form than the one written here is refused, even where it means the same.\n\n");
        out.push_str("| Kind | Written as |\n|---|---|\n");
        let mut lines: Vec<String> = FORMS
            .iter()
            .filter(|(_, kind, _)| *kind != "number")
            .map(|(_, kind, form)| format!("| {kind} | {form} |\n"))
            .collect();
        lines.sort();
        out.push_str(&lines.concat());
    }
}

/// The words of the types of a part's members.
fn type_names(part: &Part) -> impl Iterator<Item = &str> {
    let types = part.members.iter().filter_map(|it| it.of.as_deref());
    types.flat_map(|of| of.split(|c: char| !c.is_alphanumeric()))
}

fn is_form(name: &str) -> bool {
    FORMS.iter().any(|(form, _, _)| *form == name)
}

#[test]
fn every_verb_and_every_table_is_documented() {
    let book = Book::read();
    let mut text = String::new();
    book.verbs(&mut text);
    book.tables(&mut text);
    let rows = book.row_types();
    let listed: Vec<Table> = rows.iter().map(|(table, _)| *table).collect();
    let stage = super::language::Stage::new();
    let readable: Vec<Table> = read::tables(&stage.ledger).iter().map(|it| it.0).collect();
    assert_eq!(listed, readable);
    book.rest(&mut text, &rows);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/instructions.md");
    let documented = std::fs::read_to_string(path).unwrap();
    let (head, _) = documented
        .split_once(MARK)
        .unwrap_or((documented.as_str(), ""));
    let expected = format!("{head}{MARK}{text}");
    if std::env::var_os("SYCEE_WRITE_DOCS").is_some() {
        std::fs::write(path, &expected).unwrap();
    }
    let documented = std::fs::read_to_string(path).unwrap();
    assert!(
        documented == expected,
        "docs/instructions.md is not current; run this test with SYCEE_WRITE_DOCS=1"
    );
}
