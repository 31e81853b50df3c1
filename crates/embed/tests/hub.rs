//! Bringing models from a hub, against a server that answers as the Hugging Face hub does.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use sconce_embed::{
    Catalog, DownloadEvent, EmbedError, Embedder, EmbedderConfig, FileStatus, Manifest,
    ModelRemedy, Notice, Pins, Source, SourceOptions, download, locate, verify,
};
use sconce_testing::http_server::{HttpServer, ReceivedRequest, Reply, nobody};
use sconce_testing::model;
use sha2::{Digest, Sha256};

/// `head -c` of a file that is no model: these tests are about bringing it.
const WEIGHTS: &[u8] = &[7; 300_000];

fn sources(data_dir: &Path, endpoint: &str) -> SourceOptions {
    SourceOptions {
        model_dir: None,
        data_dir: data_dir.to_path_buf(),
        image_dir: data_dir.join("no-image"),
        ollama_models: Some(data_dir.join("no-ollama")),
        hf_endpoint: endpoint.into(),
        hf_home: None,
        hf_token: Some("secret".into()),
        offline: false,
    }
}

fn manifest() -> &'static Manifest {
    Catalog::builtin().get("bge-small-en-v1.5").unwrap()
}

fn sha256(bytes: &[u8]) -> String {
    let digits = Sha256::digest(bytes).into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from_digit(digit.into(), 16).unwrap()).collect()
}

fn content(path: &str) -> &'static [u8] {
    match path.rsplit('/').next().unwrap() {
        "model.safetensors" => WEIGHTS,
        "config.json" => b"{}",
        "tokenizer.json" => b"[]",
        other => panic!("nobody asks for {other}"),
    }
}

/// The whole file, or the range that is asked for.
fn file(asked: &ReceivedRequest) -> Reply {
    let content = content(&asked.path);
    if asked.method == "HEAD" {
        // large files are announced with their checksum and lie elsewhere
        return Reply::new(302, "")
            .header("location", "/elsewhere")
            .header("x-linked-size", content.len())
            .header("x-linked-etag", format!("\"{}\"", sha256(content)));
    }
    match asked.header("range") {
        Some(range) => {
            let start: usize = range["bytes=".len()..range.len() - 1].parse().unwrap();
            Reply::new(206, &content[start..])
        }
        None => Reply::new(200, content),
    }
}

fn no_progress() -> impl FnMut(DownloadEvent) {
    |_| ()
}

fn gets(server: &HttpServer, name: &str) -> Vec<ReceivedRequest> {
    let is = |asked: &ReceivedRequest| asked.method == "GET" && asked.path.ends_with(name);
    server.asked().into_iter().filter(is).collect()
}

#[test]
fn a_model_is_brought_recorded_and_verified() {
    let (server, data) = (HttpServer::start(file), tempfile::tempdir().unwrap());
    let sources = sources(data.path(), &server.address);
    let mut events = Vec::new();
    let located = download(manifest(), &sources, &mut |event| events.push(event)).unwrap();

    assert_eq!(located.source, Source::Data);
    assert_eq!(std::fs::read(located.path.join("model.safetensors")).unwrap(), WEIGHTS);
    assert_eq!(locate(manifest(), &sources), Some(located.clone()));
    assert!(matches!(events.first(), Some(DownloadEvent::Started { .. })));
    assert!(matches!(events.last(), Some(DownloadEvent::Finished { .. })));
    let asked = server.asked();
    assert_eq!(asked[0].path, "/BAAI/bge-small-en-v1.5/resolve/main/config.json");
    assert!(asked.iter().all(|asked| asked.header("authorization") == Some("Bearer secret")));

    // the manifest has no checksums: the first download's are trusted and kept
    assert!(verify(manifest(), &sources).unwrap().ok());
    std::fs::write(located.path.join("config.json"), "{ }").unwrap();
    let report = verify(manifest(), &sources).unwrap();
    let expected = FileStatus::Mismatch { expected: sha256(b"{}") };
    assert_eq!(report.files[0].status, expected);
    assert!(!report.ok());
    let config = EmbedderConfig { model: manifest().id.clone(), ..EmbedderConfig::new(sources) };
    let error = Embedder::open(&config, &mut |_| ()).unwrap_err();
    assert!(matches!(error, EmbedError::Checksum { .. }), "{error}");
    assert!(matches!(error.remedy(), Some(ModelRemedy::ReplaceFile { .. })));
}

#[test]
fn a_broken_download_goes_on_where_it_broke() {
    let server = HttpServer::start(|asked| {
        let mut reply = file(asked);
        if asked.method == "GET" && asked.path.ends_with("model.safetensors") {
            reply.cut_after = Some(120_000);
        }
        reply
    });
    let data = tempfile::tempdir().unwrap();
    let located =
        download(manifest(), &sources(data.path(), &server.address), &mut no_progress()).unwrap();
    assert_eq!(std::fs::read(located.path.join("model.safetensors")).unwrap(), WEIGHTS);
    let ranges: Vec<_> = gets(&server, "model.safetensors")
        .into_iter()
        .map(|asked| asked.header("range").map(str::to_owned))
        .collect();
    assert_eq!(ranges.len(), 3);
    assert_eq!(ranges[0], None);
    assert!(ranges[1..].iter().all(Option::is_some));
}

#[test]
fn an_interrupted_pull_is_resumed_by_the_next_one() {
    let data = tempfile::tempdir().unwrap();
    let broken = HttpServer::start(|asked| match asked.path.ends_with("model.safetensors") {
        true if asked.method == "GET" && asked.header("range").is_some() => Reply::new(500, "gone"),
        true if asked.method == "GET" => Reply { cut_after: Some(100_000), ..file(asked) },
        _ => file(asked),
    });
    let error = download(manifest(), &sources(data.path(), &broken.address), &mut no_progress());
    assert!(matches!(error.unwrap_err(), EmbedError::Unavailable { .. }));
    assert_eq!(locate(manifest(), &sources(data.path(), &broken.address)), None);

    let whole = HttpServer::start(file);
    download(manifest(), &sources(data.path(), &whole.address), &mut no_progress()).unwrap();
    assert!(gets(&whole, "config.json").is_empty(), "it was there");
    let asked = gets(&whole, "model.safetensors");
    assert!(asked.len() == 1 && asked[0].header("range").is_some(), "{asked:?}");
}

#[test]
fn a_server_without_ranges_starts_anew() {
    let data = tempfile::tempdir().unwrap();
    let server = HttpServer::start(|asked| {
        file(&ReceivedRequest { headers: BTreeMap::default(), ..asked.clone() })
    });
    let part = data.path().join("models/.bge-small-en-v1.5.part");
    std::fs::create_dir_all(&part).unwrap();
    std::fs::write(part.join("model.safetensors.part"), [7; 1000]).unwrap();
    let located =
        download(manifest(), &sources(data.path(), &server.address), &mut no_progress()).unwrap();
    assert_eq!(std::fs::read(located.path.join("model.safetensors")).unwrap(), WEIGHTS);
}

#[test]
fn other_bytes_than_announced_are_refused_and_not_kept() {
    let server = HttpServer::start(|asked| {
        let mut reply = file(asked);
        if asked.method == "GET" && asked.path.ends_with("model.safetensors") {
            reply.body[5] ^= 1;
        }
        reply
    });
    let data = tempfile::tempdir().unwrap();
    let sources = sources(data.path(), &server.address);
    let error = download(manifest(), &sources, &mut no_progress()).unwrap_err();
    assert!(error.to_string().contains("does not match its checksum"), "{error}");
    assert_eq!(locate(manifest(), &sources), None);
    let left = data.path().join("models/.bge-small-en-v1.5.part/model.safetensors");
    assert!(!left.exists());
}

#[test]
fn a_refusal_is_explained() {
    let data = tempfile::tempdir().unwrap();
    for (status, words) in [(401, "HF_TOKEN"), (404, "404"), (503, "503")] {
        let server = HttpServer::start(move |_| Reply::new(status, ""));
        let sources = sources(data.path(), &server.address);
        let error = download(manifest(), &sources, &mut no_progress()).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        assert!(error.remedy().is_some());
        assert_eq!(server.asked().len(), 1, "and not asked again");
    }
}

#[test]
fn pulls_at_the_same_time_bring_it_once() {
    let (server, data) = (HttpServer::start(file), tempfile::tempdir().unwrap());
    let sources = sources(data.path(), &server.address);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| download(manifest(), &sources, &mut no_progress()).unwrap());
        }
    });
    assert_eq!(gets(&server, "model.safetensors").len(), 1);
}

#[test]
fn offline_nothing_is_asked() {
    let (server, data) = (HttpServer::start(file), tempfile::tempdir().unwrap());
    let sources = SourceOptions { offline: true, ..sources(data.path(), &server.address) };
    let error = download(manifest(), &sources, &mut no_progress()).unwrap_err();
    assert!(matches!(error, EmbedError::NotFound { .. }), "{error}");
    assert!(server.asked().is_empty());
}

/// A data directory that has the test model.
fn data_with_test_model() -> tempfile::TempDir {
    let data = tempfile::tempdir().unwrap();
    let target = data.path().join("models").join(model::MODEL);
    std::fs::create_dir_all(&target).unwrap();
    let files: Vec<PathBuf> = std::fs::read_dir(model::model().path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    for file in files {
        std::fs::copy(&file, target.join(file.file_name().unwrap())).unwrap();
    }
    data
}

#[test]
fn auto_ends_with_the_small_model_and_does_not_ask_again_the_same_day() {
    let data = data_with_test_model();
    let server = HttpServer::start(|_| Reply::new(503, ""));
    let config = EmbedderConfig {
        ollama_host: nobody(),
        ..EmbedderConfig::new(sources(data.path(), &server.address))
    };
    let open = || {
        let mut notices = Vec::new();
        let embedder = Embedder::open(&config, &mut |notice| notices.push(notice)).unwrap();
        assert_eq!(embedder.model_id(), model::MODEL);
        let fell_back = |n: &&Notice| matches!(n, Notice::FellBack { .. });
        let lines: Vec<_> = notices.iter().filter(fell_back).map(ToString::to_string).collect();
        assert_eq!(lines.len(), 1, "one clear line");
        assert!(lines[0].starts_with("using all-MiniLM-L6-v2 instead of nomic-embed-text-v1.5"));
        assert!(lines[0].contains("--model"));
    };
    open();
    let asked = server.asked().len();
    assert!(asked > 0);
    open();
    assert_eq!(server.asked().len(), asked, "the choice is remembered");

    // a day later it is tried again
    let memory = data.path().join("models/auto.json");
    let mut json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&memory).unwrap()).unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    json["at"] = (now - 25 * 3600).into();
    std::fs::write(&memory, json.to_string()).unwrap();
    open();
    assert!(server.asked().len() > asked);
}

#[test]
fn an_unknown_model_names_the_known_ones() {
    let data = tempfile::tempdir().unwrap();
    let sources = sources(data.path(), &nobody());
    let config = EmbedderConfig { model: "gpt-9".into(), ..EmbedderConfig::new(sources) };
    let error = Embedder::open(&config, &mut |_| ()).unwrap_err();
    assert_eq!(error.to_string(), "unknown model \"gpt-9\"");
    assert!(matches!(error.remedy(), Some(ModelRemedy::NameModel { .. })));
}

#[test]
fn progress_never_goes_back_and_ends_with_the_whole_file() {
    let calls = AtomicUsize::new(0);
    let server = HttpServer::start(move |asked| {
        let mut reply = file(asked);
        let get = asked.method == "GET" && asked.path.ends_with("model.safetensors");
        if get && calls.fetch_add(1, Ordering::Relaxed) == 0 {
            reply.cut_after = Some(200_000);
        }
        reply
    });
    let data = tempfile::tempdir().unwrap();
    let mut done_so_far = Vec::new();
    download(manifest(), &sources(data.path(), &server.address), &mut |event| {
        if let DownloadEvent::Progress { file, done, total } = event
            && file == "model.safetensors"
        {
            assert_eq!(total, Some(WEIGHTS.len() as u64));
            done_so_far.push(done);
        }
    })
    .unwrap();
    assert!(done_so_far.is_sorted(), "{done_so_far:?}");
    assert_eq!(done_so_far.last(), Some(&(WEIGHTS.len() as u64)));
}

/// As [`file`], of a commit.
fn file_of_a_commit(asked: &ReceivedRequest) -> Reply {
    file(asked).header("x-repo-commit", "0123456789abcdef0123456789abcdef01234567")
}

#[test]
fn the_first_download_is_recorded_and_a_later_one_is_held_to_it() {
    let (server, data) = (HttpServer::start(file_of_a_commit), tempfile::tempdir().unwrap());
    let first = sources(data.path(), &server.address);
    let mut said = Vec::new();
    let located = download(manifest(), &first, &mut |event| said.push(event)).unwrap();
    let pinned = |event: &&DownloadEvent| matches!(event, DownloadEvent::Pinned { .. });
    let line = said.iter().find(pinned).unwrap().to_string();
    assert!(line.contains("trusted on first use") && line.contains("models.lock"), "{line}");
    let pins = Pins::read(manifest(), &first).unwrap().unwrap();
    let commit = "0123456789abcdef0123456789abcdef01234567";
    assert_eq!(pins.revision.as_deref(), Some(commit));
    assert_eq!(pins.files["model.safetensors"].sha256, sha256(WEIGHTS));
    // after the first answer everything is asked for by its commit
    let by_commit = |asked: &ReceivedRequest| asked.path.contains(&format!("/resolve/{commit}/"));
    assert!(server.asked()[1..].iter().all(by_commit), "{:?}", server.asked());

    // the model's directory goes, and the mirror has other files by now
    std::fs::remove_dir_all(&located.path).unwrap();
    let forged = HttpServer::start(|asked| match asked.method.as_str() {
        "HEAD" => Reply::new(200, ""),
        // as long as the first file, and another one
        _ => Reply::new(200, "[]"),
    });
    let error = download(manifest(), &sources(data.path(), &forged.address), &mut no_progress());
    let error = error.unwrap_err().to_string();
    assert!(error.contains("does not match its checksum"), "{error}");
    assert_eq!(locate(manifest(), &first), None);
    let mut said = Vec::new();
    download(manifest(), &first, &mut |event| said.push(event)).unwrap();
    assert!(!said.iter().any(|event| pinned(&event)), "it was recorded before");
}

#[test]
fn files_exchanged_together_with_their_record_are_found_when_the_model_is_opened() {
    let (server, data) = (HttpServer::start(file), tempfile::tempdir().unwrap());
    let sources = sources(data.path(), &server.address);
    let located = download(manifest(), &sources, &mut no_progress()).unwrap();
    std::fs::write(located.path.join("config.json"), "{ }").unwrap();
    std::fs::remove_file(located.path.join("sconce.lock")).unwrap();
    assert!(!verify(manifest(), &sources).unwrap().ok());
    let config = EmbedderConfig { model: manifest().id.clone(), ..EmbedderConfig::new(sources) };
    let error = Embedder::open(&config, &mut |_| ()).unwrap_err();
    assert!(matches!(error, EmbedError::Checksum { .. }), "{error}");
    assert!(matches!(error.remedy(), Some(ModelRemedy::ReplaceFile { .. })));
}

#[test]
fn more_than_the_hub_announced_is_not_taken() {
    let server = HttpServer::start(|asked| match asked.method.as_str() {
        "HEAD" => file(asked),
        _ => Reply::new(200, vec![7; 400_000]),
    });
    let data = tempfile::tempdir().unwrap();
    let sources = sources(data.path(), &server.address);
    let error = download(manifest(), &sources, &mut no_progress()).unwrap_err();
    assert!(error.to_string().contains("larger than"), "{error}");
}

/// Names the data directory to the copy of this test program that works in a hostile directory.
const CHILD: &str = "SCONCE_TEST_CHILD_DATA_DIR";

/// Not a test of its own: what `nothing_of_the_working_directory_runs` runs there.
#[test]
fn child_process() {
    let Some(data) = std::env::var_os(CHILD) else { return };
    let minilm = Catalog::builtin().get(model::MODEL).unwrap();
    let sources = SourceOptions { hf_token: None, ..sources(Path::new(&data), &nobody()) };
    let error = download(minilm, &sources, &mut no_progress()).unwrap_err();
    assert!(matches!(error, EmbedError::Unavailable { .. }), "{error}");
}

#[test]
fn nothing_of_the_working_directory_runs() {
    use std::os::unix::fs::PermissionsExt as _;
    let (project, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (marker, root) = (data.path().join("ran"), project.path());
    let python = format!("open({:?}, 'w').write('x')\n", marker.display().to_string());
    std::fs::create_dir(root.join("pip")).unwrap();
    for name in ["pip/__init__.py", "pip/__main__.py", "sitecustomize.py", "json.py"] {
        std::fs::write(root.join(name), &python).unwrap();
    }
    for name in ["python3", "python", "pip", "pip3", "uv"] {
        let path = if name == "pip" { root.join("bin/pip") } else { root.join(name) };
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, format!("#!/bin/sh\ntouch '{}'\n", marker.display())).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = std::env::var("PATH").unwrap_or_default();
    let child = |path: String| {
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "child_process"]).current_dir(root).env("PATH", path);
        command.env("PYTHONPATH", root).env("PIP_INDEX_URL", format!("{}/simple", nobody()));
        command.env("PIP_CONFIG_FILE", "/dev/null").env_remove("PIP_FIND_LINKS");
        command.env(CHILD, data.path()).status().unwrap()
    };
    for path in [path.clone(), format!(".:bin:{path}")] {
        assert!(child(path).success());
        assert!(!marker.exists(), "something of the working directory ran");
    }
}
