//! Kill and restart.
