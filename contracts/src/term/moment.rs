//! A second of a calendar day, as contract terms write it: `2013-12-31T23:59:59`.
//!
//! Interest is counted in whole days. The last second of a day counts as the beginning of the next one, any other as its own day.

use std::fmt;

use sycee_primitives::time::BusinessDate;

const LAST_SECOND: u32 = 86_399;

/// A calendar day and the seconds since its beginning.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Moment {
    /// The day.
    pub date: BusinessDate,
    /// Seconds since it began, below 86,400.
    pub seconds: u32,
}

impl Moment {
    /// The beginning of a day.
    #[must_use]
    pub const fn start_of(date: BusinessDate) -> Moment {
        Moment { date, seconds: 0 }
    }

    /// Reads `YYYY-MM-DD`, `YYYY-MM-DDThh:mm` or `YYYY-MM-DDThh:mm:ss`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Moment> {
        let (date, time) = text.split_once('T').unwrap_or((text, "00:00"));
        let date = BusinessDate::parse(date)?;
        let mut parts = time.split(':').map(|part| {
            let is_plain = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            is_plain.then(|| part.parse::<u32>().ok()).flatten()
        });
        let (hours, minutes) = (parts.next()??, parts.next()??);
        let seconds = match parts.next() {
            Some(part) => part?,
            None => 0,
        };
        let is_real = hours < 24 && minutes < 60 && seconds < 60 && parts.next().is_none();
        is_real.then_some(Moment {
            date,
            seconds: hours * 3_600 + minutes * 60 + seconds,
        })
    }

    /// The day that interest is counted to.
    #[must_use]
    pub fn counted(self) -> BusinessDate {
        if self.seconds == LAST_SECOND {
            BusinessDate(self.date.0 + 1)
        } else {
            self.date
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hours, rest) = (self.seconds / 3_600, self.seconds % 3_600);
        write!(
            f,
            "{}T{hours:02}:{:02}:{:02}",
            self.date,
            rest / 60,
            rest % 60
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_that_files_use() {
        let read = |text| Moment::parse(text).map(|moment| moment.to_string());
        let midnight = Some("2013-12-31T00:00:00".to_owned());
        assert_eq!(read("2013-12-31"), midnight);
        assert_eq!(read("2013-12-31T00:00"), midnight);
        assert_eq!(
            read("2013-12-31T23:59:59").as_deref(),
            Some("2013-12-31T23:59:59")
        );
        for wrong in [
            "",
            "2013-12-31T",
            "2013-12-31T24:00",
            "2013-12-31T00:00:60",
            "2013-12-31T00:00:00Z",
            "2013-12-31T0:00",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        let last = Moment::parse("2013-12-31T23:59:59").unwrap();
        assert_eq!(last.counted().to_string(), "2014-01-01");
    }
}
