//! What a name in a filter means that is no language's own: an extension, a framework, another
//! tool's name for it.

use crate::{Language, projects};

/// Words that filter nothing.
const ALL: [&str; 8] = ["all", "any", "*", "**", "auto", "every", "all languages", "*.*"];

/// Names by what files of it are written in, as far as languages go here.
const MEANINGS: [(&str, &str); 50] = [
    ("arduino", "cpp"),
    ("unreal", "cpp"),
    ("qt", "cpp"),
    ("hpp", "cpp"),
    ("angular", "typescript"),
    ("react", "typescript"),
    ("nextjs", "typescript"),
    ("next.js", "typescript"),
    ("deno", "typescript"),
    ("node.js", "javascript"),
    ("nodejs", "javascript"),
    ("express", "javascript"),
    ("django", "python"),
    ("flask", "python"),
    ("jupyter", "python"),
    ("pytorch", "python"),
    ("numpy", "python"),
    ("rails", "ruby"),
    ("laravel", "php"),
    ("symfony", "php"),
    ("wordpress", "php"),
    ("spring", "java"),
    ("android", "kotlin"),
    ("ios", "swift"),
    ("swiftui", "swift"),
    ("unity", "csharp"),
    (".net", "csharp"),
    ("dotnet", "csharp"),
    ("phoenix", "elixir"),
    ("postgres", "sql"),
    ("postgresql", "sql"),
    ("sqlite", "sql"),
    ("posix-shell", "bash"),
    ("grpc", "proto"),
    ("documentation", "markdown"),
    ("docs", "markdown"),
    ("tailwind", "css"),
    // As editors call them.
    ("typescriptreact", "typescript"),
    ("javascriptreact", "javascript"),
    ("shellscript", "bash"),
    ("dockercompose", "compose"),
    ("cuda-cpp", "cuda"),
    ("objective-cpp", "objectivec"),
    ("vue-html", "vue"),
    ("django-html", "template"),
    ("github-actions-workflow", "github-actions"),
    ("postcss", "css"),
    ("proto3", "proto"),
    ("tsql", "sql"),
    ("plsql", "sql"),
];

/// What a name in a filter of languages stands for.
pub(super) enum Meaning {
    /// Every language.
    All,
    /// One of them.
    One(Language),
    /// None but what a project has under this name.
    OfProjects,
}

/// The meaning of a name, if it has one: a language's own name or alias first, then an extension as it is
/// written in a path or a glob, then what else is known.
pub(super) fn of(name: &str) -> Option<Meaning> {
    let name = written(name);
    if is_all(&name) {
        return Some(Meaning::All);
    }
    let own = Language::by_name(&name).or_else(|| listed(&name));
    let bare = without_glob(&name);
    let found = own
        .or_else(|| by_extension(bare))
        .or_else(|| Language::by_name(bare))
        .or_else(|| Language::by_name(&name.replace([' ', '_'], "-")))
        .or_else(|| Language::by_name(&name.replace([' ', '_', '-'], "")));
    let of_projects = || projects::is_known(bare).then_some(Meaning::OfProjects);
    found.map(Meaning::One).or_else(of_projects)
}

/// A name as it is compared: without the quotes around it, in lower case.
pub(super) fn written(name: &str) -> String {
    name.trim().trim_matches(['"', '\'', '`']).to_lowercase()
}

/// The extension of a name that is written as in a path or a glob, such as `.py`; else the name.
pub(super) fn without_glob(name: &str) -> &str {
    name.rsplit("*.").next().unwrap_or(name).trim_start_matches('.')
}

/// Whether a word filters nothing.
pub(super) fn is_all(name: &str) -> bool {
    ALL.contains(&name.trim().to_lowercase().as_str())
}

fn listed(name: &str) -> Option<Language> {
    let name = name.replace([' ', '_'], "-");
    let (_, language) = MEANINGS.iter().find(|(known, _)| *known == name)?;
    Language::by_name(language)
}

fn by_extension(extension: &str) -> Option<Language> {
    Language::all().find(|language| language.extensions().contains(&extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_means_a_language_by_its_sense() {
        for (name, expected) in [
            ("rust", "rust"),
            (".py", "python"),
            ("*.go", "go"),
            ("**/*.tsx", "typescript"),
            ("cu", "cuda"),
            ("Vue", "vue"),
            ("github_actions", "github-actions"),
            ("C Sharp", "csharp"),
            ("objective c", "objectivec"),
            ("type script", "typescript"),
            ("typescriptreact", "typescript"),
            ("ShellScript", "bash"),
            ("klingon", ""),
        ] {
            let found = match of(name) {
                Some(Meaning::One(language)) => language.name(),
                Some(Meaning::All) => "all",
                Some(Meaning::OfProjects) => "a project's",
                None => "",
            };
            assert_eq!(found, expected, "{name}");
        }
        assert!(matches!(of("*"), Some(Meaning::All)) && matches!(of("All"), Some(Meaning::All)));
    }

    #[test]
    fn every_meaning_is_a_language() {
        for (name, language) in MEANINGS {
            let Some(Meaning::One(found)) = of(name) else { panic!("{name} means nothing") };
            assert_eq!(found.name(), language, "{name}");
        }
    }
}
