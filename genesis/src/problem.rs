//! What is wrong with a document: every problem with its line, field, code and remedy.

use std::fmt;

use thiserror::Error;

macro_rules! faults {
    ($($name:ident = $number:literal, $english:literal, $remedy:literal;)+) => {
        /// A kind of fault in a genesis document; numbers are never reused.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        #[repr(u16)]
        pub enum Fault {
            $(
                #[doc = $english]
                $name = $number,
            )+
        }

        impl Fault {
            /// All faults, ascending.
            pub const ALL: &'static [Fault] = &[$(Fault::$name),+];

            /// One sentence.
            #[must_use]
            pub const fn english(self) -> &'static str {
                match self { $(Fault::$name => $english,)+ }
            }

            /// What to do about it.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(Fault::$name => $remedy,)+ }
            }
        }
    };
}

faults! {
    Syntax = 30_001, "The text is not a genesis document.", "Correct the line; a field may be missing or of the wrong type.";
    UnknownField = 30_002, "The document has a field that does not exist.", "Remove it or correct its name.";
    TooLarge = 30_003, "The document has more entries or bytes than allowed.", "Use account series for many like accounts.";
    BadText = 30_005, "A name is empty, too long or has characters that are not allowed.", "Use 1 to 64 letters, digits, '-', '_' or '.'.";
    DuplicateName = 30_006, "A name stands for two things.", "Give each its own name.";
    BadKey = 30_010, "A key is not 64 hexadecimal digits, no point of the curve, or of small order.", "Paste the public key that the organisation generated.";
    DuplicateKey = 30_011, "One key is given twice.", "Let every holder generate its own keys; use one key for one purpose.";
    NetworkIsConsensusKey = 30_012, "The network key is the consensus key.", "Generate a separate network key, so that the signing key can be kept offline from the network.";
    NoKeys = 30_013, "A participant has no keys.", "Give at least one public key.";
    BadLei = 30_020, "The LEI is not valid.", "Check all 20 characters; the last two are check digits.";
    BadBic = 30_021, "The BIC is not valid.", "Give 8 or 11 characters as registered.";
    BadNumber = 30_022, "The account number is not valid.", "Give an IBAN with valid check digits, or 1 to 34 capital letters, digits, '-', '/' and '.'.";
    BadCurrency = 30_030, "The currency is not one that this version settles.", "Give the ISO 4217 code in capital letters.";
    WrongScale = 30_031, "The scale is not that of ISO 4217.", "State the currency's own number of decimals.";
    BadAmount = 30_032, "The amount is not valid.", "Write a plain decimal in quotes, with at most the currency's decimals.";
    UnknownParticipant = 30_040, "No participant has this id.", "Add the participant or correct the id.";
    UnknownAsset = 30_041, "No asset has this currency.", "Add the asset or correct the currency.";
    UnknownWord = 30_042, "A role, kind or status does not exist.", "Use one of the words named.";
    BadAddress = 30_050, "The address is not host:port.", "Write a host name or IP address, a colon and a port from 1 to 65535.";
    DuplicateAddress = 30_051, "Two nodes have the same address.", "Give every node its own host and port.";
    ValidatorCount = 30_060, "The number of validators is not between 1 and 128.", "Name 1 to 128 validators; 4 tolerate one fault.";
    ParameterRange = 30_070, "A parameter is out of range.", "Choose a value within the range named.";
    TrialOnly = 30_071, "The parameter is for trials only.", "Leave it out, or name the network `trial-...`.";
    Rule = 30_080, "The entry breaks a rule of the ledger.", "Follow the remedy of the ledger's code.";
}

impl Fault {
    /// The code as it is printed: `SY-30010`.
    #[must_use]
    pub fn code(self) -> String {
        format!("SY-{:05}", self as u16)
    }
}

/// One problem.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// Its kind.
    pub fault: Fault,
    /// The field, as `participants[3].lei`; empty for the document as a whole.
    pub field: String,
    /// Line in the text, from 1, where there is a text.
    pub line: Option<usize>,
    /// What exactly.
    pub detail: String,
}

impl Problem {
    pub(crate) fn new(fault: Fault, field: impl Into<String>, detail: impl fmt::Display) -> Self {
        Problem {
            fault,
            field: field.into(),
            line: None,
            detail: detail.to_string(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.fault.code())?;
        if let Some(line) = self.line {
            write!(f, "line {line} ")?;
        }
        if !self.field.is_empty() {
            write!(f, "{} ", self.field)?;
        }
        write!(
            f,
            "{} ({}) {}",
            self.fault.english(),
            self.detail,
            self.fault.remedy()
        )
    }
}

/// All problems of a document, at least one.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{}", list(.0))]
pub struct GenesisErrors(pub Vec<Problem>);

fn list(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    lines.join("\n")
}
