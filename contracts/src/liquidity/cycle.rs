//! Netting cycles: the waiting list is frozen, sets over it are submitted, the best one settles.
//!
//! ```text
//!   checkpoint at h, something waits, something happened since the last cycle ──▶ Open: the list is what waits at h, by row
//!        ordinary payments go on; sets come in as transactions
//!   h + WINDOW, before its transactions ──▶ every set without what no longer waits, judged at the balances of now;
//!                                           the best of them and of the baseline settles ──▶ Decided
//! ```
//! No set, bad sets, worse sets: the baseline settles. Who submitted does not matter, only the score.
//! A payment whose account, receiver or sender may not pay or be paid now stays out, and so do those behind it that keep their place;
//! so do payments of a pair whose other one stays out, and payments to accounts with a ceiling, which the sweep settles one by one. Spec: ledger 4 steps 3 to 5, I11.

use std::collections::{BTreeMap, BTreeSet};

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use sycee_primitives::{AccountId, BlockTime, Height, ParticipantId, json};

use crate::{
    account::store::place,
    ledger::Ledger,
    liquidity::{
        limits::Toward,
        netting::{
            ACCOUNT_BALANCE_MAX, Counterparties, NetLimit, Netting, NettingAccount, Pair,
            PaymentSet, Reservation, Settlement, WaitingPayment, baseline, judge,
        },
        pairs::{Listed, admitted},
        queue::{QueueState, end, transfer_all},
    },
    objects::Object,
    payment::pay::Pay,
    receipt::Outcome,
    standing::Moment,
    tables::Table,
};

/// Heights from the opening of a cycle to its decision, at least.
pub const CYCLE_WINDOW: u64 = 4;

/// Milliseconds of block time from the opening of a cycle to its decision, at least: blocks may follow each other faster than anybody
/// can solve and submit.
pub const CYCLE_MS_MIN: u64 = 500;

/// Cycles that a payment waits through until it becomes one step more urgent.
pub const AGEING_CYCLES: u64 = 8;

/// Sets of one cycle that are judged: one of every validator of the largest network.
pub(crate) const SETS_PER_CYCLE_MAX: usize = 128;

/// How a cycle stands.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum CycleState {
    /// Sets may be submitted.
    Open = 0,
    /// The best set has settled.
    Decided {
        /// Who submitted it; `None` for the baseline.
        submitter: Option<ParticipantId>,
        /// Payments that settled.
        count: u32,
        /// Their sum over all assets, in minor units.
        #[serde(with = "json::text")]
        value: u128,
        /// Sets that might settle, of all that were submitted.
        sound_sets: u16,
        /// Receipts of the ledger before it was decided.
        receipts: u64,
    } = 1,
}

/// One netting cycle, as stored, committed to and read.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NettingCycle {
    /// Height at which the list was frozen.
    pub opened: Height,
    /// Time of that block.
    pub opened_at: BlockTime,
    /// Payments of the list.
    pub listed: u32,
    /// How it stands.
    pub state: CycleState,
}

/// A submitted set, as stored, committed to and read. Its bits are dropped when the cycle is decided.
#[derive(Clone, PartialEq, Eq, Debug, BorshSerialize, BorshDeserialize, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CycleSet {
    /// The cycle.
    pub cycle: u64,
    /// Who submitted it.
    pub submitter: ParticipantId,
    /// Payment i of the list is bit (i mod 8, least significant first) of byte (i div 8).
    #[serde(with = "json::text")]
    pub bits: Vec<u8>,
}

impl NettingCycle {
    /// Height at which it is decided, unless that comes before its time.
    #[must_use]
    pub fn decides(&self) -> Height {
        Height(self.opened.0.saturating_add(CYCLE_WINDOW))
    }
}

impl Object for NettingCycle {
    const TABLE: Table = Table::Cycles;
    const ROWS_MAX: u64 = 1 << 24;
    type Index = ();

    fn is_sound(&self, _ledger: &Ledger) -> bool {
        true
    }
}

impl Object for CycleSet {
    const TABLE: Table = Table::CycleSets;
    const ROWS_MAX: u64 = 1 << 24;
    type Index = BTreeMap<(u64, ParticipantId), u64>;

    fn enter(&self, id: u64, index: &mut Self::Index) {
        index.insert((self.cycle, self.submitter), id);
    }

    fn is_sound(&self, ledger: &Ledger) -> bool {
        ledger.participant(self.submitter).is_some()
            && ledger.products.cycles.get(self.cycle).is_some()
    }
}

/// The cycle in which sets may be submitted.
pub(crate) fn open_cycle(ledger: &Ledger) -> Option<(u64, &NettingCycle)> {
    let last = ledger.products.cycles.len().checked_sub(1)?;
    let cycle = ledger.products.cycles.get(last)?;
    (cycle.state == CycleState::Open).then_some((last, cycle))
}

/// Rows that waited at the end of a height's block, whatever became of them since; ascending. Held ones have their place too, so that
/// no bit of a set moves when their sender takes them back or lets others stand aside.
fn listed_at(ledger: &Ledger, height: Height) -> Vec<u64> {
    let queue = &ledger.products.queue;
    let waiting = queue.index().unended();
    let rows = waiting.chain(queue.index().ended_above(height));
    let rows: BTreeSet<u64> = rows
        .filter(|id| queue.get(*id).is_some_and(|it| it.entered <= height))
        .collect();
    rows.into_iter().collect()
}

/// Block time at which a cycle wants a block although nobody sends anything: as many as it takes while one is open, else when one would open.
pub(crate) fn next_due(ledger: &Ledger) -> Option<BlockTime> {
    if open_cycle(ledger).is_some() {
        let pace = CYCLE_MS_MIN / CYCLE_WINDOW;
        return Some(BlockTime(ledger.header.time.0.saturating_add(pace)));
    }
    let interval = ledger.parameters.checkpoint_interval_ms;
    let checkpoint = ledger.header.checkpoint.time.0.saturating_add(interval);
    wants_cycle(ledger).then_some(BlockTime(checkpoint))
}

/// Whether something waits, no cycle is open, and something happened since the last one.
fn wants_cycle(ledger: &Ledger) -> bool {
    let last = ledger
        .products
        .cycles
        .iter()
        .next_back()
        .map(|it| it.1.state);
    let is_quiet = match last {
        Some(CycleState::Open) => true,
        Some(CycleState::Decided { receipts, .. }) => ledger.header.receipts <= receipts,
        None => false,
    };
    let waits = ledger.products.queue.index().waiting().next().is_some();
    waits && !is_quiet && ledger.products.cycles.check_room().is_ok()
}

/// Freezes the list at a checkpoint, if a cycle is wanted.
pub(crate) fn open(ledger: &mut Ledger) {
    if !wants_cycle(ledger) {
        return;
    }
    let listed = ledger.products.queue.index().len();
    ledger.products.cycles.add(NettingCycle {
        opened: ledger.header.height,
        opened_at: ledger.header.time,
        listed: u32::try_from(listed).unwrap_or(u32::MAX),
        state: CycleState::Open,
    });
}

/// The question of a cycle at the balances of now.
pub(crate) struct Question {
    pub(crate) netting: Netting,
    /// Account at each place of the netting problem.
    pub(crate) accounts: Vec<AccountId>,
    /// Row of each payment of the netting problem.
    pub(crate) rows: Vec<u64>,
    /// Place in the frozen list of each of them.
    places: Vec<usize>,
}

pub(crate) fn question(ledger: &Ledger, opened: Height) -> Option<Question> {
    let queue = &ledger.products.queue;
    let list = listed_at(ledger, opened);
    let mut in_order: Vec<(AccountId, u8, u64, usize)> = Vec::new();
    for (place, id) in list.iter().enumerate() {
        let row = queue.get(*id)?;
        if row.state == QueueState::Waiting {
            in_order.push((
                row.payment.debtor,
                row.payment.handling.priority,
                *id,
                place,
            ));
        }
    }
    in_order.sort_unstable();
    let in_order: Vec<Listed> = in_order
        .into_iter()
        .map(|(debtor, _, id, place)| Listed { debtor, id, place })
        .collect();
    let is_in = admitted(ledger, &in_order);
    let admitted = in_order.iter().zip(is_in).filter(|(_, is_in)| *is_in);
    let mut taken: Vec<(u64, usize)> = admitted.map(|(it, _)| (it.id, it.place)).collect();
    taken.sort_unstable();
    let mut accounts: BTreeMap<AccountId, u32> = BTreeMap::new();
    let mut facts = Vec::new();
    let mut payments = Vec::new();
    for (id, _) in &taken {
        let payment = &queue.get(*id)?.payment;
        let mut at = |account: AccountId| {
            let next = u32::try_from(accounts.len()).unwrap_or(u32::MAX);
            *accounts.entry(account).or_insert_with(|| {
                facts.push(account);
                next
            })
        };
        payments.push(WaitingPayment {
            sender: at(payment.debtor),
            receiver: at(payment.creditor),
            amount: payment.amount.minor(),
            class: u32::from(payment.handling.priority),
            strict: !payment.handling.bypass,
        });
    }
    let limits = limits_between(ledger, &accounts);
    let known = facts.iter().map(|account| fact_of(ledger, *account));
    let pairs = pairs_of(ledger, &taken);
    let netting = Netting::new(known.collect(), payments, limits, &pairs).ok()?;
    let (rows, places) = taken.into_iter().unzip();
    Some(Question {
        netting,
        accounts: facts,
        rows,
        places,
    })
}

/// The pairs among the payments of a problem, whose rows ascend.
fn pairs_of(ledger: &Ledger, taken: &[(u64, usize)]) -> Vec<Pair> {
    let queue = &ledger.products.queue;
    let at = |id: u64| {
        let place = taken.binary_search_by_key(&id, |it| it.0).ok()?;
        u32::try_from(place).ok()
    };
    let later = |id: u64| queue.get(id)?.mate.filter(|mate| *mate > id);
    let pairs = taken.iter().filter_map(|(id, _)| {
        Some(Pair {
            first: at(*id)?,
            second: at(later(*id)?)?,
        })
    });
    pairs.collect()
}

/// What the netting rules need to know of an account.
fn fact_of(ledger: &Ledger, account: AccountId) -> NettingAccount {
    let posting = ledger.accounts.posting(place(account));
    let bound = posting.map_or(0, |it| it.bound);
    let reserved = ledger.reserved(account);
    NettingAccount {
        balance: posting.map_or(0, |it| it.balance()),
        floor: bound.saturating_sub_unsigned(reserved.map_or(0, |(_, amount)| amount)),
        reservation: reserved.map(|(class, amount)| Reservation {
            class: u32::from(class),
            amount,
        }),
    }
}

/// The limits in force of listed accounts, as far as they speak of listed ones.
fn limits_between(ledger: &Ledger, accounts: &BTreeMap<AccountId, u32>) -> Vec<NetLimit> {
    let mut limits = Vec::new();
    for (account, place) in accounts {
        for (_, limit) in ledger.limits_of(*account) {
            let counterparties = match limit.toward {
                Toward::One(other) => accounts.get(&other).copied().map(Counterparties::One),
                Toward::Others => Some(Counterparties::Others),
                Toward::All => Some(Counterparties::All),
            };
            let most = ACCOUNT_BALANCE_MAX;
            let headroom = ledger.limit_headroom(limit).clamp(-most, most);
            limits.extend(counterparties.map(|counterparties| NetLimit {
                account: *place,
                counterparties,
                headroom,
            }));
        }
    }
    limits
}

impl Question {
    /// A submitted set over the frozen list, as one over what still waits.
    fn translate(&self, bits: &[u8], listed: usize) -> Option<PaymentSet> {
        let submitted = PaymentSet::from_bytes(bits, listed).ok()?;
        let mut set = PaymentSet::none(self.rows.len());
        for (payment, place) in self.places.iter().enumerate() {
            set.set(payment, submitted.contains(*place));
        }
        Some(set)
    }
}

/// Decides the open cycle when its height has come.
pub(crate) fn decide_due(ledger: &mut Ledger, moment: &Moment) {
    let Some((id, cycle)) = open_cycle(ledger) else {
        return;
    };
    let earliest = cycle.opened_at.0.saturating_add(CYCLE_MS_MIN);
    if moment.height < cycle.decides() || moment.time.0 < earliest {
        return;
    }
    let (opened, listed) = (cycle.opened, cycle.listed as usize);
    let question = question(ledger, opened);
    let chosen = question.as_ref().map(|it| choose(ledger, it, id, listed));
    let state = match (question, chosen) {
        (Some(question), Some(chosen)) => settle(ledger, moment, &question, &chosen),
        (Some(_), None) | (None, Some(_)) | (None, None) => CycleState::Decided {
            submitter: None,
            count: 0,
            value: 0,
            sound_sets: 0,
            receipts: ledger.header.receipts,
        },
    };
    ledger.products.cycles.update(id, |it| it.state = state);
    age(ledger, id);
    let sets: Vec<u64> = sets_of(ledger, id).map(|(_, set)| set).collect();
    for set in sets {
        ledger
            .products
            .cycle_sets
            .update(set, |it| it.bits = Vec::new());
    }
}

/// Makes what has waited through some cycles one step more urgent, so that nobody waits for ever behind those that come later. Nothing
/// becomes as urgent as 0, which its sender must ask for, nor urgent enough to use what its account reserves.
fn age(ledger: &mut Ledger, cycle: u64) {
    let waiting: Vec<u64> = ledger
        .products
        .queue
        .index()
        .waiting()
        .map(|it| it.1)
        .collect();
    for id in waiting {
        let Some(row) = ledger.products.queue.get(id) else {
            continue;
        };
        let lists = (cycle + 1).saturating_sub(row.first_cycle);
        let priority = row.payment.handling.priority;
        let reserved = ledger.reserved(row.payment.debtor);
        let least = match reserved {
            Some((class, _)) if priority > class => class + 1,
            Some(_) | None => 1,
        };
        if lists > 0 && lists.is_multiple_of(AGEING_CYCLES) && priority > least {
            ledger
                .products
                .queue
                .update(id, |it| it.payment.handling.priority = priority - 1);
        }
    }
}

/// Sets submitted to a cycle, by submitter.
pub(crate) fn sets_of(
    ledger: &Ledger,
    cycle: u64,
) -> impl Iterator<Item = (ParticipantId, u64)> + '_ {
    let all = (cycle, ParticipantId(0))..=(cycle, ParticipantId(u32::MAX));
    let index = ledger.products.cycle_sets.index();
    index
        .range(all)
        .map(|((_, submitter), set)| (*submitter, *set))
}

/// The best set with who submitted it, and how many were sound.
struct Chosen {
    set: PaymentSet,
    submitter: Option<ParticipantId>,
    settlement: Option<Settlement>,
    sound_sets: u16,
}

fn choose(ledger: &Ledger, question: &Question, cycle: u64, listed: usize) -> Chosen {
    let queued = baseline(&question.netting);
    let mut chosen = Chosen {
        settlement: judge(&question.netting, &queued).ok(),
        set: queued,
        submitter: None,
        sound_sets: 0,
    };
    for (submitter, set) in sets_of(ledger, cycle) {
        let Some(row) = ledger.products.cycle_sets.get(set) else {
            continue;
        };
        let Some(set) = question.translate(&row.bits, listed) else {
            continue;
        };
        let Ok(settlement) = judge(&question.netting, &set) else {
            continue;
        };
        chosen.sound_sets += 1;
        let best = chosen.settlement.as_ref();
        // Equal sets: the first submitter by id keeps the honour.
        if best.is_none_or(|best| settlement.score > best.score) {
            chosen.set = set;
            chosen.submitter = Some(submitter);
            chosen.settlement = Some(settlement);
        }
    }
    chosen
}

fn settle(
    ledger: &mut Ledger,
    moment: &Moment,
    question: &Question,
    chosen: &Chosen,
) -> CycleState {
    let rows: Vec<u64> = chosen
        .set
        .iter()
        .filter_map(|it| question.rows.get(it).copied())
        .collect();
    let payments: Vec<Pay> = rows
        .iter()
        .filter_map(|id| Some(ledger.products.queue.get(*id)?.payment.clone()))
        .collect();
    let receipts = ledger.header.receipts;
    let is_moved = transfer_all(ledger, payments.iter());
    if is_moved {
        for id in &rows {
            end(
                ledger,
                *id,
                QueueState::Settled(moment.height),
                Outcome::Settled,
            );
        }
    }
    let settlement = chosen.settlement.as_ref().filter(|_| is_moved);
    CycleState::Decided {
        submitter: chosen.submitter.filter(|_| is_moved),
        count: settlement.map_or(0, |it| u32::try_from(it.count).unwrap_or(u32::MAX)),
        value: settlement.map_or(0, |it| it.value),
        sound_sets: chosen.sound_sets,
        receipts,
    }
}

impl Ledger {
    /// The open cycle with its frozen list at the balances of now, for whoever wants to submit a set: the cycle, the problem, and for
    /// each of its payments the place in the list. `None` when no cycle is open.
    #[must_use]
    pub fn cycle_question(&self) -> Option<(u64, Netting, Vec<usize>)> {
        let (id, cycle) = open_cycle(self)?;
        let question = question(self, cycle.opened)?;
        Some((id, question.netting, question.places))
    }

    /// Netting cycles that were ever opened; the newest has the number below.
    #[must_use]
    pub fn cycles(&self) -> u64 {
        self.products.cycles.len()
    }

    /// Payments of a cycle's list; `None` when there is no such cycle.
    #[must_use]
    pub fn cycle(&self, id: u64) -> Option<&NettingCycle> {
        self.products.cycles.get(id)
    }

    /// Payments that wait for funds, held ones included.
    #[must_use]
    pub fn queued_payments(&self) -> usize {
        self.products.queue.index().len()
    }
}
