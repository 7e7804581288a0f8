//! An invoice of a core enterprise travels down three tiers, is financed once and paid at maturity, after a dispute and a shortfall.
//!
//! ```text
//!   corp-1 (core) owes corp-2 ─split─▶ corp-4 ─split─▶ corp-6        bank-b and bank-c compete for corp-2's portion
//!   bank-d is shown the same invoice again: refused, and sees offline why    corp-1 disputes: diluted    due day: too little, waits, then shared
//!   corp-4 answers for corp-6's portion; corp-1 pays the rest, and everybody has what was promised
//!   meanwhile goods are stored with corp-5, pledged, too warm, frozen, called for and released (`storage`)
//! ```

use std::time::Duration;

use sycee_api::wire;
use sycee_contracts::receivable::{
    AcceptReceivable, DisputeReceivable, FinanceReceivable, HonourRecourse, IssueReceivable,
    OfferFinancing, PayReceivable, RATE_ONE, ResolveDispute, SetObligorLine, SplitReceivable,
    Terms, TransferReceivable, discount,
};
use sycee_contracts::registry::{
    Document, DocumentKind, DocumentMark, NetworkKey, RegisterFinancing,
};
use sycee_contracts::{Action, EndToEndId, Handling, Pay};
use sycee_primitives::{
    AccountId, Amount, AssetId, BlockTime, BusinessDate, Currency, Hash, ParticipantId,
    identifiers::Uetr,
};
use sycee_replica::RegistryExtract;
use tokio::time::Instant;

use super::{Foretold, POLL, Stage, money};
use crate::chain_view::{fetch, tree_of};
use crate::local::network::LocalError;

mod storage;

/// What the story is about: 1,000,000.00 CNY, due in ninety days.
const FACE: u128 = 100_000_000;
const TERM_DAYS: u32 = 90;

const CNY: AssetId = AssetId(0);

/// What the core enterprise has left on the due day.
const LEFT: u128 = 40_000_000;

/// What the dispute takes off.
const DILUTION: u128 = 10_000_000;

/// Who plays, with the names that the story tells.
const CAST: [(&str, &str); 5] = [
    ("corp-1", "core enterprise, owes the invoice"),
    ("corp-2", "tier 1, wrote the invoice"),
    ("corp-4", "tier 2"),
    ("corp-6", "tier 3, a carrier"),
    ("bank-c", "financing bank"),
];

/// How long an extract of the registry may take to be certified.
const EXTRACT_MAX: Duration = Duration::from_secs(30);

/// How long the observer may need to come up.
const OBSERVER_MAX: Duration = Duration::from_secs(30);

/// Plays it.
pub(super) async fn play(stage: &mut Stage<'_>) -> Result<(), LocalError> {
    stage.note("The cast, with what they have before:");
    let before = holdings(stage).await?;
    let mark = invoice(stage, "INV-2027-0001")?;
    let receivable = promise(stage, mark).await?;
    let (first, second, third) = travel(stage).await?;
    finance(stage, first).await?;
    refuse_second_financing(stage, mark).await?;
    draw(stage, receivable).await?;
    dispute(stage, receivable, second).await?;
    let short = mature(stage, receivable).await?;
    recourse(stage, receivable, third, short).await?;
    storage::play(stage).await?;
    observe(stage, receivable).await?;
    stage.note("The cast, with what they have now:");
    let after = holdings(stage).await?;
    let paid = i128::try_from(FACE - DILUTION).unwrap_or(0);
    let lent_and_left = i128::try_from(FACE + LEFT).unwrap_or(0);
    stage.check(
        &format!(
            "The core enterprise paid {} for its invoice, to the minor unit.",
            money(paid, 2)
        ),
        after[0] == lent_and_left - paid,
    )?;
    let change = |place: usize| after[place] - before[place];
    let others: i128 = (1..CAST.len()).map(change).sum();
    stage.check(
        "Exactly that reached the others: nothing was pooled, made or lost.",
        others == paid,
    )
}

/// The regulator's node, where one runs, has executed everything itself and sees the same.
async fn observe(stage: &mut Stage<'_>, receivable: u64) -> Result<(), LocalError> {
    let place = stage.network.validators().count();
    if stage.network.nodes().len() <= place {
        return Ok(());
    }
    let expected = fetch(stage.client(0).await?, receivable, 0).await?;
    let until = Instant::now() + OBSERVER_MAX;
    let mut found = fetch(stage.client(place).await?, receivable, 0).await?;
    while found != expected && Instant::now() < until {
        tokio::time::sleep(POLL).await;
        found = fetch(stage.client(place).await?, receivable, 0).await?;
    }
    stage.check(
        "The regulator's observer, which executed all of it, sees the same portions.",
        found == expected,
    )
}

fn amount(minor: u128) -> Result<Amount, LocalError> {
    Amount::from_minor(minor).map_err(|error| LocalError::Check(error.to_string()))
}

/// Id of a participant, and its CNY account with number and owner as the genesis has them.
pub(super) fn cash(
    stage: &Stage<'_>,
    who: &str,
) -> Result<(ParticipantId, AccountId, String), LocalError> {
    let facts = stage.network.genesis().facts();
    let missing = || LocalError::Check(format!("{who} has no account"));
    let place = facts.participants.iter().position(|it| it.id == who);
    let owner = ParticipantId(u32::try_from(place.ok_or_else(missing)?).unwrap_or(u32::MAX));
    let own = |it: &sycee_genesis::AccountFact| it.owner == owner && it.asset == CNY;
    let place = facts.accounts.iter().position(own).ok_or_else(missing)?;
    let number = facts.accounts[place].number.to_string();
    Ok((
        owner,
        AccountId((facts.assets.len() + place) as u64),
        number,
    ))
}

/// Tells and answers what everybody has, in the order of the cast.
async fn holdings(stage: &mut Stage<'_>) -> Result<Vec<i128>, LocalError> {
    let mut held = Vec::new();
    for (who, what) in CAST {
        let (_, _, number) = cash(stage, who)?;
        let balance = stage.balance(&number).await?;
        stage.note(&format!("  {who:8} {:>20} CNY  {what}", money(balance, 2)));
        held.push(balance);
    }
    Ok(held)
}

/// The mark of an invoice of tier 1, made where the invoice lies.
fn invoice(stage: &Stage<'_>, number: &str) -> Result<DocumentMark, LocalError> {
    let unlikely = || LocalError::Check("no such currency".to_owned());
    let document = Document {
        issuer_tax_id: "91310000MA1FL0XX0X".to_owned(),
        kind: DocumentKind::Invoice,
        number: number.to_owned(),
        date: stage.date(),
        amount: amount(FACE)?,
        currency: Currency::parse("CNY").ok_or_else(unlikely)?,
    };
    let key = NetworkKey::public(&stage.network.genesis().chain_id());
    document
        .mark(&key)
        .map_err(|error| LocalError::Check(error.to_string()))
}

/// Line, claim and acceptance; answers the receivable.
async fn promise(stage: &mut Stage<'_>, mark: DocumentMark) -> Result<u64, LocalError> {
    let (core, core_account, _) = cash(stage, "corp-1")?;
    let (_, account, _) = cash(stage, "corp-2")?;
    let line = Action::SetObligorLine(SetObligorLine {
        debtor: core,
        asset: CNY,
        cap: amount(2 * FACE)?,
    });
    let what = "lets its client corp-1 promise 2,000,000.00";
    stage
        .expect("bank-a", what, line, Foretold::Recorded)
        .await?;
    let claim = Action::IssueReceivable(IssueReceivable {
        debtor: core,
        asset: CNY,
        amount: amount(FACE)?,
        due: stage.day(TERM_DAYS),
        documents: vec![mark],
        contract: Hash::of(&[b"frame contract"]),
        account,
        long_term_ground: None,
    });
    let what = format!(
        "claims 1,000,000.00 of corp-1, due {}",
        stage.day(TERM_DAYS)
    );
    let claimed = stage
        .expect("corp-2", &what, claim, Foretold::Recorded)
        .await?;
    let receivable = claimed.object()?;
    let accept = Action::AcceptReceivable(AcceptReceivable {
        receivable,
        account: core_account,
    });
    let what = "accepts: from now on it owes, whatever comes";
    stage
        .expect("corp-1", what, accept, Foretold::Recorded)
        .await?;
    Ok(receivable)
}

async fn split(
    stage: &mut Stage<'_>,
    who: &str,
    portion: u64,
    parts: [u128; 2],
) -> Result<u64, LocalError> {
    let [kept, handed] = parts;
    let action = Action::SplitReceivable(SplitReceivable {
        portion,
        parts: vec![amount(kept)?, amount(handed)?],
    });
    let signed = |minor| money(i128::try_from(minor).unwrap_or(0), 2);
    let what = format!(
        "divides portion {portion} into {} and {}",
        signed(kept),
        signed(handed)
    );
    let divided = stage.expect(who, &what, action, Foretold::Recorded).await?;
    let parent = divided.object()?;
    let (_, portions) = fetch(stage.client(0).await?, 0, 0).await?;
    let first = portions.iter().find(|it| it.parent == Some(parent));
    first
        .map(|it| it.id)
        .ok_or_else(|| LocalError::Check(format!("portion {parent} has no parts")))
}

async fn hand_on(
    stage: &mut Stage<'_>,
    who: &str,
    to: &str,
    portion: u64,
    foretold: Foretold,
) -> Result<(), LocalError> {
    let (receiver, account, _) = cash(stage, to)?;
    let action = Action::TransferReceivable(TransferReceivable {
        portion,
        to: receiver,
        account,
        recourse: true,
    });
    let what = format!("pays {to} with portion {portion}, and answers for it");
    stage.expect(who, &what, action, foretold).await?;
    Ok(())
}

/// Down the tiers; answers the portions of tiers 1, 2 and 3.
async fn travel(stage: &mut Stage<'_>) -> Result<(u64, u64, u64), LocalError> {
    let first = split(stage, "corp-2", 0, [60_000_000, 40_000_000]).await?;
    hand_on(stage, "corp-2", "corp-4", first + 1, Foretold::Recorded).await?;
    let second = split(stage, "corp-4", first + 1, [25_000_000, 15_000_000]).await?;
    hand_on(stage, "corp-4", "corp-6", second + 1, Foretold::Recorded).await?;
    Ok((first, second, second + 1))
}

/// Two banks offer; the holder takes the cheaper one, money against portion.
async fn finance(stage: &mut Stage<'_>, portion: u64) -> Result<(), LocalError> {
    let mut offers = Vec::new();
    for (bank, rate, told) in [("bank-b", 42, "4.2 %"), ("bank-c", 36, "3.6 %")] {
        let (_, account, _) = cash(stage, bank)?;
        let offer = Action::OfferFinancing(OfferFinancing {
            account,
            debtor: cash(stage, "corp-1")?.0,
            asset: CNY,
            rate: rate * 1_000_000_000,
            basis: 360,
            fee: amount(5_000)?,
            days_min: 0,
            days_max: 180,
            recourse: false,
            limit: amount(FACE)?,
            expires: now(stage, 86_400_000).await?,
        });
        let what = format!("offers {told} a year and a fee of 50.00 on what corp-1 owes");
        let offered = stage.expect(bank, &what, offer, Foretold::Recorded).await?;
        offers.push(offered.object()?);
    }
    let terms = Terms {
        face: amount(60_000_000)?,
        rate: RATE_ONE / 1_000 * 36,
        days: TERM_DAYS,
        basis: 360,
        fee: amount(5_000)?,
    };
    let price = discount(&terms).map_err(|error| LocalError::Check(error.to_string()))?;
    let price = price.price;
    let (_, _, number) = cash(stage, "corp-2")?;
    let held = stage.balance(&number).await?;
    let take = Action::FinanceReceivable(FinanceReceivable {
        offer: offers[1],
        portion,
        price_min: price,
    });
    let what = format!("sells portion {portion} to bank-c, the cheaper of the two");
    stage
        .expect("corp-2", &what, take, Foretold::Recorded)
        .await?;
    let now = stage.balance(&number).await?;
    stage.check(
        &format!(
            "It has {} at once, in the same instruction.",
            money(price.signed(), 2)
        ),
        now - held == price.signed(),
    )
}

async fn now(stage: &mut Stage<'_>, plus_ms: u64) -> Result<BlockTime, LocalError> {
    let status = stage.client(0).await?.status().await?;
    Ok(BlockTime(status.now_ms.saturating_add(plus_ms)))
}

/// The same invoice is shown to another bank; it looks, is refused, and can show both offline.
async fn refuse_second_financing(
    stage: &mut Stage<'_>,
    mark: DocumentMark,
) -> Result<(), LocalError> {
    let again = Action::RegisterFinancing(RegisterFinancing {
        document: mark,
        asset: CNY,
        total: amount(FACE)?,
        amount: amount(60_000_000)?,
    });
    let what = "is shown the same invoice, and would finance 600,000.00 of it";
    stage
        .expect("bank-d", what, again, Foretold::Refused("SY-01402"))
        .await?;
    let set = stage.network.genesis().validator_set();
    let other = invoice(stage, "INV-2027-0002")?;
    for (mark, present) in [(mark, true), (other, false)] {
        let request = wire::GetRegistryExtractRequest {
            fingerprint: mark.fingerprint().0.to_hex(),
            wait_ms: u32::try_from(EXTRACT_MAX.as_millis()).unwrap_or(u32::MAX),
        };
        let client = stage.client(3).await?;
        let answered = client.calls().get_registry_extract(request).await;
        let bytes = sycee_api::client::answer(answered)?.extract;
        let shown = RegistryExtract::from_bytes(&bytes).and_then(|it| it.verify(&set));
        let shown = shown.map_err(|error| LocalError::Check(error.to_string()))?;
        let found = if present { "taken" } else { "free" };
        stage.check(
            &format!(
                "bank-d, with the genesis file alone: the {} invoice is {found} ({} bytes of proof).",
                if present { "first" } else { "second" },
                bytes.len()
            ),
            shown.document.is_some() == present && shown.fingerprint == mark.fingerprint(),
        )?;
    }
    Ok(())
}

/// Tells the tree and writes it as a picture.
async fn draw(stage: &mut Stage<'_>, receivable: u64) -> Result<(), LocalError> {
    let client = stage.client(0).await?;
    let (found, portions) = fetch(client, receivable, 0).await?;
    let tree = tree_of(client, &found, &portions).await?;
    for line in tree.lines() {
        stage.note(&line);
    }
    let path = stage.network.folder().join("supply-chain.svg");
    crate::local::network::write(&path, &tree.svg())?;
    stage.note(&format!("The picture: {}", path.display()));
    Ok(())
}

async fn open(stage: &mut Stage<'_>, receivable: u64) -> Result<(u128, String), LocalError> {
    let (found, _) = fetch(stage.client(0).await?, receivable, 1).await?;
    let outstanding = found.outstanding_minor.parse().unwrap_or(0);
    Ok((outstanding, found.state))
}

/// A delivery was short: nothing moves until the operator has decided.
async fn dispute(stage: &mut Stage<'_>, receivable: u64, portion: u64) -> Result<(), LocalError> {
    stage.turn(30).await?;
    let contest = Action::DisputeReceivable(DisputeReceivable {
        receivable,
        reason: Hash::of(&[b"short delivery"]),
    });
    let what = "disputes the invoice: a tenth was not delivered";
    stage
        .expect("corp-1", what, contest, Foretold::Recorded)
        .await?;
    let foretold = Foretold::Refused("SY-01328");
    hand_on(stage, "corp-4", "corp-6", portion, foretold).await?;
    let resolve = Action::ResolveDispute(ResolveDispute {
        receivable,
        dilution: amount(DILUTION)?,
    });
    let what = "finds for it: 100,000.00 less, in proportion";
    let who = "central-bank";
    stage.expect(who, what, resolve, Foretold::Recorded).await?;
    let (owed, _) = open(stage, receivable).await?;
    stage.check(
        "Every claim is a tenth smaller; 900,000.00 are owed.",
        owed == FACE - DILUTION,
    )
}

/// The debtor spends its money elsewhere; on the due day the holders share what is left. Answers what stays unpaid.
async fn mature(stage: &mut Stage<'_>, receivable: u64) -> Result<u128, LocalError> {
    let (_, debtor, number) = cash(stage, "corp-1")?;
    let (_, creditor, _) = cash(stage, "corp-3")?;
    let held = u128::try_from(stage.balance(&number).await?).unwrap_or(0);
    let today: BusinessDate = stage.date();
    let pay = Action::Pay(Pay {
        uetr: Uetr::from_random(rand::random()),
        end_to_end_id: EndToEndId::new("MACHINES")
            .map_err(|error| LocalError::Check(error.to_string()))?,
        debtor,
        creditor,
        asset: CNY,
        amount: amount(held - LEFT)?,
        value_date: today,
        purpose: None,
        payload_commitment: None,
        handling: Handling::default(),
    });
    let what = "spends all but 400,000.00 on machines of corp-3";
    stage.expect("corp-1", what, pay, Foretold::Settled).await?;
    stage.turn(TERM_DAYS - 30).await?;
    let (owed, state) = open(stage, receivable).await?;
    stage.check(
        &format!(
            "The due day: 400,000.00 are there, 900,000.00 are owed. It waits in the queue of corp-1's account; {state}."
        ),
        owed == FACE - DILUTION && state == "due",
    )?;
    stage.turn(1).await?;
    let (owed, state) = open(stage, receivable).await?;
    stage.check(
        &format!("The day is over: the ledger shares the 400,000.00 that are there; {state}."),
        owed == FACE - DILUTION - LEFT && state == "overdue",
    )?;
    draw(stage, receivable).await?;
    Ok(owed)
}

/// The endorser answers for tier 3; then the debtor pays the rest, to whoever holds the portions now.
async fn recourse(
    stage: &mut Stage<'_>,
    receivable: u64,
    portion: u64,
    short: u128,
) -> Result<(), LocalError> {
    let (_, account, _) = cash(stage, "corp-4")?;
    let honour = Action::HonourRecourse(HonourRecourse { portion, account });
    let what = format!("answers for portion {portion}: corp-6 is paid, and corp-4 takes its place");
    stage
        .expect("corp-4", &what, honour, Foretold::Recorded)
        .await?;
    let (_, core, _) = cash(stage, "corp-1")?;
    let (_, bank, _) = cash(stage, "bank-a")?;
    let lend = Action::Pay(Pay {
        uetr: Uetr::from_random(rand::random()),
        end_to_end_id: EndToEndId::new("BRIDGE")
            .map_err(|error| LocalError::Check(error.to_string()))?,
        debtor: bank,
        creditor: core,
        asset: CNY,
        amount: amount(FACE)?,
        value_date: stage.date(),
        purpose: None,
        payload_commitment: None,
        handling: Handling::default(),
    });
    let what = "lends corp-1 1,000,000.00";
    stage
        .expect("bank-a", what, lend, Foretold::Settled)
        .await?;
    let pay = Action::PayReceivable(PayReceivable {
        receivable,
        account: core,
        amount: amount(short)?,
    });
    let what = "pays the rest";
    stage
        .expect("corp-1", what, pay, Foretold::Recorded)
        .await?;
    let (owed, state) = open(stage, receivable).await?;
    stage.check("Nothing is owed any more.", owed == 0 && state == "paid")?;
    draw(stage, receivable).await
}
