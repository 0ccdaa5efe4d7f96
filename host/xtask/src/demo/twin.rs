//! A pupil who is entered twice: the extract as the school administration system delivers it then.

use anyhow::{Context, Result};
use samklang_municipality::{Municipality, write_pifu};

/// A pupil with a user name, and the extract before and after somebody has entered the pupil anew.
#[derive(Debug)]
pub(super) struct Twin {
    /// The user name.
    pub(super) name: String,
    /// The extract in which the pupil has it.
    pub(super) named: String,
    /// The extract that has the pupil a second time, with the user name in capitals.
    pub(super) doubled: String,
}

impl Twin {
    /// The municipality's first pupil.
    pub(super) fn of(municipality: &Municipality) -> Result<Self> {
        let mut extract = Vec::new();
        write_pifu(municipality, &mut extract)?;
        let extract = String::from_utf8(extract).context("the extract is no text")?;
        let pupil = municipality.pupils().next().context("there is no pupil")?.person;
        let name = format!("{}.{}", pupil.name.given, pupil.name.family).to_lowercase();
        let named = with_user_name(&extract, &pupil.id, &name)?;
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
        Ok(Self { name, named, doubled })
    }
}

fn user_name(name: &str) -> String {
    format!("<userid useridtype=\"username\">{name}</userid>")
}

/// The extract in which the person with that id has a user name.
fn with_user_name(extract: &str, id: &str, name: &str) -> Result<String> {
    let own = format!("<id>{id}</id></sourcedid>");
    let (before, after) = extract
        .split_once(&own)
        .with_context(|| format!("the extract has no person {id}"))?;
    let (ids, rest) = after
        .split_once("<name>")
        .with_context(|| format!("the person {id} has no name"))?;
    Ok(format!("{before}{own}{ids}{}<name>{rest}", user_name(name)))
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
