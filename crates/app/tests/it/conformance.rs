//! The official conformance suite, with the scenarios whose fixtures an ordinary server does not
//! have listed, and explained, in `tests/conformance`.

use crate::clients::{run, serve};
use crate::node;
use crate::support::Place;

/// The suite, pinned: a newer one has other scenarios.
const SUITE: &str = "@modelcontextprotocol/conformance@0.2.0-alpha.12";

#[test]
fn the_official_suite_finds_nothing_that_is_not_explained() {
    let place = Place::with_database();
    let program = node::program(SUITE, "conformance");
    let (_server, url) = serve(place.command(&["serve", "--port", "0"]));
    for revision in ["2025-11-25", "2026-07-28"] {
        let expected = format!("{}/tests/conformance/{revision}.yml", env!("CARGO_MANIFEST_DIR"));
        let mut suite = node::script(&program);
        suite.args(["server", "--url", &url, "--requirements", revision]);
        run(suite.args(["--expected-failures", &expected]).current_dir(place.project()));
    }
}
