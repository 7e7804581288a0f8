//! Refusals of standing orders, requests to pay, recalls, disputes, fees, interest, sweeps, mandates and conditions.

rows! { ($) orders {
    OrderFirstDay = 544, "DT01", false,
        "The first day of the standing order lies before the business date or more than 366 days after it.",
        "定期付款的首日早于营业日，或晚于其后 366 天。",
        "Give today or a day within 366 days.";
    OrderUnknown = 545, "NARR", false,
        "The standing order does not exist.",
        "定期付款不存在。",
        "Check its id.";
    OrderForbidden = 546, "AG08", false,
        "The sender neither owns the debtor account of the standing order nor sponsors its owner.",
        "发送方既不拥有定期付款的付款账户，也不是其所有者的代理行。",
        "Let the debtor or its bank change the order.";
    OrderEnded = 547, "NARR", false,
        "The standing order has ended.",
        "定期付款已结束。",
        "Set a new one.";
    AnswerWindow = 548, "FF01", false,
        "The time for an answer or payment lies before block time or more than 92 days after it.",
        "答复或付款期限早于区块时间，或晚于其后 92 天。",
        "Give a time within 92 days.";
    RequestForbidden = 549, "AG08", false,
        "The sender of a request to pay neither owns the creditor account nor sponsors its owner.",
        "请求付款的发送方既不拥有收款账户，也不是其所有者的代理行。",
        "Let the payee or its bank send the request.";
    RequestUnknown = 550, "NARR", false,
        "No request to pay has this reference.",
        "没有使用该编号的付款请求。",
        "Check the UETR of the request.";
    RequestAnswerForbidden = 551, "AG08", false,
        "Another participant's account is asked to pay.",
        "被请求付款的账户属于其他参与者。",
        "Let the payer or its bank answer.";
    RequestAnswered = 552, "NARR", false,
        "The request to pay was answered, withdrawn or has expired.",
        "付款请求已答复、撤回或过期。",
        "Ask the payee for a new request.";
    RequestAmount = 553, "AM09", false,
        "The amount is more than was asked for, or less where the request does not allow a part.",
        "金额超过请求金额，或请求不允许部分付款而金额不足。",
        "Pay the amount of the request.";
    RequestDeclined = 554, "CUST", false,
        "The payer declined the request to pay.",
        "付款方拒绝了付款请求。",
        "See the payer's reason in the request's row.";
    RequestExpired = 555, "AB01", true,
        "The request to pay was not answered in time.",
        "付款请求未在期限内得到答复。",
        "Send a new request with a later expiry.";
    RecallForbidden = 556, "AG08", false,
        "The sender of a recall neither owns the account that paid nor sponsors its owner.",
        "追回请求的发送方既不拥有原付款账户，也不是其所有者的代理行。",
        "Let the payer or its bank ask for the money back.";
    CaseOpen = 557, "NARR", false,
        "A recall of this payment or a dispute over it is open.",
        "该付款已有未结的追回或争议。",
        "Wait for its end, or cancel it first.";
    NothingToReturn = 558, "NARR", false,
        "All of the payment has come back.",
        "该付款已全部退回。",
        "Look the returns up by its UETR.";
    RecallUnknown = 559, "NARR", false,
        "No recall has this reference.",
        "没有使用该编号的追回请求。",
        "Check the UETR of the recall.";
    RecallAnswerForbidden = 560, "AG08", false,
        "The money that is recalled was paid to another participant's account.",
        "被追回的款项付给了其他参与者的账户。",
        "Let the payee or its bank answer.";
    RecallEnded = 561, "NARR", false,
        "The recall was answered, withdrawn or has expired.",
        "追回请求已答复、撤回或过期。",
        "Pay money back by a return.";
    ReturnTooLarge = 562, "AM09", false,
        "More is paid back than is left of the payment.",
        "退回金额超过原付款的剩余金额。",
        "Pay back at most what has not come back yet.";
    RecallDeclined = 563, "CUST", false,
        "The payee declined to pay the recalled payment back.",
        "收款方拒绝退回被追回的付款。",
        "See the payee's reason in the recall's row; open a dispute if it does not convince.";
    RecallExpired = 564, "AB01", true,
        "The recall was not answered in time.",
        "追回请求未在期限内得到答复。",
        "Ask again, or open a dispute.";
    DisputeForbidden = 565, "AG08", false,
        "The sender of a dispute neither owns the account that paid nor sponsors its owner.",
        "争议的发送方既不拥有原付款账户，也不是其所有者的代理行。",
        "Let the payer or its bank open the dispute.";
    ClaimTooLarge = 566, "AM09", false,
        "More is claimed than is left of the payment.",
        "索赔金额超过原付款的剩余金额。",
        "Claim at most what has not come back yet.";
    DisputeUnknown = 567, "NARR", false,
        "No dispute over a payment has this reference.",
        "没有使用该编号的付款争议。",
        "Check the UETR of the dispute.";
    DisputeDecided = 568, "NARR", false,
        "The dispute over the payment was decided or withdrawn.",
        "付款争议已裁决或撤回。",
        "See its row for the decision.";
    EvidenceForbidden = 569, "AG08", false,
        "The sender is on neither side of the dispute.",
        "发送方不是争议的任何一方。",
        "Let the payer, the payee or their banks name documents.";
    EvidenceFull = 570, "NARR", false,
        "This side has named 8 documents in the dispute.",
        "该方已在争议中提交 8 份文件。",
        "Name one document that contains the others.";
    DecisionForbidden = 571, "AG08", false,
        "Only the operator or a regulator decides a dispute, and never one in which it is a party.",
        "仅运营方或监管机构可裁决争议，且不得裁决自身为当事方的争议。",
        "Let an operator or regulator decide who is no party.";
    AwardTooLarge = 572, "AM09", false,
        "More is awarded than is claimed.",
        "裁决金额超过索赔金额。",
        "Award at most what is claimed.";
    NothingAwarded = 573, "NARR", false,
        "Nothing that was awarded in the dispute is still to be paid.",
        "该争议没有待付的裁决金额。",
        "See its row for the decision and the payment.";
    SettlementForbidden = 574, "AG08", false,
        "The award is to be paid from another participant's account.",
        "裁决金额应由其他参与者的账户支付。",
        "Let the payee of the disputed payment or its bank pay.";
    DisputeDismissed = 575, "LEGL", false,
        "The claim over the payment was dismissed.",
        "关于该付款的索赔被驳回。",
        "See the decision's grounds by their hash.";
    FeeRuleForbidden = 576, "AG08", false,
        "Only the asset's issuer or the operator sets its fees.",
        "仅资产发行人或运营方可设定其费用。",
        "Ask the issuer or the operator.";
    FeeAccount = 577, "AG01", false,
        "The account that is to collect fees is not open, of another asset, or an issuance account.",
        "收取费用的账户未开立、币种不符或为发行账户。",
        "Name an open settlement or current account of the asset.";
    FeeRuleUnset = 578, "NARR", false,
        "There is no fee rule to lift.",
        "没有可取消的费用规则。",
        "Ask the node for the fee rules.";
    SweepOwners = 579, "AG08", false,
        "The two accounts of a sweep are not of one owner.",
        "归集的两个账户不属于同一所有者。",
        "Sweep between accounts of one owner; send a payment to another.";
    SweepUnset = 580, "NARR", false,
        "There is no sweep of the account to lift.",
        "该账户没有可取消的归集。",
        "Ask the node for the sweeps.";
    InterestForbidden = 581, "AG08", false,
        "Only the asset's issuer or the operator lets an account bear interest.",
        "仅资产发行人或运营方可为账户设定利息。",
        "Ask the issuer or the operator.";
    InterestUnset = 582, "NARR", false,
        "The account bears no interest that could be ended.",
        "该账户没有可终止的利息。",
        "Ask the node for the interest of accounts.";
    InterestFirst = 583, "DT01", false,
        "The first payment of interest is not 1 to 366 days ahead.",
        "首次付息日不在其后 1 至 366 天内。",
        "Give a day from tomorrow on, within 366 days.";
    InterestDayCount = 584, "NARR", false,
        "Interest was counted by another day count and is not paid yet.",
        "已按另一计息天数惯例计提且尚未支付。",
        "Keep the day count, or end the interest first, which pays it.";
    MandateUnknown = 585, "MD01", false,
        "The mandate does not exist.",
        "授权不存在。",
        "Check its id.";
    MandateForbidden = 586, "AG08", false,
        "The sender is on neither side of the mandate.",
        "发送方不是授权的任何一方。",
        "Let the payer, the payee or their banks end it.";
    MandateEnded = 587, "MD01", false,
        "The mandate was ended.",
        "授权已终止。",
        "Ask the payer for a new mandate.";
    CollectForbidden = 588, "AG08", false,
        "The mandate lets another account collect.",
        "该授权允许其他账户收款。",
        "Let the payee of the mandate or its bank collect.";
    MandateDays = 589, "MD01", true,
        "The business date lies outside of the mandate's days.",
        "营业日不在授权期间内。",
        "Collect between its first and last day.";
    MandateExceeded = 590, "AM14", true,
        "The amount is more than the mandate allows for one collection, or than its period still gives.",
        "金额超过授权的单笔上限或本期余额。",
        "Collect less, or in the next period.";
    ConditionsUnmet = 591, "AB03", true,
        "The conditions of the payment did not hold in time.",
        "付款条件未在期限内满足。",
        "Have the facts attested, then send it again.";
    ConditionsFull = 592, "NARR", true,
        "1,000 payments wait for this fact.",
        "已有 1,000 笔付款等待该事实。",
        "Send it again when some of them have settled.";
}}
