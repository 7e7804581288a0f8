//! The heal phase: the core comes up, probes are sent, and everything has to drain.

use std::rc::Rc;

use crate::world::{Phase, World};

impl World {
    /// Ends all faults, brings the core up and sends the probes.
    pub(crate) fn heal(&mut self) {
        self.phase = Phase::Heal;
        self.healed_at = Some(self.time);
        self.active.clear();
        self.links.heal();
        let plan = Rc::clone(&self.plan);
        for node in 0..self.nodes.len() {
            self.nodes[node].crash_at = None;
        }
        self.refresh_faults();
        for node in &plan.left_down {
            self.crash(usize::from(*node), 0, false);
            self.nodes[usize::from(*node)].retired = true;
        }
        for node in 0..self.nodes.len() {
            self.boot(node);
            self.wake(node);
        }
        if !self.clients.plans.is_empty() {
            for _ in 0..crate::oracles::progress::PROBES {
                let founding = Rc::clone(&self.founding);
                let probe = self.clients.probe(&founding, 0);
                self.probes.push(probe);
                self.send_request(probe);
            }
        }
    }

    /// Honest nodes that are to be up at the end.
    #[must_use]
    pub(crate) fn core(&self) -> Vec<usize> {
        (0..self.nodes.len())
            .filter(|node| self.nodes[*node].honest && !self.nodes[*node].retired)
            .collect()
    }

    /// Whether everything has drained: answers given, promises kept, all of the core at one height.
    #[must_use]
    pub(crate) fn has_drained(&self) -> bool {
        self.undrained().is_none()
    }

    /// What has not drained.
    #[must_use]
    pub(crate) fn undrained(&self) -> Option<String> {
        let core = self.core();
        if self.clients.open_count() > 0 {
            let open = self
                .clients
                .requests
                .iter()
                .position(|request| !request.done);
            return Some(format!(
                "{} requests have no answer, first {open:?}",
                self.clients.open_count()
            ));
        }
        if let Some(id) = self.oracles.outcomes.first_lost(&core) {
            let by = self.oracles.outcomes.promised_by(&id);
            return Some(format!(
                "{id} was acknowledged by {by:?} and has no outcome"
            ));
        }
        let heights: Vec<Option<u64>> = core
            .iter()
            .map(|node| {
                let running = self.nodes[*node].running.as_ref();
                running.map(|running| running.executor.ledger().height().0)
            })
            .collect();
        let quarantined = |node: &&usize| {
            let running = self.nodes[**node].running.as_ref();
            running.is_some_and(|running| running.replica.status().quarantined)
        };
        if let Some(node) = core.iter().find(quarantined) {
            return Some(format!("node {node} has not rejoined"));
        }
        if let Some(culprit) = self.oracles.evidence.first_open(&core) {
            return Some(format!("no final block records {culprit:?}"));
        }
        let behind = |node: &&usize| {
            self.nodes[**node].epochs.current().epoch() < self.epochs.current().epoch()
        };
        if let Some(node) = core.iter().find(behind) {
            return Some(format!("node {node} is in an earlier epoch"));
        }
        let known = Some(self.oracles.agreement.height());
        heights
            .iter()
            .any(|height| *height != known)
            .then(|| format!("heights of the core: {heights:?}, known {known:?}"))
    }

    /// A picture of all nodes, for people.
    #[must_use]
    pub(crate) fn picture(&self) -> String {
        let mut lines = Vec::new();
        for (place, node) in self.nodes.iter().enumerate() {
            let status = node
                .running
                .as_ref()
                .map(|running| running.replica.status());
            lines.push(format!(
                "node {place} ({}{}): {status:?}, inbox {}, disk {}",
                node.name,
                if node.honest { "" } else { ", villain" },
                node.inbox.len(),
                node.disk.waiting()
            ));
        }
        lines.push(format!(
            "highest final view {:?}",
            self.oracles.highest_final(self.epochs.current().epoch())
        ));
        lines.join("\n")
    }

    /// Whether faults are over.
    pub(crate) fn is_healing(&self) -> bool {
        self.phase == Phase::Heal
    }
}
