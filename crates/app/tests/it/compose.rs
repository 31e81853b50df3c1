//! `docker/compose.yaml`: sound YAML, and nothing in it that is not there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use sconce::settings::SETTINGS;
use tree_sitter::{Node, Parser, Tree};

/// What the servers of others take, by the beginning of an image's name.
const OTHERS: &[(&str, &[&str])] = &[(
    "pgvector/pgvector",
    &["POSTGRES_USER", "POSTGRES_PASSWORD", "PGDATA", "PGUSER", "PGPASSWORD"],
)];

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docker")
}

/// A parsed document.
struct Yaml {
    text: String,
    tree: Tree,
}

impl Yaml {
    fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        let mut parser = Parser::new();
        parser.set_language(&tree_sitter_yaml::LANGUAGE.into()).unwrap();
        let tree = parser.parse(&text, None).unwrap();
        assert!(!tree.root_node().has_error(), "{} is no YAML", path.display());
        Self { text, tree }
    }

    fn text(&self, node: Node<'_>) -> &str {
        self.text[node.byte_range()].trim_matches('"')
    }

    /// The keys of a mapping, each with its value where it has one.
    fn entries<'t>(&'t self, node: Node<'t>) -> Vec<(&'t str, Option<Node<'t>>)> {
        let mapping = first(node, &["block_mapping", "flow_mapping"]);
        let pairs = mapping.into_iter().flat_map(children);
        let pairs = pairs.filter(|pair| pair.kind().ends_with("_pair"));
        let key = |pair: Node<'t>| Some(self.text(pair.child_by_field_name("key")?));
        pairs.filter_map(|pair| Some((key(pair)?, pair.child_by_field_name("value")))).collect()
    }

    fn pairs<'t>(&'t self, node: Node<'t>) -> Vec<(&'t str, Node<'t>)> {
        let entries = self.entries(node).into_iter();
        entries.filter_map(|(key, value)| Some((key, value?))).collect()
    }

    fn get<'t>(&'t self, node: Node<'t>, key: &str) -> Option<Node<'t>> {
        self.pairs(node).into_iter().find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    /// What a service says of `key`, or the mapping that it is made of.
    fn of_service<'t>(&'t self, service: Node<'t>, key: &str) -> Option<Node<'t>> {
        let own = self.get(service, key);
        own.or_else(|| {
            let alias = self.text(self.get(service, "<<")?).trim_start_matches('*').to_owned();
            self.get(self.anchored(self.tree.root_node(), &alias)?, key)
        })
    }

    fn anchored<'t>(&'t self, node: Node<'t>, name: &str) -> Option<Node<'t>> {
        let is_it = |child: &Node<'_>| {
            child.kind() == "anchor" && self.text(*child).trim_start_matches('&') == name
        };
        if children(node).any(|child| is_it(&child)) {
            return Some(node);
        }
        children(node).find_map(|child| self.anchored(child, name))
    }

    /// The items of a list.
    fn items<'t>(&'t self, node: Node<'t>) -> Vec<&'t str> {
        let list = first(node, &["block_sequence", "flow_sequence"]);
        let items = list.into_iter().flat_map(children);
        items
            .filter(|item| item.is_named() && item.kind() != "comment")
            .map(|item| self.item(item))
            .collect()
    }

    fn item<'t>(&'t self, item: Node<'t>) -> &'t str {
        self.text(item).trim_start_matches("- ").trim_matches('"')
    }

    fn services(&self) -> Vec<(&str, Node<'_>)> {
        let services = self.get(self.tree.root_node(), "services").expect("there are services");
        self.pairs(services)
    }
}

fn children(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    (0..node.child_count()).filter_map(move |at| node.child(at))
}

/// The outermost node of one of these kinds.
fn first<'t>(node: Node<'t>, kinds: &[&str]) -> Option<Node<'t>> {
    if kinds.contains(&node.kind()) {
        return Some(node);
    }
    children(node).find_map(|child| first(child, kinds))
}

fn compose() -> Yaml {
    Yaml::read(&directory().join("compose.yaml"))
}

#[test]
fn every_variable_of_a_service_is_a_setting_of_what_it_runs() {
    let yaml = compose();
    let ours: BTreeSet<&str> = SETTINGS.iter().flat_map(|setting| setting.env).copied().collect();
    let mut seen = 0;
    for (name, service) in yaml.services() {
        let image = yaml.text(yaml.of_service(service, "image").expect("an image"));
        let others = OTHERS.iter().find(|(of, _)| image.starts_with(of)).map(|(_, names)| *names);
        let Some(environment) = yaml.of_service(service, "environment") else { continue };
        for (variable, _) in yaml.pairs(environment) {
            let is_known =
                others.map_or(ours.contains(variable), |names| names.contains(&variable));
            assert!(is_known, "{variable} of {name} means nothing to {image}");
            seen += 1;
        }
    }
    assert!(seen >= 12, "{seen} variables were found");
}

#[test]
fn what_services_depend_on_mount_and_store_in_is_there() {
    let yaml = compose();
    let root = yaml.tree.root_node();
    let volumes = yaml.entries(yaml.get(root, "volumes").expect("there are volumes"));
    let volumes: BTreeSet<&str> = volumes.into_iter().map(|(name, _)| name).collect();
    let services = yaml.services();
    let mut mounted = 0;
    for (name, service) in &services {
        let profiles = |of: Node<'_>| yaml.of_service(of, "profiles").map(|of| yaml.text(of));
        let needed = yaml.of_service(*service, "depends_on").map(|of| yaml.pairs(of));
        for (needed, condition) in needed.unwrap_or_default() {
            let (_, other) = services.iter().find(|(name, _)| *name == needed).expect(needed);
            assert_eq!(profiles(*other), profiles(*service), "{name} needs {needed}");
            assert!(yaml.text(condition).contains("service_healthy"), "{name} waits for {needed}");
        }
        for volume in
            yaml.of_service(*service, "volumes").map(|of| yaml.items(of)).unwrap_or_default()
        {
            let source = volume.split(':').next().unwrap();
            if let Some(file) = source.strip_prefix("./") {
                assert!(directory().join(file).is_file(), "{name} mounts {source}");
                mounted += 1;
            } else if !source.starts_with("${") {
                assert!(volumes.contains(source), "{name} stores in {source}");
            }
        }
    }
    assert_eq!(mounted, 3, "the files of the profile `scaled`");
}

#[test]
fn only_one_service_of_a_profile_has_the_port() {
    let yaml = compose();
    let mut profiles: Vec<&str> = Vec::new();
    for (_, service) in yaml.services() {
        let ports = yaml.of_service(service, "ports").map(|of| yaml.items(of)).unwrap_or_default();
        if !ports.is_empty() {
            assert_eq!(ports, ["127.0.0.1:3000:3000"]);
            profiles.push(yaml.text(yaml.of_service(service, "profiles").unwrap()));
        }
    }
    profiles.sort_unstable();
    assert_eq!(profiles, ["[alone]", "[external]", "[ollama]", "[scaled]"]);
}
