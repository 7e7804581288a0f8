//! Random numbers: from the operating system for keys, from a seed for everything that a run should be able to repeat.

use rand::TryRngCore;
use rand::rngs::OsRng;
use sycee_primitives::identifiers::Uetr;

/// 32 bytes of the operating system's randomness.
///
/// # Errors
/// The operating system's refusal.
pub fn os_seed() -> Result<[u8; 32], std::io::Error> {
    let mut seed = [0; 32];
    OsRng
        .try_fill_bytes(&mut seed)
        .map_err(std::io::Error::other)?;
    Ok(seed)
}

/// A repeatable sequence (SplitMix64); fit for choosing loads, unfit for keys.
#[derive(Clone, Debug)]
pub struct Sequence(u64);

impl Sequence {
    /// The sequence of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Sequence {
        Sequence(seed)
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which is above zero; the deviation from uniform is below bound / 2^64.
    pub fn below(&mut self, bound: u64) -> u64 {
        let wide = u128::from(self.draw()) * u128::from(bound);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// Sixteen bytes.
    pub fn bytes(&mut self) -> [u8; 16] {
        let (high, low) = (u128::from(self.draw()), u128::from(self.draw()));
        ((high << 64) | low).to_le_bytes()
    }

    /// A payment's reference.
    pub fn uetr(&mut self) -> Uetr {
        Uetr::from_random(self.bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_bounds_hold() {
        let drawn_from = |seed| {
            let mut sequence = Sequence::new(seed);
            (0..1_000).map(|_| sequence.below(7)).collect::<Vec<_>>()
        };
        assert_eq!(drawn_from(1), drawn_from(1));
        assert_ne!(drawn_from(1), drawn_from(2));
        let drawn = drawn_from(3);
        for number in 0..7 {
            let times = drawn.iter().filter(|it| **it == number).count();
            assert!((90..200).contains(&times), "{number} came {times} times");
        }
        assert!(drawn.iter().all(|number| *number < 7));
    }
}
