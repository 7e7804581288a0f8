//! Binary Merkle trees: one shape for lists (payloads, receipts) and for dense tables (accounts).
//!
//! ```text
//!        root = H(node | "count" | rows | top)          5 rows stand in a tree of 8 places;
//!                   top                                 what is empty is the zero hash
//!               /         \
//!             o             o
//!           /   \         /   \
//!          o     o       o     o
//!         0 1   2 3     4 -   - -
//! ```
//! A stretch of rows that fills a subtree is shown whole, by the subtree's top and the siblings above it ([`StretchProof`]).
//!
//! Leaves and inner nodes are hashed in different domains and roots bind the number of rows: no list is a prefix, an extension or an
//! inner node of another with the same root.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::{Hash, domain::Domain};

mod dense;

pub use dense::DenseTree;

/// Hash of one leaf's bytes.
#[must_use]
pub fn leaf(bytes: &[u8]) -> Hash {
    Domain::MerkleLeaf.hash(&[bytes])
}

/// Hash of two children.
#[must_use]
pub fn node(left: &Hash, right: &Hash) -> Hash {
    const TAG: &[u8; 4] = b"node";
    let mut bytes = [0u8; 69];
    bytes[0] = 4;
    bytes[1..5].copy_from_slice(TAG);
    bytes[5..37].copy_from_slice(&left.0);
    bytes[37..].copy_from_slice(&right.0);
    Hash::of(&[&bytes])
}

/// Binds the number of leaves to the top of their tree.
fn bind(count: u64, top: &Hash) -> Hash {
    Domain::MerkleNode.hash(&[b"count", &count.to_le_bytes(), &top.0])
}

/// The next level up; a lone last node is paired with the empty subtree of its height.
fn level_above(level: &[Hash], empty: &Hash) -> Vec<Hash> {
    level
        .chunks(2)
        .map(|pair| node(&pair[0], pair.get(1).unwrap_or(empty)))
        .collect()
}

/// Levels between the rows and the top.
fn depth(rows: u64) -> u32 {
    rows.checked_next_power_of_two()
        .map_or(64, u64::trailing_zeros)
}

/// A list's tree with every level kept: one pass to build, then each proof costs its own length.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ListTree {
    /// The leaves, then each level above them; without the empty subtrees to the right.
    levels: Vec<Vec<Hash>>,
}

impl ListTree {
    /// The tree over these leaf hashes.
    #[must_use]
    pub fn new(leaves: Vec<Hash>) -> ListTree {
        let depth = depth(leaves.len() as u64);
        ListTree::over(leaves, depth, Hash::ZERO)
    }

    /// So many levels over nodes of which missing ones are `empty`.
    fn over(nodes: Vec<Hash>, depth: u32, mut empty: Hash) -> ListTree {
        let mut levels = vec![nodes];
        for height in 0..depth as usize {
            let above = level_above(&levels[height], &empty);
            levels.push(above);
            empty = node(&empty, &empty);
        }
        ListTree { levels }
    }

    fn rows(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }

    /// Root of the list.
    #[must_use]
    pub fn root(&self) -> Hash {
        let top = self.levels.last().and_then(|level| level.first());
        bind(self.rows(), top.unwrap_or(&Hash::ZERO))
    }

    /// Proof for leaf `index`; `None` outside of the list.
    #[must_use]
    pub fn prove(&self, index: usize) -> Option<InclusionProof> {
        let rows = self.rows();
        if index as u64 >= rows {
            return None;
        }
        let (mut siblings, mut empty, mut place) = (Vec::new(), Hash::ZERO, index);
        for level in self.levels.iter().take(depth(rows) as usize) {
            siblings.push(*level.get(place ^ 1).unwrap_or(&empty));
            empty = node(&empty, &empty);
            place /= 2;
        }
        Some(InclusionProof {
            index: index as u64,
            rows,
            siblings,
        })
    }
}

/// Rows in a full stretch of a table whose stretches have height `bits`.
#[must_use]
pub const fn stretch_rows(bits: u32) -> u64 {
    1 << bits
}

/// How many stretches of height `bits` so many rows fill, the last one perhaps in part.
#[must_use]
pub const fn stretches(rows: u64, bits: u32) -> u64 {
    rows.div_ceil(stretch_rows(bits))
}

/// The empty subtree of a height.
fn empty_at(height: u32) -> Hash {
    (0..height).fold(Hash::ZERO, |empty, _| node(&empty, &empty))
}

/// Top of the subtree of a height over these leaf hashes, the last ones of a table perhaps.
fn stretch_top(leaves: Vec<Hash>, height: u32) -> Hash {
    let tree = ListTree::over(leaves, height, Hash::ZERO);
    let top = tree.levels.last().and_then(|level| level.first());
    *top.unwrap_or(&Hash::ZERO)
}

/// The upper part of a table's tree, from the tops of its stretches on: what proves each stretch by itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stretches {
    rows: u64,
    bits: u32,
    upper: ListTree,
}

impl Stretches {
    /// Number of rows of the table.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Height of a stretch.
    #[must_use]
    pub fn bits(&self) -> u32 {
        self.bits
    }

    /// Proof of a stretch; `None` beyond the last.
    #[must_use]
    pub fn prove(&self, stretch: u64) -> Option<StretchProof> {
        if stretch >= stretches(self.rows, self.bits) {
            return None;
        }
        let (mut siblings, mut place) = (Vec::new(), usize::try_from(stretch).ok()?);
        let mut empty = empty_at(self.bits.min(depth(self.rows)));
        let below_top = self.upper.levels.len().saturating_sub(1);
        for level in self.upper.levels.iter().take(below_top) {
            siblings.push(*level.get(place ^ 1).unwrap_or(&empty));
            empty = node(&empty, &empty);
            place /= 2;
        }
        Some(StretchProof {
            rows: self.rows,
            siblings,
        })
    }
}

/// Shows that a stretch of rows stands at its place in a table, all of it and nothing else.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct StretchProof {
    /// Number of rows of the table.
    pub rows: u64,
    /// Siblings from the stretch's level upwards, one a level.
    pub siblings: Vec<Hash>,
}

impl StretchProof {
    /// Whether these leaf hashes are the rows of stretch `stretch` under `expected_root`.
    #[must_use]
    pub fn verify(&self, bits: u32, stretch: u64, leaves: Vec<Hash>, expected_root: &Hash) -> bool {
        if bits >= u64::BITS || stretch >= stretches(self.rows, bits) {
            return false;
        }
        let height = bits.min(depth(self.rows));
        let left = self.rows - stretch * stretch_rows(bits);
        let is_whole = leaves.len() as u64 == left.min(stretch_rows(bits));
        if !is_whole || self.siblings.len() as u64 != u64::from(depth(self.rows) - height) {
            return false;
        }
        let (mut place, mut hash) = (stretch, stretch_top(leaves, height));
        for sibling in &self.siblings {
            hash = if place % 2 == 0 {
                node(&hash, sibling)
            } else {
                node(sibling, &hash)
            };
            place /= 2;
        }
        bind(self.rows, &hash) == *expected_root
    }
}

/// Root of a list of leaf hashes.
#[must_use]
pub fn root(leaves: &[Hash]) -> Hash {
    ListTree::new(leaves.to_vec()).root()
}

/// Shows that one leaf stands at one place of a list or table.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct InclusionProof {
    /// Place of the leaf, from 0.
    pub index: u64,
    /// Number of leaves of the list, or rows of the table.
    pub rows: u64,
    /// Siblings from the leaf's level upwards, one a level.
    pub siblings: Vec<Hash>,
}

impl InclusionProof {
    /// Whether `leaf_hash` stands at `index` under `expected_root`.
    #[must_use]
    pub fn verify(&self, leaf_hash: &Hash, expected_root: &Hash) -> bool {
        if self.index >= self.rows || self.siblings.len() as u64 != u64::from(depth(self.rows)) {
            return false;
        }
        let (mut index, mut hash) = (self.index, *leaf_hash);
        for sibling in &self.siblings {
            hash = if index % 2 == 0 {
                node(&hash, sibling)
            } else {
                node(sibling, &hash)
            };
            index /= 2;
        }
        bind(self.rows, &hash) == *expected_root
    }
}

/// Proof for leaf `index` of a list; `None` outside of it.
#[must_use]
pub fn prove(leaves: &[Hash], index: usize) -> Option<InclusionProof> {
    ListTree::new(leaves.to_vec()).prove(index)
}

/// A commitment to the rows of a table by their index.
///
/// Two stand behind it: [`DenseTree`], which keeps every inner node and pays only for changed rows, and the naive reference of the
/// tests, which computes everything anew.
pub trait StateTree {
    /// Sets the hashes of rows (strictly ascending by row); rows beyond the end extend the table without gaps.
    fn update(&mut self, changes: &[(u64, Hash)]);
    /// Commitment to all rows and their number.
    fn root(&self) -> Hash;
    /// Proof of one row; `None` beyond the end.
    fn prove(&self, row: u64) -> Option<InclusionProof>;
}

#[cfg(test)]
mod tests;
