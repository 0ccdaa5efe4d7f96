//! National identity numbers: validity, one canonical form, the birth date within. Nothing here ever puts a number into words: an error
//! about one would end up in a finding.

use jiff::civil::Date;

/// A country whose numbers are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Country {
    /// CPR number: ten digits. Since 2007 its last digit checks nothing.
    Denmark,
    /// Fødselsnummer, D-number and the synthetic numbers of test populations: eleven digits, two of them check the others.
    Norway,
    /// Personnummer and samordningsnummer: twelve digits, or ten and the sign that tells the century.
    Sweden,
    /// Henkilötunnus: date, sign of the century, three digits and a check character.
    Finland,
    /// DNI and NIE: eight digits and a letter that checks them.
    Spain,
}

impl Country {
    /// The words for templates.
    pub(super) const WORDS: [(&str, Self); 5] = [
        ("dk", Self::Denmark),
        ("no", Self::Norway),
        ("se", Self::Sweden),
        ("fi", Self::Finland),
        ("es", Self::Spain),
    ];
}

/// A valid number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    country: Country,
    /// The canonical form: digits alone where the country's numbers are digits, with the century in Sweden.
    pub(super) plain: String,
    /// The birth date, where the number holds one.
    pub(super) birth: Option<Date>,
}

/// Why a text gives no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// It is none.
    Invalid,
    /// A Swedish number of ten digits says its century only beside a year.
    Century,
}

/// Reads a number; `by` is a day on which its holder was alive, which a Swedish number of ten digits needs.
pub(super) fn identity(text: &str, country: Country, by: Option<Date>) -> Result<Identity, Doubt> {
    let letters: Vec<char> = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    match country {
        Country::Denmark => denmark(&digits(&letters, '-').ok_or(Doubt::Invalid)?).ok_or(Doubt::Invalid),
        Country::Norway => norway(&digits(&letters, '-').ok_or(Doubt::Invalid)?).ok_or(Doubt::Invalid),
        Country::Sweden => sweden(&letters, by),
        Country::Finland => finland(&letters).ok_or(Doubt::Invalid),
        Country::Spain => spain(&letters).ok_or(Doubt::Invalid),
    }
}

impl Identity {
    /// The number as people of its country write it; `by` tells whether a Swedish one is older than a hundred years.
    pub(super) fn written(&self, by: Option<Date>) -> String {
        let parted = |at: usize, sign: &str| match self.plain.split_at_checked(at) {
            Some((date, rest)) => format!("{date}{sign}{rest}"),
            None => self.plain.clone(),
        };
        match self.country {
            Country::Denmark => parted(6, "-"),
            Country::Norway => parted(6, " "),
            Country::Sweden => {
                let short = self.plain.get(2..).unwrap_or_default();
                let old = self
                    .birth
                    .zip(by)
                    .is_some_and(|(birth, by)| i32::from(by.year()) - i32::from(birth.year()) >= 100);
                match short.split_at_checked(6) {
                    Some((date, rest)) => format!("{date}{}{rest}", if old { '+' } else { '-' }),
                    None => short.to_owned(),
                }
            }
            Country::Finland | Country::Spain => self.plain.clone(),
        }
    }
}

/// The digits of a number that may hold one separator.
fn digits(letters: &[char], separator: char) -> Option<Vec<u32>> {
    let separators = letters.iter().filter(|&&letter| letter == separator).count();
    if separators > 1 {
        return None;
    }
    letters
        .iter()
        .filter(|&&letter| letter != separator)
        .map(|letter| letter.to_digit(10))
        .collect()
}

fn text(digits: &[u32]) -> String {
    digits
        .iter()
        .filter_map(|digit| char::from_digit(*digit, 10))
        .collect()
}

fn number(digits: &[u32], from: usize, to: usize) -> Option<u32> {
    Some(
        digits
            .get(from..to)?
            .iter()
            .fold(0, |sum, digit| sum * 10 + digit),
    )
}

fn date(year: u32, month: u32, day: u32) -> Option<Date> {
    Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()
}

fn denmark(digits: &[u32]) -> Option<Identity> {
    if digits.len() != 10 {
        return None;
    }
    let (day, month, year) = (
        number(digits, 0, 2)?,
        number(digits, 2, 4)?,
        number(digits, 4, 6)?,
    );
    let century = match (digits.get(6)?, year) {
        (0..=3, _) | (4 | 9, 37..) => 1900,
        (4 | 9, _) | (5..=8, 0..=57) => 2000,
        _ => 1800,
    };
    Some(Identity {
        country: Country::Denmark,
        plain: text(digits),
        birth: Some(date(century + year, month, day)?),
    })
}

fn norway(digits: &[u32]) -> Option<Identity> {
    if digits.len() != 11 {
        return None;
    }
    let checked = |weights: &[u32]| {
        let sum: u32 = weights
            .iter()
            .zip(digits)
            .map(|(weight, digit)| weight * digit)
            .sum();
        sum.is_multiple_of(11)
    };
    if !checked(&[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) || !checked(&[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) {
        return None;
    }
    let (day, month, year) = (
        number(digits, 0, 2)?,
        number(digits, 2, 4)?,
        number(digits, 4, 6)?,
    );
    let day = if day > 40 { day - 40 } else { day };
    // Months of test populations are 40, 65 or 80 too high.
    let month = match month {
        81.. => month - 80,
        66..=80 => month - 65,
        41..=65 => month - 40,
        _ => month,
    };
    let century = match (number(digits, 6, 9)?, year) {
        (0..=499, _) | (900..=999, 40..) => 1900,
        (500..=749, 54..) => 1800,
        (500..=999, 0..=39) => 2000,
        _ => return None,
    };
    Some(Identity {
        country: Country::Norway,
        plain: text(digits),
        birth: Some(date(century + year, month, day)?),
    })
}

fn sweden(letters: &[char], by: Option<Date>) -> Result<Identity, Doubt> {
    let separator = if letters.contains(&'+') { '+' } else { '-' };
    let all = digits(letters, separator).ok_or(Doubt::Invalid)?;
    let (century, short) = match all.len() {
        12 => (number(&all, 0, 2), all.get(2..)),
        10 => (None, all.get(..)),
        _ => (None, None),
    };
    let short = short.ok_or(Doubt::Invalid)?;
    let sum: u32 = short
        .iter()
        .enumerate()
        .map(
            |(position, digit)| match digit * if position % 2 == 0 { 2 } else { 1 } {
                two @ 10.. => two - 9,
                one => one,
            },
        )
        .sum();
    if !sum.is_multiple_of(10) {
        return Err(Doubt::Invalid);
    }
    let parts = || Some((number(short, 0, 2)?, number(short, 2, 4)?, number(short, 4, 6)?));
    let (year, month, day) = parts().ok_or(Doubt::Invalid)?;
    let day = if day > 60 { day - 60 } else { day };
    let birth = match century {
        Some(century) => date(century * 100 + year, month, day),
        None => {
            // The plus says a hundred years or more; otherwise the last such day before the other one is meant.
            let by = by.ok_or(Doubt::Century)?;
            let by_year = u32::try_from(by.year()).map_err(|_| Doubt::Invalid)?;
            let latest = by_year
                .checked_sub(if separator == '+' { 100 } else { 0 })
                .ok_or(Doubt::Invalid)?;
            let full = latest
                .checked_sub((latest + 100 - year) % 100)
                .ok_or(Doubt::Invalid)?;
            let found = date(full, month, day);
            match found {
                Some(birth) if separator == '-' && birth > by => date(full.saturating_sub(100), month, day),
                found => found,
            }
        }
    };
    let birth = birth.ok_or(Doubt::Invalid)?;
    Ok(Identity {
        country: Country::Sweden,
        plain: format!("{:02}{}", birth.year() / 100, text(short)),
        birth: Some(birth),
    })
}

fn finland(letters: &[char]) -> Option<Identity> {
    const CHECKS: &[u8] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    let [date_of @ .., sign, one, two, three, check] = letters else {
        return None;
    };
    let dates: Vec<u32> = date_of
        .iter()
        .map(|letter| letter.to_digit(10))
        .collect::<Option<_>>()?;
    if dates.len() != 6 {
        return None;
    }
    let century = match sign.to_ascii_uppercase() {
        '+' => 1800,
        '-' | 'U'..='Y' => 1900,
        'A'..='F' => 2000,
        _ => return None,
    };
    let serial: Vec<u32> = [one, two, three]
        .into_iter()
        .map(|letter| letter.to_digit(10))
        .collect::<Option<_>>()?;
    let whole = number(&dates, 0, 6)? * 1000 + number(&serial, 0, 3)?;
    let expected = *CHECKS.get(usize::try_from(whole % 31).ok()?)?;
    let birth = date(
        century + number(&dates, 4, 6)?,
        number(&dates, 2, 4)?,
        number(&dates, 0, 2)?,
    )?;
    (char::from(expected) == check.to_ascii_uppercase()).then(|| Identity {
        country: Country::Finland,
        plain: letters.iter().map(char::to_ascii_uppercase).collect(),
        birth: Some(birth),
    })
}

fn spain(letters: &[char]) -> Option<Identity> {
    const CHECKS: &[u8] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let plain: String = letters
        .iter()
        .filter(|&&letter| letter != '-')
        .map(char::to_ascii_uppercase)
        .collect();
    let (body, check) = plain.split_at_checked(8)?;
    let numeric = match body.chars().next()? {
        'X' => format!("0{}", body.get(1..)?),
        'Y' => format!("1{}", body.get(1..)?),
        'Z' => format!("2{}", body.get(1..)?),
        _ => body.to_owned(),
    };
    if !numeric.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let expected = *CHECKS.get(numeric.parse::<usize>().ok()? % 23)?;
    (check == char::from(expected).to_string()).then_some(Identity {
        country: Country::Spain,
        plain,
        birth: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str, country: Country) -> Option<String> {
        identity(text, country, None).ok().map(|found| found.plain)
    }

    fn birth(text: &str, country: Country) -> String {
        identity(text, country, None).unwrap().birth.unwrap().to_string()
    }

    #[test]
    fn danish_numbers_have_a_date_and_a_century() {
        assert_eq!(plain("010190-1234", Country::Denmark).unwrap(), "0101901234");
        assert_eq!(birth("0101901234", Country::Denmark), "1990-01-01");
        assert_eq!(birth("0101364000", Country::Denmark), "2036-01-01");
        assert_eq!(birth("0101374000", Country::Denmark), "1937-01-01");
        assert_eq!(birth("0101575000", Country::Denmark), "2057-01-01");
        assert_eq!(birth("0101585000", Country::Denmark), "1858-01-01");
        assert_eq!(plain("3102901234", Country::Denmark), None, "no such day");
        assert_eq!(plain("01019012345", Country::Denmark), None);
        assert_eq!(
            identity("0101901234", Country::Denmark, None)
                .unwrap()
                .written(None),
            "010190-1234"
        );
    }

    #[test]
    fn norwegian_numbers_check_themselves() {
        // Numbers of the public test population: an ordinary date, a D-number's day, synthetic months.
        assert_eq!(birth("15076500565", Country::Norway), "1965-07-15");
        assert_eq!(birth("55876500190", Country::Norway), "1965-07-15");
        assert_eq!(birth("15476500033", Country::Norway), "1965-07-15");
        assert_eq!(birth("15726500018", Country::Norway), "1965-07-15");
        assert_eq!(plain("15076500566", Country::Norway), None, "the last digit");
        assert_eq!(
            plain("15076500655", Country::Norway),
            None,
            "two digits the wrong way round"
        );
        assert_eq!(
            identity("150765 00565", Country::Norway, None)
                .unwrap()
                .written(None),
            "150765 00565"
        );
    }

    #[test]
    fn swedish_numbers_carry_their_century() {
        let by = "2026-08-17".parse().ok();
        assert_eq!(plain("19811218-9876", Country::Sweden).unwrap(), "198112189876");
        assert_eq!(
            identity("811218-9876", Country::Sweden, None),
            Err(Doubt::Century)
        );
        assert_eq!(
            identity("811218-9876", Country::Sweden, by).unwrap().plain,
            "198112189876"
        );
        assert_eq!(
            identity("811218+9876", Country::Sweden, by).unwrap().plain,
            "188112189876"
        );
        assert_eq!(
            identity("811218+9876", Country::Sweden, by).unwrap().written(by),
            "811218+9876"
        );
        assert_eq!(plain("198112189875", Country::Sweden), None);
    }

    #[test]
    fn finnish_and_spanish_numbers_end_with_their_check() {
        assert_eq!(plain("131052-308t", Country::Finland).unwrap(), "131052-308T");
        assert_eq!(birth("131052A308T", Country::Finland), "2052-10-13");
        assert_eq!(plain("131052-308U", Country::Finland), None);
        assert_eq!(plain("12345678-z", Country::Spain).unwrap(), "12345678Z");
        assert_eq!(plain("X1234567L", Country::Spain).unwrap(), "X1234567L");
        assert_eq!(plain("12345678A", Country::Spain), None);
    }

    proptest::proptest! {
        #[test]
        fn the_plain_form_of_a_number_is_its_own(text in "[0-9A-Za-z +-]{8,13}") {
            for (_, country) in Country::WORDS {
                if let Ok(found) = identity(&text, country, "2026-01-01".parse().ok()) {
                    let again = identity(&found.plain, country, None).unwrap();
                    proptest::prop_assert_eq!(&again.plain, &found.plain);
                    let written = identity(&again.written(None), country, "2026-01-01".parse().ok());
                    proptest::prop_assert!(written.is_ok());
                }
            }
        }
    }
}
