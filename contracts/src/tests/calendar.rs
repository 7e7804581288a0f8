//! Random calendars and payments against an executor that counts days and minutes one by one.

use sycee_primitives::{AssetId, BlockTime, BusinessDate};

use super::language::{DAY, Stage};

/// First day of the stage, a Tuesday.
const FIRST: u32 = 20_788;

/// Days of a trial.
const DAYS: u32 = 12;

/// Draws from a seed.
struct Draw(u64);

impl Draw {
    fn below(&mut self, count: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % count
    }
}

/// A calendar as a plain table of what is open: no rule code, no sets, no search.
struct Days {
    open: Vec<bool>,
    opens: u64,
    closes: u64,
    goes_on: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Naive {
    Settles,
    Waits(u32, u64),
    Refused(&'static str),
}

impl Days {
    fn is_open(&self, day: u32) -> bool {
        self.open[usize::try_from(day - FIRST).unwrap()]
    }

    /// What becomes of a payment for `stated` at a minute of a day: walks forward minute by minute until one is open.
    fn judge(&self, stated: u32, day: u32, minute: u64) -> Naive {
        if !self.goes_on {
            if !self.is_open(stated) {
                return Naive::Refused("SY-00208");
            }
            if stated < day || (stated == day && minute >= self.closes) {
                return Naive::Refused("SY-00209");
            }
        }
        let mut at = u64::from(day) * 1_440 + minute;
        loop {
            let (today, now) = (u32::try_from(at / 1_440).unwrap(), at % 1_440);
            let within = self.opens <= now && now < self.closes;
            if today >= stated && self.is_open(today) && within {
                let is_now = at == u64::from(day) * 1_440 + minute;
                return if is_now {
                    Naive::Settles
                } else {
                    Naive::Waits(today, now)
                };
            }
            at += 1;
        }
    }
}

struct Trial {
    stage: Stage,
    days: Days,
    waiting: Vec<(String, u32, u64)>,
    day: u32,
    minute: u64,
}

impl Trial {
    fn new(draw: &mut Draw) -> Trial {
        let mut stage = Stage::new();
        let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let closed_weekday: Vec<bool> = (0..7).map(|day| day != 3 && draw.below(4) == 0).collect();
        let holiday: Vec<bool> = (0..DAYS).map(|_| draw.below(4) == 0).collect();
        let opens = draw.below(1_440);
        let closes = opens + 1 + draw.below(1_440 - opens);
        let goes_on = draw.below(2) == 0;
        // 2026-12-01 is a Tuesday: weekday 1.
        let weekday = |day: u32| usize::try_from((day - FIRST + 1) % 7).unwrap();
        let is_holiday =
            |day: u32| holiday.get(usize::try_from(day - FIRST).unwrap()) == Some(&true);
        let open = (FIRST..FIRST + 3 * DAYS)
            .map(|day| !closed_weekday[weekday(day)] && !is_holiday(day))
            .collect();
        let closed: Vec<&str> = (0..7)
            .filter(|day| closed_weekday[*day])
            .map(|day| names[day])
            .collect();
        let holidays: Vec<String> = (FIRST..FIRST + DAYS)
            .filter(|day| is_holiday(*day))
            .map(|day| BusinessDate(day).to_string())
            .collect();
        stage.run(&format!(
            "K op calendar closed={} holidays={} payments={opens}-{closes}{} = calendars 0",
            closed.join("+"),
            holidays.join("+"),
            if goes_on { " late=next" } else { "" },
        ));
        let days = Days {
            open,
            opens,
            closes,
            goes_on,
        };
        Trial {
            stage,
            days,
            waiting: Vec::new(),
            day: FIRST,
            minute: 0,
        }
    }

    /// A block at the present minute with a payment for some day; what waits and has come due is told first.
    fn step(&mut self, draw: &mut Draw, name: &str) {
        let forward = 1 + draw.below(900);
        let at = u64::from(self.day) * 1_440 + self.minute + forward;
        (self.day, self.minute) = (u32::try_from(at / 1_440).unwrap(), at % 1_440);
        let stated = self.day + u32::try_from(draw.below(4)).unwrap();
        let mut table = String::new();
        let seconds = (u64::from(self.day) * 1_440 + self.minute) * 60 - DAY / 1_000;
        let due = |it: &&(String, u32, u64)| (it.1, it.2) <= (self.day, self.minute);
        let mut later = Vec::new();
        let mut still = Vec::new();
        for (waiting, day, minute) in &self.waiting {
            if !due(&&(waiting.clone(), *day, *minute)) {
                still.push((waiting.clone(), *day, *minute));
                continue;
            }
            // Judged anew in the first block at or after its time, which may come after the cut-off.
            match self.days.judge(*day, self.day, self.minute) {
                Naive::Settles => later.push(format!("later {waiting} = settled")),
                Naive::Refused(code) => later.push(format!("later {waiting} = {code}")),
                Naive::Waits(day, minute) => still.push((waiting.clone(), day, minute)),
            }
        }
        self.waiting = still;
        let outcome = match self.days.judge(stated, self.day, self.minute) {
            Naive::Settles => "settled",
            Naive::Refused(code) => code,
            Naive::Waits(day, minute) => {
                self.waiting.push((name.to_owned(), day, minute));
                "warehoused"
            }
        };
        let date = BusinessDate(stated);
        table += &format!("block {seconds}\n{name} ba pay A1 C2 1 date={date} = {outcome}\n");
        table += &later.join("\n");
        self.stage.run(&table);
        // Seen from outside, too: the public question agrees with the table of days.
        let open = self.stage.ledger.is_business_day(AssetId(0), date);
        assert_eq!(open, self.days.is_open(stated));
        let next = self.waiting.iter().map(|it| (it.1, it.2)).min();
        let next = next.map(|(day, minute)| BlockTime((u64::from(day) * 1_440 + minute) * 60_000));
        assert_eq!(self.stage.ledger.next_due(), next);
    }
}

#[test]
fn a_naive_count_of_minutes_agrees_on_every_payment() {
    for seed in 0..400 {
        let mut draw = Draw(seed);
        let mut trial = Trial::new(&mut draw);
        let mut count = 0;
        while trial.day < FIRST + DAYS {
            count += 1;
            trial.step(&mut draw, &format!("P{count}"));
        }
    }
}
