//! Refusals of escrow, documentary credits, guarantees and what stands behind them.

rows! { ($) trade_shapes {
    EscrowMilestones = 860, "FF01", false,
        "The escrow has no milestones or more than 16, or one without an amount.",
        "托管没有里程碑、超过 16 个，或某个里程碑没有金额。",
        "Name 1 to 16 milestones, each with an amount.";
    EscrowSum = 862, "AM10", false,
        "The milestones of the escrow do not add up to its total.",
        "托管里程碑金额之和不等于总额。",
        "State the true sum in minor units.";
    EscrowParties = 864, "FF01", false,
        "The payer of the escrow is its payee.",
        "托管的付款方与收款方相同。",
        "Name two parties.";
    EscrowArbiters = 866, "FF01", false,
        "The escrow has no arbiters or more than 9, in no ascending order, one of them a party, or a threshold that is not more than half of them.",
        "托管没有仲裁方、超过 9 名、未按升序排列、含有当事方，或门槛未超过半数。",
        "Name 1 to 9 others, each once in ascending order, and ask for more than half of them.";
    EscrowArbitrationDays = 868, "FF01", false,
        "The arbiters of the escrow are given no day, or more than 366.",
        "托管的仲裁期限不是 1 至 366 天。",
        "Give them 1 to 366 days.";
    CreditTolerance = 870, "FF01", false,
        "The credit's tolerance is above 99 per cent, or its largest drawing above 10^22 minor units.",
        "信用证的增减幅度超过 99%，或最大支取额超过 10^22 个最小单位。",
        "Give percentages up to 99 and a smaller amount.";
    CreditDocuments = 872, "FF01", false,
        "The credit calls for no documents, for a kind zero times, or for kinds in no ascending order.",
        "信用证未要求单据、某类单据份数为零，或单据种类未按升序排列。",
        "Name each kind once, in ascending order, at least one copy.";
    CreditTenorDays = 874, "FF01", false,
        "The days of usance or for presentation are not 1 to 366.",
        "远期天数或交单天数不在 1 至 366 之间。",
        "Give 1 to 366 days; 21 for presentation where nothing else is agreed.";
    CreditParties = 876, "FF01", false,
        "The bank that is to be bound is the beneficiary.",
        "承担付款责任的银行即为受益人。",
        "Name another bank, or another beneficiary.";
    PresentedDocuments = 878, "FF01", false,
        "The presentation has no documents or more than 32, a transport document without a mark, or a mark twice.",
        "交单没有单据、超过 32 份、运输单据缺少标记，或标记重复。",
        "Present 1 to 32 documents; mark transport documents as in the registry, each once.";
    DiscrepanciesTooMany = 880, "FF01", false,
        "More than 16 discrepancies are listed.",
        "列出的不符点超过 16 项。",
        "List at most 16; one may be a hash over several.";
    CashCoverAccount = 882, "FF01", false,
        "Cash cover is agreed and no account named on which it stands.",
        "约定了保证金但未指定存放账户。",
        "Name the bank's account of kind escrow.";
    DemandDocuments = 884, "FF01", false,
        "The demand has more than 32 documents.",
        "索赔单据超过 32 份。",
        "Name at most 32; one may be a hash over several.";
} }

rows! { ($) trade {
    EscrowUnknown = 1700, "NARR", false,
        "No escrow has this number.",
        "没有此编号的托管。",
        "Check the number in the receipt of its creation.";
    EscrowPartyForbidden = 1702, "AG08", false,
        "The sender is not a party of this escrow.",
        "发送方不是该托管的当事方。",
        "Let the payer or the payee send it.";
    NotEscrowPayer = 1704, "AG08", false,
        "The sender is not the payer of this escrow.",
        "发送方不是该托管的付款方。",
        "Let the payer send it.";
    NotEscrowPayee = 1706, "AG08", false,
        "The sender is not the payee of this escrow.",
        "发送方不是该托管的收款方。",
        "Let the payee send it.";
    NotEscrowArbiter = 1708, "AG08", false,
        "The sender is not an arbiter of this escrow.",
        "发送方不是该托管的仲裁方。",
        "Let one of its arbiters send it.";
    EscrowPartyUnfit = 1710, "AG11", true,
        "A party of the escrow is not an active participant.",
        "托管当事方不是有效状态的参与者。",
        "Name active participants.";
    EscrowArbiterUnfit = 1712, "AG11", true,
        "An arbiter of the escrow is not an active participant.",
        "托管仲裁方不是有效状态的参与者。",
        "Name active participants as arbiters.";
    EscrowWindow = 1714, "DT01", false,
        "The escrow expires in the past, or more than 3,660 days ahead.",
        "托管到期时间已过，或晚于 3,660 天之后。",
        "Give a time to come, within ten years.";
    HoldingUnfit = 1716, "AG01", true,
        "The holding account is not an open, unfrozen escrow account of this asset with an active bank.",
        "持有账户不是该资产的正常、未冻结且开户行有效的托管账户。",
        "Name an account of kind escrow; the operator opens one for a bank.";
    EscrowNotCreated = 1718, "NARR", false,
        "The escrow was funded before, or has lapsed.",
        "该托管已注资或已失效。",
        "Ask for its state.";
    EscrowNotFunded = 1720, "NARR", true,
        "The escrow was never funded, so nothing of it goes back.",
        "该托管从未注资，没有可退款项。",
        "Name the account when it is funded.";
    EscrowNotOpen = 1722, "NARR", false,
        "Nothing of the escrow is held any more, or not yet.",
        "该托管尚未持有或已不再持有款项。",
        "Ask for its state.";
    EscrowDisputed = 1724, "NARR", true,
        "The escrow is in dispute already.",
        "该托管已处于争议中。",
        "Put the claim before its arbiters.";
    EscrowNotDisputed = 1726, "NARR", false,
        "There is no dispute over this escrow, or the time to decide it is over.",
        "该托管没有争议，或裁决期限已过。",
        "Ask for its state.";
    MilestoneUnknown = 1728, "NARR", false,
        "The escrow has no milestone with this number.",
        "该托管没有此编号的里程碑。",
        "Count the milestones from 0.";
    MilestoneExceeded = 1730, "AM09", false,
        "More is released than the milestone still holds.",
        "释放金额超过该里程碑的剩余金额。",
        "Release at most what is left of it.";
    RulingExceeds = 1732, "AM09", false,
        "The ruling gives the payee more than is held.",
        "裁决给予收款方的金额超过持有金额。",
        "Divide what is held now.";
    CreditUnknown = 1740, "NARR", false,
        "No documentary credit has this number.",
        "没有此编号的信用证。",
        "Check the number in the receipt of the application.";
    PresentationUnknown = 1742, "NARR", false,
        "No presentation has this number.",
        "没有此编号的交单。",
        "Check the number in the receipt of the presentation.";
    NotApplicant = 1744, "AG08", false,
        "The sender is not the applicant.",
        "发送方不是申请人。",
        "Let the applicant send it.";
    NotIssuingBank = 1746, "AG08", false,
        "The sender is not the issuing bank.",
        "发送方不是开证行。",
        "Let the issuing bank send it.";
    NotAdvisingBank = 1748, "AG08", false,
        "The sender is not the advising bank.",
        "发送方不是通知行。",
        "Let the advising bank send it.";
    NotBeneficiary = 1750, "AG08", false,
        "The sender is not the beneficiary.",
        "发送方不是受益人。",
        "Let the beneficiary send it.";
    NotCreditParty = 1752, "AG08", false,
        "This is not for the sender to ask: it is no party, or not the one whose turn it is.",
        "发送方无权提出该请求：不是当事方，或不应由其提出。",
        "Let applicant, issuing bank or beneficiary send it, whoever may in this state.";
    CreditPartyUnfit = 1754, "AG11", true,
        "Applicant and beneficiary are not two active participants other than the bank.",
        "申请人与受益人不是银行以外的两个有效参与者。",
        "Name another, active participant.";
    CreditBankUnfit = 1756, "AG11", true,
        "The bank that is to be bound, or the adviser, is not an active bank.",
        "开立行或通知行不是有效状态的银行。",
        "Name active banks.";
    CreditDates = 1758, "DT01", false,
        "The last day has passed or is more than 3,660 days ahead, or shipment may be later than that.",
        "有效期已过、超过 3,660 天，或最迟装运日晚于有效期。",
        "Give a last day to come within ten years, and a day of shipment not after it.";
    CreditNotApplied = 1760, "NARR", false,
        "The credit is issued already, or closed.",
        "该信用证已开立或已关闭。",
        "Ask for its state.";
    CreditNotIssued = 1762, "NARR", false,
        "The credit is not issued, or advised already.",
        "该信用证尚未开立或已通知。",
        "Ask for its state.";
    CreditNotOpen = 1764, "NARR", false,
        "The credit is not in force for this: not issued, not advised, closed or expired.",
        "该信用证当前不适用：未开立、未通知、已关闭或已过期。",
        "Ask for its state.";
    CreditIrrevocable = 1766, "NARR", false,
        "An issued credit is irrevocable: only its beneficiary gives it up.",
        "已开立的信用证不可撤销，只有受益人可以放弃。",
        "Let the beneficiary close it, or agree to an amendment.";
    PresentationsPending = 1768, "NARR", true,
        "A presentation under the credit is neither paid nor returned.",
        "该信用证项下有交单尚未付款或退单。",
        "Wait until it is.";
    AmendmentPending = 1770, "NARR", true,
        "Another amendment waits for agreement.",
        "另有修改等待同意。",
        "Answer it first; who proposed it may take it back.";
    AmendmentAsset = 1772, "AM03", false,
        "The amendment changes the asset.",
        "修改变更了币种资产。",
        "Apply for another credit.";
    AmendmentBelowDrawn = 1774, "AM09", false,
        "The amendment promises less than what is drawn.",
        "修改后的金额低于已支取金额。",
        "Propose at least what is drawn.";
    AmendmentUnknown = 1776, "NARR", false,
        "No amendment with this revision waits for agreement.",
        "没有此版本的修改等待同意。",
        "Read the credit again.";
    AmendmentAnswered = 1778, "NARR", false,
        "The sender has agreed to this amendment before.",
        "发送方已同意该修改。",
        "Wait for the others.";
    DrawingAboveCredit = 1780, "AM09", false,
        "More is drawn than the credit still allows.",
        "支取金额超过信用证剩余额度。",
        "Draw at most what is left, tolerance included.";
    PartialDrawing = 1782, "AM09", false,
        "The credit is drawn once, and not below its tolerance.",
        "该信用证不允许分批支取，且金额不得低于允许幅度。",
        "Draw the whole, or let partial drawings be agreed.";
    ShippedLater = 1784, "DT01", false,
        "The day of shipment lies in the future.",
        "装运日期在将来。",
        "State the day on the transport document.";
    PresentationExamined = 1786, "NARR", false,
        "The presentation is examined already, or the time to examine it is over.",
        "该交单已审核，或审单期限已过。",
        "A bank that is silent for five banking days honours.";
    PresentationNotRefused = 1788, "NARR", false,
        "The presentation was not refused, or is settled.",
        "该交单未被拒付或已了结。",
        "Ask for its state.";
    PresentationNotPayable = 1790, "NARR", true,
        "The presentation is not to be honoured now.",
        "该交单当前不应承付。",
        "Ask for its state and maturity.";
    PresentationOver = 1792, "NARR", false,
        "The presentation is paid, or its documents are returned.",
        "该交单已付款或已退单。",
        "Nothing can be changed any more.";
    GuaranteeUnknown = 1800, "NARR", false,
        "No guarantee has this number.",
        "没有此编号的保函。",
        "Check the number in the receipt of the application.";
    DemandUnknown = 1802, "NARR", false,
        "No demand has this number.",
        "没有此编号的索赔。",
        "Check the number in the receipt of the demand.";
    NotGuarantor = 1804, "AG08", false,
        "The sender is not the guarantor.",
        "发送方不是担保行。",
        "Let the bank that is bound send it.";
    GuaranteeNotApplied = 1806, "NARR", false,
        "The guarantee is issued already, or over.",
        "该保函已开立或已终止。",
        "Ask for its state.";
    GuaranteeNotOpen = 1808, "NARR", false,
        "The guarantee is not in force: not issued, closed or expired.",
        "该保函未生效：未开立、已关闭或已过期。",
        "Ask for its state.";
    GuaranteeIrrevocable = 1810, "NARR", false,
        "An issued guarantee is irrevocable: only its beneficiary reduces or releases it.",
        "已开立的保函不可撤销，只有受益人可以减额或解除。",
        "Let the beneficiary release it, or ask all three for an amendment.";
    GuaranteeBelowDemands = 1814, "AM09", true,
        "The guarantee would be smaller than what is paid and demanded under it.",
        "保函金额将低于已付及已索赔的金额。",
        "Leave at least that, or wait until demands are settled.";
    DemandAboveGuarantee = 1816, "AM09", false,
        "More is demanded than the guarantee still allows.",
        "索赔金额超过保函剩余额度。",
        "Demand at most what is neither paid nor demanded.";
    DemandExamined = 1818, "NARR", false,
        "The demand is examined already, or the time to examine it is over.",
        "该索赔已审核，或审核期限已过。",
        "A bank that is silent pays.";
    DemandNotPayable = 1820, "NARR", true,
        "The demand was not found to comply, or is settled.",
        "该索赔尚未认定相符或已了结。",
        "Examine it first.";
    DemandOver = 1822, "NARR", false,
        "The demand is paid, rejected or withdrawn.",
        "该索赔已付款、已拒绝或已撤回。",
        "Nothing can be changed any more.";
    ExtensionNotAsked = 1824, "NARR", false,
        "The demand does not leave the choice to extend.",
        "该索赔未提供展期选择。",
        "Pay it, or reject it in time.";
    ExtensionShorter = 1826, "DT01", false,
        "The extension that is asked for does not end after the guarantee's last day.",
        "请求的展期未晚于保函到期日。",
        "Name a later day.";
    CoverKeeper = 1880, "AG01", false,
        "The account for cash cover is not kept by the bank that is bound.",
        "保证金账户不由承担责任的银行保管。",
        "Name an account of kind escrow of that bank.";
    CoverAboveLiability = 1882, "AM09", false,
        "More cash cover is agreed than the bank can become liable for.",
        "保证金超过银行的最大责任金额。",
        "Agree on cover up to the largest drawing.";
    BackingShort = 1884, "AM14", false,
        "Cash cover does not reach the liability, and no credit line is named for the rest.",
        "保证金不足以覆盖责任金额，且未指定授信额度。",
        "Agree on more cover, or name the customer's line at this bank.";
    ReimbursementExceeds = 1886, "AM09", false,
        "More is reimbursed than is owed.",
        "偿付金额超过欠款。",
        "Ask what is owed.";
} }
