//! The strictness of the stand-in for Støttesystemet Organisation: its frame, its codes, its two times, its pages and its seam.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report"
)]

mod client;

use std::time::Duration;

use samklang_stand_ins::StsOrganisation;
use samklang_stand_ins::sts_organisation::fixtures::{always, period, relation, state};
use samklang_stand_ins::sts_organisation::names::{HEADER, OF, OS, SD, SOAP, Service, WSA};
use samklang_stand_ins::sts_organisation::security::{CVR_ATTRIBUTE, Knock, Off, Security, SecurityFault};
use samklang_stand_ins::sts_organisation::{Agreement, Node};
use uuid::Uuid;

const NOW: &str = "2026-03-02T11:00:00Z";
const CVR: &str = "11111111";

fn id(end: &str) -> Uuid {
    format!("3f0c8a52-0000-4000-8000-{end:0>12}").parse().unwrap()
}

fn start() -> (StsOrganisation, Uuid) {
    let server = StsOrganisation::builder()
        .at(NOW)
        .security(Off { cvr: CVR.to_owned() })
        .start_blocking()
        .unwrap();
    let organisation = server.add_authority(CVR, "Korsbæk Kommune");
    (server, organisation)
}

/// An envelope as it has to be.
fn envelope(action: &str, body: Node) -> Node {
    let transaction = Node::text(HEADER, "TransactionUUID", id("77"));
    let header = Node::new(SOAP, "Header")
        .with(Node::text(
            WSA,
            "Action",
            format!("http://kombit.dk/sts/organisation/{action}"),
        ))
        .with(Node::text(WSA, "MessageID", "urn:uuid:1"))
        .with(Node::text(WSA, "To", "https://organisation.example"))
        .with(Node::new(HEADER, "RequestHeader").with(transaction));
    Node::new(SOAP, "Envelope")
        .with(header)
        .with(Node::new(SOAP, "Body").with(body))
}

fn post(server: &StsOrganisation, service: &str, envelope: &Node) -> (u16, Node) {
    let response = client::client()
        .post(format!("{}/{service}/6/", server.url()))
        .header("content-type", "application/soap+xml; charset=utf-8")
        .body(envelope.document())
        .send()
        .unwrap();
    (
        response.status().as_u16(),
        Node::parse(&response.text().unwrap()).unwrap(),
    )
}

/// What an operation answers: its code, and the element of the reply.
fn call(server: &StsOrganisation, service: Service, body: Node) -> (i64, Node) {
    let operation = match body.name.trim_end_matches("Input").to_lowercase() {
        operation if operation == "import" => "importer".to_owned(),
        operation => operation,
    };
    let (status, reply) = post(
        server,
        &service.path(),
        &envelope(&format!("{}/{operation}", service.path()), body),
    );
    assert_eq!(status, 200, "{}", reply.document());
    let transaction = reply
        .child(SOAP, "Header")
        .unwrap()
        .find("TransactionUUID")
        .unwrap();
    assert_eq!(
        transaction.text,
        id("77").to_string(),
        "the RequestHeader is repeated"
    );
    let body = reply.child(SOAP, "Body").unwrap().children[0].clone();
    (body.find("StatusKode").unwrap().text.parse().unwrap(), body)
}

fn moment(name: &str, text: &str) -> Node {
    let inner = match text {
        "" => Node::text(SD, "GraenseIndikator", "true"),
        text => Node::text(SD, "TidsstempelDatoTid", text),
    };
    Node::new(SD, name).with(inner)
}

fn virkning(from: &str) -> Node {
    Node::new(SD, "Virkning").with(moment("FraTidspunkt", from))
}

const FROM: &str = "2026-03-02T00:00:00+01:00";

fn uuid_of(uuid: Uuid) -> Node {
    Node::text(SD, "UUIDIdentifikator", uuid)
}

fn related(name: &str, target: Uuid) -> Node {
    Node::new(SD, name)
        .with(virkning(FROM))
        .with(Node::new(SD, "ReferenceID").with(uuid_of(target)))
}

/// The three lists of a unit.
fn unit_lists(name: &str, organisation: Uuid) -> [Node; 3] {
    let ns = Service::OrganisationEnhed.ns();
    let property = Node::new(&ns, "Egenskab")
        .with(virkning(FROM))
        .with(Node::text(SD, "BrugervendtNoegleTekst", "k"))
        .with(Node::text(SD, "EnhedNavn", name));
    let state =
        Node::new(OF, "Gyldighed")
            .with(virkning(FROM))
            .with(Node::text(OF, "GyldighedStatusKode", "Aktiv"));
    [
        Node::new(&ns, "AttributListe").with(property),
        Node::new(&ns, "TilstandListe").with(state),
        Node::new(&ns, "RelationListe").with(related("Tilhoerer", organisation)),
    ]
}

fn import(uuid: Uuid, time: &str, lists: [Node; 3]) -> Node {
    let ns = Service::OrganisationEnhed.ns();
    let registration = Node::new(&ns, "Registrering")
        .with(Node::text(SD, "Tidspunkt", time))
        .with_all(lists);
    let object = Node::new(&ns, "OrganisationEnhed")
        .with(uuid_of(uuid))
        .with(registration);
    Node::new(&ns, "ImportInput").with(object)
}

fn with_uuid(operation: &str, uuid: Uuid) -> Node {
    Node::new(&Service::OrganisationEnhed.ns(), operation).with(uuid_of(uuid))
}

const UNIT: Service = Service::OrganisationEnhed;

#[test]
fn the_frame_is_soap_with_addressing_and_a_request_header() {
    let (server, _) = start();
    let body = || with_uuid("LaesInput", id("c1"));
    let whole = || envelope("organisationenhed/laes", body());
    let fault = |envelope: &Node| {
        let (status, reply) = post(&server, "organisationenhed", envelope);
        assert_eq!(status, 500);
        reply.find("Subcode").unwrap().find("Value").unwrap().text.clone()
    };
    let mut old = whole();
    old.ns = "http://schemas.xmlsoap.org/soap/envelope/".into();
    assert_eq!(fault(&old), "soap:VersionMismatch");
    let without = |name: &str| {
        let mut envelope = whole();
        envelope.children[0].children.retain(|child| child.name != name);
        fault(&envelope)
    };
    for name in ["Action", "MessageID", "To"] {
        assert_eq!(without(name), "wsa:MessageAddressingHeaderRequired");
    }
    assert_eq!(without("RequestHeader"), "soap:Sender");
    assert_eq!(
        fault(&envelope("organisationenhed/list", body())),
        "wsa:ActionNotSupported"
    );
    let hierarchy = Node::new(OS, "FremsoegObjekthierarkiInput");
    let single = envelope("organisationsystem/fremsoegobjekthierarki", hierarchy.clone());
    assert_eq!(
        post(&server, "organisationsystem", &single).0,
        500,
        "its action has a double s"
    );
    let double = envelope("organisationssystem/fremsoegobjekthierarki", hierarchy);
    assert_eq!(post(&server, "organisationsystem", &double).0, 200);
    assert_eq!(
        post(&server, "bruger", &whole()).0,
        500,
        "the body is another service's"
    );
    let plain = client::client()
        .post(format!("{}/bruger/6/", server.url()))
        .body("x")
        .send()
        .unwrap();
    assert_eq!(plain.status(), 415);
    server.assert_valid();
}

#[test]
fn codes_tell_what_is_there() {
    let (server, organisation) = start();
    let lists = || unit_lists("Dagtilbud", organisation);
    let code = |body: Node| call(&server, UNIT, body).0;
    let soon = "2026-03-02T11:55:00+01:00";
    assert_eq!(code(with_uuid("LaesInput", id("c1"))), 44);
    assert_eq!(code(with_uuid("RetInput", id("c1")).with_all(lists())), 44);
    assert_eq!(code(import(id("c1"), "2026-03-02T12:00:01+01:00", lists())), 45);
    assert_eq!(code(import(id("c1"), soon, lists())), 20);
    assert_eq!(code(import(id("c1"), soon, lists())), 49);
    assert_eq!(
        code(with_uuid("RetInput", id("c1")).with_all(unit_lists("New", organisation))),
        20
    );
    assert_eq!(code(with_uuid("PassiverInput", id("c1"))), 20);
    assert_eq!(code(with_uuid("PassiverInput", id("c1"))), 49);
    assert_eq!(code(with_uuid("RetInput", id("c1")).with_all(lists())), 49);
    let (found, reply) = call(&server, UNIT, with_uuid("LaesInput", id("c1")));
    assert_eq!(
        (found, &*reply.find("LivscyklusKode").unwrap().text),
        (20, "Passiveret")
    );
    assert_eq!(code(import(id("c1"), soon, lists())), 20, "it can be made anew");
    assert_eq!(code(with_uuid("SletInput", id("c1"))), 20);
    assert_eq!(code(with_uuid("LaesInput", id("c1"))), 44);
    let (code, made) = call(
        &server,
        UNIT,
        Node::new(&UNIT.ns(), "OpretInput").with_all(lists()),
    );
    let made: Uuid = made.find("UUIDIdentifikator").unwrap().text.parse().unwrap();
    assert_eq!(
        (code, server.registration(UNIT, made).unwrap().life),
        (20, "Opstaaet")
    );
    let (code, list) = call(
        &server,
        UNIT,
        with_uuid("ListInput", id("99")).with(uuid_of(made)),
    );
    assert_eq!(
        (code, list.children.len()),
        (20, 2),
        "what is unknown is left out"
    );
    server.set_agreement(
        CVR,
        Some(Agreement {
            edits: false,
            ..Agreement::default()
        }),
    );
    assert_eq!(
        call(&server, UNIT, with_uuid("RetInput", made).with_all(lists())).0,
        41
    );
    server.assert_valid();
}

#[test]
fn what_breaks_the_schema_is_bad_input() {
    let (server, organisation) = start();
    let change = |change: &dyn Fn(&mut [Node; 3])| {
        let mut lists = unit_lists("Dagtilbud", organisation);
        change(&mut lists);
        call(
            &server,
            UNIT,
            import(id("c1"), "2026-03-02T11:55:00+01:00", lists),
        )
        .0
    };
    assert_eq!(
        change(&|lists| lists[0].children[0].children.swap(1, 2)),
        40,
        "order"
    );
    assert_eq!(
        change(&|lists| lists[0].children[0].children[2].text = "x".repeat(201)),
        40,
        "width"
    );
    assert_eq!(change(&|lists| lists[0].children.clear()), 40, "no Egenskab");
    assert_eq!(change(&|lists| lists.swap(0, 1)), 40, "order of lists");
    assert_eq!(
        change(&|lists| lists[2].children.push(related("Tilhoerer", organisation))),
        40,
        "twice"
    );
    assert_eq!(
        change(&|lists| lists[2].children.push(related("Overordnet", organisation))),
        40,
        "order of relations"
    );
    assert_eq!(
        change(&|lists| lists[2].children.insert(0, related("Adresser", id("d1")))),
        40,
        "no role"
    );
    assert_eq!(change(&|lists| lists[2].children.clear()), 40, "nobody's");
    assert_eq!(
        change(&|lists| drop(lists[1].children[0].children.remove(0))),
        40,
        "no Virkning"
    );
    assert_eq!(
        change(&|lists| lists[1].children[0].children[1].text = "Open".into()),
        40,
        "no such state"
    );
    let backwards = moment("TilTidspunkt", "2026-03-01T00:00:00+01:00");
    assert_eq!(
        change(&|lists| lists[1].children[0].children[0].children.push(backwards.clone())),
        47
    );
    let past = moment("FraTidspunkt", "");
    assert_eq!(
        change(&|lists| lists[1].children[0].children[0].children[0] = past.clone()),
        40,
        "open backwards"
    );
    let missing = Node::new(&UNIT.ns(), "SoegInput").with(Node::new(&UNIT.ns(), "AttributListe"));
    assert_eq!(call(&server, UNIT, missing).0, 40);
    let person = Service::Person;
    let cpr = Node::new(&person.ns(), "Egenskab")
        .with(virkning(FROM))
        .with(Node::text("urn:oio:sts:6", "CPR-NummerTekst", "010190-1234"));
    let lists = ["TilstandListe", "RelationListe"].map(|name| Node::new(&person.ns(), name));
    let lists = std::iter::once(Node::new(&person.ns(), "AttributListe").with(cpr)).chain(lists);
    assert_eq!(
        call(
            &server,
            person,
            Node::new(&person.ns(), "OpretInput").with_all(lists)
        )
        .0,
        40
    );
}

#[test]
fn times_are_always_told_and_filters_choose_among_them() {
    let (server, organisation) = start();
    server.add_unit(organisation, id("c1"), "Dagtilbud", None);
    let from = |text: &str, to: Option<&str>| period(Some(text), to);
    server.change(UNIT, id("c1"), |unit| {
        let systems = [
            (
                "d1",
                from("2020-01-01T00:00:00+01:00", Some("2021-01-01T00:00:00+01:00")),
            ),
            ("d2", from("2020-01-01T00:00:00+01:00", None)),
            ("d3", from("2027-01-01T00:00:00+01:00", None)),
        ];
        unit.relations
            .extend(systems.map(|(end, period)| relation("TilknyttedeItSystemer", id(end), period)));
        unit.states = vec![
            state(
                true,
                from("2020-01-01T00:00:00+01:00", Some("2026-03-01T00:00:00+01:00")),
            ),
            state(false, from("2026-03-01T00:00:00+01:00", None)),
        ];
    });
    let systems = |body: Node| {
        let (_, reply) = call(&server, UNIT, body);
        let relations = reply.find("RelationListe").unwrap().children.clone();
        for entry in &relations {
            let virkning = entry.child(SD, "Virkning").unwrap();
            assert!(
                virkning.child(SD, "FraTidspunkt").is_some() && virkning.child(SD, "TilTidspunkt").is_some()
            );
        }
        let own = relations
            .iter()
            .filter(|entry| entry.name == "TilknyttedeItSystemer");
        own.map(|entry| {
            entry
                .find("UUIDIdentifikator")
                .unwrap()
                .text
                .chars()
                .last()
                .unwrap()
        })
        .collect::<String>()
    };
    let laes = || with_uuid("LaesInput", id("c1"));
    assert_eq!(systems(laes()), "12", "now, and of several what has ended");
    let onwards = laes()
        .with(moment("VirkningFraFilter", NOW))
        .with(moment("VirkningTilFilter", ""));
    assert_eq!(systems(onwards), "23");
    let (_, reply) = call(&server, UNIT, laes());
    let states = &reply.find("TilstandListe").unwrap().children;
    assert_eq!(states.len(), 1);
    assert!(
        states[0]
            .find("TilTidspunkt")
            .unwrap()
            .find("GraenseIndikator")
            .is_some(),
        "an open end is told"
    );
    let history = laes()
        .with(moment("RegistreringFraFilter", "2020-01-01T00:00:00Z"))
        .with(moment("RegistreringTilFilter", ""));
    let (_, reply) = call(&server, UNIT, history);
    let registrations = reply.find("FiltreretOejebliksbillede").unwrap().children.iter();
    assert_eq!(
        registrations.filter(|child| child.name == "Registrering").count(),
        2
    );
    server.assert_valid();
}

#[test]
fn searches_are_in_time_and_in_pages() {
    let (server, organisation) = start();
    for number in 0..600 {
        server.add_user(
            organisation,
            id(&format!("a{number:04}")),
            &format!("u{number}"),
            "N",
            None,
        );
    }
    let ns = Service::Bruger.ns();
    let active = Node::new(OF, "Gyldighed").with(Node::text(OF, "GyldighedStatusKode", "Aktiv"));
    let own = |time: Option<Node>| {
        Node::new(SD, "Tilhoerer")
            .with_all(time)
            .with(Node::new(SD, "ReferenceID").with(uuid_of(organisation)))
    };
    let soeg = |first: usize, most: usize, since: Option<&str>, own: Node| {
        let since = since.map(|since| Node::new(SD, "SoegRegistrering").with(moment("FraTidspunkt", since)));
        let body = Node::new(&ns, "SoegInput")
            .with(Node::text(SD, "FoersteResultatReference", first))
            .with(Node::text(SD, "MaksimalAntalKvantitet", most))
            .with_all(since)
            .with(Node::new(&ns, "AttributListe"))
            .with(Node::new(&ns, "TilstandListe").with(active.clone()))
            .with(Node::new(&ns, "RelationListe").with(own));
        let (code, reply) = call(&server, Service::Bruger, body);
        (code, reply.find("IdListe").map_or(0, |list| list.children.len()))
    };
    assert_eq!(soeg(0, 500, None, own(None)), (20, 500));
    assert_eq!(soeg(500, 500, None, own(None)), (20, 100));
    assert_eq!(
        soeg(600, 500, None, own(None)),
        (44, 0),
        "past the end nothing is found"
    );
    assert_eq!(soeg(0, 501, None, own(None)).0, 40);
    server.advance(Duration::from_hours(1));
    server.change(Service::Bruger, id("a0007"), |user| {
        user.relations
            .retain(|relation| relation.node.name == "Tilhoerer")
    });
    assert_eq!(
        soeg(0, 500, Some("2026-03-02T11:30:00Z"), own(None)),
        (20, 1),
        "registered since"
    );
    server.change(Service::Bruger, id("a0007"), |user| {
        user.relations[0].period.to = Some("2026-03-02T00:00:00+01:00".parse().unwrap());
    });
    assert_eq!(
        soeg(500, 500, None, own(None)),
        (20, 99),
        "what has ended is not found"
    );
    let yesterday = Node::new(SD, "Virkning")
        .with(moment("FraTidspunkt", "2026-03-01T00:00:00Z"))
        .with(moment("TilTidspunkt", ""));
    assert_eq!(
        soeg(500, 500, None, own(Some(yesterday))),
        (20, 100),
        "unless it is asked for"
    );
    server.change(Service::Bruger, id("a0008"), |user| user.life = "Passiveret");
    assert_eq!(soeg(500, 500, None, own(None)), (20, 98));
    server.assert_valid();
}

#[test]
fn the_hierarchy_has_six_containers_and_pages() {
    let (server, organisation) = start();
    for number in 0..501 {
        server.add_unit(organisation, id(&format!("c{number:04}")), "Unit", None);
    }
    server.lay_bare(UNIT, id("c9999"), organisation);
    server.add_user(organisation, id("a1"), "annehj", "Anne", None);
    let foreign = server.add_authority("22222222", "Andeby Kommune");
    server.add_unit(foreign, id("b1"), "Foreign", None);
    let page = |first: usize, without: bool| {
        let nobody = Node::new(OS, "BrugerSoegEgenskab").with(Node::text(SD, "BrugerNavn", "EXCLUDE!"));
        let body = Node::new(OS, "FremsoegObjekthierarkiInput")
            .with(Node::text(SD, "FoersteResultatReference", first))
            .with(Node::text(SD, "MaksimalAntalKvantitet", 500))
            .with_all(without.then_some(nobody));
        let (status, reply) = post(
            &server,
            "organisationsystem",
            &envelope("organisationssystem/fremsoegobjekthierarki", body),
        );
        assert_eq!(status, 200);
        let body = reply.child(SOAP, "Body").unwrap().children[0].clone();
        assert_eq!(body.find("StatusKode").unwrap().text, "20");
        let counts: Vec<usize> = body.children[1..]
            .iter()
            .map(|container| container.children.len())
            .collect();
        counts
    };
    assert_eq!(page(0, true), [1, 500, 0, 0, 0, 0]);
    assert_eq!(page(500, true), [0, 2, 0, 0, 0, 0], "one without a registration");
    assert_eq!(
        page(1_000, true),
        [0; 6],
        "past the end there are empty containers"
    );
    assert_eq!(page(0, false), [1, 500, 0, 1, 0, 0]);
    server.assert_valid();
}

#[test]
fn names_are_hidden_from_who_may_not_see_them() {
    let (server, organisation) = start();
    let person = server.add_user(
        organisation,
        id("a1"),
        "annehj",
        "Anne Hjorth",
        Some("0101901234"),
    );
    let sees = |names: bool, cpr: bool| {
        server.set_agreement(
            CVR,
            Some(Agreement {
                edits: false,
                sees_names: names,
                sees_cpr: cpr,
            }),
        );
        let body = Node::new(&Service::Person.ns(), "LaesInput").with(uuid_of(person));
        let (_, reply) = call(&server, Service::Person, body);
        (
            reply.find("NavnTekst").is_some(),
            reply.find("CPR-NummerTekst").is_some(),
        )
    };
    assert_eq!(
        [sees(true, true), sees(true, false), sees(false, false)],
        [(true, true), (true, false), (false, false)]
    );
    server.assert_valid();
}

/// A security header with an assertion.
fn assertion(cvr: &str, end: &str) -> Node {
    let saml = "urn:oasis:names:tc:SAML:2.0:assertion";
    let wsse = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
    let mut conditions = Node::new(saml, "Conditions");
    conditions.attributes.push(("NotOnOrAfter".into(), end.into()));
    let mut attribute = Node::new(saml, "Attribute").with(Node::text(saml, "AttributeValue", cvr));
    attribute.attributes.push(("Name".into(), CVR_ATTRIBUTE.into()));
    let statement = Node::new(saml, "AttributeStatement").with(attribute);
    Node::new(wsse, "Security").with(Node::new(saml, "Assertion").with(conditions).with(statement))
}

#[test]
fn the_simplified_mode_looks_at_the_assertion_and_the_agreement() {
    let server = StsOrganisation::builder().at(NOW).start_blocking().unwrap();
    let organisation = server.add_authority(CVR, "Korsbæk Kommune");
    server.add_unit(organisation, id("c1"), "Dagtilbud", None);
    let ask = |header: Option<Node>| {
        let mut envelope = envelope("organisationenhed/laes", with_uuid("LaesInput", id("c1")));
        envelope.children[0].children.extend(header);
        let (status, reply) = post(&server, "organisationenhed", &envelope);
        let code = reply
            .find("Subcode")
            .map(|code| code.find("Value").unwrap().text.clone());
        (status, code.unwrap_or_default())
    };
    let later = "2026-03-02T12:00:00Z";
    assert_eq!(ask(None), (500, "wsse:InvalidSecurity".into()));
    assert_eq!(
        ask(Some(assertion(CVR, NOW))),
        (500, "wsse:InvalidSecurityToken".into())
    );
    assert_eq!(ask(Some(assertion("33333333", later))), (500, "5015".into()));
    assert_eq!(ask(Some(assertion(CVR, later))).0, 200);
    server.set_agreement(CVR, None);
    assert_eq!(
        ask(Some(assertion(CVR, later))),
        (500, "ServiceAgreementNotFound".into())
    );
    assert_eq!(
        server.agreement(CVR).unwrap_err().code,
        "ServiceAgreementNotFound"
    );
    assert_eq!(server.agreement("33333333").unwrap_err().code, "5015");
}

/// What a test plugs into the seam: it sees the octets, and may change what goes out.
#[derive(Debug)]
struct Plugged;

impl Security for Plugged {
    fn admit(&self, knock: &Knock<'_>) -> Result<String, SecurityFault> {
        match std::str::from_utf8(knock.envelope) {
            Ok(text) if text.contains("let me in") => Ok(CVR.to_owned()),
            _ => Err(SecurityFault::new("wsse:FailedCheck", "no")),
        }
    }

    fn seal(&self, reply: String) -> String {
        reply.replace("Envelope>", "Envelope><!-- sealed -->")
    }
}

#[test]
fn the_seam_takes_whatever_a_test_plugs_in() {
    let server = StsOrganisation::builder()
        .at(NOW)
        .security(Plugged)
        .start_blocking()
        .unwrap();
    let organisation = server.add_authority(CVR, "Korsbæk Kommune");
    server.add_unit(organisation, id("c1"), "Dagtilbud", None);
    let send = |document: String| {
        let (status, reply) = server.respond(
            "/organisation/organisationenhed/6/",
            "application/soap+xml",
            document.as_bytes(),
        );
        (status, reply.contains("sealed"))
    };
    let document = envelope("organisationenhed/laes", with_uuid("LaesInput", id("c1"))).document();
    assert_eq!(send(document.clone()), (500, true), "faults are sealed as well");
    assert_eq!(send(format!("<!-- let me in -->{document}")), (200, true));
    let unit = server.registration(UNIT, id("c1")).unwrap();
    assert!(unit.is_active(server.now()) && unit.related("Tilhoerer", server.now()).count() == 1);
    assert!(always().holds(server.now()));
}
