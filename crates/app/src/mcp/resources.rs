//! Resources: an index's statistics and a chunk, by URI; and completions of what they name.

use std::time::Duration;

use rmcp::model::{
    CompleteRequestParams, CompleteResult, CompletionInfo, ErrorData, ReadResourceResult,
    Reference, Resource, ResourceContents, ResourceTemplate,
};
use sconce_code::{Language, SymbolKind};
use sconce_engine::{Engine, EngineError, ErrorKind, Selector};

use super::Mcp;
use super::listing::statistics;
use super::peer::decoded;

/// Longest wait for the database before a list stays empty.
const PATIENCE: Duration = Duration::from_secs(3);
/// URI of an index's statistics.
const STATS: &str = "sconce://{index}/stats";
/// URI of the definition at a line.
const CHUNK: &str = "sconce://{index}/chunk/{line}/{+path}";

/// What the URIs name.
#[derive(Debug, PartialEq, Eq)]
enum Named {
    Stats { index: String },
    Chunk { index: String, line: u32, path: String },
}

fn parse(uri: &str) -> Option<Named> {
    let (index, rest) = uri.strip_prefix("sconce://")?.split_once('/')?;
    let index = decoded(index);
    if rest == "stats" {
        return Some(Named::Stats { index });
    }
    let (line, path) = rest.strip_prefix("chunk/")?.split_once('/')?;
    Some(Named::Chunk { index, line: line.parse().ok()?, path: decoded(path) })
}

/// The templates.
pub(super) fn templates() -> Vec<ResourceTemplate> {
    vec![
        ResourceTemplate::new(STATS, "index_stats")
            .with_title("Statistics of an index")
            .with_description("Files, chunks, languages, symbols and staleness of an index.")
            .with_mime_type("application/json"),
        ResourceTemplate::new(CHUNK, "chunk")
            .with_title("A definition")
            .with_description("The definition at a line of a file, whole.")
            .with_mime_type("text/plain"),
    ]
}

impl Mcp {
    async fn engine_soon(&self) -> Option<Engine> {
        self.shared.warmup.engine(PATIENCE).await.ok()
    }

    /// The statistics of every index; none while the database is not open.
    pub(super) async fn resources(&self) -> Vec<Resource> {
        let Some(engine) = self.engine_soon().await else { return vec![] };
        let indexes = engine.indexes().await.unwrap_or_default();
        let resources = indexes.into_iter().map(|index| {
            Resource::new(format!("sconce://{}/stats", index.name), index.name.clone())
                .with_title(format!("Statistics of {}", index.name))
                .with_description(format!("The index of {}", index.root))
                .with_mime_type("application/json")
        });
        resources.collect()
    }

    /// What a URI names.
    pub(super) async fn resource(&self, uri: &str) -> Result<ReadResourceResult, ErrorData> {
        let Some(named) = parse(uri) else {
            let message = format!("{uri} is no resource of sconce; there are {STATS} and {CHUNK}");
            return Err(not_found(message, uri));
        };
        let engine =
            self.engine().await.map_err(|error| ErrorData::internal_error(error.message, None))?;
        let contents = match named {
            Named::Stats { index } => {
                let stats = engine.index_stats(&index).await;
                let stats = statistics(&engine, stats.map_err(|error| of_engine(&error, uri))?);
                let text = serde_json::to_string_pretty(&stats).unwrap_or_default();
                ResourceContents::text(text, uri).with_mime_type("application/json")
            }
            Named::Chunk { index, line, path } => {
                let found = engine
                    .definition_at(&index, &path, line)
                    .await
                    .map_err(|error| of_engine(&error, uri))?;
                let missing = || not_found(format!("{path} has no line {line}"), uri);
                let text = found.ok_or_else(missing)?.content;
                ResourceContents::text(text, uri).with_mime_type("text/plain")
            }
        };
        Ok(ReadResourceResult::new(vec![contents]))
    }

    /// Values of an argument that begin as what was typed.
    pub(super) async fn completions(&self, request: &CompleteRequestParams) -> CompleteResult {
        let typed = request.argument.value.to_lowercase();
        let candidates = match (&request.r#ref, request.argument.name.as_str()) {
            (Reference::Resource(_), "index") | (_, "index_name") => self.index_names().await,
            (Reference::Resource(_), "path") => {
                let index = request
                    .context
                    .as_ref()
                    .and_then(|context| context.arguments.as_ref()?.get("index").cloned());
                self.symbol_paths(index).await
            }
            (_, "language") => Language::all().map(|language| language.name().to_owned()).collect(),
            (_, "symbol_type") => {
                SymbolKind::ALL.iter().map(|kind| kind.as_str().to_owned()).collect()
            }
            _ => vec![],
        };
        let mut values: Vec<String> = candidates
            .into_iter()
            .filter(|candidate| candidate.to_lowercase().starts_with(&typed))
            .collect();
        let total = values.len();
        values.truncate(CompletionInfo::MAX_VALUES);
        let more = values.len() < total;
        let info = CompletionInfo::with_pagination(values, Some(total as u32), more);
        info.map(CompleteResult::new).unwrap_or_default()
    }

    async fn index_names(&self) -> Vec<String> {
        let Some(engine) = self.engine_soon().await else { return vec![] };
        let indexes = engine.indexes().await.unwrap_or_default();
        indexes.into_iter().map(|index| index.name).collect()
    }

    /// Files of an index that define something.
    async fn symbol_paths(&self, index: Option<String>) -> Vec<String> {
        let (Some(engine), Some(index)) = (self.engine_soon().await, index) else { return vec![] };
        let Ok(index) = engine.find_index(&Selector::Name(index)).await else { return vec![] };
        let stamps = engine.store().files(index.id).await.unwrap_or_default();
        stamps.into_iter().map(|stamp| stamp.path).collect()
    }
}

fn not_found(message: String, uri: &str) -> ErrorData {
    ErrorData::resource_not_found(message, Some(serde_json::json!({ "uri": uri })))
}

fn of_engine(error: &EngineError, uri: &str) -> ErrorData {
    let hint = error.hint().map_or(String::new(), |hint| format!("; {hint}"));
    let message = format!("{error}{hint}");
    match error.kind() {
        ErrorKind::NotFound => not_found(message, uri),
        ErrorKind::InvalidInput => ErrorData::invalid_params(message, None),
        _ => ErrorData::internal_error(message, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_name_statistics_and_chunks() {
        assert_eq!(parse("sconce://shop/stats"), Some(Named::Stats { index: "shop".into() }));
        assert_eq!(
            parse("sconce://my%20shop/chunk/12/src/a%20b.rs"),
            Some(Named::Chunk { index: "my shop".into(), line: 12, path: "src/a b.rs".into() })
        );
        for wrong in ["file:///etc/passwd", "sconce://shop", "sconce://shop/chunk/x/y"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
