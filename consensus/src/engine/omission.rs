//! No leader may leave a lane out for long. [V24]
//!
//! ```text
//!   t covered by q since rho - T_inc, held here        rho: the proposal came
//!        |----------------- T_inc ---------------------|        cut below t, room for the next batch: refused
//! ```
//! A tip that q validators hold is held by a honest ones, which reach every honest leader in far less than T_inc: an honest leader
//! that follows the other rules is never refused by a synchronous voter.

use sycee_primitives::planted;

use super::{Core, Now, Pending};
use crate::{LaneEntry, Proposal, ValidatorIndex, View, lanes::Path, tree::Placed};

/// Views above the highest final one in which nobody is refused: order comes before fairness. [V24]
const VIEWS_AFTER_FINAL_MAX: u64 = 4;

/// New bytes that a block takes from a lane.
pub(super) type Taken = Vec<(ValidatorIndex, u64)>;

/// Per lane the tip that no cut may leave out.
pub(super) type Overdue = Vec<Option<LaneEntry>>;

impl Core {
    /// A proposal as it stands at its arrival. [V24]
    pub(super) fn pending(&self, now: Now, proposal: Proposal) -> Pending {
        let overdue = self.overdue(now, proposal.block.block.view);
        Pending {
            proposal,
            arrived: now,
            overdue,
            decided: false,
        }
    }

    /// Per lane the highest tip that a proposal arriving now must reach; empty when the rule does not apply. [V24]
    pub(super) fn overdue(&self, now: Now, view: View) -> Overdue {
        let is_late = view.0
            > self
                .tree
                .final_view()
                .0
                .saturating_add(VIEWS_AFTER_FINAL_MAX);
        if self.parameters.omission_us == 0 || is_late {
            return Vec::new();
        }
        // Waits grow with the delays that are seen, or a slow network would refuse its honest leaders.
        let slow = if planted!("L4b") {
            0
        } else {
            8 * self.pace.delay_us()
        };
        let patience = self.parameters.omission_us.max(slow);
        let limit = now.tick.0.checked_sub(patience).map(sycee_primitives::Tick);
        limit.map_or_else(Vec::new, |limit| self.lanes.overdue(limit))
    }

    /// Whether a block leaves out a tip that was overdue at its arrival and had room. [V24]
    pub(super) fn omits(
        &self,
        overdue: &Overdue,
        parent: &Placed,
        placed: &Placed,
        taken: &Taken,
    ) -> bool {
        let total = taken
            .iter()
            .fold(0u64, |sum, (_, bytes)| sum.saturating_add(*bytes));
        let mut lanes = self.set.indexes().zip(overdue);
        lanes.any(|(lane, tip)| {
            let entries = parent
                .cut
                .get(lane.usize())
                .zip(placed.cut.get(lane.usize()));
            let (Some(tip), Some((before, entry))) = (*tip, entries) else {
                return false;
            };
            if tip.seq <= entry.seq
                || !matches!(self.lanes.path(lane, *before, tip), Path::Held(..))
            {
                return false;
            }
            let Path::Held(rest, _) = self.lanes.path(lane, *entry, tip) else {
                return false;
            };
            let next = rest
                .first()
                .and_then(|digest| self.lanes.bytes_of(lane, digest));
            let own = taken.iter().find(|(taken, _)| *taken == lane);
            let own = own.map_or(0, |(_, bytes)| *bytes);
            next.is_some_and(|next| {
                own.saturating_add(next) <= self.parameters.lane_bytes_per_block_max
                    && total.saturating_add(next) <= self.parameters.block_payload_bytes_max
            })
        })
    }
}
