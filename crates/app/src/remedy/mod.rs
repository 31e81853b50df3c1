//! What to do about an error of the engine, in the words of the command line.

mod database;
mod machine;
mod model;

use sconce_code::SymbolKind;
use sconce_engine::{FilterField, Remedy};

/// What to do next, where there is something to do.
pub(crate) fn hint(remedy: &Remedy) -> Option<String> {
    let text = match remedy {
        Remedy::NameDirectory => "give the path of a directory that exists",
        Remedy::NameWorkingTree => {
            "name a clone or a working tree of it; `git worktree add` makes one"
        }
        Remedy::IndexDirectoryOfFile { directory } => {
            return Some(format!("index its directory: sconce index {}", directory.display()));
        }
        Remedy::AllowReading => "run as a user who may read it, or give that user the right",
        Remedy::ChangeGlob { .. } => "a glob looks like src/** or *.rs",
        Remedy::Include { .. } => "nothing was changed: include something that is there, or all",
        Remedy::Narrow { root } => {
            return Some(format!(
                "name a project in it, or leave out what is none of it with `exclude`; where all of it \
                 is meant: sconce index {root}"
            ));
        }
        Remedy::NameProject { directory } => {
            return Some(format!(
                "change to a project, or name one; if all of it is meant: sconce index {}",
                directory.display()
            ));
        }
        Remedy::IndexFirst => "nothing is indexed yet: sconce index PATH",
        Remedy::NameIndex { known, .. } => return Some(format!("there are: {}", known.join(", "))),
        Remedy::Index { root } => {
            return Some(format!("index it: sconce index {}", root.display()));
        }
        Remedy::ChooseName { .. } => "choose another name with --name",
        Remedy::FindFile { .. } => {
            "paths are relative to the project's root; search_code prints them"
        }
        Remedy::AwaitVectors { index } => {
            return Some(format!(
                "its vectors come as the index is completed: sconce stats {index}"
            ));
        }
        Remedy::AwaitWriter { index } => {
            return Some(format!("wait for it, or watch it: sconce stats {index}"));
        }
        Remedy::WriteQuery => {
            "say what the code does, or name a symbol: \"where are retries scheduled\""
        }
        Remedy::ShortenQuery => "ask for one thing in a sentence or two",
        Remedy::ChangePattern => {
            "look for a text of one line as it stands; regex=true takes Rust's regular expressions"
        }
        Remedy::ChangeValue { near, .. } if !near.is_empty() => {
            return Some(format!("did you mean {}?", near.join(", ")));
        }
        Remedy::ChangeValue { field: FilterField::Language, .. } => "sconce languages lists them",
        Remedy::ChangeValue { field: FilterField::SymbolType, .. } => {
            let kinds = SymbolKind::ALL.map(SymbolKind::as_str);
            return Some(format!("the types are {}", kinds.join(", ")));
        }
        Remedy::GoOn => "what was indexed is kept; run it again to go on",
        Remedy::KeepCache => "something empties the cache of embeddings: run it again",
        Remedy::ChangeModel { index, root } => {
            return Some(format!(
                "embed it again: sconce index --rebuild --name {index} --model MODEL {root}"
            ));
        }
        Remedy::Rebuild { root } => {
            return Some(format!("rebuild it: sconce index --rebuild {root}"));
        }
        Remedy::MatchModelFiles { model } => {
            return Some(format!(
                "give this machine the same files: copy the directory that `sconce model path {model}` \
                 prints where the others run, and name it with SCONCE_MODEL_DIR; or index all that \
                 {model} has embedded again: `sconce clear` each, then `sconce index`"
            ));
        }
        Remedy::Report => "this is a defect of sconce: please report it",
        Remedy::Model(remedy) => return model::hint(remedy),
        Remedy::Database(remedy) => return database::hint(remedy),
        _ => return None,
    };
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_is_a_command() {
        let remedy = Remedy::Index { root: "/a/b".into() };
        assert_eq!(hint(&remedy).as_deref(), Some("index it: sconce index /a/b"));
        let unknown =
            |field| hint(&Remedy::ChangeValue { field, wrong: "x".to_owned(), near: Vec::new() });
        let language = unknown(FilterField::Language);
        assert_eq!(language.as_deref(), Some("sconce languages lists them"));
        let types = unknown(FilterField::SymbolType);
        assert!(types.is_some_and(|types| types.starts_with("the types are function, ")));
    }
}
