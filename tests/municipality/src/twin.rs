//! A pupil who is entered twice: the extract as the school administration system delivers it then.

use crate::{Municipality, write_pifu};

/// A pupil with a user name, and the extract before and after somebody has entered the pupil anew.
#[derive(Clone, Debug)]
pub struct Twin {
    /// The user name.
    pub name: String,
    /// The extract in which the pupil has it.
    pub named: String,
    /// The extract that has the pupil a second time, with the user name in capitals.
    pub doubled: String,
}

impl Twin {
    /// The municipality's first pupil; none where it has no pupils.
    #[must_use]
    pub fn of(municipality: &Municipality) -> Option<Self> {
        let mut extract = Vec::new();
        write_pifu(municipality, &mut extract).expect("memory takes what is written");
        let extract = String::from_utf8(extract).expect("an extract is text");
        let pupil = municipality.pupils().next()?.person;
        let name = format!("{}.{}", pupil.name.given, pupil.name.family).to_lowercase();
        let named = with_user_name(&extract, &pupil.id, &name);
        let again = format!(
            "<person><sourcedid><source>fjordvik-sas</source><id>{}-again</id></sourcedid>{}<name><fn>{}</fn><n><family>{}</family>\
             <given>{}</given></n></name></person>",
            pupil.id,
            user_name(&name.to_uppercase()),
            pupil.name.full(),
            pupil.name.family,
            pupil.name.given
        );
        // Persons come first in the document.
        let doubled = named.replacen("<person>", &format!("{again}<person>"), 1);
        Some(Self { name, named, doubled })
    }
}

fn user_name(name: &str) -> String {
    format!("<userid useridtype=\"username\">{name}</userid>")
}

/// The extract in which the person with that id has a user name.
fn with_user_name(extract: &str, id: &str, name: &str) -> String {
    let own = format!("<id>{id}</id></sourcedid>");
    let (before, after) = extract.split_once(&own).expect("every pupil is in the extract");
    let (ids, rest) = after.split_once("<name>").expect("every person has a name");
    format!("{before}{own}{ids}{}<name>{rest}", user_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pupil_is_there_twice() {
        let municipality = Municipality::new(1, 200);
        let twin = Twin::of(&municipality).unwrap();
        let pupil = municipality.pupils().next().unwrap().person;
        assert_eq!(twin.named.matches(&user_name(&twin.name)).count(), 1);
        assert_eq!(twin.doubled.matches(&user_name(&twin.name)).count(), 1);
        assert_eq!(
            twin.doubled
                .matches(&user_name(&twin.name.to_uppercase()))
                .count(),
            1
        );
        assert!(twin.doubled.contains(&format!("<id>{}-again</id>", pupil.id)));
        let persons = |extract: &str| extract.matches("<person>").count();
        assert_eq!(persons(&twin.doubled), persons(&twin.named) + 1);
    }
}
