//! The tree of a receivable's portions, as text for the terminal and as a picture (SVG).
//!
//! ```text
//!   receivable 7: ...
//!   └─ 0  1,000.00  Supplier A  split
//!      ├─ 1  600.00  Supplier B  live
//!      └─ 2  400.00  Supplier A  live, 100.00 pledged to Bank B
//! ```
//! It knows texts only: amounts and names come ready from whoever asks.

use std::collections::BTreeMap;
use std::fmt::Write;

/// Portions of one picture; more are counted, not drawn.
const DRAWN_MAX: usize = 500;

/// Lengths of the picture, in pixels.
const COLUMN: usize = 300;
const ROW: usize = 58;
const BOX_WIDTH: usize = 260;
const BOX_HEIGHT: usize = 46;
const MARGIN: usize = 24;
const HEAD: usize = 64;

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

    /// The picture: time runs to the right, one column a tier.
    #[must_use]
    pub fn svg(&self) -> String {
        let placed = self.place();
        let drawn = &placed[..placed.len().min(DRAWN_MAX)];
        let deepest = drawn.iter().map(|it| it.depth).max().unwrap_or(0);
        let lowest = drawn.iter().map(|it| it.row).max().unwrap_or(0);
        let hidden = placed.len() - drawn.len();
        let width = (2 * MARGIN + deepest * COLUMN + BOX_WIDTH).max(900);
        let height = HEAD + (lowest / 2 + 1) * ROW + 2 * MARGIN + usize::from(hidden > 0) * ROW;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
             font-family=\"system-ui, sans-serif\">\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
             <text x=\"{MARGIN}\" y=\"40\" font-size=\"16\" font-weight=\"600\" fill=\"#1f2933\">{}</text>\n",
            escape(&self.title)
        );
        for it in drawn {
            if let Some(parent) = it.parent.and_then(|place| drawn.get(place)) {
                edge(&mut svg, parent, it);
            }
        }
        for it in drawn {
            card(&mut svg, it);
        }
        if hidden > 0 {
            let y = height - MARGIN;
            let _never_fails = writeln!(
                svg,
                "<text x=\"{MARGIN}\" y=\"{y}\" font-size=\"13\" fill=\"#52606d\">... and {hidden} more</text>"
            );
        }
        svg.push_str("</svg>\n");
        svg
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

fn corner(it: &Placed<'_>) -> (usize, usize) {
    (MARGIN + it.depth * COLUMN, HEAD + it.row * ROW / 2)
}

fn edge(svg: &mut String, from: &Placed<'_>, to: &Placed<'_>) {
    let ((from_x, from_y), (x2, y2)) = (corner(from), corner(to));
    let (x1, y1, y2) = (
        from_x + BOX_WIDTH,
        from_y + BOX_HEIGHT / 2,
        y2 + BOX_HEIGHT / 2,
    );
    let middle = (x1 + x2) / 2;
    let _never_fails = writeln!(
        svg,
        "<path d=\"M{x1} {y1} C{middle} {y1} {middle} {y2} {x2} {y2}\" fill=\"none\" stroke=\"#9aa5b1\" stroke-width=\"1.5\"/>"
    );
}

fn card(svg: &mut String, it: &Placed<'_>) {
    let (x, y) = corner(it);
    let leaf = it.leaf;
    let (fill, stroke) = match leaf.state.as_str() {
        "live" => ("#e3f8ec", "#2f855a"),
        "paid" => ("#e6f0ff", "#2b6cb0"),
        "cancelled" => ("#fdecea", "#c53030"),
        _ => ("#f5f7fa", "#9aa5b1"),
    };
    let second = if leaf.note.is_empty() {
        leaf.state.clone()
    } else {
        format!("{}, {}", leaf.state, leaf.note)
    };
    let _never_fails = writeln!(
        svg,
        "<rect x=\"{x}\" y=\"{y}\" width=\"{BOX_WIDTH}\" height=\"{BOX_HEIGHT}\" rx=\"6\" fill=\"{fill}\" stroke=\"{stroke}\"/>\n\
         <text x=\"{tx}\" y=\"{y1}\" font-size=\"13\" fill=\"#1f2933\">{first}</text>\n\
         <text x=\"{tx}\" y=\"{y2}\" font-size=\"11\" fill=\"#52606d\">{second}</text>",
        tx = x + 10,
        y1 = y + 19,
        y2 = y + 36,
        first = escape(&cut(
            &format!("{}  {}  {}", leaf.id, leaf.amount, leaf.holder),
            38
        )),
        second = escape(&cut(&second, 46)),
    );
}

/// The first characters of a text that is too long for its box.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let head: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{head}…")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
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
        let mut places: Vec<(usize, usize)> = placed.iter().map(corner).collect();
        places.sort_unstable();
        for pair in places.windows(2) {
            assert!(pair[0].0 != pair[1].0 || pair[1].1 - pair[0].1 >= BOX_HEIGHT);
        }
        assert!(
            tree.lines()
                .last()
                .is_some_and(|it| it.contains("1500 more"))
        );
        assert!(tree.svg().contains("1500 more"));
    }
}
