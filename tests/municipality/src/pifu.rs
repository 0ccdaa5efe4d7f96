//! The school part as a full PIFU-IMS 1.3 document, streamed person by person and group by group.
//!
//! The schema fixes the order of children; persons come before groups, groups before memberships. It never writes a
//! `recstatus`, which belongs to delta and event documents.

use crate::municipality::Municipality;
use crate::records::{ContactKind, Gender, Person, Pupil};
use crate::school::{Group, GroupKind, Role};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::io::{Result, Write};

const NAMESPACE: &str = "http://pifu.no/xsd/pifu-ims_sas/pifu-ims_sas-v1";
const SOURCE: &str = "fjordvik-sas";

/// Writes the school owner, schools, classes and teaching groups, with pupils, teachers, heads and guardians.
///
/// # Errors
///
/// When the output cannot be written.
pub fn write_pifu(municipality: &Municipality, output: impl Write) -> Result<()> {
    let mut xml = Writer::new(output);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.write_event(Event::Start(
        BytesStart::new("enterprise").with_attributes([("xmlns", NAMESPACE)]),
    ))?;
    xml.create_element("properties")
        .with_attribute(("lang", "no"))
        .write_inner_content(|xml| {
            text(xml, "datasource", "fjordvik-sas@fjordvik.example")?;
            text(xml, "target", "samklang@fjordvik.example")?;
            text(xml, "type", "full")?;
            text(xml, "datetime", &format!("{}T02:00:00", municipality.today()))
        })?;
    for pupil in municipality.pupils() {
        write_pupil(&mut xml, &pupil)?;
    }
    for employee in municipality.employees() {
        if employee.school.is_some() || employee.slot + 1 == municipality.size().employees {
            write_person(
                &mut xml,
                &employee.person,
                Some(("workforceID", &employee.number)),
                &[],
            )?;
        } else if municipality.is_contact(employee.slot) {
            write_person(&mut xml, &employee.person, None, &[])?;
        }
    }
    for guardian in municipality.guardians() {
        write_person(&mut xml, &guardian.person, None, &[])?;
    }
    for group in municipality.groups() {
        write_group(&mut xml, municipality, &group)?;
    }
    for group in municipality.groups() {
        write_membership(&mut xml, municipality, &group)?;
    }
    xml.write_event(Event::End(BytesEnd::new("enterprise")))?;
    xml.get_mut().flush()
}

impl Municipality {
    /// Whether the employee of that slot is some pupil's next of kin.
    fn is_contact(&self, slot: u64) -> bool {
        let households = self.size.households().min(self.size.pupils);
        (slot..households)
            .step_by(self.size.employees as usize)
            .any(|household| household % 11 == 0)
    }
}

fn write_pupil<W: Write>(xml: &mut Writer<W>, pupil: &Pupil) -> Result<()> {
    let contacts: Vec<(&str, &str)> = pupil
        .contacts
        .iter()
        .map(|contact| {
            let kind = match contact.kind {
                ContactKind::Guardian => "guardian",
                ContactKind::NextOfKin => "nextOfKin",
            };
            (kind, contact.person.as_str())
        })
        .collect();
    write_person(
        xml,
        &pupil.person,
        Some(("studentID", &pupil.number.to_string())),
        &contacts,
    )
}

/// A person without an id of the school's own is reached through a pupil only and carries no user id at all.
fn write_person<W: Write>(
    xml: &mut Writer<W>,
    person: &Person,
    own: Option<(&str, &str)>,
    contacts: &[(&str, &str)],
) -> Result<()> {
    xml.create_element("person").write_inner_content(|xml| {
        sourcedid(xml, &person.id)?;
        if let Some((kind, id)) = own {
            for (kind, id) in [("personNIN", person.norwegian_number.as_str()), (kind, id)] {
                xml.create_element("userid")
                    .with_attribute(("useridtype", kind))
                    .write_text_content(BytesText::new(id))?;
            }
        }
        xml.create_element("name").write_inner_content(|xml| {
            text(xml, "fn", &person.name.full())?;
            xml.create_element("n").write_inner_content(|xml| {
                text(xml, "family", &person.name.family)?;
                text(xml, "given", &person.name.given)
            })?;
            Ok(())
        })?;
        xml.create_element("demographics").write_inner_content(|xml| {
            text(
                xml,
                "gender",
                if person.gender == Gender::Female { "1" } else { "2" },
            )?;
            text(xml, "bday", &person.born.to_string())
        })?;
        text(xml, "email", &person.mail)?;
        xml.create_element("tel")
            .with_attribute(("teltype", "3"))
            .write_text_content(BytesText::new(&person.phone))?;
        if !contacts.is_empty() {
            xml.create_element("extension").write_inner_content(|xml| {
                for (kind, id) in contacts {
                    xml.create_element("pifu_hasContactPerson")
                        .with_attribute(("type", *kind))
                        .write_inner_content(|xml| sourcedid(xml, id))?;
                }
                Ok(())
            })?;
        }
        Ok(())
    })?;
    Ok(())
}

fn write_group<W: Write>(xml: &mut Writer<W>, municipality: &Municipality, group: &Group) -> Result<()> {
    let (scheme, level, kind) = match group.kind {
        GroupKind::Owner => ("pifu-ims-go-org", "1", "skoleeier"),
        GroupKind::School { .. } => ("pifu-ims-go-org", "2", "skole"),
        GroupKind::Class { .. } => ("pifu-ims-go-grp", "1", "basisgruppe"),
        GroupKind::Teaching { .. } => ("pifu-ims-go-grp", "2", "undervisningsgruppe"),
    };
    xml.create_element("group").write_inner_content(|xml| {
        sourcedid(xml, &group.id)?;
        xml.create_element("grouptype").write_inner_content(|xml| {
            text(xml, "scheme", scheme)?;
            xml.create_element("typevalue")
                .with_attribute(("level", level))
                .write_text_content(BytesText::new(kind))?;
            Ok(())
        })?;
        xml.create_element("description")
            .write_inner_content(|xml| text(xml, "short", &group.name))?;
        if group.grade.is_some() {
            let year = municipality.school_year();
            xml.create_element("timeframe").write_inner_content(|xml| {
                text(xml, "begin", &format!("{year}-08-01"))?;
                text(xml, "end", &format!("{}-07-31", year + 1))?;
                text(xml, "adminperiod", &format!("{year}/{}", year + 1))
            })?;
        }
        xml.create_element("relationship")
            .with_attribute(("relation", "1"))
            .write_inner_content(|xml| {
                sourcedid(xml, &group.parent)?;
                text(xml, "label", &parent_name(municipality, group))
            })?;
        match group.kind {
            GroupKind::School { school } => {
                let number = municipality.school(school).organisation_number;
                extension_id(
                    xml,
                    "organizationNumber",
                    &number,
                    "Enhetsregisteret",
                    Some("barneskole"),
                )
            }
            GroupKind::Teaching { .. } => {
                let code = group.subject.map_or("", |subject| subject.0);
                extension_id(
                    xml,
                    "grepCodeShortForm",
                    &format!("{code}0010"),
                    "grep - levende læreplaner",
                    None,
                )
            }
            GroupKind::Owner | GroupKind::Class { .. } => Ok(()),
        }
    })?;
    Ok(())
}

fn parent_name(municipality: &Municipality, group: &Group) -> String {
    let parent = match group.kind {
        GroupKind::Owner | GroupKind::School { .. } => GroupKind::Owner,
        GroupKind::Class { school, .. } | GroupKind::Teaching { school, .. } => GroupKind::School { school },
    };
    municipality
        .group(parent)
        .map(|parent| parent.name)
        .unwrap_or_default()
}

fn extension_id<W: Write>(
    xml: &mut Writer<W>,
    kind: &str,
    value: &str,
    scope: &str,
    school_type: Option<&str>,
) -> Result<()> {
    xml.create_element("extension").write_inner_content(|xml| {
        xml.create_element("pifu_id")
            .with_attribute(("type", kind))
            .write_inner_content(|xml| {
                text(xml, "pifu_value", value)?;
                text(xml, "pifu_scope", scope)?;
                text(xml, "pifu_unique", if school_type.is_some() { "1" } else { "0" })
            })?;
        school_type.map_or(Ok(()), |school_type| text(xml, "pifu_schoolType", school_type))
    })?;
    Ok(())
}

fn write_membership<W: Write>(xml: &mut Writer<W>, municipality: &Municipality, group: &Group) -> Result<()> {
    let members = municipality.members(group);
    if members.is_empty() {
        return Ok(());
    }
    xml.create_element("membership").write_inner_content(|xml| {
        sourcedid(xml, &group.id)?;
        for member in &members {
            xml.create_element("member").write_inner_content(|xml| {
                sourcedid(xml, &member.person)?;
                text(xml, "idtype", "1")?;
                member.roles.iter().try_for_each(|role| write_role(xml, *role))
            })?;
        }
        Ok(())
    })?;
    Ok(())
}

fn write_role<W: Write>(xml: &mut Writer<W>, role: Role) -> Result<()> {
    let (number, subrole) = match role {
        Role::Pupil => ("01", None),
        Role::Teacher => ("02", None),
        Role::Head => ("05", Some("rektor")),
        Role::Mentor => ("06", None),
        Role::Administrator => ("07", Some("iktansvarlig")),
    };
    xml.create_element("role")
        .with_attribute(("roletype", number))
        .write_inner_content(|xml| {
            subrole.map_or(Ok(()), |subrole| text(xml, "subrole", subrole))?;
            text(xml, "status", "1")
        })?;
    Ok(())
}

fn sourcedid<W: Write>(xml: &mut Writer<W>, id: &str) -> Result<()> {
    xml.create_element("sourcedid").write_inner_content(|xml| {
        text(xml, "source", SOURCE)?;
        text(xml, "id", id)
    })?;
    Ok(())
}

fn text<W: Write>(xml: &mut Writer<W>, name: &str, value: &str) -> Result<()> {
    xml.create_element(name)
        .write_text_content(BytesText::new(value))?;
    Ok(())
}
