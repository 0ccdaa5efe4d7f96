//! The connector itself. It keeps no state between calls.

use samklang_sdk::prelude::*;

use crate::directory::Directory;
use crate::settings::Settings;
use crate::{apply, changes, check, description, read};

/// The connector for Active Directory.
#[derive(Debug)]
pub struct ActiveDirectory {
    settings: Settings,
}

impl Connector for ActiveDirectory {
    type Settings = Settings;

    fn describe() -> Description {
        description::description()
    }

    fn open(settings: Settings) -> Result<Self, Error> {
        Ok(Self {
            settings: settings.checked()?,
        })
    }

    fn check(&self) -> Result<Vec<Finding>, Error> {
        check::check(&self.settings)
    }

    fn read(&self, classes: &[String], extent: Extent) -> Result<Box<dyn Reader>, Error> {
        let classes = description::known(classes)?;
        let directory = Directory::open(&self.settings)?;
        match extent {
            Extent::Full => read::everything(directory, classes),
            Extent::Since(cursor) => changes::since(directory, classes, &cursor),
        }
    }

    fn get(&self, class: &str, keys: &[String]) -> Result<Vec<Object>, Error> {
        let classes = description::known(&[class.to_owned()])?;
        let directory = Directory::open(&self.settings)?;
        let mut objects = Vec::new();
        for class in classes {
            for key in keys {
                objects.extend(read::one(&directory, class, key)?);
            }
        }
        Ok(objects)
    }

    fn apply(&self, operations: &[Operation]) -> Result<Vec<Outcome>, Error> {
        let directory = Directory::open(&self.settings)?;
        apply::apply(&directory, operations)
    }
}
