//! Every refusal has a number, a meaning in two languages, an external code and a remedy.
//!
//! The numbers stand in the order in which the checks are made, so that of two faults the lower number is reported; they leave gaps
//! so that a later check can stand at its place. A number is never reused. [`RejectReason`] holds those that the ledger itself
//! gives; the node numbers its own faults in the ranges that [`CODE_RANGES`] keeps for it.
//!
//! External codes are those of the ISO 20022 external status reason set (ledger 3.7); where none fits it is `NARR`.

use std::io;

use borsh::{BorshDeserialize, BorshSerialize};

/// What a reader needs to know about one code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Explanation {
    /// Five digits, printed behind `SY-`.
    pub number: u16,
    /// ISO 20022 external status reason, or `NARR`.
    pub iso: &'static str,
    /// One sentence.
    pub english: &'static str,
    /// The same sentence in Chinese.
    pub chinese: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
    /// Whether the same intent, sent again later as a new instruction, may succeed without any other change.
    pub retryable: bool,
}

/// A range of code numbers and who gives them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CodeRange {
    /// First number.
    pub first: u16,
    /// Last number.
    pub last: u16,
    /// Who gives them, and for what.
    pub meaning: &'static str,
}

/// Who gives which numbers, in ascending order and without overlap.
pub const CODE_RANGES: [CodeRange; 20] = [
    CodeRange {
        first: 1,
        last: 99,
        meaning: "ledger: the bytes or shape of a transaction (at the door, no receipt)",
    },
    CodeRange {
        first: 100,
        last: 199,
        meaning: "ledger: standing of sender, signers and instruction",
    },
    CodeRange {
        first: 200,
        last: 299,
        meaning: "ledger: payments and issuance",
    },
    CodeRange {
        first: 300,
        last: 399,
        meaning: "ledger: accounts",
    },
    CodeRange {
        first: 400,
        last: 499,
        meaning: "ledger: participants",
    },
    CodeRange {
        first: 500,
        last: 599,
        meaning: "ledger: attestations, calendars, breakers, tables",
    },
    CodeRange {
        first: 600,
        last: 749,
        meaning: "ledger: queues, netting cycles, limits, risk",
    },
    CodeRange {
        first: 750,
        last: 849,
        meaning: "ledger: governance, validators",
    },
    CodeRange {
        first: 850,
        last: 859,
        meaning: "ledger: the clock of a trial",
    },
    CodeRange {
        first: 860,
        last: 919,
        meaning: "ledger: the shape of calendars (at the door, no receipt), and kept for products to come",
    },
    CodeRange {
        first: 920,
        last: 929,
        meaning: "ledger: the shape of what concerns queues, limits and risk (at the door, no receipt)",
    },
    CodeRange {
        first: 930,
        last: 939,
        meaning: "ledger: the shape of governance (at the door, no receipt)",
    },
    CodeRange {
        first: 940,
        last: 969,
        meaning: "ledger: the shape of a loan (at the door, no receipt)",
    },
    CodeRange {
        first: 970,
        last: 999,
        meaning: "ledger: the shape of a receivable or of its registration (at the door, no receipt)",
    },
    CodeRange {
        first: 1_000,
        last: 1_299,
        meaning: "ledger: loans",
    },
    CodeRange {
        first: 1_300,
        last: 1_699,
        meaning: "ledger: receivables and the registry of documents",
    },
    CodeRange {
        first: 1_700,
        last: 9_999,
        meaning: "ledger: kept for further products",
    },
    CodeRange {
        first: 10_000,
        last: 19_999,
        meaning: "node: API, admission queues, configuration, operations",
    },
    CodeRange {
        first: 20_000,
        last: 29_999,
        meaning: "node: ISO 20022 files and messages",
    },
    CodeRange {
        first: 30_000,
        last: 39_999,
        meaning: "genesis documents and ceremonies",
    },
];

macro_rules! reasons {
    ($($name:ident = $number:literal, $iso:literal, $retryable:literal, $english:literal, $chinese:literal, $remedy:literal;)+) => {
        /// Why a transaction, or one leg of a bulk payment, was refused.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u16)]
        pub enum RejectReason {
            $(
                #[doc = $english]
                $name = $number,
            )+
        }

        impl RejectReason {
            /// All reasons, ascending: the order in which they are checked.
            pub const ALL: &'static [RejectReason] = &[$(RejectReason::$name),+];

            /// The number, never reused.
            #[must_use]
            pub const fn number(self) -> u16 {
                self as u16
            }

            /// The reason with this number.
            #[must_use]
            pub const fn from_number(number: u16) -> Option<RejectReason> {
                match number {
                    $($number => Some(RejectReason::$name),)+
                    _ => None,
                }
            }

            /// Everything there is to say about it.
            #[must_use]
            pub const fn explanation(self) -> Explanation {
                match self {
                    $(RejectReason::$name => Explanation {
                        number: $number,
                        iso: $iso,
                        english: $english,
                        chinese: $chinese,
                        remedy: $remedy,
                        retryable: $retryable,
                    },)+
                }
            }
        }
    };
}

reasons! {
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
    DuplicateInstruction = 101, "DUPL", false,
        "The sender has used this idempotency key for another instruction.",
        "发送方已将此幂等键用于另一条指令。",
        "Ask for the outcome of the first instruction; use a new key only for a new intent.";
    SenderUnknown = 110, "DS14", false,
        "The sender is not a participant.",
        "发送方不是参与者。",
        "Check the participant id; registration is the operator's.";
    SignerUnknown = 112, "DS14", false,
        "A key that signed is not a key of the sender.",
        "签名公钥不属于发送方。",
        "Sign with a registered key of the sender.";
    KeyInactive = 114, "DS10", false,
        "A key that signed is not active at this height.",
        "签名公钥在当前高度未生效或已失效。",
        "Sign with an active key of the sender.";
    SenderNotActive = 116, "AG10", false,
        "The sender is not active.",
        "发送方未处于有效状态。",
        "Ask the operator for the participant's status.";
    Expired = 120, "AB01", true,
        "The instruction expired before it was executed.",
        "指令在执行前已过期。",
        "Send a new instruction with a new idempotency key and a later expiry.";
    ExpiryTooFar = 122, "NARR", false,
        "The expiry lies more than 24 hours ahead of block time.",
        "到期时间超过区块时间之后 24 小时。",
        "Choose an expiry within 24 hours.";
    SignaturesTooFew = 124, "DS0A", false,
        "The instruction carries fewer signatures than the sender's policy asks for and is too long to wait for more.",
        "指令的签名数少于发送方策略的要求，且过长而不能等待补签。",
        "Collect all signatures before sending an instruction of more than 4,096 bytes.";
    ApprovalsTimedOut = 126, "DS24", true,
        "The instruction did not get enough signatures in time.",
        "指令未能在期限内获得足够签名。",
        "Send it again and have the other signers approve it before its expiry.";
    ApprovalRefused = 128, "DS0H", false,
        "One of the sender's signers took the instruction back before it had enough signatures.",
        "发送方的签名人在签名足够之前撤回了该指令。",
        "Settle it within the institution, then send a new instruction.";
    NothingToApprove = 130, "NARR", false,
        "No instruction with this transaction id ever waited for signatures.",
        "没有等待签名的指令使用该交易标识。",
        "Check the transaction id.";
    ApproverForbidden = 132, "DS0H", false,
        "The instruction that waits for signatures is another sender's.",
        "等待签名的指令属于其他发送方。",
        "Approve instructions of your own institution only.";
    ApprovalTooLate = 134, "NARR", false,
        "The instruction no longer waits for signatures.",
        "指令已不再等待签名。",
        "Ask for its outcome.";
    ApprovedAlready = 136, "DS0H", false,
        "Every key of this approval has signed the instruction before.",
        "本次批准的公钥均已签署该指令。",
        "Let another of the sender's keys sign.";
    UetrRepeated = 201, "AM05", false,
        "A payment with this UETR was executed before.",
        "使用此 UETR 的付款已执行过。",
        "Ask for the outcome by UETR; a new payment needs a new UETR.";
    ValueDatePast = 205, "DT01", false,
        "The value date lies before the business date.",
        "起息日早于营业日。",
        "Send it again for the current business date.";
    ValueDateFuture = 207, "CH03", true,
        "The value date lies after the business date.",
        "起息日晚于营业日。",
        "Send it on its value date.";
    ValueDateClosed = 208, "DT01", false,
        "The asset's calendar is closed on the value date.",
        "起息日为该资产日历的非营业日。",
        "Give an open day of the asset's calendar.";
    OutsideHours = 209, "TM01", false,
        "The cut-off of the business day has passed, or the service does not wait and is not open yet.",
        "已过营业日截止时间，或该业务不等待且尚未开始受理。",
        "Send it within the hours of the asset's calendar, for a later day after the cut-off.";
    AssetUnknown = 210, "AM03", false,
        "The asset is not on this ledger.",
        "本账本没有该资产。",
        "Ask the node for its assets.";
    DebtorUnknown = 220, "AC02", false,
        "The debtor account does not exist.",
        "付款账户不存在。",
        "Check the account id.";
    DebtorForbidden = 222, "AG08", false,
        "The sender neither owns the debtor account nor sponsors its owner.",
        "发送方既不拥有付款账户，也不是其所有者的代理行。",
        "Let the owner or its bank send the payment.";
    DebtorClosed = 224, "AC04", false,
        "The debtor account is closed.",
        "付款账户已关闭。",
        "Pay from another account.";
    DebtorBlocked = 226, "AC06", true,
        "The debtor account is blocked.",
        "付款账户已冻结。",
        "Ask the operator why it is blocked.";
    DebtorCurrency = 228, "AC09", false,
        "The debtor account holds another asset.",
        "付款账户的币种不符。",
        "Pay from an account of the payment's asset.";
    DebtorKind = 230, "AG01", false,
        "Payments from an account of this kind are forbidden.",
        "禁止从此类账户付款。",
        "Pay from a settlement or current account.";
    DebtorFrozen = 231, "AM07", true,
        "Debits of the debtor account are frozen by authority.",
        "付款账户已被主管机关冻结，禁止借记。",
        "Ask the operator or the regulator.";
    DebtorOwnerNotActive = 232, "AG10", true,
        "The owner of the debtor account is not active.",
        "付款账户的所有者未处于有效状态。",
        "Ask the operator for the owner's status.";
    IssuerOnly = 236, "AG08", false,
        "Only the asset's issuer issues it.",
        "只有资产的发行方可以发行。",
        "Let the issuer send the issuance.";
    ReserveStale = 237, "RR05", true,
        "No attestation of the asset's reserve counts at this time.",
        "该资产目前没有有效的储备证明。",
        "Let an auditor attest the reserve again.";
    ReserveShort = 238, "RR05", true,
        "The issue would exceed the attested reserve.",
        "发行将超过已证明的储备。",
        "Raise the reserve and have it attested, or issue less.";
    CreditorUnknown = 240, "AC03", false,
        "The creditor account does not exist.",
        "收款账户不存在。",
        "Check the account id.";
    CreditorClosed = 242, "AC04", false,
        "The creditor account is closed.",
        "收款账户已关闭。",
        "Ask the creditor for another account.";
    CreditorBlocked = 244, "AC06", true,
        "The creditor account is blocked.",
        "收款账户已冻结。",
        "Ask the creditor for another account.";
    CreditorCurrency = 246, "AC09", false,
        "The creditor account holds another asset.",
        "收款账户的币种不符。",
        "Ask the creditor for an account of the payment's asset.";
    CreditorKind = 248, "AG01", false,
        "Payments to an account of this kind are forbidden.",
        "禁止向此类账户付款。",
        "Pay to a settlement or current account.";
    CreditorOwnerNotActive = 250, "AG11", true,
        "The owner of the creditor account is not active.",
        "收款账户的所有者未处于有效状态。",
        "Ask the creditor for another account.";
    CreditorFrozen = 252, "AM07", true,
        "Credits of the creditor account are frozen by authority.",
        "收款账户已被主管机关冻结，禁止贷记。",
        "Ask the creditor for another account.";
    CeilingExceeded = 254, "AM02", true,
        "The creditor account would rise above its ceiling.",
        "收款账户余额将超过其上限。",
        "Pay less, or ask the creditor for another account.";
    InsufficientFunds = 260, "AM04", true,
        "The debtor account would fall below its floor.",
        "付款账户余额将低于其下限。",
        "Fund the account, then send a new instruction with a new idempotency key.";
    BalanceRange = 262, "AM02", false,
        "An account would leave the range of amounts that the ledger counts in.",
        "账户将超出账本的计数范围。",
        "Use another account.";
    HoldWindow = 270, "AB01", false,
        "The hold would end before it begins, or more than 366 days ahead.",
        "预留的结束时间早于当前，或超过 366 天之后。",
        "Choose an end within 366 days of block time.";
    HoldUnknown = 272, "NARR", false,
        "There is no hold with this reference.",
        "不存在使用此参考号的预留。",
        "Check the UETR of the hold.";
    HoldForbidden = 274, "AG08", false,
        "The sender acts for neither side of the hold.",
        "发送方不代表预留的任何一方。",
        "Let the debtor's or the creditor's side post it.";
    VoidForbidden = 275, "AG08", false,
        "Only the creditor's side gives up a hold.",
        "只有收款方可以放弃预留。",
        "Let the creditor's side void it, or wait until it expires.";
    HoldPosted = 276, "NARR", false,
        "The hold was posted.",
        "该预留已入账。",
        "Ask for the hold; what is posted stays posted.";
    HoldVoided = 278, "NARR", false,
        "The hold was given up.",
        "该预留已被放弃。",
        "Place a new hold with a new UETR.";
    HoldExpired = 280, "AB01", false,
        "The hold has expired.",
        "该预留已到期。",
        "Place a new hold with a new UETR.";
    HoldExceeded = 282, "AM09", false,
        "More is to be posted than the hold set aside.",
        "入账金额超过预留金额。",
        "Post at most the amount of the hold.";
    OriginalUnknown = 284, "NARR", false,
        "The payment that is answered was never executed.",
        "所指的原付款从未执行。",
        "Check the UETR of the original payment.";
    NothingToCancel = 286, "NARR", false,
        "No payment with this UETR ever waited on the ledger.",
        "没有等待中的付款使用此 UETR。",
        "A settled payment is not cancelled; ask the creditor for a return.";
    CancelForbidden = 288, "AG08", false,
        "The payment to be cancelled is another sender's.",
        "要撤销的付款属于其他发送方。",
        "Let its sender cancel it.";
    CancelTooLate = 290, "NARR", false,
        "The payment to be cancelled no longer waits.",
        "要撤销的付款已不再等待。",
        "Ask for its outcome; a settled payment is answered by a return.";
    CancelledBySender = 292, "CUST", false,
        "The payment was cancelled by its sender before it settled.",
        "付款在结算前已被发送方撤销。",
        "Send a new payment with a new UETR if it was meant after all.";
    AffirmWindow = 294, "AB01", false,
        "The exchange would end before it begins, or more than 30 days ahead.",
        "联动结算的确认期限早于当前，或超过 30 天之后。",
        "Choose a time within 30 days of block time.";
    LinkForbidden = 295, "AG08", false,
        "The sender acts for no side of the exchange.",
        "发送方不代表联动结算的任何一方。",
        "Let one of the parties propose it.";
    LinkedUnknown = 296, "NARR", false,
        "There is no exchange with this reference.",
        "不存在使用此参考号的联动结算。",
        "Check the UETR of the exchange.";
    LinkedEnded = 297, "NARR", false,
        "The exchange has settled or ended.",
        "联动结算已完成或已终止。",
        "Ask for the outcome of the proposer's instruction.";
    NothingToAffirm = 298, "AG08", false,
        "No leg of the exchange waits for the sender's affirmation.",
        "联动结算中没有等待发送方确认的明细。",
        "Only the side of a debtor affirms, and once.";
    NotAffirmedInTime = 299, "AB03", true,
        "Not every side affirmed the exchange in time.",
        "联动结算未在期限内获得各方确认。",
        "Agree with the other parties, then propose it again with a new UETR.";
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
    RegistrarForbidden = 401, "AG08", false,
        "Only the operator registers participants.",
        "只有运营方可以登记参与者。",
        "Let the operator send the instruction.";
    SponsorUnknown = 405, "DNOR", false,
        "The sponsor is not a participant.",
        "代理行不是参与者。",
        "Register the sponsor first.";
    SponsorNotBank = 407, "DNOR", false,
        "The sponsor is not an active bank.",
        "代理行不是有效状态的银行。",
        "Name an active bank as sponsor.";
    LeiTaken = 410, "DUPL", false,
        "A participant with this LEI is registered.",
        "该 LEI 已登记。",
        "Use the participant that exists.";
    BicTaken = 412, "DUPL", false,
        "A participant with this BIC is registered.",
        "该 BIC 已登记。",
        "Use the participant that exists.";
    KeyTaken = 414, "DUPL", false,
        "A key is registered for another participant.",
        "公钥已登记于其他参与者。",
        "Generate a fresh key pair; no two participants share a key.";
    ParticipantsFull = 430, "NARR", false,
        "The ledger holds as many participants as its parameters allow.",
        "参与者数量已达账本上限。",
        "Ask the operator to raise the limit by governance.";
    ParticipantUnknown = 440, "DS14", false,
        "The participant that is to change does not exist.",
        "要变更的参与者不存在。",
        "Check the participant id.";
    RotationForbidden = 442, "AG08", false,
        "Only the participant itself or the operator changes its keys.",
        "只有参与者本身或运营方可以更换其公钥。",
        "Let the participant send the instruction.";
    KeyUnknown = 444, "DS14", false,
        "A key that is to be retired is not a key of the participant.",
        "要停用的公钥不属于该参与者。",
        "Ask for the participant's keys.";
    KeysTooFew = 446, "DS10", false,
        "The participant would be left with fewer active keys than its signing policy asks for.",
        "参与者剩余的有效公钥将少于其签名策略的要求。",
        "Add keys in the same rotation, or lower the policy first.";
    KeysTooMany = 448, "NARR", false,
        "The participant would have more than 16 keys.",
        "参与者的公钥将超过 16 个。",
        "Retire keys first; they make room one block later.";
    StatusForbidden = 450, "AG08", false,
        "Only the operator changes a participant's status; a regulator suspends.",
        "只有运营方可以变更参与者状态；监管机构可以暂停。",
        "Let the operator send the instruction.";
    StatusSequence = 452, "NARR", false,
        "This status cannot follow the participant's status.",
        "该状态不能接续参与者的当前状态。",
        "Ask for the status; operators keep theirs, and who has exited stays out.";
    PolicyBeyondKeys = 454, "DS10", false,
        "The policy asks for more signatures than the sender has active keys.",
        "签名策略要求的签名数超过发送方的有效公钥数。",
        "Add keys first.";
    TableFull = 501, "NARR", false,
        "The ledger holds as many objects of this kind as it may.",
        "此类对象数量已达账本上限。",
        "Ask the operator; closed objects keep their rows.";
    AttestorForbidden = 510, "AG08", false,
        "A participant of this role does not attest facts of this kind.",
        "此角色的参与者不得出具此类证明。",
        "Let an oracle, or another role that the kind allows, attest it.";
    SubjectUnknown = 512, "NARR", false,
        "The subject of the attestation is not on this ledger.",
        "证明的对象不在本账本上。",
        "Check the number of the asset, account or participant.";
    AttestationOlder = 514, "NARR", false,
        "The attestor has stated a fact of this kind about this subject that is as new or newer.",
        "证明方已就同一对象出具同样新或更新的证明。",
        "Attest only what was observed later.";
    ObservationAhead = 516, "NARR", true,
        "The observation lies in the future.",
        "观察时间在未来。",
        "Send it when block time has reached the observation.";
    CalendarForbidden = 520, "AG08", false,
        "Only the asset's issuer or the operator sets its calendar.",
        "只有资产发行方或运营方可以设定其日历。",
        "Let the issuer or the operator send the instruction.";
    BreakerTripped = 530, "ED06", true,
        "A circuit breaker has stopped new debits here.",
        "熔断已触发，此处暂停新的借记。",
        "Wait until the operator resumes; balances are unchanged.";
    BreakerHalfOpen = 532, "ED06", true,
        "A circuit breaker lets only smaller amounts pass for now.",
        "熔断处于部分恢复状态，目前只允许较小金额。",
        "Send a smaller amount, or wait until the operator resumes fully.";
    BreakerScopeUnknown = 534, "NARR", false,
        "The scope of the breaker is not on this ledger.",
        "熔断范围不在本账本上。",
        "Check the number of the asset, account or participant.";
    TripForbidden = 536, "AG08", false,
        "Only the operator or a regulator trips a breaker.",
        "只有运营方或监管机构可以触发熔断。",
        "Let the operator or the regulator send the instruction.";
    TrippedAlready = 538, "NARR", false,
        "The breaker is tripped.",
        "该熔断已处于触发状态。",
        "Ask for the breaker.";
    NothingTripped = 540, "NARR", false,
        "No breaker of this scope is tripped.",
        "该范围内没有已触发的熔断。",
        "Ask for the breakers.";
    ResumeForbidden = 542, "AG08", false,
        "Only the operator, or the regulator that tripped it, resumes a breaker.",
        "只有运营方或触发熔断的监管机构可以恢复。",
        "Let one of them send the instruction.";
    QueueWindow = 600, "AB03", false,
        "The time until which the payment would wait is past, or more than 7 days ahead.",
        "排队截止时间已过，或超过 7 天。",
        "Give a later time, or an earlier one.";
    QueueAhead = 602, "AM04", true,
        "Payments of the account that are as urgent wait for funds, and this one may not overtake them.",
        "该账户有同等或更高优先级的付款正在排队，本笔付款不得越位。",
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
    ProposerWithoutSeat = 750, "AG08", false,
        "The sender runs no validator and is not the operator, so it may not propose.",
        "发送方既不运行验证节点也不是运营方，无权提案。",
        "Ask a participant that has a seat to propose it.";
    ProposalWindow = 752, "DT01", false,
        "The proposal expires in the past, or more than 90 days ahead.",
        "提案到期时间已过，或晚于 90 天之后。",
        "Choose an expiry within 90 days of block time.";
    NodeUnknown = 754, "NARR", false,
        "No node of the directory has this number.",
        "目录中没有此编号的节点。",
        "Look the number up with `sycee member list`.";
    NotValidator = 756, "NARR", false,
        "The node is not a validator.",
        "该节点不是验证节点。",
        "Look the validators up with `sycee member list`.";
    AlreadyValidator = 758, "NARR", false,
        "The node is a validator already.",
        "该节点已是验证节点。",
        "Propose a rotation to change its key.";
    ValidatorsFull = 760, "NARR", false,
        "The network has as many validators as it may have.",
        "网络中的验证节点数量已达上限。",
        "Let another validator leave first.";
    LastValidator = 762, "NARR", false,
        "The last validator cannot leave.",
        "最后一个验证节点不能退出。",
        "Let another node join first.";
    ValidatorKeyInUse = 764, "DS0A", false,
        "Another validator signs with this key, or the node does so already.",
        "该公钥已被某个验证节点使用。",
        "Make a new key with `sycee keys rotate`.";
    PossessionUnproven = 766, "DS0A", false,
        "The proof of possession is not this key's signature for this node and network.",
        "持有证明不是该公钥针对此节点和网络的签名。",
        "Sign the proof with the new key; `sycee member propose` does so.";
    ParameterOutOfRange = 768, "NARR", false,
        "The parameter is outside its range, or below what the ledger holds already.",
        "参数超出范围，或低于账本现有数量。",
        "Choose a value within the range that docs/ledger.md states.";
    ProtocolNotLater = 770, "NARR", false,
        "The protocol version is not later than the one that will hold at that height, or the height is not ahead.",
        "协议版本不晚于该高度届时生效的版本，或该高度已不在将来。",
        "Name a later version and a height that lies ahead.";
    ProposalUnknown = 780, "NARR", false,
        "There is no proposal with this number.",
        "不存在此编号的提案。",
        "Look the number up with `sycee member list`.";
    ProposalClosed = 782, "NARR", false,
        "The proposal is not open for this any more.",
        "该提案已不再接受此操作。",
        "Make a new proposal.";
    SeatOfAnother = 784, "AG08", false,
        "The seat belongs to another participant.",
        "该席位属于另一参与方。",
        "Vote with the seat of a validator that the sender runs.";
    VotedAlready = 786, "NARR", false,
        "The seat has said so already.",
        "该席位此前已作出相同表决。",
        "Nothing is to be done.";
    ProposalOfAnother = 788, "AG08", false,
        "The proposal was made by another participant.",
        "该提案由另一参与方提出。",
        "Ask its proposer to take it back, or do not approve it.";
    ClockFixed = 850, "NARR", false,
        "This network has the time of its blocks, and nobody puts it forward.",
        "本网络使用区块时间，任何人都不能拨快。",
        "Try it in a network whose genesis has `trial_clock`.";
    ClockForbidden = 852, "AG08", false,
        "Only the operator puts the clock of a trial forward.",
        "只有运营方可以拨快试验网络的时钟。",
        "Let the operator send the instruction.";
    ClockFarAhead = 854, "NARR", false,
        "The clock would be more than a hundred years ahead of block time.",
        "时钟将比区块时间快一百年以上。",
        "Found a new network for the trial.";
    CalendarDays = 900, "FF01", false,
        "The calendar's days do not ascend, are more than 200 holidays, or leave no open day within a year.",
        "日历日期未按升序排列、节假日超过 200 个，或一年内没有营业日。",
        "Sort weekdays and holidays, each once, and leave a weekday open.";
    CalendarHours = 902, "FF01", false,
        "The calendar's hours name a service twice or out of order, or do not open before they close.",
        "日历时段的业务重复或未按顺序，或开始时间不早于截止时间。",
        "Give minutes of the day, at most 1,440, one entry a service.";
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
        "A rule on outflow needs a window of 1 millisecond to 7 days, other rules have none.",
        "流出规则的窗口须为 1 毫秒至 7 天，其他规则不得设置窗口。",
        "Give the window that the measure asks for.";
    RiskRuleMeasure = 925, "NARR", false,
        "This figure cannot be measured of this scope.",
        "该指标不适用于此范围。",
        "Watch the reserve of an asset, and anything else of an account, a participant, an asset or the network.";
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
    LenderForbidden = 1_000, "AG08", false,
        "Only a bank may lend, and only from an account of its own.",
        "只有银行可以放款，且须使用自有账户。",
        "Let the bank that owns the account offer the loan.";
    BorrowerIsLender = 1_002, "AG01", false,
        "The borrower's account belongs to the lender.",
        "借款账户属于放款方。",
        "Name an account of the borrower.";
    OfferWindow = 1_004, "DT01", false,
        "The offer ends in the past, or more than 30 days ahead.",
        "要约截止时间已过，或超过 30 天之后。",
        "Choose an end within 30 days.";
    LoanSchedule = 1_006, "NARR", false,
        "These terms have no repayment plan: a rounded instalment does not cover its interest, or repays too much before the last.",
        "该条款无法形成还款计划：舍入后的每期还款不足以支付利息，或在末期前已还款过多。",
        "Choose fewer periods, a larger principal or another kind.";
    LoanUnknown = 1_010, "NARR", false,
        "There is no such loan.",
        "该贷款不存在。",
        "Check the loan's number.";
    BorrowerOnly = 1_012, "AG08", false,
        "The sender is not the loan's borrower.",
        "发送方不是借款人。",
        "Let the borrower send it.";
    LenderOnly = 1_014, "AG08", false,
        "The sender is not the loan's lender.",
        "发送方不是贷款人。",
        "Let the lender send it.";
    LoanNotOffered = 1_016, "NARR", false,
        "The loan is not open for acceptance.",
        "该贷款不处于可接受状态。",
        "Ask the lender for a new offer.";
    LoanNotOpen = 1_018, "NARR", false,
        "The loan is not paid out, or is closed.",
        "该贷款尚未发放或已结清。",
        "Ask the node for the loan's status.";
    NothingOwed = 1_020, "AM09", true,
        "Nothing is due, and no prepayment was asked for.",
        "当前无应还款项，且未申请提前还款。",
        "Repay on a due date, or say how much may prepay principal.";
    LoanNotOverdue = 1_022, "NARR", true,
        "The loan is not overdue beyond its grace period.",
        "该贷款未超过宽限期逾期。",
        "A loan is called when an item stays unpaid after its grace period.";
    LoanPerforming = 1_024, "NARR", true,
        "The loan is not more than 90 days past due.",
        "该贷款逾期未超过 90 天。",
        "Wait until it is, or restructure it by a new loan.";
    PrepaymentHasFee = 1_026, "NARR", false,
        "The contract asks a fee for prepayments, which a repayment does not carry.",
        "合同约定提前还款须付费，普通还款指令不含该费用。",
        "Send a prepayment for the principal, and a repayment for what is due.";
    DueBeforePrepayment = 1_028, "NARR", true,
        "Something is due or charged that is not paid yet.",
        "尚有到期或已计收的款项未付。",
        "Repay what is due, then prepay.";
    PrepaymentTooLarge = 1_030, "AM09", false,
        "The prepayment is larger than the principal that is not due.",
        "提前还款额超过未到期本金。",
        "Ask the node for the loan, and prepay at most its outstanding principal.";
    PartyOnly = 1_032, "AG08", false,
        "The sender is neither the loan's lender nor its borrower.",
        "发送方既非贷款人也非借款人。",
        "Let one of the two send it.";
    RateNotIndexed = 1_034, "NARR", false,
        "The loan's rate is fixed for its whole life.",
        "该贷款全程为固定利率。",
        "Agree on an index when the loan is offered.";
    RateFixed = 1_036, "NARR", true,
        "The rate of the current period is fixed already.",
        "当期利率已确定。",
        "Wait for the next period.";
    FixingMissing = 1_038, "NARR", true,
        "No fixing of the loan's index is attested and still valid.",
        "没有该基准利率的有效定价证明。",
        "Let an oracle attest the fixing.";
    NothingToDraw = 1_040, "NARR", false,
        "The loan was drawn in full, or the time for drawing is over.",
        "贷款已全额提取，或提款期已过。",
        "Ask the lender for another loan.";
    DrawTooLarge = 1_042, "AM09", false,
        "The loan has less left to draw than this amount.",
        "可提取余额低于该金额。",
        "Draw at most what is left.";
    DrawWhileLate = 1_044, "NARR", true,
        "Nothing is paid out while the borrower is late with something.",
        "借款人有逾期款项时不予放款。",
        "Repay what is overdue first.";
    CostsTooHigh = 1_046, "AM09", false,
        "The contract does not let the lender charge so much in costs.",
        "费用累计超过合同允许的上限。",
        "Charge at most what is left of the costs agreed.";
    SyndicateExists = 1_048, "NARR", false,
        "The loan has a syndicate already.",
        "该贷款已组成银团。",
        "Let its members join, or offer another loan.";
    SyndicateIncomplete = 1_050, "NARR", true,
        "Not every member of the syndicate has signed.",
        "银团成员尚未全部签署。",
        "Let the missing members join.";
    SyndicateUnknown = 1_052, "NARR", false,
        "The loan has no syndicate.",
        "该贷款没有银团。",
        "Check the loan's number.";
    MemberOnly = 1_054, "AG08", false,
        "The sender holds no such share, or does not own the account.",
        "发送方不持有该份额或不是账户所有人。",
        "Let the bank that owns the account send it.";
    MemberJoined = 1_056, "NARR", false,
        "The member has signed already.",
        "该成员已签署。",
        "Nothing is left to do.";
    ShareTooLarge = 1_058, "AM09", false,
        "The member holds less than this share.",
        "该成员持有的份额不足。",
        "Offer at most what the member holds.";
    SharesFull = 1_060, "NARR", true,
        "Too many members, offers or trades of unpaid periods.",
        "成员、份额要约或未结期间的转让过多。",
        "Wait until a period is paid or an offer ends.";
    ShareOfferUnknown = 1_062, "NARR", false,
        "No open offer of a share says just this.",
        "没有内容一致的有效份额要约。",
        "Repeat seller, buyer, share and price as they were offered.";
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
        "The receivable would be due in more than one year.",
        "应收账款期限超过一年。",
        "One year is the most that supervision allows.";
    TermGroundMissing = 1338, "NARR", false,
        "A receivable due in more than six months states no ground.",
        "期限超过六个月的应收账款未说明理由。",
        "Add the hash of the document that gives the ground.";
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
        "The parts would lie more than ten tiers below the accepted receivable.",
        "拆分层级超过十级。",
        "Transfer the portion as a whole.";
    PartTooSmall = 1352, "NARR", false,
        "A part is below the smallest denomination.",
        "份额低于最小面额。",
        "Make every part at least 100 minor units.";
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
}

impl RejectReason {
    /// The code as it is printed everywhere: `SY-00101`.
    #[must_use]
    pub fn code(self) -> String {
        format!("SY-{:05}", self.number())
    }

    /// ISO 20022 external status reason, or `NARR`.
    #[must_use]
    pub const fn iso_code(self) -> &'static str {
        self.explanation().iso
    }

    /// Whether the same intent, sent again later as a new instruction, may succeed without any other change.
    #[must_use]
    pub const fn is_retryable(self) -> bool {
        self.explanation().retryable
    }
}

impl std::fmt::Display for RejectReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SY-{:05} {}", self.number(), self.explanation().english)
    }
}

impl std::error::Error for RejectReason {}

impl BorshSerialize for RejectReason {
    fn serialize<W: io::Write>(&self, writer: &mut W) -> io::Result<()> {
        self.number().serialize(writer)
    }
}

impl BorshDeserialize for RejectReason {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        let number = u16::deserialize_reader(reader)?;
        RejectReason::from_number(number).ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::InvalidData,
                format!("no refusal has number {number}"),
            )
        })
    }
}

/// Looks up a ledger code: `SY-00101`, `sy-101` or `101`.
///
/// `None` for codes outside the ledger's ranges, which the node explains itself.
#[must_use]
pub fn explain(code: &str) -> Option<Explanation> {
    let digits = match code.get(..3) {
        Some(prefix) if prefix.eq_ignore_ascii_case("SY-") => code.get(3..)?,
        Some(_) | None => code,
    };
    if digits.is_empty() || digits.len() > 5 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: u16 = digits.parse().ok()?;
    RejectReason::from_number(number).map(RejectReason::explanation)
}

#[cfg(test)]
mod tests;
