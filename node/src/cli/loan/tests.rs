//! What the commands answer: data, exit codes, and one sentence for each fault.

use super::*;
use crate::exit;

const PLAN: &str = r#"[{"id":"p1","type":"bullet","principal":"10000","rate":"120000000000","day_count":"30E360",
    "start":"2024-01-15","periods":2,"period_months":1,"end_of_month":false,"calendar":"NONE","bdc":"NONE"}]"#;

fn run(text: &str, check: bool) -> (FileResult, Outcome) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cases.json");
    std::fs::write(&file, text).unwrap();
    let cases = Cases { file, case: None };
    let door = if check {
        sycee_cases::check
    } else {
        sycee_cases::project
    };
    let result = cases.compute(door).unwrap();
    let outcome = refused(&cases, &result).and_then(|()| differing(&cases, &result));
    (result, outcome)
}

#[test]
fn a_plan_is_a_table_and_its_json_has_the_form_of_the_file() {
    let (result, outcome) = run(PLAN, false);
    assert!(outcome.is_ok());
    let json = projection(&result);
    assert_eq!(json[0]["id"], "p1");
    assert_eq!(json[0]["total_interest"], "200");
    assert_eq!(json[0]["schedule"][1]["instalment"], "10100");
    let lines = told(&result);
    assert_eq!(lines[0], "p1");
    assert!(
        lines[1].contains("outstanding") && lines[3].contains("2024-03-15"),
        "{lines:?}"
    );
}

#[test]
fn exit_codes_say_what_went_wrong() {
    let (_, outcome) = run(&PLAN.replace("bullet", "balloon"), false);
    let failed = outcome.unwrap_err();
    assert_eq!(failed.exit, exit::REFUSED);
    assert!(
        failed.lines[0].contains("case p1: type balloon is not supported"),
        "{failed:?}"
    );
    let wrong = r#"[{"numerator":"5","denominator":"2","half_even":"3"}]"#;
    let (result, outcome) = run(wrong, true);
    assert_eq!(outcome.unwrap_err().exit, exit::UNVERIFIED);
    assert_eq!(
        comparison(&result)["results"][0]["expected"]["half_even"],
        "2"
    );
    let cases = Cases {
        file: PathBuf::from("/nowhere/at/all"),
        case: None,
    };
    assert!(cases.compute(sycee_cases::project).is_err());
}
