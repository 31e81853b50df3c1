//! A small HTTP server on a port of its own, with TLS or without, and a proxy.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

pub(crate) const CA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/certificates/ca.pem");

/// What a client asked; header names in lower case.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The first byte asked for.
    pub(crate) fn offset(&self) -> usize {
        let range = self.header("range").and_then(|range| range.strip_prefix("bytes="));
        range.and_then(|range| range.trim_end_matches('-').parse().ok()).unwrap_or(0)
    }
}

/// What the server answers.
#[derive(Default)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    /// Only so many bytes of the body are sent before the connection is cut.
    pub(crate) cut_after: Option<usize>,
    /// The body is sent again and again, and its length is not announced.
    pub(crate) is_endless: bool,
}

impl Reply {
    pub(crate) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, body: body.into(), ..Self::default() }
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// A whole file, or the rest of it that is asked for.
    pub(crate) fn file(asked: &Asked, content: &[u8]) -> Self {
        match asked.offset() {
            0 => Self::new(200, content),
            at => Self::new(206, &content[at..]).header(
                "content-range",
                format!("bytes {at}-{}/{}", content.len() - 1, content.len()),
            ),
        }
    }
}

/// The server. Its threads end with the test's process.
pub(crate) struct Server {
    pub(crate) port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    pub(crate) fn start(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        Self::spawn(answer, None)
    }

    pub(crate) fn start_tls(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/certificates/");
        let cert = CertificateDer::from_pem_file(format!("{folder}server.pem")).unwrap();
        let key = PrivateKeyDer::from_pem_file(format!("{folder}server.key")).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert], key)
            .unwrap();
        Self::spawn(answer, Some(Arc::new(config)))
    }

    fn spawn(
        answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
        tls: Option<Arc<rustls::ServerConfig>>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (record, answer) = (Arc::clone(&asked), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (record, answer, tls) = (Arc::clone(&record), Arc::clone(&answer), tls.clone());
                thread::spawn(move || match tls {
                    Some(config) => {
                        let connection = rustls::ServerConnection::new(config).unwrap();
                        serve(rustls::StreamOwned::new(connection, stream), &record, &*answer);
                    }
                    None => serve(stream, &record, &*answer),
                });
            }
        });
        Self { port, asked }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Everything that was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

fn read_head(stream: &mut impl BufRead) -> Option<(String, BTreeMap<String, String>)> {
    let mut first = String::new();
    if stream.read_line(&mut first).unwrap_or(0) == 0 {
        return None;
    }
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    Some((first, headers))
}

fn serve(stream: impl Read + Write, record: &Mutex<Vec<Asked>>, answer: &dyn Fn(&Asked) -> Reply) {
    let mut stream = BufReader::with_capacity(1, stream);
    let Some((first, headers)) = read_head(&mut stream) else { return };
    let path = first.split_whitespace().nth(1).unwrap_or_default().to_owned();
    let asked = Asked { path, headers };
    record.lock().unwrap().push(asked.clone());
    let mut stream = stream.into_inner();
    // a client that has enough hangs up
    let _ = send(&mut stream, &answer(&asked));
}

fn send(stream: &mut impl Write, reply: &Reply) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {} Fake\r\nconnection: close\r\n", reply.status).into_bytes();
    for (name, value) in &reply.headers {
        write!(head, "{name}: {value}\r\n")?;
    }
    if !reply.is_endless {
        write!(head, "content-length: {}\r\n", reply.body.len())?;
    }
    head.extend(b"\r\n");
    stream.write_all(&head)?;
    let end = reply.cut_after.unwrap_or(reply.body.len()).min(reply.body.len());
    stream.write_all(&reply.body[..end])?;
    if reply.is_endless {
        loop {
            stream.write_all(&reply.body)?;
        }
    }
    stream.flush()
}

/// A proxy that leads every connection to one port of this machine, whatever name it is asked for.
pub(crate) struct Connector {
    pub(crate) port: u16,
    /// The first line and the headers of each connection.
    pub(crate) asked: Arc<Mutex<Vec<Asked>>>,
}

impl Connector {
    pub(crate) fn to(target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let record = Arc::clone(&record);
                thread::spawn(move || connect(stream, target, &record));
            }
        });
        Self { port, asked }
    }
}

fn connect(stream: TcpStream, target: u16, record: &Mutex<Vec<Asked>>) {
    let mut reader = BufReader::with_capacity(1, stream.try_clone().unwrap());
    let Some((first, headers)) = read_head(&mut reader) else { return };
    record.lock().unwrap().push(Asked { path: first.trim().to_owned(), headers });
    let (mut client, mut server) = (stream, TcpStream::connect(("127.0.0.1", target)).unwrap());
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
    let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    thread::spawn(move || std::io::copy(&mut from, &mut to));
    let _ = std::io::copy(&mut server, &mut client);
    let _ = client.shutdown(std::net::Shutdown::Both);
}
