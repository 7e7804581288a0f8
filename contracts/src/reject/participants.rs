//! Refusals of participants.

rows! { ($) participants {
    RegistrarForbidden = 401, "AG08", false,
        "Only the operator registers participants.",
        "只有运营方可以登记参与者。",
        "Let the operator send the instruction.";
    SponsorUnknown = 405, "DNOR", false,
        "The sponsor is not a participant.",
        "代理行不是参与者。",
        "Register the sponsor first.";
    SponsorNotBank = 407, "DNOR", false,
        "The sponsor is not an active bank.",
        "代理行不是有效状态的银行。",
        "Name an active bank as sponsor.";
    LeiTaken = 410, "DUPL", false,
        "A participant with this LEI is registered.",
        "该 LEI 已登记。",
        "Use the participant that exists.";
    BicTaken = 412, "DUPL", false,
        "A participant with this BIC is registered.",
        "该 BIC 已登记。",
        "Use the participant that exists.";
    KeyTaken = 414, "DUPL", false,
        "A key is registered for another participant.",
        "公钥已登记于其他参与者。",
        "Generate a fresh key pair; no two participants share a key.";
    ParticipantsFull = 430, "NARR", false,
        "The ledger holds as many participants as its parameters allow.",
        "参与者数量已达账本上限。",
        "Ask the operator to raise the limit by governance.";
    ParticipantUnknown = 440, "DS14", false,
        "The participant that is to change does not exist.",
        "要变更的参与者不存在。",
        "Check the participant id.";
    RotationForbidden = 442, "AG08", false,
        "Only the participant itself or the operator changes its keys.",
        "只有参与者本身或运营方可以更换其公钥。",
        "Let the participant send the instruction.";
    KeyUnknown = 444, "DS14", false,
        "A key that is to be retired is not a key of the participant.",
        "要停用的公钥不属于该参与者。",
        "Ask for the participant's keys.";
    KeysTooFew = 446, "DS10", false,
        "The participant would be left with fewer active keys than its signing policy asks for.",
        "参与者剩余的有效公钥将少于其签名策略的要求。",
        "Add keys in the same rotation, or lower the policy first.";
    KeysTooMany = 448, "NARR", false,
        "The participant would have more than 16 keys.",
        "参与者的公钥将超过 16 个。",
        "Retire keys first; they make room one block later.";
    StatusForbidden = 450, "AG08", false,
        "Only the operator changes a participant's status; a regulator suspends.",
        "只有运营方可以变更参与者状态；监管机构可以暂停。",
        "Let the operator send the instruction.";
    StatusSequence = 452, "NARR", false,
        "This status cannot follow the participant's status.",
        "该状态不能接续参与者的当前状态。",
        "Ask for the status; operators keep theirs, and who has exited stays out.";
    PolicyBeyondKeys = 454, "DS10", false,
        "The policy asks for more signatures than the sender has active keys.",
        "签名策略要求的签名数超过发送方的有效公钥数。",
        "Add keys first.";
    KeyWindow = 455, "DT01", false,
        "The end of the key's validity is not after the next block.",
        "密钥有效期的终止高度须晚于下一区块。",
        "Give a later height, or retire the key.";
    ExitAccounts = 456, "NARR", false,
        "The participant has accounts that are not closed.",
        "该参与者仍有未关闭的账户。",
        "Close its accounts first.";
    ExitSponsor = 458, "NARR", false,
        "The participant sponsors others.",
        "该参与者仍在为其他参与者担任代理行。",
        "Give them another sponsor first.";
    ExitSeat = 460, "NARR", false,
        "The participant runs a validator.",
        "该参与者仍在运行验证节点。",
        "Let its node leave first, by a proposal.";
    ExitBusiness = 462, "NARR", false,
        "The participant is a party to a loan, line, collateral, receivable, receipt for goods, escrow, credit or guarantee that runs.",
        "该参与者仍是存续的贷款、额度、担保品、应收账款、仓单、托管、信用证或保函的当事人。",
        "End what runs, or hand it on, first.";
    SponsorForbidden = 464, "AG08", false,
        "Only the operator changes a sponsor.",
        "只有运营方可以变更代理行。",
        "Let the operator send the instruction.";
    SponsorUnneeded = 466, "NARR", false,
        "A participant of this role acts under no sponsor.",
        "此角色的参与者无需代理行。",
        "Check the participant.";
    GrantForbidden = 470, "AG08", false,
        "Only the owner of an account grants a view of it.",
        "只有账户所有者可以授权查看。",
        "Let the owner send the instruction.";
    GrantReceiver = 472, "NARR", false,
        "The view is granted to nobody on this ledger, or to the giver itself.",
        "被授权方不在本账本上，或即为授权方本身。",
        "Name another participant.";
    GrantPast = 474, "DT01", false,
        "The viewing grant would have ended already.",
        "查看授权的终止时间已过。",
        "Give a later end.";
    GrantsFull = 476, "NARR", false,
        "The participant has given as many viewing grants as it may.",
        "该参与者的查看授权数量已达上限。",
        "Grant a view of all accounts instead of one after the other.";
    GrantUnknown = 478, "NARR", false,
        "The viewing grant does not exist.",
        "查看授权不存在。",
        "Check its id.";
    RevokeForbidden = 480, "AG08", false,
        "Only the giver or the receiver ends a viewing grant.",
        "只有授权方或被授权方可以终止查看授权。",
        "Let one of them send the instruction.";
    GrantOver = 482, "NARR", false,
        "The viewing grant has ended.",
        "查看授权已终止。",
        "Nothing is to be done.";
}}
