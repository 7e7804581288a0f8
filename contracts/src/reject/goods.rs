//! Refusals of goods and warehouse receipts.

rows! { ($) goods {
    GoodsRoleForbidden = 1418, "AG08", false,
        "A participant of this role does not do this with goods.",
        "此角色的参与者不得对货物作此操作。",
        "Warehouses register and release, auditors, oracles and carriers inspect, the operator decides.";
    LotUnknown = 1420, "NARR", false,
        "No lot of goods has this number.",
        "没有此编号的货物批次。",
        "Check the number in the receipt of the registration.";
    ReceiptUnknown = 1422, "NARR", false,
        "No warehouse receipt has this number.",
        "没有此编号的仓单。",
        "Check the number in the receipt of its issue.";
    InspectorInvolved = 1430, "AG08", false,
        "The inspector brought the goods or keeps them.",
        "检验方是存货人或仓储方本身。",
        "Let somebody inspect who has no part in them.";
    NotWarehouse = 1432, "AG08", false,
        "The sender is not the warehouse of these goods.",
        "发送方不是该批货物的仓储方。",
        "Let the warehouse send it.";
    NotReceiptHolder = 1434, "AG08", false,
        "The sender has no control of this warehouse receipt.",
        "发送方不是该仓单的持有人。",
        "Let its holder send it.";
    ReceiptNotPledged = 1435, "NARR", false,
        "The warehouse receipt is not pledged.",
        "该仓单未被质押。",
        "There is no security to act on.";
    NotReceiptPledgee = 1436, "AG08", false,
        "The sender is not secured by this warehouse receipt.",
        "发送方不是该仓单的质权人。",
        "Let the bank that is secured send it.";
    NotSensor = 1438, "AG08", false,
        "The sender is not the sensor of these goods, or they have none.",
        "发送方不是该批货物的传感方，或货物未设传感。",
        "Let the sensor that the registration names report.";
    LotState = 1440, "NARR", false,
        "The lot is not in a state in which this can be done.",
        "该批货物的状态不允许此操作。",
        "Ask for its state.";
    NotInspected = 1442, "NARR", true,
        "Nobody has inspected the lot.",
        "该批货物尚未检验。",
        "Let it be inspected first.";
    ReceiptNotIssued = 1448, "NARR", false,
        "The warehouse receipt is surrendered or retired.",
        "该仓单已交还或注销。",
        "Nothing can be done with it any more.";
    NotSurrendered = 1449, "NARR", true,
        "The holder has not surrendered the warehouse receipt.",
        "持有人尚未交还该仓单。",
        "Goods leave against a surrendered receipt only.";
    ReceiptPledged = 1450, "NARR", true,
        "The warehouse receipt is pledged.",
        "该仓单已被质押。",
        "Wait until the bank releases it.";
    GoodsFrozen = 1452, "NARR", true,
        "The goods are frozen by a breach of the cold chain or a second claim.",
        "货物因冷链超限或重复主张而被冻结。",
        "Wait until the operator has decided.";
    ReleaseAboveQuantity = 1454, "NARR", false,
        "A part release frees less than all units of the receipt.",
        "部分解押的数量须少于仓单全部数量。",
        "Free fewer units, or release the whole receipt.";
    ReceiptToSelf = 1455, "NARR", false,
        "The receiver has control of the warehouse receipt already.",
        "受让方已持有该仓单。",
        "Name somebody else.";
    ReceiptPledgeeNotBank = 1456, "NARR", false,
        "The one to be secured is not an active bank other than the holder.",
        "仓单质权人须为持有人以外的有效银行。",
        "Pledge it to a bank that takes part.";
    GoodsOwnerForbidden = 1457, "NARR", false,
        "Goods belong to active banks, core enterprises, suppliers and carriers.",
        "货物所有人须为有效的银行、核心企业、供应商或物流方。",
        "Name one of these.";
    PledgesFull = 1458, "NARR", true,
        "Ten thousand pledges hang on this price already.",
        "已有一万笔质押以该价格估值。",
        "Name another who attests the price.";
    SensorForbidden = 1459, "NARR", false,
        "The sensor belongs to nobody who may attest readings.",
        "所指定的传感方无权证明读数。",
        "Name an oracle, warehouse or carrier.";
    PriceMissing = 1460, "NARR", true,
        "No valid price of the goods is attested by the one named.",
        "指定的证明方没有该货物的有效价格。",
        "Let it attest the price first.";
    LoanToValue = 1462, "NARR", true,
        "More would be secured than the agreed part of the value.",
        "担保金额超过约定的抵质押率。",
        "Secure less, or leave more goods pledged.";
    QuantityDiffers = 1464, "NARR", false,
        "The inspector found another quantity than was registered.",
        "检验数量与登记数量不符。",
        "Register what was found under a document of its own.";
    RepaidAboveSecured = 1467, "NARR", false,
        "As much or more would be repaid than is secured.",
        "偿还金额不小于担保金额。",
        "Release the receipt when all is repaid.";
    NoMarginCall = 1468, "NARR", true,
        "There is no margin call on the warehouse receipt.",
        "该仓单没有追加保证通知。",
        "Enforce only after one was not cured.";
    CureTimeRuns = 1470, "NARR", true,
        "The time to cure the margin call still runs.",
        "追加保证的宽限期尚未届满。",
        "Wait for its end.";
    ReportOverlaps = 1474, "NARR", false,
        "The stretch begins before the end of the last report or the storage.",
        "报告时段早于上次报告或入库时间。",
        "Report what follows the last stretch.";
    ReportAhead = 1476, "NARR", true,
        "The stretch ends after block time.",
        "报告时段晚于区块时间。",
        "Report it when it is over.";
    NothingToResolve = 1478, "NARR", false,
        "The lot is neither contested nor in breach.",
        "该批货物既无争议也未超限。",
        "Ask for its state before deciding.";
    RivalStands = 1480, "NARR", false,
        "A receipt was issued on the other lot, or a third one stands for the document.",
        "另一批次已签发仓单，或该单据已由第三批次对应。",
        "Dismiss the claim, or retire that receipt first.";
}}
