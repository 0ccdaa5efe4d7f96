//! What the host calls.

use samklang_sdk::prelude::*;

use crate::describe::describe;
use crate::document::Kind;
use crate::inbox;
use crate::roster::Roster;

/// The connection's settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The file's name, or a pattern with `*` and `?`.
    #[serde(default = "any_xml")]
    pub file: String,
}

fn any_xml() -> String {
    "*.xml".to_owned()
}

/// The connector for PIFU-IMS files.
#[derive(Debug)]
pub struct PifuIms {
    file: String,
}

impl Connector for PifuIms {
    type Settings = Settings;

    fn describe() -> Description {
        describe()
    }

    fn open(settings: Settings) -> Result<Self, Error> {
        let file = settings.file.trim().to_owned();
        if file.is_empty() || file.contains(['/', '\\']) || file == ".." || file == "." {
            return Err(Error::invalid_setting(
                "/file",
                "must be the name of a file in the inbox, or a pattern such as *.xml, without a folder",
            ));
        }
        Ok(Self { file })
    }

    fn check(&self) -> Result<Vec<Finding>, Error> {
        let deliveries = match inbox::list(&self.file) {
            Ok(deliveries) => deliveries,
            Err(error @ Error::InvalidData { .. }) => {
                return Ok(vec![Finding::failure(
                    error.to_string(),
                    "ask the source's vendor for a PIFU-IMS export (1.1 to 1.3), or narrow the setting `file` when the file \
                     is not meant for this connection",
                )]);
            }
            Err(error) => return Err(error),
        };
        let mut findings: Vec<Finding> = deliveries
            .iter()
            .map(|delivery| {
                let kind = match delivery.frame.kind {
                    Kind::Full => "full",
                    Kind::Changes => "changes only",
                };
                let (name, moment) = (&delivery.name, &delivery.frame.datetime.text);
                let (source, encoding) = (&delivery.frame.datasource, delivery.encoding);
                Finding::note(format!(
                    "{name}: {kind}, of {moment}, from {source}, in {encoding}"
                ))
            })
            .collect();
        if !deliveries
            .iter()
            .any(|delivery| delivery.frame.kind == Kind::Full)
        {
            findings.push(Finding::failure(
                format!("there is no full PIFU-IMS file named {} in the inbox", self.file),
                "let the school administration system deliver a full extract into the connection's inbox",
            ));
        }
        Ok(findings)
    }

    fn read(&self, classes: &[String], extent: Extent) -> Result<Box<dyn Reader>, Error> {
        let selection = inbox::select(&self.file, &extent)?;
        Ok(Box::new(Roster::begin(classes, selection)?))
    }
}
