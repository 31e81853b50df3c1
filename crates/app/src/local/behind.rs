//! An index job that goes on when the process that began it has answered and ends.

use std::path::Path;
use std::process::Stdio;

use super::find::{log_file, open_log, this_binary};
use crate::failure::{Exit, Failure};
use crate::settings::{Config, Settings};

/// Starts a process that completes the index of a directory, which nobody may be writing any more: the
/// job goes on from what is there. The process is in no group of this one's, since programs end what
/// they started with all its children; what it says is in the local servers' log. Returns its id.
pub(crate) fn index_behind(
    settings: &Settings,
    config: &Config,
    root: &Path,
) -> Result<u32, Failure> {
    let path = log_file(config);
    let log = open_log(&path).map_err(|error| {
        Failure::new(Exit::Error, format!("cannot write {}: {error}", path.display()))
    })?;
    let mut command = this_binary(&settings.environment())?;
    command.args(["index", "--quiet"]).arg(root).process_group(0);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    Ok(command.spawn()?.id().unwrap_or_default())
}
