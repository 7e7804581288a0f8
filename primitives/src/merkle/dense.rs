//! The tree over a table's row index: every node in memory, only what changed is hashed.
//!
//! ```text
//!   stage(rows of a block) ─▶ nodes as they are now ──update──▶ the table as committed: root, proofs, stretches
//!                          └▶ replaced: what stood there when last committed ──▲ read first, until then
//! ```
//! Rows may be staged as they change, so that a commitment to many of them does not have to hash all at once.

use crate::Hash;

use super::{
    InclusionProof, ListTree, StateTree, Stretches, bind, depth, empty_at, node, stretches,
};

/// Stagings whose replaced nodes are kept apart; more are merged.
const STAGINGS_MAX: usize = 64;

/// A node by height and place, and what stood there.
type Replaced = ((usize, usize), Hash);

/// Binary Merkle tree over a table's row index, all levels in memory: 64 bytes a row.
#[derive(Clone, Debug, Default)]
pub struct DenseTree {
    /// Rows as committed.
    rows: u64,
    /// `levels[0]` holds the rows padded with zero hashes to a power of two; each next level is half as long.
    levels: Vec<Vec<Hash>>,
    /// What each staging since the last commitment replaced, ascending: of a node that several replaced, the first one tells.
    replaced: Vec<Vec<Replaced>>,
    /// Rows with those staged.
    staged_rows: u64,
}

impl DenseTree {
    /// An empty table.
    #[must_use]
    pub fn new() -> DenseTree {
        DenseTree::default()
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Enters the hashes of rows (strictly ascending by row, without gaps beyond the end) that the next [`StateTree::update`] commits
    /// to; root and proofs stay those of the last one until then.
    pub fn stage(&mut self, changes: &[(u64, Hash)]) {
        let mut replaced = Vec::new();
        self.enter(changes, |node, before| replaced.push((node, before)));
        self.keep(replaced);
    }

    /// Hash of a row as committed; `None` beyond the end.
    #[must_use]
    pub fn leaf(&self, row: u64) -> Option<Hash> {
        let row = usize::try_from(row).ok().filter(|_| row < self.rows)?;
        self.committed(0, row)
    }

    /// What proves stretches of the table as committed: one hash for every 2^`bits` rows is copied.
    #[must_use]
    pub fn stretches(&self, bits: u32) -> Stretches {
        let depth = depth(self.rows);
        let height = bits.min(depth);
        let count = usize::try_from(stretches(self.rows, bits)).unwrap_or(usize::MAX);
        let tops: Vec<Hash> = (0..count)
            .map_while(|place| self.committed(height as usize, place))
            .collect();
        Stretches {
            rows: self.rows,
            bits,
            upper: ListTree::over(tops, depth - height, empty_at(height)),
        }
    }

    /// The node as committed; `None` beyond the level's end.
    fn committed(&self, height: usize, place: usize) -> Option<Hash> {
        let now = self.levels.get(height)?.get(place)?;
        let before = self.replaced.iter().find_map(|replaced| {
            let found = replaced.binary_search_by_key(&(height, place), |(node, _)| *node);
            replaced.get(found.ok()?).map(|(_, before)| *before)
        });
        Some(before.unwrap_or(*now))
    }

    fn keep(&mut self, replaced: Vec<Replaced>) {
        self.replaced.push(replaced);
        if self.replaced.len() > STAGINGS_MAX {
            let mut merged = std::mem::take(&mut self.replaced).concat();
            // The sort is stable, so the first staging stays first.
            merged.sort_by_key(|(node, _)| *node);
            merged.dedup_by_key(|(node, _)| *node);
            self.replaced.push(merged);
        }
    }

    fn capacity(&self) -> usize {
        self.levels.first().map_or(0, Vec::len)
    }

    /// Doubles the table until `rows` fit; inner nodes over empty rows are computed like all others.
    fn grow(&mut self, rows: usize) {
        if rows <= self.capacity() {
            return;
        }
        let mut level = self.levels.first().cloned().unwrap_or_default();
        level.resize(rows.next_power_of_two(), Hash::ZERO);
        self.levels = vec![level];
        while let Some(last) = self.levels.last().filter(|level| level.len() > 1) {
            let mut above = Above::default();
            let next = last
                .chunks_exact(2)
                .map(|pair| above.node(&pair[0], &pair[1]))
                .collect();
            self.levels.push(next);
        }
    }

    fn enter(&mut self, changes: &[(u64, Hash)], mut replaces: impl FnMut((usize, usize), Hash)) {
        let Some((last, _)) = changes.last() else {
            return;
        };
        self.staged_rows = self.staged_rows.max(last + 1);
        self.grow(usize::try_from(self.staged_rows).unwrap_or(usize::MAX));
        let mut dirty: Vec<usize> = Vec::with_capacity(changes.len());
        for (row, hash) in changes {
            let row = usize::try_from(*row).unwrap_or(usize::MAX);
            let before = std::mem::replace(&mut self.levels[0][row], *hash);
            replaces((0, row), before);
            dirty.push(row);
        }
        for height in 1..self.levels.len() {
            for place in &mut dirty {
                *place /= 2;
            }
            dirty.dedup();
            let (below, above) = self.levels.split_at_mut(height);
            let (children, parents) = (&below[height - 1], &mut above[0]);
            let mut above = Above::default();
            for place in &dirty {
                let now = above.node(&children[2 * place], &children[2 * place + 1]);
                let before = std::mem::replace(&mut parents[*place], now);
                replaces((height, *place), before);
            }
        }
    }
}

/// Inner nodes of one level from left to right: neighbours over the same rows, as in an empty table, are computed once.
#[derive(Default)]
struct Above {
    last: Option<(Hash, Hash, Hash)>,
}

impl Above {
    fn node(&mut self, left: &Hash, right: &Hash) -> Hash {
        match &self.last {
            Some((known_left, known_right, known))
                if (known_left, known_right) == (left, right) =>
            {
                *known
            }
            Some(_) | None => {
                let above = node(left, right);
                self.last = Some((*left, *right, above));
                above
            }
        }
    }
}

impl StateTree for DenseTree {
    fn update(&mut self, changes: &[(u64, Hash)]) {
        self.enter(changes, |_, _| {});
        self.replaced = Vec::new();
        self.rows = self.staged_rows;
    }

    fn root(&self) -> Hash {
        let top = self.committed(depth(self.rows) as usize, 0);
        bind(self.rows, &top.unwrap_or(Hash::ZERO))
    }

    fn prove(&self, row: u64) -> Option<InclusionProof> {
        if row >= self.rows {
            return None;
        }
        let mut place = usize::try_from(row).ok()?;
        let mut siblings = Vec::new();
        for height in 0..depth(self.rows) as usize {
            siblings.push(self.committed(height, place ^ 1)?);
            place /= 2;
        }
        Some(InclusionProof {
            index: row,
            rows: self.rows,
            siblings,
        })
    }
}
