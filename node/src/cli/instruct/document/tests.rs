use super::*;

#[test]
fn every_template_is_a_document_that_send_reads() {
    for verb in Action::VERBS {
        let action = example(&verb.key(), clock::wall()).unwrap().unwrap();
        let text = serde_json::to_string_pretty(&action).unwrap();
        assert_eq!(form::actions(&text).unwrap(), [action], "{text}");
    }
    let unknown = Template {
        verb: "mint".to_owned(),
    };
    let failed = unknown.run(Output { json: true }).unwrap_err();
    assert!(failed.lines[0].contains("SY-10461"), "{:?}", failed.lines);
}

#[test]
fn a_document_is_read_from_a_file_of_bounded_size() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.json");
    std::fs::write(&path, "{}").unwrap();
    let file = path.display().to_string();
    assert_eq!(document(&file).unwrap(), "{}");
    std::fs::write(&path, " ".repeat(form::DOCUMENT_BYTES_MAX + 1)).unwrap();
    let problem = document(&file).unwrap_err();
    assert_eq!(problem.code, NodeFault::FileMissing.code());
    assert!(document("nowhere.json").is_err());
}
