//! What a setting is: its names, its kind, its default and its documentation.

/// How a setting's text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// Any text.
    Text,
    /// A path; `~/` is the home directory.
    Path,
    /// A list: `:`-separated in the environment, an array in a file, the flag repeated.
    PathList,
    /// A list: `,`-separated in the environment, an array in a file, the flag repeated.
    TextList,
    /// A whole number within these bounds, both included.
    Integer {
        /// Smallest value.
        min: u64,
        /// Largest value.
        max: u64,
    },
    /// `true` or `false` (`1`, `0`, `yes`, `no`, `on`, `off` too).
    Switch,
    /// One of these words.
    Choice(&'static [&'static str]),
}

/// What a setting is when nobody sets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultValue {
    /// This text.
    Text(&'static str),
    /// Nothing; the text says what that means.
    Unset(&'static str),
    /// Computed at run time; the text says how.
    Computed(&'static str),
}

/// Which commands take a setting as a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlagScope {
    /// Every command.
    Global,
    /// These commands alone.
    Commands(&'static [&'static str]),
}

/// A setting's command line flag.
#[derive(Debug, Clone, Copy)]
pub struct Flag {
    /// Long name without the dashes.
    pub long: &'static str,
    /// What the help calls its value.
    pub value: &'static str,
    /// Which commands take it.
    pub scope: FlagScope,
}

impl Flag {
    /// A flag of every command.
    pub(super) const fn global(long: &'static str, value: &'static str) -> Self {
        Self { long, value, scope: FlagScope::Global }
    }

    /// A flag of some commands.
    pub(super) const fn of(
        commands: &'static [&'static str],
        long: &'static str,
        value: &'static str,
    ) -> Self {
        Self { long, value, scope: FlagScope::Commands(commands) }
    }
}

/// One setting.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Its key in a configuration file, and its name everywhere else.
    pub key: &'static str,
    /// Heading it stands under in the reference.
    pub group: &'static str,
    /// Environment variables, the first one winning.
    pub env: &'static [&'static str],
    /// Command line flag.
    pub flag: Option<Flag>,
    /// What it is unless set.
    pub default: DefaultValue,
    /// How its text is read.
    pub kind: ValueKind,
    /// Never shown, in no output.
    pub secret: bool,
    /// May a project's own `sconce.toml` set it? A cloned repository must not decide where code
    /// or credentials go, so only what shapes its own index may.
    pub project: bool,
    /// One or two sentences.
    pub doc: &'static str,
}
