//! A loan read over the wire and made ready to be told: commands and stories use it.

use sycee_api::{Client, NodeFault, Problem, client::answer, client::required, wire};
use sycee_contracts::{
    BusinessCalendar,
    loan::{Loan, LoanCalendar, LoanDays},
};
use sycee_primitives::{AssetId, Balance, BusinessDate};

use crate::chain_view::grouped;

/// Calendars that are asked for at a time: a network has one an asset.
const CALENDARS_PER_PAGE: u32 = 100;

/// A loan as it stands, with what is needed to tell of it.
#[derive(Clone, Debug)]
pub(crate) struct LoanView {
    /// The row.
    pub(crate) loan: Loan,
    /// The calendar of the asset whose days it follows, where there is one.
    pub(crate) calendar: Option<BusinessCalendar>,
    /// Decimals of its asset.
    pub(crate) scale: u8,
    /// The business date of the node.
    pub(crate) today: BusinessDate,
    /// Height at which it stood so.
    pub(crate) height: u64,
}

/// Reads a loan.
///
/// # Errors
/// What the node says, also when there is no such loan.
pub(crate) async fn fetch_loan(client: &mut Client, id: u64) -> Result<LoanView, Problem> {
    let request = wire::GetObjectRequest {
        table: "loans".to_owned(),
        id,
        with_proof: false,
        wait_ms: 0,
    };
    let found = answer(client.calls().get_object(request).await)?;
    let object = required("object", found.object)?;
    let malformed = |what: String| Problem::of(NodeFault::ReplyMalformed, what);
    let loan: Loan =
        serde_json::from_str(&object.json).map_err(|error| malformed(format!("json: {error}")))?;
    let assets = client.assets().await?;
    let asset = assets.iter().find(|it| it.id == loan.asset.0);
    let scale = asset.and_then(|it| u8::try_from(it.scale).ok());
    let status = client.status().await?;
    let today = BusinessDate::parse(&status.business_date);
    let calendar = match loan.terms.calendar {
        LoanCalendar::None | LoanCalendar::Weekends => None,
        LoanCalendar::Asset(asset) => fetch_calendar(client, asset).await?,
    };
    Ok(LoanView {
        calendar,
        scale: scale.ok_or_else(|| malformed("the loan's asset is not listed".to_owned()))?,
        today: today.ok_or_else(|| malformed("the business date is none".to_owned()))?,
        height: found.as_of_height,
        loan,
    })
}

/// Reads the calendar of an asset; nothing when it has none.
async fn fetch_calendar(
    client: &mut Client,
    asset: AssetId,
) -> Result<Option<BusinessCalendar>, Problem> {
    let mut request = wire::ListObjectsRequest {
        table: "calendars".to_owned(),
        from_id: 0,
        limit: CALENDARS_PER_PAGE,
        participant: None,
    };
    loop {
        let page = answer(client.calls().list_objects(request.clone()).await)?;
        for object in &page.objects {
            let calendar: BusinessCalendar = serde_json::from_str(&object.json)
                .map_err(|error| Problem::of(NodeFault::ReplyMalformed, error.to_string()))?;
            if calendar.asset == asset {
                return Ok(Some(calendar));
            }
        }
        match page.next_id {
            Some(next) if next > request.from_id => request.from_id = next,
            Some(_) | None => return Ok(None),
        }
    }
}

impl LoanView {
    /// The days that it follows.
    pub(crate) fn days(&self) -> LoanDays<'_> {
        LoanDays::of(self.loan.terms.calendar, self.calendar.as_ref())
    }

    /// Minor units with the asset's decimals.
    pub(crate) fn money(&self, minor: u128) -> String {
        Balance(i128::try_from(minor).unwrap_or(i128::MAX)).to_decimal(self.scale)
    }

    /// The schedule as a table, a line a due date, and their sum.
    pub(crate) fn schedule_lines(&self) -> Vec<String> {
        let head = ["due", "principal", "interest", "left", ""];
        let mut lines = vec![line(&head.map(str::to_owned))];
        let mut sums = (0_u128, 0_u128);
        for row in self.loan.schedule(&self.days(), self.today) {
            let stands = match (row.has_fallen_due, row.due < self.today) {
                (true, true) => "overdue",
                (true, false) => "due",
                (false, _) => "",
            };
            lines.push(line(&[
                row.due.to_string(),
                grouped(&self.money(row.principal)),
                grouped(&self.money(row.interest)),
                grouped(&self.money(row.left)),
                stands.to_owned(),
            ]));
            sums.0 = sums.0.saturating_add(row.principal);
            sums.1 = sums.1.saturating_add(row.interest);
        }
        let nothing = String::new;
        lines.push(line(&[
            "total".to_owned(),
            grouped(&self.money(sums.0)),
            grouped(&self.money(sums.1)),
            nothing(),
            nothing(),
        ]));
        lines
    }
}

fn line([due, principal, interest, left, stands]: &[String; 5]) -> String {
    let line = format!("{due:10}  {principal:>18}  {interest:>18}  {left:>18}  {stands}");
    line.trim_end().to_owned()
}
