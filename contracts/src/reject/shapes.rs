//! Refusals of the shape of what products ask for: judged at the door, without a receipt.

rows! { ($) shapes {
    CalendarDays = 900, "FF01", false,
        "The calendar's days do not ascend, are more than 200 holidays, or leave no open day within a year.",
        "日历日期未按升序排列、节假日超过 200 个，或一年内没有营业日。",
        "Sort weekdays and holidays, each once, and leave a weekday open.";
    CalendarHours = 902, "FF01", false,
        "The calendar's hours name a service twice or out of order, or do not open before they close.",
        "日历时段的业务重复或未按顺序，或开始时间不早于截止时间。",
        "Give minutes of the day, at most 1,440, one entry a service.";
    OrderPeriod = 903, "FF01", false,
        "The time between two payments is not 1 to 366 days or 1 to 120 months.",
        "付款间隔不是 1 至 366 天或 1 至 120 个月。",
        "Give a number of days or months in range.";
    OrderDates = 904, "FF01", false,
        "The last day of the standing order lies before the first.",
        "定期付款的末日早于首日。",
        "Give a last day that is not before the first, or none.";
    OrderWait = 905, "FF01", false,
        "The wait for funds is not 1 minute to 7 days.",
        "等待资金的时间不在 1 分钟至 7 天之间。",
        "Give 1 to 10,080 minutes, or another rule for a shortfall.";
    CaseOfItself = 906, "FF01", false,
        "The recall or dispute has the reference of the payment that it speaks of.",
        "追回或争议使用了原付款的编号。",
        "Give it a UETR of its own.";
    FeeSchedule = 907, "FF01", false,
        "The tiers of a fee do not ascend from 0, are more than 16, or a part or bound is out of range.",
        "费用分档未自零递增、超过 16 档，或其中一部分或限额超出范围。",
        "Give at most 16 tiers, flat parts and bounds up to 10^18, rates up to 1, and a least that is not above the most.";
    SweepShape = 908, "FF01", false,
        "The target of a sweep is above 10^22 minor units, or its minute is not one of the day.",
        "归集目标高于 10^22 最小单位，或分钟不在一天之内。",
        "Give a target up to 10^22 and a minute from 0 to 1,439.";
    InterestTerms = 909, "FF01", false,
        "A rate of interest is above 1, the day count is none of days over 360, days over 365, ACT/ACT ISDA and 30E/360, or the period is out of range.",
        "利率高于 1、计息惯例不是实际天数除以 360、实际天数除以 365、ACT/ACT ISDA 或 30E/360，或周期超出范围。",
        "Give rates up to 1, one of these day counts, and 1 to 366 days or 1 to 120 months.";
    MandateCaps = 910, "FF01", false,
        "The cap of a mandate for each collection is zero or above the cap for a period.",
        "授权的单笔上限为零或高于每期上限。",
        "Give a cap for each of at least one minor unit and at most the period's.";
    PaymentConditions = 911, "FF01", false,
        "The payment has no condition or more than 8.",
        "付款没有条件或条件超过 8 个。",
        "Give 1 to 8 conditions; send a payment without any as a payment.";
    VersusShape = 912, "FF01", false,
        "A payment versus payment names another reference, an account to be paid in, an amount above zero and until when it waits.",
        "对付支付须写明对方编号、收款账户、大于零的金额及等待期限。",
        "Complete the instruction; `queue_until` is needed.";
    GrantWindow = 913, "DT01", false,
        "The viewing grant ends before it begins.",
        "查看授权的终止时间早于起始时间。",
        "Give an end after the beginning.";
    IntradayRange = 914, "AM02", false,
        "The cap of intraday credit is zero or above 10^22 minor units.",
        "日间额度上限为零或高于 10^22 最小单位。",
        "Give an amount from 1 to 10^22, or none to lift it.";
    OriginalLeg = 915, "FF01", false,
        "The recall or dispute names a leg that its payment does not have.",
        "追回或争议所指的分笔不在原付款之中。",
        "Count the legs from 0, in the order in which they were sent.";
    CycleSetTooLong = 920, "FF01", false,
        "The set has more bits than a netting cycle's list may have payments.",
        "方案位数超过轧差清单上限。",
        "Give one bit for each payment of the list.";
    LimitRange = 921, "AM02", false,
        "The limit or reservation is above 10^22 minor units.",
        "限额或预留金额超过 10^22 个最小单位。",
        "Give a smaller amount.";
    LimitTowardItself = 922, "AC03", false,
        "A limit of an account towards itself says nothing.",
        "账户不能对自身设置限额。",
        "Name another account.";
    ReserveClass = 923, "NARR", false,
        "Money is reserved for priorities 0 to 4 only, which are more urgent than the normal one.",
        "只能为 0 至 4 级（高于普通级）的付款预留资金。",
        "Name a more urgent priority.";
    RiskRuleWindow = 924, "DT01", false,
        "A rule on what happens within a time needs a window of 1 millisecond to 7 days, other rules have none.",
        "按时段计量的规则须设 1 毫秒至 7 天的窗口，其他规则不得设置窗口。",
        "Give the window that the measure asks for.";
    RiskRuleMeasure = 925, "NARR", false,
        "This figure cannot be measured of this scope.",
        "该指标不适用于此范围。",
        "Watch the reserve of an asset, new counterparties of an account or a participant, failed signatures of a participant or the network, and anything else of an account, a participant, an asset or the network.";
    DefaultOrder = 926, "FF01", false,
        "The order of sources for a default is empty or names one twice.",
        "违约覆盖来源顺序为空或重复。",
        "Name every source that may be used, once.";
    ContributionRange = 927, "FF01", false,
        "The contribution is above 10^22 minor units.",
        "缴存金额高于 10^22 最小单位。",
        "Give an amount from 0 to 10^22.";
    RiskRuleHistory = 928, "FF01", false,
        "A rule on own history allows 101 to 1,000,000 per cent, and only such a rule has a least figure.",
        "自身历史规则的允许比例须为 101% 至 1,000,000%，且仅此类规则可设起算金额。",
        "Give a percentage in that range, and the least figure with it only.";
    ValidatorKeyUnfit = 930, "DS0A", false,
        "The validator's key is no point of prime order on the curve.",
        "验证者公钥不是曲线上的素数阶点。",
        "Make the key with `sycee keys new`.";
    TimeLockTooLong = 932, "NARR", false,
        "The time-lock is longer than 90 days.",
        "生效等待期超过 90 天。",
        "Choose a shorter time-lock.";
    ClockStep = 934, "DT01", false,
        "The clock is put forward by no time, or by more than 366 days.",
        "时钟拨快的幅度为零或超过 366 天。",
        "Go forward in steps of 1 to 31622400000 milliseconds.";
    LoanPrincipal = 940, "FF01", false,
        "The principal is zero or above 10^18 minor units.",
        "本金为零或超过 10^18 个最小单位。",
        "State a principal within these limits.";
    LoanRate = 942, "FF01", false,
        "The rate or the penalty surcharge is above 1,000 %.",
        "利率或罚息加收比例超过 1,000%。",
        "State both in parts of 10^12; 48,000,000,000 is 4.8 %.";
    LoanPeriods = 944, "FF01", false,
        "The loan has no periods, lasts longer than 1,200 months, or has more than 366 days of grace.",
        "贷款没有期数、期限超过 1,200 个月，或宽限期超过 366 天。",
        "State at least one period of at least one month.";
    LoanDayCount = 946, "FF01", false,
        "The day count is not one that loans are computed with.",
        "贷款不支持该计息基准。",
        "Use A360, A365F, ACTACT_ISDA, 30E360 or 30360US.";
    LoanWaterfall = 948, "FF01", false,
        "The order of repayment does not name every bucket once.",
        "清偿顺序未将每一项恰好列出一次。",
        "List costs, penalty, overdue and current interest, overdue and current principal, and prepayment.";
    LoanFees = 950, "FF01", false,
        "A fee is above 10^18 or 100 %, the floor of the rate above its cap, or the time for drawing longer than 1,830 days.",
        "费用超过 10^18 或 100%，利率下限高于上限，或提款期超过 1,830 天。",
        "State fees, floor, cap and days within these limits.";
    SyndicateShares = 952, "FF01", false,
        "The shares do not sum to 10^9, one is zero, an account comes twice, there are more than 64, or the fee is above 100 %.",
        "份额合计不为十亿、有份额为零、账户重复、超过 64 份，或代理费率超过 100%。",
        "Give every lender one account and shares of 1,000,000,000 together.";
    LineTerms = 954, "FF01", false,
        "The cap of the line is zero or above 10^18, its fee above 100 %, its highest rate above 1,000 %, or the fee's period not 1 to 12 months.",
        "授信额度为零或超过 10^18、承诺费率超过 100%、最高利率超过 1,000%，或计费周期不在 1 至 12 个月内。",
        "State a cap, rates and months within these limits.";
    CoverTerms = 956, "FF01", false,
        "Levels of the collateral do not ascend up to 1,000,000, a haircut takes everything, the cure period is above 30 days, or 1 to 8 obligations are not each named once.",
        "担保水平未递增至 1,000,000、折扣为全部、补救期超过 30 天，或 1 至 8 项债务未各列一次。",
        "State levels, haircuts, days and obligations within these limits.";
    CollateralThings = 958, "FF01", false,
        "Nothing is named, more than 16 things, one of them twice, cash of zero, or items that do not ascend.",
        "未列任何担保物、超过 16 项、重复、现金为零，或编号未递增。",
        "Name each thing once and items in ascending order.";
    RestructureTerms = 960, "FF01", false,
        "Terms of a restructured loan have no fee and no time for drawing.",
        "重组后的贷款条款不含费用和提款期。",
        "State both as zero.";
    LoanKindTerms = 962, "FF01", false,
        "The loan's kind has steps out of order or above its principal, no instalment, a principal that cannot grow to its cap, or a notice above 180 business days.",
        "贷款类型的还款步骤次序有误或超过本金，缺少每期还款额，本金上限低于本金，或通知期超过 180 个营业日。",
        "Check the terms of the loan's kind.";
    SuretyTerms = 964, "FF01", false,
        "The surety pays nothing at most, or covers nothing or more than everything.",
        "保证金额为零，或保证比例为零或超过百分之百。",
        "State a sum and a part of at most one.";
    ReceivableDocuments = 970, "NARR", false,
        "A receivable stands on 1 to 16 different documents.",
        "一笔应收账款须对应 1 至 16 份互不相同的单据。",
        "Give each document once, at most 16.";
    SplitCount = 972, "NARR", false,
        "A division makes 2 to 1,000 parts.",
        "拆分份数须为 2 至 1,000 份。",
        "Divide in several steps.";
    OfferTerms = 974, "NARR", false,
        "Rate, year basis or band of tenors of the offer are out of range.",
        "融资要约的利率、计息基准或期限区间超出范围。",
        "Rate at most 1,000 % a year, 360 or 365 days, at most 366 days to maturity.";
    FinancingAboveTotal = 976, "NARR", false,
        "More would be financed than is left of the document.",
        "融资金额超过单据剩余可融资金额。",
        "Finance at most what is left; ask for the document's row.";
    GoodsTerms = 978, "NARR", false,
        "Quantity, grade, parts per million, band, minutes or days are out of range.",
        "数量、等级、百万分比、温度区间、分钟或天数超出范围。",
        "Units 1 to 10^12, grade 1 to 9, at most a million parts, reports of at most a week, cure within 30 days.";
    PortfolioPortions = 979, "NARR", false,
        "A portfolio has 1 to 200 portions, each of them once.",
        "应收账款组合须含 1 至 200 个互不重复的份额。",
        "Sell the rest in another portfolio.";
    FactoringTerms = 980, "NARR", false,
        "Rate of advance, discount, fee, year basis or band of tenors of the agreement are out of range.",
        "保理协议的预付比例、利率、费率、计息基准或期限区间超出范围。",
        "Advance 1 to 1,000,000 parts per million, at most 1,000 % a year, 360 or 365 days, at most 366 days to maturity.";
    ReceivableRuleTerms = 981, "NARR", false,
        "Terms, tiers or smallest part of rules on receivables are out of range.",
        "应收账款规则的期限、层级或最小份额超出范围。",
        "The usual term at most the longest, that at most 366 days, at most ten tiers, a part of one minor unit or more.";
}}
