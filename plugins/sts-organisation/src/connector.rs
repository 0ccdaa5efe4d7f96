//! The connector itself. It keeps no state between calls.

use std::collections::HashSet;

use samklang_sdk::prelude::*;
use uuid::Uuid;

use crate::description::{self, BRUGER, CLASSES, ENHED, LEDER};
use crate::messages::{Criteria, related};
use crate::organisation::{self, Organisation};
use crate::read::{Managers, View, Walk, type_of};
use crate::register::Register;
use crate::rows::read_key;
use crate::service::Service;
use crate::settings::Settings;
use crate::{apply, changes, check, moment};

/// The connector for Støttesystemet Organisation.
#[derive(Debug)]
pub struct StsOrganisation {
    settings: Settings,
    register: Register,
}

impl Connector for StsOrganisation {
    type Settings = Settings;

    fn describe() -> Description {
        description::description()
    }

    fn open(settings: Settings) -> Result<Self, Error> {
        let settings = settings.checked()?;
        Ok(Self {
            register: Register::new(&settings),
            settings,
        })
    }

    fn check(&self) -> Result<Vec<Finding>, Error> {
        Ok(check::check(&self.register, &self.settings))
    }

    fn read(&self, classes: &[String], extent: Extent) -> Result<Box<dyn Reader>, Error> {
        let classes = classes
            .iter()
            .map(|class| known(class))
            .collect::<Result<HashSet<_>, _>>()?;
        // The cursor is of before anything is read, so that nothing that changes meanwhile is missed.
        let now = moment::now();
        match extent {
            Extent::Full => {
                let walk = Reading::new(Walk::new(self.whole_view()?, &classes));
                let cursor = self
                    .settings
                    .changes
                    .then(|| changes::Cursor::full(now).to_string());
                Ok(match cursor {
                    Some(cursor) => walk.cursor(cursor).boxed(),
                    None => walk.boxed(),
                })
            }
            Extent::Since(cursor) => {
                let cursor = changes::Cursor::read(&cursor, now)?;
                if !self.settings.changes {
                    return Err(Error::ResyncRequired("the setting /changes is off".into()));
                }
                changes::read(self.whole_view()?, &classes, cursor)
            }
        }
    }

    fn get(&self, class: &str, keys: &[String]) -> Result<Vec<Object>, Error> {
        let class = known(class)?;
        // Nothing but the UUID of the organisation is asked of single objects.
        let uuid = organisation::identify(&self.register, &self.settings)?;
        let view = self.view(Organisation {
            uuid,
            name: None,
            root: None,
        });
        match class {
            ENHED => units(&view, &uuids(keys)),
            BRUGER => {
                let found = view.users(&uuids(keys))?.into_iter();
                Ok(found
                    .map(|(uuid, row)| row.into_object(uuid.to_string()))
                    .collect())
            }
            _ => functions(&view, class, keys),
        }
    }

    fn apply(&self, operations: &[Operation]) -> Result<Vec<Outcome>, Error> {
        apply::apply(&self.register, &self.settings, operations)
    }
}

impl StsOrganisation {
    fn whole_view(&self) -> Result<View, Error> {
        Ok(self.view(organisation::find(&self.register, &self.settings)?))
    }

    fn view(&self, organisation: Organisation) -> View {
        View {
            organisation,
            register: self.register.clone(),
            now: moment::now(),
            future: self.settings.future_positions,
        }
    }
}

fn known(class: &str) -> Result<&'static str, Error> {
    let known = CLASSES.iter().find(|known| **known == class);
    known
        .copied()
        .ok_or_else(|| Error::Unsupported(format!("the register has no class {class}")))
}

/// The keys that are UUIDs, each once; others cannot be the register's.
fn uuids(keys: &[String]) -> Vec<Uuid> {
    let mut uuids: Vec<Uuid> = keys.iter().filter_map(|key| Uuid::try_parse(key).ok()).collect();
    uuids.sort_unstable();
    uuids.dedup();
    uuids
}

fn units(view: &View, uuids: &[Uuid]) -> Result<Vec<Object>, Error> {
    let mut units = view.register.list(Service::OrganisationEnhed, uuids, None)?;
    units.retain(|unit| view.counts(unit));
    let mut managers = Managers::new();
    for unit in &units {
        let relations = vec![
            related("Funktionstype", type_of(LEDER), None),
            related("TilknyttedeEnheder", unit.uuid, None),
        ];
        let criteria = Criteria {
            active: true,
            relations,
            ..Criteria::default()
        };
        let functions = view.register.search(Service::OrganisationFunktion, &criteria)?;
        view.note_managers(&view.functions(&functions)?, &mut managers);
    }
    let rows = view.units(&units, &managers)?;
    let objects = units.iter().zip(rows);
    Ok(objects
        .map(|(unit, row)| row.into_object(unit.uuid.to_string()))
        .collect())
}

fn functions(view: &View, class: &'static str, keys: &[String]) -> Result<Vec<Object>, Error> {
    let asked: HashSet<(Uuid, Option<Uuid>)> = keys.iter().filter_map(|key| read_key(key)).collect();
    let mut uuids: Vec<Uuid> = asked.iter().map(|(function, _)| *function).collect();
    uuids.sort_unstable();
    uuids.dedup();
    let mut objects = Vec::new();
    for function in view.functions(&uuids)? {
        for row in view.function_rows(&function, class) {
            let key = row
                .value("Id")
                .and_then(Value::as_text)
                .map(str::to_owned)
                .unwrap_or_default();
            if read_key(&key).is_some_and(|key| asked.contains(&key)) {
                objects.push(row.into_object(key));
            }
        }
    }
    Ok(objects)
}
