//! The package index's simple API, and how it is found.

use std::path::Path;
use std::time::Duration;

use sconce_fetch::index::{PackageIndex, Wheel};
use sconce_fetch::{Environment, FetchError, FetchRemedy, sha256};
use sconce_testing::http_server::{ConnectProxy, HttpServer, ReceivedRequest, Reply};

use crate::download::content;
use crate::tls;

const FILE: &str = "a_b-1.0-py3-none-any.whl";
const JSON: &str = "application/vnd.pypi.simple.v1+json";

fn page(asked: &ReceivedRequest, kind: &str) -> Reply {
    match kind {
        "json" => {
            assert!(asked.header("accept").unwrap().contains(JSON));
            let text = format!(
                r#"{{"files": [{{"filename": "other.whl", "url": "/files/other.whl", "hashes": {{}}}},
                {{"filename": "{FILE}", "url": "../../files/{FILE}", "hashes": {{}}}}]}}"#
            );
            Reply::new(200, text).header("content-type", JSON)
        }
        _ => Reply::new(200, format!("<a href='/files/{FILE}#sha256=0'>{FILE}</a>"))
            .header("content-type", "text/html; charset=utf-8"),
    }
}

/// An index whose files need `authorization`, where that is given.
fn answer(asked: &ReceivedRequest, kind: &str, authorization: Option<&str>) -> Reply {
    if authorization.is_some() && asked.header("authorization") != authorization {
        return Reply::new(401, "");
    }
    match asked.path.as_str() {
        "/simple/a-b/" => page(asked, kind),
        path if path.ends_with(FILE) => Reply::file(asked, &content()),
        _ => Reply::new(404, ""),
    }
}

fn index(kind: &'static str) -> HttpServer {
    HttpServer::start(move |asked| answer(asked, kind, None))
}

pub(crate) fn try_download(variables: &[(&str, &str)], target: &Path) -> Result<(), FetchError> {
    let sha256 = sha256(&content());
    let wheel =
        Wheel { project: "A_B", file: FILE, sha256: &sha256, bytes: content().len() as u64 };
    let index = PackageIndex::of(Environment::of(variables.iter().copied()))?;
    index.with_first_pause(Duration::from_millis(1)).download(&wheel, target, &mut |_| {})
}

/// Downloads with these variables, and checks what came.
pub(crate) fn download(variables: &[(&str, &str)]) -> Result<(), FetchError> {
    let dir = tempfile::tempdir().unwrap();
    let target = dir.path().join("wheel");
    let result = try_download(variables, &target);
    match &result {
        Ok(()) => assert_eq!(std::fs::read(&target).unwrap(), content()),
        Err(_) => assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "nothing is left"),
    }
    result
}

pub(crate) fn tls_index() -> HttpServer {
    tls::start(|asked| answer(asked, "json", None))
}

#[test]
fn a_wheel_comes_from_an_index_of_either_kind() {
    for kind in ["json", "html"] {
        let server = index(kind);
        download(&[("PIP_INDEX_URL", &server.url("/simple"))]).unwrap();
        let paths: Vec<_> = server.asked().into_iter().map(|asked| asked.path).collect();
        assert_eq!(paths, ["/simple/a-b/".to_owned(), format!("/files/{FILE}")]);
    }
}

#[test]
fn the_index_of_pip_conf_is_found() {
    let (server, home) = (index("html"), tempfile::tempdir().unwrap());
    std::fs::create_dir_all(home.path().join(".pip")).unwrap();
    let conf = format!("[global]\nindex-url = {}\n", server.url("/simple/"));
    std::fs::write(home.path().join(".pip/pip.conf"), conf).unwrap();
    download(&[("HOME", home.path().to_str().unwrap())]).unwrap();
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn the_next_index_is_asked_where_the_first_has_another_file_or_none() {
    let (good, empty) = (index("json"), HttpServer::start(|_| Reply::new(404, "")));
    let forged = HttpServer::start(|asked| match asked.path.as_str() {
        "/simple/a-b/" => page(asked, "json"),
        _ => Reply::new(200, vec![7; content().len()]),
    });
    for first in [&empty, &forged] {
        download(&[
            ("PIP_INDEX_URL", &first.url("/simple")),
            ("PIP_EXTRA_INDEX_URL", &good.url("/simple")),
        ])
        .unwrap();
    }
    let error = download(&[
        ("PIP_INDEX_URL", &empty.url("/simple")),
        ("PIP_EXTRA_INDEX_URL", &forged.url("/simple")),
    ])
    .unwrap_err();
    assert!(matches!(error, FetchError::WrongHash { .. }), "{error}");
    let error = download(&[("PIP_INDEX_URL", &empty.url("/simple"))]).unwrap_err();
    assert!(error.remedy() == Some(FetchRemedy::CheckPackageIndex), "{error}");
}

#[test]
fn a_redirect_is_followed_and_takes_no_credentials_to_another_server() {
    let elsewhere = HttpServer::start(|asked| Reply::file(asked, &content()));
    let place = elsewhere.url(&format!("/cdn/{FILE}"));
    let server = HttpServer::start(move |asked| match asked.path.as_str() {
        "/simple/a-b/" => Reply::new(301, "").header("location", "/moved/simple/a-b/"),
        "/moved/simple/a-b/" => page(asked, "json"),
        // links are relative to where the page was found
        path if path == format!("/moved/files/{FILE}") => {
            Reply::new(302, "").header("location", place.clone())
        }
        _ => Reply::new(404, ""),
    });
    let url = format!("http://user:secret@127.0.0.1:{}/simple", server.port);
    download(&[("PIP_INDEX_URL", &url)]).unwrap();
    assert!(server.asked().iter().all(|asked| asked.header("authorization").is_some()));
    assert!(elsewhere.asked().iter().all(|asked| asked.header("authorization").is_none()));
}

#[test]
fn credentials_are_sent_and_never_told() {
    // user:hunter2
    let server = HttpServer::start(|asked| answer(asked, "json", Some("Basic dXNlcjpodW50ZXIy")));
    let url = |user: &str| format!("http://{user}@127.0.0.1:{}/simple", server.port);
    download(&[("PIP_INDEX_URL", &url("user:hunter2"))]).unwrap();
    let error = download(&[("PIP_INDEX_URL", &url("user:secret99"))]).unwrap_err();
    assert!(matches!(error, FetchError::Status { status: 401, .. }), "{error}");
    assert!(error.remedy() == Some(FetchRemedy::GiveCredentials));
    assert!(!format!("{error} {error:?}").contains("secret99"), "{error:?}");

    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join(".netrc"), "machine 127.0.0.1 login user password hunter2\n")
        .unwrap();
    let plain = server.url("/simple");
    download(&[("PIP_INDEX_URL", &plain), ("HOME", home.path().to_str().unwrap())]).unwrap();
}

#[test]
fn a_proxy_is_gone_through_but_to_hosts_that_need_none() {
    let server = index("json");
    let proxy = ConnectProxy::to(server.port);
    let url = format!("http://user:secret@127.0.0.1:{}", proxy.port);
    let named = ("PIP_INDEX_URL", "http://index.test/simple");
    for variable in ["HTTP_PROXY", "all_proxy", "PIP_PROXY"] {
        download(&[named, (variable, &url)]).unwrap();
    }
    let asked = proxy.asked();
    assert!(!asked.is_empty());
    for asked in asked {
        assert_eq!((&*asked.method, &*asked.path), ("CONNECT", "index.test:80"));
        // user:secret
        assert_eq!(asked.header("proxy-authorization"), Some("Basic dXNlcjpzZWNyZXQ="));
    }
    let before = proxy.asked().len();
    download(&[("PIP_INDEX_URL", &server.url("/simple")), ("HTTP_PROXY", &url)]).unwrap();
    let error = download(&[named, ("HTTP_PROXY", &url), ("NO_PROXY", "test")]).unwrap_err();
    assert!(matches!(error, FetchError::Unreachable { .. }), "{error}");
    assert_eq!(proxy.asked().len(), before);
}

#[test]
fn a_directory_of_wheels_comes_first_and_its_hash_counts() {
    let (server, wheels) = (index("json"), tempfile::tempdir().unwrap());
    std::fs::write(wheels.path().join(FILE), content()).unwrap();
    let links = ("PIP_FIND_LINKS", wheels.path().to_str().unwrap());
    let url = server.url("/simple");
    download(&[links, ("PIP_INDEX_URL", &url)]).unwrap();
    download(&[links, ("PIP_NO_INDEX", "1")]).unwrap();
    assert!(server.asked().is_empty());
    std::fs::write(wheels.path().join(FILE), vec![7; content().len()]).unwrap();
    let error = download(&[links, ("PIP_NO_INDEX", "1")]).unwrap_err();
    assert!(matches!(error, FetchError::WrongHash { .. }), "{error}");
    download(&[links, ("PIP_INDEX_URL", &url)]).unwrap();
    let error = download(&[("PIP_NO_INDEX", "1")]).unwrap_err();
    assert!(error.to_string().contains("PIP_NO_INDEX"), "{error}");
}

#[test]
fn a_page_without_end_and_one_that_is_none_are_errors() {
    let endless = HttpServer::start(|_| {
        let body = vec![b' '; 1 << 20];
        Reply { is_endless: true, ..Reply::new(200, body).header("content-type", "text/html") }
    });
    let error = download(&[("PIP_INDEX_URL", &endless.url("/simple"))]).unwrap_err();
    assert!(matches!(error, FetchError::TooLarge { .. }), "{error}");
    let none = HttpServer::start(|_| Reply::new(200, "{").header("content-type", JSON));
    let error = download(&[("PIP_INDEX_URL", &none.url("/simple"))]).unwrap_err();
    assert!(error.to_string().contains("no page of an index"), "{error}");
}

#[test]
fn the_index_that_this_machine_uses_has_a_wheel() {
    let dir = tempfile::tempdir().unwrap();
    let wheel = Wheel {
        project: "six",
        file: "six-1.17.0-py2.py3-none-any.whl",
        sha256: "4721f391ed90541fddacab5acf947aa0d3dc7d27b2e1e8eda2be8970586c3274",
        bytes: 11_050,
    };
    let target = dir.path().join("six.whl");
    PackageIndex::of_process().unwrap().download(&wheel, &target, &mut |_| {}).unwrap();
    assert_eq!(target.metadata().unwrap().len(), wheel.bytes);
}
