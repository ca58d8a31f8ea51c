//! One polite conditional GET, with limits.
//!
//! Owns the request, its redirects and its limits; the only room that names the HTTP library. `fetch::guard`
//! says which addresses may be reached, `fetch::client` builds the connections, `fetch::answer` reads the
//! headers, `fetch::file` stands in for a server where the feed is a file. Leaves what follows from an answer
//! to `learn`, and the next poll to `schedule`.
//!
//! One poll is one GET and the redirects that it meets: no probe, no second try, no cookies, no referrer.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{
    ACCEPT, AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LOCATION,
};
use url::Url;

use crate::feed::{Credentials, Feed, Learned};

mod answer;
mod client;
mod error;
mod file;
pub mod guard;
mod options;

pub use client::{Names, authorities};
pub use error::FetchError;
use guard::{Allow, Refused};
pub use options::Options;

/// What feeds call themselves, and whatever else a server may have.
const ACCEPT_FEEDS: &str = "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, \
     application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5";
const ACCEPT_PAGES: &str = "text/html, application/xhtml+xml, text/plain;q=0.9, */*;q=0.5";

/// What came back from one poll.
#[derive(Debug, PartialEq)]
pub struct Fetched {
    pub outcome: Outcome,
    /// None where no answer came, and for files.
    pub status: Option<u16>,
    /// Of the decoded body.
    pub bytes: u64,
    /// The address that answered, after redirects.
    pub url: Url,
    /// Where a chain of permanent redirects only, followed to a good answer, has led.
    pub moved_to: Option<Url>,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// What the server's clock says (`Date`).
    pub server_time: Option<DateTime<Utc>>,
    /// How long the server wants to be left alone (max-age, Expires, Retry-After), seconds.
    pub wait_s: Option<u64>,
    /// xxh3 of the decoded body.
    pub body_hash: Option<u64>,
}

#[derive(Debug, PartialEq)]
pub enum Outcome {
    /// 304, or the same body as last time.
    Unchanged,
    Fresh {
        body: Vec<u8>,
        content_type: Option<String>,
    },
    /// 410: the owner has ended this feed.
    Gone,
    /// 429 or 503: ask later.
    Wait,
    Failed(FetchError),
}

impl Fetched {
    fn failed(url: &Url, error: FetchError) -> Fetched {
        let status = error.status();
        Fetched {
            outcome: Outcome::Failed(error),
            status,
            bytes: 0,
            url: url.clone(),
            moved_to: None,
            etag: None,
            last_modified: None,
            server_time: None,
            wait_s: None,
            body_hash: None,
        }
    }
}

/// A page that is no feed.
#[derive(Debug, PartialEq)]
pub struct Page {
    pub url: Url,
    pub body: Vec<u8>,
    pub content_type: Option<String>,
}

/// Sends requests. One for the whole process; it may be shared between tasks.
pub struct Fetcher {
    options: Options,
    names: Names,
    base: client::Client,
    /// Feeds with exceptions of their own get connections of their own, since a resolver cannot know for
    /// whom it is asked.
    special: Mutex<HashMap<Allow, client::Client>>,
}

/// The redirects of a request and the answer at their end.
struct Followed {
    response: reqwest::Response,
    url: Url,
    permanent: bool,
    hops: u64,
}

impl Fetcher {
    /// Fails where the certificates or the proxy cannot be used, or no secure connection can be made at all.
    pub fn new(options: &Options) -> Result<Fetcher, FetchError> {
        Fetcher::asking(options, Names::of_the_system())
    }

    /// A fetcher that asks somebody else for the addresses of names.
    pub fn asking(options: &Options, names: Names) -> Result<Fetcher, FetchError> {
        Ok(Fetcher {
            options: options.clone(),
            base: client::Client::new(options, &options.allow, &names)?,
            names,
            special: Mutex::new(HashMap::new()),
        })
    }

    /// Polls a feed once. Takes at most `total_timeout_s`.
    pub async fn fetch(&self, feed: &Feed, learned: &Learned, now: DateTime<Utc>) -> Fetched {
        let url = address(feed, learned);
        if url.scheme() == "file" {
            return file::fetch(&url, learned, self.options.body_max_bytes).await;
        }
        let limit = Duration::from_secs(self.options.total_timeout_s);
        match tokio::time::timeout(limit, self.poll(feed, learned, &url, now)).await {
            Ok(Ok(fetched)) => fetched,
            Ok(Err(error)) => Fetched::failed(&url, error),
            Err(_) => Fetched::failed(&url, FetchError::Slow { seconds: self.options.total_timeout_s }),
        }
    }

    /// Fetches a page that is no feed, such as an article. Only public addresses and the networks that every
    /// feed may reach: what a single feed was allowed does not hold for where it links to.
    pub async fn page(&self, url: &Url) -> Result<Page, FetchError> {
        let limit = Duration::from_secs(self.options.total_timeout_s);
        let all = async {
            let mut followed = self
                .follow(&self.base, url, |_| {
                    HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(ACCEPT_PAGES))])
                })
                .await?;
            let status = followed.response.status().as_u16();
            if status != 200 {
                return Err(FetchError::status_of(&followed.response));
            }
            let content_type = answer::text(followed.response.headers(), "content-type");
            let body = self.body(&mut followed.response).await?;
            Ok(Page { url: followed.url, body, content_type })
        };
        let slow = FetchError::Slow { seconds: self.options.total_timeout_s };
        tokio::time::timeout(limit, all).await.unwrap_or(Err(slow))
    }

    async fn poll(
        &self,
        feed: &Feed,
        learned: &Learned,
        url: &Url,
        now: DateTime<Utc>,
    ) -> Result<Fetched, FetchError> {
        let client = self.client(feed.allow.as_deref())?;
        let headers = |hop: &Url| request_headers(feed, learned, hop);
        let Followed { mut response, url: effective, permanent, hops } =
            self.follow(&client, url, headers).await?;
        let status = response.status().as_u16();
        let answered = response.headers();
        let mut fetched = Fetched {
            outcome: Outcome::Unchanged,
            status: Some(status),
            bytes: 0,
            moved_to: (permanent && hops > 0 && matches!(status, 200 | 304)).then(|| effective.clone()),
            url: effective,
            etag: answer::text(answered, "etag"),
            last_modified: answer::text(answered, "last-modified"),
            server_time: answer::date(answered),
            wait_s: answer::wait_s(answered, status, now),
            body_hash: None,
        };
        fetched.outcome = match status {
            200 => {
                let content_type = answer::text(answered, "content-type");
                match self.body(&mut response).await {
                    Ok(body) => judged(&mut fetched, body, content_type, learned),
                    Err(error) => Outcome::Failed(error),
                }
            }
            304 if learned.validators_url.as_deref() == Some(fetched.url.as_str()) => Outcome::Unchanged,
            410 => Outcome::Gone,
            429 | 503 => Outcome::Wait,
            _ => Outcome::Failed(FetchError::status_of(&response)),
        };
        Ok(fetched)
    }

    /// Sends the request and follows its redirects, each checked like the first address.
    async fn follow(
        &self,
        client: &client::Client,
        start: &Url,
        headers: impl Fn(&Url) -> HeaderMap,
    ) -> Result<Followed, FetchError> {
        let mut url = start.clone();
        url.set_fragment(None);
        let (mut hops, mut permanent) = (0, true);
        loop {
            client.allow.url(&url)?;
            let request = client.http.get(url.clone()).headers(headers(&url));
            let response = request.send().await.map_err(|e| FetchError::of(&e, &url, &self.options))?;
            let status = response.status().as_u16();
            if !matches!(status, 301 | 302 | 303 | 307 | 308) {
                return Ok(Followed { response, url, permanent, hops });
            }
            permanent &= matches!(status, 301 | 308);
            hops += 1;
            if hops > self.options.redirects_max {
                return Err(FetchError::Redirects { most: self.options.redirects_max });
            }
            let location = response.headers().get(LOCATION).map(|l| String::from_utf8_lossy(l.as_bytes()));
            let location = location.ok_or(FetchError::Location { status })?;
            url = url.join(location.trim()).map_err(|_| FetchError::Location { status })?;
            url.set_fragment(None);
        }
    }

    /// The decoded body, counted while it comes.
    async fn body(&self, response: &mut reqwest::Response) -> Result<Vec<u8>, FetchError> {
        let most = self.options.body_max_bytes;
        let url = response.url().clone();
        // Who says beforehand that it is too much is believed; a compressed body says nothing of its true length.
        if response.content_length().is_some_and(|length| length > most) {
            return Err(FetchError::TooLarge { most });
        }
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.map_err(|e| FetchError::of(&e, &url, &self.options))? {
            if (body.len() + part.len()) as u64 > most {
                return Err(FetchError::TooLarge { most });
            }
            body.extend_from_slice(&part);
        }
        Ok(body)
    }

    fn client(&self, allow: Option<&Allow>) -> Result<client::Client, FetchError> {
        let Some(allow) = allow.filter(|allow| **allow != Allow::default()) else {
            return Ok(self.base.clone());
        };
        let mut special = self.special.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(client) = special.get(allow) {
            return Ok(client.clone());
        }
        let client = client::Client::new(&self.options, &self.options.allow.and(allow), &self.names)?;
        special.insert(allow.clone(), client.clone());
        Ok(client)
    }
}

/// Where a feed is asked for: where it has moved to for good, else where the user says it is.
fn address(feed: &Feed, learned: &Learned) -> Url {
    let moved = learned.moved_to.as_deref().and_then(|m| Url::parse(m).ok());
    moved.filter(|m| matches!(m.scheme(), "http" | "https")).unwrap_or_else(|| feed.url.clone())
}

/// Two addresses that one server answers for.
fn same_origin(a: &Url, b: &Url) -> bool {
    a.origin() == b.origin()
}

/// What is said to one hop. Validators belong to the address that gave them, secrets to the origin that the
/// user named.
fn request_headers(feed: &Feed, learned: &Learned, hop: &Url) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static(ACCEPT_FEEDS));
    let mut add = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
            headers.insert(name, value);
        }
    };
    if same_origin(&feed.url, hop) {
        for (name, value) in &feed.headers {
            if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
                add(name, value);
            }
        }
        match feed.credentials.as_deref() {
            Some(Credentials::Token(token)) => add(AUTHORIZATION, &format!("Bearer {token}")),
            Some(Credentials::Basic { user, password }) => add(AUTHORIZATION, &answer::basic(user, password)),
            None => {}
        }
    }
    if learned.validators_url.as_deref() == Some(hop.as_str()) {
        learned.etag.iter().for_each(|etag| add(IF_NONE_MATCH, etag));
        learned.last_modified.iter().for_each(|date| add(IF_MODIFIED_SINCE, date));
    }
    headers
}

/// A body that was seen before is no news; its validators are.
fn judged(fetched: &mut Fetched, body: Vec<u8>, content_type: Option<String>, learned: &Learned) -> Outcome {
    fetched.bytes = body.len() as u64;
    fetched.body_hash = Some(xxhash_rust::xxh3::xxh3_64(&body));
    if fetched.body_hash == learned.body_hash {
        return Outcome::Unchanged;
    }
    Outcome::Fresh { body, content_type }
}

impl From<Refused> for FetchError {
    fn from(refused: Refused) -> FetchError {
        FetchError::Refused(refused)
    }
}
