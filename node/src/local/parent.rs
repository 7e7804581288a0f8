//! A child's side of living and dying with its parent: standard input is a pipe that the parent holds open.
//!
//! The operating system closes the pipe when the parent ends, whatever ends it, kill -9 included. No signal is needed, and closing
//! the pipe on purpose is how the parent asks a child to stop in good order.

use std::io::Read;

/// Resolves when standard input reaches its end; `sycee start --stop-with-parent` stops in good order then.
///
/// The reader is a thread of its own and is never joined: a blocked read must not keep the process from ending.
pub async fn gone() {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let watcher = std::thread::Builder::new()
        .name("parent".to_owned())
        .spawn(move || {
            let mut input = std::io::stdin().lock();
            let mut discarded = [0_u8; 64];
            // What the parent writes means nothing; only the end does. An unreadable pipe is a lost parent too.
            while matches!(input.read(&mut discarded), Ok(read) if read > 0) {}
            let _nobody_waits = sender.send(());
        });
    match watcher {
        Ok(_detached) => {
            let _ended = receiver.await;
        }
        // Without the thread nobody can tell; a child that stops at once would be worse.
        Err(_no_thread) => std::future::pending().await,
    }
}
