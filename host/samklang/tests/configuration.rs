//! Every mistake that can be made in a configuration is shown with its line, a caret, and what would be right.

#![expect(clippy::unwrap_used, reason = "test support: a panic is the report")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use samklang::configuration::{Home, HomeError, Installed, Offer, Source, StoreAddress, Tenant, Use};
use samklang_core::Description;
use samklang_core::connector::{
    Action, Attribute, Class, CredentialKind, Kind, Need, SystemLimits, Writable,
};
use samklang_core::guard::{Change, FirstImport, Limits, Subject};

fn attribute(name: &str) -> Attribute {
    Attribute {
        name: name.to_owned(),
        kind: Kind::Text,
        multi_valued: false,
        required: false,
        sensitive: false,
        writable: Writable::Always,
        refers_to: None,
        summary: String::new(),
    }
}

fn class(name: &str, attributes: &[&str], readable: bool, actions: &[Action]) -> Class {
    Class {
        name: name.to_owned(),
        summary: String::new(),
        key: "id".to_owned(),
        attributes: attributes.iter().map(|name| attribute(name)).collect(),
        readable,
        gettable: false,
        replaces: false,
        actions: actions.to_vec(),
    }
}

fn description(name: &str, version: &str) -> Description {
    Description {
        name: name.to_owned(),
        version: version.to_owned(),
        vendor: "Samklang".to_owned(),
        system: name.to_owned(),
        classes: Vec::new(),
        settings: r#"{"type": "object"}"#.to_owned(),
        mappings: String::new(),
        needs: Vec::new(),
        limits: SystemLimits {
            operations_per_apply: 100,
            requests_per_second: None,
        },
        reads_changes: false,
    }
}

/// A source that reads files, and a target that is reached by HTTP with a token.
fn installed() -> Vec<Installed> {
    let source = |version: &str| {
        Description {
        classes: vec![class("person", &["id", "given"], true, &[])],
        settings: r#"{
            "type": "object", "additionalProperties": false, "required": ["file"],
            "properties": {
                "file": { "type": "string", "description": "The file to read." },
                "rows": { "type": "integer", "minimum": 1, "description": "How many rows." }
            }
        }"#
        .to_owned(),
        mappings: "[inbound.person]\nentity = \"person\"\n[inbound.person.attributes]\ngiven_name = \"{{ given }}\"\n"
            .to_owned(),
        needs: vec![Need::Inbox("to read files".to_owned())],
        ..description("csv", version)
    }
    };
    let target = Description {
        classes: vec![class(
            "users",
            &["id", "login_id"],
            false,
            &[Action::Create, Action::Update, Action::Delete],
        )],
        settings: r#"{"type": "object", "required": ["url"], "properties": {"url": {"type": "string"}}}"#
            .to_owned(),
        mappings: "[outbound.users]\nentity = \"person\"\nkey = \"{{ id }}\"\n[outbound.users.attributes]\n\
                   login_id = \"{{ username }}\"\n"
            .to_owned(),
        needs: vec![Need::Http {
            name: "api".to_owned(),
            origin: "{url}".to_owned(),
            credentials: vec![CredentialKind::Bearer],
            purpose: "to keep users".to_owned(),
        }],
        ..description("lms", "2.0.0")
    };
    // The newest by SemVer is neither the last in the list nor the last in the alphabet.
    [source("0.9.0"), source("0.10.0"), target]
        .into_iter()
        .map(|description| Installed {
            digest: format!("digest-{}", description.version),
            description: Arc::new(description),
            signature: None,
        })
        .collect()
}

const SOUND: &str = r#"tenant = "nordvik"
steps = ["import sas", "reconcile", "export canvas"]

[connections.sas]
connector = "csv"
role = "source"
[connections.sas.settings]
file = "people.csv"
[connections.sas.grants]
inbox = true

[connections.canvas]
connector = "lms"
role = "target"
[connections.canvas.settings]
url = "https://lms.example.org"
[connections.canvas.grants]
http = ["https://lms.example.org"]
[connections.canvas.credentials.api]
kind = "bearer"
token = "file:token"
[connections.canvas.guard]
first_import = "approve"
[connections.canvas.guard.person]
removed = { count = 7, percent = 3 }
attributes.email = { count = 1 }
[connections.canvas.policy]
delete = "keep"
[connections.canvas.mappings.outbound.users.attributes]
login_id = "{{ display_name }}"
"#;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("token"), "hush\n").unwrap();
        Self(folder)
    }

    fn fit(&self, text: &str) -> Result<samklang::configuration::Fitted, String> {
        let source = Source::new(Path::new("samklang.toml"), text.to_owned());
        Tenant::parse(self.0.path(), source)
            .map_err(|error| error.to_string())?
            .fit(&installed().into(), Use::Work)
            .map_err(|error| error.to_string())
    }
}

/// What is shown for the sound configuration with one change.
#[track_caller]
fn shown(from: &str, to: &str) -> String {
    assert!(SOUND.contains(from), "the sound configuration has no `{from}`");
    match Folder::new().fit(&SOUND.replacen(from, to, 1)) {
        Ok(_) => panic!("no mistake was found"),
        Err(text) => text,
    }
}

#[track_caller]
fn says(shown: &str, parts: &[&str]) {
    for part in parts {
        assert!(shown.contains(part), "`{part}` is not in\n{shown}");
    }
}

#[test]
fn a_sound_configuration_gives_what_it_says() {
    let fitted = Folder::new().fit(SOUND).unwrap_or_else(|text| panic!("{text}"));
    let canvas = fitted.tenant.connections.get("canvas").unwrap();
    assert_eq!(canvas.guard.first_import, Some(FirstImport::Approve));
    let limit = |change| canvas.guard.limit(Subject::Person, &change).unwrap();
    let removed = limit(Change::Removed);
    assert_eq!(
        (removed.count, removed.percent, removed.hard_percent),
        (7, 3, Some(40))
    );
    let email = limit(Change::Attribute("email".to_owned()));
    assert_eq!(
        (email.count, email.percent),
        (1, 40),
        "what is not said is as by default"
    );
    assert_eq!(limit(Change::Added), Limits::of(Subject::Person).added);
    assert_eq!(canvas.policy.all.delete, samklang_core::plan::Removal::Keep);
    assert_eq!(canvas.mappings.outbound.len(), 1);
    assert!(
        canvas.mappings.inbound.is_empty(),
        "a target says nothing about entities"
    );
    assert_eq!(fitted.tenant.sources, ["sas"]);
    assert_eq!(fitted.tenant.steps.len(), 3);
    let sas = fitted.openings.get("sas").unwrap();
    assert_eq!(
        sas.connector.description.version, "0.10.0",
        "the newest by SemVer"
    );
    assert!(sas.inbox.ends_with("sas/inbox"));
    assert!(
        fitted
            .openings
            .get("canvas")
            .unwrap()
            .credentials
            .contains_key("api")
    );
}

#[test]
fn a_mistake_is_shown_with_its_line_a_caret_and_what_would_be_right() {
    let shown = shown("[connections.canvas.guard]", "[connections.canvas.gaurd]");
    let expected = "error: unknown key `gaurd` in `[connections.canvas]`\n  \
                    --> samklang.toml:22:21\n   \
                    |\n\
                    22 | [connections.canvas.gaurd]\n   \
                    |                     ^^^^^\n   \
                    |\n   \
                    = help: did you mean `guard`?";
    assert!(shown.starts_with(expected), "{shown}");
}

#[test]
fn several_mistakes_are_shown_in_one_go_in_the_order_of_the_file() {
    let text = SOUND
        .replace("\"csv\"", "\"cvs\"")
        .replace("count = 7", "count = -1")
        .replace("import sas", "import sos");
    let shown = Folder::new().fit(&text).err().unwrap();
    let places: Vec<usize> = ["import sos", "`cvs` is not installed", "`count` holds"]
        .map(|part| shown.find(part).unwrap())
        .into();
    assert!(places.is_sorted(), "{shown}");
    assert!(
        shown.ends_with("3 mistakes in samklang.toml; nothing was done"),
        "{shown}"
    );
}

#[test]
fn what_is_no_toml_is_told_at_its_place() {
    says(
        &shown("role = \"source\"", "role = \"source"),
        &["not TOML", "samklang.toml:6:"],
    );
    says(
        &shown("role = \"source\"", "role = \"source\"\nrole = \"both\""),
        &["not TOML", "samklang.toml:7:1"],
    );
}

#[test]
fn missing_keys_are_named_with_an_example() {
    says(
        &shown("tenant = \"nordvik\"\n", ""),
        &["the file lacks `tenant`", "add `tenant = \"nordvik\"`"],
    );
    says(
        &shown("steps = [\"import sas\", \"reconcile\", \"export canvas\"]\n", ""),
        &["the file lacks `steps`"],
    );
    says(
        &shown("connector = \"csv\"\n", ""),
        &["`[connections.sas]` lacks `connector`"],
    );
    says(
        &shown("role = \"source\"\n", ""),
        &["`[connections.sas]` lacks `role`"],
    );
    says(
        &shown("token = \"file:token\"\n", ""),
        &["lacks `token`", "env:CANVAS_TOKEN"],
    );
}

#[test]
fn values_of_the_wrong_kind_say_what_is_right() {
    says(
        &shown("inbox = true", "inbox = \"yes\""),
        &["`inbox` holds text", "should be `true` or `false`"],
    );
    says(
        &shown("count = 7", "count = -7"),
        &["should be a whole number, 0 or more"],
    );
    says(
        &shown("percent = 3", "percent = 300"),
        &["should be a whole number from 0 to 100"],
    );
    says(
        &shown(
            "http = [\"https://lms.example.org\"]",
            "http = \"https://lms.example.org\"",
        ),
        &["should be a list of texts"],
    );
    says(
        &shown("role = \"source\"", "role = \"sorce\""),
        &["`sorce` is no role", "did you mean `source`?"],
    );
    says(
        &shown("delete = \"keep\"", "delete = \"forget\""),
        &[
            "`forget` is no delete",
            "`delete`, `deactivate`, `detach`, `ask`, `keep`",
        ],
    );
    says(
        &shown("tenant = \"nordvik\"", "tenant = \"Nordvik kommune\""),
        &["cannot be the name of a tenant"],
    );
    says(
        &shown("connector = \"csv\"", "connector = \"\""),
        &["`connector` is empty"],
    );
    says(
        &shown("kind = \"bearer\"", "kind = \"beerer\""),
        &["`beerer` is no kind", "did you mean `bearer`?"],
    );
}

#[test]
fn steps_are_checked_against_the_connections() {
    says(
        &shown("export canvas", "export canvass"),
        &["names an unknown connection", "did you mean `export canvas`?"],
    );
    says(
        &shown("export canvas", "exprot canvas"),
        &["unknown step `exprot canvas`", "did you mean `export`?"],
    );
    says(
        &shown("export canvas", "export"),
        &["`export` is not a whole step", "name the connection"],
    );
    says(
        &shown("\"reconcile\"", "\"reconcile sas\""),
        &["write just `reconcile`"],
    );
    says(
        &shown("import sas", "import canvas"),
        &["needs a source, and the role of `canvas` is `target`"],
    );
    says(
        &shown("\"reconcile\"", "\"import sas\""),
        &["the step `import sas` is named twice"],
    );
    says(
        &shown("\"export canvas\"]", "\"feedback canvas\"]"),
        &["`feedback canvas` cannot be done", "cannot be read back"],
    );
}

#[test]
fn an_unknown_connector_or_version_shows_what_is_installed() {
    says(
        &shown("\"csv\"", "\"sap\""),
        &[
            "`sap` is not installed",
            "installed are `csv`, `lms`",
            "samklang connector add FILE",
        ],
    );
    says(
        &shown("connector = \"csv\"", "connector = \"csv\"\nversion = \"1.0.0\""),
        &[
            "version 1.0.0 of the connector `csv` is not installed",
            "installed: 0.9.0, 0.10.0",
        ],
    );
}

#[test]
fn a_setting_that_the_schema_does_not_allow_is_told_at_its_line() {
    says(
        &shown("file = \"people.csv\"", "fiel = \"people.csv\""),
        &[
            "unknown setting `fiel`",
            "did you mean `file`?",
            ":8:1",
            "lacks `file`",
            "The file to read.",
        ],
    );
    says(
        &shown("file = \"people.csv\"", "file = \"a\"\nrows = 0"),
        &[":9:8", "a setting does not fit", "How many rows."],
    );
    says(
        &shown("file = \"people.csv\"", "file = 5"),
        &[":8:8", "a setting does not fit"],
    );
}

#[test]
fn a_missing_grant_prints_the_lines_that_give_it() {
    says(
        &shown("inbox = true", "inbox = false"),
        &[
            "needs leave that `sas` does not have: to read the connection's inbox (to read files)",
            "[connections.sas.grants]",
            "inbox = true",
        ],
    );
    let shown_http = shown(
        "http = [\"https://lms.example.org\"]",
        "http = [\"https://old.example.org\"]",
    );
    says(
        &shown_http,
        &[
            "to reach https://lms.example.org (to keep users)",
            "[connections.canvas.grants]",
            "http = [\"https://old.example.org\", \"https://lms.example.org\"]",
        ],
    );
    says(
        &shown(
            "http = [\"https://lms.example.org\"]",
            "http = [\"https://lms.example.org/api\"]",
        ),
        &["write `https://lms.example.org`"],
    );
    says(
        &shown("url = \"https://lms.example.org\"", "url = \"lms\""),
        &["`lms` is not a URL", ":16:7"],
    );
}

#[test]
fn a_secret_is_a_reference_and_is_never_shown() {
    let shown_literal = shown("token = \"file:token\"", "token = \"hunter2\"");
    says(
        &shown_literal,
        &[
            "`token` holds a secret",
            "token = \"env:CANVAS_TOKEN\"",
            "file:secrets/token",
            "have it changed",
        ],
    );
    assert!(!shown_literal.contains("hunter2"), "{shown_literal}");
    says(
        &shown("file:token", "env:SAMKLANG_TEST_NO_SUCH_VARIABLE"),
        &["`SAMKLANG_TEST_NO_SUCH_VARIABLE` is not set", ":21:9"],
    );
    says(&shown("file:token", "file:nowhere"), &["nowhere cannot be read"]);
}

#[test]
fn a_credential_must_be_one_that_the_system_takes() {
    says(
        &shown("credentials.api]", "credentials.apy]"),
        &["bound to `apy`", "named api"],
    );
    says(
        &shown(
            "kind = \"bearer\"\ntoken = \"file:token\"",
            "kind = \"basic\"\nusername = \"a\"\npassword = \"file:token\"",
        ),
        &["of the kind basic, but the system takes only bearer"],
    );
    says(
        &shown(
            "[connections.canvas.credentials.api]\nkind = \"bearer\"\ntoken = \"file:token\"\n",
            "",
        ),
        &[
            "wants a credential",
            "[connections.canvas.credentials.api]",
            "kind = \"bearer\"",
            "token = \"env:CANVAS_TOKEN\"",
        ],
    );
    says(
        &shown(
            "token = \"file:token\"",
            "token = \"file:token\"\nusername = \"x\"",
        ),
        &["unknown key `username`"],
    );
}

#[test]
fn a_directory_wants_a_grant_and_a_bind_of_its_own() {
    let directory = Installed {
        digest: "digest".to_owned(),
        signature: None,
        description: Arc::new(Description {
            needs: vec![Need::Ldap {
                name: "directory".to_owned(),
                origin: "{url}".to_owned(),
                credentials: vec![CredentialKind::LdapBind],
                purpose: "to keep users".to_owned(),
            }],
            settings: r#"{"type": "object"}"#.to_owned(),
            ..description("ad", "1.0.0")
        }),
    };
    let folder = Folder::new();
    let fit = |more: &str| {
        let text = format!(
            "tenant = \"nordvik\"\nsteps = []\n[connections.ad]\nconnector = \"ad\"\nrole = \"target\"\n\
             [connections.ad.settings]\nurl = \"ldaps://DC1.kommune.example\"\n{more}"
        );
        let source = Source::new(Path::new("samklang.toml"), text);
        let tenant = Tenant::parse(folder.0.path(), source).map_err(|error| error.to_string())?;
        let fitted = tenant.fit(&vec![directory.clone()].into(), Use::Work);
        fitted.map(drop).map_err(|error| error.to_string())
    };
    let grants = "[connections.ad.grants]\nldap = [\"ldaps://dc1.kommune.example\"]";
    let bind = "[connections.ad.credentials.directory]\nkind = \"ldap-bind\"\n";
    says(
        &fit("").unwrap_err(),
        &[
            "to reach ldaps://dc1.kommune.example (to keep users)",
            "[connections.ad.grants]",
            "ldap = [\"ldaps://dc1.kommune.example\"]",
            "[connections.ad.credentials.directory]",
            "kind = \"ldap-bind\"",
            "password = \"env:AD_PASSWORD\"",
        ],
    );
    let whole = format!("{grants}\n{bind}username = \"svc\"\npassword = \"file:token\"");
    assert_eq!(fit(&whole), Ok(()));
    says(
        &fit(&whole.replace("ldaps://dc1", "https://dc1")).unwrap_err(),
        &["only ldap (with StartTLS) and ldaps can be reached here"],
    );
    says(
        &fit(&whole.replace("\"file:token\"", "\"hunter2\"")).unwrap_err(),
        &["`password` holds a secret"],
    );
}

#[test]
fn a_mapping_is_compiled_and_its_mistake_told_at_its_line() {
    says(
        &shown("{{ display_name }}", "{{ display_nam }}"),
        &["outbound.users.attributes.login_id", "display_nam", ":30:12"],
    );
    says(
        &shown("{{ display_name }}", "{{ display_name"),
        &["outbound.users.attributes.login_id", ":30:12"],
    );
    says(
        &shown("login_id = \"{{ display_name }}\"", "login_id = 5"),
        &["`login_id` cannot be used"],
    );
    says(&shown("login_id = ", "logn_id = "), &["logn_id", ":30:"]);
    says(
        &shown("outbound.users.attributes", "outbound.users.atributes"),
        &["unknown key `atributes`", "did you mean `attributes`?"],
    );
}

#[test]
fn a_tenant_believes_authorities_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let told = |content: Option<&str>| {
        match content {
            Some(content) => std::fs::write(folder.path().join("ca.pem"), content).unwrap(),
            None => drop(std::fs::remove_file(folder.path().join("ca.pem"))),
        }
        let text = "tenant = \"t\"\nauthorities = [\"ca.pem\"]\nsteps = []\n";
        let source = Source::new(&folder.path().join("samklang.toml"), text.to_owned());
        let tenant = Tenant::parse(folder.path(), source).unwrap();
        tenant
            .fit(&Offer::default(), Use::Work)
            .map_err(|error| error.to_string())
    };
    let identity =
        samklang_stand_ins::identity::Identity::new("ca", samklang_stand_ins::identity::KeyKind::P256);
    let pem = identity.certificate_pem();
    assert_eq!(told(Some(&pem)).unwrap().authorities, [pem]);
    says(
        &told(Some("nothing")).err().unwrap(),
        &["ca.pem", "holds no certificate", "a file in PEM"],
    );
    says(&told(None).err().unwrap(), &["ca.pem", "samklang.toml:2"]);
}

#[test]
fn a_connection_has_bounds_of_its_own_or_the_hosts() {
    let shown = |limits: &str| {
        let text = format!(
            "tenant = \"t\"\nsteps = [\"import a\"]\n[connections.a]\nconnector = \"csv\"\nrole = \"source\"\n\
             [connections.a.settings]\nfile = \"x\"\n[connections.a.limits]\n{limits}"
        );
        looked_at(&text, &installed().into()).map(|fitted| fitted.openings["a"].bounds)
    };
    let own = shown("memory_mib = 64\ncpu = \"2m\"\nanswer_mib = 2\nanswer = \"5s\"").unwrap();
    assert_eq!(own.step.memory, 64 << 20);
    assert_eq!(own.step.cpu, Duration::from_secs(120));
    assert_eq!(own.step.call, samklang_sandbox::Limits::default().call);
    assert_eq!(own.egress.response_octets, 2 << 20);
    assert_eq!(own.egress.answer, Duration::from_secs(5));
    says(
        &shown("memory_mib = 0").unwrap_err(),
        &["a whole number from 1 to 4096"],
    );
    says(
        &shown("cpu = \"long\"").unwrap_err(),
        &["`long` is no length of time"],
    );
    says(&shown("disk = 1").unwrap_err(), &["unknown key `disk`"]);
}

#[test]
fn to_look_at_what_is_kept_no_secret_is_touched() {
    let text = SOUND.replace("file:token", "env:SAMKLANG_TEST_NO_SUCH_VARIABLE");
    let source = Source::new(Path::new("samklang.toml"), text);
    let tenant = Tenant::parse(Path::new("."), source).unwrap();
    assert!(tenant.fit(&installed().into(), Use::Look).is_ok());
}

#[test]
fn the_home_is_found_in_the_order_that_is_documented() {
    let environment = |name: &str| match name {
        "SAMKLANG_HOME" => Some("/variable".to_owned()),
        "XDG_DATA_HOME" => Some("/data".to_owned()),
        _ => None,
    };
    let find = |option: Option<&str>, tenant: Option<&str>, environment: &dyn Fn(&str) -> Option<String>| {
        Home::find(option.map(Path::new), tenant.map(Path::new), environment)
            .map(|home| home.folder().to_owned())
    };
    assert_eq!(
        find(Some("/option"), Some("/tenant"), &environment).unwrap(),
        PathBuf::from("/option")
    );
    assert_eq!(
        find(None, Some("/tenant"), &environment).unwrap(),
        PathBuf::from("/tenant")
    );
    assert_eq!(
        find(None, None, &environment).unwrap(),
        PathBuf::from("/variable")
    );
    let user = |name: &str| (name == "HOME").then(|| "/home/kari".to_owned());
    assert_eq!(
        find(None, None, &user).unwrap(),
        PathBuf::from("/home/kari/.local/share/samklang")
    );
    assert!(matches!(find(None, None, &|_| None), Err(HomeError::Nowhere)));
}

#[test]
fn the_store_is_sqlite_unless_a_variable_holds_a_postgres_url() {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::find(Some(folder.path()), None, &|_| None).unwrap();
    let url = |name: &str| (name == "STORE").then(|| "postgres://u:hunter2@db/samklang".to_owned());
    assert_eq!(
        home.settings(&url).unwrap().store,
        StoreAddress::Sqlite(folder.path().join("samklang.db"))
    );
    let file = folder.path().join("installation.toml");
    let with = |text: &str| {
        std::fs::write(&file, text).unwrap();
        home.settings(&url)
            .map(|settings| settings.store)
            .map_err(|error| error.to_string())
    };
    assert_eq!(
        with("store = \"sqlite:other.db\"").unwrap(),
        StoreAddress::Sqlite(folder.path().join("other.db"))
    );
    let postgres = with("store = \"env:STORE\"").unwrap();
    assert_eq!(format!("{postgres:?}"), "Postgres(…)");
    assert!(matches!(postgres, StoreAddress::Postgres(_)));
    says(
        &with("store = \"env:OTHER\"").unwrap_err(),
        &["`OTHER` holds no postgres:// URL", ":1:9"],
    );
    let literal = with("store = \"postgres://u:hunter2@db/samklang\"").unwrap_err();
    says(&literal, &["store = \"env:SAMKLANG_STORE\""]);
    assert!(!literal.contains("hunter2"), "{literal}");
    says(
        &with("stor = \"x\"").unwrap_err(),
        &["unknown key `stor`", "did you mean `store`?"],
    );
}

#[test]
fn a_policy_has_words_times_and_classes_of_its_own() {
    let text = SOUND.replacen(
        "delete = \"keep\"",
        "delete = \"detach\"\ncreate = \"on-request\"\n[connections.canvas.policy.classes.users]\nupdate = \"linked\"\n\
         gone = { suspected = \"12h\", remove_after = \"90d\" }",
        1,
    );
    let fitted = Folder::new().fit(&text).unwrap_or_else(|text| panic!("{text}"));
    let policy = &fitted.tenant.connections.get("canvas").unwrap().policy;
    let users = policy.of("users");
    assert_eq!(
        users.create,
        samklang_core::plan::Create::OnRequest,
        "what the target says holds"
    );
    assert_eq!(users.update, samklang_core::plan::Update::Linked);
    assert_eq!(users.delete, samklang_core::plan::Removal::Detach);
    let gone = users.gone.unwrap();
    assert_eq!(
        (gone.suspected, gone.disable_after, gone.remove_after),
        (43_200_000, None, Some(7_776_000_000))
    );
    assert_eq!(policy.of("anything else").gone, None);
}

#[test]
fn a_policy_that_cannot_be_carried_out_is_a_mistake() {
    says(
        &shown("delete = \"keep\"", "delete = \"deactivate\""),
        &[
            "the mapping does not say how",
            "mappings.outbound.users.deactivated",
        ],
    );
    says(
        &shown(
            "delete = \"keep\"",
            "gone = { disable_after = \"7d\", remove_after = \"90d\" }",
        ),
        &["objects of class `users` are to be deactivated"],
    );
    says(
        &shown(
            "delete = \"keep\"",
            "gone = { suspected = \"9d\", remove_after = \"7d\" }",
        ),
        &["go backwards"],
    );
    says(
        &shown("delete = \"keep\"", "gone = { remove_after = \"soon\" }"),
        &["`soon` is no length of time", "`90d`"],
    );
    says(
        &shown("delete = \"keep\"", "classes.user = { delete = \"keep\" }"),
        &["unknown mapped class `user`", "did you mean `users`?"],
    );
}

#[test]
fn whose_an_attribute_is_stands_in_the_mapping() {
    let with =
        |line: &str| format!("{SOUND}\n[connections.canvas.mappings.outbound.users.overwrite]\n{line}\n");
    let fitted = Folder::new()
        .fit(&with("login_id = \"when-present\""))
        .unwrap_or_else(|text| panic!("{text}"));
    let users = fitted
        .tenant
        .connections
        .get("canvas")
        .unwrap()
        .mappings
        .outbound
        .get("users")
        .unwrap();
    assert_eq!(
        *users.overwrite("login_id"),
        samklang_core::mapping::Overwrite::WhenPresent
    );
    let Err(text) = Folder::new().fit(&with("login_id = \"sometimes\"")) else {
        panic!("no mistake was found")
    };
    says(
        &text,
        &["`sometimes` is not `always`, `when-present`, `never`, `ours`"],
    );
    let Err(text) = Folder::new().fit(&with("phone = \"never\"")) else {
        panic!("no mistake was found")
    };
    says(&text, &["there is no mapped attribute `phone`"]);
}

#[test]
fn an_attribute_has_an_order_of_sources_and_a_kind_a_time_of_grace() {
    let text = format!(
        "{SOUND}\n[ownership.person]\nemail = [\"sas\"]\nphone = {{ from = [\"sas\"], only = true }}\n[grace]\nperson = \"30d\"\n"
    );
    let fitted = Folder::new().fit(&text).unwrap_or_else(|text| panic!("{text}"));
    let ownership = &fitted.tenant.ownership;
    let person = samklang_core::catalogue::EntityKind::Person;
    assert_eq!(ownership.grace(person), 30 * 86_400_000);
    let sources = &fitted.tenant.sources;
    assert_eq!(ownership.rank(sources, person, "phone", "canvas"), None);
    let wrong = |lines: &str| match Folder::new().fit(&format!("{SOUND}\n{lines}\n")) {
        Ok(_) => panic!("no mistake was found"),
        Err(text) => text,
    };
    says(
        &wrong("[ownership.person]\nemail = [\"sass\"]"),
        &["unknown source `sass`", "did you mean `sas`?"],
    );
    says(
        &wrong("[ownership.person]\nemail = [\"canvas\"]"),
        &["unknown source `canvas`"],
    );
    says(&wrong("[ownership.human]\nemail = [\"sas\"]"), &["`human`"]);
    says(
        &wrong("[grace]\nperson = \"long\""),
        &["`long` is no length of time"],
    );
}

#[test]
fn what_is_kept_has_a_period_of_its_own_or_a_careful_one() {
    use samklang_core::catalogue::EntityKind;
    use samklang_core::retention::{Kept, Period};

    let text = format!(
        "{SOUND}\n[retention]\noperations = \"90d\"\njournal = \"forever\"\n[retention.gone]\nperson = \"180d\"\n"
    );
    let fitted = Folder::new().fit(&text).unwrap_or_else(|text| panic!("{text}"));
    let retention = &fitted.tenant.retention;
    assert_eq!(retention.period(Kept::Operations), Period::days(90));
    assert_eq!(retention.period(Kept::Journal), Period::Forever);
    assert_eq!(
        retention.period(Kept::Gone(EntityKind::Person)),
        Period::days(180)
    );
    let engagement = Kept::Gone(EntityKind::Engagement);
    assert_eq!(retention.period(engagement), engagement.otherwise());
    let wrong = |lines: &str| match Folder::new().fit(&format!("{SOUND}\n{lines}\n")) {
        Ok(_) => panic!("no mistake was found"),
        Err(text) => text,
    };
    says(
        &wrong("[retention]\nperson = \"180d\""),
        &["unknown key `person`", "retention"],
    );
    says(
        &wrong("[retention]\noperation = \"9d\""),
        &["did you mean `operations`?"],
    );
    says(
        &wrong("[retention.gone]\nhuman = \"9d\""),
        &["unknown key `human`"],
    );
    says(
        &wrong("[retention]\ncases = \"always\""),
        &["`always` is no length of time"],
    );
}

/// The page's table of periods, held against the code.
#[test]
fn the_documentation_says_how_long_what_is_kept() {
    use samklang_core::retention::{Kept, Period};

    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/configuration.md");
    let page = std::fs::read_to_string(page).unwrap();
    for kept in Kept::ALL {
        let (Period::For(period), key) = (kept.otherwise(), kept.as_str()) else {
            panic!("{kept:?} is kept for ever")
        };
        let days = format!("`{}d`", period / 86_400_000);
        let line = page.lines().find(|line| {
            let mut cells = line.split('|').skip(1);
            cells
                .next()
                .is_some_and(|cell| cell.contains(&format!("`{key}`")))
                && cells.next().is_some_and(|cell| cell.trim() == days)
        });
        assert!(
            line.is_some(),
            "no line of the page says that `{key}` is kept {days}"
        );
    }
}

fn looked_at(text: &str, offer: &Offer) -> Result<samklang::configuration::Fitted, String> {
    let source = Source::new(Path::new("samklang.toml"), text.to_owned());
    let tenant = Tenant::parse(Path::new("."), source).map_err(|error| error.to_string())?;
    tenant.fit(offer, Use::Look).map_err(|error| error.to_string())
}

#[test]
fn an_installation_says_whom_it_trusts_and_how_registries_are_reached() {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::find(Some(folder.path()), None, &|_| None).unwrap();
    let with = |text: &str| {
        std::fs::write(folder.path().join("installation.toml"), text).unwrap();
        home.settings(&|_| None).map_err(|error| error.to_string())
    };
    let key = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";
    let sound = format!(
        "[trust.keys.vendor]\nkey = \"{key}\"\nconnectors = [\"csv\"]\n[registries.\"r.example.org\"]\nusername = \"me\"\n\
         password = \"env:REGISTRY\"\n[registries.\"127.0.0.1:5000\"]\nplain = true\n"
    );
    let settings = with(&sound).unwrap();
    assert!(
        !settings.trust.unsigned,
        "unless it is said, nothing unsigned is let in"
    );
    assert_eq!(settings.trust.keys[0].name, "vendor");
    assert!(settings.registries["127.0.0.1:5000"].plain);
    assert_eq!(
        settings.registries["r.example.org"].account.as_ref().unwrap().0,
        "me"
    );
    says(
        &with("[trust.keys.vendor]\nkey = \"RWsomething\"\n").unwrap_err(),
        &["it is no public key of minisign", "minisign.pub"],
    );
    says(
        &with("[registries.x]\nusername = \"me\"\npassword = \"hunter2\"\n").unwrap_err(),
        &["`password` holds a secret", "env:"],
    );
    says(
        &with("[trust]\nunsinged = true\n").unwrap_err(),
        &["did you mean `unsigned`?"],
    );
    // A tenant keeps to a part of it.
    let offer = Offer {
        trust: settings.trust.clone(),
        ..installed().into()
    };
    let fit = |lines: &str| looked_at(&format!("{SOUND}\n{lines}\n"), &offer).map(|fitted| fitted.trust);
    assert_eq!(fit("[trust]\nkeys = [\"vendor\"]").unwrap(), settings.trust);
    assert!(fit("[trust]\nkeys = []").unwrap().keys.is_empty());
    says(
        &fit("[trust]\nkeys = [\"vendro\"]").unwrap_err(),
        &["installation.toml names no key `vendro`", "it names `vendor`"],
    );
}

#[test]
fn a_connection_runs_the_build_that_was_activated_unless_its_cycle_or_its_file_says_another() {
    let chosen = |running: Option<&str>, active: Option<&str>, version: &str| {
        let text = SOUND.replacen(
            "connector = \"csv\"\n",
            &format!("connector = \"csv\"\n{version}"),
            1,
        );
        let one = |digest: Option<&str>| {
            let digest = digest.map(|digest| ("sas".to_owned(), digest.to_owned()));
            digest.into_iter().collect()
        };
        let offer = Offer {
            running: one(running),
            active: one(active),
            ..installed().into()
        };
        looked_at(&text, &offer).map(|fitted| fitted.openings["sas"].connector.digest.clone())
    };
    let (old, new) = ("digest-0.9.0", "digest-0.10.0");
    assert_eq!(chosen(None, None, "").unwrap(), new, "at first the newest");
    assert_eq!(chosen(None, Some(old), "").unwrap(), old);
    assert_eq!(chosen(None, Some(old), "version = \"0.10.0\"\n").unwrap(), new);
    assert_eq!(chosen(Some(new), Some(old), "").unwrap(), new);
    assert_eq!(chosen(Some(old), None, "version = \"0.10.0\"\n").unwrap(), old);
    says(
        &chosen(None, Some("0123456789abcdef"), "").unwrap_err(),
        &[
            "the build 0123456789ab of `csv`, which `sas` runs, is not installed",
            "samklang connector add FILE",
        ],
    );
}

#[test]
fn what_a_server_needs_is_read_and_each_mistake_in_it_is_told() {
    let read = |text: &str| {
        let source = Source::new(
            Path::new("samklang.toml"),
            format!("tenant = \"nordvik\"\nsteps = []\n{text}"),
        );
        Tenant::parse(Path::new("/t"), source).unwrap()
    };
    let plain = read("").sound().unwrap();
    let serving = plain.serving();
    assert_eq!((&serving.title, serving.late_after), (&None, 7_200_000));
    assert!(serving.schedule.is_empty() && serving.notices.mail.is_empty());
    let tenant = read(
        "title = \"Nordvik kommune\"\nschedule = [\"30 4 * * *\", \"0 12 * * MON-FRI\"]\nlate_after = \"90m\"\n\
         [notices]\nmail = [\"drift@nordvik.example\"]\nlanguage = \"nb\"\n\
         [notices.webhook]\nurl = \"https://drift.example/in\"\nsecret = \"file:hook\"\n",
    );
    let serving = tenant.sound().unwrap().serving().clone();
    assert_eq!((serving.schedule.len(), serving.late_after), (2, 5_400_000));
    assert_eq!(serving.notices.language.as_deref(), Some("nb"));
    assert!(serving.notices.webhook.is_some());
    for (text, code, told) in [
        (
            "schedule = \"every night\"",
            "schedule",
            "it has 2 fields instead of 5",
        ),
        (
            "schedule = [\"30 25 * * *\"]",
            "schedule",
            "`30 25 * * *` is no time at which something begins",
        ),
        ("late_after = \"soon\"", "duration", "is no length of time"),
        (
            "[notices]\nmail = [\"Anna\"]",
            "address",
            "`Anna` is no address for e-mail",
        ),
        (
            "[notices]\nlanguage = \"fi\"",
            "unknown-word",
            "`fi` is no language",
        ),
        (
            "[notices.webhook]\nurl = \"drift\"\nsecret = \"env:X\"",
            "webhook",
            "holds no address",
        ),
        (
            "[notices.webhook]\nurl = \"https://x.example\"\nsecret = \"hunter2\"",
            "literal-secret",
            "no reference to one",
        ),
    ] {
        let mistaken = read(text).sound().unwrap_err();
        let records = mistaken.records();
        assert_eq!(records.len(), 1, "{text}: {mistaken}");
        assert_eq!(records[0].code, code, "{text}");
        assert!(
            records[0].message.contains(told) && records[0].remedy.is_some(),
            "{text}: {mistaken}"
        );
        assert!(!mistaken.to_string().contains("hunter2"), "{mistaken}");
    }
}

/// Without TLS the cookie that a session is known by travels in clear. Only where everybody is on this machine is that no mistake; before,
/// each of these was taken, and whoever read along was whoever signed in.
#[test]
fn a_server_that_others_reach_is_private() {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::find(Some(folder.path()), None, &|_| None).unwrap();
    let read = |text: &str| {
        let text = format!("[server]\n{text}\n");
        std::fs::write(folder.path().join("installation.toml"), text).unwrap();
        home.settings(&|_| None).map_err(|error| error.to_string())
    };
    let tls = "[server.tls]\ncertificate = \"a.pem\"\nkey = \"a.key\"";
    for sound in [
        "".to_owned(),
        "listen = \"127.0.0.1:1\"".to_owned(),
        "listen = \"[::1]:1\"\naddress = \"http://localhost:1\"".to_owned(),
        "address = \"https://samklang.example\"".to_owned(),
        "listen = \"0.0.0.0:1\"\naddress = \"https://samklang.example\"".to_owned(),
        format!("listen = \"0.0.0.0:1\"\n{tls}"),
    ] {
        assert!(read(&sound).is_ok(), "{sound}: {:?}", read(&sound).err());
    }
    for mistaken in [
        "listen = \"0.0.0.0:1\"".to_owned(),
        "listen = \"[::]:1\"\naddress = \"http://localhost:1\"".to_owned(),
        "listen = \"10.0.0.7:1\"\naddress = \"http://127.0.0.1:1\"".to_owned(),
        "address = \"http://samklang.example\"".to_owned(),
        format!("address = \"http://samklang.example\"\n{tls}"),
    ] {
        let told = read(&mistaken).unwrap_err();
        says(&told, &["without TLS", "`[server.tls]`"]);
    }
}
