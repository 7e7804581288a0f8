//! The two curves of a simulation as a picture: liquidity across, delay upwards. Text only, no library.

use std::fmt::Write;

use super::{Report, Run, ratio};

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 440.0;
const MARGIN: f64 = 64.0;

/// The picture as SVG.
#[must_use]
pub fn svg(report: &Report) -> String {
    let highest = report
        .levels
        .iter()
        .flat_map(|level| [level.plain.delay, level.saving.delay])
        .fold(0.05_f64, f64::max);
    let most = report.levels.iter().map(|it| it.plain.liquidity).max();
    let most = most.unwrap_or(1).max(1);
    let place = |run: &Run| {
        let x = MARGIN + ratio(run.liquidity, most) * (WIDTH - 2.0 * MARGIN);
        let y = HEIGHT - MARGIN - run.delay / highest * (HEIGHT - 2.0 * MARGIN);
        (x, y)
    };
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>\n"
    );
    let (left, right, bottom) = (MARGIN, WIDTH - MARGIN, HEIGHT - MARGIN);
    let mut line = |part: String| {
        text.push_str(&part);
        text.push('\n');
    };
    line(format!(
        "<path d=\"M{left} {MARGIN}V{bottom}H{right}\" fill=\"none\" stroke=\"#333\"/>"
    ));
    for tenth in (0..=10).step_by(2) {
        let share = f64::from(tenth) / 10.0;
        let x = left + share * (right - left);
        let y = bottom - share * (bottom - MARGIN);
        line(format!(
            "<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{:.0} %</text>",
            bottom + 18.0,
            share * 100.0
        ));
        line(format!(
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{:.2}</text>",
            left - 8.0,
            y + 4.0,
            share * highest
        ));
    }
    let curves: [(&str, &str, fn(&super::Comparison) -> &Run); 2] = [
        ("one by one", "#b5432a", |it| &it.plain),
        ("liquidity saving", "#1f6f8b", |it| &it.saving),
    ];
    for (row, (name, colour, run)) in (0_u8..).zip(curves) {
        let mut path = String::new();
        for level in &report.levels {
            let (x, y) = place(run(level));
            let verb = if path.is_empty() { 'M' } else { 'L' };
            // Writing to a string cannot fail.
            let _written = write!(path, "{verb}{x:.1} {y:.1}");
            line(format!(
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>"
            ));
        }
        line(format!(
            "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>"
        ));
        let y = MARGIN + 18.0 * f64::from(row);
        line(format!(
            "<text x=\"{:.1}\" y=\"{y:.1}\" text-anchor=\"end\" fill=\"{colour}\">{name}</text>",
            right
        ));
    }
    let middle = (left + right) / 2.0;
    line(format!(
        "<text x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\">liquidity, share of what settles everything at once</text>",
        HEIGHT - 18.0
    ));
    line(format!(
        "<text x=\"16\" y=\"{:.1}\" transform=\"rotate(-90 16 {:.1})\" text-anchor=\"middle\">delay, weighted by value</text>",
        HEIGHT / 2.0,
        HEIGHT / 2.0
    ));
    line("</svg>".to_owned());
    text
}
