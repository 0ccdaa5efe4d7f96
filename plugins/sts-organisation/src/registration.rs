//! An object as it is registered: its attributes, states and relations, each with the time when it holds (Virkning). It is kept whole,
//! also what this connector has no use for, because a change sends everything back.

mod entry;

use jiff::Timestamp;
use uuid::Uuid;

use crate::moment;
use crate::names::{OF, SD};
use crate::service::Service;
use crate::xml::Element;

pub(crate) use entry::{Class, Property, Reference, Relation, State, Tid, Virkning};

/// An object: its UUID, and how it is registered. Without a registration nothing can be told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object {
    pub(crate) uuid: Uuid,
    pub(crate) registration: Option<Registration>,
}

/// How an object is registered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Registration {
    /// When it was registered.
    pub(crate) time: Option<Timestamp>,
    /// Opstaaet, Importeret, Passiveret or Slettet.
    pub(crate) life: Option<String>,
    /// Egenskab.
    pub(crate) properties: Vec<Property>,
    /// Gyldighed.
    pub(crate) states: Vec<State>,
    /// All relations, in the order of the schema.
    pub(crate) relations: Vec<Relation>,
    /// LokalUdvidelse of the three lists, as it came.
    pub(crate) extensions: [Option<Element>; 3],
}

impl Object {
    /// Reads a FiltreretOejebliksbillede. Of several registrations the latest counts, and one that ends the object's life is none.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn read(mut snapshot: Element, service: Service) -> Result<Self, String> {
        let own = service.namespace();
        let uuid = snapshot
            .child(own, "ObjektType")
            .and_then(|kind| kind.text_of(SD, "UUIDIdentifikator"));
        let uuid = uuid
            .and_then(|text| Uuid::try_parse(text).ok())
            .ok_or("an object without a UUID")?;
        let mut latest: Option<Registration> = None;
        for child in std::mem::take(&mut snapshot.children) {
            if !child.is(own, "Registrering") {
                continue;
            }
            let registration =
                Registration::read(child, service).map_err(|cause| format!("{uuid}: {cause}"))?;
            if latest
                .as_ref()
                .is_none_or(|latest| latest.time <= registration.time)
            {
                latest = Some(registration);
            }
        }
        let over = |life: &str| matches!(life, "Passiveret" | "Slettet");
        let registration = latest.filter(|latest| !latest.life.as_deref().is_some_and(over));
        Ok(Self { uuid, registration })
    }
}

impl Registration {
    fn read(mut element: Element, service: Service) -> Result<Self, String> {
        let own = service.namespace();
        let time = match element.text_of(SD, "Tidspunkt") {
            Some(text) => Some(moment::read(text).ok_or("a registration whose time cannot be read")?),
            None => None,
        };
        let mut read = Self {
            time,
            life: element.text_of(SD, "LivscyklusKode").map(str::to_owned),
            ..Self::default()
        };
        let [of_attributes, of_states, of_relations] = &mut read.extensions;
        for mut list in std::mem::take(&mut element.children) {
            let extension = list.take(SD, "LokalUdvidelse");
            if list.is(own, "AttributListe") {
                *of_attributes = extension;
                let properties = list
                    .children
                    .into_iter()
                    .filter(|child| child.is(own, "Egenskab"));
                read.properties = properties.map(Property::read).collect::<Result<_, _>>()?;
            } else if list.is(own, "TilstandListe") {
                *of_states = extension;
                let states = list
                    .children
                    .into_iter()
                    .filter(|child| child.is(OF, "Gyldighed"));
                read.states = states.map(State::read).collect::<Result<_, _>>()?;
            } else if list.is(own, "RelationListe") {
                *of_relations = extension;
                read.relations = list
                    .children
                    .into_iter()
                    .map(Relation::read)
                    .collect::<Result<_, _>>()?;
            }
        }
        Ok(read)
    }

    /// The three lists, as requests carry them.
    pub(crate) fn lists(&self, service: Service) -> [Element; 3] {
        let own = service.namespace();
        let [of_attributes, of_states, of_relations] = self.extensions.clone();
        let properties = self.properties.iter().map(|property| property.write(own));
        let states = self.states.iter().map(State::write);
        let mut relations: Vec<&Relation> = self.relations.iter().collect();
        relations.sort_by_key(|relation| service.order(&relation.name));
        [
            Element::new(own, "AttributListe")
                .with_all(properties)
                .with_some(of_attributes),
            Element::new(own, "TilstandListe")
                .with_all(states)
                .with_some(of_states),
            Element::new(own, "RelationListe")
                .with_all(relations.into_iter().map(Relation::write))
                .with_some(of_relations),
        ]
    }

    /// What holds at a moment; of several, the one that began last.
    pub(crate) fn property_at(&self, moment: Timestamp) -> Option<&Property> {
        let holding = self
            .properties
            .iter()
            .filter(|property| property.virkning.holds_at(moment));
        holding.max_by_key(|property| property.virkning.begin())
    }

    /// A text of the Egenskab that holds at a moment.
    pub(crate) fn text_at(&self, moment: Timestamp, name: &str) -> Option<&str> {
        self.property_at(moment)?.text(name)
    }

    /// It is Aktiv at a moment.
    pub(crate) fn is_active_at(&self, moment: Timestamp) -> bool {
        let holding = self.states.iter().filter(|state| state.virkning.holds_at(moment));
        holding
            .max_by_key(|state| state.virkning.begin())
            .is_some_and(|state| state.active)
    }

    /// The relations of a name that hold at a moment.
    pub(crate) fn relations_at<'a>(
        &'a self,
        moment: Timestamp,
        name: &'a str,
    ) -> impl Iterator<Item = &'a Relation> {
        let named = self
            .relations
            .iter()
            .filter(move |relation| relation.name == name);
        named.filter(move |relation| relation.virkning.holds_at(moment))
    }

    /// The UUID that the first relation of a name leads to at a moment.
    pub(crate) fn target_at(&self, moment: Timestamp, name: &str) -> Option<Uuid> {
        self.relations_at(moment, name).find_map(Relation::uuid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml;

    fn read(registrations: &str) -> Object {
        let text = format!(
            r#"<a:FiltreretOejebliksbillede xmlns:a="{}" xmlns:sd="{SD}" xmlns:st="{}"><a:ObjektType><sd:UUIDIdentifikator>3F0C8A52-0000-4000-8000-0000000000D1</sd:UUIDIdentifikator></a:ObjektType>{registrations}</a:FiltreretOejebliksbillede>"#,
            crate::names::ADRESSE,
            crate::names::STS,
        );
        Object::read(xml::parse(text.as_bytes()).unwrap(), Service::Adresse).unwrap()
    }

    fn registration(time: &str, life: &str, value: &str) -> String {
        format!(
            "<a:Registrering><sd:Tidspunkt>{time}</sd:Tidspunkt><sd:LivscyklusKode>{life}</sd:LivscyklusKode><a:AttributListe><a:Egenskab><st:AdresseTekst>{value}</st:AdresseTekst></a:Egenskab></a:AttributListe><a:TilstandListe/><a:RelationListe/></a:Registrering>"
        )
    }

    #[test]
    fn the_latest_registration_counts() {
        let new = registration("2026-03-02T10:00:00+01:00", "Importeret", "new");
        let old = registration("2026-03-02T09:30:00Z", "Importeret", "newest");
        let object = read(&format!("{new}{old}"));
        let value = object.registration.unwrap();
        assert_eq!(
            value.text_at(Timestamp::UNIX_EPOCH, "AdresseTekst"),
            Some("newest"),
            "offsets count"
        );
    }

    #[test]
    fn an_object_whose_life_has_ended_has_no_registration() {
        let there = registration("2026-03-02T10:00:00+01:00", "Importeret", "x");
        for life in ["Passiveret", "Slettet"] {
            let over = registration("2026-03-02T11:00:00+01:00", life, "x");
            assert_eq!(read(&format!("{over}{there}")).registration, None);
        }
        assert_eq!(read("").registration, None);
    }
}
