//! The warehouse's act: salmon is stored, inspected, receipted and pledged; it gets too warm, is frozen in every sense, and leaves.
//!
//! ```text
//!   corp-5 registers ─▶ corp-6 inspects ─▶ corp-5 issues ─▶ corp-2 pledges to bank-b     bank-c is refused: one pledge at a time
//!   corp-6's sensor: ninety minutes too warm ─▶ release frozen, margin called in the same block ─▶ the operator decides ─▶ goods out
//! ```

use serde_json::Value;
use sycee_api::wire;
use sycee_contracts::goods::{
    ColdChain, InspectGoods, IssueReceipt, PartReleaseReceipt, PledgeReceipt, RegisterGoods,
    ReleaseGoods, ReleaseReceipt, ResolveGoods, SensorReport, SurrenderReceipt,
};
use sycee_contracts::registry::{Document, DocumentKind, NetworkKey};
use sycee_contracts::{Action, Attest, AttestationKind, Subject, SubjectText};
use sycee_primitives::{BlockTime, Currency, Hash, ParticipantId};

use super::{CNY, amount, cash, now};
use crate::local::network::LocalError;
use crate::local::scenario::{Foretold, Stage};

/// Crates in the lot.
const CRATES: u64 = 500;

/// What the bank lends on them: 100,000.00 of goods worth 200,000.00.
const LENT: u128 = 10_000_000;

/// How long a minute and a day are.
const MINUTE_MS: u64 = 60_000;
const DAY_MS: u64 = 86_400_000;

/// Warmer than the band allows, for longer than is borne.
const WARM_CENTI: i32 = -1_500;
const WARM_MINUTES: u32 = 90;

/// Plays it.
pub(super) async fn play(stage: &mut Stage<'_>) -> Result<(), LocalError> {
    stage.note("Meanwhile in the cold store of corp-5:");
    let lot = store(stage).await?;
    let receipt = pledge(stage, lot).await?;
    warm(stage, lot, receipt).await?;
    leave(stage, lot, receipt).await
}

fn wrong(error: &dyn std::fmt::Display) -> LocalError {
    LocalError::Check(error.to_string())
}

/// A row of a table, in its JSON form.
async fn row(stage: &mut Stage<'_>, table: &str, id: u64) -> Result<Value, LocalError> {
    let request = wire::GetObjectRequest {
        table: table.to_owned(),
        id,
        ..wire::GetObjectRequest::default()
    };
    let answered = stage.client(0).await?.calls().get_object(request).await;
    let object = sycee_api::client::answer(answered)?.object;
    let object = object.ok_or_else(|| wrong(&format!("{table} {id} is not there")))?;
    serde_json::from_str(&object.json).map_err(|error| wrong(&error))
}

/// Registered, inspected, receipted; answers the lot.
async fn store(stage: &mut Stage<'_>) -> Result<u64, LocalError> {
    let document = Document {
        issuer_tax_id: "91440000MA5EX0YY1X".to_owned(),
        kind: DocumentKind::WarehouseReceipt,
        number: "ICS-2027-0099".to_owned(),
        date: stage.date(),
        amount: amount(2 * LENT)?,
        currency: Currency::parse("CNY").ok_or_else(|| wrong(&"no such currency"))?,
    };
    let key = NetworkKey::public(&stage.network.genesis().chain_id());
    let register = Action::RegisterGoods(RegisterGoods {
        depositor: cash(stage, "corp-2")?.0,
        commodity: commodity()?,
        quantity: CRATES,
        document: document.mark(&key).map_err(|error| wrong(&error))?,
        decay_ppm: 0,
        cold_chain: Some(ColdChain {
            sensor: cash(stage, "corp-6")?.0,
            low_centi: -2_500,
            high_centi: -1_800,
            tolerance_minutes: 60,
        }),
    });
    let what = "registers 500 crates of salmon of corp-2, to be kept at -25 to -18 degrees";
    let stored = stage
        .expect("corp-5", what, register, Foretold::Recorded)
        .await?;
    let lot = stored.object()?;
    let inspect = Action::InspectGoods(InspectGoods {
        lot,
        quantity: CRATES,
        grade: 1,
        report: Hash::of(&[b"500 crates, first grade"]),
    });
    let what = "counts them: 500, first grade";
    stage
        .expect("corp-6", what, inspect, Foretold::Recorded)
        .await?;
    Ok(lot)
}

fn commodity() -> Result<SubjectText, LocalError> {
    SubjectText::new("SALMON").ok_or_else(|| wrong(&"salmon has no name"))
}

/// Issued and pledged, once; answers the receipt.
async fn pledge(stage: &mut Stage<'_>, lot: u64) -> Result<u64, LocalError> {
    let issue = Action::IssueReceipt(IssueReceipt { lot });
    let what = "issues the receipt: who holds it may have the goods";
    let issued = stage
        .expect("corp-5", what, issue, Foretold::Recorded)
        .await?;
    let receipt = issued.object()?;
    let price = Action::Attest(Attest {
        kind: AttestationKind::Price,
        subject: Subject::Named(commodity()?),
        value: 400,
        scale: 0,
        observed: now(stage, 0).await?,
        expires: now(stage, 30 * DAY_MS).await?,
        document: Hash::of(&[b"price list"]),
    });
    let what = "attests the price of a crate: 400.00";
    stage
        .expect("central-bank", what, price, Foretold::Recorded)
        .await?;
    let pricer = participant(stage, "central-bank")?;
    for (bank, foretold, what) in [
        (
            "bank-b",
            Foretold::Recorded,
            "pledges it to bank-b for 100,000.00",
        ),
        (
            "bank-c",
            Foretold::Refused("SY-01450"),
            "would pledge it to bank-c as well",
        ),
    ] {
        let pledge = Action::PledgeReceipt(PledgeReceipt {
            receipt,
            pledgee: cash(stage, bank)?.0,
            asset: CNY,
            secured: amount(LENT)?,
            pricer,
            haircut_ppm: 100_000,
            ltv_max_ppm: 800_000,
            cure_days: 2,
        });
        stage.expect("corp-2", what, pledge, foretold).await?;
    }
    Ok(receipt)
}

/// A participant by its name, whether it has money or not.
fn participant(stage: &Stage<'_>, who: &str) -> Result<ParticipantId, LocalError> {
    let facts = stage.network.genesis().facts();
    let place = facts.participants.iter().position(|it| it.id == who);
    let place = place.ok_or_else(|| wrong(&format!("nobody is called {who}")))?;
    let id = u32::try_from(place).unwrap_or(u32::MAX);
    Ok(ParticipantId(id))
}

/// The cold chain breaks: frozen and called in the block of the report.
async fn warm(stage: &mut Stage<'_>, lot: u64, receipt: u64) -> Result<(), LocalError> {
    stage.turn(1).await?;
    let until = now(stage, 0).await?;
    let report = Action::SensorReport(SensorReport {
        lot,
        centi: WARM_CENTI,
        until: BlockTime(until.0.saturating_sub(MINUTE_MS)),
        minutes: WARM_MINUTES,
    });
    let what = "reports -15 degrees for ninety minutes; sixty are borne";
    stage
        .expect("corp-6", what, report, Foretold::Recorded)
        .await?;
    let frozen = row(stage, "lots", lot).await?;
    let called = row(stage, "warehouse-receipts", receipt).await?;
    stage.check(
        "The goods are frozen, and bank-b has its margin call, in the block of that report.",
        frozen["breached"] == true && called["pledge"]["margin_call"].is_u64(),
    )?;
    let part = Action::PartReleaseReceipt(PartReleaseReceipt {
        receipt,
        quantity: 100,
    });
    let what = "would free 100 crates";
    stage
        .expect("bank-b", what, part, Foretold::Refused("SY-01452"))
        .await?;
    let decide = Action::ResolveGoods(ResolveGoods {
        lot,
        upheld: false,
        ground: Hash::of(&[b"core temperature below -18"]),
    });
    let what = "has the crates opened: they are sound, the freeze ends";
    stage
        .expect("central-bank", what, decide, Foretold::Recorded)
        .await?;
    let free = row(stage, "lots", lot).await?;
    let quiet = row(stage, "warehouse-receipts", receipt).await?;
    stage.check(
        "With the freeze the margin call is gone.",
        free["breached"] == false && quiet["pledge"]["margin_call"].is_null(),
    )
}

/// The bank is repaid, the holder asks, the warehouse hands out.
async fn leave(stage: &mut Stage<'_>, lot: u64, receipt: u64) -> Result<(), LocalError> {
    let release = Action::ReleaseReceipt(ReleaseReceipt { receipt });
    let surrender = Action::SurrenderReceipt(SurrenderReceipt { receipt });
    let out = Action::ReleaseGoods(ReleaseGoods { receipt });
    for (who, what, action) in [
        ("bank-b", "is repaid, and gives the receipt free", release),
        (
            "corp-2",
            "surrenders the receipt: it wants its salmon",
            surrender,
        ),
        (
            "corp-5",
            "hands the crates out; the receipt is retired",
            out,
        ),
    ] {
        stage.expect(who, what, action, Foretold::Recorded).await?;
    }
    let gone = row(stage, "lots", lot).await?;
    let retired = row(stage, "warehouse-receipts", receipt).await?;
    stage.check(
        "The lot is gone and its receipt retired: nothing can be pledged on it again.",
        gone["state"] == "gone" && retired["state"] == "retired",
    )
}
