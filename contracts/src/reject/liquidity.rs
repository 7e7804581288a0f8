//! Refusals of queues, netting cycles, limits and risk.

rows! { ($) liquidity {
    QueueWindow = 600, "AB03", false,
        "The time until which the payment would wait is past, or more than 7 days ahead.",
        "排队截止时间已过，或超过 7 天。",
        "Give a later time, or an earlier one.";
    QueueAhead = 602, "AM04", true,
        "Payments of the account that are as urgent, or a receivable that is due, wait for funds, and this one may not overtake them.",
        "该账户有同等或更高优先级的付款或已到期的应收账款正在排队，本笔付款不得越位。",
        "Let it wait with `queue_until`, allow it to bypass, or give it a more urgent priority.";
    QueueFull = 604, "NARR", true,
        "As many payments wait for funds as may.",
        "排队付款数量已达上限。",
        "Send it again when fewer wait.";
    QueueExpired = 606, "AM04", true,
        "Funds did not come in until the time the payment was to wait.",
        "排队截止前资金未到位。",
        "Fund the account and send a new payment.";
    QueuedUnknown = 610, "NARR", false,
        "No payment with this UETR ever waited for funds.",
        "没有排队付款使用此 UETR。",
        "Check the UETR; a payment of a later date waits elsewhere.";
    QueuedForbidden = 612, "AG08", false,
        "The waiting payment is another sender's.",
        "排队付款属于其他发送方。",
        "Let its sender change it.";
    QueuedEnded = 614, "NARR", false,
        "The payment no longer waits for funds.",
        "付款已不再排队。",
        "Ask for its outcome.";
    CycleSetForbidden = 620, "AG08", false,
        "The sender's role submits no sets to netting cycles.",
        "发送方角色不得提交轧差方案。",
        "Only banks and the operator submit sets.";
    CycleNotOpen = 622, "NARR", false,
        "The netting cycle is not open.",
        "该轧差周期未开放。",
        "Submit to the open cycle, before its height of decision.";
    CycleSetBits = 624, "FF01", false,
        "The set does not have one bit for each payment of the cycle's list.",
        "方案位数与周期清单不符。",
        "Give as many bits as the list has payments, the rest of the last byte zero.";
    CycleSetRepeated = 626, "DUPL", false,
        "The sender has submitted a set to this cycle already.",
        "发送方已向该周期提交过方案。",
        "Wait for the next cycle.";
    CycleSetsFull = 628, "NARR", false,
        "The cycle has as many sets as it may.",
        "该周期方案数量已达上限。",
        "Wait for the next cycle.";
    LimitForbidden = 630, "AG08", false,
        "The sender may not set this limit of the account.",
        "发送方无权设置该账户的此项限额。",
        "Let the account's owner set bilateral and multilateral limits, and the issuer or the operator the net debit cap.";
    LimitCounterparty = 632, "AC03", false,
        "The account towards which the limit would count does not exist or holds another asset.",
        "限额所针对的账户不存在，或其资产不同。",
        "Name an account of the same asset.";
    LimitUnset = 634, "NARR", false,
        "No limit is in force that could be lifted.",
        "没有可解除的限额。",
        "Ask for the account's limits.";
    LimitsFull = 636, "NARR", false,
        "The account has as many limits as it may.",
        "该账户的限额数量已达上限。",
        "Use a multilateral limit instead of further bilateral ones.";
    CapAboveCover = 638, "AM23", false,
        "The net debit cap is above what the account can pay today.",
        "净借记上限超过账户当日可支付的资金。",
        "Set a lower cap, or fund the account first.";
    ReserveForbidden = 640, "AG08", false,
        "Only the owner of an account, or the owner's sponsor bank, reserves its money.",
        "只有账户所有者或其代理行可以预留资金。",
        "Let one of them send the instruction.";
    RiskRuleForbidden = 642, "AG08", false,
        "Only the operator and regulators set rules that trip breakers.",
        "只有运营方和监管机构可以设置熔断触发规则。",
        "Let one of them send the instruction.";
    RiskRuleScope = 644, "NARR", false,
        "The account, participant or asset that the rule would watch does not exist.",
        "规则所监测的账户、参与机构或资产不存在。",
        "Check its number.";
    RiskRuleUnset = 646, "NARR", false,
        "No rule of this scope and measure is in force that could be lifted.",
        "没有可解除的该范围规则。",
        "Ask for the rules.";
    BilateralLimit = 650, "AM21", true,
        "The account would send more to this one, net, than its bilateral limit allows.",
        "付款将超过对该账户的双边净额限额。",
        "Wait until money comes back, let the payment wait with `queue_until`, or raise the limit.";
    MultilateralLimit = 652, "AM13", true,
        "The account would send more to the others, net, than its multilateral limit allows.",
        "付款将超过对其余账户的多边净额限额。",
        "Wait until money comes back from them, let the payment wait with `queue_until`, or raise the limit.";
    NetDebitCap = 654, "AM23", true,
        "The account would send more in all, net, than its net debit cap allows.",
        "付款将超过净借记上限。",
        "Wait until money comes in, let the payment wait with `queue_until`, or ask the issuer for a higher cap.";
    DebtorDefaulted = 660, "AG10", false,
        "The participant whose money the payment would have taken is in default.",
        "该付款所需资金的参与者已违约。",
        "Pay from another account; what it owes is a matter of its estate.";
    CreditorDefaulted = 662, "AG11", false,
        "The participant that the payment goes to is in default.",
        "收款的参与者已违约。",
        "Ask the operator where to pay instead.";
    DefaultRuleForbidden = 664, "AG08", false,
        "Only the asset's issuer or the operator says how defaults are closed out.",
        "仅资产发行人或运营方可设定违约处置规则。",
        "Ask the issuer or the operator.";
    DefaultFund = 665, "AG01", false,
        "The fund is not an open account of the asset that its issuer or the operator owns.",
        "基金账户不是发行人或运营方拥有的该资产的有效账户。",
        "Open an account for the fund and name it.";
    DefaultRuleUnset = 666, "NARR", false,
        "There is no rule for defaults in this asset.",
        "该资产没有违约处置规则。",
        "Ask its issuer or the operator to set one.";
    ContributionToItself = 667, "AG01", false,
        "The fund's own account does not contribute to the fund.",
        "基金账户不得向自身缴存。",
        "Contribute from another account.";
    CloseOutUnknown = 668, "NARR", false,
        "The close-out does not exist.",
        "违约处置记录不存在。",
        "Check its id.";
    ShortfallSmaller = 669, "AM09", false,
        "More is paid than the close-out left uncovered.",
        "付款金额超过违约处置的缺口。",
        "Pay at most the shortfall that its row tells.";
    VersusAccount = 670, "AC03", false,
        "The account in which this side is paid is not an account of the payer in another asset.",
        "收款账户不是付款方自有的另一资产账户。",
        "Name an account of your own in the other asset.";
    VersusEnded = 672, "NARR", false,
        "The other side's payment no longer waits to be matched.",
        "对方的付款已不再等待配对。",
        "Agree on new references and send both sides anew.";
    VersusMismatch = 674, "AM09", false,
        "The other side's payment names another reference, account or amount.",
        "对方付款的编号、账户或金额与本方不一致。",
        "Compare references, accounts and amounts with the other side.";
    VersusUnmatched = 676, "AB03", true,
        "The other side's payment did not come in time.",
        "对方的付款未在限期内提交。",
        "Ask the other side, then send both sides anew.";
    MateWaits = 677, "AM04", true,
        "The payment that settles together with this one cannot settle yet.",
        "与本笔同时结算的对方付款尚不能结算。",
        "Wait until the other side has funds, or take the payment back.";
    MateEnded = 678, "NARR", true,
        "The payment that would settle together with this one has ended.",
        "与本笔同时结算的对方付款已终止。",
        "Ask the other side, then send both sides anew.";
    IntradayForbidden = 680, "AG08", false,
        "Only the asset's issuer grants intraday credit.",
        "只有资产发行方可以授予日间透支额度。",
        "Ask the issuer.";
    IntradayAccount = 681, "AG01", false,
        "Intraday credit is for open settlement accounts of others than the issuer.",
        "日间额度仅适用于发行方以外的有效清算账户。",
        "Name such an account.";
    IntradayUnset = 682, "NARR", false,
        "The account has no intraday credit.",
        "该账户没有日间额度。",
        "Ask the asset's issuer to set it.";
    IntradayOverdue = 684, "NARR", true,
        "Intraday credit was not paid back in time.",
        "日间额度未按时归还。",
        "Pay back what is overdue first.";
    IntradayCap = 686, "AM14", true,
        "More would be drawn than the account's intraday credit allows.",
        "提取金额将超过该账户的日间额度。",
        "Draw less, or pay back first.";
    IntradayUncovered = 688, "NARR", false,
        "No collateral was asked for this intraday credit, and without it nothing is drawn.",
        "该日间额度未设担保品，不得提取。",
        "Let the issuer ask for collateral, pledge it, then draw.";
    IntradayAboveDrawn = 690, "AM09", false,
        "More is paid back than was drawn within the day.",
        "归还金额超过已提取的日间额度。",
        "Pay at most what is drawn.";
}}
