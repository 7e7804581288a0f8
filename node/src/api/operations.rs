//! The operations port: what monitoring and people ask a node, over plain HTTP on this machine.
//!
//! ```text
//!   /livez    200 while the process answers
//!   /readyz   200 ready; 503 and the reasons, one a line
//!   /status   the whole picture as JSON
//!   /metrics  counters and gauges, open metrics text
//! ```
//! It must never change anything.

use std::future::Future;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::{Json, Router, routing::get};
use serde_json::{Value, json};
use sycee_api::{NodeFault, Problem};
use tokio::net::TcpListener;

use super::Backend;

/// Serves the operations port until `stop` resolves.
///
/// # Errors
/// [`NodeFault::Internal`] when the server itself fails.
pub async fn operate<B: Backend>(
    backend: Arc<B>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Problem> {
    let routes = Router::new()
        .route("/livez", get(|| async { "alive\n" }))
        .route("/readyz", get(ready::<B>))
        .route("/status", get(status::<B>))
        .route("/metrics", get(metrics::<B>))
        .with_state(backend);
    axum::serve(listener, routes)
        .with_graceful_shutdown(stop)
        .await
        .map_err(|error| Problem::of(NodeFault::Internal, format!("operations port: {error}")))
}

async fn ready<B: Backend>(State(backend): State<Arc<B>>) -> (StatusCode, String) {
    let health = backend.health();
    if health.ready {
        return (StatusCode::OK, "ready\n".to_owned());
    }
    let reasons: String = health
        .notes
        .iter()
        .map(|note| format!("{note}\n"))
        .collect();
    (StatusCode::SERVICE_UNAVAILABLE, reasons)
}

async fn status<B: Backend>(State(backend): State<Arc<B>>) -> Json<Value> {
    let identity = backend.identity();
    let health = backend.health();
    Json(json!({
        "chain_id": identity.chain_id.to_string(),
        "network": identity.network,
        "node": identity.node,
        "role": role(identity.is_validator),
        "version": env!("CARGO_PKG_VERSION"),
        "final_height": health.final_height.0,
        "executed_height": health.heights.executed.0,
        "certified_height": health.heights.certified.0,
        "view": health.view,
        "leader": health.leader,
        "peers_connected": health.peers_connected,
        "peers_known": health.peers_known,
        "ready": health.ready,
        "notes": health.notes,
        "now_ms": health.now.0,
    }))
}

async fn metrics<B: Backend>(State(backend): State<Arc<B>>) -> impl IntoResponse {
    let form = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, form)], backend.metrics())
}

/// The word for a node's role.
pub(super) fn role(is_validator: bool) -> &'static str {
    match is_validator {
        true => "validator",
        false => "observer",
    }
}
