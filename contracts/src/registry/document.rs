//! One document of the registry: what it is worth, and who has financed how much of it.
//!
//! Its row commits to the registry's tree under its fingerprint, so that presence and absence can both be shown.

use std::collections::{BTreeMap, BTreeSet};

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{
    Amount, AssetId, Hash, ParticipantId, codec,
    merkle::leaf,
    merkle_map::{MapEntry, MapTree},
};

use super::{DocumentMark, Fingerprint};
use crate::{ledger::Ledger, objects::Object, reject::RejectReason, tables::Table};

/// Banks that finance one document together.
pub(crate) const FINANCIERS_MAX: usize = 16;

/// One document, as stored and committed to. Rows are never removed: a registry that forgets could be asked twice.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisteredDocument {
    /// Its mark.
    pub mark: DocumentMark,
    /// In what it is worth something.
    pub asset: AssetId,
    /// What it is worth.
    pub total: Amount,
    /// What is financed of it.
    pub financed: Amount,
    /// The accepted receivable that takes it whole.
    pub receivable: Option<u64>,
    /// The lot of stored goods that takes it whole.
    pub lot: Option<u64>,
    /// The presentation under a credit that takes it whole.
    pub presentation: Option<u64>,
    /// Who finances how much, in the order in which they came.
    pub financiers: Vec<(ParticipantId, Amount)>,
    /// Other documents with the same issuer, kind and number when it was entered: more than none is an alert.
    pub near_matches: u32,
}

fn amount(minor: u128) -> Amount {
    Amount::from_minor(minor).unwrap_or(Amount::ZERO)
}

impl RegisteredDocument {
    /// Whether a receivable, stored goods or a drawing under a credit stand on it as a whole.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        self.takers() > 0
    }

    fn takers(&self) -> usize {
        let takers = [self.receivable, self.lot, self.presentation];
        takers.iter().flatten().count()
    }

    /// What of it nobody finances.
    #[must_use]
    pub fn free(&self) -> Amount {
        if self.is_taken() {
            return Amount::ZERO;
        }
        amount(self.total.minor().saturating_sub(self.financed.minor()))
    }

    /// What one bank finances of it.
    #[must_use]
    pub fn financed_by(&self, financier: ParticipantId) -> Amount {
        let own = self.financiers.iter().find(|(id, _)| *id == financier);
        own.map_or(Amount::ZERO, |(_, amount)| *amount)
    }

    /// Adds to what a bank finances; the caller has checked that it is free.
    pub(crate) fn add(&mut self, financier: ParticipantId, more: Amount) {
        self.financed = amount(self.financed.minor() + more.minor());
        match self.financiers.iter_mut().find(|(id, _)| *id == financier) {
            Some((_, own)) => *own = amount(own.minor() + more.minor()),
            None => self.financiers.push((financier, more)),
        }
    }

    /// Takes from what a bank finances; the caller has checked that it has so much.
    pub(crate) fn release(&mut self, financier: ParticipantId, less: Amount) {
        let rest = |from: Amount| amount(from.minor().saturating_sub(less.minor()));
        self.financed = rest(self.financed);
        for (id, own) in &mut self.financiers {
            if *id == financier {
                *own = rest(*own);
            }
        }
        self.financiers.retain(|(_, own)| !own.is_zero());
    }
}

/// Documents by fingerprint and by number part, and the tree that proves them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Registry {
    by_fingerprint: BTreeMap<Fingerprint, u64>,
    by_number: BTreeSet<(Hash, u64)>,
    tree: MapTree,
    changed: BTreeMap<Hash, Hash>,
}

impl Registry {
    pub(crate) fn tree(&self) -> &MapTree {
        &self.tree
    }

    pub(crate) fn row(&self, fingerprint: &Fingerprint) -> Option<u64> {
        self.by_fingerprint.get(fingerprint).copied()
    }

    /// Whether a document changed since the tree was brought up to date.
    pub(crate) fn is_ahead(&self, fingerprint: &Fingerprint) -> bool {
        self.changed.contains_key(&fingerprint.0)
    }

    /// Rows with the same issuer, kind and number.
    pub(crate) fn near(&self, number_part: Hash) -> impl Iterator<Item = u64> + '_ {
        let range = (number_part, 0)..=(number_part, u64::MAX);
        self.by_number.range(range).map(|(_, id)| *id)
    }
}

impl Object for RegisteredDocument {
    const TABLE: Table = Table::Documents;
    const ROWS_MAX: u64 = 1 << 25;
    type Index = Registry;

    fn enter(&self, id: u64, index: &mut Registry) {
        let fingerprint = self.mark.fingerprint();
        index.by_fingerprint.insert(fingerprint, id);
        index.by_number.insert((self.mark.number_part, id));
        index
            .changed
            .insert(fingerprint.0, leaf(&codec::encode(self)));
    }

    fn commit(index: &mut Registry) -> Option<(Table, Hash)> {
        let changed = std::mem::take(&mut index.changed);
        let entry = |(key, value)| MapEntry { key, value };
        index.tree.update(changed.into_iter().map(entry));
        Some((Table::Registry, index.tree.root()))
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        let sum: u128 = self.financiers.iter().map(|(_, it)| it.minor()).sum();
        ledger.asset(self.asset).is_some()
            && sum == self.financed.minor()
            && self.financed <= self.total
            && self.financiers.len() <= FINANCIERS_MAX
            && (!self.is_taken() || self.financiers.is_empty())
            && self.takers() <= 1
    }
}

impl Ledger {
    pub(crate) fn document(&self, fingerprint: &Fingerprint) -> Option<(u64, &RegisteredDocument)> {
        let documents = &self.products.documents;
        let id = documents.index().row(fingerprint)?;
        Some((id, documents.get(id)?))
    }

    /// Whether nobody finances a document and no receivable stands on it.
    pub(crate) fn check_document_free(
        &self,
        fingerprint: &Fingerprint,
    ) -> Result<(), RejectReason> {
        match self.document(fingerprint) {
            Some((_, it)) if it.is_taken() || !it.financed.is_zero() => {
                Err(RejectReason::DocumentFinanced)
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The document's row, made when it is new.
    pub(crate) fn enter_document(
        &mut self,
        mark: &DocumentMark,
        asset: AssetId,
        total: Amount,
    ) -> u64 {
        if let Some((id, _)) = self.document(&mark.fingerprint()) {
            return id;
        }
        let documents = &mut self.products.documents;
        let near = documents.index().near(mark.number_part).count();
        documents.add(RegisteredDocument {
            mark: *mark,
            asset,
            total,
            financed: Amount::ZERO,
            receivable: None,
            lot: None,
            presentation: None,
            financiers: Vec::new(),
            near_matches: u32::try_from(near).unwrap_or(u32::MAX),
        })
    }

    /// Gives a document to an accepted receivable as a whole; the caller has checked that it is free.
    pub(crate) fn bind_document(&mut self, mark: &DocumentMark, asset: AssetId, receivable: u64) {
        let id = self.enter_document(mark, asset, Amount::ZERO);
        let documents = &mut self.products.documents;
        documents.update(id, |it| it.receivable = Some(receivable));
    }

    /// Gives a document to stored goods as a whole; the caller has checked that it is free.
    pub(crate) fn store_document(&mut self, mark: &DocumentMark, lot: u64) {
        let id = self.enter_document(mark, AssetId(0), Amount::ZERO);
        let documents = &mut self.products.documents;
        documents.update(id, |it| it.lot = Some(lot));
    }

    /// Frees the document of goods that have left.
    pub(crate) fn free_document(&mut self, fingerprint: &Fingerprint) {
        if let Some((id, _)) = self.document(fingerprint) {
            let documents = &mut self.products.documents;
            documents.update(id, |it| it.lot = None);
        }
    }

    /// Gives a document to a drawing under a credit as a whole; the caller has checked that it is free.
    pub(crate) fn draw_document(&mut self, mark: &DocumentMark, asset: AssetId, presentation: u64) {
        let id = self.enter_document(mark, asset, Amount::ZERO);
        let documents = &mut self.products.documents;
        documents.update(id, |it| it.presentation = Some(presentation));
    }

    /// Frees a document that was returned to who presented it.
    pub(crate) fn drop_document(&mut self, fingerprint: &Fingerprint) {
        if let Some((id, _)) = self.document(fingerprint) {
            let documents = &mut self.products.documents;
            documents.update(id, |it| it.presentation = None);
        }
    }

    pub(crate) fn unbind_document(&mut self, fingerprint: &Fingerprint) {
        if let Some((id, _)) = self.document(fingerprint) {
            let documents = &mut self.products.documents;
            documents.update(id, |it| it.receivable = None);
        }
    }
}
