//! What keys are for, who may look, who sponsors whom, and how a participant leaves.

use sycee_primitives::{BlockTime, ParticipantId};

use crate::{
    RejectReason,
    grant::GRANTS_PER_PARTICIPANT_MAX,
    tests::language::{DAY, Stage},
};

const KEYS: &str = "
    T1 ba rotate ba add=biz+adm+ask             = settled
    block
    T2 ba keyuse biz business                   = settled
    T3 ba keyuse adm rights                     = settled
    T4 ba keyuse ask inquiry                    = settled
    T5 biz pay A1 C2 1 as=ba                    = settled
    T6 adm pay A1 C2 1 as=ba                    = SY-00115
    T7 ask pay A1 C2 1 as=ba                    = SY-00115
    T8 biz policy 100:2 as=ba                   = SY-00115
    T9 adm keyuse ba business as=ba             = settled
    T10 ba rotate ba add=k                      = SY-00115
    # Neither business nor rights may be left without a key.
    T11 adm keyuse adm business as=ba           = SY-00446
    T12 adm rotate ba retire=adm as=ba          = SY-00446
    T13 adm keyuse c1 rights as=ba              = SY-00444
    T14 adm policy 100:2 as=ba                  = SY-00454
    T15 adm rotate ba add=adm2 as=ba            = settled
    block
    T16 adm keyuse adm2 rights as=ba            = settled
    T17 adm policy 100:2 as=ba                  = settled
    # An approval by a key that is for something else is heard and does not count.
    T18 biz pay A1 C2 100 as=ba                 = approvals
    T19 adm approve T18 as=ba                   = settled
    T20 ba approve T18                          = settled
    later T18 = settled
    T21 adm+adm2 keyuse biz business until=900 as=ba = SY-00446
";

/// Validity: the key signs up to height 4.
const VALIDITY: &str = "
    T1 bb rotate bb add=bb2                     = settled
    block
    T2 bb keyuse bb2 any until=3                = SY-00455
    T3 bb keyuse bb2 any until=5                = settled
    T4 bb2 pay B1 C2 1 as=bb                    = SY-00260
    block
    T5 bb2 pay B1 C2 1 as=bb                    = SY-00260
    block
    T6 bb2 pay B1 C2 1 as=bb                    = SY-00260
    block
    T7 bb2 pay B1 C2 1 as=bb                    = SY-00114
    # What has ended stays so.
    T8 bb keyuse bb2 any                        = SY-00444
";

const GRANTS: &str = "
    T1 c1 grant bb C1 from=0 until=100          = grants 0
    T2 c1 grant bb C2 from=0 until=100          = SY-00470
    T3 c1 grant bb NONE from=0 until=100        = SY-00340
    T4 c1 grant nobody C1 from=0 until=100      = SY-00472
    T5 c1 grant c1 C1 from=0 until=100          = SY-00472
    T6 c1 grant bb C1 from=100 until=100        = SY-00913
    block 10
    T7 c1 grant bb all from=0 until=5           = SY-00474
    T8 s2 ungrant 0                             = SY-00480
    T9 bb ungrant 9                             = SY-00478
    T10 bb ungrant 0                            = settled
    T11 c1 ungrant 0                            = SY-00482
";

const SPONSORS: &str = "
    T1 ba sponsor c1 bb                         = SY-00464
    T2 op sponsor ba bb                         = SY-00466
    T3 op sponsor c1 nobody                     = SY-00405
    T4 op sponsor c1 c2                         = SY-00407
    T5 op sponsor c1 bs                         = SY-00407
    T6 op sponsor nobody bb                     = SY-00440
    T7 op sponsor c1 bb                         = settled
    T8 ba pay C1 C2 1                           = SY-00222
    T9 bb pay C1 C2 1                           = settled
    # The bank through which it takes part caps what it sends net.
    T10 bb limit C1 all 100                     = limits 0
    T11 ba limit C1 all 5                       = SY-00630
    T12 c1 limit C1 all 400                     = SY-00630
    T13 c1 pay C1 C2 101                        = SY-00654
    T14 c1 pay C1 C2 100                        = settled
";

const EXIT: &str = "
    T1 op status s2 exited                      = SY-00452
    T2 op status s2 suspended                   = settled
    T3 op status s2 exited                      = settled
    T4 op status c2 suspended                   = settled
    T5 op status c2 exited                      = SY-00456
    T6 op close C2                              = settled
    T7 op status bb suspended                   = settled
    T8 op close B1                              = settled
    T9 op status bb exited                      = SY-00458
    T10 op close C6                             = settled
    T11 op status c2 exited                     = settled
    T12 op status bb exited                     = SY-00460
    T13 op status c2 active                     = SY-00452
";

const BUSY: &str = "
    T1 ba offer A1 C2 50                        = loans 0
    T2 op status c2 suspended                   = settled
    T3 op close C2                              = settled
    T4 op close C6                              = settled
    T5 op status c2 exited                      = SY-00462
";

/// Whoever is asked to pay, to pay back or to answer a dispute stays until that is over; an account that pays interest to others stays open.
const CASES: &str = "
    T1 ba pay A1 C2 50                          = settled
    T2 ba recall T1 until=100                   = parties
    T3 c2 pay C2 C1 50                          = settled
    T4 op status c2 suspended                   = settled
    T5 op close C2                              = settled
    T6 op close C6                              = settled
    T7 op status c2 exited                      = SY-00462
    block 100
    T8 ba protest T1 50                         = parties
    later T2 = SY-00564
    T9 op status c2 exited                      = SY-00462
    T10 op decide T8 50 by=200                  = disputes 0
    # The award cannot be paid from a closed account, and is still owed.
    block 200 empty
    T11 op status c2 exited                     = SY-00462
    S1 op open op settlement OPS                = settled
    S2 op open op settlement OPS2               = settled
    bal OPS 0
    S3 op interest A1 OPS 1 0 first=2026-12-02  = interest 0
    S4 op close OPS                             = SY-00350
    S5 op interest A1 OPS -                     = interest 0
    S6 op rulebook OPS2 fund                    = default-rules 0
    S7 op close OPS2                            = SY-00350
    S8 op close OPS                             = settled
";

/// A request that waits for its payer binds both sides.
const ASKED: &str = "
    T1 ba ask A1 C2 50 until=100                = parties
    T2 op status c2 suspended                   = settled
    T3 op close C2                              = settled
    T4 op close C6                              = settled
    T5 op status c2 exited                      = SY-00462
    block 100 empty
    later T1 = SY-00555
    T6 op status c2 exited                      = settled
";

pub(super) const TABLES: &[&str] = &[KEYS, VALIDITY, GRANTS, SPONSORS, EXIT, BUSY, CASES, ASKED];

#[test]
fn rights() {
    for table in TABLES {
        Stage::new().run(table);
    }
}

#[test]
fn a_grant_opens_the_view_for_its_time() {
    let mut stage = Stage::new();
    stage.run(
        "
        T1 c1 grant bb C1 from=10 until=20 = grants 0
        T2 c1 grant c2 all from=0 until=100 = grants 1
        block 10 empty
        ",
    );
    let (c1, c3, a1) = (
        stage.account("C1"),
        stage.account("C3"),
        stage.account("A1"),
    );
    let (bb, c2) = (ParticipantId(2), ParticipantId(4));
    let at = |second: u64| BlockTime(DAY + second * 1_000);
    assert!(!stage.ledger.is_granted(bb, c1, at(9)) && stage.ledger.is_granted(bb, c1, at(10)));
    assert!(stage.ledger.is_granted(bb, c1, at(19)) && !stage.ledger.is_granted(bb, c1, at(20)));
    assert!(stage.ledger.may_see(bb, c1) && !stage.ledger.may_see(bb, c3));
    assert!(stage.ledger.may_see(c2, c3) && !stage.ledger.may_see(c2, a1));
}

#[test]
fn grants_are_bounded() {
    let mut stage = Stage::new();
    stage.run("T1 c1 grant bb C1 from=0 until=100 = grants 0");
    let row = *stage.ledger.products.grants.get(0).expect("a row");
    for _ in 1..GRANTS_PER_PARTICIPANT_MAX {
        stage.ledger.products.grants.add(row);
    }
    let reached = stage.run("T2 c1 grant bb C1 from=0 until=100 = SY-00476");
    assert_eq!(reached, [RejectReason::GrantsFull]);
}
