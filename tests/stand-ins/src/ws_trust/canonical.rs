//! Exclusive XML Canonicalization 1.0 without comments, written from the recommendation (section 3) and from nothing else here.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::{Element, Node};

/// The octets that are signed for an element.
#[must_use]
pub(super) fn canonical(element: &Element) -> Vec<u8> {
    let mut text = String::new();
    write(element, &BTreeMap::new(), &mut text);
    text.into_bytes()
}

fn write(element: &Element, rendered: &BTreeMap<String, String>, text: &mut String) {
    let mut rendered = rendered.clone();
    let name = joined(&element.prefix, &element.name);
    text.push('<');
    text.push_str(&name);
    // What the element and its attributes themselves use, and what differs from what an ancestor in the output says.
    let used: BTreeSet<&str> = [element.prefix.as_str()]
        .into_iter()
        .chain(
            element
                .attributes
                .iter()
                .map(|(prefix, ..)| prefix.as_str())
                .filter(|prefix| !prefix.is_empty()),
        )
        .filter(|prefix| *prefix != "xml")
        .collect();
    for prefix in used {
        let namespace = element.scope.get(prefix).cloned().unwrap_or_default();
        let before = rendered.get(prefix).map_or("", String::as_str);
        if before == namespace && (rendered.contains_key(prefix) || namespace.is_empty()) {
            continue;
        }
        let key = if prefix.is_empty() {
            "xmlns".to_owned()
        } else {
            format!("xmlns:{prefix}")
        };
        text.push_str(&format!(" {key}=\"{}\"", in_attribute(&namespace)));
        rendered.insert(prefix.to_owned(), namespace);
    }
    let mut attributes: Vec<_> = element.attributes.iter().collect();
    attributes.sort_by(|(_, one, of_one, _), (_, two, of_two, _)| (of_one, one).cmp(&(of_two, two)));
    for (prefix, name, _, value) in attributes {
        text.push_str(&format!(" {}=\"{}\"", joined(prefix, name), in_attribute(value)));
    }
    text.push('>');
    for child in &element.children {
        match child {
            Node::Element(element) => write(element, &rendered, text),
            Node::Text(characters) => text.push_str(&in_text(characters)),
        }
    }
    text.push_str(&format!("</{name}>"));
}

fn joined(prefix: &str, name: &str) -> String {
    if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}:{name}")
    }
}

fn in_text(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('\r', "&#xD;")
}

/// A text as it stands in an attribute.
#[must_use]
pub(super) fn in_attribute(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
        .replace('\t', "&#x9;")
        .replace('\n', "&#xA;")
        .replace('\r', "&#xD;")
}

#[cfg(test)]
mod tests {
    use super::super::tree::read;
    use super::canonical;

    #[test]
    fn the_recommendations_own_example_comes_out() {
        // Section 2.3 of the recommendation: the same element in two surroundings.
        let expected = "<n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\">\n  <n3:stuff xmlns:n3=\"ftp://example.org\"></n3:stuff>\n</n1:elem2>";
        let one = "<n0:local xmlns:n0=\"foo:bar\" xmlns:n3=\"ftp://example.org\"><n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\">\n  \
                   <n3:stuff xmlns:n3=\"ftp://example.org\"/>\n</n1:elem2></n0:local>";
        let two = "<n2:pdu xmlns:n1=\"http://example.com\" xmlns:n2=\"http://foo.example\" xml:lang=\"fr\" xml:space=\"retain\"><n1:elem2 \
                   xmlns:n1=\"http://example.net\" xml:lang=\"en\">\n  <n3:stuff xmlns:n3=\"ftp://example.org\"/>\n</n1:elem2></n2:pdu>";
        for text in [one, two] {
            let root = read(text).unwrap();
            let inner = root.elements().next().unwrap();
            assert_eq!(String::from_utf8(canonical(inner)).unwrap(), expected);
        }
    }

    #[test]
    fn attributes_are_in_order_and_characters_escaped() {
        let text = "<e b='2' a:z='&#10;&lt;\"' xmlns:a='u:1' xmlns='u:d'>x &gt; &amp;&#13;<![CDATA[<]]><f xmlns=''/></e>";
        let canonical = String::from_utf8(canonical(&read(text).unwrap())).unwrap();
        assert_eq!(
            canonical,
            "<e xmlns=\"u:d\" xmlns:a=\"u:1\" b=\"2\" a:z=\"&#xA;&lt;&quot;\">x &gt; &amp;&#xD;&lt;<f xmlns=\"\"></f></e>"
        );
    }

    #[test]
    fn what_is_not_taken_is_refused() {
        for text in [
            "<!DOCTYPE a><a/>",
            "<a/><b/>",
            "<a><?x y?></a>",
            "<a>&b;</a>",
            "<p:a/>",
            "<a>",
            "",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
