//! What to do about an error, in the words of MCP: a call, or what only the user can do on the
//! machine that the server runs on.

use sconce_engine::{DatabaseRemedy, FilterField, ModelRemedy, Remedy};

use crate::remedy;

/// What to do next, where there is something to do.
pub(super) fn hint(remedy: &Remedy) -> Option<String> {
    let text = match remedy {
        Remedy::NameDirectory => "give the absolute path of a directory that exists",
        Remedy::NameWorkingTree => {
            "name a clone or a working tree of it; `git worktree add` makes one"
        }
        Remedy::IndexDirectoryOfFile { .. } => "index its directory",
        Remedy::Narrow { root } => {
            return Some(format!(
                "name a project in it, or leave out what is none of it with exclude; if all of it is \
                 meant, the user can index it in a terminal: sconce index {root}"
            ));
        }
        Remedy::NameProject { directory } => {
            return Some(format!(
                "name a project in it; if all of it is meant, which may take long, the user can index it \
                 in a terminal: sconce index {}",
                directory.display()
            ));
        }
        Remedy::IndexFirst => "nothing is indexed yet; search_code indexes the current project",
        Remedy::Index { .. } => "index it first",
        Remedy::ChooseName { .. } => "choose another name, or leave it out",
        Remedy::FindFile { .. } => {
            "paths are relative to the project's root, as search_code writes them"
        }
        Remedy::AwaitVectors { .. } => "its vectors come as the index is completed",
        Remedy::AwaitWriter { .. } => "another process indexes it; wait for its end",
        Remedy::ChangeValue { field: FilterField::Language, near, .. } if near.is_empty() => {
            "leave it out; index_stats names the languages of an index"
        }
        Remedy::GoOn => "what was indexed is kept; index_codebase goes on with it",
        Remedy::KeepCache => "something empties the cache of embeddings: call index_codebase again",
        Remedy::ChangeModel { .. } => "embed it again with the server's model",
        Remedy::Rebuild { .. } => "index every file again",
        Remedy::Report => "this is a defect of sconce: tell the user",
        Remedy::Model(ModelRemedy::Restart) => {
            "the server has to be started again: tell the user, with its log if it happens again"
        }
        Remedy::AllowReading | Remedy::MatchModelFiles { .. } | Remedy::Model(_) => {
            return for_user(remedy);
        }
        Remedy::Database(database) => return of_database(database, remedy),
        // A filter's near values, a glob, a query: the same for everybody.
        _ => return remedy::hint(remedy),
    };
    Some(text.to_owned())
}

fn of_database(database: &DatabaseRemedy, remedy: &Remedy) -> Option<String> {
    let text = match database {
        DatabaseRemedy::AwaitConnection => "other work holds all connections: call it again",
        DatabaseRemedy::ChangeModel => {
            "the index was made with another model: index_codebase with rebuild makes it again"
        }
        DatabaseRemedy::ChooseName => "choose another name, or leave it out",
        DatabaseRemedy::AwaitWriter => "wait until the other one is done; index_status tells",
        DatabaseRemedy::NarrowSearch => "call it again with a narrower filter or a smaller limit",
        _ => return for_user(remedy),
    };
    Some(text.to_owned())
}

/// What no call can do.
fn for_user(remedy: &Remedy) -> Option<String> {
    let hint = remedy::hint(remedy)?;
    Some(format!("ask the user to do this on the server's machine: {hint}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_a_shell_is_said_to_be_the_users() {
        let id = "all-MiniLM-L6-v2".to_owned();
        let hint = hint(&Remedy::Model(ModelRemedy::PullModel { id })).unwrap();
        assert!(hint.starts_with("ask the user to do this on the server's machine: "), "{hint}");
        assert!(hint.contains("`sconce model pull all-MiniLM-L6-v2`"), "{hint}");
    }

    #[test]
    fn what_a_call_can_do_names_no_command() {
        let (index, root) = ("shop".to_owned(), "/work/shop".to_owned());
        for remedy in [
            Remedy::ChangeModel { index: index.clone(), root: root.clone() },
            Remedy::Rebuild { root },
            Remedy::IndexDirectoryOfFile { directory: "/work/shop".into() },
            Remedy::GoOn,
            Remedy::Database(DatabaseRemedy::ChangeModel),
            Remedy::Database(DatabaseRemedy::AwaitWriter),
        ] {
            let hint = hint(&remedy).unwrap();
            assert!(!hint.contains("sconce ") && !hint.contains("--"), "{hint}");
        }
    }
}
