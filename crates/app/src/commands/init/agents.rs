//! Where each agent keeps its MCP servers, and how it writes one down.

use std::path::{Path, PathBuf};

use clap::ValueEnum as _;
use serde_json::{Value, json};

use crate::cli::Agent;

/// Whose file a registration stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The user's, of this machine alone.
    Home,
    /// The project's, which others check out.
    Project,
}

/// One agent's registration of sconce.
pub(super) struct Registration {
    /// The agent's name.
    pub title: &'static str,
    pub place: Place,
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
        let home = || etcetera::home_dir().ok();
        let command = json!({ "command": NAME, "args": ["mcp"] });
        let typed = json!({ "type": "stdio", "command": NAME, "args": ["mcp"] });
        let (title, place, path, keys, entry) = match agent {
            Agent::ClaudeCode => (
                "Claude Code",
                Place::Project,
                project.join(".mcp.json"),
                vec!["mcpServers"],
                typed,
            ),
            // It starts servers in no project's directory.
            Agent::ClaudeDesktop => (
                "Claude Desktop",
                Place::Home,
                desktop_file(&home()?),
                vec!["mcpServers"],
                json!({ "command": this_binary(), "args": ["mcp", "--root", project] }),
            ),
            Agent::Codex => (
                "Codex",
                Place::Home,
                home()?.join(".codex/config.toml"),
                vec![],
                json!({ "command": this_binary(), "args": ["mcp"] }),
            ),
            Agent::Cursor => (
                "Cursor",
                Place::Project,
                project.join(".cursor/mcp.json"),
                vec!["mcpServers"],
                command,
            ),
            Agent::Vscode => (
                "VS Code",
                Place::Project,
                project.join(".vscode/mcp.json"),
                vec!["servers"],
                typed,
            ),
            Agent::Gemini => (
                "Gemini CLI",
                Place::Project,
                project.join(".gemini/settings.json"),
                vec!["mcpServers"],
                command,
            ),
            Agent::Opencode => (
                "OpenCode",
                Place::Project,
                project.join("opencode.json"),
                vec!["mcp", "servers"],
                json!({ "type": "local", "command": [NAME, "mcp"], "enabled": true }),
            ),
        };
        Some(Registration { title, place, path, keys, entry })
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
            let command = &self.entry["command"];
            return format!("[mcp_servers.sconce]\ncommand = {command}\nargs = [\"mcp\"]\n");
        }
        let mut value = json!({ "sconce": self.entry });
        for key in self.keys.iter().rev() {
            value = json!({ *key: value });
        }
        format!("{value:#}\n")
    }
}

/// How agents start sconce by its name.
const NAME: &str = "sconce";

/// How agents of this machine start this very binary. Those with a window know little of a shell's PATH.
fn this_binary() -> String {
    let own = std::env::current_exe().ok();
    own.and_then(|path| path.to_str().map(str::to_owned)).unwrap_or_else(|| NAME.to_owned())
}

/// Whether agents that are started from this shell find sconce by its name.
pub(super) fn is_on_path() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|directory| directory.join(NAME).is_file())
}

fn desktop_file(home: &Path) -> PathBuf {
    let directory =
        if cfg!(target_os = "macos") { "Library/Application Support" } else { ".config" };
    home.join(directory).join("Claude/claude_desktop_config.json")
}
