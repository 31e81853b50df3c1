//! Where each agent keeps its MCP servers, and how it writes one down.

use std::path::{Path, PathBuf};

use clap::ValueEnum as _;
use serde_json::{Value, json};

use crate::cli::Agent;

/// One agent's registration of sconce.
pub(super) struct Registration {
    /// The agent's name.
    pub title: &'static str,
    /// Its configuration file.
    pub path: PathBuf,
    /// Where in the JSON document the entry goes; empty for TOML.
    pub keys: Vec<&'static str>,
    /// The entry.
    pub entry: Value,
}

impl Registration {
    /// The registration with an agent; `None` where it is in a home directory that there is not.
    pub(super) fn of(agent: Agent, project: &Path) -> Option<Registration> {
        let home = etcetera::home_dir().ok();
        let command = json!({ "command": "sconce", "args": ["mcp"] });
        let typed = json!({ "type": "stdio", "command": "sconce", "args": ["mcp"] });
        let (title, path, keys, entry) = match agent {
            Agent::ClaudeCode => {
                ("Claude Code", project.join(".mcp.json"), vec!["mcpServers"], typed)
            }
            // It starts servers in no project's directory.
            Agent::ClaudeDesktop => (
                "Claude Desktop",
                desktop_file(&home?),
                vec!["mcpServers"],
                json!({ "command": "sconce", "args": ["mcp", "--root", project] }),
            ),
            Agent::Codex => ("Codex", home?.join(".codex/config.toml"), vec![], command),
            Agent::Cursor => {
                ("Cursor", project.join(".cursor/mcp.json"), vec!["mcpServers"], command)
            }
            Agent::Vscode => ("VS Code", project.join(".vscode/mcp.json"), vec!["servers"], typed),
            Agent::Gemini => {
                ("Gemini CLI", project.join(".gemini/settings.json"), vec!["mcpServers"], command)
            }
            Agent::Opencode => (
                "OpenCode",
                project.join("opencode.json"),
                vec!["mcp", "servers"],
                json!({ "type": "local", "command": ["sconce", "mcp"], "enabled": true }),
            ),
        };
        Some(Registration { title, path, keys, entry })
    }

    /// All agents' registrations.
    pub(super) fn all(project: &Path) -> Vec<Registration> {
        Agent::value_variants()
            .iter()
            .filter_map(|agent| Registration::of(*agent, project))
            .collect()
    }

    /// The registration as its file would hold it.
    pub(super) fn text(&self) -> String {
        if self.keys.is_empty() {
            return "[mcp_servers.sconce]\ncommand = \"sconce\"\nargs = [\"mcp\"]\n".to_owned();
        }
        let mut value = json!({ "sconce": self.entry });
        for key in self.keys.iter().rev() {
            value = json!({ *key: value });
        }
        format!("{value:#}\n")
    }
}

fn desktop_file(home: &Path) -> PathBuf {
    let directory =
        if cfg!(target_os = "macos") { "Library/Application Support" } else { ".config" };
    home.join(directory).join("Claude/claude_desktop_config.json")
}
