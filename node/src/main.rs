//! The `sycee` binary: everything it does stands in `sycee_node::cli`.

fn main() -> std::process::ExitCode {
    sycee_node::cli::run()
}
