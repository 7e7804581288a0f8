//! pacs.008.001.08: a customer's credit transfer between banks. Debtor and creditor are customers; their banks are the agents.

use crate::directory::Directory;
use crate::interbank::{self, Parties};
use crate::refusal::Refusal;
use crate::rules::{AgentRole, Content, account, agent, party_lei, text_at};
use crate::schema::MessageKind;
use crate::xml::Element;

pub(crate) fn read<'t>(body: Element<'t>, directory: &Directory) -> Result<Content<'t>, Refusal> {
    interbank::read(
        body,
        MessageKind::CustomerTransfer.identifier(),
        directory,
        parties,
    )
}

fn parties(transaction: Element<'_>) -> Result<Parties<'_>, Refusal> {
    Ok(Parties {
        debtor_lei: party_lei(transaction.child("Dbtr"))?,
        debtor_account: account(transaction, "DbtrAcct")?,
        debtor_agent: agent(transaction, "DbtrAgt", AgentRole::Debtor)?,
        creditor_agent: agent(transaction, "CdtrAgt", AgentRole::Creditor)?,
        creditor_lei: party_lei(transaction.child("Cdtr"))?,
        creditor_account: account(transaction, "CdtrAcct")?,
        debtor_name: text_at(transaction, &["Dbtr", "Nm"]),
        creditor_name: text_at(transaction, &["Cdtr", "Nm"]),
    })
}
