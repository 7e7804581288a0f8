//! Reproducible random numbers (SplitMix64, Steele, Lea and Flood 2014): the same seed gives the same numbers everywhere.

/// A generator that is its own seed.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// Starts at a seed.
    #[must_use]
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// Any number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, 0 when `bound` is 0. The bias is below `bound` / 2^64.
    pub fn below(&mut self, bound: u64) -> u64 {
        let wide = u128::from(self.draw()) * u128::from(bound);
        u64::try_from(wide >> 64).unwrap_or_default()
    }

    /// A place below `bound`.
    pub fn place(&mut self, bound: usize) -> usize {
        usize::try_from(self.below(bound as u64)).unwrap_or_default()
    }

    /// A number of [0, 1).
    pub fn unit(&mut self) -> f64 {
        const STEPS: f64 = 9_007_199_254_740_992.0;
        let high = u32::try_from(self.draw() >> 38).unwrap_or_default();
        let low = u32::try_from(self.draw() >> 37).unwrap_or_default();
        (f64::from(high) * 134_217_728.0 + f64::from(low)) / STEPS
    }

    /// A standard normal number (Box and Muller 1958).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// A place drawn in proportion to `weights`, given as their running sums.
    pub fn weighted(&mut self, running: &[f64]) -> usize {
        let total = running.last().copied().unwrap_or_default();
        let drawn = self.unit() * total;
        running
            .partition_point(|sum| *sum <= drawn)
            .min(running.len().saturating_sub(1))
    }
}
