//! Requests to the register. What it answers with HTTP 200 is judged by its return code, never by the status of HTTP.
//!
//! Results come page by page without a total and without a stable snapshot, so whatever changes meanwhile could push an object from one
//! page past the next. Pages therefore overlap by one result; where the overlap is not there, the search is gone through again, until
//! a pass brings nothing new.

use std::collections::HashSet;
use std::time::Duration;

use jiff::Timestamp;
use samklang_sdk::http::{Client, Response};
use samklang_sdk::prelude::*;
use uuid::Uuid;

use crate::envelope::{self, Content};
use crate::messages::{self, CONTAINERS, Criteria, PAGE};
use crate::moment;
use crate::names::{SD, SYSTEM};
use crate::refusal::{self, Status};
use crate::registration::{Object, Registration};
use crate::service::Service;
use crate::settings::Settings;
use crate::xml::Element;

/// Where actions are.
const ACTIONS: &str = "http://kombit.dk/sts/organisation";
/// How long other clients of the register wait for an answer.
const TIMEOUT: Duration = Duration::from_mins(3);
/// Pauses before a request that got no answer is sent again.
const PAUSES: [Duration; 2] = [Duration::from_secs(5), Duration::from_secs(15)];
/// How often a search is gone through when its pages do not fit together.
const PASSES: usize = 6;
/// More pages than any municipality has.
const PAGES: usize = 10_000;

/// Speaks with the register for one municipality.
#[derive(Debug, Clone)]
pub(crate) struct Register {
    client: Client,
    base: String,
}

impl Register {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            client: Client::new(&settings.url).timeout(TIMEOUT),
            base: settings.url.clone(),
        }
    }

    /// Sends a request and opens its answer, which has to be the one to this request.
    fn call(
        &self,
        service: &str,
        operation: &str,
        body: &Element,
        output: &str,
    ) -> Result<(Status, Element), Error> {
        let request = format!("{service}/{operation}");
        let mut pauses = PAUSES.iter();
        let answer = loop {
            match (self.send(service, operation, body), pauses.next()) {
                (Err(Error::Unreachable(_)), Some(pause)) => samklang_sdk::sleep(*pause),
                (answer, _) => break answer?,
            }
        };
        let fault = |cause: &str| Error::invalid_data(&request, cause);
        if answer.name != output || answer.namespace != body.namespace {
            return Err(fault(&format!("the answer is no {output}")));
        }
        let returned = answer
            .child(SD, "StandardRetur")
            .ok_or_else(|| fault("the answer has no StandardRetur"))?;
        let code = returned
            .text_of(SD, "StatusKode")
            .and_then(|code| code.parse().ok());
        let code = code.ok_or_else(|| fault("the answer has no StatusKode"))?;
        let text = returned
            .text_of(SD, "FejlbeskedTekst")
            .unwrap_or_default()
            .to_owned();
        Ok((Status { code, text }, answer))
    }

    fn send(&self, service: &str, operation: &str, body: &Element) -> Result<Element, Error> {
        let request = format!("{service}/{operation}");
        // The one service whose actions are written otherwise than its address.
        let named = if service == "organisationsystem" {
            "organisationssystem"
        } else {
            service
        };
        let action = format!("{ACTIONS}/{named}/{operation}");
        let path = format!("{service}/6/");
        let message = envelope::message(&action, &format!("{}/{path}", self.base), body.clone());
        let kind = format!("application/soap+xml; charset=utf-8; action=\"{action}\"");
        let response: Response = self.client.post(&path).body(kind, message.text).send()?;
        // Faults come with 500, and with 400 where the sender is at fault.
        if !matches!(response.status, 200 | 400 | 500) {
            return Err(match response.ok() {
                Err(failure) => failure.into(),
                Ok(_) => Error::invalid_data(&request, "an answer that is neither a result nor a fault"),
            });
        }
        match envelope::open(response.bytes(), &message.id) {
            Ok(Content::Fault(fault)) => Err(refusal::fault(&request, &fault)),
            Ok(Content::Body(body)) if response.status == 200 => Ok(body),
            _ if response.status == 500 => Err(Error::Unreachable(format!(
                "{request}: the register failed (500)"
            ))),
            Ok(Content::Body(_)) => Err(Error::invalid_data(&request, "a result with a status of failure")),
            Err(cause) => Err(Error::invalid_data(&request, cause)),
        }
    }

    /// One object, with what is still to come where a moment is given; none when the register has none.
    pub(crate) fn read(
        &self,
        service: Service,
        uuid: Uuid,
        from: Option<Timestamp>,
    ) -> Result<Option<Registration>, Error> {
        let body = messages::laes(service, uuid, from);
        let (status, mut answer) = self.call(service.path(), "laes", &body, "LaesOutput")?;
        match status.code {
            refusal::OK => {}
            refusal::ABSENT => return Ok(None),
            _ => return Err(status.error(&request(service, "laes"))),
        }
        let Some(snapshot) = answer.take(service.namespace(), "FiltreretOejebliksbillede") else {
            return Ok(None);
        };
        let object = object(snapshot, service, "laes")?;
        if object.uuid != uuid {
            return Err(Error::invalid_data(
                request(service, "laes"),
                "the answer is another object",
            ));
        }
        Ok(object.registration)
    }

    /// Objects by UUID, in batches. Those that the register does not have are left out.
    pub(crate) fn list(
        &self,
        service: Service,
        uuids: &[Uuid],
        from: Option<Timestamp>,
    ) -> Result<Vec<Object>, Error> {
        let mut objects = Vec::with_capacity(uuids.len());
        for batch in uuids.chunks(service.batch()) {
            let body = messages::list(service, batch, from);
            let (status, answer) = self.call(service.path(), "list", &body, "ListOutput")?;
            match status.code {
                refusal::OK => {}
                refusal::ABSENT => continue,
                _ => return Err(status.error(&request(service, "list"))),
            }
            for snapshot in answer.children {
                if snapshot.name != "FiltreretOejebliksbillede" {
                    continue;
                }
                let found = object(snapshot, service, "list")?;
                if batch.contains(&found.uuid) {
                    objects.push(found);
                }
            }
        }
        Ok(objects)
    }

    /// The UUIDs that a search finds, each once, in their own order.
    pub(crate) fn search(&self, service: Service, criteria: &Criteria) -> Result<Vec<Uuid>, Error> {
        let mut found = HashSet::new();
        passes(&request(service, "soeg"), |first| {
            let all = self.search_page(service, criteria, first)?;
            let new = all.iter().filter(|uuid| found.insert(**uuid)).count();
            Ok(Page { all, new })
        })?;
        let mut found: Vec<Uuid> = found.into_iter().collect();
        found.sort_unstable();
        Ok(found)
    }

    /// The UUIDs of the first page of a search.
    pub(crate) fn search_first(&self, service: Service, criteria: &Criteria) -> Result<Vec<Uuid>, Error> {
        self.search_page(service, criteria, 0)
    }

    fn search_page(&self, service: Service, criteria: &Criteria, first: usize) -> Result<Vec<Uuid>, Error> {
        let request = request(service, "soeg");
        let body = messages::soeg(service, criteria, first);
        let (status, answer) = self.call(service.path(), "soeg", &body, "SoegOutput")?;
        match status.code {
            refusal::OK => {}
            refusal::ABSENT => return Ok(Vec::new()),
            _ => return Err(status.error(&request)),
        }
        let list = answer
            .child(SD, "IdListe")
            .map(|list| list.children.as_slice())
            .unwrap_or_default();
        let uuids = list.iter().map(|id| Uuid::try_parse(id.text.trim()));
        uuids
            .collect::<Result<_, _>>()
            .map_err(|_| Error::invalid_data(&request, "an id that is no UUID"))
    }

    /// Every unit that the hierarchy shows, handed over once.
    pub(crate) fn hierarchy(&self, mut unit: impl FnMut(Object)) -> Result<(), Error> {
        let request = "organisationsystem/fremsoegobjekthierarki";
        let mut found = HashSet::new();
        passes(request, |first| {
            let body = messages::hierarchy(first);
            let output = "FremsoegObjekthierarkiOutput";
            let (status, mut answer) =
                self.call("organisationsystem", "fremsoegobjekthierarki", &body, output)?;
            match status.code {
                refusal::OK => {}
                refusal::ABSENT => return Ok(Page::default()),
                _ => return Err(status.error(request)),
            }
            // It is not known whether the bound counts units alone, so that a page without units need not be the last.
            let mut page = Page::default();
            for container in CONTAINERS {
                let container = answer
                    .take(SYSTEM, container)
                    .ok_or_else(|| Error::invalid_data(request, format!("the answer has no {container}")))?;
                let units = container.name == "OrganisationEnheder";
                if container.name == "Organisationer" {
                    // It may stand on every page, also past the end.
                    continue;
                }
                for snapshot in container.children {
                    let uuid = snapshot.children.iter().find(|child| child.name == "ObjektType");
                    let uuid = uuid.and_then(|kind| kind.text_of(SD, "UUIDIdentifikator"));
                    let uuid = uuid.and_then(|uuid| Uuid::try_parse(uuid).ok());
                    page.all
                        .push(uuid.ok_or_else(|| Error::invalid_data(request, "an object without a UUID"))?);
                    if page.all.last().is_some_and(|uuid| found.insert(*uuid)) {
                        page.new += 1;
                        if units {
                            unit(object(
                                snapshot,
                                Service::OrganisationEnhed,
                                "fremsoegobjekthierarki",
                            )?);
                        }
                    }
                }
            }
            Ok(page)
        })
    }

    /// Makes an object under a UUID of ours.
    pub(crate) fn import(
        &self,
        service: Service,
        uuid: Uuid,
        registration: &Registration,
        organisation: Uuid,
    ) -> Result<Status, Error> {
        let time = moment::now() - moment::MARGIN;
        let body = messages::importer(service, uuid, registration, time, organisation);
        Ok(self.call(service.path(), "importer", &body, "ImportOutput")?.0)
    }

    /// Changes an object: all three lists are sent.
    pub(crate) fn amend(
        &self,
        service: Service,
        uuid: Uuid,
        registration: &Registration,
    ) -> Result<Status, Error> {
        let body = messages::ret(service, uuid, registration);
        Ok(self.call(service.path(), "ret", &body, "RetOutput")?.0)
    }

    /// Ends an object's life.
    pub(crate) fn passivate(&self, service: Service, uuid: Uuid) -> Result<Status, Error> {
        let body = messages::passiver(service, uuid);
        Ok(self.call(service.path(), "passiver", &body, "PassiverOutput")?.0)
    }
}

fn request(service: Service, operation: &str) -> String {
    format!("{}/{operation}", service.path())
}

fn object(snapshot: Element, service: Service, operation: &str) -> Result<Object, Error> {
    Object::read(snapshot, service).map_err(|cause| Error::invalid_data(request(service, operation), cause))
}

/// One page of results: all that it has, and how many of them had not been seen before.
#[derive(Debug, Default)]
struct Page {
    all: Vec<Uuid>,
    new: usize,
}

/// Goes through all pages, again while they do not fit together and bring something new.
fn passes(request: &str, mut page: impl FnMut(usize) -> Result<Page, Error>) -> Result<(), Error> {
    for _ in 0..PASSES {
        let (mut seen, mut last, mut fits, mut new) = (HashSet::new(), Vec::new(), true, 0);
        for at in 0.. {
            if at >= PAGES {
                return Err(Error::invalid_data(request, "the pages of results do not end"));
            }
            let found = page(at * (PAGE - 1))?;
            new += found.new;
            // After a full page there has to be the overlap at least.
            let follows = if found.all.is_empty() {
                last.len() < PAGE
            } else {
                found.all.iter().any(|uuid| last.contains(uuid))
            };
            fits &= at == 0 || last.len() < PAGE || follows;
            // Past the end nothing comes, or what was there already. A short page alone does not tell: the register may bound it otherwise.
            if found.all.iter().filter(|uuid| seen.insert(**uuid)).count() == 0 {
                break;
            }
            last = found.all;
        }
        if fits || new == 0 {
            return Ok(());
        }
    }
    Err(Error::Unreachable(format!(
        "{request}: the results change faster than they can be read: try again at a quieter time"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(range: std::ops::Range<u128>) -> Vec<Uuid> {
        range.map(Uuid::from_u128).collect()
    }

    /// Goes through what `world` has at each request, and gives what was found and how many requests it took.
    fn gone_through(world: impl Fn(usize) -> Vec<Uuid>) -> (usize, usize) {
        let (mut found, mut asked) = (HashSet::new(), 0);
        passes("bruger/soeg", |first| {
            let all: Vec<Uuid> = world(asked).into_iter().skip(first).take(PAGE).collect();
            asked += 1;
            let new = all.iter().filter(|uuid| found.insert(**uuid)).count();
            Ok(Page { all, new })
        })
        .unwrap();
        (found.len(), asked)
    }

    #[test]
    fn pages_end_wherever_the_results_end() {
        for (results, asked) in [(0, 1), (1, 2), (499, 2), (500, 2), (501, 3), (999, 3), (1_000, 4)] {
            assert_eq!(
                gone_through(|_| ids(0..results)),
                (results as usize, asked),
                "{results}"
            );
        }
    }

    #[test]
    fn a_result_that_slips_past_a_page_is_found_all_the_same() {
        // Between the first and the second page the first ten results go.
        let world = |asked: usize| if asked == 0 { ids(0..1_200) } else { ids(10..1_200) };
        assert_eq!(gone_through(world).0, 1_200);
    }

    #[test]
    fn results_in_another_order_each_time_are_gone_through_until_nothing_is_new() {
        let world = |asked: usize| {
            let mut all = ids(0..1_100);
            all.rotate_left(asked * 37 % 1_100);
            all
        };
        assert_eq!(gone_through(world).0, 1_100);
    }
}
