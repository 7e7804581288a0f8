//! Refusals of collateral.

rows! { ($) collateral {
    CollateralUnknown = 1_140, "NARR", false,
        "There is no such collateral.",
        "该担保不存在。",
        "Check the collateral's number.";
    CollateralOfOthers = 1_142, "AG08", false,
        "The sender is not the party of the collateral that may ask for this.",
        "发送方不是可提出此请求的担保当事方。",
        "Let the lender ask for cover, the borrower pledge and substitute, the lender enforce.";
    SecuredUnknown = 1_144, "NARR", false,
        "Something that is to be secured does not exist, has ended, is a loan under a line, or is between other parties or in another asset than the rest.",
        "被担保的债务不存在、已终结、属于额度项下贷款，或与其余债务的当事方或资产不同。",
        "Name loans, lines and overdrafts between the same lender and borrower in one asset; secure a loan under a line with the line.";
    SecuredTwice = 1_146, "NARR", false,
        "Something that is to be secured has its collateral already.",
        "其中一项债务已有担保。",
        "Pledge more into the collateral that is there.";
    CollateralItemUnknown = 1_148, "NARR", false,
        "The collateral has no such item.",
        "该担保中没有此担保物。",
        "Read the collateral again and name the numbers of its items.";
    CollateralFull = 1_150, "NARR", true,
        "The collateral would consist of more than 16 things.",
        "担保物将超过 16 项。",
        "Substitute larger things for smaller ones.";
    CollateralUnfit = 1_152, "NARR", false,
        "The thing cannot secure this: another asset, another owner, the borrower's own promise, the lender's account, or a pricer that does not exist.",
        "该物不能作此担保：资产不同、非出质人所有、出质人自身的承诺、贷款人账户，或定价方不存在。",
        "Pledge cash on an own account, receivables of other debtors in the same asset, or warehouse receipts.";
    CoverTooSmall = 1_154, "NARR", true,
        "What is pledged, after haircuts, does not cover this below the call level.",
        "扣除折扣后的担保价值低于追加保证金水平所要求的覆盖。",
        "Pledge more first, or ask for less.";
    CollateralKept = 1_156, "NARR", true,
        "The collateral is not to be closed out: it covers the debt, or its margin call can still be cured.",
        "担保尚不可处置：足以覆盖债务，或追加保证金期限未满。",
        "Enforce once the cure period has ended without a cure, or the close-out level is passed.";
    PledgedAsCollateral = 1_158, "NARR", false,
        "The portion or receipt is part of a collateral, which alone lets it go.",
        "该份额或仓单已纳入担保，只能经由该担保解除。",
        "Release, substitute or enforce it as an item of its collateral.";
}}
