//! A tenant's keys. One key of 32 octets is kept outside the store; everything else is derived from it or sealed with it, each for one
//! purpose. No key has a `Debug`, `Display` or `Serialize` that shows it, and each is wiped when it is dropped. What may be shown is a
//! key's name, which is derived from the key and tells nothing of it.

use zeroize::Zeroizing;

/// The number of octets of a key.
pub const LENGTH: usize = 32;

/// What the name of a key is derived for.
const NAMING: &str = "samklang 2026-11 tenant key: name";

/// What values are matched by is derived for.
const MATCHING: &str = "samklang 2026-11 tenant secret: matching of sensitive values";

/// A tenant's key.
#[derive(Clone)]
pub struct TenantKey {
    octets: Zeroizing<[u8; LENGTH]>,
    name: KeyName,
}

/// The name of a key, for what is sealed with it and for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyName(pub [u8; 4]);

impl std::fmt::Display for KeyName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A text that is no key. It is not repeated: it may be a key with a slip in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key is {digits} hexadecimal digits on one line, and nothing else", digits = 2 * LENGTH)]
pub struct Malformed;

impl TenantKey {
    /// The key of these octets, which must be random.
    #[must_use]
    pub fn new(octets: [u8; LENGTH]) -> Self {
        let octets = Zeroizing::new(octets);
        let mut name = [0; 4];
        blake3::Hasher::new_derive_key(NAMING)
            .update(octets.as_slice())
            .finalize_xof()
            .fill(&mut name);
        Self {
            octets,
            name: KeyName(name),
        }
    }

    /// Reads a key as it is written in a file or a variable: hexadecimal digits, white space around them left out.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let digits = text.trim().as_bytes();
        let mut octets = Zeroizing::new([0_u8; LENGTH]);
        if digits.len() != 2 * LENGTH {
            return Err(Malformed);
        }
        for (octet, pair) in octets.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = |at: usize| {
                let letter = pair.get(at).copied().unwrap_or_default();
                char::from(letter)
                    .to_digit(16)
                    .and_then(|digit| u8::try_from(digit).ok())
            };
            *octet = digit(0).ok_or(Malformed)? << 4 | digit(1).ok_or(Malformed)?;
        }
        Ok(Self::new(*octets))
    }

    /// The key as it is written in a file, for the one place that makes it.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(2 * LENGTH));
        for octet in self.octets.iter() {
            for digit in [octet >> 4, octet & 15] {
                text.push(char::from_digit(digit.into(), 16).unwrap_or_default());
            }
        }
        text
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> KeyName {
        self.name
    }

    /// The key for one purpose. Each purpose is named by a text of its own, which never changes.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> Zeroizing<[u8; LENGTH]> {
        Zeroizing::new(blake3::derive_key(purpose, self.octets.as_slice()))
    }
}

/// The keys that a tenant has: one to seal with, and former ones that still open what was sealed with them.
#[derive(Clone)]
pub struct Keyring {
    current: TenantKey,
    former: Vec<TenantKey>,
}

impl Keyring {
    /// A tenant's keys. A former key that is the current one counts once.
    #[must_use]
    pub fn new(current: TenantKey, former: Vec<TenantKey>) -> Self {
        let mut names = vec![current.name];
        let mut former = former;
        former.retain(|key| {
            let new = !names.contains(&key.name);
            names.push(key.name);
            new
        });
        Self { current, former }
    }

    /// The key to seal with.
    #[must_use]
    pub fn current(&self) -> &TenantKey {
        &self.current
    }

    /// The keys that only open.
    #[must_use]
    pub fn former(&self) -> &[TenantKey] {
        &self.former
    }
}

/// What sensitive values are compared by: without it, nobody can tell from a stored hash which value it is of, although there are
/// few enough identity numbers to try them all.
#[derive(Clone)]
pub struct MatchingKey(Zeroizing<[u8; LENGTH]>);

impl MatchingKey {
    /// Derived from a secret of the tenant that never changes.
    #[must_use]
    pub fn new(secret: &[u8; LENGTH]) -> Self {
        Self(Zeroizing::new(blake3::derive_key(MATCHING, secret)))
    }

    /// The hash that stands for a value wherever it is compared: 32 hexadecimal digits, the same for the same value.
    #[must_use]
    pub fn hash(&self, value: &str) -> String {
        let hash = blake3::keyed_hash(&self.0, value.as_bytes()).to_hex();
        hash.as_str().get(..32).unwrap_or_default().to_owned()
    }
}

/// Shows the names of keys alone.
macro_rules! shows_names {
    ($($type:ident => |$value:ident, $f:ident| $show:expr;)+) => {$(
        impl std::fmt::Debug for $type {
            fn fmt(&self, $f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let $value = self;
                $show
            }
        }
    )+};
}
shows_names! {
    TenantKey => |key, f| write!(f, "TenantKey({})", key.name);
    Keyring => |keys, f| write!(f, "Keyring({}, {} former)", keys.current.name, keys.former.len());
    MatchingKey => |_key, f| f.write_str("MatchingKey(…)");
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF";

    #[test]
    fn a_key_is_read_as_it_is_written_and_never_shown() {
        let key = TenantKey::parse(&format!("{TEXT}\n")).unwrap();
        assert_eq!(*key.to_text(), TEXT.to_lowercase());
        assert_eq!(TenantKey::parse(&key.to_text()).unwrap().name(), key.name());
        let ring = Keyring::new(key.clone(), vec![key.clone(), TenantKey::new([1; 32])]);
        assert_eq!(ring.former().len(), 1, "the current one is no former one");
        let shown = format!("{key:?} {ring:?} {:?}", MatchingKey::new(&[2; 32]));
        assert!(!shown.contains("0011") && !shown.contains("[0, 17"), "{shown}");
    }

    #[test]
    fn what_is_no_key_is_refused_and_not_repeated() {
        for text in [
            "",
            "0011",
            &TEXT[1..],
            &TEXT.replace('0', "g"),
            &format!("{TEXT}00"),
            "æøå",
        ] {
            let error = TenantKey::parse(text).unwrap_err().to_string();
            assert_eq!(
                error,
                "a key is 64 hexadecimal digits on one line, and nothing else"
            );
        }
    }

    #[test]
    fn purposes_and_secrets_part_keys_and_hashes() {
        let (one, other) = (TenantKey::new([1; 32]), TenantKey::new([2; 32]));
        assert_ne!(one.derive("a"), one.derive("b"));
        assert_ne!(one.derive("a"), other.derive("a"));
        let (here, there) = (MatchingKey::new(&[1; 32]), MatchingKey::new(&[2; 32]));
        assert_eq!(here.hash("01017012345"), here.clone().hash("01017012345"));
        assert_eq!(here.hash("01017012345").len(), 32);
        assert_ne!(here.hash("01017012345"), here.hash("01017012346"));
        assert_ne!(here.hash("01017012345"), there.hash("01017012345"));
    }
}
