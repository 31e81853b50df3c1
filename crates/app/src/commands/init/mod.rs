//! `sconce init`: registers sconce with coding agents, without touching what is not its own.

mod agents;
mod merge;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::{Context, directory, working_dir};
use crate::cli::{Agent, InitArgs};
use crate::failure::{Exit, Failure};
use crate::output::escaped;
use crate::server::registration_here;
use crate::settings::Config;

use agents::Registration;
use merge::{Merged, json_entry, section, toml_table};

/// What an agent should know, for AGENTS.md.
const GUIDE: &str = include_str!("guide.md");
/// The same as a skill.
const SKILL: &str = include_str!("skill.md");
/// Marks the section of AGENTS.md that sconce owns.
const MARK: &str = "sconce";

/// A file to write, and what becomes of it.
struct Change {
    path: PathBuf,
    merged: Merged,
}

pub(super) fn run(context: &Context, arguments: &InitArgs) -> Result<(), Failure> {
    let project = match &arguments.path {
        Some(path) => directory(path)?,
        None => sconce_engine::project_root(&directory(&working_dir()?)?),
    };
    let mut changes = vec![];
    for agent in &arguments.agent {
        changes.push(registration_of(*agent, &project)?);
    }
    if arguments.agents_md {
        changes.push(file(&project.join("AGENTS.md"), |old| section(old, MARK, GUIDE))?);
    }
    if arguments.skill {
        let path = project.join(".claude/skills/sconce/SKILL.md");
        changes.push(file(&path, |old| match old {
            Some(old) if old == SKILL => Merged::Unchanged,
            Some(old) if !old.contains("name: sconce") => {
                Merged::NotOurs("it is not sconce's skill".to_owned())
            }
            _ => Merged::Write(SKILL.to_owned()),
        })?);
    }
    if changes.is_empty() {
        return context.output.print(&all_registrations(&project, &context.config));
    }
    apply(context, &changes, arguments.dry_run)
}

fn registration_of(agent: Agent, project: &Path) -> Result<Change, Failure> {
    let registration = Registration::of(agent, project).ok_or_else(|| {
        Failure::new(Exit::Error, "there is no home directory to write the configuration to")
    })?;
    file(&registration.path, |old| match registration.keys.as_slice() {
        [] => toml_table(old, "mcp_servers.sconce", &registration.text()),
        keys => json_entry(old, keys, &registration.entry),
    })
}

/// Reads a file that may not exist and merges it.
fn file(path: &Path, merge: impl FnOnce(Option<&str>) -> Merged) -> Result<Change, Failure> {
    let old = match std::fs::read_to_string(path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => {
            let place = path.display();
            return Err(Failure::new(Exit::Error, format!("cannot read {place}: {error}")));
        }
    };
    Ok(Change { path: path.to_path_buf(), merged: merge(old.as_deref()) })
}

fn apply(context: &Context, changes: &[Change], dry_run: bool) -> Result<(), Failure> {
    let mut refused = vec![];
    let mut told = vec![];
    for Change { path, merged } in changes {
        let place = path.display().to_string();
        let what = match merged {
            Merged::Unchanged => "unchanged",
            Merged::NotOurs(why) => {
                refused.push(format!("{place}: {why}"));
                "left alone"
            }
            Merged::Write(_) if dry_run => "would be written",
            Merged::Write(text) => {
                write(path, text)?;
                "written"
            }
        };
        told.push(json!({ "path": place, "result": what }));
        if !context.output.json {
            context.output.print(&format!("{what}: {}\n", escaped(&place)))?;
            if let (Merged::Write(text), true) = (merged, dry_run) {
                context.output.print(&format!("{}\n", text.trim_end()))?;
            }
        }
    }
    if context.output.json {
        context.output.print_json(&told)?;
    }
    match refused.as_slice() {
        [] => Ok(()),
        refused => Err(Failure::new(Exit::Error, refused.join("; "))
            .with_hint("add the registration by hand: `sconce init` without --agent prints it")),
    }
}

/// Writes a file whole or not at all.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        Failure::new(Exit::Error, format!("cannot write {}: {error}", path.display()))
    };
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory).map_err(failed)?;
    }
    let beside = path.with_extension("sconce-new");
    std::fs::write(&beside, text).map_err(failed)?;
    std::fs::rename(&beside, path).map_err(failed)
}

/// Every agent's registration, to be copied.
fn all_registrations(project: &Path, config: &Config) -> String {
    let mut text = String::new();
    for registration in Registration::all(project) {
        let _ = write!(
            text,
            "# {}: {}\n{}\n\n",
            registration.title,
            escaped(&registration.path.display().to_string()),
            registration.text().trim_end()
        );
    }
    let _ =
        write!(text, "# Over HTTP, to a running `sconce serve`\n{}\n\n", registration_here(config));
    text.push_str("# sconce init --agent NAME writes one; --agents-md and --skill tell agents how to use it\n");
    text
}
