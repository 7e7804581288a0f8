//! Every limit of the transport, each with its reason.

use std::time::Duration;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// Votes are a few hundred bytes; 256 KiB leaves room for watermarks of many lanes in one frame.
pub(crate) const VOTES_FRAME_BYTES_MAX: usize = 256 * KIB;
/// A proposal with its certificates.
pub(crate) const BLOCKS_FRAME_BYTES_MAX: usize = 4 * MIB;
/// One batch of a lane.
pub(crate) const BATCHES_FRAME_BYTES_MAX: usize = 2 * MIB;
/// One answer of catch-up: several blocks or batches, or a snapshot chunk.
pub(crate) const SYNC_FRAME_BYTES_MAX: usize = 8 * MIB;

/// Queues towards one peer. Broadcast frames are shared between queues, so the sum over peers is
/// far below the product; Sync answers are not shared and get the least slack.
pub(crate) const VOTES_OUTBOUND_BYTES_MAX: usize = 4 * MIB;
pub(crate) const BLOCKS_OUTBOUND_BYTES_MAX: usize = 32 * MIB;
pub(crate) const SYNC_OUTBOUND_BYTES_MAX: usize = 16 * MIB;
pub(crate) const BATCHES_OUTBOUND_BYTES_MAX: usize = 64 * MIB;

/// Queues from one peer, the frame being read included: 18 MiB a peer in all.
pub(crate) const VOTES_INBOUND_BYTES_MAX: usize = 2 * MIB;
pub(crate) const BLOCKS_INBOUND_BYTES_MAX: usize = 4 * MIB + 4 * KIB;
pub(crate) const SYNC_INBOUND_BYTES_MAX: usize = 8 * MIB + 4 * KIB;
pub(crate) const BATCHES_INBOUND_BYTES_MAX: usize = 4 * MIB;

/// What a queued frame costs beyond its bytes, so that empty frames are not free.
pub(crate) const FRAME_OVERHEAD_BYTES: usize = 64;

// A frame of the largest size always fits into an empty queue; otherwise a reader could wait for ever.
const _: () = {
    assert!(VOTES_INBOUND_BYTES_MAX >= VOTES_FRAME_BYTES_MAX + FRAME_OVERHEAD_BYTES);
    assert!(BLOCKS_INBOUND_BYTES_MAX >= BLOCKS_FRAME_BYTES_MAX + FRAME_OVERHEAD_BYTES);
    assert!(SYNC_INBOUND_BYTES_MAX >= SYNC_FRAME_BYTES_MAX + FRAME_OVERHEAD_BYTES);
    assert!(BATCHES_INBOUND_BYTES_MAX >= BATCHES_FRAME_BYTES_MAX + FRAME_OVERHEAD_BYTES);
    assert!(VOTES_OUTBOUND_BYTES_MAX >= VOTES_FRAME_BYTES_MAX + FRAME_OVERHEAD_BYTES);
    assert!(BLOCKS_OUTBOUND_BYTES_MAX >= BLOCKS_FRAME_BYTES_MAX + FRAME_OVERHEAD_BYTES);
    assert!(SYNC_OUTBOUND_BYTES_MAX >= SYNC_FRAME_BYTES_MAX + FRAME_OVERHEAD_BYTES);
    assert!(BATCHES_OUTBOUND_BYTES_MAX >= BATCHES_FRAME_BYTES_MAX + FRAME_OVERHEAD_BYTES);
    assert!(SYNC_INBOUND_BYTES_MAX <= u32::MAX as usize);
};

/// Frames that wait together are written together up to this size.
pub(crate) const COALESCE_BYTES_MAX: usize = 128 * KIB;

/// A less urgent class that was passed over this often is served once: a flood of urgent frames
/// cannot starve it.
pub(crate) const PASSED_OVER_MAX: u32 = 32;

/// Nodes in a genesis: validators and observers.
pub const NODES_MAX: usize = 1024;
/// A protocol id is part of a negotiated name and of log lines.
pub const PROTOCOL_ID_BYTES_MAX: usize = 100;
/// Addresses given for one node, and addresses a name may resolve to.
pub(crate) const ADDRESSES_PER_NODE_MAX: usize = 8;
pub(crate) const RESOLVED_ADDRESSES_MAX: usize = 16;
/// Bytes of text from a peer that reach events and logs.
pub(crate) const PEER_TEXT_CHARS_MAX: usize = 128;

/// Two connections arise when both sides dial at once and are kept: closing one of them would lose
/// what is in flight. A third replaces the oldest, which is how a restarted peer gets back in
/// before its old connections are known to be dead.
pub(crate) const CONNECTIONS_PER_PEER_KEPT: usize = 2;
pub(crate) const CONNECTIONS_PER_PEER_MAX: u32 = 4;
/// Handshakes in progress: this many, and two more for each node of the genesis.
pub(crate) const PENDING_INBOUND_BASE: u32 = 64;
/// Handshakes in progress from one network address, so that one host cannot take them all.
pub(crate) const PENDING_INBOUND_PER_HOST_MAX: u32 = 32;
/// Streams on one connection: four each way, and ping and identify with room to renegotiate.
pub(crate) const STREAMS_PER_CONNECTION_MAX: usize = 32;
#[cfg(feature = "quic")]
pub(crate) const QUIC_STREAMS_MAX: u32 = 32;
/// QUIC also bounds a connection as a whole: four stuck lanes must leave room for the others.
#[cfg(feature = "quic")]
pub(crate) const QUIC_STREAM_WINDOW_BYTES: u32 = 2 << 20;
#[cfg(feature = "quic")]
pub(crate) const QUIC_CONNECTION_WINDOW_BYTES: u32 = 16 << 20;
/// Inbound streams that may be negotiating at a time.
pub(crate) const STREAMS_NEGOTIATING_MAX: usize = 16;
/// Events other than frames and connection changes that may wait for the reader.
pub(crate) const NOTICES_MAX: usize = 256;

/// Transport handshake, and opening the four lanes after it.
pub(crate) const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(8);
pub(crate) const LANES_TIMEOUT: Duration = Duration::from_secs(10);
/// A frame that began must make progress.
pub(crate) const FRAME_STALL_TIMEOUT: Duration = Duration::from_secs(30);
/// A write in progress may finish this long after a newer connection has come up.
pub(crate) const SWITCH_GRACE: Duration = Duration::from_secs(2);
/// Orderly closing; a dead peer's full socket would otherwise hold the connection for minutes.
pub(crate) const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);
/// A connection refused for its chain stays open this long, so that both sides learn why.
pub(crate) const REFUSAL_LINGER: Duration = Duration::from_millis(300);
pub(crate) const PING_INTERVAL: Duration = Duration::from_secs(2);
pub(crate) const PING_TIMEOUT: Duration = Duration::from_secs(8);
/// Neither an answer to a ping nor a byte for this long: the peer is dead.
pub(crate) const SILENCE_MAX: Duration = Duration::from_secs(8);
pub(crate) const TICK_INTERVAL: Duration = Duration::from_millis(50);
pub(crate) const DIAL_DELAY_MIN: Duration = Duration::from_millis(50);
pub(crate) const DIAL_DELAY_MAX: Duration = Duration::from_secs(1);
/// The node of lower index waits this long, so that two nodes seldom dial each other at once.
pub(crate) const DIAL_YIELD: Duration = Duration::from_millis(200);
pub(crate) const RESOLVE_TIMEOUT: Duration = Duration::from_secs(5);
pub(crate) const LISTEN_TIMEOUT: Duration = Duration::from_secs(5);
/// A suspension ends at the latest after this, so that a mistake heals.
pub(crate) const SUSPENSION_MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// The same kind of refusal is logged and reported for the same peer once in this time.
pub(crate) const REFUSAL_REPORT_INTERVAL: Duration = Duration::from_secs(10);
/// Identities and hosts remembered for that purpose.
pub(crate) const REFUSAL_REPORT_KEYS_MAX: usize = 256;
