//! `docs/cli.md`, made from clap's definition.

use std::fmt::Write as _;

use clap::Command;

/// The whole reference.
pub fn reference() -> String {
    let mut text = String::from(
        "# Command line\n\n\
         <!-- Generated from crates/app/src/cli; \
         SCONCE_UPDATE_DOCS=1 cargo test -p sconce --test it docs -->\n\n\
         Results go to stdout, everything else to stderr. `--json` prints one JSON document. \
         Settings that are not flags stand in [configuration.md](configuration.md).\n",
    );
    let mut command = super::command().max_term_width(100).term_width(100);
    command.build();
    section(&mut text, &mut command, "sconce");
    text
}

fn section(text: &mut String, command: &mut Command, name: &str) {
    let depth = name.split(' ').count() + 1;
    let help = command.render_long_help().to_string();
    let help: Vec<&str> = help.lines().map(str::trim_end).collect();
    let _ = write!(
        text,
        "\n{} {name}\n\n```text\n{}\n```\n",
        "#".repeat(depth),
        help.join("\n").trim()
    );
    // `help` has every command once more.
    for child in command.get_subcommands_mut().filter(|child| child.get_name() != "help") {
        // The global options stand once, under the program itself.
        *child = child.clone().mut_args(|argument| {
            let global = argument.is_global_set();
            argument.hide(global)
        });
        let name = format!("{name} {}", child.get_name());
        section(text, child, &name);
    }
}
