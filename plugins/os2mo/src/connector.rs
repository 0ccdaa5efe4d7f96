//! The connector itself: settings in, reads and findings out. It keeps no state between calls.

use samklang_sdk::prelude::*;

use crate::answer::Endpoint;
use crate::read::Source;
use crate::settings::{Settings, Window, is_uuid};
use crate::{check, description};

/// The connector for OS2MO.
#[derive(Debug)]
pub struct Os2mo {
    source: Source,
}

impl Connector for Os2mo {
    type Settings = Settings;

    fn describe() -> Description {
        description::description()
    }

    fn open(settings: Settings) -> Result<Self, Error> {
        let settings = settings.checked()?;
        Ok(Self {
            source: Source {
                endpoint: Endpoint::new(&settings),
                settings,
            },
        })
    }

    fn check(&self) -> Result<Vec<Finding>, Error> {
        check::check(&self.source)
    }

    fn read(&self, classes: &[String], extent: Extent) -> Result<Box<dyn Reader>, Error> {
        if let Extent::Since(_) = extent {
            return Err(Error::Unsupported(
                "OS2MO has no list of what changed since a moment: read in full".into(),
            ));
        }
        // One window for all classes: they speak of the same moment.
        let window = Window::of(&self.source.settings, &samklang_sdk::now())?;
        let mut reads = Vec::with_capacity(classes.len());
        for class in classes {
            reads.push(self.source.read(class, &window, None)?);
        }
        Ok(Reading::new(reads.into_iter().flatten()).boxed())
    }

    fn get(&self, class: &str, keys: &[String]) -> Result<Vec<Object>, Error> {
        let window = Window::of(&self.source.settings, &samklang_sdk::now())?;
        // A key that is no UUID cannot be one of OS2MO's, and the server would refuse all of them for it.
        let keys: Vec<String> = keys
            .iter()
            .filter(|key| is_uuid(key))
            .map(|key| key.to_ascii_lowercase())
            .collect();
        let size = usize::try_from(self.source.settings.page_size).unwrap_or(usize::MAX);
        let mut objects = Vec::with_capacity(keys.len());
        for some in keys.chunks(size) {
            for found in self.source.read(class, &window, Some(some))? {
                let (_, row) = found?;
                let key = row
                    .value("uuid")
                    .and_then(Value::as_text)
                    .unwrap_or_default()
                    .to_owned();
                objects.push(row.into_object(key));
            }
        }
        Ok(objects)
    }
}
