use super::*;

#[test]
fn every_refusal_and_fault_survives_the_way_through_a_status() {
    let refusals = RejectReason::ALL
        .iter()
        .map(|reason| Problem::refusal(*reason, "leg 7"));
    let faults = NodeFault::ALL
        .iter()
        .map(|fault| Problem::of(*fault, "a place"));
    for problem in refusals.chain(faults) {
        let status = problem.to_status();
        assert_eq!(status.message(), problem.to_string());
        assert_ne!(status.code(), Code::Ok);
        assert_eq!(Problem::from_status(&status), problem);
    }
}

#[test]
fn node_codes_are_in_their_range_ascending_and_explained() {
    let numbers: Vec<u16> = NodeFault::ALL.iter().map(|fault| fault.number()).collect();
    assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(
        numbers
            .iter()
            .all(|number| (10_000..20_000).contains(number))
    );
    for fault in NodeFault::ALL {
        assert_eq!(NodeFault::from_number(fault.number()), Some(*fault));
        assert!(fault.english().ends_with('.'), "{fault:?}");
        assert!(fault.remedy().ends_with('.'), "{fault:?}");
        assert!(fault.chinese().ends_with('。'), "{fault:?}");
    }
}

#[test]
fn a_status_of_another_program_is_still_a_problem() {
    for (code, expected) in [
        (Code::Unavailable, NodeFault::Unreachable),
        (Code::DeadlineExceeded, NodeFault::TimedOut),
        (Code::Unknown, NodeFault::Internal),
    ] {
        let problem = Problem::from_status(&Status::new(code, "transport\nerror"));
        assert_eq!(problem.code, expected.code());
        assert!(!problem.to_string().contains('\n'));
    }
    let damaged = Status::with_details(Code::NotFound, "x", vec![0xff; 9].into());
    assert_eq!(
        Problem::from_status(&damaged).code,
        NodeFault::Internal.code()
    );
}

#[test]
fn an_error_is_one_line_with_code_iso_code_place_and_remedy() {
    let problem = Problem::refusal(RejectReason::CreditorUnknown, "creditor 99");
    assert_eq!(
        problem.to_string(),
        "SY-00240 (AC03): The creditor account does not exist [creditor 99]; remedy: Check the account id."
    );
}
