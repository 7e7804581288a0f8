//! Rows as they were at one moment, whatever is written meanwhile.

use rocksdb::{DB, ReadOptions, Snapshot};

use super::{RocksStore, bounds, classify::classify};
use crate::store::SCAN_BYTES_MAX;
use crate::{Family, ReadRows, ScanPage, StoreError};

/// The rows of one moment.
pub(super) struct View<'a> {
    store: &'a RocksStore,
    db: &'a DB,
    snapshot: Snapshot<'a>,
}

impl<'a> View<'a> {
    pub(super) fn new(store: &'a RocksStore, db: &'a DB) -> View<'a> {
        View {
            store,
            db,
            snapshot: db.snapshot(),
        }
    }

    fn options(&self) -> ReadOptions {
        let mut options = ReadOptions::default();
        options.set_snapshot(&self.snapshot);
        options
    }
}

impl ReadRows for View<'_> {
    fn row(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let handle = self.store.handle(self.db, family)?;
        self.db
            .get_cf_opt(handle, key, &self.options())
            .map_err(|error| classify(&self.store.at, &error))
    }

    fn page(
        &self,
        family: Family,
        from: &[u8],
        to: Option<&[u8]>,
        limit: usize,
    ) -> Result<ScanPage, StoreError> {
        let mut page = ScanPage {
            rows: Vec::new(),
            complete: true,
        };
        if to.is_some_and(|to| from >= to) {
            return Ok(page);
        }
        let handle = self.store.handle(self.db, family)?;
        let options = bounds(self.options(), from, to);
        let mut rows = self.db.raw_iterator_cf_opt(handle, options);
        rows.seek_to_first();
        let mut bytes = 0_usize;
        while let Some((key, value)) = rows.item() {
            if page.rows.len() >= limit || bytes >= SCAN_BYTES_MAX {
                page.complete = false;
                break;
            }
            bytes = bytes.saturating_add(key.len()).saturating_add(value.len());
            page.rows.push((key.to_vec(), value.to_vec()));
            rows.next();
        }
        rows.status()
            .map_err(|error| classify(&self.store.at, &error))?;
        Ok(page)
    }
}
