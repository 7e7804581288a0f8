//! Finality: a node's final and delivered heights never fall, and a start finds everything that was delivered before.

use sycee_primitives::Height;

use super::Verdict;

/// Heights by node.
pub struct Finality {
    final_height: Vec<Height>,
    delivered: Vec<Height>,
}

impl Finality {
    /// Nodes that stand at genesis.
    #[must_use]
    pub fn new(nodes: usize) -> Finality {
        Finality {
            final_height: vec![Height(0); nodes],
            delivered: vec![Height(0); nodes],
        }
    }

    /// A node after a step.
    ///
    /// # Errors
    /// When it went backwards.
    pub fn stands_at(&mut self, node: usize, final_height: Height) -> Verdict {
        let before = self.final_height[node];
        if final_height < before {
            return Err(format!(
                "node {node}: final height {before} became {final_height}"
            ));
        }
        self.final_height[node] = final_height;
        Ok(())
    }

    /// A node was given a block to execute.
    ///
    /// # Errors
    /// When it is not the next.
    pub fn delivers(&mut self, node: usize, height: Height) -> Verdict {
        let expected = self.delivered[node].next();
        if height != expected {
            return Err(format!(
                "node {node}: height {height} is delivered after {expected} was due"
            ));
        }
        self.delivered[node] = height;
        Ok(())
    }

    /// A node's store was lost or put back to an older state: it begins again from there.
    pub fn forgets(&mut self, node: usize) {
        (self.final_height[node], self.delivered[node]) = (Height(0), Height(0));
    }

    /// A node started and found everything up to a height.
    ///
    /// # Errors
    /// When it had delivered more before.
    pub fn starts_at(&mut self, node: usize, delivered: Height) -> Verdict {
        let before = self.delivered[node];
        if delivered < before {
            return Err(format!(
                "node {node}: delivered {before} before the crash, {delivered} is found"
            ));
        }
        self.delivered[node] = delivered;
        // What was final in memory only may be learnt again.
        self.final_height[node] = delivered;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_a_fall_and_a_start_below_are_found() {
        let mut oracle = Finality::new(1);
        assert!(oracle.delivers(0, Height(2)).is_err(), "height 1 was due");
        assert!(oracle.delivers(0, Height(1)).is_ok());
        assert!(oracle.stands_at(0, Height(4)).is_ok());
        assert!(oracle.stands_at(0, Height(3)).is_err());
        assert!(
            oracle.starts_at(0, Height(0)).is_err(),
            "height 1 was delivered"
        );
        assert!(oracle.starts_at(0, Height(1)).is_ok());
    }
}
