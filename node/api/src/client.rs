//! One connection to one node, for Rust programs: the command line uses it, and so may others.
//!
//! Errors are [`Problem`]s whatever failed. It must never repeat a submission by itself: the caller knows whether it wants to, and
//! repeating the same bytes is always safe.

use std::time::Duration;

use sycee_primitives::{ChainId, TransactionId};
use tonic::transport::{Channel, Endpoint};

use crate::convert::parse;
use crate::fault::NodeFault;
use crate::problem::Problem;
use crate::wire::{self, ledger_client::LedgerClient};
use crate::{REQUEST_BYTES_MAX, RESPONSE_BYTES_MAX};

/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// What an answer may take beyond the wait that was asked for.
const ANSWER_MARGIN: Duration = Duration::from_secs(5);

/// A client of one node; cloning shares the connection.
#[derive(Clone, Debug)]
pub struct Client {
    inner: LedgerClient<Channel>,
    address: String,
}

impl Client {
    /// Connects to `host:port`.
    ///
    /// # Errors
    /// [`NodeFault::FieldMalformed`] for no address, [`NodeFault::Unreachable`] when nobody answers.
    pub async fn connect(address: &str) -> Result<Client, Problem> {
        let endpoint = Endpoint::from_shared(format!("http://{address}"))
            .map_err(|error| {
                Problem::of(
                    NodeFault::FieldMalformed,
                    format!("node address {address}: {error}"),
                )
            })?
            .connect_timeout(CONNECT_TIMEOUT)
            .http2_keep_alive_interval(Duration::from_secs(30))
            .keep_alive_while_idle(true)
            .tcp_nodelay(true);
        let channel = endpoint.connect().await.map_err(|error| {
            Problem::of(
                NodeFault::Unreachable,
                format!("{address}: {}", causes(&error)),
            )
        })?;
        let inner = LedgerClient::new(channel)
            .max_encoding_message_size(REQUEST_BYTES_MAX)
            .max_decoding_message_size(RESPONSE_BYTES_MAX);
        Ok(Client {
            inner,
            address: address.to_owned(),
        })
    }

    /// Where the node is.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The generated client, for calls that have no wrapper.
    pub fn calls(&mut self) -> &mut LedgerClient<Channel> {
        &mut self.inner
    }

    /// Sends canonical bytes of a signed transaction and waits as far as asked.
    ///
    /// # Errors
    /// The node's [`Problem`]; [`NodeFault::TimedOut`] leaves the outcome open.
    pub async fn submit(
        &mut self,
        transaction: Vec<u8>,
        wait: wire::Wait,
        timeout: Duration,
    ) -> Result<wire::SubmitTransactionResponse, Problem> {
        let mut request = tonic::Request::new(wire::SubmitTransactionRequest {
            transaction,
            wait: wait.into(),
            timeout_ms: milliseconds(timeout),
        });
        request.set_timeout(timeout.saturating_add(ANSWER_MARGIN));
        answer(self.inner.submit_transaction(request).await)
    }

    /// Sends many signed transactions; every one is answered for itself, in order.
    ///
    /// # Errors
    /// The node's [`Problem`] when the request as a whole failed.
    pub async fn submit_all(
        &mut self,
        transactions: Vec<Vec<u8>>,
        wait: wire::Wait,
        timeout: Duration,
    ) -> Result<Vec<Result<wire::SubmitTransactionResponse, Problem>>, Problem> {
        let sent = transactions.len();
        let mut request = tonic::Request::new(wire::SubmitTransactionsRequest {
            transactions,
            wait: wait.into(),
            timeout_ms: milliseconds(timeout),
        });
        request.set_timeout(timeout.saturating_add(ANSWER_MARGIN));
        let results = answer(self.inner.submit_transactions(request).await)?.results;
        if results.len() != sent {
            let place = format!("{} results for {sent} transactions", results.len());
            return Err(Problem::of(NodeFault::ReplyMalformed, place));
        }
        Ok(results.into_iter().map(single).collect())
    }

    /// The receipt of a transaction, with its certified proof on demand, waiting up to `wait` for it to exist.
    ///
    /// # Errors
    /// [`NodeFault::TransactionUnknown`], [`NodeFault::NotCertified`], or what else the node says.
    pub async fn receipt(
        &mut self,
        transaction: &TransactionId,
        with_proof: bool,
        wait: Duration,
    ) -> Result<wire::GetReceiptResponse, Problem> {
        let mut request = tonic::Request::new(wire::GetReceiptRequest {
            transaction_id: transaction.to_string(),
            with_proof,
            wait_ms: milliseconds(wait),
        });
        request.set_timeout(wait.saturating_add(ANSWER_MARGIN));
        answer(self.inner.get_receipt(request).await)
    }

    /// What became of an intent: the way back after an answer was lost.
    ///
    /// # Errors
    /// [`NodeFault::TransactionUnknown`], or what else the node says.
    pub async fn instruction(
        &mut self,
        sender: u32,
        idempotency_key: Vec<u8>,
    ) -> Result<wire::GetReceiptResponse, Problem> {
        let request = wire::GetInstructionRequest {
            sender,
            idempotency_key,
        };
        answer(self.inner.get_instruction(request).await)
    }

    /// An account by its number or its id; digits alone are an id first and a number second.
    ///
    /// # Errors
    /// [`NodeFault::AccountUnknown`], or what else the node says.
    pub async fn account(
        &mut self,
        name: &str,
        height: Option<u64>,
    ) -> Result<wire::GetAccountResponse, Problem> {
        use wire::get_account_request::Key;
        if let Ok(id) = name.parse::<u64>() {
            let found = self.account_by(Key::Id(id), height).await;
            let unknown = NodeFault::AccountUnknown.code();
            if !found.as_ref().is_err_and(|problem| problem.code == unknown) {
                return found;
            }
        }
        self.account_by(Key::Number(name.to_owned()), height).await
    }

    /// An account by its number.
    ///
    /// # Errors
    /// [`NodeFault::AccountUnknown`], or what else the node says.
    pub async fn account_by_number(&mut self, number: &str) -> Result<wire::Account, Problem> {
        let key = wire::get_account_request::Key::Number(number.to_owned());
        let answer = self.account_by(key, None).await?;
        required("account", answer.account)
    }

    async fn account_by(
        &mut self,
        key: wire::get_account_request::Key,
        height: Option<u64>,
    ) -> Result<wire::GetAccountResponse, Problem> {
        let key = Some(key);
        answer(
            self.inner
                .get_account(wire::GetAccountRequest { key, height })
                .await,
        )
    }

    /// All accounts of one participant.
    ///
    /// # Errors
    /// What the node says.
    pub async fn accounts_of(&mut self, owner: u32) -> Result<Vec<wire::Account>, Problem> {
        let mut all = Vec::new();
        let mut from_id = 0;
        loop {
            let request = wire::ListAccountsRequest {
                from_id,
                limit: crate::LIST_ROWS_MAX,
                owner: Some(owner),
            };
            let page = answer(self.inner.list_accounts(request).await)?;
            all.extend(page.accounts);
            match page.next_id {
                Some(next) if next > from_id => from_id = next,
                Some(_) | None => return Ok(all),
            }
        }
    }

    /// A participant.
    ///
    /// # Errors
    /// [`NodeFault::ParticipantUnknown`], or what else the node says.
    pub async fn participant(
        &mut self,
        key: wire::get_participant_request::Key,
    ) -> Result<wire::Participant, Problem> {
        let request = wire::GetParticipantRequest { key: Some(key) };
        let found = answer(self.inner.get_participant(request).await)?;
        required("participant", found.participant)
    }

    /// All participants.
    ///
    /// # Errors
    /// What the node says.
    pub async fn participants(&mut self) -> Result<Vec<wire::Participant>, Problem> {
        let mut all = Vec::new();
        let mut from_id = 0;
        loop {
            let limit = crate::LIST_ROWS_MAX;
            let request = wire::ListParticipantsRequest { from_id, limit };
            let page = answer(self.inner.list_participants(request).await)?;
            all.extend(page.participants);
            match page.next_id {
                Some(next) if next > from_id => from_id = next,
                Some(_) | None => return Ok(all),
            }
        }
    }

    /// All assets.
    ///
    /// # Errors
    /// What the node says.
    pub async fn assets(&mut self) -> Result<Vec<wire::Asset>, Problem> {
        let found = answer(self.inner.list_assets(wire::ListAssetsRequest {}).await)?;
        Ok(found.assets)
    }

    /// What the node is doing now.
    ///
    /// # Errors
    /// What the node says.
    pub async fn status(&mut self) -> Result<wire::GetStatusResponse, Problem> {
        answer(self.inner.get_status(wire::GetStatusRequest {}).await)
    }

    /// The network the node belongs to.
    ///
    /// # Errors
    /// What the node says, or [`NodeFault::ReplyMalformed`].
    pub async fn chain_id(&mut self) -> Result<ChainId, Problem> {
        let status = self.status().await?;
        parse::hash("chain_id", &status.chain_id)
            .map(ChainId)
            .map_err(|_| Problem::of(NodeFault::ReplyMalformed, "chain_id"))
    }

    /// The digests of a height; of the last executed one when none is named.
    ///
    /// # Errors
    /// [`NodeFault::HeightAhead`], [`NodeFault::HeightForgotten`], or what else the node says.
    pub async fn roots(&mut self, height: Option<u64>) -> Result<wire::GetRootsResponse, Problem> {
        answer(self.inner.get_roots(wire::GetRootsRequest { height }).await)
    }

    /// Executed blocks from `from_height` on, for ever; to resume, ask from the height after the last one seen.
    ///
    /// # Errors
    /// What the node says.
    pub async fn watch(
        &mut self,
        from_height: u64,
    ) -> Result<tonic::Streaming<wire::BlockEvent>, Problem> {
        let request = wire::WatchBlocksRequest { from_height };
        answer(self.inner.watch_blocks(request).await)
    }
}

/// The answer or the problem of a call.
///
/// # Errors
/// The [`Problem`] that the status carries.
pub fn answer<T>(result: Result<tonic::Response<T>, tonic::Status>) -> Result<T, Problem> {
    result
        .map(tonic::Response::into_inner)
        .map_err(|status| Problem::from_status(&status))
}

/// A field that every node of this version sets.
///
/// # Errors
/// [`NodeFault::ReplyMalformed`] naming it.
pub fn required<T>(field: &str, value: Option<T>) -> Result<T, Problem> {
    value.ok_or_else(|| Problem::of(NodeFault::ReplyMalformed, field))
}

fn single(result: wire::SubmissionResult) -> Result<wire::SubmitTransactionResponse, Problem> {
    use wire::submission_result::Result as Single;
    match required("results.result", result.result)? {
        Single::Acknowledged(response) => Ok(response),
        Single::Problem(problem) => Err(Problem::from_wire(problem, crate::Class::Internal)),
    }
}

/// What lies behind a transport error; its own text is only "transport error".
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

fn milliseconds(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}
