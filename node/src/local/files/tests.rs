//! Every generated file, judged by the crate that judges everybody's files.

use std::collections::{BTreeMap, BTreeSet};

use sycee_genesis::{DevnetOptions, DevnetSecrets, Genesis, devnet};
use sycee_messages::{Judge, Judgement, Outcome, Participant, ParticipantStatus};

use super::*;

fn genesis() -> Genesis {
    let keys = DevnetSecrets::from_seed(&[7; 32]).public();
    devnet(&keys, &DevnetOptions::default()).unwrap()
}

fn judge(genesis: &Genesis, today: BusinessDate) -> Judge {
    let facts = genesis.facts();
    let scales: BTreeMap<_, _> = facts
        .assets
        .iter()
        .map(|asset| (asset.currency, asset.scale))
        .collect();
    let banks = facts.participants.iter().filter_map(|participant| {
        Some(Participant {
            bic: participant.bic?,
            lei: Some(participant.lei),
            name: participant.name.as_str().to_owned(),
            status: ParticipantStatus::Active,
        })
    });
    Judge::new(sycee_messages::Directory::new(today, scales, banks).unwrap())
}

fn day(seed: u64) -> Vec<(PaymentFile, Judgement)> {
    let today = BusinessDate::parse("2026-12-01").unwrap();
    let genesis = genesis();
    let mut judge = judge(&genesis, today);
    let directory = Directory::of(genesis.facts()).unwrap();
    let files = Generator::new(directory, today, seed).day();
    let judged = |file: PaymentFile| {
        let judgement = judge.judge(&file.name, file.text.as_bytes());
        (file, judgement)
    };
    files.into_iter().map(judged).collect()
}

#[test]
fn good_files_are_accepted_and_each_wrong_one_is_refused_with_its_code() {
    for seed in 0..20 {
        for (file, judgement) in day(seed) {
            let shown = format!(
                "seed {seed}, {}: {:?}\n{}",
                file.name, judgement.reason, file.text
            );
            match file.expected {
                Expected::FileRefused(code) => {
                    assert_eq!(judgement.outcome, Outcome::Rejected, "{shown}");
                    assert_eq!(judgement.code, Some(code), "{shown}");
                }
                Expected::Settled | Expected::AccountUnknown | Expected::LedgerRefused(_) => {
                    assert_eq!(judgement.outcome, Outcome::Accepted, "{shown}");
                    assert_eq!(judgement.transactions.len(), file.payments, "{shown}");
                }
            }
        }
    }
}

#[test]
fn a_day_is_large_enough_and_both_banks_send() {
    let files: Vec<PaymentFile> = day(1).into_iter().map(|(file, _)| file).collect();
    assert!(files.len() >= 20, "{} files", files.len());
    let good = files
        .iter()
        .filter(|file| file.expected == Expected::Settled);
    assert!(good.map(|file| file.payments).sum::<usize>() >= 200);
    for bank in 0..SENDING_BANKS {
        assert!(
            files
                .iter()
                .any(|file| file.bank == bank && file.expected != Expected::Settled)
        );
    }
    let names: BTreeSet<&str> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names.len(), files.len(), "names differ");
}

#[test]
fn good_payments_name_accounts_of_the_genesis_and_never_pay_themselves() {
    let genesis = genesis();
    let known: BTreeSet<&str> = genesis
        .facts()
        .accounts
        .iter()
        .map(|account| account.number.as_str())
        .collect();
    for (file, judgement) in day(2) {
        if file.expected != Expected::Settled {
            continue;
        }
        for order in &judgement.transactions {
            let debtor = order.debtor_account.as_deref().unwrap();
            let creditor = order.creditor_account.as_deref().unwrap();
            assert_ne!(debtor, creditor, "{}", file.name);
            assert!(
                known.contains(debtor) && known.contains(creditor),
                "{debtor} {creditor}"
            );
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_files_and_another_seed_others() {
    let texts = |seed| {
        day(seed)
            .into_iter()
            .map(|(file, _)| file.text)
            .collect::<Vec<_>>()
    };
    assert_eq!(texts(3), texts(3));
    assert!(
        texts(3)
            .iter()
            .zip(texts(4))
            .all(|(one, other)| *one != other)
    );
}
