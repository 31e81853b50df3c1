//! What ARCHITECTURE.md says of who may see whom.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The crates that each crate may be made of, and no others of ours.
const MAY_SEE: &[(&str, &[&str])] = &[
    ("app", &["code", "dirs", "embed", "engine", "store"]),
    ("code", &[]),
    ("dirs", &[]),
    ("embed", &["dirs", "fetch", "kernels"]),
    ("engine", &["code", "dirs", "embed", "rank", "store"]),
    ("fetch", &[]),
    ("kernels", &[]),
    ("rank", &["code"]),
    ("store", &["code", "dirs", "fetch"]),
    ("testing", &["dirs", "embed", "kernels", "store"]),
];

/// Libraries of others that belong to one crate of ours, or to a few.
const BELONGS_TO: &[(&str, &[&str])] = &[
    ("axum", &["app"]),
    ("candle-core", &["embed"]),
    ("candle-nn", &["embed"]),
    ("candle-transformers", &["embed"]),
    ("clap", &["app"]),
    ("ignore", &["code", "engine"]),
    ("notify", &["engine"]),
    ("rmcp", &["app"]),
    ("sqlx", &["store", "testing"]),
    ("tokenizers", &["embed"]),
    ("tree-sitter", &["code"]),
    ("zip", &["fetch"]),
];

/// Crates that do no I/O and wait for nothing.
const PURE: &[&str] = &["code", "kernels", "rank"];
const IMPURE: &[&str] = &["notify", "reqwest", "sqlx", "tokio", "ureq"];

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// What a crate is made of, development apart.
fn dependencies(name: &str) -> BTreeSet<String> {
    let text = std::fs::read_to_string(crates().join(name).join("Cargo.toml")).unwrap();
    let manifest: toml::Table = text.parse().unwrap();
    let mut tables = vec![manifest.get("dependencies")];
    for target in manifest.get("target").and_then(toml::Value::as_table).into_iter().flatten() {
        tables.push(target.1.get("dependencies"));
    }
    let tables = tables.into_iter().flatten().filter_map(toml::Value::as_table);
    tables.flat_map(toml::Table::keys).cloned().collect()
}

fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The files beneath a directory of `app` that hold one of these texts.
fn files_that_say(directory: &str, texts: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    sources(&crates().join("app/src").join(directory), &mut found);
    assert!(!found.is_empty(), "{directory} is gone");
    let says = |path: &PathBuf| {
        let source = std::fs::read_to_string(path).unwrap();
        texts.iter().any(|text| source.contains(text))
    };
    found.into_iter().filter(says).map(|path| path.display().to_string()).collect()
}

#[test]
fn every_crate_sees_what_it_may() {
    let mut known: Vec<&str> = MAY_SEE.iter().map(|(name, _)| *name).collect();
    let entries = std::fs::read_dir(crates()).unwrap().flatten();
    let mut there: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    known.sort_unstable();
    there.sort();
    assert_eq!(known, there, "a crate is missing here, or is gone");
    for (name, may_see) in MAY_SEE {
        let ours: Vec<String> = dependencies(name)
            .iter()
            .filter_map(|dependency| dependency.strip_prefix("sconce-").map(str::to_owned))
            .collect();
        assert_eq!(ours, *may_see, "{name}");
    }
}

/// The image's stage of dependencies has the manifests alone, each by its name.
#[test]
fn the_image_knows_every_crate() {
    let dockerfile = crates().join("../docker/Dockerfile");
    let dockerfile = std::fs::read_to_string(dockerfile).unwrap();
    for (name, _) in MAY_SEE {
        let copied = format!("COPY crates/{name}/Cargo.toml crates/{name}/\n");
        assert!(dockerfile.contains(&copied), "{name} is missing in docker/Dockerfile");
    }
}

#[test]
fn a_library_stays_where_it_belongs() {
    for (name, _) in MAY_SEE {
        let all = dependencies(name);
        for (library, owners) in BELONGS_TO {
            assert!(!all.contains(*library) || owners.contains(name), "{name} uses {library}");
        }
        let impure = IMPURE.iter().find(|library| PURE.contains(name) && all.contains(**library));
        assert_eq!(impure, None, "{name} does no I/O");
    }
}

#[test]
fn unsafe_code_stays_where_it_is_argued() {
    for (name, _) in MAY_SEE {
        let root = crates().join(name).join("src/lib.rs");
        let forbids = std::fs::read_to_string(root).unwrap().contains("#![forbid(unsafe_code)]");
        assert_eq!(forbids, !["dirs", "embed", "kernels"].contains(name), "{name}");
    }
}

#[test]
fn the_faces_know_neither_each_other_nor_the_database() {
    let terminal = ["crate::commands", "crate::cli"];
    assert_eq!(files_that_say("mcp", &terminal), Vec::<String>::new());
    assert_eq!(files_that_say("mcp", &["sconce_store"]), Vec::<String>::new());
    // The commands that begin a server.
    let is_of_a_server = |path: &str| {
        ["/commands/local.rs", "/commands/mcp.rs", "/commands/serve.rs"]
            .iter()
            .any(|command| path.ends_with(command))
    };
    let mut others = files_that_say("commands", &["crate::mcp"]);
    others.retain(|path| !is_of_a_server(path));
    assert_eq!(others, Vec::<String>::new());
    // `sconce db` is about the database itself. The engine gives nobody its store.
    let mut others = files_that_say("commands", &["sconce_store"]);
    others.retain(|path| !path.ends_with("/db.rs"));
    assert_eq!(others, Vec::<String>::new());
}
