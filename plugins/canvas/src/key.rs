//! Keys of objects that have none in Canvas, made of the keys they connect: stable, and readable back into columns.

/// An enrollment: where, who, as what. The section wins over the course, as it does in Canvas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EnrollmentKey {
    /// The place is a section; otherwise a course.
    pub(crate) in_section: bool,
    pub(crate) place: String,
    pub(crate) user: String,
    pub(crate) role: String,
}

impl EnrollmentKey {
    pub(crate) fn new(section: &str, course: &str, user: &str, role: &str) -> Self {
        let in_section = !section.is_empty();
        let place = if in_section { section } else { course };
        Self {
            in_section,
            place: place.into(),
            user: user.into(),
            role: role.into(),
        }
    }

    pub(crate) fn parse(key: &str) -> Option<Self> {
        let [place, place_key, user, role] = split(key)?;
        let in_section = match place.as_str() {
            "section" => true,
            "course" => false,
            _ => return None,
        };
        Some(Self {
            in_section,
            place: place_key,
            user,
            role,
        })
    }

    pub(crate) fn text(&self) -> String {
        join(&[
            if self.in_section { "section" } else { "course" },
            &self.place,
            &self.user,
            &self.role,
        ])
    }
}

/// Parts with separators between them. A separator within a part is encoded.
pub(crate) fn join(parts: &[&str]) -> String {
    let parts: Vec<_> = parts
        .iter()
        .map(|part| part.replace('%', "%25").replace('|', "%7C"))
        .collect();
    parts.join("|")
}

/// The parts of a key, if it has as many.
pub(crate) fn split<const N: usize>(key: &str) -> Option<[String; N]> {
    let parts: Vec<_> = key
        .split('|')
        .map(|part| part.replace("%7C", "|").replace("%25", "%"))
        .collect();
    parts
        .try_into()
        .ok()
        .filter(|parts: &[String; N]| parts.iter().all(|part| !part.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_of_an_enrollment_reads_back() {
        for (section, course) in [("7A|b%7C", "c"), ("", "mat/%25")] {
            let key = EnrollmentKey::new(section, course, "N-1", "Lærer|vikar");
            assert_eq!(EnrollmentKey::parse(&key.text()), Some(key));
        }
        assert_eq!(EnrollmentKey::new("s", "c", "u", "ta").text(), "section|s|u|ta");
        for bad in [
            "",
            "u",
            "room|s|u|ta",
            "section|s|u",
            "section||u|ta",
            "section|s|u|ta|x",
        ] {
            assert_eq!(EnrollmentKey::parse(bad), None, "{bad}");
        }
    }
}
