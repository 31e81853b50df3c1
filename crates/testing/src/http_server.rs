//! A small HTTP server on a port of its own, and a proxy, for the edges of the network.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A request that a server got; header names in lower case.
#[derive(Debug, Clone)]
pub struct ReceivedRequest {
    /// `GET`, …
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The headers by name.
    pub headers: BTreeMap<String, String>,
    /// The body, as long as `Content-Length` says.
    pub body: String,
}

impl ReceivedRequest {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The first byte asked for.
    pub fn offset(&self) -> usize {
        let range = self.header("range").and_then(|range| range.strip_prefix("bytes="));
        range.and_then(|range| range.trim_end_matches('-').parse().ok()).unwrap_or(0)
    }
}

/// What the server answers.
#[derive(Debug, Default)]
pub struct Reply {
    /// The status, such as 200.
    pub status: u16,
    /// Headers but for the length.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// Only so many bytes of the body are sent before the connection is cut.
    pub cut_after: Option<usize>,
    /// The body is sent again and again, and its length is not announced.
    pub is_endless: bool,
}

impl Reply {
    /// A body without headers of its own.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, body: body.into(), ..Self::default() }
    }

    /// The same with another header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Display) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    /// A whole file, or the rest of it that is asked for.
    pub fn file(asked: &ReceivedRequest, content: &[u8]) -> Self {
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
#[derive(Debug)]
pub struct HttpServer {
    /// Its port on 127.0.0.1.
    pub port: u16,
    /// `http://127.0.0.1:PORT`.
    pub address: String,
    asked: Arc<Mutex<Vec<ReceivedRequest>>>,
}

impl HttpServer {
    /// Starts a server that answers every request with `answer`.
    pub fn start(answer: impl Fn(&ReceivedRequest) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_over(|stream| stream, answer)
    }

    /// The same over what `open` makes of a connection, such as TLS.
    pub fn start_over<S: Read + Write>(
        open: impl Fn(TcpStream) -> S + Send + Sync + 'static,
        answer: impl Fn(&ReceivedRequest) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&asked);
        let port = listen(move |stream| serve(open(stream), &record, &answer));
        Self { port, address: format!("http://127.0.0.1:{port}"), asked }
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// Everything that was asked so far.
    pub fn asked(&self) -> Vec<ReceivedRequest> {
        self.asked.lock().unwrap().clone()
    }
}

/// A proxy that leads every connection to one port of this machine, whatever name it is asked for.
#[derive(Debug)]
pub struct ConnectProxy {
    /// Its port on 127.0.0.1.
    pub port: u16,
    asked: Arc<Mutex<Vec<ReceivedRequest>>>,
}

impl ConnectProxy {
    /// Starts a proxy to `target`.
    pub fn to(target: u16) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&asked);
        let port = listen(move |stream| connect(stream, target, &record));
        Self { port, asked }
    }

    /// The headers of each connection; a path is `HOST:PORT`.
    pub fn asked(&self) -> Vec<ReceivedRequest> {
        self.asked.lock().unwrap().clone()
    }
}

/// An address where nobody listens.
pub fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

/// Serves each connection on a thread of its own; gives the port.
fn listen(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = Arc::new(serve);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = Arc::clone(&serve);
            thread::spawn(move || serve(stream));
        }
    });
    port
}

/// A request, but for its body.
fn read_head(stream: &mut impl BufRead) -> Option<ReceivedRequest> {
    let mut line = String::new();
    if stream.read_line(&mut line).unwrap_or(0) == 0 {
        return None;
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next()?, words.next().unwrap_or_default());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    Some(ReceivedRequest { method, path, headers, body: String::new() })
}

fn serve(
    stream: impl Read + Write,
    record: &Mutex<Vec<ReceivedRequest>>,
    answer: &dyn Fn(&ReceivedRequest) -> Reply,
) {
    let mut stream = BufReader::with_capacity(1, stream);
    let Some(mut asked) = read_head(&mut stream) else { return };
    let length = asked.header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    asked.body = String::from_utf8(body).unwrap();
    record.lock().unwrap().push(asked.clone());
    // A client that has enough hangs up.
    let _ = send(&mut stream.into_inner(), &asked, &answer(&asked));
}

fn send(stream: &mut impl Write, asked: &ReceivedRequest, reply: &Reply) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {} Fake\r\nconnection: close\r\n", reply.status).into_bytes();
    for (name, value) in &reply.headers {
        write!(head, "{name}: {value}\r\n")?;
    }
    if !reply.is_endless {
        write!(head, "content-length: {}\r\n", reply.body.len())?;
    }
    head.extend(b"\r\n");
    stream.write_all(&head)?;
    if asked.method != "HEAD" {
        let end = reply.cut_after.unwrap_or(reply.body.len()).min(reply.body.len());
        stream.write_all(&reply.body[..end])?;
        if reply.is_endless {
            loop {
                stream.write_all(&reply.body)?;
            }
        }
    }
    stream.flush()
}

fn connect(stream: TcpStream, target: u16, record: &Mutex<Vec<ReceivedRequest>>) {
    let mut reader = BufReader::with_capacity(1, stream.try_clone().unwrap());
    let Some(asked) = read_head(&mut reader) else { return };
    record.lock().unwrap().push(asked);
    let (mut client, mut server) = (stream, TcpStream::connect(("127.0.0.1", target)).unwrap());
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
    let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    thread::spawn(move || std::io::copy(&mut from, &mut to));
    let _ = std::io::copy(&mut server, &mut client);
    let _ = client.shutdown(std::net::Shutdown::Both);
}
