//! What an entry holds. Names of attributes are compared without regard to case, as directories do.

use super::{Attribute, Entry};

/// Some values of an attribute that has more than a directory hands over at once (`member;range=0-1499`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range<'a> {
    /// The values that came.
    pub values: &'a [Vec<u8>],
    /// With which value to go on; none when these were the last.
    pub next: Option<u32>,
}

impl Entry {
    /// The values of an attribute; none when it is not there.
    pub fn values(&self, name: &str) -> &[Vec<u8>] {
        self.attribute(name)
            .map(|attribute| attribute.values.as_slice())
            .unwrap_or_default()
    }

    /// The attribute, when it came, perhaps without values.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
    }

    /// The first value of an attribute.
    pub fn octets(&self, name: &str) -> Option<&[u8]> {
        self.values(name).first().map(Vec::as_slice)
    }

    /// The first value of an attribute as text; none when it is not UTF-8 or is empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        let text = std::str::from_utf8(self.octets(name)?).ok()?;
        (!text.is_empty()).then_some(text)
    }

    /// All values of an attribute that are text.
    pub fn texts(&self, name: &str) -> Vec<String> {
        let texts = self.values(name).iter();
        let texts = texts.filter_map(|value| std::str::from_utf8(value).ok());
        texts.filter(|text| !text.is_empty()).map(str::to_owned).collect()
    }

    /// The range of an attribute's values that came, where they did not come all at once.
    pub fn range(&self, name: &str) -> Option<Range<'_>> {
        self.attributes.iter().find_map(|attribute| {
            let (base, option) = attribute.name.split_once(';')?;
            let range = option
                .get(..6)?
                .eq_ignore_ascii_case("range=")
                .then(|| option.get(6..))??;
            let (_, last) = range.split_once('-')?;
            if !base.eq_ignore_ascii_case(name) {
                return None;
            }
            let next = match last {
                "*" => None,
                last => Some(last.parse::<u32>().ok()?.checked_add(1)?),
            };
            Some(Range {
                values: &attribute.values,
                next,
            })
        })
    }
}
