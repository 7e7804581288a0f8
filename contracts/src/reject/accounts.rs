//! Refusals of accounts.

rows! { ($) accounts {
    OpenerForbidden = 301, "AG08", false,
        "Only the operator or the owner's sponsor bank opens an account.",
        "只有运营方或所有者的代理行可以开户。",
        "Let the operator or the sponsor bank send the instruction.";
    OwnerUnknown = 305, "AC01", false,
        "The owner of the account is not a participant.",
        "账户所有者不是参与者。",
        "Register the owner first.";
    OwnerNotActive = 307, "AG11", true,
        "The owner of the account is not active.",
        "账户所有者未处于有效状态。",
        "Ask the operator for the owner's status.";
    OwnerRole = 309, "AG01", false,
        "A participant of this role may not own an account of this kind.",
        "此角色的参与者不得拥有此类账户。",
        "Settlement accounts are for banks, current accounts for their customers; regulators, auditors and oracles own none.";
    NumberTaken = 320, "DUPL", false,
        "The account number is in use.",
        "账号已被使用。",
        "Choose another account number.";
    AccountsFull = 330, "NARR", false,
        "The ledger holds as many accounts as its parameters allow.",
        "账户数量已达账本上限。",
        "Ask the operator to raise the limit by governance.";
    AccountUnknown = 340, "AC01", false,
        "The account does not exist.",
        "该账户不存在。",
        "Check the account number or id.";
    FreezeForbidden = 342, "AG08", false,
        "Only the operator or a regulator freezes accounts.",
        "只有运营方或监管机构可以冻结账户。",
        "Let the operator or the regulator send the instruction.";
    CloserForbidden = 344, "AG08", false,
        "Only the operator, the owner or the owner's sponsor closes an account.",
        "只有运营方、所有者或其代理行可以关闭账户。",
        "Let one of them send the instruction.";
    RuleForbidden = 346, "AG08", false,
        "Only the asset's issuer or the operator sets the rules of an account.",
        "只有资产发行方或运营方可以设定账户规则。",
        "Let the issuer or the operator send the instruction.";
    AccountFixed = 348, "AG03", false,
        "An issuance account or a closed account is not changed.",
        "发行账户或已关闭的账户不可更改。",
        "Name another account.";
    AccountInUse = 350, "NARR", true,
        "The account is not empty, has something pending or reserved, or is frozen.",
        "账户尚有余额、在途或预留金额，或被冻结。",
        "Bring the balance to zero and let what is pending end.";
}}
