//! A book of loans of many kinds, the evening before something falls due on some of them.
//!
//! Terms are drawn from a seed: 4,096 contracts for each of four groups (due tomorrow or not, late or not), each lent to many
//! borrowers. What is measured does not depend on how often a contract occurs.

use sycee_contracts::{
    AccountKind, AccountNumber, AccountStatus, Founding, FoundingAccount, FoundingAsset,
    FoundingParticipant, Ledger, LedgerParameters, ParticipantKey, ParticipantName,
    ParticipantStatus, Role,
    loan::{Loan, LoanCalendar, LoanKind, LoanParties, LoanTerms, PrepaymentTerms},
    read,
    term::{
        calendar::{DayConvention, Shift, ShiftOrder},
        day_count::DayCount,
        waterfall::Bucket,
    },
};
use sycee_primitives::{
    AccountId, Amount, AssetId, Balance, BlockTime, BusinessDate, ChainId, Currency, Hash,
    ParticipantId, PublicKey, SecretKey,
    identifiers::{Bic, lei_with_check_digits},
};

use crate::local::random::Sequence;

/// The day on which loans fall due: Tuesday, 1 December 2026.
pub const DUE_DAY: BusinessDate = BusinessDate(20_788);

/// Contracts of each group.
const CONTRACTS: usize = 4_096;

/// Borrowers, each with one account; every one has many loans in a large book.
const BORROWERS: u32 = 1_000;

/// What a book is like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shape {
    /// Loans.
    pub loans: u64,
    /// How many of a hundred fall due on the day.
    pub due_percent: u32,
    /// How many of a hundred are late already.
    pub overdue_percent: u32,
}

/// A book.
#[derive(Debug)]
pub struct Book {
    shape: Shape,
    /// By whether it falls due, then by whether it is late.
    contracts: [[Vec<Loan>; 2]; 2],
}

impl Book {
    /// Draws the contracts.
    ///
    /// # Errors
    /// What the ledger refuses about them.
    pub fn new(shape: &Shape) -> Result<Book, String> {
        let mut random = Sequence::new(0x10a5);
        let mut group = |is_due, is_late| -> Result<Vec<Loan>, String> {
            let count = CONTRACTS.min(usize::try_from(shape.loans).unwrap_or(CONTRACTS));
            let mut loans = Vec::with_capacity(count);
            // A few draws have no plan: too little principal for so many periods.
            for _ in 0..count * 8 {
                if loans.len() == count {
                    break;
                }
                loans.extend(contract(&mut random, is_due, is_late));
            }
            (loans.len() == count)
                .then_some(loans)
                .ok_or("too few contracts were drawn".to_owned())
        };
        Ok(Book {
            shape: *shape,
            contracts: [
                [group(false, false)?, group(false, true)?],
                [group(true, false)?, group(true, true)?],
            ],
        })
    }

    /// Whether something of the loan falls due on the day.
    #[must_use]
    pub fn is_due(&self, id: u64) -> bool {
        id % 100 < u64::from(self.shape.due_percent)
    }

    /// Whether an item of the loan was late before.
    #[must_use]
    pub fn is_overdue(&self, id: u64) -> bool {
        // Every due day of the hundred has late loans among it.
        (id / 100 + id) % 100 < u64::from(self.shape.overdue_percent)
    }

    fn count(&self, is_meant: impl Fn(u64) -> bool) -> u64 {
        (0..self.shape.loans).filter(|id| is_meant(*id)).count() as u64
    }

    /// How many loans fall due.
    #[must_use]
    pub fn due(&self) -> u64 {
        self.count(|id| self.is_due(id))
    }

    /// How many are late.
    #[must_use]
    pub fn overdue(&self) -> u64 {
        self.count(|id| self.is_overdue(id))
    }

    fn loan(&self, id: u64) -> Option<&Loan> {
        let [current, due] = &self.contracts;
        let group = if self.is_due(id) { due } else { current };
        let group = group.get(usize::from(self.is_overdue(id)))?;
        // A step that shares no factor with their number visits all contracts.
        let place = (id / 100 * 37 + id) % group.len().max(1) as u64;
        group.get(usize::try_from(place).ok()?)
    }

    /// The ledger on the evening before.
    ///
    /// # Errors
    /// What the ledger refuses.
    pub fn ledger(&self) -> Result<Ledger, String> {
        let founding = founding().ok_or("the founding facts have no such form")?;
        let mut ledger = Ledger::found(&founding).map_err(|error| error.to_string())?;
        let loans = (0..self.shape.loans).filter_map(|id| {
            let borrower = u32::try_from(id % u64::from(BORROWERS)).ok()?;
            Some(Loan {
                borrower: ParticipantId(2 + borrower),
                borrower_account: AccountId(2 + u64::from(borrower)),
                ..self.loan(id)?.clone()
            })
        });
        ledger
            .found_loans(loans)
            .map_err(|error| error.to_string())?;
        Ok(ledger)
    }

    /// Whether exactly the loans that were to fall due have moved, each once.
    ///
    /// # Errors
    /// The first that did not.
    pub fn check_moved(&self, ledger: &Ledger) -> Result<(), String> {
        let mut count = 0;
        for (id, loan) in read::loans(ledger) {
            count += 1;
            let before = self.loan(id).map_or(0, |loan| loan.position.passed);
            let expected = before + u16::from(self.is_due(id));
            if loan.position.passed != expected {
                let found = loan.position.passed;
                return Err(format!(
                    "loan {id} passed {found} due dates, not {expected}"
                ));
            }
        }
        (count == self.shape.loans)
            .then_some(())
            .ok_or(format!("the ledger has {count} loans"))
    }
}

/// One running contract of the group, or nothing when what was drawn has no plan.
fn contract(random: &mut Sequence, is_due: bool, is_late: bool) -> Option<Loan> {
    let pick = |random: &mut Sequence, from: u64, to: u64| from + random.below(to - from + 1);
    let kinds = [LoanKind::Bullet, LoanKind::Linear, LoanKind::Annuity];
    let counts = [
        DayCount::Actual360,
        DayCount::Actual365Fixed,
        DayCount::ActualActualIsda,
    ];
    let one_of = |random: &mut Sequence| usize::try_from(random.below(3)).unwrap_or(0);
    let months = u8::try_from(pick(random, 1, 6)).ok()?;
    let passed = pick(random, 1, 18);
    let left = pick(random, 1, 18);
    let terms = LoanTerms {
        kind: kinds.get(one_of(random))?.clone(),
        principal: Amount::from_minor(u128::from(pick(random, 1_000_000, 5_000_000_000))).ok()?,
        rate: pick(random, 10_000_000_000, 240_000_000_000),
        day_count: *counts.get(one_of(random))?,
        periods: u16::try_from(passed + left).ok()?,
        period_months: months,
        end_of_month: false,
        calendar: LoanCalendar::Weekends,
        convention: DayConvention {
            shift: Shift::Following,
            order: ShiftOrder::ShiftCompute,
        },
        grace_days: u16::try_from(pick(random, 0, 10)).ok()?,
        surcharge: 500_000_000_000,
        penalty_on_interest: random.below(2) == 0,
        order: Bucket::ALL,
        fee: 0,
        costs_max: 0,
        prepayment: PrepaymentTerms::default(),
        draw_days: 0,
        probation: 0,
        index: None,
    };
    // On the first of a month: the last of its periods that ends by the day ends on the day, or some days after it.
    let day = if is_due {
        0
    } else {
        i64::try_from(pick(random, 4, 20)).ok()?
    };
    let ends = DUE_DAY.plus_days(day)?;
    let start = ends.plus_months(-i64::from(months) * i64::try_from(passed + 1).ok()?)?;
    let parties = LoanParties {
        lender: ParticipantId(1),
        borrower: ParticipantId(2),
        lender_account: AccountId(1),
        borrower_account: AccountId(2),
        asset: AssetId(0),
    };
    let today = BusinessDate(DUE_DAY.0 - 1);
    Loan::taken_over(parties, terms, start, today, is_late)
}

/// A key that nobody uses: the book is measured, not instructed.
fn public_key(number: u32) -> PublicKey {
    let seed = Hash::of(&[b"sycee eod bench", &number.to_le_bytes()]);
    SecretKey::from_seed(&seed.0).public_key()
}

/// One operator, one bank, the borrowers; row 0 of the accounts is the issuance, row 1 the bank's.
fn founding() -> Option<Founding> {
    let lei = |number: u32| lei_with_check_digits(&format!("BENCH0{number:012}")).ok();
    let participant = |number: u32, name: String, role: Role| {
        Some(FoundingParticipant {
            lei: lei(number)?,
            bic: match role {
                Role::Bank => Some(Bic::parse("BNCHCNBJ").ok()?),
                _ => None,
            },
            name: ParticipantName::new(&name).ok()?,
            role,
            sponsor: role.needs_sponsor().then_some(ParticipantId(1)),
            status: ParticipantStatus::Active,
            keys: vec![ParticipantKey::always(public_key(number))],
        })
    };
    let mut participants = vec![
        participant(0, "operator".to_owned(), Role::Operator)?,
        participant(1, "bank".to_owned(), Role::Bank)?,
    ];
    let account = |number: String, owner: u32, kind: AccountKind| {
        Some(FoundingAccount {
            number: AccountNumber::parse(&number).ok()?,
            owner: ParticipantId(owner),
            asset: AssetId(0),
            kind,
            status: AccountStatus::Open,
            floor: Balance::ZERO,
            opening: Amount::from_minor(1_000_000_000_000).ok()?,
        })
    };
    let mut accounts = vec![account("BANK".to_owned(), 1, AccountKind::Settlement)?];
    for borrower in 0..BORROWERS {
        let owner = 2 + borrower;
        let name = format!("borrower {borrower}");
        participants.push(participant(owner, name, Role::Supplier)?);
        accounts.push(account(
            format!("B-{borrower}"),
            owner,
            AccountKind::Current,
        )?);
    }
    Some(Founding {
        chain_id: ChainId(Hash::of(&[b"sycee bench eod"])),
        parameters: LedgerParameters::default(),
        time: BlockTime(u64::from(DUE_DAY.0 - 1) * 86_400_000 + 72_000_000),
        participants,
        assets: vec![FoundingAsset {
            currency: Currency::parse("CNY")?,
            scale: 2,
            issuer: ParticipantId(0),
            issuance_number: AccountNumber::parse("ISSUE").ok()?,
        }],
        accounts,
        seats: Vec::new(),
    })
}
