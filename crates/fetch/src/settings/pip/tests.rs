use std::fs;

use tempfile::TempDir;

use super::*;

fn shown(addresses: &[Address]) -> Vec<String> {
    addresses.iter().map(ToString::to_string).collect()
}

/// A home directory with a `pip.conf`, and the variables given beside `HOME`.
fn settings(conf: &str, variables: &[(&str, &str)]) -> (TempDir, Result<PipSettings>) {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(home.path().join(".config/pip")).unwrap();
    fs::write(home.path().join(".config/pip/pip.conf"), conf).unwrap();
    let own = ("HOME", home.path().to_str().unwrap());
    let environment = Environment::of([own].into_iter().chain(variables.iter().copied()));
    let settings = PipSettings::read(&environment);
    (home, settings)
}

#[test]
fn without_a_word_it_is_the_public_index() {
    let (_home, settings) = settings("", &[]);
    assert_eq!(shown(&settings.unwrap().indexes), [PYPI]);
}

#[test]
fn a_variable_comes_before_a_file_and_pips_before_uvs() {
    let conf = "[global]\nindex-url = https://file/simple\n[install]\nindex-url = https://inst/\n\
                [download]\nextra-index-url = https://a/ https://b/\n";
    let (_home, read) = settings(conf, &[]);
    assert_eq!(shown(&read.unwrap().indexes), ["https://inst/", "https://a/", "https://b/"]);
    let uv = ("UV_DEFAULT_INDEX", "company=https://uv/simple");
    let (_home, read) = settings(conf, &[uv]);
    assert_eq!(shown(&read.unwrap().indexes)[0], "https://uv/simple");
    let (_home, read) = settings(conf, &[uv, ("PIP_INDEX_URL", "https://pip/simple")]);
    assert_eq!(shown(&read.unwrap().indexes)[0], "https://pip/simple");
}

#[test]
fn no_index_leaves_the_links_alone() {
    let (_home, read) =
        settings("", &[("PIP_NO_INDEX", "1"), ("PIP_FIND_LINKS", "/wheels https://page/x")]);
    let read = read.unwrap();
    assert!(read.indexes.is_empty());
    assert_eq!(shown(&read.find_links), ["file:///wheels", "https://page/x"]);
}

#[test]
fn certificates_and_proxy_are_those_of_pip_and_its_library() {
    let conf = "[global]\ncert = /company.pem\nproxy = http://user:secret@proxy:3128\n";
    let bundle = ("REQUESTS_CA_BUNDLE", "/bundle.pem");
    let (_home, read) = settings(conf, &[bundle]);
    let read = read.unwrap();
    assert_eq!(read.certificates, ["/company.pem", "/bundle.pem"].map(PathBuf::from));
    assert!(read.proxy.is_some());
    let (_home, read) = settings(conf, &[bundle, ("PIP_CERT", "/pip.pem")]);
    assert_eq!(read.unwrap().certificates[0], PathBuf::from("/pip.pem"));
}

#[test]
fn the_file_that_is_named_takes_the_users_place() {
    let dir = tempfile::tempdir().unwrap();
    let named = dir.path().join("named.conf");
    fs::write(&named, "[global]\nindex-url = https://named/\n").unwrap();
    let conf = "[global]\nindex-url = https://user/\nextra-index-url = https://more/\n";
    let (_home, read) = settings(conf, &[("PIP_CONFIG_FILE", named.to_str().unwrap())]);
    assert_eq!(shown(&read.unwrap().indexes), ["https://named/"]);
    let (_home, read) = settings(conf, &[("PIP_CONFIG_FILE", "/dev/null")]);
    assert_eq!(shown(&read.unwrap().indexes), [PYPI]);
}

#[test]
fn nothing_of_the_working_directory_is_read() {
    let project = tempfile::tempdir().unwrap();
    for place in ["pip.conf", ".venv/pip.conf"] {
        let path = project.path().join(place);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "[global]\nindex-url = https://evil/\n").unwrap();
    }
    let venv = project.path().join(".venv");
    let mut environment = Environment::of([
        ("PIP_CONFIG_FILE", "pip.conf"),
        ("VIRTUAL_ENV", venv.to_str().unwrap()),
        ("HOME", "."),
        ("PIP_CERT", "ca.pem"),
        ("PIP_FIND_LINKS", "wheels"),
    ]);
    environment.working_dir = Some(project.path().to_path_buf());
    let read = PipSettings::read(&environment).unwrap();
    assert_eq!(shown(&read.indexes), [PYPI]);
    assert!(read.certificates.is_empty() && read.find_links.is_empty());

    // a virtual environment that another directory's process has active: its index, not its trust
    fs::write(venv.join("pip.conf"), "[global]\nindex-url = https://venv/\ncert = /evil.pem\n")
        .unwrap();
    environment.working_dir = None;
    let read = PipSettings::read(&environment).unwrap();
    assert_eq!(shown(&read.indexes), ["https://venv/"]);
    assert!(read.certificates.is_empty());
}

#[test]
fn the_systems_files_come_before_the_users() {
    let system = tempfile::tempdir().unwrap();
    fs::write(system.path().join("pip.conf"), "[global]\nindex-url = https://system/\n").unwrap();
    fs::create_dir_all(system.path().join("xdg/pip")).unwrap();
    fs::write(system.path().join("xdg/pip/pip.conf"), "[global]\nextra-index-url = https://xdg/\n")
        .unwrap();
    let mut environment = Environment::of([("HOME", "/nonexistent")]);
    environment.system_dir = system.path().to_path_buf();
    let read = PipSettings::read(&environment).unwrap();
    assert_eq!(shown(&read.indexes), ["https://system/", "https://xdg/"]);
}

#[test]
fn a_setting_that_is_no_address_is_named_without_its_credentials() {
    let (_home, read) = settings("", &[("PIP_INDEX_URL", "ftp://user:hunter2@host/")]);
    let error = read.unwrap_err().to_string();
    assert!(error.contains("PIP_INDEX_URL") && !error.contains("hunter2"), "{error}");
}
