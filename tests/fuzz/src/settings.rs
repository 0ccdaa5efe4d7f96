//! Any text as the JSON Schema of a connector's settings, and any settings against it.

use samklang_core::Description;

use crate::configuration;
use crate::parts::parts;
use crate::scene;

/// A schema, and the lines of the table of settings.
pub(crate) fn run(octets: &[u8]) {
    let [schema, settings] = parts(octets);
    let text = format!(
        "tenant = \"nordvik\"\nsteps = [\"import any\"]\n[connections.any]\nconnector = \"any\"\nrole = \"source\"\n\
         [connections.any.settings]\n{settings}\n"
    );
    let connector = Description {
        settings: schema,
        ..scene::description()
    };
    configuration::tenant(&text, connector);
}
