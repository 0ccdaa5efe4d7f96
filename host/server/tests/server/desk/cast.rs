//! Who and what there is in a tenant. No name of the one occurs in the other, so that a test can tell what comes from where.

use uuid::Uuid;

/// The names of a tenant's examples.
#[derive(Debug)]
pub struct Cast {
    /// The tenant.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// Its time zone.
    pub zone: &'static str,
    /// Its schools.
    pub schools: [&'static str; 4],
    /// Persons.
    pub people: [&'static str; 9],
    /// What its numbers begin at.
    pub from: i64,
}

/// The two tenants.
pub const CASTS: [Cast; 2] = [
    Cast {
        name: "nordvik",
        title: "Nordvik Kommune",
        zone: "Europe/Oslo",
        schools: [
            "Fjordgata skole",
            "Nordlys skole",
            "Havna barneskole",
            "Lyngmo ungdomsskole",
        ],
        people: [
            "Anna Østergård",
            "Ola Nordmann",
            "Kari Lyngstad",
            "Jonas Ødegård",
            "Ingrid Solheim",
            "Per-Åge Brun",
            "Sofie Dahl",
            "Mohamed Ali Hassan",
            "Liv Tveit",
        ],
        from: 0,
    },
    Cast {
        name: "solborg",
        title: "Solborg Provsti",
        zone: "Europe/Copenhagen",
        schools: ["Bakkeskolen", "Engskolen", "Strandskolen", "Åskolen"],
        people: [
            "Birgitte Kjær",
            "Frederik Munk",
            "Asger Holm",
            "Maja Thomsen",
            "Emil Rasmussen",
            "Freja Winther",
            "Oskar Lund",
            "Yasmin Demir",
            "Villads Bech",
        ],
        from: 1000,
    },
];

impl Cast {
    /// Texts that occur in this tenant only.
    pub fn marks(&self) -> Vec<&'static str> {
        let mut marks = vec![self.title];
        marks.extend(self.schools);
        marks.extend(self.people);
        marks
    }

    /// The identity of its nth entity.
    pub fn id(&self, number: u128) -> Uuid {
        Uuid::from_u128(0x5a4d_0000_0000_4000_8000_0000_0000_0000 + ((self.from as u128) << 32) + number)
    }

    /// A school, whichever number.
    pub fn school(&self, number: usize) -> String {
        self.schools[number % self.schools.len()].to_owned()
    }

    /// A person, whichever number.
    pub fn person(&self, number: usize) -> String {
        self.people[number % self.people.len()].to_owned()
    }
}
