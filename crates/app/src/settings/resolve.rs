//! Finding a setting's value: flags, environment, files, defaults.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use super::file::{FILE_NAME, read_file};
use super::keys::{FromItems, Key};
use super::setting::{DefaultValue, Setting, ValueKind};
use super::table::{SETTINGS, setting};
use crate::failure::Failure;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A command line flag, e.g. `--model`.
    Flag(&'static str),
    /// An environment variable.
    Environment(&'static str),
    /// A project's `sconce.toml`.
    Project(PathBuf),
    /// The user's `sconce.toml`.
    User(PathBuf),
    /// Nobody set it.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Flag(long) => write!(f, "--{long}"),
            Source::Environment(name) => f.write_str(name),
            Source::Project(path) | Source::User(path) => write!(f, "{}", path.display()),
            Source::Default => f.write_str("default"),
        }
    }
}

/// A setting's value: one text, or the items of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// The items; one for anything but a list, none where the setting is unset.
    pub items: Vec<String>,
    /// Where they came from.
    pub source: Source,
}

/// The value of an environment variable, by name.
pub type Environment<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// What values are looked up in, highest precedence first.
#[derive(Default)]
pub struct Layers<'a> {
    /// Flags by the key of their setting.
    pub flags: BTreeMap<&'static str, Vec<String>>,
    /// The environment.
    pub environment: Option<&'a Environment<'a>>,
    /// The project's file.
    pub project: Option<PathBuf>,
    /// The user's file.
    pub user: Option<PathBuf>,
}

/// Every setting's value and where it came from.
#[derive(Debug, Clone)]
pub struct Settings {
    values: BTreeMap<&'static str, Value>,
    /// What is said of values that count for nothing: settings that a project's file may not set, and an address
    /// in the environment that is another program's.
    pub ignored: Vec<String>,
    /// The user's file, whether or not there is one.
    user: Option<PathBuf>,
}

impl Settings {
    /// Looks every setting of the table up.
    pub fn resolve(layers: &Layers<'_>) -> Result<Settings, Failure> {
        let mut ignored = Vec::new();
        let project = match &layers.project {
            Some(path) => read_file(path, true, &mut ignored)?,
            None => BTreeMap::new(),
        };
        let user = match &layers.user {
            Some(path) => read_file(path, false, &mut ignored)?,
            None => BTreeMap::new(),
        };
        let mut values = BTreeMap::new();
        for setting in SETTINGS {
            let value = from_flag(setting, layers)
                .or_else(|| from_environment(setting, layers))
                .or_else(|| from_file(setting, &project, layers.project.as_ref(), Source::Project))
                .or_else(|| from_file(setting, &user, layers.user.as_ref(), Source::User))
                .unwrap_or_else(|| default_of(setting));
            values.insert(setting.key, value);
        }
        ignored.extend(ignored_database(layers, &values["database_url"]));
        Ok(Settings { values, ignored, user: layers.user.clone() })
    }

    /// The value of a key of the table.
    pub fn get(&self, key: &str) -> &Value {
        &self.values[key]
    }

    /// The environment in which another process of this binary has the same settings: what came by
    /// flags is in it, and the user's file.
    pub fn environment(&self) -> Vec<(&'static str, OsString)> {
        let mut environment = vec![];
        for setting in SETTINGS {
            let value = self.get(setting.key);
            if let (Source::Flag(_), Some(name)) = (&value.source, setting.env.first()) {
                environment.push((*name, join(setting.kind, &value.items).into()));
            }
        }
        if let Some(user) = self.user.as_ref().filter(|path| path.is_file()) {
            let user = std::path::absolute(user).unwrap_or_else(|_| user.clone());
            environment.push(("SCONCE_CONFIG", user.into()));
        }
        environment
    }

    /// The value of a typed key, checked; an error names where the value came from.
    pub(crate) fn value<T: FromItems>(&self, key: &Key<T>) -> Result<T, Failure> {
        let Some(setting) = setting(key.name) else { unreachable!("{} is a key", key.name) };
        T::from_items(setting, &self.get(key.name).items)
            .map_err(|what| self.wrong(key.name, &what))
    }

    /// An error about a setting's value, naming where it came from.
    pub fn wrong(&self, key: &str, what: &str) -> Failure {
        Failure::usage(format!("{key} (from {}): {what}", self.get(key).source))
            .with_hint("`sconce config show` lists every setting and where its value comes from")
    }
}

fn from_flag(setting: &Setting, layers: &Layers<'_>) -> Option<Value> {
    let items = layers.flags.get(setting.key)?.clone();
    Some(Value { items, source: Source::Flag(setting.flag?.long) })
}

fn from_environment(setting: &Setting, layers: &Layers<'_>) -> Option<Value> {
    let environment = layers.environment?;
    setting.env.iter().find_map(|name| {
        let text = environment(name).filter(|text| !text.is_empty())?;
        if *name == FOREIGN && is_foreign(&text) {
            return None;
        }
        Some(Value { items: split(setting.kind, &text), source: Source::Environment(name) })
    })
}

/// A variable that other programs of a project read, too.
const FOREIGN: &str = "DATABASE_URL";

/// Whether an address is one of a database of another kind, such as `mysql://…`.
fn is_foreign(address: &str) -> bool {
    address.contains("://") && !sconce_store::is_postgres_url(address.trim())
}

/// What is said of an address in the environment that is another program's, where it would else have counted.
fn ignored_database(layers: &Layers<'_>, used: &Value) -> Option<String> {
    let is_foreign = layers.environment?(FOREIGN).is_some_and(|text| is_foreign(&text));
    let is_overridden = matches!(used.source, Source::Flag(_) | Source::Environment(_));
    (is_foreign && !is_overridden).then(|| {
        format!("{FOREIGN} is the address of a database that is no PostgreSQL and is ignored")
    })
}

fn from_file(
    setting: &Setting,
    values: &BTreeMap<&'static str, Vec<String>>,
    path: Option<&PathBuf>,
    source: fn(PathBuf) -> Source,
) -> Option<Value> {
    let items = values.get(setting.key)?.clone();
    Some(Value { items, source: source(path?.clone()) })
}

fn default_of(setting: &Setting) -> Value {
    let items = match setting.default {
        DefaultValue::Text(text) => vec![text.to_owned()],
        DefaultValue::Unset(_) => vec![],
        DefaultValue::Computed(_) => computed(setting.key).into_iter().collect(),
    };
    Value { items, source: Source::Default }
}

fn computed(key: &str) -> Option<String> {
    match key {
        "data_dir" => Some(default_data_dir().to_string_lossy().into_owned()),
        _ => None,
    }
}

/// What stands between the items of a list in the environment.
fn separator(kind: ValueKind) -> Option<char> {
    match kind {
        ValueKind::PathList => Some(':'),
        ValueKind::TextList => Some(','),
        _ => None,
    }
}

fn join(kind: ValueKind, items: &[String]) -> String {
    items.join(separator(kind).map(String::from).as_deref().unwrap_or_default())
}

fn split(kind: ValueKind, text: &str) -> Vec<String> {
    let Some(separator) = separator(kind) else { return vec![text.to_owned()] };
    text.split(separator)
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The data directory of this user.
pub(super) fn default_data_dir() -> PathBuf {
    use etcetera::BaseStrategy as _;
    if rustix::process::geteuid().is_root() {
        return PathBuf::from("/var/lib/sconce");
    }
    match etcetera::base_strategy::Xdg::new() {
        Ok(directories) => directories.data_dir().join("sconce"),
        Err(_) => std::env::temp_dir().join("sconce"),
    }
}

/// The user's configuration file, `$XDG_CONFIG_HOME/sconce/sconce.toml`.
pub fn user_file() -> Option<PathBuf> {
    use etcetera::BaseStrategy as _;
    let directories = etcetera::base_strategy::Xdg::new().ok()?;
    Some(directories.config_dir().join("sconce").join(FILE_NAME))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::settings::keys;

    fn write(directory: &Path, name: &str, text: &str) -> PathBuf {
        let path = directory.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    #[test]
    fn a_home_that_is_no_directory_has_no_file_of_the_users() {
        let user = Some(PathBuf::from("/dev/null/.config/sconce/sconce.toml"));
        assert!(Settings::resolve(&Layers { user, ..Layers::default() }).is_ok());
    }

    #[test]
    fn an_address_of_another_kind_of_database_is_left_alone() {
        let resolve = |own: &'static str, others: &'static str| {
            let environment = move |name: &str| match name {
                "SCONCE_DATABASE_URL" => Some(own.to_owned()),
                "DATABASE_URL" => Some(others.to_owned()),
                _ => None,
            };
            let layers = Layers { environment: Some(&environment), ..Layers::default() };
            Settings::resolve(&layers).unwrap()
        };
        let settings = resolve("", "mysql://root@db/shop");
        assert_eq!(settings.value(&keys::DATABASE_URL).unwrap(), None);
        assert!(settings.ignored[0].contains("is ignored"), "{:?}", settings.ignored);
        let settings = resolve("", "postgresql://db/shop");
        assert!(settings.value(&keys::DATABASE_URL).unwrap().is_some());
        assert!(settings.ignored.is_empty());
        let settings = resolve("", "POSTGRES://db/shop");
        assert!(settings.value(&keys::DATABASE_URL).unwrap().is_some());
        assert!(resolve("postgres://db/x", "sqlite://a").ignored.is_empty());
    }

    #[test]
    fn a_flag_wins_over_the_environment_over_the_project_over_the_user_over_the_default() {
        let directory = tempfile::tempdir().unwrap();
        let user = write(directory.path(), "user.toml", "model = \"user\"\nport = 4000\n");
        let project = write(directory.path(), "project.toml", "model = \"project\"\n");
        let environment = |name: &str| (name == "SCONCE_MODEL").then(|| "environment".to_owned());
        let model =
            |layers: &Layers<'_>| Settings::resolve(layers).unwrap().value(&keys::MODEL).unwrap();

        let mut layers = Layers::default();
        assert_eq!(model(&layers), "auto");
        layers.user = Some(user);
        assert_eq!(model(&layers), "user");
        layers.project = Some(project);
        assert_eq!(model(&layers), "project");
        layers.environment = Some(&environment);
        assert_eq!(model(&layers), "environment");
        layers.flags.insert("model", vec!["flag".to_owned()]);
        assert_eq!(model(&layers), "flag");

        let settings = Settings::resolve(&layers).unwrap();
        assert_eq!(settings.value(&keys::PORT).unwrap(), 4000, "other settings stay");
        assert_eq!(settings.get("model").source.to_string(), "--model");
    }

    #[test]
    fn the_environment_carries_the_flags_and_the_users_file() {
        let directory = tempfile::tempdir().unwrap();
        let user = write(directory.path(), "user.toml", "model = \"user\"\n");
        let mut layers = Layers { user: Some(user.clone()), ..Layers::default() };
        layers.flags.insert("roots", vec!["/a".to_owned(), "/b".to_owned()]);
        layers.flags.insert("offline", vec!["true".to_owned()]);
        let environment = Settings::resolve(&layers).unwrap().environment();
        let expected = [
            ("SCONCE_OFFLINE", "true".into()),
            ("SCONCE_ROOTS", "/a:/b".into()),
            ("SCONCE_CONFIG", user.into()),
        ];
        assert_eq!(environment, expected);
    }

    #[test]
    fn a_project_cannot_redirect_the_database() {
        let directory = tempfile::tempdir().unwrap();
        let project =
            write(directory.path(), "sconce.toml", "database_url = \"postgres://evil/x\"\n");
        let settings =
            Settings::resolve(&Layers { project: Some(project), ..Layers::default() }).unwrap();
        assert_eq!(settings.value(&keys::DATABASE_URL).unwrap(), None);
        assert!(settings.ignored[0].contains("`database_url` is ignored"));
    }

    #[test]
    fn a_wrong_value_names_its_source() {
        let environment = |name: &str| (name == "SCONCE_PORT").then(|| "ninety".to_owned());
        let layers = Layers { environment: Some(&environment), ..Layers::default() };
        let failure = Settings::resolve(&layers).unwrap().value(&keys::PORT).unwrap_err();
        assert_eq!(
            failure.message,
            "port (from SCONCE_PORT): `ninety` is not a whole number from 0 to 65535"
        );
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_nearest_one() {
        let directory = tempfile::tempdir().unwrap();
        let user = write(directory.path(), "sconce.toml", "modle = \"x\"\n");
        let failure =
            Settings::resolve(&Layers { user: Some(user), ..Layers::default() }).unwrap_err();
        assert_eq!(failure.hint.as_deref(), Some("did you mean `model`?"));
    }

    #[test]
    fn an_error_says_where_and_quotes_nothing() {
        let directory = tempfile::tempdir().unwrap();
        for text in ["\nroot:$6$SECRETHASH:19000:0:99999:7:::\n", "SECRETHASH = 1\n"] {
            let project = Some(write(directory.path(), "sconce.toml", text));
            let failure = Settings::resolve(&Layers { project, ..Layers::default() }).unwrap_err();
            let said = format!("{} {:?}", failure.message, failure.hint);
            assert!(said.contains("sconce.toml") && !said.contains("SECRET"), "{said}");
        }
        let project = Some(write(directory.path(), "sconce.toml", "\nmodel = ]\n"));
        let failure = Settings::resolve(&Layers { project, ..Layers::default() }).unwrap_err();
        assert!(failure.message.contains("sconce.toml:2:9: "), "{}", failure.message);
    }

    #[test]
    fn a_projects_file_is_read_through_no_link() {
        let directory = tempfile::tempdir().unwrap();
        for target in ["/dev/zero", "/dev/ptmx", "/etc/hostname"] {
            let link = directory.path().join("sconce.toml");
            std::os::unix::fs::symlink(target, &link).unwrap();
            let layers = Layers { project: Some(link.clone()), ..Layers::default() };
            let failure = Settings::resolve(&layers).unwrap_err();
            assert!(failure.message.contains("no regular file"), "{}", failure.message);
            std::fs::remove_file(link).unwrap();
        }
    }

    #[test]
    fn lists_come_from_arrays_and_separators() {
        let directory = tempfile::tempdir().unwrap();
        let user = write(directory.path(), "sconce.toml", "roots = [\"/a\", \"/b\"]\n");
        let layers = Layers { user: Some(user), ..Layers::default() };
        assert_eq!(Settings::resolve(&layers).unwrap().get("roots").items, ["/a", "/b"]);
        let environment = |name: &str| (name == "SCONCE_ROOTS").then(|| "/c:/d".to_owned());
        let layers = Layers { environment: Some(&environment), ..layers };
        assert_eq!(Settings::resolve(&layers).unwrap().get("roots").items, ["/c", "/d"]);
    }
}
