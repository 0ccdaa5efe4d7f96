//! Any text as the mappings that a connector brings, over any object: mistakes with their places, or values.

use samklang_core::mapping::{MappingSource, Mappings, TargetKeys, Vocabulary};

use crate::parts::parts;
use crate::scene;

/// A target that has given every entity a key.
struct Keys;

impl TargetKeys for Keys {
    fn key(&self, _: &str, entity: uuid::Uuid) -> Option<String> {
        (entity == scene::PERSON).then(|| "1".to_owned())
    }
}

/// Mappings as TOML, and a JSON object of an object's values.
pub(crate) fn run(octets: &[u8]) {
    let [source, values] = parts(octets);
    let Ok(source) = toml::from_str::<MappingSource>(&source) else {
        return;
    };
    let description = scene::description();
    let mut vocabulary = Vocabulary::with_tables(scene::tables());
    let values = scene::attributes(&values);
    match Mappings::compile_inbound(&source, &description, &mut vocabulary) {
        Ok(inbound) => {
            for mapping in inbound.values() {
                drop(mapping.contribution(values.clone()));
                drop(mapping.trial(values.clone()));
            }
        }
        Err(mistakes) => told(&mistakes),
    }
    let outbound = match Mappings::compile_outbound(&source, &description, &vocabulary) {
        Ok(outbound) => outbound,
        Err(mistakes) => return told(&mistakes),
    };
    let graph = scene::graph(vocabulary, values);
    for mapping in outbound.values() {
        let trial = mapping.trial(&graph, scene::PERSON, &Keys);
        for value in trial.fields.into_iter().filter_map(|field| field.result.ok()) {
            assert_eq!(
                value,
                value.clone().canonical(),
                "a mapping gives a value that is not canonical"
            );
        }
    }
}

fn told(mistakes: &[samklang_core::mapping::MappingError]) {
    assert!(!mistakes.is_empty(), "mappings are refused without a mistake");
    let nameless = mistakes
        .iter()
        .find(|mistake| mistake.place.is_empty() || mistake.cause.is_empty());
    assert!(
        nameless.is_none(),
        "a mistake has no place or no cause: {nameless:?}"
    );
}
