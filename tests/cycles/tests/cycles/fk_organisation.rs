//! From OS2MO into Støttesystemet Organisation and back out of it: over TLS, with tokens and signatures.

use std::collections::BTreeMap;
use std::sync::Arc;

use samklang_cycles::Tenant;
use samklang_municipality::Municipality;
use samklang_stand_ins::StsOrganisation;
use samklang_stand_ins::identity::{Identity, KeyKind};
use samklang_stand_ins::sts_organisation::Agreement;
use samklang_stand_ins::sts_organisation::names::{POSITION, Service};
use samklang_stand_ins::sts_organisation::sealed::Sealed;
use samklang_stand_ins::tls::Front;
use samklang_stand_ins::ws_trust::{Clock, Guardian, TokenService};

use crate::organisation::{CVR, os2mo, wanted};

/// The entity identifier of the service.
const SERVICE: &str = "http://stoettesystemerne.dk/service/organisation/3";

/// A register behind its token service and TLS, and a municipality that has an agreement.
struct Fk {
    register: StsOrganisation,
    tokens: TokenService,
    front: Front,
    client: Identity,
    service: String,
    server: Identity,
}

impl Fk {
    fn start() -> Self {
        let clock: Clock = Arc::new(jiff::Timestamp::now);
        let client = Identity::new("samklang", KeyKind::Rsa(1));
        let issuer = Identity::new("token service", KeyKind::Rsa(2));
        let tokens = TokenService::new(issuer, SERVICE, &[&client], Arc::clone(&clock));
        tokens.municipality(CVR, true);
        let guardian = Guardian::new(&tokens, Identity::new("register", KeyKind::Rsa(3)), clock);
        let service = guardian.certificate_pem();
        let register = StsOrganisation::builder()
            .security(Sealed::new(guardian))
            .routes(tokens.router())
            .start_blocking()
            .unwrap();
        register.add_authority(CVR, "Nordvik Kommune");
        let server = Identity::new("server", KeyKind::P256);
        let front = Front::start(register.server().port(), &server).unwrap();
        Self {
            register,
            tokens,
            front,
            client,
            service,
            server,
        }
    }

    /// The tables of the connection `fk`, and what they name.
    fn connect(&self, tenant: &Tenant, role: &str) {
        let url = self.front.url();
        tenant.add(&format!(
            r#"
            [connections.fk]
            connector = "sts-organisation"
            role = "{role}"
            [connections.fk.settings]
            url = "{url}/organisation"
            cvr = "{CVR}"
            [connections.fk.grants]
            http = ["{url}"]
            [connections.fk.credentials.organisation]
            kind = "ws-trust"
            token_url = "{url}/issue"
            applies_to = "{SERVICE}"
            claims = {{ "dk:gov:saml:attribute:CvrNumberIdentifier" = "{CVR}" }}
            private_key = "file:secrets/client.key"
            certificate = "file:secrets/client.pem"
            service_certificate = "file:secrets/service.pem"
            "#
        ));
        tenant.secret("client.key", &self.client.key_pem());
        let keep = |name: &str, text: &str| {
            let path = tenant.folder().join("secrets").join(name);
            std::fs::write(path, text).unwrap();
        };
        keep("client.pem", &self.client.certificate_pem());
        keep("service.pem", &self.service);
        // Whom the register is certified by, the tenant says itself.
        keep("server.pem", &self.server.certificate_pem());
    }

    /// What of a service is in force now: by UUID, the text of one property.
    fn shown(&self, service: Service, property: &str) -> BTreeMap<String, String> {
        let now = self.register.now();
        let mut shown = BTreeMap::new();
        for (uuid, registration) in self.register.registrations(service) {
            let active = registration
                .states
                .iter()
                .filter(|state| state.period.holds(now))
                .any(|state| state.node.text_of("GyldighedStatusKode") == Some("Aktiv"));
            let text = registration
                .properties
                .iter()
                .find(|entry| entry.period.holds(now))
                .and_then(|entry| entry.node.text_of(property));
            if active {
                shown.insert(uuid.to_string(), text.unwrap_or_default().to_owned());
            }
        }
        shown
    }

    /// How many positions are in force or yet to come.
    fn positions(&self) -> usize {
        let now = self.register.now();
        let functions = self.register.registrations(Service::OrganisationFunktion);
        let functions = functions.values().filter(|function| {
            let positions = function.relations.iter();
            let mut positions = positions.filter(|relation| relation.node.name == "Funktionstype");
            let is_position = positions.any(|relation| relation.reference() == Some(POSITION));
            let lasts = function.states.iter().any(|state| {
                state.period.to.is_none_or(|end| end > now)
                    && state.node.text_of("GyldighedStatusKode") == Some("Aktiv")
            });
            is_position && lasts
        });
        functions.count()
    }
}

/// A tenant whose OS2MO feeds the register.
fn tenant(source: &str) -> Tenant {
    let tenant = Tenant::new(&format!(
        r#"
        tenant = "nordvik"
        authorities = ["secrets/server.pem"]
        steps = ["import os2mo", "compare", "reconcile", "export fk", "feedback fk"]
        [connections.os2mo]
        connector = "os2mo"
        role = "source"
        [connections.os2mo.settings]
        url = "{source}"
        [connections.os2mo.grants]
        http = ["{source}"]
        [connections.os2mo.credentials.os2mo]
        kind = "oauth2-client-credentials"
        token_url = "{source}/auth/realms/mo/protocol/openid-connect/token"
        client_id = "samklang"
        client_secret = "file:secrets/os2mo"
        "#
    ));
    tenant.secret("os2mo", crate::organisation::CLIENT_SECRET);
    tenant
}

#[test]
fn an_administration_flows_into_the_register_by_signed_messages_and_only_changes_follow() {
    let first = Municipality::new(3, 60);
    let mo = os2mo(&first);
    let fk = Fk::start();
    let tenant = tenant(&mo.url());
    fk.connect(&tenant, "target");
    tenant.private().know(&first);
    let _ = tenant.call("check", &[]).ends(0);

    let answer = tenant.run().ends(0);
    assert_eq!(answer.count("export fk", "refused"), 0, "{:#}", answer.json());
    let all = wanted(&first, 0);
    let units: BTreeMap<String, String> = first
        .units()
        .map(|unit| (unit.uuid.to_string(), unit.name.clone()))
        .collect();
    assert_eq!(fk.shown(Service::OrganisationEnhed, "EnhedNavn"), units);
    let users = all.len() - units.len();
    assert_eq!(fk.shown(Service::Bruger, "BrugerNavn").len(), users);
    let positions: usize = all
        .values()
        .filter_map(|user| Some(user["Positions"].as_array()?.len()))
        .sum();
    assert_eq!(fk.positions(), positions);
    // One token for all that the night sent, and every message as the schemas want it.
    assert!(fk.tokens.issued() <= 4, "{} tokens", fk.tokens.issued());
    let sent = fk.register.exchanges().len();
    assert!(sent > users, "{sent}");
    fk.register.assert_valid();

    // Again: nothing to do, and nothing is written.
    let answer = tenant.run().ends(0);
    assert_eq!(answer.count("export fk", "planned"), 0, "{:#}", answer.json());
    assert_eq!(answer.count("feedback fk", "changed"), 0);
    assert_eq!(answer.count("feedback fk", "removed"), 0);

    // A night later: what changed, and no more.
    let later = first.after_nights(1);
    tenant.private().know(&later);
    mo.replace(&later);
    let answer = tenant.run().ends(0);
    assert_eq!(answer.count("export fk", "refused"), 0, "{:#}", answer.json());
    let units: BTreeMap<String, String> = later
        .units()
        .map(|unit| (unit.uuid.to_string(), unit.name.clone()))
        .collect();
    assert_eq!(fk.shown(Service::OrganisationEnhed, "EnhedNavn"), units);
    let users = wanted(&later, 0).len() - units.len();
    assert_eq!(fk.shown(Service::Bruger, "BrugerNavn").len(), users);
    let answer = tenant.run().ends(0);
    assert_eq!(answer.count("export fk", "planned"), 0, "{:#}", answer.json());
    fk.register.assert_valid();
}

#[test]
fn the_register_is_a_source_as_well() {
    let first = Municipality::new(3, 60);
    let mo = os2mo(&first);
    let fk = Fk::start();
    let writer = tenant(&mo.url());
    fk.connect(&writer, "target");
    let written = writer.run().ends(0);
    assert_eq!(written.count("export fk", "refused"), 0);

    let reader = Tenant::new(
        r#"
        tenant = "nordvik"
        authorities = ["secrets/server.pem"]
        steps = ["import fk", "compare", "reconcile"]
        "#,
    );
    fk.connect(&reader, "source");
    let read = reader.run().ends(0);
    let all = wanted(&first, 0);
    let units = first.units().count();
    let entities = reader.call("explain", &[&first.units().next().unwrap().name, "--json"]);
    let entities = entities.ends(0).json();
    assert_eq!(entities["entity"]["kind"], "unit", "{entities:#}");
    let least = (units + (all.len() - units)) as u64;
    assert!(read.count("import fk", "read") >= least, "{:#}", read.json());
    assert_eq!(reader.run().ends(0).count("import fk", "changed"), 0);
}

#[test]
fn who_cannot_be_trusted_is_not_talked_to_and_the_one_who_can_mend_it_is_told() {
    let first = Municipality::new(3, 20);
    let mo = os2mo(&first);
    let fk = Fk::start();
    let tenant = tenant(&mo.url());
    fk.connect(&tenant, "target");
    let said = |tenant: &Tenant| {
        let answer = tenant.call("check", &["--json"]);
        format!("{}{}", answer.stdout, answer.stderr)
    };
    assert!(!said(&tenant).contains("failure"), "{}", said(&tenant));

    fk.tokens.municipality(CVR, false);
    let told = said(&tenant);
    assert!(told.contains("ServiceAgreementNotFound"), "{told}");
    fk.tokens.municipality(CVR, true);

    // The register itself has no agreement: the service says so, in a fault that is not signed.
    fk.register.set_agreement(CVR, None);
    let told = said(&tenant);
    assert!(told.contains("failure"), "{told}");
    fk.register.set_agreement(CVR, Some(Agreement::default()));

    // Somebody else signs the answers.
    let other = Identity::new("somebody else", KeyKind::Rsa(2));
    std::fs::write(
        tenant.folder().join("secrets/service.pem"),
        other.certificate_pem(),
    )
    .unwrap();
    let told = said(&tenant);
    assert!(told.contains("failure") && told.contains("sign"), "{told}");
    let nothing = tenant.run().ends(1);
    assert!(
        fk.shown(Service::OrganisationEnhed, "EnhedNavn").is_empty(),
        "{:#}",
        nothing.json()
    );
}
