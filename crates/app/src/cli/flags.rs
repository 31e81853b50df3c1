//! Flags of the settings table: added to clap's commands, and read back by key.

use std::collections::BTreeMap;

use clap::{Arg, ArgAction, ArgMatches, Command, CommandFactory};

use super::Cli;
use crate::settings::{Flag, FlagScope, SETTINGS, Setting, ValueKind};

/// The whole command line, the settings' flags included.
pub fn command() -> Command {
    let mut command = Cli::command();
    for setting in SETTINGS {
        let Some(flag) = setting.flag else { continue };
        match flag.scope {
            FlagScope::Global => {
                command = command
                    .arg(argument(setting, flag).global(true).help_heading("Global options"));
            }
            FlagScope::Commands(names) => {
                for name in names {
                    command = command
                        .mut_subcommand(name, |command| command.arg(argument(setting, flag)));
                }
            }
        }
    }
    command
}

fn argument(setting: &Setting, flag: Flag) -> Arg {
    let variable = setting.env.first().map_or(String::new(), |name| format!(" [env: {name}]"));
    let doc = setting.doc.replace('`', "");
    let sentence = first_sentence(&doc).trim_end_matches('.');
    let argument = Arg::new(setting.key).long(flag.long).help(format!("{sentence}{variable}"));
    match setting.kind {
        ValueKind::Switch => argument.action(ArgAction::SetTrue),
        ValueKind::PathList | ValueKind::TextList => {
            argument.action(ArgAction::Append).value_name(flag.value)
        }
        ValueKind::Choice(words) => argument
            .action(ArgAction::Set)
            .value_name(flag.value)
            .value_parser(clap::builder::PossibleValuesParser::new(words))
            .ignore_case(true),
        ValueKind::Text | ValueKind::Path | ValueKind::Integer { .. } => {
            argument.action(ArgAction::Set).value_name(flag.value)
        }
    }
}

/// A text up to its first full stop before a capital letter: `e.g. x` goes on.
fn first_sentence(text: &str) -> &str {
    let ends = text.match_indices(". ").map(|(at, _)| at);
    let end = ends.into_iter().find(|at| text[at + 2..].starts_with(char::is_uppercase));
    end.map_or(text, |at| &text[..at])
}

/// The values of the settings' flags on this command line, by key.
pub fn flags_of(matches: &ArgMatches) -> BTreeMap<&'static str, Vec<String>> {
    let mut found = BTreeMap::new();
    let mut level = Some(matches);
    while let Some(matches) = level {
        for setting in SETTINGS.iter().filter(|setting| setting.flag.is_some()) {
            if let Some(values) = given(matches, setting) {
                found.insert(setting.key, values);
            }
        }
        level = matches.subcommand().map(|(_, matches)| matches);
    }
    found
}

fn given(matches: &ArgMatches, setting: &Setting) -> Option<Vec<String>> {
    let known = matches.try_contains_id(setting.key).is_ok();
    let source = known.then(|| matches.value_source(setting.key)).flatten()?;
    if source != clap::parser::ValueSource::CommandLine {
        return None;
    }
    if setting.kind == ValueKind::Switch {
        return Some(vec![matches.get_flag(setting.key).to_string()]);
    }
    Some(matches.get_many::<String>(setting.key)?.cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &[&str]) -> BTreeMap<&'static str, Vec<String>> {
        flags_of(&command().try_get_matches_from(line).unwrap())
    }

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn a_global_flag_counts_before_and_after_the_command() {
        for line in [
            ["sconce", "--model", "m", "list"].as_slice(),
            &["sconce", "list", "--model", "m"],
            &["sconce", "model", "pull", "--model", "m"],
        ] {
            assert_eq!(parse(line)["model"], ["m"], "{line:?}");
        }
    }

    #[test]
    fn a_flag_that_is_not_given_is_not_there() {
        let flags = parse(&["sconce", "serve", "--root", "/a", "--root", "/b", "--offline"]);
        assert_eq!(flags["roots"], ["/a", "/b"]);
        assert_eq!(flags["offline"], ["true"]);
        assert!(!flags.contains_key("model") && !flags.contains_key("port"));
    }
}
