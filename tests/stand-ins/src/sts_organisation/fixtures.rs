//! Laying out what the register holds, as others have written it: also what no client of today would write.

use jiff::Timestamp;
use uuid::Uuid;

use super::StsOrganisation;
use super::model::{Entry, Registration, Stored};
use super::names::{DEPARTMENT, MANAGER, OF, POSITION, SD, ST, Service, UNIT_ADDRESS, USER_ADDRESS};
use super::time::Period;
use super::xml::Node;

/// Since when what is laid out has been true.
const LONG_AGO: &str = "2020-01-01T00:00:00+01:00";

/// A period by its days or moments; open where there is none.
///
/// # Panics
///
/// When a text is no moment with an offset.
#[must_use]
pub fn period(from: Option<&str>, to: Option<&str>) -> Period {
    let moment = |text: &str| text.parse::<Timestamp>().expect("a moment with an offset");
    Period {
        from: from.map(moment),
        to: to.map(moment),
    }
}

/// From long ago on.
#[must_use]
pub fn always() -> Period {
    period(Some(LONG_AGO), None)
}

/// An Egenskab.
#[must_use]
pub fn property(service: Service, texts: &[(&str, &str, &str)], period: Period) -> Entry {
    let texts = texts.iter().map(|(ns, name, text)| Node::text(ns, name, text));
    Entry {
        node: Node::new(&service.ns(), "Egenskab").with_all(texts),
        period,
    }
}

/// A Gyldighed.
#[must_use]
pub fn state(active: bool, period: Period) -> Entry {
    let code = if active { "Aktiv" } else { "Inaktiv" };
    Entry {
        node: Node::new(OF, "Gyldighed").with(Node::text(OF, "GyldighedStatusKode", code)),
        period,
    }
}

/// A relation.
#[must_use]
pub fn relation(name: &str, target: Uuid, period: Period) -> Entry {
    let target = Node::new(SD, "ReferenceID").with(Node::text(SD, "UUIDIdentifikator", target));
    Entry {
        node: Node::new(SD, name).with(target),
        period,
    }
}

/// A relation by a URN.
#[must_use]
pub fn named_relation(name: &str, urn: &str, period: Period) -> Entry {
    let target = Node::new(SD, "ReferenceID").with(Node::text(SD, "URNIdentifikator", urn));
    Entry {
        node: Node::new(SD, name).with(target),
        period,
    }
}

/// A relation with Rolle, Type and Indeks.
#[must_use]
pub fn role_relation(name: &str, target: Uuid, role: Uuid, kind: Uuid, index: &str, period: Period) -> Entry {
    let class = |name: &str, uuid: Uuid| Node::new(SD, name).with(Node::text(SD, "UUIDIdentifikator", uuid));
    let mut entry = relation(name, target, period);
    entry.node.children.extend([
        class("Rolle", role),
        class("Type", kind),
        Node::text(SD, "Indeks", index),
    ]);
    entry
}

/// Where a relation stands in the list of the schema.
fn place(service: Service, entry: &Entry) -> Option<usize> {
    let mut known = service.relations().iter();
    known.position(|name| name.trim_end_matches('*') == entry.node.name)
}

impl StsOrganisation {
    /// Lays out an object as it is registered now.
    pub fn lay(
        &self,
        service: Service,
        uuid: Uuid,
        authority: Uuid,
        properties: Vec<Entry>,
        states: Vec<Entry>,
        relations: Vec<Entry>,
    ) {
        let mut relations = relations;
        relations.sort_by_key(|entry| place(service, entry));
        let registration = Registration {
            time: self.now(),
            life: "Importeret",
            by: Some(authority),
            properties,
            states,
            relations,
        };
        let stored = Stored {
            authority,
            registrations: vec![registration],
        };
        self.shared.state().objects.insert((service, uuid), stored);
    }

    /// Lays out an object of which nothing but its UUID is known.
    pub fn lay_bare(&self, service: Service, uuid: Uuid, authority: Uuid) {
        let stored = Stored {
            authority,
            registrations: Vec::new(),
        };
        self.shared.state().objects.insert((service, uuid), stored);
    }

    /// Registers a change of an object, as somebody else would make it.
    ///
    /// # Panics
    ///
    /// When there is no such object.
    pub fn change(&self, service: Service, uuid: Uuid, change: impl FnOnce(&mut Registration)) {
        let now = self.now();
        let mut state = self.shared.state();
        let stored = state.objects.get_mut(&(service, uuid)).expect("an object");
        let mut registration = stored.current().cloned().expect("a registration");
        registration.time = now;
        change(&mut registration);
        registration.relations.sort_by_key(|entry| place(service, entry));
        stored.registrations.push(registration);
    }

    /// An authority with its Virksomhed and Organisation, and an agreement with all rights. Answers the Organisation.
    pub fn add_authority(&self, cvr: &str, name: &str) -> Uuid {
        let uuid = |what: &str| Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{cvr}/{what}").as_bytes());
        let (business, organisation) = (uuid("virksomhed"), uuid("organisation"));
        let of_business = property(
            Service::Virksomhed,
            &[(SD, "BrugervendtNoegleTekst", cvr), (ST, "CVR-NummerTekst", cvr)],
            always(),
        );
        self.lay(
            Service::Virksomhed,
            business,
            organisation,
            vec![of_business],
            vec![],
            vec![],
        );
        let named = property(
            Service::Organisation,
            &[
                (SD, "BrugervendtNoegleTekst", cvr),
                (SD, "OrganisationNavn", name),
            ],
            always(),
        );
        let relations = vec![relation("Virksomhed", business, always())];
        self.lay(
            Service::Organisation,
            organisation,
            organisation,
            vec![named],
            vec![state(true, always())],
            relations,
        );
        self.shared
            .state()
            .authorities
            .insert(cvr.to_owned(), organisation);
        self.set_agreement(cvr, Some(super::Agreement::default()));
        organisation
    }

    /// Lets a unit be at the top of an organisation.
    pub fn set_root(&self, organisation: Uuid, unit: Uuid) {
        self.change(Service::Organisation, organisation, |registration| {
            registration
                .relations
                .insert(0, relation("Overordnet", unit, always()));
        });
    }

    /// A department of an organisation, Aktiv from long ago on.
    pub fn add_unit(&self, organisation: Uuid, unit: Uuid, name: &str, parent: Option<Uuid>) {
        let named = property(
            Service::OrganisationEnhed,
            &[
                (SD, "BrugervendtNoegleTekst", &name.to_lowercase()),
                (SD, "EnhedNavn", name),
            ],
            always(),
        );
        let mut relations = vec![relation("Tilhoerer", organisation, always())];
        relations.push(named_relation("Enhedstype", &DEPARTMENT.to_string(), always()));
        relations.extend(parent.map(|parent| relation("Overordnet", parent, always())));
        self.lay(
            Service::OrganisationEnhed,
            unit,
            organisation,
            vec![named],
            vec![state(true, always())],
            relations,
        );
    }

    /// A user with a person. Answers the person.
    pub fn add_user(
        &self,
        organisation: Uuid,
        user: Uuid,
        account: &str,
        name: &str,
        cpr: Option<&str>,
    ) -> Uuid {
        let person = Uuid::new_v5(&user, b"person");
        let own = Service::Person.ns();
        let mut texts = vec![(SD, "BrugervendtNoegleTekst", account)];
        texts.extend(cpr.map(|cpr| (ST, "CPR-NummerTekst", cpr)));
        texts.push((&own, "NavnTekst", name));
        self.lay(
            Service::Person,
            person,
            organisation,
            vec![property(Service::Person, &texts, always())],
            vec![],
            vec![],
        );
        let named = property(
            Service::Bruger,
            &[
                (SD, "BrugervendtNoegleTekst", account),
                (SD, "BrugerNavn", account),
            ],
            always(),
        );
        let relations = vec![
            relation("Tilhoerer", organisation, always()),
            relation("TilknyttedePersoner", person, always()),
        ];
        self.lay(
            Service::Bruger,
            user,
            organisation,
            vec![named],
            vec![state(true, always())],
            relations,
        );
        person
    }

    /// An address of a unit or user. Answers its UUID.
    pub fn add_address(&self, owner: (Service, Uuid), role: Uuid, index: &str, value: &str) -> Uuid {
        let (service, uuid) = owner;
        let address = Uuid::new_v5(&uuid, format!("{role}{index}").as_bytes());
        let authority = self.shared.state().objects[&owner].authority;
        let said = property(
            Service::Adresse,
            &[
                (SD, "BrugervendtNoegleTekst", &address.to_string()),
                (ST, "AdresseTekst", value),
            ],
            always(),
        );
        self.lay(Service::Adresse, address, authority, vec![said], vec![], vec![]);
        let kind = if service == Service::Bruger {
            USER_ADDRESS
        } else {
            UNIT_ADDRESS
        };
        self.change(service, uuid, |registration| {
            registration
                .relations
                .insert(0, role_relation("Adresser", address, role, kind, index, always()));
        });
        address
    }

    /// A position, or a manager when it has no name, with its users.
    pub fn add_function(
        &self,
        organisation: Uuid,
        function: Uuid,
        name: Option<&str>,
        unit: Uuid,
        users: &[(Uuid, Period)],
    ) {
        let kind = if name.is_some() { POSITION } else { MANAGER };
        let said = property(
            Service::OrganisationFunktion,
            &[
                (SD, "BrugervendtNoegleTekst", &function.to_string()),
                (SD, "FunktionNavn", name.unwrap_or("Leder")),
            ],
            always(),
        );
        let mut relations = vec![
            relation("Funktionstype", kind, always()),
            relation("TilknyttedeEnheder", unit, always()),
            relation("TilknyttedeOrganisationer", organisation, always()),
        ];
        relations.extend(
            users
                .iter()
                .map(|(user, period)| relation("TilknyttedeBrugere", *user, *period)),
        );
        let states = vec![state(true, always())];
        self.lay(
            Service::OrganisationFunktion,
            function,
            organisation,
            vec![said],
            states,
            relations,
        );
    }
}
