//! Baseline, judgement and solver on one core, at the sizes that docs/liquidity.md states: `cargo bench -p sycee-solver`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use sycee_contracts::liquidity::netting::{baseline, judge};
use sycee_solver::{generate, solve};

fn netting(criterion: &mut Criterion) {
    for (banks, payments) in [(64, 2_500), (100, 10_000)] {
        let netting = generate::uniform(banks, payments, 7)
            .netting()
            .expect("a problem");
        let queued = baseline(&netting);
        let mut group = criterion.benchmark_group(format!("{banks} banks, {payments} payments"));
        group.sample_size(20);
        group.bench_function("baseline", |run| run.iter(|| black_box(baseline(&netting))));
        group.bench_function("judge", |run| {
            run.iter(|| black_box(judge(&netting, &queued)))
        });
        group.bench_function("solve", |run| run.iter(|| black_box(solve(&netting))));
        group.finish();
    }
}

criterion_group!(benches, netting);
criterion_main!(benches);
