//! One number for everything that happened: two runs of a plan must end with the same.
//!
//! Fast and not cryptographic: nobody attacks it, and it is on the way of every event.

const A: u64 = 0x9FB2_1C65_1E98_DF25;
const B: u64 = 0xD6E8_FEB8_6659_FD93;

fn fold(x: u64, y: u64) -> u64 {
    let wide = u128::from(x) * u128::from(y);
    let low = u64::try_from(wide & u128::from(u64::MAX)).unwrap_or(0);
    low ^ u64::try_from(wide >> 64).unwrap_or(0)
}

/// 64 bits of these bytes.
#[must_use]
pub fn hash_bytes(bytes: &[u8]) -> u64 {
    let mut state = A ^ bytes.len() as u64;
    let mut chunks = bytes.chunks_exact(16);
    for chunk in &mut chunks {
        let (left, right) = chunk.split_at(8);
        state = fold(word(left) ^ A ^ state, word(right) ^ B);
    }
    let rest = chunks.remainder();
    let (left, right) = rest.split_at(rest.len().min(8));
    fold(state ^ word(left), B ^ word(right).wrapping_add(state))
}

fn word(bytes: &[u8]) -> u64 {
    let mut padded = [0; 8];
    padded[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(padded)
}

/// The running number, 128 bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Auditor(u64, u64);

impl Auditor {
    /// Takes a number in.
    pub fn take(&mut self, number: u64) {
        self.0 = fold(self.0 ^ number ^ A, B);
        self.1 = self
            .1
            .rotate_left(23)
            .wrapping_add(number ^ self.0)
            .wrapping_mul(A | 1);
    }

    /// Takes an event in: when, at which node, which kind, about what.
    pub fn event(&mut self, time: u64, node: usize, kind: u64, about: u64) {
        self.take(time);
        self.take((node as u64) << 32 | kind);
        self.take(about);
    }

    /// As 32 hexadecimal digits.
    #[must_use]
    pub fn hex(&self) -> String {
        format!("{:016x}{:016x}", self.0, self.1)
    }
}
