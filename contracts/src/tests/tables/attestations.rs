//! `Attest`: who may state what, in which order, for how long.

use sycee_primitives::BlockTime;

use crate::{
    AttestationKind, Subject, SubjectText, read,
    tests::language::{DAY, Stage},
};

pub(super) const TABLES: &[&str] = &["
    T1 orc attest price CU 71000 scale=1 observed=1   = attestations 0
    # Newer takes the place of older; as new or older is refused.
    block 10
    T2 orc attest price CU 71500 scale=1 observed=9   = attestations 0
    T3 orc attest price CU 72000 observed=9           = SY-00514
    T4 op attest price CU 71400 scale=1 observed=8    = attestations 1
    T5 orc attest sensor CU 7 observed=9              = attestations 2
    T6 ba attest price CU 1 observed=9                = SY-00510
    T7 aud attest reserve asset:0 5000 observed=9     = attestations 3
    T8 aud attest reserve asset:9 5000 observed=9     = SY-00512
    T9 ba attest score participant:c1 800 observed=9  = attestations 4
    T10 ba attest score participant:nobody 1 observed=9 = SY-00512
    T11 orc attest fixing LPR1Y 345 scale=4 observed=99 = SY-00516
    T12 orc attest fixing LPR1Y 345 observed=10 expires=10 = SY-00050
    T13 orc attest fixing LPR1Y 345 observed=10 expires=31622411 = SY-00050
    T14 orc attest fixing LPR1Y 345 scale=19          = SY-00052
    T15 orc attest fixing LPR1Y 1000000000000000000000000000001 = SY-00052
    T16 orc attest screening account:C1 1 observed=9  = attestations 5
    T17 orc attest screening account:NONE 1 observed=9 = SY-00512
    T18 orc attest screening payment:T1 0 observed=9  = attestations 6
"];

#[test]
fn attest() {
    let mut stage = Stage::new();
    stage.run(TABLES[0]);
    let copper = Subject::Named(SubjectText::new("CU").unwrap());
    let at = |time| {
        let found = stage.ledger.attested(AttestationKind::Price, copper, time);
        found.map(|(id, it)| (id, it.value, it.revision))
    };
    // The newest that counts, whoever stated it; nothing once all have expired.
    assert_eq!(at(BlockTime(DAY + 10_000)), Some((0, 71_500, 2)));
    assert_eq!(at(BlockTime(DAY + 8_500)), Some((1, 71_400, 1)));
    assert_eq!(at(BlockTime(DAY + 3_599_999)), Some((0, 71_500, 2)));
    assert_eq!(at(BlockTime(DAY + 3_600_000)), None);
    assert_eq!(read::attestations(&stage.ledger).count(), 7);
}

#[test]
fn a_subject_has_one_form() {
    assert!(SubjectText::new("LME:CU-3M").is_some());
    for wrong in ["", "cu", "铜", &"X".repeat(36)] {
        assert_eq!(SubjectText::new(wrong), None, "{wrong}");
    }
}
