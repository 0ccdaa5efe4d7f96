//! The values of the few controls that the connector sends and reads (ITU-T X.690, as RFC 4511 section 5.1 narrows it).

/// `SEQUENCE { INTEGER 1 }`: names with their GUIDs as text (1.2.840.113556.1.4.529).
pub(crate) const EXTENDED_NAMES: [u8; 5] = [0x30, 3, 2, 1, 1];

/// The value of the control DirSync: flags, no bound of ours for an answer, and the cookie.
pub(crate) fn dirsync(flags: i32, cookie: &[u8]) -> Vec<u8> {
    let mut content = vec![2, 4];
    content.extend(flags.to_be_bytes());
    content.extend([2, 1, 0]);
    content.extend(element(4, cookie));
    element(0x30, &content)
}

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
    let mut octets = vec![tag, 0x84];
    octets.extend(length.to_be_bytes());
    octets.extend(content);
    octets
}

/// What a DirSync answer says: whether there is more, and the cookie to go on with; none when it is not formed as one.
pub(crate) fn dirsync_answer(value: &[u8]) -> Option<(bool, Vec<u8>)> {
    let (0x30, content, _) = next(value)? else {
        return None;
    };
    let (2, more, rest) = next(content)? else {
        return None;
    };
    let (2, _, rest) = next(rest)? else { return None };
    let (4, cookie, _) = next(rest)? else { return None };
    Some((more.iter().any(|&octet| octet != 0), cookie.to_vec()))
}

/// The next element: tag, content and what follows.
fn next(octets: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = octets.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            let length = digits
                .iter()
                .fold(0, |length, &octet| length << 8 | usize::from(octet));
            (length, rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn flags_are_a_signed_number() {
        assert_eq!(dirsync(i32::MIN, &[])[6..12], [2, 4, 0x80, 0, 0, 0]);
    }

    proptest! {
        #[test]
        fn a_cookie_comes_back(flags in any::<i32>(), cookie in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert_eq!(dirsync_answer(&dirsync(flags, &cookie)), Some((flags != 0, cookie)));
        }

        #[test]
        fn nothing_is_too_odd(octets in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = dirsync_answer(&octets);
        }
    }
}
