//! Telephone numbers in the form of E.164 (`+4512345678`). A number that its country's plan does not allow has no such form: a filter
//! then gives none, and never a number that somebody else might have.

/// A country's numbers: its code in templates, its calling code, whether a 0 stands before numbers within the country, and how many
/// digits a number has (national significant numbers, ITU-T E.164 and the countries' numbering plans).
struct Country {
    code: &'static str,
    calling: &'static str,
    trunk: bool,
    shortest: usize,
    longest: usize,
}

const fn country(
    code: &'static str,
    calling: &'static str,
    trunk: bool,
    shortest: usize,
    longest: usize,
) -> Country {
    Country {
        code,
        calling,
        trunk,
        shortest,
        longest,
    }
}

const COUNTRIES: &[Country] = &[
    country("dk", "45", false, 8, 8),
    country("no", "47", false, 8, 8),
    country("se", "46", true, 7, 9),
    country("fi", "358", true, 5, 12),
    country("is", "354", false, 7, 9),
    country("fo", "298", false, 6, 6),
    country("gl", "299", false, 6, 6),
    country("es", "34", false, 9, 9),
    country("pt", "351", false, 9, 9),
    country("fr", "33", true, 9, 9),
    country("de", "49", true, 6, 11),
    country("nl", "31", true, 9, 9),
    country("be", "32", true, 8, 9),
    country("gb", "44", true, 9, 10),
    country("ie", "353", true, 7, 9),
    country("at", "43", true, 6, 13),
    country("ch", "41", true, 9, 9),
    country("pl", "48", false, 9, 9),
    country("ee", "372", false, 7, 8),
    country("lv", "371", false, 8, 8),
    country("lt", "370", true, 8, 8),
];

/// The codes of the countries whose plans are known.
pub(super) fn countries() -> impl Iterator<Item = &'static str> {
    COUNTRIES.iter().map(|country| country.code)
}

/// The number in the form of E.164; `None` when it is none. A number without a calling code is one of the country.
pub(super) fn e164(text: &str, code: &str) -> Option<String> {
    let home = COUNTRIES.iter().find(|country| country.code == code)?;
    let text = text.replace("(0)", "");
    let mut digits = String::with_capacity(text.len());
    let mut international = false;
    for letter in text.trim().chars() {
        match letter {
            '0'..='9' => digits.push(letter),
            '+' if digits.is_empty() && !international => international = true,
            ' ' | '\u{a0}' | '\u{202f}' | '-' | '\u{2010}' | '\u{2011}' | '\u{2013}' | '.' | '/' | '('
            | ')' => {}
            _ => return None,
        }
    }
    if !international && let Some(rest) = digits.strip_prefix("00") {
        digits = rest.to_owned();
        international = true;
    }
    if international {
        return abroad(&digits);
    }
    if let Some(number) = within(home, &digits) {
        return Some(format!("+{}{number}", home.calling));
    }
    // The calling code without its plus, where no number within the country is that long.
    let rest = digits.strip_prefix(home.calling)?;
    (digits.len() > home.longest && !home.trunk)
        .then(|| within(home, rest))
        .flatten()
        .map(|number| format!("+{}{number}", home.calling))
}

/// A number with its calling code.
fn abroad(digits: &str) -> Option<String> {
    let known = COUNTRIES
        .iter()
        .find(|country| digits.starts_with(country.calling));
    match known {
        Some(country) => {
            let number = within(country, digits.strip_prefix(country.calling)?)?;
            Some(format!("+{}{number}", country.calling))
        }
        None => ((7..=15).contains(&digits.len()) && !digits.starts_with('0')).then(|| format!("+{digits}")),
    }
}

/// The significant digits of a number within a country.
fn within<'a>(country: &Country, digits: &'a str) -> Option<&'a str> {
    let number = if country.trunk {
        digits.strip_prefix('0').unwrap_or(digits)
    } else {
        digits
    };
    ((country.shortest..=country.longest).contains(&number.len()) && !number.starts_with('0'))
        .then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(number: &str) -> Option<String> {
        Some(number.to_owned())
    }

    #[test]
    fn a_number_is_one_of_its_country_unless_it_says_otherwise() {
        assert_eq!(e164("12 34 56 78", "dk"), some("+4512345678"));
        assert_eq!(e164("+45 12345678", "no"), some("+4512345678"));
        assert_eq!(e164("0045 1234-5678", "no"), some("+4512345678"));
        assert_eq!(e164("4512345678", "dk"), some("+4512345678"));
        assert_eq!(e164("070-123 45 67", "se"), some("+46701234567"));
        assert_eq!(e164("+46 (0)70-123 45 67", "dk"), some("+46701234567"));
        assert_eq!(e164("612 345 678", "es"), some("+34612345678"));
        assert_eq!(e164("+1 202 555 0123", "dk"), some("+12025550123"));
    }

    #[test]
    fn what_is_no_number_has_no_form() {
        for text in [
            "",
            "1234567",
            "123456789",
            "reception",
            "12345678 lok. 4",
            "02800",
            "+45 1234",
        ] {
            assert_eq!(e164(text, "dk"), None, "{text}");
        }
        assert_eq!(e164("12345678", "xx"), None);
    }

    proptest::proptest! {
        #[test]
        fn the_form_is_its_own_form(text in "[+0-9() .-]{0,18}") {
            if let Some(number) = e164(&text, "no") {
                proptest::prop_assert!(number.starts_with('+') && number.len() <= 16);
                proptest::prop_assert_eq!(e164(&number, "se"), Some(number));
            }
        }
    }
}
