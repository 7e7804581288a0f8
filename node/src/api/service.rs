//! The gRPC service: one method a call, each delegating to the page that knows how.

use std::pin::Pin;
use std::sync::Arc;

use sycee_api::wire::{self, ledger_server::Ledger};
use tokio::sync::Semaphore;
use tokio_stream::Stream;
use tonic::{Request, Response, Status};

use super::{Backend, blocks, credit, evidence, objects, queue, reads, register, submit, supply};

/// Submissions that may wait for their outcome at once, over all connections.
const SUBMISSIONS_WAITING_MAX: usize = 16_384;

/// Streams that may be open at once.
const STREAMS_MAX: usize = 64;

/// The service over one running node.
pub struct LedgerService<B> {
    backend: Arc<B>,
    submissions: Arc<Semaphore>,
    streams: Arc<Semaphore>,
}

impl<B: Backend> LedgerService<B> {
    /// A service over this node.
    #[must_use]
    pub fn new(backend: Arc<B>) -> LedgerService<B> {
        LedgerService {
            backend,
            submissions: Arc::new(Semaphore::new(SUBMISSIONS_WAITING_MAX)),
            streams: Arc::new(Semaphore::new(STREAMS_MAX)),
        }
    }
}

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl<B: Backend> Ledger for LedgerService<B> {
    async fn submit_transaction(
        &self,
        request: Request<wire::SubmitTransactionRequest>,
    ) -> Answer<wire::SubmitTransactionResponse> {
        let answer = submit::one(&*self.backend, &self.submissions, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn submit_transactions(
        &self,
        request: Request<wire::SubmitTransactionsRequest>,
    ) -> Answer<wire::SubmitTransactionsResponse> {
        let answer = submit::many(&*self.backend, &self.submissions, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn get_receipt(
        &self,
        request: Request<wire::GetReceiptRequest>,
    ) -> Answer<wire::GetReceiptResponse> {
        let answer = reads::receipt(&*self.backend, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn get_instruction(
        &self,
        request: Request<wire::GetInstructionRequest>,
    ) -> Answer<wire::GetReceiptResponse> {
        let answer = reads::instruction(&*self.backend, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn get_transaction_by_uetr(
        &self,
        request: Request<wire::GetTransactionByUetrRequest>,
    ) -> Answer<wire::GetReceiptResponse> {
        let answer = reads::by_uetr(&*self.backend, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn get_account(
        &self,
        request: Request<wire::GetAccountRequest>,
    ) -> Answer<wire::GetAccountResponse> {
        let answer = reads::account(&*self.backend, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn list_accounts(
        &self,
        request: Request<wire::ListAccountsRequest>,
    ) -> Answer<wire::ListAccountsResponse> {
        let answer = reads::accounts(&*self.backend, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn get_participant(
        &self,
        request: Request<wire::GetParticipantRequest>,
    ) -> Answer<wire::GetParticipantResponse> {
        let answer = reads::participant(&*self.backend, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn list_participants(
        &self,
        request: Request<wire::ListParticipantsRequest>,
    ) -> Answer<wire::ListParticipantsResponse> {
        let answer = reads::participants(&*self.backend, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn list_assets(
        &self,
        _request: Request<wire::ListAssetsRequest>,
    ) -> Answer<wire::ListAssetsResponse> {
        Ok(Response::new(reads::assets(&*self.backend).await?))
    }

    async fn get_block(
        &self,
        request: Request<wire::GetBlockRequest>,
    ) -> Answer<wire::GetBlockResponse> {
        let answer = blocks::block(&*self.backend, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn get_certificate(
        &self,
        request: Request<wire::GetCertificateRequest>,
    ) -> Answer<wire::GetCertificateResponse> {
        let answer = blocks::certificate(&*self.backend, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    type WatchBlocksStream = Pin<Box<dyn Stream<Item = Result<wire::BlockEvent, Status>> + Send>>;

    async fn watch_blocks(
        &self,
        request: Request<wire::WatchBlocksRequest>,
    ) -> Answer<Self::WatchBlocksStream> {
        let stream = blocks::watch(
            Arc::clone(&self.backend),
            Arc::clone(&self.streams),
            request.into_inner(),
        )?;
        Ok(Response::new(Box::pin(stream)))
    }

    async fn get_status(
        &self,
        _request: Request<wire::GetStatusRequest>,
    ) -> Answer<wire::GetStatusResponse> {
        Ok(Response::new(reads::status(&*self.backend).await?))
    }

    async fn get_roots(
        &self,
        request: Request<wire::GetRootsRequest>,
    ) -> Answer<wire::GetRootsResponse> {
        let answer = blocks::roots(&*self.backend, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn list_evidence(
        &self,
        request: Request<wire::ListEvidenceRequest>,
    ) -> Answer<wire::ListEvidenceResponse> {
        let answer = evidence::list(&*self.backend, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn get_evidence(
        &self,
        request: Request<wire::GetEvidenceRequest>,
    ) -> Answer<wire::GetEvidenceResponse> {
        let answer = evidence::get(&*self.backend, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn get_register(
        &self,
        request: Request<wire::GetRegisterRequest>,
    ) -> Answer<wire::GetRegisterResponse> {
        let answer = register::get(&*self.backend, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn get_registry_extract(
        &self,
        request: Request<wire::GetRegistryExtractRequest>,
    ) -> Answer<wire::GetRegistryExtractResponse> {
        let answer = supply::extract(&*self.backend, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn get_receivable(
        &self,
        request: Request<wire::GetReceivableRequest>,
    ) -> Answer<wire::GetReceivableResponse> {
        let answer = supply::receivable(&*self.backend, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn get_loan(
        &self,
        request: Request<wire::GetLoanRequest>,
    ) -> Answer<wire::GetLoanResponse> {
        let answer = credit::loan(&*self.backend, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn get_line(
        &self,
        request: Request<wire::GetLineRequest>,
    ) -> Answer<wire::GetLineResponse> {
        let answer = credit::line(&*self.backend, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn get_collateral(
        &self,
        request: Request<wire::GetCollateralRequest>,
    ) -> Answer<wire::GetCollateralResponse> {
        let answer = credit::collateral(&*self.backend, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn list_queue(
        &self,
        request: Request<wire::ListQueueRequest>,
    ) -> Answer<wire::ListQueueResponse> {
        let answer = queue::list(&*self.backend, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn explain_queued(
        &self,
        request: Request<wire::ExplainQueuedRequest>,
    ) -> Answer<wire::ExplainQueuedResponse> {
        let answer = queue::explain(&*self.backend, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn list_tables(
        &self,
        _request: Request<wire::ListTablesRequest>,
    ) -> Answer<wire::ListTablesResponse> {
        Ok(Response::new(objects::tables(&*self.backend).await?))
    }

    async fn get_object(
        &self,
        request: Request<wire::GetObjectRequest>,
    ) -> Answer<wire::GetObjectResponse> {
        let answer = objects::get(&*self.backend, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn list_objects(
        &self,
        request: Request<wire::ListObjectsRequest>,
    ) -> Answer<wire::ListObjectsResponse> {
        let answer = objects::list(&*self.backend, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn prepare_instruction(
        &self,
        request: Request<wire::PrepareInstructionRequest>,
    ) -> Answer<wire::PrepareInstructionResponse> {
        let answer = objects::prepare(&*self.backend, request.get_ref())?;
        Ok(Response::new(answer))
    }
}
