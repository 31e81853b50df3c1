//! The one table of every setting: its names, default, kind and documentation.
//!
//! Flags, environment variables, configuration keys, `sconce config show` and
//! `docs/configuration.md` all come from here.

use super::setting::{DefaultValue, Flag, Setting, ValueKind};

/// The command that listens.
const SERVE: &[&str] = &["serve"];

const SETTING: Setting = Setting {
    key: "",
    group: "",
    env: &[],
    flag: None,
    default: DefaultValue::Unset(""),
    kind: ValueKind::Text,
    secret: false,
    project: false,
    doc: "",
};

/// Every setting, in the order of the reference.
pub const SETTINGS: &[Setting] = &[
    Setting {
        key: "data_dir",
        group: "Data and database",
        env: &["SCONCE_DATA_DIR"],
        flag: Some(Flag::global("data-dir", "DIR")),
        default: DefaultValue::Computed(
            "the XDG data directory (`~/.local/share/sconce`); `/var/lib/sconce` for root",
        ),
        kind: ValueKind::Path,
        doc: "Directory that holds the managed PostgreSQL, downloaded models and the server's token.",
        ..SETTING
    },
    Setting {
        key: "database_url",
        group: "Data and database",
        env: &["SCONCE_DATABASE_URL", "DATABASE_URL"],
        flag: Some(Flag::global("database-url", "URL")),
        default: DefaultValue::Unset("a PostgreSQL of sconce's own in the data directory"),
        secret: true,
        doc: "An external PostgreSQL with pgvector, e.g. `postgres://user:password@host/db`. \
              Several sconce servers may share it.",
        ..SETTING
    },
    Setting {
        key: "read_database_url",
        group: "Data and database",
        env: &["SCONCE_READ_DATABASE_URL"],
        flag: Some(Flag::of(SERVE, "read-database-url", "URL")),
        default: DefaultValue::Unset("the database itself"),
        secret: true,
        doc: "A streaming standby of that PostgreSQL, which searches read once it has what the primary \
              had when they began; else, and for all that is written, the primary is asked.",
        ..SETTING
    },
    Setting {
        key: "database_connections",
        group: "Data and database",
        env: &["SCONCE_DATABASE_CONNECTIONS"],
        default: DefaultValue::Text("10"),
        kind: ValueKind::Integer { min: 2, max: 1000 },
        doc: "Most connections to PostgreSQL that one process opens, and to a standby as many again.",
        ..SETTING
    },
    Setting {
        key: "words_memory_mb",
        group: "Data and database",
        env: &["SCONCE_WORDS_MEMORY_MB"],
        default: DefaultValue::Text("512"),
        kind: ValueKind::Integer { min: 1, max: 1 << 20 },
        doc: "Most memory, in MiB, that the words of all indexes take in one process. The index that \
              was searched least recently is let go of first, and read again when it is searched. What \
              lies in files (`lexical/` in the data directory) does not count: the system drops it \
              where it needs the memory.",
        ..SETTING
    },
    Setting {
        key: "model",
        group: "Embedding",
        env: &["SCONCE_MODEL"],
        flag: Some(Flag::global("model", "ID")),
        default: DefaultValue::Text("auto"),
        project: true,
        doc: "Embedding model of new indexes; `sconce model list` names them. `auto` is \
              nomic-embed-text-v1.5 where it can be had, else an Ollama server that has it, else \
              all-MiniLM-L6-v2. An index keeps the model it was made with.",
        ..SETTING
    },
    Setting {
        key: "backend",
        group: "Embedding",
        env: &["SCONCE_BACKEND"],
        flag: Some(Flag::global("backend", "NAME")),
        default: DefaultValue::Text("auto"),
        kind: ValueKind::Choice(&["auto", "candle", "ollama"]),
        doc: "Where embeddings are made: `candle` in this process, `ollama` in an Ollama server, \
              `auto` in this process unless only Ollama has the model.",
        ..SETTING
    },
    Setting {
        key: "device",
        group: "Embedding",
        env: &["SCONCE_DEVICE"],
        flag: Some(Flag::global("device", "NAME")),
        default: DefaultValue::Text("auto"),
        kind: ValueKind::Choice(&["auto", "cpu", "cuda", "metal"]),
        doc: "Device the model runs on; `cuda` and `metal` need a build with that feature.",
        ..SETTING
    },
    Setting {
        key: "precision",
        group: "Embedding",
        env: &["SCONCE_PRECISION"],
        default: DefaultValue::Text("auto"),
        kind: ValueKind::Choice(&["auto", "f32", "f16", "bf16", "int16", "int8"]),
        doc: "Arithmetic of the model; `auto` is the fastest one that keeps its quality. NVIDIA's GPUs \
              have `f16` (`auto`), `bf16` and `f32`, Apple's `f32` (`auto`) and `f16`, processors all \
              but `f16`; for one that is not there another stands in that loses less.",
        ..SETTING
    },
    Setting {
        key: "threads",
        group: "Embedding",
        env: &["SCONCE_THREADS"],
        flag: Some(Flag::of(&["worker"], "threads", "N")),
        default: DefaultValue::Unset("one a core"),
        kind: ValueKind::Integer { min: 1, max: 1024 },
        doc: "Threads that compute embeddings.",
        ..SETTING
    },
    Setting {
        key: "model_dir",
        group: "Embedding",
        env: &["SCONCE_MODEL_DIR"],
        default: DefaultValue::Unset("the data directory, the image, Ollama's store, then the hub"),
        kind: ValueKind::Path,
        doc: "Directory that holds the model's files; looked into before any other source.",
        ..SETTING
    },
    Setting {
        key: "offline",
        group: "Embedding",
        env: &["SCONCE_OFFLINE"],
        flag: Some(Flag::global("offline", "")),
        default: DefaultValue::Text("false"),
        kind: ValueKind::Switch,
        doc: "Download nothing: use the PostgreSQL and the models that are on this machine.",
        ..SETTING
    },
    Setting {
        key: "ollama_host",
        group: "Embedding",
        env: &["OLLAMA_HOST"],
        default: DefaultValue::Text("http://127.0.0.1:11434"),
        doc: "The Ollama server that `backend = \"ollama\"` (and `auto`, as a fallback) asks.",
        ..SETTING
    },
    Setting {
        key: "include",
        group: "Indexing",
        env: &["SCONCE_INCLUDE"],
        flag: Some(Flag::of(&["index"], "include", "GLOB")),
        default: DefaultValue::Unset("every file that is not ignored"),
        kind: ValueKind::TextList,
        project: true,
        doc: "Index only files that match one of these globs, e.g. `src/**`. Those of the flag are remembered for the \
              index until it is given again; an empty one forgets them.",
        ..SETTING
    },
    Setting {
        key: "exclude",
        group: "Indexing",
        env: &["SCONCE_EXCLUDE"],
        flag: Some(Flag::of(&["index"], "exclude", "GLOB")),
        default: DefaultValue::Unset("nothing beyond `.gitignore` and `.sconceignore`"),
        kind: ValueKind::TextList,
        project: true,
        doc: "Skip files that match one of these globs, e.g. `**/generated/**`. Those of the flag are remembered for the \
              index until it is given again; an empty one forgets them.",
        ..SETTING
    },
    Setting {
        key: "include_data",
        group: "Indexing",
        env: &["SCONCE_INCLUDE_DATA"],
        flag: Some(Flag::of(&["index", "search"], "include-data", "GLOB")),
        default: DefaultValue::Unset(
            "no lock files, and of tables, translations and the like those of up to 16 KiB",
        ),
        kind: ValueKind::TextList,
        project: true,
        doc: "Index files that match one of these globs although they are data, e.g. `*.po`. A glob \
              of `include` that names an extension or a file asks for it too.",
        ..SETTING
    },
    Setting {
        key: "max_file_bytes",
        group: "Indexing",
        env: &["SCONCE_MAX_FILE_BYTES"],
        flag: Some(Flag::of(&["index", "search"], "max-file-bytes", "BYTES")),
        default: DefaultValue::Unset("8 MiB for source code and prose, 1 MiB for all else"),
        kind: ValueKind::Integer { min: 1024, max: 1 << 28 },
        project: true,
        doc: "Skip files above this size.",
        ..SETTING
    },
    Setting {
        key: "max_files",
        group: "Indexing",
        env: &["SCONCE_MAX_FILES"],
        default: DefaultValue::Text("200000"),
        kind: ValueKind::Integer { min: 1, max: 1 << 32 },
        doc: "A directory with more files is not indexed for the first time because an agent asks for it: \
              it is seldom the project that was meant. `sconce index` takes any number.",
        ..SETTING
    },
    Setting {
        key: "no_ignore",
        group: "Indexing",
        env: &["SCONCE_NO_IGNORE"],
        flag: Some(Flag::of(&["index", "search"], "no-ignore", "")),
        default: DefaultValue::Text("false"),
        kind: ValueKind::Switch,
        project: true,
        doc: "Index also what `.gitignore`, `.ignore`, `.sconceignore` and git's excludes leave out. \
              The flag holds for one run: the next one without it leaves them out again.",
        ..SETTING
    },
    Setting {
        key: "include_secrets",
        group: "Indexing",
        env: &["SCONCE_INCLUDE_SECRETS"],
        default: DefaultValue::Unset("no file that is known for one"),
        kind: ValueKind::TextList,
        doc: "Index files that match one of these globs although their name, directory or text says \
              that they hold credentials, e.g. `docs/keys/**`. Known are files of variables, keys and their \
              stores, states of Terraform, Secrets of Kubernetes and logins of tools; and in data and \
              configurations tokens of known forms, and what a program made as a password: under a \
              credential's key, in an address, in a connection's settings. Placeholders, \
              templates, programs and prose are none.",
        ..SETTING
    },
    Setting {
        key: "index_jobs",
        group: "Indexing",
        env: &["SCONCE_INDEX_JOBS"],
        default: DefaultValue::Text("2"),
        kind: ValueKind::Integer { min: 1, max: 1000 },
        doc: "Most jobs that fill an index at once in one process: first ones, rebuilds, and those that \
              go on where one was cut short. The others wait in order, those whose words are in behind \
              those whose words are not; `index_status` and `/health` tell their places, and one that \
              is cancelled before its turn never begins. What has changed in a whole index waits for \
              nobody.",
        ..SETTING
    },
    Setting {
        key: "auto_index",
        group: "Indexing",
        env: &["SCONCE_AUTO_INDEX"],
        default: DefaultValue::Text("true"),
        kind: ValueKind::Switch,
        doc: "A search over MCP in a project without an index starts indexing it.",
        ..SETTING
    },
    Setting {
        key: "host",
        group: "Server",
        env: &["SCONCE_HOST"],
        flag: Some(Flag::of(SERVE, "host", "ADDRESS")),
        default: DefaultValue::Text("127.0.0.1"),
        doc: "Address to listen on. Off loopback every request to `/mcp` needs the bearer token.",
        ..SETTING
    },
    Setting {
        key: "port",
        group: "Server",
        env: &["SCONCE_PORT"],
        flag: Some(Flag::of(SERVE, "port", "PORT")),
        default: DefaultValue::Text("3000"),
        kind: ValueKind::Integer { min: 0, max: 65_535 },
        doc: "Port to listen on; 0 takes a free one, which the ready line names.",
        ..SETTING
    },
    Setting {
        key: "token",
        group: "Server",
        env: &["SCONCE_TOKEN"],
        default: DefaultValue::Unset("made at the first start"),
        secret: true,
        doc: "Bearer token that requests to `/mcp` must carry. One that is set is needed by all; the \
              one made by sconce not by processes of the same user, on loopback on Linux.",
        ..SETTING
    },
    Setting {
        key: "token_file",
        group: "Server",
        env: &["SCONCE_TOKEN_FILE"],
        flag: Some(Flag::of(SERVE, "token-file", "FILE")),
        default: DefaultValue::Unset("`token` in the data directory"),
        kind: ValueKind::Path,
        doc: "File with the bearer token, e.g. a container's secret.",
        ..SETTING
    },
    Setting {
        key: "roots",
        group: "Server",
        env: &["SCONCE_ROOTS"],
        flag: Some(Flag::of(&["serve", "mcp"], "root", "DIR")),
        default: DefaultValue::Unset(
            "`serve`: the working directory's project; `mcp`: any directory",
        ),
        kind: ValueKind::PathList,
        doc: "Directories whose projects may be indexed and searched by path. The first one is the \
              project a call without a path means.",
        ..SETTING
    },
    Setting {
        key: "allowed_hosts",
        group: "Server",
        env: &["SCONCE_ALLOWED_HOSTS"],
        flag: Some(Flag::of(SERVE, "allowed-host", "HOST")),
        default: DefaultValue::Unset("loopback names and the address listened on"),
        kind: ValueKind::TextList,
        doc: "Further names that a request's `Host` header may carry, e.g. behind a proxy.",
        ..SETTING
    },
    Setting {
        key: "allowed_origins",
        group: "Server",
        env: &["SCONCE_ALLOWED_ORIGINS"],
        flag: Some(Flag::of(SERVE, "allowed-origin", "ORIGIN")),
        default: DefaultValue::Unset("pages of this machine's own loopback"),
        kind: ValueKind::TextList,
        doc: "Further origins of web pages that may call `/mcp`, e.g. `https://app.example.com:443`.",
        ..SETTING
    },
    Setting {
        key: "max_body_bytes",
        group: "Server",
        env: &["SCONCE_MAX_BODY_BYTES"],
        default: DefaultValue::Text("1048576"),
        kind: ValueKind::Integer { min: 1024, max: 1 << 30 },
        doc: "Largest request body that is read.",
        ..SETTING
    },
    Setting {
        key: "max_sessions",
        group: "Server",
        env: &["SCONCE_MAX_SESSIONS"],
        default: DefaultValue::Text("256"),
        kind: ValueKind::Integer { min: 1, max: 100_000 },
        doc: "Most sessions of clients that speak a revision with sessions (before 2026-07-28).",
        ..SETTING
    },
    Setting {
        key: "session_idle_seconds",
        group: "Server",
        env: &["SCONCE_SESSION_IDLE_SECONDS"],
        default: DefaultValue::Text("1800"),
        kind: ValueKind::Integer { min: 10, max: 604_800 },
        doc: "A session that is silent for so long is closed; its client starts a new one.",
        ..SETTING
    },
    Setting {
        key: "rate_limit",
        group: "Server",
        env: &["SCONCE_RATE_LIMIT"],
        default: DefaultValue::Text("1200"),
        kind: ValueKind::Integer { min: 0, max: 1_000_000 },
        doc: "Requests to `/mcp` a minute with the token, or of an address without it; 0 is no \
              limit. Beyond it the answer is 429 with `Retry-After`.",
        ..SETTING
    },
    Setting {
        key: "watch",
        group: "Live index",
        env: &["SCONCE_WATCH"],
        default: DefaultValue::Text("true"),
        kind: ValueKind::Switch,
        doc: "A server follows the projects that are indexed: edits, renames and branch switches \
              are in the index a moment later.",
        ..SETTING
    },
    Setting {
        key: "watch_debounce_ms",
        group: "Live index",
        env: &["SCONCE_WATCH_DEBOUNCE_MS"],
        default: DefaultValue::Text("300"),
        kind: ValueKind::Integer { min: 20, max: 60_000 },
        doc: "Changes are indexed when nothing more has come for so many milliseconds; changes \
              that go on and on, after five seconds.",
        ..SETTING
    },
    Setting {
        key: "watch_scan_seconds",
        group: "Live index",
        env: &["SCONCE_WATCH_SCAN_SECONDS"],
        default: DefaultValue::Text("30"),
        kind: ValueKind::Integer { min: 1, max: 86_400 },
        doc: "Seconds between two looks at a project that cannot be watched: the system's limit \
              of watches is reached, or its directory lies on another machine.",
        ..SETTING
    },
    Setting {
        key: "max_watches",
        group: "Live index",
        env: &["SCONCE_MAX_WATCHES"],
        default: DefaultValue::Unset("as many as the system allows"),
        kind: ValueKind::Integer { min: 0, max: 100_000_000 },
        doc: "Most directories that are watched, over all projects; a project that would need more is \
              scanned.",
        ..SETTING
    },
    Setting {
        key: "worker",
        group: "Server",
        env: &["SCONCE_WORKER"],
        flag: Some(Flag::of(SERVE, "worker", "")),
        default: DefaultValue::Text("false"),
        kind: ValueKind::Switch,
        doc: "A server embeds what other processes have indexed on its database, too, as `sconce \
              worker` does; searches go before.",
        ..SETTING
    },
    Setting {
        key: "share",
        group: "Server",
        env: &["SCONCE_SHARE"],
        default: DefaultValue::Text("true"),
        kind: ValueKind::Switch,
        doc: "`sconce mcp` uses one local server for all of a user's stdio processes, and starts \
              it where there is none, and `sconce search` asks it where it runs; `false` serves each \
              in its own process.",
        ..SETTING
    },
    Setting {
        key: "share_idle_seconds",
        group: "Server",
        env: &["SCONCE_SHARE_IDLE_SECONDS"],
        default: DefaultValue::Text("90"),
        kind: ValueKind::Integer { min: 1, max: 604_800 },
        doc: "The local server ends when it has had no client for so long and no index job runs.",
        ..SETTING
    },
    Setting {
        key: "log",
        group: "Output",
        env: &["SCONCE_LOG"],
        default: DefaultValue::Computed("`warn`; `info` for `serve`; `-v` and `-vv` raise it"),
        doc: "What is logged to stderr, e.g. `info` or `warn,sconce_engine=debug`.",
        ..SETTING
    },
    Setting {
        key: "log_format",
        group: "Output",
        env: &["SCONCE_LOG_FORMAT"],
        default: DefaultValue::Text("text"),
        kind: ValueKind::Choice(&["text", "json"]),
        doc: "Log lines for people or, one JSON object each, for programs.",
        ..SETTING
    },
    Setting {
        key: "color",
        group: "Output",
        env: &["SCONCE_COLOR"],
        flag: Some(Flag::global("color", "WHEN")),
        default: DefaultValue::Text("auto"),
        kind: ValueKind::Choice(&["auto", "always", "never"]),
        doc: "Colours in the output; `auto` has them on a terminal unless `NO_COLOR` is set.",
        ..SETTING
    },
];

/// The setting of this key.
pub fn setting(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}

#[cfg(test)]
mod tests;
