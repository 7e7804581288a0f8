use super::*;

fn at(seq: u64, digest: u8) -> LaneEntry {
    let digest = Hash([digest; 32]);
    LaneEntry {
        seq: Seq(seq),
        digest,
    }
}

/// Signs the next header in `view` with `entry` final; its digest is `digest`. Returns (incarnation, seq, parent).
fn sign(lane: &mut OwnLane, view: u64, entry: LaneEntry, digest: u8) -> Option<(u64, u64, u8)> {
    lane.follow(entry);
    let slot = lane.next(View(view), entry)?;
    lane.signed(slot, entry, Hash([digest; 32]));
    Some((slot.incarnation, slot.seq.0, slot.parent.0[0]))
}

#[test]
fn a_lane_grows_at_its_tip_while_the_chain_goes_through_it() {
    let mut lane = OwnLane::new(at(0, 100), None, &[]);
    assert_eq!(sign(&mut lane, 3, at(0, 100), 1), Some((0, 1, 100)));
    assert_eq!(sign(&mut lane, 3, at(0, 100), 2), Some((0, 2, 1)));
    assert_eq!(sign(&mut lane, 9, at(1, 1), 3), Some((0, 3, 2)));
    assert_eq!(sign(&mut lane, 9, at(3, 3), 4), Some((0, 4, 3)));
}

/// B6 (b): the parent is the final entry of the moment the batch is signed, not of the moment the life ended.
#[test]
fn l11_off_the_chain_the_lane_starts_anew_from_the_final_entry() {
    let mut lane = OwnLane::new(at(0, 100), None, &[]);
    sign(&mut lane, 3, at(0, 100), 1);
    sign(&mut lane, 3, at(0, 100), 2);
    assert_eq!(sign(&mut lane, 5, at(2, 200), 3), Some((5 * 256, 3, 200)));
    assert_eq!(sign(&mut lane, 5, at(2, 200), 4), Some((5 * 256, 4, 3)));
    lane.follow(at(4, 204));
    assert_eq!(
        sign(&mut lane, 6, at(5, 205), 5),
        Some((6 * 256, 6, 205)),
        "it moved meanwhile"
    );
}

/// B6 (a): two lives in one view have different numbers, and a view has 256 of them.
#[test]
fn l11_a_view_has_256_incarnations_and_then_the_lane_waits() {
    let mut lane = OwnLane::new(at(0, 100), None, &[]);
    sign(&mut lane, 7, at(0, 100), 1);
    for k in 0..256 {
        lane.end_life();
        let signed = sign(&mut lane, 7, at(0, 100), 2);
        assert_eq!(signed, Some((7 * 256 + k, 1, 100)));
    }
    lane.end_life();
    assert_eq!(sign(&mut lane, 7, at(0, 100), 2), None);
    assert_eq!(sign(&mut lane, 8, at(0, 100), 2), Some((8 * 256, 1, 100)));
}

#[test]
fn l11_a_restart_remembers_the_life_and_checks_the_line_again() {
    let line = [at(5, 5), at(6, 6)];
    let restored = || OwnLane::new(at(4, 4), Some(900), &line);
    assert_eq!(sign(&mut restored(), 9, at(5, 5), 7), Some((900, 7, 6)));
    assert_eq!(
        sign(&mut restored(), 9, at(5, 55), 7),
        Some((9 * 256, 6, 55))
    );
    let mut lost = OwnLane::new(at(8, 8), Some(2_000), &[]);
    assert_eq!(
        sign(&mut lost, 3, at(6, 6), 7),
        None,
        "a number exceeds the last one, and view 3 ends at 1023"
    );
    assert_eq!(sign(&mut lost, 7, at(6, 6), 7), Some((2_001, 7, 6)));
}
