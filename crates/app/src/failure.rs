//! What a command ends with when it does not succeed: a message, a hint and an exit code.

use std::fmt;

use sconce_engine::Remedy;

use crate::remedy;

/// Exit code of the process, as `docs/cli.md` documents them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 1: something failed.
    Error,
    /// 1: another process writes the index.
    Busy,
    /// 2: the command line, a setting or an input is wrong.
    Usage,
    /// 3: no such index, file or symbol.
    NotFound,
    /// 4: the database or the model cannot be reached.
    Unavailable,
    /// 130: ended by Ctrl-C.
    Interrupted,
    /// 0: the reader of stdout went away, as in `sconce search … | head`.
    OutputClosed,
}

impl Exit {
    /// The number the process ends with.
    pub fn code(self) -> u8 {
        match self {
            Exit::OutputClosed => 0,
            Exit::Error | Exit::Busy => 1,
            Exit::Usage => 2,
            Exit::NotFound => 3,
            Exit::Unavailable => 4,
            Exit::Interrupted => 130,
        }
    }
}

/// A failed command: what was wrong, what to do next, and the exit code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What was wrong: lower case, no full stop.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
    /// The same as data, where it is an error of the engine or below: MCP words it in its own way.
    pub(crate) remedy: Option<Box<Remedy>>,
    /// The exit code.
    pub exit: Exit,
    /// Whether stdout has said it already, such as a check that failed.
    pub(crate) is_printed: bool,
}

impl Failure {
    /// A failure with this exit code and message.
    pub fn new(exit: Exit, message: impl Into<String>) -> Failure {
        Failure { message: message.into(), hint: None, remedy: None, exit, is_printed: false }
    }

    /// Wrong input (exit code 2).
    pub fn usage(message: impl Into<String>) -> Failure {
        Failure::new(Exit::Usage, message)
    }

    /// Something that does not exist (exit code 3).
    pub fn not_found(message: impl Into<String>) -> Failure {
        Failure::new(Exit::NotFound, message)
    }

    /// The database, the model or a server is out of reach (exit code 4).
    pub fn unavailable(message: impl Into<String>) -> Failure {
        Failure::new(Exit::Unavailable, message)
    }

    /// A failure of a library, with what to do about it.
    fn of(error: &dyn std::error::Error, remedy: Option<Remedy>, exit: Exit) -> Failure {
        let hint = remedy.as_ref().and_then(remedy::hint);
        Failure {
            message: with_causes(error),
            hint,
            remedy: remedy.map(Box::new),
            exit,
            is_printed: false,
        }
    }

    /// The same failure, of which stdout has the document already.
    #[must_use]
    pub(crate) fn printed(self) -> Failure {
        Failure { is_printed: true, ..self }
    }

    /// The same failure with a hint.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Failure {
        self.hint = Some(hint.into());
        self.remedy = None;
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        let exit = match error.kind() {
            std::io::ErrorKind::BrokenPipe => Exit::OutputClosed,
            _ => Exit::Error,
        };
        Failure::new(exit, error.to_string())
    }
}

/// A message with all its causes, each said once: `cannot open x: permission denied`.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = error.source();
    }
    text
}

impl From<sconce_engine::EngineError> for Failure {
    fn from(error: sconce_engine::EngineError) -> Failure {
        Failure::from(&error)
    }
}

impl From<&sconce_engine::EngineError> for Failure {
    fn from(error: &sconce_engine::EngineError) -> Failure {
        use sconce_engine::ErrorKind;
        let exit = match error.kind() {
            ErrorKind::NotFound => Exit::NotFound,
            ErrorKind::InvalidInput => Exit::Usage,
            ErrorKind::Unavailable => Exit::Unavailable,
            ErrorKind::Cancelled => Exit::Interrupted,
            ErrorKind::Busy => Exit::Busy,
            ErrorKind::Internal => Exit::Error,
        };
        Failure::of(error, error.remedy(), exit)
    }
}

impl From<sconce_store::StoreError> for Failure {
    fn from(error: sconce_store::StoreError) -> Failure {
        Failure::of(&error, error.remedy().map(Remedy::Database), Exit::Unavailable)
    }
}

impl From<sconce_store::managed::ManagedError> for Failure {
    fn from(error: sconce_store::managed::ManagedError) -> Failure {
        Failure::of(&error, error.remedy().map(Remedy::Database), Exit::Unavailable)
    }
}

impl From<sconce_embed::EmbedError> for Failure {
    fn from(error: sconce_embed::EmbedError) -> Failure {
        let exit = match error {
            sconce_embed::EmbedError::UnknownModel { .. } => Exit::Usage,
            _ => Exit::Unavailable,
        };
        Failure::of(&error, error.remedy().map(Remedy::Model), exit)
    }
}
