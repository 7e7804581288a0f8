use std::collections::BTreeSet;

use sycee_contracts::read;
use sycee_primitives::{AccountId, AssetId, Balance, BlockTime, Height, ParticipantId};

use super::*;

/// The seed of the example's keys is public: they are examples, never to be used.
const EXAMPLE_SEED: [u8; 32] = *b"example keys, never use for real";

const EXAMPLE: &str = include_str!("../networks/devnet.toml");

const EXAMPLE_HEAD: &str = "\
# The devnet as a genesis document: 4 banks with validators, a regulator with an observer, a central bank, 6 corporates.
# EXAMPLE KEYS, NEVER USE: their secrets are published in genesis/src/tests.rs. Every organisation generates its own.
# Names and identifiers are fictitious and well formed. Amounts are decimals in quotes; times are milliseconds since 1970.

";

fn example() -> Genesis {
    let keys = DevnetSecrets::from_seed(&EXAMPLE_SEED).public();
    let options = DevnetOptions {
        time: BlockTime(1_796_083_200_000),
        ..DevnetOptions::default()
    };
    devnet(&keys, &options).unwrap()
}

#[test]
fn the_example_document_is_current() {
    let current = format!("{EXAMPLE_HEAD}{}", example().to_toml());
    assert!(
        EXAMPLE == current,
        "networks/devnet.toml is not current; it must be:\n{current}"
    );
}

#[test]
fn a_genesis_survives_its_document() {
    let genesis = example();
    let again = Genesis::parse(&genesis.to_toml()).unwrap();
    assert_eq!(again, genesis);
    assert_eq!(
        again.chain_id(),
        Genesis::parse(EXAMPLE).unwrap().chain_id()
    );
}

#[test]
fn every_fact_changes_the_chain_id_and_comments_do_not() {
    let chain_id = example().chain_id();
    assert_eq!(
        Genesis::parse(&format!("# note\n{EXAMPLE}"))
            .unwrap()
            .chain_id(),
        chain_id
    );
    let changes = [
        ("name = \"devnet\"", "name = \"othernet\""),
        ("time_ms = 1796083200000", "time_ms = 1796083200001"),
        ("drift_ms = 500", "drift_ms = 501"),
        ("127.0.0.1:7440", "127.0.0.1:7441"),
        ("Azure Harbour Bank", "Azure Harbor Bank"),
        ("opening = \"5000000.00\"", "opening = \"5000000.01\""),
        ("role = \"warehouse\"", "role = \"logistics\""),
    ];
    let mut ids = BTreeSet::from([chain_id]);
    for (from, to) in changes {
        assert!(EXAMPLE.contains(from), "{from}");
        let changed = Genesis::parse(&EXAMPLE.replacen(from, to, 1)).unwrap();
        assert!(ids.insert(changed.chain_id()), "{to}");
    }
}

#[test]
fn the_first_ledger_holds_what_the_document_says() {
    let genesis = example();
    let ledger = genesis.ledger().unwrap();
    assert_eq!(ledger.chain_id(), genesis.chain_id());
    assert_eq!(ledger.height(), Height(0));
    let numbers = read::numbers(&ledger);
    assert_eq!(
        (numbers.participants, numbers.assets, numbers.accounts),
        (12, 3, 33)
    );
    for asset in read::assets(&ledger) {
        let totals = read::totals(&ledger, asset.id).unwrap();
        let held: i128 = read::accounts(&ledger, AccountId(3), 30)
            .filter(|account| account.asset == asset.id)
            .map(|account| account.balance().0)
            .sum();
        assert_eq!(totals.outstanding, held);
        assert_eq!(totals.debits, totals.credits);
    }
    let corporate = read::account(&ledger, AccountId(15)).unwrap();
    assert_eq!(corporate.owner, ParticipantId(6));
    assert_eq!(
        (corporate.asset, corporate.balance()),
        (AssetId(0), Balance(500_000_000))
    );
    assert_eq!(genesis.validator_set().size(), 4);
    assert_eq!(genesis.ledger().unwrap().checkpoint(), ledger.checkpoint());
}

#[test]
fn extra_accounts_are_numbered_in_a_row() {
    let keys = DevnetSecrets::from_seed(&[3; 32]).public();
    let options = DevnetOptions {
        extra_accounts: 1_000,
        ..DevnetOptions::default()
    };
    let genesis = devnet(&keys, &options).unwrap();
    let ledger = genesis.ledger().unwrap();
    assert_eq!(read::numbers(&ledger).accounts, 1_033);
    let last = read::account(&ledger, AccountId(1_032)).unwrap();
    assert_eq!(last.number.as_str(), "BENCH-00000999");
    assert_eq!(last.number, genesis.facts().series[0].number(999).unwrap());
    assert_eq!(genesis.facts().series[0].number(1_000), None);
    assert_eq!(Genesis::parse(&genesis.to_toml()).unwrap(), genesis);
}

/// Replaces the first `from` by `to` and expects this fault at the line of the change.
fn check(from: &str, to: &str, fault: Fault) {
    assert!(EXAMPLE.contains(from), "{from}");
    let text = EXAMPLE.replacen(from, to, 1);
    let errors = Genesis::parse(&text).unwrap_err();
    let problem = errors.0.iter().find(|problem| problem.fault == fault);
    let problem =
        problem.unwrap_or_else(|| panic!("{from} -> {to}: expected {fault:?}, got\n{errors}"));
    let shown = problem.to_string();
    assert!(shown.starts_with(&fault.code()), "{shown}");
    if !to.is_empty() && problem.fault != Fault::ValidatorCount && problem.fault != Fault::NoKeys {
        assert!(problem.line.is_some(), "{shown}");
    }
}

/// What is replaced by what, and the fault that must be told.
const FAULTS: &[(&str, &str, Fault)] = &[
    ("name = \"devnet\"", "name = devnet", Fault::Syntax),
    ("drift_ms = 500", "drift_ms = \"x\"", Fault::Syntax),
    ("drift_ms = 500", "drift_ns = 500", Fault::UnknownField),
    ("name = \"devnet\"", "name = \"dev net\"", Fault::BadText),
    ("name = \"devnet\"", "name = \"\"", Fault::BadText),
    (
        "name = \"validator-1\"",
        "name = \"validator-0\"",
        Fault::DuplicateName,
    ),
    ("id = \"corp-2\"", "id = \"corp-1\"", Fault::DuplicateName),
    (
        "currency = \"EUR\"\nscale",
        "currency = \"CNY\"\nscale",
        Fault::UnknownAsset,
    ),
    (
        "lei = \"9845SYCEE000000000",
        "lei = \"9845SYCEE000000001",
        Fault::BadLei,
    ),
    ("bic = \"AZHBCNB0\"", "bic = \"AZHB1NB0\"", Fault::BadBic),
    ("number = \"DE", "number = \"DE0", Fault::BadNumber),
    (
        "number = \"SETTLEMENT-1-CNY\"",
        "number = \"settlement\"",
        Fault::BadNumber,
    ),
    (
        "currency = \"USD\"",
        "currency = \"XXX\"",
        Fault::UnknownAsset,
    ),
    (
        "currency = \"USD\"",
        "currency = \"usd\"",
        Fault::BadCurrency,
    ),
    ("scale = 2", "scale = 3", Fault::WrongScale),
    (
        "opening = \"5000000.00\"",
        "opening = \"5000000.001\"",
        Fault::BadAmount,
    ),
    (
        "opening = \"5000000.00\"",
        "opening = \"-1\"",
        Fault::BadAmount,
    ),
    (
        "owner = \"bank-a\"",
        "owner = \"bank-z\"",
        Fault::UnknownParticipant,
    ),
    (
        "sponsor = \"bank-a\"",
        "sponsor = \"bank-z\"",
        Fault::UnknownParticipant,
    ),
    (
        "kind = \"current\"",
        "kind = \"savings\"",
        Fault::UnknownWord,
    ),
    (
        "role = \"supplier\"",
        "role = \"seller\"",
        Fault::UnknownWord,
    ),
    ("127.0.0.1:7400", "127.0.0.1", Fault::BadAddress),
    ("127.0.0.1:7400", "127.0.0.1:0", Fault::BadAddress),
    ("127.0.0.1:7400", "127.0.0.1:70000", Fault::BadAddress),
    ("127.0.0.1:7410", "127.0.0.1:7400", Fault::DuplicateAddress),
    ("drift_ms = 500", "drift_ms = 0", Fault::ParameterRange),
    (
        "utc_offset_minutes = 0",
        "utc_offset_minutes = 900",
        Fault::ParameterRange,
    ),
    ("bic = \"BMRBCNB0\"", "bic = \"AZHBCNB0XXX\"", Fault::Rule),
    ("kind = \"current\"", "kind = \"settlement\"", Fault::Rule),
    ("sponsor = \"bank-a\"", "sponsor = \"corp-1\"", Fault::Rule),
    ("role = \"regulator\"", "role = \"supplier\"", Fault::Rule),
    (
        "number = \"SETTLEMENT-1-EUR\"",
        "number = \"SETTLEMENT-1-CNY\"",
        Fault::Rule,
    ),
    (
        "accounts_max = 16777216",
        "accounts_max = 5",
        Fault::TooLarge,
    ),
];

#[test]
fn every_kind_of_fault_is_named_with_its_line() {
    let secrets = DevnetSecrets::from_seed(&EXAMPLE_SEED);
    let keys = secrets.public();
    let consensus = keys.validators[0].consensus.to_string();
    let network = keys.validators[0].network.to_string();
    let bank = keys.banks[0].to_string();
    let central = keys.operator.to_string();
    let rows: [(&str, &str, Fault); 6] = [
        (&consensus, "abc", Fault::BadKey),
        (
            &central,
            "0000000000000000000000000000000000000000000000000000000000000000",
            Fault::BadKey,
        ),
        (
            &central,
            "0100000000000000000000000000000000000000000000000000000000000000",
            Fault::BadKey,
        ),
        (&central, &bank, Fault::DuplicateKey),
        (&network, &bank, Fault::DuplicateKey),
        (&network, &consensus, Fault::NetworkIsConsensusKey),
    ];
    for (from, to, fault) in rows.iter().chain(FAULTS) {
        check(from, to, *fault);
    }
}

#[test]
fn all_problems_are_told_at_once_and_unknown_fields_get_a_suggestion() {
    let text = EXAMPLE
        .replacen("bic = \"AZHBCNB0\"", "bic = \"A\"", 1)
        .replacen("owner = \"bank-b\"", "owner = \"bank-y\"", 1);
    let errors = Genesis::parse(&text).unwrap_err();
    assert_eq!(errors.0.len(), 2, "{errors}");
    let line = |part: &str| {
        text.lines()
            .position(|line| line.contains(part))
            .map(|line| line + 1)
    };
    assert_eq!(errors.0[0].line, line("bic = \"A\""));
    assert_eq!(errors.0[1].line, line("owner = \"bank-y\""));
    assert_eq!(errors.0[0].field, "participants[1].bic");

    let misspelt = EXAMPLE.replacen("drift_ms", "drift_msec", 1);
    let errors = Genesis::parse(&misspelt).unwrap_err();
    assert!(
        errors.to_string().contains("did you mean `drift_ms`?"),
        "{errors}"
    );
}

#[test]
fn validators_keys_and_names_are_required_of_facts_as_well() {
    let good = example().facts().clone();
    let refused = |change: fn(&mut Facts), fault: Fault| {
        let mut facts = good.clone();
        change(&mut facts);
        let errors = Genesis::new(facts).unwrap_err();
        assert!(
            errors.0.iter().any(|problem| problem.fault == fault),
            "{fault:?}: {errors}"
        );
    };
    refused(|facts| facts.validators.clear(), Fault::ValidatorCount);
    refused(
        |facts| {
            facts.parameters.trial_clock = true;
            facts.name = "main".to_owned();
        },
        Fault::TrialOnly,
    );
    refused(|facts| facts.participants[3].keys.clear(), Fault::NoKeys);
    refused(
        |facts| facts.validators[2].participant = ParticipantId(99),
        Fault::UnknownParticipant,
    );
    refused(
        |facts| facts.validators = vec![facts.validators[0].clone(); 129],
        Fault::ValidatorCount,
    );
    let series = |prefix: &str| {
        let fact = good.accounts[12].clone();
        Series {
            prefix: prefix.to_owned(),
            count: 3,
            owner: fact.owner,
            asset: fact.asset,
            kind: fact.kind,
            opening: fact.opening,
        }
    };
    for (prefix, fault) in [
        ("", Fault::BadNumber),
        ("a", Fault::BadNumber),
        ("SETTLEMENT", Fault::DuplicateName),
    ] {
        let mut facts = good.clone();
        facts.series = vec![series(prefix)];
        let errors = Genesis::new(facts).unwrap_err();
        assert!(
            errors.0.iter().any(|problem| problem.fault == fault),
            "{prefix}: {errors}"
        );
    }
    let mut facts = good.clone();
    facts.series = vec![series("X"), series("X")];
    assert!(Genesis::new(facts).is_err());
}

#[test]
fn documents_that_are_none_are_refused_without_panic() {
    for text in [
        "",
        "\u{0}",
        "[[validators]]",
        "name = 1",
        "a = [",
        "name = \"x\"\ntime_ms = -1",
    ] {
        let errors = Genesis::parse(text).unwrap_err();
        assert_eq!(errors.0.len(), 1, "{errors}");
        assert_eq!(
            errors.0[0].fault,
            if text.is_empty() {
                Fault::Syntax
            } else {
                errors.0[0].fault
            }
        );
    }
    let huge = "#".repeat((16 << 20) + 1);
    assert_eq!(
        Genesis::parse(&huge).unwrap_err().0[0].fault,
        Fault::TooLarge
    );
}

#[test]
fn fault_numbers_are_unique_ascending_and_in_the_range_of_genesis() {
    let numbers: Vec<u16> = Fault::ALL.iter().map(|fault| *fault as u16).collect();
    assert!(numbers.is_sorted_by(|left, right| left < right));
    assert!(
        numbers
            .iter()
            .all(|number| (30_000..40_000).contains(number))
    );
}
