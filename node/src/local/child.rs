//! One node as a child process: started, watched, stopped in good order or killed.
//!
//! ```text
//!   start ── running ── stop: close its standard input, wait, then kill -9        (good order)
//!                  ├─── kill: kill -9 at once                                     (the demonstration's accident)
//!                  └─── ended by itself: reported with its status and the end of its log
//! ```
//! Each child has a process group of its own, so that Ctrl-C reaches the parent alone, which then stops the children in order.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use thiserror::Error;
use tokio::process::{Child, ChildStdin, Command};

/// How long a child may take to stop in good order: it closes its lane, syncs, and closes the store.
const STOP_MAX: Duration = Duration::from_secs(10);

/// Bytes of the end of a log that are shown when a child has ended by itself.
const LOG_TAIL_BYTES: u64 = 2_048;

/// How a child is started.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// Name for messages.
    pub name: String,
    /// The binary.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Where its output goes, after what is there already.
    pub log: PathBuf,
}

/// What goes wrong with children.
#[derive(Debug, Error)]
pub enum ChildError {
    /// It could not be started.
    #[error("{name} could not be started: {error}; check that {program} can be executed")]
    NotStarted {
        /// The child.
        name: String,
        /// Its binary.
        program: String,
        /// The operating system's reason.
        error: io::Error,
    },
    /// Its log could not be opened.
    #[error("the log {path} of {name} cannot be written: {error}")]
    Log {
        /// The child.
        name: String,
        /// The file.
        path: String,
        /// The operating system's reason.
        error: io::Error,
    },
    /// It ended though nobody asked it to.
    #[error("{name} has ended ({status}); the end of its log {log}:\n{tail}")]
    Ended {
        /// The child.
        name: String,
        /// How it ended.
        status: String,
        /// Its log.
        log: String,
        /// The log's last lines.
        tail: String,
    },
    /// The operating system would not say or do something.
    #[error("{name}: {error}")]
    System {
        /// The child.
        name: String,
        /// The operating system's reason.
        error: io::Error,
    },
}

/// A started child.
#[derive(Debug)]
pub struct RunningChild {
    recipe: Recipe,
    child: Child,
    /// Held open as long as the child is to run.
    input: Option<ChildStdin>,
}

impl Recipe {
    /// Starts the child.
    ///
    /// # Errors
    /// [`ChildError`] when its log or the process cannot be made.
    pub fn start(&self) -> Result<RunningChild, ChildError> {
        let (output, errors) = self.open_log()?;
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(output)
            .stderr(errors)
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| ChildError::NotStarted {
                name: self.name.clone(),
                program: self.program.display().to_string(),
                error,
            })?;
        let input = child.stdin.take();
        Ok(RunningChild {
            recipe: self.clone(),
            child,
            input,
        })
    }

    fn open_log(&self) -> Result<(File, File), ChildError> {
        let opened = OpenOptions::new().create(true).append(true).open(&self.log);
        opened
            .and_then(|log| Ok((log.try_clone()?, log)))
            .map_err(|error| ChildError::Log {
                name: self.name.clone(),
                path: self.log.display().to_string(),
                error,
            })
    }
}

impl RunningChild {
    /// Name for messages.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.recipe.name
    }

    /// Its process id while it runs.
    #[must_use]
    pub fn process(&self) -> Option<u32> {
        self.child.id()
    }

    /// Passes while the child runs.
    ///
    /// # Errors
    /// [`ChildError::Ended`] when it does not, with the end of its log.
    pub fn check(&mut self) -> Result<(), ChildError> {
        match self.child.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(status)) => Err(ChildError::Ended {
                name: self.recipe.name.clone(),
                status: status.to_string(),
                log: self.recipe.log.display().to_string(),
                tail: tail(&self.recipe.log),
            }),
            Err(error) => Err(self.system(error)),
        }
    }

    /// Kills it with signal 9 and waits until it is gone.
    ///
    /// # Errors
    /// The operating system's refusal.
    pub async fn kill(mut self) -> Result<Recipe, ChildError> {
        self.child
            .start_kill()
            .map_err(|error| self.system(error))?;
        self.child
            .wait()
            .await
            .map_err(|error| self.system(error))?;
        Ok(self.recipe)
    }

    /// Asks it to stop by closing its standard input; kills it when it takes longer than `STOP_MAX`.
    ///
    /// Answers its status, `None` when it had to be killed.
    ///
    /// # Errors
    /// The operating system's refusal.
    pub async fn stop(mut self) -> Result<Option<ExitStatus>, ChildError> {
        drop(self.input.take());
        match tokio::time::timeout(STOP_MAX, self.child.wait()).await {
            Ok(ended) => ended.map(Some).map_err(|error| self.system(error)),
            Err(_too_long) => self.kill().await.map(|_recipe| None),
        }
    }

    fn system(&self, error: io::Error) -> ChildError {
        ChildError::System {
            name: self.recipe.name.clone(),
            error,
        }
    }
}

/// The last lines of a log; empty when it cannot be read.
fn tail(log: &Path) -> String {
    let read = || -> io::Result<String> {
        let mut file = File::open(log)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(LOG_TAIL_BYTES)))?;
        let mut bytes = Vec::new();
        file.take(LOG_TAIL_BYTES).read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    read().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(name: &str, script: &str) -> Recipe {
        let log = std::env::temp_dir().join(format!("sycee-child-{}-{name}", std::process::id()));
        Recipe {
            name: name.to_owned(),
            program: PathBuf::from("/bin/sh"),
            arguments: vec!["-c".to_owned(), script.to_owned()],
            log,
        }
    }

    #[tokio::test]
    async fn a_child_stops_when_its_input_is_closed() {
        let recipe = shell("stops", "read line; exit 7");
        let mut child = recipe.start().unwrap();
        child.check().unwrap();
        let status = child.stop().await.unwrap().unwrap();
        assert_eq!(status.code(), Some(7));
        std::fs::remove_file(recipe.log).unwrap();
    }

    #[tokio::test]
    async fn a_child_that_ends_by_itself_is_reported_with_its_log() {
        let recipe = shell("ends", "echo the disk is on fire; exit 3");
        let mut child = recipe.start().unwrap();
        let deadline = std::time::Instant::now() + Duration::from_secs(10);
        let error = loop {
            match child.check() {
                Err(error) => break error.to_string(),
                Ok(()) => assert!(std::time::Instant::now() < deadline, "the child should end"),
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        assert!(
            error.contains("exit status: 3") && error.contains("the disk is on fire"),
            "{error}"
        );
        std::fs::remove_file(recipe.log).unwrap();
    }

    #[tokio::test]
    async fn a_killed_child_is_gone_and_starts_again_from_its_recipe() {
        let recipe = shell("killed", "read line");
        let child = recipe.start().unwrap();
        let process = child.process().unwrap();
        let again = child.kill().await.unwrap();
        assert!(!Path::new(&format!("/proc/{process}")).exists());
        let child = again.start().unwrap();
        assert_eq!(child.name(), "killed");
        assert!(child.stop().await.unwrap().is_some());
        std::fs::remove_file(recipe.log).unwrap();
    }

    #[test]
    fn a_missing_program_is_named() {
        let recipe = Recipe {
            program: PathBuf::from("/nowhere/sycee"),
            ..shell("missing", "")
        };
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let error = runtime.block_on(async { recipe.start().unwrap_err().to_string() });
        assert!(error.contains("/nowhere/sycee"), "{error}");
        std::fs::remove_file(recipe.log).unwrap();
    }
}
