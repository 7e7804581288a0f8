//! A receivable of ten tiers and ten thousand holders is paid at maturity, short, to the minor unit, in one block; so are ten thousand
//! factored portions, each over the seller's account.
//!
//! `cargo test --release -p sycee-contracts --lib ten_thousand -- --nocapture` prints how long those blocks take.

use std::time::Instant;

use sycee_primitives::{
    AccountId, Amount, AssetId, Balance, BlockTime, BusinessDate, ChainId, Currency, Hash,
    ParticipantId, SecretKey, identifiers::lei_with_check_digits,
};

use crate::{receivable::*, registry::DocumentMark, *};

const TIERS: u32 = 10;
const HOLDERS: u32 = 10_000;
const PARTS: u32 = 1_000;
const START: u64 = 20_788 * 86_400_000;
/// The business date on which it is due.
const DUE: u32 = 20_788 + 30;
/// A prime: no share is a whole number of minor units.
const FACE: u128 = 1_000_000_007;
const PAID: u128 = 700_000_001;

/// Bank 0 sponsors everybody, participant 1 owes, 2 is the creditor and first of the holders.
const FIRST: u32 = 2;

fn key(id: u32) -> SecretKey {
    let mut seed = [7; 32];
    seed[..4].copy_from_slice(&id.to_le_bytes());
    SecretKey::from_seed(&seed)
}

fn amount(minor: u128) -> Amount {
    Amount::from_minor(minor).unwrap()
}

fn account_of(id: u32) -> AccountId {
    // Row 0 is the issuance account.
    AccountId(u64::from(id) + 1)
}

fn founding() -> Founding {
    let all = 0..FIRST + HOLDERS;
    let participant = |id: u32| FoundingParticipant {
        lei: lei_with_check_digits(&format!("TREE00{id:012}")).unwrap(),
        bic: (id == 0).then(|| identifiers_bic("TREECN00")),
        name: ParticipantName::new(format!("p{id}")).unwrap(),
        role: match id {
            0 => Role::Bank,
            1 => Role::CoreEnterprise,
            _ => Role::Supplier,
        },
        sponsor: (id > 0).then_some(ParticipantId(0)),
        status: ParticipantStatus::Active,
        keys: vec![ParticipantKey::always(key(id).public_key())],
    };
    let account = |id: u32| FoundingAccount {
        number: AccountNumber::parse(&format!("T-{id}")).unwrap(),
        owner: ParticipantId(id),
        asset: AssetId(0),
        kind: if id == 0 {
            AccountKind::Settlement
        } else {
            AccountKind::Current
        },
        status: AccountStatus::Open,
        floor: Balance::ZERO,
        opening: amount(match id {
            0 => FACE,
            1 => PAID,
            _ => 0,
        }),
    };
    Founding {
        chain_id: ChainId::default(),
        seats: Vec::new(),
        parameters: LedgerParameters::default(),
        time: BlockTime(START),
        participants: all.clone().map(participant).collect(),
        assets: vec![FoundingAsset {
            currency: Currency::parse("CNY").unwrap(),
            scale: 2,
            issuer: ParticipantId(0),
            issuance_number: AccountNumber::parse("ISSUE").unwrap(),
        }],
        accounts: all.map(account).collect(),
    }
}

fn identifiers_bic(text: &str) -> sycee_primitives::identifiers::Bic {
    sycee_primitives::identifiers::Bic::parse(text).unwrap()
}

struct Book {
    ledger: Ledger,
    sent: u64,
}

impl Book {
    /// Executes instructions as one block; all of them take effect.
    fn block(&mut self, asks: Vec<(u32, Action)>) {
        let time = self.ledger.time().0 + 1_000;
        let transactions: Vec<_> = asks.into_iter().map(|ask| self.sign(time, ask)).collect();
        let block = self.execute(BlockTime(time), &transactions);
        for receipt in &block.receipts {
            let took = matches!(receipt.outcome, Outcome::Recorded { .. });
            assert!(took, "{:?}", receipt.outcome);
        }
    }

    fn sign(&mut self, time: u64, (sender, action): (u32, Action)) -> VerifiedTransaction {
        self.sent += 1;
        let instruction = Instruction {
            chain_id: ChainId::default(),
            sender: ParticipantId(sender),
            idempotency_key: IdempotencyKey::new(self.sent.to_le_bytes()).unwrap(),
            expiry: BlockTime(time + 3_600_000),
            action,
        };
        let bytes = instruction.sign(&[&key(sender)]).to_bytes();
        verify(&ChainId::default(), &bytes).unwrap()
    }

    fn execute(&mut self, time: BlockTime, transactions: &[VerifiedTransaction]) -> ExecutedBlock {
        let height = self.ledger.height().next();
        execute(
            &mut self.ledger,
            &BlockContext { height, time },
            transactions,
        )
        .unwrap()
    }

    /// Divides a portion into `parts`; all but the last go to the holders from `next` on, the last to the one after them.
    fn tier(&mut self, holder: u32, portion: u64, parts: u32, next: u32) -> (u32, u64) {
        let whole = self.ledger.products.portions.get(portion).unwrap().claim;
        // Uneven parts: 1,000, 1,001, ... minor units, the rest in the last.
        let mut sizes: Vec<u128> = (0..u128::from(parts) - 1)
            .map(|part| 1_000 + part)
            .collect();
        sizes.push(whole.minor() - sizes.iter().sum::<u128>());
        let first = self.ledger.products.portions.len();
        let parts: Vec<Amount> = sizes.into_iter().map(amount).collect();
        let count = parts.len() as u64;
        let split = Action::SplitReceivable(SplitReceivable { portion, parts });
        self.block(vec![(holder, split)]);
        let hand = |place: u64| {
            let to = next + u32::try_from(place).unwrap();
            let transfer = Action::TransferReceivable(TransferReceivable {
                portion: first + place,
                to: ParticipantId(to),
                account: account_of(to),
                recourse: false,
            });
            (holder, transfer)
        };
        // The divider keeps the first part.
        self.block((1..count).map(hand).collect());
        (next + u32::try_from(count).unwrap() - 1, first + count - 1)
    }
}

/// A tree in which every holder has one portion, and the trunk is ten tiers deep.
fn tree() -> Book {
    let mut book = Book::found();
    book.promise();
    let (mut holder, mut portion) = (FIRST, 0);
    for _ in 0..TIERS {
        (holder, portion) = book.tier(holder, portion, PARTS, holder);
    }
    // Ten times 999 and the trunk are 9,991; one of the first tier's divides for the other nine.
    let branch = 1;
    book.tier_of_branch(branch, HOLDERS - TIERS * (PARTS - 1), holder);
    book
}

impl Book {
    fn found() -> Book {
        Book {
            ledger: Ledger::found(&founding()).unwrap(),
            sent: 0,
        }
    }

    /// One accepted receivable, held by the first holder.
    fn promise(&mut self) {
        let line = SetObligorLine {
            debtor: ParticipantId(1),
            asset: AssetId(0),
            cap: amount(FACE),
        };
        let claim = IssueReceivable {
            debtor: ParticipantId(1),
            asset: AssetId(0),
            amount: amount(FACE),
            due: BusinessDate(DUE),
            documents: vec![DocumentMark {
                number_part: Hash([1; 32]),
                detail_part: Hash([2; 32]),
            }],
            contract: Hash::ZERO,
            account: account_of(FIRST),
            long_term_ground: None,
        };
        self.block(vec![
            (0, Action::SetObligorLine(line)),
            (FIRST, Action::IssueReceivable(claim)),
        ]);
        let accept = AcceptReceivable {
            receivable: 0,
            account: account_of(1),
        };
        self.block(vec![(1, Action::AcceptReceivable(accept))]);
    }
}

impl Book {
    /// The due day opens and nobody is paid a part; answers when it is over.
    fn wait_a_day(&mut self) -> BlockTime {
        let opens = |book: &Book, day| book.ledger.parameters().opening(BusinessDate(day));
        let block = self.execute(opens(self, DUE), &[]);
        assert_eq!(block.settled_legs, 0, "all or none while the day lasts");
        let promise = read::receivable(&self.ledger, 0).unwrap();
        assert_eq!(promise.state, PromiseState::Due);
        opens(self, DUE + 1)
    }

    /// The holder of the first portion of the first tier divides it evenly among itself and the holders after `last`.
    fn tier_of_branch(&mut self, portion: u64, parts: u32, last: u32) {
        let row = self.ledger.products.portions.get(portion).unwrap().clone();
        let each = row.claim.minor() / u128::from(parts);
        let mut sizes = vec![amount(each); parts as usize - 1];
        sizes.push(amount(row.claim.minor() - each * (u128::from(parts) - 1)));
        let first = self.ledger.products.portions.len();
        let split = SplitReceivable {
            portion,
            parts: sizes,
        };
        self.block(vec![(row.holder.0, Action::SplitReceivable(split))]);
        let hand = |place: u32| {
            let to = last + place;
            let transfer = TransferReceivable {
                portion: first + u64::from(place),
                to: ParticipantId(to),
                account: account_of(to),
                recourse: false,
            };
            (row.holder.0, Action::TransferReceivable(transfer))
        };
        self.block((1..parts).map(hand).collect());
    }
}

/// What everybody is to get: floors, then a unit each to the largest remainders, the lowest portion first among equals.
fn expected(claims: &[(u64, u128)], paid: u128) -> Vec<u128> {
    let face: u128 = claims.iter().map(|it| it.1).sum();
    let mut shares: Vec<u128> = claims.iter().map(|it| paid * it.1 / face).collect();
    let mut order: Vec<usize> = (0..claims.len()).collect();
    order.sort_by_key(|place| {
        (
            std::cmp::Reverse(paid * claims[*place].1 % face),
            claims[*place].0,
        )
    });
    let rest = usize::try_from(paid - shares.iter().sum::<u128>()).unwrap();
    for place in order.into_iter().take(rest) {
        shares[place] += 1;
    }
    shares
}

#[test]
fn ten_tiers_and_ten_thousand_holders_are_paid_to_the_minor_unit_in_one_block() {
    let mut book = tree();
    let live: Vec<(u64, Portion)> = book
        .ledger
        .products
        .portions
        .iter()
        .filter(|(_, it)| it.is_live())
        .map(|(id, it)| (id, it.clone()))
        .collect();
    assert_eq!(live.len(), HOLDERS as usize);
    let mut holders: Vec<u32> = live.iter().map(|(_, it)| it.holder.0).collect();
    holders.sort_unstable();
    holders.dedup();
    assert_eq!(holders.len(), HOLDERS as usize, "everybody holds one");
    let deepest = live.iter().map(|(_, it)| u32::from(it.depth)).max();
    assert_eq!(deepest, Some(TIERS));
    let claims: Vec<(u64, u128)> = live
        .iter()
        .map(|(id, it)| (*id, it.claim.minor()))
        .collect();
    let shares = expected(&claims, PAID);
    let closes = book.wait_a_day();
    let begin = Instant::now();
    let block = book.execute(closes, &[]);
    println!(
        "{HOLDERS} holders paid in {} us",
        begin.elapsed().as_micros()
    );
    let settled = shares.iter().filter(|share| **share > 0).count() as u64;
    assert_eq!(block.settled_legs, settled);
    for ((id, portion), share) in live.iter().zip(&shares) {
        let found = read::account(&book.ledger, portion.account).unwrap();
        assert_eq!(
            found.balance().0,
            i128::try_from(*share).unwrap(),
            "portion {id}"
        );
        let left = book.ledger.products.portions.get(*id).unwrap().claim;
        assert_eq!(left.minor(), portion.claim.minor() - share);
    }
    let promise = read::receivable(&book.ledger, 0).unwrap();
    assert_eq!(promise.state, PromiseState::Overdue);
    assert_eq!(promise.outstanding.minor(), FACE - PAID);
    let debtor = read::account(&book.ledger, account_of(1)).unwrap();
    assert_eq!(debtor.balance().0, 0, "all of it went out");
}

#[test]
fn what_lacks_one_unit_waits_and_is_paid_whole_when_it_comes() {
    let mut book = tree();
    let opens = book.ledger.parameters().opening(BusinessDate(DUE));
    let pay = |minor| {
        let pay = Pay {
            uetr: sycee_primitives::identifiers::Uetr::from_random([7; 16]),
            end_to_end_id: EndToEndId::new("BRIDGE").unwrap(),
            debtor: account_of(0),
            creditor: account_of(1),
            asset: AssetId(0),
            amount: amount(minor),
            value_date: BusinessDate(DUE),
            purpose: None,
            payload_commitment: None,
            handling: Handling::default(),
        };
        (0, Action::Pay(pay))
    };
    book.execute(opens, &[]);
    let transaction = book.sign(opens.0 + 1, pay(FACE - PAID));
    let begin = Instant::now();
    let block = book.execute(BlockTime(opens.0 + 1), &[transaction]);
    println!(
        "{HOLDERS} holders paid whole in {} us, in the block of the missing payment",
        begin.elapsed().as_micros()
    );
    assert_eq!(block.settled_legs, u64::from(HOLDERS) + 1);
    let promise = read::receivable(&book.ledger, 0).unwrap();
    assert_eq!(promise.state, PromiseState::Paid);
}

/// Ten thousand portions of one seller, sold to the bank 200 at a time: the debtor pays the seller, who hands the bank's part on.
fn factored() -> Book {
    let mut book = Book::found();
    book.promise();
    let split = |portion, parts| Action::SplitReceivable(SplitReceivable { portion, parts });
    let divide = |whole: u128, parts: u128| {
        let mut sizes: Vec<Amount> = (1..parts).map(|_| amount(whole / parts)).collect();
        sizes.push(amount(whole - whole / parts * (parts - 1)));
        sizes
    };
    book.block(vec![(FIRST, split(0, divide(FACE, 10)))]);
    for tenth in 1..=10 {
        let whole = book.ledger.products.portions.get(tenth).unwrap().claim;
        book.block(vec![(FIRST, split(tenth, divide(whole.minor(), 1_000)))]);
    }
    let terms = OfferFactoring {
        account: account_of(0),
        seller: ParticipantId(FIRST),
        asset: AssetId(0),
        advance_ppm: 600_000,
        rate: 0,
        basis: 360,
        fee_ppm: 0,
        days_min: 0,
        days_max: 366,
        recourse: true,
        disclosed: false,
        limit: amount(FACE),
        expires: BlockTime(u64::MAX),
    };
    book.block(vec![(0, Action::OfferFactoring(terms))]);
    for sale in 0..u64::from(HOLDERS) / PORTFOLIO_PORTIONS_MAX as u64 {
        let first = 11 + sale * PORTFOLIO_PORTIONS_MAX as u64;
        let sale = FactorPortfolio {
            factoring: 0,
            portions: (first..first + PORTFOLIO_PORTIONS_MAX as u64).collect(),
            account: account_of(FIRST),
            paid_min: Amount::ZERO,
        };
        book.block(vec![(FIRST, Action::FactorPortfolio(sale))]);
    }
    book
}

#[test]
fn ten_thousand_factored_portions_are_paid_over_the_sellers_account_in_one_block() {
    let mut book = factored();
    let live = |book: &Book| -> Vec<(u64, u128, u128)> {
        let portions = book.ledger.products.portions.iter();
        let live = portions.filter(|(_, it)| it.is_live());
        live.map(|(id, it)| (id, it.claim.minor(), it.factored.unwrap().holdback.minor()))
            .collect()
    };
    let before = live(&book);
    assert_eq!(before.len(), HOLDERS as usize);
    let claims: Vec<(u64, u128)> = before.iter().map(|it| (it.0, it.1)).collect();
    let shares = expected(&claims, PAID);
    let parts = before.iter().zip(&shares);
    let to_factor: u128 = parts.map(|(it, share)| (it.1 - it.2).min(*share)).sum();
    let balance = |book: &Book, id| read::account(&book.ledger, account_of(id)).unwrap();
    let (factor, seller) = (balance(&book, 0), balance(&book, FIRST));
    let closes = book.wait_a_day();
    let begin = Instant::now();
    let block = book.execute(closes, &[]);
    println!(
        "{HOLDERS} factored portions paid over the seller in {} us, {} legs",
        begin.elapsed().as_micros(),
        block.settled_legs
    );
    assert_eq!(block.settled_legs, 3 * u64::from(HOLDERS));
    let factor_after = balance(&book, 0);
    let seller_after = balance(&book, FIRST);
    assert_eq!(factor_after.credits - factor.credits, to_factor);
    assert_eq!(seller_after.credits - seller.credits, PAID);
    assert_eq!(seller_after.debits - seller.debits, to_factor);
    let unpaid: u128 = live(&book).iter().map(|it| it.1).sum();
    assert_eq!(unpaid, FACE - PAID);
    let in_use: u128 = before.iter().map(|it| it.1 - it.2).sum();
    let left = book.ledger.factoring(0).unwrap().in_use.minor();
    assert_eq!(left, in_use - to_factor);
}
