//! Who may do what with money, accounts and risk.

use super::Setting;

pub(super) const SETTINGS: &[Setting] = &[ORDERS, MONEY, CONTROL, DEFAULTS, RIGHTS];

/// An order, a request, a recall and two disputes of `c1` against `c2`, one of them decided; a mandate of `c1` for `c2`.
const ORDERS: Setting = Setting {
    before: "
        R1 c1 order C1 C2 10 first=2026-12-05               = standing-orders 0
        R2 c2 ask C2 C1 50                                  = parties
        R3 c1 mandate C1 C2 10 20                           = mandates 0
        P1 c1 pay C1 C2 100                                 = settled
        P2 c1 pay C1 C2 100                                 = settled
        P3 c1 pay C1 C2 100                                 = settled
        P4 c1 pay C1 C2 100                                 = settled
        block
        X1 c1 recall P1                                     = parties
        D1 c1 protest P2 10                                 = parties
        D2 c1 protest P3 10                                 = parties
        R4 op decide D2 5                                   = disputes 1
        block
    ",
    rows: "
        SetStandingOrder    | c1 ba       | order C1 C2 5                  | SY-00222
        AmendStandingOrder  | c1 ba       | reorder 0 5                    | SY-00546
        CancelStandingOrder | c1 ba       | unorder 0                      | SY-00546
        RequestToPay        | c2 bb       | ask C2 C1 5                    | SY-00549
        AnswerRequest       | c1 ba       | answer R2 50                   | SY-00551
        RequestCancel       | c1 ba       | recall P4                      | SY-00556
        AnswerCancel        | c2 bb       | back X1 100                    | SY-00560
        OpenDispute         | c1 ba       | protest P4 10                  | SY-00565
        SubmitEvidence      | c1 ba c2 bb | evidence D1                    | SY-00569
        DecideDispute       | op reg      | decide D1 5                    | SY-00571
        SettleDispute       | c2 bb       | compensate D2                  | SY-00574
        GrantMandate        | c1 ba       | mandate C1 C2 10 20            | SY-00222
        EndMandate          | c1 ba c2 bb | revoke 0                       | SY-00586
        Collect             | c2 bb       | collect 0 5                    | SY-00588
        SetSweep            | c1 ba       | sweep C1 C3 0 600              | SY-00222
        PayWhen             | c1 ba       | when C1 C2 5 after:99999 until=200000 | SY-00222
        # Only who asked takes it back.
        Cancel              | c1          | cancel X1                      | SY-00288
    ",
};

/// A hold of `c1` for `c2`, a payment of another day and one that waits for funds.
const MONEY: Setting = Setting {
    before: "
        V0 op open c1 current C1U asset=1                   = settled
        block
        H1 c1 hold C1 C2 50                                 = holds 0
        P1 c1 pay C1 C2 100                                 = settled
        W1 c1 pay C1 C2 5 date=2026-12-05                   = warehoused
        U1 c1 pay C3 C2 500 until=80000                     = queued
        block
    ",
    rows: "
        Pay          | c1 ba       | pay C1 C2 5          | SY-00222
        PayBatch     | c1 ba       | bulk each C1 C2:5    | SY-00222
        Hold         | c1 ba       | hold C1 C2 5         | SY-00222
        PostHold     | c1 ba c2 bb | post H1              | SY-00274
        VoidHold     | c2 bb       | void H1              | SY-00275
        PayVersus    | c1 ba       | versus C1 C2 5 against=Z1 receive=C1U expect=5 until=80000 | SY-00222
        Cancel       | c1          | cancel W1            | SY-00288
        Cancel       | c1          | cancel U1            | SY-00288
        Reprioritise | c1          | prio U1 3            | SY-00612
        HoldQueued   | c1          | park U1              | SY-00612
        RedeemCash   | c1 ba       | redeem C1 5          | SY-00222
        Return       | c2 bb       | return P1 C2 C1 5    | SY-00222
        SetLimit     | c1 ba       | limit C1 to:C2 5     | SY-00630
        SetLimit     | op ba       | limit C1 all 5       | SY-00630
        Reserve      | c1 ba       | reserve C1 3 5       | SY-00640
        IssueCash    | op          | issue C1 5           | SY-00236
    ",
};

/// What moves no money and rules over it.
const CONTROL: Setting = Setting {
    before: "
        R1 op open op settlement OPS                        = settled
        block
        R2 op trip account:C4                               = breakers 0
        R3 op rulebook OPS own                              = default-rules 0
        block
    ",
    rows: "
        RegisterParticipant | op       | register zz auditor                    | SY-00401
        OpenAccount         | op ba    | open c1 current NEW                    | SY-00301
        SetAccountRule      | op       | rule C1                                | SY-00346
        Freeze              | op reg   | freeze C1 d                            | SY-00342
        CloseAccount        | op c1 ba | close C5                               | SY-00344
        SetCalendar         | op       | calendar closed=sun                    | SY-00520
        SetFeeRule          | op       | fee payments debtor A1 0:5:0           | SY-00576
        SetInterest         | op       | interest C1 OPS 1 0 first=2026-12-31   | SY-00222
        SetDefaultRule      | op       | rulebook OPS fund                      | SY-00664
        Contribute          | c1 ba    | contribute C1 5                        | SY-00222
        TripBreaker         | op reg   | trip account:C1                        | SY-00536
        ResumeBreaker       | op       | resume account:C4                      | SY-00542
        SetRiskRule         | op reg   | watch account:C1 value 5               | SY-00642
        SetStatus           | op reg   | status w2 suspended                    | SY-00450
        SetStatus           | op       | status w2 defaulted                    | SY-00450
        RotateKey           | op c2    | rotate c2 add=zz                       | SY-00442
    ",
};

/// `s2` has failed, and nothing covers what it owes.
const DEFAULTS: Setting = Setting {
    before: "
        R1 op rule S2 floor=-100                            = settled
        R2 s2 pay S2 C2 100                                 = settled
        R3 op status s2 defaulted                           = defaults 0
        block
    ",
    rows: "
        CoverShortfall | c1 ba | cover 0 C1 5 | SY-00222 | s2=SY-00116
    ",
};

/// A grant of `c1` to `bb`; intraday credit of `ba` that is covered and drawn.
const RIGHTS: Setting = Setting {
    before: "
        R1 op open op settlement OPS                        = settled
        block
        R2 op intraday A1 500                               = intraday 0
        R3 op askcover OPS intraday:A1                      = collateral 0
        R4 ba putup 0 cash:A1:400                           = collateral 0
        R5 ba drawday A1 50                                 = settled
        R6 c1 grant bb C1 from=0 until=80000                = grants 0
        block
    ",
    rows: "
        GrantView     | c1    | grant c2 C1 from=0 until=80000 | SY-00470
        RevokeView    | c1 bb | ungrant 0                      | SY-00480
        SetSponsor    | op    | sponsor c2 ba                  | SY-00464
        SetIntraday   | op    | intraday A1 5                  | SY-00680
        DrawIntraday  | ba    | drawday A1 5                   | SY-00222
        RepayIntraday | ba    | repayday A1 5                  | SY-00222
    ",
};
