//! `sconce completions`.

use super::Context;
use crate::cli::{CompletionsArgs, command};
use crate::failure::Failure;

pub(super) fn run(context: &Context, arguments: &CompletionsArgs) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command(), "sconce", &mut script);
    context.output.print(&String::from_utf8_lossy(&script))
}
