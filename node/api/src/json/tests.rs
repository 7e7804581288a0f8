//! Documents: what is read, and which place and remedy a wrong one names.

use sycee_primitives::{ParticipantId, codec};

use super::*;

const VOID: &str = r#"{"void_hold": {"hold": "e93e5bf0-8ca5-4301-b956-a53ffb7ba2f0"}}"#;

#[test]
fn one_instruction_or_a_list_of_them_is_read() {
    assert_eq!(action(VOID).unwrap().name(), "VoidHold");
    assert_eq!(actions(VOID).unwrap().len(), 1);
    let list = format!(" [{VOID},\n{VOID}]\n");
    assert_eq!(actions(&list).unwrap().len(), 2);
    let many = format!("[{}{VOID}]", format!("{VOID},").repeat(1_000));
    assert_eq!(
        actions(&many).unwrap_err().code,
        NodeFault::TooManyEntries.code()
    );
}

#[test]
fn a_wrong_document_says_where_and_what() {
    for (text, fault, words) in [
        ("", NodeFault::InstructionMalformed, "EOF"),
        ("[]", NodeFault::InstructionMalformed, "empty"),
        ("{}", NodeFault::InstructionMalformed, ""),
        (
            "nonsense",
            NodeFault::InstructionMalformed,
            "line 1 column 1",
        ),
        (r#"{"mint": {}}"#, NodeFault::VerbUnknown, "[mint]"),
        (r#"[{"mint": {}}]"#, NodeFault::VerbUnknown, "[mint]"),
        (
            r#"{"void_hold": {}}"#,
            NodeFault::InstructionMalformed,
            "void_hold: missing field `hold`",
        ),
        (
            r#"{"void_hold": {"hold": 7}}"#,
            NodeFault::InstructionMalformed,
            "void_hold.hold: invalid type: integer `7`, expected UETR: a version 4 UUID",
        ),
        (
            r#"{"void_hold": {"hold": "e93e5bf0-8ca5-4301-b956-a53ffb7ba2f0", "memo": 1}}"#,
            NodeFault::InstructionMalformed,
            "unknown field `memo`, expected `hold`",
        ),
        (
            r#"{"set_obligor_line": {"debtor": 1, "asset": 0, "cap": "01"}}"#,
            NodeFault::InstructionMalformed,
            "set_obligor_line.cap: amount: write \"1\"",
        ),
        (
            r#"{"set_status": {"participant": 1, "status": "gone", "reason": "LEGL"}}"#,
            NodeFault::InstructionMalformed,
            "set_status.status: unknown variant `gone`, expected one of `active`",
        ),
        (
            &format!("{VOID} x"),
            NodeFault::InstructionMalformed,
            "trailing characters",
        ),
        (
            &format!("[{VOID}, {{\"cancel\": 1}}]"),
            NodeFault::InstructionMalformed,
            "[1].cancel",
        ),
    ] {
        let problem = actions(text).unwrap_err();
        assert_eq!(problem.code, fault.code(), "{text}: {problem}");
        assert!(problem.to_string().contains(words), "{text}: {problem}");
        assert!(!problem.remedy.is_empty());
    }
    let long = " ".repeat(DOCUMENT_BYTES_MAX + 1);
    assert!(action(&long).unwrap_err().to_string().contains("at most"));
    let deep = "[".repeat(100_000);
    assert!(actions(&deep).is_err());
}

#[test]
fn rows_are_shown_as_objects_and_searched_for_participants() {
    let hold = serde_json::json!({
        "uetr": "e93e5bf0-8ca5-4301-b956-a53ffb7ba2f0",
        "sender": 3, "debtor": 1, "creditor": 2, "asset": 0,
        "amount": "125000", "expires": 1_800_000_000_000_u64, "state": {"posted": "5"},
    });
    let row: sycee_contracts::HoldRow = serde_json::from_value(hold.clone()).unwrap();
    let bytes = codec::encode(&row);
    assert_eq!(object(Table::Holds, &bytes).unwrap(), hold);
    assert!(names(Table::Holds, &bytes, ParticipantId(3)));
    // Accounts 1 and 2 and asset 0 are no participants.
    for other in [0, 1, 2, 4] {
        assert!(
            !names(Table::Holds, &bytes, ParticipantId(other)),
            "{other}"
        );
    }
    assert!(object(Table::Loans, &bytes).is_err());
    assert!(object(Table::Unheard, &bytes).is_err());
    assert!(!names(Table::Holds, b"x", ParticipantId(3)));
}
