//! Any text as a filter of a search: refused, or sent in a form that means the same when it is written out by somebody else.

use samklang_egress::fuzzing::filter;

pub(crate) fn run(octets: &[u8]) {
    let text = String::from_utf8_lossy(octets);
    let Ok(sent) = filter(&text) else { return };
    let (tag, content, rest) = element(&sent).expect("what is sent is BER");
    assert!(rest.is_empty(), "something is sent after the filter");
    let written = written(tag, content).expect("what is sent is a filter");
    assert_eq!(
        filter(&written).as_deref(),
        Ok(sent.as_slice()),
        "`{text}` was sent as `{written}`"
    );
}

/// The first element: its tag, its content and what follows it. Lengths as short as they can be.
fn element(octets: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = octets.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
        let length = digits
            .iter()
            .fold(0, |length, &digit| length * 256 + usize::from(digit));
        assert!(
            digits.first() != Some(&0) && length >= 0x80,
            "a length is longer than it need be"
        );
        (length, rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

fn elements(mut octets: &[u8]) -> Option<Vec<(u8, &[u8])>> {
    let mut elements = Vec::new();
    while !octets.is_empty() {
        let (tag, content, rest) = element(octets)?;
        elements.push((tag, content));
        octets = rest;
    }
    Some(elements)
}

/// A filter (RFC 4511 section 4.5.1) as text, every octet of its values escaped.
fn written(tag: u8, content: &[u8]) -> Option<String> {
    let name = |octets: &[u8]| String::from_utf8(octets.to_vec()).ok();
    let value = |octets: &[u8]| {
        octets
            .iter()
            .map(|octet| format!("\\{octet:02x}"))
            .collect::<String>()
    };
    let inner = |octets| -> Option<String> {
        elements(octets)?
            .into_iter()
            .map(|(tag, content)| written(tag, content))
            .collect()
    };
    let parts = || elements(content);
    Some(match tag {
        0xa0 => format!("(&{})", inner(content)?),
        0xa1 => format!("(|{})", inner(content)?),
        0xa2 => {
            assert_eq!(parts()?.len(), 1, "not one filter is negated");
            format!("(!{})", inner(content)?)
        }
        0x87 => format!("({}=*)", name(content)?),
        0xa3 | 0xa5 | 0xa6 | 0xa8 => {
            let [(4, left), (4, right)] = parts()?[..] else {
                return None;
            };
            let sign = match tag {
                0xa3 => "=",
                0xa5 => ">=",
                0xa6 => "<=",
                _ => "~=",
            };
            format!("({}{sign}{})", name(left)?, value(right))
        }
        0xa4 => {
            let [(4, left), (0x30, list)] = parts()?[..] else {
                return None;
            };
            let list = elements(list)?;
            assert!(
                !list.is_empty(),
                "a list of substrings is empty, which RFC 4511 section 4.5.1.7.2 forbids"
            );
            let mut text = format!("({}=", name(left)?);
            let last = list.len() - 1;
            for (at, &(tag, part)) in list.iter().enumerate() {
                assert!(!part.is_empty(), "a substring is empty");
                match tag {
                    0x80 if at == 0 => text.push_str(&value(part)),
                    0x81 => text.push_str(&format!("*{}", value(part))),
                    0x82 if at == last => text.push_str(&format!("*{}", value(part))),
                    _ => return None,
                }
            }
            if list.last().is_some_and(|&(tag, _)| tag != 0x82) {
                text.push('*');
            }
            text.push(')');
            text
        }
        0xa9 => {
            let (mut rule, mut left, mut right, mut dn) = (None, String::new(), None, "");
            for (tag, part) in parts()? {
                match tag {
                    0x81 => rule = Some(name(part)?),
                    0x82 => left = name(part)?,
                    0x83 => right = Some(value(part)),
                    0x84 => dn = ":dn",
                    _ => return None,
                }
            }
            let rule = rule.map_or_else(String::new, |rule| format!(":{rule}"));
            format!("({left}{dn}{rule}:={})", right?)
        }
        _ => return None,
    })
}
