//! The picture of a tree of portions: a card a portion, one column a tier, bands as wide as what flows through them.
//!
//! ```text
//!   receivable 7
//!   Eastern Motor Works owes ...
//!   ┌───────────────────┐        ┌───────────────────┐
//!   │▌1,000.00   divided│━━━━━━━━│▌600.00        live│
//!   │▌Supplier A      #0│ ━━┓    │▌Supplier B      #1│
//!   └───────────────────┘   ┗━━  │▌100.00 pledged ...│
//! ```
//! Only integers: places are pixels, widths of texts are bounded by characters, so that no text leaves its card whatever font is there.

use std::fmt::Write;

use super::{DRAWN_MAX, Leaf, Placed, Tree};

/// Lengths, in pixels.
const COLUMN: usize = 348;
const ROW: usize = 94;
const CARD_WIDTH: usize = 276;
pub(super) const CARD_HEIGHT: usize = 78;
const MARGIN: usize = 32;
const HEAD: usize = 100;
const FOOT: usize = 64;

/// Widest and narrowest band between two cards.
const BAND_MAX: usize = 22;
const BAND_MIN: usize = 2;

/// What a card of a state looks like: its word, what fills it, what colours its edge and word.
struct Look {
    word: &'static str,
    fill: &'static str,
    ink: &'static str,
}

const LOOKS: [(&str, Look); 4] = [
    (
        "live",
        Look {
            word: "live",
            fill: "#f0faf4",
            ink: "#1f7a4d",
        },
    ),
    (
        "paid",
        Look {
            word: "paid",
            fill: "#eff5fd",
            ink: "#2563a8",
        },
    ),
    (
        "split",
        Look {
            word: "divided",
            fill: "#f7f8fa",
            ink: "#7b8794",
        },
    ),
    (
        "cancelled",
        Look {
            word: "given up",
            fill: "#fdf3f2",
            ink: "#b23b34",
        },
    ),
];

fn look(state: &str) -> &'static Look {
    let known = LOOKS.iter().find(|(name, _)| *name == state);
    known.map_or(&LOOKS[2].1, |(_, look)| look)
}

impl Tree {
    /// The picture: time runs to the right, one column a tier.
    #[must_use]
    pub fn svg(&self) -> String {
        let placed = self.place();
        let drawn = &placed[..placed.len().min(DRAWN_MAX)];
        let deepest = drawn.iter().map(|it| it.depth).max().unwrap_or(0);
        let lowest = drawn.iter().map(|it| it.row).max().unwrap_or(0);
        let hidden = placed.len() - drawn.len();
        let (heading, rest) = self
            .title
            .split_once(": ")
            .unwrap_or((self.title.as_str(), ""));
        let cards = 2 * MARGIN + deepest * COLUMN + CARD_WIDTH;
        let width = cards.max(2 * MARGIN + breadth(rest, 14)).max(720);
        let height = HEAD + lowest * ROW / 2 + ROW + FOOT;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
             font-family=\"system-ui, 'Segoe UI', 'Noto Sans', 'PingFang SC', 'DejaVu Sans', sans-serif\">\n\
             <title>{title}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
            title = escape(&self.title)
        );
        text(
            &mut svg,
            (MARGIN, 44),
            "font-size=\"22\" font-weight=\"700\" fill=\"#1b2733\"",
            heading,
        );
        text(
            &mut svg,
            (MARGIN, 70),
            "font-size=\"14\" fill=\"#5b6875\"",
            rest,
        );
        bands(&mut svg, drawn);
        for it in drawn {
            card(&mut svg, it);
        }
        legend(&mut svg, drawn, hidden, height - FOOT / 2 + 6);
        svg.push_str("</svg>\n");
        svg
    }
}

/// The upper left corner of a card.
pub(super) fn corner(it: &Placed<'_>) -> (usize, usize) {
    (MARGIN + it.depth * COLUMN, HEAD + it.row * ROW / 2)
}

/// An amount's digits as a number of its smallest units, for comparing.
fn units(amount: &str) -> u128 {
    let digits = amount.chars().filter_map(|letter| letter.to_digit(10));
    digits.fold(0_u128, |sum, digit| {
        sum.saturating_mul(10).saturating_add(u128::from(digit))
    })
}

/// How wide the band from a portion to one of its parts is: in proportion to the part.
fn thickness(whole: &str, part: &str) -> usize {
    let (whole, part) = (units(whole).max(1), units(part));
    let share = part.min(whole).saturating_mul(BAND_MAX as u128) / whole;
    usize::try_from(share)
        .unwrap_or(BAND_MIN)
        .clamp(BAND_MIN, BAND_MAX)
}

/// Bands leave a card beside one another, as they came out of it.
fn bands(svg: &mut String, drawn: &[Placed<'_>]) {
    let wide = |it: &Placed<'_>| {
        let from = it.parent.and_then(|place| drawn.get(place));
        from.map_or(0, |from| thickness(&from.leaf.amount, &it.leaf.amount))
    };
    let mut leaving = vec![0; drawn.len()];
    for it in drawn {
        if let Some(all) = it.parent.and_then(|place| leaving.get_mut(place)) {
            *all += wide(it);
        }
    }
    // A portion in very many parts has more band than edge: the rest leaves at its lower corner.
    let mut next: Vec<usize> = leaving
        .iter()
        .map(|all| (CARD_HEIGHT / 2).saturating_sub(all / 2))
        .collect();
    for it in drawn {
        let Some(place) = it.parent.filter(|place| *place < drawn.len()) else {
            continue;
        };
        let offset = (next[place] + wide(it) / 2).min(CARD_HEIGHT - BAND_MIN);
        next[place] += wide(it);
        band(svg, &drawn[place], it, (offset, wide(it)));
    }
}

fn band(svg: &mut String, from: &Placed<'_>, to: &Placed<'_>, (offset, wide): (usize, usize)) {
    let ((from_x, from_y), (x2, to_y)) = (corner(from), corner(to));
    let (x1, y1, y2) = (from_x + CARD_WIDTH, from_y + offset, to_y + CARD_HEIGHT / 2);
    let middle = (x1 + x2) / 2;
    let ink = look(&to.leaf.state).ink;
    let _never_fails = writeln!(
        svg,
        "<path d=\"M{x1} {y1} C{middle} {y1} {middle} {y2} {x2} {y2}\" fill=\"none\" stroke=\"{ink}\" stroke-opacity=\"0.28\" \
         stroke-width=\"{wide}\"/>"
    );
}

fn card(svg: &mut String, it: &Placed<'_>) {
    let (x, y) = corner(it);
    let Leaf {
        id,
        holder,
        amount,
        state,
        note,
        ..
    } = it.leaf;
    let Look { word, fill, ink } = look(state);
    let _never_fails = writeln!(
        svg,
        "<rect x=\"{x}\" y=\"{y}\" width=\"{CARD_WIDTH}\" height=\"{CARD_HEIGHT}\" rx=\"8\" fill=\"{fill}\" stroke=\"{ink}\" \
         stroke-opacity=\"0.45\"/>\n<rect x=\"{x}\" y=\"{bar}\" width=\"4\" height=\"{tall}\" rx=\"2\" fill=\"{ink}\"/>",
        bar = y + 10,
        tall = CARD_HEIGHT - 20,
    );
    let (left, right, inner) = (x + 16, x + CARD_WIDTH - 12, CARD_WIDTH - 28);
    text(
        svg,
        (left, y + 24),
        "font-size=\"15\" font-weight=\"700\" fill=\"#1b2733\"",
        &cut(amount, 15, inner - breadth(word, 11) - 8),
    );
    let end = "text-anchor=\"end\" font-size=\"11\"";
    let strong = format!("{end} font-weight=\"600\" fill=\"{ink}\"");
    text(svg, (right, y + 23), &strong, word);
    let number = format!("#{id}");
    text(
        svg,
        (left, y + 43),
        "font-size=\"13\" fill=\"#36424f\"",
        &cut(holder, 13, inner - breadth(&number, 11) - 8),
    );
    text(
        svg,
        (right, y + 43),
        &format!("{end} fill=\"#9aa5b1\""),
        &number,
    );
    let (first, second) = two_lines(note, 10, inner);
    let small = "font-size=\"10\" fill=\"#5b6875\"";
    text(svg, (left, y + 59), small, &cut(first, 10, inner));
    text(svg, (left, y + 71), small, &cut(second, 10, inner));
}

/// A note in two lines: as many of its parts as fit into the first, the rest in the second.
fn two_lines(note: &str, size: usize, most: usize) -> (&str, &str) {
    let ends = note.match_indices(", ").map(|(place, _)| place);
    let fits = |end: &usize| breadth(&note[..*end], size) <= most;
    if fits(&note.len()) {
        return (note, "");
    }
    let end = ends.take_while(fits).last();
    end.map_or((note, ""), |end| (&note[..end], &note[end + 2..]))
}

/// The words of the states that are there, and how much is not drawn.
fn legend(svg: &mut String, drawn: &[Placed<'_>], hidden: usize, y: usize) {
    let mut x = MARGIN;
    for (state, Look { word, ink, .. }) in &LOOKS {
        if !drawn.iter().any(|it| it.leaf.state == *state) {
            continue;
        }
        let _never_fails = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"{bar}\" width=\"12\" height=\"12\" rx=\"3\" fill=\"{ink}\"/>",
            bar = y - 10
        );
        let style = "font-size=\"12\" fill=\"#5b6875\"";
        text(svg, (x + 18, y), style, word);
        x += 18 + breadth(word, 12) + 22;
    }
    if hidden > 0 {
        let style = "font-size=\"12\" fill=\"#5b6875\"";
        text(svg, (x, y), style, &format!("... and {hidden} more"));
    }
}

fn text(svg: &mut String, (x, y): (usize, usize), style: &str, what: &str) {
    if !what.is_empty() {
        let what = escape(what);
        let _never_fails = writeln!(svg, "<text x=\"{x}\" y=\"{y}\" {style}>{what}</text>");
    }
}

/// Ems of a character, in hundredths, at most: wide ones are Chinese, narrow ones are not counted on.
fn hundredths(letter: char) -> usize {
    if letter >= '\u{2E80}' { 100 } else { 68 }
}

/// Pixels that a text of this size takes, at most.
fn breadth(what: &str, size: usize) -> usize {
    let sum: usize = what.chars().map(hundredths).sum();
    (sum * size).div_ceil(100)
}

/// The first characters of a text that is too long for its place.
fn cut(what: &str, size: usize, most: usize) -> String {
    if breadth(what, size) <= most {
        return what.to_owned();
    }
    let mut short = String::new();
    for letter in what.chars() {
        if breadth(&short, size) + hundredths(letter) * size / 100 + size > most {
            break;
        }
        short.push(letter);
    }
    format!("{}…", short.trim_end())
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

    #[test]
    fn bands_are_as_wide_as_their_part_and_never_vanish() {
        let rows = [
            ("1,000.00", "1,000.00", BAND_MAX),
            ("1,000.00", "500.00", BAND_MAX / 2),
            ("1,000.00", "0.01", BAND_MIN),
            ("0.00", "5.00", BAND_MAX),
            ("", "", BAND_MIN),
        ];
        for (whole, part, expected) in rows {
            assert_eq!(thickness(whole, part), expected, "{part} of {whole}");
        }
    }

    #[test]
    fn a_note_goes_on_in_a_second_line_between_its_parts() {
        let rows = [
            ("", ("", "")),
            ("one, two", ("one, two", "")),
            ("first part, second, third", ("first part, second", "third")),
            (
                "averyveryveryverylongword",
                ("averyveryveryverylongword", ""),
            ),
        ];
        for (note, expected) in rows {
            assert_eq!(two_lines(note, 10, 130), expected, "{note}");
        }
    }

    #[test]
    fn a_text_is_cut_to_its_place_in_any_script() {
        assert_eq!(cut("Bank B", 10, 60), "Bank B");
        assert_eq!(cut("Bank of the Long Name", 10, 60), "Bank of…");
        assert_eq!(cut("东方汽车制造有限公司", 10, 60), "东方汽车制…");
        for what in ["", "x", "Bank of the Long Name", "东方汽车制造有限公司"] {
            for most in [20, 60, 100, 400] {
                assert!(breadth(&cut(what, 10, most), 10) <= most, "{what}, {most}");
            }
        }
    }
}
