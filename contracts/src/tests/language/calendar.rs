//! Words of business calendars in the language of the tables.
//!
//! ```text
//!   calendar closed=sat+sun holidays=2026-12-02+2026-12-03 payments=540-1020 bulk=.. redemption=.. late=next
//! ```

use super::{Line, Stage};
use crate::*;
use sycee_primitives::{AssetId, BusinessDate};

/// What stands between plus signs.
fn parts<'a>(line: &'a Line<'_>, name: &str) -> impl Iterator<Item = &'a str> {
    let all = line.options.get(name).map_or("", |text| *text);
    all.split('+').filter(|part| !part.is_empty())
}

impl Stage {
    pub(super) fn calendar(&self, line: &Line<'_>) -> Action {
        let weekday = |name: &str| {
            let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
            Weekday::ALL[names.iter().position(|it| *it == name).unwrap()]
        };
        let services = [
            ("payments", Service::Payments),
            ("bulk", Service::BulkPayments),
            ("redemption", Service::Redemption),
        ];
        let hours = services.into_iter().flat_map(|(name, service)| {
            parts(line, name).map(move |text| {
                let (opens, closes) = text.split_once('-').unwrap();
                ServiceHours {
                    service,
                    opens_minute: opens.parse().unwrap(),
                    closes_minute: closes.parse().unwrap(),
                }
            })
        });
        Action::SetCalendar(SetCalendar {
            asset: AssetId(
                line.options
                    .get("asset")
                    .map_or(0, |it| it.parse().unwrap()),
            ),
            closed_weekdays: parts(line, "closed").map(weekday).collect(),
            holidays: parts(line, "holidays")
                .map(|text| BusinessDate::parse(text).unwrap())
                .collect(),
            hours: hours.collect(),
            late: match line.options.get("late") {
                Some(_) => LateRule::NextDay,
                None => LateRule::Refuse,
            },
        })
    }
}
