//! The two curves of a simulation as a picture: liquidity across, delay upwards. Text only, no library.

use super::{Report, Run, ratio};

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 440.0;
const LEFT: f64 = 64.0;
const TOP: f64 = 64.0;
const RIGHT: f64 = WIDTH - 64.0;
const BOTTOM: f64 = HEIGHT - 64.0;

/// The picture as SVG.
#[must_use]
pub fn svg(report: &Report) -> String {
    let plain: Vec<&Run> = report.levels.iter().map(|it| &it.plain).collect();
    let saving: Vec<&Run> = report.levels.iter().map(|it| &it.saving).collect();
    let runs = plain.iter().chain(&saving);
    let delays = runs.map(|run| run.delay);
    let scale = Scale {
        most: plain
            .iter()
            .map(|it| it.liquidity)
            .max()
            .unwrap_or(1)
            .max(1),
        highest: delays.fold(0.05, f64::max),
    };
    let mut lines = vec![
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"13\">"
        ),
        format!("<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>"),
    ];
    lines.extend(axes(&scale));
    lines.extend(curve(&scale, &plain, "one by one", "#b5432a", TOP));
    lines.extend(curve(
        &scale,
        &saving,
        "liquidity saving",
        "#1f6f8b",
        TOP + 18.0,
    ));
    lines.push("</svg>\n".to_owned());
    lines.join("\n")
}

/// What the ends of the axes stand for.
struct Scale {
    most: u128,
    highest: f64,
}

fn axes(scale: &Scale) -> Vec<String> {
    let mut lines = vec![format!(
        "<path d=\"M{LEFT} {TOP}V{BOTTOM}H{RIGHT}\" fill=\"none\" stroke=\"#333\"/>"
    )];
    for tenth in (0..=10).step_by(2) {
        let share = f64::from(tenth) / 10.0;
        let (x, y) = (
            LEFT + share * (RIGHT - LEFT),
            BOTTOM - share * (BOTTOM - TOP),
        );
        let (percent, delay) = (share * 100.0, share * scale.highest);
        lines.push(format!(
            "<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{percent:.0} %</text>",
            BOTTOM + 18.0
        ));
        lines.push(format!(
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{delay:.2}</text>",
            LEFT - 8.0,
            y + 4.0
        ));
    }
    let (across, upwards) = ((LEFT + RIGHT) / 2.0, HEIGHT / 2.0);
    lines.push(format!(
        "<text x=\"{across:.1}\" y=\"{:.1}\" text-anchor=\"middle\">liquidity, share of what settles everything at once</text>",
        HEIGHT - 18.0
    ));
    lines.push(format!(
        "<text x=\"16\" y=\"{upwards:.1}\" transform=\"rotate(-90 16 {upwards:.1})\" text-anchor=\"middle\">delay, weighted by value</text>"
    ));
    lines
}

fn curve(scale: &Scale, runs: &[&Run], name: &str, colour: &str, legend: f64) -> Vec<String> {
    let places = runs.iter().map(|run| {
        let x = LEFT + ratio(run.liquidity, scale.most) * (RIGHT - LEFT);
        let y = BOTTOM - run.delay / scale.highest * (BOTTOM - TOP);
        (x, y)
    });
    let places: Vec<(f64, f64)> = places.collect();
    let points: Vec<String> = places
        .iter()
        .map(|(x, y)| format!("{x:.1} {y:.1}"))
        .collect();
    let mut lines = vec![
        format!(
            "<path d=\"M{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
            points.join("L")
        ),
        format!(
            "<text x=\"{RIGHT:.1}\" y=\"{legend:.1}\" text-anchor=\"end\" fill=\"{colour}\">{name}</text>"
        ),
    ];
    lines.extend(
        places.iter().map(|(x, y)| {
            format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>")
        }),
    );
    lines
}
