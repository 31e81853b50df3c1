//! Statements whose values are bound as their text is put together; filters as conditions.

use sconce_code::ChunkKey;
use sconce_code::filter::{Filter, NameGlobs, PathGlobs};
use sqlx::Arguments;
use sqlx::postgres::{PgArguments, PgConnection, Postgres};

use crate::index::IndexId;
use crate::rows::Hit;
use crate::tables::on_index;
use crate::text::clean;

/// A statement's values, bound as its text is put together.
pub(crate) struct Statement {
    pub(crate) arguments: PgArguments,
    count: usize,
}

impl Statement {
    pub(crate) fn new() -> Self {
        Self { arguments: PgArguments::default(), count: 0 }
    }

    /// Binds a value and gives its place, `$1`, `$2`, ….
    pub(crate) fn bind<T>(&mut self, value: T) -> String
    where
        T: sqlx::Encode<'static, Postgres> + sqlx::Type<Postgres> + 'static,
    {
        self.arguments.add(value).expect("vectors and texts can always be encoded");
        self.count += 1;
        format!("${}", self.count)
    }

    /// The conditions of a filter on chunks.
    pub(crate) fn chunk_conditions(&mut self, filter: &Filter) -> String {
        if filter.narrows_symbols() {
            let symbols = self.symbols_query(filter, "file_id, chunk");
            return format!("(file_id, ordinal) IN ({symbols})");
        }
        if filter.narrows_files() {
            let files = self.file_conditions(filter);
            return format!("file_id IN (SELECT file_id FROM {{files}} WHERE {files})");
        }
        "true".into()
    }

    /// The conditions of a filter on files.
    pub(crate) fn file_conditions(&mut self, filter: &Filter) -> String {
        let mut conditions = vec!["true".to_string()];
        if !filter.languages().is_empty() {
            let languages: Vec<&str> = filter.languages().iter().map(|one| one.name()).collect();
            conditions.push(format!("language = ANY({})", self.bind(languages)));
        }
        if !filter.paths().is_empty() {
            conditions.push(self.path_condition(filter.paths()));
        }
        if let Some(within) = &filter.within {
            let path = self.bind(clean(within).into_owned());
            conditions.push(format!("(path = {path} OR starts_with(path, {path} || '/'))"));
        }
        conditions.join(" AND ")
    }

    /// A condition on `path`: of the globs that fit it the last one decides.
    fn path_condition(&mut self, globs: &PathGlobs) -> String {
        let mut cases = String::from("CASE");
        for (regexes, takes) in globs.runs() {
            let regexes = self.bind(regexes);
            cases.extend([
                " WHEN path ~ ANY(",
                regexes.as_str(),
                ") THEN ",
                if takes { "true" } else { "false" },
            ]);
        }
        format!("{cases} ELSE {} END", globs.passes_others())
    }

    /// A query for the chunks in which a symbol starts that passes, in files that pass.
    pub(crate) fn symbols_query(&mut self, filter: &Filter, columns: &str) -> String {
        let mut conditions = vec!["true".to_string()];
        if !filter.kinds().is_empty() {
            let kinds: Vec<&str> = filter.kinds().iter().map(|kind| kind.as_str()).collect();
            conditions.push(format!("kind = ANY({})", self.bind(kinds)));
        }
        if !filter.names().is_empty() {
            conditions.push(self.name_condition(filter.names()));
        }
        if filter.narrows_files() {
            let files = self.file_conditions(filter);
            conditions.push(format!("file_id IN (SELECT file_id FROM {{files}} WHERE {files})"));
        }
        format!("SELECT {columns} FROM {{symbols}} WHERE {}", conditions.join(" AND "))
    }

    /// A condition on `name` that one of the globs fits, or on the name with its scopes.
    fn name_condition(&mut self, globs: &NameGlobs) -> String {
        let mut fits = Vec::new();
        let scoped = "array_to_string(scopes || name, '.')";
        for (operator, case_counts) in [("~", true), ("~*", false)] {
            let (names, qualified) =
                (globs.regexes(case_counts), globs.qualified_regexes(case_counts));
            for (column, regexes) in [("name", names), (scoped, qualified)] {
                if !regexes.is_empty() {
                    fits.push(format!("{column} {operator} ANY({})", self.bind(regexes)));
                }
            }
        }
        format!("({})", fits.join(" OR "))
    }

    /// Runs a search; nearest first, equals by file and position.
    pub(crate) async fn hits(
        self,
        id: IndexId,
        text: &str,
        connection: &mut PgConnection,
    ) -> Result<Vec<Hit>, sqlx::Error> {
        let query =
            sqlx::query_as_with::<_, (i64, i32, f32), _>(on_index(id, text), self.arguments);
        let rows = query.fetch_all(connection).await?;
        let mut hits: Vec<Hit> = rows
            .into_iter()
            .map(|(file_id, ordinal, similarity)| Hit {
                key: ChunkKey { file_id, ordinal: ordinal as u32 },
                similarity,
            })
            .collect();
        hits.sort_by(|a, b| {
            let nearer = b.similarity.total_cmp(&a.similarity);
            nearer.then(a.key.cmp(&b.key))
        });
        Ok(hits)
    }
}
