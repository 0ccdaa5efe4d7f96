//! The order in which the classes of a target are written.

use std::collections::BTreeMap;

use super::Outbound;
use crate::connector::Description;

/// The classes of a target in the order in which objects are to be made: what is referred to, by the class itself or by its mapping, comes
/// before what refers. A circle is cut where it is met.
#[must_use]
pub fn target_order(description: &Description, outbound: &BTreeMap<String, Outbound>) -> Vec<String> {
    let referred_to = |name: &str| {
        let declared = description.class(name).into_iter().flat_map(|class| {
            class
                .attributes
                .iter()
                .filter_map(|attribute| attribute.refers_to.clone())
        });
        let mapped = outbound
            .get(name)
            .into_iter()
            .flat_map(|outbound| outbound.refers_to.iter().cloned());
        declared.chain(mapped).collect::<Vec<_>>()
    };
    let mut order = Vec::new();
    for class in &description.classes {
        visit(&class.name, &referred_to, &mut order, &mut Vec::new());
    }
    order
}

fn visit(
    name: &str,
    referred_to: &dyn Fn(&str) -> Vec<String>,
    order: &mut Vec<String>,
    path: &mut Vec<String>,
) {
    if order.iter().chain(path.iter()).any(|known| known == name) {
        return;
    }
    path.push(name.to_owned());
    for target in referred_to(name) {
        visit(&target, referred_to, order, path);
    }
    order.push(name.to_owned());
    path.pop();
}
