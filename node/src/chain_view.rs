//! A receivable read over the wire and made ready to be drawn: commands and stories use it.

use sycee_api::{Client, Problem, client::answer, client::required, convert::parse, wire};
use sycee_primitives::Balance;

use crate::tree::{Leaf, Tree};

/// A receivable with its portions; with none of them beyond `limit` when that is not 0.
///
/// # Errors
/// What the node says.
pub(crate) async fn fetch(
    client: &mut Client,
    id: u64,
    limit: u32,
) -> Result<(wire::Receivable, Vec<wire::ReceivablePortion>), Problem> {
    let (mut from_portion, mut portions) = (0, Vec::new());
    loop {
        let request = wire::GetReceivableRequest {
            id,
            from_portion,
            limit,
        };
        let page = answer(client.calls().get_receivable(request).await)?;
        portions.extend(page.portions);
        match page.next_portion {
            Some(next) if next > from_portion && limit == 0 => from_portion = next,
            Some(_) | None => return Ok((required("receivable", page.receivable)?, portions)),
        }
    }
}

/// The picture of a receivable, with the names of who holds what.
///
/// # Errors
/// What the node says.
pub(crate) async fn tree_of(
    client: &mut Client,
    receivable: &wire::Receivable,
    portions: &[wire::ReceivablePortion],
) -> Result<Tree, Problem> {
    let participants = client.participants().await?;
    let name = |id: u32| {
        let found = participants.iter().find(|it| it.id == id);
        found.map_or_else(|| format!("participant {id}"), |it| it.name.clone())
    };
    let scale = u8::try_from(receivable.scale).unwrap_or(0);
    let money = |minor: &str| decimal(minor, scale).map(|text| grouped(&text));
    let mut leaves = Vec::new();
    for portion in portions {
        let pledge = portion.pledgee.map(name);
        let endorsed = portion.endorsers.len();
        let mut notes = Vec::new();
        if portion.state == "live" && portion.claim_minor != portion.amount_minor {
            notes.push(format!("{} still claimed", money(&portion.claim_minor)?));
        }
        if let Some(pledgee) = pledge {
            notes.push(format!(
                "{} pledged to {pledgee}",
                money(&portion.secured_minor)?
            ));
        }
        if let Some(holdback) = &portion.holdback_minor {
            notes.push(format!("factored, {} held back", money(holdback)?));
        }
        if endorsed > 0 {
            notes.push(format!("{endorsed} endorsed"));
        }
        leaves.push(Leaf {
            id: portion.id,
            parent: portion.parent,
            holder: name(portion.holder),
            amount: money(&portion.amount_minor)?,
            state: portion.state.clone(),
            note: notes.join(", "),
        });
    }
    let dispute = if receivable.disputed {
        ", disputed"
    } else {
        ""
    };
    Ok(Tree {
        title: format!(
            "receivable {}: {} owes {} {}, {}{dispute}, due {}, {} open",
            receivable.id,
            name(receivable.debtor),
            money(&receivable.face_minor)?,
            receivable.currency,
            receivable.state,
            receivable.due,
            money(&receivable.outstanding_minor)?,
        ),
        leaves,
    })
}

/// Minor units as a decimal.
///
/// # Errors
/// The [`Problem`] of a text that is no number.
pub(crate) fn decimal(minor: &str, scale: u8) -> Result<String, Problem> {
    let Balance(minor) = parse::balance("minor", minor)?;
    Ok(Balance(minor).to_decimal(scale))
}

/// Rates are stated per 10^12: hundredths with ten decimals.
pub(crate) const RATE_SCALE: u8 = 10;

/// Parts of one hundredth, of which 10^`scale` make it, as per cent without zeros at the end.
pub(crate) fn percent(parts: &str, scale: u8) -> Result<String, Problem> {
    let decimal = decimal(parts, scale)?;
    let short = decimal.trim_end_matches('0').trim_end_matches('.');
    Ok(format!("{short} %"))
}

/// A decimal with a comma between thousands, as people read it; scripts get it without.
pub(crate) fn grouped(decimal: &str) -> String {
    let (whole, rest) = decimal
        .find('.')
        .map_or((decimal, ""), |at| decimal.split_at(at));
    let mut out = String::new();
    for (place, letter) in whole.chars().enumerate() {
        let left = whole.len() - place;
        if place > 0 && left.is_multiple_of(3) {
            out.push(',');
        }
        out.push(letter);
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_are_told_apart() {
        let rows = [
            ("0.00", "0.00"),
            ("999", "999"),
            ("1000", "1,000"),
            ("1000000.00", "1,000,000.00"),
            ("123456.789", "123,456.789"),
        ];
        for (plain, read) in rows {
            assert_eq!(grouped(plain), read);
        }
    }
}
