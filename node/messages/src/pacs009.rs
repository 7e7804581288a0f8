//! pacs.009.001.08: a credit transfer of banks on their own account, or covering a customer's (COV). Debtor and creditor are banks.
//!
//! The customer transfer underneath a cover payment is checked for structure and check digits but is not settled here.

use crate::directory::Directory;
use crate::interbank::{self, Parties};
use crate::refusal::Refusal;
use crate::rules::{AgentRole, Content, account, agent, text_at};
use crate::schema::MessageKind;
use crate::xml::Element;

pub(crate) fn read<'t>(body: Element<'t>, directory: &Directory) -> Result<Content<'t>, Refusal> {
    interbank::read(
        body,
        MessageKind::BankTransfer.identifier(),
        directory,
        parties,
    )
}

fn parties(transaction: Element<'_>) -> Result<Parties<'_>, Refusal> {
    let debtor = agent(transaction, "Dbtr", AgentRole::Debtor)?;
    let creditor = agent(transaction, "Cdtr", AgentRole::Creditor)?;
    Ok(Parties {
        debtor_lei: debtor.lei.map(|(lei, _)| lei),
        creditor_lei: creditor.lei.map(|(lei, _)| lei),
        debtor_account: account(transaction, "DbtrAcct")?,
        creditor_account: account(transaction, "CdtrAcct")?,
        debtor_name: text_at(transaction, &["Dbtr", "FinInstnId", "Nm"]),
        creditor_name: text_at(transaction, &["Cdtr", "FinInstnId", "Nm"]),
        debtor_agent: debtor,
        creditor_agent: creditor,
    })
}
