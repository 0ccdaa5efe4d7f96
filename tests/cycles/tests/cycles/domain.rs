//! A real Active Directory (Samba), looked at past the connector.

use std::collections::BTreeMap;

use samklang_core::connector::{CredentialKind, Need};
use samklang_cycles::{Tenant, is_left_out};
use samklang_egress::{
    Attribute, Change, ChangeKind, Control, Credential, Credentials, Directory, Egress, EgressLimits, Entry,
    Found, GrantSettings, Grants, Query, Scope, Secret,
};
use tokio::runtime::Runtime;

const NEED: &str = "directory";
const ADMINISTRATOR: &str = "Administrator@kommune.test";
const PASSWORD: &str = "Passw0rd!x";
pub(crate) const ROOT: &str = "DC=kommune,DC=test";

/// The domain, and a part of it that is one test's own.
pub(crate) struct Domain {
    pub(crate) url: String,
    pub(crate) authority: String,
    /// The name of the part.
    pub(crate) base: String,
    runtime: Runtime,
    directory: Directory,
}

impl Domain {
    /// The domain that the tests were given, with a part of this name; none when it was left out on purpose.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let Ok(url) = std::env::var("SAMKLANG_TEST_ACTIVE_DIRECTORY") else {
            if is_left_out("samba") {
                return None;
            }
            panic!(
                "this test needs an Active Directory: run it by cargo xtask test, or by cargo xtask with-active-directory cargo nextest run …"
            );
        };
        let authority =
            std::env::var("SAMKLANG_TEST_ACTIVE_DIRECTORY_CA").expect("the domain's certificate has a place");
        let runtime = Runtime::new().unwrap();
        let directory = runtime.block_on(open(&url, &authority));
        let mut domain = Self {
            url,
            authority,
            base: format!("OU={},{ROOT}", name.replace(',', "\\,")),
            runtime,
            directory,
        };
        domain.add(&domain.base.clone(), "organizationalUnit", &[]);
        Some(domain)
    }

    /// Adds an entry.
    pub(crate) fn add(&mut self, dn: &str, class: &str, attributes: &[(&str, &str)]) {
        let attribute = |(name, value): (&str, &str)| Attribute {
            name: name.to_owned(),
            values: vec![value.as_bytes().to_vec()],
        };
        let mut all = vec![attribute(("objectClass", class))];
        all.extend(attributes.iter().copied().map(attribute));
        let Self {
            runtime, directory, ..
        } = self;
        let added = runtime.block_on(directory.add(dn, &all, &[]));
        assert!(added.is_ok(), "{dn}: {added:?}");
    }

    /// Changes one attribute of an entry.
    pub(crate) fn change(&mut self, dn: &str, kind: ChangeKind, name: &str, value: &str) {
        let change = Change {
            kind,
            attribute: Attribute {
                name: name.to_owned(),
                values: vec![value.as_bytes().to_vec()],
            },
        };
        let Self {
            runtime, directory, ..
        } = self;
        let changed = runtime.block_on(directory.modify(dn, &[change], &[]));
        assert!(changed.is_ok(), "{dn}: {changed:?}");
    }

    /// Gives an entry another name.
    pub(crate) fn rename(&mut self, dn: &str, rdn: &str) {
        let Self {
            runtime, directory, ..
        } = self;
        let renamed = runtime.block_on(directory.rename(dn, rdn, true, None, &[]));
        assert!(renamed.is_ok(), "{dn}: {renamed:?}");
    }

    /// Removes an entry.
    pub(crate) fn delete(&mut self, dn: &str) {
        let Self {
            runtime, directory, ..
        } = self;
        let deleted = runtime.block_on(directory.delete(dn, &[]));
        assert!(deleted.is_ok(), "{dn}: {deleted:?}");
    }

    /// What lies in the part, by name.
    pub(crate) fn entries(&mut self, filter: &str, attributes: &[&str]) -> BTreeMap<String, Entry> {
        let query = Query {
            base: self.base.clone(),
            scope: Scope::Subtree,
            filter: filter.to_owned(),
            attributes: attributes.iter().map(|&name| name.to_owned()).collect(),
            page_size: Some(500),
            controls: Vec::<Control>::new(),
        };
        let Self {
            runtime, directory, ..
        } = self;
        let mut search = directory.search(query).unwrap();
        let mut found = BTreeMap::new();
        loop {
            match runtime.block_on(directory.next(&mut search, 1_000)).unwrap() {
                Found::Entries(entries) => {
                    found.extend(entries.into_iter().map(|entry| (entry.dn.clone(), entry)))
                }
                Found::Complete(_) => return found,
            }
        }
    }

    /// A tenant with these steps and connections beside that to the part of the domain, in this role.
    pub(crate) fn tenant(&self, role: &str, steps: &str, settings: &str, more: &str) -> Tenant {
        let Self { url, base, .. } = self;
        let mut tenant = Tenant::new(&format!(
            r#"
            tenant = "nordvik"
            steps = [{steps}]

            {more}

            [connections.ad]
            connector = "ad"
            role = "{role}"
            [connections.ad.settings]
            url = "{url}"
            base = '{base}'
            {settings}
            [connections.ad.grants]
            ldap = ["{url}"]
            [connections.ad.credentials.directory]
            kind = "ldap-bind"
            username = "{ADMINISTRATOR}"
            password = "file:secrets/ad"
            "#
        ));
        tenant.secret("ad", PASSWORD);
        tenant.trust(&self.authority);
        tenant
    }
}

async fn open(url: &str, authority: &str) -> Directory {
    let needs = [Need::Ldap {
        name: NEED.to_owned(),
        origin: "{url}".to_owned(),
        credentials: vec![CredentialKind::LdapBind],
        purpose: String::new(),
    }];
    let grants = GrantSettings {
        ldap: vec![url.to_owned()],
        ..GrantSettings::default()
    };
    let settings = serde_json::json!({ "url": url });
    let grants = Grants::new("test", "test", &needs, &settings, &grants).unwrap();
    let bind = Credential::ldap_bind(ADMINISTRATOR, Secret::new(PASSWORD.to_owned())).unwrap();
    let credentials = Credentials::new(BTreeMap::from([(NEED.to_owned(), bind)]), &needs).unwrap();
    let pem = std::fs::read_to_string(authority).expect("the domain's certificate");
    let egress = Egress::new(&[pem]).unwrap();
    let sender = egress
        .sender(grants, credentials, EgressLimits::default(), None, None)
        .unwrap_or_else(|error| panic!("{error}"));
    let directory = sender.directory(NEED).await;
    directory.unwrap_or_else(|error| panic!("{error}"))
}

/// The first value of an attribute.
pub(crate) fn text(entry: &Entry, name: &str) -> Option<String> {
    let attribute = entry
        .attributes
        .iter()
        .find(|attribute| attribute.name.eq_ignore_ascii_case(name))?;
    String::from_utf8(attribute.values.first()?.clone()).ok()
}

/// How many values an attribute has.
pub(crate) fn count(entry: &Entry, name: &str) -> usize {
    let attribute = entry.attributes.iter().find(|attribute| attribute.name == name);
    attribute.map_or(0, |attribute| attribute.values.len())
}
