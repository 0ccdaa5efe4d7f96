//! A municipality as OS2MO would hold it: renames and new titles as two touching states, leavers as ended objects, vacant
//! posts, accounts owned by units, secret addresses, engagements still to come.

use super::kinds::Kind;
use super::validity::midnight;
use super::world::{Facts, World};
use samklang_municipality::{Employee, Municipality, Unit, UnitKind};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

const FACETS: &[&str] = &[
    "org_unit_address_type",
    "employee_address_type",
    "manager_address_type",
    "visibility",
    "engagement_job_function",
    "org_unit_type",
    "engagement_type",
    "association_type",
    "role",
    "leave_type",
    "manager_type",
    "responsibility",
    "manager_level",
    "org_unit_level",
    "primary_type",
    "org_unit_hierarchy",
    "kle_number",
    "kle_aspect",
    "time_planning",
];

/// Facet, user key, name and scope.
const CLASSES: &[(&str, &str, &str, &str)] = &[
    ("org_unit_address_type", "EmailUnit", "E-mail", "EMAIL"),
    ("org_unit_address_type", "PhoneUnit", "Telefon", "PHONE"),
    ("org_unit_address_type", "EAN", "EAN-nummer", "EAN"),
    ("org_unit_address_type", "WebUnit", "Webadresse", "WWW"),
    ("employee_address_type", "EmailEmployee", "E-mail", "EMAIL"),
    ("employee_address_type", "PhoneEmployee", "Telefon", "PHONE"),
    ("employee_address_type", "PrivatePhone", "Privat telefon", "PHONE"),
    ("visibility", "Ekstern", "Må vises eksternt", "PUBLIC"),
    ("visibility", "Intern", "Må vises internt", "INTERNAL"),
    ("visibility", "Hemmelig", "Hemmelig", "SECRET"),
    ("org_unit_type", "Kommune", "Kommune", "TEXT"),
    ("org_unit_type", "Forvaltning", "Forvaltning", "TEXT"),
    ("org_unit_type", "Afdeling", "Afdeling", "TEXT"),
    ("org_unit_type", "Team", "Team", "TEXT"),
    ("org_unit_type", "Skole", "Skole", "TEXT"),
    ("org_unit_level", "N1", "N1", "TEXT"),
    ("org_unit_level", "N2", "N2", "TEXT"),
    ("org_unit_level", "N3", "N3", "TEXT"),
    ("org_unit_level", "N4", "N4", "TEXT"),
    ("org_unit_hierarchy", "linjeorg", "Linjeorganisation", "TEXT"),
    ("engagement_type", "ansat", "Ansat", "TEXT"),
    ("primary_type", "primary", "Primær", "100000"),
    ("primary_type", "non-primary", "Ikke-primær", "0"),
    ("manager_type", "leder", "Leder", "TEXT"),
    ("manager_level", "niveau1", "Niveau 1", "TEXT"),
    ("responsibility", "personale", "Personaleansvar", "TEXT"),
    ("responsibility", "fag", "Fagligt ansvar", "TEXT"),
    ("kle_aspect", "Udførende", "Udførende", "TEXT"),
    ("kle_aspect", "Ansvarlig", "Ansvarlig", "TEXT"),
    ("kle_aspect", "Indsigt", "Indsigt", "TEXT"),
    ("time_planning", "dannes_ikke", "Dannes ikke", "TEXT"),
];

/// A stable identifier for what the municipality has no identifier of.
fn named(path: &str) -> Uuid {
    Uuid::new_v5(
        &Uuid::NAMESPACE_URL,
        format!("https://os2mo.fjordvik.example/{path}").as_bytes(),
    )
}

pub(super) fn class(facet: &str, key: &str) -> Uuid {
    named(&format!("class/{facet}/{key}"))
}

/// Who has held a slot: person, main engagement, first day and first day after.
type Holder = (Uuid, Uuid, i64, Option<i64>);

pub(super) fn world(municipality: &Municipality) -> World {
    let mut world = World::new(named("organisation"), "Fjordvik Kommune");
    for facet in FACETS {
        let facts = Facts::valid(None, None)
            .with("user_key", *facet)
            .with("published", "Publiceret")
            .with("description", "");
        world.add(Kind::Facet, named(&format!("facet/{facet}")), [facts]);
    }
    let mut classes = Classes::default();
    for (facet, key, name, scope) in CLASSES {
        classes.add(&mut world, facet, key, name, scope);
    }
    for (key, system) in [("AD", "Active Directory"), ("OPUS", "OPUS")] {
        let facts = Facts::valid(None, None)
            .with("user_key", key)
            .with("name", system)
            .with("system_type", "");
        world.add(Kind::ItSystem, named(&format!("itsystem/{system}")), [facts]);
    }
    let units: Vec<Unit> = municipality.units().collect();
    let mut holders: HashMap<u64, Vec<Holder>> = HashMap::new();
    for employee in municipality.employees_with_history() {
        add_employee(&mut world, &mut classes, &employee, &units);
        if let Some(main) = employee.engagements.first() {
            holders.entry(employee.slot).or_default().push((
                employee.person.uuid,
                main.uuid,
                midnight(main.start),
                main.end.map(midnight),
            ));
        }
    }
    for unit in &units {
        add_unit(&mut world, &mut classes, unit, &units, &holders);
    }
    add_closed_unit(&mut world, &units);
    world
}

/// Classes that come up as titles and KLE numbers are met.
#[derive(Default)]
struct Classes(HashMap<(String, String), Uuid>);

impl Classes {
    fn add(&mut self, world: &mut World, facet: &str, key: &str, name: &str, scope: &str) -> Uuid {
        *self
            .0
            .entry((facet.to_owned(), key.to_owned()))
            .or_insert_with(|| {
                let uuid = class(facet, key);
                let facts = Facts::valid(None, None)
                    .with("user_key", key)
                    .with("name", name)
                    .with("scope", scope)
                    .with("published", "Publiceret")
                    .to("facet", [named(&format!("facet/{facet}"))]);
                world.add(Kind::Class, uuid, [facts]);
                uuid
            })
    }
}

/// Units have always been there.
const LONG_AGO: i64 = 0;

fn add_unit(
    world: &mut World,
    classes: &mut Classes,
    unit: &Unit,
    units: &[Unit],
    holders: &HashMap<u64, Vec<Holder>>,
) {
    let (ty, level) = match unit.kind {
        UnitKind::Municipality => ("Kommune", "N1"),
        UnitKind::Division => ("Forvaltning", "N2"),
        UnitKind::Department => ("Afdeling", "N3"),
        UnitKind::Team => ("Team", "N4"),
        UnitKind::School => ("Skole", "N3"),
    };
    let parent = unit.parent.map(|parent| units[parent as usize].uuid);
    let facts = Facts::valid(Some(LONG_AGO), None)
        .with("user_key", unit.key.as_str())
        .with("name", unit.name.as_str())
        .to("parent", parent)
        .to("unit_type", [class("org_unit_type", ty)])
        .to("unit_level", [class("org_unit_level", level)])
        .to("unit_hierarchy", [class("org_unit_hierarchy", "linjeorg")]);
    world.add(Kind::OrgUnit, unit.uuid, [facts]);
    for (ty, value, visibility) in [
        ("EmailUnit", unit.mail.as_str(), None),
        ("PhoneUnit", unit.phone.as_str(), Some("Ekstern")),
        ("EAN", unit.ean.as_str(), Some("Intern")),
    ] {
        let facts = address(
            Facts::valid(Some(LONG_AGO), None),
            "org_unit_address_type",
            ty,
            value,
            visibility,
        );
        world.add(
            Kind::Address,
            named(&format!("address/{}/{ty}", unit.uuid)),
            [facts.to("org_unit", [unit.uuid])],
        );
    }
    for (place, number) in unit.tasks.iter().enumerate() {
        let number = classes.add(world, "kle_number", number, &format!("Opgave {number}"), "TEXT");
        let mut aspects = vec![class("kle_aspect", "Udførende")];
        if place == 0 {
            aspects.push(class("kle_aspect", "Ansvarlig"));
        }
        let facts = Facts::valid(Some(LONG_AGO), None)
            .with("user_key", format!("{}-{place}", unit.key))
            .to("kle_number", [number])
            .to("kle_aspects", aspects)
            .to("org_unit", [unit.uuid]);
        world.add(Kind::Kle, named(&format!("kle/{}/{place}", unit.uuid)), [facts]);
    }
    if unit.kind == UnitKind::Team && unit.index.is_multiple_of(5) {
        let uuid = named(&format!("ituser/{}", unit.uuid));
        let facts = Facts::valid(Some(LONG_AGO), None)
            .with("user_key", format!("svc-{}", unit.key.to_lowercase()))
            .to("itsystem", [named("itsystem/Active Directory")])
            .to("org_unit", [unit.uuid]);
        world.add(Kind::ItUser, uuid, [facts]);
    }
    let post = |from, to| {
        Facts::valid(from, to)
            .with("user_key", format!("leder-{}", unit.key))
            .to("org_unit", [unit.uuid])
            .to("manager_type", [class("manager_type", "leder")])
            .to("manager_level", [class("manager_level", "niveau1")])
            .to(
                "responsibilities",
                [
                    class("responsibility", "personale"),
                    class("responsibility", "fag"),
                ],
            )
    };
    let states: Vec<Facts> = match unit.manager.and_then(|slot| holders.get(&slot)) {
        Some(held) => held
            .iter()
            .map(|(person, engagement, from, to)| {
                post(Some(*from), *to)
                    .to("person", [*person])
                    .to("engagement", [*engagement])
            })
            .collect(),
        None => vec![post(Some(LONG_AGO), None)],
    };
    world.add(Kind::Manager, named(&format!("manager/{}", unit.uuid)), states);
}

/// A unit that was closed before the first day.
fn add_closed_unit(world: &mut World, units: &[Unit]) {
    let facts = Facts::valid(Some(LONG_AGO), Some(midnight(jiff::civil::date(2020, 1, 1))))
        .with("user_key", "U-NEDLAGT")
        .with("name", "Nedlagt afdeling")
        .to("parent", units.first().map(|unit| unit.uuid))
        .to("unit_type", [class("org_unit_type", "Afdeling")]);
    world.add(Kind::OrgUnit, named("unit/closed"), [facts]);
}

fn address(facts: Facts, facet: &str, ty: &str, value: &str, visibility: Option<&str>) -> Facts {
    let href = match ty {
        "EmailUnit" | "EmailEmployee" => format!("mailto:{value}"),
        "EAN" => String::new(),
        _ => format!("tel:{value}"),
    };
    let href = if href.is_empty() { Value::Null } else { href.into() };
    facts
        .with("user_key", value)
        .with("value", value)
        .with("name", value)
        .with("href", href)
        .to("address_type", [class(facet, ty)])
        .to(
            "visibility",
            visibility.map(|visibility| class("visibility", visibility)),
        )
}

fn add_employee(world: &mut World, classes: &mut Classes, employee: &Employee, units: &[Unit]) {
    let person = &employee.person;
    let left = employee.left.map(midnight);
    let nickname = (employee.slot % 13 == 6).then_some(("Bo", "Nielsen"));
    let named_as = |from, to, name: &samklang_municipality::Name| {
        Facts::valid(from, to)
            .with("user_key", employee.number.as_str())
            .with("cpr_number", person.danish_number.as_str())
            .with("name", name.full())
            .with("given_name", name.given.as_str())
            .with("surname", name.family.as_str())
            .with(
                "nickname",
                nickname.map_or(String::new(), |(given, family)| format!("{given} {family}")),
            )
            .with("nickname_given_name", nickname.map(|(given, _)| given))
            .with("nickname_surname", nickname.map(|(_, family)| family))
    };
    let states = match &employee.former_name {
        Some((name, day)) => {
            let day = Some(midnight(*day));
            vec![named_as(None, day, name), named_as(day, left, &person.name)]
        }
        None => vec![named_as(None, left, &person.name)],
    };
    world.add(Kind::Employee, person.uuid, states);

    for (place, engagement) in employee.engagements.iter().enumerate() {
        let (start, end) = (Some(midnight(engagement.start)), engagement.end.map(midnight));
        let mut titled = |from, to, title: &str| {
            let function = classes.add(
                world,
                "engagement_job_function",
                &title.to_lowercase(),
                title,
                "TEXT",
            );
            let primary = if engagement.primary {
                "primary"
            } else {
                "non-primary"
            };
            let fraction = (!employee.slot.is_multiple_of(4)).then_some(370);
            Facts::valid(from, to)
                .with("user_key", format!("{}-{place}", employee.number))
                .with("is_primary", engagement.primary)
                .with("fraction", fraction)
                .with(
                    "extension_1",
                    (employee.slot % 3 == 1).then(|| format!("{title} ({})", employee.number)),
                )
                .to("person", [person.uuid])
                .to("org_unit", [units[engagement.unit as usize].uuid])
                .to("job_function", [function])
                .to("engagement_type", [class("engagement_type", "ansat")])
                .to("primary", [class("primary_type", primary)])
        };
        let states = match engagement.former_title {
            Some((former, day)) => {
                let day = Some(midnight(day));
                vec![titled(start, day, former), titled(day, end, engagement.title)]
            }
            None => vec![titled(start, end, engagement.title)],
        };
        world.add(Kind::Engagement, engagement.uuid, states);
    }
    let main = employee.engagements.first();
    let from = main.map(|engagement| midnight(engagement.start));
    let secret = employee.slot % 8 == 1;
    let mut addresses = vec![
        ("EmailEmployee", person.mail.clone(), None),
        ("PhoneEmployee", person.phone.clone(), Some("Intern")),
    ];
    if secret {
        addresses.push((
            "PrivatePhone",
            format!("+459{}", &person.phone[4..]),
            Some("Hemmelig"),
        ));
    }
    for (ty, value, visibility) in addresses {
        let facts = address(
            Facts::valid(from, left),
            "employee_address_type",
            ty,
            &value,
            visibility,
        );
        let uuid = named(&format!("address/{}/{ty}", person.uuid));
        world.add(Kind::Address, uuid, [facts.to("person", [person.uuid])]);
    }
    for account in &employee.accounts {
        let facts = Facts::valid(from, left)
            .with("user_key", account.name.as_str())
            .with("external_id", account.external_id.map(|id| id.to_string()))
            .to("itsystem", [named(&format!("itsystem/{}", account.system))])
            .to("person", [person.uuid])
            .to("engagements", main.map(|engagement| engagement.uuid))
            .to("primary", [class("primary_type", "primary")]);
        world.add(Kind::ItUser, account.uuid, [facts]);
    }
}
