//! What a class's mapping gives for chosen objects, value by value. Everything is taken from what is kept, no system is asked and nothing is
//! written; what is sensitive is concealed.

use samklang_core::Value;
use samklang_core::mapping::{Inbound, Outbound, Trial, Tried};
use samklang_core::port::{Clock as _, Store as _};
use samklang_cycle::try_mapping;
use samklang_server::view::{MappingQuestion, MappingTrial, TriedField, TriedObject};
use samklang_store::TenantStore;
use uuid::Uuid;

use super::people::conceal::{CONCEALED, Sensitive, blot, blot_json};
use super::place::Place;
use crate::configuration::Fitted;
use crate::failure::Failure;
use crate::wiring::SystemClock;

/// Entities that a key may mean.
const MEANT: u32 = 5;

/// Objects that are tried when nothing is said.
const SAMPLE: u32 = 3;

/// What is tried on what.
pub(crate) struct Test<'a> {
    /// The connection whose mapping is tried.
    pub(crate) connection: &'a str,
    /// The class of the connection.
    pub(crate) class: &'a str,
    /// Objects by key; for a target also an entity by identity, user name or a part of a name.
    pub(crate) keys: &'a [String],
    /// Without keys, on how many.
    pub(crate) sample: u32,
}

/// A trial and what it is of.
struct Shown {
    direction: &'static str,
    of: String,
    entity: Option<Uuid>,
    trial: Trial,
    /// Texts that are never shown.
    secrets: Vec<String>,
}

/// Tries a mapping.
pub(crate) async fn test(
    store: &TenantStore,
    fitted: &Fitted,
    test: &Test<'_>,
) -> Result<MappingTrial, Failure> {
    let sensitive = Sensitive::of(fitted);
    let known = &fitted.tenant.connections;
    let mappings = match known.get(test.connection) {
        Some(connection) => &connection.mappings,
        None => {
            let known: Vec<&str> = known.keys().map(String::as_str).collect();
            return Err(Failure::Absent(format!(
                "there is no connection `{}`; there is: {}",
                test.connection,
                known.join(", ")
            )));
        }
    };
    let inbound = mappings.inbound.get(test.class);
    let outbound = mappings.outbound.get(test.class);
    if inbound.is_none() && outbound.is_none() {
        let known: Vec<&str> = mappings
            .inbound
            .keys()
            .chain(mappings.outbound.keys())
            .map(String::as_str)
            .collect();
        return Err(Failure::Absent(format!(
            "the connection `{}` maps no class `{}`; it maps: {}",
            test.connection,
            test.class,
            known.join(", ")
        )));
    }
    let mut shown = Vec::new();
    if let Some(inbound) = inbound {
        shown.extend(try_inbound(store, test, inbound, fitted).await?);
    }
    if let Some(outbound) = outbound {
        shown.extend(try_outbound(store, test, outbound, fitted, &sensitive).await?);
    }
    if shown.is_empty() {
        return Err(if test.keys.is_empty() {
            Failure::Usage(format!(
                "there is nothing yet to try the class `{}` on: run an import first (`samklang plan`)",
                test.class
            ))
        } else {
            Failure::Absent(format!(
                "no object or entity is known by: {}",
                test.keys.join(", ")
            ))
        });
    }
    let masks = Masks {
        test,
        inbound,
        sensitive: &sensitive,
    };
    Ok(MappingTrial {
        connection: test.connection.to_owned(),
        class: test.class.to_owned(),
        objects: shown.iter().map(|one| masks.object(one)).collect(),
    })
}

impl Place {
    /// Tries a mapping.
    pub(super) async fn try_mapping(
        &self,
        connection: &str,
        question: &MappingQuestion,
    ) -> Result<MappingTrial, Failure> {
        let fitted = self.fitted().await?;
        let keys = Vec::from_iter(question.key.clone());
        let wanted = Test {
            connection,
            class: &question.class,
            keys: &keys,
            sample: question.sample.unwrap_or(SAMPLE),
        };
        test(&self.store, &fitted, &wanted).await
    }
}

async fn try_inbound(
    store: &TenantStore,
    test: &Test<'_>,
    inbound: &Inbound,
    fitted: &Fitted,
) -> Result<Vec<Shown>, Failure> {
    let objects = if test.keys.is_empty() {
        store
            .sample_objects(test.connection, test.class, test.sample)
            .await?
    } else {
        store
            .objects_by_key(test.connection, test.class, test.keys)
            .await?
    };
    let description = fitted
        .openings
        .get(test.connection)
        .map(|opening| &opening.connector.description);
    let secret = |name: &str| {
        description
            .and_then(|description| description.class(test.class)?.attribute(name))
            .is_some_and(|attribute| attribute.sensitive)
    };
    Ok(objects
        .into_iter()
        .map(|(key, attributes)| Shown {
            direction: "inbound",
            of: key,
            entity: None,
            secrets: attributes
                .iter()
                .filter(|(name, _)| secret(name))
                .filter_map(|(_, value)| value.as_text().map(str::to_owned))
                .collect(),
            trial: inbound.trial(attributes),
        })
        .collect())
}

async fn try_outbound(
    store: &TenantStore,
    test: &Test<'_>,
    outbound: &Outbound,
    fitted: &Fitted,
    sensitive: &Sensitive,
) -> Result<Vec<Shown>, Failure> {
    let mut ids: Vec<Uuid> = Vec::new();
    if test.keys.is_empty() {
        ids = store.sample_entities(outbound.entity, test.sample).await?;
    } else {
        let shadows = store.shadows(test.connection, test.class, test.keys).await?;
        ids.extend(shadows.into_iter().filter_map(|shadow| shadow.entity));
        for key in test.keys {
            let meant = store.find_entities(key.trim(), MEANT).await?;
            ids.extend(
                meant
                    .into_iter()
                    .filter(|entity| entity.kind == outbound.entity)
                    .map(|entity| entity.id),
            );
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    ids.retain(|id| seen.insert(*id));
    let now = SystemClock.now();
    let trials = try_mapping(store, &fitted.tenant, now, test.connection, test.class, &ids).await?;
    let entities = store.entities(&ids).await?;
    Ok(trials
        .into_iter()
        .map(|(id, trial)| {
            let entity = entities.iter().find(|entity| entity.id == id);
            Shown {
                direction: "outbound",
                of: id.to_string(),
                entity: Some(id),
                secrets: entity.map(|entity| sensitive.texts(entity)).unwrap_or_default(),
                trial,
            }
        })
        .collect())
}

/// Shows trials without what is sensitive.
struct Masks<'a> {
    test: &'a Test<'a>,
    inbound: Option<&'a Inbound>,
    sensitive: &'a Sensitive,
}

impl Masks<'_> {
    /// Whether a field, or what it uses, is sensitive.
    fn secret(&self, one: &Shown, name: &str) -> bool {
        let name = name.strip_prefix("attributes.").unwrap_or(name);
        self.sensitive.native(self.test.connection, self.test.class, name)
            || (one.direction == "inbound"
                && self
                    .inbound
                    .is_some_and(|inbound| inbound.sensitive.contains(name)))
    }

    fn value(&self, one: &Shown, name: &str, value: &Value) -> serde_json::Value {
        if value.is_absent() {
            serde_json::Value::Null
        } else if self.secret(one, name) {
            CONCEALED.into()
        } else {
            blot_json(value.to_json(), &one.secrets)
        }
    }

    fn field(&self, one: &Shown, tried: &Tried) -> TriedField {
        let inputs = tried.inputs.iter();
        let (value, error) = match &tried.result {
            Ok(value) => (self.value(one, &tried.field, value), None),
            Err(cause) => (serde_json::Value::Null, Some(blot(cause, &one.secrets))),
        };
        TriedField {
            field: tried.field.clone(),
            template: tried.template.clone(),
            inputs: inputs
                .map(|(name, value)| (name.clone(), self.value(one, name, value)))
                .collect(),
            value,
            error,
        }
    }

    fn object(&self, one: &Shown) -> TriedObject {
        let field = |tried: &Tried| self.field(one, tried);
        TriedObject {
            direction: one.direction.to_owned(),
            key: one.entity.is_none().then(|| blot(&one.of, &one.secrets)),
            entity: one.entity,
            in_scope: in_scope(&one.trial),
            when: one.trial.when.as_ref().map(field),
            target_key: one.trial.key.as_ref().map(field),
            fields: one.trial.fields.iter().map(field).collect(),
        }
    }
}

/// Whether the condition holds.
fn in_scope(trial: &Trial) -> bool {
    trial.when.as_ref().is_none_or(|when| {
        when.result.as_ref().is_ok_and(|value| {
            !matches!(value, Value::Absent | Value::Boolean(false) | Value::Integer(0))
                && !matches!(value.as_text(), Some("false" | "False"))
        })
    })
}
