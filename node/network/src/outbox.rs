//! Frames waiting towards one peer in one class, bounded in bytes; the newest is dropped when full.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::Notify;

use crate::limits::FRAME_OVERHEAD_BYTES;

/// Queue between any number of senders and one writer task.
pub(crate) struct Outbox {
    queue: Mutex<Queue>,
    filled: Notify,
    bytes_max: usize,
}

#[derive(Default)]
struct Queue {
    frames: VecDeque<Arc<[u8]>>,
    cost: usize,
}

impl Outbox {
    pub(crate) fn new(bytes_max: usize) -> Outbox {
        Outbox {
            queue: Mutex::default(),
            filled: Notify::new(),
            bytes_max,
        }
    }

    /// Appends a frame; false when it does not fit.
    pub(crate) fn push(&self, frame: Arc<[u8]>) -> bool {
        let mut queue = self.lock();
        let cost = queue.cost.saturating_add(cost_of(&frame));
        if cost > self.bytes_max {
            return false;
        }
        queue.cost = cost;
        queue.frames.push_back(frame);
        drop(queue);
        self.filled.notify_one();
        true
    }

    /// Waits for frames and moves at least one into `buffer`, framed, and more while they fit.
    ///
    /// Nothing is taken when the future is dropped before it is ready. Returns the frame count.
    pub(crate) async fn take_into(&self, buffer: &mut Vec<u8>, bytes_max: usize) -> u64 {
        loop {
            let count = self.try_take_into(buffer, bytes_max);
            if count > 0 {
                return count;
            }
            self.filled.notified().await;
        }
    }

    fn try_take_into(&self, buffer: &mut Vec<u8>, bytes_max: usize) -> u64 {
        // The lock covers the moving of pointers only, never the copying of bytes.
        let mut taken: Vec<Arc<[u8]>> = Vec::new();
        let mut bytes = buffer.len();
        {
            let mut queue = self.lock();
            while let Some(next) = queue.frames.front() {
                let grown = bytes.saturating_add(next.len()).saturating_add(4);
                if grown > bytes_max && !taken.is_empty() {
                    break;
                }
                let Some(frame) = queue.frames.pop_front() else {
                    break;
                };
                queue.cost = queue.cost.saturating_sub(cost_of(&frame));
                bytes = grown;
                taken.push(frame);
            }
        }
        buffer.reserve(bytes.saturating_sub(buffer.len()));
        let mut count = 0;
        for frame in taken {
            // Frames longer than the class allows are refused before they get here.
            let Ok(length) = u32::try_from(frame.len()) else {
                continue;
            };
            buffer.extend_from_slice(&length.to_le_bytes());
            buffer.extend_from_slice(&frame);
            count += 1;
        }
        count
    }

    /// Drops everything that waits and returns how many frames that were.
    pub(crate) fn clear(&self) -> u64 {
        let dropped = std::mem::take(&mut *self.lock());
        dropped.frames.len() as u64
    }

    /// Returns the cost of what waits, in bytes.
    pub(crate) fn queued_bytes(&self) -> usize {
        self.lock().cost
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        // No code can panic while it holds the lock half-way; a poisoned lock is still whole.
        self.queue
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

fn cost_of(frame: &Arc<[u8]>) -> usize {
    frame.len().saturating_add(FRAME_OVERHEAD_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(length: usize, fill: u8) -> Arc<[u8]> {
        vec![fill; length].into()
    }

    #[test]
    fn a_full_queue_drops_the_newest_and_recovers_when_emptied() {
        let outbox = Outbox::new(2 * (100 + FRAME_OVERHEAD_BYTES));
        assert!(outbox.push(frame(100, 1)));
        assert!(outbox.push(frame(100, 2)));
        assert!(!outbox.push(frame(0, 3)));
        let mut buffer = Vec::new();
        assert_eq!(outbox.try_take_into(&mut buffer, usize::MAX), 2);
        assert_eq!(buffer.len(), 208);
        assert_eq!(&buffer[..5], &[100, 0, 0, 0, 1]);
        assert_eq!(buffer[104 + 4], 2);
        assert_eq!(outbox.queued_bytes(), 0);
        assert!(outbox.push(frame(100, 4)));
        assert_eq!(outbox.clear(), 1);
        assert_eq!(outbox.queued_bytes(), 0);
    }

    #[test]
    fn small_frames_are_written_together_and_a_large_one_goes_alone() {
        let outbox = Outbox::new(1 << 20);
        for _ in 0..3 {
            assert!(outbox.push(frame(10, 0)));
        }
        assert!(outbox.push(frame(1000, 0)));
        let mut buffer = Vec::new();
        assert_eq!(outbox.try_take_into(&mut buffer, 100), 3);
        buffer.clear();
        assert_eq!(outbox.try_take_into(&mut buffer, 100), 1);
        assert_eq!(buffer.len(), 1004);
        buffer.clear();
        assert_eq!(outbox.try_take_into(&mut buffer, 100), 0);
    }
}
