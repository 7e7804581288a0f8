//! `sycee-sim`.
fn main() {
    let seed: u64 = std::env::args()
        .nth(1)
        .and_then(|s| s.parse().ok())
        .unwrap_or(1);
    let to: u64 = std::env::args()
        .nth(2)
        .and_then(|s| s.parse().ok())
        .unwrap_or(seed + 1);
    for seed in seed..to {
        let plan = sycee_simulation::draw::draw(seed, sycee_simulation::plan::Profile::Protocol);
        let start = std::time::Instant::now();
        let report = sycee_simulation::run(&plan);
        println!(
            "{seed} n{} v{} {:?} events {} sim {} blocks {} outcomes {} drained {} real {:?} ev/s {:.0}",
            plan.validators,
            plan.villains.len(),
            report.violation,
            report.events,
            report.simulated_us / 1_000_000,
            report.blocks,
            report.outcomes,
            report.drained_us / 1_000,
            start.elapsed(),
            report.events as f64 / start.elapsed().as_secs_f64()
        );
    }
}
