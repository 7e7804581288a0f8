//! The tree of a receivable's portions, as text for the terminal and as a picture (SVG).
//!
//! ```text
//!   receivable 7: ...
//!   └─ 0  1,000.00  Supplier A  split
//!      ├─ 1  600.00  Supplier B  live
//!      └─ 2  400.00  Supplier A  live, 100.00 pledged to Bank B
//! ```
//! It knows texts only: amounts and names come ready from whoever asks. The picture is drawn in `picture`.

use std::collections::BTreeMap;
use std::fmt::Write;

mod picture;

/// Portions of one picture; more are counted, not drawn.
const DRAWN_MAX: usize = 500;

/// One portion.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Leaf {
    /// Its id.
    pub id: u64,
    /// The portion it was split from.
    pub parent: Option<u64>,
    /// Name of the holder.
    pub holder: String,
    /// Amount, as a decimal.
    pub amount: String,
    /// live, split, paid or cancelled.
    pub state: String,
    /// What else is to be said; may be empty.
    pub note: String,
}

/// A receivable with its portions, in any order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tree {
    /// One line on the whole.
    pub title: String,
    /// The portions.
    pub leaves: Vec<Leaf>,
}

/// A portion at its place in the picture.
struct Placed<'a> {
    leaf: &'a Leaf,
    depth: usize,
    /// Row of its middle, in halves of a row.
    row: usize,
    parent: Option<usize>,
    /// For each level above: whether something follows below there.
    open: Vec<bool>,
}

impl Tree {
    /// Depth first, parts of one portion by id.
    fn place(&self) -> Vec<Placed<'_>> {
        let known: BTreeMap<u64, &Leaf> = self.leaves.iter().map(|leaf| (leaf.id, leaf)).collect();
        let mut parts: BTreeMap<Option<u64>, Vec<&Leaf>> = BTreeMap::new();
        for leaf in known.values() {
            // What was split from a portion that is not shown stands at the top.
            let parent = leaf.parent.filter(|parent| known.contains_key(parent));
            parts.entry(parent).or_default().push(leaf);
        }
        let mut placed: Vec<Placed<'_>> = Vec::new();
        let mut next_row = 0;
        let roots = parts.get(&None).cloned().unwrap_or_default();
        let mut waiting: Vec<(&Leaf, usize, Option<usize>, Vec<bool>)> = Vec::new();
        push(&mut waiting, &roots, 0, None, &[]);
        while let Some((leaf, depth, parent, open)) = waiting.pop() {
            let below = parts.get(&Some(leaf.id)).cloned().unwrap_or_default();
            let place = placed.len();
            let row = next_row;
            if below.is_empty() {
                next_row += 2;
            }
            push(&mut waiting, &below, depth + 1, Some(place), &open);
            placed.push(Placed {
                leaf,
                depth,
                row,
                parent,
                open,
            });
        }
        centre(&mut placed);
        placed
    }

    /// The lines for a terminal.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let placed = self.place();
        let mut lines = vec![self.title.clone()];
        for it in placed.iter().take(DRAWN_MAX) {
            let mut line = String::new();
            let (last, above) = it.open.split_last().unwrap_or((&false, &[]));
            for open in above {
                line.push_str(if *open { "│  " } else { "   " });
            }
            line.push_str(if *last { "├─ " } else { "└─ " });
            let leaf = it.leaf;
            let _never_fails = write!(
                line,
                "{}  {}  {}  {}",
                leaf.id, leaf.amount, leaf.holder, leaf.state
            );
            if !leaf.note.is_empty() {
                line.push_str(", ");
                line.push_str(&leaf.note);
            }
            lines.push(line);
        }
        if let Some(more) = placed.len().checked_sub(DRAWN_MAX).filter(|more| *more > 0) {
            lines.push(format!("   ... and {more} more"));
        }
        lines
    }
}

/// Puts siblings on the stack so that the first comes off first.
fn push<'a>(
    waiting: &mut Vec<(&'a Leaf, usize, Option<usize>, Vec<bool>)>,
    siblings: &[&'a Leaf],
    depth: usize,
    parent: Option<usize>,
    above: &[bool],
) {
    for (place, leaf) in siblings.iter().enumerate().rev() {
        let mut open = above.to_vec();
        open.push(place + 1 < siblings.len());
        waiting.push((leaf, depth, parent, open));
    }
}

/// A portion that was divided stands in the middle between its first and its last part.
fn centre(placed: &mut [Placed<'_>]) {
    let mut span: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for place in (0..placed.len()).rev() {
        if let Some((first, last)) = span.get(&place) {
            placed[place].row = (first + last) / 2;
        }
        let row = placed[place].row;
        if let Some(parent) = placed[place].parent {
            let (first, last) = span.entry(parent).or_insert((row, row));
            (*first, *last) = ((*first).min(row), (*last).max(row));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(id: u64, parent: Option<u64>, note: &str) -> Leaf {
        Leaf {
            id,
            parent,
            holder: format!("Supplier {id} & Sons"),
            amount: "10.00".to_owned(),
            state: "live".to_owned(),
            note: note.to_owned(),
        }
    }

    #[test]
    fn a_tree_is_drawn_depth_first_and_its_lines_join() {
        let tree = Tree {
            title: "receivable 7".to_owned(),
            leaves: vec![
                leaf(0, None, ""),
                leaf(3, Some(1), "1.00 pledged to Bank B"),
                leaf(1, Some(0), ""),
                leaf(2, Some(0), ""),
                leaf(4, Some(1), ""),
            ],
        };
        let expected = "\
receivable 7
└─ 0  10.00  Supplier 0 & Sons  live
   ├─ 1  10.00  Supplier 1 & Sons  live
   │  ├─ 3  10.00  Supplier 3 & Sons  live, 1.00 pledged to Bank B
   │  └─ 4  10.00  Supplier 4 & Sons  live
   └─ 2  10.00  Supplier 2 & Sons  live";
        assert_eq!(tree.lines().join("\n"), expected);
        let svg = tree.svg();
        assert_eq!(svg.matches("<path").count(), 4);
        assert!(svg.contains("Supplier 4 &amp; Sons") && !svg.contains("& Sons"));
    }

    #[test]
    fn no_two_boxes_of_a_picture_overlap_and_a_large_tree_is_cut() {
        let mut leaves = vec![leaf(0, None, "")];
        leaves.extend((1..2_000).map(|id| leaf(id, Some((id - 1) / 3), "")));
        let tree = Tree {
            title: String::new(),
            leaves,
        };
        let placed = tree.place();
        let mut places: Vec<(usize, usize)> = placed.iter().map(picture::corner).collect();
        places.sort_unstable();
        for pair in places.windows(2) {
            assert!(pair[0].0 != pair[1].0 || pair[1].1 - pair[0].1 >= picture::CARD_HEIGHT);
        }
        assert!(
            tree.lines()
                .last()
                .is_some_and(|it| it.contains("1500 more"))
        );
        assert!(tree.svg().contains("1500 more"));
    }
}
