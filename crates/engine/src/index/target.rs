//! Which index a directory belongs to: found, made, or rebuilt.

use std::path::Path;

use sconce_code::{ProjectLanguage, know_languages};
use sconce_embed::{Catalog, Embedder};
use sconce_store::{Index, IndexId, IndexLock, IndexStatus, NewIndex, Store, StoreError};
use serde::{Deserialize, Serialize};

use super::{IndexDefaults, IndexRequest};
use crate::EngineError;
use crate::engine::EngineState;
use crate::moved::{self, Identity};
use crate::project::default_name;
use crate::source::{Exceptions, WalkOptions};

/// Raised when what is stored for an unchanged file would come out differently: another chunker,
/// another lexical coding, another text for the model. Older indexes are rebuilt, which embeds
/// only the texts that changed.
const FORMAT: u32 = 9;

/// The index of a job and the model that it is made with.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) index: Index,
    pub(super) embedder: Embedder,
    /// Whether every file is to be parsed, also one that has not changed.
    pub(super) from_scratch: bool,
    /// Whether the job has made the index.
    pub(super) is_new: bool,
    /// Whether the index is another model's, and [`Target::replaced`] is to come.
    is_replaced: bool,
    pub(super) settings: IndexSettings,
    pub(super) notices: Vec<String>,
}

impl Target {
    /// Whether the job fills the index, rather than bring a few changes into one that is whole.
    pub(super) fn is_to_be_filled(&self) -> bool {
        let is_whole = self.index.state.status == IndexStatus::Ready;
        self.from_scratch || self.is_replaced || !is_whole
    }

    /// Puts a new index into the place of one that is another model's, whose vectors have another
    /// shape; `lock` is that one's.
    pub(super) async fn replaced(
        mut self,
        state: &EngineState,
        request: &IndexRequest,
        lock: IndexLock,
    ) -> Result<(Self, IndexLock), EngineError> {
        if !self.is_replaced {
            return Ok((self, lock));
        }
        lock.release().await;
        let Index { root, name, .. } = self.index.clone();
        drop_locked(&state.store, &self.index).await?;
        state.lexical_indexes.discard(&state.store, &self.index).await?;
        let made = create(state, request, &root, &name, &self.embedder, &self.settings).await?;
        (self.index, self.is_replaced) = (made.0, false);
        let lock = state.store.lock_index(self.index.id).await?;
        Ok((self, lock.ok_or(EngineError::Busy { name })?))
    }
}

/// What an index remembers of how it was made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct IndexSettings {
    format: u32,
    include: Vec<String>,
    exclude: Vec<String>,
    include_data: Vec<String>,
    max_file_bytes: Option<u64>,
    /// Of a job, and not of its index.
    #[serde(skip)]
    defaults: IndexDefaults,
    /// The same.
    #[serde(skip)]
    no_ignore: bool,
    /// Of a first job alone.
    #[serde(skip)]
    max_files: Option<u64>,
    /// By what its directory is known again where it was moved.
    identity: Identity,
    /// The project's own, by which files are read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    languages: Vec<ProjectLanguage>,
    /// Those that have come, gone or changed since all files were read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unsettled_languages: Vec<ProjectLanguage>,
}

/// The settings of an index at the beginning of a round.
#[derive(Debug)]
pub(super) struct NotedLanguages {
    /// By which files of it are to be read again.
    pub(super) unsettled: Vec<ProjectLanguage>,
    /// As they are stored.
    settings: serde_json::Value,
}

impl NotedLanguages {
    /// Writes down by which languages files are about to be read, so that whoever searches meanwhile knows them, and
    /// that a job that is cut short leaves files which were read by others.
    pub(super) async fn note(
        store: &Store,
        id: IndexId,
        now: &[ProjectLanguage],
    ) -> Result<Self, EngineError> {
        let settings = store.index_by_id(id).await?.map(|index| index.settings).unwrap_or_default();
        let before = IndexSettings::read(&settings);
        let unsettled = changed(&before, now);
        if before.languages == now && before.unsettled_languages == unsettled {
            return Ok(Self { unsettled, settings });
        }
        let languages = now.to_vec();
        let settings =
            IndexSettings { languages, unsettled_languages: unsettled.clone(), ..before }.to_json();
        store.set_settings(id, &settings).await?;
        Ok(Self { unsettled, settings })
    }
}

/// The languages by which files of an index may be read otherwise than they were.
fn changed(before: &IndexSettings, now: &[ProjectLanguage]) -> Vec<ProjectLanguage> {
    let gone = before.languages.iter().filter(|one| !now.contains(one));
    let new = now.iter().filter(|one| !before.languages.contains(one));
    let mut all = before.unsettled_languages.clone();
    for one in gone.chain(new) {
        if !all.contains(one) {
            all.push(one.clone());
        }
    }
    all
}

impl IndexSettings {
    /// What a job of the request makes of an index, or of a new one.
    fn new(request: &IndexRequest, index: Option<&Index>) -> Self {
        let is_first = index.is_none_or(|index| index.generation == 0);
        Self {
            format: FORMAT,
            max_files: request.max_files.filter(|_| is_first),
            ..index.map(Self::of).unwrap_or_default().overlaid(request)
        }
    }

    /// What the request says; where it says nothing, these.
    pub(super) fn overlaid(mut self, request: &IndexRequest) -> Self {
        let says_globs = !(request.include.is_empty() && request.exclude.is_empty());
        if request.replaces_globs || says_globs {
            self.include.clone_from(&request.include);
            self.exclude.clone_from(&request.exclude);
        }
        if !request.include_data.is_empty() {
            self.include_data.clone_from(&request.include_data);
        }
        self.max_file_bytes = request.max_file_bytes.or(self.max_file_bytes);
        self.no_ignore = request.no_ignore;
        self.defaults = request.defaults.clone();
        self
    }

    /// The globs of what is taken, and of what is left.
    pub(super) fn globs(&self) -> (&[String], &[String]) {
        let or = |own, default| if Vec::is_empty(own) { default } else { own };
        (or(&self.include, &self.defaults.include), or(&self.exclude, &self.defaults.exclude))
    }

    /// The same without globs of what is taken.
    pub(super) fn of_all(mut self) -> Self {
        self.include.clear();
        self.defaults.include.clear();
        self
    }

    /// What a job with these settings walks.
    pub(super) fn walk_options(&self, base: &WalkOptions) -> Result<WalkOptions, EngineError> {
        let (include, exclude) = self.globs();
        let has_own_data = !self.include_data.is_empty();
        let data = if has_own_data { &self.include_data } else { &self.defaults.include_data };
        let max_file_bytes = self.max_file_bytes.or(self.defaults.max_file_bytes);
        Ok(WalkOptions {
            max_file_bytes: max_file_bytes.or(base.max_file_bytes),
            include: include.to_vec(),
            exclude: exclude.to_vec(),
            secrets: base.secrets.clone(),
            data: Exceptions::of(data)?,
            no_ignore: self.no_ignore,
            max_files: self.max_files,
        })
    }

    /// The same once all files are read by these languages of the project.
    pub(super) fn with_languages(self, languages: &[ProjectLanguage]) -> Self {
        Self { languages: languages.to_vec(), unsettled_languages: Vec::new(), ..self }
    }

    /// The same for a look at what ignore files hide.
    pub(super) fn without_ignore_files(self) -> Self {
        Self { no_ignore: true, max_files: None, ..self }
    }

    pub(super) fn of(index: &Index) -> Self {
        Self::read(&index.settings)
    }

    fn read(settings: &serde_json::Value) -> Self {
        Self::deserialize(settings).unwrap_or_default()
    }

    fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// What a job of `request` would walk for `index`.
pub(crate) fn walk_options(
    base: &WalkOptions,
    request: &IndexRequest,
    index: &Index,
) -> Result<WalkOptions, EngineError> {
    IndexSettings::new(request, Some(index)).walk_options(base)
}

/// Whether an index was made with globs, and so is not of all files.
pub(crate) fn has_globs(index: &Index) -> bool {
    let IndexSettings { include, exclude, .. } = IndexSettings::of(index);
    !include.is_empty() || !exclude.is_empty()
}

/// The languages of its project with which an index was made, which filters know from now on.
pub(crate) fn languages_of(index: &Index) -> Vec<ProjectLanguage> {
    let Some(languages) = index.settings.get("languages") else { return Vec::new() };
    let languages: Vec<_> = Vec::deserialize(languages).unwrap_or_default();
    know_languages(&languages);
    languages
}

/// The index that covers `root` by the request's name, or by the root itself.
pub(super) async fn find(
    store: &Store,
    request: &IndexRequest,
    root: &str,
) -> Result<Option<Index>, EngineError> {
    let Some(name) = &request.name else { return Ok(store.index_by_root(root).await?) };
    match store.index_by_name(name).await? {
        Some(index) if index.root != root => {
            Err(EngineError::NameTaken { name: name.clone(), root: index.root })
        }
        found => Ok(found),
    }
}

/// The same, or the index of a directory that was moved to `root`; and where it was before.
pub(super) async fn find_or_take_up(
    store: &Store,
    request: &IndexRequest,
    root: &str,
) -> Result<(Option<Index>, Option<String>), EngineError> {
    let found = find(store, request, root).await;
    if !matches!(found, Ok(None) | Err(EngineError::NameTaken { .. })) {
        return found.map(|index| (index, None));
    }
    match moved::take_up(store, request.name.as_deref(), root).await? {
        Some((index, before)) => Ok((Some(index), Some(before))),
        None => found.map(|index| (index, None)),
    }
}

/// The name that a new index of `root` takes.
pub(super) async fn free_name(
    store: &Store,
    request: &IndexRequest,
    root: &str,
) -> Result<String, EngineError> {
    if let Some(name) = &request.name {
        return Ok(name.clone());
    }
    let name = default_name(Path::new(root));
    if store.index_by_name(&name).await?.is_none() {
        return Ok(name);
    }
    // Another directory of that name is indexed: the root's own hash keeps the two apart for good.
    let hash = blake3::hash(root.as_bytes()).to_hex();
    Ok(format!("{name}-{}", &hash[..6]))
}

/// Finds or makes the request's index, with the model that it keeps. Nothing that is there is
/// given up before what replaces it is at hand.
pub(super) async fn prepare(
    state: &EngineState,
    request: &IndexRequest,
    root: &str,
    name: &str,
) -> Result<Target, EngineError> {
    let EngineState { store, models, .. } = state;
    let found = find(store, request, root).await?;
    if let Some(index) = &found {
        check_model(index, request)?;
    }
    let settings = IndexSettings::new(request, found.as_ref());
    let kept_model = found.as_ref().map(|index| index.model.as_str());
    let embedder = match request.model.as_deref().or(kept_model) {
        Some(model) => models.named(model).await?,
        None => models.default().await?,
    };
    let mut notices = Vec::new();
    if request.name.is_some()
        && let Some(first) = store.index_by_root(root).await?.filter(|first| first.name != name)
    {
        notices.push(format!(
            "'{}' is the index of this directory, from which searches there answer: name '{name}' to \
             search this one",
            first.name
        ));
    }
    let mut from_scratch = request.rebuild;
    let (mut is_new, mut is_replaced) = (false, false);
    let index = match found {
        Some(index) if index.model == embedder.model_id() => {
            if IndexSettings::of(&index).format != FORMAT && !from_scratch {
                from_scratch = true;
                notices.push("an older sconce made this index: all files are parsed again".into());
            }
            index
        }
        Some(index) => {
            is_replaced = true;
            index
        }
        None if request.only_existing => {
            return Err(EngineError::NotIndexed { path: request.root.clone() });
        }
        None => {
            let made = create(state, request, root, name, &embedder, &settings).await?;
            is_new = made.1;
            made.0
        }
    };
    Ok(Target { index, embedder, from_scratch, is_new, is_replaced, settings, notices })
}

/// Writes down how the index was made, once all of it is made so.
pub(super) async fn remember(
    store: &Store,
    id: IndexId,
    noted: &NotedLanguages,
    settings: IndexSettings,
    root: &Path,
) -> Result<(), EngineError> {
    let json = IndexSettings { identity: Identity::of(root), ..settings }.to_json();
    if noted.settings != json {
        store.set_settings(id, &json).await?;
    }
    Ok(())
}

/// Drops an index unless somebody writes it.
pub(crate) async fn drop_locked(store: &Store, index: &Index) -> Result<(), EngineError> {
    let Some(lock) = store.lock_index(index.id).await? else {
        return Err(EngineError::Busy { name: index.name.clone() });
    };
    let dropped = store.drop_index(index.id).await;
    lock.release().await;
    Ok(dropped?)
}

/// Whether an index was made with the model of that id or alias.
pub(crate) fn is_made_with(index: &Index, model: &str) -> bool {
    Catalog::builtin().canonical_id(model) == index.model || model == "auto"
}

fn check_model(index: &Index, request: &IndexRequest) -> Result<(), EngineError> {
    let Some(asked) = request.model.as_deref().filter(|_| !request.rebuild) else { return Ok(()) };
    if is_made_with(index, asked) {
        return Ok(());
    }
    Err(EngineError::OtherModel {
        name: index.name.clone(),
        root: index.root.clone(),
        made_with: index.model.clone(),
        asked: asked.to_owned(),
    })
}

/// Makes an index, or finds the one that another process has made meanwhile; and whether it was made
/// here.
async fn create(
    state: &EngineState,
    request: &IndexRequest,
    root: &str,
    name: &str,
    embedder: &Embedder,
    settings: &IndexSettings,
) -> Result<(Index, bool), EngineError> {
    let new = NewIndex {
        name: name.to_owned(),
        root: root.to_owned(),
        model: embedder.model_id().to_owned(),
        dimension: embedder.dimension(),
        settings: settings.to_json(),
    };
    let store = &state.store;
    let files = state.fingerprints.of(embedder).await?;
    store.adopt_model(embedder.model_id(), &files).await?;
    match store.create_index(new).await {
        // Another process made it between our look and our write.
        Err(StoreError::IndexExists { name }) => match find(store, request, root).await? {
            Some(index) => Ok((index, false)),
            None => Err(StoreError::IndexExists { name }.into()),
        },
        made => Ok((made?, true)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the samples of all languages are stored as, by [`FORMAT`].
    const STORED: (u32, &str) = (9, "f2570fd418cfcade");

    #[test]
    fn what_is_stored_of_an_unchanged_file_changes_with_the_format() {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../code/tests");
        let (mut left, mut files) = (vec![tests.join("samples"), tests.join("dialects")], vec![]);
        while let Some(directory) = left.pop() {
            for entry in std::fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { left.push(path) } else { files.push(path) }
            }
        }
        files.sort();
        assert!(files.len() > 80, "{}", files.len());
        let mut hash = blake3::Hasher::new();
        for file in files {
            let path = file.strip_prefix(&tests).unwrap().to_str().unwrap();
            let text = std::fs::read_to_string(&file).unwrap();
            let language = sconce_code::Language::detect(path, &text);
            let parsed = sconce_code::parse_file(
                path,
                &text,
                language,
                &sconce_code::ChunkOptions::default(),
            );
            hash.update(format!("{path} {language:?} {parsed:?}").as_bytes());
            hash.update(&sconce_rank::encode_postings(&text, &parsed));
        }
        let now = hash.finalize().to_hex();
        assert_eq!(
            (FORMAT, &now[..16]),
            STORED,
            "indexes that were made before would keep what they have: raise `FORMAT`, then note this"
        );
    }

    #[test]
    fn files_of_a_job_that_was_cut_short_are_read_again_by_whatever_holds_then() {
        let language = |name: &str, base: &str| ProjectLanguage {
            name: name.to_owned(),
            base: Some(base.to_owned()),
            ..ProjectLanguage::default()
        };
        let (python, ruby, other) =
            (language("a", "python"), language("a", "ruby"), language("b", "c"));
        let settings =
            |languages: &[ProjectLanguage], unsettled: &[ProjectLanguage]| IndexSettings {
                languages: languages.to_vec(),
                unsettled_languages: unsettled.to_vec(),
                ..IndexSettings::default()
            };
        let was = settings(&[python.clone(), other.clone()], &[]);
        let again = changed(&was, &[other.clone(), python.clone()]);
        assert!(again.is_empty(), "their order says nothing");
        let now = [ruby.clone(), other.clone()];
        let unsettled = changed(&was, &now);
        assert_eq!(unsettled, [python.clone(), ruby.clone()]);
        // That job was cut short, and the file is again as it was.
        let was = settings(&now, &unsettled);
        assert_eq!(changed(&was, &[python.clone(), other]), [python, ruby]);
    }
}
