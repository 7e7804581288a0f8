//! Lines about accounts, approvals, exchanges, breakers, participants and attestations.

use sycee_primitives::{
    Amount, AssetId, Balance, BlockTime, Hash,
    identifiers::{Bic, lei_with_check_digits},
};

use super::{DAY, Line, Stage, secret, uetr};
use crate::*;

impl Stage {
    /// Verbs of accounts, approvals, exchanges and breakers.
    pub(super) fn control_action(&self, line: &Line<'_>, verb: &str) -> Action {
        if verb == "advance" {
            let by_ms = line.fields[0].parse().unwrap();
            return Action::AdvanceClock(AdvanceClock { by_ms });
        }
        let option = |name: &str| line.options.get(name).copied();
        let code = |text: &str| Purpose::new(text.as_bytes().try_into().unwrap()).unwrap();
        let balance = |name: &str| option(name).map(|text| Balance(text.parse().unwrap()));
        match verb {
            "freeze" => Action::Freeze(Freeze {
                account: self.account(line.fields[0]),
                debits: line.fields[1].contains('d'),
                credits: line.fields[1].contains('c'),
                reason: code("LEGL"),
            }),
            "close" => Action::CloseAccount(CloseAccount {
                account: self.account(line.fields[0]),
            }),
            "rule" => Action::SetAccountRule(SetAccountRule {
                account: self.account(line.fields[0]),
                floor: balance("floor").unwrap_or(Balance::ZERO),
                ceiling: balance("ceiling"),
            }),
            "approve" | "refuse" => Action::Approve(Approve {
                transaction: self.sent.get(line.fields[0]).map_or_else(
                    || sycee_primitives::TransactionId(Hash::ZERO),
                    VerifiedTransaction::id,
                ),
                refuse: verb == "refuse",
            }),
            "link" => Action::Link(Link {
                uetr: uetr(option("uetr").unwrap_or(line.name)),
                legs: line
                    .fields
                    .iter()
                    .map(|field| self.linked_leg(field))
                    .collect(),
                affirm_by: BlockTime(
                    DAY + option("by").map_or(3_600, |it| it.parse::<u64>().unwrap()) * 1_000,
                ),
            }),
            "affirm" => Action::Affirm(Affirm {
                linked: uetr(line.fields[0]),
            }),
            "trip" => Action::TripBreaker(TripBreaker {
                scope: self.scope(line.fields[0]),
                reason: code("FRAD"),
            }),
            "resume" => Action::ResumeBreaker(ResumeBreaker {
                scope: self.scope(line.fields[0]),
                limit: option("limit").map(|text| text.parse().unwrap()),
            }),
            verb => self.participant_action(line, verb),
        }
    }

    /// `DEBTOR>CREDITOR:AMOUNT`, in asset 0, or `DEBTOR>CREDITOR:AMOUNT@ASSET`.
    pub(super) fn linked_leg(&self, text: &str) -> LinkedLeg {
        let (route, amount) = text.split_once(':').unwrap();
        let (debtor, creditor) = route.split_once('>').unwrap();
        let (amount, asset) = amount.split_once('@').unwrap_or((amount, "0"));
        LinkedLeg {
            debtor: self.account(debtor),
            creditor: self.account(creditor),
            asset: AssetId(asset.parse().unwrap()),
            amount: Amount::from_minor(amount.parse().unwrap()).unwrap(),
        }
    }

    pub(super) fn scope(&self, text: &str) -> BreakerScope {
        match text.split_once(':') {
            None => BreakerScope::Network,
            Some(("product", number)) => BreakerScope::Product(number.parse().unwrap()),
            Some(("asset", id)) => BreakerScope::Asset(AssetId(id.parse().unwrap())),
            Some(("participant", name)) => BreakerScope::Participant(self.participants[name]),
            Some((_, name)) => BreakerScope::Account(self.account(name)),
        }
    }

    /// Verbs about participants.
    pub(super) fn participant_action(&self, line: &Line<'_>, verb: &str) -> Action {
        let keys = |name: &str| {
            let all = line.options.get(name).map_or("", |text| *text).split('+');
            let all = all.filter(|name| !name.is_empty());
            all.map(|name| secret(name).public_key()).collect()
        };
        match verb {
            "rotate" => Action::RotateKey(RotateKey {
                participant: self.participants[line.fields[0]],
                add: keys("add"),
                retire: keys("retire"),
            }),
            "status" => Action::SetStatus(SetStatus {
                participant: self.participants[line.fields[0]],
                status: ParticipantStatus::ALL
                    .into_iter()
                    .find(|status| status.name() == line.fields[1])
                    .unwrap(),
                reason: Purpose::new(*b"LEGL").unwrap(),
            }),
            "policy" => Action::SetSigningPolicy(SetSigningPolicy {
                bands: line
                    .fields
                    .iter()
                    .map(|field| {
                        let (from, signatures) = field.split_once(':').unwrap();
                        SignatureBand {
                            from: from.parse().unwrap(),
                            signatures: signatures.parse().unwrap(),
                        }
                    })
                    .collect(),
            }),
            verb => self.queue_action(line, verb),
        }
    }

    pub(super) fn register(&self, line: &Line<'_>) -> Action {
        let option = |name: &str| line.options.get(name).copied();
        let role = Role::ALL
            .into_iter()
            .find(|role| role.name() == line.fields[1])
            .unwrap();
        let keys = option("keys").unwrap_or(line.fields[0]).split('+');
        Action::RegisterParticipant(RegisterParticipant {
            lei: lei_with_check_digits(&format!(
                "TEST00{:0>12}",
                option("lei").unwrap_or(line.fields[0]).to_uppercase()
            ))
            .unwrap(),
            bic: option("bic").map(|text| Bic::parse(text).unwrap()),
            name: ParticipantName::new(line.fields[0]).unwrap(),
            role,
            sponsor: option("sponsor").map(|name| self.participants[name]),
            keys: keys
                .filter(|name| *name != "none")
                .map(|name| {
                    if name == "weak" {
                        sycee_primitives::PublicKey([0; 32])
                    } else {
                        secret(name).public_key()
                    }
                })
                .collect(),
        })
    }

    /// `attest KIND SUBJECT VALUE`, observed and expiring at seconds of the day.
    pub(super) fn attest(&self, line: &Line<'_>) -> Action {
        let option = |name: &str| line.options.get(name).copied();
        let seconds = |name: &str, otherwise: u64| {
            let seconds = option(name).map_or(otherwise, |text| text.parse().unwrap());
            BlockTime(DAY + seconds * 1_000)
        };
        let kind = AttestationKind::ALL
            .into_iter()
            .find(|kind| kind.name() == line.fields[0])
            .unwrap();
        let subject = match line.fields[1].split_once(':') {
            Some(("asset", id)) => Subject::Asset(AssetId(id.parse().unwrap())),
            Some(("doc", name)) => Subject::Document(super::conditional::document(name)),
            Some(("account", name)) => Subject::Account(self.account(name)),
            Some(("participant", name)) => Subject::Participant(self.participants[name]),
            Some(("payment", name)) => Subject::Payment(uetr(name)),
            Some((other, _)) => panic!("no subject {other}"),
            None => Subject::Named(SubjectText::new(line.fields[1]).unwrap()),
        };
        Action::Attest(Attest {
            kind,
            subject,
            value: line.fields[2].parse().unwrap(),
            scale: option("scale").map_or(0, |text| text.parse().unwrap()),
            observed: seconds("observed", 0),
            expires: seconds("expires", 3_600),
            document: Hash::ZERO,
        })
    }
}
