//! A server with TLS, whose authority this machine does not know.

use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sconce_testing::http_server::{HttpServer, ReceivedRequest, Reply};

pub(crate) const CA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/certificates/ca.pem");

pub(crate) fn start(
    answer: impl Fn(&ReceivedRequest) -> Reply + Send + Sync + 'static,
) -> HttpServer {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/certificates/");
    let cert = CertificateDer::from_pem_file(format!("{dir}server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(format!("{dir}server.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert], key)
        .unwrap();
    let config = Arc::new(config);
    let open = move |stream| {
        let connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
        rustls::StreamOwned::new(connection, stream)
    };
    HttpServer::start_over(open, answer)
}
