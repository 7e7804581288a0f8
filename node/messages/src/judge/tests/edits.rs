//! One edit to a valid file, one judgement: the table that says what each kind of fault is answered with.

use super::*;

const ACCEPTED: &str = "accepted";

/// What is edited, from what, to what, the code (or "accepted"), the stage, the path below the body.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

fn check(base: &str, body: &str, rows: &[Row]) {
    for (from, to, code, stage, path) in rows {
        let judgement = judge(&edited(base, from, to));
        let found = judgement
            .code
            .map_or(ACCEPTED.to_owned(), |code| code.to_string());
        assert_eq!(found, *code, "{from} -> {to}: {judgement:?}");
        if *code == ACCEPTED {
            continue;
        }
        let found_stage = serde_json::to_value(judgement.stage).unwrap();
        assert_eq!(found_stage, *stage, "{from} -> {to}: {judgement:?}");
        let wanted = (!path.is_empty()).then(|| match path.strip_prefix('^') {
            Some(absolute) => absolute.to_owned(),
            None => format!("{body}/{path}"),
        });
        assert_eq!(judgement.xpath, wanted, "{from} -> {to}: {judgement:?}");
    }
}

const CUSTOMER_BODY: &str = "/Document/FIToFICstmrCdtTrf";
const BANK_BODY: &str = "/Document/FICdtTrf";
const INITIATION_BODY: &str = "/Document/CstmrCdtTrfInitn";

#[test]
#[expect(clippy::too_many_lines, reason = "a table, not steps")]
fn amounts() {
    let at = "CdtTrfTxInf/IntrBkSttlmAmt";
    check(
        BANK,
        BANK_BODY,
        &[
            (">25000000.00<", ">0<", "AM01", "rule", at),
            (">25000000.00<", ">0.00<", "AM01", "rule", at),
            (">25000000.00<", ">-25000000.00<", "AM12", "schema", at),
            (">25000000.00<", ">+25000000.00<", "AM12", "schema", at),
            (">25000000.00<", ">25,000,000.00<", "AM12", "schema", at),
            (">25000000.00<", ">25 000 000.00<", "AM12", "schema", at),
            (">25000000.00<", ">2.5e7<", "AM12", "schema", at),
            (">25000000.00<", ">2.5E7<", "AM12", "schema", at),
            (">25000000.00<", ">25000000,00<", "AM12", "schema", at),
            (">25000000.00<", ">25000000.<", "AM12", "schema", at),
            (">25000000.00<", ">.50<", "AM12", "schema", at),
            (">25000000.00<", "><", "AM12", "schema", at),
            (">25000000.00<", ">NaN<", "AM12", "schema", at),
            (">25000000.00<", ">２５<", "AM12", "schema", at),
            (">25000000.00<", ">25000000.001<", "AM12", "rule", at),
            (">25000000.00<", ">25000000.000<", "AM12", "rule", at),
            (">25000000.00<", ">25000000.000000<", "AM12", "schema", at),
            (
                ">25000000.00<",
                ">12345678901234567.89<",
                "AM12",
                "schema",
                at,
            ),
            (">25000000.00<", ">9999999999999999.99<", ACCEPTED, "", ""),
            (">25000000.00<", ">25000000<", ACCEPTED, "", ""),
            (">25000000.00<", ">25000000.0<", ACCEPTED, "", ""),
            (">25000000.00<", ">0025000000.00<", ACCEPTED, "", ""),
            (">25000000.00<", ">\n 25000000.00 <", ACCEPTED, "", ""),
            (
                ">25000000.00<",
                "><![CDATA[25000000.00]]><",
                ACCEPTED,
                "",
                "",
            ),
            (
                ">25000000.00<",
                ">2500<!-- here -->0000.00<",
                ACCEPTED,
                "",
                "",
            ),
            (">25000000.00<", ">&#50;5000000.00<", ACCEPTED, "", ""),
            (
                "Ccy=\"CNY\">25000000.00",
                "Ccy=\"JPY\">25000000",
                ACCEPTED,
                "",
                "",
            ),
            (
                "Ccy=\"CNY\">25000000.00",
                "Ccy=\"JPY\">25000000.0",
                "AM12",
                "rule",
                at,
            ),
            (
                "Ccy=\"CNY\">25000000.00",
                "Ccy=\"KWD\">25000000.125",
                ACCEPTED,
                "",
                "",
            ),
            (
                "Ccy=\"CNY\">25000000.00",
                "Ccy=\"KWD\">25000000.1250",
                "AM12",
                "rule",
                at,
            ),
            ("Ccy=\"CNY\"", "Ccy=\"SEK\"", "AM03", "rule", at),
            ("Ccy=\"CNY\"", "Ccy=\"cny\"", "AM03", "schema", at),
            ("Ccy=\"CNY\"", "Ccy=\"\"", "AM03", "schema", at),
            (" Ccy=\"CNY\"", "", "FF01", "schema", at),
            ("Ccy=\"CNY\"", "Ccy=\"CNY\" Sgn=\"-\"", "FF01", "schema", at),
        ],
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table, not steps")]
fn identifiers() {
    check(
        CUSTOMER,
        CUSTOMER_BODY,
        &[
            (
                "<BICFI>QXEFDEB0XXX",
                "<BICFI>QXEF1EB0XXX",
                "RC01",
                "schema",
                "CdtTrfTxInf/InstgAgt/FinInstnId/BICFI",
            ),
            (
                "<BICFI>QXFGGBB0",
                "<BICFI>qxfggbb0",
                "RC01",
                "schema",
                "CdtTrfTxInf/InstdAgt/FinInstnId/BICFI",
            ),
            (
                "<BICFI>QXFGGBB0",
                "<BICFI> QXFGGBB0",
                "RC01",
                "schema",
                "CdtTrfTxInf/InstdAgt/FinInstnId/BICFI",
            ),
            ("<BICFI>QXFGGBB0", "<BICFI>QXFGGBB0XXX", ACCEPTED, "", ""),
            (
                "DE08999999990503391179",
                "DE09999999990503391179",
                "AC02",
                "rule",
                "CdtTrfTxInf/DbtrAcct/Id/IBAN",
            ),
            (
                "DE08999999990503391179",
                "DE0899999999050339117",
                "AC02",
                "rule",
                "CdtTrfTxInf/DbtrAcct/Id/IBAN",
            ),
            (
                "DE08999999990503391179",
                "DE08 9999 9999 0503 3911 79",
                "AC02",
                "schema",
                "CdtTrfTxInf/DbtrAcct/Id/IBAN",
            ),
            (
                "GB36QXFG99999979695469",
                "GB37QXFG99999979695469",
                "AC03",
                "rule",
                "CdtTrfTxInf/CdtrAcct/Id/IBAN",
            ),
            (
                "GB36QXFG99999979695469",
                "gb36QXFG99999979695469",
                "AC03",
                "schema",
                "CdtTrfTxInf/CdtrAcct/Id/IBAN",
            ),
            (
                "999900SYCEEC00000258",
                "999900SYCEEC00000259",
                "BE16",
                "rule",
                "CdtTrfTxInf/Dbtr/Id/OrgId/LEI",
            ),
            (
                "999900SYCEEC00000549",
                "999900SYCEEC00000594",
                "BE17",
                "rule",
                "CdtTrfTxInf/Cdtr/Id/OrgId/LEI",
            ),
            (
                "999900SYCEEB00000533",
                "999900SYCEEB00000534",
                "RC03",
                "rule",
                "CdtTrfTxInf/DbtrAgt/FinInstnId/LEI",
            ),
            (
                "999900SYCEEB00000630",
                "999900SYCEEB00000603",
                "RC04",
                "rule",
                "CdtTrfTxInf/CdtrAgt/FinInstnId/LEI",
            ),
            (
                "999900SYCEEB00000630",
                "999900SYCEEB0000063",
                "RC04",
                "schema",
                "CdtTrfTxInf/CdtrAgt/FinInstnId/LEI",
            ),
            (
                "bb4eea3a-3a5d-42d2",
                "bb4eea3a-3a5d-12d2",
                "FF01",
                "schema",
                "CdtTrfTxInf/PmtId/UETR",
            ),
            (
                "bb4eea3a-3a5d-42d2",
                "BB4EEA3A-3A5D-42D2",
                "FF01",
                "schema",
                "CdtTrfTxInf/PmtId/UETR",
            ),
            (
                "<Ctry>CN",
                "<Ctry>China",
                "FF01",
                "schema",
                "CdtTrfTxInf/Dbtr/PstlAdr/Ctry",
            ),
            (
                "<ChrgBr>SHAR",
                "<ChrgBr>BOTH",
                "FF01",
                "schema",
                "CdtTrfTxInf/ChrgBr",
            ),
            (
                "CCT-20261201-P0009",
                "CCT-20261201-P0009-and-so-on-and-so-forth",
                "FF01",
                "schema",
                "GrpHdr/MsgId",
            ),
            (
                "CCT-20261201-P0009",
                "   ",
                "FF01",
                "schema",
                "GrpHdr/MsgId",
            ),
        ],
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table, not steps")]
fn structure() {
    let missing_agent = edited(CUSTOMER, "<CdtrAgt>", "<!--").replacen("</CdtrAgt>", "-->", 1);
    check(
        &missing_agent,
        CUSTOMER_BODY,
        &[("<IBAN>", "<IBAN>", "FF01", "schema", "CdtTrfTxInf/CdtrAgt")],
    );
    check(
        CUSTOMER,
        CUSTOMER_BODY,
        &[
            (
                "<MsgId>CCT-20261201-P0009</MsgId>",
                "",
                "FF01",
                "schema",
                "GrpHdr/MsgId",
            ),
            (
                "<EndToEndId>E-20261201-P0008</EndToEndId>",
                "",
                "FF01",
                "schema",
                "CdtTrfTxInf/PmtId/EndToEndId",
            ),
            ("<InstrId>I-20261201-P0007</InstrId>", "", ACCEPTED, "", ""),
            (
                "<UETR>bb4eea3a-3a5d-42d2-b6bd-4bc53b2cabf6</UETR>",
                "",
                "FF01",
                "rule",
                "CdtTrfTxInf/PmtId/UETR",
            ),
            (
                "<IntrBkSttlmDt>2026-12-01</IntrBkSttlmDt>",
                "",
                "FF01",
                "rule",
                "CdtTrfTxInf/IntrBkSttlmDt",
            ),
            (
                "<ChrgBr>SHAR</ChrgBr>",
                "",
                "FF01",
                "schema",
                "CdtTrfTxInf/ChrgBr",
            ),
            (
                "<BICFI>QXEFDEB0XXX</BICFI>",
                "<ClrSysMmbId><MmbId>1</MmbId></ClrSysMmbId>",
                "FF01",
                "rule",
                "CdtTrfTxInf/InstgAgt/FinInstnId/BICFI",
            ),
            (
                "<BICFI>QXEFDEB0XXX</BICFI>",
                "<BICFI>QXEFDEB0XXX</BICFI><Nm>Bank</Nm>",
                "FF01",
                "rule",
                "CdtTrfTxInf/InstgAgt/FinInstnId/Nm",
            ),
            (
                "<LEI>999900SYCEEB00000630</LEI>",
                "<PstlAdr><Ctry>GB</Ctry></PstlAdr>",
                "FF01",
                "rule",
                "CdtTrfTxInf/CdtrAgt/FinInstnId/PstlAdr",
            ),
            (
                "<NbOfTxs>1</NbOfTxs>",
                "<NbOfTxs>1</NbOfTxs><NbOfTxs>1</NbOfTxs>",
                "FF01",
                "schema",
                "GrpHdr/NbOfTxs[2]",
            ),
            (
                "<NbOfTxs>1</NbOfTxs>",
                "<NbOfTxs>2</NbOfTxs>",
                "AM18",
                "rule",
                "GrpHdr/NbOfTxs",
            ),
            (
                "<NbOfTxs>1</NbOfTxs>",
                "<NbOfTxs>one</NbOfTxs>",
                "FF01",
                "schema",
                "GrpHdr/NbOfTxs",
            ),
            (
                "<NbOfTxs>1</NbOfTxs>",
                "<NbOfTxs>1</NbOfTxs><CtrlSum>18250.41</CtrlSum>",
                "AM10",
                "rule",
                "GrpHdr/CtrlSum",
            ),
            (
                "<NbOfTxs>1</NbOfTxs>",
                "<NbOfTxs>1</NbOfTxs><CtrlSum>18250.4</CtrlSum>",
                ACCEPTED,
                "",
                "",
            ),
            (
                "<NbOfTxs>1</NbOfTxs>",
                "<NbOfTxs>1</NbOfTxs><TtlIntrBkSttlmAmt Ccy=\"EUR\">18250.40</TtlIntrBkSttlmAmt>",
                ACCEPTED,
                "",
                "",
            ),
            (
                "<NbOfTxs>1</NbOfTxs>",
                "<NbOfTxs>1</NbOfTxs><TtlIntrBkSttlmAmt Ccy=\"EUR\">18250.39</TtlIntrBkSttlmAmt>",
                "AM10",
                "rule",
                "GrpHdr/TtlIntrBkSttlmAmt",
            ),
            (
                "<ChrgBr>SHAR</ChrgBr>",
                "<Fee>1</Fee><ChrgBr>SHAR</ChrgBr>",
                "FF01",
                "schema",
                "CdtTrfTxInf/Fee",
            ),
            (
                "<ChrgBr>SHAR</ChrgBr>",
                "<chrgBr>SHAR</chrgBr>",
                "FF01",
                "schema",
                "CdtTrfTxInf/chrgBr",
            ),
            (
                "<Cd>GDDS</Cd>",
                "<Cd>GDDS</Cd><Prtry>GDDS</Prtry>",
                "FF01",
                "schema",
                "CdtTrfTxInf/Purp/Prtry",
            ),
            ("<Cd>GDDS</Cd>", "", "FF01", "schema", "CdtTrfTxInf/Purp"),
            (
                "<Cd>GDDS</Cd>",
                "goods<Cd>GDDS</Cd>",
                "FF01",
                "schema",
                "CdtTrfTxInf/Purp",
            ),
            (
                "<CreDtTm>2026-12-01T09:15:00+08:00</CreDtTm>",
                "<CreDtTm>2026-12-01</CreDtTm>",
                "FF01",
                "schema",
                "GrpHdr/CreDtTm",
            ),
            // The amount after its date: the date is the one that stands too early.
            (
                "<IntrBkSttlmAmt Ccy=\"EUR\">18250.40</IntrBkSttlmAmt>\n   <IntrBkSttlmDt>2026-12-01</IntrBkSttlmDt>",
                "<IntrBkSttlmDt>2026-12-01</IntrBkSttlmDt><IntrBkSttlmAmt Ccy=\"EUR\">18250.40</IntrBkSttlmAmt>",
                "FF01",
                "schema",
                "CdtTrfTxInf/IntrBkSttlmDt",
            ),
            (
                "<UETR>bb4eea3a-3a5d-42d2-b6bd-4bc53b2cabf6</UETR>",
                "<UETR>bb4eea3a-3a5d-42d2-b6bd-4bc53b2cabf6</UETR><TxId>T1</TxId>",
                "FF01",
                "schema",
                "CdtTrfTxInf/PmtId/TxId",
            ),
        ],
    );
}

#[test]
fn what_the_published_structure_allows_is_not_refused() {
    let agent = "<FinInstnId><ClrSysMmbId><ClrSysId><Cd>CNAPS</Cd></ClrSysId><MmbId>102100099996</MmbId></ClrSysMmbId><Nm>Bank</Nm></FinInstnId>";
    let extra = format!(
        "<ChrgBr>SHAR</ChrgBr><ChrgsInf><Amt Ccy=\"EUR\">1.50</Amt><Agt>{agent}</Agt></ChrgsInf><PrvsInstgAgt1>{agent}</PrvsInstgAgt1>"
    );
    let mut file = edited(CUSTOMER, "<ChrgBr>SHAR</ChrgBr>", &extra);
    file = edited(
        &file,
        "<Dbtr>",
        &format!("<IntrmyAgt1>{agent}</IntrmyAgt1><UltmtDbtr><Nm>Mother</Nm></UltmtDbtr><Dbtr>"),
    );
    file = edited(
        &file,
        "<Purp>",
        "<UltmtCdtr><Nm>Daughter</Nm></UltmtCdtr><InstrForCdtrAgt><Cd>PHOB</Cd><InstrInf>call</InstrInf></InstrForCdtrAgt><Purp>",
    );
    file = edited(
        &file,
        "<RmtInf>\n    <Ustrd>Invoice 4016</Ustrd>",
        "<RgltryRptg><DbtCdtRptgInd>BOTH</DbtCdtRptgInd><Dtls><Cd>121010</Cd><Inf>goods</Inf></Dtls></RgltryRptg><RmtInf><Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>CINV</Cd></CdOrPrtry></Tp><Nb>4016</Nb><RltdDt>2026-11-20</RltdDt></RfrdDocInf><RfrdDocAmt><DuePyblAmt Ccy=\"EUR\">18250.40</DuePyblAmt></RfrdDocAmt><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd>",
    );
    file = edited(
        &file,
        "</CdtTrfTxInf>",
        "<SplmtryData><PlcAndNm>here</PlcAndNm><Envlp><x:any xmlns:x=\"urn:other\" a=\"1\"><x:IBAN>none</x:IBAN></x:any></Envlp></SplmtryData></CdtTrfTxInf>",
    );
    let judgement = judge(&file);
    assert_eq!(judgement.outcome, Outcome::Accepted, "{judgement:?}");
    let prefixed = BANK
        .replace("</", "</d:")
        .replace("<d:", "<")
        .replace('<', "<d:")
        .replace("<d:/d:", "</d:")
        .replace("<d:/", "</d:")
        .replace("<d:?", "<?")
        .replace("xmlns=", "xmlns:d=");
    let judgement = judge(&prefixed);
    assert_eq!(
        judgement.outcome,
        Outcome::Accepted,
        "{judgement:?}\n{prefixed}"
    );
    let hinted = edited(
        BANK,
        "<Document ",
        "<Document xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"a b\" ",
    );
    assert_eq!(judge(&hinted).outcome, Outcome::Accepted);
    let marked = format!("\u{feff}{BANK}");
    assert_eq!(judge(&marked).outcome, Outcome::Accepted);
}

#[test]
fn namespaces() {
    let p9 = "pacs.009.001.08";
    check(
        BANK,
        BANK_BODY,
        &[
            (p9, "pacs.009.001.10", "FF01", "namespace", "^/Document"),
            (p9, "camt.056.001.08", "FF03", "namespace", "^/Document"),
            (
                p9,
                "pacs.008.001.08",
                "FF01",
                "schema",
                "^/Document/FICdtTrf",
            ),
            (
                "urn:iso:std:iso:20022:tech:xsd:",
                "urn:example:",
                "FF01",
                "namespace",
                "^/Document",
            ),
            (
                " xmlns=\"urn:iso:std:iso:20022:tech:xsd:pacs.009.001.08\"",
                "",
                "FF01",
                "namespace",
                "^/Document",
            ),
            (
                "<GrpHdr>",
                "<GrpHdr xmlns=\"urn:other\">",
                "FF01",
                "namespace",
                "^/Document/FICdtTrf/GrpHdr",
            ),
            (
                "<Document ",
                "<Document Id=\"1\" ",
                "FF01",
                "schema",
                "^/Document",
            ),
        ],
    );
    let wrapped = BANK.replace("Document", "Envelope");
    check(
        &wrapped,
        "",
        &[("<MsgId>", "<MsgId>", "FF01", "namespace", "^/Envelope")],
    );
}

#[test]
fn dates() {
    let at = "CdtTrfTxInf/IntrBkSttlmDt";
    let date = "<IntrBkSttlmDt>2026-12-01";
    check(
        BANK,
        BANK_BODY,
        &[
            (date, "<IntrBkSttlmDt>2026-12-02", ACCEPTED, "", ""),
            (date, "<IntrBkSttlmDt>2026-12-31", ACCEPTED, "", ""),
            (date, "<IntrBkSttlmDt>2027-01-01", "CH03", "rule", at),
            (date, "<IntrBkSttlmDt>9999-12-31", "CH03", "rule", at),
            (date, "<IntrBkSttlmDt>2026-11-30", "DT01", "rule", at),
            (date, "<IntrBkSttlmDt>2026-13-01", "DT01", "schema", at),
            (date, "<IntrBkSttlmDt>2026-02-30", "DT01", "schema", at),
            (date, "<IntrBkSttlmDt>01.12.2026", "DT01", "schema", at),
            (
                date,
                "<IntrBkSttlmDt>2026-12-01T00:00:00",
                "DT01",
                "schema",
                at,
            ),
            (date, "<IntrBkSttlmDt>2026-12-01Z", "DT01", "rule", at),
        ],
    );
    let file = initiation();
    let at = "PmtInf/ReqdExctnDt/Dt";
    let date = "<Dt>2026-12-01</Dt>";
    check(
        &file,
        INITIATION_BODY,
        &[
            (date, "<Dt>2026-11-30</Dt>", "CH04", "rule", at),
            (date, "<Dt>2028-12-01</Dt>", "CH03", "rule", at),
            (date, "<Dt>2026-12-32</Dt>", "DT01", "schema", at),
            (
                date,
                "<DtTm>2026-12-01T10:00:00+08:00</DtTm>",
                ACCEPTED,
                "",
                "",
            ),
            (date, "", "FF01", "schema", "PmtInf/ReqdExctnDt"),
        ],
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table, not steps")]
fn initiations() {
    let file = initiation();
    check(
        &file,
        INITIATION_BODY,
        &[
            (
                "11896532.47",
                "11896532.46",
                "AM10",
                "rule",
                "GrpHdr/CtrlSum",
            ),
            ("11896532.47", "11896532.470", ACCEPTED, "", ""),
            (
                "11896532.47",
                "-11896532.47",
                "AM10",
                "rule",
                "GrpHdr/CtrlSum",
            ),
            (
                "11896532.47",
                "1.189653247e7",
                "AM10",
                "schema",
                "GrpHdr/CtrlSum",
            ),
            (
                "<BtchBookg>true</BtchBookg>\n   <NbOfTxs>5",
                "<BtchBookg>true</BtchBookg>\n   <NbOfTxs>6",
                "AM18",
                "rule",
                "PmtInf/NbOfTxs",
            ),
            (
                "<NbOfTxs>5</NbOfTxs>\n   <CtrlSum>11896532.47",
                "<NbOfTxs>5</NbOfTxs>\n   <CtrlSum>11896532.5",
                "AM10",
                "rule",
                if file.contains("GrpHdr") {
                    "GrpHdr/CtrlSum"
                } else {
                    ""
                },
            ),
            ("<NbOfTxs>5", "<NbOfTxs>4", "AM18", "rule", "GrpHdr/NbOfTxs"),
            (
                ">3208015.07<",
                ">3208015.08<",
                "AM10",
                "rule",
                "GrpHdr/CtrlSum",
            ),
            (
                ">3208015.07<",
                ">3208015.075<",
                "AM12",
                "rule",
                "PmtInf/CdtTrfTxInf[1]/Amt/InstdAmt",
            ),
            (
                ">173762.62<",
                ">0<",
                "AM01",
                "rule",
                "PmtInf/CdtTrfTxInf[3]/Amt/InstdAmt",
            ),
            (
                ">173762.62<",
                ">-173762.62<",
                "AM12",
                "schema",
                "PmtInf/CdtTrfTxInf[3]/Amt/InstdAmt",
            ),
            (
                "<PmtMtd>TRF",
                "<PmtMtd>CHK",
                "FF03",
                "rule",
                "PmtInf/PmtMtd",
            ),
            (
                "<UETR>491ebf74-0d5b-4178-836b-69c1ccac0a33</UETR>",
                "",
                ACCEPTED,
                "",
                "",
            ),
            (
                "<UETR>491ebf74-0d5b-4178-836b-69c1ccac0a33</UETR>",
                "<UETR>19b53abb-2800-4f5c-838e-613bb0dd6f9b</UETR>",
                "DU03",
                "duplicate",
                "PmtInf/CdtTrfTxInf[2]/PmtId/UETR",
            ),
            (
                "E-20261201-P2047",
                "E-20261201-P2039",
                "DU04",
                "duplicate",
                "PmtInf/CdtTrfTxInf[5]/PmtId/EndToEndId",
            ),
            (
                "<BICFI>QXDECNB0",
                "<BICFI>QXZZCNB0",
                "CNOR",
                "directory",
                "PmtInf/CdtTrfTxInf[1]/CdtrAgt/FinInstnId/BICFI",
            ),
            (
                "<BICFI>QXABCNB0XXX",
                "<BICFI>QXZZCNB0XXX",
                "DNOR",
                "directory",
                "PmtInf/DbtrAgt/FinInstnId/BICFI",
            ),
            (
                "<Ccy>CNY</Ccy>",
                "<Ccy>EUR</Ccy>",
                "AC09",
                "rule",
                "PmtInf/DbtrAcct/Ccy",
            ),
            (
                "999900SYCEEC00000161",
                "999900SYCEEC00000162",
                "BE16",
                "rule",
                "GrpHdr/InitgPty/Id/OrgId/LEI",
            ),
        ],
    );
}

#[test]
fn control_sum_and_count_of_one_block_among_two() {
    // The block is repeated under another identification, with other references; only the second block's own sums are edited.
    let file = initiation();
    let (before, rest) = file.split_once("<PmtInf>").unwrap();
    let (block, after) = rest.split_once("</PmtInf>").unwrap();
    let second = block
        .replace("B-20261201", "B2-20261201")
        .replace("E-20261201", "E2-20261201")
        .replace("<UETR>", "<!--")
        .replace("</UETR>", "-->");
    let head = before
        .replace("11896532.47", "23793064.94")
        .replace("<NbOfTxs>5", "<NbOfTxs>10");
    let build =
        |second: &str| format!("{head}<PmtInf>{block}</PmtInf><PmtInf>{second}</PmtInf>{after}");
    assert_eq!(
        judge(&build(&second)).outcome,
        Outcome::Accepted,
        "{:?}",
        judge(&build(&second))
    );
    check(
        &build(&second.replace("11896532.47", "11896532.48")),
        INITIATION_BODY,
        &[("<GrpHdr>", "<GrpHdr>", "AM10", "rule", "PmtInf[2]/CtrlSum")],
    );
    check(
        &build(&second.replace("<NbOfTxs>5", "<NbOfTxs>9")),
        INITIATION_BODY,
        &[("<GrpHdr>", "<GrpHdr>", "AM18", "rule", "PmtInf[2]/NbOfTxs")],
    );
    check(
        &build(&second.replace("B2-20261201", "B-20261201")),
        INITIATION_BODY,
        &[(
            "<GrpHdr>",
            "<GrpHdr>",
            "DU02",
            "duplicate",
            "PmtInf[2]/PmtInfId",
        )],
    );
}

#[test]
fn directory_of_participants() {
    check(
        CUSTOMER,
        CUSTOMER_BODY,
        &[
            (
                "<BICFI>QXEFDEB0XXX",
                "<BICFI>QXZZDEB0XXX",
                "RC03",
                "directory",
                "CdtTrfTxInf/InstgAgt/FinInstnId/BICFI",
            ),
            (
                "<BICFI>QXFGGBB0",
                "<BICFI>QXZZGBB0",
                "RC04",
                "directory",
                "CdtTrfTxInf/InstdAgt/FinInstnId/BICFI",
            ),
            (
                "<BICFI>QXEFDEB0XXX</BICFI>\n     <LEI>",
                "<BICFI>QXZZDEB0XXX</BICFI>\n     <LEI>",
                "DNOR",
                "directory",
                "CdtTrfTxInf/DbtrAgt/FinInstnId/BICFI",
            ),
            (
                "<BICFI>QXFGGBB0</BICFI>\n     <LEI>",
                "<BICFI>QXZZGBB0</BICFI>\n     <LEI>",
                "CNOR",
                "directory",
                "CdtTrfTxInf/CdtrAgt/FinInstnId/BICFI",
            ),
            (
                "999900SYCEEB00000533",
                "999900SYCEEB00000630",
                "RC03",
                "directory",
                "CdtTrfTxInf/DbtrAgt/FinInstnId/LEI",
            ),
        ],
    );
    for (bank, code, place) in [
        ("QXFGGBB0", "AG11", "Cdtr"),
        ("QXEFDEB0XXX", "AG10", "Dbtr"),
    ] {
        let mut document: Value = serde_json::from_str(DIRECTORY).unwrap();
        for participant in document["participants"].as_array_mut().unwrap() {
            if participant["bic"] == bank {
                participant["status"] = "Suspended".into();
            }
        }
        let directory = Directory::from_json(&document.to_string(), None).unwrap();
        let judgement = Judge::new(directory).judge("a.xml", CUSTOMER.as_bytes());
        assert_eq!(judgement.code.unwrap().as_str(), code);
        let wanted = format!("{CUSTOMER_BODY}/CdtTrfTxInf/{place}Agt/FinInstnId/BICFI");
        assert_eq!(judgement.xpath, Some(wanted));
    }
}

#[test]
fn duplicates_across_files() {
    let mut judge = Judge::new(directory());
    let mut next = |text: &str| {
        let judgement = judge.judge("a.xml", text.as_bytes());
        let code = judgement.code.map_or(ACCEPTED, StatusCode::as_str);
        (
            code,
            judgement.xpath.unwrap_or_default(),
            judgement.reason.unwrap_or_default(),
        )
    };
    // A refused file leaves no trace.
    assert_eq!(next(&edited(BANK, ">25000000.00<", ">0<")).0, "AM01");
    assert_eq!(next(BANK).0, ACCEPTED);
    let (code, xpath, reason) = next(BANK);
    assert_eq!(
        (code, xpath.as_str()),
        ("DU01", "/Document/FICdtTrf/GrpHdr/MsgId")
    );
    assert!(reason.contains("this very file"), "{reason}");
    let other = edited(BANK, ">25000000.00<", ">25000000.01<");
    let (code, _, reason) = next(&other);
    assert_eq!(code, "DU01");
    assert!(reason.contains("other content"), "{reason}");
    let other = edited(&other, "FI-20261201-P0003", "FI-20261201-P0004");
    let (code, xpath, _) = next(&other);
    assert_eq!(
        (code, xpath.as_str()),
        ("DU03", "/Document/FICdtTrf/CdtTrfTxInf/PmtId/UETR")
    );
    let other = edited(&other, "e93e5bf0", "e93e5bf1");
    let (code, xpath, _) = next(&other);
    assert_eq!(
        (code, xpath.as_str()),
        ("DU04", "/Document/FICdtTrf/CdtTrfTxInf/PmtId/EndToEndId")
    );
    let other = edited(&other, "E-20261201-P0002", "NOTPROVIDED");
    assert_eq!(next(&other).0, ACCEPTED);
    let other = edited(&edited(&other, "e93e5bf1", "e93e5bf2"), "P0004", "P0005");
    assert_eq!(next(&other).0, ACCEPTED, "NOTPROVIDED may repeat");
    // Another sender may use the same message identification.
    let other = edited(CUSTOMER, "CCT-20261201-P0009", "FI-20261201-P0003");
    assert_eq!(next(&other).0, ACCEPTED);
}
