//! The relaxation in which payments may settle in part, and the search for whole payments that it guides.
//!
//! ```text
//!   settle everything ─▶ some accounts lack, others have left
//!   cancelling one unit of s→r takes one unit of lack from s and gives it to r, and costs the weight of the payment's class
//!   cheapest way to carry all lack to where something is left = best relaxed set;  potentials = dual prices of the accounts' money
//!
//!   a bundle (one sender, receiver, class) whose cancelled part is no sum of its payments ─▶ one payment decided: in, or out
//!        in:  that much may no longer be cancelled      out: that much is cancelled for good       flow made optimal again
//!   the cheaper side is followed, the other is kept; at the end of a dive the best of those kept is followed next
//! ```
//! Only floors are seen here. Limits, reservations, pairs and strict places only shrink what is feasible: the value stays a bound.

use sycee_contracts::liquidity::netting::Netting;

use crate::{
    flow::{Flow, Network, Work},
    forest::make_vertex,
};

/// Classes that are told apart; further ones count like the last, so that weights stay in range.
const CLASSES_WEIGHED: usize = 6;

/// Accounts and bundles up to which the relaxation is solved; beyond, its time would no longer be small.
pub(crate) const RELAXED_ACCOUNTS_MAX: usize = 2_048;
pub(crate) const RELAXED_BUNDLES_MAX: usize = 32_768;

/// Decisions that are kept for later.
const KEPT_MAX: usize = 256;

/// Payments of one sender, receiver and weight.
#[derive(Clone, Debug)]
struct Bundle {
    sender: usize,
    receiver: usize,
    /// Places in the list, the largest amount first.
    payments: Vec<u32>,
    /// Its arc in the network.
    arc: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Side {
    In,
    Out,
}

/// The relaxation of one problem.
pub(crate) struct Relaxation<'a> {
    netting: &'a Netting,
    bundles: Vec<Bundle>,
    fixed: Vec<Option<Side>>,
    /// Arcs from here on say what accounts have left or lack.
    first_slack: usize,
    network: Network,
    work: Work,
}

/// What is decided so far, with the best flow under it.
#[derive(Clone, Debug)]
struct Node {
    flow: Flow,
    decided: Vec<Option<Side>>,
    /// Weighted cost of payments that were decided to be out.
    cost_out: i128,
    /// Weighted cost of all that is cancelled.
    cost: i128,
}

/// A payment that a relaxed set can neither keep nor cancel whole.
struct Split {
    bundle: usize,
    payment: usize,
    error: i128,
}

impl<'a> Relaxation<'a> {
    /// The relaxation over the payments that are not fixed; `None` where there are too many bundles.
    pub(crate) fn new(netting: &'a Netting, fixed: &[Option<bool>]) -> Option<Relaxation<'a>> {
        let accounts = netting.accounts().len();
        let base = i128::try_from(accounts).unwrap_or(i128::MAX) + 1;
        let ranks = netting.classes().len().clamp(1, CLASSES_WEIGHED);
        let weight = |rank: usize| (rank + 1..ranks).fold(1, |weight, _| weight * base);
        let mut keyed: Vec<(u32, u32, usize, u128, u32)> = Vec::new();
        // Whoever stands below its floor either sends nothing or ends above it; in both cases it sends no more than it receives.
        let rooms = netting.accounts().iter();
        let mut rooms: Vec<i128> = rooms.map(|it| (it.balance - it.floor).max(0)).collect();
        for (place, it) in (0_u32..).zip(netting.payments()) {
            let rank = netting.class_rank(place as usize).min(ranks - 1);
            let fixed = fixed.get(place as usize).copied().flatten();
            match fixed {
                None => keyed.push((it.sender, it.receiver, rank, u128::MAX - it.amount, place)),
                Some(true) => {}
                Some(false) => continue,
            }
            rooms[it.sender as usize] -= signed(it.amount);
            rooms[it.receiver as usize] += signed(it.amount);
        }
        keyed.sort_unstable();
        let mut network = Network::new(accounts + 2);
        let mut bundles = Vec::new();
        for group in keyed.chunk_by(|a, b| (a.0, a.1, a.2) == (b.0, b.1, b.2)) {
            let (sender, receiver) = (group[0].0 as usize, group[0].1 as usize);
            let capacity = group.iter().map(|it| signed(u128::MAX - it.3)).sum();
            bundles.push(Bundle {
                sender,
                receiver,
                payments: group.iter().map(|it| it.4).collect(),
                arc: network.add(sender, receiver, capacity, weight(group[0].2)),
            });
        }
        let first_slack = 2 * bundles.len();
        for (account, room) in rooms.into_iter().enumerate() {
            match room < 0 {
                true => network.add(accounts, account, -room, 0),
                false => network.add(account, accounts + 1, room, 0),
            };
        }
        if bundles.len() > RELAXED_BUNDLES_MAX {
            return None;
        }
        let side = |settles: bool| if settles { Side::In } else { Side::Out };
        let decided = |it: usize| fixed.get(it).copied().flatten().map(side);
        Some(Relaxation {
            netting,
            bundles,
            fixed: (0..netting.payments().len()).map(decided).collect(),
            first_slack,
            network: network.finish(),
            work: Work::default(),
        })
    }

    fn amount(&self, payment: usize) -> i128 {
        signed(self.netting.payments()[payment].amount)
    }

    fn root(&mut self) -> Node {
        let accounts = self.netting.accounts().len();
        let flow = Flow::greatest(&self.network, accounts, accounts + 1, &mut self.work);
        let mut root = Node {
            flow,
            decided: self.fixed.clone(),
            cost_out: 0,
            cost: 0,
        };
        self.make_vertex(&mut root.flow);
        root.cost = self.cost(&root);
        root
    }

    fn make_vertex(&mut self, flow: &mut Flow) {
        let slack = self.first_slack..self.network.arcs();
        let bundles = self.bundles.iter().map(|bundle| bundle.arc);
        self.work.arcs += self.bundles.len();
        make_vertex(&self.network, flow, slack.step_by(2).chain(bundles));
    }

    /// Weighted cost of what is cancelled, decided or not.
    fn cost(&self, node: &Node) -> i128 {
        let flowing = self.bundles.iter();
        let flowing = flowing.map(|it| self.network.cost(it.arc) * node.flow.residual[it.arc ^ 1]);
        node.cost_out + flowing.sum::<i128>()
    }

    /// The sets that dives reach, the best relaxed value first, within a number of arcs looked at.
    pub(crate) fn dive(&mut self, arcs_max: usize, tolerance: i128) -> Vec<Vec<bool>> {
        let mut found: Vec<(i128, Vec<bool>)> = Vec::new();
        let mut kept: Vec<Node> = vec![self.root()];
        while let Some(node) = take_cheapest(&mut kept) {
            let leaf = self.follow(node, &mut kept, arcs_max, tolerance);
            found.push((leaf.cost, self.whole(&leaf)));
            if self.work.arcs > arcs_max && !found.is_empty() {
                break;
            }
        }
        found.sort_by_key(|it| it.0);
        found.into_iter().map(|it| it.1).collect()
    }

    /// Arcs and payments looked at so far.
    pub(crate) fn work(&self) -> usize {
        self.work.arcs
    }

    /// Decides payment after payment until the relaxed set is whole but for a tolerance, or the work is done.
    fn follow(
        &mut self,
        mut node: Node,
        kept: &mut Vec<Node>,
        arcs_max: usize,
        tolerance: i128,
    ) -> Node {
        while let Some(split) = self.worst_split(&node) {
            if self.work.arcs > arcs_max || split.error <= tolerance {
                // What is left split is rounded as it stands.
                return node;
            }
            let sides = [Side::In, Side::Out].map(|side| self.decide(&node, &split, side));
            let (first, second) = match sides {
                [Some(keep), Some(drop)] if drop.cost < keep.cost => (drop, Some(keep)),
                [Some(keep), drop] => (keep, drop),
                [None, Some(drop)] => (drop, None),
                // No relaxed set is left on either side: what is there is rounded and repaired.
                [None, None] => return node,
            };
            if let Some(second) = second {
                keep(kept, second);
            }
            node = first;
        }
        node
    }

    /// The node with one more payment decided; `None` when no relaxed set is left.
    fn decide(&mut self, node: &Node, split: &Split, side: Side) -> Option<Node> {
        let mut node = node.clone();
        let Bundle {
            sender,
            receiver,
            arc,
            ..
        } = self.bundles[split.bundle];
        let amount = self.amount(split.payment);
        node.decided[split.payment] = Some(side);
        // In: less may be cancelled, and what is beyond goes another way from the sender's lack. Out: more is, and burdens the receiver.
        let (narrowed, ends) = match side {
            Side::In => (arc, (sender, receiver)),
            Side::Out => (arc ^ 1, (receiver, sender)),
        };
        let room = node.flow.residual[narrowed];
        node.flow.residual[narrowed] = (room - amount).max(0);
        let beyond = (amount - room).max(0);
        node.flow.residual[narrowed ^ 1] -= beyond;
        if !node.flow.carry(&self.network, ends, beyond, &mut self.work) {
            return None;
        }
        if side == Side::Out {
            node.cost_out += self.network.cost(arc) * amount;
        }
        self.make_vertex(&mut node.flow);
        node.cost = self.cost(&node);
        Some(node)
    }

    /// The payment whose rounding would be the greatest error, if any.
    fn worst_split(&mut self, node: &Node) -> Option<Split> {
        let mut worst: Option<Split> = None;
        for bundle in 0..self.bundles.len() {
            let arc = self.bundles[bundle].arc;
            if node.flow.residual[arc] == 0 || node.flow.residual[arc ^ 1] == 0 {
                continue;
            }
            self.work.arcs += self.bundles[bundle].payments.len();
            self.assign(node, bundle, |payment, error, _| {
                if error > worst.as_ref().map_or(0, |it| it.error) {
                    worst = Some(Split {
                        bundle,
                        payment,
                        error,
                    });
                }
            });
        }
        worst
    }

    /// Which payments settle when each bundle's cancelled part is made of whole payments as nearly as a greedy choice can.
    fn whole(&self, node: &Node) -> Vec<bool> {
        let decided = node.decided.iter().map(|side| *side == Some(Side::In));
        let mut settles: Vec<bool> = decided.collect();
        for bundle in 0..self.bundles.len() {
            self.assign(node, bundle, |payment, _, is_in| settles[payment] = is_in);
        }
        settles
    }

    /// Puts each undecided payment of a bundle, the largest first, where more is left of what the flow keeps or cancels.
    fn assign(&self, node: &Node, bundle: usize, mut each: impl FnMut(usize, i128, bool)) {
        let Bundle { arc, payments, .. } = &self.bundles[bundle];
        let mut keeps = node.flow.residual[*arc];
        let mut cancels = node.flow.residual[*arc ^ 1];
        for payment in payments.iter().map(|it| *it as usize) {
            if node.decided[payment].is_some() {
                continue;
            }
            let amount = self.amount(payment);
            let is_in = keeps >= cancels;
            let room = if is_in { &mut keeps } else { &mut cancels };
            let error = (amount - *room).max(0);
            *room = (*room - amount).max(0);
            each(payment, error, is_in);
        }
    }
}

fn take_cheapest(kept: &mut Vec<Node>) -> Option<Node> {
    let cheapest = (0..kept.len()).min_by_key(|it| kept[*it].cost)?;
    Some(kept.swap_remove(cheapest))
}

fn keep(kept: &mut Vec<Node>, node: Node) {
    if kept.len() >= KEPT_MAX {
        let dearest = (0..kept.len()).max_by_key(|it| kept[*it].cost);
        if let Some(dearest) = dearest {
            kept.swap_remove(dearest);
        }
    }
    kept.push(node);
}

/// An upper bound of the value that any set can settle, in minor units: the relaxation with all classes alike, or all that waits where
/// the list is too wide for it.
#[must_use]
pub fn value_upper_bound(netting: &Netting) -> u128 {
    let mut alike = netting.payments().to_vec();
    for payment in &mut alike {
        payment.class = 0;
    }
    let queued: u128 = alike.iter().map(|it| it.amount).sum();
    let Ok(alike) = Netting::new(netting.accounts().to_vec(), alike, Vec::new(), &[]) else {
        return queued;
    };
    let Some(mut relaxation) = Relaxation::new(&alike, &[]) else {
        return queued;
    };
    queued.saturating_sub(relaxation.root().cost.unsigned_abs())
}

pub(crate) fn signed(amount: u128) -> i128 {
    i128::try_from(amount).unwrap_or(i128::MAX)
}
