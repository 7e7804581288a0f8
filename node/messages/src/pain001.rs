//! pain.001.001.09: a customer asks its bank to pay, in blocks of one debtor account and one execution date.
//!
//! ```text
//!   GrpHdr   NbOfTxs CtrlSum of the whole file
//!   PmtInf   NbOfTxs CtrlSum of the block, ReqdExctnDt, Dbtr, DbtrAcct, DbtrAgt
//!     CdtTrfTxInf   PmtId, Amt, CdtrAgt, Cdtr, CdtrAcct
//! ```

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use sycee_primitives::currency::Currency;
use sycee_primitives::identifiers::Lei;
use sycee_primitives::time::BusinessDate;

use crate::directory::Directory;
use crate::order::PaymentOrder;
use crate::refusal::{Refusal, Stage};
use crate::rules::{
    AgentRole, AgentUse, Content, Extracted, MessageIdentity, Place, account, agent, check_count,
    check_everywhere, check_sum, check_transactions_max, party_lei, purpose, remittance,
    settlement_amount, sum_too_large, text_at, uetr, value_date,
};
use crate::schema::MessageKind;
use crate::status_codes::StatusCode;
use crate::totals::ControlSum;
use crate::xml::Element;

pub(crate) fn read<'t>(body: Element<'t>, directory: &Directory) -> Result<Content<'t>, Refusal> {
    let header = body
        .child("GrpHdr")
        .ok_or_else(|| Refusal::missing(Stage::Schema, body, "GrpHdr", "the header comes first"))?;
    let count = body
        .children_named("PmtInf")
        .map(|block| block.children_named("CdtTrfTxInf").count())
        .sum();
    check_transactions_max(header, count)?;
    if let Some(stated) = header.child("NbOfTxs") {
        check_count(stated, count)?;
    }
    let mut file = File {
        header,
        payments: Vec::new(),
        agents: Vec::new(),
        blocks: Vec::new(),
    };
    for block in body.children_named("PmtInf") {
        file.read_block(block, directory)?;
    }
    let total = file
        .blocks
        .iter()
        .try_fold(ControlSum::default(), |sum, block| sum.plus_sum(block.sum))
        .ok_or_else(|| sum_too_large(header))?;
    if let Some(stated) = header.child("CtrlSum") {
        check_sum(stated, total)?;
    }
    for block in &file.blocks {
        block.check_stated()?;
    }
    check_everywhere(body, directory)?;
    Ok(file.into_content())
}

struct File<'t> {
    header: Element<'t>,
    payments: Vec<Extracted<'t>>,
    agents: Vec<AgentUse<'t>>,
    blocks: Vec<Block<'t>>,
}

/// One payment block and what was counted in it.
struct Block<'t> {
    element: Element<'t>,
    count: usize,
    sum: ControlSum,
    minor: u128,
}

impl Block<'_> {
    fn check_stated(&self) -> Result<(), Refusal> {
        if let Some(stated) = self.element.child("NbOfTxs") {
            check_count(stated, self.count)?;
        }
        match self.element.child("CtrlSum") {
            Some(stated) => check_sum(stated, self.sum),
            None => Ok(()),
        }
    }

    fn facts(&self) -> Value {
        json!({
            "payment_information_id": text_at(self.element, &["PmtInfId"]),
            "count": self.count,
            "control_sum_minor": self.minor.to_string(),
        })
    }
}

/// What the transactions of a block share.
struct Shared<'t> {
    block: Element<'t>,
    date: BusinessDate,
    debtor_agent: AgentUse<'t>,
    debtor_account: Option<String>,
    debtor_lei: Option<Lei>,
}

impl<'t> File<'t> {
    fn read_block(&mut self, block: Element<'t>, directory: &Directory) -> Result<(), Refusal> {
        if let Some(method) = block.child("PmtMtd")
            && method.text() == "CHK"
        {
            let reason = "cheques are not supported; only transfers (TRF, TRA) are";
            return Err(Refusal::rule(StatusCode::FF03, method, reason));
        }
        let shared = read_shared(block, directory)?;
        self.agents.push(shared.debtor_agent);
        let mut counted = Block {
            element: block,
            count: 0,
            sum: ControlSum::default(),
            minor: 0,
        };
        for transaction in block.children_named("CdtTrfTxInf") {
            let (payment, scale, creditor_agent) =
                self.read_transaction(&shared, transaction, directory)?;
            let too_large = || sum_too_large(transaction);
            let amount = payment.order.amount;
            counted.count += 1;
            counted.sum = counted.sum.plus(amount, scale).ok_or_else(too_large)?;
            counted.minor = counted
                .minor
                .checked_add(amount.minor())
                .ok_or_else(too_large)?;
            self.payments.push(payment);
            self.agents.push(creditor_agent);
        }
        self.blocks.push(counted);
        Ok(())
    }

    fn read_transaction(
        &self,
        shared: &Shared<'t>,
        transaction: Element<'t>,
        directory: &Directory,
    ) -> Result<(Extracted<'t>, u8, AgentUse<'t>), Refusal> {
        let missing = |parent, name| {
            Refusal::missing(
                Stage::Rule,
                parent,
                name,
                "the payment cannot be made without it",
            )
        };
        let identification = transaction
            .child("PmtId")
            .ok_or_else(|| missing(transaction, "PmtId"))?;
        let end_to_end = identification
            .child("EndToEndId")
            .ok_or_else(|| missing(identification, "EndToEndId"))?;
        let uetr = uetr(identification)?;
        let (currency, amount, scale) = instructed_amount(transaction, directory)?;
        check_account_currency(shared.block, currency)?;
        let creditor_agent = agent(transaction, "CdtrAgt", AgentRole::Creditor)?;
        let creditor_account =
            account(transaction, "CdtrAcct")?.ok_or_else(|| missing(transaction, "CdtrAcct"))?;
        let order = PaymentOrder {
            uetr,
            end_to_end_id: end_to_end.text().to_owned(),
            instruction_id: text_at(identification, &["InstrId"]),
            message_id: text_at(self.header, &["MsgId"]),
            payment_information_id: text_at(shared.block, &["PmtInfId"]),
            currency,
            amount,
            value_date: shared.date,
            debtor_account: shared.debtor_account.clone(),
            creditor_account: Some(creditor_account),
            instructing_agent: None,
            instructed_agent: None,
            debtor_agent: Some(shared.debtor_agent.bic),
            creditor_agent: Some(creditor_agent.bic),
            debtor_lei: shared.debtor_lei,
            creditor_lei: party_lei(transaction.child("Cdtr"))?,
            debtor_name: text_at(shared.block, &["Dbtr", "Nm"]),
            creditor_name: text_at(transaction, &["Cdtr", "Nm"]),
            purpose: purpose(transaction),
            remittance: remittance(transaction),
            path: transaction.path(),
            line: transaction.line(),
        };
        let payment = Extracted {
            order,
            uetr_place: identification.child("UETR").map(Place::Element),
            end_to_end_place: Place::Element(end_to_end),
        };
        Ok((payment, scale, creditor_agent))
    }

    fn into_content(self) -> Content<'t> {
        let facts = self.facts();
        let identity = self.header.child("MsgId").map(|place| MessageIdentity {
            id: place.text().to_owned(),
            sender: sender(self.header, &self.payments),
            place,
        });
        let blocks = self
            .blocks
            .iter()
            .filter_map(|block| block.element.child("PmtInfId"))
            .map(|id| (id.text().to_owned(), id))
            .collect();
        Content {
            identity,
            blocks,
            payments: self.payments,
            agents: self.agents,
            facts,
        }
    }

    fn facts(&self) -> Value {
        let mut lines = Sha256::new();
        for payment in &self.payments {
            lines.update(payment.order.digest_line());
        }
        let digest: String = lines
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let mut facts = Map::new();
        let mut put = |name: &str, value: Value| facts.insert(name.to_owned(), value);
        put("message", MessageKind::Initiation.identifier().into());
        put("msg_id", text_at(self.header, &["MsgId"]).into());
        put("count", self.payments.len().into());
        put("blocks", self.blocks.iter().map(Block::facts).collect());
        put("lines_sha256", digest.into());
        put_sums(&self.payments, &mut put);
        if let (Some(first), Some(last)) = (self.payments.first(), self.payments.last()) {
            put("first", first.order.short_facts());
            put("last", last.order.short_facts());
        }
        Value::Object(facts)
    }
}

/// One currency: its sum. Several: each one's sum, because minor units of different currencies do not add up to anything.
pub(crate) fn put_sums(
    payments: &[Extracted<'_>],
    put: &mut impl FnMut(&str, Value) -> Option<Value>,
) {
    let mut sums = std::collections::BTreeMap::<Currency, u128>::new();
    for payment in payments {
        let sum = sums.entry(payment.order.currency).or_default();
        *sum = sum.saturating_add(payment.order.amount.minor());
    }
    let mut entries = sums.iter();
    match (entries.next(), entries.next()) {
        (Some((currency, sum)), None) => {
            put("currency", currency.to_string().into());
            put("control_sum_minor", sum.to_string().into());
        }
        (_, _) => {
            let each = sums
                .iter()
                .map(|(currency, sum)| (currency.to_string(), Value::from(sum.to_string())));
            put("control_sums_minor", Value::Object(each.collect()));
        }
    }
}

/// Who numbers the messages: the initiating party, by LEI where it has one, else by name, else by the first debtor account.
fn sender(header: Element<'_>, payments: &[Extracted<'_>]) -> String {
    let party = header.child("InitgPty");
    party
        .and_then(|party| text_at(party, &["Id", "OrgId", "LEI"]))
        .or_else(|| party.and_then(|party| text_at(party, &["Nm"])))
        .or_else(|| {
            payments
                .first()
                .and_then(|payment| payment.order.debtor_account.clone())
        })
        .unwrap_or_default()
}

fn read_shared<'t>(block: Element<'t>, directory: &Directory) -> Result<Shared<'t>, Refusal> {
    let missing = |name| {
        Refusal::missing(
            Stage::Rule,
            block,
            name,
            "the payments cannot be made without it",
        )
    };
    let date_element = block
        .child("ReqdExctnDt")
        .and_then(|choice| choice.children().next())
        .ok_or_else(|| missing("ReqdExctnDt"))?;
    let text = date_element.collapsed_text();
    let day = match date_element.name() {
        "DtTm" => text.get(..10).unwrap_or(text),
        _ => text,
    };
    let date = value_date(day, directory, StatusCode::CH04)
        .map_err(|(code, reason)| Refusal::rule(code, date_element, reason))?;
    let debtor_lei = party_lei(block.child("Dbtr"))?;
    let debtor_account = account(block, "DbtrAcct")?;
    let debtor_agent = agent(block, "DbtrAgt", AgentRole::Debtor)?;
    Ok(Shared {
        block,
        date,
        debtor_agent,
        debtor_account,
        debtor_lei,
    })
}

fn instructed_amount(
    transaction: Element<'_>,
    directory: &Directory,
) -> Result<(Currency, sycee_primitives::amount::Amount, u8), Refusal> {
    let choice = transaction.child("Amt").ok_or_else(|| {
        Refusal::missing(Stage::Rule, transaction, "Amt", "there is nothing to pay")
    })?;
    match choice.child("InstdAmt") {
        Some(amount) => settlement_amount(amount, directory),
        None => {
            let reason = "an equivalent amount needs a conversion; state the amount to be paid";
            let place = choice.child("EqvtAmt").unwrap_or(choice);
            Err(Refusal::rule(StatusCode::AG03, place, reason))
        }
    }
}

/// Accounts here hold one currency; paying another one from them is an exchange, which this file cannot order.
fn check_account_currency(block: Element<'_>, currency: Currency) -> Result<(), Refusal> {
    let Some(stated) = block.descend(&["DbtrAcct", "Ccy"]) else {
        return Ok(());
    };
    if stated.text() == currency.as_str() {
        return Ok(());
    }
    let reason = format!(
        "the account holds {}, the payment is in {currency}",
        stated.text()
    );
    Err(Refusal::rule(StatusCode::AC09, stated, reason))
}
