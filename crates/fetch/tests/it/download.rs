//! One file: its bounds, its resumption, its hash.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sconce_fetch::{
    Address, Client, Download, Environment, FetchError, PipSettings, Progress, sha256,
};
use sconce_testing::http_server::{HttpServer, ReceivedRequest, Reply};
use tempfile::TempDir;

pub(crate) fn content() -> Vec<u8> {
    (0..300_000_u32).map(|at| (at % 251) as u8).collect()
}

fn client() -> Client {
    let environment = Environment::of::<&str, &str>([]);
    Client::new(environment, &PipSettings::default())
        .unwrap()
        .with_first_pause(Duration::from_millis(1))
}

struct Place {
    _dir: TempDir,
    target: PathBuf,
    part: PathBuf,
}

fn place() -> Place {
    let dir = tempfile::tempdir().unwrap();
    let (target, part) = (dir.path().join("file"), dir.path().join("file.part"));
    Place { _dir: dir, target, part }
}

struct Wanted {
    sha256: Option<String>,
    bytes: Option<u64>,
}

fn pinned() -> Wanted {
    Wanted { sha256: Some(sha256(&content())), bytes: Some(content().len() as u64) }
}

const UNKNOWN: Wanted = Wanted { sha256: None, bytes: None };

fn download(
    server: &HttpServer,
    wanted: &Wanted,
    place: &Place,
) -> Result<Vec<Progress>, FetchError> {
    let address = Address::parse(&server.url("/file")).unwrap();
    let download = Download {
        address: &address,
        bearer: None,
        sha256: wanted.sha256.as_deref(),
        bytes: wanted.bytes,
        limit: 1_000_000,
    };
    let mut seen = Vec::new();
    let found = client().download(&download, &place.target, &mut |progress| seen.push(progress))?;
    assert_eq!(found, sha256(&std::fs::read(&place.target).unwrap()));
    Ok(seen)
}

#[test]
fn progress_rises_to_the_whole_file() {
    let (server, place) = (HttpServer::start(|asked| Reply::file(asked, &content())), place());
    let seen = download(&server, &UNKNOWN, &place).unwrap();
    assert!(seen.is_sorted_by_key(|progress| progress.done));
    let total = content().len() as u64;
    assert_eq!(seen.last(), Some(&Progress { done: total, total: Some(total) }));
    assert!(!place.part.exists());
}

#[test]
fn a_broken_download_goes_on_where_it_broke() {
    let server = HttpServer::start(|asked| Reply {
        cut_after: Some(120_000),
        ..Reply::file(asked, &content())
    });
    let place = place();
    download(&server, &pinned(), &place).unwrap();
    assert_eq!(std::fs::read(&place.target).unwrap(), content());
    let offsets: Vec<_> = server.asked().iter().map(ReceivedRequest::offset).collect();
    assert_eq!(offsets.len(), 3);
    assert!(offsets[0] == 0 && offsets.is_sorted() && offsets[1] > 0, "{offsets:?}");
}

#[test]
fn what_an_earlier_process_left_is_used() {
    let (server, place) = (HttpServer::start(|asked| Reply::file(asked, &content())), place());
    std::fs::write(&place.part, &content()[..1000]).unwrap();
    download(&server, &pinned(), &place).unwrap();
    assert_eq!(server.asked()[0].offset(), 1000);
    assert_eq!(std::fs::read(&place.target).unwrap(), content());
}

#[test]
fn a_range_that_was_not_asked_for_is_not_appended() {
    let server = HttpServer::start(|asked| match asked.offset() {
        0 => Reply::new(200, content()),
        _ => Reply::new(206, &content()[5..]).header("content-range", "bytes 5-299999/300000"),
    });
    let place = place();
    std::fs::write(&place.part, &content()[..1000]).unwrap();
    download(&server, &pinned(), &place).unwrap();
    assert_eq!(std::fs::read(&place.target).unwrap(), content());
}

#[test]
fn a_body_without_end_is_left_at_the_size_that_is_known_or_allowed() {
    for wanted in [pinned(), UNKNOWN] {
        let server =
            HttpServer::start(|_| Reply { is_endless: true, ..Reply::new(200, content()) });
        let place = place();
        let error = download(&server, &wanted, &place).unwrap_err();
        assert!(matches!(error, FetchError::TooLarge { .. }), "{error}");
        assert!(!place.part.exists() && !place.target.exists());
        assert_eq!(server.asked().len(), 1, "and it is not asked again");
    }
}

#[test]
fn more_than_was_announced_is_refused_before_it_is_read() {
    let server = HttpServer::start(|_| Reply::new(200, vec![0; 2_000_000]));
    let place = place();
    let error = download(&server, &UNKNOWN, &place).unwrap_err();
    assert!(matches!(error, FetchError::TooLarge { limit: 1_000_000, .. }), "{error}");
    let error = download(&server, &pinned(), &place).unwrap_err();
    assert!(matches!(error, FetchError::TooLarge { limit: 300_000, .. }), "{error}");
}

#[test]
fn another_content_is_refused_and_not_kept() {
    let server = HttpServer::start(|asked| {
        let mut other = content();
        other[7] ^= 1;
        Reply::file(asked, &other)
    });
    let place = place();
    let error = download(&server, &pinned(), &place).unwrap_err();
    assert!(matches!(error, FetchError::WrongHash { .. }), "{error}");
    assert!(error.remedy().is_some());
    assert!(!place.part.exists() && !place.target.exists());
}

#[test]
fn a_failure_that_may_pass_is_tried_again_and_another_one_is_not() {
    let count = AtomicUsize::new(0);
    let server = HttpServer::start(move |asked| match count.fetch_add(1, Ordering::Relaxed) {
        0..2 => Reply::new(503, ""),
        _ => Reply::file(asked, &content()),
    });
    download(&server, &pinned(), &place()).unwrap();
    assert_eq!(server.asked().len(), 3);
    let server = HttpServer::start(|_| Reply::new(503, ""));
    let error = download(&server, &pinned(), &place()).unwrap_err();
    assert!(matches!(error, FetchError::Status { status: 503, .. }), "{error}");
    assert_eq!(server.asked().len(), 4);
    let server = HttpServer::start(|_| Reply::new(404, ""));
    download(&server, &pinned(), &place()).unwrap_err();
    assert_eq!(server.asked().len(), 1);
}
