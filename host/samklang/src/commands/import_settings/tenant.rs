//! The tenant that does what OS2MO's export to OS2sync did: OS2MO as its source, OS2sync as its target, and mappings for every setting. Where
//! the export left things alone or stopped, what is different is said.

use std::fmt::Write as _;
use std::path::Path;

use samklang_core::mapping::ascii;

use super::settings::Settings;
use super::{Carried, Left};

/// A tenant's file, and what became of each setting.
pub(super) struct Made {
    pub(super) text: String,
    pub(super) carried: Vec<Carried>,
    pub(super) left: Vec<Left>,
}

/// The export's settings and where their equivalents stand.
const PLACES: [(&str, &str); 18] = [
    ("municipality_cvr", "connections.os2sync.settings.cvr"),
    ("municipality_name", "tenant"),
    ("mora_base", "connections.os2mo.settings.url"),
    ("os2sync_api_url", "connections.os2sync.settings.url"),
    (
        "os2sync_top_unit_uuid",
        "settings.root_unit of both connections, and the scope of both classes",
    ),
    (
        "os2sync_hash_cache",
        "what Samklang knows of the target by itself",
    ),
    ("os2sync_xfer_cpr", "outbound.user.attributes.Cpr"),
    ("os2sync_phone_scope_classes", "inbound.employee.attributes.phone"),
    ("os2sync_email_scope_classes", "inbound.employee.attributes.email"),
    ("os2sync_ignored_unit_levels", "outbound.orgUnit.when"),
    ("os2sync_ignored_unit_types", "outbound.orgUnit.when"),
    ("os2sync_sync_managers", "outbound.orgUnit.attributes.ManagerUuid"),
    (
        "os2sync_templates",
        "inbound.employee.attributes.display_name and username",
    ),
    (
        "os2sync_user_key_it_system_name",
        "inbound.employee.attributes.username",
    ),
    (
        "os2sync_uuid_from_it_systems",
        "fk_uuid of inbound.employee and inbound.unit, and both keys",
    ),
    (
        "os2sync_use_contact_for_tasks",
        "inbound.unit.attributes.tasks and contact_tasks",
    ),
    (
        "os2sync_employee_engagement_address",
        "inbound.unit.attributes.workplace, outbound.user.attributes.Location",
    ),
    ("os2sync_truncate_length", "[:…] in every text of outbound"),
];

pub(super) fn make(settings: &Settings, folder: &Path) -> Made {
    let present = |key: &str| settings.present.iter().any(|name| name == key);
    Made {
        text: text(settings, folder),
        carried: PLACES
            .into_iter()
            .filter(|(setting, _)| present(setting))
            .map(|(setting, place)| Carried { setting, place })
            .collect(),
        left: left(settings),
    }
}

fn left(settings: &Settings) -> Vec<Left> {
    let mut left = Vec::new();
    let mut add = |setting: &str, why, instead| {
        left.push(Left {
            setting: setting.to_owned(),
            why,
            instead,
        });
    };
    let present = |key: &str| settings.present.iter().any(|name| name == key);
    if settings.autowash {
        add(
            "os2sync_autowash",
            "what OS2sync holds and Samklang never sent belongs to nobody here, and is never removed",
            "units that were sent and are to be sent no more are removed; remove the others in OS2sync's own pages",
        );
    } else {
        add(
            "os2sync_autowash",
            "it is off: the export left a unit alone that became ignored; here it is removed like one that is gone",
            "policy.delete = \"keep\" leaves both alone",
        );
    }
    if settings.sync_managers {
        add(
            "os2sync_sync_managers",
            "several managers of a unit stopped the export",
            "the first one by UUID is sent; a vacant office sends none",
        );
    }
    if !settings.uuid_systems.is_empty() {
        add(
            "os2sync_uuid_from_it_systems",
            "the export replaced the UUIDs of users, units, positions and parents, but not those of managers and removals",
            "all of them are replaced, and the UUID that was sent is remembered",
        );
    }
    if present("os2sync_hash_cache") {
        add(
            "os2sync_hash_cache",
            "the cache file is not read: the first cycle reads OS2sync back instead",
            "delete the file when the export has been switched off",
        );
    }
    if present("os2sync_use_lc_db") {
        add(
            "os2sync_use_lc_db",
            "OS2MO is read by its GraphQL API; there is no copy of its database",
            "nothing to do",
        );
    }
    if !settings.verifies {
        add(
            "os2sync_ca_verify_os2mo, os2sync_ca_verify_os2sync",
            "certificates are always verified",
            "install the certificate authority on this machine",
        );
    }
    if present("os2sync_log_level") || present("os2sync_log_file") {
        add(
            "os2sync_log_level, os2sync_log_file",
            "the log goes to the standard error",
            "`-v`, `-vv` and `--log json` of every command, and the service manager's log",
        );
    }
    add(
        "KLE (OS2MO's own flag show_kle)",
        "it is a setting of OS2MO, not of the export: KLE numbers are sent when there are any",
        "Tasks = \"\" under outbound.orgUnit.attributes sends none",
    );
    for unknown in &settings.unknown {
        left.push(Left {
            setting: unknown.clone(),
            why: "the export knew no such setting",
            instead: "see whether it is misspelt, and import again",
        });
    }
    left
}

/// A text in the form of TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A list of texts in the form of TOML and of templates alike.
fn list(texts: &[String]) -> String {
    let quoted: Vec<String> = texts
        .iter()
        .map(|text| serde_json::Value::from(text.as_str()).to_string())
        .collect();
    format!("[{}]", quoted.join(", "))
}

/// The tenant's name: that of the municipality, or of the folder, as far as names may have its letters.
fn name(settings: &Settings, folder: &Path) -> String {
    let folder = folder.file_name().map(|name| name.to_string_lossy().into_owned());
    let words = settings.municipality.clone().or(folder).unwrap_or_default();
    let plain = ascii(&words).to_lowercase();
    let mut name = String::new();
    for letter in plain.chars() {
        if letter.is_ascii_alphanumeric() {
            name.push(letter);
        } else if !name.ends_with('-') && !name.is_empty() {
            name.push('-');
        }
    }
    name.truncate(63);
    let name = name.trim_end_matches('-').to_owned();
    if name.is_empty() {
        "municipality".to_owned()
    } else {
        name
    }
}

/// The values of one scope among addresses; `of` chooses further, `take` is `first` or `last`.
fn addresses(scope: &str, of: &str, take: &str) -> String {
    format!(
        "{{{{ addresses | selectattr('scope', 'eq', '{scope}') | selectattr('state', 'eq', 'current'){of} | map(attribute='name') | {take} | default('') }}}}"
    )
}

/// What a person's or a unit's key is.
fn replaced(systems: &[String]) -> String {
    format!(
        "{{{{ itusers | selectattr('state', 'eq', 'current') | ranked('system_name', {}, only=true) | map(attribute='user_key') | first | default(uuid) }}}}",
        list(systems)
    )
}

fn username(settings: &Settings) -> String {
    let accounts = format!(
        "{{% set accounts = itusers | selectattr('system_name', 'eq', {}) | selectattr('state', 'eq', 'current') | list %}}\
         {{% if accounts | length == 1 %}}{{{{ accounts[0].user_key }}}}",
        serde_json::Value::from(settings.user_system.as_str())
    );
    match &settings.user_id_template {
        None => format!("{accounts}{{% endif %}}"),
        Some(template) => format!(
            "{accounts}{{% else %}}{{% set candidate_user_id = none %}}{{% set person = {{'name': name, 'givenname': given_name, \
             'surname': surname, 'nickname': nickname, 'nickname_givenname': nickname_given_name, 'nickname_surname': nickname_surname, \
             'cpr_no': cpr_number, 'user_key': user_key, 'uuid': uuid}} %}}{template}{{% endif %}}"
        ),
    }
}

fn text(settings: &Settings, folder: &Path) -> String {
    let mut out = String::new();
    let replaces = !settings.uuid_systems.is_empty();
    let ignores = !settings.ignored_levels.is_empty() || !settings.ignored_types.is_empty();
    let origin = |url: &url::Url| url.origin().ascii_serialization();
    let os2mo = settings.os2mo.as_str().trim_end_matches('/');
    let os2sync = settings.os2sync.as_str().trim_end_matches('/');
    let top = quoted(&settings.top_unit);
    let mut put = |lines: &str| {
        out.push_str(lines);
        out.push('\n');
    };
    put(
        "# Made by `samklang import-settings os2sync` of the settings of OS2MO's export. Every key is described in configuration.md.\n",
    );
    put(&format!("tenant = {}", quoted(&name(settings, folder))));
    put("steps = [\"import os2mo\", \"compare\", \"reconcile\", \"export os2sync\", \"feedback os2sync\"]\n");
    put("[connections.os2mo]\nconnector = \"os2mo\"\nrole = \"source\"");
    put(&format!(
        "[connections.os2mo.settings]\nurl = {}\nroot_unit = {top}",
        quoted(os2mo)
    ));
    put(&format!(
        "[connections.os2mo.grants]\nhttp = [{}]",
        quoted(&origin(&settings.os2mo))
    ));
    put("# The client of the service account in OS2MO's Keycloak.");
    put(&format!(
        "[connections.os2mo.credentials.os2mo]\nkind = \"oauth2-client-credentials\"\ntoken_url = {}\nclient_id = \"samklang\"\nclient_secret = \"env:OS2MO_CLIENT_SECRET\"\n",
        quoted(&format!("{os2mo}/auth/realms/mo/protocol/openid-connect/token"))
    ));

    put("[connections.os2mo.mappings.inbound.employee.attributes]");
    put("# os2sync.templates: person.name; given name and surname without it");
    let display = match &settings.name_template {
        None => "{{ given_name }} {{ surname }}".to_owned(),
        Some(template) => format!(
            "{{% set givenname = given_name %}}{{% set nickname_givenname = nickname_given_name %}}{{% set cpr_no = cpr_number %}}{template}"
        ),
    };
    put(&format!("display_name = {}", quoted(&display)));
    put("# os2sync_user_key_it_system_name: exactly one account; else os2sync.templates: person.user_id");
    put(&format!("username = {}", quoted(&username(settings))));
    put(
        "# os2sync.phone_scope_classes and os2sync.email_scope_classes: in this order, others last, ties by the lowest UUID",
    );
    let ranked =
        |classes: &[String]| format!(" | selectattr('public') | ranked('type_uuid', {})", list(classes));
    put(&format!(
        "phone = {}",
        quoted(&addresses("PHONE", &ranked(&settings.phone_classes), "first"))
    ));
    put("mobile = \"\"");
    put(&format!(
        "email = {}",
        quoted(&addresses("EMAIL", &ranked(&settings.email_classes), "first"))
    ));
    if replaces {
        put("# os2sync_uuid_from_it_systems: the earliest of these systems in which there is an account");
        put(&format!(
            "fk_uuid = {}",
            quoted(&replaced(&settings.uuid_systems))
        ));
    }

    put("\n[connections.os2mo.mappings.inbound.unit.attributes]");
    put("level_uuid = \"{{ level_uuid }}\"\nkind_uuid = \"{{ type_uuid }}\"");
    put("# Of several addresses of a scope the last one counts, whatever its visibility.");
    for (attribute, scope, of) in [
        ("email", "EMAIL", ""),
        ("phone", "PHONE", ""),
        ("ean", "EAN", ""),
        ("post", "DAR", ""),
        ("location", "PNUMBER", ""),
        (
            "contact_open_hours",
            "TEXT",
            " | selectattr('type', 'eq', 'ContactOpenHours')",
        ),
        ("dtr_id", "TEXT", " | selectattr('type', 'eq', 'DtrId')"),
    ] {
        put(&format!(
            "{attribute} = {}",
            quoted(&addresses(scope, of, "last"))
        ));
    }
    if settings.contact_for_tasks {
        put("# os2sync.use_contact_for_tasks: KLE by aspect");
        for (attribute, aspect) in [("tasks", "Udførende"), ("contact_tasks", "Ansvarlig")] {
            put(&format!(
                "{attribute} = \"{{{{ kles | selectattr('aspects', 'containing', '{aspect}') | selectattr('number_uuid') | map(attribute='number_uuid') | unique | list }}}}\""
            ));
        }
    } else {
        put(
            "tasks = \"{{ kles | selectattr('number_uuid') | map(attribute='number_uuid') | unique | list }}\"\ncontact_tasks = \"\"",
        );
    }
    if !settings.workplace_types.is_empty() {
        put(
            "# os2sync.employee_engagement_address: the unit's address of the first of these types that it has",
        );
        put(&format!(
            "workplace = {}",
            quoted(&format!(
                "{{{{ addresses | selectattr('state', 'eq', 'current') | ranked('type_name', {}, only=true) | map(attribute='name') | first | default('') }}}}",
                list(&settings.workplace_types)
            ))
        ));
    }
    let systems = if replaces {
        put(&format!(
            "fk_uuid = {}",
            quoted(&replaced(&settings.uuid_systems))
        ));
        format!(
            " | rejectattr('system_name', 'in', {})",
            list(&settings.uuid_systems)
        )
    } else {
        String::new()
    };
    put(&format!(
        "it_systems = {}",
        quoted(&format!(
            "{{{{ itusers | selectattr('system_uuid'){systems} | map(attribute='system_uuid') | unique | list }}}}"
        ))
    ));
    outbound(settings, &mut put, &top, os2sync, replaces, ignores);
    out
}

fn outbound(
    settings: &Settings,
    put: &mut impl FnMut(&str),
    top: &str,
    os2sync: &str,
    replaces: bool,
    ignores: bool,
) {
    let unit_length = settings.truncate.min(200);
    let user_length = settings.truncate.clamp(36, 200);
    put("\n[connections.os2sync]\nconnector = \"os2sync\"\nrole = \"target\"");
    put(&format!(
        "[connections.os2sync.settings]\nurl = {}\ncvr = {}\nroot_unit = {top}",
        quoted(os2sync),
        quoted(&settings.cvr)
    ));
    put(&format!(
        "[connections.os2sync.grants]\nhttp = [{}]",
        quoted(&settings.os2sync.origin().ascii_serialization())
    ));
    put("# Leave it out where OS2sync has no key and lets everybody in.");
    put(
        "[connections.os2sync.credentials.os2sync]\nkind = \"header\"\nname = \"ApiKey\"\nvalue = \"env:OS2SYNC_API_KEY\"\n",
    );

    put("[connections.os2sync.mappings.outbound.orgUnit]");
    let mut when = "{{ uuid".to_owned();
    for (attribute, classes) in [
        ("level_uuid", &settings.ignored_levels),
        ("kind_uuid", &settings.ignored_types),
    ] {
        if !classes.is_empty() {
            let _ = write!(when, " and {attribute} not in {}", list(classes));
        }
    }
    if ignores {
        put(
            "# os2sync.ignored.unit_levels and unit_types: these units are not sent, what lies below them is",
        );
    }
    put(&format!("when = {}", quoted(&format!("{when} }}}}"))));
    put(&format!("scope = {{ below = [{top}] }}"));
    if replaces {
        put("key = \"{{ fk_uuid or uuid }}\"");
    }
    put("[connections.os2sync.mappings.outbound.orgUnit.attributes]");
    put("# os2sync.truncate_length");
    for (attribute, from) in [
        ("Name", "name"),
        ("Email", "email"),
        ("PhoneNumber", "phone"),
        ("Ean", "ean"),
        ("Post", "post"),
        ("Location", "location"),
        ("ContactOpenHours", "contact_open_hours"),
        ("DtrId", "dtr_id"),
    ] {
        put(&format!(
            "{attribute} = \"{{{{ ({from} or '')[:{unit_length}] }}}}\""
        ));
    }
    put(
        "Tasks = \"{{ tasks }}\"\nContactForTasks = \"{{ contact_tasks }}\"\nItSystems = \"{{ it_systems }}\"",
    );
    put("Landline = \"\"\nUrl = \"\"\nContact = \"\"\nPhoneOpenHours = \"\"\nPNR = \"\"");
    if !settings.sync_managers {
        put("# os2sync.sync_managers is off");
        put("ManagerUuid = \"\"");
    }
    let of = |entity: &str| {
        if replaces {
            format!("{entity}.fk_uuid or {entity}.uuid")
        } else {
            format!("{entity}.uuid")
        }
    };
    if ignores {
        put("# The unit above is named also when it is not sent itself.");
        put(&format!(
            "ParentOrgUnitUuid = \"{{{{ ({}) if parent else '' }}}}\"",
            of("parent")
        ));
    }

    put("\n[connections.os2sync.mappings.outbound.user]");
    put(&format!(
        "when = {}",
        quoted(&format!(
            "{{{{ uuid and (engagements | within({top}) | current) }}}}"
        ))
    ));
    if replaces {
        put("key = \"{{ fk_uuid or uuid }}\"");
    }
    put("[connections.os2sync.mappings.outbound.user.attributes]");
    put("# The account's name, or what the template gives; else OS2MO's UUID.");
    put(&format!(
        "UserId = \"{{{{ (username or uuid)[:{user_length}] }}}}\""
    ));
    put(&format!(
        "Name = \"{{{{ display_name[:{}] }}}}\"",
        user_length.min(100)
    ));
    put(&format!("Email = \"{{{{ (email or '')[:{user_length}] }}}}\""));
    put(&format!(
        "PhoneNumber = \"{{{{ (phone or '')[:{user_length}] }}}}\""
    ));
    put("Landline = \"\"");
    if settings.xfer_cpr {
        put("# os2sync.xfer_cpr");
        put("Cpr = \"{{ national_id }}\"");
    }
    if settings.workplace_types.is_empty() {
        put("Location = \"\"");
    } else {
        put("# The unit of the single primary position, else of the first.");
        put(&format!(
            "Location = {}",
            quoted(&format!(
                "{{% set here = engagements | within({top}) | current | sort(attribute='uuid') | sort(attribute='job_function') %}}\
                 {{% set primary = here | selectattr('primary') | list %}}\
                 {{% set place = (primary if primary | length == 1 else here) | first %}}\
                 {{{{ (place.unit.workplace or '')[:{user_length}] if place and place.unit }}}}"
            ))
        ));
    }
    put("[connections.os2sync.mappings.outbound.user.attributes.Positions]");
    put(&format!(
        "each = \"engagements\"\nwhen = {}",
        quoted(&format!("{{{{ unit and current() and below({top}) }}}}"))
    ));
    put("[connections.os2sync.mappings.outbound.user.attributes.Positions.item]");
    put("Name = \"{{ job_function or role or kind }}\"");
    if ignores {
        put(&format!("OrgUnitUuid = \"{{{{ {} }}}}\"", of("unit")));
    } else {
        put("OrgUnitUuid = { reference = \"orgUnit\", of = \"unit\" }");
    }
}
