//! `sycee object`: rows of any table, as they stand, or with a proof for `sycee verify object`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use sycee_api::{Client, NodeFault, Problem, client::answer, client::required, wire};

use super::output::{Output, write_new};
use super::{Global, Outcome};

/// Rows that `list` shows when it is not told how many.
const ROWS_DEFAULT: u32 = 20;

/// Rows asked for at a time.
const PAGE_ROWS: u32 = 1_000;

/// `sycee object ...`
#[derive(Subcommand, Debug)]
pub(super) enum Object {
    /// All tables with the number of their rows.
    #[command(after_help = "Example:\n  sycee object tables")]
    Tables,
    /// Rows of a table, ascending by id.
    #[command(
        after_help = "Example:\n  sycee object list holds --participant 1\n  sycee object list loans --from 100 --limit 50 --json"
    )]
    List(List),
    /// One row; with --out also the proof of how it stood at the last checkpoint.
    #[command(
        after_help = "Example:\n  sycee object show loans 7\n  sycee object show loans 7 --out loan.object\n  sycee verify object loan.object --genesis genesis.toml"
    )]
    Show(Show),
}

/// Flags of `sycee object list`.
#[derive(Args, Debug)]
pub(super) struct List {
    /// Name of the table.
    #[arg(value_name = "TABLE")]
    table: String,
    /// First id.
    #[arg(long, default_value_t = 0, value_name = "ID")]
    from: u64,
    /// At most so many rows, up to 1,000.
    #[arg(long, default_value_t = ROWS_DEFAULT, value_name = "ROWS")]
    limit: u32,
    /// Only rows that name this participant.
    #[arg(long, value_name = "ID")]
    participant: Option<u32>,
}

/// Flags of `sycee object show`.
#[derive(Args, Debug)]
pub(super) struct Show {
    /// Name of the table.
    #[arg(value_name = "TABLE")]
    table: String,
    /// The row.
    #[arg(value_name = "ID")]
    id: u64,
    /// Write a proof of it to this new file.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Seconds to wait for the proof's checkpoint and certificate; an idle network makes one block a minute.
    #[arg(long, default_value_t = 90, value_name = "SECONDS")]
    wait: u32,
}

impl Object {
    pub(super) async fn run(self, global: &Global, output: Output) -> Outcome {
        match self {
            Object::Tables => tables(global, output).await,
            Object::List(list) => list.run(global, output).await,
            Object::Show(show) => show.run(global, output).await,
        }
    }
}

async fn tables(global: &Global, output: Output) -> Outcome {
    let mut client = global.connect().await?;
    let found = answer(client.calls().list_tables(wire::ListTablesRequest {}).await)?;
    let row = |it: &wire::Table| json!({"table": it.name, "number": it.number, "rows": it.rows, "says": it.says});
    let rows: Vec<Value> = found.tables.iter().map(row).collect();
    output.print(
        &json!({"tables": rows, "as_of_height": found.as_of_height}),
        || {
            let line = |it: &wire::Table| format!("{:18} {:>8}  {}", it.name, it.rows, it.says);
            found.tables.iter().map(line).collect()
        },
    );
    Ok(())
}

impl List {
    async fn run(self, global: &Global, output: Output) -> Outcome {
        let mut client = global.connect().await?;
        let wanted = wire::ListObjectsRequest {
            table: self.table.clone(),
            from_id: self.from,
            limit: self.limit.max(1),
            participant: self.participant,
        };
        let (rows, next, height) = collect(&mut client, wanted).await?;
        let told = |(id, object): &(u64, Value)| json!({"id": id, "object": object});
        let value = json!({
            "table": self.table,
            "objects": rows.iter().map(told).collect::<Vec<_>>(),
            "next_id": next,
            "as_of_height": height,
        });
        output.print(&value, || {
            let mut lines: Vec<String> = rows
                .iter()
                .map(|(id, object)| format!("{id:>8}  {object}"))
                .collect();
            lines.push(match next {
                Some(next) => format!("more from id {next} on (as of height {height})"),
                None => format!("{} rows (as of height {height})", rows.len()),
            });
            lines
        });
        Ok(())
    }
}

impl Show {
    async fn run(self, global: &Global, output: Output) -> Outcome {
        let mut client = global.connect().await?;
        let wait_ms = self.wait.saturating_mul(1_000);
        let mut request = tonic::Request::new(wire::GetObjectRequest {
            table: self.table.clone(),
            id: self.id,
            with_proof: self.out.is_some(),
            wait_ms,
        });
        let margin = std::time::Duration::from_secs(5);
        request.set_timeout(std::time::Duration::from_millis(u64::from(wait_ms)) + margin);
        let found = answer(client.calls().get_object(request).await)?;
        let object = required("object", found.object)?;
        let mut value = parsed(&object)?;
        let extra = json!({
            "table": object.table, "id": object.id, "as_of_height": found.as_of_height,
        });
        if output.json {
            value = json!({"object": value});
        }
        if let (Some(value), Value::Object(extra)) = (value.as_object_mut(), extra) {
            for (name, told) in extra {
                value.entry(name).or_insert(told);
            }
        }
        if let Some(path) = self.out {
            write_new(&path, &found.proof)?;
            if let Some(value) = value.as_object_mut() {
                value.insert("file".to_owned(), json!(path.display().to_string()));
                value.insert("bytes".to_owned(), json!(found.proof.len()));
            }
        }
        output.object(&value);
        Ok(())
    }
}

/// Rows by id, the id to go on from, and the height at which they stood so.
type Rows = (Vec<(u64, Value)>, Option<u64>, u64);

/// So many rows, over as many calls as it takes: a page may hold few rows of a participant, or none, and still not be the last.
async fn collect(client: &mut Client, wanted: wire::ListObjectsRequest) -> Result<Rows, Problem> {
    let limit = wanted.limit;
    let mut request = wire::ListObjectsRequest {
        limit: limit.min(PAGE_ROWS),
        ..wanted
    };
    let mut rows = Vec::new();
    loop {
        let page = answer(client.calls().list_objects(request.clone()).await)?;
        for object in &page.objects {
            rows.push((object.id, parsed(object)?));
        }
        let left = limit.saturating_sub(count(rows.len()));
        match page.next_id {
            Some(next) if left > 0 && next > request.from_id => {
                request.from_id = next;
                request.limit = left.min(PAGE_ROWS);
            }
            next => return Ok((rows, next, page.as_of_height)),
        }
    }
}

/// Rows of a table from the first on.
pub(super) async fn pages(
    client: &mut Client,
    table: &str,
    participant: Option<u32>,
    limit: u32,
) -> Result<Vec<(u64, Value)>, Problem> {
    let wanted = wire::ListObjectsRequest {
        table: table.to_owned(),
        from_id: 0,
        limit,
        participant,
    };
    Ok(collect(client, wanted).await?.0)
}

fn parsed(object: &wire::Object) -> Result<Value, Problem> {
    serde_json::from_str(&object.json)
        .map_err(|error| Problem::of(NodeFault::ReplyMalformed, format!("json: {error}")))
}

fn count(rows: usize) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}

/// Tells a row as it stands.
pub(super) async fn tell(client: &mut Client, table: &str, id: u64, output: Output) -> Outcome {
    let request = wire::GetObjectRequest {
        table: table.to_owned(),
        id,
        ..wire::GetObjectRequest::default()
    };
    let found = answer(client.calls().get_object(request).await)?;
    let object = required("object", found.object)?;
    let mut value: Value = serde_json::from_str(&object.json)
        .map_err(|error| Problem::of(NodeFault::ReplyMalformed, format!("json: {error}")))?;
    if let Some(value) = value.as_object_mut() {
        value.insert("id".to_owned(), json!(id));
        value.insert("as_of_height".to_owned(), json!(found.as_of_height));
    }
    output.object(&value);
    Ok(())
}
