//! A scripted HTTP/1.1 server on loopback.
//!
//! Owns the sockets: every path has a script of replies, the last of which repeats, and every request is
//! recorded. It can be as rude as servers are: slow, cut short, endless, speaking nonsense.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    /// Path and query, as sent.
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub at: Instant,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// One reply of a script.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    /// Answer 304 where the request names the same ETag.
    conditional: bool,
    rude: Rude,
}

#[derive(Debug, Clone, Default)]
enum Rude {
    #[default]
    No,
    /// Silence before the answer.
    Late(Duration),
    /// One byte of the body at a time.
    Drip(Duration),
    /// The body is announced whole and ends after so many bytes.
    Cut(usize),
    /// The body repeats until the client has had enough.
    Endless,
    /// These bytes instead of an answer.
    Raw(Vec<u8>),
}

impl Reply {
    pub fn new(status: u16) -> Reply {
        Reply { status, ..Reply::default() }
    }

    /// 200 with a body of XML.
    pub fn feed(body: impl Into<Vec<u8>>) -> Reply {
        Reply::new(200).header("Content-Type", "application/rss+xml").body(body)
    }

    /// 200, or 304 to a request that knows this ETag.
    pub fn versioned(etag: &str, body: impl Into<Vec<u8>>) -> Reply {
        Reply { conditional: true, ..Reply::feed(body).header("ETag", etag) }
    }

    pub fn redirect(status: u16, location: &str) -> Reply {
        Reply::new(status).header("Location", location)
    }

    /// Exactly these bytes, then the end of the connection.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Reply {
        Reply { rude: Rude::Raw(bytes.into()), ..Reply::default() }
    }

    pub fn header(mut self, name: &str, value: &str) -> Reply {
        self.headers.push((name.to_string(), value.to_string()));
        self
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Reply {
        self.body = body.into();
        self
    }

    pub fn late(self, by: Duration) -> Reply {
        Reply { rude: Rude::Late(by), ..self }
    }

    pub fn drip(self, pause: Duration) -> Reply {
        Reply { rude: Rude::Drip(pause), ..self }
    }

    pub fn cut(self, after_bytes: usize) -> Reply {
        Reply { rude: Rude::Cut(after_bytes), ..self }
    }

    pub fn endless(self) -> Reply {
        Reply { rude: Rude::Endless, ..self }
    }
}

#[derive(Default)]
struct State {
    scripts: HashMap<String, Vec<Reply>>,
    requests: Vec<Request>,
}

/// The server lives as long as the process; its threads end with their connections.
#[derive(Clone)]
pub struct Server {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Server {
    pub fn start() -> Server {
        let listener = TcpListener::bind("0.0.0.0:0").expect("a free port on loopback");
        let address = listener.local_addr().expect("a bound address");
        let address = SocketAddr::from(([127, 0, 0, 1], address.port()));
        let server = Server { address, state: Arc::default() };
        let serving = server.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = serving.clone();
                thread::spawn(move || server.serve(stream));
            }
        });
        server
    }

    /// The address of a path, such as `/feed`.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The same server under another of the host names that loopback has: 127.0.0.2 to 127.0.0.254.
    pub fn url_of_host(&self, host: u8, path: &str) -> String {
        format!("http://127.0.0.{host}:{}{path}", self.address.port())
    }

    /// Sets what a path answers, one reply a request; the last one repeats.
    pub fn script(&self, path: &str, replies: Vec<Reply>) {
        self.lock().scripts.insert(path.to_string(), replies);
    }

    /// Every request to a path so far, query or not.
    pub fn requests(&self, path: &str) -> Vec<Request> {
        let same = |r: &&Request| r.target.split('?').next() == Some(path);
        self.lock().requests.iter().filter(same).cloned().collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn serve(&self, stream: TcpStream) {
        let Ok(reading) = stream.try_clone() else { return };
        let mut reader = BufReader::new(reading);
        let mut stream = stream;
        while let Some(request) = read_request(&mut reader) {
            let reply = self.reply(&request);
            if write_reply(&mut stream, &request, &reply).is_err()
                || !matches!(reply.rude, Rude::No | Rude::Late(_))
            {
                return;
            }
        }
    }

    fn reply(&self, request: &Request) -> Reply {
        let mut state = self.lock();
        state.requests.push(request.clone());
        let path = request.target.split('?').next().unwrap_or_default();
        match state.scripts.get_mut(path) {
            Some(script) if script.len() > 1 => script.remove(0),
            Some(script) => script.first().cloned().unwrap_or_else(|| Reply::new(404)),
            None => Reply::new(404),
        }
    }
}

fn read_request(reader: &mut impl BufRead) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut words = line.split_whitespace().map(str::to_string);
    let (method, target) = (words.next()?, words.next()?);
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_string(), value.trim().to_string()));
    }
    Some(Request { method, target, headers, at: Instant::now() })
}

fn write_reply(stream: &mut TcpStream, request: &Request, reply: &Reply) -> std::io::Result<()> {
    if let Rude::Raw(bytes) = &reply.rude {
        return stream.write_all(bytes);
    }
    if let Rude::Late(by) = reply.rude {
        thread::sleep(by);
    }
    let etag = reply.headers.iter().find(|(name, _)| name == "ETag").map(|(_, value)| value.as_str());
    let unchanged = reply.conditional && etag.is_some() && request.header("If-None-Match") == etag;
    let (status, body) = if unchanged { (304, &[][..]) } else { (reply.status, &reply.body[..]) };
    let mut head = format!("HTTP/1.1 {status} Scripted\r\n");
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if matches!(reply.rude, Rude::Endless) {
        head.push_str("Transfer-Encoding: chunked\r\n");
    } else if status != 304 {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    match reply.rude {
        Rude::Drip(pause) => {
            for byte in body {
                stream.write_all(&[*byte])?;
                thread::sleep(pause);
            }
            Ok(())
        }
        Rude::Cut(after) => stream.write_all(&body[..after.min(body.len())]),
        Rude::Endless => loop {
            stream.write_all(format!("{:x}\r\n", body.len()).as_bytes())?;
            stream.write_all(body)?;
            stream.write_all(b"\r\n")?;
        },
        _ => stream.write_all(body),
    }
}

/// What a bare client gets from the server.
fn exchange(server: &Server, path: &str, headers: &str, most: usize) -> String {
    let mut stream = TcpStream::connect(server.address).expect("the server listens");
    let request = format!("GET {path} HTTP/1.1\r\nHost: loopback\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).expect("a request is sent");
    stream.shutdown(std::net::Shutdown::Write).expect("nothing more is sent");
    let mut answer = Vec::new();
    let _ = stream.take(most as u64).read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn the_server_follows_its_script_and_records() {
    let server = Server::start();
    server.script("/a", vec![Reply::feed("one"), Reply::versioned("\"2\"", "two"), Reply::new(410)]);
    assert!(exchange(&server, "/a?q", "X-Mark: 7\r\n", 9999).ends_with("\r\n\r\none"));
    assert!(exchange(&server, "/a", "If-None-Match: \"2\"\r\n", 9999).starts_with("HTTP/1.1 304"));
    assert!(exchange(&server, "/a", "", 9999).starts_with("HTTP/1.1 410"));
    assert!(exchange(&server, "/a", "", 9999).starts_with("HTTP/1.1 410"));
    assert!(exchange(&server, "/b", "", 9999).starts_with("HTTP/1.1 404"));
    let seen = server.requests("/a");
    assert_eq!((seen.len(), seen[0].header("x-mark"), seen[0].method.as_str()), (4, Some("7"), "GET"));
    assert!(seen[0].target == "/a?q" && seen[0].at <= seen[1].at && server.url("/a").ends_with("/a"));
    assert!(server.url_of_host(2, "/a").starts_with("http://127.0.0.2:"));
}

#[test]
fn the_server_can_be_rude() {
    let server = Server::start();
    let pause = Duration::from_millis(1);
    server.script("/late", vec![Reply::feed("x").late(pause)]);
    server.script("/drip", vec![Reply::feed("xyz").drip(pause)]);
    server.script("/cut", vec![Reply::feed("xyz").cut(1)]);
    server.script("/endless", vec![Reply::feed("xyz").endless()]);
    server.script("/raw", vec![Reply::raw("nonsense")]);
    server.script("/away", vec![Reply::redirect(302, "/late")]);
    assert!(exchange(&server, "/late", "", 9999).ends_with("\r\n\r\nx"));
    assert!(exchange(&server, "/drip", "", 9999).ends_with("\r\n\r\nxyz"));
    assert!(exchange(&server, "/cut", "", 9999).ends_with("Content-Length: 3\r\n\r\nx"));
    assert_eq!(exchange(&server, "/endless", "", 5000).len(), 5000);
    assert_eq!(exchange(&server, "/raw", "", 9999), "nonsense");
    assert!(exchange(&server, "/away", "", 9999).contains("Location: /late"));
}
