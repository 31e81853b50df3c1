//! The managed PostgreSQL: made, shared, healed, stopped, refused.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use sconce_store::managed::{self, ManagedError};
use sconce_store::{DatabaseRemedy, Notice, Store, StoreConfig};
use sconce_testing::{TestDatabase, own_data_dir};

/// Names the data directory to the copies of this test program that play other processes.
const CHILD: &str = "SCONCE_TEST_CHILD_DATA_DIR";

/// Names the data directory to the copy that plays a user whom the system has no name for, and the user's number.
const NAMELESS_CHILD: &str = "SCONCE_TEST_NAMELESS_DATA_DIR";
const NAMELESS: u32 = 54_321;

async fn start(data_dir: &Path) -> (managed::Status, Vec<Notice>) {
    let mut notices = Vec::new();
    let status =
        managed::start(data_dir, managed::Downloads::Allowed, &mut |event| notices.push(event))
            .await
            .unwrap();
    (status, notices)
}

fn healed(notices: &[Notice]) -> bool {
    notices.iter().any(|notice| matches!(notice, Notice::Healed { .. }))
}

/// Not a test of its own: what `two_processes_share_one_server` runs as another process.
#[tokio::test]
async fn child_process() {
    let Some(data_dir) = std::env::var_os(CHILD) else { return };
    let config = StoreConfig {
        database_url: None,
        read_database_url: None,
        data_dir: data_dir.into(),
        downloads: managed::Downloads::Allowed,
        max_connections: 2,
    };
    let store = Store::open(&config, &mut |_| {}).await.unwrap();
    assert!(store.health().await.unwrap().managed);
}

/// Not a test of its own: uses the tests' own server until it is killed.
#[tokio::test]
async fn child_process_with_a_database() {
    if std::env::var_os(CHILD).is_some() {
        let _database = TestDatabase::create().await;
        writeln!(std::io::stdout(), "ready").unwrap();
        std::future::pending::<()>().await;
    }
}

#[tokio::test]
async fn the_tests_server_stops_when_its_last_user_is_killed() {
    let own = own_data_dir().await;
    let user = || {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "managed::child_process_with_a_database", "--nocapture"])
            .envs([(CHILD, &own.path), ("SCONCE_TEST_DATA_DIR", &own.path)])
            .env_remove("SCONCE_TEST_DATABASE_URL")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.map_while(Result::ok).any(|line| line.ends_with("ready")));
        child
    };
    let (mut first, mut last) = (user(), user());
    let pid = managed::status(&own.path).await.unwrap().pid;
    assert!(pid.is_some());
    // this process has a lease on the directory, too
    own.give_back_lease();
    first.kill().unwrap();
    first.wait().unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(managed::status(&own.path).await.unwrap().pid, pid, "one user is left");
    last.kill().unwrap();
    last.wait().unwrap();
    while managed::status(&own.path).await.unwrap().pid.is_some() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn processes_that_start_together_share_one_server_which_outlives_them() {
    let own = own_data_dir().await;
    let children: Vec<_> = (0..4)
        .map(|_| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "managed::child_process"])
                .env(CHILD, &own.path)
                .stdout(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let log = fs::read_to_string(own.path.join("postgres.log")).unwrap();
    assert_eq!(log.matches("ready to accept connections").count(), 1, "{log}");
    let status = managed::status(&own.path).await.unwrap();
    assert!(status.pid.is_some() && status.bytes_on_disk > 0 && status.version.is_some());
}

#[tokio::test]
async fn what_killed_processes_leave_behind_is_healed() {
    let own = own_data_dir().await;
    // an initdb that did not end
    let partial = own.path.join("cluster.partial");
    fs::create_dir(&partial).unwrap();
    fs::write(partial.join("PG_VERSION"), "18\n").unwrap();
    let (first, notices) = start(&own.path).await;
    assert!(healed(&notices) && !partial.exists(), "{notices:?}");
    let (again, notices) = start(&own.path).await;
    assert_eq!((again.pid, notices), (first.pid, Vec::new()), "it runs already");

    // a server that was killed
    let pid = rustix::process::Pid::from_raw(first.pid.unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    while managed::status(&own.path).await.unwrap().pid.is_some() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let (second, notices) = start(&own.path).await;
    assert!(healed(&notices), "{notices:?}");
    assert_ne!(second.pid, first.pid);

    assert!(managed::stop(&own.path).await.unwrap());
    assert!(!managed::stop(&own.path).await.unwrap(), "it is stopped already");
    assert_eq!(managed::status(&own.path).await.unwrap().pid, None);

    // a pid file whose number belongs to another program by now: this one
    let pid_file = own.path.join("cluster/postmaster.pid");
    let text = format!("{}\n/x\n1\n5432\n/x\n\n1 2\nready\n", std::process::id());
    fs::write(&pid_file, text).unwrap();
    assert_eq!(managed::status(&own.path).await.unwrap().pid, None);
    assert!(!managed::stop(&own.path).await.unwrap(), "this program must not be signalled");
    let (third, notices) = start(&own.path).await;
    assert!(third.pid.is_some() && healed(&notices), "{notices:?}");

    // what a power cut leaves of one
    for text in ["", "garbage\n"] {
        assert!(managed::stop(&own.path).await.unwrap());
        fs::write(&pid_file, text).unwrap();
        let (again, notices) = start(&own.path).await;
        assert!(again.pid.is_some() && healed(&notices), "{text:?}: {notices:?}");
    }
}

#[tokio::test]
async fn a_server_whose_socket_is_gone_is_started_again() {
    let own = own_data_dir().await;
    let config = StoreConfig {
        database_url: None,
        read_database_url: None,
        data_dir: own.path.clone(),
        downloads: managed::Downloads::Allowed,
        max_connections: 2,
    };
    let store = Store::open(&config, &mut |_| {}).await.unwrap();
    let status = managed::status(&own.path).await.unwrap();
    let (mut pid, socket) = (status.pid, status.socket_dir.unwrap().join(".s.PGSQL.5432"));
    // by a store that has it open
    fs::remove_file(&socket).unwrap();
    assert!(store.indexes().await.unwrap().is_empty() && socket.exists());
    let after = managed::status(&own.path).await.unwrap().pid;
    assert!(after.is_some() && after != pid);
    pid = after;
    // by a process that comes new
    fs::remove_file(&socket).unwrap();
    let (after, notices) = start(&own.path).await;
    assert!(healed(&notices), "{notices:?}");
    assert!(after.pid.is_some() && after.pid != pid && socket.exists());
    assert!(store.indexes().await.unwrap().is_empty());
}

#[tokio::test]
async fn the_socket_of_a_deep_data_directory_is_elsewhere() {
    let own = own_data_dir().await;
    let deep = own.path.join("a".repeat(60)).join("b".repeat(60));
    fs::create_dir_all(&deep).unwrap();
    std::os::unix::fs::symlink(own.path.join("postgres"), deep.join("postgres")).unwrap();
    let (status, _) = start(&deep).await;
    let socket_dir = status.socket_dir.unwrap();
    assert!(!socket_dir.starts_with(&own.path), "{}", socket_dir.display());
    assert!(socket_dir.as_os_str().len() < 90);
    assert_eq!(fs::metadata(&socket_dir).unwrap().permissions().mode() & 0o777, 0o700);
    let config = StoreConfig {
        database_url: None,
        read_database_url: None,
        data_dir: deep.clone(),
        downloads: managed::Downloads::Allowed,
        max_connections: 2,
    };
    Store::open(&config, &mut |_| {}).await.unwrap().health().await.unwrap();
    managed::stop(&deep).await.unwrap();
    fs::remove_dir_all(&socket_dir).unwrap();
}

#[tokio::test]
async fn a_cluster_of_another_major_version_is_refused_and_not_touched() {
    let own = own_data_dir().await;
    let cluster = own.path.join("cluster");
    fs::create_dir(&cluster).unwrap();
    fs::write(cluster.join("PG_VERSION"), "9\n").unwrap();
    let error =
        managed::start(&own.path, managed::Downloads::Allowed, &mut |_| {}).await.unwrap_err();
    assert!(matches!(error, ManagedError::OtherMajor { found: 9, .. }), "{error}");
    assert_eq!(error.remedy(), Some(DatabaseRemedy::InstallMajor { found: 9 }));
    let names: Vec<_> =
        fs::read_dir(&cluster).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["PG_VERSION"]);

    fs::remove_file(cluster.join("PG_VERSION")).unwrap();
    fs::write(cluster.join("photo.jpg"), "x").unwrap();
    let error =
        managed::start(&own.path, managed::Downloads::Allowed, &mut |_| {}).await.unwrap_err();
    assert!(matches!(error, ManagedError::NotACluster { .. }), "{error}");
    assert!(cluster.join("photo.jpg").exists());
}

#[tokio::test]
async fn a_data_directory_that_the_servers_user_cannot_reach_is_named() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("skipped: only root runs the server as another user");
        return;
    }
    let own = own_data_dir().await;
    let closed = own.path.join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    let error = managed::start(&closed.join("data"), managed::Downloads::Allowed, &mut |_| {})
        .await
        .unwrap_err();
    let blocked = closed.canonicalize().unwrap();
    assert!(
        matches!(&error, ManagedError::Unreachable { blocked: b, .. } if *b == blocked),
        "{error}"
    );
    assert_eq!(error.remedy(), Some(DatabaseRemedy::OpenDirectory));
}

/// Not a test of its own: what `a_user_without_a_name_is_told_so` runs as such a user.
#[tokio::test]
async fn nameless_child_process() {
    let Some(data_dir) = std::env::var_os(NAMELESS_CHILD) else { return };
    let allowed = managed::Downloads::Allowed;
    let error = managed::start(Path::new(&data_dir), allowed, &mut |_| {}).await.unwrap_err();
    assert!(matches!(error, ManagedError::NamelessUser { uid: NAMELESS }), "{error}");
    assert_eq!(error.remedy(), Some(DatabaseRemedy::NameUser));
}

#[tokio::test]
async fn a_user_without_a_name_is_told_so() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("skipped: only root becomes another user");
        return;
    }
    let own = own_data_dir().await;
    let data_dir = own.path.join("data");
    fs::create_dir(&data_dir).unwrap();
    std::os::unix::fs::chown(&data_dir, Some(NAMELESS), Some(NAMELESS)).unwrap();
    let program = own.path.join("program");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let mut command = Command::new(&program);
    command.args(["--exact", "managed::nameless_child_process"]).current_dir("/");
    command.env(NAMELESS_CHILD, &data_dir).env_remove("HOME").uid(NAMELESS).gid(NAMELESS);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test]
async fn a_full_disk_is_named_and_what_was_begun_goes() {
    let own = own_data_dir().await;
    let disk = own.path.join("disk");
    fs::create_dir(&disk).unwrap();
    let mount = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=12m,mode=755", "tmpfs"])
        .arg(&disk)
        .stderr(Stdio::null())
        .status();
    if !mount.is_ok_and(|status| status.success()) {
        eprintln!("skipped: no small disk can be mounted here");
        return;
    }
    std::os::unix::fs::symlink(own.path.join("postgres"), disk.join("postgres")).unwrap();
    let result = managed::start(&disk, managed::Downloads::Allowed, &mut |_| {}).await;
    let left = disk.join("cluster.partial").exists() || disk.join("cluster").exists();
    Command::new("umount").arg(&disk).status().unwrap();
    let error = result.unwrap_err();
    assert!(matches!(error, ManagedError::DiskFull { .. }), "{error}");
    assert!(!left);
}

/// Not a test of its own: what `nothing_of_the_working_directory_runs` runs there.
#[tokio::test]
async fn offline_child_process() {
    let Some(data_dir) = std::env::var_os(OFFLINE_CHILD) else { return };
    let data_dir = Path::new(&data_dir);
    let forbidden = managed::Downloads::Forbidden;
    match managed::start(data_dir, forbidden, &mut |_| {}).await {
        // one that is installed may be used
        Ok(_) => assert!(managed::stop(data_dir).await.unwrap()),
        Err(error) => {
            assert!(matches!(error, ManagedError::Offline { .. }), "{error}");
            assert_eq!(error.remedy(), Some(DatabaseRemedy::AllowDownload));
        }
    }
    assert!(!data_dir.join("postgres").exists(), "offline means that nothing is downloaded");
}

/// Names the data directory to the copy of this test program that works in a hostile directory.
const OFFLINE_CHILD: &str = "SCONCE_TEST_OFFLINE_CHILD_DATA_DIR";

#[tokio::test]
async fn nothing_of_the_working_directory_runs_and_offline_nothing_is_downloaded() {
    let own = own_data_dir().await;
    let (project, data_dir) = (own.path.join("project"), own.path.join("data"));
    let marker = own.path.join("ran");
    fs::create_dir_all(project.join("pip")).unwrap();
    let python = format!("open('{}', 'w').write('x')\n", marker.display());
    for name in ["pip/__init__.py", "pip/__main__.py", "sitecustomize.py"] {
        fs::write(project.join(name), &python).unwrap();
    }
    let script = format!("#!/bin/sh\ntouch '{}'\n", marker.display());
    for name in ["python3", "pip3", "initdb", "pg_ctl", "postgres", "pg_config", "id", "ps"] {
        fs::write(project.join(name), &script).unwrap();
        fs::set_permissions(project.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = std::env::var("PATH").unwrap_or_default();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "managed::offline_child_process"])
        .current_dir(&project)
        .env("PATH", format!(".:{}:{path}", project.display()))
        .env(OFFLINE_CHILD, &data_dir)
        .status();
    assert!(child.unwrap().success());
    assert!(!marker.exists(), "something of the working directory ran");
}

#[tokio::test]
async fn no_other_user_reads_the_log_or_takes_the_lock() {
    let own = own_data_dir().await;
    for name in ["postgres.lock", "postgres.log"] {
        fs::write(own.path.join(name), "").unwrap();
        let open = fs::Permissions::from_mode(0o644);
        fs::set_permissions(own.path.join(name), open).unwrap();
    }
    start(&own.path).await;
    for name in ["postgres.lock", "postgres.log"] {
        let mode = fs::metadata(own.path.join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}
