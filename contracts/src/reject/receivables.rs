//! Refusals of receivables and the registry of documents.

rows! { ($) receivables {
    ReceivableUnknown = 1300, "NARR", false,
        "No receivable has this number.",
        "没有此编号的应收账款。",
        "Check the number in the receipt of the issue.";
    PortionUnknown = 1302, "NARR", false,
        "No portion of a receivable has this number.",
        "没有此编号的应收账款份额。",
        "List the portions of the receivable.";
    OfferUnknown = 1304, "NARR", false,
        "No financing offer has this number.",
        "没有此编号的融资要约。",
        "List the offers for the debtor.";
    ReceivableRoleForbidden = 1306, "AG08", false,
        "A participant of this role does not do this with receivables.",
        "此角色的参与者不得对应收账款作此操作。",
        "Suppliers claim, core enterprises promise, banks finance and set lines, the operator resolves disputes.";
    DebtorNotCore = 1308, "NARR", false,
        "The debtor of a receivable is a core enterprise other than its creditor.",
        "应收账款的债务人须为核心企业，且不得为债权人本身。",
        "Name the core enterprise that owes it.";
    NotDebtor = 1310, "AG08", false,
        "The sender is not the debtor of this receivable.",
        "发送方不是该应收账款的债务人。",
        "Let the debtor send it.";
    NotCreditor = 1312, "AG08", false,
        "The sender is not the creditor of this receivable.",
        "发送方不是该应收账款的债权人。",
        "Let the creditor send it.";
    NotHolder = 1314, "AG08", false,
        "The sender does not hold this portion.",
        "发送方不是该份额的持有人。",
        "Let the holder send it.";
    NotPledgee = 1316, "AG08", false,
        "The sender is not the pledgee of this portion.",
        "发送方不是该份额的质权人。",
        "Let the pledgee send it.";
    NotFinancier = 1318, "AG08", false,
        "The sender did not make this financing offer.",
        "发送方不是该融资要约的发出方。",
        "Let the bank that made it send it.";
    ReceivableAnswered = 1320, "NARR", false,
        "The receivable is answered already.",
        "该应收账款已有答复。",
        "Ask for its state.";
    PortionNotLive = 1322, "NARR", false,
        "The portion is divided, paid or given up.",
        "该份额已拆分、清偿或放弃。",
        "Use the portions that came of it.";
    PortionPledged = 1324, "NARR", true,
        "The portion is pledged.",
        "该份额已被质押。",
        "Wait until the pledgee releases it.";
    PortionFactored = 1325, "NARR", false,
        "The portion was sold to a factor.",
        "该份额已转让给保理商。",
        "It stays with the factor until it is paid, or its seller takes it back by recourse.";
    PortionNotPledged = 1326, "NARR", false,
        "The portion is not pledged.",
        "该份额未被质押。",
        "There is nothing to release.";
    ReceivableDisputed = 1328, "NARR", true,
        "The receivable is disputed.",
        "该应收账款存在争议。",
        "Wait until the operator has decided.";
    ReceivableNotDisputed = 1330, "NARR", false,
        "The receivable is not disputed.",
        "该应收账款没有争议。",
        "There is nothing to resolve.";
    ReceivableDue = 1332, "NARR", false,
        "The receivable is not accepted, or its day has come.",
        "该应收账款未被承兑或已到期。",
        "Only an accepted receivable moves, and only before its due date.";
    DueDatePast = 1334, "NARR", false,
        "The due date does not lie after today.",
        "到期日不晚于当日。",
        "Give a later due date.";
    TermTooLong = 1336, "NARR", false,
        "The receivable would be due later than the rules of its asset allow.",
        "应收账款期限超过该资产规则允许的最长期限。",
        "Claim a nearer due date: one year at most, or what `sycee object list receivable-rules` tells.";
    TermGroundMissing = 1338, "NARR", false,
        "A receivable due later than usual states no ground.",
        "期限超过常规期限的应收账款未说明理由。",
        "Add the hash of the document that gives the ground; six months are usual where no other rules are set.";
    PayeeForeign = 1340, "NARR", false,
        "The account to be paid belongs to another participant.",
        "收款账户属于其他参与者。",
        "Name an account of the one who is to be paid.";
    ObligorLineMissing = 1342, "NARR", false,
        "The debtor has no line for receivables in this asset.",
        "债务人在该资产上没有应收账款额度。",
        "Ask the sponsor bank to set one.";
    ObligorLineExceeded = 1344, "AM14", true,
        "The debtor would promise more than its line.",
        "债务人承兑总额将超过其额度。",
        "Wait until receivables are paid, or ask for a higher line.";
    SplitTooDeep = 1350, "NARR", false,
        "The parts would lie more tiers below the accepted receivable than the rules of its asset allow.",
        "拆分层级超过该资产规则允许的层级。",
        "Transfer the portion as a whole.";
    PartTooSmall = 1352, "NARR", false,
        "A part is below the smallest denomination.",
        "份额低于最小面额。",
        "Make every part larger: 100 minor units where no other rules are set.";
    PartsDiffer = 1354, "NARR", false,
        "The parts do not add up to what is claimed.",
        "各份额之和不等于原份额。",
        "Make them add up to the minor unit.";
    TooManyPortions = 1356, "NARR", true,
        "The receivable would have more than 10,000 live portions.",
        "该应收账款的有效份额将超过 10,000 份。",
        "Divide less finely.";
    TransferToSelf = 1360, "NARR", false,
        "The receiver holds the portion already.",
        "受让方已持有该份额。",
        "Name another participant.";
    EndorsersFull = 1362, "NARR", false,
        "Ten endorsers answer for the portion already.",
        "该份额已有十位背书人承担追索责任。",
        "Hand it on without recourse.";
    PledgeeNotBank = 1364, "NARR", false,
        "The pledgee is not a bank other than the holder.",
        "质权人须为持有人以外的银行。",
        "Pledge it to a bank.";
    SecuredAboveClaim = 1366, "NARR", false,
        "More would be secured than the portion is worth.",
        "担保金额超过份额金额。",
        "Secure at most what is claimed.";
    OfferMismatch = 1370, "NARR", false,
        "The offer is for another debtor or asset.",
        "该要约针对其他债务人或资产。",
        "Take an offer for this debtor.";
    OfferExpired = 1372, "NARR", false,
        "The offer has expired.",
        "该要约已过期。",
        "Take another offer.";
    OfferTenor = 1374, "NARR", false,
        "The days to maturity lie outside of the offer's band.",
        "剩余期限不在要约的期限区间内。",
        "Take an offer for this tenor.";
    OfferUsedUp = 1376, "NARR", false,
        "The portion is larger than what is left of the offer.",
        "份额大于要约的剩余额度。",
        "Divide the portion, or take another offer.";
    DiscountTakesAll = 1378, "NARR", false,
        "Discount and fee leave nothing to pay.",
        "贴现息与费用扣除后无剩余价款。",
        "Take an offer with a lower rate or fee.";
    PriceBelowMinimum = 1380, "NARR", true,
        "The price of today is below the least that the holder takes.",
        "当日价款低于持有人的最低要求。",
        "Ask for the price again and state a lower minimum.";
    DilutionTooLarge = 1384, "NARR", false,
        "The dilution leaves nothing of the promise.",
        "扣减后承诺无剩余金额。",
        "Let the holder give the receivable up instead.";
    ReceivableNotOwed = 1386, "NARR", false,
        "Nothing is owed under this receivable.",
        "该应收账款没有未清偿金额。",
        "Ask for its state.";
    NotSoleHolder = 1388, "AG08", false,
        "The sender does not hold every live portion.",
        "发送方未持有全部有效份额。",
        "Gather the portions first.";
    ReceivableNotOverdue = 1390, "NARR", false,
        "The receivable is not overdue.",
        "该应收账款未逾期。",
        "It is paid by itself when it is due.";
    PaidAboveOwed = 1392, "NARR", false,
        "More would be paid than is owed.",
        "支付金额超过未清偿金额。",
        "Pay at most what is owed.";
    NotEndorser = 1394, "AG08", false,
        "The sender is not the last who answers for this portion.",
        "发送方不是该份额的最后追索义务人。",
        "The endorsers are asked from the last to the first.";
    RegistryRoleForbidden = 1400, "AG08", false,
        "A participant of this role does not finance documents.",
        "此角色的参与者不得办理单据融资。",
        "Let the bank that finances enter it.";
    DocumentFinanced = 1402, "NARR", false,
        "The document is financed already.",
        "该单据已被融资。",
        "Refuse the financing, or finance what is left of it.";
    DocumentTotalDiffers = 1404, "NARR", false,
        "Another financier stated another worth or asset for this document.",
        "其他融资方登记的单据金额或资产不同。",
        "Compare the document with the other financier's.";
    DocumentUnknown = 1406, "NARR", false,
        "The registry does not hold this document.",
        "登记簿中没有该单据。",
        "Check the fingerprint.";
    ReleaseAboveFinanced = 1408, "NARR", false,
        "More would be given free than the sender has financed.",
        "释放金额超过发送方的融资金额。",
        "Give free at most what you have financed.";
    FinanciersFull = 1410, "NARR", false,
        "Sixteen banks finance this document already.",
        "该单据已有十六家融资银行。",
        "Let one of them finance more.";
}}
