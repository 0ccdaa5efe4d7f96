//! Any text as a template, over any values: an error or a value, soon, and the same one each time.

use samklang_core::mapping::{Template, Vocabulary};

use crate::parts::parts;
use crate::scene;

/// A template, and a JSON object of a person's values.
pub(crate) fn run(octets: &[u8]) {
    let [source, values] = parts(octets);
    let Ok(template) = Template::compile(&source, &scene::tables()) else {
        return;
    };
    let scope = scene::graph(Vocabulary::default(), scene::attributes(&values)).scope(scene::PERSON);
    let first = template.evaluate(&scope);
    assert_eq!(
        first,
        template.evaluate(&scope),
        "a template gives two values for one person"
    );
    if let Ok(value) = &first {
        assert_eq!(
            *value,
            value.clone().canonical(),
            "a template gives a value that is not canonical"
        );
        assert!(
            template.holds(&scope).is_ok(),
            "a template that gives a value has no truth"
        );
    }
    let named = template.names().iter().all(|name| !name.contains('.'));
    assert!(named, "a name of a template is a path");
}
