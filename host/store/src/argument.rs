//! Arguments of statements, and lists of rows: many rows go to the database in one statement. The parts of a list are of few sizes,
//! so that the database prepares few statements and keeps them.

use uuid::Uuid;

/// One argument of a statement.
#[derive(Debug, Clone)]
pub(crate) enum Argument {
    Integer(Option<i64>),
    Text(Option<String>),
    Octets(Option<Vec<u8>>),
}

/// Makes arguments of what they are made of.
macro_rules! from {
    ($($type:ty => |$value:ident| $make:expr;)+) => {$(
        impl From<$type> for Argument {
            fn from($value: $type) -> Self { $make }
        }
    )+};
}
from! {
    i64 => |value| Self::Integer(Some(value));
    i32 => |value| Self::Integer(Some(value.into()));
    u32 => |value| Self::Integer(Some(value.into()));
    Option<i64> => |value| Self::Integer(value);
    String => |value| Self::Text(Some(value));
    &str => |value| Self::Text(Some(value.to_owned()));
    &String => |value| Self::Text(Some(value.clone()));
    Option<String> => |value| Self::Text(value);
    Option<&str> => |value| Self::Text(value.map(str::to_owned));
    Vec<u8> => |value| Self::Octets(Some(value));
    Option<Vec<u8>> => |value| Self::Octets(value);
    Uuid => |value| Self::Octets(Some(value.as_bytes().to_vec()));
    &Uuid => |value| Self::Octets(Some(value.as_bytes().to_vec()));
    Option<Uuid> => |value| Self::Octets(value.map(|id| id.as_bytes().to_vec()));
}

/// Arguments in a row.
macro_rules! arguments {
    ($($value:expr),* $(,)?) => { [$($crate::argument::Argument::from($value)),*] };
}
pub(crate) use arguments;

/// Rows of arguments, all of the same width.
#[derive(Debug, Clone)]
pub(crate) struct List {
    width: usize,
    cells: Vec<Argument>,
}

/// As many arguments as one statement gets. Both databases would take more, but a prepared statement keeps room for each.
const ARGUMENTS: usize = 2048;

impl List {
    /// An empty list with room for this many rows.
    pub(crate) fn new(width: usize, rows: usize) -> Self {
        Self {
            width: width.max(1),
            cells: Vec::with_capacity(width * rows),
        }
    }

    /// A list of single values.
    pub(crate) fn of(values: impl IntoIterator<Item = impl Into<Argument>>) -> Self {
        Self {
            width: 1,
            cells: values.into_iter().map(Into::into).collect(),
        }
    }

    /// Adds a row.
    pub(crate) fn push<const WIDTH: usize>(&mut self, row: [Argument; WIDTH]) {
        debug_assert_eq!(WIDTH, self.width, "rows of a list are of one width");
        self.cells.extend(row);
    }

    /// Adds a row of which only the list knows how wide it is.
    pub(crate) fn extend(&mut self, row: Vec<Argument>) {
        debug_assert_eq!(row.len(), self.width, "rows of a list are of one width");
        self.cells.extend(row);
    }

    /// The parts, each a power of two of rows.
    pub(crate) fn into_parts(self) -> impl Iterator<Item = Part> + Send {
        let width = self.width;
        let largest = prior_power_of_two(ARGUMENTS / width);
        let mut left = self.cells.len() / width;
        let mut first = 0;
        let mut cells = self.cells.into_iter();
        std::iter::from_fn(move || {
            if left == 0 {
                return None;
            }
            let rows = prior_power_of_two(left).min(largest);
            let part = Part {
                first,
                width,
                rows,
                cells: cells.by_ref().take(rows * width).collect(),
            };
            left -= rows;
            first += rows;
            Some(part)
        })
    }
}

/// The largest power of two that is not larger; 1 for 0.
fn prior_power_of_two(number: usize) -> usize {
    1 << number.max(1).ilog2()
}

/// A part of a list that goes into one statement.
pub(crate) struct Part {
    /// The place of its first row in the list.
    pub(crate) first: usize,
    width: usize,
    rows: usize,
    /// Its rows, one after the other.
    pub(crate) cells: Vec<Argument>,
}

impl Part {
    /// The statement for this part. The list's arguments come first; `$1` of the template is the one after them.
    ///
    /// SQLite gets the list's places without numbers: it looks numbered ones up one by one, at a cost that grows with their square.
    pub(crate) fn sql(&self, template: &str, sqlite: bool) -> String {
        let mut sql = String::with_capacity(template.len() + self.cells.len() * 6);
        let mut rest = template;
        while let Some(at) = rest.find(['{', '$']) {
            let (before, mark) = rest.split_at(at);
            sql.push_str(before);
            if let Some(after) = mark.strip_prefix("{}") {
                self.places(&mut sql, sqlite, false);
                rest = after;
            } else if let Some(after) = mark.strip_prefix("{#}") {
                self.places(&mut sql, sqlite, true);
                rest = after;
            } else {
                let after = mark.get(1..).unwrap_or_default();
                let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
                let (number, after) = after.split_at(digits);
                let number: usize = number.parse().unwrap_or(0);
                sql.push_str(&format!("${}", self.cells.len() + number));
                rest = after;
            }
        }
        sql.push_str(rest);
        sql
    }

    fn places(&self, sql: &mut String, sqlite: bool, numbered: bool) {
        let mut argument = 0;
        for row in 0..self.rows {
            sql.push_str(if row == 0 { "(" } else { ",(" });
            if numbered {
                // PostgreSQL would take a plain number for one of 32 bits.
                sql.push_str(&format!("{row}{}", if sqlite { "," } else { "::int8," }));
            }
            for column in 0..self.width {
                if column > 0 {
                    sql.push(',');
                }
                argument += 1;
                if sqlite {
                    sql.push('?');
                } else {
                    sql.push_str(&format!("${argument}"));
                }
            }
            sql.push(')');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_goes_in_parts_of_few_sizes() {
        let parts: Vec<(usize, usize)> = List::of((0..1500_i64).map(Some))
            .into_parts()
            .map(|part| (part.first, part.rows))
            .collect();
        assert_eq!(
            parts,
            [
                (0, 1024),
                (1024, 256),
                (1280, 128),
                (1408, 64),
                (1472, 16),
                (1488, 8),
                (1496, 4)
            ]
        );
        assert_eq!(List::new(3, 0).into_parts().count(), 0);
    }

    #[test]
    fn scalars_are_counted_after_the_list() {
        let mut list = List::new(2, 2);
        list.push(arguments!["a", 1_i64]);
        list.push(arguments!["b", 2_i64]);
        let part = list.into_parts().next().unwrap();
        let template = "WITH v AS (VALUES {}) SELECT $1 WHERE $2";
        assert_eq!(
            part.sql(template, true),
            "WITH v AS (VALUES (?,?),(?,?)) SELECT $5 WHERE $6"
        );
        assert_eq!(
            part.sql(template, false),
            "WITH v AS (VALUES ($1,$2),($3,$4)) SELECT $5 WHERE $6"
        );
        assert_eq!(part.sql("{#}", false), "(0::int8,$1,$2),(1::int8,$3,$4)");
    }
}
