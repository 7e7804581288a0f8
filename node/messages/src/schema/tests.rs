//! The tables themselves: no name twice in a type, no empty type, bounds in order.

use std::collections::BTreeSet;

use super::*;

fn visit(content: &'static Content, seen: &mut BTreeSet<usize>) {
    if !seen.insert(std::ptr::from_ref(content).addr()) {
        return;
    }
    match content {
        Content::Sequence(parts) | Content::Choice(parts) => {
            assert!(!parts.is_empty());
            let names: BTreeSet<_> = parts.iter().map(|part| part.name).collect();
            assert_eq!(names.len(), parts.len(), "a name stands twice: {names:?}");
            for part in *parts {
                assert!(
                    part.at_least <= part.at_most && part.at_most > 0,
                    "{}",
                    part.name
                );
                visit(part.content, seen);
            }
        }
        Content::Code(words) => {
            assert_eq!(words.iter().collect::<BTreeSet<_>>().len(), words.len());
        }
        Content::Text { chars_max } => assert!(*chars_max > 0),
        Content::Pattern(_)
        | Content::Amount
        | Content::Decimal { .. }
        | Content::Date
        | Content::DateTime
        | Content::Time
        | Content::Boolean
        | Content::Anything => {}
    }
}

#[test]
fn tables_are_consistent() {
    let mut seen = BTreeSet::new();
    for kind in MessageKind::ALL {
        visit(kind.body(), &mut seen);
    }
    assert!(
        seen.len() > 120,
        "the published structures have more types than {}",
        seen.len()
    );
}
