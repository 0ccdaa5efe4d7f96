//! National identity numbers that are formally sound and can belong to nobody.
//!
//! Norwegian: the synthetic fødselsnummer of Skatteetaten's Tenor test data adds 80 to the month; the two control digits
//! are computed as for a real number (modulus 11 with weights 3 7 6 1 8 9 4 5 2 and 5 4 3 2 7 6 5 4 3 2), and the
//! individual number lies in the range of the century (000-499 for 1900-1999, 500-999 for 2000-2039, odd for men).
//!
//! Danish: 60 is added to the day, as in the replacement numbers (erstatnings-CPR) that the health services use for persons
//! without a CPR number; no number of the CPR register has a day above 31. The seventh digit follows the CPR
//! office's century table and the last digit is odd for men. The modulus 11 check has not been guaranteed since 2007
//! and is not applied.
//!
//! Numbers are distinct as long as the serial is below the capacity of the birth date.

use jiff::civil::Date;

const FIRST: [u32; 9] = [3, 7, 6, 1, 8, 9, 4, 5, 2];
const SECOND: [u32; 10] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];

/// The `serial`-th synthetic Norwegian number of that birth date and sex.
pub fn norwegian_number(born: Date, male: bool, serial: u64) -> String {
    let first_individual = if born.year() < 2000 { 0 } else { 500 };
    let (day, month) = (born.day() as u32, born.month() as u32 + 80);
    let year = born.year().rem_euclid(100) as u32;
    let [d1, d2, m1, m2, y1, y2] = [day / 10, day % 10, month / 10, month % 10, year / 10, year % 10];
    let valid = (first_individual..first_individual + 500)
        .filter(|individual| (individual % 2 == 1) == male)
        .filter_map(|n| controls([d1, d2, m1, m2, y1, y2, n / 100, n / 10 % 10, n % 10]));
    // A date has about two hundred numbers for each sex; past those the sequence starts over.
    let wanted = (serial % 200) as usize;
    let mut last = None;
    for (place, number) in valid.enumerate() {
        last = Some(number);
        if place == wanted {
            break;
        }
    }
    let digits = last.expect("every date has valid numbers");
    digits
        .iter()
        .filter_map(|digit| char::from_digit(*digit, 10))
        .collect()
}

/// The `serial`-th Danish replacement number of that birth date and sex.
pub fn danish_number(born: Date, male: bool, serial: u64) -> String {
    let first = if born.year() < 2000 { 0 } else { 4000 };
    let span = if born.year() < 2000 { 4000 } else { 1000 };
    let sequence = first + (serial * 2 + u64::from(male)) % span;
    format!(
        "{:02}{:02}{:02}{sequence:04}",
        born.day() + 60,
        born.month(),
        born.year().rem_euclid(100)
    )
}

/// Whether the control digits of an eleven-digit Norwegian number fit.
pub fn is_valid_norwegian_number(number: &str) -> bool {
    let digits: Vec<u32> = number.chars().filter_map(|digit| digit.to_digit(10)).collect();
    let Some(nine) = digits.first_chunk::<9>() else {
        return false;
    };
    number.len() == 11 && controls(*nine).is_some_and(|all| all.as_slice() == digits)
}

/// The nine digits with both control digits, or nothing where a control digit would be ten.
fn controls(nine: [u32; 9]) -> Option<[u32; 11]> {
    let mut digits = [0; 11];
    digits[..9].copy_from_slice(&nine);
    for (place, weights) in [(9, FIRST.as_slice()), (10, SECOND.as_slice())] {
        let sum: u32 = digits
            .iter()
            .zip(weights)
            .map(|(digit, weight)| digit * weight)
            .sum();
        match (11 - sum % 11) % 11 {
            10 => return None,
            control => digits[place] = control,
        }
    }
    Some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use std::collections::BTreeSet;

    #[test]
    fn control_digits_follow_the_published_weights() {
        let number = norwegian_number(date(2020, 1, 1), false, 0);
        assert!(number.starts_with("018120"), "{number}");
        assert!(is_valid_norwegian_number(&number));
        let digits: Vec<u32> = number.chars().filter_map(|digit| digit.to_digit(10)).collect();
        let first = [3, 7, 6, 1, 8, 9, 4, 5, 2, 1];
        let second = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1];
        assert_eq!(digits.iter().zip(first).map(|(d, w)| d * w).sum::<u32>() % 11, 0);
        assert_eq!(digits.iter().zip(second).map(|(d, w)| d * w).sum::<u32>() % 11, 0);
        let spoiled = format!("{}{}", &number[..10], (digits[10] + 1) % 10);
        assert!(!is_valid_norwegian_number(&spoiled));
    }

    #[test]
    fn numbers_of_one_date_are_distinct() {
        let born = date(1971, 12, 31);
        let numbers: BTreeSet<String> = (0..200)
            .flat_map(|serial| {
                [
                    norwegian_number(born, true, serial),
                    norwegian_number(born, false, serial),
                ]
            })
            .collect();
        assert_eq!(numbers.len(), 400);
        let numbers: BTreeSet<String> = (0..2000)
            .flat_map(|serial| {
                [
                    danish_number(born, true, serial),
                    danish_number(born, false, serial),
                ]
            })
            .collect();
        assert_eq!(numbers.len(), 4000);
        assert!(numbers.iter().all(|number| number.starts_with("911271")));
    }
}
