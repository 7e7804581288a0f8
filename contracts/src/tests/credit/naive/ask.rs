//! What players of credit ask for. Whatever they name is an instant, a day or a row, never a span: it may be executed much later.

/// What a random instruction asks for.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    Offer {
        lender: usize,
        borrower: usize,
        kind: Kind,
        principal: u64,
        rate: u64,
        periods: u32,
        draw: u32,
        line: Option<usize>,
        days: Days,
        probation: u32,
        /// What the borrower pays at acceptance.
        fee: u64,
        index: Option<Index>,
        until: u32,
    },
    Accept(usize),
    Draw(usize, u64),
    Repay(usize, u64, u64),
    Prepay(usize, u64),
    Call(usize),
    WriteOff(usize),
    Renew {
        loan: usize,
        kind: Kind,
        principal: u64,
        rate: u64,
        periods: u32,
        capital: bool,
        days: Days,
        probation: u32,
        index: Option<Index>,
        until: u32,
    },
    Concur(usize),
    /// Loan, what bank a has of it in parts per billion, the agent's fee.
    Share(usize, u64, u64),
    Join(usize),
    /// Loan, seller, parts per billion, price, the day on which the offer ends.
    Sell(usize, usize, u64, u64, u32),
    Buy(usize, usize, u64, u64),
    /// A payment whose surplus stands in suspense, on the holding account of this bank.
    Over(usize, u64, usize),
    GiveRest(usize),
    Notice(usize),
    /// Loan, guarantor, the most, per cent that are covered, the last day.
    Stand(usize, usize, u64, u64, u32),
    CallBond(usize),
    DropBond(usize),
    RepayBond(usize, u64),
    /// Costs of the lender.
    Charge(usize, u64),
    /// A fixing of the index, per 10^12, as it was observed, and the instant from which it counts no longer.
    Fix(i64, u64, u64),
    Reset(usize),
    /// Weekends are closed or not, and so are these days.
    Declare(bool, Vec<u32>),
    OpenLine {
        lender: usize,
        borrower: usize,
        cap: u64,
        last: u32,
        once: bool,
        fee: u64,
        until: u32,
    },
    Agree(usize, u32),
    Amend {
        line: usize,
        cap: u64,
        last: u32,
        once: bool,
        fee: u64,
        until: u32,
    },
    EndLine(usize),
    PayFee(usize),
    WantLoan(usize),
    WantLine(usize),
    /// By whom it is asked for, and from whose account.
    PutUp(usize, u64, usize),
    PutDown(usize, u16),
    Swap(usize, u16, u64, usize),
    Take(usize, u16),
}

/// How principal comes back.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Kind {
    /// With all interest, at the end.
    Term,
    Bullet,
    Linear,
    Annuity,
    /// Instalment, and the principal up to which interest is added.
    Growing(u64, u64),
    /// First period and principal from then on.
    Listed(Vec<(u32, u64)>),
    /// Days of notice.
    AtCall(u32),
    /// Days of notice, the least of each due date in per cent and in all.
    Rolling(u32, u64, u64),
}

/// Where the rates of later periods come from: spread on the index, floor, cap.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Index {
    pub(in crate::tests::credit) spread: i64,
    pub(in crate::tests::credit) floor: u64,
    pub(in crate::tests::credit) cap: u64,
}

/// Where a due date goes that falls on a closed day.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Days {
    Any,
    Next,
    Before,
    /// The next open day of the month, or the last one before.
    Within,
}
