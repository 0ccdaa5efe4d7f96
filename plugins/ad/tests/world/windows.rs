//! What Windows refuses and Samba lets pass: lengths and letters of names, passwords, accounts that are enabled without one, answers that are
//! longer than a page.

use samklang_sdk::ldap::{Code, Dn, Query};
use samklang_sdk::testing::DirectoryError;

use super::{Held, refused};

/// The most characters of an attribute.
const WIDTHS: [(&str, usize); 16] = [
    ("displayName", 256),
    ("givenName", 64),
    ("sn", 64),
    ("initials", 6),
    ("title", 128),
    ("physicalDeliveryOfficeName", 128),
    ("department", 64),
    ("company", 64),
    ("telephoneNumber", 64),
    ("mobile", 64),
    ("employeeID", 16),
    ("employeeNumber", 512),
    ("mail", 256),
    ("userPrincipalName", 1024),
    ("description", 1024),
    ("sAMAccountName", 256),
];
/// Letters that no account name has.
const FORBIDDEN: &str = "\"/\\[]:;|=,+*?<>";
/// The most entries of one answer (MaxPageSize).
pub(crate) const PAGE: usize = 1_000;
const DISABLED: u32 = 2;
const NO_PASSWORD_NEEDED: u32 = 32;

/// Judges an entry as it would be, and takes its password in.
pub(crate) fn judge(held: &mut Held) -> Result<(), DirectoryError> {
    name(&held.dn)?;
    for (attribute, most) in WIDTHS {
        if held
            .text(attribute)
            .is_some_and(|text| text.chars().count() > most)
        {
            return refused(Code::ConstraintViolation, 19, "00002082: too long");
        }
    }
    let is_user = held.values("objectClass").contains(&b"user".to_vec());
    if let Some(account) = held.text("sAMAccountName") {
        let most = if is_user { 20 } else { 256 };
        let odd = account
            .chars()
            .any(|letter| FORBIDDEN.contains(letter) || letter.is_control());
        let empty = account.chars().all(|letter| letter == ' ' || letter == '.');
        if account.chars().count() > most || odd || empty || account.ends_with('.') {
            return refused(Code::Other, 80, "00000523: invalid account name");
        }
    }
    if let Some((_, values)) = held.attributes.remove("unicodepwd") {
        held.password = values.iter().all(|value| is_password(value));
        if !held.password {
            return refused(Code::UnwillingToPerform, 53, "0000001F: not a password");
        }
    }
    let flags: Option<u32> = held
        .text("userAccountControl")
        .and_then(|flags| flags.parse().ok());
    let enabled = flags.is_some_and(|flags| flags & (DISABLED | NO_PASSWORD_NEEDED) == 0);
    if is_user && enabled && !held.password {
        return refused(Code::UnwillingToPerform, 53, "0000052D: no password");
    }
    Ok(())
}

/// Judges the relative name.
pub(crate) fn name(dn: &str) -> Result<(), DirectoryError> {
    let rdn = Dn::parse(dn).expect("a name").rdn_value().unwrap_or_default();
    if rdn.chars().count() > 64 {
        return refused(Code::ConstraintViolation, 19, "00002082: the name is too long");
    }
    Ok(())
}

/// Judges how much is asked for at once.
pub(crate) fn page(query: &Query, found: usize) -> Result<(), DirectoryError> {
    if query.page_size.is_none() && found > PAGE {
        return refused(Code::SizeLimitExceeded, 4, "00000000: more than a page");
    }
    Ok(())
}

/// In quotation marks, in UTF-16 with the low octet first, of seven characters at least and of three kinds.
fn is_password(value: &[u8]) -> bool {
    let units: Vec<u16> = value
        .chunks(2)
        .filter_map(|pair| Some(u16::from_le_bytes(pair.try_into().ok()?)))
        .collect();
    let text = String::from_utf16(&units).unwrap_or_default();
    let inner = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .unwrap_or_default();
    let kinds = [
        inner.chars().any(char::is_uppercase),
        inner.chars().any(char::is_lowercase),
        inner.chars().any(|letter| letter.is_ascii_digit()),
        inner.chars().any(|letter| !letter.is_alphanumeric()),
    ];
    value.len().is_multiple_of(2)
        && inner.chars().count() >= 7
        && kinds.into_iter().filter(|&kind| kind).count() >= 3
}
