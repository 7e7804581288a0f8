//! How much of anything there may be. Each limit says why; limits that depend on each other are tied at compile time.

/// Bytes of one leg of a bulk payment: account 8, amount 16, UETR 16, reference 16, purpose 4, and room to 64.
pub const LEG_BYTES_MAX: usize = 64;

/// Legs of one bulk payment (TigerBeetle's batch size; one signature covers them all).
pub const LEGS_PER_BULK_MAX: usize = 8_190;

/// Bytes of a transaction around its body: ids, expiry, keys, signatures, control sum, annex hash.
pub const TRANSACTION_OVERHEAD_BYTES_MAX: usize = 4_096;

/// Bytes of one signed transaction. Above a full bulk payment, below what one frame, batch and API message may carry.
pub const TRANSACTION_BYTES_MAX: usize = 1 << 20;

/// Signatures on one transaction; signing policies come with M-of-N approvals.
pub const SIGNATURES_PER_TRANSACTION_MAX: usize = 16;

/// Bytes of payload at which a lane's owner closes a batch; one larger transaction travels alone.
pub const BATCH_BYTES_TARGET: usize = 256 << 10;

/// Bytes of payload of any batch: the larger of the target plus one small transaction, and one transaction that travels alone.
pub const BATCH_BYTES_MAX: usize = TRANSACTION_BYTES_MAX + BATCH_BYTES_TARGET;

/// Transactions in one batch: bounds the receipts of a batch whatever the sizes.
pub const BATCH_TRANSACTIONS_MAX: usize = 4_096;

/// Newly referenced payload bytes per lane in one block, so that a missing part can be fetched within the delay bound.
pub const LANE_BYTES_PER_BLOCK_MAX: u64 = 2 << 20;

/// Newly referenced payload bytes in one block over all lanes.
pub const BLOCK_PAYLOAD_BYTES_MAX: u64 = 16 << 20;

/// Own payload bytes a lane may have that are not yet final: the only back-pressure an owner needs.
pub const LANE_WINDOW_BYTES_MAX: u64 = 8 << 20;

/// Validators of one set: bitmaps, cuts and full-mesh streams are sized for it.
pub const VALIDATORS_MAX: usize = 128;

/// Pieces of evidence in one block: governance reads them, so they need to come soon, not many at once.
pub const EVIDENCE_PER_BLOCK_MAX: usize = 16;

/// Bytes of the evidence in one block, and of one piece; a small part of what the block's payload may be.
pub const EVIDENCE_BYTES_MAX: usize = 64 << 10;

/// Pieces of evidence against one validator in one epoch; whoever was caught so often need not be caught again.
pub const EVIDENCE_PER_CULPRIT_MAX: usize = 64;

/// Bytes of a block with its leader's signature: a cut entry of every lane, the evidence and the fixed fields.
pub const BLOCK_BYTES_MAX: usize = 512 + VALIDATORS_MAX * 64 + EVIDENCE_BYTES_MAX;

/// Bytes of a certificate: a bitmap and one signature of every validator.
pub const CERTIFICATE_BYTES_MAX: usize = 128 + VALIDATORS_MAX * 65;

/// Bytes of the client's idempotency key.
pub const IDEMPOTENCY_KEY_BYTES_MAX: usize = 64;

/// Bytes of an end-to-end reference (ISO 20022 Max35Text).
pub const REFERENCE_BYTES_MAX: usize = 35;

/// Milliseconds an instruction's expiry may lie ahead of block time.
pub const EXPIRY_AHEAD_MS_MAX: u64 = 24 * 3_600 * 1_000;

/// Milliseconds after its expiry in which an instruction is still answered by a receipt; one that is ordered later is dropped. A day outlasts
/// an outage of the network, and bounds how long refusals without a key are remembered.
pub const ANSWERED_PAST_EXPIRY_MS_MAX: u64 = 24 * 3_600 * 1_000;

const _: () = assert!(
    LEG_BYTES_MAX * LEGS_PER_BULK_MAX + TRANSACTION_OVERHEAD_BYTES_MAX <= TRANSACTION_BYTES_MAX,
    "a full bulk payment fits one transaction"
);
const _: () = assert!(
    TRANSACTION_BYTES_MAX <= BATCH_BYTES_MAX,
    "every transaction fits a batch"
);
const _: () = assert!(
    BATCH_BYTES_MAX as u64 <= LANE_BYTES_PER_BLOCK_MAX,
    "every batch fits one block's share of its lane"
);
const _: () = assert!(
    LANE_BYTES_PER_BLOCK_MAX <= BLOCK_PAYLOAD_BYTES_MAX,
    "one lane's share fits a block"
);
const _: () = assert!(
    LANE_BYTES_PER_BLOCK_MAX <= LANE_WINDOW_BYTES_MAX,
    "the window holds at least one block's share"
);
