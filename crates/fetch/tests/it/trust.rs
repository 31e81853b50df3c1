//! Whose certificates are trusted.

use sconce_fetch::{FetchError, FetchRemedy};
use sconce_testing::http_server::ConnectProxy;

use crate::index::{download, tls_index};
use crate::tls::CA;

#[test]
fn a_companys_authority_is_trusted_wherever_the_machine_names_it() {
    let server = tls_index();
    let url = format!("https://localhost:{}/simple", server.port);
    let index = ("PIP_INDEX_URL", url.as_str());
    for variable in ["PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"] {
        download(&[index, (variable, CA)]).unwrap_or_else(|error| panic!("{variable}: {error}"));
    }
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(home.path().join(".config/pip")).unwrap();
    let conf = format!("[global]\ncert = {CA}\n");
    std::fs::write(home.path().join(".config/pip/pip.conf"), conf).unwrap();
    download(&[index, ("HOME", home.path().to_str().unwrap())]).unwrap();
}

#[test]
fn an_authority_that_nobody_named_is_not_trusted() {
    let server = tls_index();
    let url = format!("https://localhost:{}/simple", server.port);
    let error = download(&[("PIP_INDEX_URL", &url)]).unwrap_err();
    assert!(matches!(error, FetchError::Untrusted { .. }), "{error:?}");
    assert!(error.remedy() == Some(FetchRemedy::NameAuthority));
    assert!(server.asked().is_empty());
}

#[test]
fn a_proxy_carries_tls_to_the_index() {
    let server = tls_index();
    let proxy = ConnectProxy::to(server.port);
    let url = format!("http://127.0.0.1:{}", proxy.port);
    let index = ("PIP_INDEX_URL", "https://index.test/simple");
    download(&[index, ("HTTPS_PROXY", &url), ("PIP_CERT", CA)]).unwrap();
    assert_eq!(proxy.asked()[0].path, "index.test:443");
}
