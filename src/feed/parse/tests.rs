//! Small documents in every dialect, sound and broken, and what is read from them.

use super::*;

fn check(document: &str, expected: &[&str]) -> Parsed {
    let base = Url::parse("https://news.example/feed").unwrap();
    let parsed = read(document.as_bytes(), None, Some(&base), Limits::default()).unwrap();
    let lines: Vec<String> = parsed.entries.iter().map(line).collect();
    assert_eq!(lines, expected, "{document}");
    parsed
}

/// `key / title / summary / link / published`, absent parts as `-`.
fn line(entry: &Entry) -> String {
    let part = |p: &Option<String>| p.clone().unwrap_or("-".to_string());
    let date = entry.published.map(|d| d.to_rfc3339());
    [entry.key.clone(), part(&entry.title), part(&entry.summary), part(&entry.link), part(&date)].join(" / ")
}

#[test]
fn rss() {
    let parsed = check(
        "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:content='http://purl.org/rss/1.0/modules/content/'>
           <channel><title>Harbour News</title><language>en-gb</language><ttl>90</ttl>
           <skipHours><hour>24</hour><hour>3</hour></skipHours><skipDays><day>Sunday</day></skipDays>
           <image><title>Logo</title><url>x.png</url></image>
           <item><title>Ferry &amp;amp; crew rescued</title><link> /a?b=1&amp;c=2 </link><guid isPermaLink='false'>n1</guid>
             <description>&lt;p&gt;All safe.&lt;/p&gt;</description><content:encoded><![CDATA[<p>All <b>safe</b>.</p>]]></content:encoded>
             <dc:creator>Ana Lima</dc:creator><pubDate>Tue, 03 Jun 2025 09:39:21 CEST</pubDate><category>Sea</category></item>
           <item><guid>https://news.example/b</guid><title>Second</title><dc:date>2025-06-03</dc:date></item>
           </channel></rss>",
        &[
            "n1 / Ferry &amp; crew rescued / <p>All safe.</p> / https://news.example/a?b=1&c=2 / 2025-06-03T09:39:21+02:00",
            "https://news.example/b / Second / - / https://news.example/b / 2025-06-03T00:00:00+00:00",
        ],
    );
    assert_eq!(parsed.format, "RSS 2.0");
    assert_eq!((parsed.title.as_deref(), parsed.language.as_deref()), (Some("Harbour News"), Some("en-gb")));
    assert_eq!(
        (parsed.wait_s, &parsed.skip_hours[..], &parsed.skip_days[..]),
        (Some(5400), &[0, 3][..], &[6][..])
    );
    assert_eq!(parsed.entries[0].content.as_deref(), Some("<p>All <b>safe</b>.</p>"));
    assert_eq!(
        (parsed.entries[0].author.as_deref(), &parsed.entries[0].categories[..]),
        (Some("Ana Lima"), &["Sea".to_string()][..])
    );
    assert_eq!(parsed.repaired, [""; 0]);
}

#[test]
fn rdf() {
    let parsed = check(
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'
           xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>
           <channel rdf:about='https://news.example/'><title>Hill Post</title><dc:language>de</dc:language>
           <sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency><items><rdf:Seq/></items></channel>
           <item rdf:about='https://news.example/1'><title>One</title><description>First</description><dc:date>2025-06-03T10:00:00+02:00</dc:date></item>
         </rdf:RDF>",
        &["https://news.example/1 / One / First / https://news.example/1 / 2025-06-03T10:00:00+02:00"],
    );
    assert_eq!(
        (parsed.format.as_str(), parsed.language.as_deref(), parsed.wait_s),
        ("RSS 1.0", Some("de"), Some(21_600))
    );
}

#[test]
fn atom() {
    let parsed = check(
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='fr' xml:base='https://news.example/fr/'><title>Journal</title>
           <author><name>Rédaction</name></author>
           <entry><id>tag:news.example,2025:1</id><title>a &lt; b</title><link rel='self' href='self.xml'/><link href='un.html'/>
             <summary type='html'>&lt;i&gt;Bref&lt;/i&gt;</summary><updated>2025-06-03T10:00:00Z</updated><published>2025-06-03T09:00:00Z</published>
             <source><title>Elsewhere</title><id>x</id></source>
             <content type='xhtml' xml:lang='en'><div xmlns='http://www.w3.org/1999/xhtml'>One <b>two</b> &amp; three</div></content></entry>
           <entry><id>tag:news.example,2025:2</id><title type='html'>Deux</title><author><name>Zoé</name><email>z@news.example</email></author></entry>
         </feed>",
        &[
            "tag:news.example,2025:1 / a &lt; b / <i>Bref</i> / https://news.example/fr/un.html / 2025-06-03T09:00:00+00:00",
            "tag:news.example,2025:2 / Deux / - / - / -",
        ],
    );
    let [one, two] = &parsed.entries[..] else { panic!() };
    assert_eq!(one.content.as_deref(), Some("<div>One <b>two</b> &amp; three</div>"));
    assert_eq!((one.language.as_deref(), two.language.as_deref()), (Some("en"), Some("fr")));
    assert_eq!((one.author.as_deref(), two.author.as_deref()), (Some("Rédaction"), Some("Zoé")));
    let old = check(
        "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><title>Old</title><entry><id>o1</id><title>T</title>
           <link rel='alternate' type='text/html' href='https://news.example/o1'/><issued>2004-01-02T03:04:05Z</issued>
           <modified>2004-01-03T03:04:05Z</modified><content type='text/html' mode='escaped'>&lt;p&gt;C&lt;/p&gt;</content></entry></feed>",
        &["o1 / T / - / https://news.example/o1 / 2004-01-02T03:04:05+00:00"],
    );
    assert_eq!((old.format.as_str(), old.entries[0].content.as_deref()), ("Atom 0.3", Some("<p>C</p>")));
    assert_eq!(old.entries[0].updated.map(|d| d.to_rfc3339()).as_deref(), Some("2004-01-03T03:04:05+00:00"));
}

#[test]
fn json_feed() {
    let parsed = check(
        r#"{"version": "https://jsonfeed.org/version/1.1", "title": "Lake & Sons", "language": "en", "authors": [{"name": "Desk"}],
            "items": [{"id": 7, "url": "/seven", "title": "R&D <up>", "content_html": "<p>x</p>", "date_published": "2025-06-03T10:00:00Z", "tags": ["a", "b"]},
                      {"id": "8", "content_text": "1 < 2", "author": {"name": "Bo"}, "extra": {"deep": [1, [2, {}]]}}, 5, null]}"#,
        &[
            "7 / R&amp;D &lt;up&gt; / - / https://news.example/seven / 2025-06-03T10:00:00+00:00",
            "8 / - / - / - / -",
        ],
    );
    assert_eq!((parsed.format.as_str(), parsed.title.as_deref()), ("JSON Feed 1.1", Some("Lake &amp; Sons")));
    let [seven, eight] = &parsed.entries[..] else { panic!() };
    assert_eq!((seven.author.as_deref(), eight.author.as_deref()), (Some("Desk"), Some("Bo")));
    assert_eq!((eight.content.as_deref(), seven.categories.len()), (Some("1 &lt; 2"), 2));
}

#[test]
fn broken_documents_give_what_is_whole() {
    let cases: &[(&str, &[&str], &[&str])] = &[
        (
            "<rss><channel><item><title>A & B</title><guid>1</guid></item></channel></rss>",
            &["1 / A & B / - / - / -"],
            &["bare & taken as text"],
        ),
        (
            "<rss version='9.9'><channel><item><guid>1</guid></channel><item><guid>2</guid></item></rss>",
            &["1 / - / - / - / -", "2 / - / - / - / -"],
            &["mismatched or unclosed tags balanced"],
        ),
        (
            "<rss><channel><item><guid>1</guid><item><guid>2</guid></item></channel></rss>",
            &["1 / - / - / - / -", "2 / - / - / - / -"],
            &["mismatched or unclosed tags balanced"],
        ),
        (
            "<rss><channel><item><guid>1</guid></item><item><guid>2</guid><title>Ha",
            &["1 / - / - / - / -"],
            &["document cut short: its end is missing"],
        ),
        (
            "<rss><channel><item><guid>1</guid></item><item><guid>2</guid><titl",
            &["1 / - / - / - / -"],
            &["document cut short: its end is missing"],
        ),
        (
            "<rss><channel><item><guid>1</guid><description><p>one<br>two</description></item></channel></rss>",
            &["1 / - / <p>one<br>two</br></p> / - / -"],
            &["mismatched or unclosed tags balanced"],
        ),
        (
            "<ns:rss xmlns:ns='http://backend.userland.com/rss2'><ns:channel><ns:item><ns:guid>1</ns:guid></ns:item></ns:channel></ns:rss>",
            &["1 / - / - / - / -"],
            &[],
        ),
        ("\n junk <rss><channel><ITEM><Guid>1</Guid></ITEM></channel></rss>", &["1 / - / - / - / -"], &[]),
        ("<rss><channel></channel></rss>", &[], &["no entries"]),
    ];
    for (document, expected, repaired) in cases {
        assert_eq!(check(document, expected).repaired, *repaired, "{document}");
    }
}

#[test]
fn what_is_no_feed_says_what_it_is() {
    let cases = [
        ("", "the document is empty"),
        (" \n", "the document is empty"),
        ("nothing", "this is not a feed: it holds no markup"),
        (
            "<!DOCTYPE html><html><body><p>404</body></html>",
            "this is a web page, not a feed; `dateline discover` finds the feeds of a page",
        ),
        (
            "<opml version='2.0'><body/></opml>",
            "this is neither RSS, Atom, RDF nor JSON Feed: its first element is <opml>",
        ),
        ("{\"error\": 5}", "this is not a JSON Feed: it has no list of items"),
        ("{\"items\": [", "this is not a JSON Feed: EOF while parsing a list at line 1 column 11"),
    ];
    for (document, expected) in cases {
        let error = read(document.as_bytes(), None, None, Limits::default()).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn keys_are_stable_and_tell_entries_apart() {
    let item = |inner: &str| format!("<item>{inner}</item>");
    let feed = |items: &[String]| format!("<rss><channel>{}</channel></rss>", items.concat());
    let keys = |document: &str| -> Vec<String> {
        let parsed = read(document.as_bytes(), None, None, Limits::default()).unwrap();
        parsed.entries.into_iter().map(|e| e.key).collect()
    };
    let ten: Vec<String> =
        (0..10).map(|i| item(&format!("<guid>same</guid><link>https://n.example/{i}</link>"))).collect();
    let mut found = keys(&feed(&ten));
    assert_eq!(found[3], "same | https://n.example/3");
    found.dedup();
    assert_eq!(found.len(), 10);
    let dated: Vec<String> = (1..4)
        .map(|d| item(&format!("<link>https://n.example/</link><pubDate>2025-06-0{d}</pubDate>")))
        .collect();
    assert_eq!(keys(&feed(&dated))[1], "https://n.example/ | https://n.example/ | 2025-06-02T00:00:00+00:00");
    let bare = feed(&[item("<title>T</title><description>D</description>"), item("<title>U</title>")]);
    assert!(keys(&bare)[0].starts_with("xxh3:") && keys(&bare)[0] != keys(&bare)[1]);
    assert_eq!(keys(&bare), keys(&bare));
    assert_eq!(
        keys(&feed(&[item("<guid>g</guid>"), item("<guid>g</guid>")])),
        ["g |  |  | ", "g |  |  |  | 2"]
    );
    assert!(keys(&feed(&[item(&format!("<guid>{}</guid>", "x".repeat(9000)))]))[0].starts_with("xxh3:"));
}

#[test]
fn the_newest_entries_are_kept() {
    let limits = Limits { entries_max: 3, field_max_bytes: 10 };
    let feed = |days: Vec<u32>| {
        let items: String = days
            .iter()
            .map(|d| format!("<item><guid>{d}</guid><pubDate>2025-06-{d:02}</pubDate></item>"))
            .collect();
        let parsed =
            read(format!("<rss><channel>{items}</channel></rss>").as_bytes(), None, None, limits).unwrap();
        (parsed.entries.iter().map(|e| e.key.clone()).collect::<Vec<_>>().join(" "), parsed.repaired)
    };
    let note = vec!["9 entries: only the newest 3 kept".to_string()];
    assert_eq!(feed((1..10).rev().collect()), ("9 8 7".to_string(), note.clone()));
    assert_eq!(feed((1..10).collect()), ("7 8 9".to_string(), note));
    assert_eq!(feed((1..5).collect()).0, "2 3 4");
    assert_eq!(feed(vec![1, 2, 3]).0, "1 2 3");
    let long = read(
        "<rss><channel><item><title>ééééééééé</title></item></channel></rss>".as_bytes(),
        None,
        None,
        limits,
    )
    .unwrap();
    assert_eq!(long.entries[0].title.as_deref(), Some("ééééé"));
}

#[test]
fn a_declaration_in_the_middle_is_passed_over() {
    check(
        "<?xml version='1.0'?><feed><entry><id>a<?xml version='1.0' encoding='utf-16'?>b</id></entry></feed>",
        &["ab / - / - / - / -"],
    );
}

#[test]
fn what_the_library_dies_of_is_read_all_the_same() {
    let parsed = check(
        "<rss version='2.0'><channel><item><guid>1</guid><author>jo@bay.example（Jo）</author></item></channel></rss>",
        &["1 / - / - / - / -"],
    );
    assert_eq!(parsed.entries[0].author.as_deref(), Some("jo@bay.example（Jo）"));
}
