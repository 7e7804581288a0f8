//! Refusals of loans.

rows! { ($) loans {
    LenderForbidden = 1_000, "AG08", false,
        "Only a bank may lend, and only from an account of its own.",
        "只有银行可以放款，且须使用自有账户。",
        "Let the bank that owns the account offer the loan.";
    BorrowerIsLender = 1_002, "AG01", false,
        "The borrower's account belongs to the lender.",
        "借款账户属于放款方。",
        "Name an account of the borrower.";
    OfferWindow = 1_004, "DT01", false,
        "The offer ends in the past, or more than 30 days ahead.",
        "要约截止时间已过，或超过 30 天之后。",
        "Choose an end within 30 days.";
    LoanSchedule = 1_006, "NARR", false,
        "These terms have no repayment plan: a rounded instalment does not cover its interest, or repays too much before the last.",
        "该条款无法形成还款计划：舍入后的每期还款不足以支付利息，或在末期前已还款过多。",
        "Choose fewer periods, a larger principal or another kind.";
    LoanUnknown = 1_010, "NARR", false,
        "There is no such loan.",
        "该贷款不存在。",
        "Check the loan's number.";
    BorrowerOnly = 1_012, "AG08", false,
        "The sender is not the loan's borrower.",
        "发送方不是借款人。",
        "Let the borrower send it.";
    LenderOnly = 1_014, "AG08", false,
        "The sender is not the loan's lender.",
        "发送方不是贷款人。",
        "Let the lender send it.";
    LoanNotOffered = 1_016, "NARR", false,
        "The loan is not open for acceptance.",
        "该贷款不处于可接受状态。",
        "Ask the lender for a new offer.";
    LoanNotOpen = 1_018, "NARR", false,
        "The loan is not paid out, or is closed.",
        "该贷款尚未发放或已结清。",
        "Ask the node for the loan's status.";
    NothingOwed = 1_020, "AM09", true,
        "Nothing is due, and no prepayment was asked for.",
        "当前无应还款项，且未申请提前还款。",
        "Repay on a due date, or say how much may prepay principal.";
    LoanNotOverdue = 1_022, "NARR", true,
        "The loan is not overdue beyond its grace period.",
        "该贷款未超过宽限期逾期。",
        "A loan is called when an item stays unpaid after its grace period.";
    LoanPerforming = 1_024, "NARR", true,
        "The loan is not more than 90 days past due.",
        "该贷款逾期未超过 90 天。",
        "Wait until it is, or restructure it by a new loan.";
    PrepaymentHasFee = 1_026, "NARR", false,
        "The contract asks a fee for prepayments, which a repayment does not carry.",
        "合同约定提前还款须付费，普通还款指令不含该费用。",
        "Send a prepayment for the principal, and a repayment for what is due.";
    DueBeforePrepayment = 1_028, "NARR", true,
        "Something is due or charged that is not paid yet.",
        "尚有到期或已计收的款项未付。",
        "Repay what is due, then prepay.";
    PrepaymentTooLarge = 1_030, "AM09", false,
        "The prepayment is larger than the principal that is not due.",
        "提前还款额超过未到期本金。",
        "Ask the node for the loan, and prepay at most its outstanding principal.";
    PartyOnly = 1_032, "AG08", false,
        "The sender is neither the loan's lender nor its borrower.",
        "发送方既非贷款人也非借款人。",
        "Let one of the two send it.";
    RateNotIndexed = 1_034, "NARR", false,
        "The loan's rate is fixed for its whole life.",
        "该贷款全程为固定利率。",
        "Agree on an index when the loan is offered.";
    RateFixed = 1_036, "NARR", true,
        "The rate of the current period is fixed already.",
        "当期利率已确定。",
        "Wait for the next period.";
    FixingMissing = 1_038, "NARR", true,
        "No fixing of the loan's index is attested and still valid.",
        "没有该基准利率的有效定价证明。",
        "Let an oracle attest the fixing.";
    NothingToDraw = 1_040, "NARR", false,
        "The loan was drawn in full, or the time for drawing is over.",
        "贷款已全额提取，或提款期已过。",
        "Ask the lender for another loan.";
    DrawTooLarge = 1_042, "AM09", false,
        "The loan has less left to draw than this amount.",
        "可提取余额低于该金额。",
        "Draw at most what is left.";
    DrawWhileLate = 1_044, "NARR", true,
        "Nothing is paid out while the borrower is late with something.",
        "借款人有逾期款项时不予放款。",
        "Repay what is overdue first.";
    CostsTooHigh = 1_046, "AM09", false,
        "The contract does not let the lender charge so much in costs.",
        "费用累计超过合同允许的上限。",
        "Charge at most what is left of the costs agreed.";
    SyndicateExists = 1_048, "NARR", false,
        "The loan has a syndicate already.",
        "该贷款已组成银团。",
        "Let its members join, or offer another loan.";
    SyndicateIncomplete = 1_050, "NARR", true,
        "Not every member of the syndicate has signed.",
        "银团成员尚未全部签署。",
        "Let the missing members join.";
    SyndicateUnknown = 1_052, "NARR", false,
        "The loan has no syndicate.",
        "该贷款没有银团。",
        "Check the loan's number.";
    MemberOnly = 1_054, "AG08", false,
        "The sender holds no such share, or does not own the account.",
        "发送方不持有该份额或不是账户所有人。",
        "Let the bank that owns the account send it.";
    MemberJoined = 1_056, "NARR", false,
        "The member has signed already.",
        "该成员已签署。",
        "Nothing is left to do.";
    ShareTooLarge = 1_058, "AM09", false,
        "The member holds less than this share.",
        "该成员持有的份额不足。",
        "Offer at most what the member holds.";
    SharesFull = 1_060, "NARR", true,
        "Too many members, offers or trades of unpaid periods.",
        "成员、份额要约或未结期间的转让过多。",
        "Wait until a period is paid or an offer ends.";
    ShareOfferUnknown = 1_062, "NARR", false,
        "No open offer of a share says just this.",
        "没有内容一致的有效份额要约。",
        "Repeat seller, buyer, share and price as they were offered.";
    LoanUnderLine = 1_064, "NARR", false,
        "A loan under a credit line has one lender, whose line it is.",
        "授信额度项下的贷款只有额度授予方一个贷款人。",
        "Offer a syndicated loan without a line.";
    VersionNotProposed = 1_066, "NARR", false,
        "No such terms wait for the agreement of a party of the loan.",
        "没有等待贷款当事方同意的该条款。",
        "Ask the other party for a new proposal.";
    VersionOwnProposal = 1_068, "AG08", false,
        "Whoever proposed the terms of a loan cannot agree to them for the other party.",
        "提出贷款条款的一方不能代对方同意。",
        "Let the other party of the loan agree.";
    RestructurePrincipal = 1_070, "AM09", false,
        "The loan owes nothing, more than the proposed principal, or was charged more costs than the new terms allow.",
        "该贷款无欠款、所欠高于提议本金，或已计收成本超过新条款上限。",
        "Propose terms whose principal and costs have room for what is owed.";
    SyndicateInterest = 1_072, "NARR", false,
        "Unpaid interest of a syndicated loan does not become principal: both may belong to different lenders.",
        "银团贷款的未付利息不得转为本金：两者可能属于不同贷款人。",
        "Let the interest fall due on the day of the agreement.";
    CalendarBusy = 1_074, "NARR", true,
        "Due dates of loans are still being worked off, or looked at after the last change of the calendar.",
        "贷款到期日仍在处理，或因上次日历变更仍在调整。",
        "Send it again in a minute.";
    LoanOnProbation = 1_076, "NARR", true,
        "The loan was over 90 days past due and has not been paid on time for as long as was agreed.",
        "该贷款曾逾期超过 90 天，尚未在约定期数内按时还款。",
        "Pay the agreed number of due dates on time.";
    SuspenseUnfit = 1_078, "NARR", false,
        "The holding account is not one of the loan's lender, or the loan's money stands in another, or the loan is not running.",
        "该保管账户不属于贷款人，或该贷款的暂收款存于其他账户，或贷款不在存续中。",
        "Name the lender's holding account that the loan uses already, or leave the surplus with the payer.";
    SuspenseEmpty = 1_080, "NARR", true,
        "Nothing of the loan stands in suspense.",
        "该贷款没有暂收款。",
        "Ask the node for the table of suspense.";
    LoanGrows = 1_082, "NARR", false,
        "Interest of this kind of loan becomes principal by itself, so it can use no credit line.",
        "此类贷款的利息会自动转为本金，不能占用授信额度。",
        "Offer it without a line, or choose another kind.";
    NoticeGiven = 1_084, "NARR", false,
        "Notice was given for the loan already.",
        "该贷款已发出终止通知。",
        "Ask the node for the day on which it falls due.";
    LoanWithoutNotice = 1_086, "NARR", false,
        "The loan has a maturity and is not ended with notice.",
        "该贷款有到期日，不适用通知终止。",
        "Prepay it, or call it when it is overdue.";
    SuretyOfParty = 1_088, "AG01", false,
        "A party of the loan cannot stand surety for it.",
        "贷款当事方不能为该贷款提供保证。",
        "Let somebody else stand surety.";
    SuretyOfOthers = 1_090, "AG08", false,
        "The account is not one of the guarantor's own.",
        "该账户不属于保证人本人。",
        "Let the owner of the account stand surety.";
    SuretyUnknown = 1_092, "NARR", false,
        "There is no such surety.",
        "该保证不存在。",
        "Check the surety's number.";
    SuretyOver = 1_094, "NARR", false,
        "The surety is released, or its last day is over.",
        "该保证已解除或已过期。",
        "Ask for another surety.";
    SuretyUsed = 1_096, "AM09", true,
        "Nothing is left to call: what the surety covers of the loan's debt is paid.",
        "保证所覆盖的欠款已代偿，无可再主张的金额。",
        "Call it again when more is due, or turn to the borrower.";
    SuretyUnpaid = 1_098, "NARR", true,
        "The guarantor has paid nothing that the borrower has not paid back.",
        "保证人没有未获偿还的代偿款。",
        "Nothing is left to do.";
}}
