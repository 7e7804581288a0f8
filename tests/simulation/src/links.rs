//! The network: one state per directed pair of nodes, and when a frame arrives.
//!
//! ```text
//!   send(from, to, class, bytes) -> arrival times: none when lost, two when duplicated
//!     bandwidth (one frame after another) -> latency + jitter + tail + fault -> order of the class -> clog
//! ```

use crate::plan::{Fault, LinkPlan, What};
use crate::random::Random;
use crate::regions::one_way_us;

/// Time that frames may wait for bandwidth; what would wait longer is dropped, as a full queue does.
const BACKLOG_US_MAX: u64 = 2_000_000;

/// State of one direction between two nodes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Link {
    /// A channel is open.
    pub(crate) connected: bool,
    /// Grows with every new channel: a frame of an old one never arrives.
    pub(crate) generation: u32,
    /// Nothing passes.
    pub(crate) cut: bool,
    free_at: u64,
    last: [u64; 4],
    loss_permille: u64,
    delay_us: u64,
    bytes_per_ms: u64,
    clogged_until: u64,
}

/// All links between `size` nodes.
pub(crate) struct Links {
    size: usize,
    plan: LinkPlan,
    /// What distance adds to the plan's latency, by directed pair; nothing when all stand in one place.
    distance_us: Vec<u64>,
    links: Vec<Link>,
    dice: Random,
}

impl Links {
    /// Links without faults and without channels.
    #[must_use]
    pub(crate) fn new(size: usize, plan: LinkPlan, regions: Option<&[u8]>, dice: Random) -> Links {
        let between = |from: &u8| {
            let all = regions.unwrap_or_default().iter();
            all.map(|to| one_way_us(*from, *to)).collect::<Vec<u64>>()
        };
        let distance_us = regions.unwrap_or_default().iter().flat_map(between);
        let mut links = Links {
            size,
            plan,
            distance_us: distance_us.collect(),
            links: vec![Link::default(); size * size],
            dice,
        };
        links.apply(&[], &[]);
        links
    }

    /// One direction.
    #[must_use]
    pub(crate) fn get(&self, from: usize, to: usize) -> &Link {
        &self.links[from * self.size + to]
    }

    fn get_mut(&mut self, from: usize, to: usize) -> &mut Link {
        &mut self.links[from * self.size + to]
    }

    /// Opens a channel, both ways.
    pub(crate) fn open(&mut self, a: usize, b: usize) {
        for (from, to) in [(a, b), (b, a)] {
            let link = self.get_mut(from, to);
            link.connected = true;
            link.generation += 1;
            link.free_at = 0;
            link.last = [0; 4];
        }
    }

    /// Closes a channel; tells whether there was one.
    pub(crate) fn close(&mut self, a: usize, b: usize) -> bool {
        let open = self.get(a, b).connected;
        for (from, to) in [(a, b), (b, a)] {
            let link = self.get_mut(from, to);
            link.connected = false;
            link.generation += 1;
        }
        open
    }

    /// Takes the heal phase's stand: nothing of the plan's losses is left.
    pub(crate) fn heal(&mut self) {
        self.plan.loss_permille = 0;
        self.plan.tail_us = 0;
    }

    /// Computes the state of every link from the faults that are on and when they end; `names` are the plan's nodes of the places.
    pub(crate) fn apply(&mut self, faults: &[(&Fault, u64)], names: &[u16]) {
        let (size, plan) = (self.size, self.plan);
        for link in &mut self.links {
            link.cut = false;
            link.loss_permille = plan.loss_permille;
            link.delay_us = 0;
            link.bytes_per_ms = plan.bytes_per_ms;
            link.clogged_until = 0;
        }
        for (fault, ends_at) in faults {
            for from in 0..size {
                for to in 0..size {
                    let named = (names[from], names[to]);
                    self.apply_one(&fault.what, *ends_at, (from, to), named);
                }
            }
        }
    }

    fn apply_one(&mut self, what: &What, ends_at: u64, at: (usize, usize), named: (u16, u16)) {
        let touches =
            |node: &Option<u16>| node.is_none_or(|node| node == named.0 || node == named.1);
        let link = self.get_mut(at.0, at.1);
        match what {
            What::Loss { node, permille } if touches(node) => {
                link.loss_permille = link.loss_permille.max(*permille);
            }
            What::Delay { node, us } if touches(node) => link.delay_us += us,
            What::Clog { from, to } if named == (*from, *to) => {
                link.clogged_until = link.clogged_until.max(ends_at);
            }
            What::Narrow { node, bytes_per_ms } if touches(&Some(*node)) => {
                let now = if link.bytes_per_ms == 0 {
                    u64::MAX
                } else {
                    link.bytes_per_ms
                };
                link.bytes_per_ms = now.min(*bytes_per_ms);
            }
            What::Partition { side, one_way, .. } => {
                let (from, to) = (side.contains(&named.0), side.contains(&named.1));
                link.cut |= if *one_way { from && !to } else { from != to };
            }
            What::Loss { .. }
            | What::Delay { .. }
            | What::Clog { .. }
            | What::Narrow { .. }
            | What::Crash { .. }
            | What::CrashAtPersist { .. }
            | What::Pause { .. }
            | What::SlowDisk { .. }
            | What::FullDisk { .. }
            | What::FailedSync { .. }
            | What::Skew { .. }
            | What::LoseDisk { .. }
            | What::RestoreCopy { .. }
            | What::StopAll => {}
        }
    }

    /// When the copies of a frame arrive.
    pub(crate) fn transit(
        &mut self,
        now: u64,
        from: usize,
        to: usize,
        class: usize,
        bytes: usize,
    ) -> [Option<u64>; 2] {
        let plan = self.plan;
        let place = from * self.size + to;
        let (links, dice) = (&mut self.links, &mut self.dice);
        let link = &mut links[place];
        if link.cut || dice.chance(link.loss_permille) {
            return [None, None];
        }
        let mut start = now;
        // No bandwidth stands for any bandwidth.
        if let Some(takes_us) = (bytes as u64 * 1_000).checked_div(link.bytes_per_ms) {
            start = start.max(link.free_at);
            if start - now > BACKLOG_US_MAX {
                return [None, None];
            }
            start += takes_us;
            link.free_at = start;
        }
        let distance_us = self.distance_us.get(place).copied().unwrap_or(0);
        let mut latency =
            plan.latency_us + distance_us + link.delay_us + dice.below(plan.jitter_us + 1);
        if plan.tail_us > 0 && dice.chance(10) {
            latency += dice.below(plan.tail_us);
        }
        let mut arrival = (start + latency).max(link.clogged_until);
        if plan.ordered {
            arrival = arrival.max(link.last[class] + 1);
            link.last[class] = arrival;
        }
        let again = dice.chance(plan.duplicate_permille);
        let second = again.then(|| arrival + 1 + dice.below(2 * plan.jitter_us + 1_000));
        [Some(arrival), second]
    }
}
