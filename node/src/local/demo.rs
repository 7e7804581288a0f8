//! The demonstration: two banks' files over a network of real processes, one validator killed at a bad moment, everything checked.
//!
//! ```text
//!   start ─▶ morning files (two banks at once) ─▶ single payments ─▶ kill -9 ─▶ afternoon files ─▶ restart ─▶ checks
//!                                                                       └ the next leader, holding acknowledged,
//!                                                                         unexecuted payments
//! ```
//! Files are submitted by `sycee file submit`, receipts proved and verified by `sycee tx prove` and `sycee verify receipt`: processes of
//! their own, as a bank would run them. What is expected of each file is known beforehand; anything else fails the demonstration.

use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

use crate::bench::statistics::Summary;
use crate::bench::verify::{self, Agreement};
use crate::local::files::{Directory, Generator, MORNING_FILES, PaymentFile, SENDING_BANKS};
use crate::local::network::{LocalError, Network, Options, make_folder, write};
use crate::local::payer::{self, Payer};

mod accident;
mod commands;
mod outcome;

pub use accident::Accident;
pub use outcome::Tally;

/// Ids of the banks that send files, as the genesis names them.
const BANKS: [&str; SENDING_BANKS] = ["bank-a", "bank-b"];

/// Payments that are sent one after another to measure finality.
const SINGLE_PAYMENTS: usize = 40;

/// One thing that had to hold.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// What.
    pub what: String,
    /// Whether it held.
    pub held: bool,
    /// What was seen.
    pub seen: String,
}

/// Everything the demonstration showed.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// Identity of the network.
    pub chain_id: String,
    /// Seconds from the command to all nodes ready, in milliseconds.
    pub ready_ms: u64,
    /// From the command to the first final payment, in milliseconds.
    pub first_final_ms: u64,
    /// Files and payments by their outcomes.
    pub tally: Tally,
    /// Finality of payments sent one after another, from sending to the answer.
    pub finality: Option<Summary>,
    /// What was done to one validator.
    pub accident: Option<Accident>,
    /// Highest height of a payment.
    pub last_payment_height: u64,
    /// What all nodes agree on.
    pub agreement: Option<Agreement>,
    /// Everything that had to hold.
    pub checks: Vec<Check>,
}

impl Shown {
    /// Whether everything held.
    #[must_use]
    pub fn held(&self) -> bool {
        !self.checks.is_empty() && self.checks.iter().all(|check| check.held)
    }
}

/// A demonstration under way.
pub struct Demonstration {
    network: Network,
    started: Instant,
    shown: Shown,
}

impl Demonstration {
    /// Founds and starts the network.
    ///
    /// # Errors
    /// [`LocalError`].
    pub async fn start(options: &Options, started: Instant) -> Result<Demonstration, LocalError> {
        let mut network = Network::open(options)?;
        network.start()?;
        network.wait_ready().await?;
        let shown = Shown {
            chain_id: network.genesis().chain_id().to_string(),
            ready_ms: milliseconds(started.elapsed()),
            first_final_ms: 0,
            tally: Tally::default(),
            finality: None,
            accident: None,
            last_payment_height: 0,
            agreement: None,
            checks: Vec::new(),
        };
        Ok(Demonstration {
            network,
            started,
            shown,
        })
    }

    /// The network.
    pub fn network(&mut self) -> &mut Network {
        &mut self.network
    }

    /// Shows everything; `tell` gets a line for each thing that happens.
    ///
    /// # Errors
    /// [`LocalError`] when something could not be done at all; what did not hold stands in the checks.
    pub async fn show(&mut self, tell: &(dyn Fn(&str) + Sync)) -> Result<Shown, LocalError> {
        let height = self.first_payment().await?;
        self.saw(height);
        tell(&format!(
            "first payment final after {} ms",
            self.shown.first_final_ms
        ));
        let files = self.write_files().await?;
        let (morning, afternoon) = files.split_at(MORNING_FILES.min(files.len()));
        self.submit(morning, tell).await?;
        self.measure_finality().await?;
        let accident = accident::kill_next_leader(&mut self.network, tell).await?;
        self.submit(afternoon, tell).await?;
        let (accident, heights) = accident::restart(&mut self.network, accident, tell).await?;
        heights.into_iter().for_each(|height| self.saw(height));
        self.check_files();
        self.check_accident(accident);
        self.check_roots(tell).await?;
        self.check_receipt(tell).await?;
        Ok(self.shown.clone())
    }

    fn saw(&mut self, height: u64) {
        self.shown.last_payment_height = self.shown.last_payment_height.max(height);
    }

    fn check(&mut self, what: &str, held: bool, seen: String) {
        self.shown.checks.push(Check {
            what: what.to_owned(),
            held,
            seen,
        });
    }

    /// One payment as soon as the network is ready.
    async fn first_payment(&mut self) -> Result<u64, LocalError> {
        let (mut client, payer) = self.payer(0).await?;
        let payments = payer.sign(&mut client, 1).await?;
        let mut height = 0;
        for payment in &payments {
            height = payer::settle(&mut client, payment).await?;
        }
        self.shown.first_final_ms = milliseconds(self.started.elapsed());
        self.shown.tally.single += payments.len() as u64;
        Ok(height)
    }

    /// A bank that pays another over its own node.
    async fn payer(&self, bank: usize) -> Result<(sycee_api::Client, Payer), LocalError> {
        let directory = directory(&self.network)?;
        let mut client = self.network.node(bank)?.connect().await?;
        let id = BANKS.get(bank).copied().unwrap_or_default();
        let key = self.network.participant_key(id)?;
        let account = |bank: usize| {
            directory
                .banks
                .get(bank)
                .map(|bank| bank.account.clone())
                .unwrap_or_default()
        };
        let payer = Payer::new(&mut client, &key, &account(bank), &account(bank + 1)).await?;
        Ok((client, payer))
    }

    async fn write_files(&self) -> Result<Vec<(PaymentFile, PathBuf)>, LocalError> {
        let mut client = self.network.node(0)?.connect().await?;
        let today = payer::parse_date(&client.status().await?)?;
        let mut written = Vec::new();
        for file in Generator::new(directory(&self.network)?, today, rand::random()).day() {
            let id = BANKS.get(file.bank).copied().unwrap_or_default();
            let folder = self.network.folder().join("files").join(id);
            make_folder(&folder)?;
            let path = folder.join(&file.name);
            write(&path, &file.text)?;
            written.push((file, path));
        }
        Ok(written)
    }

    /// Each bank submits its files over its own node, both at once.
    async fn submit(
        &mut self,
        files: &[(PaymentFile, PathBuf)],
        tell: &(dyn Fn(&str) + Sync),
    ) -> Result<(), LocalError> {
        let of_bank = |bank: usize| {
            let own = files.iter().filter(move |(file, _)| file.bank == bank);
            own.cloned().collect::<Vec<_>>()
        };
        let (first, second) = (of_bank(0), of_bank(1));
        let (one, other) = tokio::join!(
            commands::submit_files(&self.network, 0, BANKS[0], &first, tell),
            commands::submit_files(&self.network, 1, BANKS[1], &second, tell),
        );
        for report in one?.into_iter().chain(other?) {
            self.saw(report.height);
            self.shown.tally.add(report);
        }
        Ok(())
    }

    async fn measure_finality(&mut self) -> Result<(), LocalError> {
        let mut took = Vec::new();
        for bank in 0..SENDING_BANKS {
            let (mut client, payer) = self.payer(bank).await?;
            for payment in payer
                .sign(&mut client, SINGLE_PAYMENTS / SENDING_BANKS)
                .await?
            {
                let sent = Instant::now();
                let height = payer::settle(&mut client, &payment).await?;
                took.push(sent.elapsed());
                self.saw(height);
            }
        }
        self.shown.tally.single += took.len() as u64;
        self.shown.finality = Summary::of(took);
        Ok(())
    }

    fn check_files(&mut self) {
        let tally = self.shown.tally.clone();
        self.check(
            "at least 20 files with at least 200 payments, some refused on purpose",
            tally.files >= 20 && tally.payments >= 200 && tally.refused > 0,
            format!(
                "{} files, {} payments in them, {} settled, {} refused",
                tally.files, tally.payments, tally.settled, tally.refused
            ),
        );
        self.check(
            "every file ended as it was meant to",
            tally.unexpected.is_empty(),
            if tally.unexpected.is_empty() {
                "all".to_owned()
            } else {
                tally.unexpected.join("; ")
            },
        );
    }

    fn check_accident(&mut self, accident: Accident) {
        self.check(
            "the killed validator was the next leader and held acknowledged payments that nobody had executed",
            accident.was_next_leader && accident.unexecuted > 0,
            format!("{}: {} acknowledged, {} of them not executed, leader of view {}", accident.node, accident.acknowledged, accident.unexecuted, accident.view),
        );
        self.check(
            "every payment it had acknowledged is final",
            accident.final_afterwards == accident.acknowledged,
            format!("{} of {}", accident.final_afterwards, accident.acknowledged),
        );
        self.shown.accident = Some(accident);
    }

    async fn check_roots(&mut self, tell: &(dyn Fn(&str) + Sync)) -> Result<(), LocalError> {
        let mut clients = Vec::new();
        for node in self.network.nodes() {
            clients.push(node.connect().await?);
        }
        tell(&format!(
            "waiting for a checkpoint at or above height {}",
            self.shown.last_payment_height
        ));
        let agreement = verify::agree(&mut clients, self.shown.last_payment_height).await;
        let (held, seen) = match &agreement {
            Ok(agreement) => (
                agreement.balances.is_some() && agreement.height >= self.shown.last_payment_height,
                format!(
                    "height {}, {} nodes, state root {}",
                    agreement.height, agreement.nodes, agreement.state_root
                ),
            ),
            Err(error) => (false, error.to_string()),
        };
        self.check(
            "all nodes have the same balances and the same state root",
            held,
            seen,
        );
        self.shown.agreement = agreement.ok();
        Ok(())
    }

    async fn check_receipt(&mut self, tell: &(dyn Fn(&str) + Sync)) -> Result<(), LocalError> {
        let Some(transaction) = self.shown.tally.proved.clone() else {
            self.check(
                "a receipt is verified offline",
                false,
                "no payment settled".to_owned(),
            );
            return Ok(());
        };
        let verified = commands::verify_receipt(&self.network, &transaction).await;
        let (held, seen) = match verified {
            Ok(lines) => (true, lines),
            Err(error) => (false, error.to_string()),
        };
        tell(&format!("receipt of {transaction}: {seen}"));
        self.check("a receipt is verified offline", held, seen);
        Ok(())
    }
}

fn directory(network: &Network) -> Result<Directory, LocalError> {
    Directory::of(network.genesis().facts()).ok_or_else(|| {
        LocalError::Check(
            "the genesis has too few banks and corporates for the demonstration".to_owned(),
        )
    })
}

pub(crate) fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
