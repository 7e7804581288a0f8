//! Which refusals are told and logged: each kind for each counterpart once in a while, so that a
//! stranger who knocks all day fills neither log nor memory. Counters count every case.

use std::collections::BTreeMap;

use tokio::time::Instant;

use crate::event::{Refusal, RefusalReason};
use crate::limits::{REFUSAL_REPORT_INTERVAL, REFUSAL_REPORT_KEYS_MAX};
use crate::status::{Counters, count};

/// Remembers what was told when.
#[derive(Default)]
pub(crate) struct RefusalLog {
    told: BTreeMap<(String, &'static str), Instant>,
}

impl RefusalLog {
    /// Tells whether this refusal is news, and remembers that it was told.
    pub(crate) fn is_news(&mut self, refusal: &Refusal, now: Instant) -> bool {
        let fresh = |told: &Instant| now.duration_since(*told) < REFUSAL_REPORT_INTERVAL;
        let key = (counterpart(refusal), refusal.reason.code());
        if self.told.get(&key).is_some_and(fresh) {
            return false;
        }
        if self.told.len() >= REFUSAL_REPORT_KEYS_MAX {
            self.told.retain(|_, told| fresh(told));
        }
        if self.told.len() >= REFUSAL_REPORT_KEYS_MAX {
            return false;
        }
        self.told.insert(key, now);
        true
    }
}

fn counterpart(refusal: &Refusal) -> String {
    match (&refusal.peer, &refusal.peer_id) {
        (Some(peer), _) => peer.to_string(),
        (None, Some(peer_id)) => peer_id.clone(),
        (None, None) => String::new(),
    }
}

/// Adds one to the counter of the reason.
pub(crate) fn count_refusal(counters: &Counters, reason: &RefusalReason) {
    let counter = match reason {
        RefusalReason::UnknownIdentity => &counters.refused_unknown_identity,
        RefusalReason::WrongIdentity { .. } => &counters.refused_wrong_identity,
        RefusalReason::WrongProtocol { .. } => &counters.refused_wrong_protocol,
        RefusalReason::TooManyConnections => &counters.refused_too_many,
        RefusalReason::OversizeFrame { .. } => &counters.oversize_frames,
        RefusalReason::StalledFrame { .. } => &counters.stalled_frames,
        RefusalReason::LanesNotOpened => &counters.lanes_not_opened,
        RefusalReason::Suspended => &counters.refused_suspended,
        RefusalReason::ClosedBeforeReady => &counters.closed_before_ready,
    };
    count(counter, 1);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(peer_id: &str, reason: RefusalReason) -> Refusal {
        Refusal {
            peer: None,
            peer_id: Some(peer_id.to_owned()),
            address: String::new(),
            reason,
        }
    }

    #[test]
    fn repetition_is_not_news_until_the_interval_has_passed() {
        let mut log = RefusalLog::default();
        let now = Instant::now();
        let stranger = refusal("a", RefusalReason::UnknownIdentity);
        assert!(log.is_news(&stranger, now));
        assert!(!log.is_news(&stranger, now));
        assert!(log.is_news(&refusal("a", RefusalReason::LanesNotOpened), now));
        assert!(log.is_news(&refusal("b", RefusalReason::UnknownIdentity), now));
        assert!(log.is_news(&stranger, now + REFUSAL_REPORT_INTERVAL));
    }

    #[test]
    fn endless_new_identities_fill_no_memory() {
        let mut log = RefusalLog::default();
        let now = Instant::now();
        for id in 0..10 * REFUSAL_REPORT_KEYS_MAX {
            log.is_news(
                &refusal(&id.to_string(), RefusalReason::UnknownIdentity),
                now,
            );
        }
        assert_eq!(log.told.len(), REFUSAL_REPORT_KEYS_MAX);
    }
}
