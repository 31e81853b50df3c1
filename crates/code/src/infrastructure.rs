//! Which tool a file of YAML or JSON is for: by its path, and by its first keys.

/// The dialect of a YAML file; `None` if it is only YAML.
pub(crate) fn of_yaml(path: &str, text: &str) -> Option<&'static str> {
    let path = path.replace('\\', "/");
    // Tasks of Ansible may be called after what they install, and nothing of Compose is a list.
    let named = by_path(&path).filter(|dialect| *dialect != "compose" || !is_list(text));
    named.or_else(|| by_text(&path, text))
}

/// What a path says for itself, whatever is written in the file.
fn by_path(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let below = |directory: &str| {
        path.strip_prefix(directory).is_some() || path.contains(&format!("/{directory}"))
    };
    if below(".github/workflows/") || (below(".github/actions/") && stem == "action") {
        return Some("github-actions");
    }
    match stem {
        _ if below(".circleci/") => Some("circleci"),
        ".gitlab-ci" => Some("gitlab-ci"),
        _ if name.ends_with(".gitlab-ci.yml") => Some("gitlab-ci"),
        "Chart" => Some("helm"),
        "kustomization" | "Kustomization" => Some("kustomize"),
        _ if stem.starts_with("docker-compose") => Some("compose"),
        "compose" => Some("compose"),
        _ if stem.starts_with("compose.") || stem.starts_with("compose-") => Some("compose"),
        _ => None,
    }
}

/// What a line says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    ApiVersion,
    Argo,
    Kind,
    Template,
    Runs,
    OpenApi,
    Paths,
    CloudFormation,
    Resources,
    AwsType,
    Hosts,
    NamedItem,
    HostsOfItem,
    AnsibleTask,
}

/// What a line says by its start.
const STARTS: [(Sign, &str); 13] = [
    (Sign::ApiVersion, "apiVersion:"),
    (Sign::Argo, "apiVersion: argoproj.io/"),
    (Sign::Kind, "kind:"),
    (Sign::Runs, "runs:"),
    (Sign::OpenApi, "openapi:"),
    (Sign::OpenApi, "swagger:"),
    (Sign::Paths, "paths:"),
    (Sign::CloudFormation, "AWSTemplateFormatVersion"),
    (Sign::Resources, "Resources:"),
    (Sign::Hosts, "- hosts:"),
    (Sign::NamedItem, "- name:"),
    (Sign::HostsOfItem, "  hosts:"),
    (Sign::AnsibleTask, "- ansible.builtin."),
];

/// What it says wherever that stands.
const PARTS: [(Sign, &str); 4] = [
    (Sign::Template, "{{"),
    (Sign::AwsType, "Type: AWS::"),
    (Sign::AwsType, "Type: \"AWS::"),
    (Sign::AnsibleTask, "  ansible.builtin."),
];

/// What the lines of a text say.
struct Signs {
    seen: Vec<Sign>,
    chart_values: usize,
}

/// So many lines are looked at.
const MOST_LINES: usize = 2000;

/// The usual first keys of a chart's values.
const CHART_VALUES: [&str; 12] = [
    "replicaCount:",
    "image:",
    "imagePullSecrets:",
    "nameOverride:",
    "fullnameOverride:",
    "serviceAccount:",
    "podAnnotations:",
    "ingress:",
    "resources:",
    "nodeSelector:",
    "tolerations:",
    "affinity:",
];

fn by_text(path: &str, text: &str) -> Option<&'static str> {
    let signs = Signs::of(text);
    let has = |sign| signs.seen.contains(&sign);
    let name = path.rsplit('/').next().unwrap_or(path);
    let values = name.starts_with("values") && signs.chart_values >= 3;
    if values || (has(Sign::Template) && path.contains("templates/")) {
        return Some("helm");
    }
    if has(Sign::ApiVersion) && has(Sign::Kind) {
        return Some(if has(Sign::Argo) { "argocd" } else { "kubernetes" });
    }
    if has(Sign::OpenApi) && has(Sign::Paths) {
        return Some("openapi");
    }
    if has(Sign::CloudFormation) || (has(Sign::Resources) && has(Sign::AwsType)) {
        return Some("cloudformation");
    }
    if has(Sign::Runs) && name.starts_with("action.") {
        return Some("github-actions");
    }
    let play = has(Sign::Hosts) || (has(Sign::NamedItem) && has(Sign::HostsOfItem));
    (play || has(Sign::AnsibleTask) || is_of_role(path, text)).then_some("ansible")
}

/// So many bytes of JSON are looked at.
const MOST_JSON: usize = 1 << 20;

/// The dialect of a JSON file; `None` if it is only JSON.
pub(crate) fn of_json(text: &str) -> Option<&'static str> {
    let (mut openapi, mut paths, mut resources) = (false, false, false);
    let mut keys = FirstKeys::of(text);
    for key in keys.by_ref() {
        match key {
            "openapi" | "swagger" => openapi = true,
            "paths" | "webhooks" => paths = true,
            "AWSTemplateFormatVersion" => return Some("cloudformation-json"),
            "Resources" => resources = true,
            _ => {}
        }
        if openapi && paths {
            return Some("openapi-json");
        }
    }
    let of_aws = || keys.text.contains("\"AWS::");
    (resources && of_aws()).then_some("cloudformation-json")
}

/// The keys of the object that a JSON text is, whatever is in their values.
struct FirstKeys<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> FirstKeys<'a> {
    fn of(text: &'a str) -> Self {
        FirstKeys { text: &text[..text.floor_char_boundary(MOST_JSON)], at: 0, depth: 0 }
    }

    /// The string that begins at `at`, and where it ends.
    fn string(&self, at: usize) -> Option<(&'a str, usize)> {
        let inside = self.text.get(at + 1..)?;
        let mut escaped = false;
        let end = inside.bytes().position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        })?;
        Some((&inside[..end], at + end + 2))
    }
}

impl<'a> Iterator for FirstKeys<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        while let Some(byte) = self.text.as_bytes().get(self.at) {
            match byte {
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                b'"' => {
                    let (string, end) = self.string(self.at)?;
                    self.at = end;
                    let is_key = self.text[end..].trim_start().starts_with(':');
                    if self.depth == 1 && is_key {
                        return Some(string);
                    }
                    continue;
                }
                _ => {}
            }
            self.at += 1;
        }
        None
    }
}

/// Whether it is a list of mappings in one of the folders of an Ansible role, which may be a repository.
fn is_of_role(path: &str, text: &str) -> bool {
    let mut folders = path.split('/').rev().skip(1);
    let in_role = folders.any(|folder| matches!(folder, "tasks" | "handlers"));
    let is_mapping = |line: &str| {
        let key = line.strip_prefix("- ").and_then(|item| item.trim_start().split_once(':'));
        key.is_some_and(|(key, _)| !key.is_empty() && key.bytes().all(is_of_key))
    };
    in_role && is_list(text) && text.lines().any(is_mapping)
}

fn is_of_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-')
}

/// Whether a document is a list, as far as its first line tells.
fn is_list(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    let is_content = |line: &&str| {
        !line.trim().is_empty() && !line.trim_start().starts_with('#') && !line.starts_with("---")
    };
    text.lines().find(is_content).is_some_and(|line| line.starts_with("- "))
}

impl Signs {
    fn of(text: &str) -> Signs {
        let mut signs = Signs { seen: Vec::new(), chart_values: 0 };
        for line in text.lines().take(MOST_LINES) {
            let starts = STARTS.iter().filter(|(_, start)| line.starts_with(start));
            let parts = PARTS.iter().filter(|(_, part)| line.contains(part));
            for (sign, _) in starts.chain(parts) {
                if !signs.seen.contains(sign) {
                    signs.seen.push(*sign);
                }
            }
            let of_chart = CHART_VALUES.iter().any(|key| line.starts_with(key));
            signs.chart_values += usize::from(of_chart);
        }
        signs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_say_it_for_themselves() {
        for (path, dialect) in [
            (".github/workflows/ci.yml", Some("github-actions")),
            ("a/.github/actions/setup/action.yml", Some("github-actions")),
            (".gitlab-ci.yml", Some("gitlab-ci")),
            (".circleci/config.yml", Some("circleci")),
            ("chart/Chart.yaml", Some("helm")),
            ("base/kustomization.yaml", Some("kustomize")),
            ("docker-compose.dev.yml", Some("compose")),
            ("compose.yaml", Some("compose")),
            ("composer.yaml", None),
            ("config.yaml", None),
        ] {
            assert_eq!(of_yaml(path, ""), dialect, "{path}");
        }
    }

    #[test]
    fn json_says_it_by_its_first_keys() {
        for (text, dialect) in [
            (r#"{"openapi": "3.1.0", "paths": {}}"#, Some("openapi-json")),
            (r#"{"swagger":"2.0","info":{"a":"\\\""},"paths":{}}"#, Some("openapi-json")),
            (r#"{"a": {"openapi": "3.1.0", "paths": {}}}"#, None),
            (r#"["openapi", "paths"]"#, None),
            (r#"{"a": "openapi", "b": "paths"}"#, None),
            (r#"{"AWSTemplateFormatVersion": "2010-09-09"}"#, Some("cloudformation-json")),
            (r#"{"Resources": {"A": {"Type": "AWS::S3::Bucket"}}}"#, Some("cloudformation-json")),
            (r#"{"Resources": {"A": {"Type": "Disk"}}}"#, None),
            (r#"{"openapi"#, None),
            ("", None),
        ] {
            assert_eq!(of_json(text), dialect, "{text}");
        }
    }

    #[test]
    fn texts_say_it_by_their_first_keys() {
        for (path, text, dialect) in [
            ("a.yaml", "apiVersion: v1\nkind: Service\n", Some("kubernetes")),
            ("a.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: Application\n", Some("argocd")),
            ("c/templates/a.yaml", "apiVersion: v1\nkind: X\nn: {{ .a }}\n", Some("helm")),
            ("c/values.yaml", "image: a\nreplicaCount: 1\ntolerations: []\n", Some("helm")),
            ("values.yaml", "image: a\n", None),
            ("api.yml", "openapi: 3.1.0\npaths:\n", Some("openapi")),
            ("a.yml", "Resources:\n  A:\n    Type: AWS::S3::Bucket\n", Some("cloudformation")),
            ("site.yml", "- hosts: all\n  tasks: []\n", Some("ansible")),
            ("site.yml", "- name: a\n  hosts: all\n", Some("ansible")),
            ("schema.yaml", "properties:\n  hosts:\n    type: array\n", None),
            ("roles/web/tasks/main.yml", "---\n- name: a\n", Some("ansible")),
            ("tasks/main.yml", "---\n# Ours.\n- apt:\n    name: nginx\n", Some("ansible")),
            ("x/handlers/docker-compose.yml", "- name: a\n  service: b\n", Some("ansible")),
            ("tasks/list.yml", "- sweep\n- dust\n", None),
            ("tasks/keys.yml", "name: a\nof:\n- name: b\n", None),
            ("docker-compose.yml", "# Ours.\nservices:\n- a\n", Some("compose")),
            ("a.yaml", "kind: a\n", None),
        ] {
            assert_eq!(of_yaml(path, text), dialect, "{path}: {text}");
        }
    }
}
