//! What the registry says about a document, for somebody who trusts nothing but a certified state root.
//!
//! ```text
//!   fingerprint ─map proof─▶ registry root ─inclusion─▶ products' root ─stem─▶ state root of a checkpoint
//!                 └─ present: H(leaf | row)   └─ absent: another key, or none, on the fingerprint's path
//! ```

use borsh::{BorshDeserialize, BorshSerialize};
use sycee_primitives::{
    Hash, codec,
    merkle::{InclusionProof, leaf},
    merkle_map::{MapProof, Membership},
};

use super::{Fingerprint, RegisteredDocument};
use crate::{
    checkpoint::{RootsStem, TableRoot},
    ledger::Ledger,
    read::ReadError,
    tables::Table,
};

/// Shows that a document was in the registry, or that it was not, at a checkpoint.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize)]
pub struct RegistryProof {
    /// The document asked for.
    pub fingerprint: Fingerprint,
    /// Its row, when it was there.
    pub document: Option<RegisteredDocument>,
    /// Its place, or its absence, under the registry's root.
    pub place: MapProof,
    /// The registry's root.
    pub registry: TableRoot,
    /// Its place among the products' roots.
    pub among_products: InclusionProof,
    /// What else the state root covers.
    pub stem: RootsStem,
}

impl RegistryProof {
    /// Whether the registry held, or did not hold, the document so under `state_root`.
    #[must_use]
    pub fn verify(&self, state_root: &Hash) -> bool {
        let said = self.place.verify(&self.fingerprint.0, &self.registry.root);
        let shown = match &self.document {
            None => said == Some(Membership::Absent),
            Some(document) => {
                document.mark.fingerprint() == self.fingerprint
                    && said == Some(Membership::Present(leaf(&codec::encode(document))))
            }
        };
        let leaf = leaf(&codec::encode(&self.registry));
        shown
            && self.registry.table == Table::Registry
            && self.among_products.verify(&leaf, &self.stem.products)
            && self.stem.state_root() == *state_root
    }
}

/// Proof of what the registry held at the last checkpoint.
///
/// # Errors
/// [`ReadError`] when the document changed after the checkpoint, or right after a restart.
pub fn prove(ledger: &Ledger, fingerprint: &Fingerprint) -> Result<RegistryProof, ReadError> {
    let registry = ledger.products.documents.index();
    let roots = ledger.trees.roots().ok_or(ReadError::NoCheckpoint)?;
    if registry.is_ahead(fingerprint) {
        return Err(ReadError::Newer);
    }
    let (root, among_products) = roots
        .prove_product(Table::Registry)
        .ok_or(ReadError::NoCheckpoint)?;
    let place = registry.tree().prove(&fingerprint.0);
    let document = place.found.is_some_and(|it| it.key == fingerprint.0);
    let document = document.then(|| ledger.document(fingerprint)).flatten();
    Ok(RegistryProof {
        fingerprint: *fingerprint,
        document: document.map(|(_, it)| it.clone()),
        place,
        registry: root,
        among_products,
        stem: roots.stem(),
    })
}
