//! What a walk takes, leaves and says of it.

use std::fs;

use super::*;

fn paths(walk: &Walk) -> Vec<&str> {
    walk.candidates.iter().map(|file| file.path.as_str()).collect()
}

fn told(skipped: &Skipped) -> (&str, &str, &str) {
    (&skipped.path, skipped.reason.as_str(), skipped.rule.as_deref().unwrap_or(""))
}

/// Writes files with some text.
fn write_all(root: &Path, paths: &[&str]) {
    for path in paths {
        sconce_testing::project::write(root, path, "text\n");
    }
}

/// Runs git in a directory.
fn git(root: &Path, arguments: &[&str]) {
    let mut command = std::process::Command::new("git");
    command.arg("-C").arg(root).args(["-c", "user.name=a", "-c", "user.email=a@b"]);
    let done = command.args(["-c", "protocol.file.allow=always"]).args(arguments).output().unwrap();
    assert!(done.status.success(), "{arguments:?}: {done:?}");
}

/// What a walk of a directory finds, but for ignore files.
fn found(root: &Path) -> Vec<String> {
    let found = walk(root, &WalkOptions::default()).unwrap();
    let taken = paths(&found).into_iter().filter(|path| !path.contains(".git"));
    taken.map(str::to_owned).collect()
}

#[test]
fn ignore_files_hold_without_a_repository() {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in [
        (".gitignore", "*.log\nbuild/\n"),
        (".sconceignore", "fixtures/\n"),
        ("src/main.rs", "fn main() {}"),
        ("build/out.rs", "x"),
        ("fixtures/big.rs", "x"),
        (".github/workflows/ci.yml", "on: push"),
        (".env", "TOKEN=1"),
        ("empty.rs", ""),
        ("node_modules/a/index.js", "x"),
    ] {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let found = walk(dir.path(), &WalkOptions::default()).unwrap();
    assert_eq!(
        paths(&found),
        [".github/workflows/ci.yml", ".gitignore", ".sconceignore", "src/main.rs"]
    );
    let skipped = |path: &str| found.skipped.iter().find(|skipped| skipped.path == path).unwrap();
    assert_eq!(skipped(".env").reason, SkipReason::Secret);
    assert_eq!(skipped("empty.rs").reason, SkipReason::Empty);
    assert_eq!(skipped("node_modules/").reason, SkipReason::ToolDirectory);
    assert_eq!(skipped("build/").rule.as_deref(), Some(".gitignore:2: build/"));
    assert_eq!(skipped("fixtures/").rule.as_deref(), Some(".sconceignore:1: fixtures/"));
}

#[test]
fn what_an_archive_holds_among_its_sources_is_taken_where_no_repository_says_what_is_tracked() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    fs::write(root.join(".gitignore"), "types\nlib/\n/src/api\n").unwrap();
    let made = ["types/a.d.ts", "web/lib/a.js", "src/api/a.ts"];
    write_all(root, &["src/types/store.ts", "web/src/lib/a.ts", "src/lib/types/b.ts"]);
    write_all(root, &made);
    assert_eq!(found(root), ["src/lib/types/b.ts", "src/types/store.ts", "web/src/lib/a.ts"]);
    // A search's own rules are no archive's.
    fs::write(root.join(".ignore"), "types\n").unwrap();
    assert_eq!(found(root), [".ignore", "web/src/lib/a.ts"]);
    fs::remove_file(root.join(".ignore")).unwrap();
    git(root, &["init", "--quiet"]);
    assert_eq!(found(root), [""; 0], "git has the word");
}

#[test]
fn globs_narrow_and_a_wrong_one_is_named() {
    let dir = tempfile::tempdir().unwrap();
    for path in ["a.rs", "b.py", "gen_c.rs"] {
        fs::write(dir.path().join(path), "text").unwrap();
    }
    let options = WalkOptions {
        include: vec!["*.rs".into()],
        exclude: vec!["gen_*".into()],
        ..WalkOptions::default()
    };
    assert_eq!(paths(&walk(dir.path(), &options).unwrap()), ["a.rs"]);
    let wrong = WalkOptions { include: vec!["a{".into()], ..WalkOptions::default() };
    let error = walk(dir.path(), &wrong).unwrap_err();
    assert!(error.to_string().contains("a{"), "{error}");
}

#[test]
fn what_a_glob_names_is_taken_as_ripgrep_takes_it() {
    let dir = tempfile::tempdir().unwrap();
    for path in ["src/a.rs", "src/out/b.rs", "tests/c.rs", ".gitignore"] {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "out\n").unwrap();
    }
    let found = |include: &[&str], exclude: &[&str]| {
        let own = |globs: &[&str]| globs.iter().map(ToString::to_string).collect();
        let (include, exclude) = (own(include), own(exclude));
        let options = WalkOptions { include, exclude, ..WalkOptions::default() };
        paths(&walk(dir.path(), &options).unwrap()).join(" ")
    };
    assert_eq!(found(&[], &["tests"]), ".gitignore src/a.rs");
    assert_eq!(found(&["tests/"], &[]), "tests/c.rs");
    assert_eq!(found(&["src"], &["b.rs"]), "src/a.rs", "a glob takes what is ignored");
    assert_eq!(found(&["src"], &[]), "src/a.rs src/out/b.rs");
}

/// Each of these ended the process: by its stack, its memory, or by never coming to an end.
#[test]
fn an_ignore_file_cannot_take_the_process() {
    let dir = tempfile::tempdir().unwrap();
    let deep = format!("{}a{}\nb.rs\n", "{".repeat(20_000), "}".repeat(20_000));
    fs::write(dir.path().join(".gitignore"), deep).unwrap();
    fs::write(dir.path().join(".ignore"), "c.rs\n".repeat(20_000)).unwrap();
    std::os::unix::fs::symlink("/dev/zero", dir.path().join(".sconceignore")).unwrap();
    for path in ["a.rs", "b.rs", "c.rs"] {
        fs::write(dir.path().join(path), "text").unwrap();
    }
    let found = walk(dir.path(), &WalkOptions::default()).unwrap();
    assert_eq!(paths(&found), [".gitignore", ".ignore", "a.rs"]);
    let told = found.warnings.join("\n");
    assert!(told.contains(".gitignore:1: does not apply: it has 40001 bytes"), "{told}");
    assert!(told.contains(".ignore:10001: does not apply"), "{told}");
    assert!(told.contains(".sconceignore does not apply: it is no regular file"), "{told}");
}

#[test]
fn ignore_files_hold_as_they_do_for_git() {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in [
        (".gitignore", "*.gen\n/top\nkeep/*\n!keep/yes\n"),
        (".git/info/exclude", "excluded\n"),
        (".git/HEAD", "ref: refs/heads/main\n"),
        ("a/.gitignore", "!b.gen\n"),
        ("a/.ignore", "c.txt\n"),
        ("a/.sconceignore", "!c.txt\nd.txt\n"),
        ("a/b.gen", "x"),
        ("a/c.txt", "x"),
        ("a/d.txt", "x"),
        ("a/top", "x"),
        ("b.gen", "x"),
        ("excluded", "x"),
        ("keep/no", "x"),
        ("keep/yes", "x"),
        ("top", "x"),
        ("inner/.git/HEAD", "x"),
        ("inner/e.gen", "x"),
    ] {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let found = walk(dir.path(), &WalkOptions::default()).unwrap();
    let found: Vec<&str> =
        paths(&found).into_iter().filter(|path| !path.contains("ignore")).collect();
    assert_eq!(found, ["a/b.gen", "a/c.txt", "a/top", "inner/e.gen", "keep/yes"]);
}

#[test]
fn a_link_is_named_and_what_it_leads_to_is_taken_where_it_lies() {
    let dir = tempfile::tempdir().unwrap();
    let outside = tempfile::tempdir().unwrap();
    let root = dir.path().canonicalize().unwrap();
    write_all(outside.path(), &["legacy/pay.py"]);
    write_all(&root, &["src/a.rs", "src/deep/b.rs"]);
    let link = |to: &Path, at: &str| std::os::unix::fs::symlink(to, root.join(at)).unwrap();
    link(&root, "loop");
    link(Path::new("src/deep"), "linked");
    link(Path::new("a.rs"), "src/c.rs");
    link(&outside.path().join("legacy"), "src/legacy");
    link(Path::new("nowhere"), "broken");
    let found = walk(&root, &WalkOptions::default()).unwrap();
    assert_eq!(paths(&found), ["src/a.rs", "src/deep/b.rs"]);
    let told: Vec<(&str, &str, &str)> = found.skipped.iter().map(told).collect();
    for expected in [
        ("loop", "link_inside", "to "),
        ("linked", "link_inside", "to src/deep"),
        ("src/c.rs", "link_inside", "to src/a.rs"),
        ("src/legacy", "link_outside", ""),
        ("broken", "link_broken", ""),
    ] {
        assert!(told.contains(&expected), "{expected:?} in {told:?}");
    }
}

#[test]
fn a_directory_that_is_not_there_is_an_error() {
    let error = walk(Path::new("/nowhere/at/all"), &WalkOptions::default()).unwrap_err();
    assert!(matches!(error, EngineError::Unreadable { .. }), "{error}");
}

#[test]
fn rules_above_the_root_hold_within_its_repository_alone() {
    let dir = tempfile::tempdir().unwrap();
    let outer = dir.path().canonicalize().unwrap();
    write_all(&outer, &["inner/src/a.rs", "inner/src/b.tmp", "plain/c.rs"]);
    fs::write(outer.join(".gitignore"), "*\n!.gitignore\n").unwrap();
    fs::write(outer.join(".ignore"), "*.rs\n").unwrap();
    git(&outer, &["init", "-q"]);
    // What lies in an ignored directory is no part of the repository around it.
    assert_eq!(found(&outer.join("plain")), ["c.rs"]);
    git(&outer.join("inner"), &["init", "-q"]);
    assert_eq!(found(&outer.join("inner")), ["src/a.rs", "src/b.tmp"]);
    fs::write(outer.join("inner/.gitignore"), "*.tmp\n").unwrap();
    assert_eq!(found(&outer.join("inner/src")), ["a.rs"], "the same repository");
}

#[test]
fn no_rule_of_a_repository_holds_in_its_submodules_and_worktrees() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().canonicalize().unwrap();
    let (lib, main) = (root.join("lib"), root.join("main"));
    write_all(&lib, &["build/planner.py"]);
    write_all(&main, &["src/pay.py", "build/out.py"]);
    for repository in [&lib, &main] {
        git(repository, &["init", "-q"]);
    }
    git(&lib, &["add", "-A"]);
    git(&lib, &["commit", "-qm", "one"]);
    fs::write(main.join(".gitignore"), "build/\ndeps/*\n.claude/**\n").unwrap();
    git(&main, &["add", "-A"]);
    git(&main, &["commit", "-qm", "one"]);
    git(&main, &["submodule", "--quiet", "add", "-f", "../lib", "deps/lib"]);
    git(&main, &["worktree", "add", "-q", ".claude/worktrees/feat", "-b", "feat"]);
    git(&main, &["worktree", "add", "-q", "second", "-b", "second"]);
    assert_eq!(found(&main), ["deps/lib/build/planner.py", "src/pay.py"]);
    assert_eq!(found(&main.join(".claude/worktrees/feat")), ["src/pay.py"]);
    assert_eq!(found(&main.join("second")), ["src/pay.py"]);
    let all = walk(&main, &WalkOptions::default()).unwrap();
    let told: Vec<(&str, &str, &str)> = all.skipped.iter().map(told).collect();
    assert!(told.contains(&("second/", "worktree", "")), "{told:?}");
}

#[test]
fn what_git_tracks_is_taken_though_a_rule_of_git_names_it() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().canonicalize().unwrap();
    write_all(&root, &["lib/pay.py", "lib/deep/er.py", "a.log", "src/main.py", "own/x.py"]);
    fs::write(root.join(".gitignore"), "lib/\n*.log\n").unwrap();
    fs::write(root.join(".sconceignore"), "own/\n").unwrap();
    git(&root, &["init", "-q"]);
    git(&root, &["add", "-f", "-A"]);
    write_all(&root, &["lib/untracked.py", "lib/deep/untracked.py", "lib/new/c.py", "b.log"]);
    assert_eq!(found(&root)[1..], ["a.log", "lib/deep/er.py", "lib/pay.py", "src/main.py"][1..]);
    assert_eq!(found(&root.join("lib")), ["deep/er.py", "pay.py"], "a part of the repository");
    let everything = WalkOptions { no_ignore: true, ..WalkOptions::default() };
    let everything = walk(&root, &everything).unwrap();
    assert!(
        paths(&everything).contains(&"lib/new/c.py") && paths(&everything).contains(&"own/x.py")
    );
    let told: Vec<Skipped> = walk(&root, &WalkOptions::default()).unwrap().skipped;
    let told: Vec<(&str, &str, &str)> = told.iter().map(self::told).collect();
    assert!(told.contains(&("lib/new/", "ignored", ".gitignore:1: lib/")), "{told:?}");

    assert!(walk(&root, &WalkOptions::default()).unwrap().warnings.is_empty());
    let index = root.join(".git/index");
    let bytes = fs::read(&index).unwrap();
    fs::write(&index, &bytes[..bytes.len() / 3]).unwrap();
    let damaged = walk(&root, &WalkOptions::default()).unwrap();
    let warning = damaged.warnings.join("\n");
    assert!(warning.contains("git's index is damaged"), "{warning}");
    fs::remove_file(&index).unwrap();
    assert!(
        walk(&root, &WalkOptions::default()).unwrap().warnings.is_empty(),
        "nothing is tracked"
    );
}

#[test]
fn environments_and_caches_are_known_by_what_marks_them() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path();
    write_all(
        root,
        &["venv/pyvenv.cfg", "venv/lib/a.py", "env.d/conda-meta/history", "env.d/b.py"],
    );
    write_all(root, &[".venv/own.py", "Lib/venv/mine.py", "fake/CACHEDIR.TAG", "fake/c.py"]);
    write_all(
        root,
        &["out/d.rs", "node_modules/e.js", "state/postgres.lock", "state/postgres/f.conf"],
    );
    fs::write(root.join("out/CACHEDIR.TAG"), "Signature: 8a477f597d28d172789f06886806bc55\n#")
        .unwrap();
    assert_eq!(found(root), [".venv/own.py", "Lib/venv/mine.py", "fake/CACHEDIR.TAG", "fake/c.py"]);
}

#[test]
fn a_path_that_no_database_takes_is_named_and_the_rest_is_there() {
    let dir = tempfile::tempdir().unwrap();
    let deep: Vec<String> = (0..10).map(|_| "d".repeat(240)).collect();
    let deep = deep.join("/");
    // No system call takes so long a path, so each directory is made within the one before.
    let mut beneath =
        rustix::fs::open(dir.path(), rustix::fs::OFlags::DIRECTORY, 0.into()).unwrap();
    for part in deep.split('/') {
        rustix::fs::mkdirat(&beneath, part, 0o755.into()).unwrap();
        let flags = rustix::fs::OFlags::DIRECTORY;
        beneath = rustix::fs::openat(&beneath, part, flags, 0.into()).unwrap();
    }
    let flags = rustix::fs::OFlags::CREATE | rustix::fs::OFlags::WRONLY;
    let file = rustix::fs::openat(&beneath, "a.py", flags, 0o644.into()).unwrap();
    rustix::io::write(&file, b"text").unwrap();
    write_all(dir.path(), &["b.py"]);
    let walked = walk(dir.path(), &WalkOptions::default()).unwrap();
    assert_eq!(paths(&walked), ["b.py"]);
    let told = told(&walked.skipped[0]);
    assert_eq!((told.0.len(), told.1), (deep.len() + 5, "unreadable"));
    assert!(told.2.contains("more than 2000 bytes"), "{told:?}");
}

#[test]
fn odd_names_are_taken_and_shown_on_one_line() {
    use std::os::unix::ffi::OsStrExt as _;
    let dir = tempfile::tempdir().unwrap();
    let names: [&[u8]; 3] = [b"gr\xf6sse.py", b"new\nline.py", b"back\\slash.py"];
    for name in names {
        fs::write(dir.path().join(std::ffi::OsStr::from_bytes(name)), "text").unwrap();
    }
    let found = walk(dir.path(), &WalkOptions::default()).unwrap();
    assert_eq!(paths(&found), [r"back\\slash.py", r"gr\xf6sse.py", r"new\nline.py"]);
    for (file, name) in found.candidates.iter().zip([names[2], names[0], names[1]]) {
        assert_eq!(file.on_disk().as_os_str().as_bytes(), name);
    }
}

#[test]
fn size_and_data_are_judged_by_what_a_file_is_and_what_is_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    for (path, bytes) in
        [("a.md", 2 << 20), ("b.rs", 9 << 20), ("c.json", 2 << 20), ("d.po", 20_000)]
    {
        fs::write(dir.path().join(path), "x".repeat(bytes)).unwrap();
    }
    let with = |options: WalkOptions| paths(&walk(dir.path(), &options).unwrap()).join(" ");
    assert_eq!(with(WalkOptions::default()), "a.md");
    let larger = WalkOptions { max_file_bytes: Some(16 << 20), ..WalkOptions::default() };
    assert_eq!(with(larger), "a.md b.rs c.json");
    let data = Exceptions::of(&["*.po".to_owned()]).unwrap();
    assert_eq!(with(WalkOptions { data, ..WalkOptions::default() }), "a.md d.po");
    let include = vec!["*.{po,pot}".to_owned()];
    assert_eq!(with(WalkOptions { include, ..WalkOptions::default() }), "d.po");
}

/// Bare repositories, and those that lie apart from their working trees, are full of git's own files.
#[test]
fn a_repository_without_a_working_tree_is_no_text() {
    let dir = tempfile::tempdir().unwrap();
    git(dir.path(), &["init", "-q", "--bare", ".bare"]);
    fs::write(dir.path().join(".git"), "gitdir: ./.bare\n").unwrap();
    write_all(dir.path(), &["seed/a.rs"]);
    git(dir.path(), &["--git-dir=.bare", "worktree", "add", "-q", "--orphan", "trunk"]);
    write_all(dir.path(), &["trunk/a.rs", "refs/HEAD", "objects/heads.md"]);
    assert_eq!(found(dir.path()), ["objects/heads.md", "refs/HEAD", "seed/a.rs", "trunk/a.rs"]);
    let walked = walk(dir.path(), &WalkOptions::default()).unwrap();
    let bare = walked.skipped.iter().find(|skipped| skipped.path == ".bare/").unwrap();
    assert_eq!(bare.reason, SkipReason::ToolDirectory);
}

#[test]
fn letters_of_rules_are_compared_as_the_repository_says() {
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &["Build/out.rs", "src/LOG.txt", "src/a.rs"]);
    fs::write(dir.path().join(".gitignore"), "build/\n*.Txt\n").unwrap();
    git(dir.path(), &["init", "-q"]);
    git(dir.path(), &["config", "core.ignorecase", "false"]);
    assert_eq!(found(dir.path()), ["Build/out.rs", "src/LOG.txt", "src/a.rs"]);
    git(dir.path(), &["config", "core.ignorecase", "true"]);
    assert_eq!(found(dir.path()), ["src/a.rs"]);
}

#[test]
fn a_glob_takes_packages_by_their_directory_and_paths_as_shells_write_them() {
    let dir = tempfile::tempdir().unwrap();
    write_all(dir.path(), &["src/a.js", "node_modules/@acme/ui/b.js", "node_modules/left/c.js"]);
    let root = dir.path().canonicalize().unwrap();
    let found = |include: &[&str], exclude: &[&str]| {
        let own = |globs: &[&str]| globs.iter().map(ToString::to_string).collect();
        let (include, exclude) = (own(include), own(exclude));
        let options = WalkOptions { include, exclude, ..WalkOptions::default() };
        paths(&walk(&root, &options).unwrap()).join(" ")
    };
    assert_eq!(found(&["node_modules/@acme/**"], &[]), "node_modules/@acme/ui/b.js");
    assert_eq!(found(&["**/*.js"], &[]), "src/a.js");
    let absolute = root.join("src/a.js").display().to_string();
    assert_eq!(found(&[], &[&absolute]), "");
    assert_eq!(found(&[&absolute], &[]), "src/a.js");
    assert_eq!(found(&[""], &[""]), "src/a.js", "what a shell makes of an unset variable");
}
