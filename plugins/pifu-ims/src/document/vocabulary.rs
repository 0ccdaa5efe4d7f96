//! The closed vocabularies of PIFU-IMS (schema 1.3) and the words that stand for its codes.

/// The word for a role type (`role/@roletype`).
pub(super) fn role(code: &str) -> Option<&'static str> {
    Some(match code {
        "01" => "pupil",
        "02" => "teacher",
        "03" => "content-developer",
        "04" => "member",
        "05" => "manager",
        "06" => "mentor",
        "07" => "administrator",
        "08" => "assistant",
        _ => return None,
    })
}

/// The two schemes of group types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    Organisation,
    Group,
}

pub(super) fn scheme(text: &str) -> Option<Scheme> {
    match text {
        "pifu-ims-go-org" => Some(Scheme::Organisation),
        "pifu-ims-go-grp" => Some(Scheme::Group),
        _ => None,
    }
}

/// The Norwegian word for a level of a scheme. The same level means different things in the two schemes.
pub(super) fn group_type(scheme: Scheme, level: &str) -> Option<&'static str> {
    const ORGANISATIONS: [&str; 2] = ["skoleeier", "skole"];
    const GROUPS: [&str; 16] = [
        "basisgruppe",
        "undervisningsgruppe",
        "kontaktlærergruppe",
        "trinn",
        "utdanningsprogram",
        "programområde",
        "fag",
        "foresattegruppe",
        "språkopplæring",
        "sammensattgruppe",
        "elevråd",
        "fau",
        "skoleutvalg",
        "skolemiljøutvalg",
        "sfo",
        "eksamensgruppe",
    ];
    let at = level.parse::<usize>().ok()?.checked_sub(1)?;
    match scheme {
        Scheme::Organisation => ORGANISATIONS.get(at).copied(),
        Scheme::Group => GROUPS.get(at).copied(),
    }
}

/// IMS order, the opposite of ISO 5218.
pub(super) fn gender(code: &str) -> &'static str {
    match code {
        "1" => "female",
        "2" => "male",
        _ => "",
    }
}

/// The word for a kind of contact person.
pub(super) fn contact_person(kind: &str) -> &'static str {
    match kind {
        "guardian" => "guardian",
        "nextOfKin" => "next-of-kin",
        _ => "other",
    }
}

/// The word for the status of type `activeInactive`.
pub(super) fn active(word: &str) -> &'static str {
    match word {
        "aktiv" => "active",
        "inaktiv" => "inactive",
        _ => "",
    }
}
