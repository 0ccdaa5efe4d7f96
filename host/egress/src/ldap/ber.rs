//! The part of BER (ITU-T X.690) that LDAP uses (RFC 4511 section 5.1): definite lengths only. Nothing here recurses and nothing is
//! allocated by a length that the other side only claims: a reader walks over octets that have arrived, and what does not fit is an
//! error.

use zeroize::Zeroizing;

/// Tags of the universal class.
pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTETS: u8 = 0x04;
pub(super) const ENUMERATED: u8 = 0x0a;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// The octets are not what they should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

/// Walks over the elements of a constructed value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }

    /// The tag of the next element.
    pub(super) fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The next element: its tag and its content.
    pub(super) fn any(&mut self) -> Result<(u8, &'a [u8]), Malformed> {
        let tag = self.peek().ok_or(Malformed)?;
        let Length::Known { header, content } = length(self.0)? else {
            return Err(Malformed);
        };
        let whole = header.checked_add(content).ok_or(Malformed)?;
        let element = self.0.get(header..whole).ok_or(Malformed)?;
        self.0 = self.0.get(whole..).ok_or(Malformed)?;
        Ok((tag, element))
    }

    /// The content of the next element, which must have this tag.
    pub(super) fn tagged(&mut self, tag: u8) -> Result<&'a [u8], Malformed> {
        match self.any()? {
            (found, content) if found == tag => Ok(content),
            _ => Err(Malformed),
        }
    }

    /// The same where the element may be left out.
    pub(super) fn optional(&mut self, tag: u8) -> Result<Option<&'a [u8]>, Malformed> {
        if self.peek() == Some(tag) {
            self.tagged(tag).map(Some)
        } else {
            Ok(None)
        }
    }

    /// The elements of a constructed one.
    pub(super) fn within(&mut self, tag: u8) -> Result<Self, Malformed> {
        self.tagged(tag).map(Self)
    }

    /// A whole number that is not negative and fits 32 bits.
    pub(super) fn number(&mut self, tag: u8) -> Result<u32, Malformed> {
        let content = self.tagged(tag)?;
        match content {
            [] => Err(Malformed),
            [first, ..] if first & 0x80 != 0 => Err(Malformed),
            _ => content.iter().try_fold(0_u32, |number, &octet| {
                number
                    .checked_mul(256)
                    .and_then(|number| number.checked_add(octet.into()))
                    .ok_or(Malformed)
            }),
        }
    }

    /// UTF-8 text. What is none is shown as well as it can be: a directory may name things in other ways.
    pub(super) fn text(&mut self) -> Result<String, Malformed> {
        self.tagged(OCTETS)
            .map(|octets| String::from_utf8_lossy(octets).into_owned())
    }
}

/// How long an element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    /// Octets of tag and length, and of the content.
    Known { header: usize, content: usize },
    /// More octets are needed to tell.
    Unknown,
}

/// Reads the length of the element that begins here.
pub(super) fn length(octets: &[u8]) -> Result<Length, Malformed> {
    let Some(&first) = octets.get(1) else {
        return Ok(Length::Unknown);
    };
    match first {
        0..=0x7f => Ok(Length::Known {
            header: 2,
            content: first.into(),
        }),
        // More than four octets of length is more than anybody sends; 0x80 would be a length without an end.
        0x81..=0x84 => {
            let header = 2 + usize::from(first & 0x7f);
            let Some(digits) = octets.get(2..header) else {
                return Ok(Length::Unknown);
            };
            let content = digits
                .iter()
                .fold(0, |length, &octet| length << 8 | usize::from(octet));
            Ok(Length::Known { header, content })
        }
        _ => Err(Malformed),
    }
}

/// Writes elements one after another. What it leaves behind is wiped, for a bind holds a password.
#[derive(Default)]
pub(super) struct Writer(Zeroizing<Vec<u8>>);

impl Writer {
    pub(super) fn into_octets(mut self) -> Vec<u8> {
        std::mem::take(&mut *self.0)
    }

    pub(super) fn element(&mut self, tag: u8, content: &[u8]) {
        self.0.push(tag);
        let digits = content.len().to_be_bytes();
        let leading = digits.iter().take_while(|&&octet| octet == 0).count();
        let digits = digits.get(leading..).unwrap_or_default();
        match (content.len(), u8::try_from(digits.len())) {
            (0..=0x7f, _) => self.0.push(digits.first().copied().unwrap_or_default()),
            (_, Ok(count)) => {
                self.0.push(0x80 | count);
                self.0.extend_from_slice(digits);
            }
            (_, Err(_)) => {}
        }
        self.0.extend_from_slice(content);
    }

    /// Puts in elements that are written already.
    pub(super) fn splice(&mut self, elements: &[u8]) {
        self.0.extend_from_slice(elements);
    }

    pub(super) fn octets(&mut self, octets: &[u8]) {
        self.element(OCTETS, octets);
    }

    pub(super) fn boolean(&mut self, tag: u8, truth: bool) {
        self.element(tag, &[if truth { 0xff } else { 0 }]);
    }

    /// A whole number in as few octets as it needs.
    pub(super) fn number(&mut self, tag: u8, number: u32) {
        let digits = i64::from(number).to_be_bytes();
        let needless = digits
            .windows(2)
            .take_while(|pair| matches!(pair, [0, second] if second & 0x80 == 0))
            .count();
        self.element(tag, digits.get(needless..).unwrap_or_default());
    }

    /// A constructed element.
    pub(super) fn within(&mut self, tag: u8, write: impl FnOnce(&mut Self)) {
        let mut inner = Self::default();
        write(&mut inner);
        self.element(tag, &inner.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for size in [0, 1, 127, 128, 255, 256, 65_535, 65_536, 1 << 20] {
            let mut writer = Writer::default();
            writer.within(SEQUENCE, |inner| {
                inner.number(INTEGER, u32::try_from(size).unwrap());
                inner.octets(&vec![7; size]);
                inner.boolean(BOOLEAN, true);
            });
            let octets = writer.into_octets();
            let mut reader = Reader::new(&octets);
            let mut inner = reader.within(SEQUENCE).unwrap();
            assert!(reader.is_at_end());
            assert_eq!(inner.number(INTEGER), Ok(u32::try_from(size).unwrap()));
            assert_eq!(inner.tagged(OCTETS).unwrap().len(), size);
            assert_eq!(inner.tagged(BOOLEAN), Ok(&[0xff][..]));
        }
    }

    #[test]
    fn numbers_take_as_few_octets_as_they_need() {
        for (number, octets) in [
            (0, &[2, 1, 0][..]),
            (127, &[2, 1, 127]),
            (128, &[2, 2, 0, 128]),
            (256, &[2, 2, 1, 0]),
            (u32::MAX, &[2, 5, 0, 255, 255, 255, 255]),
        ] {
            let mut writer = Writer::default();
            writer.number(INTEGER, number);
            assert_eq!(writer.into_octets(), octets);
            assert_eq!(Reader::new(octets).number(INTEGER), Ok(number));
        }
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        for octets in [
            &[][..],
            &[0x04],
            &[0x04, 2, 1],
            &[0x04, 0x80, 1, 0, 0],
            &[0x04, 0x85, 0, 0, 0, 0, 1, 1],
            &[0x04, 0x84, 0xff, 0xff, 0xff, 0xff, 1],
        ] {
            assert!(Reader::new(octets).any().is_err(), "{octets:?}");
        }
        for octets in [&[2, 0][..], &[2, 1, 0x80], &[2, 5, 1, 0, 0, 0, 0]] {
            assert_eq!(Reader::new(octets).number(INTEGER), Err(Malformed), "{octets:?}");
        }
        // Lengths that are longer than they need be are how Active Directory writes them.
        assert_eq!(
            Reader::new(&[4, 0x84, 0, 0, 0, 1, 9]).tagged(OCTETS),
            Ok(&[9][..])
        );
    }
}
