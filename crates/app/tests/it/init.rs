//! Registration with agents: what is not ours stays, and twice is once.

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
