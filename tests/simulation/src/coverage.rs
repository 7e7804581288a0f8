//! "Sometimes": interesting states that runs must reach now and then. A swarm that never reaches one is too weak to find what hides there.

/// A state worth reaching.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(usize)]
pub enum Mark {
    /// A view was notarized and nullified, and both certificates existed.
    BothKinds,
    /// A finalization was first seen three or more views after its own.
    LateFinal,
    /// A node took final blocks by range.
    CaughtUpByRange,
    /// A node has dropped blocks.
    BlocksPruned,
    /// A node has taken over the state of a checkpoint and starts from it.
    SnapshotInstalled,
    /// A batch came from somebody else than its owner.
    BatchFromOther,
    /// Two batches for one place of a lane were seen.
    LaneFork,
    /// An honest node gave a view up before its time was over while the leader was down.
    LeaderSkipped,
    /// A proposal passed four or more nullified views.
    LongWalk,
    /// A node started with a recorded proposal above the final view.
    ProposalReplayed,
    /// A node started and executed final blocks again.
    BlocksReplayed,
    /// An observer was down and executed blocks after it came back.
    ObserverReturned,
    /// A node waited for a block, a certificate or a proposal and asked for it.
    WaitedAndAsked,
    /// A node's delay bound grew.
    DelayGrew,
    /// A node's delay bound reached sixteen times its start.
    DelayAtTop,
    /// A write in flight at a power cut reached the disk.
    InFlightKept,
    /// A power cut took buffered writes away.
    BufferedLost,
    /// A disk was full.
    DiskFull,
    /// A sync failed.
    SyncFailed,
    /// All validators were down at once.
    AllDown,
    /// A Byzantine leader had two blocks in one view.
    TwoBlocks,
    /// A client got its answer from another node than it had asked first.
    AnsweredElsewhere,
    /// Two instructions under one key were both ordered.
    SpentTwiceOrdered,
    /// A batch was refused.
    BatchRefused,
    /// A frame could not be read.
    FrameMalformed,
    /// Execution fell behind ordering.
    ExecutionBehind,
    /// A payload came back from the store.
    PayloadLoaded,
    /// A block had tips of three or more lanes.
    WideCut,
    /// A frame was dropped because a queue was full.
    QueueFull,
    /// A node started in quarantine.
    QuarantinedAtStart,
    /// A liar's own core saw what its key had signed without it, and signs nothing until it has rejoined.
    FoundOut,
    /// A validator lost its disk.
    DiskLost,
    /// An old copy of a validator's folder was put back.
    OldCopyRestored,
    /// A node on an old copy of its folder saw what its key had signed since.
    OldCopyFoundOut,
    /// A node's quarantine ended.
    Rejoined,
    /// A node could show that a key had contradicted itself.
    OffenceSeen,
    /// A final block recorded it.
    OffenceRecorded,
    /// An epoch began with a validator more.
    ValidatorJoined,
    /// An epoch began with a validator less.
    ValidatorLeft,
    /// An epoch began with another key of a validator.
    KeyRotated,
    /// Somebody lost a race for a portion or a document.
    RaceLost,
}

/// How often each was reached.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Coverage([u64; Mark::ALL.len()]);

impl Default for Coverage {
    fn default() -> Coverage {
        Coverage([0; Mark::ALL.len()])
    }
}

impl Mark {
    /// Every mark, in the order of its number.
    pub const ALL: [Mark; 41] = [
        Mark::BothKinds,
        Mark::LateFinal,
        Mark::CaughtUpByRange,
        Mark::BlocksPruned,
        Mark::SnapshotInstalled,
        Mark::BatchFromOther,
        Mark::LaneFork,
        Mark::LeaderSkipped,
        Mark::LongWalk,
        Mark::ProposalReplayed,
        Mark::BlocksReplayed,
        Mark::ObserverReturned,
        Mark::WaitedAndAsked,
        Mark::DelayGrew,
        Mark::DelayAtTop,
        Mark::InFlightKept,
        Mark::BufferedLost,
        Mark::DiskFull,
        Mark::SyncFailed,
        Mark::AllDown,
        Mark::TwoBlocks,
        Mark::AnsweredElsewhere,
        Mark::SpentTwiceOrdered,
        Mark::BatchRefused,
        Mark::FrameMalformed,
        Mark::ExecutionBehind,
        Mark::PayloadLoaded,
        Mark::WideCut,
        Mark::QueueFull,
        Mark::QuarantinedAtStart,
        Mark::FoundOut,
        Mark::DiskLost,
        Mark::OldCopyRestored,
        Mark::OldCopyFoundOut,
        Mark::Rejoined,
        Mark::OffenceSeen,
        Mark::OffenceRecorded,
        Mark::ValidatorJoined,
        Mark::ValidatorLeft,
        Mark::KeyRotated,
        Mark::RaceLost,
    ];

    /// Runs after which a swarm that has never been there counts as too weak to find what hides there.
    #[must_use]
    pub fn expected_within(self) -> u64 {
        match self {
            // A thousand frames must wait for one processor.
            Mark::QueueFull => 5_000,
            Mark::BothKinds
            | Mark::LateFinal
            | Mark::CaughtUpByRange
            | Mark::BlocksPruned
            | Mark::SnapshotInstalled
            | Mark::BatchFromOther
            | Mark::LaneFork
            | Mark::LeaderSkipped
            | Mark::LongWalk
            | Mark::ProposalReplayed
            | Mark::BlocksReplayed
            | Mark::ObserverReturned
            | Mark::WaitedAndAsked
            | Mark::DelayGrew
            | Mark::DelayAtTop
            | Mark::InFlightKept
            | Mark::BufferedLost
            | Mark::DiskFull
            | Mark::SyncFailed
            | Mark::AllDown
            | Mark::TwoBlocks
            | Mark::AnsweredElsewhere
            | Mark::SpentTwiceOrdered
            | Mark::BatchRefused
            | Mark::FrameMalformed
            | Mark::ExecutionBehind
            | Mark::PayloadLoaded
            | Mark::WideCut
            | Mark::QuarantinedAtStart
            | Mark::FoundOut
            | Mark::DiskLost
            | Mark::OldCopyRestored
            | Mark::OldCopyFoundOut
            | Mark::Rejoined
            | Mark::OffenceSeen
            | Mark::OffenceRecorded
            | Mark::ValidatorJoined
            | Mark::ValidatorLeft
            | Mark::KeyRotated
            | Mark::RaceLost => 1_000,
        }
    }

    /// Its name in output.
    #[must_use]
    pub fn name(self) -> String {
        let mut name = String::new();
        for letter in format!("{self:?}").chars() {
            if letter.is_ascii_uppercase() && !name.is_empty() {
                name.push('_');
            }
            name.push(letter.to_ascii_lowercase());
        }
        name
    }
}

impl Coverage {
    /// Counts a mark.
    pub fn reach(&mut self, mark: Mark) {
        self.0[mark as usize] += 1;
    }

    /// How often it was reached.
    #[must_use]
    pub fn count(&self, mark: Mark) -> u64 {
        self.0[mark as usize]
    }
}
