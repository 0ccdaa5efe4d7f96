//! Namespaces, services and the UUID constants of the register, from the published schemas of version 6.

use uuid::{Uuid, uuid};

/// SOAP 1.2.
pub const SOAP: &str = "http://www.w3.org/2003/05/soap-envelope";
/// WS-Addressing 1.0.
pub const WSA: &str = "http://www.w3.org/2005/08/addressing";
/// RequestHeader.
pub const HEADER: &str = "http://kombit.dk/xml/schemas/RequestHeader/1/";
/// `sd`.
pub const SD: &str = "urn:oio:sagdok:3.0.0";
/// `of`: Gyldighed.
pub const OF: &str = "http://stoettesystemerne.dk/organisation/6/";
/// `st`: numbers and texts.
pub const ST: &str = "urn:oio:sts:6";
/// `os`: the hierarchy.
pub const OS: &str = "http://stoettesystemerne.dk/organisation/organisationsystem/6/";

/// Funktionstype of positions.
pub const POSITION: Uuid = uuid!("02e61900-33e0-407f-a2a7-22f70221f003");
/// Funktionstype of managers.
pub const MANAGER: Uuid = uuid!("46c73630-f7ad-4000-9624-c06131cde671");
/// Enhedstype Afdeling.
pub const DEPARTMENT: Uuid = uuid!("16bf18c3-ed6f-44b0-b7a1-35f94984e519");
/// Enhedstype Team.
pub const TEAM: Uuid = uuid!("2d9710bf-e9cc-465f-8ec7-46d5f2a64412");
/// Adresser, Type of a unit's.
pub const UNIT_ADDRESS: Uuid = uuid!("9b33c0a0-a566-4ec0-8200-325cb1e5bb9a");
/// Adresser, Type of a user's.
pub const USER_ADDRESS: Uuid = uuid!("71a08d28-3af7-4bb4-9964-bc2b76b93d64");

/// A service for one kind of object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the register's own")]
pub enum Service {
    Adresse,
    Bruger,
    Person,
    Organisation,
    OrganisationEnhed,
    OrganisationFunktion,
    Virksomhed,
}

/// All of them.
pub const SERVICES: [Service; 7] = [
    Service::Adresse,
    Service::Bruger,
    Service::Person,
    Service::Organisation,
    Service::OrganisationEnhed,
    Service::OrganisationFunktion,
    Service::Virksomhed,
];

/// A text of an Egenskab: its namespace (empty for the service's own), its name, and the most characters or exact digits.
pub(super) type Text = (&'static str, &'static str, Width);

/// How long a text may be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Width {
    AtMost(usize),
    Digits(usize),
}

impl Service {
    /// The element of its objects.
    #[must_use]
    pub fn object(self) -> &'static str {
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

    /// As it stands in addresses, actions and namespaces.
    #[must_use]
    pub fn path(self) -> String {
        self.object().to_lowercase()
    }

    /// Its namespace.
    #[must_use]
    pub fn ns(self) -> String {
        format!("http://stoettesystemerne.dk/organisation/{}/6/", self.path())
    }

    /// What an Egenskab may have, in order, after its Virkning.
    pub(super) fn texts(self) -> &'static [Text] {
        use Width::{AtMost, Digits};
        const KEY: Text = (SD, "BrugervendtNoegleTekst", AtMost(50));
        match self {
            Self::OrganisationEnhed => &[KEY, (SD, "EnhedNavn", AtMost(200))],
            Self::Bruger => &[
                KEY,
                (SD, "BrugerNavn", AtMost(200)),
                (SD, "BrugerTypeTekst", AtMost(50)),
            ],
            Self::OrganisationFunktion => &[KEY, (SD, "FunktionNavn", AtMost(200))],
            Self::Person => &[
                KEY,
                (ST, "CPR-NummerTekst", Digits(10)),
                ("", "NavnTekst", AtMost(100)),
            ],
            Self::Adresse => &[KEY, (ST, "AdresseTekst", AtMost(200))],
            Self::Virksomhed => &[
                KEY,
                (ST, "CVR-NummerTekst", Digits(8)),
                (ST, "SE-NummerTekst", Digits(8)),
                (ST, "P-NummerTekst", Digits(10)),
                (ST, "NavnTekst", AtMost(200)),
            ],
            Self::Organisation => &[KEY, (SD, "OrganisationNavn", AtMost(200))],
        }
    }

    /// The relations, in order; those ending in `*` may stand any number of times. Objects without relations have no states either.
    pub(super) fn relations(self) -> &'static [&'static str] {
        match self {
            Self::OrganisationEnhed => &[
                "Adresser*",
                "Ansatte*",
                "Branche",
                "Enhedstype",
                "Opgaver*",
                "Overordnet",
                "Produktionsenhed",
                "Skatteenhed",
                "Tilhoerer",
                "TilknyttedeBrugere*",
                "TilknyttedeEnheder*",
                "TilknyttedeFunktioner*",
                "TilknyttedeInteressefaellesskaber*",
                "TilknyttedeOrganisationer*",
                "TilknyttedePersoner*",
                "TilknyttedeItSystemer*",
            ],
            Self::Bruger => &[
                "Adresser*",
                "BrugerTyper*",
                "TilknyttedeOpgaver*",
                "Tilhoerer",
                "TilknyttedeEnheder*",
                "TilknyttedeFunktioner*",
                "TilknyttedeInteressefaellesskaber*",
                "TilknyttedeOrganisationer*",
                "TilknyttedePersoner*",
                "TilknyttedeItSystemer*",
            ],
            Self::OrganisationFunktion => &[
                "Adresser*",
                "Funktionstype",
                "TilknyttedeOpgaver*",
                "TilknyttedeBrugere*",
                "TilknyttedeEnheder*",
                "TilknyttedeInteressefaellesskaber*",
                "TilknyttedeOrganisationer*",
                "TilknyttedePersoner*",
                "TilknyttedeItSystemer*",
            ],
            Self::Organisation => &[
                "Adresser*",
                "Ansatte*",
                "Branche",
                "Organisationstype",
                "Myndighed",
                "Myndighedstype",
                "TilknyttedeOpgaver*",
                "Overordnet",
                "Produktionsenhed",
                "Skatteenhed",
                "Tilhoerer",
                "TilknyttedeBrugere*",
                "TilknyttedeEnheder*",
                "TilknyttedeFunktioner*",
                "TilknyttedeInteressefaellesskaber*",
                "TilknyttedeOrganisationer*",
                "TilknyttedePersoner*",
                "TilknyttedeItSystemer*",
                "Virksomhed",
                "Virksomhedstype",
            ],
            Self::Person | Self::Adresse | Self::Virksomhed => &[],
        }
    }
}
