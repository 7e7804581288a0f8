//! Lines about waiting payments, netting cycles and proposals.

use sycee_primitives::{BlockTime, Height};

use super::{DAY, Line, Stage, chain, secret, uetr};
use crate::*;

impl Stage {
    /// Verbs about waiting payments and netting cycles.
    pub(super) fn queue_action(&self, line: &Line<'_>, verb: &str) -> Action {
        match verb {
            "prio" => Action::Reprioritise(Reprioritise {
                original: uetr(line.fields[0]),
                priority: line.fields[1].parse().unwrap(),
            }),
            "park" | "unpark" => Action::HoldQueued(HoldQueued {
                original: uetr(line.fields[0]),
                is_held: verb == "park",
            }),
            // `set CYCLE BITS`, the bits in hexadecimal digits; `zeros=N` for N bytes of zeros.
            "set" => {
                let digits = line.fields.get(1).map_or("", |text| *text);
                let bytes = digits.as_bytes().chunks(2);
                let bits = bytes
                    .map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap());
                let zeros = line.options.get("zeros");
                Action::SubmitCycleSet(SubmitCycleSet {
                    cycle: line.fields[0].parse().unwrap(),
                    bits: zeros.map_or(bits.collect(), |count| vec![0; count.parse().unwrap()]),
                })
            }
            "calendar" => self.calendar(line),
            "order" | "reorder" | "unorder" => self.order(line),
            "ask" | "answer" => self.request(line),
            "fee" => self.fee(line),
            "when" => self.when(line),
            "interest" => self.interest(line),
            "sweep" | "mandate" | "revoke" | "collect" => self.treasury(line),
            "rulebook" | "contribute" | "cover" => self.default_rule(line),
            "recall" | "back" | "protest" | "evidence" | "decide" | "compensate" => self.case(line),
            "limit" | "reserve" | "watch" => self.risk(line),
            "keyuse" | "grant" | "ungrant" | "sponsor" | "intraday" | "drawday" | "repayday" => {
                self.rights(line)
            }
            _ => self.supply(line),
        }
    }

    /// `propose CHANGE FIELDS`, with the time-lock in seconds and the expiry at a second of the day.
    pub(super) fn propose(&self, line: &Line<'_>) -> Propose {
        let option = |name: &str| line.options.get(name).copied();
        let number = |place: usize| line.fields[place].parse::<u64>().unwrap();
        let node = || u16::try_from(number(1)).unwrap();
        let key = || match option("with").unwrap() {
            "weak" => sycee_primitives::PublicKey([0; 32]),
            name => secret(name).public_key(),
        };
        let proof = || {
            let signer = option("proof").or(option("with")).unwrap();
            secret(signer).sign(&possession(&chain(), node(), &key()))
        };
        let change = match line.fields[0] {
            "join" => Change::Join {
                node: node(),
                key: key(),
                proof: proof(),
            },
            "rotate" => Change::Rotate {
                node: node(),
                key: key(),
                proof: proof(),
            },
            "leave" => Change::Leave { node: node() },
            "checkpoint" => Change::Parameter(Parameter::CheckpointIntervalMs(number(1))),
            "accounts" => Change::Parameter(Parameter::AccountsMax(number(1))),
            "participants" => {
                let most = u32::try_from(number(1)).unwrap();
                Change::Parameter(Parameter::ParticipantsMax(most))
            }
            "default" => Change::Default {
                participant: self.participants[line.fields[1]],
                reason: Purpose::new(*b"LEGL").unwrap(),
            },
            "calendar" => match self.calendar(line) {
                Action::SetCalendar(calendar) => Change::Calendar(calendar),
                other => panic!("no calendar: {other:?}"),
            },
            "protocol" => Change::Protocol {
                version: u32::try_from(number(1)).unwrap(),
                height: Height(number(2)),
            },
            change => panic!("no change {change}"),
        };
        let seconds = |name: &str, otherwise: u64| {
            option(name).map_or(otherwise, |text| text.parse().unwrap())
        };
        Propose {
            change,
            time_lock_ms: seconds("lock", 0) * 1_000,
            expires: BlockTime(DAY + seconds("expires", 3_600) * 1_000),
        }
    }
}
