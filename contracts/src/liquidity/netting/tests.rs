//! The netting arithmetic: small cases by hand, and every rule against exhaustive search with big integers.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use proptest::prelude::*;

use super::{
    Counterparties, NetLimit, Netting, NettingAccount, NettingError, Pair, PaymentSet,
    PaymentSetError, Reservation, Score, SetFault, WaitingPayment, baseline, judge,
    least_to_settle, shortfalls,
};

fn account(balance: i128, floor: i128) -> NettingAccount {
    NettingAccount {
        balance,
        floor,
        reservation: None,
    }
}

fn reserving(balance: i128, class: u32, amount: u128) -> NettingAccount {
    NettingAccount {
        balance,
        floor: 0,
        reservation: Some(Reservation { class, amount }),
    }
}

/// `sender>receiver amount [c CLASS] [strict]`, one payment a line.
fn payments(text: &str) -> Vec<WaitingPayment> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let (sender, receiver) = words[0].split_once('>').expect("sender>receiver");
            let class = words.iter().position(|word| *word == "c");
            WaitingPayment {
                sender: sender.parse().expect("a place"),
                receiver: receiver.parse().expect("a place"),
                amount: words[1].parse().expect("an amount"),
                class: class.map_or(0, |at| words[at + 1].parse().expect("a class")),
                strict: words.contains(&"strict"),
            }
        })
        .collect()
}

fn netting(
    accounts: &[NettingAccount],
    text: &str,
    limits: &[NetLimit],
    pairs: &[Pair],
) -> Netting {
    Netting::new(accounts.to_vec(), payments(text), limits.to_vec(), pairs).expect("a problem")
}

fn set(netting: &Netting, places: &[usize]) -> PaymentSet {
    let mut set = PaymentSet::none(netting.payments().len());
    for place in places {
        set.set(*place, true);
    }
    set
}

fn limit(account: u32, counterparties: Counterparties, headroom: i128) -> NetLimit {
    NetLimit {
        account,
        counterparties,
        headroom,
    }
}

/// What the baseline settles, as places in the list.
#[track_caller]
fn expect_baseline(netting: &Netting, places: &[usize], balances: &[i128]) {
    let found = baseline(netting);
    assert_eq!(found.iter().collect::<Vec<_>>(), places);
    let settlement = judge(netting, &found).expect("the baseline may always settle");
    assert_eq!(settlement.balances, balances);
}

#[test]
fn a_ring_without_money_settles_whole() {
    let ring = netting(&[account(0, 0); 3], "0>1 50\n1>2 50\n2>0 50", &[], &[]);
    expect_baseline(&ring, &[0, 1, 2], &[0, 0, 0]);
}

#[test]
fn the_last_payments_go_first_and_what_depended_on_them_follows() {
    let text = "0>1 100\n0>1 30\n1>2 130\n2>0 20";
    let queue = netting(
        &[account(90, 0), account(0, 0), account(0, 0)],
        text,
        &[],
        &[],
    );
    // 0 has 90 + 20 for 130: its 30 goes. Then 1 has 100 for 130, so 2 has nothing for 20, so 0 has 90 for 100.
    expect_baseline(&queue, &[], &[90, 0, 0]);
    let queue = netting(
        &[account(80, 0), account(30, 0), account(0, 0)],
        text,
        &[],
        &[],
    );
    expect_baseline(&queue, &[0, 2, 3], &[0, 0, 110]);
}

#[test]
fn urgent_payments_of_a_sender_stand_ahead_wherever_they_were_listed() {
    let text = "0>1 60 c 5\n0>1 50 c 1\n0>1 40 c 5";
    let queue = netting(&[account(100, 0), account(0, 0)], text, &[], &[]);
    expect_baseline(&queue, &[1], &[50, 50]);
    let queue = netting(&[account(110, 0), account(0, 0)], text, &[], &[]);
    expect_baseline(&queue, &[0, 1], &[0, 110]);
}

#[test]
fn who_only_receives_is_bound_by_nothing() {
    let queue = netting(
        &[account(10, 0), account(-500, -100)],
        "0>1 10\n1>0 1",
        &[],
        &[],
    );
    expect_baseline(&queue, &[0], &[0, -490]);
}

#[test]
fn what_is_reserved_serves_urgent_payments_only() {
    let text = "0>1 70 c 0\n0>1 20 c 3\n0>1 20 c 3";
    let with = |balance| netting(&[reserving(balance, 1, 80), account(0, 0)], text, &[], &[]);
    // The urgent 70 leaves 10 of the reservation; what remains must be 10 or more if any other payment goes.
    expect_baseline(&with(100), &[0, 1], &[10, 90]);
    expect_baseline(&with(99), &[0], &[29, 70]);
    expect_baseline(&with(120), &[0, 1, 2], &[10, 110]);
    let queue = with(99);
    assert_eq!(
        judge(&queue, &set(&queue, &[1])),
        Err(SetFault::Reserved(0))
    );
    // Less than the reservation stands on the account: urgent payments go all the same.
    expect_baseline(&with(70), &[0], &[0, 70]);
}

#[test]
fn limits_count_net_of_what_comes_back() {
    let text = "0>1 50\n0>1 50\n1>0 40\n0>2 50";
    let rich = [account(1_000, 0); 3];
    let one = |headroom| [limit(0, Counterparties::One(1), headroom)];
    expect_baseline(
        &netting(&rich, text, &one(60), &[]),
        &[0, 1, 2, 3],
        &[890, 1_060, 1_050],
    );
    let tight = netting(&rich, text, &one(59), &[]);
    expect_baseline(&tight, &[0, 2], &[990, 1_010, 1_000]);
    assert_eq!(
        judge(&tight, &set(&tight, &[0, 1, 2])),
        Err(SetFault::Limit(0))
    );
    assert!(
        judge(&tight, &set(&tight, &[0, 2, 3])).is_ok(),
        "another receiver is free"
    );
    let all = netting(&rich, text, &[limit(0, Counterparties::All, 109)], &[]);
    assert_eq!(
        judge(&all, &set(&all, &[0, 1, 2, 3])),
        Err(SetFault::Limit(0))
    );
    let limits = [
        limit(0, Counterparties::One(1), 60),
        limit(0, Counterparties::Others, 49),
    ];
    expect_baseline(
        &netting(&rich, text, &limits, &[]),
        &[0, 1, 2],
        &[940, 1_060, 1_000],
    );
}

#[test]
fn a_payment_without_bypass_keeps_its_place() {
    let text = "0>1 90\n0>1 10 strict\n0>1 20";
    let queue = netting(&[account(50, 0), account(0, 0)], text, &[], &[]);
    let fault = SetFault::Overtakes {
        payment: 1,
        ahead: 0,
    };
    assert_eq!(judge(&queue, &set(&queue, &[1])), Err(fault));
    assert!(judge(&queue, &set(&queue, &[2])).is_ok());
}

#[test]
fn a_pair_settles_whole_or_not_at_all() {
    // Accounts 0 and 1 hold one currency, 2 and 3 another.
    let text = "0>1 10\n3>2 70\n3>2 1\n2>3 5";
    let pair = [Pair {
        first: 0,
        second: 1,
    }];
    let with = |cash| {
        let accounts = [
            account(10, 0),
            account(0, 0),
            account(0, 0),
            account(cash, 0),
        ];
        netting(&accounts, text, &[], &pair)
    };
    expect_baseline(&with(66), &[0, 1, 2, 3], &[0, 10, 66, 0]);
    // The 70 cannot go: nor can the 10, nor the 1 that waits behind the 70, nor the 5 that it would have fed.
    expect_baseline(&with(64), &[], &[10, 0, 0, 64]);
    let queue = with(66);
    assert_eq!(
        judge(&queue, &set(&queue, &[0])),
        Err(SetFault::HalfPair(0))
    );
}

#[test]
fn a_chain_of_pairs_as_long_as_the_list_is_cut_without_depth() {
    let long: u32 = 40_000;
    let accounts = vec![account(0, 0); long as usize + 1];
    let payment = |sender: u32, receiver: u32| WaitingPayment {
        sender,
        receiver,
        amount: 1,
        class: 0,
        strict: false,
    };
    // Each account sends twice around; the second payment of one is paired with the first of the next.
    let payments: Vec<WaitingPayment> = (0..long)
        .flat_map(|at| [payment(at, (at + 1) % long), payment(at, long)])
        .collect();
    let pairs: Vec<Pair> = (0..long - 1)
        .map(|at| Pair {
            first: 2 * at + 1,
            second: 2 * at + 2,
        })
        .collect();
    let queue = Netting::new(accounts, payments, Vec::new(), &pairs).expect("a problem");
    assert_eq!(baseline(&queue).count(), 0);
}

#[test]
fn the_best_set_is_urgent_then_valuable_then_numerous_then_old() {
    let text = "0>1 10 c 1\n0>1 6 c 0\n0>1 4 c 1\n0>1 6 c 1\n0>1 6 c 1";
    let queue = netting(&[account(100, 0), account(0, 0)], text, &[], &[]);
    let ascending: [&[usize]; 6] = [&[], &[3, 4], &[1], &[0, 1], &[1, 2, 4], &[1, 2, 3]];
    for pair in ascending.windows(2) {
        let [less, more] = [pair[0], pair[1]].map(|it| Score::of(&queue, &set(&queue, it)));
        assert!(less < more, "{:?} before {:?}", pair[0], pair[1]);
    }
    let queue = netting(
        &[account(9, 0), account(0, 0)],
        "0>1 1\n0>1 1\n0>1 1\n0>1 1",
        &[],
        &[],
    );
    let [outer, inner] = [[0, 3], [1, 2]].map(|it| Score::of(&queue, &set(&queue, &it)));
    assert!(inner < outer, "equal age: the lowest place decides");
}

#[test]
fn bits_are_numbered_from_the_least_significant() {
    let mut bits = PaymentSet::none(11);
    for payment in [0, 2, 8, 10] {
        bits.set(payment, true);
    }
    bits.set(11, true);
    assert_eq!(bits.to_hex(), "0505");
    assert_eq!(bits.iter().collect::<Vec<_>>(), [0, 2, 8, 10]);
    assert_eq!(PaymentSet::from_bytes(&[5, 5], 11), Ok(bits));
    assert_eq!(
        PaymentSet::from_bytes(&[5, 8], 11),
        Err(PaymentSetError::Padding)
    );
    let length = PaymentSetError::Length {
        found: 1,
        expected: 2,
        payments: 11,
    };
    assert_eq!(PaymentSet::from_bytes(&[5], 11), Err(length));
}

#[test]
fn what_cannot_be_is_named() {
    let two = vec![account(0, 0); 2];
    let new = |accounts: &[NettingAccount], text: &str, limits: &[NetLimit], pairs: &[Pair]| {
        Netting::new(accounts.to_vec(), payments(text), limits.to_vec(), pairs).map(|_| ())
    };
    let beyond = [account(0, 0), account((1 << 120) + 1, 0)];
    assert_eq!(
        new(&beyond, "", &[], &[]),
        Err(NettingError::BalanceRange(1))
    );
    let unknown = NettingError::UnknownAccount(1);
    assert_eq!(new(&two, "0>1 1\n1>2 1", &[], &[]), Err(unknown));
    assert_eq!(new(&two, "1>1 1", &[], &[]), Err(NettingError::ToItself(0)));
    assert_eq!(new(&two, "0>1 0", &[], &[]), Err(NettingError::Amount(0)));
    let large = "0>1 10000000000000000000000";
    assert_eq!(new(&two, large, &[], &[]), Ok(()));
    let larger = "0>1 10000000000000000000001";
    assert_eq!(new(&two, larger, &[], &[]), Err(NettingError::Amount(0)));
    let own = limit(0, Counterparties::One(0), 1);
    assert_eq!(new(&two, "", &[own], &[]), Err(NettingError::Limit(0)));
    let all = limit(0, Counterparties::All, 1);
    assert_eq!(
        new(&two, "", &[all, all], &[]),
        Err(NettingError::RepeatedLimit(1))
    );
    let pair = |first, second| Pair { first, second };
    let text = "0>1 1\n1>0 1\n0>1 1";
    assert_eq!(
        new(&two, text, &[], &[pair(0, 3)]),
        Err(NettingError::Pair(0))
    );
    let twice = [pair(0, 1), pair(1, 2)];
    assert_eq!(new(&two, text, &[], &twice), Err(NettingError::Pair(1)));
}

/// The rules said once more, with maps and big integers, and nothing of the product's arithmetic.
fn naive_may_settle(netting: &Netting, chosen: &[bool]) -> bool {
    let facts = netting.payments();
    let sum = |count: &dyn Fn(&WaitingPayment) -> i32| -> BigInt {
        let counted = facts.iter().zip(chosen).filter(|(_, is_in)| **is_in);
        counted
            .map(|(it, _)| BigInt::from(it.amount) * count(it))
            .sum()
    };
    for (place, account) in (0_u32..).zip(netting.accounts()) {
        let sends = |rule: &dyn Fn(&WaitingPayment) -> bool| {
            facts
                .iter()
                .zip(chosen)
                .any(|(it, is_in)| *is_in && it.sender == place && rule(it))
        };
        if !sends(&|_| true) {
            continue;
        }
        let net = sum(&|it| i32::from(it.receiver == place) - i32::from(it.sender == place));
        let room = BigInt::from(account.balance) + net - BigInt::from(account.floor);
        if room < BigInt::ZERO {
            return false;
        }
        if let Some(kept) = account.reservation {
            let used = sum(&|it| i32::from(it.sender == place && it.class <= kept.class));
            let left = (BigInt::from(kept.amount) - used).max(BigInt::ZERO);
            if sends(&|it| it.class > kept.class) && room < left {
                return false;
            }
        }
        for limit in netting.limits().iter().filter(|it| it.account == place) {
            let own = |other: u32| {
                let named = Counterparties::One(other);
                netting
                    .limits()
                    .iter()
                    .any(|it| it.account == place && it.counterparties == named)
            };
            let towards = |other: u32| match limit.counterparties {
                Counterparties::One(one) => other == one,
                Counterparties::Others => !own(other),
                Counterparties::All => true,
            };
            let net = sum(&|it| {
                i32::from(it.sender == place && towards(it.receiver))
                    - i32::from(it.receiver == place && towards(it.sender))
            });
            if sends(&|it| towards(it.receiver)) && net > BigInt::from(limit.headroom) {
                return false;
            }
        }
    }
    let whole = (0..facts.len()).all(|it| {
        netting
            .partner(it)
            .is_none_or(|other| chosen[it] == chosen[other])
    });
    whole && naive_order(facts, chosen, |it| it.strict)
}

/// Whether nothing in the set that `keeps` its place leaves something of its sender waiting ahead.
fn naive_order(
    facts: &[WaitingPayment],
    chosen: &[bool],
    keeps: impl Fn(&WaitingPayment) -> bool,
) -> bool {
    let mut queues: BTreeMap<u32, Vec<(u32, usize)>> = BTreeMap::new();
    for (place, fact) in facts.iter().enumerate() {
        queues
            .entry(fact.sender)
            .or_default()
            .push((fact.class, place));
    }
    queues.into_values().all(|mut queue| {
        queue.sort_unstable();
        let places: Vec<usize> = queue.into_iter().map(|(_, place)| place).collect();
        places
            .iter()
            .enumerate()
            .filter(|(_, place)| chosen[**place] && keeps(&facts[**place]))
            .all(|(depth, _)| places[..depth].iter().all(|ahead| chosen[*ahead]))
    })
}

const ACCOUNTS: u32 = 4;
const PAYMENTS: usize = 9;

prop_compose! {
    fn any_account()(balance in -20_i128..60, floor in -30_i128..=0, class in 0_u32..3, amount in prop::option::of(0_u128..50)) -> NettingAccount {
        NettingAccount { balance, floor, reservation: amount.map(|amount| Reservation { class, amount }) }
    }
}

prop_compose! {
    fn any_payment()(sender in 0..ACCOUNTS, step in 1..ACCOUNTS, amount in 1_u128..60, class in 0_u32..3, strict in prop::bool::weighted(0.2)) -> WaitingPayment {
        WaitingPayment { sender, receiver: (sender + step) % ACCOUNTS, amount, class, strict }
    }
}

fn any_limits() -> impl Strategy<Value = Vec<NetLimit>> {
    let counterparties = (0..ACCOUNTS + 2).prop_map(|it| match it {
        ACCOUNTS => Counterparties::Others,
        it if it > ACCOUNTS => Counterparties::All,
        it => Counterparties::One(it),
    });
    let one = (0..ACCOUNTS, counterparties, -5_i128..60);
    prop::collection::vec(one, 0..5).prop_map(|all| {
        let map: BTreeMap<_, _> = all
            .into_iter()
            .filter(|(account, other, _)| *other != Counterparties::One(*account))
            .map(|(account, other, headroom)| ((account, other), headroom))
            .collect();
        map.into_iter()
            .map(|((account, other), headroom)| limit(account, other, headroom))
            .collect()
    })
}

fn any_netting() -> impl Strategy<Value = Netting> {
    let accounts = prop::collection::vec(any_account(), ACCOUNTS as usize);
    let payments = prop::collection::vec(any_payment(), 0..=PAYMENTS);
    (accounts, payments, any_limits(), prop::bool::weighted(0.4)).prop_map(
        |(accounts, payments, limits, paired)| {
            let pair = Pair {
                first: 0,
                second: 2,
            };
            let pairs = if paired && payments.len() > 2 {
                vec![pair]
            } else {
                Vec::new()
            };
            Netting::new(accounts, payments, limits, &pairs).expect("a problem")
        },
    )
}

fn bools(subset: u32, count: usize) -> Vec<bool> {
    (0..count).map(|it| subset >> it & 1 == 1).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_baseline_is_the_union_of_all_sets_in_queue_order(netting in any_netting()) {
        let count = netting.payments().len();
        let mut greatest = vec![false; count];
        for subset in 0..1_u32 << count {
            let chosen = bools(subset, count);
            if naive_order(netting.payments(), &chosen, |_| true) && naive_may_settle(&netting, &chosen) {
                greatest.iter_mut().zip(&chosen).for_each(|(all, it)| *all |= it);
            }
        }
        let found = baseline(&netting);
        let found: Vec<bool> = (0..count).map(|it| found.contains(it)).collect();
        prop_assert_eq!(found, greatest);
    }

    #[test]
    fn the_judge_accepts_what_the_rules_accept(netting in any_netting()) {
        let count = netting.payments().len();
        for subset in 0..1_u32 << count {
            let chosen = bools(subset, count);
            let places: Vec<usize> = (0..count).filter(|it| chosen[*it]).collect();
            let judged = judge(&netting, &set(&netting, &places));
            prop_assert_eq!(judged.is_ok(), naive_may_settle(&netting, &chosen), "{:?}: {:?}", places, judged);
            if let Ok(settlement) = judged {
                let before: i128 = netting.accounts().iter().map(|it| it.balance).sum();
                prop_assert_eq!(settlement.balances.iter().sum::<i128>(), before, "a cycle changes no sum");
                let value: u128 = places.iter().map(|it| netting.payments()[*it].amount).sum();
                prop_assert_eq!((settlement.count, settlement.value), (places.len(), value));
            }
        }
    }
}

/// A small list: four accounts, some payments, anything in them.
fn any_list() -> impl Strategy<Value = Netting> {
    let account = (-40_i128..60, prop::option::of((0_u32..3, 0_u128..30)));
    let payment = (0_u32..4, 1_u32..4, 1_u128..50, 0_u32..4);
    (
        prop::collection::vec(account, 4),
        prop::collection::vec(payment, 1..14),
    )
        .prop_map(|(accounts, payments)| {
            let accounts = accounts
                .into_iter()
                .map(|(balance, reservation)| NettingAccount {
                    balance,
                    floor: -20,
                    reservation: reservation.map(|(class, amount)| Reservation { class, amount }),
                });
            let payments =
                payments
                    .into_iter()
                    .map(|(sender, step, amount, class)| WaitingPayment {
                        sender,
                        receiver: (sender + step) % 4,
                        amount,
                        class,
                        strict: true,
                    });
            Netting::new(accounts.collect(), payments.collect(), Vec::new(), &[]).unwrap()
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// With what each account lacks everything settles; with one unit less of any of it, not everything.
    #[test]
    fn shortfalls_are_enough_and_none_is_too_much(netting in any_list()) {
        let lacks = shortfalls(&netting);
        let funded = |less: Option<usize>| {
            let mut funded = netting.clone();
            for (account, lack) in lacks.iter().enumerate() {
                let lack = i128::try_from(*lack).unwrap() - i128::from(less == Some(account));
                funded = funded.with_added(account, lack).unwrap();
            }
            baseline(&funded).count()
        };
        prop_assert_eq!(funded(None), netting.payments().len());
        for (account, lack) in lacks.iter().enumerate() {
            if *lack > 0 {
                prop_assert!(funded(Some(account)) < netting.payments().len(), "account {}", account);
            }
        }
    }

    /// The least amount frees the payment, one unit less does not, and where there is no amount none is enough.
    #[test]
    fn the_least_that_frees_a_payment_is_exact(netting in any_list(), payment in 0_usize..14) {
        let payment = payment % netting.payments().len();
        let sender = netting.payments()[payment].sender as usize;
        let settles = |added: i128| baseline(&netting.with_added(sender, added).unwrap()).contains(payment);
        match least_to_settle(&netting, payment) {
            Some(least) => {
                let least = i128::try_from(least).unwrap();
                prop_assert!(settles(least));
                prop_assert!(least == 0 || !settles(least - 1));
            }
            None => prop_assert!(!settles(1_000_000)),
        }
    }
}
