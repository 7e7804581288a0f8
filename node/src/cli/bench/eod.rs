//! `sycee bench eod`: how long the end of a business day takes over a book of loans.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use sycee_api::{NodeFault, Problem};

use crate::bench::eod::{EodError, Report, book::Shape, measure};
use crate::cli::output::{Output, note};
use crate::cli::{Failed, Outcome};
use crate::exit;

/// Flags of `sycee bench eod`.
#[derive(Args, Debug)]
pub(super) struct Eod {
    /// Loans in the book.
    #[arg(long, default_value_t = 100_000, value_name = "N", value_parser = clap::value_parser!(u64).range(100..=8_000_000))]
    loans: u64,
    /// How many of a hundred fall due on the day.
    #[arg(long, default_value_t = 3, value_name = "PERCENT", value_parser = clap::value_parser!(u32).range(0..=100))]
    due: u32,
    /// How many of a hundred are late before.
    #[arg(long, default_value_t = 5, value_name = "PERCENT", value_parser = clap::value_parser!(u32).range(0..=100))]
    overdue: u32,
    /// Folder for the store; it is left there. Default: a temporary one, which is removed.
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

impl Eod {
    pub(super) fn run(self, output: Output) -> Outcome {
        let shape = Shape {
            loans: self.loans,
            due_percent: self.due,
            overdue_percent: self.overdue,
        };
        let temporary = std::env::temp_dir().join(format!("sycee-eod-{}", std::process::id()));
        let folder = self.folder.clone().unwrap_or_else(|| temporary.clone());
        std::fs::create_dir_all(&folder).map_err(|error| {
            let what = format!("{}: {error}", folder.display());
            Failed::from(Problem::of(NodeFault::FileUnwritable, what))
        })?;
        let measured = measure(&folder, &shape, note);
        if self.folder.is_none() {
            // What cannot be removed from the temporary folder is no reason to keep the figures back.
            let _left = std::fs::remove_dir_all(&temporary);
        }
        let report = measured.map_err(|error| failed(&error))?;
        output.print(&json!(report), || table(&report));
        Ok(())
    }
}

fn failed(error: &EodError) -> Failed {
    match error {
        EodError::Store(_) => Problem::of(NodeFault::FileUnwritable, error).into(),
        EodError::Restore(_) | EodError::Wrong(_) => Failed {
            lines: vec![error.to_string()],
            exit: exit::UNVERIFIED,
        },
    }
}

fn table(report: &Report) -> Vec<String> {
    let seconds = |ms: u64| format!("{}.{:03} s", ms / 1_000, ms % 1_000);
    let mib = |bytes: u64| format!("{} MiB", bytes >> 20);
    let block = report.block.unwrap_or_default();
    let on_processor = report.block_on_processor.map_or_else(
        || "not known here".to_owned(),
        |it| {
            format!(
                "p50 {} us, p99 {} us, longest {} us",
                it.p50_us, it.p99_us, it.max_us
            )
        },
    );
    vec![
        format!(
            "sycee {}, {} loans, {} due, {} late before, one engine, {} processors",
            report.version, report.loans, report.due, report.overdue, report.machine.processors
        ),
        format!("book made             {}", seconds(report.book_ms)),
        format!("book written          {}", seconds(report.book_written_ms)),
        format!(
            "end of day            {} (executed after {})",
            seconds(report.end_of_day_ms),
            seconds(report.executed_ms)
        ),
        format!(
            "blocks                {} of at most {} items; p50 {} us, p99 {} us, longest {} us",
            report.blocks, report.due_items_per_block, block.p50_us, block.p99_us, block.max_us
        ),
        format!("  on a processor      {on_processor}"),
        format!("restart               {}", seconds(report.restart_ms)),
        format!("memory at most        {}", mib(report.memory_peak_bytes)),
        format!("store                 {}", mib(report.stored_bytes)),
        format!("equal to day by day   {} loans", report.sampled),
    ]
}
