//! What clients and operators reach: the gRPC interface, health and reflection beside it, and the operations port.
//!
//! ```text
//!   client ──gRPC──▶ service ──▶ submit | reads | blocks ──▶ Backend (the running node)
//!   operator ─HTTP─▶ operations: /metrics /livez /readyz /status ──▶ Backend
//! ```
//! Wire types stay in this folder and in `sycee-api`. It must never decide what a transaction means, never acknowledge anything
//! weaker than what the node said, and never listen beyond this machine while clients have no certificates.
//! Spec: design 3, interfaces B3.

mod backend;
mod blocks;
mod credit;
mod evidence;
mod listen;
mod node;
mod objects;
mod operations;
mod queue;
mod reads;
mod register;
mod service;
mod submit;
mod supply;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use sycee_api::wire::{DESCRIPTORS, ledger_server::LedgerServer};
use sycee_api::{NodeFault, Problem, REQUEST_BYTES_MAX, RESPONSE_BYTES_MAX};
use tokio::net::TcpListener;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

pub use backend::{Backend, FoundOffence, Health, Heights, Identity, StoredBlock, Submitted};
pub use listen::listen;
pub use node::NodeBackend;
pub use operations::operate;
pub use service::LedgerService;

/// Requests of one connection that may be open at once.
const REQUESTS_PER_CONNECTION_MAX: usize = 1_024;

/// How often the health service is brought up to date.
const HEALTH_INTERVAL: Duration = Duration::from_millis(500);

/// Serves the client interface, health and reflection until `stop` resolves; open calls are then finished.
///
/// # Errors
/// [`NodeFault::Internal`] when the server itself fails.
pub async fn serve<B: Backend>(
    backend: Arc<B>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send,
) -> Result<(), Problem> {
    let (health, health_service) = tonic_health::server::health_reporter();
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(DESCRIPTORS)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1()
        .map_err(|error| Problem::of(NodeFault::Internal, format!("reflection: {error}")))?;
    let ledger = LedgerServer::new(LedgerService::new(Arc::clone(&backend)))
        .max_decoding_message_size(REQUEST_BYTES_MAX)
        .max_encoding_message_size(RESPONSE_BYTES_MAX);
    let watcher = tokio::spawn(report_health(backend, health));
    let served = Server::builder()
        .concurrency_limit_per_connection(REQUESTS_PER_CONNECTION_MAX)
        .http2_keepalive_interval(Some(Duration::from_secs(30)))
        .add_service(health_service)
        .add_service(reflection)
        .add_service(ledger)
        .serve_with_incoming_shutdown(TcpIncoming::from(listener).with_nodelay(Some(true)), stop)
        .await;
    watcher.abort();
    served.map_err(|error| Problem::of(NodeFault::Internal, format!("gRPC server: {error}")))
}

/// Keeps `grpc.health.v1` for the whole server and for the ledger service at what the node says.
async fn report_health<B: Backend>(backend: Arc<B>, health: tonic_health::server::HealthReporter) {
    use tonic_health::ServingStatus;
    let mut ticks = tokio::time::interval(HEALTH_INTERVAL);
    loop {
        ticks.tick().await;
        let status = match backend.health().ready {
            true => ServingStatus::Serving,
            false => ServingStatus::NotServing,
        };
        health.set_service_status("", status).await;
        health.set_service_status("sycee.v1.Ledger", status).await;
    }
}
