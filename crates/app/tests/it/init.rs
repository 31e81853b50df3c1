//! Registration with agents: what is not ours stays, and twice is once.

use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use serde_json::Value;

use crate::support::Place;

const AGENTS: [&str; 7] =
    ["claude-code", "claude-desktop", "codex", "cursor", "vscode", "gemini", "opencode"];

fn read(place: &Place, path: &str) -> String {
    std::fs::read_to_string(place.project().join(path)).unwrap()
}

#[test]
fn without_an_agent_every_registration_is_printed_and_nothing_is_written() {
    let place = Place::without_database();
    let printed = place.run(&["init"]);
    assert_eq!(printed.code, Some(0), "{printed}");
    for file in
        [".mcp.json", "claude_desktop_config.json", ".codex/config.toml", ".cursor/mcp.json"]
    {
        assert!(printed.stdout.contains(file), "{file}: {printed}");
    }
    for agent in AGENTS {
        let dry = place.run(&["init", "--dry-run", "--agents-md", "--skill", "--agent", agent]);
        assert_eq!(dry.code, Some(0), "{dry}");
        assert!(dry.stdout.contains("sconce"), "{dry}");
    }
    for path in [".mcp.json", ".cursor", ".vscode", ".gemini", "AGENTS.md", ".claude"] {
        assert!(!place.project().join(path).exists(), "{path} was written");
    }
}

#[test]
fn other_servers_settings_and_rules_stay_and_a_second_run_changes_nothing() {
    let place = Place::without_database();
    place.write(".mcp.json", r#"{ "mcpServers": { "other": { "command": "x" } }, "keep": [1] }"#);
    place.write("AGENTS.md", "# Mine\n\nRules.\n");
    let mut arguments = vec!["init", "--agents-md", "--skill"];
    arguments.extend(AGENTS.iter().flat_map(|agent| ["--agent", *agent]));
    let first = place.run(&arguments);
    assert_eq!(first.code, Some(0), "{first}");

    let merged: Value = serde_json::from_str(&read(&place, ".mcp.json")).unwrap();
    assert_eq!(merged["mcpServers"]["other"]["command"], "x");
    assert_eq!(merged["mcpServers"]["sconce"]["args"][0], "mcp");
    assert_eq!(merged["keep"][0], 1);
    assert!(read(&place, "AGENTS.md").starts_with("# Mine\n\nRules.\n"));
    assert!(read(&place, ".claude/skills/sconce/SKILL.md").starts_with("---\n"));
    for path in [".cursor/mcp.json", ".vscode/mcp.json", ".gemini/settings.json"] {
        serde_json::from_str::<Value>(&read(&place, path)).unwrap();
    }

    let files = [".mcp.json", "AGENTS.md", ".cursor/mcp.json", ".claude/skills/sconce/SKILL.md"];
    let before = files.map(|path| read(&place, path));
    let second = place.run(&arguments);
    assert_eq!(second.code, Some(0), "{second}");
    assert!(!second.stdout.contains("written"), "{second}");
    assert_eq!(before, files.map(|path| read(&place, path)));
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// A repository brings its links along: each of these wrote to, or copied, a file outside of it.
#[test]
fn a_clone_reaches_no_file_outside_of_it() {
    let place = Place::without_database();
    let outside = place.home().join("profile");
    std::fs::write(&outside, "mine").unwrap();
    let at = |path: &str| place.project().join(path);
    symlink(&outside, at("AGENTS.sconce-new")).unwrap();
    place.write("AGENTS.md", "theirs\n");
    assert_eq!(place.run(&["init", "--agents-md"]).code, Some(0));
    assert_eq!(std::fs::read_to_string(&outside).unwrap(), "mine");

    symlink(&outside, at(".mcp.json")).unwrap();
    symlink(place.home(), at(".cursor")).unwrap();
    symlink("nowhere", at("opencode.json")).unwrap();
    for agent in ["claude-code", "cursor", "opencode"] {
        let refused = place.run(&["init", "--agent", agent]);
        assert_eq!(refused.code, Some(1), "{agent}: {refused}");
    }
    assert_eq!(std::fs::read_to_string(&outside).unwrap(), "mine");
    assert!(!place.home().join("mcp.json").exists());
    std::fs::remove_file(at(".mcp.json")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(at(".mcp.json")).status().unwrap().success());
    assert_eq!(place.run(&["init", "--agent", "claude-code"]).code, Some(1));
}

#[test]
fn a_link_within_stays_one_and_modes_stay() {
    let place = Place::without_database();
    let at = |path: &str| place.project().join(path);
    place.write("CLAUDE.md", "# Rules\n");
    symlink("CLAUDE.md", at("AGENTS.md")).unwrap();
    place.write(".mcp.json", "\u{feff}{}");
    std::fs::set_permissions(at(".mcp.json"), Permissions::from_mode(0o600)).unwrap();
    let done = place.run(&["init", "--agents-md", "--agent", "claude-code", "--agent", "codex"]);
    assert_eq!(done.code, Some(0), "{done}");
    assert!(at("AGENTS.md").symlink_metadata().unwrap().is_symlink());
    assert!(read(&place, "CLAUDE.md").starts_with("# Rules\n\n<!-- sconce:begin -->"));
    assert_eq!(mode(&at(".mcp.json")), 0o600);
    let codex = std::fs::read_to_string(place.home().join(".codex/config.toml")).unwrap();
    let binary = env!("CARGO_BIN_EXE_sconce");
    assert!(codex.contains(&format!("command = \"{binary}\"")), "{codex}");
    assert!(done.stderr.contains("no `sconce` is on PATH"), "{done}");
}

#[test]
fn a_file_that_cannot_be_merged_is_left_alone() {
    let place = Place::without_database();
    let theirs = "{ // a comment\n broken";
    place.write(".cursor/mcp.json", theirs);
    let outcome = place.run(&["init", "--agent", "cursor", "--agent", "vscode"]);
    assert_eq!(outcome.code, Some(1), "{outcome}");
    assert!(outcome.stderr.contains("hint:"), "{outcome}");
    assert_eq!(read(&place, ".cursor/mcp.json"), theirs);
}
