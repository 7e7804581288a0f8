//! Taking things into a collateral and letting them go: each has one place for a pledge, so nothing is encumbered twice. (I15)

use std::collections::BTreeMap;

use sycee_primitives::{AccountId, Amount, ParticipantId};

use super::{Collateral, CoverState, ITEMS_MAX, Pledged, WHOLE_PPM};
use crate::{
    account::store::place,
    goods::{GoodsPledge, PLEDGES_PER_PRICE_MAX, value::next_valuation},
    ledger::Ledger,
    payment::{check_creditor, check_new_debit},
    receivable::Pledge,
    reject::RejectReason,
    standing::Moment,
};

/// Whether a list of things may be pledged at all: some, not too many, none twice.
pub(super) fn check_things(things: &[Pledged]) -> Result<(), RejectReason> {
    let is_twice = |place: usize, thing: &Pledged| {
        let earlier = things.get(..place).unwrap_or_default();
        earlier.iter().any(|other| match (other, thing) {
            (Pledged::Cash { account, .. }, Pledged::Cash { account: of, .. }) => account == of,
            (Pledged::Portion(one), Pledged::Portion(two))
            | (Pledged::Receipt(one), Pledged::Receipt(two)) => one == two,
            (Pledged::Cash { .. } | Pledged::Portion(_) | Pledged::Receipt(_), _) => false,
        })
    };
    let is_bad = |(place, thing): (usize, &Pledged)| {
        let is_empty = matches!(thing, Pledged::Cash { amount, .. } if amount.is_zero());
        is_empty || is_twice(place, thing)
    };
    if things.is_empty() || things.len() > ITEMS_MAX || things.iter().enumerate().any(is_bad) {
        return Err(RejectReason::CollateralThings);
    }
    Ok(())
}

impl Ledger {
    /// The collateral.
    pub(super) fn collateral(&self, id: u64) -> Result<&Collateral, RejectReason> {
        let row = self.products.collateral.get(id);
        row.ok_or(RejectReason::CollateralUnknown)
    }

    /// Whether the pledgor may pledge these things and has them free.
    pub(super) fn check_free(
        &self,
        row: &Collateral,
        things: &[Pledged],
        moment: &Moment,
    ) -> Result<(), RejectReason> {
        for thing in things {
            match *thing {
                Pledged::Cash { account, amount } => self.check_cash(row, account, amount)?,
                Pledged::Portion(id) => {
                    let (_, promise) = self.movable_portion(id, row.pledgor, moment)?;
                    if promise.asset != row.asset || promise.debtor == row.pledgor {
                        return Err(RejectReason::CollateralUnfit);
                    }
                }
                Pledged::Receipt(id) => {
                    let (receipt, _) = self.controlled_receipt(id, row.pledgor)?;
                    let key = (row.terms.pricer, receipt.commodity);
                    let pledged = self.products.warehouse_receipts.index().by_price.get(&key);
                    if pledged.is_some_and(|ids| ids.len() + things.len() > PLEDGES_PER_PRICE_MAX) {
                        return Err(RejectReason::PledgesFull);
                    }
                }
            }
        }
        Ok(())
    }

    fn check_cash(
        &self,
        row: &Collateral,
        account: AccountId,
        amount: Amount,
    ) -> Result<(), RejectReason> {
        let (asset, minor) = (row.asset, amount.minor());
        let debtor = check_new_debit(self, row.pledgor, account, asset, minor)?;
        let posting = self.accounts.posting(debtor);
        if posting.map(|it| it.owner) != Some(row.pledgor) || account == row.account {
            return Err(RejectReason::CollateralUnfit);
        }
        check_creditor(self, row.account, asset, minor).map(|_row| ())
    }

    /// Whether the cash among these things is there: the pledgor's own, and not what an overdraft lends it.
    pub(super) fn check_own_cash(&self, things: &[Pledged]) -> Result<(), RejectReason> {
        let mut wanted: BTreeMap<AccountId, u128> = BTreeMap::new();
        for thing in things {
            if let Pledged::Cash { account, amount } = thing {
                *wanted.entry(*account).or_default() += amount.minor();
            }
        }
        for (account, amount) in wanted {
            let posting = self.accounts.posting(place(account));
            let lent = self.accounts.rules(place(account)).map_or(0, |it| it.floor);
            let own = posting.map_or(0, |it| it.headroom().saturating_add(lent));
            if i128::try_from(amount).map_or(true, |amount| amount > own) {
                return Err(RejectReason::InsufficientFunds);
            }
        }
        Ok(())
    }

    /// The pledge that a warehouse receipt bears while it is part of a collateral.
    pub(super) fn goods_pledge(
        &self,
        collateral: u64,
        row: &Collateral,
        receipt: u64,
        moment: &Moment,
    ) -> Option<GoodsPledge> {
        let commodity = self.products.warehouse_receipts.get(receipt)?.commodity;
        Some(GoodsPledge {
            pledgee: row.pledgee,
            asset: row.asset,
            secured: Amount::ZERO,
            pricer: row.terms.pricer,
            haircut_ppm: row.terms.goods_haircut_ppm,
            ltv_max_ppm: WHOLE_PPM,
            cure_days: 0,
            margin_call: None,
            valued_next: next_valuation(self, moment, row.terms.pricer, commodity),
            collateral: Some(collateral),
        })
    }

    /// Takes checked things into a collateral.
    pub(super) fn encumber(&mut self, id: u64, things: &[Pledged], moment: &Moment) {
        let Some(row) = self.products.collateral.get(id).cloned() else {
            return;
        };
        for thing in things {
            match *thing {
                Pledged::Cash { account, amount } => {
                    self.set_aside(account, row.account, amount.minor());
                }
                Pledged::Portion(portion) => {
                    self.products.portions.update(portion, |it| {
                        it.pledge = Some(Pledge {
                            pledgee: row.pledgee,
                            account: row.account,
                            secured: it.claim,
                            collateral: Some(id),
                        });
                    });
                }
                Pledged::Receipt(receipt) => {
                    let pledge = self.goods_pledge(id, &row, receipt, moment);
                    let receipts = &mut self.products.warehouse_receipts;
                    receipts.update(receipt, |it| it.pledge = pledge);
                }
            }
        }
        self.products.collateral.update(id, |it| {
            for thing in things {
                it.add(*thing);
            }
            if it.state == CoverState::Asked {
                it.state = CoverState::Kept;
            }
        });
        self.marked_collateral.insert(id);
    }

    /// Lets items of a collateral go, and hands portions and receipts to `holder` where one is named.
    pub(super) fn let_go(&mut self, id: u64, numbers: &[u16], holder: Option<ParticipantId>) {
        let Some(row) = self.products.collateral.get(id).cloned() else {
            return;
        };
        for item in row.items.iter().filter(|it| numbers.contains(&it.number)) {
            match item.what {
                Pledged::Cash { account, amount } => {
                    self.free(account, row.account, amount.minor());
                }
                Pledged::Portion(portion) => {
                    self.products.portions.update(portion, |it| {
                        if it
                            .pledge
                            .is_some_and(|pledge| pledge.collateral == Some(id))
                        {
                            it.pledge = None;
                            if let Some(holder) = holder {
                                (it.holder, it.account) = (holder, row.account);
                            }
                        }
                    });
                }
                Pledged::Receipt(receipt) => {
                    self.products.warehouse_receipts.update(receipt, |it| {
                        it.pledge = None;
                        if let Some(holder) = holder {
                            it.holder = holder;
                            it.transfers = it.transfers.saturating_add(1);
                        }
                    });
                }
            }
        }
        self.products.collateral.update(id, |it| {
            it.items.retain(|item| !numbers.contains(&item.number));
        });
        self.marked_collateral.insert(id);
    }

    /// A pledged portion was paid: what came in stays pledged, as cash on the account that was paid.
    pub(crate) fn keep_proceeds(&mut self, id: u64, portion: u64, amount: u128) {
        let to = self.products.portions.get(portion);
        let Some((account, is_gone)) = to.map(|it| (it.account, !it.is_live())) else {
            return;
        };
        let Some(pledgee) = self.products.collateral.get(id).map(|it| it.account) else {
            return;
        };
        self.set_aside(account, pledgee, amount);
        self.products.collateral.update(id, |it| {
            let kept = it.items.iter_mut().find_map(|item| match &mut item.what {
                Pledged::Cash {
                    account: of,
                    amount,
                } if *of == account => Some(amount),
                Pledged::Cash { .. } | Pledged::Portion(_) | Pledged::Receipt(_) => None,
            });
            let add = Amount::from_minor(amount).unwrap_or(Amount::ZERO);
            match kept {
                Some(kept) => *kept = kept.checked_add(add).unwrap_or(*kept),
                None => it.add(Pledged::Cash {
                    account,
                    amount: add,
                }),
            }
            it.items
                .retain(|item| !is_gone || item.what != Pledged::Portion(portion));
        });
        self.marked_collateral.insert(id);
    }
}
