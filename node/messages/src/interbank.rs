//! What pacs.008 and pacs.009 have in common: the group header, agents that may stand in it, identification, settlement.
//!
//! ```text
//!   GrpHdr   MsgId NbOfTxs CtrlSum TtlIntrBkSttlmAmt IntrBkSttlmDt InstgAgt InstdAgt     may speak for every transaction
//!   CdtTrfTxInf ...                                                                       speaks for itself first
//! ```

use serde_json::json;
use sycee_primitives::amount::Amount;
use sycee_primitives::currency::Currency;
use sycee_primitives::identifiers::{Lei, Uetr};
use sycee_primitives::time::BusinessDate;

use crate::directory::Directory;
use crate::order::PaymentOrder;
use crate::refusal::{Refusal, Stage};
use crate::rules::{
    AgentRole, AgentUse, Content, Extracted, MessageIdentity, Place, agent_with_bic, check_count,
    check_everywhere, check_sum, check_transactions_max, purpose, remittance, settlement_amount,
    sum_too_large, text_at, uetr, value_date,
};
use crate::status_codes::StatusCode;
use crate::totals::ControlSum;
use crate::xml::Element;

/// Debtor and creditor of one transaction, as each of the two messages writes them.
pub(crate) struct Parties<'t> {
    pub(crate) debtor_agent: AgentUse<'t>,
    pub(crate) creditor_agent: AgentUse<'t>,
    pub(crate) debtor_lei: Option<Lei>,
    pub(crate) creditor_lei: Option<Lei>,
    pub(crate) debtor_account: Option<String>,
    pub(crate) creditor_account: Option<String>,
    pub(crate) debtor_name: Option<String>,
    pub(crate) creditor_name: Option<String>,
}

/// Reads a message whose transactions name their parties with `parties`.
pub(crate) fn read<'t>(
    body: Element<'t>,
    message: &'static str,
    directory: &Directory,
    parties: impl Fn(Element<'t>) -> Result<Parties<'t>, Refusal>,
) -> Result<Content<'t>, Refusal> {
    let header = body
        .child("GrpHdr")
        .ok_or_else(|| Refusal::missing(Stage::Schema, body, "GrpHdr", "the header comes first"))?;
    let count = body.children_named("CdtTrfTxInf").count();
    check_transactions_max(header, count)?;
    if let Some(stated) = header.child("NbOfTxs") {
        check_count(stated, count)?;
    }
    let mut payments = Vec::with_capacity(count);
    let mut agents = Vec::new();
    let mut totals = Totals::default();
    for transaction in body.children_named("CdtTrfTxInf") {
        let (payment, used) = read_transaction(header, transaction, directory, &parties)?;
        let scale = directory.scale(payment.order.currency).unwrap_or_default();
        totals
            .add(&payment.order, scale)
            .ok_or_else(|| sum_too_large(transaction))?;
        payments.push(payment);
        agents.extend(used);
    }
    totals.check(header, directory)?;
    check_everywhere(body, directory)?;
    let identity = header.child("MsgId").map(|place| MessageIdentity {
        id: place.text().to_owned(),
        sender: sender(&payments),
        place,
    });
    let facts = json!({
        "message": message,
        "msg_id": identity.as_ref().map(|identity| identity.id.clone()),
        "transactions": payments.iter().map(|payment| payment.order.facts()).collect::<Vec<_>>(),
    });
    Ok(Content {
        identity,
        blocks: Vec::new(),
        payments,
        agents,
        facts,
    })
}

/// Who numbers the messages: the bank that sends them.
fn sender(payments: &[Extracted<'_>]) -> String {
    payments
        .first()
        .and_then(|payment| payment.order.instructing_agent)
        .map(|bic| bic.head_office().to_string())
        .unwrap_or_default()
}

#[derive(Default)]
struct Totals {
    sum: ControlSum,
    /// The one currency of all transactions; none before the first, `Some(None)` when they differ.
    currency: Option<Option<Currency>>,
}

impl Totals {
    fn add(&mut self, order: &PaymentOrder, scale: u8) -> Option<()> {
        self.sum = self.sum.plus(order.amount, scale)?;
        self.currency = Some(match self.currency {
            None => Some(order.currency),
            Some(known) => known.filter(|known| *known == order.currency),
        });
        Some(())
    }

    fn check(&self, header: Element<'_>, directory: &Directory) -> Result<(), Refusal> {
        if let Some(stated) = header.child("CtrlSum") {
            check_sum(stated, self.sum)?;
        }
        if let Some(stated) = header.child("TtlIntrBkSttlmAmt") {
            let (currency, _, _) = settlement_amount(stated, directory)?;
            if self.currency.flatten() != Some(currency) {
                let reason = "the total is stated in another currency than the transactions";
                return Err(Refusal::rule(StatusCode::AM03, stated, reason));
            }
            check_sum(stated, self.sum)?;
        }
        Ok(())
    }
}

fn read_transaction<'t>(
    header: Element<'t>,
    transaction: Element<'t>,
    directory: &Directory,
    parties: &impl Fn(Element<'t>) -> Result<Parties<'t>, Refusal>,
) -> Result<(Extracted<'t>, Vec<AgentUse<'t>>), Refusal> {
    let identification = identify(transaction)?;
    let settled = settle(header, transaction, directory)?;
    let instructing = agent_of_either(header, transaction, "InstgAgt", AgentRole::Instructing)?;
    let instructed = agent_of_either(header, transaction, "InstdAgt", AgentRole::Instructed)?;
    let parties = parties(transaction)?;
    let order = PaymentOrder {
        uetr: Some(identification.uetr),
        end_to_end_id: identification.end_to_end.text().to_owned(),
        instruction_id: text_at(transaction, &["PmtId", "InstrId"]),
        message_id: text_at(header, &["MsgId"]),
        payment_information_id: None,
        currency: settled.currency,
        amount: settled.amount,
        value_date: settled.date,
        debtor_account: parties.debtor_account,
        creditor_account: parties.creditor_account,
        instructing_agent: Some(instructing.bic),
        instructed_agent: Some(instructed.bic),
        debtor_agent: Some(parties.debtor_agent.bic),
        creditor_agent: Some(parties.creditor_agent.bic),
        debtor_lei: parties.debtor_lei,
        creditor_lei: parties.creditor_lei,
        debtor_name: parties.debtor_name,
        creditor_name: parties.creditor_name,
        purpose: purpose(transaction),
        remittance: remittance(transaction),
        path: transaction.path(),
        line: transaction.line(),
    };
    let payment = Extracted {
        order,
        uetr_place: identification.element.child("UETR").map(Place::Element),
        end_to_end_place: Place::Element(identification.end_to_end),
    };
    Ok((
        payment,
        vec![
            parties.debtor_agent,
            parties.creditor_agent,
            instructing,
            instructed,
        ],
    ))
}

struct Identification<'t> {
    element: Element<'t>,
    end_to_end: Element<'t>,
    uetr: Uetr,
}

fn identify(transaction: Element<'_>) -> Result<Identification<'_>, Refusal> {
    let missing =
        |parent, child| Refusal::missing(Stage::Rule, parent, child, "every payment has one");
    let element = transaction
        .child("PmtId")
        .ok_or_else(|| missing(transaction, "PmtId"))?;
    let end_to_end = element
        .child("EndToEndId")
        .ok_or_else(|| missing(element, "EndToEndId"))?;
    let uetr = uetr(element)?.ok_or_else(|| {
        let why = "it is mandatory here although the published schema has it optional";
        Refusal::missing(Stage::Rule, element, "UETR", why)
    })?;
    Ok(Identification {
        element,
        end_to_end,
        uetr,
    })
}

struct Settled {
    currency: Currency,
    amount: Amount,
    date: BusinessDate,
}

fn settle(
    header: Element<'_>,
    transaction: Element<'_>,
    directory: &Directory,
) -> Result<Settled, Refusal> {
    let element = transaction.child("IntrBkSttlmAmt").ok_or_else(|| {
        Refusal::missing(
            Stage::Rule,
            transaction,
            "IntrBkSttlmAmt",
            "there is nothing to settle",
        )
    })?;
    let (currency, amount, _) = settlement_amount(element, directory)?;
    let own = transaction.child("IntrBkSttlmDt");
    let date_element = own
        .or_else(|| header.child("IntrBkSttlmDt"))
        .ok_or_else(|| {
            let why = "neither the transaction nor the group header says when to settle";
            Refusal::missing(Stage::Rule, transaction, "IntrBkSttlmDt", why)
        })?;
    let date = value_date(date_element.collapsed_text(), directory, StatusCode::DT01)
        .map_err(|(code, reason)| Refusal::rule(code, date_element, reason))?;
    Ok(Settled {
        currency,
        amount,
        date,
    })
}

/// An agent that the transaction names, or else the group header for all transactions.
fn agent_of_either<'t>(
    header: Element<'t>,
    transaction: Element<'t>,
    name: &str,
    role: AgentRole,
) -> Result<AgentUse<'t>, Refusal> {
    let agent = transaction
        .child(name)
        .or_else(|| header.child(name))
        .ok_or_else(|| {
            Refusal::missing(
                Stage::Rule,
                transaction,
                name,
                "the payment must say which bank this is",
            )
        })?;
    agent_with_bic(agent, role)
}
