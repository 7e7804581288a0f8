//! Faults of the plan begin and end.

use std::rc::Rc;

use sycee_storage::WriteFault;

use crate::plan::What;
use crate::world::{Due, Phase, World, small};

impl World {
    pub(crate) fn fault_begins(&mut self, place: usize) {
        if self.phase == Phase::Heal {
            return;
        }
        let plan = Rc::clone(&self.plan);
        let fault = &plan.faults[place];
        let until = self.time + fault.for_us;
        self.active.insert(place, until);
        self.schedule_at(until, Due::FaultEnds(place));
        match &fault.what {
            What::Crash {
                nodes,
                kept,
                in_flight_kept,
            } => {
                for node in nodes {
                    self.crash(usize::from(*node), *kept, *in_flight_kept);
                    self.schedule_at(until, Due::Start(*node));
                }
            }
            What::CrashAtPersist {
                node,
                nth,
                in_flight_kept,
            } => {
                let it = &mut self.nodes[usize::from(*node)];
                it.crash_at = Some((it.disk.persists + nth, *in_flight_kept, until));
            }
            What::FailedSync { node } => {
                self.nodes[usize::from(*node)]
                    .store
                    .fail_next_write(WriteFault::SyncFailed);
            }
            What::FullDisk { node } => self.nodes[usize::from(*node)].store.set_disk_full(true),
            What::Loss { .. }
            | What::Delay { .. }
            | What::Clog { .. }
            | What::Narrow { .. }
            | What::Partition { .. }
            | What::Pause { .. }
            | What::SlowDisk { .. }
            | What::Skew { .. } => {}
            What::LoseDisk { node, mark_too } => {
                self.lose_disk(usize::from(*node), *mark_too);
                self.schedule_at(until, Due::Start(*node));
            }
            What::RestoreCopy { node } => self.copy_folder(usize::from(*node)),
            What::StopAll => self.stop_all(until),
        }
        self.refresh_faults();
    }

    pub(crate) fn fault_ends(&mut self, place: usize) {
        if self.active.remove(&place).is_none() {
            return;
        }
        let plan = Rc::clone(&self.plan);
        if let What::CrashAtPersist { node, .. } = &plan.faults[place].what {
            self.nodes[usize::from(*node)].crash_at = None;
        }
        if let What::Pause { node } = &plan.faults[place].what {
            self.wake(usize::from(*node));
        }
        if let What::RestoreCopy { node } = &plan.faults[place].what {
            self.restore_copy(usize::from(*node));
        }
        self.refresh_faults();
    }

    /// Brings links and nodes into the state that the active faults make.
    pub(crate) fn refresh_faults(&mut self) {
        let plan = Rc::clone(&self.plan);
        let active: Vec<_> = self
            .active
            .iter()
            .map(|(place, until)| (&plan.faults[*place], *until))
            .collect();
        let names: Vec<u16> = self.nodes.iter().map(|node| node.name).collect();
        self.links.apply(&active, &names);
        let mut full = vec![false; self.nodes.len()];
        for node in &mut self.nodes {
            (node.skew_ms, node.slow_us, node.paused_until) = (0, 0, 0);
        }
        for (fault, until) in &active {
            match &fault.what {
                What::Skew { node, ms } => self.nodes[usize::from(*node)].skew_ms += ms,
                What::SlowDisk { node, us } => self.nodes[usize::from(*node)].slow_us += us,
                What::Pause { node } => {
                    let it = &mut self.nodes[usize::from(*node)];
                    it.paused_until = it.paused_until.max(*until);
                }
                What::FullDisk { node } => full[usize::from(*node)] = true,
                What::Loss { .. }
                | What::Delay { .. }
                | What::Clog { .. }
                | What::Narrow { .. }
                | What::Partition { .. }
                | What::Crash { .. }
                | What::CrashAtPersist { .. }
                | What::FailedSync { .. }
                | What::LoseDisk { .. }
                | What::RestoreCopy { .. }
                | What::StopAll => {}
            }
        }
        for (node, full) in self.nodes.iter().zip(full) {
            node.store.set_disk_full(full);
        }
        let noticed = |fault: &crate::plan::Fault| {
            matches!(fault.what, What::Partition { noticed: true, .. })
        };
        let closes = active.iter().any(|(fault, _)| noticed(fault));
        self.refresh_channels(closes);
    }

    /// Closes channels across a cut that is noticed, opens those that can be open.
    fn refresh_channels(&mut self, closes: bool) {
        for a in 0..self.nodes.len() {
            for b in a + 1..self.nodes.len() {
                let cut = self.links.get(a, b).cut || self.links.get(b, a).cut;
                if cut && closes {
                    self.close(a, b);
                } else if !cut
                    && !self.links.get(a, b).connected
                    && self.nodes[a].is_up()
                    && self.nodes[b].is_up()
                {
                    let after = self.dice.between(500, 200_000);
                    self.schedule(after, Due::Connect(small(a), small(b)));
                }
            }
        }
    }
}
