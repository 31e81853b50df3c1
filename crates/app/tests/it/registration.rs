//! How others find the server: the registry's `server.json` and the bundle's manifest, checked by
//! tools that are not ours.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::clients::{environment, run};
use crate::node;
use crate::support::Place;

/// Holds the registry's schemas of `server.json`.
const LINTER: &str = "skillsaw==0.22.0";
const BUNDLER: &str = "@anthropic-ai/mcpb@2.1.2";
const MANIFEST: &str = "packaging/mcpb/manifest.json";

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn read(path: &str) -> Value {
    serde_json::from_slice(&std::fs::read(repository(path)).unwrap()).unwrap()
}

#[test]
fn the_registry_takes_the_server() {
    let server = read("server.json");
    assert_eq!(server["version"], env!("CARGO_PKG_VERSION"));
    let image = server["packages"][0]["identifier"].as_str().unwrap();
    assert!(image.ends_with(concat!(":", env!("CARGO_PKG_VERSION"))), "{image}");
    let dockerfile = std::fs::read_to_string(repository("docker/Dockerfile")).unwrap();
    let label = format!("io.modelcontextprotocol.server.name={}", server["name"]);
    assert!(dockerfile.contains(&label), "the image says another name than {label}");

    let linter = environment("skillsaw", LINTER, "import skillsaw").join("bin/skillsaw");
    let directory = tempfile::tempdir().unwrap();
    let copy = directory.path().join("server.json");
    let checked = |text: &str| {
        std::fs::write(&copy, text).unwrap();
        let mut lint = Command::new(&linter);
        lint.args(["lint", "--type", "mcp-registry", "--strict", "--rule"]);
        lint.args(["mcp-registry-server-json-valid", "."]).current_dir(&directory);
        lint.output().unwrap()
    };
    let seen = checked(&server.to_string());
    assert!(seen.status.success(), "{}", String::from_utf8_lossy(&seen.stdout));
    let mut broken = server.clone();
    broken["packages"][0]["transport"]["type"] = "pigeon".into();
    assert!(!checked(&broken.to_string()).status.success(), "the linter takes anything");
}

#[test]
fn the_bundle_has_a_manifest_that_its_tool_takes() {
    let manifest = read(MANIFEST);
    assert_eq!(manifest["version"], env!("CARGO_PKG_VERSION"));
    let bundler = node::program(BUNDLER, "mcpb");
    run(node::script(&bundler).arg("validate").arg(repository(MANIFEST)));
}

#[test]
fn the_bundle_names_the_tools_that_the_server_has() {
    let place = Place::without_database();
    let answer = place.initialized_client().ask("tools/list", &json!({}));
    let names = |tools: &Value| {
        let tools = tools.as_array().unwrap().iter();
        tools.map(|tool| tool["name"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    assert_eq!(names(&read(MANIFEST)["tools"]), names(&answer["result"]["tools"]));
}
