//! Which addresses may be reached: by default none that is private, local or reserved.
//!
//! Owns the table of ranges and the user's exceptions. A name is checked after it is resolved, so `fetch`
//! calls this from the resolver and connects to exactly the addresses that passed; an address written as
//! such never meets a resolver, so `fetch` calls this for every URL and every redirect too.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use url::{Host, Url};

/// Networks and hosts that may be reached although they are private.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Allow {
    pub networks: Vec<Network>,
    /// Lower-case names; a name allows whatever it resolves to.
    pub hosts: Vec<String>,
}

impl Allow {
    /// Reads what a person writes: `127.0.0.1/32`, `fd00::/8`, `10.1.2.3`, `intranet.example`.
    pub fn parse<S: AsRef<str>>(words: &[S]) -> Result<Allow, String> {
        let mut allow = Allow::default();
        for word in words.iter().map(|w| w.as_ref().trim()) {
            if word.contains('/') || word.parse::<IpAddr>().is_ok() {
                allow.networks.push(word.parse()?);
            } else {
                match Host::parse(word) {
                    Ok(Host::Domain(name)) => allow.hosts.push(name.trim_end_matches('.').to_lowercase()),
                    _ => {
                        return Err(format!(
                            "`{word}` is neither a network such as 10.0.0.0/8 nor a host name"
                        ));
                    }
                }
            }
        }
        Ok(allow)
    }

    /// Both lists together.
    pub fn and(&self, other: &Allow) -> Allow {
        let mut both = self.clone();
        both.networks.extend(other.networks.iter().copied().filter(|n| !self.networks.contains(n)));
        both.hosts.extend(other.hosts.iter().filter(|h| !self.hosts.contains(h)).cloned());
        both
    }

    pub fn host(&self, name: &str) -> bool {
        let name = name.trim_end_matches('.');
        self.hosts.iter().any(|h| h.eq_ignore_ascii_case(name))
    }

    pub fn address(&self, address: IpAddr) -> bool {
        is_public(address) || self.networks.iter().any(|n| n.contains(address))
    }

    /// The check of a URL before any name is resolved: only http and https, and no forbidden literal address.
    /// The `url` crate has already turned odd spellings (`2130706433`, `0x7f.1`) into addresses.
    pub fn url(&self, url: &Url) -> Result<(), Refused> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refused::Scheme(url.scheme().to_string()));
        }
        let address = match url.host() {
            None => return Err(Refused::NoHost),
            Some(Host::Domain(_)) => return Ok(()),
            Some(Host::Ipv4(v4)) => IpAddr::V4(v4),
            Some(Host::Ipv6(v6)) => IpAddr::V6(v6),
        };
        if self.address(address) { Ok(()) } else { Err(Refused::Address(address.to_string())) }
    }
}

/// Why an address is not reached.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("{0}: addresses are not fetched; only http and https are")]
    Scheme(String),
    #[error("the address names no host")]
    NoHost,
    #[error("{0} is a private or reserved address; name its network under `allow` if it is meant")]
    Address(String),
    #[error("{0} resolves to private or reserved addresses only; name the host under `allow` if it is meant")]
    Name(String),
}

/// An address range in CIDR notation; a bare address is a range of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = unmapped(address);
        match (self.address, address) {
            (IpAddr::V4(net), IpAddr::V4(a)) => {
                same_prefix(u32::from(net).into(), u32::from(a).into(), self.prefix, 32)
            }
            (IpAddr::V6(net), IpAddr::V6(a)) => same_prefix(u128::from(net), u128::from(a), self.prefix, 128),
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Network, String> {
        let wrong = || format!("`{text}` is not a network; write for example 10.0.0.0/8 or fd00::/8");
        let (address, prefix) = text.split_once('/').map_or((text, None), |(a, p)| (a, Some(p)));
        let address: IpAddr = address.trim().parse().map_err(|_| wrong())?;
        let widest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(widest), |p| p.trim().parse::<u8>().map_err(|_| wrong()))?;
        if prefix > widest {
            return Err(wrong());
        }
        Ok(Network { address, prefix })
    }
}

fn same_prefix(a: u128, b: u128, prefix: u8, width: u8) -> bool {
    prefix == 0 || (a ^ b) >> (width - prefix) == 0
}

/// `::ffff:a.b.c.d` is the IPv4 address that it carries.
fn unmapped(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
        v4 => v4,
    }
}

/// IPv4 ranges of the IANA special-purpose registry that are not globally reachable, and multicast.
const RESERVED_V4: &[(Ipv4Addr, u8)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// IPv6 ranges inside 2000::/3 (the only space that is given out) that are not for the public.
const RESERVED_V6: &[(Ipv6Addr, u8)] = &[
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Whether an address is one of the public internet.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => !RESERVED_V4
            .iter()
            .any(|(net, prefix)| same_prefix(u32::from(*net).into(), u32::from(v4).into(), *prefix, 32)),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

/// An IPv6 address that carries an IPv4 address (mapped, NAT64, 6to4) is as public as the one it carries.
fn is_public_v6(v6: Ipv6Addr) -> bool {
    let words = v6.segments();
    let carried = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        is_public(IpAddr::V4(Ipv4Addr::new(a, b, c, d)))
    };
    match words {
        [0, 0, 0, 0, 0, 0xffff, high, low] => carried(high, low),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => carried(high, low),
        [0x2002, high, low, ..] => carried(high, low),
        _ => {
            words[0] & 0xe000 == 0x2000
                && !RESERVED_V6
                    .iter()
                    .any(|(net, prefix)| same_prefix(u128::from(*net), u128::from(v6), *prefix, 128))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_ranges() {
        let private = [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.7",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:2::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ];
        for text in private {
            assert!(!is_public(text.parse().unwrap()), "{text} must be refused");
        }
        let public = [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.1",
            "169.253.1.1",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.1",
            "192.167.255.255",
            "198.17.1.1",
            "198.20.0.1",
            "203.0.112.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00:1450:4001::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2002:808:808::1",
            "2001:200::1",
        ];
        for text in public {
            assert!(is_public(text.parse().unwrap()), "{text} must pass");
        }
    }

    #[test]
    fn odd_spellings_of_an_address_are_seen_through() {
        let none = Allow::default();
        for url in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://0.0.0.0/",
            "http://0/",
            "http://[::ffff:7f00:1]:80/",
            "http://１２７.0.0.1/",
        ] {
            assert!(matches!(none.url(&Url::parse(url).unwrap()), Err(Refused::Address(_))), "{url}");
        }
        for url in
            ["ftp://example.org/", "gopher://example.org/", "file:///etc/passwd", "data:text/xml,<rss/>"]
        {
            assert!(matches!(none.url(&Url::parse(url).unwrap()), Err(Refused::Scheme(_))), "{url}");
        }
        assert!(none.url(&Url::parse("https://example.org/feed").unwrap()).is_ok());
    }

    #[test]
    fn exceptions_are_as_wide_as_they_are_written() {
        let allow = Allow::parse(&["127.0.0.1/32", "fd00::/8", "10.1.2.3", "Intranet.Example"]).unwrap();
        let check = |text: &str| allow.address(text.parse().unwrap());
        assert!(check("127.0.0.1") && check("::ffff:127.0.0.1") && check("fd00::1") && check("10.1.2.3"));
        assert!(!check("127.0.0.2") && !check("fc00::1") && !check("10.1.2.4"));
        assert!(
            allow.host("intranet.example")
                && allow.host("INTRANET.example.")
                && !allow.host("evil.intranet.example")
        );
        assert!(
            Allow::parse(&["10.0.0.0/33"]).is_err()
                && Allow::parse(&["::/129"]).is_err()
                && Allow::parse(&["a b"]).is_err()
        );
        assert!(Allow::parse(&["0.0.0.0/0"]).unwrap().address("10.0.0.1".parse().unwrap()));
    }
}
