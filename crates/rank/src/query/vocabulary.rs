//! Words of questions, and what programmers write short.

/// Whether the word carries no subject: articles, pronouns, auxiliaries, question words.
pub(crate) fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.binary_search(&word).is_ok()
}

/// Whether the word is of the question more than of its subject: `handles`, `implementation`.
pub(super) fn is_frame_word(word: &str) -> bool {
    FRAME_WORDS.binary_search(&word).is_ok()
}

/// What stands for the word in code, and the words that it stands for.
pub(super) fn abbreviations(word: &str) -> impl Iterator<Item = &'static str> {
    let singular = word.strip_suffix('s').unwrap_or(word);
    ABBREVIATIONS
        .iter()
        .filter(move |family| family.contains(&word) || family.contains(&singular))
        .flat_map(|family| family.iter().copied())
}

/// Other words for the same thing in code.
pub(super) fn synonyms(word: &str) -> impl Iterator<Item = &'static str> {
    let singular = word.strip_suffix('s').unwrap_or(word);
    SYNONYMS
        .iter()
        .filter(move |family| family.contains(&word) || family.contains(&singular))
        .flat_map(|family| family.iter().copied())
}

/// Sorted.
const STOP_WORDS: [&str; 110] = [
    "a", "about", "across", "after", "all", "also", "an", "and", "any", "are", "as", "at", "be",
    "been", "before", "being", "between", "both", "but", "by", "can", "could", "did", "do", "does",
    "doing", "done", "during", "each", "either", "etc", "every", "for", "from", "get", "gets",
    "had", "has", "have", "having", "here", "how", "i", "if", "in", "inside", "into", "is", "it",
    "its", "just", "like", "made", "make", "makes", "may", "me", "more", "most", "my", "no", "not",
    "of", "on", "one", "only", "onto", "or", "other", "our", "out", "over", "own", "per", "s",
    "should", "so", "some", "such", "t", "than", "that", "the", "their", "them", "then", "there",
    "these", "they", "this", "those", "through", "to", "under", "up", "upon", "via", "was", "we",
    "were", "what", "when", "where", "which", "while", "who", "why", "will", "with", "without",
];

/// Sorted.
const FRAME_WORDS: [&str; 133] = [
    "add",
    "added",
    "adding",
    "adds",
    "allow",
    "allows",
    "always",
    "avoid",
    "avoids",
    "based",
    "behavior",
    "behaviour",
    "better",
    "broken",
    "bug",
    "bugs",
    "change",
    "changed",
    "changes",
    "clarify",
    "class",
    "classes",
    "clean",
    "cleaned",
    "cleanup",
    "code",
    "core",
    "correct",
    "correctly",
    "define",
    "defined",
    "defines",
    "different",
    "drop",
    "ensure",
    "ensures",
    "expose",
    "feature",
    "file",
    "find",
    "fix",
    "fixed",
    "fixes",
    "fixing",
    "function",
    "functions",
    "general",
    "given",
    "handle",
    "handled",
    "handles",
    "handling",
    "helper",
    "helpers",
    "implement",
    "implementation",
    "implemented",
    "implementing",
    "implements",
    "improve",
    "improved",
    "improvement",
    "improves",
    "instead",
    "internals",
    "introduce",
    "issue",
    "issues",
    "logic",
    "main",
    "manage",
    "managed",
    "manages",
    "mechanism",
    "mention",
    "method",
    "methods",
    "minor",
    "move",
    "moved",
    "need",
    "needed",
    "new",
    "now",
    "object",
    "objects",
    "perform",
    "performance",
    "performs",
    "prevent",
    "prevents",
    "problem",
    "properly",
    "provide",
    "provides",
    "redundant",
    "refactor",
    "refactored",
    "regression",
    "remove",
    "removed",
    "removes",
    "removing",
    "rename",
    "renamed",
    "replace",
    "replaced",
    "show",
    "simplified",
    "simplify",
    "specific",
    "support",
    "supports",
    "sure",
    "system",
    "tweak",
    "unnecessary",
    "unused",
    "update",
    "updated",
    "updates",
    "upgrade",
    "use",
    "used",
    "user",
    "uses",
    "using",
    "utilities",
    "utility",
    "work",
    "working",
    "works",
    "wrong",
];

/// Families of words that programmers use for one another.
const SYNONYMS: &[&[&str]] = &[
    &["abort", "cancel"],
    &["begin", "start"],
    &["callback", "hook"],
    &["check", "validate", "verify"],
    &["delete", "remove"],
    &["directory", "folder"],
    &["download", "fetch"],
    &["embed", "embedding", "vector"],
    &["error", "exception", "failure"],
    &["launch", "spawn", "start"],
    &["load", "read"],
    &["login", "signin"],
    &["ratelimit", "throttle"],
    &["save", "store", "write"],
];

/// Families of spellings, each of which stands for the others.
const ABBREVIATIONS: &[&[&str]] = &[
    &["argument", "arg", "args"],
    &["asynchronous", "async", "asynchronously"],
    &["attribute", "attr", "attrs"],
    &["authentication", "auth", "authenticate"],
    &["authorization", "auth", "authorize"],
    &["buffer", "buf"],
    &["callback", "cb"],
    &["certificate", "cert", "certs"],
    &["command", "cmd"],
    &["communication", "comm"],
    &["concatenate", "concat"],
    &["configuration", "config", "configure", "conf", "cfg"],
    &["connection", "conn"],
    &["context", "ctx"],
    &["database", "db"],
    &["definition", "def", "define"],
    &["dependency", "dep", "deps", "dependencies"],
    &["deserialize", "deserialization", "de"],
    &["destination", "dest", "dst"],
    &["development", "dev"],
    &["dictionary", "dict"],
    &["directory", "dir", "dirs", "directories", "folder"],
    &["document", "doc", "docs", "documentation"],
    &["element", "elem"],
    &["environment", "env"],
    &["error", "err", "exception", "failure"],
    &["execute", "exec", "execution"],
    &["expression", "expr"],
    &["extension", "ext"],
    &["function", "fn", "func"],
    &["generate", "gen", "generator"],
    &["identifier", "id", "ident"],
    &["image", "img"],
    &["implementation", "impl"],
    &["information", "info"],
    &["initialize", "init", "initialization", "initialise"],
    &["iterator", "iter"],
    &["javascript", "js"],
    &["library", "lib"],
    &["maximum", "max"],
    &["memory", "mem"],
    &["message", "msg"],
    &["middleware", "mw"],
    &["minimum", "min"],
    &["number", "num"],
    &["operation", "op", "ops"],
    &["operator", "op", "ops"],
    &["option", "opt", "opts"],
    &["package", "pkg"],
    &["parameter", "param", "params"],
    &["pointer", "ptr"],
    &["position", "pos"],
    &["previous", "prev"],
    &["process", "proc"],
    &["property", "prop", "props"],
    &["reference", "ref", "refs"],
    &["regular", "regex", "regexp"],
    &["request", "req"],
    &["response", "resp", "res"],
    &["serialize", "serialization", "ser"],
    &["specification", "spec"],
    &["statistics", "stats", "stat"],
    &["string", "str"],
    &["synchronous", "sync", "synchronization"],
    &["system", "sys"],
    &["temporary", "tmp", "temp"],
    &["typescript", "ts"],
    &["utility", "util", "utils", "helper"],
    &["value", "val"],
    &["variable", "var", "vars"],
    &["version", "ver"],
    &["websocket", "ws"],
    &["window", "win"],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_as_binary_search_needs_them() {
        assert!(STOP_WORDS.is_sorted());
        assert!(FRAME_WORDS.is_sorted());
        assert!(is_stop_word("how") && is_stop_word("a") && is_stop_word("without"));
        assert!(is_frame_word("allow") && is_frame_word("works"));
    }

    #[test]
    fn abbreviations_go_both_ways_and_from_plurals() {
        assert!(abbreviations("configuration").any(|word| word == "config"));
        assert!(abbreviations("ctx").any(|word| word == "context"));
        assert!(abbreviations("parameters").any(|word| word == "params"));
        assert_eq!(abbreviations("tree").count(), 0);
    }
}
