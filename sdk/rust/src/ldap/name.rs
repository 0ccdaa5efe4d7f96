//! Distinguished names (RFC 4514) and what has to be escaped in them and in filters (RFC 4515).

use std::fmt::Write as _;

/// A distinguished name, taken apart. Compared as directories compare most names: without regard to case.
#[derive(Debug, Clone)]
pub struct Dn {
    /// The parts as they are written, the lowest first.
    parts: Vec<String>,
    /// The same in a form that can be compared.
    plain: Vec<String>,
}

impl Dn {
    /// Takes a name apart; none when it is not formed as one.
    pub fn parse(text: &str) -> Option<Self> {
        let (mut parts, mut plain) = (Vec::new(), Vec::new());
        for part in split(text) {
            let (kind, value) = part.split_once('=')?;
            let kind = kind.trim();
            if kind.is_empty() || value.trim().is_empty() {
                return None;
            }
            plain.push(format!(
                "{}={}",
                kind.to_lowercase(),
                escape_rdn(&unescape(value)?.to_lowercase())
            ));
            parts.push(part.trim_start().to_owned());
        }
        Some(Self { parts, plain })
    }

    /// The name of what it lies in; empty for one part.
    pub fn parent(&self) -> String {
        self.parts.get(1..).unwrap_or_default().join(",")
    }

    /// The lowest part as it is written; empty for the name of nothing.
    pub fn rdn(&self) -> &str {
        self.parts.first().map(String::as_str).unwrap_or_default()
    }

    /// The value of the lowest part, not escaped.
    pub fn rdn_value(&self) -> Option<String> {
        let (_, value) = self.parts.first()?.split_once('=')?;
        unescape(value)
    }

    /// How it is written from a base on: empty for the base itself, none when it lies elsewhere.
    pub fn below(&self, base: &Self) -> Option<String> {
        let depth = self.plain.len().checked_sub(base.plain.len())?;
        let above = self.plain.get(depth..)?;
        (above == base.plain).then(|| self.parts.get(..depth).unwrap_or_default().join(","))
    }

    /// The values of the parts of the kind DC, joined by full stops: the DNS name of a domain.
    pub fn domain(&self) -> String {
        let parts = self.plain.iter().filter_map(|part| part.strip_prefix("dc="));
        parts.collect::<Vec<_>>().join(".")
    }
}

impl PartialEq for Dn {
    fn eq(&self, other: &Self) -> bool {
        self.plain == other.plain
    }
}

impl Eq for Dn {}

impl std::fmt::Display for Dn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.parts.join(","))
    }
}

/// Parts between commas that are not escaped.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut escaped = false;
    let whole = (!text.trim().is_empty()).then_some(text);
    whole.into_iter().flat_map(move |text| {
        text.split(move |letter| {
            let ends = letter == ',' && !escaped;
            escaped = letter == '\\' && !escaped;
            ends
        })
    })
}

/// The value of a part without its escapes; none when they are no text.
fn unescape(value: &str) -> Option<String> {
    // A space at an end counts when it is escaped only.
    let mut octets = Vec::with_capacity(value.len());
    let mut kept = 0;
    let mut rest = value.trim_start().as_bytes().iter().copied().peekable();
    while let Some(octet) = rest.next() {
        if octet != b'\\' {
            octets.push(octet);
            if octet != b' ' {
                kept = octets.len();
            }
            continue;
        }
        let first = rest.next()?;
        let high = char::from(first).to_digit(16);
        let low = rest.peek().and_then(|&second| char::from(second).to_digit(16));
        match (high, low) {
            (Some(high), Some(low)) => {
                rest.next();
                octets.push(u8::try_from(high * 16 + low).ok()?);
            }
            _ => octets.push(first),
        }
        kept = octets.len();
    }
    octets.truncate(kept);
    String::from_utf8(octets).ok()
}

/// A value as it stands in a distinguished name: what would mean something else is escaped.
pub fn escape_rdn(value: &str) -> String {
    let last = value.chars().count().saturating_sub(1);
    let mut escaped = String::with_capacity(value.len());
    for (at, letter) in value.chars().enumerate() {
        match letter {
            ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=' => {
                escaped.push('\\');
                escaped.push(letter);
            }
            '#' if at == 0 => escaped.push_str("\\#"),
            ' ' if at == 0 || at == last => escaped.push_str("\\20"),
            letter if letter.is_control() => {
                let mut octets = [0; 4];
                for octet in letter.encode_utf8(&mut octets).bytes() {
                    let _ = write!(escaped, "\\{octet:02x}");
                }
            }
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// A value as it stands in a filter. Whatever is not a plain letter, digit or one of a few signs is escaped.
pub fn escape_filter(value: impl AsRef<[u8]>) -> String {
    let mut escaped = String::new();
    for &octet in value.as_ref() {
        if octet.is_ascii_alphanumeric()
            || matches!(octet, b' ' | b'-' | b'.' | b'@' | b'_' | b':' | b',' | b'=')
        {
            escaped.push(char::from(octet));
        } else {
            let _ = write!(escaped, "\\{octet:02x}");
        }
    }
    escaped
}
