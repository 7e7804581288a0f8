//! The command tree as scripts know it: what is there, that each has an example, and how arguments are understood.

use clap::{Command as Clap, CommandFactory};

use super::*;

/// Every command with its flags; a change here is a change for everybody's scripts.
const TREE: &str = "\
sycee account: --height ACCOUNT
sycee collateral calls: --participant
sycee collateral enforce: --dry-run --expires-in --item --key --timeout COLLATERAL
sycee collateral pledge: --cash --dry-run --expires-in --key --portion --receipt --timeout COLLATERAL
sycee collateral release: --dry-run --expires-in --item --key --timeout COLLATERAL
sycee collateral show: COLLATERAL
sycee evidence conflict: --genesis --out FOLDER
sycee evidence export: --out ID
sycee evidence list: --from --pending
sycee explain: --all CODE
sycee factoring agreement: AGREEMENT
sycee factoring chargeback: --account --amount-minor --dry-run --expires-in --key --timeout PORTFOLIO
sycee factoring end: --dry-run --expires-in --key --timeout AGREEMENT
sycee factoring offer: --account --advance-ppm --asset --basis --days-max --days-min --disclosed --dry-run --expires-in --fee-ppm --key --limit-minor --open-for --rate-ppm --recourse --seller --timeout
sycee factoring portfolio: PORTFOLIO
sycee factoring sell: --account --dry-run --expires-in --key --paid-min-minor --portion --timeout AGREEMENT
sycee file check: --business-date --directory FILE
sycee file submit: --dry-run --expires-in --key --out --timeout FILE
sycee genesis check: FILE
sycee genesis hash: FILE
sycee genesis show: FILE
sycee init: --folder --genesis --keys
sycee instruct affirm: --dry-run --expires-in --idempotency-key --key --timeout --uetr --wait
sycee instruct approve: --dry-run --expires-in --idempotency-key --key --refuse --timeout --wait ID
sycee instruct cancel: --dry-run --expires-in --idempotency-key --key --timeout --uetr --wait
sycee instruct close: --dry-run --expires-in --idempotency-key --key --timeout --wait ACCOUNT
sycee instruct freeze: --credits --debits --dry-run --expires-in --idempotency-key --key --reason --timeout --wait ACCOUNT
sycee instruct hold: --amount --dry-run --expires-in --for-seconds --from --idempotency-key --key --timeout --to --uetr --wait
sycee instruct issue: --amount --dry-run --expires-in --idempotency-key --key --reserve --timeout --to --wait
sycee instruct link: --dry-run --expires-in --for-seconds --idempotency-key --key --leg --timeout --uetr --wait
sycee instruct open: --currency --dry-run --expires-in --idempotency-key --key --kind --owner --timeout --wait NUMBER
sycee instruct policy: --band --dry-run --expires-in --idempotency-key --key --timeout --wait
sycee instruct post: --amount --currency-scale --dry-run --expires-in --idempotency-key --key --timeout --uetr --wait
sycee instruct redeem: --amount --dry-run --expires-in --from --idempotency-key --key --timeout --wait
sycee instruct register: --bic --dry-run --expires-in --idempotency-key --key --lei --name --public-key --role --sponsor --timeout --wait
sycee instruct resume: --dry-run --expires-in --idempotency-key --key --limit-minor --timeout --wait SCOPE
sycee instruct return: --amount --dry-run --expires-in --from --idempotency-key --key --original --reason --reference --timeout --to --uetr --wait
sycee instruct rotate-key: --add --dry-run --expires-in --idempotency-key --key --participant --retire --timeout --wait
sycee instruct rule: --ceiling-minor --dry-run --expires-in --floor-minor --idempotency-key --key --timeout --wait ACCOUNT
sycee instruct send: --dry-run --expires-in --idempotency-key --key --timeout --wait FILE
sycee instruct status: --dry-run --expires-in --idempotency-key --key --reason --timeout --wait PARTICIPANT STATUS
sycee instruct template: VERB
sycee instruct trip: --dry-run --expires-in --idempotency-key --key --reason --timeout --wait SCOPE
sycee instruct verbs: 
sycee instruct void: --dry-run --expires-in --idempotency-key --key --timeout --uetr --wait
sycee keys new: --purpose FILE
sycee keys rotate: FOLDER
sycee keys show: --purpose FILE
sycee line agree: --dry-run --expires-in --key --revision --timeout LINE
sycee line list: --limit --participant
sycee line pay-fee: --dry-run --expires-in --key --timeout LINE
sycee line show: LINE
sycee loan call-surety: --dry-run --expires-in --key --timeout SURETY
sycee loan check: --case FILE
sycee loan draw: --amount --dry-run --expires-in --key --timeout ID
sycee loan project: --case FILE
sycee loan repay-surety: --amount --dry-run --expires-in --key --surety --timeout ID
sycee loan repay: --amount --dry-run --expires-in --key --prepay --surplus-to --timeout ID
sycee loan return-suspense: --dry-run --expires-in --key --timeout ID
sycee loan schedule: ID
sycee loan show: ID
sycee member list: 
sycee member preview join: NODE
sycee member preview leave: NODE
sycee member preview rotate: NODE
sycee member propose join: --dry-run --expires-in --key --new-key --open-for --time-lock --timeout NODE
sycee member propose leave: --dry-run --expires-in --key --open-for --time-lock --timeout NODE
sycee member propose rotate: --dry-run --expires-in --key --new-key --open-for --time-lock --timeout NODE
sycee member vote: --dry-run --expires-in --key --seat --take-back --timeout PROPOSAL
sycee member withdraw: --dry-run --expires-in --key --timeout PROPOSAL
sycee object list: --from --limit --participant TABLE
sycee object show: --out --wait ID TABLE
sycee object tables: 
sycee pay: --amount --bypass --currency --dry-run --expires-in --from --idempotency-key --key --priority --purpose --queue-until --reference --save --timeout --to --uetr --wait
sycee queue explain: --key UETR
sycee queue show: --account --limit --skip
sycee queue simulate: --banks --bypass --cycle-minutes --kind --levels --payments --scarce --seed --svg
sycee queue solve: FILE
sycee receivable accept: --account --dry-run --expires-in --key --timeout RECEIVABLE
sycee receivable cancel: --dry-run --expires-in --key --timeout RECEIVABLE
sycee receivable dispute: --dry-run --expires-in --key --reason --timeout RECEIVABLE
sycee receivable finance: --dry-run --expires-in --key --offer --price-min-minor --timeout PORTION
sycee receivable honour: --account --dry-run --expires-in --key --timeout PORTION
sycee receivable issue: --account --amount-minor --asset --contract --debtor --document --dry-run --due --expires-in --ground --key --timeout
sycee receivable offer: --account --asset --basis --days-max --days-min --debtor --dry-run --expires-in --fee-minor --key --limit-minor --open-for --rate-ppm --recourse --timeout
sycee receivable pay: --account --amount-minor --dry-run --expires-in --key --timeout RECEIVABLE
sycee receivable pledge: --account --dry-run --expires-in --key --secured-minor --timeout --to PORTION
sycee receivable reject: --dry-run --expires-in --key --timeout RECEIVABLE
sycee receivable release: --dry-run --expires-in --key --timeout PORTION
sycee receivable show: ID
sycee receivable split: --dry-run --expires-in --key --part-minor --timeout PORTION
sycee receivable transfer: --account --dry-run --expires-in --key --recourse --timeout --to PORTION
sycee receivable tree: --svg ID
sycee receivable unoffer: --dry-run --expires-in --key --timeout OFFER
sycee receivable withdraw: --dry-run --expires-in --key --timeout RECEIVABLE
sycee recover: --folder
sycee registry fingerprint: --amount --currency --date --document --genesis --issuer --kind --network-key --number
sycee registry prove: --genesis --network-key --out --wait FINGERPRINT|DOCUMENT
sycee registry register: --amount-minor --asset --detail-part --dry-run --expires-in --key --number-part --timeout --total-minor
sycee registry release: --amount-minor --dry-run --expires-in --key --timeout FINGERPRINT
sycee start: --folder --grpc --listen --operations --port-base --retain --snapshot-interval --solver-key --stop-with-parent --transport
sycee status: --roots
sycee trade credit: ID
sycee trade demand: ID
sycee trade escrow: ID
sycee trade guarantee: ID
sycee trade presentation: ID
sycee tx get: --uetr --wait ID
sycee tx prove: --out --wait ID
sycee tx submit: --timeout --wait FILE
sycee verify conflict: --genesis --receipt FILE
sycee verify evidence: --genesis --receipt FILE
sycee verify object: --genesis FILE
sycee verify proof: --fingerprint --genesis FILE
sycee verify receipt: --genesis --transaction FILE
sycee warehouse hand-out: --dry-run --expires-in --key --timeout RECEIPT
sycee warehouse inspect: --dry-run --expires-in --grade --key --quantity --report --timeout LOT
sycee warehouse issue: --dry-run --expires-in --key --timeout LOT
sycee warehouse lot: LOT
sycee warehouse pledge: --asset --cure-days --dry-run --expires-in --haircut-ppm --key --ltv-max-ppm --pricer --secured-minor --timeout --to RECEIPT
sycee warehouse receipt: RECEIPT
sycee warehouse register: --cold-chain --commodity --decay-ppm --depositor --detail-part --dry-run --expires-in --key --number-part --quantity --timeout
sycee warehouse release: --dry-run --expires-in --key --timeout RECEIPT
sycee warehouse report: --centi --dry-run --expires-in --key --minutes --timeout --until LOT
sycee warehouse surrender: --dry-run --expires-in --key --timeout RECEIPT
sycee warehouse transfer: --dry-run --expires-in --key --timeout --to RECEIPT
sycee: --expect-chain --json --node
";

/// Commands for trying things out, which other pages own and test.
const ELSEWHERE: [&str; 3] = ["dev", "demo", "bench"];

fn tree(command: &Clap, path: &str, lines: &mut Vec<String>) {
    let name = format!("{path}{}", command.get_name());
    let subcommands: Vec<&Clap> = command
        .get_subcommands()
        .filter(|it| it.get_name() != "help" && !ELSEWHERE.contains(&it.get_name()))
        .collect();
    if subcommands.is_empty() || path.is_empty() {
        let arguments = command.get_arguments().filter(|it| {
            let id = it.get_id().as_str();
            id != "help" && id != "version" && (path.is_empty() || !it.is_global_set())
        });
        let mut words: Vec<String> = arguments
            .map(|it| match it.get_long() {
                Some(long) => format!("--{long}"),
                None => it
                    .get_value_names()
                    .map(|names| names[0].to_string())
                    .unwrap_or_default(),
            })
            .collect();
        words.sort();
        lines.push(format!("{name}: {}", words.join(" ")));
    }
    if subcommands.is_empty() {
        let help = command
            .get_after_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        assert!(help.contains("Example:\n  sycee "), "{name} has no example");
    }
    for subcommand in subcommands {
        tree(subcommand, &format!("{name} "), lines);
    }
}

#[test]
fn the_command_tree_is_the_documented_one() {
    let mut lines = Vec::new();
    tree(&Cli::command(), "", &mut lines);
    lines.sort();
    assert_eq!(lines.join("\n") + "\n", TREE);
    Cli::command().debug_assert();
}

#[test]
fn mistakes_in_the_call_are_usage_errors() {
    for words in [
        &["sycee"][..],
        &["sycee", "nothing"],
        &["sycee", "pay", "--from", "1"],
        &["sycee", "tx", "get"],
        &["sycee", "tx", "get", "00", "--uetr", "x"],
        &["sycee", "file", "check"],
        &["sycee", "start", "--folder", "f", "--grpc", "nowhere"],
        &["sycee", "keys", "new", "--purpose", "everything", "f"],
        &["sycee", "explain"],
    ] {
        let error = Cli::try_parse_from(words).map(|_| ()).unwrap_err();
        assert_eq!(error.exit_code(), i32::from(exit::USAGE), "{words:?}");
    }
}

#[test]
fn global_flags_stand_before_or_behind_the_command() {
    let cli =
        Cli::try_parse_from(["sycee", "account", "7", "--json", "--node", "127.0.0.1:1"]).unwrap();
    assert!(cli.global.json);
    assert_eq!(cli.global.node, "127.0.0.1:1");
    assert!(
        Cli::try_parse_from(["sycee", "--json", "status"])
            .unwrap()
            .global
            .json
    );
}
