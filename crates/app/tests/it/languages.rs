//! A project's `languages.toml`, as the binary meets it: with queries, right, wrong and hostile.

use serde_json::{Value, json};

use crate::support::{Mode, Place, in_both_modes, text};

in_both_modes!(a_projects_languages_are_read_and_found_by_their_names);

const TASKS: &str = "task(\"sweep_floor\")\n\n\ndef polish_floor():\n    return 1\n";

/// A language whose tasks are jobs.
fn tasks(word: &str) -> String {
    format!(
        "[[language]]\nname = \"tasks\"\naliases = [\"todo\"]\nextensions = [\"tsk\"]\nbase = \"python\"\nquery = '''\n\
         (call function: (identifier) @_task arguments: (argument_list . (string) @name)\n  \
         (#eq? @_task \"{word}\")) @definition.job\n'''\n\n"
    )
}

const WRONG: &str = "[[language]]\nname = \"rust\"\nextensions = [\"rx\"]\n\n\
    [[language]]\nname = \"lists\"\nextensions = [\"list\"]\nbase = \"go\"\nquery = \"(nonsense) @name\"\n\n\
    [[language]]\nname = \"minutes\"\nextension = [\"min\"]\n";

fn best(found: &Value) -> [&Value; 4] {
    let result = &found["results"][0];
    ["path", "kind", "symbol", "language"].map(|key| &result[key])
}

fn a_projects_languages_are_read_and_found_by_their_names(mode: Mode) {
    let place = Place::with_database().in_mode(mode);
    place.write("languages.toml", &(tasks("task") + WRONG));
    place.write("jobs/floor.tsk", TASKS);
    // What has no index yet knows the name all the same.
    let found = place.json(&["search", "sweep_floor", "--language", "tasks"]);
    let job = [json!("jobs/floor.tsk"), json!("job"), json!("sweep_floor"), json!("tasks")];
    assert_eq!(best(&found).map(Clone::clone), job, "{found}");
    for language in ["todo", "python", "Tasks", "*.tsk", ".tsk", "tsk"] {
        let found = place.json(&["search", "polish_floor", "--language", language]);
        assert_eq!(best(&found)[2], "polish_floor", "{language}: {found}");
    }
    let inline = place.json(&["search", "--index", "shop", "lang:tasks sweep_floor"]);
    assert_eq!(best(&inline)[2], "sweep_floor", "{inline}");
    let named = place.json(&["search", "--index", "shop", "--language", "tasks", "floor"]);
    assert_eq!(best(&named)[0], "jobs/floor.tsk", "{named}");
    for target in [&["--language", "taskss"][..], &["--index", "shop", "--language", "taskss"]] {
        let unknown = place.run(&[&["search", "floor"], target].concat());
        assert_eq!(unknown.code, Some(2), "{unknown}");
        assert!(unknown.stderr.contains("unknown language 'taskss'"), "{unknown}");
        assert!(unknown.stderr.contains("did you mean tasks?"), "the project's own: {unknown}");
    }
    let listed = place.json(&["languages"]);
    let own = listed.as_array().unwrap().iter().find(|one| one["from"] == "project").unwrap();
    assert_eq!((&own["name"], &own["extensions"]), (&json!("tasks"), &json!(["tsk"])));
    assert_eq!(own["gives"], json!(["symbols", "scopes", "imports"]), "as Python does");
    let table = place.run(&["languages"]).stdout;
    assert!(table.contains("tasks (the project's)"), "{table}");
    // Another project's files are text.
    place.write("../yard/floor.tsk", TASKS);
    let yard = text(&place.project().with_file_name("yard"));
    let other = place.json(&["index", &yard]);
    assert_eq!(other["notices"], json!([]), "{other}");
    let found = place.json(&["search", "sweep_floor", "--index", "yard"]);
    assert_eq!(best(&found)[1..], [&Value::Null; 3], "{found}");
    let stats = place.json(&["stats", "shop"]);
    let languages = stats["languages"].as_array().unwrap();
    assert!(languages.iter().any(|row| row["language"] == "tasks" && row["files"] == 1), "{stats}");
}

#[test]
fn wrong_ones_are_named_with_their_lines_and_a_change_is_in_the_next_job() {
    let place = Place::with_database();
    place.write("languages.toml", &(tasks("task") + WRONG));
    place.write("jobs/floor.tsk", TASKS);
    let told = place.run(&["index"]);
    assert_eq!(told.code, Some(0), "{told}");
    for notice in [
        "languages.toml:11: 'rust' is a language already",
        "languages.toml:15: its query is wrong: Query error at 1:2. Invalid node type",
        "languages.toml:23: unknown field `extension`",
    ] {
        assert!(told.stderr.contains(notice), "{notice}: {told}");
    }
    place.write("languages.toml", &tasks("chore"));
    let report = place.json(&["index"]);
    assert_eq!((&report["files_changed"], &report["notices"]), (&json!(2), &json!([])), "{report}");
    let found = place.json(&["search", "sweep_floor"]);
    assert_eq!(best(&found)[1..3], ["function", "polish_floor"], "no task is a job now: {found}");
    assert_eq!(best(&place.json(&["search", "polish_floor"]))[3], "tasks");
    assert_eq!(place.json(&["index"])["files_changed"], 0);
}

#[test]
fn over_mcp_the_job_tells_of_it_and_a_new_server_knows_the_names() {
    let place = Place::with_database();
    place.write("languages.toml", &(tasks("task") + WRONG));
    place.write("jobs/floor.tsk", TASKS);
    let mut client = place.initialized_client();
    let search = json!({ "query": "sweep_floor", "language": "tasks" });
    let answer = client.text("search_code", &search);
    assert!(answer.contains("jobs/floor.tsk") && answer.contains("languages.toml:11:"), "{answer}");
    let job = client.call("index_status", &json!({ "index_name": "shop", "wait_seconds": 20 }));
    let notices = job["structuredContent"]["jobs"][0]["notices"].to_string();
    assert!(notices.contains("languages.toml:23: unknown field `extension`"), "{job}");
    drop(client);
    let stopped = place.run(&["local", "stop"]);
    assert_eq!(stopped.code, Some(0), "{stopped}");
    std::fs::remove_file(place.project().join("languages.toml")).unwrap();
    let mut client = place.initialized_client();
    let by_name = json!({ "query": "sweep_floor", "language": "tasks", "index_name": "shop" });
    let answer = client.text("search_code", &by_name);
    assert!(answer.contains("jobs/floor.tsk"), "the index remembers them: {answer}");
    let answer = client.call("search_code", &json!({ "query": "x", "language": "taskss" }));
    assert!(answer.to_string().contains("unknown language 'taskss'"), "{answer}");
}

/// One compiles for minutes, one runs for minutes, and one for longer than any query may.
#[test]
fn a_hostile_query_costs_its_own_language_its_query_and_nothing_else() {
    let place = Place::with_database();
    let adds = |name: &str, query: &str| {
        format!(
            "[[language]]\nname = \"{name}\"\nextensions = [\"{name}\"]\nbase = \"python\"\n\
             query = \"{query}\"\n"
        )
    };
    let compiles = adds("compiles", &format!("(module {})", "(_)* ".repeat(3200)));
    let runs = adds("runs", &format!("(_ {})", "(_)? ".repeat(2000)));
    let lingers = adds("lingers", &"(_(_)*)".repeat(2200));
    place.write("languages.toml", &[compiles, runs, lingers, tasks("task")].concat());
    place.write("jobs/floor.tsk", TASKS);
    let code = "def f(a):\n    return g(a, [1, 2, 3], {1: 2})\n\n\n".repeat(1000);
    for name in ["compiles", "runs", "lingers"] {
        for number in 0..6 {
            let own = format!("def {name}_{number}_wet():\n    return {number}\n\n\n");
            place.write(&format!("wet/{number}.{name}"), &(own + &code));
        }
    }
    let report = place.json(&["index"]);
    let notices: Vec<&str> =
        report["notices"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    assert_eq!(notices.len(), 3, "{report}");
    assert_eq!(notices[0], "languages.toml:1: its query takes too long, or too much memory");
    for name in ["runs", "lingers"] {
        let told = |one: &&str| one.contains(&format!("the query of '{name}' takes too much at"));
        let told = notices.iter().find(|one| told(one));
        assert!(told.is_some_and(|one| one.ends_with("as are all after them")), "{name}: {report}");
        let found = place.json(&["search", "--no-index", &format!("{name}_5_wet")]);
        let symbol = format!("{name}_5_wet");
        assert_eq!(best(&found)[1..], ["function", symbol.as_str(), name], "{found}");
    }
    let found = place.json(&["search", "--no-index", "compiles_5_wet"]);
    assert_eq!(best(&found)[3], &Value::Null, "it is no language: {found}");
    let found = place.json(&["search", "--no-index", "sweep_floor"]);
    assert_eq!(best(&found)[1..], ["job", "sweep_floor", "tasks"], "{found}");
    assert_eq!(place.json(&["index"])["files_changed"], 0, "nothing is tried again");
}
