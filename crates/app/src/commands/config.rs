//! `sconce config show | check`.

use sconce_engine::project_root;
use serde_json::{Map, Value, json};

use super::Context;
use crate::cli::ConfigCommand;
use crate::failure::{Exit, Failure};
use crate::output::{Align, Table};
use crate::services;
use crate::settings::{DefaultValue, SETTINGS, Setting, Source};

pub(super) async fn run(context: &Context, command: ConfigCommand) -> Result<(), Failure> {
    match command {
        ConfigCommand::Show => show(context),
        ConfigCommand::Check => check(context).await,
    }
}

/// The text of a setting's value; a secret's is never shown, nor are credentials in an address.
fn shown(setting: &Setting, items: &[String]) -> Option<String> {
    match items {
        [] => None,
        _ if setting.secret => Some("<secret>".to_owned()),
        [address] if setting.key == "ollama_host" => {
            Some(sconce_embed::without_credentials(address))
        }
        _ => Some(items.join(", ")),
    }
}

fn show(context: &Context) -> Result<(), Failure> {
    if context.output.json {
        let mut all = Map::new();
        for setting in SETTINGS {
            let value = context.settings.get(setting.key);
            let entry = json!({
                "value": shown(setting, &value.items),
                "source": value.source.to_string(),
            });
            all.insert(setting.key.to_owned(), entry);
        }
        return context.output.print_json(&Value::Object(all));
    }
    let paint = context.output.paint;
    let mut table =
        Table::new(&[("SETTING", Align::Left), ("VALUE", Align::Left), ("FROM", Align::Left)]);
    for setting in SETTINGS {
        let value = context.settings.get(setting.key);
        let unset = match setting.default {
            DefaultValue::Unset(meaning) | DefaultValue::Computed(meaning) => meaning,
            DefaultValue::Text(text) => text,
        };
        let text = shown(setting, &value.items).unwrap_or_else(|| format!("({unset})"));
        let source = match value.source {
            Source::Default => "default".to_owned(),
            ref other => other.to_string(),
        };
        table.row([setting.key.to_owned(), text, source]);
    }
    context.output.print(&table.render(paint))
}

/// One thing that works or does not.
struct Check {
    name: &'static str,
    /// What is there, or what is wrong with it.
    outcome: Result<String, Failure>,
}

async fn check(context: &Context) -> Result<(), Failure> {
    let mut checks = vec![project(context)];
    checks.extend(database(context).await);
    checks.extend(model(context).await);
    report(context, &checks)
}

/// What the project around the working directory says in a file of its own.
fn project(context: &Context) -> Check {
    let settings = std::env::current_dir()
        .map_err(|error| Failure::new(Exit::Unavailable, format!("no working directory: {error}")))
        .and_then(|here| context.config.projects.request(&project_root(&here)));
    let outcome = settings.map(|of_project| match of_project.ignored.as_slice() {
        [] => "what it sets can be used".to_owned(),
        ignored => ignored.join("; "),
    });
    Check { name: "project", outcome }
}

async fn database(context: &Context) -> Vec<Check> {
    let output = context.output;
    match services::database_health(&context.config, move |told| output.tell(told)).await {
        Ok(health) => {
            let whose = if health.managed { "managed by sconce" } else { "external" };
            let server = format!(
                "PostgreSQL {}, {whose}, schema version {}, {:.1} ms",
                health.server_version, health.schema_version, health.latency_ms
            );
            vec![
                Check { name: "database", outcome: Ok(server) },
                Check { name: "pgvector", outcome: Ok(health.pgvector_version) },
            ]
        }
        Err(failure) => vec![Check { name: "database", outcome: Err(failure) }],
    }
}

async fn model(context: &Context) -> Vec<Check> {
    let output = context.output;
    let models = services::models(&context.config, move |told| output.tell(told));
    let embedder = match models.default().await {
        Ok(embedder) => embedder,
        Err(error) => return vec![Check { name: "model", outcome: Err(error.into()) }],
    };
    let info = embedder.info();
    let model = format!("{}, {} dimensions", info.model_id, info.dimension);
    let backend = [info.backend, &info.device, &info.precision, &info.kernels];
    let backend: Vec<&str> = backend.into_iter().filter(|part| !part.is_empty()).collect();
    let answered = embedder.embed_query("where is a query embedded").await;
    let outcome = answered.map(|_| backend.join(", ")).map_err(Failure::from);
    vec![Check { name: "model", outcome: Ok(model) }, Check { name: "backend", outcome }]
}

fn report(context: &Context, checks: &[Check]) -> Result<(), Failure> {
    let failed = checks.iter().filter(|check| check.outcome.is_err()).count();
    if context.output.json {
        let entries: Map<String, Value> = checks
            .iter()
            .map(|check| {
                let entry = match &check.outcome {
                    Ok(what) => json!({ "ok": true, "detail": what }),
                    Err(failure) => json!({
                        "ok": false, "detail": failure.message, "hint": failure.hint
                    }),
                };
                (check.name.to_owned(), entry)
            })
            .collect();
        context.output.print_json(&Value::Object(entries))?;
    } else {
        let paint = context.output.paint;
        for check in checks {
            let (mark, what) = match &check.outcome {
                Ok(what) => (paint.green("ok  "), what),
                Err(failure) => (paint.red("FAIL"), &failure.message),
            };
            context.output.print(&format!("{mark}  {:<9} {what}\n", check.name))?;
            if let Err(Failure { hint: Some(hint), .. }) = &check.outcome {
                context.output.print(&format!(
                    "      {:<9} {} {hint}\n",
                    "",
                    paint.cyan("hint:")
                ))?;
            }
        }
    }
    match failed {
        0 => Ok(()),
        1 => Err(Failure::new(Exit::Unavailable, "one check failed").printed()),
        n => Err(Failure::new(Exit::Unavailable, format!("{n} checks failed")).printed()),
    }
}
