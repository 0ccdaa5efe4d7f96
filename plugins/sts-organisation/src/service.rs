//! The services of the register that this connector speaks with, and what differs between them.

use crate::names;

/// A service for one kind of object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Service {
    Adresse,
    Bruger,
    Person,
    Organisation,
    OrganisationEnhed,
    OrganisationFunktion,
    Virksomhed,
}

impl Service {
    /// As it is written in addresses and actions.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Adresse => "adresse",
            Self::Bruger => "bruger",
            Self::Person => "person",
            Self::Organisation => "organisation",
            Self::OrganisationEnhed => "organisationenhed",
            Self::OrganisationFunktion => "organisationfunktion",
            Self::Virksomhed => "virksomhed",
        }
    }

    /// The namespace of its messages and objects.
    pub(crate) fn namespace(self) -> &'static str {
        match self {
            Self::Adresse => names::ADRESSE,
            Self::Bruger => names::BRUGER,
            Self::Person => names::PERSON,
            Self::Organisation => names::ORGANISATION,
            Self::OrganisationEnhed => names::ENHED,
            Self::OrganisationFunktion => names::FUNKTION,
            Self::Virksomhed => names::VIRKSOMHED,
        }
    }

    /// The element of its object.
    pub(crate) fn object(self) -> &'static str {
        match self {
            Self::Adresse => "Adresse",
            Self::Bruger => "Bruger",
            Self::Person => "Person",
            Self::Organisation => "Organisation",
            Self::OrganisationEnhed => "OrganisationEnhed",
            Self::OrganisationFunktion => "OrganisationFunktion",
            Self::Virksomhed => "Virksomhed",
        }
    }

    /// How many objects are asked for in one `list`. Units carry far more than others.
    pub(crate) fn batch(self) -> usize {
        match self {
            Self::OrganisationEnhed => 7,
            _ => 50,
        }
    }

    /// Where a relation stands in the list, which the schema puts in order.
    pub(crate) fn order(self, relation: &str) -> usize {
        let order: &[&str] = match self {
            Self::OrganisationEnhed => &[
                "Adresser",
                "Ansatte",
                "Branche",
                "Enhedstype",
                "Opgaver",
                "Overordnet",
                "Produktionsenhed",
                "Skatteenhed",
                "Tilhoerer",
            ],
            Self::Bruger => &["Adresser", "BrugerTyper", "TilknyttedeOpgaver", "Tilhoerer"],
            Self::OrganisationFunktion => &["Adresser", "Funktionstype", "TilknyttedeOpgaver"],
            _ => &[],
        };
        // All have these in the same order, after their own.
        const LINKED: &[&str] = &[
            "TilknyttedeBrugere",
            "TilknyttedeEnheder",
            "TilknyttedeFunktioner",
            "TilknyttedeInteressefaellesskaber",
            "TilknyttedeOrganisationer",
            "TilknyttedePersoner",
            "TilknyttedeItSystemer",
        ];
        let place = order.iter().chain(LINKED).position(|known| *known == relation);
        place.unwrap_or(order.len() + LINKED.len())
    }
}
