//! Makes an optimal flow a vertex: arcs that are neither empty nor full form a forest.
//!
//! ```text
//!   an arc that closes a circle of such arcs ─▶ push around it, in the direction that does not cost, until one of them is empty or full
//! ```
//! A vertex splits the fewest bundles: no more than there are accounts. In an optimal flow every such circle costs nothing.

use crate::flow::{Flow, Network};

/// The tree arcs at each node.
struct Forest {
    touching: Vec<Vec<usize>>,
    /// For the search of one circle: through which arc each node was reached.
    through: Vec<Option<usize>>,
}

/// Empties or fills arcs among the first `arcs` of a network until no circle of others is left.
pub(crate) fn make_vertex(network: &Network, flow: &mut Flow, arcs: impl Iterator<Item = usize>) {
    let mut forest = Forest {
        touching: vec![Vec::new(); network.nodes()],
        through: vec![None; network.nodes()],
    };
    for arc in arcs {
        while is_between(flow, arc) {
            let (from, to) = (network.head(arc ^ 1), network.head(arc));
            let Some(mut circle) = forest.path(network, to, from) else {
                forest.join(network, arc);
                break;
            };
            circle.push(arc);
            push_around(network, flow, &circle);
            for full in circle {
                let full = full & !1;
                if full != arc && !is_between(flow, full) {
                    forest.cut(network, full);
                }
            }
        }
    }
}

fn is_between(flow: &Flow, arc: usize) -> bool {
    flow.residual[arc] > 0 && flow.residual[arc ^ 1] > 0
}

/// Pushes along a circle as it is directed, or against it where that is cheaper, as much as goes.
fn push_around(network: &Network, flow: &mut Flow, circle: &[usize]) {
    let cost: i128 = circle.iter().map(|arc| network.cost(*arc)).sum();
    let turned = usize::from(cost > 0);
    let least = circle.iter().map(|arc| flow.residual[*arc ^ turned]).min();
    let least = least.unwrap_or(0);
    for arc in circle {
        flow.residual[*arc ^ turned] -= least;
        flow.residual[*arc ^ turned ^ 1] += least;
    }
}

impl Forest {
    fn join(&mut self, network: &Network, arc: usize) {
        self.touching[network.head(arc)].push(arc ^ 1);
        self.touching[network.head(arc ^ 1)].push(arc);
    }

    fn cut(&mut self, network: &Network, arc: usize) {
        self.touching[network.head(arc)].retain(|it| *it != arc ^ 1);
        self.touching[network.head(arc ^ 1)].retain(|it| *it != arc);
    }

    /// The arcs, directed, from one node to another along the forest.
    fn path(&mut self, network: &Network, from: usize, to: usize) -> Option<Vec<usize>> {
        self.through.fill(None);
        let mut stack = vec![from];
        while let Some(node) = stack.pop() {
            if node == to {
                let mut path = Vec::new();
                let mut at = to;
                while at != from {
                    let arc = self.through[at]?;
                    path.push(arc);
                    at = network.head(arc ^ 1);
                }
                return Some(path);
            }
            for arc in &self.touching[node] {
                let next = network.head(*arc);
                let came_from = self.through[node].map(|arc| network.head(arc ^ 1));
                if next != from && came_from != Some(next) && self.through[next].is_none() {
                    self.through[next] = Some(*arc);
                    stack.push(next);
                }
            }
        }
        None
    }
}
