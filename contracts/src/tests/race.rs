//! Who races for the same value: exactly one wins, on every order, in one block and in many (I15).

use super::language::Stage;

const PORTION: &str = "
    S1 op issue A1 1000000                      = settled
    S2 op issue B1 1000000                      = settled
    S3 ba open s2 current S2                    = settled
    S4 ba line c1 50000                         = obligor-lines 0
    S5 c2 claim c1 1000 C2 docs=x               = promises 0
    S6 c1 bind 0 C1                             = promises 0
    S7 ba quote c1 A1 1000                      = financing-offers 0
    S8 bb quote c1 B1 1000                      = financing-offers 1
    S9 ba factor c2 A1 1000                      = factorings 0
";

const FOR_THE_PORTION: [&str; 7] = [
    "c2 finance 0 0 1",
    "c2 finance 1 0 1",
    "c2 pledge 0 ba A1 1000",
    "c2 pledge 0 bb B1 1000",
    "c2 transfer 0 s2 S2",
    "c2 sell 0 0 C2 1",
    "c2 split 0 400,600",
];

const DOCUMENT: &str = "
    S1 ba open s2 current S2                    = settled
    S8 op open ba escrow HOLD                   = settled
    block
    S2 ba line c1 50000                         = obligor-lines 0
    S3 c2 claim c1 1000 C2 docs=x               = promises 0
    S4 s2 claim c1 1000 S2 docs=x               = promises 1
    S5 op register w1 warehouse sponsor=ba      = settled
    block
    S6 w1 store c2 RICE 1000 doc=x              = lots 0
    S7 aud inspect 0 1000                       = lots 0
    S9 c1 lcapply ba c2 bb C1 100 cover=100 hold=HOLD docs=transport = credits 0
    S10 ba lcissue 0 A1                         = credits 0
    S11 bb lcadvise 0                           = credits 0
";

const FOR_THE_DOCUMENT: [&str; 6] = [
    "ba enter x 1000 600",
    "bb enter x 1000 600",
    "c1 bind 0 C1",
    "c1 bind 1 C1",
    "w1 warrant 0",
    "c2 present 0 C2 100 docs=transport:x",
];

/// All orders of the first `count` numbers (Heap).
fn orders(count: usize) -> Vec<Vec<usize>> {
    fn go(size: usize, order: &mut Vec<usize>, all: &mut Vec<Vec<usize>>) {
        if size <= 1 {
            return all.push(order.clone());
        }
        for place in 0..size {
            go(size - 1, order, all);
            let other = if size.is_multiple_of(2) { place } else { 0 };
            order.swap(other, size - 1);
        }
    }
    let (mut all, mut order) = (Vec::new(), (0..count).collect());
    go(count, &mut order, &mut all);
    all
}

/// Lets the racers run in an order, in one block or in one each; answers who won.
fn race(stage: &mut Stage, racers: &[&str], order: &[usize], one_block: bool) -> Vec<usize> {
    let named: Vec<String> = order
        .iter()
        .map(|racer| format!("R{racer} {}", racers[*racer]))
        .collect();
    let blocks: Vec<&[String]> = if one_block {
        vec![&named]
    } else {
        named.chunks(1).collect()
    };
    let effects = blocks.into_iter().flat_map(|block| stage.run_block(block));
    let effects: Vec<bool> = effects.collect();
    let won = order.iter().zip(effects).filter(|(_, won)| *won);
    won.map(|(racer, _)| *racer).collect()
}

fn check(setting: &str, racers: &[&str], uses: impl Fn(&Stage) -> usize) {
    let mut founded = Stage::new();
    founded.run(setting);
    let all = orders(racers.len());
    assert_eq!(all.len(), (1..=racers.len()).product::<usize>());
    let mut winners = std::collections::BTreeSet::new();
    for order in all {
        for one_block in [true, false] {
            let mut stage = founded.clone();
            let won = race(&mut stage, racers, &order, one_block);
            assert_eq!(
                won,
                [order[0]],
                "{order:?}: who is first wins, and nobody else"
            );
            assert_eq!(uses(&stage), 1, "{order:?}");
            winners.insert(won);
        }
    }
    assert_eq!(winners.len(), racers.len(), "everybody wins once");
}

#[test]
fn one_portion_has_one_use_on_every_order() {
    check(PORTION, &FOR_THE_PORTION, |stage| {
        let portion = stage.ledger.products.portions.get(0).unwrap();
        let uses = [
            portion.holder.0 != 4,
            portion.pledge.is_some(),
            !portion.is_live(),
        ];
        uses.into_iter().filter(|it| *it).count()
    });
}

#[test]
fn one_document_is_financed_once_on_every_order() {
    check(DOCUMENT, &FOR_THE_DOCUMENT, |stage| {
        let documents: Vec<_> = stage.ledger.products.documents.iter().collect();
        assert_eq!(documents.len(), 1);
        let document = documents[0].1;
        let takers = [document.receivable, document.lot, document.presentation];
        let whole = takers.iter().flatten().count();
        whole + document.financiers.len()
    });
}
