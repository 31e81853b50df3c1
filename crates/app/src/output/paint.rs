//! Colours, when there are any.

/// Paints text, or leaves it as it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paint {
    on: bool,
}

impl Paint {
    /// Paints if `on`.
    pub(crate) fn new(on: bool) -> Paint {
        Paint { on }
    }

    /// Whether it paints.
    pub(crate) fn is_on(self) -> bool {
        self.on
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.on { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// A path and line.
    pub(crate) fn path(self, text: &str) -> String {
        self.with("1;35", text)
    }

    /// A symbol.
    pub(crate) fn symbol(self, text: &str) -> String {
        self.with("1;36", text)
    }

    /// A heading.
    pub(crate) fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    /// What matters less.
    pub(crate) fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    /// What is well.
    pub(crate) fn green(self, text: &str) -> String {
        self.with("32", text)
    }

    /// What needs attention.
    pub(crate) fn yellow(self, text: &str) -> String {
        self.with("33", text)
    }

    /// What is wrong.
    pub(crate) fn red(self, text: &str) -> String {
        self.with("1;31", text)
    }

    /// What helps.
    pub(crate) fn cyan(self, text: &str) -> String {
        self.with("36", text)
    }
}
