//! The tasks that move frames: one reader per accepted stream, one writer per peer and class.
//!
//! A frame on the wire is its length as four little-endian bytes, then its bytes.
//!
//! ```text
//!  writer:  outbox --take--> buffer --write, flush--> newest lane; on failure the next older one
//!  reader:  length --check--> reserve in inbox --> bytes --> inbox
//! ```

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use futures::{AsyncReadExt as _, AsyncWriteExt as _};
use libp2p::swarm::{ConnectionId, Stream};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::class::Class;
use crate::config::PeerIndex;
use crate::inbox::Inbox;
use crate::limits::{
    COALESCE_BYTES_MAX, CONNECTIONS_PER_PEER_KEPT, FRAME_STALL_TIMEOUT, SWITCH_GRACE,
};
use crate::shared::Shared;
use crate::status::count;

/// Why a lane ended; the driver closes its connection.
#[derive(Debug)]
pub(crate) struct LaneFault {
    pub(crate) connection: ConnectionId,
    pub(crate) kind: FaultKind,
}

#[derive(Debug)]
pub(crate) enum FaultKind {
    /// The stream or the connection ended.
    Ended,
    /// The peer announced a frame longer than allowed.
    Oversize { class: Class, announced: u32 },
    /// The peer began a frame and stopped.
    Stalled { class: Class },
}

/// An outbound stream of a connection that has just become ready.
pub(crate) struct LaneOffer {
    pub(crate) connection: ConnectionId,
    pub(crate) stream: Stream,
}

/// Which lane a task serves, and whom it tells.
pub(crate) struct LaneTask {
    pub(crate) peer: PeerIndex,
    pub(crate) class: Class,
    pub(crate) shared: Arc<Shared>,
    pub(crate) faults: mpsc::Sender<LaneFault>,
}

impl LaneTask {
    /// Reads frames until the stream ends, the peer breaks a rule or the inbox closes.
    pub(crate) async fn read(
        self,
        connection: ConnectionId,
        mut stream: Stream,
        inbox: Arc<Inbox>,
        alive: Arc<AtomicU64>,
    ) {
        let kind = match self.read_frames(&mut stream, &inbox, &alive).await {
            Ok(()) => return,
            Err(kind) => kind,
        };
        // The receiver is gone only when everything stops.
        let _ = self.faults.send(LaneFault { connection, kind }).await;
    }

    async fn read_frames(
        &self,
        stream: &mut Stream,
        inbox: &Inbox,
        alive: &AtomicU64,
    ) -> Result<(), FaultKind> {
        let class = self.class;
        let Some(peer) = self.shared.peer(self.peer) else {
            return Ok(());
        };
        let lane = peer.lane(class);
        loop {
            let mut header = [0_u8; 4];
            stream
                .read_exact(&mut header)
                .await
                .map_err(|_| FaultKind::Ended)?;
            let announced = u32::from_le_bytes(header);
            let length = usize::try_from(announced).unwrap_or(usize::MAX);
            if length > class.frame_bytes_max() {
                return Err(FaultKind::Oversize { class, announced });
            }
            let Some(permit) = inbox.reserve(self.peer, class, length).await else {
                return Ok(());
            };
            let mut bytes = vec![0_u8; length];
            read_body(stream, &mut bytes, class, alive).await?;
            count(alive, 1);
            count(&lane.frames_in, 1);
            count(&lane.bytes_in, u64::from(announced).saturating_add(4));
            inbox.push(self.peer, class, bytes, permit);
        }
    }

    /// Writes what the outbox holds to the newest lane, for as long as the transport runs.
    pub(crate) async fn write(self, mut offers: mpsc::Receiver<LaneOffer>) {
        let Some(peer) = self.shared.peer(self.peer) else {
            return;
        };
        let lane = peer.lane(self.class);
        let outbox = Arc::clone(&lane.outbox);
        // Open lanes, the newest last. The older ones are spares.
        let mut lanes: Vec<LaneOffer> = Vec::new();
        // Frames taken and not yet written; kept across a change of connection.
        let mut buffer: Vec<u8> = Vec::new();
        let mut frames = 0;
        loop {
            let Some(mut current) = lanes.pop() else {
                let Some(offer) = offers.recv().await else {
                    return;
                };
                lanes.push(offer);
                continue;
            };
            if buffer.is_empty() {
                tokio::select! {
                    offer = offers.recv() => {
                        let Some(offer) = offer else { return };
                        lanes.push(current);
                        adopt(&mut lanes, offer);
                        continue;
                    }
                    taken = outbox.take_into(&mut buffer, COALESCE_BYTES_MAX) => frames = taken,
                }
            }
            let (written, offer) = write_or_switch(&mut current, &buffer, &mut offers).await;
            if written.is_ok() {
                count(&lane.frames_out, frames);
                count(&lane.bytes_out, buffer.len() as u64);
                buffer.clear();
                buffer.shrink_to(COALESCE_BYTES_MAX);
                lanes.push(current);
            } else {
                let fault = LaneFault {
                    connection: current.connection,
                    kind: FaultKind::Ended,
                };
                let _ = self.faults.send(fault).await;
            }
            if let Some(offer) = offer {
                adopt(&mut lanes, offer);
            }
        }
    }
}

fn adopt(lanes: &mut Vec<LaneOffer>, offer: LaneOffer) {
    lanes.push(offer);
    while lanes.len() > CONNECTIONS_PER_PEER_KEPT {
        lanes.remove(0);
    }
}

/// Writes the buffer. A newer lane that comes up meanwhile is returned; the old one then gets a
/// short grace, since it may be dead, and the buffer is written again if it does not finish.
async fn write_or_switch(
    lane: &mut LaneOffer,
    buffer: &[u8],
    offers: &mut mpsc::Receiver<LaneOffer>,
) -> (io::Result<()>, Option<LaneOffer>) {
    let mut write = pin!(async {
        lane.stream.write_all(buffer).await?;
        lane.stream.flush().await
    });
    tokio::select! {
        written = &mut write => (written, None),
        Some(offer) = offers.recv() => {
            let written = timeout(SWITCH_GRACE, write).await;
            (written.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())), Some(offer))
        }
    }
}

async fn read_body(
    stream: &mut Stream,
    bytes: &mut [u8],
    class: Class,
    alive: &AtomicU64,
) -> Result<(), FaultKind> {
    let mut filled = 0_usize;
    while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        let read = timeout(FRAME_STALL_TIMEOUT, stream.read(rest))
            .await
            .map_err(|_| FaultKind::Stalled { class })?;
        match read {
            Ok(0) | Err(_) => return Err(FaultKind::Ended),
            Ok(more) => filled = filled.saturating_add(more),
        }
        count(alive, 1);
    }
    Ok(())
}
