//! What a run does to an index: all of it once, then only what changed.

use std::fs;
use std::time::{Duration, UNIX_EPOCH};

use sconce_engine::{EngineError, ErrorKind, IndexRequest, Phase, SkipReason};
use sconce_store::IndexStatus;

use sconce_testing::project::FILES;

use crate::project::Project;

#[tokio::test(flavor = "multi_thread")]
async fn the_second_run_parses_and_embeds_nothing() {
    let project = Project::new().await;
    let first = project.index().await.unwrap();
    assert_eq!((first.files, first.files_changed), (5, 5));
    assert!(first.chunks_embedded > 0 && first.tokens > 0, "{first:?}");
    let second = project.index().await.unwrap();
    assert_eq!((second.files, second.files_unchanged, second.files_changed), (5, 5, 0));
    assert_eq!((second.chunks, second.tokens), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_changed_is_embedded_again() {
    let project = Project::indexed().await;
    project.write("src/retry.rs", &format!("{}\npub fn jitter() {{}}\n", FILES[0].1));
    fs::remove_file(project.root().join("src/parser.py")).unwrap();
    let report = project.index().await.unwrap();
    assert_eq!((report.files, report.files_changed, report.files_removed), (4, 1, 1));
    assert!(project.paths("jitter").await.contains(&"src/retry.rs".to_owned()));
    assert!(!project.paths("ConfigParser").await.contains(&"src/parser.py".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_that_moves_is_not_embedded_again() {
    let project = Project::indexed().await;
    fs::create_dir(project.root().join("packages")).unwrap();
    fs::rename(project.root().join("web"), project.root().join("packages/web")).unwrap();
    let report = project.index().await.unwrap();
    assert_eq!((report.files_changed, report.files_removed), (1, 1));
    assert_eq!((report.chunks_embedded, report.tokens), (0, 0), "{report:?}");
    assert_eq!(project.paths("cartTotal").await[0], "packages/web/cart.ts");
}

/// The name is part of what is embedded: the same text under another one has another vector, whatever
/// was embedded before.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_under_another_name_is_embedded_with_it() {
    let project = Project::indexed().await;
    let cart = project.root().join("web/cart.ts");
    fs::copy(&cart, cart.with_file_name("basket.ts")).unwrap();
    let report = project.index().await.unwrap();
    assert_eq!((report.files_changed, report.chunks_embedded), (1, report.chunks), "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rebuilding_takes_every_vector_from_the_cache() {
    let project = Project::indexed().await;
    let request = IndexRequest { rebuild: true, ..project.request() };
    let report = project.engine.start_index(request).await.unwrap().wait().await.unwrap();
    assert_eq!((report.files_changed, report.chunks_embedded), (5, 0));
    assert_eq!(report.chunks_cached, report.chunks);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_skipped_is_counted_by_reason() {
    let project = Project::new().await;
    project.write(".env", "TOKEN=very-secret");
    project.write("deploy/key.txt", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n");
    project.write("empty.rs", "");
    project.write("Cargo.lock", "# generated");
    project.write("big.xml", &"<line/>\n".repeat(1 << 18));
    fs::write(project.root().join("logo.png"), b"\x89PNG\0\0\0").unwrap();
    let report = project.index().await.unwrap();
    for reason in [
        SkipReason::Secret,
        SkipReason::Empty,
        SkipReason::Data,
        SkipReason::TooLarge,
        SkipReason::Binary,
    ] {
        assert!(report.skipped.contains_key(&reason), "{reason:?} in {:?}", report.skipped);
    }
    assert_eq!(report.skipped[&SkipReason::Secret], 2);
    assert_eq!(report.files, 5);
    for result in project.search("very-secret TOKEN MIIE").await.results {
        assert!(!result.content.contains("very-secret") && !result.content.contains("MIIE"));
    }
}

/// As `rsync -t`, `cp -p` and archives leave it.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_another_of_its_size_and_time_replaced_is_indexed_anew() {
    let project = Project::new().await;
    let write = |function: &str| {
        project.write("src/x.py", &format!("def {function}():\n    return 1\n"));
        let file = fs::File::options().write(true).open(project.root().join("src/x.py")).unwrap();
        file.set_modified(UNIX_EPOCH + Duration::from_secs(1_700_000_000)).unwrap();
    };
    write("alpha_ten");
    // Until its times are trusted, it is read again anyway.
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    project.index().await.unwrap();
    assert_eq!(project.index().await.unwrap().files_unchanged, 6);
    write("alpha_six");
    assert_eq!(project.index().await.unwrap().files_changed, 1);
    assert_eq!(project.paths("alpha_six").await[0], "src/x.py");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_turns_into_a_secret_leaves_the_index() {
    let project = Project::indexed().await;
    project.write("src/retry.rs", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n");
    let report = project.index().await.unwrap();
    assert_eq!((report.files, report.files_removed), (4, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_text_is_indexed_whole() {
    let project = Project::new().await;
    let mut late_nul = "fn padding() {}\n".repeat(600).into_bytes();
    late_nul.extend(b"fn after_the_nul\0_byte() {}\n");
    fs::write(project.root().join("nul.rs"), late_nul).unwrap();
    project.write("odd.py", "\u{feff}def gr\u{fc}\u{df}e():\r\n\treturn '\u{1f600}'\r\n");
    project.write("line.js", &format!("// {}\nconst x = 1;\n", "word ".repeat(50)));
    let report = project.index().await.unwrap();
    assert_eq!(report.files, 8, "{:?}", report.skipped);
    assert_eq!(project.paths("after_the_nul").await[0], "nul.rs");
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_roots_are_refused_with_what_to_do() {
    let project = Project::new().await;
    let file = project.root().join("README.md");
    for (root, expected) in [
        (project.root().join("nowhere"), "no such directory"),
        (file, "is a file, and an index is made of a directory"),
    ] {
        let request = IndexRequest { root, ..IndexRequest::default() };
        let error = project.engine.start_index(request).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.remedy().is_some());
    }
    let request = IndexRequest { include: vec!["src/{".into()], ..project.request() };
    let job = project.engine.start_index(request).await.unwrap();
    assert!(job.wait().await.unwrap_err().to_string().contains("src/{"));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_directories_of_one_name_get_two_indexes() {
    let project = Project::new().await;
    for directory in ["one/app", "two/app"] {
        project.write(&format!("{directory}/main.rs"), "fn main() {}\n");
        let root = project.root().join(directory);
        let request = IndexRequest { root, ..IndexRequest::default() };
        project.engine.start_index(request).await.unwrap().wait().await.unwrap();
    }
    let names: Vec<String> = project
        .engine
        .indexes()
        .await
        .unwrap()
        .into_iter()
        .map(|index| index.into_row().name)
        .collect();
    assert_eq!(names.len(), 2);
    assert!(names.contains(&"app".to_owned()), "{names:?}");
    let taken = IndexRequest { name: Some("app".into()), ..project.request() };
    let error = project.engine.start_index(taken).await.unwrap_err();
    assert!(matches!(error, EngineError::NameTaken { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_while_a_job_runs_joins_it() {
    let project = Project::new().await;
    let first = project.engine.start_index(project.request()).await.unwrap();
    let second = project.engine.start_index(project.request()).await.unwrap();
    let (first, second) = (first.wait().await.unwrap(), second.wait().await.unwrap());
    assert_eq!(first, second);
    assert_eq!(project.engine.jobs().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_after_a_job_s_walk_is_indexed_by_it_where_it_is_asked_for() {
    let project = Project::new().await;
    project.generate(400);
    let first = project.job_at_work().await;
    project.write("src/kite.py", "def fly_kite():\n    return 'wind'\n");
    // Written already, since the files come in the order of their paths.
    project.write("README.md", "# Kites\n\nA shop that flies.\n");
    let second = project.engine.start_index(project.request()).await.unwrap();
    let report = second.wait().await.unwrap();
    assert_eq!(report, first.wait().await.unwrap(), "one job");
    assert!(project.paths("fly_kite").await.contains(&"src/kite.py".to_owned()));
    assert_eq!(report.files, 406);
    assert_eq!((report.files_changed, report.files_unchanged), (407, 0), "the README twice");
    let progress = first.progress();
    assert_eq!((progress.phase, progress.files_done), (Phase::Done, 406));
    assert_eq!(progress.chunks_done, report.chunks);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_that_is_asked_for_during_a_job_comes_after_it() {
    let project = Project::indexed().await;
    project.generate(400);
    let first = project.job_at_work().await;
    let rebuild = IndexRequest { rebuild: true, ..project.request() };
    let second = project.engine.start_index(rebuild.clone()).await.unwrap();
    let third = project.engine.start_index(rebuild).await.unwrap();
    assert_eq!(second.progress().phase, Phase::Waiting);
    let (first, second) = (first.wait().await.unwrap(), second.wait().await.unwrap());
    assert_eq!((first.files_changed, second.files_changed), (400, 405));
    assert_eq!(third.wait().await.unwrap(), second);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_files_that_are_asked_for_during_a_job_come_after_it() {
    let project = Project::new().await;
    project.generate(400);
    let first = project.job_at_work().await;
    let request = IndexRequest { include: vec!["src/**".into()], ..project.request() };
    let second = project.engine.start_index(request).await.unwrap().wait().await.unwrap();
    assert_eq!((first.wait().await.unwrap().files, second.files), (405, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_a_job_cancels_the_one_that_it_comes_after() {
    let project = Project::new().await;
    project.generate(400);
    let first = project.job_at_work().await;
    let rebuild = IndexRequest { rebuild: true, ..project.request() };
    let second = project.engine.start_index(rebuild).await.unwrap();
    second.cancel();
    for job in [second, first] {
        assert_eq!(job.wait().await.unwrap_err().kind(), ErrorKind::Cancelled);
    }
    let index = project.handle().await;
    assert_eq!(index.row().state.status, IndexStatus::Interrupted);
    index.delete().await.unwrap();
    assert!(project.engine.jobs().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_is_kept_out_while_one_writes() {
    let project = Project::indexed().await;
    let other = project.database.store().await;
    let index = project.handle().await;
    let lock = other.lock_index(index.row().id).await.unwrap().expect("nobody writes");
    let error = project.index().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy, "{error}");
    assert!(index.delete().await.is_err());
    drop(lock);
    // The lock goes with its connection, which closes a moment later.
    for _ in 0..50 {
        match project.index().await {
            Ok(_) => return,
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(100)).await,
        }
    }
    panic!("the lock was never let go");
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_ends_with_all_files_done() {
    let project = Project::new().await;
    let mut job = project.engine.start_index(project.request()).await.unwrap();
    let report = job.wait().await.unwrap();
    while !job.progress().phase.is_final() {
        job.changed().await;
    }
    let progress = job.progress();
    assert_eq!(progress.phase, Phase::Done);
    assert_eq!((progress.files_done, progress.files_total), (5, 5));
    assert_eq!(progress.chunks_done, report.chunks);
    let index = project.handle().await;
    assert_eq!(index.row().state.status, IndexStatus::Ready);
    assert_eq!(index.row().chunks as u64, report.chunks);
}
