//! One payment of an accepted file, in the ledger's terms: what the node turns into a payment or a leg of a bulk payment.

use serde_json::{Map, Value};
use sycee_primitives::amount::Amount;
use sycee_primitives::currency::Currency;
use sycee_primitives::identifiers::{Bic, Lei, Uetr};
use sycee_primitives::time::BusinessDate;

/// A payment order, every field verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentOrder {
    /// Unique end-to-end transaction reference; only an initiation (pain.001) may leave it out.
    pub uetr: Option<Uetr>,
    /// Reference of the debtor, carried to the creditor.
    pub end_to_end_id: String,
    /// Reference of the instructing side.
    pub instruction_id: Option<String>,
    /// Message the order came in; none for CSV.
    pub message_id: Option<String>,
    /// Payment block of an initiation.
    pub payment_information_id: Option<String>,
    /// Currency.
    pub currency: Currency,
    /// Amount in minor units, above zero.
    pub amount: Amount,
    /// Day on which it is to settle.
    pub value_date: BusinessDate,
    /// Account to be debited (IBAN or the bank's own form).
    pub debtor_account: Option<String>,
    /// Account to be credited (IBAN or the bank's own form).
    pub creditor_account: Option<String>,
    /// Bank that sends the instruction.
    pub instructing_agent: Option<Bic>,
    /// Bank that receives the instruction.
    pub instructed_agent: Option<Bic>,
    /// Bank of the debtor; for pacs.009 the debtor itself.
    pub debtor_agent: Option<Bic>,
    /// Bank of the creditor; for pacs.009 the creditor itself.
    pub creditor_agent: Option<Bic>,
    /// Legal entity identifier of the debtor.
    pub debtor_lei: Option<Lei>,
    /// Legal entity identifier of the creditor.
    pub creditor_lei: Option<Lei>,
    /// Name of the debtor.
    pub debtor_name: Option<String>,
    /// Name of the creditor.
    pub creditor_name: Option<String>,
    /// Purpose code.
    pub purpose: Option<String>,
    /// Unstructured remittance information.
    pub remittance: Option<String>,
    /// Place in the file: XPath of the transaction, or `line N`.
    pub path: String,
    /// Line in the file.
    pub line: u32,
}

impl PaymentOrder {
    /// The line over which the digest of a bulk file is taken.
    pub(crate) fn digest_line(&self) -> String {
        let uetr = self.uetr.map(|uetr| uetr.to_string()).unwrap_or_default();
        format!("{uetr},{},{}\n", self.end_to_end_id, self.amount.minor())
    }

    /// The facts of one transaction; what the file does not say is left out.
    pub(crate) fn facts(&self) -> Value {
        let texts = [
            ("uetr", self.uetr.map(|uetr| uetr.to_string())),
            ("end_to_end_id", Some(self.end_to_end_id.clone())),
            ("currency", Some(self.currency.to_string())),
            ("amount_minor", Some(self.amount.minor().to_string())),
            ("value_date", Some(self.value_date.to_string())),
            (
                "instructing_bic",
                self.instructing_agent.map(|bic| bic.to_string()),
            ),
            (
                "instructed_bic",
                self.instructed_agent.map(|bic| bic.to_string()),
            ),
            ("debtor_account", self.debtor_account.clone()),
            ("creditor_account", self.creditor_account.clone()),
            ("debtor_lei", self.debtor_lei.map(|lei| lei.to_string())),
            ("creditor_lei", self.creditor_lei.map(|lei| lei.to_string())),
        ];
        facts(texts)
    }

    /// The facts by which the first and last transaction of a bulk file are recognised.
    pub(crate) fn short_facts(&self) -> Value {
        facts([
            ("uetr", self.uetr.map(|uetr| uetr.to_string())),
            ("end_to_end_id", Some(self.end_to_end_id.clone())),
            ("amount_minor", Some(self.amount.minor().to_string())),
        ])
    }
}

fn facts<const COUNT: usize>(texts: [(&str, Option<String>); COUNT]) -> Value {
    let present = texts
        .into_iter()
        .filter_map(|(name, text)| Some((name.to_owned(), Value::String(text?))));
    Value::Object(Map::from_iter(present))
}
