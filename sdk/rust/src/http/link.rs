//! The `Link` header (RFC 8288 section 3), as far as paging needs it.

/// One link: its target and its relations.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Link<'a> {
    pub(super) target: &'a str,
    relations: String,
}

impl Link<'_> {
    /// It has this relation. Relations are compared without case.
    pub(super) fn is(&self, relation: &str) -> bool {
        self.relations
            .split_ascii_whitespace()
            .any(|known| known.eq_ignore_ascii_case(relation))
    }
}

/// The links of a header's value. What follows something malformed is left out.
pub(super) fn parse(value: &str) -> Vec<Link<'_>> {
    let mut links = Vec::new();
    let mut rest = value;
    while let Some((target, after)) = rest.split_once('<').and_then(|(_, link)| link.split_once('>')) {
        let (parameters, next) = after.split_at(end(after));
        let relations = split(parameters, ';').find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim()
                .eq_ignore_ascii_case("rel")
                .then(|| value.trim().trim_matches('"').to_owned())
        });
        links.push(Link {
            target: target.trim(),
            relations: relations.unwrap_or_default(),
        });
        rest = next;
    }
    links
}

/// Where a link's parameters end: at the first comma outside quotes.
fn end(parameters: &str) -> usize {
    split(parameters, ',').next().map_or(0, str::len)
}

/// Parts between separators that stand outside quotes.
fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |letter| {
        let ends = letter == separator && !quoted;
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ => {}
        }
        ends
    })
}

/// A target as a whole URL: as it is, or relative to the URL it was found at.
pub(super) fn resolve(base: &str, target: &str) -> String {
    if target.starts_with("https://") || target.starts_with("http://") {
        return target.to_owned();
    }
    let path_begins = base.find("://").map_or(0, |scheme| {
        let authority = scheme + 3;
        base.get(authority..)
            .and_then(|rest| rest.find(['/', '?', '#']))
            .map_or(base.len(), |at| authority + at)
    });
    let (origin, path) = base.split_at(path_begins);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    match target.chars().next() {
        Some('/') => format!("{origin}{target}"),
        Some('?') => format!("{origin}{path}{target}"),
        _ => {
            let folder = path.rfind('/').map_or("/", |at| path.get(..=at).unwrap_or("/"));
            format!("{origin}{folder}{target}")
        }
    }
}
