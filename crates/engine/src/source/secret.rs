//! What holds credentials: by its name, its directory or its text.
//!
//! Where a name says it alone, such as `id_rsa`, the file is never opened. Where it only may be one,
//! such as `messages.key`, its text decides.
//! Text is judged where data stands alone: a source file that quotes a key is an example of one, and
//! is left out only where it *is* one from its first byte. Formats of tokens are those that their
//! issuers publish, as rule sets such as gitleaks' (MIT) have them; placeholders count for nothing.

mod tokens;
mod values;

use std::path::Path;

use sconce_code::Language;

use tokens::holds_token;
use values::{
    holds_number_as_credential, holds_random_element, holds_random_part, holds_random_value,
    is_sensitive, literals, stands_for_another,
};

/// File names that hold credentials, whole and in lower case.
const NAMES: [&str; 49] = [
    ".env",
    ".envrc",
    ".flaskenv",
    ".dev.vars",
    ".netrc",
    "_netrc",
    "netrc",
    ".npmrc",
    ".yarnrc",
    ".yarnrc.yml",
    ".pypirc",
    ".pgpass",
    ".pgpass.conf",
    "pgpass.conf",
    ".my.cnf",
    ".mylogin.cnf",
    ".htpasswd",
    ".dockercfg",
    ".dockerconfigjson",
    ".git-credentials",
    ".vault-token",
    ".s3cfg",
    ".boto",
    ".terraformrc",
    "terraform.rc",
    "kubeconfig",
    "rclone.conf",
    "credentials.json",
    "credentials.toml",
    "credentials.yml",
    "credentials.yaml",
    "application_default_credentials.json",
    "client_secret.json",
    "client_secrets.json",
    "service-account.json",
    "service_account.json",
    "serviceaccountkey.json",
    "local.settings.json",
    "wp-config.php",
    "master.key",
    ".bash_history",
    ".zsh_history",
    ".sh_history",
    ".python_history",
    ".node_repl_history",
    ".psql_history",
    ".mysql_history",
    ".sqlite_history",
    ".rediscli_history",
];
/// Paths that hold credentials, in lower case: where the name alone says nothing.
const PATHS: [&str; 12] = [
    ".docker/config.json",
    ".composer/auth.json",
    ".config/gh/hosts.yml",
    ".m2/settings.xml",
    ".aws/config",
    ".aws/credentials",
    ".kube/config",
    ".azure/accesstokens.json",
    ".azure/azureprofile.json",
    ".claude/.credentials.json",
    ".codex/auth.json",
    ".gemini/oauth_creds.json",
];
/// Directories of texts for people, and of what describes data: a file there is not what its name says.
const DESCRIPTIONS: [&str; 11] = [
    "locale",
    "locales",
    "i18n",
    "l10n",
    "lang",
    "translations",
    "messages",
    "openapi",
    "schema",
    "schemas",
    ".github",
];
/// Directories in which all is a credential or says where one is.
const DIRECTORIES: [&str; 2] = [".ssh", ".gnupg"];
/// Directories in which data may be one: a project keeps what it deploys there, too.
const DATA_DIRECTORIES: [&str; 4] = [".aws", ".kube", ".azure", "gcloud"];
/// Words of a key whose value is a credential, where only credentials are kept.
const SENSITIVE: [&str; 10] = [
    "password",
    "passwd",
    "secret",
    "token",
    "apikey",
    "api_key",
    "access_key",
    "private_key",
    "privatekey",
    "credential",
];
/// Keys that say what something is, and are no credential's.
const STRUCTURE: [&str; 12] = [
    "apiversion",
    "kind",
    "type",
    "name",
    "namespace",
    "metadata",
    "labels",
    "annotations",
    "version",
    "description",
    "engine",
    "app",
];
/// Keys beside a credential's that are none themselves.
const BESIDE: [&str; 8] = ["username", "user", "login", "email", "host", "port", "database", "url"];
/// Files of variables, for a surrounding: `env.production`.
const SURROUNDINGS: [&str; 7] =
    ["production", "prod", "staging", "stage", "development", "dev", "local"];
/// Files of what signs a program for Android.
const SIGNING: [&str; 3] = ["key.properties", "keystore.properties", "signing.properties"];
/// Names of private keys, which may be followed by what they are for.
const KEYS: [&str; 4] = ["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"];
/// Extensions that such a key has; `id_rsa_parser.py` is none.
const KEY_EXTENSIONS: [&str; 7] = ["", "pub", "pem", "key", "ppk", "bak", "old"];
/// Extensions of keys, certificates, their stores and files of variables.
const EXTENSIONS: [&str; 19] = [
    "pem",
    "p8",
    "p12",
    "pfx",
    "crt",
    "cer",
    "der",
    "csr",
    "jks",
    "keystore",
    "kdbx",
    "ppk",
    "gpg",
    "ovpn",
    "tfstate",
    "tfvars",
    "env",
    "jwk",
    "kubeconfig",
];
/// `.env.example` and its like document a program and hold no secret.
const EXAMPLES: [&str; 6] = ["example", "sample", "template", "dist", "tmpl", "defaults"];
/// Extensions of data, in which a token is no example; also of what has none.
const DATA: [&str; 15] = [
    "",
    "json",
    "yaml",
    "yml",
    "toml",
    "ini",
    "cfg",
    "conf",
    "config",
    "cnf",
    "properties",
    "txt",
    "xml",
    "plist",
    "rc",
];

/// Languages in which it is written how something is built, and no values are kept.
const BUILDS: [&str; 3] = ["makefile", "dockerfile", "just"];

/// Whether a file at a path below the root holds credentials, by the path alone.
pub(super) fn is_secret_path(path: &Path) -> bool {
    let shown = path.to_string_lossy().to_lowercase();
    let mut parts: Vec<&str> = shown.split('/').collect();
    let Some(name) = parts.pop() else { return false };
    if parts.iter().any(|part| DIRECTORIES.contains(part)) {
        return true;
    }
    let below = |known: &&str| {
        shown.strip_suffix(*known).is_some_and(|front| front.is_empty() || front.ends_with('/'))
    };
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem, extension),
        _ => (name, ""),
    };
    let last_of_stem = stem.rsplit(['.', '-', '_']).next().unwrap_or(stem);
    if EXAMPLES.contains(&extension) || extension == "env" && EXAMPLES.contains(&last_of_stem) {
        return false;
    }
    let is_description = parts.iter().any(|part| DESCRIPTIONS.contains(part));
    NAMES.contains(&name) && !is_description
        || name.starts_with("client_secret_") && extension == "json"
        || PATHS.iter().any(below)
        || EXTENSIONS.contains(&extension)
        || name.ends_with(".tfvars.json")
        || name.ends_with(".yml.enc")
        || extension == "backup" && (stem.ends_with(".tfstate") || stem.contains(".tfstate."))
        || stem == "env" && SURROUNDINGS.contains(&extension)
        || is_followed(name, ".env") && !is_code(name)
        || KEY_EXTENSIONS.contains(&extension) && KEYS.contains(&stem)
}

/// Whether it is in a language of programs: `.env.d.ts` is no list of variables.
fn is_code(name: &str) -> bool {
    Language::detect(name, "").is_some_and(Language::is_code)
}

/// Whether a file's name says that it may be a credential, and its text what it is.
fn is_suspect(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
    let is_key = KEYS.iter().any(|key| is_followed(stem, key));
    let is_secrets = is_followed(&name, "secrets") || is_followed(&name, "secret");
    name == "credentials"
        || matches!(extension, "key" | "secrets")
        || is_htpasswd(&name)
        || is_vault_password(&name)
        || is_key && (KEY_EXTENSIONS.contains(&extension) || extension == "txt")
        || is_secrets && !extension.is_empty() && DATA.contains(&extension)
}

/// Whether it is what a web server checks passwords with, without the dot that says so alone.
fn is_htpasswd(name: &str) -> bool {
    is_followed(name, "htpasswd") || name.ends_with(".htpasswd")
}

/// Whether it is the file with the password of Ansible's vault.
fn is_vault_password(name: &str) -> bool {
    let name = name.trim_start_matches('.').replace('-', "_");
    let stem = name.strip_suffix(".txt").unwrap_or(&name);
    matches!(stem, "vault_pass" | "vault_password" | "vault_password_file")
}

/// Whether the text of what is named like a credential is one: unless it is a script, says where
/// secrets come from, or is a table of other texts.
fn is_credential(path: &Path, text: &str) -> bool {
    const REFERENCES: [&str; 4] =
        ["externalsecret", "clusterexternalsecret", "secretstore", "sealedsecret"];
    let lower = text.to_lowercase();
    let kinds = || lower.lines().filter_map(|line| line.trim().strip_prefix("kind:"));
    if text.contains("-----BEGIN ") || holds_token(text) {
        return true;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    if is_htpasswd(&name) {
        return holds_hash_of_password(text);
    }
    let is_key_file =
        path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("key"));
    if is_key_file || KEYS.iter().any(|key| is_followed(&name, key)) {
        return is_key_material(text);
    }
    let is_reference =
        kinds().next().is_some() && kinds().all(|kind| REFERENCES.contains(&kind.trim()));
    let is_script = text.starts_with("#!") && !is_key_material(text);
    if is_script || is_reference {
        return false;
    }
    if is_description(path, &lower) {
        return holds_random_value(text);
    }
    let is_structure = |key: &str| STRUCTURE.contains(&key.to_lowercase().as_str());
    is_one_word(text)
        || literals(text).any(|(key, _)| !is_structure(key))
        || holds_number_as_credential(text)
}

/// Whether a file, whose text is given in lower case, describes things of its name: texts for people, a
/// schema, a workflow, a template of infrastructure, prose.
fn is_description(path: &Path, lower: &str) -> bool {
    const MARKS: [&str; 6] = [
        "\"$schema\"",
        "$schema:",
        "openapi",
        "awstemplateformatversion",
        "\njobs:",
        "\nresources:",
    ];
    let shown = path.to_string_lossy().to_lowercase();
    let is_text = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("txt"));
    let is_prose = is_text && lower.lines().any(|line| line.split(' ').count() > 5);
    let mut kinds = lower.lines().filter_map(|line| line.trim().strip_prefix("kind:")).peekable();
    let is_of_kind = kinds.peek().is_some() && kinds.all(|kind| kind.trim() != "secret");
    is_prose
        || is_of_kind
        || shown.split('/').any(|part| DESCRIPTIONS.contains(&part))
        || MARKS.iter().any(|mark| lower.contains(mark))
}

/// Whether a line is a person's name with the hash of their password.
fn holds_hash_of_password(text: &str) -> bool {
    const KINDS: [&str; 7] = ["$apr1$", "$2y$", "$2a$", "$2b$", "$5$", "$6$", "{SHA}"];
    let hashes = text.lines().filter_map(|line| line.split_once(':').map(|(_, hash)| hash));
    hashes.into_iter().any(|hash| KINDS.iter().any(|kind| hash.starts_with(kind)))
}

/// Whether one of the files that its name and its kind of text together tell: what signs a program, and
/// what Composer logs in with.
fn is_login_of_tool(path: &Path, text: &str) -> bool {
    const COMPOSER: [&str; 5] = [
        "\"http-basic\"",
        "\"github-oauth\"",
        "\"gitlab-oauth\"",
        "\"gitlab-token\"",
        "\"bitbucket-oauth\"",
    ];
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let mut written =
        literals(text).filter(|(key, value)| !is_beside(key) && !stands_for_another(value));
    if SIGNING.contains(&name.as_str()) {
        return written.any(|(key, _)| is_sensitive(key));
    }
    name == "auth.json"
        && COMPOSER.iter().any(|kind| text.contains(kind))
        && written.next().is_some()
}

/// Whether a key says what something is, or for whom a credential is.
fn is_beside(key: &str) -> bool {
    let key = key.to_lowercase();
    STRUCTURE.contains(&key.as_str()) || BESIDE.contains(&key.as_str())
}

/// Whether a document is a Secret of Kubernetes with its data: not where a template or a sealed value
/// stands for it.
fn holds_cluster_secret(path: &Path, text: &str) -> bool {
    const FORMATS: [&str; 3] = ["yaml", "yml", "json"];
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    FORMATS.contains(&extension.as_str())
        && text.contains("Secret")
        && text.split("\n---").any(is_cluster_secret)
}

/// What is known of a map of a document while its lines are read.
struct Block {
    indent: usize,
    is_secret: bool,
    is_written: bool,
}

/// Whether a document has the kind and, in the same map, data that is written out.
fn is_cluster_secret(document: &str) -> bool {
    let width = |line: &str, of: &[char]| line.len() - line.trim_start_matches(of).len();
    let is_kind =
        |line: &str| literals(line).any(|(key, value)| key == "kind" && value == "Secret");
    if document.contains("ENC[") {
        return false;
    }
    let mut blocks: Vec<Block> = Vec::new();
    let mut of_data = None;
    for line in document.lines() {
        let shown = line.trim();
        if shown.is_empty() || shown.starts_with('#') {
            continue;
        }
        // The first key of a list's entry stands behind the dash.
        let (begin, indent) = (width(line, &[' ', '\t']), width(line, &[' ', '\t', '-']));
        let is_of_data = of_data.is_some_and(|data| begin > data);
        if !is_of_data {
            blocks.truncate(blocks.partition_point(|block| block.indent <= begin));
            if blocks.last().is_none_or(|block| block.indent < indent) {
                blocks.push(Block { indent, is_secret: false, is_written: false });
            }
            let key = shown.trim_matches(['"', ':', ' ', '{', '-']);
            of_data = matches!(key, "data" | "stringData").then_some(indent);
        }
        let Some(block) = blocks.last_mut() else { continue };
        block.is_written |= is_of_data && holds_written_value(line);
        block.is_secret |= !is_of_data && is_kind(line);
        if block.is_secret && block.is_written {
            return true;
        }
    }
    false
}

/// Whether a line of a Secret's data has a value that is no reference to where it is kept.
fn holds_written_value(line: &str) -> bool {
    literals(line).any(|(key, value)| {
        let is_reference = value.starts_with("vault:") || value.starts_with("ref+");
        !is_beside(key) && !is_reference && !stands_for_another(value)
    })
}

/// Whether a file of data lies where a program keeps its credentials.
fn is_beside_credentials(path: &Path) -> bool {
    let shown = path.to_string_lossy().to_lowercase();
    let (directories, name) = shown.rsplit_once('/').unwrap_or(("", &shown));
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    DATA.contains(&extension) && directories.split('/').any(|part| DATA_DIRECTORIES.contains(&part))
}

/// Whether a text is one word and nothing else.
fn is_one_word(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && !text.contains(char::is_whitespace)
}

/// Whether a word of the text is as long and as mixed as a key is, or all that there is.
fn is_key_material(text: &str) -> bool {
    const AS_LONG_AS_A_KEY: usize = 40;
    let is_of_key = |c: char| c.is_ascii_alphanumeric() || "+/=_-".contains(c);
    let mut words = text.split(|c: char| !is_of_key(c));
    text.trim().is_empty()
        || is_one_word(text)
        || words.any(|word| {
            let has = |is: fn(char) -> bool| word.chars().any(is);
            word.len() >= AS_LONG_AS_A_KEY
                && has(|c| c.is_ascii_digit())
                && has(|c| c.is_ascii_alphabetic())
        })
}

/// Whether a name is this one, or goes on behind a mark: `.env-prod`, `id_rsa_work`.
fn is_followed(name: &str, front: &str) -> bool {
    let rest = name.strip_prefix(front);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']))
}

/// Whether a file's text is a credential, or holds one where data stands alone.
pub(super) fn is_secret_text(path: &Path, text: &str) -> bool {
    let begin = text.trim_start();
    if private_key(begin).is_some()
        || begin.starts_with("-----BEGIN PGP ")
        || begin.starts_with("PuTTY-User-Key-File-")
        || is_login_of_tool(path, text)
    {
        return true;
    }
    if is_suspect(path) {
        return is_credential(path, text);
    }
    let is_sensitive = |key: &str| SENSITIVE.iter().any(|word| key.contains(word));
    if is_beside_credentials(path)
        && literals(text).any(|(key, _)| is_sensitive(&key.to_lowercase()))
    {
        return true;
    }
    if !is_data(path, text) {
        return false;
    }
    text.starts_with("# Netscape HTTP Cookie File")
        || text.starts_with("# HTTP Cookie File")
        || holds_key(text)
        || holds_token(text)
        || holds_random_value(text)
        || holds_random_part(text)
        || holds_random_element(text)
        || holds_cluster_secret(path, text)
}

/// Whether a file is data, in which a token is one that is used. Without an extension that is what is
/// neither a program's (`Makefile`, a script) nor, in capitals, prose (`README`).
fn is_data(path: &Path, text: &str) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let Some(extension) = path.extension() else {
        let is_prose = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
        let is_program = Language::detect(&name, text)
            .is_some_and(|language| language.is_code() || BUILDS.contains(&language.name()));
        return !is_prose && !is_program;
    };
    DATA.contains(&extension.to_string_lossy().to_lowercase().as_str())
}

/// What follows the first line of a private key that a text begins with.
fn private_key(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("-----BEGIN ")?;
    let (kind, rest) = rest.split_once("-----")?;
    let is_kind =
        kind.len() < 40 && kind.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b' ');
    (is_kind && kind.contains("PRIVATE KEY")).then_some(rest)
}

/// Whether a text holds a private key with its body: at a line's start, or as the text of a value.
fn holds_key(text: &str) -> bool {
    let begins = |at: usize| {
        matches!(
            text[..at].trim_end_matches([' ', '\t']).chars().last(),
            None | Some('\n' | '"' | '\'' | ':' | '=' | '-' | '>')
        )
    };
    text.match_indices("-----BEGIN ").any(|(at, _)| {
        begins(at)
            && private_key(&text[at..]).is_some_and(|rest| {
                let rest = rest.trim_start_matches("\\r").trim_start_matches("\\n").trim_start();
                let body = rest
                    .bytes()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(byte));
                rest.starts_with("Proc-Type:") || body.count() >= 40
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";

    #[test]
    fn credentials_are_known_by_name_and_directory() {
        for path in [
            ".env",
            "a/.env.production",
            "prod.env",
            "config.env",
            ".env-prod",
            ".flaskenv",
            "application_default_credentials.json",
            "server.jwk",
            ".kube/config",
            "kubeconfig",
            ".docker/config.json",
            ".cargo/credentials.toml",
            ".composer/auth.json",
            ".yarnrc.yml",
            ".terraformrc",
            "terraform.tfvars",
            "a.tfvars.json",
            ".my.cnf",
            "netrc",
            ".pgpass.conf",
            "rclone.conf",
            ".bash_history",
            "wp-config.php",
            "local.settings.json",
            ".ssh/config",
            ".aws/config",
            "x/.aws/credentials",
            "deploy/server.pem",
            "home/id_rsa",
            "x/ID_RSA.pub",
            "id_rsa.bak",
            "terraform.tfstate.backup",
            "states/errored.tfstate.1712345678.backup",
            "deploy/env.staging",
            "config/credentials/staging.yml.enc",
        ] {
            assert!(is_secret_path(Path::new(path)), "{path}");
        }
        for path in [
            ".env.example",
            "example.env",
            "src/env.rs",
            "keys.rs",
            "monkey.py",
            "src/key/mod.rs",
            "id_rsa_parser.py",
            "src/secrets.rs",
            "secret_store.go",
            "locales/auth.json",
            ".docker/php/Dockerfile",
            "docs/guide.asc",
            "src/credentials.py",
            "environment.yml",
            ".environment.rb",
            "ssh/config.rs",
            "secrets/mod.rs",
            "secrets",
            "lib/gcloud/client.py",
            ".aws/deploy.tf",
            ".env.d.ts",
            "src/.env.test.js",
            "src/env.ts",
            "env.yaml",
            "db.backup",
        ] {
            assert!(!is_secret_path(Path::new(path)) && !is_suspect(Path::new(path)), "{path}");
        }
    }

    #[test]
    fn what_is_named_like_a_credential_is_judged_by_its_text() {
        let holds = |path: &str, text: &str| {
            assert!(!is_secret_path(Path::new(path)), "{path}");
            is_secret_text(Path::new(path), text)
        };
        let script = "#!/usr/bin/env python3\n\"\"\"Asks the vault.\"\"\"\ndef login(): ...\n";
        assert!(!holds("src/credentials", script));
        assert!(holds("x/credentials", "[default]\naws_secret_access_key = hunter2\n"));
        assert!(holds(".gem/credentials", "---\n:rubygems_api_key: abc\n"));
        assert!(!holds("i18n/messages.key", "greeting=Good morning\nlogin.password=Password\n"));
        assert!(holds("config/production.key", "0123456789abcdef0123456789abcdef"));
        assert!(holds("server.key", &format!("-----BEGIN PRIVATE KEY-----\n{BODY}\n")));
        assert!(holds("jwt.key", &format!("{{\"k\": \"{BODY}\"}}")));
        assert!(holds("id_ed25519_sk", &format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{BODY}")));
        assert!(!holds("id_rsa_notes.txt", "How the keys of the old server were made.\n"));
        assert!(!holds("id_rsa_convert", "#!/bin/sh\nssh-keygen -p -f \"$1\"\n"));
        assert!(holds("deploy/secrets.yaml", "password: hunter2\n"));
        assert!(holds("secrets.env.yaml", "kind: Secret\nstringData:\n  door: open-sesame\n"));
        let of_chart = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  \
            password: {{ .Values.door | b64enc }}\n";
        assert!(!holds("chart/templates/secret.yaml", of_chart));
        assert!(!holds("config/secrets.toml", "# How long one holds.\nrotate_after = 90\n"));
        assert!(holds("run/secrets.json", "{\n \"Door:ApiKey\": \"40212\"\n}\n"));
        assert!(!holds("docs/secrets.txt", "The secret of good bread is time, and a hot oven.\n"));
        assert!(holds("run/secret.txt", "correct-horse-battery\n"));
        let task = "{\"family\": \"shop\",\n \"secrets\": [{\"name\": \"DOOR\",\n \"valueFrom\": \"arn:x\"}]}";
        assert!(!holds(".aws/task.json", task));
        assert!(!holds("deploy/gcloud/app.yaml", "runtime: python312\ninstance_class: F2\n"));
        assert!(holds("gcloud/legacy.json", "{\n \"refresh_token\": \"1//0gab\",\n}"));
        assert!(!holds("deploy/secrets.yaml", "kind: ExternalSecret\nname: payment-login\n"));
        for (path, text) in [
            (
                ".github/workflows/secrets.yml",
                "on: push\njobs:\n  scan:\n    runs-on: ubuntu-latest\n",
            ),
            (
                "api/secrets.yaml",
                "openapi: 3.1.0\npaths:\n  /secrets:\n    description: All of them\n",
            ),
            ("locales/en/secrets.json", "{\n  \"door.password\": \"Say the word\"\n}\n"),
            ("secrets.schema.json", "{\n  \"$schema\": \"x\",\n  \"title\": \"Secrets\"\n}\n"),
            ("cfn/secret-rotation.yaml", "AWSTemplateFormatVersion: 2010\nResources:\n  Type: X\n"),
            ("k8s/secrets-store.yaml", "kind: SecretProviderClass\nspec:\n  provider: azure\n"),
            ("docs/secrets.txt", "Rotation: the keys of the shop are changed once a month.\n"),
        ] {
            assert!(!holds(path, text), "{path}");
        }
        let real = "{\n  \"api_token\": \"9fK2mQ7xV4bN8cR1tY6wZ3\"\n}\n";
        assert!(holds("locales/en/secrets.json", real));
    }

    #[test]
    fn logins_of_tools_are_known_by_name_and_text() {
        let holds = |path: &str, text: &str| is_secret_text(Path::new(path), text);
        let signing = "storePassword=open-sesame\nkeyAlias=upload\n";
        assert!(holds("android/key.properties", signing));
        assert!(!holds("android/key.properties", "storePassword=<password>\nkeyAlias=upload\n"));
        assert!(!holds("i18n/key.properties", "greeting=Good morning\n"));
        let composer = "{\n \"http-basic\": {\n  \"repo.shop.org\": {\n   \"username\": \"u\",\n   \
            \"password\": \"open-sesame\"\n  }\n }\n}";
        assert!(holds("auth.json", composer));
        assert!(!holds("auth.json", &composer.replace("open-sesame", "your-password")));
        assert!(!holds("auth.json", "{\n \"title\": \"Log in\"\n}"));
        assert!(holds("act.secrets", "DOOR=open-sesame\n") && holds(".secrets", "DOOR=abc\n"));
        assert!(holds("ansible/.vault_pass", "open-sesame\n"));
        assert!(holds("ansible/vault-password.txt", "open-sesame\n"));
        assert!(!holds("ansible/vault_pass.py", "print(ask())\n"));
        assert!(!holds(".vault_pass", "#!/bin/sh\npass show vault\n"));
        assert!(holds("web/htpasswd", "anna:$apr1$abcd1234$abcdefghijklmnopqrstu1\n"));
        assert!(!holds("web/htpasswd", "#!/bin/sh\nopenssl passwd\n"));
        assert!(holds("x.data", "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n"));
        assert!(holds("jar.txt", "# HTTP Cookie File\n.shop.org\tTRUE\t/\n"));
    }

    #[test]
    fn secrets_of_clusters_are_known_whatever_the_file_is_called() {
        let holds = |text: &str| is_secret_text(Path::new("k8s/shop.yaml"), text);
        let secret = |data: &str| {
            format!(
                "kind: Deployment\n---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: shop\n{data}"
            )
        };
        assert!(holds(&secret("data:\n  DOOR: b3Blbg==\n")));
        assert!(holds(&secret("stringData:\n  door: \"open-sesame\"\n")));
        assert!(holds("apiVersion: v1\ndata:\n  door: b3Blbg==\nkind: Secret\n"));
        assert!(holds("kind: List\nitems:\n- kind: Secret\n  data:\n    door: b3Blbg==\n"));
        for data in [
            "type: kubernetes.io/service-account-token\n",
            "data:\n  door: {{ .Values.door | b64enc }}\n",
            "data:\n  door: ${DOOR}\n",
            "stringData:\n  door: changeme\n  username: anna\n",
            "stringData:\n  door: <password>\n",
            "data:\n  door: ENC[AES256_GCM,data:abc]\nsops:\n  version: 3\n",
        ] {
            assert!(!holds(&secret(data)), "{data}");
        }
        let reference = "kind: HelmRelease\nspec:\n  valuesFrom:\n  - kind: Secret\n    name: door\n  \
            values:\n    data:\n      size: large\n";
        assert!(!holds(reference));
    }

    #[test]
    fn keys_are_known_by_their_text() {
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{BODY}\n");
        let holds = |path: &str, text: &str| is_secret_text(Path::new(path), text);
        assert!(holds("deploy_key", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n"));
        assert!(holds("a.asc", "-----BEGIN PGP MESSAGE-----\n"));
        assert!(holds("key.txt", &format!("Bag Attributes\n  x: 1\n{pem}")));
        let json =
            format!("{{\"type\": \"x\", \"private_key\": \"{}\"}}", pem.replace('\n', "\\n"));
        assert!(holds("account.json", &json));
        let indented = pem.replace('\n', "\n    ");
        let late = format!("{}tls:\n  key: |\n    {indented}\n", "a: 1\n".repeat(2000));
        assert!(holds("values.yaml", &late));
        for mark in ["- ", "key: ", "KEY=", "<key>"] {
            assert!(holds("app.yaml", &format!("a: 1\n{mark}{pem}")), "{mark}");
        }
        assert!(!holds("parser.rs", "// parses \"-----BEGIN RSA PRIVATE KEY-----\"\n"));
        assert!(!holds("test.go", &format!("package a\nconst key = `\n{pem}`\n")));
        assert!(!holds("notes.txt", "The file has:\n-----BEGIN RSA PRIVATE KEY-----\n...\n"));
    }

    #[test]
    fn tokens_are_known_in_data_and_not_in_code() {
        let body = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6";
        let holds = |path: &str, text: &str| is_secret_text(Path::new(path), text);
        for token in [format!("ghp_{body}"), format!("npm_{body}"), format!("sk_live_{body}")] {
            assert!(holds("app.yaml", &format!("token: {token}\n")), "{token}");
            assert!(!holds("client.py", &format!("TOKEN = '{token}'\n")), "{token}");
            assert!(holds("deploy", &format!("token {token}\n")), "{token}");
            assert!(!holds("deploy", &format!("#!/bin/sh\nlogin {token}\n")), "{token}");
            assert!(!holds("Makefile", &format!("all:\n\tlogin {token}\n")), "{token}");
            assert!(!holds("docs/README", &format!("Log in with {token}.\n")), "{token}");
        }
        assert!(holds("app.ini", "key = AKIAQ3EGZT5RW7XKPLMN\n"));
        let long = body.repeat(3);
        for token in [
            format!("sk-proj-{long}"),
            format!("sk-ant-api03-{long}"),
            format!("SG.{body}.{body}"),
            format!("AGE-SECRET-KEY-1{}", long.to_uppercase()),
            format!("AccountKey={long}=="),
        ] {
            assert!(holds("app.yaml", &format!("value: {token}\n")), "{token}");
        }
        assert!(holds("aws.ini", &format!("aws_secret_access_key = {body}\n")));
        assert!(holds("wg0.conf", &format!("[Interface]\nPrivateKey = {body}aB3dE6g=\n")));
        for plain in [
            "tokenizer: sentence-transformers/all-MiniLM-L6-v2",
            "secretName: web-tls-certificate-2024",
            "password: ${DB_PASSWORD_OF_PRODUCTION_2}",
            "token: /var/run/secrets/kubernetes2/token",
            "checksum: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934c",
        ] {
            assert!(!holds("app.yaml", plain), "{plain}");
        }
        assert!(!holds("app.ini", "key = AKIAIOSFODNN7EXAMPLE\n"));
        assert!(!holds("app.yaml", &format!("token: ghp_{}\n", "x".repeat(36))));
    }
}
