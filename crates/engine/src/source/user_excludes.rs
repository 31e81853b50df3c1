//! Where the user's own excludes of git are: `core.excludesFile`, by their configuration and what it includes.

use std::path::{Path, PathBuf};

use crate::git_config::entries;

/// The most bytes of a file of configuration that are read.
const MAX_BYTES: u64 = 1 << 20;
/// As deep as git itself follows one file's includes.
const MAX_DEPTH: usize = 10;

/// The user's directories, and where their configuration is said to lie elsewhere.
#[derive(Debug, Default)]
pub(super) struct GitUser {
    pub(super) home: Option<PathBuf>,
    /// `GIT_CONFIG_SYSTEM`.
    pub(super) system: Option<PathBuf>,
    /// `GIT_CONFIG_GLOBAL`.
    pub(super) global: Option<PathBuf>,
    /// `XDG_CONFIG_HOME`.
    pub(super) config_home: Option<PathBuf>,
}

impl GitUser {
    /// Who runs this process.
    pub(super) fn of_process() -> Self {
        let path =
            |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        Self {
            home: std::env::home_dir(),
            system: path("GIT_CONFIG_SYSTEM"),
            global: path("GIT_CONFIG_GLOBAL"),
            config_home: path("XDG_CONFIG_HOME"),
        }
    }

    /// The file of their excludes, whether or not it is there. What holds for some repositories alone
    /// (`includeIf`) is not looked at.
    pub(super) fn excludes_file(&self) -> Option<PathBuf> {
        let config_home =
            self.config_home.clone().or_else(|| Some(self.home.as_ref()?.join(".config")));
        let mut files = vec![self.system.clone().unwrap_or_else(|| "/etc/gitconfig".into())];
        if let Some(global) = &self.global {
            files.push(global.clone());
        } else {
            files.extend(config_home.as_ref().map(|directory| directory.join("git/config")));
            files.extend(self.home.as_ref().map(|home| home.join(".gitconfig")));
        }
        let mut found = None;
        for file in &files {
            self.read(file, 0, &mut found);
        }
        found.or_else(|| Some(config_home?.join("git/ignore")))
    }

    /// Takes what a file says, and each file that it includes where it does: the last word holds.
    fn read(&self, file: &Path, depth: usize, found: &mut Option<PathBuf>) {
        let is_readable =
            file.metadata().is_ok_and(|file| file.is_file() && file.len() <= MAX_BYTES);
        let text = is_readable.then(|| std::fs::read(file).ok()).flatten().unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        for entry in entries(&text) {
            let path = || self.expanded(&entry.value, file.parent()?);
            if entry.is("core", "excludesfile") {
                *found = path().or(found.take());
            } else if entry.is("include", "path")
                && depth < MAX_DEPTH
                && let Some(path) = path()
            {
                self.read(&path, depth + 1, found);
            }
        }
    }

    /// A path of a file in `directory`: from the user's home where it begins with `~/`.
    fn expanded(&self, path: &str, directory: &Path) -> Option<PathBuf> {
        match path.strip_prefix("~/") {
            Some(below) => Some(self.home.as_ref()?.join(below)),
            None if path.is_empty() => None,
            None => Some(directory.join(path)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn user(home: &Path) -> GitUser {
        let none = Some(home.join("none"));
        GitUser { home: Some(home.to_path_buf()), system: none, ..GitUser::default() }
    }

    #[test]
    fn the_last_word_holds_whether_quoted_or_included() {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path();
        let found = |config: &str| {
            fs::write(home.join(".gitconfig"), config).unwrap();
            user(home).excludes_file().unwrap()
        };
        assert_eq!(found("[user]\n\tname = n\n"), home.join(".config/git/ignore"));
        for value in ["~/my ignore", "\"~/my ignore\"", "\"~/my ignore\" # mine", "~/my ignore ; x"]
        {
            let config = format!("[Core]\n\tautocrlf = input\n\texcludesFile = {value}\n");
            assert_eq!(found(&config), home.join("my ignore"), "{value}");
        }
        fs::create_dir(home.join("dots")).unwrap();
        fs::write(home.join("dots/config"), "[core] excludesfile = ignore\n").unwrap();
        let included = "[core]\nexcludesfile = ~/first\n[include]\n path = dots/config\n";
        assert_eq!(found(included), home.join("dots/ignore"));
        assert_eq!(found(&format!("{included}[core]\nexcludesfile = /last")), Path::new("/last"));
        let of_others = "[includeIf \"gitdir:~/clients/\"]\n path = dots/config\n";
        assert_eq!(found(of_others), home.join(".config/git/ignore"));
        assert_eq!(
            found("[include]\n path = .gitconfig\n"),
            home.join(".config/git/ignore"),
            "a ring"
        );
    }

    #[test]
    fn the_configuration_may_lie_elsewhere() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::write(at(".gitconfig"), "[core]\nexcludesfile = ~/of-home").unwrap();
        fs::write(at("global"), "[core]\nexcludesfile = ~/of-global").unwrap();
        fs::create_dir_all(at("xdg/git")).unwrap();
        fs::write(at("xdg/git/config"), "[core]\nexcludesfile = ~/of-xdg").unwrap();
        let mut user = GitUser { config_home: Some(at("xdg")), ..user(dir.path()) };
        assert_eq!(user.excludes_file(), Some(at("of-home")));
        fs::remove_file(at(".gitconfig")).unwrap();
        assert_eq!(user.excludes_file(), Some(at("of-xdg")));
        user.global = Some(at("global"));
        assert_eq!(user.excludes_file(), Some(at("of-global")));
    }
}
