//! What flags of instructions consist of: accounts by name, amounts, codes, references.

use std::str::FromStr;

use sycee_api::{Client, NodeFault, Problem, client::required, convert::parse, wire};
use sycee_contracts::{BreakerScope, Purpose, SignatureBand};
use sycee_primitives::{AccountId, Amount, AssetId, BlockTime, ParticipantId, identifiers::Uetr};

pub(super) async fn account(client: &mut Client, name: &str) -> Result<wire::Account, Problem> {
    required("account", client.account(name, None).await?.account)
}

pub(super) fn scale(account: &wire::Account) -> u8 {
    u8::try_from(account.scale).unwrap_or(0)
}

pub(super) fn after(now: u64, seconds: u64) -> BlockTime {
    BlockTime(now.saturating_add(seconds.saturating_mul(1_000)))
}

pub(super) fn uetr(text: Option<&str>) -> Result<Uetr, Problem> {
    match text {
        Some(text) => parse::uetr("--uetr", text),
        None => Ok(Uetr::from_random(rand::random())),
    }
}

pub(in crate::cli) fn decimal(flag: &str, text: &str, scale: u8) -> Result<Amount, Problem> {
    Amount::parse_decimal(text, scale).map_err(|error| malformed(flag, text, &error))
}

pub(super) fn code(flag: &str, text: &str) -> Result<Purpose, Problem> {
    let code = text.as_bytes().try_into().ok().and_then(Purpose::new);
    code.ok_or_else(|| malformed(flag, text, &"four capital letters or digits are expected"))
}

pub(in crate::cli) fn number<T: FromStr>(flag: &str, text: &str) -> Result<T, Problem> {
    text.parse()
        .map_err(|_| malformed(flag, text, &"a number is expected"))
}

pub(super) fn band(text: &str) -> Result<SignatureBand, Problem> {
    let fields = text.split_once(':');
    let why = "FROM_MINOR:SIGNATURES is expected";
    let (from, signatures) = fields.ok_or_else(|| malformed("--band", text, &why))?;
    Ok(SignatureBand {
        from: number("--band", from)?,
        signatures: number("--band", signatures)?,
    })
}

pub(super) fn scope(text: &str) -> Result<BreakerScope, Problem> {
    match text.split_once(':') {
        None if text == "network" => Ok(BreakerScope::Network),
        Some(("product", id)) => Ok(BreakerScope::Product(number("SCOPE", id)?)),
        Some(("asset", id)) => Ok(BreakerScope::Asset(AssetId(number("SCOPE", id)?))),
        Some(("participant", id)) => Ok(BreakerScope::Participant(ParticipantId(number(
            "SCOPE", id,
        )?))),
        Some(("account", id)) => Ok(BreakerScope::Account(AccountId(number("SCOPE", id)?))),
        None | Some(_) => {
            let why = "network, product:N, asset:N, participant:N or account:N is expected";
            Err(malformed("SCOPE", text, &why))
        }
    }
}

pub(in crate::cli) fn malformed(flag: &str, text: &str, why: &dyn std::fmt::Display) -> Problem {
    Problem::of(NodeFault::FieldMalformed, format!("{flag} {text}: {why}"))
}
