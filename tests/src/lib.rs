//! The top floor: tests of the whole house. It may import everything; nothing imports it.
//!
//! ```text
//!   tests/tidy.rs      rules about the code
//!   tests/network.rs   real processes
//!   vectors/           independent expected results that ship with the project
//! ```
