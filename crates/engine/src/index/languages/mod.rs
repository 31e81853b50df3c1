//! The languages that a project adds for its own files, by `languages.toml` at its root.
//!
//! What stands there is a stranger's: it decides how files of this project are read and nothing else, and its queries
//! are compiled and run in processes with limits alone ([`QueryChecks`], [`Parser::parse_own`]).
//!
//! [`Parser::parse_own`]: super::parse::Parser::parse_own

mod file;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use sconce_code::{Language, NewLanguage, ProjectLanguage, check_language, know_languages};

use self::file::{FILE_NAME, Written, shortened};
use super::parse::{Parsers, QueryCheck, QueryChecks};

/// So many files of a job may a query fail at, before the rest is read without it.
const MOST_FAILURES: usize = 3;

/// The languages of a project, as one job reads files by them.
#[derive(Debug, Default)]
pub(super) struct ProjectLanguages {
    /// What the index remembers of each.
    known: Vec<ProjectLanguage>,
    /// How files of each are read, in the same order.
    readers: Vec<OwnLanguage>,
    /// What is wrong in the file, each with its line.
    pub(super) notices: Vec<String>,
}

/// How the files of a project's language are read.
#[derive(Debug)]
pub(super) struct OwnLanguage {
    /// Under whose name they are stored.
    pub(super) language: Language,
    /// Whose grammar reads them.
    pub(super) base: Option<Language>,
    /// What a parser's process is told; none where the base says all.
    definition: Option<NewLanguage>,
    /// Files at which its query failed: it took too long, or was the end of a process.
    failures: AtomicUsize,
}

/// The languages of the project at `root` by its file alone: none of their queries is compiled. It blocks.
pub(crate) fn declared_languages(root: &Path) -> Vec<ProjectLanguage> {
    let Ok(Some(text)) = file::text(root) else { return Vec::new() };
    let languages = file::read(&text).languages.into_iter();
    let fit = languages.filter_map(|(_, new)| {
        let base = check_language(&new).ok()?;
        Some(ProjectLanguage::new(&new, base.map(Language::name), None))
    });
    fit.collect()
}

impl OwnLanguage {
    /// What a process is told of it, unless its query has failed too often.
    pub(super) fn with_query(&self) -> Option<&NewLanguage> {
        let is_used = self.failures.load(Ordering::Relaxed) < MOST_FAILURES;
        self.definition.as_ref().filter(|_| is_used)
    }

    /// Notes that its query failed at a file that can be read without it.
    pub(super) fn note_failure(&self) {
        self.failures.fetch_add(1, Ordering::Relaxed);
    }
}

impl ProjectLanguages {
    /// Reads those of the project at `root`. It blocks: it reads a file, and has queries looked at.
    pub(super) fn read(root: &Path, parsers: &Parsers) -> Self {
        let text = match file::text(root) {
            Ok(Some(text)) => text,
            Ok(None) => return Self::default(),
            Err(error) => {
                let notices = vec![format!("{FILE_NAME} cannot be read: {error}")];
                return Self { notices, ..Self::default() };
            }
        };
        let mut found = Self::default();
        let Written { languages, mut wrong } = file::read(&text);
        let mut checks = parsers.query_checks();
        for (line, new) in languages {
            let told = found.add(new, &mut checks);
            wrong.extend(told.unwrap_or_else(Some).map(|what| (line, shortened(&what))));
        }
        know_languages(&found.known);
        wrong.sort();
        found.notices =
            wrong.iter().map(|(line, what)| format!("{FILE_NAME}:{line}: {what}")).collect();
        found
    }

    /// Adds one, and says what of it is not used; or says what is wrong with it.
    fn add(
        &mut self,
        mut new: NewLanguage,
        checks: &mut QueryChecks<'_>,
    ) -> Result<Option<String>, String> {
        // What the user has said in the same words needs no second row.
        if Language::all().any(|language| language.definition() == Some(&new)) {
            return Ok(None);
        }
        let base = check_language(&new).map_err(|error| error.to_string())?;
        self.check_own(&new)?;
        let language = Language::stored(&new.name)
            .ok_or_else(|| "this process knows too many languages of projects".to_owned())?;
        let mut unused = None;
        match new.query.as_ref().map(|_| checks.check(&new)) {
            Some(QueryCheck::Wrong(what)) => return Err(what),
            Some(QueryCheck::NoProcess) => {
                new.query = None;
                unused =
                    Some("its query is not used: there is no process with limits for it".into());
            }
            Some(QueryCheck::Fits) | None => {}
        }
        let mark = new.query.as_ref().map(|query| blake3::hash(query.as_bytes()).to_string());
        self.known.push(ProjectLanguage::new(&new, base.map(Language::name), mark));
        let definition = new.query.is_some().then_some(new);
        self.readers.push(OwnLanguage {
            language,
            base,
            definition,
            failures: AtomicUsize::new(0),
        });
        Ok(unused)
    }

    /// Whether nothing of a language is another one's of the same file, so that their order says nothing.
    fn check_own(&self, new: &NewLanguage) -> Result<(), String> {
        let is_taken = |is_its: &dyn Fn(&ProjectLanguage) -> bool| self.known.iter().any(is_its);
        let mut names = std::iter::once(&new.name).chain(&new.aliases);
        let mut extensions = new.extensions.iter();
        let mut files = new.file_names.iter();
        let taken = names
            .find(|name| is_taken(&|one| one.name == **name || one.aliases.contains(name)))
            .or_else(|| {
                extensions
                    .find(|one| is_taken(&|known| known.extensions.contains(&one.to_lowercase())))
            })
            .or_else(|| {
                files.find(|name| is_taken(&|one| one.takes_name(name.trim_end_matches('*'))))
            });
        taken.map_or(Ok(()), |taken| Err(format!("'{taken}' is of one before it")))
    }

    /// What the index is to remember of them.
    pub(super) fn known(&self) -> &[ProjectLanguage] {
        &self.known
    }

    /// How the file at a path is read, where it is in one of them.
    pub(super) fn of_file(&self, path: &str) -> Option<&OwnLanguage> {
        self.readers.get(ProjectLanguage::place_of(&self.known, path)?)
    }

    /// What is to be told of them once files were read: of queries that took too much.
    pub(super) fn afterwards(&self) -> impl Iterator<Item = String> {
        let failed = self.readers.iter().filter(|own| own.failures.load(Ordering::Relaxed) > 0);
        failed.map(|own| {
            let rest = if own.with_query().is_some() { "" } else { ", as are all after them" };
            let (name, files) = (own.language.name(), own.failures.load(Ordering::Relaxed));
            format!(
                "{FILE_NAME}: the query of '{name}' takes too much at {files} of its files, which are read \
                 without it{rest}"
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> ProjectLanguages {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join(FILE_NAME), text).unwrap();
        ProjectLanguages::read(directory.path(), &Parsers::default())
    }

    #[test]
    fn what_cannot_be_used_is_named_with_its_line_and_the_rest_holds() {
        let found = read(
            "[[language]]\nname = \"rust\"\nextensions = [\"a\"]\n\
             [[language]]\nname = \"steps\"\nextensions = [\"Stp\"]\nfile_names = [\"Steps*\"]\nbase = \"py\"\n\
             [[language]]\nname = \"b\"\nextensions = [\"stp\"]\n\
             [[language]]\nname = \"c\"\nfile_names = [\"steps\"]\n\
             [[language]]\nname = \"d\"\naliases = [\"steps\"]\nextensions = [\"d\"]\n\
             [[language]]\nname = \"e\"\nextensions = [\"e\"]\nbase = \"ini\"\n\
             [[language]]\nname = \"f\"\nextensions = [\".f\"]\n\
             [[language]]\nname = \"g\"\nextensions = [\"g\"]\nquery = \"(x) @name\"\n\
             [[language]]\nname = \"h\"\nextensions = [\"h\"]\nbase = \"c\"\nquery = \"(x) @name\"\n",
        );
        let lines: Vec<&str> =
            found.notices.iter().map(|notice| notice.split(": ").next().unwrap()).collect();
        let wrong = [1, 9, 12, 15, 19, 23, 26, 30].map(|line| format!("languages.toml:{line}"));
        assert_eq!(lines, wrong, "{:#?}", found.notices);
        let name = |path: &str| found.of_file(path).map(|own| own.language.name());
        assert_eq!(name("a/b.STP"), Some("steps"));
        assert_eq!((name("Steps"), name("x/steps.dev")), (Some("steps"), Some("steps")));
        assert_eq!((name("stp"), name("a.rs")), (None, None));
        let own = found.of_file("a.stp").unwrap();
        assert_eq!(own.base.map(Language::name), Some("python"));
        let of_c = found.of_file("a.h").unwrap();
        assert!(of_c.with_query().is_none(), "there is no process for a stranger's query");
        assert!(Language::by_name("steps").is_none(), "nobody else has it");
    }

    #[test]
    fn a_query_that_fails_is_not_run_for_ever() {
        let own = OwnLanguage {
            language: Language::stored("fails").unwrap(),
            base: None,
            definition: Some(NewLanguage::default()),
            failures: AtomicUsize::new(0),
        };
        let languages = ProjectLanguages { readers: vec![own], ..ProjectLanguages::default() };
        assert_eq!(languages.afterwards().count(), 0);
        for _ in 0..MOST_FAILURES {
            assert!(languages.readers[0].with_query().is_some());
            languages.readers[0].note_failure();
        }
        assert!(languages.readers[0].with_query().is_none());
        assert!(languages.afterwards().next().unwrap().contains("'fails' takes too much at 3"));
    }
}
