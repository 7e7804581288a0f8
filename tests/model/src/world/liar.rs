//! What the liar leads with.

use sycee_consensus::{
    BatchHeader, Block, BlockKind, CutEntry, Exec, Seq, SignedBlock, SignedHeader,
};
use sycee_primitives::{BlockTime, Epoch, Hash, Height};

use super::{World, epochs::next_of};

impl World {
    /// The liar's block number `value` at a place on a known block: blocks that fork its own lane, and near the end of an epoch Terminal
    /// blocks that differ by their time, or Padding. `None` beyond the numbered views.
    pub fn liars_block(
        &mut self,
        parent: u8,
        place: u64,
        value: u8,
        time: BlockTime,
    ) -> Option<u8> {
        let (epoch, view) = self.view_at(place);
        let above = &self.blocks[usize::from(parent)];
        let (block, terminal) = (above.signed.block.clone(), above.terminal);
        if block.epoch != epoch {
            return None;
        }
        let ends = self.handing.is_some() && epoch == self.set.epoch() && block.height >= Height(1);
        let ahead = if value == 1 { self.ahead_ms } else { 0 };
        let mut next = Block {
            epoch,
            view,
            height: block.height.next(),
            parent_view: block.view,
            parent: block.digest(self.set_of(epoch)),
            cut: Vec::new(),
            exec: block.exec,
            time: BlockTime(time.0 + ahead),
            evidence: Vec::new(),
            kind: BlockKind::Ledger,
        };
        if terminal.is_some() && epoch == self.set.epoch() {
            next.kind = BlockKind::Padding;
            next.time = BlockTime(block.time.0 + 1);
        } else if ends && value != 1 {
            next.kind = BlockKind::Terminal(next_of(&self.set));
            next.exec = Exec {
                executed: Height(1),
                results: self.first_results,
                ..block.exec
            };
            next.time.0 += u64::from(value);
        } else {
            let life = if value == 1 && self.has_lives {
                place << 8
            } else {
                0
            };
            let entry = self.liars_batch(parent, epoch, (value, life), time);
            next.cut.push(entry);
        }
        let digest = next.digest(self.set_of(epoch));
        let signature = self.secret(self.liar).sign(&digest);
        let block = next;
        self.block_number(&SignedBlock { block, signature })
    }

    /// A batch on the end of the liar's lane, as a block names it.
    fn liars_batch(
        &mut self,
        parent: u8,
        epoch: Epoch,
        (value, life): (u8, u64),
        time: BlockTime,
    ) -> CutEntry {
        let (seq, before) = self.blocks[usize::from(parent)].liar_tip;
        let last = self.batch(&before).map(|signed| signed.header.incarnation);
        let header = BatchHeader {
            epoch,
            lane: self.liar,
            incarnation: life.max(last.unwrap_or(0)),
            seq: Seq(seq.0 + 1),
            parent: before,
            time,
            transactions: 1,
            bytes: 100,
            payload_root: Hash([value + 1; 32]),
        };
        let digest = header.digest(self.set_of(epoch));
        let signature = self.secret(self.liar).sign(&digest);
        let (lane, seq) = (self.liar, header.seq);
        let number = self.batch_number(&SignedHeader { header, signature });
        if value == 2 {
            self.poisoned |= 1 << number;
        }
        CutEntry { lane, seq, digest }
    }
}
