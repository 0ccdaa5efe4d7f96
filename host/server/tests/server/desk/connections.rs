//! Connections, what they may reach, what a look at them finds, and their builds.

use samklang_server::view::{
    Build, BuildBreach, BuildFound, BuildTrial, Connection, CredentialPart, Entity, Finding, Grant, GrantUse,
    InboxFile, Installed, LinkCount, LinkFound, LinkJob, PlanDifference, PlanDifferences, PlannedOperation,
    TriedField, TriedObject,
};
use serde_json::json;

use super::cast::Cast;
use super::cycle::usage;
use super::{DAY, HOUR, ago};

/// A connection of each sort.
pub fn connections(cast: &Cast) -> Vec<Connection> {
    let school = cast.school(0);
    let mut sis = connection("sis", "Visma Skole", "school-files", "source", 0);
    sis.inbox = true;
    sis.signer = None;
    sis.files = vec![lies("pupils-2026-06-15.csv"), lies("teachers.csv")];
    sis.settings = json!({"encoding": "latin-1", "school": school, "strict": true});
    sis.credentials.clear();
    sis.grants = vec![grant(
        "inbox",
        "the files of the school system",
        true,
        true,
        2,
        "",
    )];
    let mut ad = connection("ad", "Active Directory", "active-directory", "both", 2);
    ad.enrolment = true;
    ad.settings = json!({"server": "ldaps://dc1.example.org", "base": "OU=School,DC=example,DC=org", "password": "•••"});
    ad.grants = vec![
        grant(
            "ldaps://dc1.example.org",
            "to read and write accounts",
            true,
            true,
            200,
            "",
        ),
        grant(
            "ldaps://dc9.example.org",
            "",
            false,
            true,
            0,
            "the connector does not ask for it; take the grant back",
        ),
        grant(
            "key:scim",
            "to sign requests",
            true,
            false,
            0,
            "grant it when it is wanted",
        ),
    ];
    let mut canvas = connection("canvas", "Canvas", "canvas", "target", 3);
    canvas.enrolment = true;
    canvas.fixed = true;
    vec![sis, connection("hr", "Visma HRM", "csv", "source", 1), ad, canvas]
}

/// A file of an inbox.
pub fn lies(name: &str) -> InboxFile {
    InboxFile {
        name: name.to_owned(),
        octets: 81_920,
        arrived: ago(HOUR),
    }
}

fn connection(name: &str, system: &str, connector: &str, role: &str, number: u32) -> Connection {
    Connection {
        name: name.to_owned(),
        system: system.to_owned(),
        connector: connector.to_owned(),
        version: format!("1.{number}.0"),
        digest: digest(number),
        signer: Some("vendor".to_owned()),
        role: role.to_owned(),
        fixed: false,
        settings: json!({"url": "https://api.example.org", "token": "•••", "pages": 100}),
        credentials: vec![CredentialPart {
            need: "api".to_owned(),
            kind: "bearer".to_owned(),
        }],
        grants: vec![grant(
            "https://api.example.org",
            "to read its objects",
            true,
            true,
            12,
            "",
        )],
        usage: usage(number),
        inbox: false,
        files: Vec::new(),
        enrolment: false,
    }
}

fn digest(number: u32) -> String {
    format!("sha256:{:064x}", u64::from(number) + 0xc0ff_ee00)
}

fn grant(place: &str, purpose: &str, asked: bool, granted: bool, requests: u64, remark: &str) -> Grant {
    Grant {
        place: place.to_owned(),
        purpose: purpose.to_owned(),
        asked,
        granted,
        used: (requests > 0).then(|| GrantUse {
            requests,
            last: ago(2 * HOUR),
        }),
        remark: remark.to_owned(),
    }
}

/// A finding of each severity.
pub fn findings(cast: &Cast) -> Vec<Finding> {
    let one = |connection: Option<&str>, severity: &str, message: &str, remedy: &str| Finding {
        connection: connection.map(str::to_owned),
        severity: severity.to_owned(),
        message: message.to_owned(),
        remedy: remedy.to_owned(),
    };
    vec![
        one(
            None,
            "note",
            &format!("{} has no retention time of its own", cast.title),
            "nothing to do",
        ),
        one(
            Some("sis"),
            "warning",
            "the newest file is three days old",
            "ask the source for today's file",
        ),
        one(
            Some("ad"),
            "failure",
            "the server does not know this password",
            "set the password of the account anew",
        ),
    ]
}

/// What a mapping gives for an entity.
pub fn tried(entity: &Entity) -> TriedObject {
    TriedObject {
        direction: "outbound".to_owned(),
        key: None,
        entity: Some(entity.id),
        in_scope: true,
        when: None,
        target_key: None,
        fields: vec![
            TriedField {
                field: "attributes.displayName".to_owned(),
                template: "{{ display_name }}".to_owned(),
                inputs: [("display_name".to_owned(), json!(entity.name))].into(),
                value: json!(entity.name),
                error: None,
            },
            TriedField {
                field: "attributes.school".to_owned(),
                template: "{{ school.name }}".to_owned(),
                inputs: [("school".to_owned(), json!(null))].into(),
                value: json!(null),
                error: Some("there is no school".to_owned()),
            },
        ],
    }
}

/// What a link job found.
pub fn link_job(target: &str, entities: &[Entity]) -> LinkJob {
    let one = |found: &str, entity: Option<&Entity>| LinkFound {
        found: found.to_owned(),
        class: "user".to_owned(),
        entity: entity.map(|entity| entity.id),
        keys: vec!["ad-7".to_owned()],
        rule: entity.map(|entity| format!("decided by {}", entity.name)),
    };
    LinkJob {
        target: target.to_owned(),
        class: None,
        dry_run: true,
        at: ago(HOUR),
        who: "Test Testesen".to_owned(),
        reason: "before the first night".to_owned(),
        failed: None,
        counts: vec![LinkCount {
            class: "user".to_owned(),
            found: "linked".to_owned(),
            count: 1,
        }],
        told: vec![one("linked", entities.first()), one("unclaimed", None)],
    }
}

/// What trying a build found.
pub fn trial(connector: &str, who: &str, operation: &PlannedOperation) -> BuildTrial {
    let difference = "otherwise with it".to_owned();
    BuildTrial {
        connector: connector.to_owned(),
        digest: digest(12),
        at: ago(HOUR),
        who: who.to_owned(),
        failed: None,
        found: Some(BuildFound {
            version: "1.1.0".to_owned(),
            changes: vec!["asks for ldap `directory`".to_owned()],
            breaches: vec![BuildBreach {
                connection: "ad".to_owned(),
                class: "user".to_owned(),
                message: "two whole reads give different objects".to_owned(),
            }],
            counts: vec![PlanDifferences {
                target: operation.target.clone(),
                class: operation.class.clone(),
                difference: difference.clone(),
                count: 1,
            }],
            differences: vec![PlanDifference {
                target: operation.target.clone(),
                class: operation.class.clone(),
                key: operation.key.clone(),
                difference,
                action: operation.action.clone(),
                changed: operation.changed.clone(),
            }],
        }),
    }
}

/// Builds that the connections were given.
pub fn builds(cast: &Cast) -> Vec<Build> {
    let one = |connection: &str, number: u32, version: Option<&str>, days: i64| Build {
        connection: connection.to_owned(),
        digest: digest(number),
        version: version.map(str::to_owned),
        at: ago(days * DAY),
        who: cast.person(2),
        reason: "the vendor's newest".to_owned(),
    };
    vec![
        one("ad", 2, Some("1.2.0"), 3),
        one("ad", 12, Some("1.1.0"), 40),
        one("ad", 22, None, 400),
        one("sis", 0, Some("1.0.0"), 90),
    ]
}

/// The builds that are installed.
pub fn installed() -> Vec<Installed> {
    let one = |name: &str, version: &str, system: &str, number: u32, signed: bool| Installed {
        name: name.to_owned(),
        version: version.to_owned(),
        system: system.to_owned(),
        vendor: "Example AS".to_owned(),
        digest: digest(number),
        size: 1_843_201,
        installed: ago(100 * DAY),
        origin: Some(format!("registry.example.org/connectors/{name}:{version}")),
        signer: signed.then(|| "vendor".to_owned()),
    };
    vec![
        one("active-directory", "1.1.0", "Active Directory", 12, true),
        one("active-directory", "1.2.0", "Active Directory", 2, true),
        one("canvas", "1.3.0", "Canvas", 3, true),
        one("csv", "1.1.0", "CSV files", 1, true),
        one("school-files", "1.0.0", "School files", 0, false),
    ]
}
