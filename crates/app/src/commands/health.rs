//! `sconce health`: asks a running server.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::Context;
use crate::cli::HealthArgs;
use crate::failure::{Exit, Failure};

/// Longest wait for the answer.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Most bytes of the answer that are read.
const MOST: u64 = 1 << 20;

pub(super) async fn run(context: &Context, arguments: HealthArgs) -> Result<(), Failure> {
    let path = if arguments.live { "/health/live" } else { "/health" };
    let (host, port) = address(&arguments.url)?;
    let asked = tokio::time::timeout(TIMEOUT, ask(&host, port, path)).await;
    let (status, body) = match asked {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => return Err(unreachable(&arguments.url, &error.to_string())),
        Err(_) => return Err(unreachable(&arguments.url, "no answer within 5 s")),
    };
    let health: serde_json::Value = serde_json::from_str(&body)
        .map_err(|_| unreachable(&arguments.url, "the answer is not sconce's"))?;
    if context.output.json {
        context.output.print_json(&health)?;
    } else if !context.output.quiet {
        context.output.print(&describe(&health))?;
    }
    if status == 200 {
        return Ok(());
    }
    if let Some(error) = health["error"].as_str() {
        return Err(Failure::new(Exit::Error, format!("the server at {}: {error}", arguments.url))
            .printed());
    }
    let state = health["status"].as_str().unwrap_or("not ready");
    Err(Failure::new(Exit::Error, format!("the server at {} is {state}", arguments.url)).printed())
}

fn unreachable(url: &str, why: &str) -> Failure {
    Failure::unavailable(format!("the server at {url} does not answer: {why}"))
        .with_hint("start it with `sconce serve`, or name its address with --url")
}

/// Host and port of an `http://` address.
fn address(url: &str) -> Result<(String, u16), Failure> {
    let wrong = || {
        Failure::usage(format!("`{url}` is no address of a sconce server"))
            .with_hint("write e.g. --url http://127.0.0.1:3000")
    };
    let rest = url.strip_prefix("http://").ok_or_else(wrong)?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().map_err(|_| wrong())?),
        _ => (authority, 80),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if host.is_empty() { Err(wrong()) } else { Ok((host.to_owned(), port)) }
}

/// One GET by hand: a health check needs no HTTP library.
async fn ask(host: &str, port: u16, path: &str) -> std::io::Result<(u16, String)> {
    let mut stream = TcpStream::connect((host, port)).await?;
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    let request =
        format!("GET {path} HTTP/1.0\r\nHost: {host}:{port}\r\nAccept: application/json\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(MOST).read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    Ok((status, body.to_owned()))
}

fn describe(health: &serde_json::Value) -> String {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let mut lines = vec![format!("status     {}", text(&health["status"]))];
    for part in ["database", "pgvector", "model"] {
        if let Some(detail) = health[part]["detail"].as_str() {
            lines.push(format!("{part:<10} {detail}"));
        }
    }
    lines.extend(standby(&health["standby"]));
    for job in health["jobs"].as_array().into_iter().flatten() {
        if let Some(place) = job["queue_place"].as_u64() {
            lines.push(format!("queued     {}: at place {place}", text(&job["index"])));
            continue;
        }
        let done = &job["files_done"];
        let total = &job["files_total"];
        lines.push(format!("indexing   {}: {done} of {total} files", text(&job["index"])));
    }
    for worker in health["workers"].as_array().into_iter().flatten() {
        let rate = worker["chunks_per_second"].as_f64().unwrap_or_default();
        let (name, device) = (text(&worker["name"]), text(&worker["device"]));
        let index = worker["index"].as_str().unwrap_or("nothing yet");
        lines.push(format!("worker     {name}: {index}, {rate:.0} chunks/s ({device})"));
    }
    lines.join("\n") + "\n"
}

/// Where searches read, where a standby is set.
fn standby(standby: &serde_json::Value) -> Option<String> {
    let detail = standby["detail"].as_str()?;
    if standby["ok"] != true {
        return Some(format!("standby    not read: {detail}"));
    }
    let behind = standby["lag_bytes"].as_u64().map(|bytes| format!(", {bytes} bytes behind"));
    let (here, there) = (&standby["reads"], &standby["reads_at_primary"]);
    let reads = format!("{here} reads, {there} at the primary in its place");
    Some(format!("standby    {detail}{}: {reads}", behind.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let read = |url: &str| address(url).ok();
        assert_eq!(read("http://127.0.0.1:3000"), Some(("127.0.0.1".into(), 3000)));
        assert_eq!(read("http://localhost/health"), Some(("localhost".into(), 80)));
        assert_eq!(read("http://[::1]:8080/"), Some(("::1".into(), 8080)));
        for wrong in ["127.0.0.1:3000", "https://x", "http://", "http://x:port"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
