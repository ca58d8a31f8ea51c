//! Names that nobody answers for, and proxies, over real sockets.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use dateline::feed::fetch::{FetchError, Fetched, Fetcher, Names, Options, Outcome};
use dateline::feed::{Allow, Feed, Learned};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use server::{Reply, Server};
use url::Url;

#[path = "support/server.rs"]
mod server;

const FEED: &str = "<rss version='2.0'><channel><item><guid>1</guid></item></channel></rss>";

fn options() -> Options {
    Options { connect_timeout_s: 2, idle_timeout_s: 2, total_timeout_s: 8, ..Options::default() }
}

async fn fetch(fetcher: &Fetcher, url: &str) -> Fetched {
    let feed = Feed::new("bay", Url::parse(url).unwrap());
    fetcher.fetch(&feed, &Learned::default(), DateTime::<Utc>::UNIX_EPOCH).await
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(work)
}

fn said(fetched: &Fetched) -> String {
    match &fetched.outcome {
        Outcome::Failed(error) => error.to_string(),
        Outcome::Fresh { .. } => "fresh".to_string(),
        other => format!("{other:?}"),
    }
}

/// Names that begin with "slow" are never answered for, "bay" is on loopback, others are unknown.
fn names() -> Names {
    Names::new(|name| {
        Box::pin(async move {
            match name.as_str() {
                slow if slow.starts_with("slow") => std::future::pending().await,
                "bay.example" => Ok(vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))]),
                _ => Ok(Vec::new()),
            }
        })
    })
}

#[test]
fn a_name_server_that_is_silent_costs_its_feeds_the_time_of_a_connection_and_others_nothing() {
    let server = Server::start();
    server.script("/feed", vec![Reply::feed(FEED)]);
    let bay = server.url("/feed").replace("127.0.0.1", "bay.example");
    let options = Options { allow: Allow::parse(&["127.0.0.0/8"]).unwrap(), ..options() };
    let fetcher = Arc::new(Fetcher::asking(&options, names()).unwrap());
    run(async {
        let begun = Instant::now();
        let mut slow = tokio::task::JoinSet::new();
        for number in 0..40 {
            let fetcher = fetcher.clone();
            slow.spawn(async move { fetch(&fetcher, &format!("http://slow{number}.example/")).await });
        }
        tokio::task::yield_now().await;
        let good = fetch(&fetcher, &bay).await;
        assert_eq!((said(&good), begun.elapsed() < Duration::from_secs(1)), ("fresh".into(), true));
        for fetched in slow.join_all().await {
            assert!(said(&fetched).starts_with("no name server has answered for slow"), "{}", said(&fetched));
            let Outcome::Failed(error) = fetched.outcome else { panic!("an answer of nobody") };
            assert!(error.is_unreached() && matches!(error, FetchError::NameTimeout { seconds: 2, .. }));
        }
        assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
        let unknown = fetch(&fetcher, "http://nobody.example/").await;
        assert!(said(&unknown).starts_with("the name nobody.example is not known"), "{}", said(&unknown));
    });
}

#[test]
fn names_that_hang_for_good_leave_room_for_no_more_than_so_many() {
    let fetcher = Arc::new(Fetcher::asking(&options(), names()).unwrap());
    run(async {
        let mut slow = tokio::task::JoinSet::new();
        for number in 0..64 {
            let fetcher = fetcher.clone();
            slow.spawn(async move { fetch(&fetcher, &format!("http://slow{number}.example/")).await });
        }
        assert_eq!(slow.join_all().await.len(), 64);
        // The 64 are still being asked for, as threads of the system would be; the next waits no longer than they.
        let begun = Instant::now();
        let next = fetch(&fetcher, "http://bay.example/").await;
        assert!(said(&next).starts_with("no name server has answered for bay.example"), "{}", said(&next));
        assert!(begun.elapsed() < Duration::from_secs(4));
    });
}

#[test]
fn the_addresses_of_a_name_pass_the_guard() {
    let fetcher = Fetcher::asking(&options(), names()).unwrap();
    let refused = run(fetch(&fetcher, "http://bay.example/"));
    assert!(said(&refused).starts_with("bay.example resolves to private"), "{}", said(&refused));
}

/// Copies what comes from either side to the other until both have ended.
fn join(one: TcpStream, other: TcpStream) {
    let copy = |mut from: TcpStream, mut to: TcpStream| {
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut from, &mut to);
            let _ = to.shutdown(std::net::Shutdown::Write);
        })
    };
    let back = copy(other.try_clone().unwrap(), one.try_clone().unwrap());
    copy(one, other).join().unwrap();
    back.join().unwrap();
}

type Asked = Arc<Mutex<Vec<(String, String)>>>;

/// A SOCKS5 proxy that leads every request to `target` and records what was asked: user, and host with port.
fn socks(target: SocketAddr) -> (u16, Asked) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Asked::default();
    let record = asked.clone();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut bytes = |count: usize| {
                let mut bytes = vec![0; count];
                stream.read_exact(&mut bytes).map(|()| bytes)
            };
            let Ok(hello) = bytes(2) else { continue };
            let methods = bytes(hello[1].into()).unwrap();
            let password = methods.contains(&2);
            stream.write_all(&[5, if password { 2 } else { 0 }]).unwrap();
            let mut bytes = |count: usize| {
                let mut bytes = vec![0; count];
                stream.read_exact(&mut bytes).unwrap();
                bytes
            };
            let mut user = String::new();
            if password {
                let length = bytes(2)[1].into();
                user = String::from_utf8(bytes(length)).unwrap();
                let length = bytes(1)[0].into();
                bytes(length);
                stream.write_all(&[1, 0]).unwrap();
            }
            let mut bytes = |count: usize| {
                let mut bytes = vec![0; count];
                stream.read_exact(&mut bytes).unwrap();
                bytes
            };
            let kind = bytes(4)[3];
            let host = match kind {
                1 => bytes(4).iter().map(u8::to_string).collect::<Vec<_>>().join("."),
                _ => {
                    let length = bytes(1)[0].into();
                    String::from_utf8(bytes(length)).unwrap()
                }
            };
            let port = u16::from_be_bytes(bytes(2).try_into().unwrap());
            record.lock().unwrap().push((user, format!("{host}:{port}")));
            stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).unwrap();
            let other = TcpStream::connect(target).unwrap();
            std::thread::spawn(move || join(stream, other));
        }
    });
    (port, asked)
}

#[test]
fn socks_proxies_are_asked_by_name_with_and_without_a_password() {
    let server = Server::start();
    server.script("/feed", vec![Reply::feed(FEED)]);
    let (port, asked) = socks(server.url("").trim_start_matches("http://").parse().unwrap());
    let through = |proxy: String, url: &str| {
        let fetcher = Fetcher::new(&Options { proxy: Some(proxy), ..options() }).unwrap();
        said(&run(fetch(&fetcher, url)))
    };
    // The name is not resolved here: the proxy does it, so the name need not be known to this machine.
    assert_eq!(through(format!("socks5h://127.0.0.1:{port}"), "http://bay.example/feed"), "fresh");
    assert_eq!(
        through(format!("socks5h://desk:secret@127.0.0.1:{port}"), "http://bay.example:8080/feed"),
        "fresh"
    );
    let expected = [("", "bay.example:80"), ("desk", "bay.example:8080")];
    assert_eq!(*asked.lock().unwrap(), expected.map(|(a, b)| (a.to_string(), b.to_string())));
    assert_eq!(server.requests("/feed").len(), 2);
    // The guard holds for addresses that the proxy is asked for.
    let refused = through(format!("socks5h://127.0.0.1:{port}"), "http://10.0.0.1/feed");
    assert!(refused.contains("private or reserved"), "{refused}");
    // A proxy that is not there is the trouble, not the feed.
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let away = through(format!("socks5h://{closed}"), "http://bay.example/feed");
    assert!(away.starts_with("no connection to bay.example"), "{away}");
}

/// A TLS server that answers one request with a feed, behind an HTTP proxy that knows CONNECT.
#[test]
fn secure_feeds_are_read_through_an_http_proxy_and_with_an_authority_of_ones_own() {
    let data = |name: &str| -> std::path::PathBuf {
        [env!("CARGO_MANIFEST_DIR"), "tests/data/tls", name].iter().collect()
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_file(data("good.pem")).unwrap()],
            PrivateKeyDer::from_pem_file(data("good.key")).unwrap(),
        )
        .unwrap();
    let secure = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = secure.local_addr().unwrap();
    std::thread::spawn(move || {
        let (stream, _) = secure.accept().unwrap();
        let connection = rustls::ServerConnection::new(Arc::new(config)).unwrap();
        let mut tls = rustls::StreamOwned::new(connection, stream);
        let _ = tls.read(&mut [0; 4096]);
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", FEED.len());
        tls.write_all(format!("{head}{FEED}").as_bytes()).unwrap();
        tls.flush().unwrap();
    });
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = proxy.local_addr().unwrap();
    let asked = std::thread::spawn(move || {
        let (mut stream, _) = proxy.accept().unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").unwrap();
        join(stream, TcpStream::connect(target).unwrap());
        String::from_utf8(head).unwrap()
    });
    let options = Options {
        proxy: Some(format!("http://{address}")),
        ca_file: Some(data("ca.pem")),
        allow: Allow::parse(&["127.0.0.1/32"]).unwrap(),
        ..options()
    };
    let fetcher = Fetcher::new(&options).unwrap();
    assert_eq!(said(&run(fetch(&fetcher, &format!("https://127.0.0.1:{}/feed", target.port())))), "fresh");
    assert!(asked.join().unwrap().starts_with(&format!("CONNECT 127.0.0.1:{} HTTP/1.1", target.port())));
}
