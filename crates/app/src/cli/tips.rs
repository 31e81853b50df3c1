//! The tips of errors about mistyped words, which name what help lists and no hidden alias.

use clap::error::{ContextKind, ContextValue, Error};
use clap::{Arg, Command};

/// The error with each alias in its tips as the name that help has for it.
pub fn with_names_of_help(mut error: Error, command: &Command) -> Error {
    for kind in [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg] {
        let value = match error.get(kind) {
            Some(ContextValue::Strings(words)) => {
                let mut names: Vec<String> = words.iter().map(|word| name(command, word)).collect();
                names.dedup();
                ContextValue::Strings(names)
            }
            Some(ContextValue::String(word)) => ContextValue::String(name(command, word)),
            _ => continue,
        };
        error.insert(kind, value);
    }
    error
}

fn name(command: &Command, word: &str) -> String {
    let found = match word.strip_prefix("--") {
        Some(long) => flag(command, long).map(|long| format!("--{long}")),
        None => command.find_subcommand(word).map(|found| found.get_name().to_owned()),
    };
    found.unwrap_or_else(|| word.to_owned())
}

/// The flag of any command that has this alias.
fn flag<'a>(command: &'a Command, alias: &str) -> Option<&'a str> {
    let has = |argument: &&Arg| {
        argument.get_all_aliases().is_some_and(|aliases| aliases.contains(&alias))
    };
    let own = command.get_arguments().find(has).and_then(Arg::get_long);
    own.or_else(|| command.get_subcommands().find_map(|below| flag(below, alias)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(line: &[&str]) -> String {
        let command = crate::cli::command();
        let error = command.clone().try_get_matches_from(line).unwrap_err();
        with_names_of_help(error, &command).render().to_string()
    }

    #[test]
    fn a_tip_names_what_help_lists() {
        let commands = said(&["sconce", "reindexx"]);
        assert!(commands.contains("'index'") && !commands.contains("'reindex'"), "{commands}");
        let flags = said(&["sconce", "search", "x", "--max-result", "3"]);
        assert!(flags.contains("--limit") && !flags.contains("--max-results"), "{flags}");
    }
}
