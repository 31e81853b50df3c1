//! `sconce languages`.

use sconce_code::Language;
use serde_json::json;

use super::Context;
use crate::failure::Failure;
use crate::output::{Align, Table};

pub(super) fn run(context: &Context) -> Result<(), Failure> {
    if context.output.json {
        let languages: Vec<_> = Language::all()
            .map(|language| {
                json!({
                    "name": language.name(),
                    "title": language.title(),
                    "aliases": language.aliases(),
                    "extensions": language.extensions(),
                    "file_names": language.file_names(),
                    "symbols": language.gives().contains(&"symbols"),
                    "gives": language.gives(),
                    "passes": language.passes(),
                })
            })
            .collect();
        return context.output.print_json(&languages);
    }
    let mut table = Table::new(&[
        ("NAME", Align::Left),
        ("LANGUAGE", Align::Left),
        ("GIVES", Align::Left),
        ("ALIASES", Align::Left),
        ("FILES", Align::Left),
    ]);
    for language in Language::all() {
        let extensions = language.extensions().iter().map(|extension| format!("*.{extension}"));
        let names = language.file_names().iter().map(|name| (*name).to_owned());
        table.row([
            language.name().to_owned(),
            language.title().to_owned(),
            language.gives().join(" "),
            language.aliases().join(" "),
            extensions.chain(names).collect::<Vec<_>>().join(" "),
        ]);
    }
    context.output.print(&table.render(context.output.paint))
}
