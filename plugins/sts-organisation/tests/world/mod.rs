//! A register with a small municipality, and the connector at work on it without a line between them.
#![allow(dead_code, reason = "each test uses its own part")]

use std::cell::RefCell;
use std::rc::Rc;

use samklang_sdk::prelude::*;
use samklang_sdk::testing::{self, Collected, Request, Response};
use samklang_stand_ins::StsOrganisation as Register;
use samklang_stand_ins::sts_organisation::names::Service;
use samklang_stand_ins::sts_organisation::security::Off;
use samklang_stand_ins::sts_organisation::{Builder, fixtures, official};
use samklang_sts_organisation::StsOrganisation;
use serde_json::{Value as Json, json};
use uuid::Uuid;

/// The moment of all tests: the second of March, at noon in Denmark.
pub(crate) const NOW: &str = "2026-03-02T11:00:00Z";
pub(crate) const CVR: &str = "11111111";

/// A UUID that is told apart by its last letters.
pub(crate) fn id(end: &str) -> Uuid {
    format!("3f0c8a52-0000-4000-8000-{end:0>12}").parse().unwrap()
}

pub(crate) fn builder() -> Builder {
    Register::builder().at(NOW).security(Off { cvr: CVR.to_owned() })
}

/// A register in which nothing but the authority is.
pub(crate) fn empty() -> (Rc<Register>, Uuid) {
    let register = Rc::new(builder().start_blocking().unwrap());
    let organisation = register.add_authority(CVR, "Korsbæk Kommune");
    (register, organisation)
}

/// Korsbæk: the municipality, two units below it, and three people.
pub(crate) fn korsbaek() -> (Rc<Register>, Uuid) {
    let (register, organisation) = empty();
    register.add_unit(organisation, id("c0"), "Korsbæk Kommune", None);
    register.add_unit(organisation, id("c1"), "Dagtilbud", Some(id("c0")));
    register.add_unit(organisation, id("c2"), "Team Nord", Some(id("c1")));
    register.set_root(organisation, id("c0"));
    register.add_user(
        organisation,
        id("a1"),
        "annehj",
        "Anne Hjorth",
        Some("0101901234"),
    );
    register.add_user(organisation, id("a2"), "bo", "Bo Skov", None);
    register.add_user(organisation, id("a3"), "cille", "Cille Dam", Some("0202912345"));
    let always = fixtures::always();
    register.add_function(
        organisation,
        id("f1"),
        Some("Pædagog"),
        id("c1"),
        &[(id("a1"), always)],
    );
    register.add_function(
        organisation,
        id("f2"),
        Some("Vikar"),
        id("c2"),
        &[(id("a1"), always)],
    );
    register.add_function(
        organisation,
        id("f3"),
        Some("Sagsbehandler"),
        id("c2"),
        &[(id("a2"), always), (id("a3"), always)],
    );
    register.add_function(organisation, id("f9"), None, id("c1"), &[(id("a3"), always)]);
    (register, organisation)
}

/// What is done to the register before a request is answered, or instead.
pub(crate) type Before = Box<dyn FnMut(&Request, &Register) -> Option<Response>>;

/// Runs `body` with a connector on the register.
pub(crate) fn on<R>(register: &Rc<Register>, settings: Json, body: impl FnOnce(&StsOrganisation) -> R) -> R {
    between(register, settings, Box::new(|_, _| None), body)
}

/// As [`on`], with something that happens in between.
pub(crate) fn between<R>(
    register: &Rc<Register>,
    settings: Json,
    mut before: Before,
    body: impl FnOnce(&StsOrganisation) -> R,
) -> R {
    let mut all = json!({"url": "https://organisation.example/organisation/", "cvr": CVR});
    all.as_object_mut()
        .unwrap()
        .extend(settings.as_object().unwrap().clone());
    let connector = StsOrganisation::open(serde_json::from_value(all).unwrap()).unwrap();
    let asked = Rc::clone(register);
    let answer = move |request: Request| {
        assert!(
            request
                .url
                .starts_with("https://organisation.example/organisation/"),
            "{}",
            request.url
        );
        assert!(request.url.ends_with("/6/"), "{}", request.url);
        let text = String::from_utf8(request.body.clone()).unwrap();
        assert!(
            !text.contains("Security"),
            "tokens and signatures are the host's business"
        );
        if let Some(response) = before(&request, &asked) {
            return response;
        }
        let (status, reply) = asked.respond(
            request.path(),
            request.header("content-type").unwrap(),
            &request.body,
        );
        Response::new(status).with_body(reply)
    };
    let (now, before) = (register.now().to_string(), register.exchanges().len());
    let result = testing::at(&now, || testing::with_http(answer, || body(&connector)));
    // Whatever was said, and whatever was answered, is as the official schemas want it.
    let said = register.exchanges().into_iter().skip(before);
    official::assert_valid(said.flat_map(|(request, reply)| [request, reply]));
    result
}

/// The operations that were asked for, such as `bruger/ret`, with how often.
pub(crate) fn counting(counts: &Rc<RefCell<Vec<String>>>) -> Before {
    let counts = Rc::clone(counts);
    Box::new(move |request: &Request, _: &Register| {
        let kind = request.header("content-type").unwrap();
        let action = kind
            .split("sts/organisation/")
            .nth(1)
            .unwrap()
            .trim_end_matches('"');
        counts.borrow_mut().push(action.to_owned());
        None
    })
}

pub(crate) fn read_all(register: &Rc<Register>, settings: Json, classes: &[&str]) -> Collected {
    on(register, settings, |connector| {
        testing::read_all(connector, classes)
    })
}

/// The rows of a class as JSON, without what is absent, by key.
pub(crate) fn rows(
    collected: &Collected,
    class: &str,
    key: &str,
) -> std::collections::BTreeMap<String, Json> {
    let row = |fields: &Vec<(String, Value)>| {
        let value = |value: &Value| match value {
            Value::Text(text) => json!(text),
            Value::Texts(texts) => json!(texts),
            other => panic!("{other:?}"),
        };
        let said = fields.iter().filter(|(_, value)| !value.is_absent());
        let members: serde_json::Map<String, Json> =
            said.map(|(name, said)| (name.clone(), value(said))).collect();
        (members[key].as_str().unwrap().to_owned(), Json::Object(members))
    };
    collected.class(class).iter().map(row).collect()
}

/// An operation whose desired state is written as JSON.
pub(crate) fn operation(action: Action, class: &str, key: impl ToString, desired: Json) -> Operation {
    let members = desired.as_object().cloned().unwrap_or_default();
    let desired = members.into_iter().map(|(name, value)| {
        let value = match value {
            Json::Null => Value::Absent,
            Json::String(text) => Value::Text(text),
            Json::Array(items) => Value::Texts(
                items
                    .iter()
                    .map(|item| item.as_str().unwrap().to_owned())
                    .collect(),
            ),
            other => panic!("{other}"),
        };
        (name, value)
    });
    Operation {
        id: "1".into(),
        action,
        class: class.into(),
        key: key.to_string(),
        desired: desired.collect(),
        changed: Vec::new(),
    }
}

/// The value of the address that an owner has in a role now.
pub(crate) fn address(register: &Register, service: Service, owner: Uuid, role: &str) -> Option<String> {
    let now = register.now();
    let registration = register.registration(service, owner)?;
    let role: Uuid = role.parse().unwrap();
    let relation = registration
        .related("Adresser", now)
        .find(|relation| relation.role() == Some(role))?
        .reference()?;
    register
        .registration(Service::Adresse, relation)?
        .text("AdresseTekst", now)
}
