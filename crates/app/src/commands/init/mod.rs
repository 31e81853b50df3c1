//! `sconce init`: registers sconce with coding agents, without touching what is not its own.

mod agents;
mod file;
mod merge;

use std::fmt::Write as _;
use std::path::Path;

use serde_json::json;

use super::{Context, directory, working_dir};
use crate::cli::{Agent, InitArgs};
use crate::failure::{Exit, Failure};
use crate::output::escaped;
use crate::server::registration_here;
use crate::settings::Config;

use agents::{Place, Registration, is_on_path};
use file::TargetFile;
use merge::{Merged, json_entry, section, toml_table};

/// What an agent should know, for AGENTS.md.
const GUIDE: &str = include_str!("guide.md");
/// The same as a skill.
const SKILL: &str = include_str!("skill.md");
/// Marks the section of AGENTS.md that sconce owns.
const MARK: &str = "sconce";

/// A file to write, and what becomes of it.
struct Change {
    file: TargetFile,
    merged: Merged,
}

impl Change {
    /// What merging makes of the text that a file has, if there is one.
    fn of(file: TargetFile, merge: impl FnOnce(Option<&str>) -> Merged) -> Result<Self, Failure> {
        let merged = merge(file.text()?.as_deref());
        Ok(Self { file, merged })
    }
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
        let file = TargetFile::within(&project, &project.join("AGENTS.md"))?;
        changes.push(Change::of(file, |old| section(old, MARK, GUIDE))?);
    }
    if arguments.skill {
        let path = project.join(".claude/skills/sconce/SKILL.md");
        let file = TargetFile::within(&project, &path)?;
        changes.push(Change::of(file, |old| match old {
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
    apply(context, &changes, arguments.dry_run)?;
    if !arguments.agent.is_empty() && !is_on_path() {
        context.output.notice(
            "no `sconce` is on PATH, and agents start it by that name: copy this binary into a \
             directory that is",
        );
    }
    Ok(())
}

fn registration_of(agent: Agent, project: &Path) -> Result<Change, Failure> {
    let registration = Registration::of(agent, project).ok_or_else(|| {
        Failure::new(Exit::Error, "there is no home directory to write the configuration to")
    })?;
    let file = match registration.place {
        Place::Home => TargetFile::anywhere(&registration.path)?,
        Place::Project => TargetFile::within(project, &registration.path)?,
    };
    Change::of(file, |old| match registration.keys.as_slice() {
        [] => toml_table(old, "mcp_servers.sconce", &registration.text()),
        keys => json_entry(old, keys, &registration.entry),
    })
}

fn apply(context: &Context, changes: &[Change], dry_run: bool) -> Result<(), Failure> {
    let mut refused = vec![];
    let mut told = vec![];
    for Change { file, merged } in changes {
        let place = file.named.display().to_string();
        let what = match merged {
            Merged::Unchanged => "unchanged",
            Merged::NotOurs(why) => {
                refused.push(format!("{place}: {why}"));
                "left alone"
            }
            Merged::Write(_) if dry_run => "would be written",
            Merged::Write(text) => {
                file.write(text)?;
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
            .with_hint("add the registration by hand: `sconce init` without --agent prints it")
            .printed()),
    }
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
