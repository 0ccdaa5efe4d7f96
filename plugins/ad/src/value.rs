//! The forms that Active Directory keeps values in, and ours.

use std::fmt::Write as _;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

/// A GUID as text, such as `8f2d4c1a-0b3e-4d5f-a6c7-d8e9fa0b1c2d`; none when the octets are no GUID. The first three fields are little-endian.
pub(crate) fn guid(octets: &[u8]) -> Option<String> {
    let &[a, b, c, d, e, f, g, h, ref rest @ ..] = octets else {
        return None;
    };
    let rest: [u8; 8] = rest.try_into().ok()?;
    let ordered = [d, c, b, a, f, e, h, g].into_iter().chain(rest);
    let mut text = String::with_capacity(36);
    for (at, octet) in ordered.enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        let _ = write!(text, "{octet:02x}");
    }
    Some(text)
}

/// Whether a text is a GUID in that form.
pub(crate) fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, octet)| match at {
            8 | 13 | 18 | 23 => octet == b'-',
            _ => octet.is_ascii_hexdigit(),
        })
}

/// An object's address by its GUID, wherever a distinguished name may stand.
pub(crate) fn by_guid(guid: &str) -> String {
    format!("<GUID={guid}>")
}

/// A security identifier as text, such as `S-1-5-21-1-2-3-1601`.
pub(crate) fn sid(octets: &[u8]) -> Option<String> {
    let &[revision, count, a, b, c, d, e, f, ref rest @ ..] = octets else {
        return None;
    };
    if rest.len() != usize::from(count) * 4 {
        return None;
    }
    let authority = u64::from_be_bytes([0, 0, a, b, c, d, e, f]);
    let mut text = format!("S-{revision}-{authority}");
    for part in rest.chunks_exact(4) {
        let part: [u8; 4] = part.try_into().ok()?;
        let _ = write!(text, "-{}", u32::from_le_bytes(part));
    }
    Some(text)
}

/// The GUID and the plain name of a name in its extended form, `<GUID=…>;<SID=…>;CN=…`.
pub(crate) fn extended(name: &str) -> (Option<String>, &str) {
    let (mut guid, mut rest) = (None, name);
    while let Some((part, after)) = rest.strip_prefix('<').and_then(|rest| rest.split_once(">;")) {
        if let Some(found) = part.strip_prefix("GUID=").filter(|found| is_guid(found)) {
            guid = Some(found.to_ascii_lowercase());
        }
        rest = after;
    }
    (guid, rest)
}

/// A time in the form of RFC 3339, from `20261129131558.0Z`.
pub(crate) fn moment(text: &str) -> Option<String> {
    let digits = text
        .get(..14)
        .filter(|digits| digits.bytes().all(|octet| octet.is_ascii_digit()))?;
    let zone = text.get(14..)?;
    if !zone.ends_with('Z') {
        return None;
    }
    let part = |from: usize, to: usize| digits.get(from..to);
    let text = format!(
        "{}-{}-{}T{}:{}:{}Z",
        part(0, 4)?,
        part(4, 6)?,
        part(6, 8)?,
        part(8, 10)?,
        part(10, 12)?,
        part(12, 14)?
    );
    text.parse::<Timestamp>().ok().map(|moment| moment.to_string())
}

/// Ticks of 100 ns from 1601 to 1970.
const EPOCH: i64 = 116_444_736_000_000_000;
const TICKS: i64 = 10_000_000;

/// The last day on which an account can be used; none when it does not expire. The directory keeps the moment at which it has expired.
pub(crate) fn last_day(ticks: &str) -> Option<Date> {
    let ticks: i64 = ticks.parse().ok()?;
    if ticks <= 0 || ticks == i64::MAX {
        return None;
    }
    let seconds = ticks.checked_sub(EPOCH)?.div_euclid(TICKS);
    let expired = Timestamp::from_second(seconds).ok()?;
    let last = expired.checked_sub(SignedDuration::from_secs(1)).ok()?;
    Some(last.to_zoned(TimeZone::UTC).date())
}

/// The moment at which an account has expired that can be used to the end of this day (UTC); that of none is never.
pub(crate) fn expiry(last: Option<Date>) -> Option<String> {
    let Some(last) = last else {
        return Some("0".to_owned());
    };
    let expired = last.checked_add(1.day()).ok()?.to_zoned(TimeZone::UTC).ok()?;
    let ticks = expired
        .timestamp()
        .as_second()
        .checked_mul(TICKS)?
        .checked_add(EPOCH)?;
    Some(ticks.to_string())
}

/// A password as the directory takes it: in quotation marks, UTF-16 with the low octet first.
pub(crate) fn password(text: &str) -> Vec<u8> {
    format!("\"{text}\"")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect()
}

/// Bits of userAccountControl.
pub(crate) const DISABLED: i64 = 2;
pub(crate) const NORMAL: i64 = 512;
pub(crate) const PASSWORD_LASTS: i64 = 65_536;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OCTETS: [u8; 16] = [
        0x1a, 0x4c, 0x2d, 0x8f, 0x3e, 0x0b, 0x5f, 0x4d, 0xa6, 0xc7, 0xd8, 0xe9, 0xfa, 0x0b, 0x1c, 0x2d,
    ];

    #[test]
    fn a_guid_has_its_first_fields_turned_round() {
        let text = guid(&OCTETS).unwrap();
        assert_eq!(text, "8f2d4c1a-0b3e-4d5f-a6c7-d8e9fa0b1c2d");
        assert!(is_guid(&text) && !is_guid("8f2d4c1a0b3e4d5fa6c7d8e9fa0b1c2d"));
        assert_eq!(
            (guid(&OCTETS[1..]), guid(&[0; 17]), guid(&[])),
            (None, None, None)
        );
        let name = format!("<GUID={text}>;<SID=S-1-5-21-1>;CN=Hansen\\, Kari;x,DC=kommune");
        assert_eq!(extended(&name), (Some(text), "CN=Hansen\\, Kari;x,DC=kommune"));
        assert_eq!(extended("CN=a,DC=x"), (None, "CN=a,DC=x"));
        assert_eq!(extended("<GUID=?>;CN=a").1, "CN=a");
    }

    #[test]
    fn a_security_identifier_is_read() {
        let octets = [
            1, 5, 0, 0, 0, 0, 0, 5, 0x15, 0, 0, 0, 0xc7, 0x35, 0x3a, 0x42, 0x8e, 0x6b, 0x74, 0x84, 0x55,
            0xa1, 0xae, 0xc6, 0x41, 6, 0, 0,
        ];
        assert_eq!(
            sid(&octets).unwrap(),
            "S-1-5-21-1111111111-2222222222-3333333333-1601"
        );
        assert_eq!((sid(&octets[..27]), sid(&[1, 0])), (None, None));
    }

    #[test]
    fn times_are_read_and_never_is_none() {
        assert_eq!(moment("20261129131558.0Z").unwrap(), "2026-11-29T13:15:58Z");
        for text in [
            "",
            "20261129131558",
            "20261329131558.0Z",
            "2026112913155æ.0Z",
            "20261129131558.0+0100",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
        // Expired from the first of August on: the last day is the one before.
        let day: Date = "2026-07-31".parse().unwrap();
        assert_eq!(expiry(Some(day)).unwrap(), "134300160000000000");
        assert_eq!(last_day("134300160000000000"), Some(day));
        // As the directory's own tools write it in Denmark, at midnight there.
        assert_eq!(last_day("134300088000000000"), Some(day));
        for never in ["0", "9223372036854775807", "-1", "x", "9223372036854775806"] {
            assert_eq!(last_day(never), None, "{never}");
        }
        assert_eq!(expiry(None).unwrap(), "0");
    }

    #[test]
    fn a_password_is_quoted_and_wide() {
        let hex: String = password("Ås-2026!")
            .iter()
            .map(|octet| format!("{octet:02x}"))
            .collect();
        assert_eq!(hex, "2200c50073002d00320030003200360021002200");
    }

    proptest! {
        #[test]
        fn a_day_comes_back(day in 0..60_000_i32) {
            let day = Date::constant(1970, 1, 1).checked_add(day.days()).unwrap();
            prop_assert_eq!(last_day(&expiry(Some(day)).unwrap()), Some(day));
        }

        #[test]
        fn nothing_is_too_odd(octets in proptest::collection::vec(any::<u8>(), 0..40), text in any::<String>()) {
            let _ = (guid(&octets), sid(&octets), moment(&text), last_day(&text), extended(&text), is_guid(&text));
        }
    }
}
