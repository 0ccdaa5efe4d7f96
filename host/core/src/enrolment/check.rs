//! A check under way. The catalogue's side comes first, then the target's, then an answer about what only the target has. Keys are
//! compared whatever their case; a name alone never makes two objects the same.

use std::collections::{BTreeMap, HashMap};

use super::result::{Category, EnrolmentResult, Finding, Numbers, Reason};
use crate::catalogue::EntityKind;
use crate::mapping::{Made, Outbound};
use crate::plan::is_shut_off;
use crate::value::{Attributes, Digest, Value};

/// Which attributes of a target class say what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles {
    entity: EntityKind,
    name: Vec<String>,
    kind: Vec<String>,
    parent: Option<String>,
    identifying: Vec<String>,
    fingerprint: String,
}

impl Roles {
    /// What the attributes of a class mean, by its mapping; none for a class that enrolment does not look at.
    #[must_use]
    pub fn of(outbound: &Outbound) -> Option<Self> {
        if !matches!(
            outbound.entity,
            EntityKind::Unit | EntityKind::Person | EntityKind::Account
        ) {
            return None;
        }
        let mut roles = Self {
            entity: outbound.entity,
            name: Vec::new(),
            kind: Vec::new(),
            parent: None,
            identifying: Vec::new(),
            fingerprint: outbound.fingerprint.clone(),
        };
        for (attribute, made) in outbound.made() {
            let attribute = attribute.to_owned();
            match made {
                Made::Reference("parent") => roles.parent = Some(attribute),
                Made::Reference(_) => {}
                Made::Values(names) => {
                    let has = |wanted: &[&str]| names.iter().any(|name| wanted.contains(name));
                    if has(&["name", "display_name", "given_name", "family_name"]) {
                        roles.name.push(attribute);
                    } else if has(&["kind"]) {
                        roles.kind.push(attribute);
                    } else if outbound.tells_who(&attribute) {
                        roles.identifying.push(attribute);
                    }
                }
            }
        }
        Some(roles)
    }

    fn name(&self, attributes: &Attributes) -> String {
        self.name
            .iter()
            .find_map(|name| text(attributes.get(name)?))
            .unwrap_or_default()
    }

    fn kind(&self, attributes: &Attributes) -> Option<String> {
        self.kind.iter().find_map(|name| text(attributes.get(name)?))
    }

    fn parent(&self, attributes: &Attributes) -> Option<String> {
        text(attributes.get(self.parent.as_ref()?)?)
    }

    fn identifiers(&self, class: &str, attributes: &Attributes) -> Vec<u128> {
        let identifier = |name: &String| {
            let value = text(attributes.get(name)?)?;
            Some(short(&[class, name, &value.to_lowercase()]))
        };
        self.identifying.iter().filter_map(identifier).collect()
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}

fn short(parts: &[&str]) -> u128 {
    u128::from_le_bytes(Digest::of_bytes(parts.join("\n").as_bytes()).0)
}

/// An object of one side, as far as the other is held against it.
#[derive(Debug)]
struct Side {
    key: String,
    name: String,
    kind: Option<String>,
    parent: Option<String>,
    met: bool,
}

/// What only the target has: the catalogue has to say whether it ever knew it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unplaced {
    /// The kind of entity that it would stand for.
    pub kind: EntityKind,
    /// The class.
    pub class: String,
    /// Its key in the target.
    pub key: String,
    name: String,
    active: bool,
}

/// A check under way.
#[derive(Debug, Default)]
pub struct Check {
    roles: BTreeMap<String, Roles>,
    units: HashMap<(String, String), Side>,
    /// Users of the source: all that is kept of each is its key, and whether the target has it.
    users: HashMap<(String, u128), bool>,
    /// Keys by identifier; several when it is not one person's alone.
    by_identifier: HashMap<u128, Vec<String>>,
    /// Keys of units by name, for those that differ in nothing but the key.
    by_name: HashMap<(String, String), Vec<String>>,
    unplaced: Vec<Unplaced>,
    numbers: (Numbers, Numbers),
    findings: Vec<Finding>,
    ground: u128,
}

impl Check {
    /// A check of the classes that these mappings fill.
    #[must_use]
    pub fn new(outbound: &BTreeMap<String, Outbound>) -> Self {
        let roles = outbound
            .iter()
            .filter_map(|(class, outbound)| Some((class.clone(), Roles::of(outbound)?)));
        let roles: BTreeMap<String, Roles> = roles.collect();
        let ground = roles.values().fold(0_u128, |sum, roles| {
            sum.wrapping_add(short(&["mapping", &roles.fingerprint]))
        });
        Self {
            roles,
            ground,
            ..Self::default()
        }
    }

    /// The classes that are looked at.
    pub fn classes(&self) -> impl Iterator<Item = &String> {
        self.roles.keys()
    }

    fn stand(&mut self, side: &str, class: &str, key: &str, attributes: &Attributes) {
        let told = serde_json::to_string(attributes).unwrap_or_default();
        self.ground = self.ground.wrapping_add(short(&[side, class, key, &told]));
    }

    /// An object that the catalogue wants.
    pub fn wanted(&mut self, class: &str, key: &str, attributes: &Attributes) {
        let Some(roles) = self.roles.get(class).cloned() else {
            return;
        };
        self.stand("source", class, key, attributes);
        let folded = key.to_lowercase();
        if roles.entity == EntityKind::Unit {
            let name = roles.name(attributes);
            self.by_name
                .entry((class.to_owned(), name.to_lowercase()))
                .or_default()
                .push(key.to_owned());
            let side = Side {
                key: key.to_owned(),
                kind: roles.kind(attributes),
                parent: roles.parent(attributes),
                name,
                met: false,
            };
            self.units.insert((class.to_owned(), folded), side);
        } else {
            for identifier in roles.identifiers(class, attributes) {
                self.by_identifier
                    .entry(identifier)
                    .or_default()
                    .push(key.to_owned());
            }
            self.users.insert((class.to_owned(), short(&[&folded])), false);
        }
    }

    /// An object that the target holds. Everything that is wanted has to be said before.
    pub fn held(&mut self, class: &str, key: &str, attributes: &Attributes) {
        let Some(roles) = self.roles.get(class).cloned() else {
            return;
        };
        self.stand("target", class, key, attributes);
        if roles.entity == EntityKind::Unit {
            self.numbers.0.checked += 1;
            self.held_unit(class, key, attributes, &roles);
        } else {
            self.numbers.1.checked += 1;
            self.held_user(class, key, attributes, &roles);
        }
    }

    fn held_unit(&mut self, class: &str, key: &str, attributes: &Attributes, roles: &Roles) {
        let name = roles.name(attributes);
        let finding =
            |reason, source_key: Option<String>, target: Option<String>, source: Option<String>| Finding {
                category: Category::UnitBlocking,
                class: class.to_owned(),
                name: name.clone(),
                target_key: Some(key.to_owned()),
                source_key,
                reason,
                target,
                source,
                needs_attention: false,
            };
        let Some(side) = self.units.get_mut(&(class.to_owned(), key.to_lowercase())) else {
            let same_name = self.by_name.get(&(class.to_owned(), name.to_lowercase()));
            let same_name = same_name
                .filter(|_| !name.is_empty())
                .map(Vec::as_slice)
                .unwrap_or_default();
            match same_name {
                [] => self.unplaced.push(Unplaced {
                    kind: EntityKind::Unit,
                    class: class.to_owned(),
                    key: key.to_owned(),
                    name,
                    active: true,
                }),
                [one] => {
                    let found = finding(Reason::UnitKeyDiffers, Some(one.clone()), None, None);
                    // The source's unit of that name is this one; it is not told of once more.
                    if let Some(side) = self.units.get_mut(&(class.to_owned(), one.to_lowercase())) {
                        side.met = true;
                    }
                    self.block(found);
                }
                _ => self.block(finding(Reason::UnitAmbiguous, None, None, None)),
            }
            return;
        };
        let again = side.met;
        side.met = true;
        let source_key = Some(side.key.clone());
        let folded = |text: &Option<String>| text.as_ref().map(|text| text.to_lowercase());
        let kind = roles.kind(attributes);
        let parent = roles.parent(attributes);
        let found = if again {
            Some(finding(Reason::UnitAmbiguous, source_key, None, None))
        } else if folded(&side.kind) != folded(&kind) {
            Some(finding(
                Reason::UnitTypeDiffers,
                source_key,
                kind,
                side.kind.clone(),
            ))
        } else if folded(&side.parent) != folded(&parent) {
            Some(finding(
                Reason::UnitParentDiffers,
                source_key,
                parent,
                side.parent.clone(),
            ))
        } else {
            self.numbers.0.ok += 1;
            if side.name != name {
                let (target, source) = (Some(name.clone()), Some(side.name.clone()));
                self.findings.push(Finding {
                    category: Category::UnitOk,
                    ..finding(Reason::UnitNameDiffers, source_key, target, source)
                });
            }
            None
        };
        if let Some(found) = found {
            self.block(found);
        }
    }

    fn held_user(&mut self, class: &str, key: &str, attributes: &Attributes, roles: &Roles) {
        let (name, active) = (roles.name(attributes), !is_shut_off(attributes));
        let met = self
            .users
            .get_mut(&(class.to_owned(), short(&[&key.to_lowercase()])));
        let reason = match met {
            Some(met) if !*met => {
                *met = true;
                self.numbers.1.ok += 1;
                return;
            }
            Some(_) => Some((Reason::UserAmbiguous, None)),
            None => {
                let mut same: Vec<&String> = roles
                    .identifiers(class, attributes)
                    .iter()
                    .filter_map(|identifier| self.by_identifier.get(identifier))
                    .flatten()
                    .collect();
                same.sort_unstable();
                same.dedup();
                match same.as_slice() {
                    [] => None,
                    [one] => Some((Reason::UserKeyDiffers, Some((*one).clone()))),
                    _ => Some((Reason::UserAmbiguous, None)),
                }
            }
        };
        match reason {
            Some((reason, source_key)) => self.leave_out(class, key, name, active, reason, source_key),
            None => self.unplaced.push(Unplaced {
                kind: roles.entity,
                class: class.to_owned(),
                key: key.to_owned(),
                name,
                active,
            }),
        }
    }

    fn block(&mut self, finding: Finding) {
        self.numbers.0.blocking += 1;
        self.findings.push(finding);
    }

    fn leave_out(
        &mut self,
        class: &str,
        key: &str,
        name: String,
        active: bool,
        reason: Reason,
        source_key: Option<String>,
    ) {
        self.numbers.1.blocking += 1;
        self.numbers.1.needs_attention += u64::from(active);
        self.findings.push(Finding {
            category: Category::UserNotSyncable,
            class: class.to_owned(),
            name,
            target_key: Some(key.to_owned()),
            source_key,
            reason,
            target: None,
            source: None,
            needs_attention: active,
        });
    }

    /// What only the target has; the catalogue says of each whether it ever knew it, see [`Check::finish`].
    #[must_use]
    pub fn unplaced(&self) -> &[Unplaced] {
        &self.unplaced
    }

    /// Both sides are complete. `known` says of what only the target has whether the catalogue has an entity for it, and if so whether that
    /// is active.
    #[must_use]
    pub fn finish(mut self, known: impl Fn(&Unplaced) -> Option<bool>) -> EnrolmentResult {
        for only in std::mem::take(&mut self.unplaced) {
            let found = known(&only);
            self.ground = self
                .ground
                .wrapping_add(short(&["known", &only.key, &format!("{found:?}")]));
            let source_key = found.map(|_| only.key.clone());
            if only.kind != EntityKind::Unit {
                let reason = match found {
                    None => Reason::UserOnlyInTarget,
                    Some(_) => Reason::UserInactiveInSource,
                };
                self.leave_out(&only.class, &only.key, only.name, only.active, reason, source_key);
                continue;
            }
            let reason = match found {
                None => Reason::UnitOnlyInTarget,
                Some(false) => Reason::UnitInactiveInSource,
                // The source has it, and it is none that the target's scope lets in.
                Some(true) => Reason::UnitTypeDiffers,
            };
            self.block(Finding {
                category: Category::UnitBlocking,
                class: only.class,
                name: only.name,
                target_key: Some(only.key),
                source_key,
                reason,
                target: None,
                source: None,
                needs_attention: false,
            });
        }
        let mut missing: Vec<((String, String), Side)> = std::mem::take(&mut self.units)
            .into_iter()
            .filter(|(_, side)| !side.met)
            .collect();
        missing.sort_by(|one, other| one.0.cmp(&other.0));
        for ((class, _), side) in missing {
            self.numbers.0.checked += 1;
            self.block(Finding {
                category: Category::UnitBlocking,
                class,
                name: side.name,
                target_key: None,
                source_key: Some(side.key),
                reason: Reason::UnitOnlyInSource,
                target: None,
                source: side.kind,
                needs_attention: false,
            });
        }
        self.findings.sort();
        let (units, users) = self.numbers;
        EnrolmentResult {
            units,
            users,
            findings: self.findings,
            ground: format!("{:032x}", self.ground),
        }
    }
}
