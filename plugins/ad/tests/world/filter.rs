//! Just enough of filters (RFC 4515). What is not formed as one is a panic: the connector must not send it.

pub(crate) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    There(String),
    Equal(String, Vec<u8>),
}

pub(crate) fn parse(text: &str) -> Filter {
    let (filter, rest) = one(text);
    assert!(rest.is_empty(), "the filter goes on: {text}");
    filter
}

fn one(text: &str) -> (Filter, &str) {
    let inner = text
        .strip_prefix('(')
        .unwrap_or_else(|| panic!("no parenthesis: {text}"));
    let (filter, rest) = match inner.chars().next().unwrap() {
        '&' => list(&inner[1..], Filter::All),
        '|' => list(&inner[1..], Filter::Any),
        '!' => {
            let (filter, rest) = one(&inner[1..]);
            (Filter::Not(Box::new(filter)), rest)
        }
        _ => {
            let end = inner.find(')').unwrap();
            let (name, value) = inner[..end].split_once('=').unwrap();
            assert!(!name.is_empty() && !value.contains('('), "{inner}");
            let filter = match value {
                "*" => Filter::There(name.to_owned()),
                value => Filter::Equal(name.to_owned(), plain(value)),
            };
            (filter, &inner[end..])
        }
    };
    let rest = rest
        .strip_prefix(')')
        .unwrap_or_else(|| panic!("no closing parenthesis: {text}"));
    (filter, rest)
}

fn list(mut text: &str, of: fn(Vec<Filter>) -> Filter) -> (Filter, &str) {
    let mut filters = Vec::new();
    while text.starts_with('(') {
        let (filter, rest) = one(text);
        filters.push(filter);
        text = rest;
    }
    (of(filters), text)
}

fn plain(value: &str) -> Vec<u8> {
    let mut octets = value.bytes();
    let mut plain = Vec::new();
    while let Some(octet) = octets.next() {
        if octet == b'\\' {
            let digits = [octets.next().unwrap(), octets.next().unwrap()];
            plain.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            assert_ne!(octet, b'*', "an asterisk that is not escaped: {value}");
            plain.push(octet);
        }
    }
    plain
}

impl Filter {
    pub(crate) fn matches(&self, values: &dyn Fn(&str) -> Vec<Vec<u8>>) -> bool {
        match self {
            Self::All(filters) => filters.iter().all(|filter| filter.matches(values)),
            Self::Any(filters) => filters.iter().any(|filter| filter.matches(values)),
            Self::Not(filter) => !filter.matches(values),
            Self::There(name) => name.eq_ignore_ascii_case("objectClass") || !values(name).is_empty(),
            Self::Equal(name, wanted) => {
                let folded = |octets: &[u8]| String::from_utf8_lossy(octets).to_lowercase();
                values(name).iter().any(|value| folded(value) == folded(wanted))
            }
        }
    }
}
