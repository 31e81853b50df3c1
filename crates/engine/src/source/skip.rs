//! Why a file is not in the index.

use std::path::Path;

use sconce_code::{DATA_EXTENSIONS, Language};
use serde::{Deserialize, Serialize};

use super::minified::is_minified;
use super::secret::{is_secret_path, is_secret_text};

/// Why a file was skipped. Each is counted and named, so that nothing disappears silently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// Keys, certificates, `.env` and other credentials.
    Secret,
    /// Not text in any encoding that is known.
    Binary,
    /// Minified or generated in lines that nobody reads, or large and generated as it says itself.
    Minified,
    /// Lock files, source maps, tables of data: text without meaning to a reader of code.
    Data,
    /// Above the size limit.
    TooLarge,
    /// It could not be opened or read.
    Unreadable,
    /// It changed at every attempt to read it; the next run takes it.
    ChangedWhileRead,
    /// No bytes, so no chunks.
    Empty,
    /// A file or a whole directory that an ignore file leaves out.
    Ignored,
    /// What `include` or `exclude` leave out.
    Excluded,
    /// A whole directory that a tool has made: packages, a virtual environment, a cache.
    ToolDirectory,
    /// A whole directory that is another working tree of the same repository.
    Worktree,
    /// A link to what lies in the project too, and is indexed there.
    LinkInside,
    /// A link out of the project: what it leads to is not read.
    LinkOutside,
    /// A link to nothing.
    LinkBroken,
    /// A device, a socket or a pipe.
    NotRegular,
}

impl SkipReason {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::Secret,
        Self::Binary,
        Self::Minified,
        Self::Data,
        Self::TooLarge,
        Self::Unreadable,
        Self::ChangedWhileRead,
        Self::Empty,
        Self::Ignored,
        Self::Excluded,
        Self::ToolDirectory,
        Self::Worktree,
        Self::LinkInside,
        Self::LinkOutside,
        Self::LinkBroken,
        Self::NotRegular,
    ];

    /// The reason as it stands in reports, such as `too_large`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Binary => "binary",
            Self::Minified => "minified",
            Self::Data => "data",
            Self::TooLarge => "too_large",
            Self::Unreadable => "unreadable",
            Self::ChangedWhileRead => "changed_while_read",
            Self::Empty => "empty",
            Self::Ignored => "ignored",
            Self::Excluded => "excluded",
            Self::ToolDirectory => "tool_directory",
            Self::Worktree => "worktree",
            Self::LinkInside => "link_inside",
            Self::LinkOutside => "link_outside",
            Self::LinkBroken => "link_broken",
            Self::NotRegular => "not_regular",
        }
    }

    /// What it means, and what brings such a file in where something does.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Secret => {
                "it holds credentials, a key or a certificate; `include_secrets` takes it all the same"
            }
            Self::Binary => "it is no text",
            Self::Minified => "it is minified, or large and generated",
            Self::Data => {
                "it is data; `include_data`, or a glob of `include` that names it, takes it"
            }
            Self::TooLarge => "it is larger than `max_file_bytes`",
            Self::Unreadable => "it cannot be read",
            Self::ChangedWhileRead => "it changed while it was read; the next run takes it",
            Self::Empty => "it is empty",
            Self::Ignored => "an ignore file leaves it out; `no_ignore` takes it",
            Self::Excluded => "`include` or `exclude` leave it out",
            Self::ToolDirectory => "a tool has made this directory",
            Self::Worktree => "another working tree of the repository: index it by its own path",
            Self::LinkInside => {
                "it links into the project; what it leads to is indexed where it lies, if it is"
            }
            Self::LinkOutside => "it links out of the project; index its target by its own path",
            Self::LinkBroken => "it links to nothing",
            Self::NotRegular => "it is a device, a socket or a pipe",
        }
    }
}

/// A path that is not in the index, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Its path below the root; that of a directory stands for all in it.
    pub path: String,
    /// The reason.
    pub reason: SkipReason,
    /// What exactly says so, such as the line of an ignore file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
}

impl Skipped {
    pub(crate) fn new(path: impl Into<String>, reason: SkipReason) -> Self {
        Self { path: path.into(), reason, rule: None }
    }

    pub(crate) fn by(self, rule: impl Into<String>) -> Self {
        // PostgreSQL takes no NUL, and a line of an ignore file may have one.
        Self { rule: Some(rule.into().replace('\0', "\u{fffd}")), ..self }
    }
}

/// Names of lock files and the like, in lower case.
const DATA_NAMES: [&str; 22] = [
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "cargo.lock",
    "poetry.lock",
    "pdm.lock",
    "uv.lock",
    "pipfile.lock",
    "composer.lock",
    "gemfile.lock",
    "go.sum",
    "mix.lock",
    "flake.lock",
    ".pnp.cjs",
    ".pnp.loader.mjs",
    "go.work.sum",
    "pylock.toml",
    "packages.lock.json",
    "package.resolved",
    ".terraform.lock.hcl",
];
/// Extensions of text that tools leave behind.
const LEFT_EXTENSIONS: [&str; 10] =
    ["log", "lock", "lockfile", "snap", "rej", "orig", "bak", "save", "swp", "swo"];
/// A file of data by its extension of at most so many bytes is read like others: somebody may look for what it says.
const LITTLE_DATA: u64 = 16 << 10;
/// Languages whose large files are data more often than not.
const DATA_LANGUAGES: [&str; 7] = ["json", "xml", "yaml", "ini", "toml", "html", "sql"];

/// What a file's path and size say against it, and which part of them.
pub(super) fn by_name(path: &str, bytes: u64) -> Option<(SkipReason, String)> {
    if is_secret_path(Path::new(path)) {
        return Some((SkipReason::Secret, "its name or its directory".to_owned()));
    }
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
    // `a.js.map` is a source map, and `level.map` may be anything.
    let is_source_map = extension == "map" && stem.contains('.');
    if DATA_NAMES.contains(&name.as_str()) {
        return Some((SkipReason::Data, format!("the name {name}")));
    }
    let is_much_data = DATA_EXTENSIONS.contains(&extension) && bytes > LITTLE_DATA;
    if is_much_data {
        let rule = format!("the extension .{extension}, and more than {} KiB", LITTLE_DATA >> 10);
        return Some((SkipReason::Data, rule));
    }
    if is_left_by_tool(&name, stem, extension) {
        return Some((SkipReason::Data, "its name is that of an editor's copy".to_owned()));
    }
    if LEFT_EXTENSIONS.contains(&extension) || is_source_map {
        return Some((SkipReason::Data, format!("the extension .{extension}")));
    }
    let minified = [".min.js", ".min.css", ".min.mjs", ".bundle.js"];
    let ending = minified.iter().find(|end| name.ends_with(**end))?;
    Some((SkipReason::Minified, format!("the name ends in {ending}")))
}

/// Whether a name, in lower case, is one of what editors, file systems and version control leave beside a file:
/// `a.rs~`, `#a.rs#`, `.#a.rs`, `.a.rs.kate-swp`, `a.rs.tmp.4711`, `a.rs.sb-1f2e-x1`, `.nfs0001`, `a.rs.r12`.
fn is_left_by_tool(name: &str, stem: &str, extension: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_hex = |text: &str| text.len() > 3 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_revision = extension == "mine" || is_number(extension.strip_prefix('r').unwrap_or(""));
    let is_of_file = |stem: &str| Language::detect(stem, "").is_some();
    name.ends_with('~')
        || name.starts_with('#') && name.ends_with('#')
        || name.starts_with(".#")
        || name.strip_prefix(".nfs").is_some_and(is_hex)
        || extension == "kate-swp"
        || is_number(extension) && stem.rsplit_once('.').is_some_and(|(_, end)| end == "tmp")
        || extension.starts_with("sb-") && stem.contains('.')
        || (is_revision || is_number(extension)) && is_of_file(stem)
}

/// Whether one of the globs that take a file asks for it although it is data: by its name or extension,
/// and not only by the directory that it lies in.
pub(super) fn is_asked_for(path: &str, include: &[String]) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    include.iter().any(|glob| {
        let last = glob.trim_end_matches('/').rsplit('/').next().unwrap_or(glob);
        let mut parts = last.split(['.', ',', '{', '}', '*']);
        last == name || !extension.is_empty() && parts.any(|part| part == extension)
    })
}

/// Whether a file is in a language in which people write, so that a large one is worth reading too.
pub(super) fn is_source(path: &str) -> bool {
    let is_notebook = path.to_lowercase().ends_with(".ipynb");
    let language = Language::detect(path, "");
    is_notebook || language.is_some_and(|language| !DATA_LANGUAGES.contains(&language.name()))
}

/// What the text of the file at a path says against it.
pub(super) fn by_text(path: &Path, text: &str) -> Option<SkipReason> {
    if is_secret_text(path, text) {
        return Some(SkipReason::Secret);
    }
    if is_lfs_pointer(text) {
        return Some(SkipReason::Data);
    }
    is_minified(text).then_some(SkipReason::Minified)
}

/// Whether a text stands for a large file that git keeps elsewhere.
fn is_lfs_pointer(text: &str) -> bool {
    const LONGEST: usize = 1024;
    text.len() <= LONGEST && text.starts_with("version https://git-lfs") && text.contains("\noid ")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn name(path: &str) -> Option<SkipReason> {
        by_name(path, 100).map(|(reason, _)| reason)
    }

    #[test]
    fn every_reason_is_listed_by_its_name() {
        for reason in SkipReason::ALL {
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.as_str());
        }
        let names: HashSet<&str> = SkipReason::ALL.iter().map(|reason| reason.as_str()).collect();
        assert_eq!(names.len(), SkipReason::ALL.len());
    }

    #[test]
    fn lock_files_and_minified_text_are_skipped() {
        assert_eq!(name("web/package-lock.json"), Some(SkipReason::Data));
        assert_eq!(name("static/app.min.js"), Some(SkipReason::Minified));
        assert_eq!(name("static/app.js.map"), Some(SkipReason::Data));
        assert_eq!(name("maps/level_one.map"), None);
        assert_eq!(name("a.ipynb"), None);
        assert_eq!(
            (name("patches/0001-fix.patch"), name("test.log")),
            (None, Some(SkipReason::Data))
        );
        let (reason, rule) = by_name("locale/de.po", 20_000).unwrap();
        assert_eq!(reason, SkipReason::Data);
        assert_eq!(rule, "the extension .po, and more than 16 KiB");
        for left in ["gradle.lockfile", "a.py.bak", "src/#a.py#", "a.rs~", "web/.pnp.cjs"] {
            assert_eq!(name(left), Some(SkipReason::Data), "{left}");
        }
        for left in [
            ".#a.rs",
            ".a.rs.kate-swp",
            "a.rs.tmp.4711",
            "a.rs.sb-1f2e-x1",
            "src/.nfs00000012",
            "a.py.r12",
            "a.py.mine",
            "a.py.1",
        ] {
            assert_eq!(name(left), Some(SkipReason::Data), "{left}");
        }
        for kept in ["man/git.1", "notes.2024", "a.r", ".nfsmount", "v1.2.mine", "a.sb"] {
            assert_eq!(name(kept), None, "{kept}");
        }
        let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0a1b\nsize 99\n";
        assert_eq!(by_text(Path::new("a.psd"), pointer), Some(SkipReason::Data));
        let minified = "var a=1;".repeat(2000);
        assert_eq!(by_text(Path::new("a.js"), &minified), Some(SkipReason::Minified));
        assert_eq!(by_text(Path::new("a.js"), &"let value = 1;\n".repeat(2000)), None);
    }

    #[test]
    fn data_is_asked_for_by_its_name_or_extension() {
        let asked = |path: &str, glob: &str| is_asked_for(path, &[glob.to_owned()]);
        assert!(asked("locale/de.po", "*.po") && asked("locale/de.po", "locale/**/*.{po,pot}"));
        assert!(asked("a/Cargo.lock", "Cargo.lock"));
        assert!(!asked("src/icon.svg", "src/**") && !asked("src/icon.svg", "*"));
    }

    #[test]
    fn source_is_what_people_write() {
        assert!(is_source("a.rs") && is_source("docs/guide.md") && is_source("a.IPYNB"));
        assert!(!is_source("a.json") && !is_source("dump.sql") && !is_source("notes"));
    }
}
