//! Replayer: what it once sent or heard it sends again, long after, to anybody.

use std::collections::VecDeque;
use std::sync::Arc;

use sycee_consensus::ValidatorIndex;
use sycee_replica::PeerMessage;

use super::{Own, Parcel, Villain};

/// Frames remembered.
const KEPT_MAX: usize = 512;

/// Remembers frames of everybody.
#[derive(Default)]
pub(super) struct Replayer {
    kept: VecDeque<Arc<[u8]>>,
}

impl Replayer {
    fn keep(&mut self, own: &mut Own<'_>, frame: &Arc<[u8]>) {
        if own.dice.chance(200) {
            self.kept.push_back(Arc::clone(frame));
        }
        if self.kept.len() > KEPT_MAX {
            self.kept.pop_front();
        }
    }
}

impl Villain for Replayer {
    fn sends(
        &mut self,
        own: &mut Own<'_>,
        parcel: Parcel,
        _message: &PeerMessage,
        out: &mut Vec<Parcel>,
    ) {
        self.keep(own, &parcel.frame);
        if own.dice.chance(100) && !self.kept.is_empty() {
            let place = own.dice.place(self.kept.len());
            let others = own.others();
            if !others.is_empty() {
                out.push(Parcel {
                    after_us: own.dice.below(1_000_000),
                    to: own.dice.pick(&others),
                    frame: Arc::clone(&self.kept[place]),
                });
            }
        }
        out.push(parcel);
    }

    fn hears(
        &mut self,
        own: &mut Own<'_>,
        _from: ValidatorIndex,
        _message: &PeerMessage,
        frame: &Arc<[u8]>,
        _out: &mut Vec<Parcel>,
    ) {
        self.keep(own, frame);
    }
}
