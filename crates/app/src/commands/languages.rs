//! `sconce languages`.

use sconce_code::{Language, ProjectLanguage};
use sconce_engine::languages_of_project;
use serde_json::{Value, json};

use super::Context;
use crate::failure::Failure;
use crate::output::{Align, Table};

/// A language as it is listed.
struct Listed {
    name: String,
    title: String,
    aliases: Vec<String>,
    extensions: Vec<String>,
    file_names: Vec<String>,
    gives: Vec<&'static str>,
    passes: Vec<&'static str>,
    /// Who says so: `sconce`, the `user` or the `project`.
    from: &'static str,
}

pub(super) fn run(context: &Context) -> Result<(), Failure> {
    let here = std::env::current_dir().and_then(|directory| directory.canonicalize());
    let of_project = here.map(|directory| languages_of_project(&directory)).unwrap_or_default();
    let languages =
        Language::all().map(Listed::from).chain(of_project.into_iter().map(Listed::from));
    if context.output.json {
        let languages: Vec<Value> = languages.map(|listed| listed.json()).collect();
        return context.output.print_json(&languages);
    }
    let mut table = Table::new(&[
        ("NAME", Align::Left),
        ("LANGUAGE", Align::Left),
        ("GIVES", Align::Left),
        ("ALIASES", Align::Left),
        ("FILES", Align::Left),
    ]);
    for language in languages {
        let title = match language.from {
            "sconce" => language.title,
            from => format!("{} (the {from}'s)", language.title),
        };
        let extensions = language.extensions.iter().map(|extension| format!("*.{extension}"));
        let files: Vec<String> = extensions.chain(language.file_names).collect();
        table.row([
            language.name,
            title,
            language.gives.join(" "),
            language.aliases.join(" "),
            files.join(" "),
        ]);
    }
    context.output.print(&table.render(context.output.paint))
}

impl Listed {
    fn json(&self) -> Value {
        json!({
            "name": self.name,
            "title": self.title,
            "aliases": self.aliases,
            "extensions": self.extensions,
            "file_names": self.file_names,
            "symbols": self.gives.contains(&"symbols"),
            "gives": self.gives,
            "passes": self.passes,
            "from": self.from,
        })
    }
}

impl From<Language> for Listed {
    fn from(language: Language) -> Self {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Self {
            name: language.name().to_owned(),
            title: language.title().to_owned(),
            aliases: owned(language.aliases()),
            extensions: owned(language.extensions()),
            file_names: owned(language.file_names()),
            gives: language.gives(),
            passes: language.passes().to_vec(),
            from: if language.definition().is_some() { "user" } else { "sconce" },
        }
    }
}

impl From<ProjectLanguage> for Listed {
    /// As its project's file has it: what its own query adds shows once it is indexed.
    fn from(language: ProjectLanguage) -> Self {
        let base = language.base.as_deref().and_then(Language::by_name);
        Self {
            title: language.name.clone(),
            gives: base.map_or_else(|| vec!["text"], Language::gives),
            passes: Vec::new(),
            from: "project",
            name: language.name,
            aliases: language.aliases,
            extensions: language.extensions,
            file_names: language.file_names,
        }
    }
}
