//! What a query asks for: its kind, its terms with their forms, the names in it, its filters.
//!
//! [`analyze`] is pure and knows no project: which of the forms exist is found out when the index is
//! scanned. What a kind of query weighs is in [`Weights`](crate::Weights).

use sconce_code::filter::FilterText;
use sconce_code::words;
use serde::Serialize;

use super::exact::{ExactGroup, exact_groups};
use super::filters;
use super::kind::{QueryKind, kind_of};
use super::named_files::{NamedFile, file_called, named_files};
use super::stamp::without_stamp;
use super::symbols::{QuerySymbol, symbols_of};
use super::terms::{QueryTerm, terms_of};
use super::tokens::{phrases_of, tokens_of};
use super::uses::{name_asked, name_defined, name_implemented, name_tested};

/// Longer queries are cut here, in bytes: what is asked stands at the start.
const MAX_QUERY: usize = 4096;

/// A query, understood.
#[derive(Debug, Clone, Serialize)]
pub struct QueryAnalysis {
    /// The query without its filters, of a question for a name's uses, tests or definition that name; this is what is embedded.
    pub text: String,
    /// Its kind.
    pub kind: QueryKind,
    /// What the lexical retriever looks for.
    pub terms: Vec<QueryTerm>,
    /// The names it asks for.
    pub symbols: Vec<QuerySymbol>,
    /// The files that it names.
    #[serde(skip)]
    pub files: Vec<NamedFile>,
    /// Whether it asks for the uses of a name (`who calls parse_config`), and is otherwise that name.
    pub asks_for_uses: bool,
    /// Whether it asks for the types that are made from one (`who implements Oven`), and is otherwise its name.
    #[serde(skip)]
    pub asks_for_subtypes: bool,
    /// Whether it asks for the tests of a name (`tests of parse_config`), and is otherwise that name.
    #[serde(skip)]
    pub asks_for_tests: bool,
    /// What stands in quotes.
    pub phrases: Vec<String>,
    /// `lang:go path:src/** kind:function symbol:Foo*`.
    pub filters: FilterText,
    /// What it asks for letter by letter.
    #[serde(skip)]
    pub(crate) exact: Vec<ExactGroup>,
}

impl QueryAnalysis {
    /// An identifier of the query, which is given in lower case, in its own letters.
    pub(crate) fn as_written(&self, identifier: &str) -> String {
        let mut words = self.text.split(|c| !sconce_code::words::is_word(c));
        let own = words.find(|word| word.to_lowercase() == identifier);
        own.unwrap_or(identifier).to_owned()
    }
}

/// Takes a query apart; any text is a query.
///
/// ```
/// use sconce_rank::{QueryKind, analyze};
/// let query = analyze("where is ClientSession closed lang:python");
/// assert_eq!(query.kind, QueryKind::SentenceWithIdentifier);
/// assert_eq!(query.symbols[0].name, "ClientSession");
/// assert_eq!(query.filters.languages, ["python"]);
/// ```
pub fn analyze(query: &str) -> QueryAnalysis {
    let (text, filters) = filters::split_off(query);
    let mut end = text.len().min(MAX_QUERY);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = without_stamp(&text[..end]);
    let folded = words::fold(text);
    let phrases = phrases_of(&folded);
    let tokens = tokens_of(&folded);
    // What stands in quotes is asked for as it is.
    let question = if phrases.is_empty() { tokens.as_slice() } else { &[] };
    let used = name_asked(question);
    let implemented = name_implemented(question);
    let asks_for_subtypes = used.is_none() && implemented.is_some();
    let asks_for_uses = used.is_some();
    let name = used.or(implemented).or_else(|| name_defined(question));
    let tested = if name.is_none() { name_tested(question) } else { None };
    let asks_for_tests = tested.is_some();
    let name = name.or(tested);
    let (asked, text) = name.map_or((&*folded, text), |name| (name.text, name.text));
    let tokens = name.map_or(tokens, |name| vec![name]);
    let kind = kind_of(asked, &tokens, &phrases);
    let symbols = symbols_of(kind, &tokens);
    let exact = exact_groups(asked, &tokens, kind);
    let kind = match kind {
        QueryKind::Sentence if symbols.iter().any(|symbol| symbol.certainty >= 1.0) => {
            QueryKind::SentenceWithIdentifier
        }
        kind => kind,
    };
    let terms = terms_of(&tokens, kind);
    let mut files = named_files(asked);
    if kind == QueryKind::Identifier {
        files.extend(symbols.iter().map(|symbol| file_called(&symbol.name)));
    }
    let text = text.to_owned();
    QueryAnalysis {
        text,
        kind,
        terms,
        symbols,
        files,
        asks_for_uses,
        asks_for_subtypes,
        asks_for_tests,
        phrases,
        filters,
        exact,
    }
}

impl QueryAnalysis {
    /// The text that the query asks for word for word: a phrase in quotes, a message of a program, a word
    /// with signs between its letters that is no name in a scope (`10.0.12.5`, `max-pool-size`), and of very
    /// few words the one that is a version.
    ///
    /// ```
    /// use sconce_rank::analyze;
    /// assert_eq!(analyze("\"gauge not found\"").literal(), Some("gauge not found"));
    /// assert_eq!(analyze("version 2.3.0").literal(), Some("2.3.0"));
    /// assert_eq!(analyze("Session.get").literal(), None);
    /// ```
    pub fn literal(&self) -> Option<&str> {
        const VERY_FEW: usize = 3;
        let text = self.text.trim();
        let mut words = text.split_whitespace();
        let is_one = words.clone().count() == 1;
        match self.kind {
            QueryKind::Phrase => self.phrases.first().map(String::as_str),
            QueryKind::ErrorMessage => Some(text),
            QueryKind::Path | QueryKind::QualifiedName => None,
            _ if is_one => text.trim_matches('-').contains(['-', '.', '/']).then_some(text),
            _ if words.clone().count() <= VERY_FEW => words.find(|word| is_version(word)),
            _ => None,
        }
    }
}

/// Whether a word is numbers with dots between them: `2.3.0`, `v1.4.2-rc1`.
fn is_version(word: &str) -> bool {
    let parts: Vec<&str> = word.trim_start_matches('v').split('.').collect();
    parts.len() > 2 && parts.iter().all(|part| part.starts_with(|c: char| c.is_ascii_digit()))
}
