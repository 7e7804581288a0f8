//! Refusals of payments, holds, exchanges and issuance.

rows! { ($) payments {
    UetrRepeated = 201, "AM05", false,
        "A payment with this UETR was executed before.",
        "使用此 UETR 的付款已执行过。",
        "Ask for the outcome by UETR; a new payment needs a new UETR.";
    ValueDatePast = 205, "DT01", false,
        "The value date lies before the business date.",
        "起息日早于营业日。",
        "Send it again for the current business date.";
    ValueDateFuture = 207, "CH03", true,
        "The value date lies after the business date.",
        "起息日晚于营业日。",
        "Send it on its value date.";
    ValueDateClosed = 208, "DT01", false,
        "The asset's calendar is closed on the value date.",
        "起息日为该资产日历的非营业日。",
        "Give an open day of the asset's calendar.";
    OutsideHours = 209, "TM01", false,
        "The cut-off of the business day has passed, or the service does not wait and is not open yet.",
        "已过营业日截止时间，或该业务不等待且尚未开始受理。",
        "Send it within the hours of the asset's calendar, for a later day after the cut-off.";
    AssetUnknown = 210, "AM03", false,
        "The asset is not on this ledger.",
        "本账本没有该资产。",
        "Ask the node for its assets.";
    DebtorUnknown = 220, "AC02", false,
        "The debtor account does not exist.",
        "付款账户不存在。",
        "Check the account id.";
    DebtorForbidden = 222, "AG08", false,
        "The sender neither owns the debtor account nor sponsors its owner.",
        "发送方既不拥有付款账户，也不是其所有者的代理行。",
        "Let the owner or its bank send the payment.";
    DebtorClosed = 224, "AC04", false,
        "The debtor account is closed.",
        "付款账户已关闭。",
        "Pay from another account.";
    DebtorBlocked = 226, "AC06", true,
        "The debtor account is blocked.",
        "付款账户已冻结。",
        "Ask the operator why it is blocked.";
    DebtorCurrency = 228, "AC09", false,
        "The debtor account holds another asset.",
        "付款账户的币种不符。",
        "Pay from an account of the payment's asset.";
    DebtorKind = 230, "AG01", false,
        "Payments from an account of this kind are forbidden.",
        "禁止从此类账户付款。",
        "Pay from a settlement or current account.";
    DebtorFrozen = 231, "AM07", true,
        "Debits of the debtor account are frozen by authority.",
        "付款账户已被主管机关冻结，禁止借记。",
        "Ask the operator or the regulator.";
    DebtorOwnerNotActive = 232, "AG10", true,
        "The owner of the debtor account is not active.",
        "付款账户的所有者未处于有效状态。",
        "Ask the operator for the owner's status.";
    IssuerOnly = 236, "AG08", false,
        "Only the asset's issuer issues it.",
        "只有资产的发行方可以发行。",
        "Let the issuer send the issuance.";
    ReserveStale = 237, "RR05", true,
        "No attestation of the asset's reserve counts at this time.",
        "该资产目前没有有效的储备证明。",
        "Let an auditor attest the reserve again.";
    ReserveShort = 238, "RR05", true,
        "The issue would exceed the attested reserve.",
        "发行将超过已证明的储备。",
        "Raise the reserve and have it attested, or issue less.";
    CreditorUnknown = 240, "AC03", false,
        "The creditor account does not exist.",
        "收款账户不存在。",
        "Check the account id.";
    CreditorClosed = 242, "AC04", false,
        "The creditor account is closed.",
        "收款账户已关闭。",
        "Ask the creditor for another account.";
    CreditorBlocked = 244, "AC06", true,
        "The creditor account is blocked.",
        "收款账户已冻结。",
        "Ask the creditor for another account.";
    CreditorCurrency = 246, "AC09", false,
        "The creditor account holds another asset.",
        "收款账户的币种不符。",
        "Ask the creditor for an account of the payment's asset.";
    CreditorKind = 248, "AG01", false,
        "Payments to an account of this kind are forbidden.",
        "禁止向此类账户付款。",
        "Pay to a settlement or current account.";
    CreditorOwnerNotActive = 250, "AG11", true,
        "The owner of the creditor account is not active.",
        "收款账户的所有者未处于有效状态。",
        "Ask the creditor for another account.";
    CreditorFrozen = 252, "AM07", true,
        "Credits of the creditor account are frozen by authority.",
        "收款账户已被主管机关冻结，禁止贷记。",
        "Ask the creditor for another account.";
    CeilingExceeded = 254, "AM02", true,
        "The creditor account would rise above its ceiling.",
        "收款账户余额将超过其上限。",
        "Pay less, or ask the creditor for another account.";
    InsufficientFunds = 260, "AM04", true,
        "The debtor account would fall below its floor.",
        "付款账户余额将低于其下限。",
        "Fund the account, then send a new instruction with a new idempotency key.";
    BalanceRange = 262, "AM02", false,
        "An account would leave the range of amounts that the ledger counts in.",
        "账户将超出账本的计数范围。",
        "Use another account.";
    FeeNotCollectable = 264, "ED05", true,
        "The account that collects the fee of the payment cannot be credited.",
        "收取该付款费用的账户无法入账。",
        "Tell the operator; the payment may settle once the account or the fee rule is repaired.";
    HoldWindow = 270, "AB01", false,
        "The hold would end before it begins, or more than 366 days ahead.",
        "预留的结束时间早于当前，或超过 366 天之后。",
        "Choose an end within 366 days of block time.";
    HoldUnknown = 272, "NARR", false,
        "There is no hold with this reference.",
        "不存在使用此参考号的预留。",
        "Check the UETR of the hold.";
    HoldForbidden = 274, "AG08", false,
        "The sender acts for neither side of the hold.",
        "发送方不代表预留的任何一方。",
        "Let the debtor's or the creditor's side post it.";
    VoidForbidden = 275, "AG08", false,
        "Only the creditor's side gives up a hold.",
        "只有收款方可以放弃预留。",
        "Let the creditor's side void it, or wait until it expires.";
    HoldPosted = 276, "NARR", false,
        "The hold was posted.",
        "该预留已入账。",
        "Ask for the hold; what is posted stays posted.";
    HoldVoided = 278, "NARR", false,
        "The hold was given up.",
        "该预留已被放弃。",
        "Place a new hold with a new UETR.";
    HoldExpired = 280, "AB01", false,
        "The hold has expired.",
        "该预留已到期。",
        "Place a new hold with a new UETR.";
    HoldExceeded = 282, "AM09", false,
        "More is to be posted than the hold set aside.",
        "入账金额超过预留金额。",
        "Post at most the amount of the hold.";
    OriginalUnknown = 284, "NARR", false,
        "The payment that is answered was never executed.",
        "所指的原付款从未执行。",
        "Check the UETR of the original payment.";
    OriginalDiffers = 285, "NARR", false,
        "The payment told as evidence is not the one that was executed under its key, or other legs of it were refused.",
        "作为证据的付款与以该幂等键执行的付款不一致，或被拒绝的分笔并非所列。",
        "Tell the instruction exactly as its sender signed it, and the refused legs as its receipt lists them.";
    NothingToCancel = 286, "NARR", false,
        "No payment with this UETR ever waited on the ledger.",
        "没有等待中的付款使用此 UETR。",
        "A settled payment is not cancelled; ask the creditor for a return.";
    OriginalNotSettled = 287, "NARR", false,
        "The payment told as evidence has not settled.",
        "作为证据的付款尚未结算。",
        "Take a payment that waits back by a cancellation; one that was refused moved nothing.";
    CancelForbidden = 288, "AG08", false,
        "The payment to be cancelled is another sender's.",
        "要撤销的付款属于其他发送方。",
        "Let its sender cancel it.";
    CancelTooLate = 290, "NARR", false,
        "The payment to be cancelled no longer waits.",
        "要撤销的付款已不再等待。",
        "Ask for its outcome; a settled payment is answered by a return.";
    CancelledBySender = 292, "CUST", false,
        "The payment was cancelled by its sender before it settled.",
        "付款在结算前已被发送方撤销。",
        "Send a new payment with a new UETR if it was meant after all.";
    AffirmWindow = 294, "AB01", false,
        "The exchange would end before it begins, or more than 30 days ahead.",
        "联动结算的确认期限早于当前，或超过 30 天之后。",
        "Choose a time within 30 days of block time.";
    LinkForbidden = 295, "AG08", false,
        "The sender acts for no side of the exchange.",
        "发送方不代表联动结算的任何一方。",
        "Let one of the parties propose it.";
    LinkedUnknown = 296, "NARR", false,
        "There is no exchange with this reference.",
        "不存在使用此参考号的联动结算。",
        "Check the UETR of the exchange.";
    LinkedEnded = 297, "NARR", false,
        "The exchange has settled or ended.",
        "联动结算已完成或已终止。",
        "Ask for the outcome of the proposer's instruction.";
    NothingToAffirm = 298, "AG08", false,
        "No leg of the exchange waits for the sender's affirmation.",
        "联动结算中没有等待发送方确认的明细。",
        "Only the side of a debtor affirms, and once.";
    NotAffirmedInTime = 299, "AB03", true,
        "Not every side affirmed the exchange in time.",
        "联动结算未在期限内获得各方确认。",
        "Agree with the other parties, then propose it again with a new UETR.";
}}
