//! Refusals of the standing of sender, signers and instruction.

rows! { ($) sender {
    DuplicateInstruction = 101, "DUPL", false,
        "The sender has used this idempotency key for another instruction.",
        "发送方已将此幂等键用于另一条指令。",
        "Ask for the outcome of the first instruction; use a new key only for a new intent.";
    SenderUnknown = 110, "DS14", false,
        "The sender is not a participant.",
        "发送方不是参与者。",
        "Check the participant id; registration is the operator's.";
    SignerUnknown = 112, "DS14", false,
        "A key that signed is not a key of the sender.",
        "签名公钥不属于发送方。",
        "Sign with a registered key of the sender.";
    KeyInactive = 114, "DS10", false,
        "A key that signed is not active at this height.",
        "签名公钥在当前高度未生效或已失效。",
        "Sign with an active key of the sender.";
    KeyPurposeOther = 115, "DS0H", false,
        "The key is not for instructions of this kind.",
        "该密钥不得签署此类指令。",
        "Sign with a key for this purpose, or give this one another purpose.";
    SenderNotActive = 116, "AG10", false,
        "The sender is not active.",
        "发送方未处于有效状态。",
        "Ask the operator for the participant's status.";
    Expired = 120, "AB01", true,
        "The instruction expired before it was executed.",
        "指令在执行前已过期。",
        "Send a new instruction with a new idempotency key and a later expiry.";
    ExpiryTooFar = 122, "NARR", false,
        "The expiry lies more than 24 hours ahead of block time.",
        "到期时间超过区块时间之后 24 小时。",
        "Choose an expiry within 24 hours.";
    SignaturesTooFew = 124, "DS0A", false,
        "The instruction carries fewer signatures than the sender's policy asks for and is too long to wait for more.",
        "指令的签名数少于发送方策略的要求，且过长而不能等待补签。",
        "Collect all signatures before sending an instruction of more than 4,096 bytes.";
    ApprovalsTimedOut = 126, "DS24", true,
        "The instruction did not get enough signatures in time.",
        "指令未能在期限内获得足够签名。",
        "Send it again and have the other signers approve it before its expiry.";
    ApprovalRefused = 128, "DS0H", false,
        "One of the sender's signers took the instruction back before it had enough signatures.",
        "发送方的签名人在签名足够之前撤回了该指令。",
        "Settle it within the institution, then send a new instruction.";
    NothingToApprove = 130, "NARR", false,
        "No instruction with this transaction id ever waited for signatures.",
        "没有等待签名的指令使用该交易标识。",
        "Check the transaction id.";
    ApproverForbidden = 132, "DS0H", false,
        "The instruction that waits for signatures is another sender's.",
        "等待签名的指令属于其他发送方。",
        "Approve instructions of your own institution only.";
    ApprovalTooLate = 134, "NARR", false,
        "The instruction no longer waits for signatures.",
        "指令已不再等待签名。",
        "Ask for its outcome.";
    ApprovedAlready = 136, "DS0H", false,
        "Every key of this approval has signed the instruction before.",
        "本次批准的公钥均已签署该指令。",
        "Let another of the sender's keys sign.";
}}
