//! In which order the batches of a final block are executed. [O1]
//!
//! The leader chooses which tips are in the cut, never the order: lanes take turns batch by batch, and who begins rotates with the height.

use sycee_primitives::{Hash, Height};

/// The batches of a block at `height`, given for each lane its new batches in lane order.
///
/// For k = 1, 2, ... and lanes cyclic from height mod n: the k-th new batch of the lane, where it has one.
#[must_use]
pub fn delivery_order(height: Height, new_batches: &[Vec<Hash>]) -> Vec<Hash> {
    let lanes = new_batches.len();
    let start = usize::try_from(height.0 % (lanes.max(1) as u64)).unwrap_or(0);
    let longest = new_batches.iter().map(Vec::len).max().unwrap_or(0);
    (0..longest)
        .flat_map(|k| (0..lanes).filter_map(move |i| new_batches.get((start + i) % lanes)?.get(k)))
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_take_turns_and_the_first_turn_rotates() {
        let name = |lane: u8, k: u8| Hash([lane * 16 + k; 32]);
        let lanes = vec![
            vec![name(0, 1), name(0, 2), name(0, 3)],
            vec![],
            vec![name(2, 1)],
            vec![name(3, 1), name(3, 2)],
        ];
        let show = |height| -> String {
            delivery_order(Height(height), &lanes)
                .iter()
                .map(|h| format!("{:02x} ", h.0[0]))
                .collect()
        };
        assert_eq!(show(4), "01 21 31 02 32 03 ");
        assert_eq!(show(6), "21 31 01 32 02 03 ");
        assert_eq!(show(7), "31 01 21 32 02 03 ");
        assert_eq!(delivery_order(Height(5), &[]), vec![]);
    }
}
