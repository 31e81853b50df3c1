//! What a project's index is made with: the one maker of a request to index.

use std::collections::BTreeMap;
use std::path::Path;

use sconce_code::filter::PathGlobs;
use sconce_engine::{IndexDefaults, IndexRequest};

use super::file::{FILE_NAME, read_file};
use super::keys::{self, FromItems, Key};
use super::resolve::{Settings, Source, Value};
use super::table::setting;
use crate::failure::Failure;

/// The settings that a project's own file may set, as they are without it.
#[derive(Debug, Clone)]
pub struct ProjectDefaults {
    model: Value,
    include: Value,
    exclude: Value,
    include_data: Value,
    max_file_bytes: Value,
    no_ignore: Value,
}

/// A request to index a project, and what its file said that counts for nothing.
#[derive(Debug)]
pub(crate) struct ProjectRequest {
    /// The request.
    pub request: IndexRequest,
    /// A line for each setting that a project may not set.
    pub ignored: Vec<String>,
}

impl ProjectDefaults {
    pub(super) fn new(settings: &Settings) -> Self {
        let value = |name| settings.get(name).clone();
        Self {
            model: value(keys::MODEL.name),
            include: value(keys::INCLUDE.name),
            exclude: value(keys::EXCLUDE.name),
            include_data: value(keys::INCLUDE_DATA.name),
            max_file_bytes: value(keys::MAX_FILE_BYTES.name),
            no_ignore: value(keys::NO_IGNORE.name),
        }
    }

    /// The request to index `root` with its own file laid over these settings, by the precedence
    /// that holds everywhere: flag, environment, the project's file, the user's, default. It reads
    /// that file, so it may block.
    ///
    /// A model is asked for where the project's file has the say; all others are the one of new
    /// indexes, since an index keeps its own.
    pub(crate) fn request(&self, root: &Path) -> Result<ProjectRequest, Failure> {
        let mut ignored = Vec::new();
        let file = read_file(&root.join(FILE_NAME), true, &mut ignored)?;
        let list = |key: &Key<Vec<String>>, value: &Value| -> Result<Vec<String>, Failure> {
            let of_project =
                if is_asked(value) { file.get(key.name) } else { overlay(&file, key.name, value) };
            let own = || if is_asked(value) { &[][..] } else { &value.items };
            let globs = said(of_project.map_or_else(own, Vec::as_slice));
            match PathGlobs::parse(&globs) {
                Ok(_) => Ok(globs),
                Err(error) => Err(wrong(key.name, value, of_project.is_some(), &error.to_string())),
            }
        };
        let asked = |value: &Value| if is_asked(value) { said(&value.items) } else { Vec::new() };
        let forgets = |value: &Value| is_asked(value) && said(&value.items).is_empty();
        let model = overlay(&file, keys::MODEL.name, &self.model).and_then(|items| items.first());
        let max_file_bytes = typed(&file, &keys::MAX_FILE_BYTES, &self.max_file_bytes)?;
        let is_limit_asked = is_asked(&self.max_file_bytes);
        let request = IndexRequest {
            root: root.to_path_buf(),
            include: asked(&self.include),
            exclude: asked(&self.exclude),
            include_data: asked(&self.include_data),
            max_file_bytes: max_file_bytes.filter(|_| is_limit_asked),
            defaults: IndexDefaults {
                include: list(&keys::INCLUDE, &self.include)?,
                exclude: list(&keys::EXCLUDE, &self.exclude)?,
                include_data: list(&keys::INCLUDE_DATA, &self.include_data)?,
                max_file_bytes: max_file_bytes.filter(|_| !is_limit_asked),
            },
            replaces_globs: forgets(&self.include) || forgets(&self.exclude),
            no_ignore: typed(&file, &keys::NO_IGNORE, &self.no_ignore)?,
            model: model.filter(|model| *model != "auto").cloned(),
            ..IndexRequest::default()
        };
        Ok(ProjectRequest { request, ignored })
    }
}

/// Whether a value is asked for, by a flag, and not what holds anyway.
fn is_asked(value: &Value) -> bool {
    matches!(value.source, Source::Flag(_))
}

/// The globs that say something: a shell makes an empty one of a variable that is not set.
fn said(globs: &[String]) -> Vec<String> {
    globs.iter().filter(|glob| !glob.trim().is_empty()).cloned().collect()
}

/// The value of a key that is no list, checked.
fn typed<T: FromItems>(
    file: &BTreeMap<&'static str, Vec<String>>,
    key: &Key<T>,
    value: &Value,
) -> Result<T, Failure> {
    let of_project = overlay(file, key.name, value);
    let items = of_project.unwrap_or(&value.items);
    let Some(setting) = setting(key.name) else { unreachable!("{} is a key", key.name) };
    T::from_items(setting, items)
        .map_err(|what| wrong(key.name, value, of_project.is_some(), &what))
}

/// An error about a key's value, naming where it came from.
fn wrong(key: &str, value: &Value, is_of_project: bool, what: &str) -> Failure {
    let source = if is_of_project { FILE_NAME.into() } else { value.source.to_string() };
    Failure::usage(format!("{key} (from {source}): {what}"))
        .with_hint("`sconce config show` lists every setting and where its value comes from")
}

/// What the project's file says, where nothing that it must not overrule has spoken.
fn overlay<'a>(
    file: &'a BTreeMap<&'static str, Vec<String>>,
    key: &str,
    value: &Value,
) -> Option<&'a Vec<String>> {
    let may_overrule = !matches!(value.source, Source::Flag(_) | Source::Environment(_));
    file.get(key).filter(|_| may_overrule)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Layers;

    #[test]
    fn a_wrong_glob_is_told_with_the_setting_and_the_file_it_is_in() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        let message = |layers: &Layers<'_>| {
            let defaults = ProjectDefaults::new(&Settings::resolve(layers).unwrap());
            defaults.request(directory.path()).unwrap_err().message
        };
        std::fs::write(path("user.toml"), "include = [\"{a,b\"]\n").unwrap();
        let user = Layers { user: Some(path("user.toml")), ..Layers::default() };
        let said = message(&user);
        assert!(said.starts_with("include (from ") && said.contains("user.toml): `{a"), "{said}");
        std::fs::write(path("sconce.toml"), "exclude = [\"*.md\", \"a[\"]\n").unwrap();
        let said = message(&Layers::default());
        assert!(said.starts_with("exclude (from sconce.toml): `a[` is not a glob"), "{said}");
    }

    #[test]
    fn a_projects_file_overrules_the_users_and_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text);
        let own = "model = \"p\"\ninclude = [\"**/*.rs\"]\nno_ignore = true\nport = 1\n";
        write("sconce.toml", own).unwrap();
        write("user.toml", "model = \"u\"\ninclude = [\"**/*.py\"]\nexclude = [\"x\"]\n").unwrap();
        let user = Some(directory.path().join("user.toml"));
        let request = |layers: &Layers<'_>| {
            let defaults = ProjectDefaults::new(&Settings::resolve(layers).unwrap());
            defaults.request(directory.path()).unwrap()
        };
        let found = request(&Layers { user: user.clone(), ..Layers::default() });
        assert_eq!(found.request.model.as_deref(), Some("p"));
        let defaults = &found.request.defaults;
        assert_eq!(
            (&*defaults.include, &*defaults.exclude),
            (&["**/*.rs".into()][..], &["x".into()][..])
        );
        assert!(found.request.include.is_empty(), "nobody asked for it");
        assert!(found.request.no_ignore && found.request.max_file_bytes.is_none());
        assert!(found.ignored[0].contains("`port` is ignored"), "{:?}", found.ignored);

        let environment = |name: &str| (name == "SCONCE_INCLUDE").then(|| "e".to_owned());
        let mut layers = Layers { user, environment: Some(&environment), ..Layers::default() };
        layers.flags.insert("model", vec!["f".to_owned()]);
        let found = request(&layers).request;
        assert_eq!(
            (found.model, found.defaults.include),
            (None, vec!["e".into()]),
            "the flag's model is that of new indexes"
        );
        let asked = |glob: &str| {
            let mut layers = Layers::default();
            layers.flags.insert("exclude", vec![glob.to_owned()]);
            request(&layers).request
        };
        let given = asked("*.md");
        assert_eq!((given.exclude, given.replaces_globs), (vec!["*.md".to_owned()], false));
        assert!(asked("").exclude.is_empty() && asked("").replaces_globs, "an unset variable");
    }
}
