//! Identifiers that are not yet on disk, in order of use.
//!
//! ```text
//!   order:   h7 h7 h8 | h8 h9      taken: rows of these were given to storage; the rest is new
//!            '--taken-'
//!   written(8): h7 h7 h8 leave, the table on disk answers for them
//! ```
//! Nothing leaves that was not taken, so an identifier is always in one of the two places.

use std::collections::{BTreeMap, VecDeque};

use sycee_primitives::Height;

#[derive(Clone, Debug)]
pub(super) struct Overlay<K, V> {
    rows: BTreeMap<K, V>,
    order: VecDeque<(Height, K)>,
    taken: usize,
    /// Used ever, on disk or not.
    total: u64,
}

impl<K, V> Default for Overlay<K, V> {
    fn default() -> Self {
        Overlay {
            rows: BTreeMap::new(),
            order: VecDeque::new(),
            taken: 0,
            total: 0,
        }
    }
}

impl<K: Ord + Copy, V: Copy> Overlay<K, V> {
    pub(super) fn get(&self, key: &K) -> Option<V> {
        self.rows.get(key).copied()
    }

    /// Adds a row that is neither here nor on disk.
    pub(super) fn add(&mut self, height: Height, key: K, value: V) {
        let before = self.rows.insert(key, value);
        assert!(before.is_none(), "an identifier is used once");
        self.order.push_back((height, key));
        self.total += 1;
    }

    /// Rows that were not taken yet.
    pub(super) fn new_rows(&self) -> usize {
        self.order.len() - self.taken
    }

    pub(super) fn take(&mut self) -> Vec<(K, V)> {
        let rows = self.order.iter().skip(self.taken);
        let rows = rows
            .filter_map(|(_, key)| Some((*key, self.get(key)?)))
            .collect();
        self.taken = self.order.len();
        rows
    }

    /// Forgets taken rows up to a height.
    pub(super) fn written(&mut self, through: Height) {
        while self.taken > 0
            && let Some((height, key)) = self.order.front()
            && *height <= through
        {
            self.rows.remove(key);
            self.order.pop_front();
            self.taken -= 1;
        }
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// Continues a count after a restore.
    pub(super) fn count_from(&mut self, total: u64) {
        self.total = total;
    }
}
