//! The connector itself. It keeps no state between calls.

use std::time::Duration;

use samklang_sdk::http::Failure;
use samklang_sdk::prelude::*;

use crate::endpoint::Endpoint;
use crate::order::{ORG_UNIT, USER};
use crate::settings::{Settings, is_uuid};
use crate::shape::{OrgUnit, WireUser};
use crate::{apply, check, description, hierarchy};

/// The connector for OS2sync.
#[derive(Debug)]
pub struct Os2sync {
    settings: Settings,
    endpoint: Endpoint,
}

impl Connector for Os2sync {
    type Settings = Settings;

    fn describe() -> Description {
        description::description()
    }

    fn open(settings: Settings) -> Result<Self, Error> {
        let settings = settings.checked()?;
        Ok(Self {
            endpoint: Endpoint::new(&settings),
            settings,
        })
    }

    fn check(&self) -> Result<Vec<Finding>, Error> {
        check::check(&self.endpoint)
    }

    fn read(&self, classes: &[String], extent: Extent) -> Result<Box<dyn Reader>, Error> {
        if let Extent::Since(_) = extent {
            return Err(Error::Unsupported(
                "OS2sync cannot tell what changed: read in full".into(),
            ));
        }
        let known = |class: &&String| matches!(class.as_str(), ORG_UNIT | USER);
        if let Some(unknown) = classes.iter().find(|class| !known(class)) {
            return Err(Error::Unsupported(format!("OS2sync has no class {unknown}")));
        }
        let wanted = |name: &str| classes.iter().any(|class| class == name);
        let (units, users) = (wanted(ORG_UNIT), wanted(USER));
        if !units && !users {
            return Ok(Reading::new(std::iter::empty::<Result<(&'static str, Row), Error>>()).boxed());
        }
        let wait = Duration::from_secs(self.settings.hierarchy_wait_seconds.into());
        let found = hierarchy::collect(&self.endpoint, !users, wait)?;
        let unit_rows = found.units.into_iter().filter(move |_| units);
        let unit_rows = unit_rows.map(|unit| unit.row().map(|row| (ORG_UNIT, row)));
        let user_rows = found
            .users
            .into_iter()
            .filter(move |user| users && !user.is_gone());
        let user_rows = user_rows.map(|user| user.row().map(|row| (USER, row)));
        Ok(Reading::new(unit_rows.chain(user_rows)).boxed())
    }

    fn get(&self, class: &str, keys: &[String]) -> Result<Vec<Object>, Error> {
        if !matches!(class, ORG_UNIT | USER) {
            return Err(Error::Unsupported(format!("OS2sync has no class {class}")));
        }
        let mut objects = Vec::with_capacity(keys.len());
        // A key that is no UUID cannot be one of FK Organisation's.
        for key in keys.iter().filter(|key| is_uuid(key)) {
            objects.extend(self.get_one(class, &key.to_ascii_lowercase())?);
        }
        Ok(objects)
    }

    fn apply(&self, operations: &[Operation]) -> Result<Vec<Outcome>, Error> {
        apply::apply(&self.endpoint, &self.settings, operations)
    }
}

impl Os2sync {
    fn get_one(&self, class: &str, key: &str) -> Result<Option<Object>, Error> {
        let response = match self.endpoint.get(&format!("/api/{class}/{key}")).send()?.ok() {
            Ok(response) => response,
            Err(Failure::Refused(refused)) if refused.status == 404 => return Ok(None),
            Err(Failure::Refused(refused)) if refused.status == 400 => {
                let why = "OS2sync could not read it from FK Organisation: its log says why";
                return Err(Error::invalid_data(format!("{class} {key}"), why));
            }
            Err(failure) => return Err(failure.into()),
        };
        if class == USER {
            let user: WireUser = response.json()?;
            let found = (!user.is_gone()).then(|| Object::of(key, &user.into_user(key)));
            return found.transpose();
        }
        let unit: OrgUnit = response.json()?;
        Object::of(key, &unit.normalised(key)).map(Some)
    }
}
