//! Refusals of tables, attestations, calendars and breakers.

rows! { ($) controls {
    TableFull = 501, "NARR", false,
        "The ledger holds as many objects of this kind as it may.",
        "此类对象数量已达账本上限。",
        "Ask the operator; closed objects keep their rows.";
    AttestorForbidden = 510, "AG08", false,
        "A participant of this role does not attest facts of this kind.",
        "此角色的参与者不得出具此类证明。",
        "Let an oracle, or another role that the kind allows, attest it.";
    SubjectUnknown = 512, "NARR", false,
        "The subject of the attestation is not on this ledger.",
        "证明的对象不在本账本上。",
        "Check the number of the asset, account or participant.";
    AttestationOlder = 514, "NARR", false,
        "The attestor has stated a fact of this kind about this subject that is as new or newer.",
        "证明方已就同一对象出具同样新或更新的证明。",
        "Attest only what was observed later.";
    ObservationAhead = 516, "NARR", true,
        "The observation lies in the future.",
        "观察时间在未来。",
        "Send it when block time has reached the observation.";
    CalendarForbidden = 520, "AG08", false,
        "Only the asset's issuer or the operator sets its calendar.",
        "只有资产发行方或运营方可以设定其日历。",
        "Let the issuer or the operator send the instruction.";
    BreakerTripped = 530, "ED06", true,
        "A circuit breaker has stopped new debits here.",
        "熔断已触发，此处暂停新的借记。",
        "Wait until the operator resumes; balances are unchanged.";
    BreakerHalfOpen = 532, "ED06", true,
        "A circuit breaker lets only smaller amounts pass for now.",
        "熔断处于部分恢复状态，目前只允许较小金额。",
        "Send a smaller amount, or wait until the operator resumes fully.";
    BreakerScopeUnknown = 534, "NARR", false,
        "The scope of the breaker is not on this ledger.",
        "熔断范围不在本账本上。",
        "Check the number of the asset, account or participant.";
    TripForbidden = 536, "AG08", false,
        "Only the operator or a regulator trips a breaker.",
        "只有运营方或监管机构可以触发熔断。",
        "Let the operator or the regulator send the instruction.";
    TrippedAlready = 538, "NARR", false,
        "The breaker is tripped.",
        "该熔断已处于触发状态。",
        "Ask for the breaker.";
    NothingTripped = 540, "NARR", false,
        "No breaker of this scope is tripped.",
        "该范围内没有已触发的熔断。",
        "Ask for the breakers.";
    ResumeForbidden = 542, "AG08", false,
        "Only the operator, or the regulator that tripped it, resumes a breaker.",
        "只有运营方或触发熔断的监管机构可以恢复。",
        "Let one of them send the instruction.";
}}
