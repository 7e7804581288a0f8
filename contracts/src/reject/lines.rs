//! Refusals of credit lines.

rows! { ($) lines {
    LineUnknown = 1_100, "NARR", false,
        "There is no such credit line.",
        "该授信额度不存在。",
        "Check the line's number.";
    LineOfOthers = 1_102, "AG08", false,
        "The sender is neither the lender nor the borrower of the credit line, or not the party that may ask for this.",
        "发送方不是该授信额度的授信方或受信方，或无权提出此请求。",
        "Let the party send it that the documents name for this verb.";
    LineNotProposed = 1_104, "NARR", false,
        "Nothing waits for agreement under this revision of the credit line.",
        "该授信额度的此版本没有待同意的条款。",
        "Read the line again and agree to its present revision.";
    LineOwnProposal = 1_106, "AG08", false,
        "Whoever proposed the terms of a credit line cannot agree to them for the other party.",
        "提出额度条款的一方不能代对方同意。",
        "Let the other party agree.";
    LineNotBetween = 1_108, "NARR", false,
        "The credit line is between other parties or in another asset.",
        "该授信额度属于其他当事方或其他资产。",
        "Name a line of this lender for this borrower in the same asset.";
    LineNotOpen = 1_110, "NARR", false,
        "The credit line is not open: not agreed to yet, closed or past its last day.",
        "该授信额度未开放：尚未同意、已关闭或已过最后使用日。",
        "Ask the node for the line's status, and the lender for another one.";
    LineDays = 1_112, "DT01", false,
        "The last day of the credit line has passed, or lies more than 36,600 days after its first.",
        "授信额度的最后使用日已过，或距首日超过 36,600 天。",
        "State a last day within these limits.";
    LineCommitted = 1_114, "NARR", false,
        "The lender takes a commitment fee for this credit line and cannot close it before its last day.",
        "授信方已就该额度收取承诺费，最后使用日前不得关闭。",
        "Propose other terms to the borrower, or let the borrower close it.";
    LineFeeNotDue = 1_116, "AM09", true,
        "No commitment fee is due.",
        "当前无应付承诺费。",
        "Pay on the day on which the fee falls due, or after it.";
    LineRate = 1_118, "NARR", false,
        "The loan may bear a higher rate than its credit line allows.",
        "贷款利率可能高于授信额度允许的上限。",
        "Lower the rate, or the cap of its index, to the line's highest rate.";
    LineFeeUnpaid = 1_120, "NARR", true,
        "A commitment fee has fallen due and is not paid, so the credit line cannot be used.",
        "承诺费到期未付，该额度暂不可用。",
        "Pay the fee first.";
    LineExceeded = 1_122, "AM14", true,
        "The credit line has less left than this would use.",
        "授信额度剩余不足。",
        "Use less, give back what is used, or ask for a higher cap.";
}}
