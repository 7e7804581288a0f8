//! Seeded dice: splitmix64. The only source of chance in a run, so that a plan replays to the bit.

/// A stream of dice.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The stream of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// A stream of its own for one purpose, so that drawing more for one thing does not change another.
    #[must_use]
    pub fn fork(&self, label: u64) -> Random {
        let mut child = Random(self.0 ^ label.wrapping_mul(0xA24B_AED4_963E_E407));
        child.next();
        Random(child.next())
    }

    /// 64 bits.
    #[allow(
        clippy::should_implement_trait,
        reason = "it never ends, so it is no iterator"
    )]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 when the bound is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        let wide = u128::from(self.next()) * u128::from(bound);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A number with `low <= number <= high`.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low).saturating_add(1))
    }

    /// True `permille` times in a thousand.
    pub fn chance(&mut self, permille: u64) -> bool {
        permille > 0 && self.below(1_000) < permille
    }

    /// One of these.
    ///
    /// # Panics
    /// When there is none.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.place(from.len())]
    }

    /// A place in a list of this length.
    pub fn place(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or(0)
    }

    /// So many of the numbers below `bound`, ascending.
    pub fn some_of(&mut self, bound: u16, count: usize) -> Vec<u16> {
        let mut all: Vec<u16> = (0..bound).collect();
        while all.len() > count {
            let gone = self.place(all.len());
            all.remove(gone);
        }
        all
    }
}
