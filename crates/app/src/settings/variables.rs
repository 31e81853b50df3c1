//! The one table of the environment variables that are no settings.
//!
//! `docs/configuration.md` comes from here, and so does the environment of the local server, which
//! is started out of whatever project a client runs in and gets what is listed here and no more.

use std::ffi::{OsStr, OsString};

use super::table::SETTINGS;

/// An environment variable of others, or of Sconce's own, that is no setting.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// Its name; one that ends with `*` stands for all that begin so. Its case counts only where it
    /// is no proxy's.
    pub name: &'static str,
    /// What it does; empty where its owner's documentation says so.
    pub doc: &'static str,
    /// Whether it decides what a server answers: processes share a server only where it is alike.
    pub decides_answers: bool,
    /// Whether the local server gets it.
    pub inherited: bool,
}

const VARIABLE: Variable = Variable { name: "", doc: "", decides_answers: false, inherited: true };

/// Every variable, in the order of the reference.
pub const VARIABLES: &[Variable] = &[
    Variable {
        name: "HF_ENDPOINT",
        doc: "Hugging Face hub or mirror that models are pulled from.",
        decides_answers: true,
        ..VARIABLE
    },
    Variable {
        name: "HF_HOME",
        doc: "Hugging Face cache whose models are used where they lie.",
        decides_answers: true,
        ..VARIABLE
    },
    Variable {
        name: "HF_HUB_OFFLINE",
        doc: "Any value but `0`: nothing is downloaded from the hub.",
        decides_answers: true,
        ..VARIABLE
    },
    Variable {
        name: "HF_TOKEN",
        doc: "Token for models that need one.",
        decides_answers: true,
        ..VARIABLE
    },
    Variable {
        name: "OLLAMA_MODELS",
        doc: "Ollama's model store, whose blobs are used where they lie.",
        decides_answers: true,
        ..VARIABLE
    },
    Variable {
        name: "SCONCE_CPU",
        doc: "Strongest instruction set that the model may use, for tests and benchmarks \
              (`docs/performance.md`).",
        decides_answers: true,
        ..VARIABLE
    },
    Variable {
        name: "CLAUDE_PROJECT_DIR",
        doc: "`sconce mcp`: the project, where neither a call nor `--root` names one.",
        inherited: false,
        ..VARIABLE
    },
    Variable { name: "NO_COLOR", doc: "Any value: no colours.", inherited: false, ..VARIABLE },
    Variable {
        name: "PIP_*",
        doc: "pip's own: the package index that PostgreSQL and MiniLM are downloaded from \
              (`PIP_INDEX_URL`, `PIP_EXTRA_INDEX_URL`, `PIP_CONFIG_FILE`, `PIP_CERT`, `PIP_PROXY`).",
        ..VARIABLE
    },
    Variable {
        name: "UV_*",
        doc: "uv's own, for the same (`UV_INDEX_URL`, `UV_DEFAULT_INDEX`).",
        ..VARIABLE
    },
    Variable {
        name: "SSL_CERT_*",
        doc: "`SSL_CERT_FILE`, `SSL_CERT_DIR`: certificates that are trusted.",
        ..VARIABLE
    },
    Variable {
        name: "REQUESTS_CA_BUNDLE",
        doc: "Certificates that are trusted, too; so is `CURL_CA_BUNDLE`.",
        ..VARIABLE
    },
    Variable { name: "CURL_CA_BUNDLE", ..VARIABLE },
    Variable {
        name: "*_PROXY",
        doc: "`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`, in either case: the way to the \
              network.",
        ..VARIABLE
    },
    Variable { name: "NETRC", doc: "File with the package index's credentials.", ..VARIABLE },
    Variable {
        name: "PG*",
        doc: "libpq's own (`PGPASSWORD`, `PGSSLMODE`, `PGPASSFILE`): what `database_url` leaves out.",
        ..VARIABLE
    },
    Variable {
        name: "XDG_*",
        doc: "`XDG_CONFIG_HOME`, `XDG_DATA_HOME`, `XDG_RUNTIME_DIR`: where files of a user lie.",
        ..VARIABLE
    },
    Variable { name: "HOME", decides_answers: true, ..VARIABLE },
    Variable { name: "CUDA_*", ..VARIABLE },
    Variable { name: "NVIDIA_*", ..VARIABLE },
    Variable { name: "RUST_BACKTRACE", ..VARIABLE },
];

impl Variable {
    fn is(&self, name: &str) -> bool {
        if let Some(beginning) = self.name.strip_suffix('*') {
            return name.starts_with(beginning);
        }
        match self.name.strip_prefix('*') {
            Some(end) => name.to_ascii_uppercase().ends_with(end),
            None => name == self.name,
        }
    }
}

/// Whether the local server gets this variable of whoever starts it.
pub(crate) fn is_inherited(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    SETTINGS.iter().any(|setting| setting.env.contains(&name))
        || name == "SCONCE_CONFIG"
        || VARIABLES.iter().any(|variable| variable.inherited && variable.is(name))
}

/// The variables that decide what a server answers, with their values.
pub(crate) fn deciding() -> impl Iterator<Item = (&'static str, OsString)> {
    let deciding = VARIABLES.iter().filter(|variable| variable.decides_answers);
    deciding.map(|variable| (variable.name, std::env::var_os(variable.name).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_listed_is_inherited_and_nothing_else() {
        let inherited = |name: &str| is_inherited(OsStr::new(name));
        for name in
            ["HOME", "SCONCE_MODEL", "DATABASE_URL", "PGPASSWORD", "https_proxy", "PIP_CERT"]
        {
            assert!(inherited(name), "{name}");
        }
        let others = ["LD_PRELOAD", "BASH_ENV", "PYTHONPATH", "CLAUDE_PROJECT_DIR", "AWS_SECRET"];
        for name in others {
            assert!(!inherited(name), "{name}");
        }
    }

    #[test]
    fn what_decides_the_answers_is_one_variable_and_reaches_the_server() {
        for variable in VARIABLES.iter().filter(|variable| variable.decides_answers) {
            assert!(variable.inherited && !variable.name.contains('*'), "{}", variable.name);
        }
    }
}
