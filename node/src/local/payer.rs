//! One participant that pays another, payment by payment, over one node.

use std::time::Duration;

use sycee_api::{Client, wire};
use sycee_contracts::{Action, EndToEndId, IdempotencyKey, Instruction, Pay};
use sycee_primitives::{
    AccountId, Amount, AssetId, BlockTime, BusinessDate, ChainId, ParticipantId, SecretKey,
    TransactionId, identifiers::Uetr,
};

use crate::keys::KeyFile;
use crate::local::network::LocalError;

/// How long a payment may take effect.
const EXPIRY_MS: u64 = 600_000;

/// How long an answer may take.
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// Who pays whom.
pub struct Payer {
    chain_id: ChainId,
    sender: ParticipantId,
    key: SecretKey,
    debtor: AccountId,
    creditor: AccountId,
    asset: AssetId,
}

/// A signed payment.
#[derive(Clone, Debug)]
pub struct SignedPayment {
    /// Its identity.
    pub id: TransactionId,
    /// Its canonical bytes.
    pub bytes: Vec<u8>,
}

impl Payer {
    /// A payer between two accounts, signing with the key of the first one's owner or its bank.
    pub async fn new(
        client: &mut Client,
        key: &KeyFile,
        from: &str,
        to: &str,
    ) -> Result<Payer, LocalError> {
        let public = wire::get_participant_request::Key::PublicKey(key.public_key().to_string());
        let sender = client.participant(public).await?;
        let debtor = client.account_by_number(from).await?;
        let creditor = client.account_by_number(to).await?;
        Ok(Payer {
            chain_id: client.chain_id().await?,
            sender: ParticipantId(sender.id),
            key: key.secret_key(),
            debtor: AccountId(debtor.id),
            creditor: AccountId(creditor.id),
            asset: AssetId(debtor.asset),
        })
    }

    /// Signs payments of one to `count` minor units.
    pub async fn sign(
        &self,
        client: &mut Client,
        count: usize,
    ) -> Result<Vec<SignedPayment>, LocalError> {
        let status = client.status().await?;
        let date = parse_date(&status)?;
        (1..=count)
            .map(|minor| self.payment(minor as u128, date, status.now_ms))
            .collect()
    }

    fn payment(
        &self,
        minor: u128,
        value_date: BusinessDate,
        now_ms: u64,
    ) -> Result<SignedPayment, LocalError> {
        let impossible = |error: &dyn std::fmt::Display| {
            LocalError::Check(format!("a payment cannot be made: {error}"))
        };
        let key: [u8; 16] = rand::random();
        let instruction = Instruction {
            chain_id: self.chain_id,
            sender: self.sender,
            idempotency_key: IdempotencyKey::new(key).map_err(|error| impossible(&error))?,
            expiry: BlockTime(now_ms.saturating_add(EXPIRY_MS)),
            action: Action::Pay(Pay {
                uetr: Uetr::from_random(rand::random()),
                end_to_end_id: EndToEndId::new(format!("P-{minor}"))
                    .map_err(|error| impossible(&error))?,
                debtor: self.debtor,
                creditor: self.creditor,
                asset: self.asset,
                amount: Amount::from_minor(minor).map_err(|error| impossible(&error))?,
                value_date,
                purpose: None,
                payload_commitment: None,
                handling: sycee_contracts::Handling::default(),
            }),
        };
        let id = instruction.id();
        Ok(SignedPayment {
            id,
            bytes: instruction.sign(&[&self.key]).to_bytes(),
        })
    }
}

/// Sends one payment and waits until it is final; answers its height.
pub async fn settle(client: &mut Client, payment: &SignedPayment) -> Result<u64, LocalError> {
    let answer = client
        .submit(payment.bytes.clone(), wire::Wait::Final, ANSWER_MAX)
        .await?;
    settled_height(answer.receipt.as_ref())
        .ok_or_else(|| LocalError::Check(format!("payment {} did not settle", payment.id)))
}

/// The height of a receipt that says settled.
pub(crate) fn settled_height(receipt: Option<&wire::Receipt>) -> Option<u64> {
    let receipt = receipt?;
    match receipt.outcome.as_ref()?.kind.as_ref()? {
        wire::outcome::Kind::Settled(_) => Some(receipt.height),
        wire::outcome::Kind::Refused(_)
        | wire::outcome::Kind::BulkSettled(_)
        | wire::outcome::Kind::BulkRefused(_)
        | wire::outcome::Kind::Waiting(_)
        | wire::outcome::Kind::Cancelled(_)
        | wire::outcome::Kind::Recorded(_) => None,
    }
}

/// The ledger's day as the node says it.
pub(crate) fn parse_date(status: &wire::GetStatusResponse) -> Result<BusinessDate, LocalError> {
    BusinessDate::parse(&status.business_date).ok_or_else(|| {
        LocalError::Check(format!(
            "the node's business date is {:?}",
            status.business_date
        ))
    })
}
