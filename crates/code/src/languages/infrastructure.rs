//! Dialects: what a file of a base language means to the tool that reads it. `detect` tells them by
//! path and by text; each is a language in filters, beside its base.

use super::row::{Class, Grammar, Row, grammar, parsed};

/// A dialect of YAML, with its query before the base's.
macro_rules! of_yaml {
    ($name:literal, $title:literal, $aliases:expr, $($query:literal),+) => {
        Row {
            passes: &["yaml"],
            ..parsed(
                Class::Data,
                $name,
                $title,
                $aliases,
                &[],
                Grammar {
                    readable: crate::readable::as_yaml,
                    ..grammar(
                        tree_sitter_yaml::LANGUAGE,
                        concat!(
                            $(include_str!(concat!("../../queries/", $query, ".scm")), "\n",)+
                            include_str!("../../queries/yaml.scm")
                        ),
                    )
                },
            )
        }
    };
}

/// A dialect of YAML that is written as JSON, too: a row of its own, which a filter for either finds.
macro_rules! of_json {
    ($name:literal, $title:literal, $of:literal, $query:literal) => {
        Row {
            passes: &["json", $of],
            ..parsed(
                Class::Data,
                $name,
                $title,
                &[],
                &[],
                grammar(
                    tree_sitter_json::LANGUAGE,
                    concat!(
                        include_str!(concat!("../../queries/", $query, ".scm")),
                        "\n",
                        include_str!("../../queries/json.scm")
                    ),
                ),
            )
        }
    };
}

pub(super) static ROWS: &[Row] = &[
    of_yaml!("ansible", "Ansible", &[], "ansible"),
    of_yaml!("argocd", "Argo CD", &["argo", "argo-cd"], "kubernetes"),
    of_yaml!("circleci", "CircleCI", &["circle-ci"], "circleci"),
    of_yaml!("cloudformation", "CloudFormation", &["cfn"], "cloudformation"),
    of_json!(
        "cloudformation-json",
        "CloudFormation in JSON",
        "cloudformation",
        "cloudformation_json"
    ),
    of_yaml!("compose", "Docker Compose", &["docker-compose"], "compose"),
    of_yaml!("github-actions", "GitHub Actions", &["gha"], "github_actions"),
    of_yaml!("gitlab-ci", "GitLab CI", &["gitlab"], "gitlab_ci"),
    of_yaml!("helm", "Helm", &["helm-chart", "helm-template", "helm-values"], "kubernetes", "helm"),
    Row {
        file_names: &["Jenkinsfile*"],
        passes: &["groovy"],
        ..parsed(
            Class::Code,
            "jenkinsfile",
            "Jenkinsfile",
            &["jenkins"],
            &["jenkinsfile"],
            grammar(
                tree_sitter_groovy::LANGUAGE,
                concat!(
                    include_str!("../../queries/jenkinsfile.scm"),
                    "\n",
                    include_str!("../../queries/groovy.scm")
                ),
            ),
        )
    },
    of_yaml!("kubernetes", "Kubernetes", &["k8s"], "kubernetes"),
    of_yaml!("kustomize", "Kustomize", &["kustomization"], "kustomize", "kubernetes"),
    of_yaml!("openapi", "OpenAPI", &["swagger"], "openapi"),
    of_json!("openapi-json", "OpenAPI in JSON", "openapi", "openapi_json"),
    Row {
        passes: &["hcl"],
        ..parsed(
            Class::Data,
            "terraform",
            "Terraform",
            &["tf", "opentofu"],
            &["tf", "tfvars", "tofu"],
            grammar(
                tree_sitter_hcl::LANGUAGE,
                concat!(
                    include_str!("../../queries/terraform.scm"),
                    "\n",
                    include_str!("../../queries/hcl.scm")
                ),
            ),
        )
    },
];
