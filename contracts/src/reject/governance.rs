//! Refusals of governance and the clock of a trial.

rows! { ($) governance {
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
}}
