//! Syndicates against an engine that keeps a list of holders for every single day.

use proptest::prelude::*;

use super::*;
use crate::term::share::WHOLE_PPB;

const START: u32 = 20_000;

fn three() -> Syndicate {
    let member = |row: u32, ppb| Member {
        participant: ParticipantId(row),
        account: AccountId(u64::from(row)),
        ppb,
        has_joined: true,
        withheld: 0,
    };
    Syndicate {
        loan: 0,
        agent_fee_rate: 0,
        members: vec![
            member(1, WHOLE_PPB - 300_000_001),
            member(2, 300_000_000),
            member(3, 1),
        ],
        trades: Vec::new(),
        offers: Vec::new(),
    }
}

proptest! {
    /// I19: whoever held on a day has that day's weight, and fee and shares add up to what was paid.
    #[test]
    fn interest_goes_to_who_held_day_by_day(
        trades in prop::collection::vec((0_u32..20, 1_u64..4, 1_u64..5, 1_u32..400_000_000), 0..12),
        from in 0_u32..90,
        length in 1_u32..60,
        interest in 0_u64..,
        other in 0_u64..1_000,
        rate in 0_u64..30_000_000_000,
    ) {
        let mut syndicate = Syndicate { agent_fee_rate: rate, ..three() };
        let mut held: BTreeMap<u64, u128> = (1..).zip(syndicate.members.iter().map(|it| u128::from(it.ppb))).collect();
        let mut days: Vec<BTreeMap<u64, u128>> = Vec::new();
        for (wait, seller, buyer, ppb) in trades {
            days.extend(std::iter::repeat_n(held.clone(), usize::try_from(wait).unwrap()));
            if seller == buyer || held.get(&seller).is_none_or(|held| *held < u128::from(ppb)) {
                continue;
            }
            *held.get_mut(&seller).unwrap() -= u128::from(ppb);
            *held.entry(buyer).or_default() += u128::from(ppb);
            let trade = Trade {
                day: BusinessDate(START + u32::try_from(days.len()).unwrap()),
                seller: AccountId(seller),
                buyer: AccountId(buyer),
                ppb,
            };
            syndicate.trade(trade, ParticipantId(u32::try_from(buyer).unwrap()));
        }
        let from = from.min(u32::try_from(days.len()).unwrap());
        days.resize(usize::try_from(from + length).unwrap().max(days.len()), held.clone());
        let period = (BusinessDate(START + from), BusinessDate(START + from + length));
        let mut expected: BTreeMap<AccountId, u128> = BTreeMap::new();
        for day in from..from + length {
            for (account, ppb) in &days[usize::try_from(day).unwrap()] {
                *expected.entry(AccountId(*account)).or_default() += ppb;
            }
        }
        let mut found = syndicate.weights(Some(period));
        found.retain(|_, weight| *weight > 0);
        expected.retain(|_, weight| *weight > 0);
        prop_assert_eq!(found, expected);
        let parts = [
            Part { amount: u128::from(interest), period: Some(period) },
            Part { amount: u128::from(other), period: None },
        ];
        let (fee, shares) = syndicate.divide(&parts).unwrap();
        prop_assert_eq!(fee + shares.values().sum::<u128>(), u128::from(interest) + u128::from(other));
        // What lies before the period may be forgotten.
        let mut short = syndicate.clone();
        short.forget(period.0);
        prop_assert_eq!(short.divide(&parts), Some((fee, shares.into_iter().filter(|(account, _)| short.member(*account).is_some()).collect())));
        let whole: u32 = short.members.iter().map(|it| it.ppb).sum();
        prop_assert_eq!(whole, WHOLE_PPB);
    }
}
