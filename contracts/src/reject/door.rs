//! Refusals for the bytes and the shape of a transaction: judged at the door, without a receipt.

rows! { ($) door {
    Oversize = 1, "FF01", false,
        "The transaction is larger than 1,048,576 bytes.",
        "交易超过 1,048,576 字节。",
        "Split it into several transactions.";
    Malformed = 2, "FF01", false,
        "The bytes are not the canonical encoding of a transaction.",
        "字节不是交易的规范编码。",
        "Encode with the published schema, without trailing bytes; the detail names the field.";
    WrongChain = 3, "NARR", false,
        "The transaction was signed for another network.",
        "该交易是为另一个网络签署的。",
        "Sign with the chain id that the node reports.";
    SignatureMissing = 4, "DS0A", false,
        "The transaction carries no signature.",
        "交易没有签名。",
        "Sign with a registered key of the sender.";
    SignaturesTooMany = 5, "FF01", false,
        "The transaction carries more than 16 signatures.",
        "交易的签名超过 16 个。",
        "Send only the signatures that the sender's policy asks for.";
    SignaturesUnordered = 6, "FF01", false,
        "The signatures are not in ascending order of their keys, or one key signed twice.",
        "签名未按公钥升序排列，或同一公钥重复签名。",
        "Sort the signatures by public key and keep one of each.";
    BulkEmpty = 10, "AM18", false,
        "The bulk payment has no legs.",
        "批量付款没有任何明细。",
        "Send at least one leg.";
    BulkTooLong = 12, "AM18", false,
        "The bulk payment has more than 8,190 legs.",
        "批量付款的明细超过 8,190 笔。",
        "Split it into several bulk payments.";
    BulkCountMismatch = 14, "AM18", false,
        "The stated number of legs is not the number of legs.",
        "申报的明细笔数与实际不符。",
        "State the true number of legs; check that none was lost on the way.";
    ControlSumMismatch = 16, "AM10", false,
        "The control sum is not the sum of the legs.",
        "控制总额与明细合计不符。",
        "State the true sum in minor units; check that no amount was changed on the way.";
    LegMalformed = 18, "FF01", false,
        "A leg carries a reference that is neither empty nor well formed.",
        "某笔明细的 UETR 或用途代码既非空也不合格式。",
        "Give a version 4 UUID and a purpose of four capital letters or digits, or zeros.";
    ZeroAmount = 20, "AM01", false,
        "The amount is zero.",
        "金额为零。",
        "Send an amount of at least one minor unit.";
    SameAccount = 22, "AG01", false,
        "Debtor and creditor are the same account.",
        "付款账户与收款账户相同。",
        "Name two different accounts.";
    PriorityRange = 24, "FF01", false,
        "The priority is not one of 0 to 9.",
        "优先级不在 0 至 9 之间。",
        "Give 0 for the most urgent payment, 9 for the least.";
    ReturnOfItself = 26, "FF01", false,
        "The return names itself as the payment that it answers.",
        "退回指令将自身指定为原付款。",
        "Give the return a UETR of its own, and the original's as original.";
    LinkedLegs = 28, "FF01", false,
        "The exchange has fewer than 2 or more than 16 legs.",
        "联动结算的明细少于 2 笔或超过 16 笔。",
        "Link 2 to 16 legs; send a single transfer as a payment.";
    KindNotOpenable = 30, "AG03", false,
        "Accounts of this kind are not opened by instruction.",
        "此类账户不能通过指令开立。",
        "Open a settlement or current account.";
    FloorRange = 32, "FF01", false,
        "The floor is above zero or below minus 10^22 minor units.",
        "下限高于零或低于负 10^22 最小单位。",
        "Give 0, or the negative of the overdraft.";
    CeilingRange = 34, "FF01", false,
        "The ceiling is below zero or above 10^22 minor units.",
        "上限低于零或高于 10^22 最小单位。",
        "Give a ceiling from 0 to 10^22, or none.";
    BreakerScopeRange = 36, "FF01", false,
        "The breaker would stop breakers themselves.",
        "熔断指令本身不能被熔断。",
        "Name the number of another verb.";
    RoleNotRegistrable = 40, "AG03", false,
        "An operator is not registered by instruction.",
        "运营方不能通过指令登记。",
        "Name operators in the genesis document.";
    KeysMissing = 42, "DS0A", false,
        "The new participant has no keys, or more than 16.",
        "新参与者没有公钥，或公钥超过 16 个。",
        "Register one to 16 public keys.";
    KeyUnacceptable = 44, "DS0B", false,
        "A key is not a point of the curve, is of small order, or is given twice.",
        "公钥不是曲线上的点、阶过小或重复。",
        "Generate a fresh Ed25519 key pair.";
    RotationEmpty = 45, "FF01", false,
        "The rotation adds and retires no key.",
        "密钥轮换既未新增也未停用公钥。",
        "Name at least one key to add or to retire.";
    BicMissing = 46, "RC01", false,
        "A bank is registered without a BIC.",
        "登记银行时缺少 BIC。",
        "Give the bank's BIC.";
    SponsorMismatch = 48, "NARR", false,
        "The role needs a sponsor and none is named, or needs none and one is named.",
        "该角色需要代理行而未指定，或不需要却已指定。",
        "Name a sponsor bank for indirect banks, corporates, warehouses and carriers, and for no other.";
    PolicyBands = 49, "FF01", false,
        "The bands of a signing policy do not ascend in amount and signatures, are more than 8, or ask for none or more than 16 signatures.",
        "签名策略的分档未按金额和签名数递增、超过 8 档，或要求的签名数为零或超过 16。",
        "Give at most 8 bands, each with a higher amount and more signatures than the one before.";
    AttestationWindow = 50, "FF01", false,
        "The attestation expires before it was observed, or more than 366 days after.",
        "证明的到期时间早于观察时间，或晚于其后 366 天。",
        "Give an expiry after the observation and within 366 days of it.";
    AttestationValue = 52, "FF01", false,
        "The attested value lies outside of plus and minus 10^30, or has more than 18 decimals.",
        "证明的数值超出正负 10^30，或小数超过 18 位。",
        "Scale the value to at most 18 decimals.";
    SignatureInvalid = 60, "DS0B", false,
        "A signature does not hold.",
        "签名无效。",
        "Sign the instruction's digest with the key that is named; nothing may change after signing.";
}}
