//! Each setting's key with the type of its value: what the code asks for, in place of names and
//! texts. The table says what is allowed; [`FromItems`] reads it.

use std::marker::PhantomData;
use std::path::PathBuf;
use std::str::FromStr;

use sconce_embed::{BackendChoice, DeviceChoice, Precision};

use super::log_format::LogFormat;
use super::setting::{Setting, ValueKind};

/// A setting's key, and what its value is.
#[derive(Debug)]
pub(crate) struct Key<T> {
    pub(super) name: &'static str,
    value: PhantomData<fn() -> T>,
}

impl<T> Key<T> {
    const fn new(name: &'static str) -> Self {
        Self { name, value: PhantomData }
    }
}

macro_rules! keys {
    ($($constant:ident: $type:ty = $name:literal;)*) => {
        $(pub(crate) const $constant: Key<$type> = Key::new($name);)*

        /// Each key's name, and whether its type reads a kind.
        #[cfg(test)]
        const ALL: &[(&str, fn(ValueKind) -> bool)] = &[$(($name, <$type as FromItems>::reads)),*];
    };
}

keys! {
    DATA_DIR: Option<PathBuf> = "data_dir";
    DATABASE_URL: Option<String> = "database_url";
    READ_DATABASE_URL: Option<String> = "read_database_url";
    DATABASE_CONNECTIONS: u64 = "database_connections";
    WORDS_MEMORY_MB: u64 = "words_memory_mb";
    MODEL: String = "model";
    BACKEND: BackendChoice = "backend";
    DEVICE: DeviceChoice = "device";
    PRECISION: Precision = "precision";
    THREADS: Option<u64> = "threads";
    MODEL_DIR: Option<PathBuf> = "model_dir";
    OFFLINE: bool = "offline";
    OLLAMA_HOST: String = "ollama_host";
    INCLUDE: Vec<String> = "include";
    EXCLUDE: Vec<String> = "exclude";
    INCLUDE_DATA: Vec<String> = "include_data";
    INCLUDE_SECRETS: Vec<String> = "include_secrets";
    MAX_FILE_BYTES: Option<u64> = "max_file_bytes";
    MAX_FILES: u64 = "max_files";
    NO_IGNORE: bool = "no_ignore";
    INDEX_JOBS: u64 = "index_jobs";
    AUTO_INDEX: bool = "auto_index";
    HOST: String = "host";
    PORT: u64 = "port";
    TOKEN: Option<String> = "token";
    TOKEN_FILE: Option<PathBuf> = "token_file";
    ROOTS: Vec<PathBuf> = "roots";
    ALLOWED_HOSTS: Vec<String> = "allowed_hosts";
    ALLOWED_ORIGINS: Vec<String> = "allowed_origins";
    MAX_BODY_BYTES: u64 = "max_body_bytes";
    MAX_SESSIONS: u64 = "max_sessions";
    SESSION_IDLE_SECONDS: u64 = "session_idle_seconds";
    RATE_LIMIT: u64 = "rate_limit";
    WATCH: bool = "watch";
    WATCH_DEBOUNCE_MS: u64 = "watch_debounce_ms";
    WATCH_SCAN_SECONDS: u64 = "watch_scan_seconds";
    MAX_WATCHES: Option<u64> = "max_watches";
    WORKER: bool = "worker";
    SHARE: bool = "share";
    SHARE_IDLE_SECONDS: u64 = "share_idle_seconds";
    LOG: Option<String> = "log";
    LOG_FORMAT: LogFormat = "log_format";
    COLOR: String = "color";
}

/// A value that is read from a setting's items.
pub(crate) trait FromItems: Sized {
    /// Whether a setting of this kind is read so.
    #[cfg(test)]
    fn reads(kind: ValueKind) -> bool;

    /// Reads it; an error says what is wrong with it.
    fn from_items(setting: &Setting, items: &[String]) -> Result<Self, String>;
}

/// The one text of a setting that is no list; none where it is unset or empty.
fn text(items: &[String]) -> Option<&str> {
    items.first().map(String::as_str).filter(|text| !text.is_empty())
}

/// What has a default is never unset.
fn required<T>(value: Option<T>) -> Result<T, String> {
    value.ok_or_else(|| "it is empty".to_owned())
}

impl FromItems for Option<String> {
    #[cfg(test)]
    fn reads(kind: ValueKind) -> bool {
        matches!(kind, ValueKind::Text)
    }

    fn from_items(_: &Setting, items: &[String]) -> Result<Self, String> {
        Ok(text(items).map(str::to_owned))
    }
}

impl FromItems for String {
    #[cfg(test)]
    fn reads(kind: ValueKind) -> bool {
        matches!(kind, ValueKind::Text | ValueKind::Choice(_))
    }

    fn from_items(setting: &Setting, items: &[String]) -> Result<Self, String> {
        let value = required(text(items))?;
        let ValueKind::Choice(words) = setting.kind else { return Ok(value.to_owned()) };
        let value = value.to_ascii_lowercase();
        if words.contains(&value.as_str()) {
            return Ok(value);
        }
        Err(format!("`{value}` is not one of {}", words.join(", ")))
    }
}

impl FromItems for Option<PathBuf> {
    #[cfg(test)]
    fn reads(kind: ValueKind) -> bool {
        matches!(kind, ValueKind::Path)
    }

    fn from_items(_: &Setting, items: &[String]) -> Result<Self, String> {
        Ok(text(items).map(expand_home))
    }
}

impl FromItems for Vec<String> {
    #[cfg(test)]
    fn reads(kind: ValueKind) -> bool {
        matches!(kind, ValueKind::TextList)
    }

    fn from_items(_: &Setting, items: &[String]) -> Result<Self, String> {
        Ok(items.to_vec())
    }
}

impl FromItems for Vec<PathBuf> {
    #[cfg(test)]
    fn reads(kind: ValueKind) -> bool {
        matches!(kind, ValueKind::PathList)
    }

    fn from_items(_: &Setting, items: &[String]) -> Result<Self, String> {
        Ok(items.iter().map(|item| expand_home(item)).collect())
    }
}

impl FromItems for Option<u64> {
    #[cfg(test)]
    fn reads(kind: ValueKind) -> bool {
        matches!(kind, ValueKind::Integer { .. })
    }

    fn from_items(setting: &Setting, items: &[String]) -> Result<Self, String> {
        let Some(text) = text(items) else { return Ok(None) };
        let ValueKind::Integer { min, max } = setting.kind else { return Ok(None) };
        let number = text.trim().parse::<u64>().ok().filter(|number| (min..=max).contains(number));
        let wrong = || format!("`{text}` is not a whole number from {min} to {max}");
        number.map(Some).ok_or_else(wrong)
    }
}

impl FromItems for u64 {
    #[cfg(test)]
    fn reads(kind: ValueKind) -> bool {
        Option::<u64>::reads(kind)
    }

    fn from_items(setting: &Setting, items: &[String]) -> Result<Self, String> {
        required(Option::<u64>::from_items(setting, items)?)
    }
}

impl FromItems for bool {
    #[cfg(test)]
    fn reads(kind: ValueKind) -> bool {
        matches!(kind, ValueKind::Switch)
    }

    fn from_items(_: &Setting, items: &[String]) -> Result<Self, String> {
        match required(text(items))?.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Ok(true),
            "false" | "0" | "no" | "off" => Ok(false),
            other => Err(format!("`{other}` is neither true nor false")),
        }
    }
}

macro_rules! choices {
    ($($type:ty),*) => {$(
        impl FromItems for $type {
            #[cfg(test)]
            fn reads(kind: ValueKind) -> bool {
                matches!(kind, ValueKind::Choice(words) if words.iter().all(|word| Self::from_str(word).is_ok()))
            }

            fn from_items(setting: &Setting, items: &[String]) -> Result<Self, String> {
                let word = String::from_items(setting, items)?;
                word.parse().map_err(|error: <$type as FromStr>::Err| error.to_string())
            }
        }
    )*};
}

choices!(BackendChoice, DeviceChoice, Precision, LogFormat);

fn expand_home(text: &str) -> PathBuf {
    match text.strip_prefix("~/").zip(etcetera::home_dir().ok()) {
        Some((rest, home)) => home.join(rest),
        None => PathBuf::from(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::setting::DefaultValue;
    use crate::settings::{SETTINGS, setting};

    #[test]
    fn every_setting_has_one_key_whose_type_reads_it() {
        let mut names: Vec<&str> = ALL.iter().map(|(name, _)| *name).collect();
        let mut table: Vec<&str> = SETTINGS.iter().map(|setting| setting.key).collect();
        names.sort_unstable();
        table.sort_unstable();
        assert_eq!(names, table);
        for (name, reads) in ALL {
            assert!(reads(setting(name).unwrap().kind), "{name}");
        }
    }

    #[test]
    fn every_default_can_be_read() {
        let settings = crate::settings::Settings::resolve(&crate::settings::Layers::default());
        crate::settings::Config::new(&settings.unwrap()).unwrap();
        for setting in SETTINGS {
            if let DefaultValue::Text(text) = setting.default {
                let items = [text.to_owned()];
                let wrong = match setting.kind {
                    ValueKind::Integer { .. } => u64::from_items(setting, &items).err(),
                    ValueKind::Switch => bool::from_items(setting, &items).err(),
                    _ => String::from_items(setting, &items).err(),
                };
                assert_eq!(wrong, None, "{}", setting.key);
            }
        }
    }
}
