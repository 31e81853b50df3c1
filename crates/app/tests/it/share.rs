//! Many stdio processes on one local server: found, owned, ended, and lost in mid-session.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use sconce_testing::{McpClient, RunningProcess, signal, wait_until};
use serde_json::{Value, json};

use crate::clients::serve;
use crate::support::Place;

/// The servers of this place's settings.
fn servers(place: &Place) -> Vec<Value> {
    let status = place.json(&["local", "status"]);
    let servers = status["servers"].as_array().unwrap().iter();
    servers.filter(|server| server["current"] == true).cloned().collect()
}

/// The one server of this place's settings.
fn server(place: &Place) -> Value {
    let servers = servers(place);
    assert_eq!(servers.len(), 1, "{servers:?}");
    servers[0].clone()
}

fn pid(server: &Value) -> u32 {
    server["pid"].as_u64().unwrap() as u32
}

fn tools(client: &mut McpClient) {
    let tools = client.ask("tools/list", &json!({}));
    assert_eq!(tools["result"]["tools"][0]["name"], "search_code", "{tools}");
}

/// A client whose process has another variable in its environment.
fn client_with(place: &Place, name: &str, value: &str) -> McpClient {
    let mut command = place.command(&["mcp"]);
    command.env(name, value);
    McpClient::on(command)
}

#[test]
fn processes_that_start_at_once_share_one_server() {
    let place = Place::without_database();
    // All of them before the first one is asked: they race for the server.
    let mut clients: Vec<McpClient> = (0..32).map(|_| place.client()).collect();
    for client in &mut clients {
        client.initialize("2025-11-25");
        tools(client);
    }
    let server = server(&place);
    assert_eq!((&server["kind"], &server["clients"]), (&"local".into(), &32.into()), "{server}");
    for client in clients {
        assert_eq!(client.end(), (Some(0), vec![]));
    }
    wait_until("every client has gone", || self::server(&place)["clients"] == 0);
}

#[test]
fn servers_that_start_at_once_give_way_to_one() {
    let place = Place::without_database();
    let mut processes: Vec<RunningProcess> =
        (0..8).map(|_| RunningProcess::start(place.command(&["local", "run"]))).collect();
    wait_until("seven of eight have ended", || {
        processes.retain_mut(|process| process.code().is_none_or(|code| code != 0));
        processes.len() == 1
    });
    assert_eq!(pid(&server(&place)), processes[0].id());
}

#[test]
fn a_killed_server_is_replaced_in_mid_session() {
    let place = Place::with_database();
    let mut client = place.initialized_client();
    let question = json!({ "query": "waits longer after each failed attempt" });
    assert!(client.text("search_code", &question).contains("src/retry.rs:"));
    let first = pid(&server(&place));
    signal(first, "KILL");
    assert!(client.text("search_code", &question).contains("src/retry.rs:"));
    let second = pid(&server(&place));
    assert_ne!(first, second);

    // The request is on its way when the server ends.
    signal(second, "STOP");
    client.send(&json!({
        "jsonrpc": "2.0", "id": "late", "method": "tools/call",
        "params": { "name": "search_code", "arguments": question }
    }));
    signal(second, "KILL");
    let answer: Value = serde_json::from_str(&client.line()).unwrap();
    assert_eq!(answer["id"], "late", "nothing else comes before the answer: {answer}");
    let found = answer["result"]["content"][0]["text"].as_str().unwrap();
    assert!(found.contains("src/retry.rs:"), "{found}");
    assert_eq!(client.end(), (Some(0), vec![]));
}

#[test]
fn a_client_without_initialize_goes_on_too() {
    let place = Place::without_database();
    let mut client = place.client();
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "0" },
        "io.modelcontextprotocol/clientCapabilities": {}
    });
    for _ in 0..2 {
        let tools = client.ask("tools/list", &json!({ "_meta": meta }));
        assert!(tools["result"]["ttlMs"].is_u64(), "{tools}");
        signal(pid(&server(&place)), "KILL");
    }
    assert_eq!(client.end(), (Some(0), vec![]));
}

#[test]
fn after_many_losses_a_process_serves_itself() {
    let place = Place::without_database();
    let mut client = place.initialized_client();
    for _ in 0..4 {
        signal(pid(&server(&place)), "KILL");
        tools(&mut client);
    }
    assert!(servers(&place).is_empty(), "no further server is started");
    tools(&mut client);
    assert_eq!(client.end(), (Some(0), vec![]));
}

#[test]
fn a_server_that_nobody_uses_ends() {
    let place = Place::without_database();
    let mut client = client_with(&place, "SCONCE_SHARE_IDLE_SECONDS", "1");
    client.initialize("2025-11-25");
    let server = pid(&server(&place));
    let directory = place.data_dir().join("servers");
    std::thread::sleep(Duration::from_millis(1500));
    tools(&mut client);
    assert_eq!(pid(&self::server(&place)), server, "it stays as long as it has a client");
    assert_eq!(client.end().0, Some(0));
    wait_until("the server ends", || servers(&place).is_empty());
    wait_until("it leaves nothing", || std::fs::read_dir(&directory).unwrap().next().is_none());
}

#[test]
fn a_client_that_says_nothing_more_is_still_answered() {
    let place = Place::without_database();
    let mut client = place.initialized_client();
    client.send(&json!({ "jsonrpc": "2.0", "id": 77, "method": "tools/list", "params": {} }));
    let (code, lines) = client.end();
    assert_eq!((code, lines.len()), (Some(0), 1), "{lines:?}");
    assert_eq!(serde_json::from_str::<Value>(&lines[0]).unwrap()["id"], 77);
}

#[test]
fn other_settings_have_another_server() {
    let place = Place::without_database();
    let mut client = place.initialized_client();
    let mut other = client_with(&place, "SCONCE_PRECISION", "f32");
    other.initialize("2025-11-25");
    tools(&mut client);
    let all = place.json(&["local", "status"]);
    assert_eq!(all["servers"].as_array().unwrap().len(), 2, "{all}");
    assert_eq!(server(&place)["clients"], 1);
    let stopped = place.json(&["local", "stop", "--all"]);
    assert_eq!(stopped["stopped"].as_array().unwrap().len(), 2, "{stopped}");
}

#[test]
fn flags_reach_the_server() {
    let place = Place::without_database();
    let elsewhere = place.data_dir().with_file_name("elsewhere");
    let elsewhere = elsewhere.to_str().unwrap();
    let flags = ["--data-dir", elsewhere, "--model", "nomic-embed-text-v1.5"];
    let mut command = place.command(&[&["mcp"][..], &flags].concat());
    command.env_remove("SCONCE_MODEL");
    let mut client = McpClient::on(command);
    client.initialize("2025-11-25");
    let status = place.json(&[&["local", "status"][..], &flags].concat());
    assert_eq!(status["servers"][0]["model"], "nomic-embed-text-v1.5", "{status}");
    assert_eq!(
        (&status["servers"][0]["current"], &status["servers"][0]["clients"]),
        (&true.into(), &1.into())
    );
    assert!(servers(&place).is_empty());
    drop(client);
    place.json(&[&["local", "stop"][..], &flags].concat());
}

#[test]
fn where_nothing_can_be_shared_a_process_serves_itself() {
    let place = Place::without_database();
    std::fs::create_dir_all(place.data_dir()).unwrap();
    let directory = place.data_dir().join("servers");
    std::fs::write(&directory, "in the way").unwrap();
    let mut client = place.initialized_client();
    tools(&mut client);
    assert_eq!(client.end().0, Some(0));
    std::fs::remove_file(&directory).unwrap();

    // Nobody can listen here, so the server that is started fails.
    std::fs::create_dir_all(&directory).unwrap();
    let name = socket_name(&place, &directory);
    std::fs::create_dir_all(directory.join(format!("{name}.sock/full"))).unwrap();
    let mut client = place.initialized_client();
    tools(&mut client);
    assert_eq!(client.end().0, Some(0));
    std::fs::remove_dir_all(&directory).unwrap();
}

/// The name of this place's server, from a server that is ended again.
fn socket_name(place: &Place, directory: &Path) -> String {
    let started = place.json(&["local", "start"]);
    let socket = Path::new(started["socket"].as_str().unwrap()).to_path_buf();
    assert_eq!(socket.parent().unwrap(), directory.canonicalize().unwrap());
    assert_eq!(place.json(&["local", "stop"])["stopped"][0], started["pid"]);
    socket.file_stem().unwrap().to_str().unwrap().to_owned()
}

#[test]
fn a_running_serve_is_used() {
    let place = Place::with_database();
    let (process, _url) = serve(place.command(&["serve", "--port", "0"]));
    let mut client = place.initialized_client();
    tools(&mut client);
    let server = server(&place);
    assert_eq!((&server["kind"], pid(&server)), (&"serve".into(), process.id()), "{server}");
    assert_eq!(place.json(&["local", "stop"])["serving"][0], process.id());
    let again = self::server(&place);
    assert_eq!((pid(&again), &again["clients"]), (process.id(), &1.into()), "it goes on");
    drop(process);
    tools(&mut client);
    assert_eq!(self::server(&place)["kind"], "local");
}

#[test]
fn a_user_sees_and_ends_it() {
    let place = Place::without_database();
    let status = || place.run(&["local", "status"]).stdout;
    assert!(status().starts_with("local server: not running"), "{}", status());
    assert!(place.run(&["local", "stop"]).stdout.contains("no local server runs"));
    let started = place.run(&["local", "start"]);
    assert!(started.stdout.starts_with("local server: running, process "), "{started}");
    let again = place.run(&["local", "start"]);
    let first_line = |text: &str| text.lines().next().unwrap().to_owned();
    assert_eq!(first_line(&again.stdout), first_line(&started.stdout));
    assert!(status().contains("clients   0"), "{}", status());
    let process = pid(&server(&place));
    let stopped = place.run(&["local", "stop"]);
    assert!(stopped.stdout.contains(&format!("process {process}, has ended")), "{stopped}");
    // A process that nobody has reaped yet has ended.
    let state = Command::new("ps").args(["-o", "stat=", "-p", &process.to_string()]).output();
    let state = String::from_utf8(state.unwrap().stdout).unwrap();
    assert!(state.is_empty() || state.starts_with('Z'), "process {process} still runs: {state}");
}

/// A client runs in whatever project its agent works on, with what that has put in its environment.
#[cfg(target_os = "linux")]
#[test]
fn a_local_server_gets_a_listed_environment_and_no_search_path_of_a_project() {
    let place = Place::without_database();
    let project = place.project();
    let path = std::env::join_paths([project.join("bin"), "/usr/bin".into(), "/bin".into()]);
    let mut command = place.command(&["mcp"]);
    command.env("BASH_ENV", "planted").env("PGAPPNAME", "kept").env("PATH", path.unwrap());
    command.current_dir(&project);
    let mut client = McpClient::on(command);
    client.initialize("2025-11-25");
    tools(&mut client);
    let mut same = place.command(&["local", "status", "--json"]);
    let status = same.current_dir(&project).output().unwrap();
    let status: Value = serde_json::from_slice(&status.stdout).unwrap();
    let process = pid(&status["servers"][0]);
    let environment = std::fs::read(format!("/proc/{process}/environ")).unwrap();
    let environment = String::from_utf8_lossy(&environment);
    let variables: Vec<&str> = environment.split('\0').collect();
    assert!(!variables.iter().any(|variable| variable.starts_with("BASH_ENV=")), "{variables:?}");
    assert!(variables.contains(&"PGAPPNAME=kept"), "{variables:?}");
    assert!(variables.contains(&"PATH=/usr/bin:/bin"), "{variables:?}");
}
