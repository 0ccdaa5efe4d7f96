//! The languages of the pages, and which of them somebody reads.

use unic_langid::{LanguageIdentifier, langid};

macro_rules! texts {
    ($tag:literal) => {
        [
            include_str!(concat!("../../texts/", $tag, "/access.ftl")),
            include_str!(concat!("../../texts/", $tag, "/cycle.ftl")),
            include_str!(concat!("../../texts/", $tag, "/explain.ftl")),
            include_str!(concat!("../../texts/", $tag, "/frame.ftl")),
            include_str!(concat!("../../texts/", $tag, "/notice.ftl")),
            include_str!(concat!("../../texts/", $tag, "/people.ftl")),
        ]
    };
}

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Danish.
    Danish,
    /// Norwegian bokmål.
    Bokmal,
    /// Swedish.
    Swedish,
    /// English.
    English,
    /// Spanish.
    Spanish,
}

impl Language {
    /// All of them, in the order of the choice.
    pub const ALL: [Self; 5] = [
        Self::Danish,
        Self::Bokmal,
        Self::Swedish,
        Self::English,
        Self::Spanish,
    ];

    /// Its tag (BCP 47), as the configuration, the cookie and the page's `lang` write it.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Danish => "da",
            Self::Bokmal => "nb",
            Self::Swedish => "sv",
            Self::English => "en",
            Self::Spanish => "es",
        }
    }

    /// What its readers call it.
    #[must_use]
    pub fn own_name(self) -> &'static str {
        match self {
            Self::Danish => "Dansk",
            Self::Bokmal => "Norsk bokmål",
            Self::Swedish => "Svenska",
            Self::English => "English",
            Self::Spanish => "Español",
        }
    }

    /// The language of a tag; readers of other kinds of Norwegian get bokmål.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let tag: LanguageIdentifier = tag.trim().parse().ok()?;
        match tag.language.as_str() {
            "da" => Some(Self::Danish),
            "nb" | "no" | "nn" => Some(Self::Bokmal),
            "sv" => Some(Self::Swedish),
            "en" => Some(Self::English),
            "es" => Some(Self::Spanish),
            _ => None,
        }
    }

    /// The one that a browser likes best, by its `Accept-Language` (RFC 9110, 12.5.4).
    #[must_use]
    pub fn of_browser(accepted: &str) -> Option<Self> {
        let mut best: Option<(Self, f32)> = None;
        for wish in accepted.split(',') {
            let mut parts = wish.split(';');
            let tag = parts.next().unwrap_or_default();
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(1.0, |weight| weight.trim().parse().unwrap_or(0.0));
            let Some(language) = Self::of_tag(tag) else {
                continue;
            };
            if weight > 0.0 && best.is_none_or(|(_, heaviest)| weight > heaviest) {
                best = Some((language, weight));
            }
        }
        best.map(|(language, _)| language)
    }

    pub(super) fn identifier(self) -> LanguageIdentifier {
        match self {
            Self::Danish => langid!("da"),
            Self::Bokmal => langid!("nb"),
            Self::Swedish => langid!("sv"),
            Self::English => langid!("en"),
            Self::Spanish => langid!("es"),
        }
    }

    /// Its texts, by room.
    pub(super) fn sources(self) -> [&'static str; 6] {
        match self {
            Self::Danish => texts!("da"),
            Self::Bokmal => texts!("nb"),
            Self::Swedish => texts!("sv"),
            Self::English => texts!("en"),
            Self::Spanish => texts!("es"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_gets_what_it_likes_best_of_what_there_is() {
        let cases = [
            ("da-DK,da;q=0.9,en;q=0.8", Some(Language::Danish)),
            ("fr,nn;q=0.7,en;q=0.5", Some(Language::Bokmal)),
            ("en;q=0.3, es;q=0.4", Some(Language::Spanish)),
            ("sv;q=0, en;q=0.1", Some(Language::English)),
            ("fr, de;q=0.5", None),
            (";;;,,q=", None),
        ];
        for (accepted, language) in cases {
            assert_eq!(Language::of_browser(accepted), language, "{accepted}");
        }
    }
}
