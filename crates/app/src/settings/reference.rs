//! `docs/configuration.md`, made from the table.

use std::fmt::Write as _;

use super::setting::{DefaultValue, FlagScope, Setting, ValueKind};
use super::table::SETTINGS;
use super::variables::VARIABLES;

/// The whole reference.
pub fn reference() -> String {
    let mut text = String::from(
        "# Configuration\n\n\
         <!-- Generated from crates/app/src/settings/table.rs; \
         SCONCE_UPDATE_DOCS=1 cargo test -p sconce --test it docs -->\n\n\
         Precedence: flag > environment > the project's `sconce.toml` > the user's \
         `sconce.toml` > default. The project's file lies at its root, the user's in \
         `$XDG_CONFIG_HOME/sconce` (`~/.config/sconce`). `sconce config show` prints every \
         value and where it came from, `sconce config check` whether it works.\n\n\
         A configuration file is TOML with the keys below at its top level. A project's file may \
         set only the keys marked *project*: a repository that somebody clones must not decide \
         where their code or credentials go.\n",
    );
    let mut group = "";
    for setting in SETTINGS {
        if setting.group != group {
            group = setting.group;
            let _ = write!(text, "\n## {group}\n");
        }
        entry(&mut text, setting);
    }
    text.push_str("\n## Variables that are no settings\n\n");
    for variable in VARIABLES.iter().filter(|variable| !variable.doc.is_empty()) {
        let _ = writeln!(text, "- `{}`: {}", variable.name, variable.doc);
    }
    text.push_str(
        "\nThe local server is started with these, the settings' own and `HOME`, and with no other \
         variable of the process that starts it.\n",
    );
    text
}

fn entry(text: &mut String, setting: &Setting) {
    let _ = write!(text, "\n### `{}`\n\n{}\n\n", setting.key, setting.doc);
    let default = match setting.default {
        DefaultValue::Text(value) => format!("`{value}`"),
        DefaultValue::Unset(meaning) => format!("unset: {meaning}"),
        DefaultValue::Computed(how) => how.to_owned(),
    };
    let _ = writeln!(text, "- Default: {default}");
    let _ = writeln!(text, "- Value: {}", kind_of(setting.kind));
    if !setting.env.is_empty() {
        let names: Vec<_> = setting.env.iter().map(|name| format!("`{name}`")).collect();
        let _ = writeln!(text, "- Environment: {}", names.join(", then "));
    }
    if let Some(flag) = setting.flag {
        let value =
            if flag.value.is_empty() { String::new() } else { format!(" <{}>", flag.value) };
        let scope = match flag.scope {
            FlagScope::Global => "every command".to_owned(),
            FlagScope::Commands(names) => {
                names.iter().map(|name| format!("`sconce {name}`")).collect::<Vec<_>>().join(", ")
            }
        };
        let _ = writeln!(text, "- Flag: `--{}{value}` ({scope})", flag.long);
    }
    let mut notes = vec![];
    if setting.project {
        notes.push("*project*: a project's `sconce.toml` may set it");
    }
    if setting.secret {
        notes.push("secret: shown nowhere");
    }
    for note in notes {
        let _ = writeln!(text, "- {note}");
    }
}

fn kind_of(kind: ValueKind) -> String {
    match kind {
        ValueKind::Text => "text".to_owned(),
        ValueKind::Path => "a path".to_owned(),
        ValueKind::PathList => {
            "paths: an array in a file, separated by `:` in the environment, the flag repeated"
                .into()
        }
        ValueKind::TextList => {
            "a list: an array in a file, separated by `,` in the environment, the flag repeated"
                .into()
        }
        ValueKind::Integer { min, max } => format!("a whole number from {min} to {max}"),
        ValueKind::Switch => "`true` or `false`".to_owned(),
        ValueKind::Choice(words) => {
            words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
        }
    }
}
