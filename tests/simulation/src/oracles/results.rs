//! Results: the same cumulative results, and at checkpoints the same state root, at the same height on every node.

use sycee_primitives::{Hash, Height};

use super::Verdict;

/// Results by height.
#[derive(Default)]
pub struct Results {
    known: Vec<(Hash, Option<Hash>)>,
}

impl Results {
    /// A node executed a height.
    ///
    /// # Errors
    /// When another node had other results.
    pub fn executed(&mut self, height: Height, results: Hash, state_root: Option<Hash>) -> Verdict {
        let place = usize::try_from(height.0).unwrap_or(usize::MAX) - 1;
        match self.known.get(place) {
            Some(known) if *known != (results, state_root) => Err(format!(
                "height {height}: {known:?} and {:?}",
                (results, state_root)
            )),
            Some(_) => Ok(()),
            None => {
                self.known.push((results, state_root));
                Ok(())
            }
        }
    }

    /// Results certified by a block must be those that were computed.
    ///
    /// # Errors
    /// When they are others.
    pub fn certified(&self, height: Height, results: Hash) -> Verdict {
        let place = usize::try_from(height.0).unwrap_or(0);
        let known = place.checked_sub(1).and_then(|place| self.known.get(place));
        match known {
            Some((known, _)) if *known != results => Err(format!(
                "height {height}: {results:?} are certified, {known:?} were computed"
            )),
            Some(_) | None => Ok(()),
        }
    }
}
