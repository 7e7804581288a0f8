//! What can be broken on purpose. Each of these takes away one thing that a rule of PROTOCOL.md demands, outside the core.

/// A broken node or shell; `None` is the shipped protocol.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Fault {
    /// Nothing is broken.
    #[default]
    None,
    /// A crash takes the whole disk, and the node starts again as if it were new. [R6]
    ForgetsAll,
    /// Votes and proposals leave before their record is synced. [R3]
    SpeaksEarly,
    /// Nullifications are believed without a quorum behind them. [V10]
    BelievesForgeries,
    /// Batches are called synced and are not. [R4]
    LosesBatches,
    /// Execution does not remember across a restart what it has executed. [X6]
    ExecutesTwice,
    /// Each node executes the batches of a block in an order of its own. [O1]
    OrdersByItself,
    /// Collection takes view records and certificates that are still needed. [R7][G1]
    CollectsTooMuch,
    /// Certificates are called synced and are not. [R5]
    LosesCertificates,
    /// A batch is taken without a look at its clients' signatures. [L13]
    TrustsClients,
    /// A core of the next epoch is made when the Terminal block is notarized. [T6]
    HurriesOver,
    /// Whoever has lost its record signs again at once. [J1]
    SignsAfterLoss,
}
