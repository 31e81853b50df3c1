//! HTTP as the machine wants it: its certificates, proxies and credentials.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls_native_certs::{load_certs_from_paths, load_native_certs};
use ureq::http::{HeaderMap, Response, StatusCode};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Body, Proxy, ProxyProtocol};

use crate::settings::{Environment, PipSettings, netrc};
use crate::{Address, FetchError, Result};

/// A machine without a network must notice within seconds.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(20);
/// Silence after which a connection counts as dead.
const READ_TIMEOUT: Duration = Duration::from_secs(30);
/// One connection's share of a download; what came by then is kept, and another goes on.
const BODY_TIMEOUT: Duration = Duration::from_mins(15);
/// The pause before the second try; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// Redirects that one request is led through.
const MAX_REDIRECTS: u32 = 10;
/// Tries of one request whose failure may pass.
pub(crate) const TRIES: u32 = 4;

/// A client over the machine's certificates and proxies. Clones share its connections.
#[derive(Debug, Clone)]
pub struct Client {
    http: Agent,
    https: Agent,
    environment: Arc<Environment>,
    first_pause: Duration,
}

/// What is asked of a server beside the address.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ask<'a> {
    pub(crate) accept: Option<&'a str>,
    pub(crate) bearer: Option<&'a str>,
    /// The first byte wanted.
    pub(crate) offset: u64,
}

impl Client {
    /// A client for this process's environment.
    pub fn of_process() -> Result<Self> {
        let environment = Environment::of_process();
        let settings = PipSettings::read(&environment)?;
        Self::new(environment, &settings)
    }

    /// A client for an environment and what pip's settings say about networks.
    pub fn new(environment: Environment, settings: &PipSettings) -> Result<Self> {
        let roots = roots(&environment, &settings.certificates);
        let wait = settings.timeout_secs.map_or(RESPONSE_TIMEOUT, Duration::from_secs);
        let agent = |scheme: &str| -> Result<Agent> {
            let config = Agent::config_builder()
                .tls_config(TlsConfig::builder().root_certs(roots.clone()).build())
                .proxy(proxy(scheme, &environment, settings)?)
                .https_only(scheme == "https")
                .timeout_resolve(Some(CONNECT_TIMEOUT))
                .timeout_connect(Some(CONNECT_TIMEOUT))
                .timeout_recv_response(Some(wait.max(RESPONSE_TIMEOUT)))
                .timeout_per_read(Some(wait.max(READ_TIMEOUT)))
                .timeout_recv_body(Some(BODY_TIMEOUT))
                .max_redirects(0)
                .max_redirects_will_error(false)
                .http_status_as_error(false)
                .user_agent(concat!("sconce/", env!("CARGO_PKG_VERSION")))
                .build();
            Ok(config.into())
        };
        let (http, https) = (agent("http")?, agent("https")?);
        Ok(Self { http, https, environment: Arc::new(environment), first_pause: FIRST_PAUSE })
    }

    /// The same client with another first pause between tries; for tests.
    #[doc(hidden)]
    #[must_use]
    pub fn with_first_pause(mut self, pause: Duration) -> Self {
        self.first_pause = pause;
        self
    }

    /// Asks for a file's headers alone, and follows no redirect: a hub answers with the file's
    /// checksum and the place where it lies.
    pub fn headers(&self, address: &Address, bearer: Option<&str>) -> Result<HeaderMap> {
        let mut request = self.agent(address).head(address.url().as_str());
        if let Some(value) = self.authorization(address, bearer) {
            request = request.header("authorization", value);
        }
        let response = request.call().map_err(|error| refused(address, &error))?;
        let status = response.status();
        if status.is_client_error() || status.is_server_error() {
            return Err(FetchError::Status { url: address.to_string(), status: status.as_u16() });
        }
        Ok(response.into_parts().0.headers)
    }

    /// A page of at most `limit` bytes: its text, its type, and where it was found in the end.
    pub(crate) fn page(
        &self,
        address: &Address,
        accept: &str,
        limit: u64,
    ) -> Result<(String, String, Address)> {
        let ask = Ask { accept: Some(accept), ..Ask::default() };
        self.with_retries(|| {
            let (mut response, place) = self.get(address, ask)?;
            if response.status() != StatusCode::OK {
                let status = response.status().as_u16();
                return Err(FetchError::Status { url: address.to_string(), status });
            }
            let kind = response.body().mime_type().unwrap_or_default().to_owned();
            let text = response.body_mut().with_config().limit(limit).lossy_utf8(true);
            let text = text.read_to_string().map_err(|error| match error {
                ureq::Error::BodyExceedsLimit(_) => {
                    FetchError::TooLarge { what: address.to_string(), limit }
                }
                error => FetchError::broken(&address.to_string(), error),
            })?;
            Ok((text, kind, place))
        })
    }

    /// One request, tried once; its answer, and where that was found in the end. Redirects are
    /// followed here and not by the library, which takes another port for the same server:
    /// credentials and token stay with the server that they were meant for.
    pub(crate) fn get(&self, address: &Address, ask: Ask<'_>) -> Result<(Response<Body>, Address)> {
        let mut place = address.clone();
        for _ in 0..=MAX_REDIRECTS {
            let bearer = ask.bearer.filter(|_| place.is_same_server(address));
            let response = self.get_once(&place, Ask { bearer, ..ask })?;
            if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
                return Ok((response, place));
            }
            let location = response.headers().get("location").and_then(|text| text.to_str().ok());
            let next = location.and_then(|location| place.join(location));
            let next = next.filter(|next| next.is_as_safe_as(&place));
            place = next.ok_or_else(|| {
                FetchError::broken(&place.to_string(), "it redirects to no usable address")
            })?;
        }
        let why = format!("it redirects more than {MAX_REDIRECTS} times");
        Err(FetchError::Unreachable { host: address.host(), why, transient: false })
    }

    fn get_once(&self, address: &Address, ask: Ask<'_>) -> Result<Response<Body>> {
        let mut request = self.agent(address).get(address.url().as_str());
        if let Some(accept) = ask.accept {
            request = request.header("accept", accept);
        } else {
            // a file as it is: its length and its ranges count
            request = request.header("accept-encoding", "identity");
        }
        if let Some(value) = self.authorization(address, ask.bearer) {
            request = request.header("authorization", value);
        }
        if ask.offset > 0 {
            request = request.header("range", format!("bytes={}-", ask.offset));
        }
        request.call().map_err(|error| refused(address, &error))
    }

    /// Does `work` again, after longer and longer pauses, while its failure may pass.
    pub(crate) fn with_retries<T>(&self, mut work: impl FnMut() -> Result<T>) -> Result<T> {
        let mut tries = 1;
        loop {
            match work() {
                Err(error) if error.is_transient() && tries < TRIES => {
                    tracing::debug!(%error, tries, "trying again");
                    self.pause(tries);
                    tries += 1;
                }
                result => return result,
            }
        }
    }

    pub(crate) fn pause(&self, tries: u32) {
        std::thread::sleep(self.first_pause * 2_u32.pow(tries.saturating_sub(1).min(4)));
    }

    fn agent(&self, address: &Address) -> &Agent {
        if address.url().scheme() == "https" { &self.https } else { &self.http }
    }

    fn authorization(&self, address: &Address, bearer: Option<&str>) -> Option<String> {
        if let Some(token) = bearer {
            return Some(format!("Bearer {token}"));
        }
        address.authorization().or_else(|| {
            let found = netrc(&self.environment, address.url().host_str()?);
            address.clone().with_credentials(found).authorization()
        })
    }
}

/// The system's certificates and those that other tools of the machine were told of. Where there are
/// none at all, as in a small container, Mozilla's.
fn roots(environment: &Environment, more: &[PathBuf]) -> RootCerts {
    let (file, dir) = (environment.path("SSL_CERT_FILE"), environment.path("SSL_CERT_DIR"));
    let mut loaded = if file.is_some() || dir.is_some() {
        load_certs_from_paths(file.as_deref(), dir.as_deref())
    } else {
        load_native_certs()
    };
    for path in more {
        let (file, dir) = if path.is_dir() { (None, Some(path)) } else { (Some(path), None) };
        let result = load_certs_from_paths(file.map(PathBuf::as_path), dir.map(PathBuf::as_path));
        loaded.certs.extend(result.certs);
        loaded.errors.extend(result.errors);
    }
    for error in &loaded.errors {
        tracing::warn!(%error, "certificates are not used");
    }
    loaded.certs.sort_unstable_by(|a, b| a.as_ref().cmp(b.as_ref()));
    loaded.certs.dedup();
    if loaded.certs.is_empty() {
        return RootCerts::WebPki;
    }
    let certs = loaded.certs.iter().map(|cert| Certificate::from_der(cert).to_owned());
    RootCerts::Specific(Arc::new(certs.collect()))
}

/// The proxy for addresses of a scheme: pip's own, else that of the variables. This machine itself
/// is never behind one.
fn proxy(scheme: &str, environment: &Environment, settings: &PipSettings) -> Result<Option<Proxy>> {
    let variable = format!("{}_PROXY", scheme.to_ascii_uppercase());
    let named = |name: &str| Some((name.to_owned(), environment.get_any_case(name)?.to_owned()));
    let pip = settings.proxy.clone().map(|url| ("pip's proxy".to_owned(), url));
    let Some((setting, text)) = pip.or_else(|| named(&variable)).or_else(|| named("ALL_PROXY"))
    else {
        return Ok(None);
    };
    let wrong = |why: &str| FetchError::Setting { setting: setting.clone(), why: why.to_owned() };
    let parsed = Proxy::new(&text).map_err(|_| wrong("it is no address of a proxy"))?;
    let mut builder = Proxy::builder(parsed.protocol()).host(parsed.host()).port(parsed.port());
    if matches!(parsed.protocol(), ProxyProtocol::Socks5 | ProxyProtocol::Socks5h) {
        builder = builder.resolve_target(parsed.resolve_target());
    }
    if let Some(user) = parsed.username() {
        builder = builder.username(user).password(parsed.password().unwrap_or_default());
    }
    for host in direct_hosts(environment.get_any_case("NO_PROXY").unwrap_or_default()) {
        builder = builder.no_proxy(&host);
    }
    builder.build().map(Some).map_err(|_| wrong("it is no address of a proxy"))
}

/// The patterns of hosts that are reached without the proxy: `NO_PROXY` names domains, with a dot
/// before them or not, and means what lies below them too.
fn direct_hosts(no_proxy: &str) -> Vec<String> {
    let mut hosts: Vec<String> = ["localhost", "127.*", "[::1]"].map(str::to_owned).into();
    for entry in no_proxy.split([',', ' ']).map(str::trim).filter(|entry| !entry.is_empty()) {
        if entry == "*" {
            hosts.push(entry.to_owned());
            continue;
        }
        let without_port = entry.rsplit_once(':').filter(|(host, _)| !host.contains(':'));
        let domain = without_port.map_or(entry, |(host, _)| host);
        let domain = domain.trim_start_matches("*.").trim_start_matches('.');
        hosts.extend([domain.to_owned(), format!("*.{domain}")]);
    }
    hosts
}

/// What a request that got no answer means.
fn refused(address: &Address, error: &ureq::Error) -> FetchError {
    let host = address.host();
    let why = error.to_string();
    match error {
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) => FetchError::Untrusted { host, why },
        // rustls tells of a certificate that it does not trust in this way
        ureq::Error::Io(io) if io.kind() == std::io::ErrorKind::InvalidData => {
            FetchError::Untrusted { host, why }
        }
        ureq::Error::Io(io) => {
            use std::io::ErrorKind::{ConnectionAborted, ConnectionReset, UnexpectedEof};
            let transient =
                matches!(io.kind(), ConnectionReset | ConnectionAborted | UnexpectedEof);
            FetchError::Unreachable { host, why, transient }
        }
        ureq::Error::Timeout(ureq::Timeout::RecvResponse | ureq::Timeout::RecvBody) => {
            FetchError::Unreachable { host, why, transient: true }
        }
        _ => FetchError::Unreachable { host, why, transient: false },
    }
}

/// Whether a path is a directory of the `file:` scheme, and which.
pub(crate) fn local_path(address: &Address) -> Option<PathBuf> {
    let path = (address.url().scheme() == "file").then(|| address.url().to_file_path().ok())??;
    path.is_absolute().then(|| Path::new(&path).to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_without_a_proxy_are_domains_with_what_lies_below() {
        let hosts = direct_hosts("example.com, .corp:8080,*.dev");
        for expected in ["localhost", "example.com", "*.example.com", "corp", "*.corp", "*.dev"] {
            assert!(hosts.iter().any(|host| host == expected), "{expected} in {hosts:?}");
        }
        assert!(direct_hosts("*").contains(&"*".to_owned()));
    }

    #[test]
    fn a_proxy_that_is_none_is_named_without_its_credentials() {
        let environment = Environment::of([("HTTPS_PROXY", "ftp://user:hunter2@host")]);
        let error = proxy("https", &environment, &PipSettings::default()).unwrap_err().to_string();
        assert!(error.contains("HTTPS_PROXY") && !error.contains("hunter2"), "{error}");
        assert!(proxy("http", &environment, &PipSettings::default()).unwrap().is_none());
    }
}
