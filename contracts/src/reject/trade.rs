//! Refusals of escrow.

rows! { ($) trade_shapes {
    EscrowMilestones = 860, "FF01", false,
        "The escrow has no milestones or more than 16, or one without an amount.",
        "托管没有里程碑、超过 16 个，或某个里程碑没有金额。",
        "Name 1 to 16 milestones, each with an amount.";
    EscrowSum = 862, "AM10", false,
        "The milestones of the escrow do not add up to its total.",
        "托管里程碑金额之和不等于总额。",
        "State the true sum in minor units.";
    EscrowParties = 864, "FF01", false,
        "The payer of the escrow is its payee.",
        "托管的付款方与收款方相同。",
        "Name two parties.";
    EscrowArbiters = 866, "FF01", false,
        "The escrow has no arbiters or more than 9, in no ascending order, one of them a party, or a threshold that is not more than half of them.",
        "托管没有仲裁方、超过 9 名、未按升序排列、含有当事方，或门槛未超过半数。",
        "Name 1 to 9 others, each once in ascending order, and ask for more than half of them.";
    EscrowArbitrationDays = 868, "FF01", false,
        "The arbiters of the escrow are given no day, or more than 366.",
        "托管的仲裁期限不是 1 至 366 天。",
        "Give them 1 to 366 days.";
} }

rows! { ($) trade {
    EscrowUnknown = 1700, "NARR", false,
        "No escrow has this number.",
        "没有此编号的托管。",
        "Check the number in the receipt of its creation.";
    EscrowPartyForbidden = 1702, "AG08", false,
        "The sender is not a party of this escrow.",
        "发送方不是该托管的当事方。",
        "Let the payer or the payee send it.";
    NotEscrowPayer = 1704, "AG08", false,
        "The sender is not the payer of this escrow.",
        "发送方不是该托管的付款方。",
        "Let the payer send it.";
    NotEscrowPayee = 1706, "AG08", false,
        "The sender is not the payee of this escrow.",
        "发送方不是该托管的收款方。",
        "Let the payee send it.";
    NotEscrowArbiter = 1708, "AG08", false,
        "The sender is not an arbiter of this escrow.",
        "发送方不是该托管的仲裁方。",
        "Let one of its arbiters send it.";
    EscrowPartyUnfit = 1710, "AG11", true,
        "A party of the escrow is not an active participant.",
        "托管当事方不是有效状态的参与者。",
        "Name active participants.";
    EscrowArbiterUnfit = 1712, "AG11", true,
        "An arbiter of the escrow is not an active participant.",
        "托管仲裁方不是有效状态的参与者。",
        "Name active participants as arbiters.";
    EscrowWindow = 1714, "DT01", false,
        "The escrow expires in the past, or more than 3,660 days ahead.",
        "托管到期时间已过，或晚于 3,660 天之后。",
        "Give a time to come, within ten years.";
    HoldingUnfit = 1716, "AG01", true,
        "The holding account is not an open, unfrozen escrow account of this asset with an active bank.",
        "持有账户不是该资产的正常、未冻结且开户行有效的托管账户。",
        "Name an account of kind escrow; the operator opens one for a bank.";
    EscrowNotCreated = 1718, "NARR", false,
        "The escrow was funded before, or has lapsed.",
        "该托管已注资或已失效。",
        "Ask for its state.";
    EscrowNotFunded = 1720, "NARR", true,
        "The escrow was never funded, so nothing of it goes back.",
        "该托管从未注资，没有可退款项。",
        "Name the account when it is funded.";
    EscrowNotOpen = 1722, "NARR", false,
        "Nothing of the escrow is held any more, or not yet.",
        "该托管尚未持有或已不再持有款项。",
        "Ask for its state.";
    EscrowDisputed = 1724, "NARR", true,
        "The escrow is in dispute already.",
        "该托管已处于争议中。",
        "Put the claim before its arbiters.";
    EscrowNotDisputed = 1726, "NARR", false,
        "There is no dispute over this escrow, or the time to decide it is over.",
        "该托管没有争议，或裁决期限已过。",
        "Ask for its state.";
    MilestoneUnknown = 1728, "NARR", false,
        "The escrow has no milestone with this number.",
        "该托管没有此编号的里程碑。",
        "Count the milestones from 0.";
    MilestoneExceeded = 1730, "AM09", false,
        "More is released than the milestone still holds.",
        "释放金额超过该里程碑的剩余金额。",
        "Release at most what is left of it.";
    RulingExceeds = 1732, "AM09", false,
        "The ruling gives the payee more than is held.",
        "裁决给予收款方的金额超过持有金额。",
        "Divide what is held now.";
} }
