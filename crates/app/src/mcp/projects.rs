//! Which project a call means, and which directories it may mean at all.

use std::io;
use std::path::{Path, PathBuf};

use sconce_engine::{is_marked, is_no_project, project_root};
use serde::{Deserialize, Serialize};

use super::errors::ToolError;
use crate::output::cut;
use crate::paths::meanings;

/// The directories of a server, or of one of its clients.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Projects {
    /// Real paths of the directories configured.
    roots: Vec<PathBuf>,
    /// Whether nothing outside of the roots may be indexed or searched by path.
    restricted: bool,
    /// The project of a call that names none, where no root is configured.
    start: Option<PathBuf>,
    /// The user's own directory, where the server is the user's.
    #[serde(default)]
    home: Option<PathBuf>,
}

/// A directory that a call means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedPath {
    /// The directory itself, a real path.
    pub directory: PathBuf,
    /// The file in it, where the call named a file.
    pub file: Option<String>,
}

impl Projects {
    /// Over HTTP: these roots and nothing else.
    pub fn served(roots: &[PathBuf]) -> Projects {
        Projects { roots: real_roots(roots), restricted: true, ..Projects::default() }
    }

    /// Over stdio, for the user who started it: the roots where some are configured, else any
    /// directory, with `CLAUDE_PROJECT_DIR` or the working directory's project as the one meant.
    pub fn local(
        roots: &[PathBuf],
        project_dir: Option<PathBuf>,
        working: Option<&Path>,
    ) -> Projects {
        let roots = real_roots(roots);
        let named = project_dir.and_then(|dir| dir.canonicalize().ok());
        let start = named.or_else(|| working.and_then(own_project));
        Projects { restricted: !roots.is_empty(), roots, start, home: home() }
    }

    /// The directories configured.
    pub fn roots(&self) -> &[PathBuf] {
        &self.roots
    }

    /// The project of a call that names none.
    pub fn default_project(&self) -> Option<&Path> {
        self.roots.first().or(self.start.as_ref()).map(PathBuf::as_path)
    }

    /// The project that a call means which names `directory`, a real path, alone: the default one
    /// where it lies in that and nothing marks another.
    pub fn around<'a>(&'a self, directory: &'a Path) -> &'a Path {
        let own = self.default_project().filter(|own| directory.starts_with(own));
        own.filter(|_| !is_marked(&project_root(directory))).unwrap_or(directory)
    }

    /// Whether a directory lies above the default project and nothing marks it as one itself: it holds
    /// other projects too, and a call may have come there by a `..` too many.
    pub fn is_above_own(&self, directory: &Path) -> bool {
        let own = self.default_project().filter(|own| *own != directory);
        own.is_some_and(|own| own.starts_with(directory)) && !is_marked(directory)
    }

    /// Whether a real path may be indexed and searched.
    pub fn allows(&self, path: &Path) -> bool {
        !self.restricted || self.roots.iter().any(|root| path.starts_with(root))
    }

    /// The directory that a call means: the one it names, else the default project.
    ///
    /// `..` and symlinks are resolved before the directory is compared with the roots.
    pub fn locate(&self, given: Option<&str>) -> Result<ResolvedPath, ToolError> {
        let Some(given) = given.map(str::trim).filter(|given| !given.is_empty()) else {
            let project = self.default_project().ok_or_else(no_project)?;
            if !project.is_dir() {
                return Err(self.gone(project));
            }
            return Ok(ResolvedPath { directory: project.to_path_buf(), file: None });
        };
        let real = self.real(given).map_err(|(path, error)| {
            tracing::warn!(path = cut(given), %error, "refused a path that cannot be used");
            self.unusable(given, &path, &error)
        })?;
        if !self.allows(&real) {
            tracing::warn!(path = cut(given), real = %real.display(), "refused a path outside of the roots");
            return Err(self.outside(given));
        }
        if real.is_dir() {
            return Ok(ResolvedPath { directory: real, file: None });
        }
        let file = real.file_name().map(|name| name.to_string_lossy().into_owned());
        let directory = real.parent().unwrap_or(&real).to_path_buf();
        Ok(ResolvedPath { directory, file })
    }

    /// The default project is no directory any more.
    fn gone(&self, project: &Path) -> ToolError {
        let hint = if self.roots.is_empty() {
            "give the `path` of another project; the user can start the server in one that is there"
        } else {
            "tell the user to mend the server's --root or `roots` setting"
        };
        let project = project.display();
        ToolError::new(format!("{project} is not there, and this server was started for it"))
            .with_hint(hint)
    }

    /// The first of a text's meanings that is there; where none is, the first and why not.
    fn real(&self, given: &str) -> Result<PathBuf, (PathBuf, io::Error)> {
        let mut first = None;
        for named in meanings(given, self.home.as_deref()) {
            let path = match self.default_project() {
                Some(project) if named.is_relative() => project.join(named),
                _ => named,
            };
            match path.canonicalize() {
                Ok(real) => return Ok(real),
                Err(error) => first = first.or(Some((path, error))),
            }
        }
        Err(first.unwrap_or_else(|| (PathBuf::from(given), io::ErrorKind::NotFound.into())))
    }

    /// The project around a directory, as far as it may be used.
    pub fn root_of(&self, directory: &Path) -> PathBuf {
        self.within_roots(project_root(directory), directory)
    }

    /// The project around a directory, or as much of it around that directory as may be used.
    pub(super) fn within_roots(&self, project: PathBuf, directory: &Path) -> PathBuf {
        if self.allows(&project) {
            return project;
        }
        let root = self.roots.iter().find(|root| directory.starts_with(root));
        root.map_or_else(|| directory.to_path_buf(), Clone::clone)
    }

    fn unusable(&self, given: &str, path: &Path, error: &io::Error) -> ToolError {
        if !self.is_missing_inside(path) {
            return self.outside(given);
        }
        let given = cut(given);
        let message = match error.kind() {
            io::ErrorKind::PermissionDenied if !self.restricted => {
                format!("no permission to read {given}")
            }
            _ => format!("there is no such path: {given}"),
        };
        let failure = ToolError::new(message);
        match self.default_project() {
            Some(project) => failure
                .with_hint(format!("paths are absolute, or relative to {}", project.display()))
                .with_directory(project),
            None => failure.with_hint("give the absolute path of a directory that exists"),
        }
    }

    /// Whether what leads to a path that is not there may be known. What lies outside of the roots
    /// is not told apart from what does not exist, also where a link leads there.
    fn is_missing_inside(&self, path: &Path) -> bool {
        let there = path.ancestors().find(|path| path.symlink_metadata().is_ok());
        let real = there.and_then(|there| there.canonicalize().ok());
        !self.restricted || real.is_some_and(|real| self.allows(&real))
    }

    fn outside(&self, given: &str) -> ToolError {
        let roots: Vec<String> = self.roots.iter().map(|root| root.display().to_string()).collect();
        let given = cut(given);
        let failure = ToolError::new(format!(
            "{given} is outside of the directories this server may use, or is not there"
        ))
        .with_hint(format!("it may use {}", roots.join(", ")));
        match self.roots.first() {
            Some(root) => failure.with_directory(root),
            None => failure,
        }
    }
}

/// The roots configured, as real paths. One that is not there now stays one: a server whose only root is misspelt
/// or not mounted may use nothing, and not everything.
fn real_roots(roots: &[PathBuf]) -> Vec<PathBuf> {
    let real = |root: &PathBuf| {
        root.canonicalize().unwrap_or_else(|error| {
            tracing::warn!(root = %root.display(), %error, "a root of this server is not there");
            std::path::absolute(root).unwrap_or_else(|_| root.clone())
        })
    };
    roots.iter().map(real).collect()
}

fn no_project() -> ToolError {
    ToolError::new("no project is known: the call names none, and this server was started in none")
        .with_hint("name the project's directory")
        .with_directory("/absolute/path/of/the/project")
}

/// The project around the working directory; none where that is a home directory or the file
/// system's root, where some clients start their servers.
fn own_project(working: &Path) -> Option<PathBuf> {
    let working = working.canonicalize().ok()?;
    let project = project_root(&working);
    (!is_no_project(&project)).then_some(project)
}

fn home() -> Option<PathBuf> {
    etcetera::home_dir().ok().and_then(|home| home.canonicalize().ok())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    struct Tree {
        _dir: tempfile::TempDir,
        root: PathBuf,
        secret: PathBuf,
        projects: Projects,
    }

    fn tree() -> Tree {
        let dir = tempfile::tempdir().unwrap();
        let base = dir.path().canonicalize().unwrap();
        let (root, secret) = (base.join("root"), base.join("secret"));
        fs::create_dir_all(root.join("app/src")).unwrap();
        fs::create_dir_all(root.join("app/.git")).unwrap();
        fs::write(root.join("app/src/main.rs"), "fn main() {}").unwrap();
        fs::create_dir_all(&secret).unwrap();
        let projects = Projects::served(std::slice::from_ref(&root));
        Tree { _dir: dir, root, secret, projects }
    }

    #[test]
    fn a_path_inside_of_a_root_is_found() {
        let tree = tree();
        let place = |given| tree.projects.locate(given).unwrap();
        assert_eq!(place(None).directory, tree.root);
        assert_eq!(place(Some("app/src")).directory, tree.root.join("app/src"));
        let absolute = tree.root.join("app").display().to_string();
        assert_eq!(place(Some(&absolute)).directory, tree.root.join("app"));
        let file = place(Some("app/src/main.rs"));
        assert_eq!(file.file.as_deref(), Some("main.rs"));
        assert_eq!(tree.projects.root_of(&file.directory), tree.root.join("app"));
    }

    #[test]
    fn dots_and_symlinks_do_not_lead_out_of_the_roots() {
        let tree = tree();
        let refused = |given: &str| tree.projects.locate(Some(given)).unwrap_err();
        for given in ["../secret", "app/../../secret", "/", &tree.secret.display().to_string()] {
            assert!(refused(given).message.contains("outside of the directories"), "{given}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(&tree.secret, tree.root.join("link")).unwrap();
            assert!(refused("link").message.contains("outside of the directories"));
        }
        assert!(refused("app/nowhere").message.starts_with("there is no such path"));
    }

    #[test]
    fn what_is_outside_of_the_roots_cannot_be_asked_for() {
        let tree = tree();
        fs::write(tree.secret.join("there"), "x").unwrap();
        let message = |given: String| {
            let error = tree.projects.locate(Some(&given)).unwrap_err();
            (error.message.replace(&given, "PATH"), error.hint, error.instead)
        };
        let secret = tree.secret.display();
        let mut pairs = vec![
            (format!("{secret}/there"), format!("{secret}/nowhere")),
            ("../secret/there".to_owned(), "../secret/nowhere".to_owned()),
            ("app/../../secret/there".to_owned(), "app/../../secret/nowhere".to_owned()),
            (format!("{secret}/there"), format!("{secret}/there/below")),
        ];
        #[cfg(unix)]
        {
            let link = |to: &str, name: &str| {
                std::os::unix::fs::symlink(tree.secret.join(to), tree.root.join(name)).unwrap();
                name.to_owned()
            };
            pairs.push((link("there", "one"), link("nowhere", "two")));
            link("", "out");
            pairs.push(("out/there".to_owned(), "out/nowhere".to_owned()));
        }
        for (there, nowhere) in pairs {
            assert_eq!(message(there.clone()), message(nowhere), "{there}");
        }
    }

    #[test]
    fn a_root_below_a_repository_does_not_open_the_repository() {
        let tree = tree();
        let below = Projects::served(&[tree.root.join("app/src")]);
        assert_eq!(below.root_of(&tree.root.join("app/src")), tree.root.join("app/src"));
    }

    #[test]
    fn a_root_that_is_not_there_opens_nothing_else() {
        let tree = tree();
        let gone = tree.root.join("unmounted");
        let projects = Projects::local(std::slice::from_ref(&gone), None, Some(&tree.root));
        assert!(projects.locate(None).unwrap_err().message.contains("is not there"));
        let secret = tree.secret.display().to_string();
        let error = projects.locate(Some(&secret)).unwrap_err();
        assert!(error.message.contains("outside of the directories"), "{}", error.message);
        assert!(!projects.allows(&tree.secret));
        fs::create_dir(&gone).unwrap();
        assert_eq!(projects.locate(None).unwrap().directory, gone);
    }

    #[test]
    fn a_call_without_a_project_shows_one_with() {
        let error = Projects::local(&[], None, Some(Path::new("/"))).locate(None);
        assert!(error.unwrap_err().instead.unwrap().starts_with("/absolute/path"));
    }
}
