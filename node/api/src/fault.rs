//! The node's own codes, 10000 to 19999: everything that goes wrong between a client and the ledger.
//!
//! The ledger numbers its refusals itself (`sycee_contracts::RejectReason`); numbers here are never reused either.

/// How a fault is answered: the class decides the gRPC status and the exit code of the command line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// The request cannot be understood.
    Invalid,
    /// What is asked for does not exist.
    NotFound,
    /// Sender, signer or key may not do this.
    Forbidden,
    /// The name of this intent was used for another one, or something exists already.
    Conflict,
    /// Not now: busy, starting, not reachable, not certified yet.
    Unavailable,
    /// The wait ended before the outcome was known.
    TimedOut,
    /// A rule of the ledger or of this node forbids it.
    Refused,
    /// Outside what this node remembers.
    OutOfRange,
    /// A proof, root, signature or founding document does not hold.
    Unverified,
    /// Doing it would be unsafe.
    Unsafe,
    /// Our fault.
    Internal,
}

macro_rules! faults {
    ($($name:ident = $number:literal, $class:ident, $retryable:literal, $english:literal, $chinese:literal, $remedy:literal;)+) => {
        /// A fault of the node, its interface or its command line.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u16)]
        pub enum NodeFault {
            $(
                #[doc = $english]
                $name = $number,
            )+
        }

        impl NodeFault {
            /// All faults, ascending.
            pub const ALL: &'static [NodeFault] = &[$(NodeFault::$name),+];

            /// How it is answered.
            #[must_use]
            pub const fn class(self) -> Class {
                match self { $(NodeFault::$name => Class::$class,)+ }
            }

            /// Whether the same request may succeed later without any other change.
            #[must_use]
            pub const fn is_retryable(self) -> bool {
                match self { $(NodeFault::$name => $retryable,)+ }
            }

            /// One sentence.
            #[must_use]
            pub const fn english(self) -> &'static str {
                match self { $(NodeFault::$name => $english,)+ }
            }

            /// The same sentence in Chinese.
            #[must_use]
            pub const fn chinese(self) -> &'static str {
                match self { $(NodeFault::$name => $chinese,)+ }
            }

            /// What to do about it.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(NodeFault::$name => $remedy,)+ }
            }

            /// The fault with this number.
            #[must_use]
            pub const fn from_number(number: u16) -> Option<NodeFault> {
                match number {
                    $($number => Some(NodeFault::$name),)+
                    _ => None,
                }
            }
        }
    };
}

faults! {
    FieldMissing = 10_001, Invalid, false,
        "A field of the request is missing.", "请求缺少字段。",
        "Set the field that is named.";
    FieldMalformed = 10_002, Invalid, false,
        "A field of the request cannot be read.", "请求的字段无法读取。",
        "Write the field as the place says; ids and hashes are lower-case hexadecimal, amounts plain decimals.";
    TooManyEntries = 10_003, Invalid, false,
        "The request has more entries than one request may have.", "请求条目过多。",
        "Split the request.";
    ChainDiffers = 10_004, Unsafe, false,
        "The node belongs to another network than expected.", "节点属于另一个网络。",
        "Check the node address, or the chain id given with --expect-chain.";
    Busy = 10_010, Unavailable, true,
        "The node has no room for more transactions now.", "节点暂时繁忙，无法接收更多交易。",
        "Send the same bytes again in a moment, or to another validator.";
    NoLane = 10_011, Refused, false,
        "This node observes and takes no transactions.", "本节点为观察节点，不接收交易。",
        "Send the transaction to a validator.";
    NotServing = 10_012, Unavailable, true,
        "The node is starting or stopping.", "节点正在启动或停止。",
        "Ask again in a moment; /readyz on the operations port names the reason.";
    Halted = 10_013, Unavailable, false,
        "The node has stopped because its ledger or its peers contradict each other.", "节点因数据矛盾已停止。",
        "Use another node; the operator finds the alarm in the log and in /status.";
    TooManyStreams = 10_014, Unavailable, true,
        "The node serves as many streams as it may.", "节点的数据流数量已达上限。",
        "Close a stream, or ask another node.";
    DiskFull = 10_015, Unavailable, true,
        "The node's disk is full; it answers questions but takes no transactions.", "节点磁盘已满，仅可查询。",
        "Free space on the node's volume, or use another node.";
    TimedOut = 10_020, TimedOut, true,
        "The wait ended before the outcome was known; the transaction may still take effect.",
        "等待超时，结果未知；该交易仍可能生效。",
        "Send the same bytes again or ask for the receipt; never send the payment as a new instruction.";
    ExpiredUnheard = 10_021, Refused, false,
        "The instruction expired and was not executed.", "指令已过期且未执行。",
        "Send a new instruction with a new idempotency key and a later expiry.";
    TransactionUnknown = 10_030, NotFound, false,
        "No executed transaction has this id on this node.", "本节点没有该交易的执行记录。",
        "Check the id; when it was just sent, ask again or wait for the outcome.";
    AccountUnknown = 10_031, NotFound, false,
        "There is no such account, or there was none at that height.", "账户不存在，或在该高度尚不存在。",
        "Check the account number or id.";
    ParticipantUnknown = 10_032, NotFound, false,
        "There is no such participant.", "参与者不存在。",
        "Check the id, LEI, BIC or key.";
    BlockUnknown = 10_033, NotFound, false,
        "There is no such block on this node.", "本节点没有该区块。",
        "Ask for a height between 1 and the node's final height.";
    AssetUnknown = 10_034, NotFound, false,
        "The currency is not on this ledger.", "本账本没有该币种。",
        "Use a currency that the node lists.";
    EvidenceUnknown = 10_035, NotFound, false,
        "This node knows of no such offence.", "本节点没有该违规的证据。",
        "Check the id; `sycee evidence list` shows what is recorded.";
    HeightAhead = 10_040, OutOfRange, true,
        "The height is not executed yet.", "该高度尚未执行。",
        "Ask again later, or leave the height out.";
    HeightForgotten = 10_041, OutOfRange, false,
        "The node no longer remembers that height.", "节点已不保留该高度的数据。",
        "Ask for a later height, or ask an archive.";
    NotCertified = 10_042, Unavailable, true,
        "The receipt is executed, its certificate is still being made.", "回执已产生，证书尚未形成。",
        "Ask again in a moment, or wait for PROVEN.";
    Unreachable = 10_060, Unavailable, true,
        "No node answers at this address.", "该地址没有节点响应。",
        "Start the node, or give its address with --node or SYCEE_NODE.";
    ReplyMalformed = 10_061, Internal, false,
        "The node's answer cannot be read.", "节点的应答无法读取。",
        "Use a client of the node's version.";
    Internal = 10_070, Internal, false,
        "The node failed to answer.", "节点内部错误。",
        "Report this with the node's log.";
    StoreFailed = 10_071, Internal, false,
        "The node's store failed.", "节点存储故障。",
        "The code in the text has its own explanation; check the disk before anything else.";
    KeyFileUnsafe = 10_100, Forbidden, false,
        "The key file can be read by others.", "密钥文件权限过宽。",
        "Run `chmod 600` on the key file; if others may have read it, make a new key.";
    KeyFileMalformed = 10_101, Invalid, false,
        "The file is not a key file.", "文件不是密钥文件。",
        "Give a file made by `sycee keys new`.";
    FileExists = 10_102, Conflict, false,
        "The file exists already.", "文件已存在。",
        "Choose another name; nothing is ever written over a key, proof or genesis.";
    FileMissing = 10_103, NotFound, false,
        "The file does not exist or cannot be read.", "文件不存在或无法读取。",
        "Check the path and the permissions.";
    FileUnwritable = 10_104, Internal, false,
        "The file cannot be written.", "文件无法写入。",
        "Check the folder, the permissions and the space on the disk.";
    FolderNotEmpty = 10_105, Unsafe, false,
        "The folder is not empty.", "文件夹非空。",
        "Choose an empty folder; a node's folder is never made over something else.";
    FolderUnusable = 10_106, Invalid, false,
        "The folder is not a node's folder.", "文件夹不是节点数据文件夹。",
        "Make one with `sycee init`.";
    ConfigMalformed = 10_107, Invalid, false,
        "The configuration cannot be used.", "配置无法使用。",
        "Correct the line or the flag that is named.";
    AddressNotLoopback = 10_108, Unsafe, false,
        "The interface has no client certificates yet, so it listens on this machine only.",
        "接口尚无客户端证书，仅监听本机地址。",
        "Use 127.0.0.1 or ::1; put an authenticating proxy before it for other machines.";
    AddressInUse = 10_109, Unavailable, true,
        "The address cannot be listened on.", "地址无法监听。",
        "Stop the other program, or choose other ports with --port-base.";
    KeyNotListed = 10_110, Forbidden, false,
        "The key is not one that the genesis names.", "密钥不在创世文件中。",
        "Give the keys whose public halves stand in the genesis, or the right genesis.";
    GenesisInvalid = 10_111, Unverified, false,
        "The genesis document does not hold.", "创世文件无效。",
        "Correct every problem that is listed.";
    ProofInvalid = 10_112, Unverified, false,
        "The proof does not hold.", "证明不成立。",
        "Do not trust it; check that the genesis is that of its network, and ask another node.";
    SenderUnclear = 10_113, Invalid, false,
        "The key does not say for which participant it signs.", "无法确定密钥所属的参与者。",
        "Register the key first; a key signs for the participant it is registered for.";
    FileRefused = 10_120, Refused, false,
        "The payment file was refused; nothing of it was submitted.", "支付文件被拒绝，未提交任何内容。",
        "Correct the first fault that is named and send the file again.";
    PaymentsRefused = 10_121, Refused, false,
        "Some payments were refused.", "部分支付被拒绝。",
        "The code beside each payment says why; the others have settled.";
    CaseFileUnreadable = 10_122, Invalid, false,
        "The file holds no loan cases of a form that is known here.", "文件中没有可识别格式的贷款案例。",
        "Give contracts of the ACTUS form, repayment plans, or a table of day counts, roundings or receivables.";
    CaseUnknown = 10_123, NotFound, false,
        "The file has no case of this name.", "文件中没有该名称的案例。",
        "Leave --case out to see all of them.";
    CaseRefused = 10_124, Refused, false,
        "A contract of the file cannot be followed.", "文件中有合约无法处理。",
        "The text beside the case names the term; the other cases are answered.";
    CaseDiffers = 10_125, Unverified, false,
        "A computed result is not the expected one.", "计算结果与预期不符。",
        "Compare the two; `equal` is false where they differ.";
    QueueFileMalformed = 10_126, Invalid, false,
        "The file is not a queue that can be solved.", "文件不是可求解的排队数据。",
        "Correct what is named; the form is described in docs/liquidity.md.";
    CodeUnknown = 10_130, NotFound, false,
        "There is no such code.", "没有该代码。",
        "Codes look like SY-00260 or AM04; `sycee explain --all` lists them.";
    NodeStopped = 10_140, Internal, false,
        "The node has stopped.", "节点已停止。",
        "The log says why; nothing acknowledged is lost.";
    PaymentNotQueued = 10_300, NotFound, false,
        "No payment with this UETR waits or ever waited for funds on this node.", "没有使用该 UETR 的排队付款记录。",
        "Check the UETR; `sycee tx get` finds payments that settled at once.";
    InquiryMalformed = 10_301, Invalid, false,
        "The signed question cannot be read, or is about another payment.", "签名询问无法读取，或涉及其他付款。",
        "Sign a question about the payment that is asked for.";
    InquiryForbidden = 10_302, Forbidden, false,
        "What a waiting payment lacks is told to its bank and the operator only.", "排队付款的资金缺口仅告知其银行和运营方。",
        "Ask with a key of the account's owner, of the owner's sponsor bank, or of the operator.";
    LoanUnknown = 10_380, NotFound, false,
        "There is no such loan.", "没有该贷款。",
        "Loans are numbered from 0 in the order in which they were offered; `sycee object list loans` shows them.";
    LineUnknown = 10_381, NotFound, false,
        "There is no such credit line.", "没有该授信额度。",
        "Credit lines are numbered from 0 in the order in which they were opened; `sycee line list` shows them.";
    CollateralUnknown = 10_382, NotFound, false,
        "There is no such collateral.", "没有该担保品。",
        "Collateral is numbered from 0 in the order in which it was asked for; `sycee object list collateral` shows it.";
    ReceivableUnknown = 10_420, NotFound, false,
        "There is no such receivable.", "没有该应收账款。",
        "Receivables are numbered from 0 in the order in which they were claimed.";
    DocumentMalformed = 10_421, Invalid, false,
        "The document has no fingerprint.", "单据无法计算指纹。",
        "Correct the field that is named; a document has issuer_tax_id, kind, number, date, amount and currency.";
    ExtractDiffers = 10_422, Unverified, false,
        "The proof is of another document than the one asked for.", "证明所对应的单据与查询的单据不一致。",
        "Ask for the proof of this very fingerprint.";
    InstructionMalformed = 10_460, Invalid, false,
        "The document is not an instruction.", "文档不是有效的指令。",
        "Correct the field that is named; `sycee instruct template VERB` prints a document that is right.";
    VerbUnknown = 10_461, NotFound, false,
        "There is no such verb.", "没有该指令类型。",
        "`sycee instruct verbs` lists them; `sycee instruct template VERB` shows its fields.";
    TableUnknown = 10_462, NotFound, false,
        "There is no table of this name whose rows have numbers.", "没有该名称且按编号存取的数据表。",
        "`sycee object tables` lists them.";
    ObjectUnknown = 10_463, NotFound, false,
        "The table has no such row.", "数据表中没有该行。",
        "Rows are numbered from 0; `sycee object list TABLE` shows them.";
}

impl NodeFault {
    /// The number, never reused.
    #[must_use]
    pub const fn number(self) -> u16 {
        self as u16
    }

    /// The code as it is printed everywhere: `SY-10010`.
    #[must_use]
    pub fn code(self) -> String {
        format!("SY-{:05}", self.number())
    }

    /// ISO 20022 external status reason; most faults of a node have none.
    #[must_use]
    pub const fn iso_code(self) -> &'static str {
        match self.class() {
            Class::Invalid => "FF01",
            Class::TimedOut => "AB01",
            Class::Forbidden => "AG08",
            Class::NotFound
            | Class::Conflict
            | Class::Unavailable
            | Class::Refused
            | Class::OutOfRange
            | Class::Unverified
            | Class::Unsafe
            | Class::Internal => "NARR",
        }
    }
}
