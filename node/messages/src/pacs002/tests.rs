//! Answers: well-formed, in the published order, escaped, read back by our own reader.

use super::*;
use crate::directory::Directory;
use crate::judge::Judge;
use crate::xml;

fn report(status: Status) -> StatusReport {
    StatusReport {
        message_id: "STS-1".to_owned(),
        creation_time: "2026-12-01T09:15:00+08:00".to_owned(),
        original: OriginalMessage {
            message_id: "A&B <1>".to_owned(),
            message_name: "pacs.008.001.08".to_owned(),
        },
        group_status: None,
        transactions: vec![TransactionStatus {
            instruction_id: Some("I-1".to_owned()),
            end_to_end_id: "E\"1'".to_owned(),
            uetr: Uetr::parse("e93e5bf0-8ca5-4301-b956-a53ffb7ba2f0").ok(),
            status,
            instructing_agent: Bic::parse("QXBCCNB0").ok(),
            instructed_agent: None,
        }],
    }
}

#[test]
fn an_answer_is_exactly_this() {
    let text = report(Status::Settled).write().unwrap();
    let wanted = r#"<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.002.001.10">
 <FIToFIPmtStsRpt>
  <GrpHdr>
   <MsgId>STS-1</MsgId>
   <CreDtTm>2026-12-01T09:15:00+08:00</CreDtTm>
  </GrpHdr>
  <TxInfAndSts>
   <OrgnlGrpInf>
    <OrgnlMsgId>A&amp;B &lt;1&gt;</OrgnlMsgId>
    <OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId>
   </OrgnlGrpInf>
   <OrgnlInstrId>I-1</OrgnlInstrId>
   <OrgnlEndToEndId>E&quot;1'</OrgnlEndToEndId>
   <OrgnlUETR>e93e5bf0-8ca5-4301-b956-a53ffb7ba2f0</OrgnlUETR>
   <TxSts>ACSC</TxSts>
   <InstgAgt>
    <FinInstnId>
     <BICFI>QXBCCNB0</BICFI>
    </FinInstnId>
   </InstgAgt>
  </TxInfAndSts>
 </FIToFIPmtStsRpt>
</Document>
"#;
    assert_eq!(text, wanted);
    assert!(
        report(Status::Pending)
            .write()
            .unwrap()
            .contains("<TxSts>PDNG</TxSts>")
    );
}

#[test]
fn a_refusal_carries_code_and_text_and_reads_back() {
    let information = format!("<&>\r\n\u{1}{}", "字".repeat(1_000));
    let reason = Reason {
        code: StatusCode::AM12,
        information: information.clone(),
    };
    let text = report(Status::Rejected(reason)).write().unwrap();
    let tree = xml::read(text.as_bytes()).unwrap();
    let status = tree
        .root()
        .unwrap()
        .descend(&["FIToFIPmtStsRpt", "TxInfAndSts"])
        .unwrap();
    assert_eq!(status.child("TxSts").unwrap().text(), "RJCT");
    assert_eq!(
        status
            .descend(&["OrgnlGrpInf", "OrgnlMsgId"])
            .unwrap()
            .text(),
        "A&B <1>"
    );
    let why = status.child("StsRsnInf").unwrap();
    assert_eq!(why.descend(&["Rsn", "Cd"]).unwrap().text(), "AM12");
    let pieces: Vec<&str> = why
        .children_named("AddtlInf")
        .map(xml::Element::text)
        .collect();
    assert_eq!(pieces.len(), ADDITIONAL_INFORMATION_PIECES_MAX);
    assert!(pieces.iter().all(|piece| piece.chars().count() <= 105));
    let wanted: String = information
        .replace('\u{1}', "\u{fffd}")
        .chars()
        .take(420)
        .collect();
    assert_eq!(pieces.concat(), wanted);
}

#[test]
fn judgements_are_answered() {
    let expected = include_str!("../../../../tests/vectors/iso20022/expected.json");
    let file = include_str!("../../../../tests/vectors/iso20022/p03-pacs008-iban.xml");
    let answer = |text: &str| {
        let directory = Directory::from_json(expected, None).unwrap();
        let judgement = Judge::new(directory).judge("a.xml", text.as_bytes());
        let time = "2026-12-01T09:15:00Z".to_owned();
        StatusReport::of_judgement(&judgement, "STS-2".to_owned(), time)
            .write()
            .unwrap()
    };
    let accepted = answer(file);
    assert!(accepted.contains("<TxSts>PDNG</TxSts>"));
    assert!(accepted.contains("<OrgnlMsgId>CCT-20261201-P0009</OrgnlMsgId>"));
    let refused = answer(&file.replace("18250.40", "0.00"));
    assert!(refused.contains("<GrpSts>RJCT</GrpSts>") && refused.contains("<Cd>AM01</Cd>"));
    assert!(refused.contains("<OrgnlMsgId>CCT-20261201-P0009</OrgnlMsgId>"));
    let unreadable = answer("<!DOCTYPE a><a/>");
    assert!(unreadable.contains("<OrgnlMsgId>NOTPROVIDED</OrgnlMsgId>"));
    for text in [accepted, refused, unreadable] {
        assert!(xml::read(text.as_bytes()).is_ok());
    }
}

#[test]
fn answers_that_would_be_invalid_are_not_written() {
    let mut bad = report(Status::Settled);
    bad.message_id = "x".repeat(36);
    assert!(matches!(
        bad.write(),
        Err(StatusReportError::Identification { .. })
    ));
    let mut bad = report(Status::Settled);
    bad.creation_time = "yesterday".to_owned();
    assert!(matches!(
        bad.write(),
        Err(StatusReportError::CreationTime(_))
    ));
    let mut bad = report(Status::Settled);
    bad.transactions[0].end_to_end_id = " ".to_owned();
    assert!(bad.write().is_err());
}
