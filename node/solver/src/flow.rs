//! Minimum-cost flow in whole numbers, kept optimal while arcs are narrowed.
//!
//! ```text
//!   Network   nodes, arcs in pairs (an arc and its reverse), costs          never changes
//!   Flow      what may still flow on each arc, potentials of the nodes      carry ──▶ optimal again, or impossible
//! ```
//! Shortest paths in reduced costs, which potentials keep at zero or above (Edmonds and Karp 1972).

use std::{cmp::Reverse, collections::BinaryHeap, collections::VecDeque};

const UNREACHED: i128 = i128::MAX;

/// The graph.
#[derive(Clone, Debug, Default)]
pub(crate) struct Network {
    nodes: usize,
    /// Where each arc leads; arc `a ^ 1` is the reverse of arc `a`.
    heads: Vec<usize>,
    costs: Vec<i128>,
    capacities: Vec<i128>,
    /// Arcs by the node they leave, and where each node's begin.
    leaving: Vec<usize>,
    starts: Vec<usize>,
}

/// A flow on a network.
#[derive(Clone, Debug)]
pub(crate) struct Flow {
    /// What may still flow on each arc, in minor units. On a reverse arc: what flows.
    pub(crate) residual: Vec<i128>,
    potentials: Vec<i128>,
}

/// Room to work in, and how much was done.
#[derive(Clone, Debug, Default)]
pub(crate) struct Work {
    distances: Vec<i128>,
    through: Vec<usize>,
    heap: BinaryHeap<Reverse<(i128, usize)>>,
    /// Arcs looked at so far.
    pub(crate) arcs: usize,
}

impl Network {
    pub(crate) fn new(nodes: usize) -> Network {
        Network {
            nodes,
            ..Network::default()
        }
    }

    /// Adds an arc and its reverse.
    pub(crate) fn add(&mut self, from: usize, to: usize, capacity: i128, cost: i128) -> usize {
        let arc = self.heads.len();
        self.heads.extend([to, from]);
        self.costs.extend([cost, -cost]);
        self.capacities.extend([capacity, 0]);
        arc
    }

    /// Sorts the arcs by the node they leave; to be called once, after the last arc.
    pub(crate) fn finish(mut self) -> Network {
        let tail = |heads: &[usize], arc: usize| heads[arc ^ 1];
        let mut starts = vec![0; self.nodes + 1];
        for arc in 0..self.heads.len() {
            starts[tail(&self.heads, arc) + 1] += 1;
        }
        for node in 0..self.nodes {
            starts[node + 1] += starts[node];
        }
        let mut next = starts.clone();
        let mut leaving = vec![0; self.heads.len()];
        for arc in 0..self.heads.len() {
            let at = &mut next[tail(&self.heads, arc)];
            leaving[*at] = arc;
            *at += 1;
        }
        self.starts = starts;
        self.leaving = leaving;
        self
    }

    pub(crate) fn cost(&self, arc: usize) -> i128 {
        self.costs[arc]
    }

    pub(crate) fn head(&self, arc: usize) -> usize {
        self.heads[arc]
    }

    pub(crate) fn arcs(&self) -> usize {
        self.heads.len()
    }

    pub(crate) fn nodes(&self) -> usize {
        self.nodes
    }

    fn leaving(&self, node: usize) -> &[usize] {
        &self.leaving[self.starts[node]..self.starts[node + 1]]
    }
}

impl Flow {
    /// The greatest flow from `source` to `sink` of least cost.
    pub(crate) fn greatest(network: &Network, source: usize, sink: usize, work: &mut Work) -> Flow {
        let mut flow = Flow {
            residual: network.capacities.clone(),
            potentials: vec![0; network.nodes],
        };
        while flow.reprice(network, source, sink, work) {
            flow.push(network, source, sink, work);
        }
        flow
    }

    /// Carries an amount from one node to another at least cost. False when that is impossible; the flow is then of no further use.
    pub(crate) fn carry(
        &mut self,
        network: &Network,
        (from, to): (usize, usize),
        amount: i128,
        work: &mut Work,
    ) -> bool {
        let mut left = amount;
        while left > 0 {
            if !self.reprice(network, from, to, work) {
                return false;
            }
            let path = |work: &Work| {
                let mut path = Vec::new();
                let mut node = to;
                while node != from {
                    let arc = work.through[node];
                    path.push(arc);
                    node = network.heads[arc ^ 1];
                }
                path
            };
            let path = path(work);
            let least = path.iter().map(|arc| self.residual[*arc]).min();
            let pushed = least.unwrap_or(0).min(left);
            for arc in path {
                self.residual[arc] -= pushed;
                self.residual[arc ^ 1] += pushed;
            }
            left -= pushed;
        }
        true
    }

    /// Shortest distances from `source`, added to the potentials. False when `sink` is out of reach.
    fn reprice(&mut self, network: &Network, source: usize, sink: usize, work: &mut Work) -> bool {
        work.distances.clear();
        work.distances.resize(network.nodes, UNREACHED);
        work.through.resize(network.nodes, 0);
        work.heap.clear();
        work.heap.push(Reverse((0, source)));
        work.distances[source] = 0;
        let mut reach = UNREACHED;
        while let Some(Reverse((distance, node))) = work.heap.pop() {
            if distance > work.distances[node] {
                continue;
            }
            if node == sink {
                reach = distance;
                break;
            }
            let leaving = network.leaving(node);
            work.arcs += leaving.len();
            for arc in leaving {
                if self.residual[*arc] == 0 {
                    continue;
                }
                let to = network.heads[*arc];
                let reduced = network.costs[*arc] + self.potentials[node] - self.potentials[to];
                let through = distance + reduced;
                if through < work.distances[to] {
                    work.distances[to] = through;
                    work.through[to] = *arc;
                    work.heap.push(Reverse((through, to)));
                }
            }
        }
        if reach == UNREACHED {
            return false;
        }
        for (potential, distance) in self.potentials.iter_mut().zip(&work.distances) {
            *potential += (*distance).min(reach);
        }
        true
    }

    fn is_tight(&self, network: &Network, arc: usize, from: usize) -> bool {
        self.residual[arc] > 0
            && network.costs[arc] + self.potentials[from] == self.potentials[network.heads[arc]]
    }

    /// Places of nodes in breadth-first order over arcs of reduced cost zero.
    fn levels(&self, network: &Network, source: usize, work: &mut Work) -> Vec<usize> {
        let mut levels = vec![usize::MAX; network.nodes];
        levels[source] = 0;
        let mut queue = VecDeque::from([source]);
        while let Some(node) = queue.pop_front() {
            work.arcs += network.leaving(node).len();
            for arc in network.leaving(node) {
                let to = network.heads[*arc];
                if levels[to] == usize::MAX && self.is_tight(network, *arc, node) {
                    levels[to] = levels[node] + 1;
                    queue.push_back(to);
                }
            }
        }
        levels
    }

    /// Pushes all that shortest paths of one length carry (Dinic 1970), without recursion.
    fn push(&mut self, network: &Network, source: usize, sink: usize, work: &mut Work) {
        loop {
            let levels = self.levels(network, source, work);
            if levels[sink] == usize::MAX {
                return;
            }
            let mut next = vec![0; network.nodes];
            let mut path: Vec<usize> = Vec::new();
            let mut node = source;
            loop {
                if node == sink {
                    let least = path.iter().map(|arc| self.residual[*arc]).min();
                    let least = least.unwrap_or(0);
                    for arc in path.drain(..) {
                        self.residual[arc] -= least;
                        self.residual[arc ^ 1] += least;
                    }
                    node = source;
                    continue;
                }
                let leaving = network.leaving(node);
                let onward = |arc: &usize| {
                    levels[network.heads[*arc]] == levels[node] + 1
                        && self.is_tight(network, *arc, node)
                };
                if let Some(steps) = leaving[next[node]..].iter().position(onward) {
                    next[node] += steps;
                    let arc = leaving[next[node]];
                    path.push(arc);
                    node = network.heads[arc];
                } else if let Some(arc) = path.pop() {
                    node = network.heads[arc ^ 1];
                    next[node] += 1;
                } else {
                    break;
                }
            }
        }
    }
}
