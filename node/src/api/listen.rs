//! Where the interface may listen: on this machine, until clients have certificates.

use std::net::SocketAddr;

use sycee_api::{NodeFault, Problem};
use tokio::net::TcpListener;

/// Listens on a loopback address; port 0 lets the system choose.
///
/// # Errors
/// [`NodeFault::AddressNotLoopback`] for any other address, [`NodeFault::AddressInUse`] when it cannot be bound.
pub async fn listen(purpose: &str, address: SocketAddr) -> Result<TcpListener, Problem> {
    if !address.ip().to_canonical().is_loopback() {
        return Err(Problem::of(
            NodeFault::AddressNotLoopback,
            format!("{purpose} address {address}"),
        ));
    }
    TcpListener::bind(address).await.map_err(|error| {
        Problem::of(
            NodeFault::AddressInUse,
            format!("{purpose} address {address}: {error}"),
        )
    })
}
