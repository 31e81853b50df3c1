//! What holds for every row of the table.

use std::collections::HashSet;

use super::*;

#[test]
fn every_name_is_used_once() {
    let mut names = HashSet::new();
    for setting in SETTINGS {
        assert!(names.insert(setting.key), "key {} twice", setting.key);
        for variable in setting.env {
            assert!(names.insert(variable), "variable {variable} twice");
        }
        if let Some(flag) = setting.flag {
            assert!(names.insert(flag.long) || flag.long == setting.key, "{}", flag.long);
        }
        assert!(setting.doc.ends_with('.'), "{}: a sentence ends with a full stop", setting.key);
    }
}

#[test]
fn a_project_file_sets_only_what_shapes_its_own_index() {
    let allowed: Vec<_> = SETTINGS.iter().filter(|s| s.project).map(|s| s.key).collect();
    assert_eq!(
        allowed,
        ["model", "include", "exclude", "include_data", "max_file_bytes", "no_ignore"]
    );
}
