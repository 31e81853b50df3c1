//! Resources: an index's statistics, a chunk and a symbol, by URI; and completions of what they
//! name.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use rmcp::model::{
    CompleteRequestParams, CompleteResult, CompletionInfo, ErrorData, ReadResourceResult,
    Reference, Resource, ResourceContents, ResourceTemplate,
};
use sconce_code::{Language, LineRange, SymbolKind};
use sconce_engine::{Engine, EngineError, ErrorKind, Index};

use super::Mcp;
use super::errors::LONGEST_NAME;
use super::remedies;
use super::statistics::{NamedFiles, statistics};
use crate::output::{code_line, cut, escaped, heading};
use crate::uri::{decoded, encoded};

/// Longest wait for the database before a list stays empty.
const TIMEOUT: Duration = Duration::from_secs(3);
/// URI of an index's statistics.
const STATS: &str = "sconce://{index}/stats";
/// URI of the definition at a line.
const CHUNK: &str = "sconce://{index}/chunk/{line}/{+path}";
/// URI of the definitions of a symbol.
const SYMBOL: &str = "sconce://{index}/symbol/{name}";
/// Most definitions of one symbol that are given: a name such as `new` has hundreds.
const DEFINITIONS: usize = 20;
/// Most symbols that are looked at for a completion: names repeat.
const LOOKED_AT: usize = 2000;

/// What the URIs name.
#[derive(Debug, PartialEq, Eq)]
enum Named {
    Stats { index: String },
    Chunk { index: String, line: u32, path: String },
    Symbol { index: String, name: String },
}

fn parse(uri: &str) -> Option<Named> {
    // The database takes no NUL, and no name has one.
    if uri.contains("%00") || uri.contains('\0') || uri.len() > LONGEST_NAME {
        return None;
    }
    let (index, rest) = uri.strip_prefix("sconce://")?.split_once('/')?;
    let index = decoded(index);
    if rest == "stats" {
        return Some(Named::Stats { index });
    }
    if let Some(name) = rest.strip_prefix("symbol/") {
        let name = decoded(name);
        return (!name.is_empty()).then_some(Named::Symbol { index, name });
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
        ResourceTemplate::new(SYMBOL, "symbol")
            .with_title("A symbol")
            .with_description("The definitions of a symbol's name, each whole, with its place.")
            .with_mime_type("text/plain"),
    ]
}

impl Mcp {
    pub(super) async fn engine_soon(&self) -> Option<Engine> {
        self.shared.warmup.engine(TIMEOUT).await.ok()
    }

    /// The statistics of every index; none while the database is not open.
    pub(super) async fn resources(&self) -> Vec<Resource> {
        let Some(engine) = self.engine_soon().await else { return vec![] };
        let indexes = self.indexes(&engine).await.unwrap_or_default();
        let resources = indexes.into_iter().map(|index| {
            Resource::new(
                format!("sconce://{}/stats", encoded(index.name())),
                index.name().to_owned(),
            )
            .with_title(format!("Statistics of {}", index.name()))
            .with_description(format!("The index of {}", index.root().display()))
            .with_mime_type("application/json")
        });
        resources.collect()
    }

    /// What a URI names.
    pub(super) async fn resource(&self, uri: &str) -> Result<ReadResourceResult, ErrorData> {
        let Some(named) = parse(uri) else {
            let uri = cut(uri);
            let message =
                format!("{uri} is no resource of sconce; there are {STATS}, {CHUNK} and {SYMBOL}");
            return Err(not_found(&message, &uri));
        };
        let engine =
            self.engine().await.map_err(|error| ErrorData::internal_error(error.message, None))?;
        let failed = |error: EngineError| of_engine(&error, uri);
        let (text, kind) = match named {
            Named::Stats { index } => {
                let index = self.index_named(&engine, &index).await.map_err(failed)?;
                let stats = statistics(&engine, &index, NamedFiles::None).await;
                let stats = stats.map_err(failed)?;
                (serde_json::to_string_pretty(&stats).unwrap_or_default(), "application/json")
            }
            Named::Chunk { index, line, path } => {
                let index = self.index_named(&engine, &index).await.map_err(failed)?;
                let found = index.definition_at(&path, line).await.map_err(failed)?;
                let missing = || not_found(&format!("{} has no line {line}", cut(&path)), uri);
                let found = found.ok_or_else(missing)?;
                (numbered(found.start_line, &found.content), "text/plain")
            }
            Named::Symbol { index, name } => {
                let index = self.index_named(&engine, &index).await.map_err(failed)?;
                let text = definitions(&index, &name).await.map_err(failed)?;
                let missing =
                    || not_found(&format!("{} defines no {}", index.name(), cut(&name)), uri);
                (text.ok_or_else(missing)?, "text/plain")
            }
        };
        let contents = ResourceContents::text(text, uri).with_mime_type(kind);
        Ok(ReadResourceResult::new(vec![contents]))
    }

    /// Values of an argument that begin as what was typed.
    pub(super) async fn completions(&self, request: &CompleteRequestParams) -> CompleteResult {
        if request.argument.value.len() > LONGEST_NAME {
            return CompleteResult::default();
        }
        let typed = request.argument.value.to_lowercase();
        let candidates = match (&request.r#ref, request.argument.name.as_str()) {
            (Reference::Resource(_), "index") | (_, "index_name") => self.index_names().await,
            (Reference::Resource(_), "path") => self.paths(chosen_index(request)).await,
            (Reference::Resource(_), "name") => {
                self.symbol_names(chosen_index(request), &request.argument.value).await
            }
            (_, "language") => self.language_names().await,
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

    /// Those of Sconce and of its user, and what the projects of all indexes call theirs.
    async fn language_names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            Language::all().map(|language| language.name().to_owned()).collect();
        if let Some(engine) = self.engine_soon().await {
            let indexes = self.indexes(&engine).await.unwrap_or_default();
            let of_projects = indexes.iter().flat_map(Index::languages);
            let of_projects: BTreeSet<String> = of_projects.map(|one| one.name.clone()).collect();
            names.extend(of_projects);
        }
        names
    }

    async fn index_names(&self) -> Vec<String> {
        let Some(engine) = self.engine_soon().await else { return vec![] };
        let indexes = self.indexes(&engine).await.unwrap_or_default();
        indexes.into_iter().map(|index| index.into_row().name).collect()
    }

    /// The index that was chosen for a template, while the database is open.
    async fn chosen(&self, name: Option<String>) -> Option<Index> {
        let engine = self.engine_soon().await?;
        self.index_named(&engine, &name?).await.ok()
    }

    /// Files of an index.
    async fn paths(&self, index: Option<String>) -> Vec<String> {
        let Some(index) = self.chosen(index).await else { return vec![] };
        index.paths().await.unwrap_or_default()
    }

    /// Names of symbols that begin as what was typed, each once.
    async fn symbol_names(&self, index: Option<String>, typed: &str) -> Vec<String> {
        let Some(index) = self.chosen(index).await else { return vec![] };
        let found = index.symbols_named(&format!("{}*", typed.to_lowercase()), LOOKED_AT).await;
        let names: BTreeSet<String> =
            found.unwrap_or_default().into_iter().map(|symbol| symbol.name).collect();
        names.into_iter().collect()
    }
}

/// The value that a client has for `index`, where it completes another argument of a template.
fn chosen_index(request: &CompleteRequestParams) -> Option<String> {
    request.context.as_ref()?.arguments.as_ref()?.get("index").cloned()
}

/// The definitions of a name, each under its place; `None` where there is none.
async fn definitions(index: &Index, name: &str) -> Result<Option<String>, EngineError> {
    let symbols = index.symbols_named(name, LOOKED_AT).await?;
    // A name is looked for as a glob, and one without a capital letter ignores case.
    let mut exact = symbols.into_iter().filter(|symbol| symbol.name == name);
    let mut text = String::new();
    for symbol in exact.by_ref().take(DEFINITIONS) {
        let (path, line) = (&symbol.path, symbol.name_line.max(1) as u32);
        let Some(found) = index.definition_at(path, line).await? else { continue };
        let lines = LineRange { start: found.start_line, end: found.end_line };
        let code = numbered(lines.start, found.content.trim_end());
        let _ = writeln!(text, "{}\n{code}", heading(path, lines, Some((&symbol.kind, name))));
    }
    let left = exact.count();
    if left > 0 {
        let _ = writeln!(text, "… {left} more definitions; search_code with symbol_name narrows");
    }
    Ok((!text.is_empty()).then_some(text))
}

/// Code with the number of each line before it.
fn numbered(start: u32, code: &str) -> String {
    let lines = (start..).zip(code.lines());
    lines.map(|(number, line)| code_line(number, line) + "\n").collect()
}

fn not_found(message: &str, uri: &str) -> ErrorData {
    ErrorData::resource_not_found(escaped(message), Some(serde_json::json!({ "uri": cut(uri) })))
}

fn of_engine(error: &EngineError, uri: &str) -> ErrorData {
    let hint = error.remedy().as_ref().and_then(remedies::hint);
    let hint = hint.map_or(String::new(), |hint| format!("; {hint}"));
    let message = cut(&escaped(&format!("{error}{hint}")));
    match error.kind() {
        ErrorKind::NotFound => not_found(&message, uri),
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
        assert_eq!(
            parse("sconce://shop/symbol/operator%2B"),
            Some(Named::Symbol { index: "shop".into(), name: "operator+".into() })
        );
        for wrong in [
            "file:///etc/passwd",
            "sconce://shop/symbol/",
            "sconce://shop",
            "sconce://shop/chunk/x/y",
            "sconce://sh%00op/stats",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
