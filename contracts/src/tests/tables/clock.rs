//! The clock of a trial: only there, only by the operator, and what falls due meanwhile is done in its order.

pub(super) const TABLES: &[&str] = &[
    "
    T1 op advance 0                             = SY-00934
    T2 op advance 31622400001                   = SY-00934
    # A network that is no trial has the time of its blocks.
    T3 op advance 1                             = SY-00850
    ",
    "
    trial
    T1 ba advance 1                             = SY-00852
    T2 reg advance 1                            = SY-00852
    # A hold of an hour and two payments of later days; then two days pass at once.
    H1 ba hold A1 C1 10                         = holds 0
    P1 ba pay A1 C2 20 date=2026-12-03          = warehoused
    P2 ba pay A1 C2 30 date=2026-12-02          = warehoused
    T3 op advance 172800000                     = settled
    # In the block of the instruction it is still today.
    T4 ba pay A1 C2 1 date=2026-12-01           = settled
    bal C2 1
    block 3 empty
    later P1 = settled
    later P2 = settled
    bal C2 51
    # The hold has ended too.
    avail A1 949
    T5 ba pay A1 C2 1 date=2026-12-01 expiry=172900 = SY-00205
    T6 ba pay A1 C2 1 expiry=90000              = SY-00120
    # More than a day late: dropped, without an answer, and its key is free.
    T7 ba pay A1 C2 1                           = late
    T8 ba pay A1 C2 1 date=2026-12-03 expiry=172900 key=T7 = settled
    ",
    "
    # A hundred years, and not a millisecond more.
    trial 3162239999999
    T1 op advance 2 expiry=3162240001           = SY-00854
    T2 op advance 1 expiry=3162240001           = settled
    ",
];
