//! The generated references are up to date. `SCONCE_UPDATE_DOCS=1` writes them.

use std::path::Path;

fn check(name: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    if std::env::var_os("SCONCE_UPDATE_DOCS").is_some() {
        std::fs::write(&path, wanted).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "docs/{name} is out of date: SCONCE_UPDATE_DOCS=1 cargo test -p sconce --test it docs"
    );
}

#[test]
fn configuration() {
    check("configuration.md", &sconce::settings::reference());
}

#[test]
fn command_line() {
    check("cli.md", &sconce::cli::reference());
}

#[test]
fn mcp() {
    check("mcp.md", &sconce::mcp::reference());
}
