//! A build with the feature `cuda` opens CUDA's libraries when it is asked for a GPU and not before,
//! and says what is missing. A driver made up here stands for the real one, in a process of its own.
#![cfg(all(feature = "cuda", target_os = "linux", target_arch = "x86_64"))]

use std::path::Path;
use std::process::{Command, Stdio};

use sconce_embed::{DeviceChoice, open_device};

/// A driver without a GPU: what CUDA answers then, and the words for it.
const NO_GPU: &str = r#"
    int cuInit(unsigned flags) { return 100; }
    int cuGetErrorName(int error, const char **text) { *text = "CUDA_ERROR_NO_DEVICE"; return 0; }
    int cuGetErrorString(int error, const char **text) { *text = "made up: no GPU"; return 0; }
"#;

fn library(directory: &Path, file: &str, source: &str) {
    let mut cc = Command::new("cc");
    cc.args(["-shared", "-fPIC", "-x", "c", "-", "-o"]).arg(directory.join(file));
    let mut cc = cc.stdin(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut cc.stdin.take().unwrap(), source.as_bytes()).unwrap();
    assert!(cc.wait().unwrap().success(), "{file} compiles");
}

/// What a process says that asks for a GPU and finds these libraries first.
fn asked_with(libraries: &Path) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "ask", "--ignored", "--nocapture"])
        .env("LD_LIBRARY_PATH", libraries)
        .output()
        .unwrap();
    assert!(output.status.success(), "it ends in order: {output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
#[ignore = "the other tests run it, each with libraries of its own"]
fn ask() {
    match open_device(DeviceChoice::Cuda) {
        Ok(device) => eprintln!("a GPU: {device:?}"),
        Err(error) => eprintln!("{error}\nremedy: {:?}", error.remedy().unwrap()),
    }
    let auto = open_device(DeviceChoice::Auto).unwrap();
    eprintln!("auto: {}", if auto.is_cpu() { "processor" } else { "GPU" });
}

#[test]
fn no_library_of_cuda_is_needed_to_start() {
    let mapped = std::fs::read_to_string("/proc/self/maps").unwrap();
    let cuda: Vec<_> = mapped
        .lines()
        .filter(|line| ["libcu", "libnvrtc", "libnvidia"].iter().any(|name| line.contains(name)))
        .filter(|line| !line.contains("libcurl"))
        .collect();
    assert!(cuda.is_empty(), "{cuda:#?}");
}

#[test]
fn without_a_driver_it_says_so_and_goes_on_with_the_processor() {
    let empty = tempfile::tempdir().unwrap();
    let said = asked_with(empty.path());
    if said.contains("libcuda.so.1: cannot open") {
        assert!(
            said.contains("device cuda cannot be used: NVIDIA's driver cannot be loaded"),
            "{said}"
        );
        assert!(said.contains("hint: install NVIDIA's driver"), "{said}");
        assert!(said.contains("or use `--device cpu`"), "{said}");
        assert!(said.contains("auto: processor"), "{said}");
    } else {
        eprintln!("skipped: this machine has a driver: {said}");
    }
}

#[test]
fn a_driver_without_libraries_is_told_apart_from_none() {
    let directory = tempfile::tempdir().unwrap();
    library(directory.path(), "libcuda.so.1", NO_GPU);
    let said = asked_with(directory.path());
    if said.contains("libcublas.so.13: cannot open") {
        assert!(said.contains("device cuda cannot be used: cuBLAS cannot be loaded"), "{said}");
        assert!(said.contains("LD_LIBRARY_PATH"), "{said}");
        assert!(said.contains("auto: processor"), "{said}");
    } else {
        eprintln!("skipped: this machine has CUDA's libraries: {said}");
    }
}

#[test]
fn what_the_driver_answers_is_what_the_user_reads() {
    let directory = tempfile::tempdir().unwrap();
    library(directory.path(), "libcuda.so.1", NO_GPU);
    for file in ["libcublas.so.13", "libcurand.so.10"] {
        library(directory.path(), file, "");
    }
    let said = asked_with(directory.path());
    assert!(said.contains("device cuda cannot be used"), "{said}");
    assert!(said.contains("made up: no GPU"), "the entries lead to the library: {said}");
    assert!(said.contains("auto: processor"), "{said}");
}
