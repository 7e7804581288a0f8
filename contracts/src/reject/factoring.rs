//! Refusals of factoring, and of work that fills a block.

rows! { ($) factoring {
    FactoringUnknown = 1482, "NARR", false,
        "No factoring agreement has this number.",
        "没有此编号的保理协议。",
        "List the agreements of the factor.";
    PortfolioUnknown = 1484, "NARR", false,
        "No portfolio has this number.",
        "没有此编号的应收账款组合。",
        "Check the number in the receipt of its sale.";
    NotFactoringParty = 1486, "AG08", false,
        "The sender is neither factor nor seller of this agreement.",
        "发送方既不是该协议的保理商，也不是卖方。",
        "Let one of the two send it.";
    NotSeller = 1488, "AG08", false,
        "The sender is not the seller of this factoring agreement.",
        "发送方不是该保理协议的卖方。",
        "Let the seller send it, or agree with the factor on an agreement of your own.";
    SellerForbidden = 1490, "NARR", false,
        "The seller of a factoring agreement is a supplier, core enterprise, warehouse or carrier.",
        "保理协议的卖方须为供应商、核心企业、仓储方或承运方。",
        "Name the seller of the goods.";
    FactoringEnded = 1492, "NARR", false,
        "Nothing is sold under this factoring agreement any more.",
        "该保理协议已终止，不得再转让应收账款。",
        "Ask the factor for a new agreement.";
    FactoringCurrency = 1494, "NARR", false,
        "A portion is in another asset than the factoring agreement.",
        "份额的资产与保理协议不一致。",
        "Sell each asset under an agreement of its own.";
    SellerIsDebtor = 1496, "NARR", false,
        "The seller owes this receivable itself.",
        "卖方本身即为该应收账款的债务人。",
        "Leave the portion out: nobody factors its own debt.";
    FactoringTenor = 1498, "NARR", false,
        "A portion's days to maturity are outside the factoring agreement's band.",
        "份额剩余期限不在保理协议的期限区间内。",
        "Leave it out, or agree on another band.";
    AdvanceNothing = 1500, "NARR", false,
        "Discount and fee leave nothing of a portion's advance.",
        "扣除贴息与费用后，某一份额的预付款不足以支付。",
        "Leave the portion out, or agree on better terms.";
    FactoringLimit = 1502, "AM14", true,
        "The advance is above what the factoring agreement has left.",
        "预付款超过保理协议的剩余额度。",
        "Sell fewer portions, or wait until debtors have paid.";
    AdvanceBelowMinimum = 1504, "NARR", true,
        "Less would be paid now than the seller takes.",
        "实付预付款低于卖方可接受的下限。",
        "Take less, or sell nearer to the due dates.";
    PaidAboveChargeback = 1506, "NARR", false,
        "More would be paid than the seller owes the factor.",
        "付款金额超过卖方应付保理商的款项。",
        "Ask for the portfolio and pay what is owed.";
    PayoutsSpent = 1508, "NARR", true,
        "The block has touched as many portions of receivables as one block may.",
        "本区块处理的应收账款份额已达单个区块的上限。",
        "Send it again: the next block has room.";
}}
