//! Reading a class page by page. Nothing is kept but the page that is being handed over.

use std::collections::HashSet;
use std::marker::PhantomData;

use samklang_sdk::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json, json};

use crate::answer::Endpoint;
use crate::choice::Moment;
use crate::queries::{self, Generation, Query};
use crate::rows::{self, Context, Make};
use crate::settings::{Settings, Window};
use crate::shape::{self, Container, PageData, Placed, Reference};

/// What an iterator over rows gives.
pub(crate) type Read = Box<dyn Iterator<Item = Result<(&'static str, Row), Error>>>;

/// What a read of any class needs.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) endpoint: Endpoint,
    pub(crate) settings: Settings,
}

/// Something that a root unit may exclude, or whose parent may be the root organisation.
trait Scoped {
    /// It lies below this unit, by what the older texts bring. The newer ones leave the choice to the server.
    fn is_within(&self, root: &str) -> bool {
        let _ = root;
        true
    }

    /// Forgets a parent that is the root organisation.
    fn without_organisation(&mut self, organisation: &str) {
        let _ = organisation;
    }
}

fn is_above(root: &str, unit: &str, ancestors: &[Reference]) -> bool {
    unit == root || ancestors.iter().any(|ancestor| ancestor.uuid == root)
}

fn any_above(root: &str, units: &[Placed]) -> bool {
    units
        .iter()
        .any(|unit| is_above(root, &unit.uuid, &unit.ancestors))
}

impl Scoped for shape::Unit {
    fn is_within(&self, root: &str) -> bool {
        is_above(root, &self.uuid, &self.ancestors)
    }

    fn without_organisation(&mut self, organisation: &str) {
        self.parent_uuid.take_if(|uuid| uuid == organisation);
        self.parent_response.take_if(|parent| parent.uuid == organisation);
    }
}

impl Scoped for shape::Engagement {
    fn is_within(&self, root: &str) -> bool {
        any_above(root, &self.org_units)
    }
}

impl Scoped for shape::Manager {
    fn is_within(&self, root: &str) -> bool {
        any_above(root, &self.org_units)
    }
}

impl Scoped for shape::Employee {}
impl Scoped for shape::Address {}
impl Scoped for shape::ItUser {}
impl Scoped for shape::Class {}

impl Source {
    /// Reads a class, or only the objects of these keys.
    pub(crate) fn read(&self, class: &str, window: &Window, keys: Option<&[String]>) -> Result<Read, Error> {
        let query = queries::of_class(self.settings.generation(), class)
            .ok_or_else(|| Error::Unsupported(format!("OS2MO has no class {class}")))?;
        Ok(match query.class {
            "unit" => self.pages::<shape::Unit>(query, window, keys, rows::unit),
            "employee" => self.pages::<shape::Employee>(query, window, keys, rows::employee),
            "engagement" => self.pages::<shape::Engagement>(query, window, keys, rows::engagement),
            "address" => self.pages::<shape::Address>(query, window, keys, rows::address),
            "ituser" => self.pages::<shape::ItUser>(query, window, keys, rows::ituser),
            "manager" => self.pages::<shape::Manager>(query, window, keys, rows::manager),
            _ => self.pages::<shape::Class>(query, window, keys, rows::class),
        })
    }

    fn pages<T>(&self, query: Query, window: &Window, keys: Option<&[String]>, make: Make<T>) -> Read
    where
        T: DeserializeOwned + Scoped + 'static,
    {
        let limit = self.settings.page_size;
        Box::new(Pages {
            source: self.clone(),
            query,
            variables: self.variables(query, window, keys, limit),
            context: Context {
                moment: Moment {
                    at: window.moment,
                    ends: self.settings.ends(),
                },
                secret: self.settings.secret_addresses,
            },
            make,
            rows: Vec::new().into_iter(),
            cursors: HashSet::new(),
            ended: false,
            of: PhantomData,
        })
    }

    /// The variables of a class's first page. What is left out differs from what is null, so nothing is null but what is meant so.
    pub(crate) fn variables(
        &self,
        query: Query,
        window: &Window,
        keys: Option<&[String]>,
        limit: u32,
    ) -> Map<String, Json> {
        let mut filter = window.filter();
        if let Some(keys) = keys {
            filter.insert("uuids".into(), json!(keys));
        }
        let legacy = self.settings.generation() == Generation::Legacy;
        let in_units = matches!(query.class, "unit" | "engagement" | "manager");
        if let (Some(root), false, true) = (&self.settings.root_unit, legacy, in_units) {
            // Dates are not inherited by nested filters: without them units that are to come would be left out.
            let mut top = window.filter();
            top.insert("uuids".into(), json!([root]));
            let below = json!(top);
            if query.class == "unit" {
                filter.insert("ancestor".into(), below);
            } else {
                let mut units = window.filter();
                units.insert("ancestor".into(), below);
                filter.insert("org_unit".into(), json!(units));
            }
        }
        let mut variables = Map::new();
        variables.insert("filter".into(), json!(filter));
        variables.insert("limit".into(), json!(limit));
        variables.insert("from".into(), json!(window.from));
        variables.insert("to".into(), window.to.clone());
        if legacy && in_units {
            variables.insert("within".into(), json!(self.settings.root_unit.is_some()));
        }
        if !legacy && query.class == "unit" {
            variables.insert(
                "organisation".into(),
                json!(self.settings.organisation_is_parent()),
            );
        }
        variables
    }
}

struct Pages<T> {
    source: Source,
    query: Query,
    variables: Map<String, Json>,
    context: Context,
    make: Make<T>,
    rows: std::vec::IntoIter<Row>,
    cursors: HashSet<String>,
    ended: bool,
    of: PhantomData<T>,
}

impl<T: DeserializeOwned + Scoped> Pages<T> {
    fn page(&mut self) -> Result<Vec<Row>, Error> {
        let PageData { collection, org } = self
            .source
            .endpoint
            .ask::<PageData<T>>(self.query, &self.variables)?;
        match collection.page_info.next_cursor {
            None => self.ended = true,
            Some(cursor) => {
                if !self.cursors.insert(cursor.clone()) {
                    let place = format!("{} after {} pages", self.query.operation, self.cursors.len());
                    return Err(Error::invalid_data(
                        place,
                        "the server gave the same cursor twice: the read would not end",
                    ));
                }
                self.variables.insert("cursor".into(), json!(cursor));
            }
        }
        let organisation = org
            .map(|org| org.uuid)
            .filter(|_| self.source.settings.organisation_is_parent());
        let mut rows = Vec::with_capacity(collection.objects.len());
        for mut object in collection.objects {
            if let Some(organisation) = &organisation {
                object
                    .validities
                    .iter_mut()
                    .for_each(|state| state.without_organisation(organisation));
            }
            if self.excludes(&object) {
                continue;
            }
            let key = object.uuid.clone();
            let row = (self.make)(object, &self.context);
            rows.extend(
                row.map_err(|cause| Error::invalid_data(format!("{} {key}", self.query.class), cause))?,
            );
        }
        Ok(rows)
    }

    fn excludes(&self, object: &Container<T>) -> bool {
        let legacy = self.source.settings.generation() == Generation::Legacy;
        let root = self.source.settings.root_unit.as_deref().filter(|_| legacy);
        root.is_some_and(|root| !object.validities.iter().any(|state| state.is_within(root)))
    }
}

impl<T: DeserializeOwned + Scoped> Iterator for Pages<T> {
    type Item = Result<(&'static str, Row), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.rows.next() {
                return Some(Ok((self.query.class, row)));
            }
            if self.ended {
                return None;
            }
            match self.page() {
                Ok(rows) => self.rows = rows.into_iter(),
                Err(error) => {
                    self.ended = true;
                    return Some(Err(error));
                }
            }
        }
    }
}
