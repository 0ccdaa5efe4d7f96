//! The names of the register: namespaces, and the classes by which it tells types and roles apart.

use std::borrow::Cow;

use uuid::{Uuid, uuid};

/// SOAP 1.2.
pub(crate) const SOAP: &str = "http://www.w3.org/2003/05/soap-envelope";
/// WS-Addressing 1.0.
pub(crate) const WSA: &str = "http://www.w3.org/2005/08/addressing";
/// The header that every message has.
pub(crate) const HEADER: &str = "http://kombit.dk/xml/schemas/RequestHeader/1/";
/// OIO's case and document objects: Virkning, relations, return codes, filters.
pub(crate) const SD: &str = "urn:oio:sagdok:3.0.0";
/// What the objects of the register share. Not to be mixed up with [`ORGANISATION`].
pub(crate) const OF: &str = "http://stoettesystemerne.dk/organisation/6/";
/// Numbers and texts of the register.
pub(crate) const STS: &str = "urn:oio:sts:6";
pub(crate) const ADRESSE: &str = "http://stoettesystemerne.dk/organisation/adresse/6/";
pub(crate) const BRUGER: &str = "http://stoettesystemerne.dk/organisation/bruger/6/";
pub(crate) const PERSON: &str = "http://stoettesystemerne.dk/organisation/person/6/";
pub(crate) const ORGANISATION: &str = "http://stoettesystemerne.dk/organisation/organisation/6/";
pub(crate) const ENHED: &str = "http://stoettesystemerne.dk/organisation/organisationenhed/6/";
pub(crate) const FUNKTION: &str = "http://stoettesystemerne.dk/organisation/organisationfunktion/6/";
pub(crate) const VIRKSOMHED: &str = "http://stoettesystemerne.dk/organisation/virksomhed/6/";
pub(crate) const SYSTEM: &str = "http://stoettesystemerne.dk/organisation/organisationsystem/6/";

/// The prefixes that are written.
pub(crate) const PREFIXES: &[(&str, &str)] = &[
    (SOAP, "soap"),
    (WSA, "wsa"),
    (HEADER, "rh"),
    (SD, "sd"),
    (OF, "of"),
    (STS, "st"),
    (ADRESSE, "a"),
    (BRUGER, "b"),
    (PERSON, "p"),
    (ORGANISATION, "o"),
    (ENHED, "u"),
    (FUNKTION, "f"),
    (VIRKSOMHED, "v"),
    (SYSTEM, "os"),
];

/// Names that answers are full of; they are not copied.
const FREQUENT: &[&str] = &[
    "Adresser",
    "AktoerRef",
    "AktoerTypeKode",
    "AttributListe",
    "BrugervendtNoegleTekst",
    "Egenskab",
    "FiltreretOejebliksbillede",
    "FraTidspunkt",
    "GraenseIndikator",
    "Gyldighed",
    "GyldighedStatusKode",
    "Indeks",
    "LivscyklusKode",
    "ObjektType",
    "ReferenceID",
    "Registrering",
    "RelationListe",
    "Rolle",
    "TidsstempelDatoTid",
    "Tidspunkt",
    "TilTidspunkt",
    "TilstandListe",
    "Type",
    "UUIDIdentifikator",
    "Virkning",
];

/// A name as it is kept.
pub(crate) fn intern(name: &str) -> Cow<'static, str> {
    let namespaces = PREFIXES.iter().map(|(namespace, _)| *namespace);
    let known = namespaces
        .chain(FREQUENT.iter().copied())
        .find(|known| *known == name);
    known.map_or_else(|| Cow::Owned(name.to_owned()), Cow::Borrowed)
}

/// Enhedstype: the unit is a department.
pub(crate) const AFDELING: Uuid = uuid!("16bf18c3-ed6f-44b0-b7a1-35f94984e519");
/// Enhedstype: the unit is a team.
pub(crate) const TEAM: Uuid = uuid!("2d9710bf-e9cc-465f-8ec7-46d5f2a64412");

/// Funktionstype: a position.
pub(crate) const POSITION: Uuid = uuid!("02e61900-33e0-407f-a2a7-22f70221f003");
/// Funktionstype: a manager.
pub(crate) const MANAGER: Uuid = uuid!("46c73630-f7ad-4000-9624-c06131cde671");

/// Brugertyper, by the words that the class `Bruger` has for them.
pub(crate) const USER_TYPES: &[(&str, Uuid)] = &[
    ("intern", uuid!("fe5bec29-0709-4b45-b935-2748ff554c7a")),
    ("ekstern", uuid!("9de1426d-2ffb-4d3b-95aa-2afdec22c133")),
    ("robot", uuid!("fb24bae4-beb1-4970-9a94-cf7ce215f63c")),
];

/// Opgaver: the role of one who is responsible.
pub(crate) const RESPONSIBLE: Uuid = uuid!("2a5f38d8-7092-4b3f-85cc-7e272c3c4bb0");
/// Opgaver: the type of a class of KLE.
pub(crate) const KLE_CLASS: Uuid = uuid!("9870b51e-3bc0-4f98-8827-eba991dd89a9");

/// Adresser: the type of a unit's addresses.
pub(crate) const UNIT_ADDRESS: Uuid = uuid!("9b33c0a0-a566-4ec0-8200-325cb1e5bb9a");
/// Adresser: the type of a user's addresses.
pub(crate) const USER_ADDRESS: Uuid = uuid!("71a08d28-3af7-4bb4-9964-bc2b76b93d64");

/// An attribute that is an address, its role, and its place among several of one role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Role {
    /// The attribute.
    pub(crate) attribute: &'static str,
    /// The class of the role.
    pub(crate) uuid: Uuid,
    /// Of several in the order of Indeks: this one.
    pub(crate) place: usize,
    /// What it is, for the operator.
    pub(crate) summary: &'static str,
}

const fn role(attribute: &'static str, uuid: Uuid, summary: &'static str) -> Role {
    Role {
        attribute,
        uuid,
        place: 0,
        summary,
    }
}

/// The role of postal addresses.
const POST: Uuid = uuid!("80b610c6-314b-485a-a014-a9a1d7070bc4");

/// The addresses of a unit.
pub(crate) const UNIT_ROLES: &[Role] = &[
    role(
        "Email",
        uuid!("2b670843-ce42-411a-8fb5-311dfdd5caf0"),
        "its e-mail address",
    ),
    role(
        "Phone",
        uuid!("8dcfa714-5ed3-4000-b551-2ba520e7d8ad"),
        "its telephone number",
    ),
    role(
        "Landline",
        uuid!("02826f64-5613-468e-ace5-3f089cb3ed20"),
        "its number on the fixed network",
    ),
    role(
        "Location",
        uuid!("ec387d90-263c-4cce-8de2-63b407a0daac"),
        "where it is",
    ),
    role("Post", POST, "its postal address"),
    Role {
        attribute: "PostSecondary",
        uuid: POST,
        place: 1,
        summary: "a second postal address; only together with Post",
    },
    role(
        "PostReturn",
        uuid!("3629ce92-594b-4380-9527-81d6e53edc11"),
        "where returned mail goes",
    ),
    role(
        "Contact",
        uuid!("639a3ed9-86b0-4968-825b-434666cf6220"),
        "whom to turn to",
    ),
    role(
        "ContactOpenHours",
        uuid!("f37e5877-1549-4b5d-a53b-819491f0b933"),
        "when there is someone to turn to",
    ),
    role(
        "PhoneOpenHours",
        uuid!("f6fd6117-c718-4254-a6f5-92538ad5a2f4"),
        "when the telephone is answered",
    ),
    role(
        "EmailRemarks",
        uuid!("d4939781-f2c4-401c-8c2f-0d08221127b9"),
        "a remark on its e-mail address",
    ),
    role(
        "Ean",
        uuid!("9ccaafe4-c4b2-4d25-942a-2ec5730d4ed8"),
        "its EAN number",
    ),
    role(
        "Url",
        uuid!("a99c073d-482e-47d3-9275-13c79f453c3a"),
        "its page on the web",
    ),
    role(
        "LOSShortName",
        uuid!("47a33082-4687-4a68-b82f-5bf6f9d8ee13"),
        "its short name in LOS",
    ),
    role(
        "LOSId",
        uuid!("ee78e99a-6220-48ea-81fe-e4db239ee10a"),
        "its id in LOS",
    ),
    role(
        "DtrId",
        uuid!("81912344-ef86-4cff-a522-a0001607d2ce"),
        "its id in the register of digital mail",
    ),
    role(
        "FOA",
        uuid!("0dac99a2-c419-4113-bb1d-757e00669bf2"),
        "its FOA number",
    ),
    role(
        "PNR",
        uuid!("7c6e2a82-ec39-4ec4-a2b7-fdfe667e1d2b"),
        "its P-number",
    ),
    role(
        "SOR",
        uuid!("b44138cf-72df-45d1-8821-83db39b62093"),
        "its SOR code",
    ),
];

/// The addresses of a user.
pub(crate) const USER_ROLES: &[Role] = &[
    role(
        "Email",
        uuid!("5d13e891-162a-456b-abf2-fd9b864df96d"),
        "the e-mail address",
    ),
    role(
        "Phone",
        uuid!("5ef6be2d-59f4-4652-a680-585929924ba9"),
        "the telephone number",
    ),
    role(
        "Landline",
        uuid!("47c05422-5379-4c27-9ddf-e02b52b3d961"),
        "the number on the fixed network",
    ),
    role(
        "Location",
        uuid!("ad04ac80-e24a-45a5-9dd9-8537a916ac74"),
        "where the person works",
    ),
    role(
        "RacfID",
        uuid!("519a2d12-d099-434a-a3a2-a7397db7c741"),
        "the RACF id",
    ),
    role(
        "FMKID",
        uuid!("85760831-0671-4127-93f7-0eee227c5ff9"),
        "the id in the shared medication record",
    ),
];

/// What the UUIDs of objects that only exist for another one are made from.
const OWNED: Uuid = uuid!("6b0f1c52-1f0a-5c8e-9d57-3c1f6e0b7a11");

/// The UUID of what an object has under a name, always the same: what is made twice is one object.
pub(crate) fn owned(owner: Uuid, name: &str) -> Uuid {
    Uuid::new_v5(&OWNED, format!("{owner}/{name}").as_bytes())
}
