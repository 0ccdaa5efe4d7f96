//! Filters, from their text (RFC 4515) to what is sent (RFC 4511 section 4.5.1.7).

use super::ber::Writer;

/// How deep filters may be nested. Real ones have three or four levels.
const DEPTH: u32 = 32;

/// Reads a filter and writes what is sent for it; answers what is wrong with it, without its values.
pub(crate) fn encode(text: &str) -> Result<Vec<u8>, String> {
    let mut writer = Writer::default();
    let rest = parenthesised(text.as_bytes(), &mut writer, DEPTH)?;
    if rest.is_empty() {
        Ok(writer.into_octets())
    } else {
        Err("the filter goes on after its last parenthesis".to_owned())
    }
}

type Rest<'a> = Result<&'a [u8], String>;

fn parenthesised<'a>(text: &'a [u8], writer: &mut Writer, depth: u32) -> Rest<'a> {
    let depth = depth
        .checked_sub(1)
        .ok_or_else(|| format!("the filter is nested deeper than {DEPTH} levels"))?;
    let [b'(', text @ ..] = text else {
        return Err("the filter lacks an opening parenthesis".to_owned());
    };
    let rest = match text {
        [b'&', list @ ..] => several(list, writer, 0xa0, depth)?,
        [b'|', list @ ..] => several(list, writer, 0xa1, depth)?,
        [b'!', one @ ..] => {
            let mut inner = Writer::default();
            let rest = parenthesised(one, &mut inner, depth)?;
            writer.element(0xa2, &inner.into_octets());
            rest
        }
        item => {
            let end = item.iter().position(|octet| matches!(octet, b'(' | b')'));
            let (item, rest) = item.split_at(end.unwrap_or(item.len()));
            simple(item, writer)?;
            rest
        }
    };
    match rest {
        [b')', rest @ ..] => Ok(rest),
        _ => Err("the filter lacks a closing parenthesis".to_owned()),
    }
}

fn several<'a>(mut list: &'a [u8], writer: &mut Writer, tag: u8, depth: u32) -> Rest<'a> {
    let mut inner = Writer::default();
    while list.first() == Some(&b'(') {
        list = parenthesised(list, &mut inner, depth)?;
    }
    writer.element(tag, &inner.into_octets());
    Ok(list)
}

fn simple(item: &[u8], writer: &mut Writer) -> Result<(), String> {
    let equals = item
        .iter()
        .position(|&octet| octet == b'=')
        .ok_or("a part of the filter has no `=`")?;
    let (left, value) = item.split_at(equals);
    let value = value.get(1..).unwrap_or_default();
    let (name, tag) = match left {
        [name @ .., b'>'] => (name, 0xa5),
        [name @ .., b'<'] => (name, 0xa6),
        [name @ .., b'~'] => (name, 0xa8),
        [rule @ .., b':'] => return extensible(rule, value, writer),
        name => (name, 0xa3),
    };
    described(name)?;
    if tag == 0xa3 && value == b"*" {
        writer.element(0x87, name);
        return Ok(());
    }
    if tag == 0xa3 && value.contains(&b'*') {
        return substrings(name, value, writer);
    }
    let value = unescaped(value)?;
    writer.within(tag, |inner| {
        inner.octets(name);
        inner.octets(&value);
    });
    Ok(())
}

fn substrings(name: &[u8], value: &[u8], writer: &mut Writer) -> Result<(), String> {
    let parts: Vec<Vec<u8>> = value
        .split(|&octet| octet == b'*')
        .map(unescaped)
        .collect::<Result<_, _>>()?;
    if parts.iter().all(Vec::is_empty) {
        // A list of substrings has one at least (RFC 4511 section 4.5.1.7.2).
        return Err(
            "a value of the filter is nothing but asterisks: one alone asks for any value".to_owned(),
        );
    }
    let last = parts.len().saturating_sub(1);
    writer.within(0xa4, |inner| {
        inner.octets(name);
        inner.within(super::ber::SEQUENCE, |list| {
            for (at, part) in parts.iter().enumerate().filter(|(_, part)| !part.is_empty()) {
                let tag = match at {
                    0 => 0x80,
                    at if at == last => 0x82,
                    _ => 0x81,
                };
                list.element(tag, part);
            }
        });
    });
    Ok(())
}

/// `attribute:dn:rule:=value`, each part but the value optional, though not both attribute and rule.
fn extensible(left: &[u8], value: &[u8], writer: &mut Writer) -> Result<(), String> {
    let mut parts = left.split(|&octet| octet == b':');
    let name = parts.next().unwrap_or_default();
    let mut rest: Vec<&[u8]> = parts.collect();
    let dn = rest.first().is_some_and(|part| part.eq_ignore_ascii_case(b"dn"));
    if dn {
        rest.remove(0);
    }
    let rule = match rest.as_slice() {
        [] => None,
        [rule] => Some(*rule),
        _ => return Err("a matching rule of the filter has too many colons".to_owned()),
    };
    if name.is_empty() && rule.is_none() {
        return Err("a part of the filter names neither an attribute nor a rule".to_owned());
    }
    for part in rule.into_iter().chain((!name.is_empty()).then_some(name)) {
        described(part)?;
    }
    let value = unescaped(value)?;
    writer.within(0xa9, |inner| {
        if let Some(rule) = rule {
            inner.element(0x81, rule);
        }
        if !name.is_empty() {
            inner.element(0x82, name);
        }
        inner.element(0x83, &value);
        if dn {
            inner.boolean(0x84, true);
        }
    });
    Ok(())
}

/// Whether it can be the description of an attribute or the name of a rule.
fn described(name: &[u8]) -> Result<(), String> {
    let sound =
        |octet: &u8| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.' | b';' | b'_' | b'=');
    if !name.is_empty() && name.iter().all(sound) {
        Ok(())
    } else {
        Err("a part of the filter does not begin with the name of an attribute".to_owned())
    }
}

fn unescaped(value: &[u8]) -> Result<Vec<u8>, String> {
    let digit = |octet: Option<&u8>| octet.and_then(|&octet| char::from(octet).to_digit(16));
    let mut octets = value.iter();
    let mut plain = Vec::with_capacity(value.len());
    while let Some(&octet) = octets.next() {
        match octet {
            b'\\' => match (digit(octets.next()), digit(octets.next())) {
                (Some(high), Some(low)) => plain.push(u8::try_from(high * 16 + low).unwrap_or_default()),
                _ => {
                    return Err(
                        "a backslash of the filter is not followed by two hexadecimal digits".to_owned(),
                    );
                }
            },
            0 | b'*' => return Err("a value of the filter has an octet that must be escaped".to_owned()),
            octet => plain.push(octet),
        }
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> String {
        match encode(text) {
            Ok(octets) => octets.iter().map(|octet| format!("{octet:02x}")).collect(),
            Err(error) => panic!("{text}: {error}"),
        }
    }

    #[test]
    fn each_form_is_what_the_standard_says() {
        assert_eq!(hex("(cn=a)"), "a307040263 6e040161".replace(' ', ""));
        assert_eq!(hex("(cn=*)"), "8702636e");
        assert_eq!(hex("(a>=1)"), "a506040161040131");
        assert_eq!(hex("(a<=1)"), "a606040161040131");
        assert_eq!(hex("(a~=1)"), "a806040161040131");
        assert_eq!(hex("(!(a=1))"), "a208a306040161040131");
        assert_eq!(hex("(&(a=1)(|(b=*)))"), "a00da306040161040131a103870162");
        assert_eq!(hex("(&)"), "a000");
        assert_eq!(
            hex("(a=x*y*z)"),
            "a40e0401613009800178810179820 17a".replace(' ', "")
        );
        assert_eq!(hex("(a=*y*)"), "a408040161300381 0179".replace(' ', ""));
        assert_eq!(
            hex("(a:dn:1.2:=v)"),
            "a90e8103312e3282016183017 68401ff".replace(' ', "")
        );
        assert_eq!(hex("(:1.2:=v)"), "a9088103312e32830176");
    }

    #[test]
    fn values_may_be_any_octets() {
        assert_eq!(
            hex("(g=\\1a\\00\\2a\\28\\29\\5C)"),
            "a30b0401670406 1a002a28295c".replace(' ', "")
        );
        assert_eq!(hex("(g=æ)"), "a3070401670402c3a6");
        assert_eq!(hex("(g=)"), "a305040167 0400".replace(' ', ""));
        assert_eq!(hex("(g=a=b)"), "a3080401670403613d62");
    }

    #[test]
    fn what_is_no_filter_is_refused_and_not_repeated() {
        for text in [
            "",
            "cn=a",
            "(cn=a",
            "(cn=a))",
            "(cn=a)(cn=b)",
            "(cn)",
            "(=a)",
            "(c n=a)",
            "(cn=\\g0)",
            "(cn=\\1)",
            "(cn=a\0)",
            "(!(a=1)(b=1))",
            "(a>=1*)",
            "(a=**)",
            "(:=v)",
            "(:dn:=v)",
            "(a:b:c:d:=v)",
            "(&(cn=0101701234)",
        ] {
            let error = encode(text).unwrap_err();
            assert!(!error.contains("0101701234"), "{error}");
        }
        let deep = format!("{}(a=1){}", "(!".repeat(100_000), ")".repeat(100_000));
        assert!(encode(&deep).unwrap_err().contains("deeper than 32"));
    }
}
