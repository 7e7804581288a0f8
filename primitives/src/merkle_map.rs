//! A Merkle tree over a map from hashes to hashes, which proves what is in it and what is not.
//!
//! ```text
//!   root = H(node | "map" | count | top)
//!
//!   top of no key       zero hash                             key bits, most significant first, lead down
//!   top of one key      H(leaf | key | value)                 a key stands where its path is its own: about log2(n) levels
//!   top of more         node(top of bit 0, top of bit 1)
//! ```
//! The root is a function of the content alone: the order of updates leaves no trace. Keys are hashes, so paths are short by chance; who
//! wants to make one path `k` levels longer must try 2^k keys.
//!
//! In memory the tree is a burst trie: sorted buckets of at most 16 entries under branches of 16 children (4 levels of the tree each);
//! only buckets and branches keep their top. Values change, keys never leave: a registry forgets nothing.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::{Hash, domain::Domain, merkle};

/// Entries of one bucket; one more makes it a branch.
const BUCKET_ENTRIES_MAX: usize = 16;

/// Levels of the binary tree that one branch stands for.
const BRANCH_LEVELS: usize = 4;

/// Siblings a proof may have: one for each bit of a key.
pub const MAP_SIBLINGS_MAX: usize = 256;

/// Top of a subtree: its hash, and whether it holds none, one or more keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Top {
    Empty,
    Single(Hash),
    Many(Hash),
}

impl Top {
    fn hash(self) -> Hash {
        match self {
            Top::Empty => Hash::ZERO,
            Top::Single(hash) | Top::Many(hash) => hash,
        }
    }

    fn join(left: Top, right: Top) -> Top {
        match (left, right) {
            (Top::Empty, Top::Empty) => Top::Empty,
            (Top::Single(hash), Top::Empty) | (Top::Empty, Top::Single(hash)) => Top::Single(hash),
            (Top::Many(_) | Top::Single(_), Top::Many(_) | Top::Single(_))
            | (Top::Many(_), Top::Empty)
            | (Top::Empty, Top::Many(_)) => Top::Many(merkle::node(&left.hash(), &right.hash())),
        }
    }
}

/// One key with its value.
#[derive(Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct MapEntry {
    /// Where it stands.
    pub key: Hash,
    /// What stands there.
    pub value: Hash,
}

impl MapEntry {
    fn top(&self) -> Hash {
        Domain::MerkleLeaf.hash(&[b"map", &self.key.0, &self.value.0])
    }
}

/// Bit `depth` of a key, most significant first.
fn bit(key: &Hash, depth: usize) -> bool {
    key.0[depth / 8] >> (7 - depth % 8) & 1 == 1
}

/// The child of a branch at `depth` (a multiple of [`BRANCH_LEVELS`]) that a key belongs to.
fn child_of(key: &Hash, depth: usize) -> usize {
    let byte = key.0[depth / 8];
    usize::from(if depth.is_multiple_of(8) {
        byte >> 4
    } else {
        byte & 15
    })
}

#[derive(Clone, Debug)]
enum Node {
    /// At most [`BUCKET_ENTRIES_MAX`] entries, ascending by key.
    Bucket { entries: Vec<MapEntry> },
    /// One child for each value of the next four bits; `top` is `None` while it is out of date.
    Branch(Box<Branch>),
}

#[derive(Clone, Debug)]
struct Branch {
    children: Vec<Node>,
    /// Top of each child as of the last update.
    tops: [Top; 16],
    stale: u16,
    top: Top,
}

const EMPTY: Node = Node::Bucket {
    entries: Vec::new(),
};

/// Top over entries that share their first `depth` bits, ascending by key.
fn top_of(entries: &[MapEntry], depth: usize) -> Top {
    match entries {
        [] => Top::Empty,
        [one] => Top::Single(one.top()),
        more => {
            let right = more.partition_point(|entry| !bit(&entry.key, depth));
            let (left, right) = more.split_at(right);
            Top::join(top_of(left, depth + 1), top_of(right, depth + 1))
        }
    }
}

/// The four levels above 16 tops, the widest first.
fn levels_above(tops: &[Top; 16]) -> [Vec<Top>; BRANCH_LEVELS] {
    let join = |below: &[Top]| -> Vec<Top> {
        below
            .chunks_exact(2)
            .map(|pair| Top::join(pair[0], pair[1]))
            .collect()
    };
    let eight = join(tops);
    let four = join(&eight);
    let two = join(&four);
    let one = join(&two);
    [eight, four, two, one]
}

impl Node {
    /// Puts an entry; answers whether its key is new. Tops on its path become stale.
    fn put(&mut self, entry: MapEntry, depth: usize) -> bool {
        match self {
            Node::Branch(branch) => {
                let child = child_of(&entry.key, depth);
                branch.stale |= 1 << child;
                branch.children[child].put(entry, depth + BRANCH_LEVELS)
            }
            Node::Bucket { entries } => {
                match entries.binary_search_by(|other| other.key.cmp(&entry.key)) {
                    Ok(place) => {
                        entries[place].value = entry.value;
                        false
                    }
                    Err(place) => {
                        if entries.len() == entries.capacity() {
                            // Exact room: buckets are many and small, doubling would cost more than it spares.
                            entries.reserve_exact(2);
                        }
                        entries.insert(place, entry);
                        if entries.len() > BUCKET_ENTRIES_MAX {
                            self.burst(depth);
                        }
                        true
                    }
                }
            }
        }
    }

    /// Turns a full bucket into a branch of smaller ones.
    fn burst(&mut self, depth: usize) {
        let Node::Bucket { entries } = std::mem::replace(self, EMPTY) else {
            return;
        };
        let mut children = vec![EMPTY; 16];
        for entry in entries {
            children[child_of(&entry.key, depth)].put(entry, depth + BRANCH_LEVELS);
        }
        *self = Node::Branch(Box::new(Branch {
            children,
            tops: [Top::Empty; 16],
            stale: u16::MAX,
            top: Top::Empty,
        }));
    }

    /// Its top, after hashing what is stale.
    fn refresh(&mut self, depth: usize) -> Top {
        match self {
            Node::Bucket { entries } => top_of(entries, depth),
            Node::Branch(branch) => {
                for child in 0..16 {
                    if branch.stale >> child & 1 == 1 {
                        branch.tops[child] = branch.children[child].refresh(depth + BRANCH_LEVELS);
                    }
                }
                if branch.stale != 0 {
                    branch.stale = 0;
                    let [_, _, _, top] = levels_above(&branch.tops);
                    branch.top = top[0];
                }
                branch.top
            }
        }
    }

    /// Any entry below; the one that there is when there is one.
    fn first(&self) -> Option<&MapEntry> {
        match self {
            Node::Bucket { entries } => entries.first(),
            Node::Branch(branch) => branch.children.iter().find_map(Node::first),
        }
    }
}

/// The map with its tree; see the module.
#[derive(Clone, Debug)]
pub struct MapTree {
    root: Node,
    top: Top,
    count: u64,
}

impl Default for MapTree {
    fn default() -> MapTree {
        MapTree {
            root: EMPTY,
            top: Top::Empty,
            count: 0,
        }
    }
}

fn bind(count: u64, top: &Hash) -> Hash {
    Domain::MerkleNode.hash(&[b"map", &count.to_le_bytes(), &top.0])
}

impl MapTree {
    /// An empty map.
    #[must_use]
    pub fn new() -> MapTree {
        MapTree::default()
    }

    /// Sets values of keys, in any order; of several for one key the last stays. Hashes each changed path once.
    pub fn update(&mut self, changes: impl IntoIterator<Item = MapEntry>) {
        for entry in changes {
            self.count += u64::from(self.root.put(entry, 0));
        }
        self.top = self.root.refresh(0);
    }

    /// Number of keys.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Commitment to all keys, their values and their number.
    #[must_use]
    pub fn root(&self) -> Hash {
        bind(self.count, &self.top.hash())
    }

    /// What stands at a key.
    #[must_use]
    pub fn get(&self, key: &Hash) -> Option<Hash> {
        let (mut node, mut depth) = (&self.root, 0);
        loop {
            match node {
                Node::Branch(branch) => {
                    node = &branch.children[child_of(key, depth)];
                    depth += BRANCH_LEVELS;
                }
                Node::Bucket { entries } => {
                    let place = entries.binary_search_by(|entry| entry.key.cmp(key)).ok()?;
                    return Some(entries[place].value);
                }
            }
        }
    }

    /// Shows what stands at a key, or that nothing does.
    #[must_use]
    pub fn prove(&self, key: &Hash) -> MapProof {
        let mut siblings = Vec::new();
        let found = walk(&self.root, self.top, key, &mut siblings);
        MapProof {
            count: self.count,
            siblings,
            found,
        }
    }
}

/// Collects the siblings on the way to a key and answers the entry that the way ends at.
fn walk(root: &Node, top: Top, key: &Hash, siblings: &mut Vec<Hash>) -> Option<MapEntry> {
    let (mut node, mut depth, mut top) = (root, 0, top);
    loop {
        match (node, top) {
            (_, Top::Empty) => return None,
            (_, Top::Single(_)) => return node.first().copied(),
            (Node::Bucket { entries }, Top::Many(_)) => {
                return walk_bucket(entries, depth, key, siblings);
            }
            (Node::Branch(branch), Top::Many(_)) => {
                let child = child_of(key, depth);
                let [eight, four, two, _] = levels_above(&branch.tops);
                let levels: [&[Top]; BRANCH_LEVELS] = [&two, &four, &eight, &branch.tops];
                for (level, tops) in levels.into_iter().enumerate() {
                    let place = child >> (BRANCH_LEVELS - 1 - level);
                    siblings.push(tops[place ^ 1].hash());
                    top = tops[place];
                    match top {
                        Top::Empty => return None,
                        Top::Single(_) => {
                            let width = 1 << (BRANCH_LEVELS - 1 - level);
                            let group = &branch.children[place * width..(place + 1) * width];
                            return group.iter().find_map(Node::first).copied();
                        }
                        Top::Many(_) => {}
                    }
                }
                node = &branch.children[child];
                depth += BRANCH_LEVELS;
            }
        }
    }
}

fn walk_bucket(
    entries: &[MapEntry],
    depth: usize,
    key: &Hash,
    siblings: &mut Vec<Hash>,
) -> Option<MapEntry> {
    let (mut entries, mut depth) = (entries, depth);
    while entries.len() > 1 {
        let right = entries.partition_point(|entry| !bit(&entry.key, depth));
        let (left, right) = entries.split_at(right);
        let (mine, other) = if bit(key, depth) {
            (right, left)
        } else {
            (left, right)
        };
        siblings.push(top_of(other, depth + 1).hash());
        entries = mine;
        depth += 1;
    }
    entries.first().copied()
}

/// Shows what a map holds at a key, or that it holds nothing there.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct MapProof {
    /// Number of keys of the map.
    pub count: u64,
    /// Siblings from the top downwards.
    pub siblings: Vec<Hash>,
    /// The entry at the end of the key's path: the key's own, another's that stands in its way, or none.
    pub found: Option<MapEntry>,
}

/// What a valid proof says about a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Membership {
    /// The map holds this value at the key.
    Present(Hash),
    /// The map does not hold the key.
    Absent,
}

impl MapProof {
    /// What this proves about `key` under `root`; `None` when it proves nothing.
    #[must_use]
    pub fn verify(&self, key: &Hash, root: &Hash) -> Option<Membership> {
        if self.siblings.len() > MAP_SIBLINGS_MAX {
            return None;
        }
        let shares_path = |entry: &MapEntry| {
            (0..self.siblings.len()).all(|depth| bit(&entry.key, depth) == bit(key, depth))
        };
        let (mut hash, membership) = match &self.found {
            None => (Hash::ZERO, Membership::Absent),
            Some(entry) if entry.key == *key => (entry.top(), Membership::Present(entry.value)),
            Some(entry) if shares_path(entry) => (entry.top(), Membership::Absent),
            Some(_) => return None,
        };
        for (depth, sibling) in self.siblings.iter().enumerate().rev() {
            hash = if bit(key, depth) {
                merkle::node(sibling, &hash)
            } else {
                merkle::node(&hash, sibling)
            };
        }
        (bind(self.count, &hash) == *root).then_some(membership)
    }
}

#[cfg(test)]
mod tests;
