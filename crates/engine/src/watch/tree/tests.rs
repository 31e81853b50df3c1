use std::fs;

use super::*;

struct Place {
    _dir: tempfile::TempDir,
    root: PathBuf,
    tree: Tree,
}

/// `src/a.rs`, `src/deep/b.rs`, an ignored directory and an empty one, looked at once.
fn place() -> Place {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().canonicalize().unwrap();
    for (path, text) in [
        (".gitignore", "target/\n*.log\n"),
        ("src/a.rs", "fn a() {}"),
        ("src/deep/b.rs", "fn b() {}"),
        ("target/out.rs", "fn out() {}"),
        (".git/HEAD", "ref: refs/heads/main\n"),
        (".git/refs/heads/main", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"),
    ] {
        write(&root, path, text);
    }
    fs::create_dir(root.join("empty")).unwrap();
    let mut tree = Tree::new(root.clone(), WalkOptions::default());
    let first = tree.look(Changes::everything()).unwrap();
    assert!(first.changed && first.removed.is_empty());
    assert_eq!(names(&root, &first.added), ["", "empty", "src", "src/deep"]);
    Place { _dir: dir, root, tree }
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn names(root: &Path, paths: &[PathBuf]) -> Vec<String> {
    let below = |path: &PathBuf| path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
    let mut names: Vec<String> = paths.iter().map(below).collect();
    names.sort();
    names
}

impl Place {
    /// Looks into a directory in which something changed, and at what came or went.
    fn look(
        &mut self,
        directories: &[&str],
        replaced: &[&str],
    ) -> (bool, Vec<String>, Vec<String>) {
        let real = |paths: &[&str]| paths.iter().map(|path| self.root.join(path)).collect();
        let (directories, replaced) = (real(directories), real(replaced));
        let changes = Changes { directories, replaced, ..Changes::default() };
        let look = self.tree.look(changes).unwrap();
        (look.changed, names(&self.root, &look.removed), names(&self.root, &look.added))
    }
}

#[test]
fn an_edit_a_new_file_and_a_removed_one_change_the_index() {
    let mut place = place();
    assert_eq!(place.look(&["src"], &[]), (false, vec![], vec![]), "nothing has changed");
    write(&place.root, "src/a.rs", "fn a() { 1; }");
    assert!(place.look(&["src"], &[]).0);
    write(&place.root, "src/deep/c.rs", "fn c() {}");
    assert!(!place.look(&["src"], &[]).0, "that is another directory");
    assert!(place.look(&["src/deep"], &[]).0);
    fs::remove_file(place.root.join("src/deep/b.rs")).unwrap();
    assert!(place.look(&["src/deep"], &[]).0);
    assert_eq!(place.look(&["src", "src/deep"], &[]), (false, vec![], vec![]));
}

#[test]
fn what_is_ignored_changes_nothing() {
    let mut place = place();
    write(&place.root, "src/run.log", "line");
    write(&place.root, ".env", "TOKEN=1");
    write(&place.root, "target/out.rs", "fn other() {}");
    write(&place.root, "node_modules/x/index.js", "x()");
    let look = place.look(&["", "src", "target", "node_modules/x"], &["node_modules", "target"]);
    assert_eq!(look, (false, vec![], vec![]));
}

#[test]
fn a_new_directory_is_found_with_all_below_it() {
    let mut place = place();
    write(&place.root, "new/one/two/c.rs", "fn c() {}");
    let added = ["new", "new/one", "new/one/two"].map(str::to_owned).to_vec();
    assert_eq!(place.look(&[""], &["new"]), (true, vec![], added));
    fs::create_dir(place.root.join("new/none")).unwrap();
    assert_eq!(place.look(&["new"], &[]), (false, vec![], vec!["new/none".into()]));
}

#[test]
fn a_directory_that_goes_takes_all_below_it_along() {
    let mut place = place();
    fs::remove_dir_all(place.root.join("src")).unwrap();
    let gone = vec!["src".to_owned(), "src/deep".to_owned()];
    assert_eq!(place.look(&["", "src", "src/deep"], &[]), (true, gone, vec![]));
    fs::remove_dir(place.root.join("empty")).unwrap();
    assert_eq!(place.look(&[""], &["empty"]), (false, vec!["empty".into()], vec![]));
}

#[test]
fn a_directory_that_is_renamed_is_another_one() {
    let mut place = place();
    fs::rename(place.root.join("src"), place.root.join("lib")).unwrap();
    let (changed, removed, added) = place.look(&[""], &["src", "lib"]);
    assert!(changed);
    assert_eq!((removed, added.len()), (vec!["src".to_owned(), "src/deep".to_owned()], 2));
    // Exchanged for one of the same name and content: the watches are lost, the index is not.
    fs::rename(place.root.join("lib"), place.root.join("src")).unwrap();
    fs::rename(place.root.join("src"), place.root.join("lib")).unwrap();
    let both = vec!["lib".to_owned(), "lib/deep".to_owned()];
    assert_eq!(place.look(&[], &["src", "lib"]), (false, both.clone(), both));
}

#[test]
fn a_commit_and_a_branch_change_the_index() {
    let mut place = place();
    let revision = || Changes { revision: true, ..Changes::default() };
    assert!(!place.tree.look(revision()).unwrap().changed);
    write(&place.root, ".git/refs/heads/main", &"b".repeat(40));
    assert!(place.tree.look(revision()).unwrap().changed);
    write(&place.root, ".git/HEAD", "ref: refs/heads/other\n");
    assert!(place.tree.look(revision()).unwrap().changed);
    assert!(!place.tree.look(revision()).unwrap().changed);
}

#[test]
fn other_patterns_are_seen_by_a_look_at_everything() {
    let mut place = place();
    write(&place.root, ".gitignore", "src/\n");
    let look = place.tree.look(Changes::everything()).unwrap();
    assert!(look.changed);
    assert_eq!(names(&place.root, &look.removed), ["src", "src/deep"]);
    assert_eq!(names(&place.root, &look.added), ["target"]);
}

#[test]
fn a_look_that_fails_takes_nothing_for_seen() {
    let mut place = place();
    let elsewhere = place.root.with_extension("away");
    fs::rename(&place.root, &elsewhere).unwrap();
    assert!(place.tree.look(Changes::everything()).is_err());
    fs::rename(&elsewhere, &place.root).unwrap();
    let look = place.tree.look(Changes::everything()).unwrap();
    assert_eq!(look, Look::default());
}
