//! Rules about the code, run as tests: what a reviewer should not have to remember.
//!
//! ```text
//!   tree        every file of the repository, Rust code also without comments, texts and tests
//!     floors    who may depend on whom, who alone knows a heavy library, what pure crates never mention
//!     shape     length of files, the picture at a module's head, the workspace's lints
//!     words     one word for one thing, nothing left over, no path of anybody's machine
//!     protocol  every numbered rule is cited by code, every citation has its rule
//!     planted   planted bugs and their table agree
//!     documents links and paths lead somewhere, scripts parse
//! ```
//! Each check lists `file:line`, what is wrong and what to do; beside each stands a test that it does find a bad sample.
//! The length of functions is clippy's (`too_many_lines`), formatting is rustfmt's.

#[path = "tidy/documents.rs"]
mod documents;
#[path = "tidy/floors.rs"]
mod floors;
#[path = "tidy/planted.rs"]
mod planted;
#[path = "tidy/protocol.rs"]
mod protocol;
#[path = "tidy/shape.rs"]
mod shape;
#[path = "tidy/tree.rs"]
mod tree;
#[path = "tidy/words.rs"]
mod words;
