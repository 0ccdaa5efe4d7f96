//! Where an object belongs, as the guard counts: its cell and its school year. Kept with the object, so that what was accepted can be
//! counted without reading it again.

/// The school year of whoever comes and goes with learners and is none, such as those to contact for them: a promotion explains that they
/// come, change and go, and they have no part in how it looks.
pub const COMPANY: i32 = -1;

/// The cell and the school year of an object.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Place {
    /// The school or subtree; empty where there is none.
    pub cell: String,
    /// The school year.
    pub year: Option<i32>,
}

impl Place {
    /// As it is kept; nothing for an object that belongs nowhere.
    #[must_use]
    pub fn to_text(&self) -> Option<String> {
        match (self.cell.as_str(), self.year) {
            ("", None) => None,
            (cell, None) => Some(format!("- {cell}")),
            (cell, Some(year)) => Some(format!("{year} {cell}")),
        }
    }

    /// Reads back what [`Place::to_text`] made; none when it was something else.
    #[must_use]
    pub fn parse(text: Option<&str>) -> Option<Self> {
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return Some(Self::default());
        };
        let (year, cell) = text.split_once(' ')?;
        let year = match year {
            "-" => None,
            year => Some(year.parse().ok()?),
        };
        Some(Self {
            cell: cell.to_owned(),
            year,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_back() {
        for (cell, year) in [("", None), ("north", None), ("a b - c", Some(7)), ("", Some(0))] {
            let place = Place {
                cell: cell.to_owned(),
                year,
            };
            assert_eq!(Place::parse(place.to_text().as_deref()), Some(place));
        }
        assert_eq!(Place::parse(Some("what")), None);
    }
}
