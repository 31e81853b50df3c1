//! The names by which this server may be called, `Host` and `Origin`: a page that has rebound its
//! own name to this machine, or a page of another site, is refused on every route.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::access::Access;
use super::error;
use crate::settings::ServerConfig;

/// What pages of an allowed origin may do.
const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, DELETE");
/// Headers that they may send.
const SENT_HEADERS: HeaderValue = HeaderValue::from_static(
    "content-type, authorization, mcp-session-id, mcp-protocol-version, mcp-method, mcp-name, \
     last-event-id",
);
/// Headers of an answer that they may read.
const READ_HEADERS: HeaderValue =
    HeaderValue::from_static("mcp-session-id, retry-after, www-authenticate");

/// The names of one server.
#[derive(Debug)]
pub(super) struct Names {
    /// This machine's own, and those of the settings.
    own: Vec<String>,
    /// Whether any may be used: behind a token a page gets nowhere, and what a container is called
    /// is not known here.
    any: bool,
    origins: Vec<String>,
}

impl Names {
    pub(super) fn new(config: &ServerConfig, address: SocketAddr, access: &Access) -> Names {
        let own = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
        let bound = (!address.ip().is_unspecified()).then(|| address.ip().to_string());
        let pages = ["http", "https"].into_iter().flat_map(|scheme| {
            ["localhost", "127.0.0.1", "[::1]"].map(|host| format!("{scheme}://{host}:*"))
        });
        let is_loopback = config.host.is_loopback();
        Names {
            any: !is_loopback && access.needs_token() && config.allowed_hosts.is_empty(),
            own: own.into_iter().chain(bound).chain(config.allowed_hosts.iter().cloned()).collect(),
            origins: pages.chain(config.allowed_origins.iter().cloned()).collect(),
        }
    }

    /// Names that a `Host` may carry; `None` where any may.
    pub(super) fn hosts(&self) -> Option<&[String]> {
        (!self.any).then_some(&self.own)
    }

    /// Origins of web pages that may call.
    pub(super) fn origins(&self) -> &[String] {
        &self.origins
    }

    /// Whether a request calls this machine by a name of its own or of the settings.
    pub(super) fn is_own(&self, headers: &HeaderMap) -> bool {
        host_of(headers).is_some_and(|host| self.has(&host))
    }

    fn has(&self, host: &Authority) -> bool {
        self.own.iter().any(|own| match own.parse::<Authority>() {
            Ok(own) => {
                bare(own.host()).eq_ignore_ascii_case(bare(host.host()))
                    && own.port_u16().is_none_or(|port| host.port_u16() == Some(port))
            }
            // An IPv6 address without brackets.
            Err(_) => own.eq_ignore_ascii_case(bare(host.host())),
        })
    }

    /// Health says its state to whoever asks by an address, which no page can rebind, or by no name
    /// at all: so do the probes of Kubernetes and of load balancers.
    fn takes_host(&self, path: &str, headers: &HeaderMap) -> bool {
        let is_health = path == "/health" || path.starts_with("/health/");
        if self.any || (is_health && !headers.contains_key(header::HOST)) {
            return true;
        }
        let Some(host) = host_of(headers) else { return false };
        self.has(&host) || (is_health && bare(host.host()).parse::<IpAddr>().is_ok())
    }

    fn takes_origin(&self, origin: &HeaderValue) -> bool {
        let origin = origin.to_str().ok().and_then(|origin| origin.parse::<Uri>().ok());
        let Some((scheme, host)) =
            origin.as_ref().and_then(|uri| uri.scheme().zip(uri.authority()))
        else {
            return false;
        };
        self.origins.iter().any(|allowed| {
            let (base, any_port) = match allowed.strip_suffix(":*") {
                Some(base) => (base, true),
                None => (allowed.as_str(), false),
            };
            let Ok(uri) = base.parse::<Uri>() else { return false };
            let standard = if scheme.as_str() == "https" { 443 } else { 80 };
            uri.scheme() == Some(scheme)
                && uri.host().is_some_and(|own| own.eq_ignore_ascii_case(host.host()))
                && (any_port
                    || uri
                        .port_u16()
                        .is_none_or(|port| host.port_u16().unwrap_or(standard) == port))
        })
    }
}

fn host_of(headers: &HeaderMap) -> Option<Authority> {
    headers.get(header::HOST)?.to_str().ok()?.parse().ok()
}

/// Whether a request names more than one host, of which a proxy and this server could each heed another:
/// in several headers, or in its target and the header.
fn is_called_twice(uri: &Uri, headers: &HeaderMap) -> bool {
    const STANDARD: u16 = 80;
    let is_other = |target: &Authority| {
        host_of(headers).is_some_and(|host| {
            let port = |of: &Authority| of.port_u16().unwrap_or(STANDARD);
            !target.host().eq_ignore_ascii_case(host.host()) || port(target) != port(&host)
        })
    };
    headers.get_all(header::HOST).iter().count() > 1 || uri.authority().is_some_and(is_other)
}

fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

/// The middleware of all routes.
pub(super) async fn check(
    State(names): State<Arc<Names>>,
    request: Request,
    next: Next,
) -> Response {
    let (path, headers) = (request.uri().path(), request.headers());
    if is_called_twice(request.uri(), headers) {
        return error(
            StatusCode::BAD_REQUEST,
            "the request names several hosts",
            "send one Host header, with the host of the request's target",
        );
    }
    if !names.takes_host(path, headers) {
        return error(
            StatusCode::FORBIDDEN,
            "this server is not called so",
            "call it by its address, or name it in SCONCE_ALLOWED_HOSTS",
        );
    }
    let origin = headers.get(header::ORIGIN).cloned();
    if origin.as_ref().is_some_and(|origin| !names.takes_origin(origin)) {
        return error(
            StatusCode::FORBIDDEN,
            "pages of this origin may not call",
            "name it in SCONCE_ALLOWED_ORIGINS",
        );
    }
    let Some(origin) = origin else { return next.run(request).await };
    let asks_first = request.method() == Method::OPTIONS
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if asks_first {
        let mut allowed = StatusCode::NO_CONTENT.into_response();
        let headers = allowed.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, SENT_HEADERS);
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200"));
        allowed
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, READ_HEADERS);
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        Names {
            own: ["localhost", "127.0.0.1", "::1", "box:3000"].map(str::to_owned).to_vec(),
            any: false,
            origins: ["http://localhost:*", "https://app.example.com:443"]
                .map(str::to_owned)
                .to_vec(),
        }
    }

    #[test]
    fn a_host_is_one_of_ours_and_on_health_an_address() {
        let takes = |path: &str, host: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            names().takes_host(path, &headers)
        };
        for host in ["localhost", "LOCALHOST:3000", "127.0.0.1:1", "[::1]:3000", "box:3000"] {
            assert!(takes("/mcp", host), "{host}");
        }
        for host in ["evil.example", "localhost.evil", "localhost@evil", "box", "192.0.2.1", ""] {
            assert!(!takes("/mcp", host), "{host}");
        }
        for host in ["10.1.2.3:3000", "[2001:db8::1]:3000", "localhost"] {
            assert!(takes("/health/live", host), "{host}");
        }
        assert!(!takes("/health", "evil.example") && !takes("/healthy", "10.1.2.3"));
        assert!(names().takes_host("/health", &HeaderMap::new()));
        assert!(!names().takes_host("/mcp", &HeaderMap::new()));
    }

    #[test]
    fn a_request_names_one_host() {
        let is_twice = |uri: &str, hosts: &[&str]| {
            let mut headers = HeaderMap::new();
            for host in hosts {
                headers.append(header::HOST, host.parse().unwrap());
            }
            is_called_twice(&uri.parse().unwrap(), &headers)
        };
        assert!(!is_twice("/mcp", &["localhost:3000"]) && !is_twice("/health", &[]));
        assert!(!is_twice("http://LOCALHOST:3000/mcp", &["localhost:3000"]));
        assert!(!is_twice("http://localhost/mcp", &["localhost:80"]));
        assert!(is_twice("/mcp", &["localhost:3000", "evil.example"]));
        assert!(is_twice("http://evil.example/mcp", &["localhost:3000"]));
        assert!(is_twice("http://localhost:1/mcp", &["localhost:3000"]));
    }

    #[test]
    fn an_origin_is_one_of_the_list() {
        let takes = |origin: &str| names().takes_origin(&origin.parse().unwrap());
        for origin in ["http://localhost:6274", "http://localhost", "https://app.example.com"] {
            assert!(takes(origin), "{origin}");
        }
        for origin in [
            "null",
            "",
            "https://localhost",
            "http://localhost.evil",
            "https://evil",
            "https://app.example.com:444",
            "http://app.example.com:443",
        ] {
            assert!(!takes(origin), "{origin}");
        }
    }
}
