//! Hostile input, from documents to servers: what is said of each, and that nothing costs more than it may.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use dateline::feed::fetch::{Fetcher, Options, Outcome};
use dateline::feed::parse::{self, Limits};
use dateline::feed::{Allow, Feed, Learned};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use server::{Reply, Server};
use url::Url;

#[path = "support/server.rs"]
mod server;

/// The default limit of a decoded body, which is what a document can be at most.
const BODY_MAX_BYTES: usize = 16 * 1024 * 1024;
/// What one document may cost beside itself, and how long it may take on a loaded machine.
const MEMORY_MAX_BYTES: usize = 100_000_000;
const TIME_MAX: Duration = Duration::from_secs(20);

fn filled(head: &str, part: &str, tail: &str) -> Vec<u8> {
    let parts = (BODY_MAX_BYTES - head.len() - tail.len()) / part.len();
    [head, &part.repeat(parts), tail].concat().into_bytes()
}

fn item(inner: &str) -> String {
    format!("<rss version='2.0'><channel><item><guid>1</guid>{inner}</item></channel></rss>")
}

/// Documents as large as a body may be, and what is said of them: an error, or what was repaired.
fn documents() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let laughs = "<!DOCTYPE r [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]>";
    let outside = "<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>";
    let groups = 100_000;
    let nested = item(&format!("{}{}", "<media:group>".repeat(groups), "</media:group>".repeat(groups)));
    vec![
        ("nested groups", nested.into_bytes(), "elements nested more than 128 deep flattened"),
        ("groups without end", filled("<rss><channel><item>", "<media:group>", ""), "document cut short"),
        ("nested items", filled("<rss><channel>", "<item>", ""), "more than 128 deep flattened"),
        (
            "entity bomb",
            format!("{laughs}{}", item("<title>&c;</title>")).into_bytes(),
            "bare & taken as text",
        ),
        (
            "outside entity",
            format!("{outside}{}", item("<title>&x;</title>")).into_bytes(),
            "bare & taken as text",
        ),
        (
            "a million items",
            filled("<rss><channel>", "<item/>", "</channel></rss>"),
            "only the newest 2000 kept",
        ),
        (
            "a million entries with ids",
            filled("<feed>", "<entry><id>same</id></entry>", "</feed>"),
            "only the newest 2000 kept",
        ),
        ("nothing but brackets", filled("", "<", ""), "this is not a feed: it holds no markup"),
        (
            "brackets in a title",
            filled("<rss><channel><item><title>", "< ", "</title></item></channel></rss>"),
            "bare < taken as text",
        ),
        (
            "nothing but ampersands",
            filled("<rss><channel><item><title>", "&", "</title></item></channel></rss>"),
            "bare & taken as text",
        ),
        ("a quote without end", filled("<rss a=\"", "x ", ""), "this is not a feed: it holds no markup"),
        ("quotes and brackets", filled("<rss><channel>", "<a b=\"<", ""), "no entries"),
        ("cdata without end", filled("<rss><channel><item><title><![CDATA[", "x", ""), "document cut short"),
        ("a comment without end", filled("<rss><channel><!--", "-", ""), "document cut short"),
        ("comments without end", filled("<rss><channel>", "<!-- ", ""), "document cut short"),
        (
            "a doctype without end",
            filled("<!DOCTYPE x [", "<!ENTITY a 'b'>", ""),
            "this is not a feed: it holds no markup",
        ),
        ("attributes", filled("<rss><channel><item ", "a='b' ", "></item></channel></rss>"), ""),
        ("namespaces", filled("<rss><channel>", "<a xmlns:b='c'>", "</channel></rss>"), "flattened"),
        (
            "end tags of nothing",
            filled("<rss><channel>", "</x>", "</channel></rss>"),
            "mismatched or unclosed tags balanced",
        ),
        (
            "one huge title",
            filled("<rss><channel><item><title>", "word ", "</title></item></channel></rss>"),
            "",
        ),
        (
            "many categories",
            filled("<rss><channel><item>", "<category>a</category>", "</item></channel></rss>"),
            "",
        ),
        (
            "inner markup",
            filled("<rss><channel><item><description>", "<b>x</b>", "</description></item></channel></rss>"),
            "",
        ),
        ("deep json", filled("{\"items\":", "[", ""), "this is not a JSON Feed: EOF while parsing"),
        ("empty json items", filled("{\"items\":[", "{},", "{}]}"), "no entries"),
        ("small json items", filled("{\"items\":[", "{\"id\":1},", "{}]}"), "only the newest 2000 kept"),
        ("json tags", filled("{\"items\":[{\"id\":1,\"tags\":[", "1,", "1]}]}"), ""),
        (
            "control characters",
            filled("<rss><channel><title>", "\u{1}", "</title></channel></rss>"),
            "control characters dropped",
        ),
        ("bytes of no encoding", vec![0xff; BODY_MAX_BYTES], "this is not a feed: it holds no markup"),
        ("zeros", vec![0; BODY_MAX_BYTES], "the document is empty"),
        ("an image", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), "this is not a feed: it holds no markup"),
        ("a web page", filled("<html>", "<div>", ""), "this is a web page, not a feed; `dateline discover`"),
        ("nothing", Vec::new(), "the document is empty"),
    ]
}

#[test]
fn hostile_documents_cost_no_more_than_they_may() {
    let mut wrong = Vec::new();
    for (name, document, expected) in documents() {
        let (idle, _) = HELD.get();
        HELD.set((idle, idle));
        let begun = Instant::now();
        let read = parse::read(&document, None, None, Limits::default());
        let taken = begun.elapsed();
        let cost = HELD.get().1 - idle;
        let said = match &read {
            Ok(parsed) => parsed.repaired.join("; "),
            Err(error) => error.to_string(),
        };
        println!("{name}: {} ms, {} MB, {said}", taken.as_millis(), cost / 1_000_000);
        wrong.extend((!said.contains(expected)).then(|| format!("{name}: {said}")));
        wrong.extend((taken > TIME_MAX).then(|| format!("{name}: {taken:?}")));
        // The body itself is part of what a feed costs.
        let cost = cost + document.len();
        wrong.extend((cost > MEMORY_MAX_BYTES).then(|| format!("{name}: {cost} bytes")));
        let held = |e: &dateline::feed::Entry| format!("{e:?}").contains("root:");
        assert!(!read.is_ok_and(|p| p.entries.iter().any(held)), "{name}: a local file was read");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Counts what each thread holds and has held at most.
struct Counting;

thread_local! {
    static HELD: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

// SAFETY: every call is handed on to the system's allocator as it is; the counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let (held, most) = HELD.get();
        let held = held.wrapping_add(layout.size());
        HELD.set((held, most.max(held)));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        let (held, most) = HELD.get();
        HELD.set((held.saturating_sub(layout.size()), most));
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn options() -> Options {
    Options {
        allow: Allow::parse(&["127.0.0.1/32"]).unwrap(),
        connect_timeout_s: 2,
        idle_timeout_s: 1,
        total_timeout_s: 2,
        ca_file: Some(data("ca.pem")),
        ..Options::default()
    }
}

fn data(name: &str) -> std::path::PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests/data/tls", name].iter().collect()
}

fn replies() -> Vec<(&'static str, Reply, &'static str)> {
    let zeros = zstd::encode_all(std::io::repeat(0).take(1_000_000_000), 3).unwrap();
    assert!(zeros.len() < 200_000);
    let half = zstd::encode_all(&b"<rss><channel></channel></rss>"[..], 3).unwrap();
    let half = half[..half.len() - 9].to_vec();
    let headers = |count| (0..count).map(|n| format!("X-{n}: {}\r\n", "v".repeat(100))).collect::<String>();
    vec![
        ("a body without end", Reply::feed(" ".repeat(65_536)).endless(), "larger than 16777216 bytes"),
        (
            "a decompression bomb",
            Reply::feed(zeros).header("Content-Encoding", "zstd"),
            "larger than 16777216 bytes",
        ),
        (
            "not what it claims",
            Reply::feed("<rss/>").header("Content-Encoding", "gzip"),
            "cut short or not what it claims",
        ),
        (
            "half a compressed body",
            Reply::feed(half).header("Content-Encoding", "zstd"),
            "cut short or not what it claims",
        ),
        ("a short body", Reply::feed("<rss><channel/></rss>").cut(9), "cut short or not what it claims"),
        ("silence", Reply::feed("<rss/>").late(Duration::from_secs(4)), "the server fell silent for 1 s"),
        (
            "one byte at a time",
            Reply::feed("x".repeat(999)).drip(Duration::from_millis(50)),
            "took longer than 2 s",
        ),
        ("another protocol", Reply::raw("SSH-2.0-OpenSSH_9.2\r\n"), "no proper answer"),
        ("no answer", Reply::raw(""), "no proper answer"),
        ("half a head", Reply::raw("HTTP/1.1 200 OK\r\nContent-Le"), "no proper answer"),
        (
            "a huge head",
            Reply::raw(format!("HTTP/1.1 200 OK\r\n{}\r\n", headers(50_000))),
            "no proper answer",
        ),
        ("a bad length", Reply::raw("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx"), "no proper answer"),
        (
            "bad chunks",
            Reply::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
            "cut short",
        ),
        ("a circle", Reply::redirect(302, "/feed"), "more than 10 redirects, or a circle of them"),
        ("a redirect to nowhere", Reply::new(301), "a redirect (301) that leads nowhere"),
        (
            "a redirect inside",
            Reply::redirect(302, "http://10.0.0.1/"),
            "10.0.0.1 is a private or reserved address",
        ),
        ("nothing there", Reply::new(404), "nothing is at this address (HTTP 404)"),
        ("no entry", Reply::new(401), "wants a user name and password, or other ones (HTTP 401)"),
        ("refused", Reply::new(403), "the server refuses us (HTTP 403)"),
        ("a challenge", Reply::new(403).header("cf-mitigated", "challenge"), "bot protection) (HTTP 403)"),
        ("trouble", Reply::new(502), "the server is in trouble (HTTP 502)"),
        ("no document", Reply::new(204), "the server sends no document (HTTP 204)"),
        ("a false 304", Reply::new(304), "though nothing was asked for before"),
        (
            "an odd status",
            Reply::raw("HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n"),
            "no document (HTTP 999)",
        ),
    ]
}

/// What fetching an address ends with.
fn outcome(address: &str, options: &Options) -> (String, Duration) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let fetcher = Fetcher::new(options).unwrap();
    let feed = Feed::new("hostile", Url::parse(address).unwrap());
    let begun = Instant::now();
    let now = DateTime::<Utc>::UNIX_EPOCH;
    let fetched = runtime.block_on(fetcher.fetch(&feed, &Learned::default(), now));
    let said = match fetched.outcome {
        Outcome::Failed(error) => error.to_string(),
        other => format!("{other:?}"),
    };
    (said, begun.elapsed())
}

/// What is wrong with how fetching an address ends; nothing, where all is as expected.
fn wrong(name: &str, address: &str, expected: &str) -> Option<String> {
    let (said, taken) = outcome(address, &options());
    println!("{name}: {} ms, {said}", taken.as_millis());
    (!said.contains(expected) || taken > TIME_MAX).then(|| format!("{name}: {said} after {taken:?}"))
}

fn check(name: &str, address: &str, expected: &str) {
    assert_eq!(wrong(name, address, expected), None);
}

#[test]
fn hostile_servers_are_told_apart_and_left_in_time() {
    let mut all = Vec::new();
    for (name, reply, expected) in replies() {
        let server = Server::start();
        server.script("/feed", vec![reply]);
        all.extend(wrong(name, &server.url("/feed"), expected));
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    check("nobody listens", &format!("http://{closed}/"), "no connection to 127.0.0.1: Connection refused");
    check("no such name", "http://nobody.invalid/", "the name nobody.invalid is not known");
    check("a private address", "http://192.168.0.1/", "192.168.0.1 is a private or reserved address");
    let plain = Server::start();
    check("no TLS", &plain.url("/").replace("http:", "https:"), "no secure connection to 127.0.0.1");
}

#[test]
fn certificates_are_checked_and_the_trouble_is_named() {
    check("a good one", &secure("good"), "Gone");
    check("another name", &secure("other"), "its certificate is for another name");
    check("an old one", &secure("old"), "its certificate has expired");
    let strange = Options { ca_file: None, ..options() };
    let (said, _) = outcome(&secure("good"), &strange);
    assert!(said.contains("signed by nobody whom this machine trusts"), "{said}");
}

/// The address of a TLS server with this certificate; it answers 410 to everything.
fn secure(name: &str) -> String {
    let certificates = vec![CertificateDer::from_pem_file(data(&format!("{name}.pem"))).unwrap()];
    let key = PrivateKeyDer::from_pem_file(data(&format!("{name}.key"))).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("https://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let Ok((stream, _)) = listener.accept() else { return };
        let connection = rustls::ServerConnection::new(Arc::new(config)).unwrap();
        let mut tls = rustls::StreamOwned::new(connection, stream);
        let mut head = [0; 4096];
        let _ = tls.read(&mut head);
        let _ = tls.write_all(b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        let _ = tls.flush();
    });
    address
}
