//! The official conformance suite: on the product, and on a server of the same transport with the
//! fixtures that the suite calls and an ordinary server does not have. What fails is listed, and
//! explained, in `tests/conformance`.

use std::path::{Path, PathBuf};

use crate::clients::{run, serve};
use crate::node;
use crate::support::Place;

/// The suite, pinned: a newer one has other scenarios.
const SUITE: &str = "@modelcontextprotocol/conformance@0.2.0-alpha.12";

/// Runs a part of the suite, all of which must pass but what `expected` names.
fn check(url: &str, part: [&str; 2], expected: &str) {
    let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance").join(expected);
    let results = tempfile::tempdir().unwrap();
    let mut suite = node::script(&node::program(SUITE, "conformance"));
    suite.args(["server", "--url", url]).args(part);
    suite.arg("--expected-failures").arg(expected).current_dir(results.path());
    run(&mut suite);
}

#[test]
fn the_official_suite_finds_nothing_that_is_not_explained() {
    let place = Place::with_database();
    let (_server, url) = serve(place.command(&["serve", "--port", "0"]));
    for revision in ["2025-11-25", "2026-07-28"] {
        check(&url, ["--requirements", revision], &format!("{revision}.yml"));
    }
}

/// `examples/conformance_fixtures`, which cargo builds with the tests.
fn fixtures() -> PathBuf {
    let name = format!("conformance_fixtures{}", std::env::consts::EXE_SUFFIX);
    let path = Path::new(env!("CARGO_BIN_EXE_sconce")).with_file_name("examples").join(name);
    assert!(path.exists(), "build it: cargo build --workspace --examples");
    path
}

#[test]
fn the_transport_passes_the_official_suite_with_its_fixtures() {
    let place = Place::without_database();
    let (_server, url) = serve(place.program(&fixtures()));
    for revision in ["2025-11-25", "2026-07-28"] {
        check(&url, ["--requirements", revision], "fixtures.yml");
    }
    check(&url, ["--suite", "all"], "fixtures.yml");
}
